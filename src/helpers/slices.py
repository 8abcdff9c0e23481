"""What one report is about: the classed dossiers of a commune or province in a period, and what they compare with."""

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from helpers import (
    cube,
    dossiers,
    durations,
    formats,
    indicators,
    outcomes,
    overdue,
    peers,
    periods,
    ranking,
    reference,
    reported,
    settings,
    store,
)
from helpers.durations import Durations
from helpers.errors import UserError
from helpers.peers import Peers
from helpers.periods import Period

# Data that begin so soon after a period's start cover it, for its first days may be holidays: a week, but no more than
# a tenth of the period.
_GRACE_DAYS: Final = 7
_GRACE_SHARE: Final = 0.1


@dataclass(frozen=True)
class Slice:
    """Everything one report is computed from.

    Attributes
    ----------
    code, name : str
        Five digits for a commune, two for a province.
    province_code, province : str
    period : Period
    previous_period : Period
    grain : str
    origin : str
        ``sample`` when the dossiers are generated.
    sources : list of str
        Names of the files that brought its dossiers, by the store's log; none for a sample.
    fingerprint : str
        ``fingerprint`` of its dossiers.
    classed : DataFrame
        ``outcomes.classify`` of its dossiers.
    overdue : DataFrame
        ``overdue.select`` of them.
    durations : Durations
        How long the resolved ones took.
    cube : DataFrame
    computed : DataFrame
        ``indicators.compute`` of the whole.
    previous, year_before : DataFrame or None
        ``indicators.compute`` of the previous period, and of the same period of the year before; None when the data
        do not reach back that far.
    previous_cube : DataFrame or None
        The counts cube of the previous period.
    data_from, data_to : Timestamp
        First and last moment of receipt that the store holds for the unit.
    peers : Peers
    reported : DataFrame
        ``reported.of`` the unit and period: what it said of itself.
    broken : list of str
        Identities that do not hold; empty when all do.
    """

    code: str
    name: str
    province_code: str
    province: str
    period: Period
    previous_period: Period
    grain: str
    origin: str
    sources: list[str]
    fingerprint: str
    classed: pd.DataFrame
    overdue: pd.DataFrame
    durations: Durations
    cube: pd.DataFrame
    computed: pd.DataFrame
    previous: pd.DataFrame | None
    previous_cube: pd.DataFrame | None
    year_before: pd.DataFrame | None
    data_from: pd.Timestamp
    data_to: pd.Timestamp
    peers: Peers
    reported: pd.DataFrame
    broken: list[str]

    @property
    def units(self) -> tuple[str, ...]:
        """Codes of the units whose targets concern it."""
        return (self.province_code,) if self.of_province else (self.province_code, self.code)

    @property
    def filled(self) -> bool:
        """Whether the dossiers that the store holds fill the period; of a province, for all its communes."""
        complete = self.peers.compared == self.peers.communes or not self.of_province
        reaches = self.data_to >= ranking.reaching_since(self.period)
        return complete and reaches and reaches_back(self.data_from, self.period)

    @property
    def knows_carried_over(self) -> bool:
        """Whether the data begin before the period: else nothing can be carried over, and 0 says nothing."""
        return self.data_from < self.period.start

    @property
    def of_province(self) -> bool:
        """Whether it holds all communes of a province, not one."""
        return self.code == self.province_code


def fingerprint(rows: pd.DataFrame) -> str:
    """Sixteen hexadecimal digits that change when any of some dossiers does; where they came from does not matter.

    Parameters
    ----------
    rows : DataFrame
        Dossiers, or some columns of them, as the store gives them.

    Returns
    -------
    str
    """
    return _fingerprint(_hashed(rows))


def fingerprints(rows: pd.DataFrame) -> dict[str, str]:
    """``fingerprint`` of each commune's dossiers, all at once.

    Parameters
    ----------
    rows : DataFrame
        Dossiers of several communes, as the store gives them.

    Returns
    -------
    dict
        By the commune's code.
    """
    return {str(code): _fingerprint(own) for code, own in _hashed(rows).groupby(rows["commune"].to_numpy())}


def _hashed(rows: pd.DataFrame) -> "pd.Series[int]":
    facts = rows.drop(columns=list(dossiers.SOURCE), errors="ignore")
    return pd.util.hash_pandas_object(facts, index=False)


def _fingerprint(hashes: "pd.Series[int]") -> str:
    return hashlib.sha256(hashes.to_numpy().tobytes()).hexdigest()[:16]


def sources(rows: pd.DataFrame, held: store.Snapshot) -> list[str]:
    """Names of the files that brought some dossiers, each once.

    Parameters
    ----------
    rows : DataFrame
        With ``source_import``.
    held : Snapshot
        Of the store that they are from.

    Returns
    -------
    list of str
    """
    numbers = set(rows["source_import"].dropna())
    return sorted({record["file"] for record in held.imports if record["number"] in numbers}, key=formats.sort_key)


