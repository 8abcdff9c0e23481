"""Where a table begins and which of its columns are meant; what in it is no dossier."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, zip_longest
from typing import Final

from helpers import formats
from helpers.errors import UserError
from helpers.exports.sheet import text

DEPTH: Final = 50  # rows in which the header must stand
_TOTAL: Final = re.compile(
    r"(?:tổng|tổng cộng|tổng số|cộng|lũy kế|total)(?: số)?(?: hồ sơ)?\s*(?:[:\d(].*)?", re.IGNORECASE
)
_FEW: Final = 3  # cells of a heading between rows, of a note, or of the names under a table
_NUMBERING: Final = re.compile(r"\(?\s*(?:\d{1,3}|\w)\s*\)?")
_MARKS: Final = re.compile(r"\(\s*\*\s*\)|[:*]")
_DATED: Final = re.compile(r"\d{1,4}[/.-]\d|\d{5,}")


@dataclass(frozen=True)
class Header:
    """The header of a table.

    Attributes
    ----------
    end : int
        Index of its last row; -1 when the names stand apart from the rows.
    width : int
        Number of columns.
    names : tuple of set
        Of each column, the folded texts that may be its name; several where the header has two rows.
    texts : tuple of str
        Of each column, its name as written.
    places : dict
        Wanted column to index.
    """

    end: int
    width: int
    names: tuple[frozenset[str], ...]
    texts: tuple[str, ...]
    places: Mapping[str, int]


def apart(names: Sequence[str], wanted: Mapping[str, Sequence[str]]) -> Header:
    """The header of a table whose names stand apart from its rows."""
    labels = tuple(frozenset([label(name)]) for name in names)
    return Header(-1, len(names), labels, tuple(names), _places(labels, wanted))


def find(rows: Sequence[Sequence[object]], wanted: Mapping[str, Sequence[str]]) -> Header | None:
    """The rows, one or two, whose texts name the most of the wanted columns.

    Parameters
    ----------
    rows : sequence of sequence
        The first rows of a table.
    wanted : mapping
        Column to the headers that may hold it.

    Returns
    -------
    Header or None
        None when no row names any.
    """
    best: Header | None = None
    for index, row in enumerate(rows):
        for end in (index, index + 1):
            if end >= len(rows):
                continue
            labels = _one(row) if end == index else _two(row, rows[end])
            found = Header(end, len(labels), labels, _written(row, rows[end]), _places(labels, wanted))
            # A second row counts only if it names more: else it is the first row of the table.
            if found.places and (best is None or len(found.places) > len(best.places)):
                best = found
    return best


def twice(header: Header, wanted: Mapping[str, Sequence[str]]) -> list[str]:
    """Headers that name two columns of the table, so that it cannot be told which is meant."""
    names = [label(name) for column in header.places for name in wanted[column]]
    return [name for name in dict.fromkeys(names) if sum(name in labels for labels in header.names) > 1]


def _one(row: Sequence[object]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset({label(text(cell))} - {""}) for cell in row)


def _two(upper: Sequence[object], lower: Sequence[object]) -> tuple[frozenset[str], ...]:
    """Names over two rows: a cell merged over several columns above, what each is below."""
    labels, over = [], ""
    for index in range(max(len(upper), len(lower))):
        above = label(text(upper[index])) if index < len(upper) else ""
        below = label(text(lower[index])) if index < len(lower) else ""
        over = above or (over if below else "")
        joined = f"{over} {below}".strip()
        labels.append(frozenset({above, below, joined} - {""}))
    return tuple(labels)


def _written(upper: Sequence[object], lower: Sequence[object]) -> tuple[str, ...]:
    """The lowest text of each column of a header, which is one row when both are the same."""
    above, below = [text(cell) for cell in upper], [text(cell) for cell in lower]
    return tuple(under or over for over, under in zip_longest(above, below, fillvalue=""))


def _places(labels: Sequence[frozenset[str]], wanted: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Where each wanted column stands: under the first of its names that the table has."""
    first: dict[str, int] = {}
    for index, texts in enumerate(labels):
        for name in texts:
            first.setdefault(name, index)
    places = {}
    for column, names in wanted.items():
        found = next((first[key] for key in map(label, names) if key in first), None)
        if found is not None:
            places[column] = found
    return places


@cache
def label(name: str) -> str:
    """A header as it is compared: no accents, case, runs of spaces, colons or stars."""
    return " ".join(_MARKS.sub(" ", formats.fold(name)).split())


def is_furniture(cells: Sequence[object], identity: str, received: str, header: Header, column: int) -> bool:
    """Whether a row of a table is no dossier: a total, a heading, a note, the header again, or column numbers.

    Parameters
    ----------
    cells : sequence
    identity, received : str
        Its dossier code and time of receipt as text.
    header : Header
    column : int
        Index of the dossier code.

    Returns
    -------
    bool
        False for any row that could be a dossier: it is then accepted or rejected, not passed over.

    Raises
    ------
    UserError
        When the header comes again with its columns in another order.
    """
    if label(identity) and label(identity) in header.names[column]:
        every = frozenset().union(*header.names)
        names = {at: label(text(cells[at])) for at in header.places.values()}
        if any(name in every and name not in header.names[at] for at, name in names.items()):
            raise UserError("the header comes again with other columns. Put the parts into files of their own.")
        return True
    filled = [text(cell) for cell in cells if text(cell)]
    if len(filled) > 2 and all(_NUMBERING.fullmatch(each) for each in filled):
        return _counts_up(filled)
    if _DATED.search(received):
        return False
    total = bool(filled) and _TOTAL.fullmatch(unicodedata.normalize("NFC", filled[0])) is not None
    if any(char.isdigit() for char in identity) and " " not in identity:
        return total and identity.isdigit()  # a code, unless it is the sum under the codes
    return total or len(filled) <= max(1, min(_FEW, header.width // 3)) or len(set(filled)) == 1


def _counts_up(texts: Iterable[str]) -> bool:
    numbers = [int(digits) for each in texts if (digits := re.sub(r"\D", "", each))]
    return all(after == before + 1 for before, after in pairwise(numbers))
