"""Exports as they come: every row is accepted or rejected at its number, and no personal value gets in."""

import gzip
import json
import unicodedata
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from helpers import dossiers, importing, profiles, store
from helpers.errors import UserError

FIXTURES = Path(__file__).parent / "fixtures"
NATIONAL, ONE_STOP = FIXTURES / "national-nested-personal.jsonl", FIXTURES / "one-stop-bom-semicolon-personal.csv"
# What the fixtures hold of people, in pieces: none may be anywhere behind the reading.
PERSONAL = ["Khắc Ẩn Danh", "001061098765", "1061098765", "0987650123", "987650123", "an.danh@", "Lưu Dấu", "19610317"]
PERSONAL += ["Kín Tiếng", "Quán Lý", "CCCD", "190312345678", "https:"]


def rejected(result: importing.Imported) -> dict[int, str]:
    return dict(zip(result.rejected["row"], result.rejected["reasons"], strict=True))


def counts(result: importing.Imported) -> dict[str, int]:
    """How often each rule was broken."""
    return result.problems.groupby("rule")["count"].sum().to_dict()


def moments(*texts: str | None) -> list[pd.Timestamp]:
    return [pd.NaT if text is None else pd.Timestamp(text) for text in texts]


def same(values: pd.Series, expected: list[object]) -> bool:
    return values.reset_index(drop=True).equals(pd.Series(expected, dtype=values.dtype))


