"""The dossier store: Parquet files by province and month received, and a snapshot that says which files count.

A change writes new files beside the old ones and then replaces ``snapshot.json`` in one rename, so that a reader,
or a crash, sees the store as it was before or as it is after, never between. Files that no snapshot names are
removed by the next change.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow
import pyarrow.compute as pc
import pyarrow.dataset
import pyarrow.parquet
from filelock import FileLock, Timeout

from helpers import dossiers, files, reference
from helpers.errors import UserError

Origin = Literal["import", "sample"]
SNAPSHOT = "snapshot.json"
# Rows a row group: the least that a slice reads. A commune of a large city fills about one a month.
ROW_GROUP = 16_384
_PATIENCE = 600  # seconds that a change waits for another one to end


@dataclass(frozen=True)
class Part:
    """One Parquet file: the dossiers of one province received in one month.

    Attributes
    ----------
    path : str
        Relative to the store.
    province : str
        Two-digit code.
    month : str
        "2025-07".
    rows : int
    first_received, last_received : str
        ISO date and time.
    """

    path: str
    province: str
    month: str
    rows: int
    first_received: str
    last_received: str


@dataclass(frozen=True)
class Snapshot:
    """What a store holds at one moment.

    Attributes
    ----------
    number : int
        Counts the changes; 0 for an empty store.
    origin : str
        ``sample`` when the dossiers are generated: every page says so.
    parts : tuple of Part
    imports : tuple of dict
        One record an import: file, sha256, profile, rows, accepted, rejected.
    """

    number: int = 0
    origin: Origin = "import"
    parts: tuple[Part, ...] = ()
    imports: tuple[dict[str, Any], ...] = field(default=())

    @property
    def rows(self) -> int:
        """Number of dossiers."""
        return sum(part.rows for part in self.parts)


def snapshot(folder: Path) -> Snapshot:
    """What the store holds now.

    Parameters
    ----------
    folder : Path
        The store; one that does not exist is empty.

    Returns
    -------
    Snapshot
    """
    path = folder / SNAPSHOT
    if not path.is_file():
        return Snapshot()
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        parts = tuple(Part(**part) for part in raw["parts"])
        return Snapshot(raw["number"], raw["origin"], parts, tuple(raw["imports"]))
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path} is damaged. Move the folder {folder} away and import again.") from error


def filled(folder: Path) -> Snapshot:
    """What the store holds, which must be something.

    Raises
    ------
    UserError
        When it holds no dossiers; the message says how to fill it.
    """
    now = snapshot(folder)
    if not now.rows:
        raise UserError(
            f"The dossier store {folder} is empty. Fill it with `tthc import FILE --profile NAME`, "
            "or with sample dossiers by `tthc sample`.",
        )
    return now


class Writer:
    """Collects the new files of one change; ``changing`` makes and commits it."""

    def __init__(self, folder: Path, before: Snapshot) -> None:
        self.folder = folder
        self.number = before.number + 1
        self.kept = list(before.parts)
        self.new: list[Part] = []

    def drop(self, part: Part) -> None:
        """Leave a file out of the next snapshot."""
        self.kept.remove(part)

    def add(self, province: str, month: str, rows: pyarrow.Table) -> None:
        """Write one file.

        Parameters
        ----------
        province : str
            Two-digit code.
        month : str
            "2025-07", the month in which all these dossiers were received.
        rows : pyarrow.Table
            Dossiers with the columns of ``dossiers.ARROW_SCHEMA``; sorted by commune and time here.
        """
        if not rows.num_rows:
            return
        ordered = rows.select(dossiers.COLUMNS).cast(dossiers.ARROW_SCHEMA)
        ordered = ordered.sort_by([("commune", "ascending"), ("received_at", "ascending"), ("dossier_id", "ascending")])
        bounds = pc.min_max(ordered["received_at"]).as_py()
        taken = {part.path for part in self.new}
        base = f"province={province}/month={month}/{self.number:06d}"
        path = next(p for i in range(len(taken) + 1) if (p := f"{base}-{i}.parquet") not in taken)
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(ordered, target, compression="zstd", row_group_size=ROW_GROUP)
        first, last = bounds["min"].isoformat(), bounds["max"].isoformat()
        self.new.append(Part(path, province, month, rows.num_rows, first, last))


@contextmanager
def changing(folder: Path, origin: Origin, imported: Sequence[dict[str, Any]] = ()) -> Iterator[Writer]:
    """Change the store as one step: all of it takes effect when the block ends well, nothing when it does not.

    Parameters
    ----------
    folder : Path
        The store; made when it does not exist.
    origin : {"import", "sample"}
        Sample dossiers never stand beside real ones: an import replaces a sample whole, a sample refuses to replace
        imported dossiers.
    imported : sequence of dict
        Import records to keep with the snapshot.

    Yields
    ------
    Writer

    Raises
    ------
    UserError
        When a sample would overwrite imported dossiers, another change does not end, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=_PATIENCE):
            yield from _changing(folder, origin, imported)
    except Timeout as error:
        raise UserError(f"Another import is writing to the store {folder}. Try again when it has ended.") from error
    except OSError as error:
        raise UserError(f"The store {folder} cannot be written: {error.strerror or error}.") from error


