"""Imports: put in, looked up, taken out again. The store is the fold of those that it holds."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.compute as pc

from helpers import dossiers, reference
from helpers.errors import UserError
from helpers.store import parts, state
from helpers.store.changes import Writer, changing
from helpers.store.state import Part, snapshot

# What is kept of an import; the number of the import is in the file's name.
_KEPT_COLUMNS = [name for name in dossiers.COLUMNS if name != "source_import"]


@dataclass(frozen=True)
class Entry:
    """One file to put into the store.

    Attributes
    ----------
    rows : DataFrame
        Dossiers that pass ``dossiers.schema()``; ``source_import`` is filled by the store.
    record : dict
        What the log says of the file, in short: ``file`` and ``sha256`` at least.
    details : dict
        Anything else worth keeping that JSON can hold.
    """

    rows: pd.DataFrame
    record: dict[str, Any]
    details: dict[str, Any]


@dataclass(frozen=True)
class Stored:
    """What became of an entry.

    Attributes
    ----------
    number : int
        Of the import.
    new, replaced : int
        Dossiers that the store did not have, and those that it had.
    known : bool
        The same file with the same rows is in already, under this number: nothing was changed for it.
    """

    number: int
    new: int
    replaced: int
    known: bool = False


@dataclass(frozen=True)
class Removed:
    """What taking an import out did.

    Attributes
    ----------
    rows : int
        Dossiers that the store had from it.
    restored : int
        Those of them that came back as an earlier import has them.
    """

    rows: int
    restored: int


@dataclass(frozen=True)
class _Kept:
    """An entry as the store keeps it: its rows sorted, and as the bytes of their file."""

    rows: pyarrow.Table
    data: bytes
    sha256: str


def put(folder: Path, imports: Sequence[Entry]) -> list[Stored]:
    """Add the dossiers of some files in one change; one that the store already has, by its key, is replaced.

    Parameters
    ----------
    folder : Path
        The store; made when it does not exist.
    imports : sequence of Entry
        A later one replaces the dossiers of an earlier one.

    Returns
    -------
    list of Stored
        One an entry.

    Raises
    ------
    UserError
        When the store cannot be changed; it is then as it was.
    """
    numbers: list[tuple[int, bool]] = []
    coming: list[tuple[int, pyarrow.Table]] = []
    with changing(folder, "import") as writer:
        for entry in imports:
            kept = _kept(entry.rows)
            number = _known(writer, entry, kept)
            numbers.append((number or writer.last_import + 1, number is not None))
            if number is None:
                coming.append(_log(writer, entry, kept))
        counts = _fold_all(writer, coming)
    return [Stored(number, *((0, 0) if known else counts[number]), known) for number, known in numbers]


def _kept(rows: pd.DataFrame) -> _Kept:
    ordered = parts.ordered(parts.arrow(rows))
    sink = pyarrow.BufferOutputStream()
    parts.encode(ordered.select(_KEPT_COLUMNS), sink)
    data = sink.getvalue().to_pybytes()
    return _Kept(ordered, data, hashlib.sha256(data).hexdigest())


def _known(writer: Writer, entry: Entry, kept: _Kept) -> int | None:
    """Number of the import that brought the same file with the same rows."""
    same = (entry.record["sha256"], kept.sha256)
    numbers = [record["number"] for record in writer.imports if (record["sha256"], record["kept_sha256"]) == same]
    return numbers[0] if numbers else None


def _log(writer: Writer, entry: Entry, kept: _Kept) -> tuple[int, pyarrow.Table]:
    """Keep an entry under the next number; that number, and its rows with it."""
    number = writer.last_import + 1
    record = {"number": number, **entry.record, "kept_sha256": kept.sha256}
    text = json.dumps({"record": record, "details": entry.details}, ensure_ascii=False, indent=1)
    writer.keep(record, kept.data, text.encode())
    return number, _numbered(kept.rows, number)


def _numbered(rows: pyarrow.Table, number: int) -> pyarrow.Table:
    """Dossiers with every column, ``source_import`` being a number."""
    of = pyarrow.array(np.full(rows.num_rows, number, dtype=np.int32))
    return rows.select(_KEPT_COLUMNS).append_column("source_import", of).select(dossiers.COLUMNS)


def _fold_all(writer: Writer, coming: Sequence[tuple[int, pyarrow.Table]]) -> dict[int, tuple[int, int]]:
    """Let the rows of each import, in turn, replace what was there; how many were new and replaced, by number."""
    if not coming:
        return {}
    rows = pyarrow.concat_tables([table for _, table in coming])
    keys = parts.keys(rows)
    same = pd.Series(pd.factorize(keys.to_pandas())[0])
    last = pyarrow.array(~same.duplicated(keep="last").to_numpy())
    there = _fold(writer, rows.filter(last))
    replaced = same.duplicated(keep="first").to_numpy() | pc.is_in(keys, there).to_numpy()
    stops = np.cumsum([table.num_rows for _, table in coming])
    counts = [int(each.sum()) for each in np.split(replaced, stops[:-1])]
    return {number: (table.num_rows - count, count) for (number, table), count in zip(coming, counts, strict=True)}


def _fold(writer: Writer, rows: pyarrow.Table, gone: pyarrow.Table | None = None) -> pyarrow.Array:
    """Take dossiers out of the store and put others in.

    Parameters
    ----------
    writer : Writer
    rows : pyarrow.Table
        Come in; their keys are among those that go.
    gone : pyarrow.Table, optional
        ``commune`` and ``dossier_id`` of those that go; the keys of ``rows`` by default.

    Returns
    -------
    pyarrow.Array
        Keys of those that were there.
    """
    coming = {(province, month): piece for province, month, piece in parts.split(parts.ordered(rows))}
    there = [pyarrow.array([], pyarrow.string())]
    for province, communes, keys in _by_province(rows if gone is None else gone):
        for part in [part for part in writer.kept if part.province == province]:
            old = parts.keys(parts.load(writer.folder, part.path, dossiers.KEY, communes))
            hits = old.filter(pc.is_in(old, keys)).combine_chunks()
            new = coming.pop((province, part.month), None)
            if len(hits) or new is not None:
                _rewrite(writer, part, hits, new)
            there.append(hits)
    for (province, month), piece in coming.items():
        writer.write(province, month, piece)
    return pyarrow.concat_arrays(there)


def _by_province(rows: pyarrow.Table) -> Iterator[tuple[str, list[str], pyarrow.Array]]:
    """Communes, in their order, and keys of the dossiers of each province."""
    communes = sorted(rows["commune"].unique().to_pylist())
    provinces = reference.province_of(communes)
    for province in sorted(set(provinces)):
        own = [commune for commune, of in zip(communes, provinces, strict=True) if of == province]
        keys = parts.keys(rows.filter(pc.is_in(rows["commune"], pyarrow.array(own, pyarrow.string()))))
        yield province, own, keys.combine_chunks()


def _rewrite(writer: Writer, part: Part, gone: pyarrow.Array, new: pyarrow.Table | None) -> None:
    """Write a file again without some dossiers, and with others."""
    old = parts.load(writer.folder, part.path)
    stays = old.filter(pc.invert(pc.is_in(parts.keys(old), gone)))
    writer.drop(part)
    merged = stays if new is None else parts.ordered(pyarrow.concat_tables([stays, new]))
    writer.write(part.province, part.month, merged)


def remove(folder: Path, number: int) -> Removed:
    """Take an import out: the store is then what it would be if that import had never been.

    Parameters
    ----------
    folder : Path
    number : int
        Of the import, as the log has it.

    Returns
    -------
    Removed

    Raises
    ------
    UserError
        When there is no such import; the message lists those there are.
    """
    _require(snapshot(folder).imports, number)  # before anything is made
    with changing(folder, "import") as writer:
        _require(writer.imports, number)
        gone = _brought(writer, number)
        earlier = [record["number"] for record in writer.imports if record["number"] < number]
        back = _latest(folder, earlier, gone)
        _fold(writer, back, gone)
        writer.imports = [record for record in writer.imports if record["number"] != number]
    return Removed(gone.num_rows, back.num_rows)


def _require(records: Sequence[dict[str, Any]], number: int) -> None:
    numbers = [record["number"] for record in records]
    if number not in numbers:
        raise UserError(f"There is no import {number} in the store. It has: {', '.join(map(str, numbers)) or 'none'}.")


def _brought(writer: Writer, number: int) -> pyarrow.Table:
    """Keys of the dossiers that the store has from an import."""
    communes = sorted(parts.load(writer.folder, state.kept_rows(number), ["commune"])["commune"].unique().to_pylist())
    provinces = set(reference.province_of(communes))
    pieces = [dossiers.ARROW_SCHEMA.empty_table().select([*dossiers.KEY, "source_import"])]
    for part in writer.kept:
        if part.province in provinces:
            rows = parts.load(writer.folder, part.path, [*dossiers.KEY, "source_import"], communes)
            pieces.append(rows.filter(pc.equal(rows["source_import"], number)))
    return pyarrow.concat_tables(pieces)


def _latest(folder: Path, numbers: Sequence[int], wanted: pyarrow.Table) -> pyarrow.Table:
    """Dossiers of some keys, each as the last of some imports that has it brought it."""
    left = parts.keys(wanted).combine_chunks()
    communes = sorted(wanted["commune"].unique().to_pylist())
    pieces = [dossiers.ARROW_SCHEMA.empty_table()]
    for number in reversed(numbers):
        if not len(left):
            break
        rows = parts.load(folder, state.kept_rows(number), None, communes)
        found = rows.filter(pc.is_in(parts.keys(rows), left))
        left = left.filter(pc.invert(pc.is_in(left, parts.keys(found).combine_chunks())))
        pieces.append(_numbered(found, number))
    return pyarrow.concat_tables(pieces)


def imported(folder: Path, number: int) -> pd.DataFrame:
    """The dossiers as one import brought them, whatever became of them since.

    Parameters
    ----------
    folder : Path
    number : int

    Returns
    -------
    DataFrame
        Every column of ``dossiers.COLUMNS``, by commune and time received.

    Raises
    ------
    UserError
        When there is no such import, or what was kept of it is missing or damaged.
    """
    _require(snapshot(folder).imports, number)
    return parts.frame(_numbered(parts.load(folder, state.kept_rows(number)), number))


def details(folder: Path, number: int) -> dict[str, Any]:
    """What was kept of an import beside its rows and its record.

    Parameters
    ----------
    folder : Path
    number : int

    Returns
    -------
    dict
        The ``details`` of its ``Entry``.

    Raises
    ------
    UserError
        When there is no such import, or what was kept of it is missing or damaged.
    """
    _require(snapshot(folder).imports, number)
    path = folder / state.kept_details(number)
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["details"]
    except FileNotFoundError as error:
        raise state.damaged(path, folder, "is missing") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise state.damaged(path, folder) from error
    return kept
