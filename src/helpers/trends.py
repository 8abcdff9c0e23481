"""How received, resolved and pending dossiers move over a period."""

from functools import lru_cache
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import cube, outcomes
from helpers.periods import Period

Step = Literal["D", "W-SUN", "M"]
Times = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]
# Received in the period; how many of them say how they were filed; resolved; of these late; pending at the day's end.
FLOWS: Final = ["received", "known_channel", "received_online", "resolved", "late", "pending"]
# A chart of one period shows days up to about a month, weeks up to about a year, then months.
LONGEST_DAILY: Final = 35
LONGEST_WEEKLY: Final = 370


def step(period: Period) -> Step:
    """Length of one step of the time axis that suits a period: day, week (Monday to Sunday) or month."""
    return "D" if period.days <= LONGEST_DAILY else "W-SUN" if period.days <= LONGEST_WEEKLY else "M"


def daily(classed: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Dossiers received, resolved and left pending on every day of a period, in every commune.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns.
    period : Period

    Returns
    -------
    DataFrame
        ``commune``, ``day`` and the columns of ``FLOWS``; for each commune a row a day of the period, both in order.
    """
    cells, days = cube.crossed(classed, ["commune"]), period.days
    shape = len(cells.keys), days
    received, ended = classed["received_at"].to_numpy(), classed["ended_at"].to_numpy()
    new = (classed["intake"] == "received").to_numpy()
    channel = classed["channel"]
    # A clock that runs ahead can finish a dossier before the period; it counts on the first day.
    ended = np.where(ended < period.start.to_datetime64(), period.start.to_datetime64(), ended)

    def counted(flags: Flags, times: Times) -> npt.NDArray[np.int64]:
        day = (times[flags] - period.start.to_datetime64()) // np.timedelta64(1, "D")
        return np.bincount(cells.of[flags] * days + day, minlength=shape[0] * days)

    flows = {
        "received": counted(new, received),
        "known_channel": counted(new & channel.notna().to_numpy(), received),
        "received_online": counted(new & (channel == "online").fillna(False).to_numpy(dtype=bool), received),
        "resolved": counted(classed["outcome"].isin(outcomes.RESOLVED).to_numpy(), ended),
        "late": counted((classed["outcome"] == "late").to_numpy(), ended),
    }
    left = flows["received"] - counted(ended < period.end.to_datetime64(), ended)
    pending = cells.sum(~new)[:, None] + left.reshape(shape).cumsum(axis=1)
    return pd.DataFrame({
        "commune": cells.keys["commune"].repeat(days).array,
        "day": np.tile(pd.date_range(period.first_day, periods=days).to_numpy("datetime64[us]"), shape[0]),
        **flows,
        "pending": pending.ravel(),
    })  # fmt: skip


def flow(daily: pd.DataFrame, period: Period, every: Step) -> pd.DataFrame:
    """Dossiers received, resolved and left pending in every step of a period, over all communes.

    Parameters
    ----------
    daily : DataFrame
        What ``daily`` returns.
    period : Period
    every : {"D", "W-SUN", "M"}
        Day, week or month. The first and the last week or month may be cut by the period.

    Returns
    -------
    DataFrame
        Index of pandas periods, one a step; columns ``FLOWS``. Sums over the steps equal the period's figures.
    """
    steps, begins = _steps(period, every)
    whole = daily[FLOWS].to_numpy().reshape(-1, period.days, len(FLOWS)).sum(axis=0)
    flows = pd.DataFrame(np.add.reduceat(whole, begins, axis=0), columns=FLOWS, index=steps)
    return flows.assign(pending=whole[[*begins[1:] - 1, -1], FLOWS.index("pending")])


@lru_cache(maxsize=64)  # a report asks for the same ones eight times
def _steps(period: Period, every: Step) -> tuple[pd.PeriodIndex, npt.NDArray[np.intp]]:
    """The steps of a period, and the place of each one's first day among its days."""
    steps = pd.period_range(period.first_day, period.last_day, freq=every)
    days = pd.date_range(period.first_day, periods=period.days).to_numpy()
    return steps, np.searchsorted(days, np.maximum(steps.start_time.to_numpy(), days[0]))


def last_move(daily: pd.DataFrame, period: Period) -> pd.Timestamp:
    """Last day on which a dossier came or went; the day before the period if none did."""
    flows = flow(daily, period, "D")
    moved = flows[["received", "resolved"]].any(axis=1) | flows["pending"].diff().fillna(0).ne(0)
    return period.start + pd.Timedelta(days=int(moved.to_numpy().nonzero()[0].max(initial=-1)))


def known(flows: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> Flags:
    """Which steps of a course have a day at least between two days, those included.

    Parameters
    ----------
    flows : DataFrame
        What ``flow`` returns.
    first, last : Timestamp
        Days; none between them when the first is after the last.

    Returns
    -------
    array of bool
    """
    steps = pd.PeriodIndex(flows.index)
    return np.asarray((first <= last) & (steps.start_time <= last) & (steps.end_time >= first))


def by_hour(classed: pd.DataFrame) -> pd.DataFrame:
    """When dossiers came in: by weekday and hour of receipt.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns.

    Returns
    -------
    DataFrame
        Index weekday, 0 (Monday) to 6; columns hour, 0 to 23: dossiers received in the period. Those whose receipt
        is a date without a time of day are in none.
    """
    known = (classed["intake"] == "received") & ~classed["received_date_only"]
    moments = classed.loc[known, "received_at"].dt
    counts = np.bincount(moments.day_of_week * 24 + moments.hour, minlength=7 * 24)
    return pd.DataFrame(counts.reshape(7, 24))