def _changing(folder: Path, origin: Origin, imported: Sequence[dict[str, Any]]) -> Iterator[Writer]:
    before = snapshot(folder)
    if origin == "sample" and before.origin == "import" and before.rows:
        raise UserError(
            f"The store {folder} holds {before.rows} imported dossiers; a sample would replace them. "
            "Name another folder with `--store DIR`.",
        )
    if "sample" in (origin, before.origin):
        before = replace(before, parts=(), imports=())
    writer = Writer(folder, before)
    _clean(folder, snapshot(folder))
    yield writer
    parts = tuple(sorted(writer.kept + writer.new, key=lambda part: part.path))
    after = Snapshot(writer.number, origin, parts, (*before.imports, *imported))
    _replace_snapshot(folder, after)
    _clean(folder, after)


def _replace_snapshot(folder: Path, after: Snapshot) -> None:
    record = {
        "number": after.number,
        "origin": after.origin,
        "parts": [part.__dict__ for part in after.parts],
        "imports": list(after.imports),
    }
    files.write_atomically(folder / SNAPSHOT, json.dumps(record, ensure_ascii=False, indent=1))


def _clean(folder: Path, now: Snapshot) -> None:
    """Remove data files that the snapshot does not name: leftovers of a change that failed or was replaced."""
    named = {part.path for part in now.parts}
    for path in folder.glob("province=*/month=*/*.parquet"):
        if path.relative_to(folder).as_posix() not in named:
            path.unlink()


def put(folder: Path, rows: pd.DataFrame, imported: Sequence[dict[str, Any]]) -> int:
    """Add dossiers; one that the store already has, by its key, is replaced.

    Parameters
    ----------
    folder : Path
    rows : DataFrame
        Dossiers that pass ``dossiers.schema()``.
    imported : sequence of dict
        Records of the import.

    Returns
    -------
    int
        How many dossiers were replaced.
    """
    table = pyarrow.Table.from_pandas(rows[dossiers.COLUMNS], schema=dossiers.ARROW_SCHEMA, preserve_index=False)
    provinces = pd.Series(reference.province_of(rows["commune"]), dtype="str")
    months = rows["received_at"].dt.strftime("%Y-%m").reset_index(drop=True)
    keys = _keys(table)
    replaced = 0
    with changing(folder, "import", imported) as writer:
        for part in [p for p in writer.kept if p.province in set(provinces)]:
            old = _open([part], folder).to_table()
            stays = pc.invert(pc.is_in(_keys(old), keys))
            if not pc.all(stays).as_py():
                writer.drop(part)
                writer.add(part.province, part.month, old.filter(stays))
                replaced += old.num_rows - pc.sum(stays).as_py()
        places = pd.DataFrame({"province": provinces, "month": months})
        for (province, month), group in places.groupby(["province", "month"]):
            writer.add(str(province), str(month), table.take(group.index.to_numpy()))
    return replaced


