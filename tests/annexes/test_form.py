"""The workbook of form II.06a: what it says, and that its totals are formulas with their values beside them."""

import re
import zipfile
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from helpers import forms, headline, reference, slices
from helpers.annexes import form


@pytest.fixture(scope="module")
def part(small):
    return slices.commune("08746", "2025-Q3", folder=small)


def _cells(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def _xml(content: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    return zipfile.ZipFile(BytesIO(content)).read(name).decode()


def test_frame_heads_and_numbers(part):
    cells = _cells(form.workbook(part))
    shown = [str(cell) for row in cells for cell in row if cell != ""]
    for text in (
        "Biểu số II.06a/VPCP/KSTT",
        "Ban hành theo Thông tư số 01/2020/TT-VPCP ngày 21/10/2020",
        "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT TTHC TẠI CƠ QUAN, ĐƠN VỊ TRỰC TIẾP GIẢI QUYẾT TTHC",
        "Kỳ báo cáo: Quý III/2025",
        "(Từ ngày 01/07/2025 đến ngày 30/09/2025)",
        "Đơn vị báo cáo:\nPhường Xuân Hòa, tỉnh Phú Thọ",
        "Đơn vị tính: Số hồ sơ TTHC",
        headline.SAMPLE,
        "Người làm báo cáo",
        "(Ký, ghi rõ họ tên)",
    ):
        assert text in shown, text
    numbered = next(place for place, row in enumerate(cells) if row[0] == "(1)")
    assert cells[numbered] == [f"({column})" for column in range(1, 14)]
    rows = forms.ii_06a(part.cube)
    for place, row in enumerate(rows.to_dict("records"), start=1):
        expected = [place, reference.label("fields", row["field"]), *(row[column] for column in forms.COUNTED)]
        assert cells[numbered + place] == expected
    total = forms.total(rows)
    assert cells[numbered + len(rows) + 1] == ["", "Tổng số", *(total[column] for column in forms.COUNTED)]


def test_totals_are_formulas_with_their_values(part):
    sheet = _xml(form.workbook(part))
    formulas = dict(re.findall(r'<c r="([A-Z]+\d+)"[^>]*><f>([^<]+)</f><v>\d+</v>', sheet))
    fields = len(forms.ii_06a(part.cube))
    assert len(formulas) == 3 * fields + 11
    first, last = 9, 8 + fields
    for row in range(first, last + 1):
        assert formulas[f"C{row}"] == f"D{row}+E{row}+F{row}"
        assert formulas[f"G{row}"] == f"H{row}+I{row}+J{row}"
        assert formulas[f"K{row}"] == f"L{row}+M{row}"
    assert formulas[f"M{last + 1}"] == f"SUM(M{first}:M{last})"


def test_a_form_without_a_row_has_sums_too(stored):
    part = slices.commune("10972", "2025-07", folder=stored({"status": 3}))
    sheet = _xml(form.workbook(part))
    assert re.findall(r"<f>([^<]+)</f><v>(\d+)</v>", sheet) == [("0", "0")] * 11


def test_print_set_up(part):
    content = form.workbook(part)
    sheet = _xml(content)
    setup = re.search(r"<pageSetup[^>]*>", sheet)[0]
    for told in ('paperSize="9"', 'orientation="landscape"', 'fitToHeight="0"'):
        assert told in setup
    assert "$5:$8" in _xml(content, "xl/workbook.xml"), "the head is repeated on each page"
    assert "Times New Roman" in _xml(content, "xl/styles.xml")


def test_notes_tell_what_the_form_has_no_column_for(stored):
    folder = stored({"finished_at": "2025-07-11 09:00", "channel": "online"}, {"status": 7, "channel": "direct"})
    part = slices.commune("10972", "2025-07", folder=folder)
    notes = [row[0] for row in _cells(form.workbook(part))]
    assert "Trong đó có 2 hồ sơ không ghi hạn trả, xếp vào Đúng hạn (cột 9) hoặc Trong hạn (cột 12)." in notes
    assert not any("rõ kênh" in str(text) for text in notes)
    warnings = headline.warnings(part)
    assert warnings
    assert notes[notes.index("Ghi chú:") + 1 :][: 2 + len(warnings)][-len(warnings) :] == warnings


def test_a_field_that_looks_like_a_formula_is_a_text(stored):
    part = slices.commune("10972", "2025-07", folder=stored({"field": "=1+1"}, {"field": "\t@x"}))
    content = form.workbook(part)
    fields = {row[1] for row in _cells(content)}
    assert {"'=1+1", "'\t@x"} <= fields
    assert "1+1" not in "".join(re.findall(r"<f>([^<]+)</f>", _xml(content)))


def test_same_figures_same_bytes(part):
    content = form.workbook(part)
    assert content == form.workbook(part)
    assert {entry.date_time for entry in zipfile.ZipFile(BytesIO(content)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "2025-09-30T00:00:00Z" in _xml(content, "docProps/core.xml"), "the clock is not read"
