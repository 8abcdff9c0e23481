"""The annex workbook: each list is whole, dates are dates, counts stand behind each rate, and nothing runs."""

import datetime
import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from helpers import findings, indicators, overdue, slices
from helpers.annexes import lists, workbooks
from helpers.annexes.texts import printable

NASTY = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =cmd|'/c calc'!A0", "\x00=1", "＝1", "ô\x00\x0b\ufffelạ"]


def _sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def _column(rows: list[list[object]], title: str) -> list[object]:
    place = rows[0].index(title)
    return [row[place] for row in rows[1:]]


@pytest.fixture(scope="module")
def part(small):
    return slices.commune("08746", "2025-Q3", folder=small)


@pytest.fixture(scope="module")
def sheets(part):
    return _sheets(lists.workbook(part, []))


def test_sheets_and_summary(part, sheets):
    assert list(sheets) == [
        "Tóm tắt", "Chỉ số", "Quá hạn đang giải quyết", "Quá hạn đã giải quyết", "Sắp đến hạn", "Điểm cần kiểm tra",
        "Quy tắc",
    ]  # fmt: skip
    facts = dict(row[:2] for row in sheets["Tóm tắt"])
    assert facts["Đơn vị"] == "Phường Xuân Hòa, tỉnh Phú Thọ (mã 08746)"
    assert facts["Thời điểm chốt số liệu"] == "Hết ngày 30/09/2025"
    assert facts["Mã kiểm chứng dữ liệu"] == part.fingerprint
    assert "SỐ LIỆU MẪU" in facts["Lưu ý"]
    for name, rows in list(sheets.items())[1:]:
        assert facts[name].startswith(f"{len(rows) - 1} dòng: "), name


def test_what_a_sheet_cannot_hold_goes_on_in_another(part, sheets, monkeypatch):
    name = "Quá hạn đã giải quyết"
    monkeypatch.setattr(workbooks, "_MOST_ROWS", 3)
    pieces = {each: rows for each, rows in _sheets(lists.workbook(part, [])).items() if each.startswith(name)}
    assert list(pieces) == [name, *(f"{name} ({number})" for number in range(2, len(pieces) + 1))]
    assert len(pieces) > 2
    assert all(rows[0] == sheets[name][0] and len(rows) <= 4 for rows in pieces.values())
    assert [row for rows in pieces.values() for row in rows[1:]] == sheets[name][1:]


def test_overdue_lists_are_whole_and_dates_are_dates(part, sheets):
    for name, outcome in (("Quá hạn đang giải quyết", "pending_overdue"), ("Quá hạn đã giải quyết", "late")):
        rows = part.overdue[part.overdue["outcome"] == outcome]
        assert _column(sheets[name], "Mã hồ sơ") == rows["dossier_id"].tolist()
        assert _column(sheets[name], "Số ngày làm việc quá hạn") == rows["days_late"].tolist()
        due = _column(sheets[name], "Hạn trả")
        assert all(type(cell) is datetime.datetime for cell in due)
        assert [round(cell.timestamp()) for cell in due] == [
            round(day.timestamp()) for day in rows["due_at"].dt.to_pydatetime()
        ]
    soon = overdue.due_soon(part.classed, part.period)
    assert _column(sheets["Sắp đến hạn"], "Mã hồ sơ") == soon["dossier_id"].tolist()


def test_rates_stand_beside_their_counts(part, sheets):
    rows, figures = sheets["Chỉ số"], indicators.figures(part.computed)
    for indicator, row in zip(indicators.INDICATORS, rows[1:], strict=True):
        label, value, numerator, denominator = row[:4]
        figure = figures[indicator.name]
        assert label == indicator.label
        if figure["numerator"] is None:
            assert (value, numerator) == ("", "")
        elif indicator.denominator is None:
            assert (value, numerator, denominator) == (figure["numerator"], figure["numerator"], "")
        else:
            assert (numerator, denominator) == (figure["numerator"], figure["denominator"])
            assert value == (pytest.approx(numerator / denominator) if denominator else "")


def test_points(stored):
    """A row a finding and dossier, those about no single dossier last; what came after the period is not told."""
    dossiers = stored({"finished_at": "2025-07-16 09:00"}, {"finished_at": "2025-08-01 09:00"})
    part = slices.commune("10972", "2025-07", folder=dossiers)
    whole, some = findings.RULES[:2]
    points = [
        findings.Finding(whole, "Cả đơn vị, cần kiểm tra.", part.classed.head(0)),
        findings.Finding(some, "Hai hồ sơ, cần kiểm tra.", part.classed),
    ]
    sheets = _sheets(lists.workbook(part, points))
    rows = sheets["Điểm cần kiểm tra"]
    assert _column(rows, "Điểm cần kiểm tra") == [some.title, some.title, whole.title]
    assert _column(rows, "Nhận xét") == ["Hai hồ sơ, cần kiểm tra.", "", "Cả đơn vị, cần kiểm tra."]
    assert _column(rows, "Mã hồ sơ") == ["H31-0", "H31-1", ""]
    assert _column(rows, "Kết thúc") == [datetime.datetime(2025, 7, 16, 9), "", ""]
    explained = dict(sheets["Quy tắc"])
    assert whole.threshold in explained[whole.title]
    assert "Làm tròn" in explained


