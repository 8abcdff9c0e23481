"""Counts that may be published: small ones are merged until no figure, and no difference of figures, gives one away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import cube

# A count of fewer dossiers, other than none, may point to a person: DOMAIN §9.
LEAST: Final = 3

Classes = frozenset[str]
Level = tuple[Classes, ...]

# What a dossier is told apart by in public: how it stands, and how it came in.
STATES: Final[Mapping[str, Sequence[str]]] = {
    "in_time": ["early", "on_time"],
    "otherwise_ended": ["resolved_no_due", "withdrawn"],
    "open": ["pending_in_time", "pending_no_due"],
    "late": ["late"],
    "open_overdue": ["pending_overdue"],
}
_STATE_OF: Final = {outcome: state for state, members in STATES.items() for outcome in members}
WAYS: Final = ("online", "direct", "unknown", "carried_over")


def _levels(*texts: str) -> tuple[Level, ...]:
    return tuple(tuple(frozenset(group.split("+")) for group in text.split()) for text in texts)


# From fine to coarse; a unit is told at the first level at which nothing is small.
_STATE_LEVELS: Final = _levels(
    "in_time otherwise_ended open late open_overdue",
    "in_time otherwise_ended+open late open_overdue",
    "in_time otherwise_ended open late+open_overdue",
    "in_time otherwise_ended+open late+open_overdue",
    "in_time+otherwise_ended+open late+open_overdue",
    "in_time open otherwise_ended+late+open_overdue",
    "in_time otherwise_ended+open+late+open_overdue",
    "in_time+otherwise_ended+open+late+open_overdue",
)
_WAY_LEVELS: Final = _levels(
    "online direct unknown carried_over",
    "online direct+unknown carried_over",
    "online direct+unknown+carried_over",
    "online+direct+unknown carried_over",
    "online+direct+unknown+carried_over",
)


class Measure(NamedTuple):
    """A count that pages print where it may be published.

    Attributes
    ----------
    label : str
        In Vietnamese.
    classes : frozenset of str
        What it counts, of ``STATES`` or of ``WAYS``.
    needs : {"", "due", "channel", "before"}
        What the data must tell for it: any due date, any channel, dossiers from before the period.
    """

    label: str
    classes: Classes
    needs: str = ""


MEASURES: Final[Mapping[str, Measure]] = {
    "handled": Measure("Nhận giải quyết", frozenset(STATES)),
    "received": Measure("Tiếp nhận trong kỳ", frozenset({"online", "direct", "unknown"})),
    "online": Measure("Nộp trực tuyến trong kỳ", frozenset({"online"}), "channel"),
    "carried_over": Measure("Kỳ trước chuyển sang", frozenset({"carried_over"}), "before"),
    "ended": Measure("Đã kết thúc (giải quyết hoặc rút)", frozenset({"in_time", "otherwise_ended", "late"})),
    "in_time": Measure("Giải quyết trước hạn, đúng hạn", frozenset({"in_time"}), "due"),
    "late": Measure("Giải quyết quá hạn", frozenset({"late"}), "due"),
    "with_due": Measure("Đã giải quyết, có hạn trả", frozenset({"in_time", "late"}), "due"),
    "pending": Measure("Đang giải quyết", frozenset({"open", "open_overdue"})),
    "pending_overdue": Measure("Đang giải quyết, đã quá hạn", frozenset({"open_overdue"}), "due"),
    "overdue": Measure("Quá hạn, đã và đang giải quyết", frozenset({"late", "open_overdue"}), "due"),
}
# What is told of every field, beside how many dossiers it has.
BY_FIELD: Final = ("online", "overdue")


class Rate(NamedTuple):
    """A rate that pages print where both of its counts may be published."""

    label: str
    numerator: str
    denominator: str


RATES: Final[Mapping[str, Rate]] = {
    "in_time_rate": Rate("Tỷ lệ giải quyết trước hạn, đúng hạn", "in_time", "with_due"),
    "overdue_rate": Rate("Tỷ lệ quá hạn", "overdue", "handled"),
    "online_rate": Rate("Tỷ lệ nộp trực tuyến", "online", "received"),
}


class Row(NamedTuple):
    """A row by field.

    Attributes
    ----------
    field : str or None
        None for all fields that are not told apart.
    counts : dict
        ``handled`` and those of ``BY_FIELD`` that may be published.
    """

    field: str | None
    counts: dict[str, int]


@dataclass(frozen=True)
class Published:
    """The counts of one unit that may be published, and nothing else.

    Attributes
    ----------
    groups : dict
        Dossiers by groups of ``STATES``, and by groups of ``WAYS``. Empty when the unit as a whole is too small.
    fields : tuple of Row
        Most dossiers first, those not told apart last; none when no field is told apart.
    known : frozenset of str
        What the data tell: see ``Measure.needs``.
    """

    groups: dict[Classes, int]
    fields: tuple[Row, ...]
    known: frozenset[str]

    def tells(self, measure: str) -> bool:
        """Whether the data say anything of a measure."""
        return MEASURES[measure].needs in self.known | {""}

    def count(self, measure: str) -> int | None:
        """A count; None when it is withheld, or the data do not tell it: only sums of groups can be had."""
        return _sum(self.groups, MEASURES[measure].classes) if self.tells(measure) else None


class Sum(NamedTuple):
    """A count of several units: the sum over those that publish it.

    Attributes
    ----------
    total : int or None
        None when none of them does.
    units : int
        How many do.
    """

    total: int | None
    units: int


def publish(counts: pd.DataFrame, reaches_back: bool) -> Published:
    """What may be published of one unit.

    Parameters
    ----------
    counts : DataFrame
        The counts cube of a commune.
    reaches_back : bool
        Whether its data begin before the period, so that they tell what was carried over.

    Returns
    -------
    Published

    Notes
    -----
    DOMAIN §9. The unit is told by its states, by its ways in, and by fields with one line between the states and one
    between the ways. Each of these parts all its dossiers, or those of a field, into groups of none or at least
    ``LEAST``. Such margins leave every count within them open by ``LEAST`` or more, or are the count itself (the bounds
    of Fréchet: between max(0, a + b - n) and min(a, b)), because n - a and n - b are sums of groups too.
    """
    dossiers = counts["dossiers"].to_numpy()
    states = counts["outcome"].map(_STATE_OF).to_numpy(dtype="str")
    online, received = (counts["channel"] == "online").to_numpy(), (counts["intake"] == "received").to_numpy()
    direct = (counts["channel"] != cube.UNKNOWN).to_numpy()
    ways = np.select([~received, online, direct], ["carried_over", "online", "direct"], "unknown")
    known = {name for name, of in (("due", "due_known"), ("channel", "channel_known")) if counts[of].any()}
    groups = _told(states, dossiers, _STATE_LEVELS) | _told(ways, dossiers, _WAY_LEVELS)
    whole = Published(groups, (), frozenset(known | ({"before"} if reaches_back else set())))
    if not groups:
        return whole
    flags = {"handled": np.ones(len(counts), dtype=bool)}
    for name in BY_FIELD:
        if whole.count(name) is not None:
            flags[name] = np.isin(ways if name == "online" else states, list(MEASURES[name].classes))
    return Published(groups, _fields(counts["field"], dossiers, flags), whole.known)


def _told(
    classes: npt.NDArray[np.str_], dossiers: npt.NDArray[np.int64], levels: Iterable[Level]
) -> dict[Classes, int]:
    """The counts of the first level at which none is small; nothing when even the whole is."""
    for level in levels:
        counts = {group: int(dossiers[np.isin(classes, list(group))].sum()) for group in level}
        if _harmless(np.array(list(counts.values()))):
            return counts
    return {}


def _fields(
    fields: "pd.Series[str]", dossiers: npt.NDArray[np.int64], flags: Mapping[str, npt.NDArray[np.bool_]]
) -> tuple[Row, ...]:
    """A row a field; those that give a small count away stand together, with as many more as hide them."""
    of, codes = pd.factorize(fields, sort=True)
    # A column a flag, those of `handled` first.
    table = np.stack([np.bincount(of, dossiers * flag, len(codes)) for flag in flags.values()], axis=1).astype(np.int64)
    order = sorted(range(len(codes)), key=lambda place: (-table[place, 0], codes[place]))
    apart = [place for place in order if _harmless(_parts(table[place]))]
    rest = [place for place in order if place not in apart]
    while rest and apart and not _hides(table[rest]):
        # The smallest field that will do, or the smallest: the less is lost.
        found = next((place for place in reversed(apart) if _hides(table[[*rest, place]])), apart[-1])
        apart.remove(found)
        rest.append(found)
    if not apart:
        return ()
    rows = [(str(codes[place]), table[place]) for place in apart]
    told: list[tuple[str | None, npt.NDArray[np.int64]]] = [*rows, *([(None, table[rest].sum(axis=0))] if rest else [])]
    return tuple(Row(field, dict(zip(flags, row.tolist(), strict=True))) for field, row in told)


def _parts(row: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """A field's counts, and what each leaves of all its dossiers."""
    return np.concatenate([row, row[0] - row[1:]])


