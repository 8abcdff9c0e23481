"use strict";
// What the links of a page ask for: the page before or after it in the list, the same unit in the next period.
const NONE = {
  truoc: "Đây là đơn vị đầu tiên trong danh sách.", sau: "Đây là đơn vị cuối cùng trong danh sách.",
  mo: "Đơn vị không có báo cáo trong kỳ này.", "ky-truoc": "Không có báo cáo của kỳ trước.",
  "ky-sau": "Không có báo cáo của kỳ sau.",
};
const asked = /^#(truoc|sau|mo|ky-truoc|ky-sau)-([0-9]+)$/.exec(location.hash);
if (asked) {
  const [, way, code] = asked;
  const period = way.startsWith("ky-");
  const place = document.getElementById(period ? way : way === "mo" ? code : `${way}-${code}`);
  const link = place && (place.closest("tr") || place).querySelector("a[rel]");
  if (link) {
    location.replace(period ? `${link.href}#mo-${code}` : link.href);
  } else {
    location.replace(`#${code}`);
    const told = document.querySelector(".told");
    told.textContent = NONE[way];
    told.hidden = false;
  }
}

const fold = text => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase()
  .replace(/\s+/g, " ").trim();
const number = text => {
  const plain = text.replace(/[.%]/g, "").replace(",", ".").trim();
  return plain === "" || isNaN(plain) ? null : Number(plain);
};
// Days as they stand in a table, put so that they sort.
const words = text => text === "–" ? null : text.replace(/^(\d\d)\/(\d\d)\/(\d{4})/, "$3$2$1");
const MOST = 300; // rows to lay out at a time: a browser takes half a second for those of the whole country
const { compare } = new Intl.Collator("vi");

for (const list of document.querySelectorAll(".listing:has(.sieve)")) {
  const body = list.querySelector("tbody");
  const rows = [...body.rows].map((row, order) => ({
    row, order, name: row.cells[0].textContent, overdue: !!row.querySelector("td.alarm:not(.text)"),
    text: fold([row.id, ...[...row.querySelectorAll("th, td.text")].map(each => each.textContent)].join(" ")),
  }));
  const heads = [...list.querySelectorAll("thead th")];
  const [search, kind, overdue, status, table] =
    ["[type=search]", "select", "[type=checkbox]", "[role=status]", ".table"].map(each => list.querySelector(each));

  const sift = () => {
    const wanted = fold(search.value);
    let found = 0;
    for (const { row, name, text, overdue: has } of rows) {
      const here = text.includes(wanted) && name.startsWith(kind?.value ?? "") && (has || !overdue?.checked);
      found += here;
      row.hidden = !here || found > MOST;
    }
    const [some, all, most] = [found, rows.length, MOST].map(each => each.toLocaleString("vi"));
    status.textContent = found === 0 ? "Không tìm thấy dòng nào: bớt chữ hoặc bỏ điều kiện lọc"
      : `Tìm thấy ${some}/${all} dòng${found > MOST ? `, hiện ${most} dòng đầu: gõ thêm để thu hẹp` : ""}`;
    table.hidden = found === 0;
  };
  for (const each of [search, kind, overdue]) each?.addEventListener("input", sift);

  heads.forEach((head, column) => {
    const numbers = head.classList.contains("number");
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      // Of numbers the greatest are looked for first.
      const was = head.getAttribute("aria-sort");
      const down = was ? was === "ascending" : numbers;
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      for (const each of rows) {
        const text = each.row.cells[column].textContent.trim();
        each.key = column === 0 ? each.order : numbers ? number(text) : words(text);
      }
      const between = numbers || column === 0 ? (a, b) => a - b : compare;
      rows.sort((a, b) => (a.key === null) - (b.key === null) ||
        (a.key === null ? 0 : (down ? -1 : 1) * between(a.key, b.key)) || a.order - b.order);
      body.append(...rows.map(each => each.row));
      sift();
    });
  });
  list.querySelector(".sieve").hidden = false;
  sift();
}
