"""One table of an export as its rows of cells, whatever file it came in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")
BROKEN: Final = "\ufffd"  # stands where a character could not be read
# No export of dossiers is wider: 702 columns are A to ZZ of a spreadsheet.
WIDEST: Final = 702
_EXACT: Final = 10**15  # a spreadsheet keeps 15 digits of a number and puts zeros for the others
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Plain:
    """UTF-8 text in which every line is a row: no cell holds a line break."""

    text: bytes
    delimiter: str


@dataclass(frozen=True)
class Sheet:
    """One table: a sheet of a workbook, or one text file.

    Attributes
    ----------
    number : int
        From 1, in the order of the file.
    name : str
        How messages name it; empty when the file has one table only.
    rows : iterator of (int, sequence)
        Number of the row as a reader of the file would count it, and its cells. A row that could not be taken apart
        is given as the name of the rule it breaks.
    header : sequence of str, optional
        Names of the columns where the form of file has them apart from the rows; else they are looked for.
    plain : Plain, optional
        The same rows as text in which every line is a row, for reading many at once.
    """

    number: int
    name: str
    rows: "Iterator[tuple[int, Sequence[object] | str]]"
    header: Sequence[str] | None = None
    plain: "Plain | None" = None


def text(cell: object) -> str:
    """A cell as text: dates in ISO form and local time, whole numbers without a fraction.

    Parameters
    ----------
    cell : object

    Returns
    -------
    str
        Empty for a missing cell; ``BROKEN`` for a number that a spreadsheet has cut digits off.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _SURROGATES.sub(BROKEN, cell.strip())
    if isinstance(cell, datetime):
        local = cell if cell.tzinfo is None else cell.astimezone(LOCAL)
        # A spreadsheet keeps a time as a fraction of a day, which misses the second by a little.
        near = local.replace(tzinfo=None) + timedelta(microseconds=500_000 if local.microsecond else 0)
        return near.replace(microsecond=0).isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if abs(cell) >= _EXACT:
            return BROKEN
        if cell != cell:  # NaN, which Python programs write for an empty cell
            return ""
        return str(int(cell)) if cell.is_integer() else str(cell)
    return _SURROGATES.sub(BROKEN, str(cell).strip())