def national(folder: Path, *records: object) -> importing.Imported:
    """JSON lines; each record over one that is right."""
    right = {"MaHoSo": "1", "MaXa": "08746", "NgayTiepNhan": "20250701083000"}
    path = folder / "export.jsonl"
    lines = [json.dumps({**right, "MaHoSo": str(i), **record}) for i, record in enumerate(records)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return importing.read(path, profiles.load("national"))


def one_stop(path: Path, text: str) -> importing.Imported:
    path.write_text("Mã hồ sơ,Mã xã,Ngày tiếp nhận\n" + text, encoding="utf-8")
    return importing.read(path, profiles.load("one-stop"))


def traces(result: importing.Imported, folder: Path) -> str:
    """Everything that is left of an import, as text: tables, reasons, record, and the whole store."""
    store.put(folder, [store.Entry(result.accepted, result.record, {"problems": result.problems.to_dict("records")})])
    texts = [result.accepted.to_csv(), result.rejected.to_csv(), str(result.record)]
    for path in folder.rglob("*.*"):
        if path.suffix == ".parquet":
            table = pq.read_table(path, partitioning=None)
            texts += [str(table.schema.metadata), str(table.to_pylist())]
        else:
            texts.append(path.read_text(encoding="utf-8"))
    return unicodedata.normalize("NFC", "\n".join(texts))


# --- the two profiles that come with the project ----------------------------------------------------------------


def test_national_fields_from_json_lines():
    result = importing.read(NATIONAL, profiles.load("national"))
    assert {key: result.record[key] for key in ("rows", "accepted", "rejected")} == {
        "rows": 9,
        "accepted": 4,
        "rejected": 5,
    }
    # Rows have the number of their line; the empty line 4 is no row.
    assert list(result.accepted["source_row"]) == [1, 2, 3, 7]
    reasons = rejected(result)
    assert list(reasons) == [5, 6, 8, 9, 10]
    assert "Ngày tiếp nhận: không đọc được ngày" in reasons[5]
    assert "Xã, phường: không có mã hoặc tên này" in reasons[5]
    assert "08746 Phường Xuân Hòa (Tỉnh Phú Thọ)" in reasons[5]
    assert reasons[6].startswith("Mã hồ sơ: đã có ở dòng khác của cùng đơn vị")
    assert reasons[9] == "Trạng thái: giá trị chưa khai báo trong hồ sơ cấu hình"
    assert reasons[10] == "Mã hồ sơ: để trống mà bắt buộc phải có"

    rows = result.accepted
    codes = ["H44.100-250701-00012", "H44.100-250701-00013", "H44.100-250701-00014", "H44.100-250701-00012"]
    assert list(rows["dossier_id"]) == codes
    assert list(rows["commune"]) == ["08746", "08746", "08746", "10972"]
    assert list(rows["channel"]) == ["online", "direct", "postal", "online"]
    assert list(rows["applicant_kind"]) == ["citizen", "business", "citizen", "citizen"]
    # A field that no table knows could be a person's name: it is left out and counted.
    assert same(rows["field"], ["dat-dai", "dat-dai", "dat-dai", None])
    assert counts(result)["unknown_text"] == 1
    assert same(rows["supplement_requests"], [1, 1, 1, 1])
    assert rows["fee_due"].isna().all()  # the fees there have no field Gia: not said, not "no fee"
    assert same(rows["holder"], ["economy", None, "economy", "economy"])
    assert same(rows["status"], [10, 4, 10, 10])
    assert same(rows["paid_online"], [True, None, True, True])
    assert same(rows["digitised"], [True, False, True, True])
    received = moments("2025-07-01 08:30:15", "2025-07-01 08:30:15", "2025-07-02 09:00:00", "2025-07-01 08:30:15")
    assert same(rows["received_at"], received)
    assert same(rows["due_at"], moments("2025-07-05 17:00", None, "2025-07-05", "2025-07-05 17:00"))
    assert list(rows["due_date_only"]) == [False, False, True, False]
    assert same(rows["finished_at"], moments("2025-07-04 15:00", None, *["2025-07-04 15:00"] * 2))
    assert same(rows["returned_at"], moments(None, None, *["2025-07-04 16:00"] * 2))
    dossiers.schema().validate(rows)


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_one_stop_headers_from_csv(tmp_path, suffix):
    path = tmp_path / f"Sổ theo dõi{suffix}"
    path.write_bytes(gzip.compress(ONE_STOP.read_bytes()) if suffix == ".csv.gz" else ONE_STOP.read_bytes())
    result = importing.read(path, profiles.load("one-stop"))
    assert (result.record["rows"], result.record["accepted"], result.record["rejected"]) == (7, 3, 4)
    rows = result.accepted
    # Row numbers are those of a spreadsheet: a line break inside a cell does not count, the empty row 4 does.
    assert list(rows["source_row"]) == [2, 3, 9]
    assert list(rows["dossier_id"]) == ["H31.15-250701-0001", "000123", "H31.15-250701-0007"]
    assert set(rows["commune"]) == {"10972"}
    assert result.record["file"] == path.name
    assert same(rows["channel"], ["online", "direct", None])
    assert same(rows["status"], [10, 4, 5])
    assert same(rows["received_at"], moments("2025-07-01 08:30:15", "2025-07-01", "2025-07-03 12:00"))
    assert list(rows["received_date_only"]) == [False, True, False]
    assert same(rows["due_at"], moments("2025-07-05", "2025-07-01 17:00", "2025-07-04"))
    assert list(rows["due_date_only"]) == [True, False, True]
    assert same(rows["finished_at"], moments("2025-07-04 15:00", None, None))
    reasons = rejected(result)
    assert list(reasons) == [5, 6, 7, 8]
    assert reasons[5] == "số ô của dòng khác số cột của tiêu đề"
    assert reasons[6].startswith("Ngày tiếp nhận: ")
    assert reasons[7].startswith("Mã hồ sơ: ")
    assert reasons[8].startswith("Hình thức nộp: ")


@pytest.fixture
def workbook(tmp_path):
    """Write a one-stop spreadsheet of (id, commune, received, due) and read it."""

    def read(*rows: tuple[object, ...]) -> importing.Imported:
        path = tmp_path / "Xuất Excel.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("Hồ sơ")
            moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            header = ["Số biên nhận", "Chủ hồ sơ", "Điện thoại", "Mã xã", "Ngày nhận", "Hạn trả"]
            sheet.write_row(0, 0, header)
            for number, (identity, *cells) in enumerate(rows, start=1):
                people = [] if identity is None else ["Trịnh Khắc Ẩn Danh", "0987650123"]
                for column, cell in enumerate([identity, *(people or [None, None]), *cells]):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(number, column, cell, moment)
                    elif isinstance(cell, date):
                        sheet.write_datetime(number, column, cell, day)
                    elif cell is not None:
                        sheet.write(number, column, cell)
        return importing.read(path, profiles.load("one-stop"))

    return read


def test_one_stop_headers_from_a_spreadsheet(workbook, tmp_path):
    result = workbook(
        ("H25-1", "08746", datetime(2025, 7, 1, 8, 30, 15), date(2025, 7, 5)),
        ("H25-2", 8746, "01/07/2025 08:30:15", "05/07/2025"),
        ("00012", "8746", 45839.354340277778, 45843),
        (12, 8746.0, "2025-07-01 08:30:15", None),
        (None, None, None, None),
        ("H25-5", "08746", "hôm qua", date(2025, 7, 5)),
        ("H25-6", "87460", datetime(2025, 7, 1, 8, 30, 15), 12),
        ("H25-1", "08746", datetime(2025, 7, 2), None),
    )
    rows = result.accepted
    assert result.record["rows"] == 7
    assert list(rows["dossier_id"]) == ["H25-1", "H25-2", "00012", "12"]
    assert list(rows["source_row"]) == [2, 3, 4, 5]
    assert set(rows["commune"]) == {"08746"}
    assert set(rows["received_at"]) == {pd.Timestamp("2025-07-01 08:30:15")}
    assert not rows["received_date_only"].any()
    assert same(rows["due_at"], moments(*["2025-07-05"] * 3, None))
    assert list(rows["due_date_only"]) == [True, True, True, False]
    reasons = rejected(result)
    assert list(reasons) == [7, 8, 9]
    assert reasons[7] == "Ngày tiếp nhận: không đọc được ngày theo các dạng đã khai báo"
    assert reasons[8].startswith("Xã, phường: ")
    assert "Ngày hẹn trả: " in reasons[8]
    left = traces(result, tmp_path / "store")
    assert [piece for piece in PERSONAL if piece in left] == []


def test_a_typed_time_keeps_its_second(workbook):
    """A spreadsheet stores a time as a fraction of a day, which is seldom exact."""
    times = [datetime(2025, 7, 1 + i % 28, i % 24, (i * 7) % 60, (i * 13) % 60) for i in range(1, 500)]
    result = workbook(*[(f"H25-{i}", "08746", time, None) for i, time in enumerate(times)])
    assert list(result.accepted["received_at"]) == [pd.Timestamp(time) for time in times]


@pytest.mark.parametrize(("path", "name"), [(NATIONAL, "national"), (ONE_STOP, "one-stop")])
def test_no_personal_value_is_left_behind_the_reading(tmp_path, path, name):
    source = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
    planted = [piece for piece in PERSONAL if piece in source]
    assert len(planted) >= 7
    left = traces(importing.read(path, profiles.load(name)), tmp_path)
    assert "-250701-00" in left  # that it looks at the right things
    assert [piece for piece in planted if piece in left] == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("DonViXuLy", {"Ten": "Phòng Kinh tế", "CanBo": "Quán Lý"}),
        ("TenLinhVuc", [{"HoTen": "Quán Lý"}]),
        ("MaTTHC", ["Quán Lý"]),
    ],
)
def test_a_list_in_a_mapped_column_does_not_enter_whole(tmp_path, column, value):
    result = national(tmp_path, {}, {column: value})
    assert result.record["rows"] == 2
    assert "Quán Lý" not in traces(result, tmp_path / "store")