def reaches_back(first: pd.Timestamp, period: Period) -> bool:
    """Whether data that begin at a moment cover a period from its first days on."""
    grace = min(_GRACE_DAYS, math.ceil(_GRACE_SHARE * period.days))
    return first < period.start + pd.Timedelta(days=max(1, grace))


def commune(
    code: str | int, period: str | int, cutoffs: str = "calendar", grain: str = "timestamp", folder: str | Path = ""
) -> Slice:
    """The slice of one commune.

    Parameters
    ----------
    code : str or int
        Five-digit code, or a name that only one commune has.
    period : str or int
        A text that ``periods.parse`` reads.
    cutoffs : {"calendar", "official"}
    grain : {"timestamp", "day"}
    folder : str or Path
        Dossier store; the project's own by default.

    Returns
    -------
    Slice

    Raises
    ------
    UserError
        Unknown or ambiguous commune, malformed period, empty store, no data of the commune, or none in the period.
    """
    unit = reference.find_commune(code)
    where = Path(folder or settings.store())
    span = periods.parse(period, cutoffs)
    extent = _extent(where, unit["province_code"], f"{unit['code']} {unit['name']}", unit["code"])
    rows = _rows(where, unit, span, extent, unit["code"])
    return _slice(unit, unit["code"], span, grain, where, rows, extent)


def province(
    code: str | int, period: str | int, cutoffs: str = "calendar", grain: str = "timestamp", folder: str | Path = ""
) -> Slice:
    """The slice of all communes of one province.

    Parameters
    ----------
    code : str or int
        Two-digit code, or the province's name.
    period, cutoffs, grain, folder
        As for ``commune``.

    Returns
    -------
    Slice
        ``code`` and ``name`` are the province's.

    Raises
    ------
    UserError
        As for ``commune``.
    """
    found = reference.find_province(code)
    unit = {**found, "province_code": found["code"], "province": found["name"]}
    where = Path(folder or settings.store())
    span = periods.parse(period, cutoffs)
    extent = _extent(where, unit["code"], f"{unit['code']} {unit['name']}")
    rows = _rows(where, unit, span, extent)
    return _slice(unit, None, span, grain, where, rows, extent)


def _extent(where: Path, province: str, title: str, commune: str | None = None) -> store.Extent:
    extent = store.extent(where, province, commune)
    if extent is None:
        raise UserError(f"The store has no dossiers of {title}. Import its export first (`tthc import --help`).")
    return extent


def _rows(
    where: Path, unit: dict[str, str], span: Period, extent: store.Extent, commune: str | None = None
) -> pd.DataFrame:
    """Dossiers that concern the period; an error that says what the store has when there are none."""
    rows = store.read(where, unit["province_code"], span.start, span.end, commune)
    if rows.empty:
        raise UserError(
            f"No dossiers of {unit['code']} {unit['name']} in {span.text}. The store has it from "
            f"{extent.first:%Y-%m-%d} to {extent.last:%Y-%m-%d}; choose a period in between or import more.",
        )
    return rows


def _slice(
    unit: dict[str, str], commune: str | None, span: Period, grain: str, where: Path,
    rows: pd.DataFrame, extent: store.Extent,
) -> Slice:  # fmt: skip
    classed = outcomes.classify(rows, span, grain)
    counts = cube.count(classed)
    held = store.snapshot(where)

    def earlier(before: Period) -> pd.DataFrame | None:
        """The counts cube of a period before, where the data reach back that far."""
        if not reaches_back(extent.first, before):
            return None
        rows = store.read(where, unit["province_code"], before.start, before.end, commune, peers.COUNTING)
        return cube.count(outcomes.classify(rows, before, grain))

    before, last_year = periods.previous(span), periods.year_before(span)
    previous = earlier(before)
    year_before = previous if last_year == before else earlier(last_year)
    return Slice(
        code=unit["code"],
        name=unit["name"],
        province_code=unit["province_code"],
        province=unit["province"],
        period=span,
        previous_period=before,
        grain=grain,
        origin=held.origin,
        sources=sources(classed, held),
        fingerprint=fingerprint(rows),
        classed=classed,
        overdue=overdue.select(classed, span),
        durations=durations.of(classed),
        cube=counts,
        computed=indicators.compute(counts),
        previous=None if previous is None else indicators.compute(previous),
        previous_cube=previous,
        year_before=None if year_before is None else indicators.compute(year_before),
        data_from=extent.first,
        data_to=extent.last,
        peers=peers.of(where, unit["province_code"], span, grain),
        reported=reported.of(unit["code"], span),
        broken=cube.broken_identities(counts, rows, span),
    )