def _keys(rows: pyarrow.Table) -> pyarrow.ChunkedArray:
    return pc.binary_join_element_wise(rows["commune"], rows["dossier_id"], "\t")


def _open(parts: Sequence[Part], folder: Path) -> pyarrow.dataset.Dataset:
    paths = [str(folder / part.path) for part in parts]
    return pyarrow.dataset.dataset(paths, schema=dossiers.ARROW_SCHEMA, format="parquet")


def read(
    folder: Path,
    province: str,
    start: pd.Timestamp,
    end: pd.Timestamp,
    commune: str | None = None,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """The dossiers that concern a period: received in it, or received before and not finished before it.

    Files of other provinces and later months stay closed; of the others only the row groups of the commune are read.

    Parameters
    ----------
    folder : Path
    province : str
        Two-digit code.
    start, end : Timestamp
        Half-open bounds.
    commune : str, optional
        Five-digit code; all communes of the province by default.
    columns : sequence of str, optional
        All by default.

    Returns
    -------
    DataFrame
        Dossiers by month received, in it by commune and time.
    """
    names = list(columns) if columns is not None else dossiers.COLUMNS
    parts = [p for p in filled(folder).parts if p.province == province and p.first_received < end.isoformat()]
    at = pyarrow.dataset.field
    ended = pc.coalesce(at("finished_at"), at("returned_at"))
    wanted = (at("received_at") < end) & ((at("received_at") >= start) | ended.is_null() | (ended >= start))
    if commune is not None:
        wanted = (at("commune") == commune) & wanted
    rows = _open(parts, folder).to_table(columns=names, filter=wanted)
    frame: pd.DataFrame = rows.to_pandas()
    return frame.astype({name: dossiers.DTYPES[name] for name in names})


@dataclass(frozen=True)
class Extent:
    """What a store holds of one commune or province: number of dossiers and first and last moment received."""

    rows: int
    first: pd.Timestamp
    last: pd.Timestamp


def extent(folder: Path, province: str, commune: str | None = None) -> Extent | None:
    """How far the store's dossiers of one commune or province reach.

    Parameters
    ----------
    folder : Path
    province : str
        Two-digit code.
    commune : str, optional
        Five-digit code.

    Returns
    -------
    Extent or None
        None when there is no dossier.
    """
    parts = [p for p in filled(folder).parts if p.province == province]
    if commune is None:
        if not parts:
            return None
        first, last = min(p.first_received for p in parts), max(p.last_received for p in parts)
        return Extent(sum(p.rows for p in parts), pd.Timestamp(first), pd.Timestamp(last))
    of = pyarrow.dataset.field("commune") == commune
    received = _open(parts, folder).to_table(columns=["received_at"], filter=of)["received_at"]
    if not len(received):
        return None
    bounds = pc.min_max(received).as_py()
    return Extent(len(received), pd.Timestamp(bounds["min"]), pd.Timestamp(bounds["max"]))


def receiving(folder: Path, province: str, since: pd.Timestamp) -> list[str]:
    """Communes of a province that have received a dossier since a moment.

    Parameters
    ----------
    folder : Path
    province : str
        Two-digit code.
    since : Timestamp

    Returns
    -------
    list of str
        Five-digit codes, in their order.
    """
    parts = [p for p in filled(folder).parts if p.province == province and p.last_received >= since.isoformat()]
    late = pyarrow.dataset.field("received_at") >= since
    communes = _open(parts, folder).to_table(columns=["commune"], filter=late)["commune"]
    return sorted(communes.unique().to_pylist())
