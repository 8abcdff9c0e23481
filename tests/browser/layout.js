// Faults of a page's layout, each as a line of text; none on a good page.
() => {
  const faults = [];
  const all = document.head.appendChild(document.createElement("style"));
  all.textContent = "* { content-visibility: visible !important; }"; // what would be laid out when it comes into view
  const name = element => `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`;
  const said = text => text.trim().replace(/\s+/g, " ").slice(0, 40);
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");

  // Text that leaves its own box, or is hidden beyond it. Wide tables scroll, and tell so to the keyboard.
  for (const each of document.body.querySelectorAll("*:not(svg, svg *)")) {
    if (!each.clientWidth || each.scrollWidth <= each.clientWidth + 1) continue;
    const style = getComputedStyle(each);
    const scrolls = ["auto", "scroll"].includes(style.overflowX) && each.tabIndex === 0;
    const holds = each.querySelector("table") && style.overflowX === "visible";
    if (style.display !== "inline" && !scrolls && !holds) faults.push(`${name(each)} is cut: ${said(each.textContent)}`);
  }

  // Every line of text with its box: none lies over another, and those of a chart stay inside it.
  const lines = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (!node.data.trim() || !node.parentElement.checkVisibility({contentVisibilityAuto: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (box.width > 1 && box.height > 1) lines.push({box, node});
    const chart = node.parentElement.closest("figure svg")?.getBoundingClientRect();
    const box = range.getBoundingClientRect();
    if (chart && (box.left < chart.left - 1 || box.right > chart.right + 1 || box.top < chart.top - 1
        || box.bottom > chart.bottom + 1)) faults.push(`a chart's text lies outside it: ${said(node.data)}`);
    const letters = chart && parseFloat(getComputedStyle(node.parentElement).fontSize) * node.parentElement.getScreenCTM().a;
    if (letters < 10.5) faults.push(`a chart's text is small: ${said(node.data)}`);
  }
  lines.sort((one, other) => one.box.top - other.box.top);
  lines.forEach(({box, node}, at) => {
    for (let next = at + 1; next < lines.length && lines[next].box.top < box.bottom - 4; next++) {
      const other = lines[next];
      const beside = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const below = Math.min(box.bottom, other.box.bottom) - other.box.top;
      if (other.node !== node && beside > 2 && below > 4) {
        faults.push(`one over another: ${said(node.data)} | ${said(other.node.data)}`);
      }
    }
  });
  return faults;
}