def _hides(rows: npt.NDArray[np.int64]) -> bool:
    """Whether some fields may stand together: with two a field at most, who knows the rules could tell who has two."""
    return _harmless(_parts(rows.sum(axis=0)), len(rows))


def _harmless(counts: npt.NDArray[np.int64], fields: int = 1) -> bool:
    """Whether every count is none, or more than small ones of so many fields come to."""
    return not ((counts > 0) & (counts <= (LEAST - 1) * fields)).any()


def _sum(groups: Mapping[Classes, int], classes: Classes) -> int | None:
    """The count of some classes, when they are a union of groups."""
    inside = [group for group in groups if group <= classes]
    return sum(groups[group] for group in inside) if frozenset().union(*inside) == classes else None


def add(units: Iterable[Published], *measures: str) -> tuple[Sum, ...]:
    """Counts of several units, each over those that publish all of them: so that one can be divided by another.

    Parameters
    ----------
    units : iterable of Published
    *measures : str

    Returns
    -------
    tuple of Sum
        One a measure. They tell nothing that the units do not tell themselves, so no difference to a unit's figures
        does.
    """
    return _added([[unit.count(name) for name in measures] for unit in units], len(measures))


def add_fields(units: Iterable[Published], *measures: str) -> dict[str | None, tuple[Sum, ...]]:
    """The same by field, over the units that tell the field apart.

    Parameters
    ----------
    units : iterable of Published
    *measures : str
        ``handled`` or of ``BY_FIELD``.

    Returns
    -------
    dict
        By field, most dossiers first; None, last, for what units do not tell apart.
    """
    rows: dict[str | None, list[list[int | None]]] = {}
    for unit in units:
        for row in unit.fields:
            rows.setdefault(row.field, []).append([row.counts.get(name) for name in measures])
    sums = {field: _added(found, len(measures)) for field, found in rows.items()}
    ordered = sorted(sums, key=lambda field: (field is None, -(sums[field][0].total or 0), field or ""))
    return {field: sums[field] for field in ordered}


def _added(rows: Sequence[Sequence[int | None]], width: int) -> tuple[Sum, ...]:
    whole = [row for row in rows if None not in row]
    return tuple(Sum(sum(row[at] or 0 for row in whole) if whole else None, len(whole)) for at in range(width))
