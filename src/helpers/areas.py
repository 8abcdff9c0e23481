"""What a report on many communes is about: a province, some communes, or the country."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, NamedTuple

import pandas as pd

from helpers import (
    digests,
    formats,
    funnel,
    indicators,
    overdue,
    periods,
    ranking,
    reference,
    reported,
    scores,
    settings,
    slices,
    store,
    tallies,
)
from helpers.errors import UserError
from helpers.indicators import Figure
from helpers.peers import Peers
from helpers.periods import Period
from helpers.slices import Slice
from helpers.tallies import Tally

Key = Literal["commune", "province"]
# Periods that a line of the past shows, this one included.
PERIODS: Final = 12
# In place of names of communes: each of them.
EVERY: Final = ["all"]
_STEM_DIGITS: Final = 6


class Past(NamedTuple):
    """An earlier period.

    Attributes
    ----------
    period : Period
    computed : DataFrame or None
        ``indicators.compute`` of every unit; None where the data do not reach back to the period.
    """

    period: Period
    computed: pd.DataFrame | None


@dataclass(frozen=True)
class Area(Slice):
    """What a report on many communes is computed from; ``code`` is "00" for the country.

    Attributes
    ----------
    key : {"commune", "province"}
        What its units are: the column that names them in every table by unit.
    communes : tuple of str
        Codes of the communes that belong to it, with dossiers or without.
    chosen : bool
        Whether they were chosen, and are not all of their province.
    stem : str
        ``stem`` of its files.
    procedures : DataFrame
        ``Tally.procedures`` by unit.
    past : list of Past
        The ``PERIODS`` - 1 periods before, oldest first.
    previous_procedures : DataFrame
        ``procedures`` of the previous period; no row where the data do not reach back.
    """

    key: Key
    communes: tuple[str, ...]
    chosen: bool
    stem: str
    procedures: pd.DataFrame
    past: list[Past]
    previous_procedures: pd.DataFrame

    @property
    def of_many(self) -> bool:
        """Whether it is on many communes, not on one."""
        return True

    @property
    def title(self) -> str:
        """Name as a page shows it."""
        return f"{self.name}, {formats.lower_first(self.province)}" if self.chosen and self.province else self.name

    @property
    def subject(self) -> str:
        """Who acts, as a sentence begins with it after a comma: how many communes, or all when none did."""
        count = self.cube.loc[self.cube["intake"] == "received", "commune"].nunique()
        if self.chosen:
            return f"{self.name} ({formats.number(len(self.communes))} đơn vị cấp xã)"
        some = f"{formats.number(count)} đơn vị" if count else "các đơn vị"
        return f"{some} cấp xã của {formats.lower_first(self.name)}"

    @property
    def place(self) -> str:
        """Whose units are compared, in a sentence."""
        return self.name if self.chosen else formats.lower_first(self.name)

    @property
    def whole(self) -> str:
        """What a row of totals is called."""
        if self.chosen:
            return "Cả nhóm"
        return "Cả nước" if self.code == reference.COUNTRY else "Toàn địa bàn"

    @property
    def units(self) -> tuple[str, ...]:
        """Codes of the units whose targets concern it."""
        return (self.province_code,)

    @property
    def filled(self) -> bool:
        """Whether the dossiers of all its communes fill the period."""
        return self.peers.compared == self.peers.communes and super().filled

    @cached_property
    def by_unit(self) -> pd.DataFrame:
        """``indicators.compute`` of every unit."""
        return indicators.compute(self.cube, [self.key])

    @cached_property
    def figures(self) -> dict[str, dict[str, Figure]]:
        """The figures of every unit that has dossiers, as ``indicators.figures`` has them."""
        return indicators.figures_by(self.by_unit, self.key)

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """Position of each unit by each rate."""
        return _places(self.positions)

    @cached_property
    def previous_places(self) -> dict[tuple[str, str], int]:
        """The same in the previous period, among the units that are compared now."""
        return _places(self.previous_positions)

    @property
    def positions(self) -> pd.DataFrame:
        """``ranking.positions`` of the units whose data reach the period's end; empty when they are too few."""
        return self.peers.positions

    @cached_property
    def reported_by_unit(self) -> dict[str, pd.DataFrame]:
        """``reported.of`` every unit that reported something of the period."""
        return self._reported(self.period)

    @cached_property
    def points(self) -> pd.DataFrame:
        """``scores.points`` of every unit that is compared."""
        return self._points(self.by_unit, self.procedures, self.reported_by_unit)

    @cached_property
    def score(self) -> pd.DataFrame:
        """``scores.totals`` of every unit that is compared."""
        return scores.totals(self.points, self.key)

    @cached_property
    def previous_score(self) -> pd.DataFrame:
        """``scores.totals`` of the previous period; no row when it cannot be compared."""
        points = self._points(self._before, self.previous_procedures, self._reported(self.previous_period))
        # By the same components as now, or a new one would move everybody.
        return scores.totals(points, self.key, scores.common(self.points, self.key))

    @cached_property
    def previous_positions(self) -> pd.DataFrame:
        """``ranking.positions`` of the previous period, of the units that are compared now."""
        return ranking.positions(self._before[self._before[self.key].isin(self._compared)])

    @cached_property
    def above(self) -> pd.DataFrame:
        """``funnel.far`` of the units on the good side."""
        return funnel.far(self.positions, good=True)

    @property
    def members(self) -> Sequence[str]:
        """Codes of its units, with dossiers or without."""
        return self.communes if self.key == "commune" else sorted(set(reference.province_of(self.communes)))

    @property
    def _before(self) -> pd.DataFrame:
        """``by_unit`` of the previous period; no row where the data do not reach back."""
        before = self.past[-1].computed
        return self.by_unit.iloc[:0] if before is None else before

    @cached_property
    def _compared(self) -> set[str]:
        return set(self.positions[self.key])

    def _reported(self, period: Period) -> dict[str, pd.DataFrame]:
        """What every unit reported; how many procedures have a fee may be said once for all of a province."""
        told = reported.of_all([*self.members, *self.units], period)
        whole = told.pop(self.code, pd.DataFrame(columns=reported.COLUMNS))
        common = whole[whole["indicator"] == "procedures_with_fee"]
        if common.empty or self.key != "commune":
            return told
        return {code: pd.concat([told.get(code, whole.iloc[:0]), common]) for code in self.members}

    def _points(self, computed: pd.DataFrame, procedures: pd.DataFrame, told: dict[str, pd.DataFrame]) -> pd.DataFrame:
        own = computed[computed[self.key].isin(self._compared)]
        return scores.points(own, procedures, told, self.key)


