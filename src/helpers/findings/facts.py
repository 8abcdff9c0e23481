"""What rules ask about the dossiers of a slice, and how they word a share."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import outcomes, settings, workdays
from helpers.findings.rules import Found
from helpers.formats import number, percent
from helpers.outcomes import Codes, Flags, Times
from helpers.periods import Period
from helpers.slices import CommuneSlice


def recorded(*names: str) -> Callable[[CommuneSlice], bool]:
    """Whether some columns are recorded for any dossier."""
    return lambda part: all(part.classed[name].notna().any() for name in names)


def matching(condition: str, what: str) -> Callable[[CommuneSlice], Found | None]:
    """Look for the dossiers for which a condition holds; enough for many a rule.

    Parameters
    ----------
    condition : str
        As ``DataFrame.query`` takes it, over the columns of ``CommuneSlice.classed``.
    what : str
        Vietnamese, after "Có 12 hồ sơ".

    Returns
    -------
    callable
        For ``Rule.look``.
    """

    def look(part: CommuneSlice) -> Found | None:
        flags = part.classed.index.isin(part.classed.query(condition, engine="python").index)
        count, whole = int(flags.sum()), len(flags)
        sentence = f"Có {number(count)} hồ sơ {what}, {share(count, whole, 'nhận giải quyết')}. Cần kiểm tra."
        return Found(sentence, flags) if count else None

    return look


def ended(part: CommuneSlice) -> Flags:
    """Whether each dossier had ended by the period's end."""
    return np.asarray(part.classed["ended_at"].to_numpy() < part.period.end.to_datetime64())


def any_ended(part: CommuneSlice) -> bool:
    """Whether any dossier had ended by the period's end."""
    return bool(ended(part).any())


def ended_on(part: CommuneSlice) -> tuple[Flags, Codes]:
    """Whether each dossier had ended by the period's end and not before its start, and on which day of it, from 0."""
    start, times = part.period.start.to_datetime64(), part.classed["ended_at"].to_numpy()
    day = times.astype("datetime64[D]") - start.astype("datetime64[D]")
    return ended(part) & (times >= start), day.astype(np.int64)


def ended_at_clock(part: CommuneSlice) -> Flags:
    """Whether each dossier had ended by the period's end, at a known time of day."""
    rows = part.classed
    return ended(part) & ~outcomes.ended_by_date(rows) & has_clock(rows["ended_at"].to_numpy())


def has_clock(times: Times) -> Flags:
    """Whether each moment has a time of day: midnight is how exports write a date."""
    return np.asarray(times != times.astype("datetime64[D]"))


def clock_recorded(part: CommuneSlice) -> bool:
    """Whether any dossier had ended by the period's end at a known time of day."""
    return bool(ended_at_clock(part).any())


def at(part: CommuneSlice, places: Codes) -> Flags:
    """The dossiers at some positions."""
    flags = none(part)
    flags[places] = True
    return flags


def none(part: CommuneSlice) -> Flags:
    """No dossier: the point is not about single ones."""
    return np.zeros(len(part.classed), dtype=bool)


def share(count: int, whole: int, label: str) -> str:
    """A count as a share of a whole: "bằng 2,50% trong 8.930 hồ sơ"."""
    return f"bằng {percent(count, whole)} trong {number(whole)} hồ sơ {label}"


def working_days(period: Period) -> Flags:
    """Whether each day of a period is a working day."""
    return _works(settings.reference(), period)


@cache
def _works(_folder: Path, period: Period) -> Flags:
    days = pd.Series(pd.date_range(period.first_day, period.last_day))
    return np.asarray(workdays.between(days - pd.Timedelta(days=1), days) == 1, dtype=bool)