@pytest.mark.parametrize(("path", "name"), [(NATIONAL, "national"), (ONE_STOP, "one-stop")])
def test_the_same_file_twice_changes_nothing(tmp_path, path, name):
    result = importing.read(path, profiles.load(name))
    [first] = store.put(tmp_path, [store.Entry(result.accepted, result.record, {})])
    assert (first.new, first.replaced, first.known) == (len(result.accepted), 0, False)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.*")}
    again = importing.read(path, profiles.load(name))
    assert again.record == result.record
    assert store.put(tmp_path, [store.Entry(again.accepted, again.record, {})])[0].known
    assert {file: file.read_bytes() for file in tmp_path.rglob("*.*")} == before


# --- values and rows ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20250701083000", "2025-07-01 08:30:00"),
        ("20250701", "2025-07-01"),
        ("20250701000000", "2025-07-01"),
        ("2025-07-01T08:30:00", "2025-07-01 08:30:00"),
        ("202507010830", None),  # without seconds: neither 08:03:00 nor a guess
        ("2025070108300", None),
        ("20250701083", None),
        ("20250701240000", None),
        ("20250229080000", None),
        ("45839", None),
    ],
)
def test_national_dates_are_read_exactly_or_not_at_all(tmp_path, text, moment):
    result = national(tmp_path, {"NgayTiepNhan": text})
    assert result.record["rows"] == 1
    assert list(result.accepted["received_at"]) == ([] if moment is None else [pd.Timestamp(moment)])
    # One dossier at midnight is a whole column of midnights: a date.
    assert list(result.accepted["received_date_only"]) == ([] if moment is None else [moment.endswith("01")])


