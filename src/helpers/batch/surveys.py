"""What the store has for each commune of a province in a period, as digests: what changed is what must run again."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from helpers import (
    digests,
    dossiers,
    files,
    peers,
    periods,
    reference,
    shelves,
    slices,
    store,
    tallies,
)
from helpers.errors import UserError
from helpers.periods import Period
from helpers.shelves import Shelf

_UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Survey:
    """What a province's reports are made from.

    Attributes
    ----------
    province : str
        Two-digit code.
    data : dict
        By the commune's code, for each that has dossiers in the period: digest of all that its page says of its own
        dossiers. One whose file is damaged has a digest too, so that its report is tried and the damage is told.
    standing : dict
        By the commune's code: digest of all that its page says of the other communes.
    """

    province: str
    data: dict[str, str]
    standing: dict[str, str]


def kept(folder: Path, province: str, period: Period, grain: str) -> Survey | None:
    """The survey as it was computed before.

    Parameters
    ----------
    folder : Path
        The dossier store.
    province : str
        Two-digit code.
    period : Period
    grain : {"timestamp", "day"}

    Returns
    -------
    Survey or None
        None when there is none, or the dossiers, the code or the reference tables have changed since.
    """
    shelf = shelf_of(folder, province, period, grain)
    try:
        held = json.loads(_path(shelf).read_text(encoding="utf-8"))
        return Survey(**held["survey"]) if held["key"] == shelf.key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def make(folder: Path, province: str, text: str, cutoffs: str, grain: str) -> Survey:
    """Survey a province, and keep what was found beside the store.

    Parameters
    ----------
    folder : Path
        The dossier store.
    province : str
        Two-digit code.
    text, cutoffs : str
        The period, as ``periods.parse`` takes them.
    grain : {"timestamp", "day"}

    Returns
    -------
    Survey

    Raises
    ------
    UserError
        When the store is empty.
    """
    period = periods.parse(text, cutoffs)
    shelf = shelf_of(folder, province, period, grain)  # before the reading: what is stored meanwhile is not in it
    try:
        found = _of(folder, province, period, grain, None)
    except UserError:
        # A damaged file: those who have nothing in it are surveyed, of the others the report will tell the damage.
        readable = store.readable(folder, province, dossiers.COLUMNS)
        found = _of(folder, province, period, grain, readable)
        damaged = sorted(set(reference.communes_of(province)["code"]) - set(readable))
        found.data.update(dict.fromkeys(damaged, _UNREADABLE))
        found.standing.update(dict.fromkeys(damaged, _UNREADABLE))
    keep(shelf, found)
    return found


def shelf_of(folder: Path, province: str, period: Period, grain: str) -> Shelf:
    """Where the survey of a province is kept."""
    return shelves.of(folder, "survey", province, period, grain)


def keep(shelf: Shelf, found: Survey) -> None:
    """Keep a survey beside the store.

    Parameters
    ----------
    shelf : Shelf
        As it was before the dossiers were read.
    found : Survey
    """
    with contextlib.suppress(OSError):  # a store that cannot be written is only slower
        files.write_atomically(_path(shelf), json.dumps({"key": shelf.key, "survey": asdict(found)}, indent=1))


def _of(folder: Path, province: str, period: Period, grain: str, communes: list[str] | None) -> Survey:
    read = cache(lambda: store.read(folder, province, period.start, period.end, communes, coded=True))
    having = _cube(folder, province, period, grain, communes, read)["commune"].unique()
    rows = read()
    now = slices.fingerprints(rows)
    then = [
        slices.fingerprints(_cube(folder, province, before, grain, communes))
        for before in dict.fromkeys((periods.previous(period), periods.year_before(period)))
    ]
    extents, held = store.extents(folder, province, communes), store.snapshot(folder)
    brought = rows[["commune", "source_import"]].drop_duplicates().groupby("commune")
    sources = {code: slices.sources(of_it, held) for code, of_it in brought}
    data = {
        str(code): digests.of([now[code], [each.get(code) for each in then], sources[code], extents[code], held.origin])
        for code in sorted(having)
    }
    standing = peers.of(folder, province, period, grain).standing(list(data))
    return Survey(province, data, standing)


def _cube(
    folder: Path,
    province: str,
    period: Period,
    grain: str,
    communes: list[str] | None,
    rows: Callable[[], pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """The counts cube, which is all that a page says of an earlier period."""
    if communes is None:  # kept, so that no report need count it again
        return tallies.of(folder, province, period, grain, rows).cube
    return tallies.cube_of(folder, province, period, grain, communes)


def _path(shelf: Shelf) -> Path:
    return shelf.path.with_name(f"{shelf.path.name}.json")
