"""The import command: what it prints, refuses, keeps and takes back."""

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from helpers import settings, store
from helpers.cli import cli
from helpers.errors import UserError

EVER = (pd.Timestamp(2000, 1, 1), pd.Timestamp(2100, 1, 1))
HEADER = "Mã hồ sơ,Chủ hồ sơ,Mã xã,Ngày tiếp nhận,Ngày hẹn trả,Lĩnh vực\n"


class Office:
    """A folder with files to import and a store."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, folder / "store"

    def file(self, name: str, *rows: str) -> str:
        (self.folder / name).write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return str(self.folder / name)

    def tthc(self, *arguments: str) -> str:
        """Run a command; an error of the user's comes out as such."""
        run = CliRunner().invoke(cli, [*arguments, "--store", str(self.store)], catch_exceptions=False)
        assert run.exit_code == 0, run.output
        return run.output

    def bring(self, *files: str, profile: str = "one-stop", more: tuple[str, ...] = ()) -> str:
        return self.tthc("import", *files, "--profile", profile, *more)


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


def rows(first: int, last: int, field: str = "Đất đai", commune: str = "10972") -> list[str]:
    return [
        f"H31-{n:05d},Trịnh Khắc Ẩn,{commune},{n % 28 + 1:02d}/07/2025,30/07/2025,{field}" for n in range(first, last)
    ]


def test_counts_are_printed_and_logged(office):
    output = office.bring(office.file("a.csv", *rows(0, 40), "H31-9,,10972,hôm qua,,Đất đai", "Tổng cộng,,,,,"))
    assert "a.csv: 41 rows = 40 accepted + 1 rejected; 1 totals, headings and notes passed over" in output
    assert "1 rejected: Ngày tiếp nhận: không đọc được ngày" in output
    assert "Import 1: a.csv: 40 new, 0 replaced." in output
    [record] = store.snapshot(office.store).imports
    assert (record["number"], record["file"], record["profile"]) == (1, "a.csv", "one-stop")
    assert [record[name] for name in ("rows", "accepted", "rejected", "passed_over")] == [41, 40, 1, 1]
    assert len(record["sha256"]) == len(record["profile_sha256"]) == 64
    assert {"tthc-reports", "python", "pandas", "pyarrow", "python-calamine"} == set(record["versions"])
    assert record["imported_at"]
    assert {each["rule"] for each in store.details(office.store, 1)["problems"]} == {"no_time", "not_a_dossier"}


def test_the_list_of_rejected_rows_holds_no_person_and_no_formula(office):
    path = office.file(
        "=đơn vị.csv", "=1+1,Trịnh Khắc Ẩn,10972,01/07/2025,,", "H31-2,Trịnh Khắc Ẩn,Đường Ann,x,,", *rows(5, 45)
    )
    with pytest.raises(UserError, match=r"2 of 42 rows \(4.8 %\) are rejected, more than 4 %"):
        office.bring(path, more=("--max-rejected", "4"))
    assert not office.store.exists()
    [listed] = (office.folder / "rejected").iterdir()
    assert listed.name.startswith("don-vi-")
    header, *lines = CalamineWorkbook.from_path(str(listed)).get_sheet_by_index(0).to_python()
    assert header == ["Trang", "Dòng", "Mã hồ sơ", "Xã, phường", "Ngày tiếp nhận", "Lý do"]
    assert [line[:3] for line in lines] == [[1, 2, ""], [1, 3, "H31-2"]]
    assert lines[0][3:5] == ["10972 Xã Đường An", "01/07/2025 00:00"]
    assert lines[0][5] == "Mã hồ sơ: không có dạng một mã hồ sơ"
    assert "10972 Xã Đường An (Thành phố Hải Phòng)" in lines[1][5]
    assert "Trịnh" not in str(lines)


