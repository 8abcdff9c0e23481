"""The list of rejected rows that goes back to the office: a spreadsheet with places and reasons, without persons."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter

from helpers import files, formats, reference
from helpers.errors import UserError

_HEADER: Final = {"Trang": 8, "Dòng": 8, "Mã hồ sơ": 28, "Xã, phường": 28, "Ngày tiếp nhận": 16, "Lý do": 100}
_LONGEST: Final = 80  # characters of a file's name
# Rows of a sheet of the .xlsx family, less the header.
_MOST: Final = 1_048_575


def path(folder: Path, record: dict[str, Any]) -> Path:
    """Where the list of one import stands: named by its file and the file's content."""
    stem = formats.slug(str(record["file"]).partition(".")[0]) or "tep"
    stem = stem[:_LONGEST]
    return folder / f"{stem}-{record['sha256'][:8]}.xlsx"


def write(where: Path, rejected: pd.DataFrame, passed_over: Sequence[tuple[int, int]] = ()) -> None:
    """Write the list, complete or not at all.

    Parameters
    ----------
    where : Path
    rejected : DataFrame
        As ``importing.Imported`` has it.
    passed_over : sequence of (int, int)
        Sheet and row of what is no dossier, listed apart.

    Raises
    ------
    UserError
        When it cannot be written.
    """
    try:
        # Two imports of one file at once write the same list.
        with files.beside(where, str(os.getpid())) as new, xlsxwriter.Workbook(new, {"constant_memory": True}) as book:
            sheet = book.add_worksheet("Dòng bị loại")
            bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
            for column, (name, width) in enumerate(_HEADER.items()):
                sheet.set_column(column, column, width)
                sheet.write_string(0, column, name, bold)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(_texts(rejected.head(_MOST)), start=1):
                sheet.write_number(number, 0, row[0])
                sheet.write_number(number, 1, row[1])
                for column, text in enumerate(row[2:], start=2):
                    # Never as a formula: a text may begin with = + - @.
                    sheet.write_string(number, column, text)
            other = book.add_worksheet("Dòng bỏ qua")
            other.write_row(0, 0, ["Trang", "Dòng"], bold)
            for number, place in enumerate(passed_over, start=1):
                other.write_row(number, 0, place)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise UserError(f"The list of rejected rows {where} cannot be written: {error}.") from error


def _texts(rejected: pd.DataFrame) -> "Any":
    names = reference.names("communes")
    columns = rejected[["sheet", "row", "dossier_id", "commune", "received_at", "reasons"]]
    for sheet, row, code, commune, received, reasons in columns.itertuples(index=False):
        yield (
            sheet, row, "" if formats.missing(code) else code,
            "" if formats.missing(commune) else f"{commune} {names[commune]}",
            "" if formats.missing(received) else f"{received:%d/%m/%Y %H:%M}", reasons,
        )  # fmt: skip
