"""The indexes are read off folders and manifests: no page is opened, every link leads somewhere, states are told."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from helpers import manifest, periods, reference
from helpers.export import folders, site
from helpers.manifest import Entry

A, B, C, D = "10972-xa-duong-an", "11203-xa-ninh-giang", "11560-phuong-thuy-nguyen", "11407-phuong-an-bien"
OVERVIEW = "31-thanh-pho-hai-phong"
GROUP = f"{OVERVIEW}.cum-ninh-giang-5f0c1d"


def _touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xff")  # no text: who reads it fails


def _entry(page: str, received=None, overdue=None, failed: str = "", files: tuple[str, ...] = (), **told) -> Entry:
    figures = {"received": [received, None], "online_rate": [1, 3], "pending_overdue": [overdue, None]}
    noted = {"unit": page[:5], "sample": False, "figures": figures, **told}
    why = {"notebook": "commune_report", "cell": "x()", "error": failed, "log": f"{page}.log", "at": "2025-11-20T08:00"}
    outputs = dict.fromkeys((f"{page}.html", *files), "")
    failure = {**why, "since": "2025-11-18T07:30"} if failed else None
    return Entry("commune_report", {}, {}, "2025-11-17T08:00", outputs, 1.0, failure, noted)


@pytest.fixture
def reports(tmp_path):
    """A city's quarter with a page of each state, the quarters around it, and what is none of ours."""
    folder = tmp_path / "2025-Q3" / "31"
    _touch(folder, f"{OVERVIEW}.html", f"{A}.html", f"{A}.ipynb", f"{A}-phu-luc.xlsx", f"{B}.html", f"{D}.html")
    _touch(folder, f"{B}.log", f"{A}.mine.html")
    manifest.note(folder, A, _entry(A, 8930, 12, files=(f"{A}-phu-luc.xlsx", f"{A}-lost.docx"), sample=True))
    manifest.note(folder, B, _entry(B, 0, 0, failed="hỏng <b>đậm</b>"))
    manifest.note(folder, C, Entry("commune_report", {}, {}, failure=_entry(C, failed="hết giờ").failure))
    manifest.note(folder, OVERVIEW, _entry(OVERVIEW, 9000, scores={"10972": 17.445}, covered=36))
    manifest.note(tmp_path / "2025-Q1" / "31", GROUP, _entry(GROUP, 90, group="Cụm Ninh Giang, 2 đơn vị"))
    _touch(
        tmp_path,
        f"2025-Q1/31/{A}.html",
        f"2025-Q1/31/{GROUP}.html",
        f"2025-08/31/{A}.html",
        f"2025-Q3-official-day/31/{A}.html",
        f"2025-Q4/31/{OVERVIEW}.html",
        "2025-Q4/00/00-ca-nuoc.html",
        "2025-Q4/00/00-ca-nuoc.cap-xa.html",
        f"2025-07/31/.{A}.html.new",
        f"notes/31/{A}.html",
        "imports/000012.html",
    )
    site.write_index(tmp_path)
    return tmp_path


def _soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def _rows(path: Path, table: int = -1) -> dict[str, list[str]]:
    """Cells of the rows of one table, by their heads."""
    rows = _soup(path).select("table")[table].select("tbody tr")
    return {row.th.get_text(): [cell.get_text() for cell in row.select("td")] for row in rows}


