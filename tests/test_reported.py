"""Reported figures: read as people write them, found by unit and days, and mistakes told with their place."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from helpers import formats, periods, reference, reported
from helpers.cli import cli
from helpers.errors import UserError

HEADER = "unit,period,indicator,value,source\n"
JULY = periods.parse("2025-07")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder of tables that a test may fill."""
    monkeypatch.setenv("TTHC_REPORTED", str(tmp_path / "reported"))
    (tmp_path / "reported").mkdir()
    return tmp_path / "reported"


def _values(unit: str, period: str) -> dict[str, str]:
    rows = reported.of(unit, periods.parse(period))
    return dict(zip(rows["indicator"], rows["value"].map(str), strict=True))


@given(st.integers(0, 10**9), st.sampled_from(["", ".", ",", " ", "\u00a0"]))
def test_a_whole_number_is_read_with_any_mark_between_its_thousands(count, mark):
    assert reported.number(f"{count:,}".replace(",", mark), "dossiers") == count


@given(st.integers(0, 100 * 10**4), st.integers(0, 4), st.sampled_from(".,"), st.sampled_from(["", "%", " %"]))
def test_a_percentage_keeps_the_digits_it_was_printed_with(steps, digits, mark, sign):
    printed = f"{Decimal(steps % (100 * 10**digits + 1)).scaleb(-digits):.{digits}f}"
    assert str(reported.number(printed.replace(".", mark) + sign, "percent")) == printed


def test_the_unit_decides_what_a_mark_means():
    assert reported.number("8.930", "dossiers") == 8930
    assert reported.number("8.930", "percent") == Decimal("8.93")
    assert reported.number("8930.0", "count") == 8930


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("85,10", "dossiers"), ("-3", "dossiers"), ("14 hồ sơ", "dossiers"), ("8.93", "count"), ("1.2345", "count"),
        ("8.930,000", "count"), ("100,01", "percent"), ("-1", "percent"), ("85,1,0", "percent"),
        ("8.930,5", "percent"), ("NaN", "percent"),
        ("50 %", "points"),
    ],
)  # fmt: skip
def test_what_is_no_such_number_is_refused(text, unit):
    with pytest.raises(ValueError, match="like"):
        reported.number(text, unit)


def test_the_published_table_holds_the_facts_of_its_source(shared, folder, monkeypatch):
    (folder / "published.CSV").write_bytes((shared / "published_figures.csv").read_bytes())
    theirs, left_out = {key: reported.of(key[0], _days(key)) for key in reported.counts()}, reported.unused()
    monkeypatch.delenv("TTHC_REPORTED")
    ours = {key: reported.of(key[0], _days(key)) for key in reported.counts()}
    # Two wards are called Xuân Hòa, and the source names no province; our table has the code.
    xuan_hoa = ours.pop(("08746", *_bounds("2025-Q3")))
    assert sum("'Phường Xuân Hòa'; give a code: " in line for line in left_out) == len(xuan_hoa) == 12
    assert len(left_out) - 12 == len(reported.unused()) == 0
    assert theirs.keys() == ours.keys()
    for key, rows in ours.items():
        assert rows["indicator"].tolist() == theirs[key]["indicator"].tolist()
        assert rows["value"].map(str).tolist() == theirs[key]["value"].map(str).tolist()
    assert _values("10972", "2025-07-01..2025-11-26")["online_rate_pct"] == "85.10"


def _bounds(text: str):
    period = periods.parse(text)
    return period.first_day, period.last_day


def _days(key) -> periods.Period:
    return periods.parse(f"{key[1]}..{key[2]}")


def test_a_figure_is_found_by_its_unit_and_the_days_of_its_period(folder):
    rows = ["10972,2025-07,Tiếp nhận,1.930,A", "Xã Đường An,2025-07-01..2025-07-31,late,0,A", "31,2025-07,visits,5,B"]
    rows += ["Tp Hải Phòng (cấp xã),2025-07,received,7,B", "10972,2025-07,pending,,A"]
    (folder / "a.csv").write_text(HEADER + "\n".join(rows), encoding="utf-8-sig")
    assert _values("10972", "2025-07") == {"received": "1930", "resolved_overdue": "0"}
    assert _values("31", "2025-07-01..2025-07-31") == {"visits": "5", "received": "7"}
    assert reported.of("10972", periods.parse("2025-07-01..2025-07-30")).empty
    assert reported.unused() == []