def test_rows_of_a_wrong_length_are_rejected_not_lost(tmp_path):
    text = "A1,08746,01/07/2025,0987650123\nB1,08746\n\n , ,\nC1,08746,01/07/2025\n,08746,01/07/2025\n"
    result = one_stop(tmp_path / "a.csv", text)
    assert list(result.accepted["dossier_id"]) == ["C1"]
    assert list(result.accepted["source_row"]) == [6]
    assert rejected(result) == {
        2: "số ô của dòng khác số cột của tiêu đề",
        3: "số ô của dòng khác số cột của tiêu đề",
        7: "Mã hồ sơ: để trống mà bắt buộc phải có",
    }
    assert result.record["rows"] == 4


def test_repeated_ids(tmp_path):
    """The row with the latest result counts, else the first; the same id in another commune is another dossier."""
    text = "A1,08746,01/07/2025\nA1,8746,02/07/2025\nA1,10972,03/07/2025\nB1,08746,x\nB1,08746,04/07/2025\n"
    result = one_stop(tmp_path / "a.csv", text)
    assert list(result.accepted["source_row"]) == [2, 4, 6]
    assert list(rejected(result)) == [3, 5]


def test_a_column_with_the_month_first_beside_one_with_the_day_first(tmp_path):
    """Each due date alone could be read both ways; together with the receipt they cannot."""
    rows = [f"A{n},10972,{n + 12}/07/2025,08/{n:02d}/2025" for n in range(1, 9)]
    path = tmp_path / "a.csv"
    path.write_text("Mã hồ sơ,Mã xã,Ngày tiếp nhận,Ngày hẹn trả\n" + "\n".join(rows), encoding="utf-8")
    with pytest.raises(UserError, match="7 of 8 dates under 'Ngày hẹn trả'"):
        importing.read(path, profiles.load("one-stop"))


def test_a_code_that_is_a_person_is_refused(tmp_path):
    people = ["NguyenVanAn1985", "TRANTHIB-01", "0987.650.123", "H31-0987650123", "001061098765"]
    codes = ["TTPVHCC-0001", "H31.15-250701-00012", "0307250001", "250701000123"]
    rows = "".join(f"{code},10972,01/07/2025\n" for code in [*people, *codes])
    result = one_stop(tmp_path / "a.csv", rows)
    assert list(result.accepted["dossier_id"]) == codes
    assert counts(result)["personal_code"] == len(people)


def test_one_commune_for_the_whole_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Mã hồ sơ\tNgày nhận\nA1\t01/07/2025\n", encoding="utf-8")
    how = profiles.load("one-stop")
    with pytest.raises(UserError, match=r"commune.*--commune CODE"):
        importing.read(path, how)
    assert list(importing.read(path, how, commune="08746").accepted["commune"]) == ["08746"]


def test_a_file_without_rows(tmp_path):
    result = one_stop(tmp_path / "a.csv", "")
    assert (result.record["rows"], len(result.accepted), len(result.rejected)) == (0, 0, 0)
    result = one_stop(tmp_path / "a.csv", "A1,x,y\n")
    assert (result.record["rows"], len(result.accepted), len(result.rejected)) == (1, 0, 1)


