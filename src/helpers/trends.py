"""How received, resolved and pending dossiers move over a period."""

from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import outcomes
from helpers.periods import Period

Step = Literal["D", "W-SUN", "M"]
# A chart of one period shows days up to about a month, weeks up to about a year, then months.
_LONGEST_DAILY: Final = 35
_LONGEST_WEEKLY: Final = 370


def step(period: Period) -> Step:
    """Length of one step of the time axis that suits a period: day, week (Monday to Sunday) or month."""
    return "D" if period.days <= _LONGEST_DAILY else "W-SUN" if period.days <= _LONGEST_WEEKLY else "M"


def flow(classed: pd.DataFrame, period: Period, every: Step) -> pd.DataFrame:
    """Dossiers received, resolved and left pending in every step of a period.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns.
    period : Period
    every : {"D", "W-SUN", "M"}
        Day, week or month. The first and the last week or month may be cut by the period.

    Returns
    -------
    DataFrame
        Index of pandas periods, one a step; columns ``received`` (in the period), ``known_channel`` (how many of them
        say how they were filed), ``received_online``, ``resolved``, ``late`` (of the resolved) and ``pending`` at the
        end of the step. Sums over the steps equal the period's figures.
    """
    received = classed["intake"] == "received"
    resolved = classed["outcome"].isin(outcomes.RESOLVED)
    # A clock that runs ahead can finish a dossier before the period; it counts in the first step.
    ended = _not_before(classed["ended_at"], period.start)
    steps = pd.period_range(period.first_day, period.last_day, freq=every)
    starts = steps.start_time.to_numpy()

    def counted(times: "pd.Series[pd.Timestamp]") -> npt.NDArray[np.int64]:
        return np.bincount(np.searchsorted(starts, times.to_numpy(), side="right") - 1, minlength=len(steps))

    flows = pd.DataFrame(
        {
            "received": counted(classed.loc[received, "received_at"]),
            "known_channel": counted(classed.loc[received & classed["channel"].notna(), "received_at"]),
            "received_online": counted(classed.loc[received & (classed["channel"] == "online"), "received_at"]),
            "resolved": counted(ended[resolved]),
            "late": counted(ended[classed["outcome"] == "late"]),
        },
        index=steps,
    )
    carried = int((classed["intake"] == "carried_over").sum())
    flows["pending"] = carried + flows["received"].cumsum() - counted(ended[classed["ended_at"] < period.end]).cumsum()
    return flows


def _not_before(times: "pd.Series[pd.Timestamp]", start: pd.Timestamp) -> "pd.Series[pd.Timestamp]":
    return times.where(times >= start, start)


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
