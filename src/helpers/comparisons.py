"""Whether a figure has changed since an earlier period by more than chance alone would make it."""

from collections.abc import Mapping
from math import sqrt
from typing import Final, Literal

import pandas as pd

from helpers import indicators, workdays
from helpers.indicators import Figure
from helpers.periods import Period
from helpers.slices import Slice

Verdict = Literal["up", "down", "noise", "none"]
# Beyond so many standard errors a difference is called one: chance gives it once in a hundred times.
LIMIT: Final = 2.576
# The indicators that are compared.
COMPARED: Final = (
    "received", "resolved", "online_rate", "resolved_rate", "in_time_rate", "late", "pending", "pending_overdue",
    "overdue_rate",
)  # fmt: skip
# Counts that stand at one moment do not grow with the days.
_STANDING: Final = ("pending", "pending_overdue")
_FEWEST_WEEKS: Final = 4
_WEEK: Final = 7


def dispersion(flows: pd.DataFrame, period: Period) -> float:
    """How much more the weekly numbers received vary than pure chance (Poisson) would make them.

    Parameters
    ----------
    flows : DataFrame
        ``trends.flow`` by day.
    period : Period

    Returns
    -------
    float
        Variance over mean of the whole weeks of the period, at least 1; 1 when there are too few of them.
    """
    weeks = period.days // 7
    if weeks < _FEWEST_WEEKS:
        return 1.0
    received = flows["received"].to_numpy()
    counts = received[: 7 * weeks].reshape(weeks, 7).sum(axis=1)
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
        Working days of both periods: a count of what came in the earlier one is brought to the length of this one.
    spread : float
        ``dispersion`` of the period.

    Returns
    -------
    {"up", "down", "noise", "none"}
        ``noise`` when chance explains the difference; ``none`` when a figure is missing, or a period has no working
        day.

    Notes
    -----
    Two shares: the usual test of two proportions with a common variance. Two counts: the difference of two counts
    whose variance is ``spread`` times their mean.
    """
    if now["value"] is None or before["value"] is None or not all(days):
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


def verdicts(part: Slice, period: Period, before: Mapping[str, Figure]) -> dict[str, Verdict]:
    """``verdict`` on every indicator that is compared.

    Parameters
    ----------
    part : Slice
    period : Period
        The earlier one.
    before : dict
        Its figures.

    Returns
    -------
    dict
        By the indicators' names; all ``none`` when the dossiers held do not fill the period: it is not over yet, or
        not all has been imported; and of less than a week beside days of another weekday, for Mondays are busy.
    """
    other_weekday = part.period.days < _WEEK and part.period.first_day.weekday() != period.first_day.weekday()
    if not part.filled or other_weekday:
        return dict.fromkeys(COMPARED, "none")
    now, spread = part.all_figures, dispersion(part.flows["D"], part.period)
    days = tuple(workdays.within(each.first_day, each.last_day) for each in (part.period, period))
    return {name: verdict(name, now[name], before[name], (days[0], days[1]), spread) for name in COMPARED}
