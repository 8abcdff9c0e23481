"""Records with named fields: JSON, JSON lines and Parquet."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final

import pyarrow
import pyarrow.parquet

from helpers import formats
from helpers.errors import UserError
from helpers.exports import encodings
from helpers.exports.headers import label
from helpers.exports.sheet import BROKEN, Sheet

NO_RECORD: Final = "no_record"
_DEPTH: Final = 3  # how far inside a reply of a web service the list of dossiers may stand
_BATCH: Final = 65_536
_Record = dict[str, Any] | None


def looks_like_json(raw: bytes) -> bool:
    """Whether a text begins as an object or array does."""
    return encodings.utf8(raw[:1024]).lstrip()[:1] in (b"{", b"[")


def from_json(raw: bytes, number: int) -> list[Sheet]:
    """One JSON text, or JSON lines.

    Parameters
    ----------
    raw : bytes
    number : int
        Of the first table.

    Returns
    -------
    list of Sheet
        JSON lines are one table, numbered by line. Of one JSON text, every list of records up to ``_DEPTH`` names
        inside, and the whole as a record of its own: which of them are dossiers shows in their columns. Records are
        numbered from 1.

    Raises
    ------
    UserError
        When it is neither.
    """
    text = encodings.utf8(raw).decode("utf-8")
    try:
        tables = _tables(json.loads(text))
    except (ValueError, RecursionError) as error:
        # Split at line feeds only: other marks that Python takes for line ends may stand inside a JSON text.
        lines = [(at, line) for at, line in enumerate(text.split("\n"), start=1) if line.strip()]
        parsed = [(at, _record(line)) for at, line in lines]
        if 2 * sum(record is None for _, record in parsed) > len(parsed):
            raise UserError("the JSON text is cut off or damaged. Export it again.") from error
        return [_sheet(number, parsed)]
    return [
        _sheet(number + i, list(enumerate((each if isinstance(each, dict) else None for each in table), start=1)))
        for i, table in enumerate(tables)
    ]


def _tables(value: object, depth: int = 0) -> list[list[object]]:
    """The lists of records in a JSON value, the outer ones first."""
    if isinstance(value, list):
        return [value] if any(isinstance(each, dict) for each in value) else []
    if not isinstance(value, dict) or depth == _DEPTH:
        return []
    if len(value) > 1 and all(isinstance(each, dict) for each in value.values()):
        return [list(value.values())]  # records by their codes
    return [[value], *(table for each in value.values() for table in _tables(each, depth + 1))]


def _sheet(number: int, records: list[tuple[int, _Record]]) -> Sheet:
    # The header is every key met, so that one that only later records have is not lost; keys that differ by accents
    # or case between records are one.
    written: dict[str, str] = {}
    for key in (key for _, record in records if record for key in record):
        written.setdefault(_folded(key), key)
    return Sheet(number, "", _rows(records, list(written)), list(written.values()))


_folded = cache(formats.fold)


def _rows(
    records: Iterable[tuple[int, _Record]], header: Sequence[str]
) -> Iterator[tuple[int, Sequence[object] | str]]:
    for number, record in records:
        by_key = {_folded(key): value for key, value in (record or {}).items()}
        clear = record is not None and len(by_key) == len(record)
        yield number, [by_key.get(key) for key in header] if clear else NO_RECORD


def _record(line: str) -> _Record:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def from_parquet(raw: bytes, number: int, wanted: frozenset[str] | None) -> Sheet:
    """A Parquet file; rows are numbered from 1.

    Parameters
    ----------
    raw : bytes
    number : int
    wanted : set of str, optional
        Headers, as ``headers.label`` writes them, of the columns to read; all by default.

    Returns
    -------
    Sheet

    Raises
    ------
    UserError
        When it is damaged; that of a page shows only when its rows are taken.
    """
    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(raw))
        names = [name for name in file.schema_arrow.names if wanted is None or label(name) in wanted]
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError, ValueError) as error:
        raise _damaged() from error
    return Sheet(number, "", enumerate(_parquet_rows(file, names), start=1), names)


def _damaged() -> UserError:
    return UserError("the Parquet file is damaged. Export it again.")


def _parquet_rows(file: pyarrow.parquet.ParquetFile, names: list[str]) -> Iterator[list[object]]:
    try:
        for batch in file.iter_batches(_BATCH, columns=names):
            for row in zip(*(_values(column) for column in batch.columns), strict=True):
                yield _plain(list(row))
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError, ValueError) as error:
        raise _damaged() from error


def _values(column: pyarrow.Array) -> list[object]:
    try:
        return list(column.to_pylist())
    except (OverflowError, ValueError):  # a day beyond the calendar, somewhere in the column
        return [_value(cell) for cell in column]


def _value(cell: pyarrow.Scalar) -> object:
    try:
        return cell.as_py()
    except (OverflowError, ValueError):
        return "?"


def _plain(row: list[object]) -> list[object]:
    return [BROKEN if isinstance(cell, bytes) else cell for cell in row]
