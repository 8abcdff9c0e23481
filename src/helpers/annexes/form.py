"""Form II.06a as a workbook: its frame, merged heads and numbered columns, and totals that are formulas."""

from typing import Any, Final

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from helpers import formats, forms, headline, reference
from helpers.annexes import workbooks
from helpers.annexes.texts import DOTS, notes, printable
from helpers.slices import CommuneSlice

_SHEET: Final = "Biểu II.06a"
_WIDTHS: Final = (5, 32, *[10.5] * (forms.WIDTH - 2))
_HEAD: Final = 4  # its first row; the frame stands above
_ROWS: Final = _HEAD + 4
_LAST: Final = forms.WIDTH - 1
# Columns of the three parts of the frame.
_LEFT, _CENTRE, _RIGHT = (0, 1), (2, 8), (9, _LAST)


def workbook(part: CommuneSlice) -> bytes:
    """Form II.06a as a spreadsheet.

    Parameters
    ----------
    part : CommuneSlice

    Returns
    -------
    bytes
        Of an .xlsx file, the same for the same figures. Totals are formulas, their values stored beside them for
        programs that do not compute.

    Notes
    -----
    Form II.06a of TT 01/2020/TT-VPCP (DOMAIN §2).
    """
    return workbooks.made(part.period, f"{forms.NUMBER} – {part.title}", lambda book: _draw(book, part))


def _draw(book: Workbook, part: CommuneSlice) -> None:
    sheet = book.add_worksheet(_SHEET)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    _frame(sheet, book, part)
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"})
    for span in forms.head():
        _merged(sheet, (_HEAD + span.top, span.left, _HEAD + span.bottom, span.right), span.text, bold)
    sheet.set_row(_HEAD + 2, 48)
    rows = part.form
    total = forms.total(rows)
    end = _body(sheet, book, rows.to_dict("records"), total)
    _foot(sheet, book, end, [*notes(part, total), *headline.warnings(part)])
    sheet.freeze_panes(_ROWS, 2)
    workbooks.page(sheet, (_HEAD, _ROWS - 1), _WIDTHS)
    sheet.center_horizontally()


def _frame(sheet: Worksheet, book: Workbook, part: CommuneSlice) -> None:
    first, last = formats.day(part.period.first_day), formats.day(part.period.last_day)
    plain, bold, title = (
        book.add_format({"text_wrap": True, "valign": "top", **more})
        for more in ({}, {"bold": True}, {"bold": True, "align": "center", "font_size": 13})
    )
    centred = book.add_format({"align": "center", "valign": "top"})
    italic = book.add_format({"italic": True, "align": "right"})
    texts = (
        (0, _LEFT, forms.NUMBER, bold),
        (0, _CENTRE, forms.TITLE, title),
        (0, _RIGHT, f"Đơn vị báo cáo:\n{part.title}", plain),
        (1, _LEFT, forms.ISSUED, plain),
        (1, _CENTRE, f"Kỳ báo cáo: {part.period.label}", centred),
        (1, _RIGHT, f"Đơn vị nhận báo cáo:\n{DOTS}", plain),
        (2, _CENTRE, f"(Từ ngày {first} đến ngày {last})", centred),
        (3, _RIGHT, forms.UNIT, italic),
        *([(3, _CENTRE, headline.SAMPLE, centred)] if part.origin == "sample" else []),
    )
    for row, (left, right), text, look in texts:
        _merged(sheet, (row, left, row, right), text, look)
    for row, height in enumerate((36, 32, 18, 18)):
        sheet.set_row(row, height)


def _merged(sheet: Worksheet, cells: tuple[int, int, int, int], text: str, look: Format) -> None:
    """One text over some cells."""
    top, left, bottom, right = cells
    if (top, left) != (bottom, right):  # one cell alone cannot be merged
        sheet.merge_range(top, left, bottom, right, "", look)
    sheet.write_string(top, left, printable(text), look)


def _body(sheet: Worksheet, book: Workbook, rows: list[dict[Any, Any]], total: dict[Any, int]) -> int:
    """The rows of the fields and the total row; the row after them."""
    place, name, count = (
        book.add_format({"border": 1, "valign": "vcenter", **more})
        for more in (
            {"align": "center"},
            {"text_wrap": True, "indent": 1},
            {"num_format": workbooks.COUNT},
        )
    )
    for row, values in enumerate(rows, start=_ROWS):
        sheet.write_number(row, 0, row - _ROWS + 1, place)
        sheet.write_string(row, 1, workbooks.harmless(reference.label("fields", values["field"])), name)
        for column in range(3, forms.WIDTH + 1):
            value = int(values[str(column)])
            if column in forms.SUMS:
                parts = "+".join(xl_rowcol_to_cell(row, part - 1) for part in forms.SUMS[column])
                sheet.write_formula(row, column - 1, f"={parts}", count, value)
            else:
                sheet.write_number(row, column - 1, value, count)
    end = _ROWS + len(rows)
    bold = {"border": 1, "bold": True, "num_format": workbooks.COUNT}
    sheet.write_blank(end, 0, None, book.add_format(bold))
    sheet.write_string(end, 1, forms.TOTAL, book.add_format({**bold, "indent": 1}))
    sums = book.add_format(bold)
    for column in range(3, forms.WIDTH + 1):
        letter = xl_col_to_name(column - 1)
        # A form without a row has nothing to add up: the range would turn round and hold its own sum.
        sum_ = f"=SUM({letter}{_ROWS + 1}:{letter}{end})" if rows else "=0"
        sheet.write_formula(end, column - 1, sum_, sums, total[str(column)])
    return end + 1


def _foot(sheet: Worksheet, book: Workbook, row: int, remarks: list[str]) -> None:
    """The notes, and who made the form."""
    small = book.add_format({"font_size": 10, "text_wrap": True, "valign": "top"})
    told = ["Ghi chú:", *remarks] if remarks else []
    for place, text in enumerate(told, start=row):
        _merged(sheet, (place, 0, place, _LAST), text, small)
    row += len(told)
    bold, italic, plain = (
        book.add_format({"align": "center", **more}) for more in ({"bold": True}, {"italic": True}, {})
    )
    left, right = _RIGHT
    for below, text, look in ((1, "Người làm báo cáo", bold), (2, "(Ký, ghi rõ họ tên)", italic), (6, DOTS, plain)):
        _merged(sheet, (row + below, left, row + below, right), text, look)
