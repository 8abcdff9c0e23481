"""Workbooks made in memory: one look, the same bytes for the same content, and no text that a spreadsheet would run."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from itertools import zip_longest
from typing import Any, Final, Literal, NamedTuple

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from helpers import formats
from helpers.annexes.texts import FONT, printable
from helpers.periods import Period

_MOST_LETTERS: Final = 32_767  # in a cell
_MOST_ROWS: Final = 1_048_575  # in a sheet, beside its head; the writer passes over more without a word
_A4, _A3 = 9, 8
_A4_WIDTH: Final = 297 / 25.4  # inches, in landscape
_LEFT, _RIGHT = 0.6, 0.5  # margins, inches
_LEAST_SCALE: Final = 0.7  # smaller print is not read
_LINE: Final = 15  # points
_LETTERS: Final = 1.1  # of this font in the width of a digit, by which columns are measured
_RUNS: Final = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_EPOCH: Final = pd.Timestamp("1899-12-30")  # day 0 of a spreadsheet
# Vietnamese separators, whatever the language of the program; a little room on the right, where a text may follow.
COUNT: Final = "[$-42A]#,##0_)"
HEAD: Final = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEEEEE"}
_FORMATS: Final = {"count": COUNT, "share": "[$-42A]0.00%_)", "moment": "dd/mm/yyyy hh:mm", "day": "dd/mm/yyyy"}


class Share(NamedTuple):
    """A rate: the formula that divides its two counts, and what it gives."""

    formula: str
    value: float


class Column(NamedTuple):
    """A column of a sheet.

    Attributes
    ----------
    title : str
    width : float
        In characters.
    values : iterable
        A missing one leaves its cell empty. Numbers are counts and shares; moments are datetimes.
    kind : {"text", "number", "moment"}
    """

    title: str
    width: float
    values: Iterable[Any]
    kind: Literal["text", "number", "moment"] = "text"


def made(period: Period, title: str, draw: Callable[[Workbook], None]) -> bytes:
    """A workbook.

    Parameters
    ----------
    period : Period
        Its last day stands in the file's properties in place of the time of day.
    title : str
    draw : callable
        Fills it.

    Returns
    -------
    bytes
        Of the .xlsx file.
    """
    buffer = BytesIO()
    # In memory, where the parts of the file all carry the same time.
    options = {"in_memory": True, "default_format_properties": {"font_name": FONT, "font_size": 11}}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": printable(title), "created": pd.Timestamp(period.last_day).to_pydatetime()})
        draw(book)
    return buffer.getvalue()


def harmless(text: str) -> str:
    """A text as a cell may hold it, which no spreadsheet takes for a formula.

    Parameters
    ----------
    text : str
        From an export: may begin with = + - @, a tab or a line break.

    Returns
    -------
    str
        With an apostrophe before such a text. It is written as a text cell anyway, which no program runs; the
        apostrophe keeps it from running when the sheet is saved as CSV and opened again.
    """
    clean = printable(text)
    return ("'" + clean if _RUNS.match(clean) else clean)[:_MOST_LETTERS]


def page(sheet: Worksheet, head: tuple[int, int], widths: Iterable[float]) -> None:
    """Set a sheet up for paper: landscape, one page wide, the rows of its head on every page, pages numbered.

    Parameters
    ----------
    sheet : Worksheet
    head : (int, int)
        Its first and last row.
    widths : iterable of float
        Of the columns. The paper is A4, or A3 where the print would be too small.
    """
    needed = sum(7 * width + 5 for width in widths) / 96  # inches, as spreadsheets reckon
    # Codes are texts, however much they look like numbers: no mark on each of them.
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    sheet.set_paper(_A4 if needed * _LEAST_SCALE <= _A4_WIDTH - _LEFT - _RIGHT else _A3)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(*head)
    sheet.set_margins(left=_LEFT, right=_RIGHT, top=0.7, bottom=0.6)
    sheet.set_footer(f'&C&"{FONT}"&9Trang &P/&N')


def listed(book: Workbook, name: str, columns: Sequence[Column]) -> None:
    """A sheet that is one table: head frozen and repeated on paper, with a filter.

    Parameters
    ----------
    book : Workbook
    name : str
        Of the sheet. What one cannot hold goes on in another: "name (2)".
    columns : sequence of Column
    """
    rows = len(list(columns[0].values))
    if rows <= _MOST_ROWS:
        _listed(book, name, columns)
        return
    whole = [list(column.values) for column in columns]
    for number, start in enumerate(range(0, rows, _MOST_ROWS), start=1):
        pieces = [values[start : start + _MOST_ROWS] for values in whole]
        title = name if number == 1 else f"{name} ({number})"
        _listed(book, title, [column._replace(values=piece) for column, piece in zip(columns, pieces, strict=True)])


def _listed(book: Workbook, name: str, columns: Sequence[Column]) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format(HEAD)
    looks = {kind: book.add_format({"num_format": code, "valign": "top"}) for kind, code in _FORMATS.items()}
    looks["text"] = book.add_format({"text_wrap": True, "valign": "top"})
    lines: list[int] = [1]
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, head)
        needed = [_lines(column.title, column.width), *_WRITERS[column.kind](sheet, place, column, looks)]
        lines = [max(pair) for pair in zip_longest(lines, needed, fillvalue=1)]
    for row, count in enumerate(lines):
        if count > 1:  # not every program makes room for wrapped lines by itself
            sheet.set_row(row, count * _LINE)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(lines) - 1, len(columns) - 1)
    page(sheet, (0, 0), [column.width for column in columns])
    sheet.hide_gridlines(0)
    sheet.set_header(f'&C&"{FONT},Bold"&12{name}')


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column, on the safe side: capitals are wide."""
    needed = len(text) + sum(map(str.isupper, text)) / 3
    return math.ceil(needed / (width * _LETTERS)) or 1


_Looks = dict[str, Format]


def _texts(sheet: Worksheet, place: int, column: Column, looks: _Looks) -> list[int]:
    lines = []
    values = column.values.tolist() if isinstance(column.values, pd.Series) else column.values
    for row, value in enumerate(values, start=1):
        text = "" if formats.missing(value) else harmless(str(value))
        if text:
            sheet.write_string(row, place, text, looks["text"])
        lines.append(_lines(text, column.width))
    return lines


def _numbers(sheet: Worksheet, place: int, column: Column, looks: _Looks) -> list[int]:
    values = list(column.values)
    for row, value in enumerate(values, start=1):
        if isinstance(value, Share):
            sheet.write_formula(row, place, value.formula, looks["share"], value.value)
        elif not formats.missing(value):
            sheet.write_number(row, place, value, looks["count"])
    return [1] * len(values)


def _moments(sheet: Worksheet, place: int, column: Column, looks: _Looks) -> list[int]:
    """Real dates; one at midnight is a date without a time of day."""
    days = (pd.Series(column.values) - _EPOCH) / pd.Timedelta(days=1)
    for row, day in enumerate(days.tolist(), start=1):
        if not math.isnan(day):
            sheet.write_number(row, place, day, looks["day" if day.is_integer() else "moment"])
    return [1] * len(days)


_WRITERS: Final[dict[str, Callable[[Worksheet, int, Column, _Looks], list[int]]]] = {
    "text": _texts,
    "number": _numbers,
    "moment": _moments,
}