def of(
    province: str | int,
    period: str | int,
    communes: Sequence[str] = (),
    group: str = "",
    cutoffs: str = "calendar",
    grain: str = "timestamp",
    folder: str | Path = "",
) -> Area:
    """What the report on a province, on some communes, or on the country is computed from.

    Parameters
    ----------
    province : str or int
        Two-digit code or name; "all" or "00" for the country.
    period : str or int
        A text that ``periods.parse`` reads.
    communes : sequence of str
        Codes or names of some of its communes, of the country from any provinces; all when empty. ``EVERY`` makes each
        commune of the country a unit of its own.
    group : str
        What these are called.
    cutoffs : {"calendar", "official"}
    grain : {"timestamp", "day"}
    folder : str or Path
        Dossier store; the project's own by default.

    Returns
    -------
    Area
        Its units are communes; of the whole country provinces, unless every commune is asked for.

    Raises
    ------
    UserError
        Unknown province or commune, a group without communes, malformed period, empty store, no dossiers, or none in
        the period.
    """
    area = reference.find_area(province)
    where, span = Path(folder or settings.store()), periods.parse(period, cutoffs)
    members = _members(area["code"], communes)
    chosen, country = bool(communes) and list(communes) != EVERY, area["code"] == reference.COUNTRY
    if group and not chosen:
        raise UserError(f"The group '{group}' has no communes. Name them with -p communes CODE,CODE.")
    key: Key = "province" if country and not communes else "commune"
    name = (group or "Nhóm đơn vị được chọn") if chosen else area["name"]
    held = store.filled(where)
    provinces = sorted(set(reference.province_of(members)) & {part.province for part in held.parts})
    title = f"{area['code']} {name}"
    extents = [slices.held_of(where, each, title) for each in provinces]
    if not extents:
        raise UserError(f"The store has no dossiers of {title}. Import its export first (`tthc import --help`).")
    extent = store.Extent(min(each.first for each in extents), max(each.last for each in extents))

    before, year_before = _before(span), periods.year_before(span)
    asked = [each for each in {span: 0, **dict.fromkeys([*before, year_before])} if _reached(each, span, extent)]
    counted = _counted(where, provinces, asked, grain)

    def of_members(period: Period) -> Tally | None:
        """What the communes come to in a period, where the data reach back to it."""
        if period not in asked:
            return None
        parts = counted.get(period) or tallies.each(where, [(each, period) for each in provinces], grain)
        whole = tallies.together(parts)
        return _keyed(tallies.only(whole, members) if chosen else whole, key)

    now = of_members(span)
    if now is None or now.cube.empty:
        raise slices.nothing_in(title, span, extent)
    past, previous = [], None
    for each in before:  # only the last of these tallies is kept: those of the country are large
        previous = of_members(each)
        past.append(Past(each, None if previous is None else indicators.compute(previous.cube, [key])))
    last_year = previous if year_before == before[-1] else of_members(year_before)
    peers = _peers(where, provinces, members, now, span, key)
    return Area(
        code=area["code"],
        name=name,
        province_code=area["code"],
        province="" if country else area["name"],
        period=span,
        previous_period=before[-1],
        grain=grain,
        origin=held.origin,
        sources=slices.sources(now.imports, held),
        fingerprint=_fingerprint(now),
        cube=now.cube,
        daily=now.daily,
        overdue=overdue.spread(now.overdue),
        gaps=now.gaps,
        computed=indicators.compute(now.cube),
        previous=None if previous is None else indicators.compute(previous.cube),
        previous_cube=None if previous is None else previous.cube,
        year_before=None if last_year is None else indicators.compute(last_year.cube),
        data_from=extent.first,
        data_to=extent.last,
        peers=peers,
        reported=reported.of("" if chosen else area["code"], span),
        broken=[f"{'Toàn tỉnh, thành phố: ' if chosen else ''}{problem}" for problem in now.broken["problem"]],
        key=key,
        communes=tuple(members),
        chosen=chosen,
        stem=stem(area["code"], members if chosen else communes, group),
        procedures=now.procedures,
        past=past,
        previous_procedures=now.procedures.iloc[:0] if previous is None else previous.procedures,
    )


