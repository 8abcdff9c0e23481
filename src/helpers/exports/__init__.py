"""Exports of one-stop systems, read as text: workbooks, delimited text, JSON and Parquet, also packed.

What a file is shows in its first bytes, not in its name: offices rename files.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow
import pyarrow.compute as pc

from helpers import personal
from helpers.errors import UserError
from helpers.exports import containers, delimited, headers, records, workbooks
from helpers.exports.headers import Header, label
from helpers.exports.sheet import BROKEN, LOCAL, Sheet, text

__all__ = ["BROKEN", "LOCAL", "Header", "Reading", "Sheet", "all_headers", "label", "read", "sheets", "text"]

ACCEPTED: Final = "XLSX, XLS, CSV or TSV (UTF-8, UTF-16, Windows-1258), JSON, JSON lines, Parquet; also in .gz or .zip"
WRONG_WIDTH: Final = "wrong_width"
NESTED: Final = "nested"
_CHUNK: Final = 65_536
_SHORT: Final = 7  # characters; a dossier code is longer, the number of a row is not
# Zero-width and direction marks, soft hyphens: they come along when text is copied from a page.
_UNSEEN: Final = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"


@dataclass
class Reading:
    """What a file holds, of the columns that are wanted.

    Attributes
    ----------
    columns : DataFrame of str
        A row a dossier, in the order of the file; "" for an empty cell.
    places : DataFrame
        ``sheet`` and ``row`` of each row of ``columns``.
    unreadable : list of (int, int, str)
        Sheet, row and the rule broken, of rows that could not be taken apart.
    passed_over : list of (int, int)
        Sheet and row of totals, headings and notes inside the table.
    unread : list of (int, int)
        Number of each sheet that holds no such table, and how many of its rows hold something.
    """

    columns: pd.DataFrame = field(default_factory=pd.DataFrame)
    places: pd.DataFrame = field(default_factory=pd.DataFrame)
    unreadable: list[tuple[int, int, str]] = field(default_factory=list)
    passed_over: list[tuple[int, int]] = field(default_factory=list)
    unread: list[tuple[int, int]] = field(default_factory=list)


def sheets(path: Path, names: Iterable[str] | None = None) -> list[Sheet]:
    """The tables of a file.

    Parameters
    ----------
    path : Path
    names : iterable of str, optional
        The headers that are wanted, so that no other column of a Parquet file is read; all by default.

    Returns
    -------
    list of Sheet
        Numbered through all files of a zip.

    Raises
    ------
    UserError
        When it cannot be read; the message names the file and what to do.
    """
    if not path.is_file():
        raise UserError(f"No file {path}.")
    found: list[Sheet] = []
    wanted = None if names is None else frozenset(map(label, names))
    try:
        inside = containers.contents(path)
        for at, raw in enumerate(inside, start=1):
            try:
                made = _sheets(raw, len(found) + 1, wanted)
            except UserError as error:
                raise UserError(f"file {at} inside: {error}" if len(inside) > 1 else str(error)) from error
            # A file of a zip that holds no dossiers is said to be unread, as a sheet is.
            named = len(inside) > 1 and len(made) == 1
            found += [replace(each, name=each.name or str(each.number)) for each in made] if named else made
    except UserError as error:
        raise UserError(f"{personal.file_name(path.name)}: {error}") from error
    return found


def _sheets(raw: bytes, number: int, wanted: frozenset[str] | None) -> list[Sheet]:
    if not raw or raw.isspace():
        raise UserError("the file is empty.")
    if raw.startswith(workbooks.OLE) or (raw.startswith(b"PK\x03\x04") and containers.is_workbook(raw)):
        return [replace(each, number=number - 1 + each.number) for each in workbooks.sheets(raw)]
    if raw.startswith(b"PAR1"):
        return [records.from_parquet(raw, number, wanted)]
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"%PDF", b"Rar!", b"7z\xbc\xaf")):
        raise UserError(f"this form of file is not read. Accepted: {ACCEPTED}.")
    if raw[:512].lstrip().lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise UserError("this is a web page under the name of a spreadsheet. Open it in Excel and save it as .xlsx.")
    if records.looks_like_json(raw):
        return records.from_json(raw, number)
    return [delimited.sheet(raw, number)]


def read(
    path: Path,
    wanted: Mapping[str, Sequence[str]],
    required: Sequence[str],
    lists: Mapping[str, str],
) -> Reading:
    """The wanted columns of every table of a file that has the required ones; no other cell is kept.

    Parameters
    ----------
    path : Path
    wanted : mapping
        Column to the headers that may hold it; the first found counts.
    required : sequence of str
        Columns without which a table is not read.
    lists : mapping
        Column to the header of a list of records: a count of them where the header is plain, or, for
        ``Header.Field``, "true" when a record has that field above 0.

    Returns
    -------
    Reading

    Raises
    ------
    UserError
        When the file cannot be read or no table has the required columns.
    """
    reading, parts = Reading(), []
    wanted = {**wanted, **{column: [name.split(".")[0]] for column, name in lists.items() if column not in wanted}}
    lacking: list[tuple[int, list[str]]] = []
    for sheet in sheets(path, chain.from_iterable(wanted.values())):
        try:
            header, rows = _located(sheet, wanted)
            missing = [column for column in required if header is None or column not in header.places]
            if header is None or missing:
                lacking.append((len(missing), missing))
                if sheet.name:
                    filled = sum(isinstance(cells, str) or any(text(cell) for cell in cells) for _, cells in rows)
                    reading.unread.append((sheet.number, filled))
                continue
            _refuse_doubles(header, wanted)
            parts.append(_collected(sheet, header, rows, lists, reading))
        except UserError as error:
            raise UserError(f"{personal.file_name(path.name)}: {error}") from error
    if not parts:
        raise UserError(_no_table(path, lacking, required, wanted))
    table = pyarrow.concat_tables(parts, promote_options="default")
    # A column that one sheet lacks is empty there.
    frame = table.to_pandas(types_mapper={pyarrow.string(): pd.StringDtype(na_value=float("nan"))}.get)
    reading.places = frame[["sheet", "row"]]
    reading.columns = frame.drop(columns=["sheet", "row"]).fillna("")
    return reading


def all_headers(path: Path, wanted: Mapping[str, Sequence[str]]) -> list[Header]:
    """The headers of the tables of a file that name any of the wanted columns, the one that names most first.

    Parameters
    ----------
    path : Path
    wanted : mapping
        Column to the headers that may hold it.

    Returns
    -------
    list of Header

    Raises
    ------
    UserError
        When the file cannot be read or no table names any.
    """
    found = [located for sheet in sheets(path) if (located := _located(sheet, wanted)[0]) and located.places]
    if not found:
        name = personal.file_name(path.name)
        raise UserError(f"{name} has no row of known headers in the first {headers.DEPTH} of a table.")
    return sorted(found, key=lambda each: -len(each.places))


def _located(
    sheet: Sheet, wanted: Mapping[str, Sequence[str]]
) -> tuple[Header | None, Iterator[tuple[int, Sequence[object] | str]]]:
    """The header of a table and the rows under it."""
    if sheet.header is not None:
        return headers.apart(sheet.header, wanted), sheet.rows
    first = list(islice(sheet.rows, headers.DEPTH))
    found = headers.find([[] if isinstance(cells, str) else cells for _, cells in first], wanted)
    return found, chain(first[found.end + 1 :] if found else first, sheet.rows)


def _refuse_doubles(header: Header, wanted: Mapping[str, Sequence[str]]) -> None:
    doubles = headers.twice(header, {column: wanted[column] for column in header.places})
    if doubles:
        raise UserError(f"the header '{doubles[0]}' stands over two columns. Rename the one that is not meant.")


def _no_table(
    path: Path, lacking: list[tuple[int, list[str]]], required: Sequence[str], wanted: Mapping[str, Sequence[str]]
) -> str:
    missing = min(lacking, default=(0, list(required)), key=lambda each: each[0])[1]
    names = "; ".join(f"{column} ({', '.join(wanted.get(column, ['no header in the profile']))})" for column in missing)
    hint = " Or give it for the whole file with --commune CODE." if missing == ["commune"] else ""
    return (
        f"{personal.file_name(path.name)} has no column for {names}. Name its header in the profile; "
        f"`tthc profile new FILE` drafts one.{hint}"
    )


def _collected(
    sheet: Sheet,
    header: Header,
    rows: Iterator[tuple[int, Sequence[object] | str]],
    lists: Mapping[str, str],
    reading: Reading,
) -> pyarrow.Table:
    """The wanted cells as columns of text; rows that cannot be read are noted."""
    if sheet.plain is not None and not lists.keys() & header.places.keys():
        at_once = delimited.columns(sheet.plain, header.end + 1, header.width, list(header.places.values()))
        if at_once is not None:
            return _sifted(sheet, header, at_once, reading)
    chunks: list[pyarrow.Table] = []
    while True:
        taken = list(islice(rows, _CHUNK))
        if not taken:
            return pyarrow.concat_tables(chunks or [_chunk(sheet, header, [], lists)])
        kept = [
            (number, cells)
            for number, cells in ((n, _dossier(sheet, header, n, c, lists, reading)) for n, c in taken)
            if cells
        ]
        chunks.append(_chunk(sheet, header, kept, lists))


def _sifted(
    sheet: Sheet,
    header: Header,
    at_once: tuple[pyarrow.Table, npt.NDArray[np.int32], list[tuple[int, list[str]]]],
    reading: Reading,
) -> pyarrow.Table:
    """The rows of a text read at once, less those that are no dossiers."""
    table, numbers, others = at_once
    table = table.rename_columns(list(header.places))
    # Only these rows are looked at one by one: those without a code like a dossier's, or without the time.
    code = table["dossier_id"]
    doubtful = pc.or_(pc.less(pc.utf8_length(code), _SHORT), pc.invert(pc.match_substring_regex(code, r"\d$")))
    if "received_at" in header.places:
        doubtful = pc.or_(doubtful, pc.equal(table["received_at"], ""))
    doubtful = doubtful.to_numpy()
    looked_at = sorted([*delimited.cells(sheet.plain, numbers[doubtful].tolist()), *others]) if sheet.plain else []
    kept = [
        (number, cells) for number, given in looked_at if (cells := _dossier(sheet, header, number, given, {}, reading))
    ]
    sure = {name: _clean(table[name].filter(~doubtful)) for name in header.places}
    places = {"sheet": pyarrow.repeat(pyarrow.scalar(sheet.number, "int32"), len(numbers) - int(doubtful.sum()))}
    whole = pyarrow.table({**places, "row": numbers[~doubtful], **sure})
    return pyarrow.concat_tables([whole, _chunk(sheet, header, kept, {})]).sort_by("row") if kept else whole


def _dossier(
    sheet: Sheet,
    header: Header,
    number: int,
    cells: Sequence[object] | str,
    lists: Mapping[str, str],
    reading: Reading,
) -> Sequence[object] | None:
    """The cells of a row that is to be read as a dossier; else it is noted, or empty and no row at all."""
    if isinstance(cells, str):
        reading.unreadable.append((sheet.number, number, cells))
        return None
    fitted = cells if len(cells) == header.width else _fitted(cells, header.width)
    if fitted is None:
        reading.unreadable.append((sheet.number, number, WRONG_WIDTH))
        return None
    at_id, at_time = header.places["dossier_id"], header.places.get("received_at")
    identity, received = fitted[at_id], "-" if at_time is None else fitted[at_time]
    if not received or not isinstance(identity, str) or len(identity) < _SHORT or not identity[-1].isdigit():
        if not any(text(cell) for cell in fitted):
            return None
        if headers.is_furniture(fitted, text(identity), text(received), header, at_id):
            reading.passed_over.append((sheet.number, number))
            return None
    if sheet.header is not None:
        nested = [column for column, at in header.places.items() if isinstance(fitted[at], list | dict)]
        if set(nested) - lists.keys():
            # What stands inside was never looked at: it could be a person's name.
            reading.unreadable.append((sheet.number, number, NESTED))
            return None
    return fitted


def _fitted(cells: Sequence[object], width: int) -> Sequence[object] | None:
    """A row in the width of its header; None when cells are lacking, or more of them hold something."""
    if len(cells) > width and not any(text(cell) for cell in cells[width:]):
        return cells[:width]
    return [""] * width if not any(text(cell) for cell in cells) else None


def _chunk(
    sheet: Sheet, header: Header, rows: Sequence[tuple[int, Sequence[object]]], lists: Mapping[str, str]
) -> pyarrow.Table:
    columns = list(zip(*(cells for _, cells in rows), strict=True)) if rows else [()] * header.width
    arrays = {
        column: _clean(
            [_of_list(cell, lists[column]) for cell in columns[place]] if column in lists else columns[place]
        )
        for column, place in header.places.items()
    }
    numbers = pyarrow.array([number for number, _ in rows], "int32")
    return pyarrow.table({"sheet": pyarrow.array([sheet.number] * len(rows), "int32"), "row": numbers, **arrays})


def _clean(cells: Sequence[object] | pyarrow.ChunkedArray) -> pyarrow.Array | pyarrow.ChunkedArray:
    """Cells as text: NFC, no blanks around, none of the marks that cannot be seen."""
    try:
        array = cells if isinstance(cells, pyarrow.ChunkedArray) else pyarrow.array(cells, pyarrow.string())
        array = pc.fill_null(array, "")
    except (pyarrow.ArrowException, UnicodeEncodeError):
        array = pyarrow.array([text(cell) for cell in cells], pyarrow.string())
    if pc.all(pc.string_is_ascii(array)).as_py():
        return pc.ascii_trim_whitespace(array)
    # A column of few words is cleaned word by word.
    words = array.dictionary_encode()
    words = words.combine_chunks() if isinstance(words, pyarrow.ChunkedArray) else words
    if isinstance(words, pyarrow.ChunkedArray):  # combining nothing gives none
        return array
    seen = pc.utf8_normalize(pc.replace_substring_regex(words.dictionary, _UNSEEN, ""), "NFC")
    # The letter eth, which looks like Đ and stands for it in some fonts.
    seen = pc.replace_substring(pc.replace_substring(seen, "\u00d0", "Đ"), "\u00f0", "đ")
    return pc.take(pc.utf8_trim_whitespace(seen), words.indices)


def _of_list(cell: Any, name: str) -> str:
    """What a list of records comes to: how many, or whether one has a field above 0; empty when it does not say."""
    if isinstance(cell, str) and cell.strip().startswith(("[", "{")):
        try:
            cell = json.loads(cell)
        except (ValueError, RecursionError):
            return BROKEN
    cell = [cell] if isinstance(cell, dict) else cell
    key = headers.label(name.partition(".")[2])
    if not isinstance(cell, list):
        return "" if key else text(cell)  # some systems write the count itself
    if not key:
        return str(len(cell))
    amounts = [text(v) for each in cell if isinstance(each, dict) for k, v in each.items() if headers.label(k) == key]
    if cell and not amounts:
        return ""
    # However thousands are set apart, an amount above 0 has a digit that is not 0, and no minus.
    return "true" if any(re.match(r"[^-]*[1-9]", amount) for amount in amounts) else "false"