def test_a_province_lists_its_communes_with_figures_state_and_files(reports):
    index = reports / "2025-Q3" / "31" / "index.html"
    assert _rows(index) == {
        "Phường An Biên": ["–", "–", "–", "–", "–", "–", "Đã lập", "–"],
        "Xã Đường An": ["8.930", "33,33%", "–", "–", "12", "17,45", "Đã lập", "Phụ lục"],
        "Xã Đường An (mine)": ["–", "–", "–", "–", "–", "–", "Đã lập", "–"],
        "Xã Ninh Giang": ["0", "33,33%", "–", "–", "0", "–", "Bản cũ, lập ngày 17/11/2025", "–"],
        "Phường Thủy Nguyên": ["–", "–", "–", "–", "–", "–", "Chưa lập được", "–"],
    }
    text = index.read_text(encoding="utf-8")
    assert "Điểm 766 (trên 36)" in text
    assert "CÓ SỐ LIỆU MẪU" in text
    said = "Có trang báo cáo của 3/114 đơn vị cấp xã; các đơn vị khác chưa được lập hoặc không có hồ sơ trong kỳ."
    assert said in text
    assert "“–”: không có dữ liệu, khác với 0." in text
    whole = _rows(reports / "2025-Q3" / "index.html", 0)
    assert whole == {"Thành phố Hải Phòng": ["5", "2", "9.000", "33,33%", "–", "–", "–"]}
    assert list(_rows(reports / "2025-Q3" / "index.html")) == list(_rows(index))
    link = _soup(reports / "2025-Q1" / "31" / "index.html").find("a", href=f"{GROUP}.html")
    assert link.get_text() == "Tổng hợp thành phố Hải Phòng (Cụm Ninh Giang, 2 đơn vị)"


def test_everything_newest_first_and_what_was_not_made(reports):
    rows = [row.get_text(" ", strip=True) for row in _soup(reports / "index.html").select("tbody tr")]
    assert rows == [
        "Quý IV/2025 Cả nước Trang tổng hợp 2 0",
        "Quý IV/2025 Thành phố Hải Phòng Trang tổng hợp 1 0",
        "Quý III/2025 Thành phố Hải Phòng Trang tổng hợp 5 2 số liệu mẫu",
        "Quý III/2025 (theo kỳ chốt số liệu), so sánh theo ngày Thành phố Hải Phòng – 1 0",
        "Tháng 8/2025 Thành phố Hải Phòng – 1 0",
        "Quý I/2025 Thành phố Hải Phòng – 2 0",
    ]
    assert _soup(reports / "index.html").select_one("main > p:last-child a").get_text() == "lần nhập 12"
    assert _rows(reports / "failures.html") == {
        "Xã Ninh Giang, thành phố Hải Phòng: quý III/2025": [
            "Bản lập ngày 17/11/2025", "commune_report, ô lệnh x()", "hỏng <b>đậm</b>", "18/11/2025 07:30",
            "20/11/2025 08:00", "Nhật ký",
        ],
        "Phường Thủy Nguyên, thành phố Hải Phòng: quý III/2025": [
            "Không có", "commune_report, ô lệnh x()", "hết giờ", "18/11/2025 07:30", "20/11/2025 08:00", "–",
        ],
    }  # fmt: skip


def test_every_link_leads_somewhere_and_no_address_leaves_the_folder(reports):
    indexes = [*reports.rglob("index.html"), reports / "failures.html"]
    assert len(indexes) == 2 + 5 + 5
    for path in indexes:
        soup = _soup(path)
        ids = [each["id"] for each in soup.select("[id]")]
        assert len(ids) == len(set(ids)), path
        for link in soup.select("a[href]"):
            assert (path.parent / link["href"]).is_file(), (path, link["href"])
        assert not re.search(r"https?:|src=|<b>", str(soup)), path
    assert not list(reports.glob(".*"))


def test_neighbours_are_found_by_their_places(reports):
    soup = _soup(reports / "2025-Q3" / "31" / "index.html")
    pages = {each["id"]: each.find_parent("tr").th.a["href"] for each in soup.select("[id^=truoc-], [id^=sau-]")}
    assert pages == {
        "truoc-10972": f"{D}.html", "sau-11407": f"{A}.html", "truoc-11203": f"{A}.html", "sau-10972": f"{B}.html",
    }  # fmt: skip
    assert [soup.select_one(f"#{way} a")["href"] for way in ("ky-truoc", "ky-sau")] == [
        "../../2025-Q1/31/index.html", "../../2025-Q4/31/index.html"
    ]  # fmt: skip
    assert soup.find(id="31").a["href"] == f"{OVERVIEW}.html"
    whole = _soup(reports / "2025-Q4" / "index.html")
    assert whole.find(id="00").a["href"] == "00/00-ca-nuoc.html"
    assert "Tổng hợp cả nước (từng đơn vị cấp xã)" in whole.get_text()
    assert not _soup(reports / "2025-08" / "31" / "index.html").select("#ky-truoc, #ky-sau")