def test_points_show_what_explains_them_as_it_was_known_at_the_end(stored):
    told = {"new_due_at": "2025-08-20", "extensions": 2, "supplement_requests": 3, "status": 10}
    told["finished_at"] = "2025-08-19 09:00"
    dossiers = stored({**told, "apology_at": "2025-07-20"}, {**told, "apology_at": "2025-08-02"})
    part = slices.commune("10972", "2025-07", folder=dossiers)
    points = [findings.Finding(findings.RULES[0], "Hai hồ sơ.", part.classed)]
    rows = _sheets(lists.workbook(part, points))["Điểm cần kiểm tra"]
    first, second = datetime.date(2025, 7, 20), datetime.date(2025, 8, 20)
    assert {title: _column(rows, title) for title in rows[0][-6:]} == {
        "Kết thúc": ["", ""],
        "Xin lỗi": [first, ""],
        "Hẹn lại": [second, ""],
        "Số lần hẹn lại": [2, ""],
        "Số lần bổ sung": ["", ""],
        "Trạng thái lúc xuất dữ liệu": ["Đã trả kết quả"] * 2,
    }


def test_paper_is_large_enough_to_read(part):
    """A sheet goes on A4 where its print keeps 70% of its size, else on A3."""
    archive = zipfile.ZipFile(BytesIO(lists.workbook(part, [])))
    wide = {8: 16.54, 9: 11.69}  # inches
    for entry in archive.namelist():
        if entry.startswith("xl/worksheets/sheet"):
            sheet = archive.read(entry).decode()
            paper = int(re.search(r'paperSize="(\d+)"', sheet)[1])
            columns = re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', sheet)
            inches = sum((int(last) - int(first) + 1) * float(width) * 7 / 96 for first, last, width in columns)
            assert 0.7 * inches < wide[paper] - 1.1, entry
            assert paper == 9 or inches > wide[9], entry


def test_a_column_without_a_name_of_a_procedure_is_narrow(stored):
    late = {"due_at": "2025-07-14 10:00", "finished_at": "2025-07-16"}
    widths = []
    for procedure in ("9.999999", "2.000815"):
        part = slices.commune("10972", "2025-07", folder=stored({**late, "procedure": procedure}))
        sheet = zipfile.ZipFile(BytesIO(lists.workbook(part, []))).read("xl/worksheets/sheet4.xml").decode()
        widths.append(float(re.search(r'<col min="3" max="3" width="([\d.]+)"', sheet)[1]))
    assert widths[0] < 8 < 25 < widths[1]


def test_texts_from_an_export_never_run(stored):
    late = {"due_at": "2025-07-14 10:00", "finished_at": "2025-07-16"}
    dossiers = [
        {
            **late,
            "dossier_id": f"{text}{place}",
            "field": text,
            "holder": text,
            "overdue_cause": text,
            "procedure": text,
        }
        for place, text in enumerate(NASTY)
    ]
    part = slices.commune("10972", "2025-07", folder=stored(*dossiers))
    point = findings.Finding(findings.RULES[0], "=1+1", part.classed)
    content = lists.workbook(part, [point])
    texts = [cell for rows in _sheets(content).values() for row in rows for cell in row if isinstance(cell, str)]
    assert not [text for text in texts if re.match(r"\s*[=+\-@]|[\t\r\n]", text)]
    assert {"'=1+1", "'+1", "'-1", "'@x"} <= set(texts)
    for entry in zipfile.ZipFile(BytesIO(content)).infolist():
        if entry.filename.startswith("xl/worksheets/sheet"):
            sheet = zipfile.ZipFile(BytesIO(content)).read(entry).decode()
            assert set(re.findall(r"<f>([^<]*)</f>", sheet)) <= {f"C{row}/D{row}" for row in range(2, 99)}


@given(st.text(alphabet=st.one_of(st.sampled_from("=+-@＝\t\r\n \x00'a"), st.characters()), max_size=6))
def test_harmless(text):
    made, clean = workbooks.harmless(text), printable(text)
    assert made in (clean, f"'{clean}")
    assert not re.match(r"\s*[=+\-@＝]|[\t\r\n]", made)
    assert made == clean or not clean[0].isalnum(), "others stay as they are"
    ElementTree.fromstring(f"<text>{escape(clean)}</text>")


def test_midnight_is_a_day_without_a_time(stored):
    folder = stored(
        {"due_at": "2025-07-14", "due_date_only": True, "finished_at": "2025-07-16 09:30"},
        {"due_at": "2025-07-14 10:00", "finished_at": "2025-07-16 09:30"},
    )
    content = lists.workbook(slices.commune("10972", "2025-07", folder=folder), [])
    archive = zipfile.ZipFile(BytesIO(content))
    looks = dict(
        enumerate(re.findall(r'<xf numFmtId="(\d+)"', archive.read("xl/styles.xml").decode().partition("<cellXfs")[2]))
    )
    codes = dict(re.findall(r'numFmtId="(\d+)" formatCode="([^"]+)"', archive.read("xl/styles.xml").decode()))
    cells = re.findall(r'<c r="F[23]" s="(\d+)"', archive.read("xl/worksheets/sheet4.xml").decode())
    assert sorted(codes[looks[int(look)]] for look in cells) == ["dd/mm/yyyy", "dd/mm/yyyy hh:mm"]


def test_no_dossier_in_scope_and_same_bytes(stored):
    part = slices.commune("10972", "2025-07", folder=stored({"status": 3}))
    content = lists.workbook(part, [])
    assert content == lists.workbook(part, [])
    assert [len(rows) for rows in list(_sheets(content).values())[2:6]] == [1, 1, 1, 1]
    assert {entry.date_time for entry in zipfile.ZipFile(BytesIO(content)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