RIGHT = "Mã hồ sơ,Mã xã,Ngày tiếp nhận\n" + "A1,08746,01/07/2025\n" * 500
BROKEN = {
    "none.csv": None,
    "a.xls": b"x",
    "a.csv.zip": b"x",
    "empty.csv": b"",
    "binary.csv": bytes(range(256)) * 100,
    "cut.csv.gz": gzip.compress(RIGHT.encode(), mtime=0)[:-20],
    "flipped.csv.gz": gzip.compress(RIGHT.encode(), mtime=0)[:15] + b"\xff" * 20,
    "no-zip.xlsx": b"x",
    "other-headers.csv": b"id,unit\n1,2\n",
    "no-object.jsonl": b"[1]\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path, name):
    if BROKEN[name] is not None:
        (tmp_path / name).write_bytes(BROKEN[name])
    with pytest.raises(UserError, match=name) as caught:
        importing.read(tmp_path / name, profiles.load("one-stop"))
    assert "\n" not in str(caught.value)


# --- profiles that users write -----------------------------------------------------------------------------------

OWN = """
[columns]
dossier_id = "Số"
commune = ["Nơi nhận"]
received_at = "Nhận"
status = "Tình trạng"
[dates]
forms = ["%d.%m.%Y"]
[values.status]
"xong" = "9"
[constants]
province = "25"
channel = "direct"
"""


def own(folder: Path, text: str) -> importing.Imported:
    (folder / "own.toml").write_text(text, encoding="utf-8")
    path = folder / "a.csv"
    path.write_text(
        "Số;Nơi nhận;Nhận;Tình trạng\n1;Xuân Hoà;01.07.2025;XONG\n2;Tân Thành;02.07.2025;\n", encoding="utf-8"
    )
    return importing.read(path, profiles.load(str(folder / "own.toml")))


def test_own_profile(tmp_path):
    result = own(tmp_path, OWN)
    assert list(result.accepted["commune"]) == ["08746"]  # of five that have this name, the one of the province
    assert list(result.accepted["status"]) == [9]
    assert list(result.accepted["channel"]) == ["direct"]
    assert list(result.accepted["received_date_only"]) == [True]
    assert list(rejected(result)) == [3]  # no commune of that name there
    assert result.record["profile"] == "own"


MISTAKES = {
    "no TOML": (OWN + "[", "TOML"),
    "unknown column": (OWN.replace("status =", "trang_thai ="), "trang_thai"),
    "unknown section": (OWN.replace("[values.status]", "[value.status]"), "value"),
    "required column unmapped": (OWN.replace('received_at = "Nhận"', ""), "received_at"),
    "no such header": (OWN.replace('"Nhận"', '"Ngày"'), "received_at"),
    "columns is a text": ('columns = "Số"', "columns"),
    "header is a number": (OWN.replace('"Tình trạng"', "5"), "status"),
    "headers hold a number": (OWN.replace('["Nơi nhận"]', "[5]"), "commune"),
    "form is a text": (OWN.replace('["%d.%m.%Y"]', '"%d.%m.%Y"'), "forms"),
    "form is no form": (OWN.replace("%d.%m.%Y", "%Q"), "%Q"),
    "form is a number": (OWN.replace('"%d.%m.%Y"', "5"), "forms"),
    "forms misspelt": (OWN.replace("forms =", "form ="), "form"),
    "dates is a text": ('dates = "x"\n' + OWN.replace('[dates]\nforms = ["%d.%m.%Y"]', ""), "dates"),
    "values are a text": (OWN.replace('[values.status]\n"xong" = "9"', '[values]\nstatus = "9"'), "status"),
    "one header for two columns": (OWN.replace('"Tình trạng"', '"Nhận"'), "two columns"),
    "an empty header": (OWN.replace('"Tình trạng"', '""'), "status"),
    "values of no column": (OWN + '[values.field]\n"a" = "dat-dai"', "values.field"),
    "a value that is none": (OWN.replace('"9"', '"99"'), "'99'"),
    "no such province": (OWN.replace('"25"', '"99"'), "99"),
    "a code for all": (OWN + 'dossier_id = "1"', "dossier_id"),
    "a day twice": (OWN.replace("%d.%m.%Y", "%d.%d.%Y"), "%d.%d.%Y"),
    "two places for one column": (OWN + 'commune = "10972"', "commune"),
    "values are a list": ("values = [1]\n" + OWN.replace('[values.status]\n"xong" = "9"', ""), "values"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_profile_is_one_line(tmp_path, mistake):
    text, named = MISTAKES[mistake]
    with pytest.raises(UserError, match=named) as caught:
        own(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_an_unknown_profile_lists_those_there_are(tmp_path):
    for name in ("natoinal", str(tmp_path / "none.toml")):
        with pytest.raises(UserError, match="national, one-stop"):
            profiles.load(name)
