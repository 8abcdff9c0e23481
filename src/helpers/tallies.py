"""One pass over a province's dossiers: everything that the reports on many communes count, in small tables."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import pandas as pd

from helpers import cube, gaps, outcomes, overdue, shelves, store, trends
from helpers.periods import Period
from helpers.shelves import Shelf

# Columns of the dossier table that the pass needs.
_ALSO: Final = ["overdue_cause", "holder", "apology_at", "source_import"]
NEEDS: Final = list(dict.fromkeys([*outcomes.NEEDS, *cube.NEEDS, *gaps.NEEDS, *_ALSO]))


@dataclass(frozen=True)
class Tally:
    """What was counted of a province in a period; every table has a column ``commune``.

    Attributes
    ----------
    cube : DataFrame
        ``cube.count``.
    daily : DataFrame
        ``trends.daily``.
    overdue : DataFrame
        ``overdue.count``.
    procedures : DataFrame
        ``commune``, ``procedure``; of the dossiers received in the period ``with_fee`` and ``fee_paid_online``.
    gaps : DataFrame
        ``gaps.count``.
    imports : DataFrame
        ``commune``, ``source_import``: numbers of the imports that brought its dossiers.
    broken : DataFrame
        ``problem``: identities that do not hold, in a sentence each; no row when all do.
    """

    cube: pd.DataFrame
    daily: pd.DataFrame
    overdue: pd.DataFrame
    procedures: pd.DataFrame
    gaps: pd.DataFrame
    imports: pd.DataFrame
    broken: pd.DataFrame


TABLES: Final = tuple(field.name for field in fields(Tally))


def of(
    folder: Path, province: str, period: Period, grain: str, rows: Callable[[], pd.DataFrame] | None = None
) -> Tally:
    """What the dossiers of a province come to in a period.

    Parameters
    ----------
    folder : Path
        The dossier store. What is counted is kept beside it.
    province : str
        Two-digit code.
    period : Period
    grain : {"timestamp", "day"}
    rows : callable, optional
        Reads the dossiers, with the columns of ``NEEDS`` at least; for one who needs them for something else too.

    Returns
    -------
    Tally

    Raises
    ------
    UserError
        When the store is empty, or one of its files is missing or damaged.
    """
    shelf = _shelf(folder, province, period, grain)
    kept = {name: shelves.kept(shelf, name) for name in TABLES}
    found = {name: table for name, table in kept.items() if table is not None}
    if len(found) == len(TABLES):
        return Tally(**found)
    # After the shelf was found: what is stored meanwhile is not kept as if it were what is there then.
    made = of_rows(read(folder, province, period) if rows is None else rows()[NEEDS], period, grain)
    shelves.keep(shelf, {name: getattr(made, name) for name in TABLES})
    return made


def kept_cube(folder: Path, province: str, period: Period, grain: str, commune: str) -> pd.DataFrame | None:
    """The cube of one commune, where ``of`` has counted its province.

    Returns
    -------
    DataFrame or None
        As ``cube.count`` gives it.
    """
    return shelves.kept(_shelf(folder, province, period, grain), "cube", commune)


def cube_of(folder: Path, province: str, period: Period, grain: str, communes: list[str]) -> pd.DataFrame:
    """The cube of some communes of a province, counted anew: for when a file of the others is damaged.

    Raises
    ------
    UserError
        When the store is empty, or a file that holds any of them is missing or damaged.
    """
    return cube.count(outcomes.classify(read(folder, province, period, communes), period, grain))


def _shelf(folder: Path, province: str, period: Period, grain: str) -> Shelf:
    return shelves.of(folder, "tally", province, period, grain)


def read(folder: Path, province: str, period: Period, communes: list[str] | None = None) -> pd.DataFrame:
    """The dossiers of a province that concern a period, as the pass takes them: ``store.read``."""
    return store.read(folder, province, period.start, period.end, communes, NEEDS, coded=True)


def of_rows(rows: pd.DataFrame, period: Period, grain: str) -> Tally:
    """What some dossiers come to.

    Parameters
    ----------
    rows : DataFrame
        Dossiers that concern the period, with the columns of ``NEEDS``.
    period : Period
    grain : {"timestamp", "day"}

    Returns
    -------
    Tally
    """
    classed = outcomes.classify(rows, period, grain)
    counts = cube.count(classed)
    return Tally(
        cube=counts,
        daily=trends.daily(classed, period),
        overdue=overdue.count(classed, period),
        procedures=_procedures(classed),
        gaps=gaps.count(classed),
        imports=classed[["commune", "source_import"]].dropna().drop_duplicates().astype({"commune": "str"}),
        broken=pd.DataFrame({"problem": cube.broken_identities(counts, rows, period)}, dtype="str"),
    )


def _procedures(classed: pd.DataFrame) -> pd.DataFrame:
    """Dossiers with a fee, and those of them paid online, by procedure; without those that name none."""
    rows = classed[(classed["intake"] == "received").to_numpy() & classed["procedure"].notna().to_numpy()]
    with_fee, paid = (rows[name].fillna(False).to_numpy(dtype=bool) for name in ("fee_due", "paid_online"))
    cells = cube.crossed(rows, ["commune", "procedure"])
    return cells.summed({"with_fee": with_fee, "fee_paid_online": with_fee & paid})


def only(tally: Tally, communes: list[str]) -> Tally:
    """What was counted of some communes alone; the identities were checked over all."""
    own = {
        name: table[table["commune"].isin(communes)].reset_index(drop=True)
        for name in TABLES
        if "commune" in (table := getattr(tally, name))
    }
    return Tally(**own, broken=tally.broken)


def each(folder: Path, wanted: Sequence[tuple[str, Period]], grain: str) -> list[Tally]:
    """What the dossiers of several provinces or periods come to: one of each in memory a processor, not all.

    Parameters
    ----------
    folder, grain
        As for ``of``.
    wanted : sequence of (str, Period)
        Province and period.

    Returns
    -------
    list of Tally
        In their order.

    Raises
    ------
    UserError
        As for ``of``.
    """
    # Threads do: most of the work is done in Arrow and NumPy, outside the interpreter's lock.
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        return list(threads.map(lambda one: of(folder, one[0], one[1], grain), wanted))


def together(parts: Sequence[Tally]) -> Tally:
    """The tallies of several provinces, one at least, as one."""
    tables = {name: [getattr(part, name) for part in parts] for name in TABLES}
    return Tally(**{name: pd.concat(own, ignore_index=True) for name, own in tables.items()})