def test_too_many_rejected_rows_write_nothing(office):
    office.bring(office.file("a.csv", *rows(0, 10)))
    before = {path: path.read_bytes() for path in office.store.rglob("*.*")}
    good, bad = office.file("b.csv", *rows(20, 30)), office.file("c.csv", *rows(30, 39), "H31-9,,10972,x,,")
    with pytest.raises(UserError, match=r"c.csv: 1 of 10 rows \(10.0 %\).*Nothing was imported.*--max-rejected"):
        office.bring(good, bad)
    assert {path: path.read_bytes() for path in office.store.rglob("*.*")} == before
    assert "c.csv: 9 new" in office.bring(good, bad, more=("--max-rejected", "10"))


def test_a_later_export_replaces_and_a_removed_one_gives_back(office):
    first, second = office.file("a.csv", *rows(0, 10)), office.file("b.csv", *rows(5, 12, "Hộ tịch"))
    office.bring(first)
    assert "2 new, 5 replaced" in office.bring(second)
    assert "was imported before; nothing changed" in office.bring(first)
    shown = office.tthc("store")
    assert "10972 Xã Đường An: 12 dossiers, 2025-07 to 2025-07 (1 with dossiers), last import 2" in shown
    assert "a.csv, one-stop, 10 rows = 10 accepted + 0 rejected" in shown
    assert (
        office.tthc("store", "remove", "2") == "Import 2 removed: 7 dossiers went, 5 came back as they were before.\n"
    )
    assert "10 dossiers of 1 communes, 1 imports" in office.tthc("store")
    with pytest.raises(UserError, match="no import 2"):
        office.tthc("store", "remove", "2")


def test_the_store_lists_communes_in_vietnamese_order(office):
    codes = ["10972", "11203", "11239", "10525"]
    office.bring(office.file("a.csv", *[row for code in codes for row in rows(0, 2, commune=code)]))
    lines = [line for line in office.tthc("store", "--province", "Hải Phòng").splitlines() if "dossiers, 2025" in line]
    names = [line.split(":")[0].split(" ", 1)[1] for line in lines]
    assert len(names) == 4
    assert names.index("Xã Đường An") < names.index("Xã Ninh Giang")


def test_auto_uses_only_what_is_sure(office):
    sure, unsure = office.file("a.csv", *rows(10, 20)), office.file("b.csv", *rows(20, 30, "Lĩnh vực lạ"))
    assert "10 new" in office.bring(sure, profile="auto")
    with pytest.raises(UserError, match="not sure of"):
        office.bring(unsure, profile="auto")
    draft = office.folder / "b.toml"
    run = CliRunner().invoke(cli, ["profile", "new", unsure, "--output", str(draft)])
    assert run.exit_code == 0
    assert "1 points are unsure" in run.output
    text = draft.read_text(encoding="utf-8").replace('# ? "Lĩnh vực lạ" = ""', '"Lĩnh vực lạ" = "Lĩnh vực lạ"')
    draft.write_text(text, encoding="utf-8")
    office.bring(unsure, profile=str(draft))
    assert set(store.imported(office.store, 2)["field"]) == {"Lĩnh vực lạ"}
    with pytest.raises(UserError, match="is there already"):
        CliRunner().invoke(cli, ["profile", "new", unsure, "--output", str(draft)], catch_exceptions=False)


def test_the_page_on_an_import(office):
    office.bring(office.file("a.csv", *rows(0, 40, "Lĩnh vực lạ"), "H31-9,Trịnh Khắc Ẩn,Nơi nào,01/07/2025,,Đất đai"))
    page = Path(office.tthc("quality", "--reports", str(office.folder / "reports")).strip())
    text = page.read_text(encoding="utf-8")
    assert page.name == "000001.html"
    for piece in (
        "Chất lượng dữ liệu của một lần nhập",
        "a.csv",
        "97,56%",
        "giá trị không có trong danh mục nên bỏ trống",
    ):
        assert piece in text
    notebook = json.dumps(json.loads(page.with_suffix(".ipynb").read_text(encoding="utf-8")), ensure_ascii=False)
    for piece in ("Trịnh", "Nơi nào", "Lĩnh vực lạ"):
        assert piece not in text
        assert piece not in notebook
    with pytest.raises(UserError, match="no import 7"):
        office.tthc("quality", "7")