def test_a_table_that_changed_is_read_again_and_its_unit_alone_has_another_fingerprint(folder):
    units = ("10972", "11203")
    assert reported.of("10972", JULY).columns.tolist() == reported.COLUMNS
    path = folder / "a.csv"
    path.write_text(f"{HEADER}10972,2025-07,received,10,A\n11203,2025-07,received,10,A\n", encoding="utf-8")
    before = [reported.fingerprint(unit, JULY) for unit in units]
    path.write_text(f"{HEADER}10972,2025-07,received,100,A\n11203,2025-07,received,10,A\n", encoding="utf-8")
    after = [reported.fingerprint(unit, JULY) for unit in units]
    assert before[0] != after[0]
    assert before[1] == after[1]
    path.unlink()
    folder.rmdir()
    assert reported.of("10972", JULY).empty


def test_a_workbook_may_have_a_title_vietnamese_headers_and_numbers(folder):
    _workbook(
        folder / "b.xlsx",
        ["Số liệu quý III", "", "", "", "", ""],
        ["Đơn vị", "Kỳ báo cáo", "Chỉ tiêu", "Giá trị", "Nguồn", "Ghi chú"],
        ["10972", 2025, "Tiếp nhận", 8930, "BC 12", ""],
        ["10972", 2025, "Tỷ lệ tiếp nhận trực tuyến", 85.1, "BC 12", "làm tròn"],
        ["10972", 2025, "Tỷ lệ quá hạn", "0,16%", "BC 12", ""],
    )
    assert _values("10972", "2025") == {"received": "8930", "online_rate_pct": "85.1", "overdue_rate_pct": "0.16"}
    assert reported.of("10972", periods.parse("2025"))["note"].tolist() == ["", "làm tròn", ""]


def test_a_spreadsheets_percentage_cell_is_not_guessed(folder):
    _workbook(folder / "b.xlsx", HEADER.strip().split(","), ["10972", "2025", "online_rate_pct", 0.851, "A"])
    with pytest.raises(UserError, match=r"b\.xlsx, sheet Sheet1, line 2: 0\.851 may be 85\.10% or 0\.851%"):
        reported.of("10972", periods.parse("2025"))


def test_of_a_spreadsheets_number_its_fifteen_digits_are_read(folder):
    _workbook(
        folder / "b.xlsx", HEADER.strip().split(","), ["10972", "2025", "online_rate_pct", 85.10000000000001, "A"]
    )
    assert _values("10972", "2025") == {"online_rate_pct": "85.1"}


@pytest.mark.parametrize("length", [16, 30, 5000])
@pytest.mark.parametrize(("text", "unit"), [("9", "count"), ("9,", "percent"), ("9.", "points")])
def test_a_number_longer_than_any_is_a_mistake_and_no_crash(text, unit, length):
    assert str(reported.number(text.ljust(14 + len(text), "1"), unit)) == text.replace(",", ".").ljust(
        14 + len(text), "1"
    )
    with pytest.raises(ValueError, match="like 8930 or 85,10: it has more than 15 digits"):
        reported.number(text.ljust(length + 1, "1"), unit)


