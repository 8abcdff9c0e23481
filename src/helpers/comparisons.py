"""Whether a figure has changed since an earlier period by more than chance alone would make it."""

from math import sqrt
from typing import Final, Literal

import numpy as np
import pandas as pd

from helpers import indicators
from helpers.indicators import Figure
from helpers.periods import Period

Verdict = Literal["up", "down", "noise", "none"]
# Beyond so many standard errors a difference is called one: chance gives it once in a hundred times.
LIMIT: Final = 2.576
# The indicators that are compared.
COMPARED: Final = (
    "received", "resolved", "online_rate", "resolved_rate", "in_time_rate", "late", "pending", "pending_overdue",
    "overdue_rate",
)  # fmt: skip
# An article or a form compares counts as they are; counts that stand at one moment do not grow with the days.
_STANDING: Final = ("pending", "pending_overdue")
_FEWEST_WEEKS: Final = 4


def dispersion(classed: pd.DataFrame, period: Period) -> float:
    """How much more the weekly numbers received vary than pure chance (Poisson) would make them.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns.
    period : Period

    Returns
    -------
    float
        Variance over mean of the whole weeks of the period, at least 1; 1 when there are too few of them.
    """
    days = (classed.loc[classed["intake"] == "received", "received_at"] - period.start).dt.days
    weeks = period.days // 7
    if weeks < _FEWEST_WEEKS:
        return 1.0
    counts = np.bincount(days // 7, minlength=weeks)[:weeks]
    return max(1.0, float(counts.var(ddof=1) / counts.mean())) if counts.any() else 1.0


def verdict(name: str, now: Figure, before: Figure, days: tuple[int, int], spread: float) -> Verdict:
    """Whether an indicator has changed by more than chance.

    Parameters
    ----------
    name : str
        Indicator.
    now, before : dict
        Its figures, as ``indicators.figures`` has them.
    days : tuple of int
        Days of both periods: a count of what came in the longer one is brought down to the shorter one's length.
    spread : float
        ``dispersion`` of the period.

    Returns
    -------
    {"up", "down", "noise", "none"}
        ``noise`` when chance explains the difference; ``none`` when a figure is missing.

    Notes
    -----
    Two shares: the usual test of two proportions with a common variance. Two counts: the difference of two counts
    whose variance is ``spread`` times their mean.
    """
    if now["value"] is None or before["value"] is None:
        return "none"
    if indicators.get(name).denominator is None:
        score = _counts(
            float(now["value"]), float(before["value"]), 1.0 if name in _STANDING else days[0] / days[1], spread
        )
    else:
        score = _shares(now, before)
    return "noise" if abs(score) < LIMIT else "up" if score > 0 else "down"


def _counts(now: float, before: float, length: float, spread: float) -> float:
    variance = spread * (now + before * length * length)
    return (now - before * length) / sqrt(variance) if variance else 0.0


def _shares(now: Figure, before: Figure) -> float:
    (a, n), (b, m) = ((float(each["numerator"] or 0), float(each["denominator"] or 0)) for each in (now, before))
    common = (a + b) / (n + m)
    variance = common * (1 - common) * (1 / n + 1 / m)
    return (a / n - b / m) / sqrt(variance) if variance > 0 else 0.0
