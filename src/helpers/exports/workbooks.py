"""Spreadsheets: .xlsx and .xls, several sheets, merged cells."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from helpers.errors import UserError
from helpers.exports.containers import check_size
from helpers.exports.sheet import Sheet

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how .xls begins, and an .xlsx with a password
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
# Cells that a sheet may span. One stray value in the last corner of a sheet makes it 17 billion cells wide and high.
_MOST_CELLS: Final = 50_000_000
_CELL: Final = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*[^/]>""")
_PIECE: Final = 1 << 22


def sheets(raw: bytes) -> list[Sheet]:
    """The sheets of a workbook; hidden ones are given with no header, so that they are not read but counted.

    Parameters
    ----------
    raw : bytes

    Returns
    -------
    list of Sheet
        Numbered as they stand in the workbook.

    Raises
    ------
    UserError
        When it has a password, is damaged, or spans more cells than any export.
    """
    if raw.startswith(OLE) and _ENCRYPTED in raw:
        raise UserError("the workbook is locked by a password. Save it without one.")
    try:
        if not raw.startswith(OLE):
            _check_spans(raw)
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        return [
            Sheet(
                number,
                each.name,
                _rows(book.get_sheet_by_name(each.name)),
                header=None if each.visible == SheetVisibleEnum.Visible else (),
            )
            for number, each in enumerate(book.sheets_metadata, start=1)
            if each.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise UserError("the workbook is locked by a password. Save it without one.") from error
    except (CalamineError, zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, zlib.error) as error:
        raise UserError("the workbook is damaged. Open it in a spreadsheet program and save it again.") from error
    except BaseException as error:
        # A panic of the reading library is no Exception; anything else, such as Ctrl-C, goes on its way.
        if type(error).__name__ != "PanicException":
            raise
        raise UserError("the workbook is damaged. Open it in a spreadsheet program and save it again.") from error


def _check_spans(raw: bytes) -> None:
    """Refuse a workbook that would fill the memory, before it is opened."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        check_size(sum(member.file_size for member in archive.infolist()), len(raw))
        for name in archive.namelist():
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name) and _span(archive, name) > _MOST_CELLS:
                raise UserError(
                    f"a sheet spans more than {_MOST_CELLS} cells, most of them empty. Copy the table into a new "
                    "workbook and import that."
                )


def _span(archive: zipfile.ZipFile, name: str) -> int:
    """Rows by columns up to the last cell that holds something."""
    columns: set[bytes] = set()
    last, size, rest = 0, 0, b""
    with archive.open(name) as file:
        while piece := file.read(_PIECE):
            size += len(piece)
            check_size(size, archive.getinfo(name).compress_size)  # what an archive says of its size need not be true
            text = rest + piece
            for column, row in _CELL.findall(text):
                columns.add(column)
                last = max(last, int(row))
            rest = text[text.rfind(b"<") :]
    return last * max((_column_number(column) for column in columns), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, Sequence[object] | str]]:
    """Rows from 1; a value merged over several rows stands in each of them, so that none of them lacks it."""
    rows = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row):
                row[left] = rows[top][left]
    yield from enumerate(rows, start=1)
