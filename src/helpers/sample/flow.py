"""How sample dossiers flow through an office: when they come in, how they go, when they end.

Moments are counted in working seconds since the morning of 1 July 2025: 27.000 a working day. So all of a dossier's
life falls in office hours, and "n working days later, same time of day" is one addition.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import reference, workdays
from helpers.sample import figures

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# Office hours 7:30-11:30 and 13:30-17:00, in working seconds; the last quarter of an hour takes in no dossiers, so
# that one received on the last day of a period can still be finished on it.
DAY: Final = 27_000
NOON: Final = 14_400
LAST_RECEIVED: Final = DAY - 900
_OPENS, _LUNCH = 27_000, 7_200  # 7:30 and the break, in clock seconds
NEVER: Final = int(np.iinfo(np.int64).max)

# How a dossier goes. OPEN, OVERDUE and WAITING have not ended; OPEN is not yet due.
EARLY, ON_TIME, LATE, OPEN, OVERDUE, WAITING, WITHDRAWN, REFUSED = range(8)

# A number a field, in the order of ``figures.FIELDS``.
SHARES, LATENESS, ONLINE = np.array([(field.share, field.lateness, field.online) for field in figures.FIELDS]).T
LEAST_DAYS, MOST_DAYS = np.array([field.days for field in figures.FIELDS]).T

_SEED = 20_250_701


def generator(*keys: int) -> np.random.Generator:
    """Random numbers that depend on the keys alone, not on what was drawn before."""
    return np.random.default_rng([_SEED, *keys])


@cache
def working_days() -> npt.NDArray[np.datetime64]:
    """The working days from 1 July 2025 on, as many as a sample can reach."""
    eve = pd.Series([pd.Timestamp("2025-06-30")] * 900)
    return workdays.add(eve, np.arange(1, 901)).to_numpy().astype("datetime64[D]")


def day_index(day: date) -> int:
    """Position of a day among the working days; of the next one when it is off."""
    return int(np.searchsorted(working_days(), np.datetime64(day, "D")))


def closing(day: date) -> int:
    """First working second after a day."""
    return day_index(day + timedelta(days=1)) * DAY


def moments(seconds: Ints) -> npt.NDArray[np.datetime64]:
    """Clock time of working seconds."""
    day, second = np.divmod(seconds, DAY)
    clock = _OPENS + second + np.where(second >= NOON, _LUNCH, 0)
    return np.asarray(working_days()[day] + clock.astype("timedelta64[s]"))


def draw(rng: np.random.Generator, weights: Floats, size: int) -> Ints:
    """Independent draws of positions in ``weights``."""
    cumulated = np.cumsum(weights) / np.sum(weights)
    return np.searchsorted(cumulated, rng.random(size), side="right").clip(max=len(weights) - 1)


def pick(rng: np.random.Generator, count: int, weights: Floats) -> Ints:
    """Exactly ``count`` different positions, the heavier the likelier, none of weight 0."""
    if np.count_nonzero(weights) < count:
        raise ValueError(f"{count} to pick, {np.count_nonzero(weights)} fit")
    keys = np.full(len(weights), np.inf)
    np.divide(rng.exponential(size=len(weights)), weights, out=keys, where=weights > 0)
    return np.argsort(keys, kind="stable")[:count]


def ends(rng: np.random.Generator, pace: Ints, received: Ints, days: Ints, latest: Ints | int = NEVER) -> Ints:
    """Moment at which each dossier ends, so that it is early, on time or late as its pace says.

    Parameters
    ----------
    rng : Generator
    pace, received, days : array of int
    latest : int or array of int
        Early and late ones end before it; ``days`` must leave room for that.

    Returns
    -------
    array of int
        ``NEVER`` for the paces that do not end.
    """
    due = received + days * DAY
    session = due - np.where(due % DAY < NOON, due % DAY, due % DAY - NOON)
    opens = np.where(pace == ON_TIME, session, received + 300)
    closes = np.where(pace == ON_TIME, due + 1, np.where(pace == WITHDRAWN, due, np.minimum(session, latest)))
    ended = opens + (rng.beta(2, 3, len(pace)) * (closes - opens)).astype(np.int64)
    late = np.flatnonzero(pace == LATE)
    delay = (rng.lognormal(0.4, 1.3, len(late)) * DAY * np.sqrt(days[late])).astype(np.int64)
    room = np.broadcast_to(latest, len(pace))[late] - due[late] - 1
    # A delay beyond the room begins anew: such dossiers spread over the room instead of ending in its last second.
    ended[late] = due[late] + 1 + delay % room
    return np.where(np.isin(pace, [OPEN, OVERDUE, WAITING, REFUSED]), NEVER, ended)


@dataclass(frozen=True)
class Traits:
    """What sets the communes of a province apart; arrays in the order of ``codes``.

    Attributes
    ----------
    codes : list of str
    size : array
        Dossiers against the average commune.
    lateness : array
        Odds of a late dossier against the average commune.
    online : array
        Log-odds of applying online, against the average commune.
    digital : array
        Share of dossiers digitised.
    """

    codes: list[str]
    size: Floats
    lateness: Floats
    online: Floats
    digital: Floats


@cache
def traits(province: str) -> Traits:
    """Traits of a province's communes, the same at every scale and in every month."""
    rng = generator(int(province))
    communes = reference.communes_of(province)
    count = len(communes)
    weak = rng.random(count) < figures.WEAK_SHARE
    return Traits(
        codes=communes["code"].to_list(),
        size=communes["kind"].map(figures.SIZES).to_numpy() * rng.lognormal(-0.08, 0.4, count),
        lateness=rng.lognormal(-0.2, 0.5, count) * np.where(weak, 5.0, 1.0),
        online=rng.normal(0, 0.45, count) - np.where(weak, 1.1, 0.0),
        digital=np.clip(rng.beta(9, 2, count) - weak * 0.2, 0.3, 0.98),
    )


def day_weights(days: "npt.NDArray[np.datetime64]") -> Floats:
    """How busy each day is against the average one; the first weeks of the new offices were quiet."""
    moments = pd.DatetimeIndex(days)
    busy = np.array(figures.WEEKDAYS)[moments.day_of_week] * np.array(figures.MONTHS)[moments.month - 1]
    opening = np.clip((moments - pd.Timestamp(figures.START)).days / 20, 0, 1)
    return np.asarray(busy * (0.75 + 0.25 * opening), dtype=np.float64)


def seconds_of_day(rng: np.random.Generator, size: int) -> Ints:
    """Working second of the day at which each dossier comes in."""
    reached = np.cumsum([0, *figures.HALF_HOURS]) / np.sum(figures.HALF_HOURS)
    borders = np.linspace(0, DAY, len(reached))
    return np.minimum(np.interp(rng.random(size), reached, borders), LAST_RECEIVED).astype(np.int64)


def apportion(total: int, weights: Floats, at_least: int = 0) -> Ints:
    """Share a total out by weight, in whole numbers that add up to it."""
    exact = (total - at_least * len(weights)) * weights / weights.sum()
    shares: Ints = np.floor(exact).astype(np.int64)
    rest = total - at_least * len(weights) - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:rest]] += 1
    return shares + at_least


def chance(log_odds: Floats) -> Floats:
    """Probability of log-odds."""
    return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=np.float64)