def stem(code: str, communes: Sequence[str], group: str) -> str:
    """What the names of the files of an area begin with.

    Parameters
    ----------
    code : str
        Of the province or the country.
    communes : sequence of str
        Codes of those that were chosen, in any order; ``EVERY``; or none.
    group : str
        What the chosen ones are called.

    Returns
    -------
    str
        "31-thanh-pho-hai-phong"; of chosen communes "31-thanh-pho-hai-phong.cum-ninh-giang-5f0c1d"; of every commune of
        the country "00-ca-nuoc.cap-xa".
    """
    whole = reference.file_stem(code)
    if not communes:
        return whole
    if list(communes) == EVERY:
        return f"{whole}.cap-xa"
    name = formats.slug(group) or "nhom"
    return f"{whole}.{name}-{digests.of(sorted(communes))[:_STEM_DIGITS]}"


def _members(code: str, communes: Sequence[str]) -> list[str]:
    """Codes of the communes that are meant, in their order."""
    within = None if code == reference.COUNTRY else code
    if communes and list(communes) != EVERY:
        # A name is looked for in the province, a code everywhere, to say where it belongs.
        found = {reference.find_commune(each, None if str(each).isdigit() else within)["code"] for each in communes}
        strange = sorted(each for each in found if within and reference.province_of([each]) != [within])
        if strange:
            raise UserError(f"{', '.join(strange)} lies outside province {within}. Set province to 'all', or drop it.")
        return sorted(found)
    rows = reference.table("communes") if within is None else reference.communes_of(within)
    return sorted(rows["code"])


def _reached(period: Period, span: Period, extent: store.Extent) -> bool:
    """Whether a period is counted: the one that is asked for, and those before to which the data reach back."""
    return period == span or slices.reaches_back(extent.first, period)


def _counted(where: Path, provinces: Sequence[str], asked: Sequence[Period], grain: str) -> dict[Period, list[Tally]]:
    """The tallies of all periods of one province, counted side by side; of several provinces none, for their size."""
    if len(provinces) > 1:
        return {}
    made = tallies.each(where, [(provinces[0], period) for period in asked], grain)
    return {period: [tally] for period, tally in zip(asked, made, strict=True)}


def _before(span: Period) -> list[Period]:
    """The periods before, oldest first."""
    found = [periods.previous(span)]
    while len(found) < PERIODS - 1:
        found.append(periods.previous(found[-1]))
    return found[::-1]


def _keyed(tally: Tally, key: Key) -> Tally:
    """With a column that names the unit, where that is not the commune."""
    if key == "commune":
        return tally
    tables = {name: getattr(tally, name) for name in tallies.TABLES}
    for name in ("cube", "overdue", "procedures"):
        provinces = reference.province_of(tables[name]["commune"])
        tables[name] = tables[name].assign(province=pd.array(provinces, dtype="str"))
    totals = tables["procedures"].groupby(["province", "procedure"], sort=True)[["with_fee", "fee_paid_online"]]
    return Tally(**tables | {"procedures": totals.sum().reset_index()})


def _peers(where: Path, provinces: Sequence[str], members: Sequence[str], now: Tally, span: Period, key: Key) -> Peers:
    """Positions of the units whose data reach the period's end: of provinces, those most of whose communes do."""
    since = ranking.reaching_since(span)
    reaching = {code for each in provinces for code in store.receiving(where, each, since)} & set(members)
    units = {code: [code] for code in members}
    if key == "province":
        units = {code: reference.communes_of(code)["code"].tolist() for code in sorted(set(provinces))}
    # Half a province would be ranked by its better half.
    whole = [code for code, own in units.items() if len(reaching & set(own)) >= ranking.ENOUGH * len(own)]
    positions = ranking.positions(indicators.compute(now.cube[now.cube[key].isin(whole)], [key]))
    everyone = len(members) if key == "commune" else len(reference.provinces())
    enough = ranking.enough(len(whole), everyone)
    return Peers(positions if enough else positions.iloc[:0], len(reaching), len(members))


def _places(positions: pd.DataFrame) -> dict[tuple[str, str], int]:
    units, names, places = positions.iloc[:, 0], positions["indicator"], positions["position"]
    return {(unit, name): place for unit, name, place in zip(units, names, places.tolist(), strict=True)}


def _fingerprint(tally: Tally) -> str:
    """Changes when anything that was counted does."""
    return digests.of([slices.fingerprint(getattr(tally, name)) for name in tallies.TABLES if name != "imports"])
