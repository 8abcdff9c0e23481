"""What one report is about: what was counted of some unit in a period, and what it compares with."""

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, get_args

import pandas as pd

from helpers import (
    cube,
    dossiers,
    durations,
    formats,
    forms,
    gaps,
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
    tallies,
    trends,
)
from helpers.durations import Durations
from helpers.errors import UserError
from helpers.indicators import Figure
from helpers.peers import Peers
from helpers.periods import Period

# Columns of the dossier table that counting an earlier period needs.
COUNTING: Final = [*outcomes.NEEDS, *cube.NEEDS]
# Data that begin so soon after a period's start cover it, for its first days may be holidays: a week, but no more than
# a tenth of the period.
_GRACE_DAYS: Final = 7
_GRACE_SHARE: Final = 0.1


@dataclass(frozen=True)
class Slice:
    """What every report is computed from, on a commune or on many.

    Attributes
    ----------
    code, name : str
        Five digits for a commune, two for a province, "00" for the country.
    province_code, province : str
    period : Period
    previous_period : Period
    grain : str
    origin : str
        ``sample`` when the dossiers are generated.
    sources : list of str
        Names of the files that brought its dossiers, by the store's log; none for a sample.
    fingerprint : str
        Changes when its figures do.
    cube : DataFrame
    daily : DataFrame
        ``trends.daily``.
    overdue : DataFrame
        A row an overdue dossier, with the columns of ``overdue.COUNTED`` at least.
    gaps : DataFrame
        ``gaps.count``.
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
    cube: pd.DataFrame
    daily: pd.DataFrame
    overdue: pd.DataFrame
    gaps: pd.DataFrame
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
    def of_many(self) -> bool:
        """Whether it is on many communes, not on one."""
        return False

    @cached_property
    def form(self) -> pd.DataFrame:
        """``forms.ii_06a`` of the whole."""
        return forms.ii_06a(self.cube)

    @cached_property
    def all_figures(self) -> dict[str, Figure]:
        """``indicators.figures`` of the whole."""
        return indicators.figures(self.computed)

    @cached_property
    def flows(self) -> dict[trends.Step, pd.DataFrame]:
        """``trends.flow`` by day, week and month."""
        return {every: trends.flow(self.daily, self.period, every) for every in get_args(trends.Step)}

    @cached_property
    def by_outcome(self) -> dict[str, pd.DataFrame]:
        """The overdue dossiers that ended late, and those that are pending."""
        return {kind: self.overdue[self.overdue["outcome"] == kind] for kind in (overdue.LATE, overdue.PENDING)}

    @property
    def title(self) -> str:
        """Name as a page shows it: a commune's with its province, for names repeat."""
        return f"{self.name}, {formats.lower_first(self.province)}"

    @property
    def subject(self) -> str:
        """Who acts, as a sentence begins with it after a comma."""
        return formats.lower_first(self.name)

    @property
    def place(self) -> str:
        """Whose communes it is compared with, in a sentence."""
        return formats.lower_first(self.province)

    @property
    def units(self) -> tuple[str, ...]:
        """Codes of the units whose targets concern it."""
        return self.province_code, self.code

    @property
    def filled(self) -> bool:
        """Whether the dossiers that the store holds fill the period."""
        return reaches_end(self.data_to, self.period) and reaches_back(self.data_from, self.period)

    @property
    def told(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last day of the period of which the dossiers tell: of the others nothing is known, not 0."""
        first, last = self.period.start, pd.Timestamp(self.period.last_day)
        if not reaches_back(self.data_from, self.period):
            first = self.data_from.normalize()
        if not reaches_end(self.data_to, self.period):
            last = max(self.data_to.normalize(), trends.last_move(self.daily, self.period))
        return first, last

    @property
    def knows_carried_over(self) -> bool:
        """Whether the data begin before the period: else nothing can be carried over, and 0 says nothing."""
        return self.data_from < self.period.start


@dataclass(frozen=True)
class CommuneSlice(Slice):
    """What the report of a commune is computed from: dossier by dossier.

    Attributes
    ----------
    classed : DataFrame
        ``outcomes.classify`` of its dossiers.
    durations : Durations
        How long the resolved ones took.
    """

    classed: pd.DataFrame
    durations: Durations

    @cached_property
    def due_soon(self) -> pd.DataFrame:
        """``overdue.due_soon`` of its dossiers."""
        return overdue.due_soon(self.classed, self.period)


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
    communes = pd.CategoricalIndex(rows["commune"])  # of categories the grouping is there already
    return {str(code): _fingerprint(own) for code, own in _hashed(rows).groupby(communes, observed=True)}


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


def reaches_end(last: pd.Timestamp, period: Period) -> bool:
    """Whether data up to a moment fill the end of a period: a quiet last day or a day off is no gap."""
    return last >= ranking.reaching_since(period)


def reaches_back(first: pd.Timestamp, period: Period) -> bool:
    """Whether data that begin at a moment cover a period from its first days on."""
    grace = min(_GRACE_DAYS, math.ceil(_GRACE_SHARE * period.days))
    return first < period.start + pd.Timedelta(days=max(1, grace))


def commune(
    code: str | int, period: str | int, cutoffs: str = "calendar", grain: str = "timestamp", folder: str | Path = ""
) -> CommuneSlice:
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
    CommuneSlice

    Raises
    ------
    UserError
        Unknown or ambiguous commune, malformed period, empty store, no data of the commune, or none in the period.
    """
    unit = reference.find_commune(code)
    where, span = Path(folder or settings.store()), periods.parse(period, cutoffs)
    province, own = unit["province_code"], unit["code"]
    extent = held_of(where, province, f"{own} {unit['name']}", own)
    rows = store.read(where, province, span.start, span.end, own)
    if rows.empty:
        raise nothing_in(f"{own} {unit['name']}", span, extent)
    classed = outcomes.classify(rows, span, grain)
    counts, held = cube.count(classed), store.snapshot(where)

    def earlier(before: Period) -> pd.DataFrame | None:
        """The counts cube of a period before, where the data reach back that far."""
        if not reaches_back(extent.first, before):
            return None
        kept = tallies.kept_cube(where, province, before, grain, own)
        if kept is not None:
            return kept
        rows = store.read(where, province, before.start, before.end, own, COUNTING)
        return cube.count(outcomes.classify(rows, before, grain))

    before, last_year = periods.previous(span), periods.year_before(span)
    previous = earlier(before)
    year_before = previous if last_year == before else earlier(last_year)
    return CommuneSlice(
        code=own,
        name=unit["name"],
        province_code=province,
        province=unit["province"],
        period=span,
        previous_period=before,
        grain=grain,
        origin=held.origin,
        sources=sources(classed, held),
        fingerprint=fingerprint(rows),
        cube=counts,
        daily=trends.daily(classed, span),
        overdue=overdue.select(classed, span),
        gaps=gaps.count(classed),
        computed=indicators.compute(counts),
        previous=None if previous is None else indicators.compute(previous),
        previous_cube=previous,
        year_before=None if year_before is None else indicators.compute(year_before),
        data_from=extent.first,
        data_to=extent.last,
        peers=peers.of(where, province, span, grain),
        reported=reported.of(own, span),
        broken=cube.broken_identities(counts, rows, span),
        classed=classed,
        durations=durations.of(classed),
    )


def held_of(where: Path, province: str, title: str, commune: str | None = None) -> store.Extent:
    """How far the store's dossiers of a unit reach; an error that says how to fill it when it holds none."""
    extent = store.extent(where, province, commune)
    if extent is None:
        raise UserError(f"The store has no dossiers of {title}. Import its export first (`tthc import --help`).")
    return extent


def nothing_in(title: str, span: Period, extent: store.Extent) -> UserError:
    """The error of a unit that has no dossiers in a period: it says what the store has."""
    return UserError(
        f"No dossiers of {title} in {span.text}. The store has it from "
        f"{extent.first:%Y-%m-%d} to {extent.last:%Y-%m-%d}; choose a period in between or import more.",
    )