def test_remove_takes_the_store_of_the_group_too(office):
    office.bring(office.file("a.csv", *rows(0, 3)))
    run = CliRunner().invoke(cli, ["store", "--store", str(office.store), "remove", "1"], catch_exceptions=False)
    assert "Import 1 removed: 3 dossiers" in run.output
    assert store.snapshot(office.store).rows == 0


def test_a_given_commune_does_not_overrule_the_file(office):
    path = office.file("a.csv", *rows(0, 3, commune="11203"))
    with pytest.raises(UserError, match=r"3 rows are of another commune than 10972, most of them of 11203"):
        office.bring(path, more=("--commune", "10972"))
    (office.folder / "b.csv").write_text("Mã hồ sơ,Đơn vị,Ngày nhận\nH1-1,Bộ phận số 1,01/07/2025\n", encoding="utf-8")
    assert "1 new" in office.bring(str(office.folder / "b.csv"), more=("--commune", "10972"))


def test_one_file_read_twice_does_not_count_twice(office):
    path = office.folder / "a.csv"
    path.write_text("Mã hồ sơ,Nơi,Ngày nhận\nH1-1,Bộ phận 1,01/07/2025\n", encoding="utf-8")
    office.bring(str(path), more=("--commune", "10972"))
    own = office.folder / "own.toml"
    columns = 'dossier_id = "Mã hồ sơ"\ncommune = "Nơi"\nreceived_at = "Ngày nhận"\n'
    own.write_text(f'[columns]\n{columns}[values.commune]\n"Bộ phận 1" = "11203"\n[dates]\nforms = ["%d/%m/%Y"]\n')
    with pytest.raises(UserError, match=r"was import 1, and 1 of its dossiers.*tthc store remove 1"):
        office.bring(str(path), profile=str(own))
    office.tthc("store", "remove", "1")
    assert "1 new" in office.bring(str(path), profile=str(own))


def test_files_given_together_are_taken_in_the_order_of_their_data(office):
    """Shells sort thang-10 before thang-9."""
    old = office.file("thang-9.csv", "H31-1,,10972,01/07/2025,,Đất đai")
    new = office.file("thang-10.csv", "H31-1,,10972,01/07/2025,,Hộ tịch", "H31-2,,10972,05/07/2025,,Hộ tịch")
    office.bring(new, old)
    assert set(store.read(office.store, "31", *EVER)["field"]) == {"ho-tich"}
    late = office.file("cu.csv", "H31-2,,10972,02/07/2025,,Đất đai")
    assert "the store has an import up to 2025-07-05" in office.bring(late)


def test_what_is_passed_over_is_listed(office):
    """A dossier is never taken for a total, whatever its other cells say."""
    people = ["Công ty TNHH Thành Đạt", "Tống Văn B", "Tổng công ty 3"]
    (office.folder / "a.csv").write_text(
        "Chủ hồ sơ,Mã hồ sơ,Mã xã,Ngày nhận\n"
        + "".join(f"{name},H31-250701-{n},10972,\n" for n, name in enumerate(people))
        + "".join(f"A,H31-250702-{n},10972,02/07/2025\n" for n in range(97))
        + "Tổng cộng: 100,,,\n",
        encoding="utf-8",
    )
    output = office.bring(str(office.folder / "a.csv"))
    assert "100 rows = 97 accepted + 3 rejected; 1 totals" in output
    [listed] = (office.folder / "rejected").iterdir()
    assert CalamineWorkbook.from_path(str(listed)).get_sheet_by_index(1).to_python() == [["Trang", "Dòng"], [1, 102]]


def test_no_list_outlives_its_reasons(office):
    """A list of rejected rows of an attempt before the file was mended does not stay."""
    path = office.file("a.csv", *rows(0, 40), "H31-9,,10972,x,,")
    office.bring(path)
    assert len(list((office.folder / "rejected").iterdir())) == 1
    own = office.folder / "own.toml"
    one_stop = (settings.reference() / "profiles" / "one-stop.toml").read_text(encoding="utf-8")
    own.write_text(one_stop + '[values.received_at]\n"x" = "01/07/2025"\n', encoding="utf-8")
    office.bring(path, profile=str(own))
    assert list((office.folder / "rejected").iterdir()) == []