def test_only_indexes_of_which_something_changed_are_written(reports):
    def times() -> dict[str, int]:
        return {str(path.relative_to(reports)): path.stat().st_mtime_ns for path in reports.rglob("*.html")}

    before = times()
    site.write_index(reports)
    assert times() == before
    manifest.settle(reports / "2025-Q3" / "31")  # the same entries, from another file
    manifest.note(reports / "2025-Q3" / "31", A, _entry(A, 8931))
    _touch(reports, f"2025-Q2/31/{A}.html")  # between two quarters
    site.write_index(reports)
    after = times()
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"index.html", *(f"2025-{each}index.html" for each in ("Q1/", "Q1/31/", "Q3/", "Q3/31/"))}
    assert _rows(reports / "2025-Q3" / "31" / "index.html")["Xã Đường An"][0] == "8.931"


def test_where_all_pages_are_public_they_are_the_usual_ones(tmp_path):
    folder = tmp_path / "2025-Q3" / "31"
    for stem in (A, B, OVERVIEW):
        files = (f"{stem}.public_report.html", f"{stem}-cong-khai.xlsx")
        _touch(folder, *files)
        told = _entry(stem, 8930, 12, files=files[1:])
        manifest.note(folder, f"{stem}.public_report", replace(told, notebook="public_report"))
    site.write_index(tmp_path)
    rows = _rows(folder / "index.html")
    assert rows["Xã Đường An"] == ["8.930", "33,33%", "–", "–", "12", "Đã lập", "Số liệu công khai"]
    assert list(rows) == ["Xã Đường An", "Xã Ninh Giang"]
    text = _soup(folder / "index.html").get_text()
    for said in (
        "Có trang báo cáo của 2/114 đơn vị cấp xã",
        "“–”: không có dữ liệu hoặc không công bố (có thể suy ra số đếm dưới 3), khác với 0.",
        "Chỉ đơn vị có công bố hồ sơ đang quá hạn",
        "Tổng hợp thành phố Hải Phòng\n",
    ):
        assert said in text
    assert _rows(tmp_path / "2025-Q3" / "index.html", 0)["Thành phố Hải Phòng"][2] == "8.930"
    _touch(folder, f"{A}.html")
    site.write_index(tmp_path)
    assert list(_rows(folder / "index.html"))[:2] == ["Xã Đường An", "Xã Đường An (public_report)"]


def test_a_province_of_which_all_communes_have_a_page(tmp_path):
    for code in reference.communes_of("12")["code"]:
        _touch(tmp_path / "2025-Q3" / "12", f"{reference.file_stem(code)}.html")
    site.write_index(tmp_path)
    text = (tmp_path / "2025-Q3" / "12" / "index.html").read_text(encoding="utf-8")
    assert f"Có trang báo cáo của cả {len(reference.communes_of('12'))} đơn vị cấp xã." in text


def test_index_without_pages(tmp_path):
    assert "Chưa có báo cáo nào" in site.write_index(tmp_path / "new").read_text(encoding="utf-8")
    assert "Mọi báo cáo đều đã lập được" in (tmp_path / "new" / "failures.html").read_text(encoding="utf-8")


def test_rules_have_their_own_folders():
    calendar, official = periods.parse("2025-Q3"), periods.parse("2025-Q3", "official")
    names = {folders.name(period, grain) for period in (calendar, official) for grain in ("timestamp", "day")}
    assert names == {"2025-Q3", "2025-Q3-day", "2025-Q3-official", "2025-Q3-official-day"}
