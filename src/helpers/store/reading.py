"""Reading a store: what concerns a period, how far the data reach, what there is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import pandas as pd
import pyarrow
import pyarrow.compute as pc

from helpers import dossiers, reference
from helpers.errors import UserError
from helpers.store import parts
from helpers.store.state import Part, Snapshot, filled, snapshot

_DECIDING: Final = ["received_at", "finished_at", "returned_at", "status"]  # whether a dossier concerns a period

T = TypeVar("T")


def _steadily(folder: Path, look: Callable[[Snapshot], T]) -> T:
    """Look at the files of a snapshot; again when a change has meanwhile replaced them by others."""
    while True:
        now = filled(folder)
        try:
            return look(now)
        except UserError:
            if snapshot(folder).number == now.number:
                raise


def read(
    folder: Path,
    province: str,
    start: pd.Timestamp,
    end: pd.Timestamp,
    commune: str | Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    coded: bool = False,
) -> pd.DataFrame:
    """The dossiers that concern a period: received in it, or received before and not finished before it.

    Files that hold none of them stay closed, however long the history; of the others only the row groups of the
    commune are read.

    Parameters
    ----------
    folder : Path
    province : str
        Two-digit code.
    start, end : Timestamp
        Half-open bounds.
    commune : str or sequence of str, optional
        Five-digit code, or some in their order; all communes of the province by default.
    columns : sequence of str, optional
        All by default.
    coded : bool
        Give texts as pandas categories, in a third of the time: for counting.

    Returns
    -------
    DataFrame
        Long dossiers, then the others by month received; within each by commune and time. Without those received
        before and not accepted: they never end, and no report counts them.

    Raises
    ------
    UserError
        When the store is empty, or one of its files is missing or damaged.
    """
    names = list(columns) if columns is not None else dossiers.COLUMNS
    needed = list(dict.fromkeys([*names, *_DECIDING]))

    def look(now: Snapshot) -> pyarrow.Table:
        bounds = start.isoformat(), end.isoformat()
        concerned = [part for part in now.of(province) if part.concerns(*bounds)]
        return _rows(folder, concerned, needed, commune, coded)

    rows = _steadily(folder, look)
    return parts.frame(rows.filter(_concerning(rows, start, end)).select(names))


def _rows(
    folder: Path,
    of: Iterable[Part],
    columns: Sequence[str],
    commune: str | Sequence[str] | None,
    coded: bool = False,
) -> pyarrow.Table:
    communes = [commune] if isinstance(commune, str) else commune
    nothing = dossiers.ARROW_SCHEMA.empty_table().select(columns)
    if communes is not None and not communes:  # a file whose footer is damaged cannot even say that it holds none
        return nothing
    pieces = [parts.load(folder, part.path, columns, communes, coded) for part in of]
    return pyarrow.concat_tables([nothing.cast(pieces[0].schema) if pieces else nothing, *pieces])


def _concerning(rows: pyarrow.Table, start: pd.Timestamp, end: pd.Timestamp) -> pyarrow.ChunkedArray:
    received, ended = rows["received_at"], parts.ended(rows)
    before, gone = pc.less(received, start), pc.fill_null(pc.less(ended, start), False)
    refused = pc.is_in(rows["status"], _not_accepted())
    return pc.and_not(pc.less(received, end), pc.and_(before, pc.or_(gone, refused)))


def _not_accepted() -> pyarrow.Array:
    statuses = reference.table("statuses")
    codes = statuses.loc[statuses["group"] == "not_accepted", "code"].astype("int8")
    return pyarrow.array(codes.to_numpy(), pyarrow.int8())


@dataclass(frozen=True)
class Extent:
    """How far a store's dossiers of one commune or province reach: first and last moment received."""

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

    Raises
    ------
    UserError
        When the store is empty, or one of its files is missing or damaged.
    """

    def look(now: Snapshot) -> Extent | None:
        own = now.of(province)
        return _extent(own) if commune is None else _extent_of(folder, own, commune)

    return _steadily(folder, look)


def _extent(own: Sequence[Part]) -> Extent | None:
    if not own:
        return None
    first, last = min(part.first_received for part in own), max(part.last_received for part in own)
    return Extent(pd.Timestamp(first), pd.Timestamp(last))


def _extent_of(folder: Path, own: Sequence[Part], commune: str) -> Extent | None:
    """From both ends inwards, so that the files between stay closed."""
    first, last = "", ""
    for part in sorted(own, key=lambda part: part.first_received):
        if not first or part.first_received < first:
            first = min(filter(None, [first, _bound(folder, part, commune, "min")]), default="")
    if not first:
        return None
    for part in sorted(own, key=lambda part: part.last_received, reverse=True):
        if part.last_received > last:
            last = max(last, _bound(folder, part, commune, "max"))
    return Extent(pd.Timestamp(first), pd.Timestamp(last))


def _bound(folder: Path, part: Part, commune: str, which: str) -> str:
    """First ("min") or last ("max") moment at which a commune received a dossier of a file; "" when it has none."""
    received = parts.load(folder, part.path, ["received_at"], [commune])["received_at"]
    moment = pc.min_max(received).as_py()[which]
    return moment.isoformat() if moment else ""


def extents(folder: Path, province: str, communes: Sequence[str] | None = None) -> dict[str, tuple[str, str]]:
    """How far the dossiers of each commune of a province reach.

    Parameters
    ----------
    folder : Path
    province : str
        Two-digit code.
    communes : sequence of str, optional
        Five-digit codes in their order: look at these only.

    Returns
    -------
    dict
        By the commune's code: first and last moment received, as ISO texts.

    Raises
    ------
    UserError
        When the store is empty, or one of its files is missing or damaged.
    """

    def look(now: Snapshot) -> dict[str, tuple[str, str]]:
        rows = _rows(folder, now.of(province), ["commune", "received_at"], communes)
        found = rows.group_by("commune").aggregate([("received_at", "min"), ("received_at", "max")])
        columns = [found[name].to_pylist() for name in ("commune", "received_at_min", "received_at_max")]
        return {code: (first.isoformat(), last.isoformat()) for code, first, last in zip(*columns, strict=True)}

    return _steadily(folder, look)


def receiving(folder: Path, province: str, since: pd.Timestamp, communes: Sequence[str] | None = None) -> list[str]:
    """Communes of a province that have received a dossier since a moment.

    Parameters
    ----------
    folder : Path
    province : str
        Two-digit code.
    since : Timestamp
    communes : sequence of str, optional
        Five-digit codes in their order: look at these only.

    Returns
    -------
    list of str
        Five-digit codes, in their order.

    Raises
    ------
    UserError
        When the store is empty, or one of its files is missing or damaged.
    """
    everyone = set(reference.communes_of(province)["code"] if communes is None else communes)

    def look(now: Snapshot) -> list[str]:
        late = [part for part in now.of(province) if part.last_received >= since.isoformat()]
        found: set[str] = set()
        for part in sorted(late, key=lambda part: part.last_received, reverse=True):
            if everyone <= found:
                break  # files of earlier months could only name them again
            rows = parts.load(folder, part.path, ["commune", "received_at"], communes)
            found |= set(rows["commune"].filter(pc.greater_equal(rows["received_at"], since)).unique().to_pylist())
        return sorted(found)

    return _steadily(folder, look)


def readable(folder: Path, province: str, columns: Sequence[str]) -> list[str]:
    """Communes of a province whose dossiers can all be read, for when a file of the province is damaged.

    Parameters
    ----------
    folder : Path
    province : str
        Two-digit code.
    columns : sequence of str
        Those that are needed.

    Returns
    -------
    list of str
        Five-digit codes, in their order.

    Raises
    ------
    UserError
        When the store is empty.
    """
    own = filled(folder).of(province)
    return [code for code in reference.communes_of(province)["code"] if _whole(folder, own, columns, code)]


def _whole(folder: Path, own: Sequence[Part], columns: Sequence[str], commune: str) -> bool:
    try:
        _rows(folder, own, columns, commune)
    except UserError:
        return False
    return True


def contents(folder: Path) -> pd.DataFrame:
    """What the store holds of each commune.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    DataFrame
        ``commune``, ``first_month``, ``last_month`` ("2025-07"), ``months`` (with dossiers), ``dossiers``,
        ``last_import`` (number of the latest import that a dossier is from; missing for a sample). A row a commune,
        by its code.

    Raises
    ------
    UserError
        When one of the store's files is missing or damaged.
    """
    if not snapshot(folder).rows:
        return _summary(pyarrow.concat_tables([_counted(dossiers.ARROW_SCHEMA.empty_table(), "")]))
    return _summary(_steadily(folder, lambda now: pyarrow.concat_tables([_counts(folder, each) for each in now.parts])))


def _counts(folder: Path, part: Part) -> pyarrow.Table:
    """Dossiers and last import of each commune and month of a file."""
    time = [] if part.month else ["received_at"]  # a file of one month says it in its name
    return _counted(parts.load(folder, part.path, ["commune", "source_import", *time]), part.month)


def _counted(rows: pyarrow.Table, month: str) -> pyarrow.Table:
    months = pyarrow.repeat(month, rows.num_rows) if month else pc.strftime(rows["received_at"], "%Y-%m")
    counted = rows.select(["commune", "source_import"]).append_column("month", months).group_by(["commune", "month"])
    return counted.aggregate([([], "count_all"), ("source_import", "max")])


def _summary(counts: pyarrow.Table) -> pd.DataFrame:
    names = {"first_month": "month_min", "last_month": "month_max", "months": "month_count_distinct"}
    names |= {"dossiers": "count_all_sum", "last_import": "source_import_max_max"}
    wanted = [("month", "min"), ("month", "max"), ("month", "count_distinct"), ("count_all", "sum")]
    grouped = counts.group_by("commune").aggregate([*wanted, ("source_import_max", "max")]).sort_by("commune")
    summary: pd.DataFrame = pyarrow.table(
        {"commune": grouped["commune"], **{name: grouped[column] for name, column in names.items()}}
    ).to_pandas()
    return summary.astype({"last_import": "Int32"})
