"""The index is read off the folder, links every page, and is written whole."""

from helpers import periods
from helpers.export import site


def _touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("page", encoding="utf-8")


def test_index(tmp_path):
    _touch(
        tmp_path,
        "2025-Q3/31/31-thanh-pho-hai-phong.html",
        "2025-Q3/31/10972-xa-duong-an.html",
        "2025-Q3/31/10972-xa-duong-an.ipynb",
        "2025-Q3-official-day/46/19942-xa-phu-vang.html",
        "2025-07/46/.19942-xa-phu-vang.html.new",
        "notes/46/19942-xa-phu-vang.html",
    )
    text = site.write_index(tmp_path).read_text(encoding="utf-8")
    assert text.count("<li>") == 2
    assert 'href="2025-Q3/31/10972-xa-duong-an.html">Xã Đường An</a>' in text
    assert 'href="2025-Q3/31/31-thanh-pho-hai-phong.html">Tổng hợp Thành phố Hải Phòng</a>' in text
    assert "Quý III/2025 (theo kỳ chốt số liệu), so sánh theo ngày – Thành phố Huế" in text
    assert "ipynb" not in text
    assert "http" not in text
    assert not list(tmp_path.glob(".*"))
    assert "số liệu mẫu" not in text
    (tmp_path / "2025-Q3/31/10972-xa-duong-an.html").write_text('<p class="stamp">', encoding="utf-8")
    text = site.write_index(tmp_path).read_text(encoding="utf-8")
    assert "Quý III/2025 – Thành phố Hải Phòng (số liệu mẫu)</h2>" in text
    assert text.count("(số liệu mẫu)</h2>") == 1


def test_index_without_pages(tmp_path):
    assert "Chưa có báo cáo nào" in site.write_index(tmp_path / "new").read_text(encoding="utf-8")


def test_rules_have_their_own_folders():
    calendar, official = periods.parse("2025-Q3"), periods.parse("2025-Q3", "official")
    names = {site.folder_name(period, grain) for period in (calendar, official) for grain in ("timestamp", "day")}
    assert names == {"2025-Q3", "2025-Q3-day", "2025-Q3-official", "2025-Q3-official-day"}
