"""Comma, semicolon and tab separated text."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow
import pyarrow.csv

from helpers.errors import UserError
from helpers.exports import encodings
from helpers.exports.sheet import WIDEST, Plain, Sheet

_DELIMITERS: Final = ",;\t"
_QUOTED: Final = re.compile('"[^"\n]*"')
_LOOK: Final = 100  # lines that decide the delimiter
_LONGEST: Final = 1 << 17  # characters of one cell; more is a quotation mark that was never closed
_SAMPLE: Final = 1 << 20
_BLOCK: Final = 1 << 24
UNCLOSED: Final = "unclosed_quote"


def sheet(raw: bytes, number: int) -> Sheet:
    """A text file as a table.

    Parameters
    ----------
    raw : bytes
    number : int

    Returns
    -------
    Sheet
        Rows numbered as a spreadsheet numbers them: a line break inside a cell does not count.
    """
    text = encodings.utf8(raw)
    delimiter = _delimiter(text)
    # newline="" leaves line breaks inside quoted cells as they are, as the csv module asks.
    lines = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline="")
    return Sheet(number, "", _rows(lines, delimiter), plain=Plain(text, delimiter) if _is_plain(text) else None)


def _is_plain(text: bytes) -> bool:
    """Whether every line is a row: a line with an odd number of quotation marks begins or ends a cell of several."""
    if text.count(b"\r") != text.count(b"\r\n"):
        return False
    return b'"' not in text or not any(line.count(b'"') % 2 for line in io.BytesIO(text))


def _delimiter(text: bytes) -> str:
    """The separator of which the most of the first lines, outside quotation marks, have equally many."""
    lines = _QUOTED.sub("", text[:_SAMPLE].decode("utf-8", errors="replace")).splitlines()[:_LOOK]

    def cells(mark: str) -> tuple[int, int]:
        found = Counter(count for line in lines if (count := line.count(mark)))
        return max(((lines_alike, count) for count, lines_alike in found.items()), default=(0, 0))

    return max(_DELIMITERS, key=cells)


def columns(
    plain: Plain, skip: int, width: int, places: Sequence[int]
) -> tuple[pyarrow.Table, npt.NDArray[np.int32], list[tuple[int, list[str]]]] | None:
    """Some columns of a text, read at once.

    Parameters
    ----------
    plain : Plain
    skip : int
        Lines before the first row.
    width : int
        Cells of a row.
    places : sequence of int
        Indices of the columns.

    Returns
    -------
    table : pyarrow.Table
        The columns as text, in the order of ``places``.
    numbers : array
        Number of each row.
    others : list of (int, list of str)
        Number and cells of the rows of another width.

    None when the text must be read row by row.
    """
    others: list[tuple[int, list[str]]] = []

    def other(row: pyarrow.csv.InvalidRow) -> str:
        others.append((row.number, next(csv.reader([row.text], delimiter=plain.delimiter), [])))
        return "skip"

    names = [f"f{place}" for place in places]
    try:
        table = pyarrow.csv.read_csv(
            io.BytesIO(plain.text),
            # Rows of another width have a number only where one thread reads.
            pyarrow.csv.ReadOptions(
                skip_rows=skip, column_names=[f"f{at}" for at in range(width)], use_threads=False, block_size=_BLOCK
            ),
            pyarrow.csv.ParseOptions(delimiter=plain.delimiter, ignore_empty_lines=False, invalid_row_handler=other),
            pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pyarrow.string()), include_columns=names, strings_can_be_null=False
            ),
        )
    except (pyarrow.ArrowException, csv.Error):
        return None
    gone = np.array([number - 1 - skip for number, _ in others], dtype="int64")
    numbers = np.delete(np.arange(skip + 1, skip + 1 + table.num_rows + len(others), dtype="int32"), gone)
    return table, numbers, others


def cells(plain: Plain, numbers: Iterable[int]) -> Iterator[tuple[int, list[str]]]:
    """All cells of some rows, by their ascending numbers."""
    lines = enumerate(io.TextIOWrapper(io.BytesIO(plain.text), encoding="utf-8"), start=1)
    for number in numbers:
        line = next(text for at, text in lines if at == number)
        yield number, next(csv.reader([line], delimiter=plain.delimiter), [])


class _Recorded:
    """Lines of a file that remembers those handed out since it was last asked."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken.append(line)
        return line


def _rows(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, Sequence[object] | str]]:
    csv.field_size_limit(_LONGEST)
    source = _Recorded(lines)
    # strict: a quotation mark still open at the end of the file is an error, not a cell.
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    number = width = 0
    while True:
        source.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = []
        if len(cells) > WIDEST:
            raise UserError(f"The text has more than {WIDEST} columns, which no export has. Check the file.")
        if len(source.taken) == 1 and (cells or not source.taken[0].strip()):
            number += 1
            width = max(width, len(cells))
            yield number, cells
            continue
        for row in _apart(cells, source.taken, delimiter, width):
            number += 1
            yield number, row


def _apart(cells: list[str], lines: list[str], delimiter: str, width: int) -> list[Sequence[object] | str]:
    """The rows in lines that came as one: one with line breaks in a cell, or those an open quotation mark swallowed."""
    swallowed = any(line.count(delimiter) >= width - 1 > 0 for cell in cells for line in cell.splitlines()[1:])
    if cells and not swallowed:
        return [cells]
    rows: list[Sequence[object] | str] = []
    for line in lines:
        # A mark inside a cell that is not doubled is a slip of the hand; one without a partner is not.
        pair = line.count('"') % 2 == 0 and len(line) < _LONGEST
        rows.append(next(csv.reader([line], delimiter=delimiter), []) if pair else UNCLOSED)
    return rows