def _workbook(path: Path, *rows: list[object]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("10972,2025-07,received,8.93,A", r"^a\.csv, line 3: '8\.93' is no whole number like 8930"),
        ("10972,2025-07,online_rate_pct,850,A", r"^a\.csv, line 3: '850' is no number from 0 to 100 like 85,10"),
        ("10972,Q3/2025,received,1,A", r"^a\.csv, line 3: 'Q3/2025' is not a period\. Accepted forms"),
        ("10972,2025-07,online_rate_pct,85,10,A", r"^a\.csv, line 3: the row has more cells than the header"),
        (
            "10972,2025-07,received,9,A",
            r"^a\.csv, line 3: received is 9 here and 8 in a\.csv, line 2, of the same unit",
        ),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(folder, row, told):
    (folder / "a.csv").write_text(f"{HEADER}10972,2025-07,received,8,A\n{row}\n", encoding="utf-8")
    with pytest.raises(UserError, match=told):
        reported.of("10972", JULY)
    assert [line for line in reported.unused() if re.match(told, line)] == reported.unused() != []


@pytest.mark.parametrize("row", ["11203,2025-07,received,abc,A", "11203 - Xã Ninh Giang,tháng 7,received,1,A"])
def test_a_mistake_is_its_own_units_and_stops_no_planning(folder, row):
    header = f"{HEADER}10972,2025-07,received,8,A\n11203,2025-07,received,9,A\n"
    (folder / "a.csv").write_text(header, encoding="utf-8")
    before = {unit: reported.fingerprint(unit, JULY) for unit in ("10972", "11203", "31")}
    (folder / "a.csv").write_text(header + row, encoding="utf-8")
    assert _values("10972", "2025-07") == {"received": "8"}
    assert reported.of("31", JULY).empty
    with pytest.raises(UserError, match=r"^a\.csv, line 4: "):
        reported.of("11203", JULY)
    after = {unit: reported.fingerprint(unit, JULY) for unit in before}
    assert [unit for unit in before if before[unit] != after[unit]] == ["11203"]
    # A value belongs to its period; a period that cannot be read may be any.
    june = periods.parse("2025-06")
    if "abc" in row:
        assert reported.of("11203", june).empty
    else:
        with pytest.raises(UserError, match="'tháng 7' is not a period"):
            reported.of("11203", june)


def test_what_is_of_no_unit_is_told_and_stops_nothing(folder):
    (folder / "a.csv").write_text("unit,period,value,source\n10972,2025-07,8,A\n", encoding="utf-8")
    (folder / "b.xlsx").write_bytes(b"PK\x03\x04 cut off")
    (folder / "c.csv").write_text(f'{HEADER}10972,2025-07,received,8,A\n10972,2025-07,"pending,9,A\n', encoding="utf-8")
    assert _values("10972", "2025-07") == {"received": "8"}
    first, second, third = reported.unused()
    assert first.startswith("a.csv has no column indicator. Reported figures need unit, period, indicator")
    assert second.startswith("b.xlsx: it cannot be unpacked or read")
    assert third == "c.csv, line 3: the row cannot be taken apart. Check its quotation marks."


def test_numbers_of_people_are_masked_wherever_they_would_be_shown(folder):
    person = "0912345678 CCCD 031099012345 an@example.vn"
    rows = [f"10972,2025-07,received,8,{person},ghi {person}", f"{person},2025-07,received,8,A,"]
    rows += [f"10972,2025-07,{person},8,A,", f"10972,{person},received,8,A,", f"11203,2025-07,received,{person},A,"]
    (folder / f"{person}.csv").write_text(f"{HEADER.strip()},note\n" + "\n".join(rows), encoding="utf-8")
    shown = [*reported.unused()]
    with pytest.raises(UserError, match="like 8930") as caught:
        reported.of("11203", JULY)
    shown.append(str(caught.value))
    (folder / f"{person}.csv").write_text(f"{HEADER.strip()},note\n{rows[0]}\n", encoding="utf-8")
    shown += reported.of("10972", JULY)[["source", "note"]].iloc[0].tolist()
    assert len(shown) == 7
    for text in shown:
        assert "***" in text
        assert not set(person.split()) - {"CCCD"} & set(re.split(r"[ ',:]", text)), text


def test_of_many_rows_only_those_of_the_page_are_read(folder, monkeypatch):
    rows = [f"{unit},2025-{month:02d},received,8,A" for unit in ("10972", "11203", "31") for month in range(1, 13)]
    (folder / "a.csv").write_text(HEADER + "\n".join(rows), encoding="utf-8")
    read = []
    monkeypatch.setattr(reported, "number", lambda text, _: read.append(text) or Decimal(text))
    assert len(reported.of("10972", JULY)) == 1
    assert read == ["8"]


def test_figures_stand_as_in_the_tables_whatever_their_unit_is_called(folder):
    rows = ["10972,2025-07,received,1,A", "Xã Đường An,2025-07,pending,2,A", "10972,2025-07,resolved,3,A"]
    (folder / "a.csv").write_text(HEADER + "\n".join(rows), encoding="utf-8")
    assert list(_values("10972", "2025-07")) == ["received", "pending", "resolved"]


def test_the_command_line_says_what_is_used_and_what_is_not(folder):
    rows = "10972,2025-07,received,8,A\nĐâu,2025-07,received,8,A\n10972,2025-07,weather,8,A\n"
    (folder / "a.csv").write_text(HEADER + rows, encoding="utf-8")
    assert CliRunner().invoke(cli, ["reported"]).output.splitlines() == [
        "10972 Xã Đường An, 2025-07-01..2025-07-31: 1 figures",
        "not used: a.csv, line 3: no one unit is called 'Đâu'",
        "not used: a.csv, line 4: no indicator 'weather' in reported_names.csv",
        f"{folder}: 1 figures are used, 2 are not.",
    ]


def test_no_two_names_of_figures_are_alike():
    texts = [
        formats.fold(text)
        for row in reference.table("reported_names").to_dict("records")
        for text in {row["code"], row["name"], *filter(None, row["synonyms"].split(";"))}
    ]
    assert len(texts) == len(set(texts))
