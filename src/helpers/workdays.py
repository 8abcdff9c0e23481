"""Working days: Saturdays, Sundays and holidays are off, official swaps are honoured."""

from datetime import date
from functools import cache
from pathlib import Path

import holidays
import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import reference, settings

_FIRST, _LAST = 2000, 2045
_ORIGIN = np.datetime64(f"{_FIRST}-01-01", "D")


def _passed() -> npt.NDArray[np.int64]:
    """Working days passed before each day since ``_ORIGIN``; one more entry than days."""
    return _count(settings.reference())


@cache
def _sessions(_folder: Path) -> npt.NDArray[np.int64]:
    """Seconds of the day at which each session of office hours opens and closes; shape (2, sessions)."""
    rows = reference.table("office_hours")
    clocks = [[60 * int(text[:2]) + int(text[3:]) for text in rows[name]] for name in ("opens", "closes")]
    return 60 * np.array(clocks, dtype=np.int64)


@cache
def _count(_folder: Path) -> npt.NDArray[np.int64]:
    span = pd.date_range(f"{_FIRST}-01-01", f"{_LAST}-12-31")
    vietnam = holidays.country_holidays("VN", years=range(_FIRST, _LAST + 1))
    off = pd.to_datetime(sorted(vietnam)).as_unit("us")
    worked = pd.to_datetime(sorted(getattr(vietnam, "weekend_workdays", ()))).as_unit("us")
    works = ((span.day_of_week < 5) & ~span.isin(off)) | span.isin(worked)
    override = reference.table("holidays")
    for day, kind in zip(pd.to_datetime(override["date"]), override["kind"], strict=True):
        works[span.get_loc(day)] = kind == "worked"
    return np.concatenate([[0], np.cumsum(works)])


def _position(days: "pd.Series[pd.Timestamp]") -> npt.NDArray[np.int64]:
    whole = (days.to_numpy().astype("datetime64[D]") - _ORIGIN).astype(np.int64)
    return np.clip(whole, 0, len(_passed()) - 2)


def between(start: "pd.Series[pd.Timestamp]", end: "pd.Series[pd.Timestamp]") -> "pd.Series[int]":
    """Working days after the day of ``start`` up to and with the day of ``end``.

    Parameters
    ----------
    start, end : Series of datetime
        Same index; the time of day is ignored. A missing value gives a missing count.

    Returns
    -------
    Series of Int64
        A dossier due on Friday and finished on Monday is 1 working day late; one due at 10:00 and finished at 15:00
        of the same day is 0. Negative when ``end`` is earlier.
    """
    passed = _passed()
    late = passed[_position(end) + 1] - passed[_position(start) + 1]
    missing = start.isna().to_numpy() | end.isna().to_numpy()
    return pd.Series(pd.arrays.IntegerArray(late, missing), index=start.index)


def within(first: date, last: date) -> int:
    """Working days from a day to another, both included."""
    begin, end = _position(pd.Series(pd.to_datetime([first, last])))
    return int(_passed()[end + 1] - _passed()[begin])


def add(start: "pd.Series[pd.Timestamp]", days: npt.NDArray[np.int64]) -> "pd.Series[pd.Timestamp]":
    """Moment that lies so many working days later, at the same time of day.

    Parameters
    ----------
    start : Series of datetime
        No missing values.
    days : array of int
        Working days to add, 1 or more each.

    Returns
    -------
    Series of datetime
        Always on a working day.
    """
    passed = _passed()
    target = passed[_position(start) + 1] + days
    landing = np.searchsorted(passed, target, side="left") - 1
    clock = start - start.dt.normalize()
    return pd.Series(_ORIGIN + landing, index=start.index).astype("datetime64[us]") + clock


def hours(start: "pd.Series[pd.Timestamp]", end: "pd.Series[pd.Timestamp]") -> npt.NDArray[np.float64]:
    """Office hours between two moments: working days only, within the sessions of ``office_hours.csv``.

    Parameters
    ----------
    start, end : Series of datetime
        Same length.

    Returns
    -------
    array of float
        Hours; NaN where a moment is missing, negative when ``end`` is earlier.
    """
    known = (start.notna() & end.notna()).to_numpy()
    taken = np.full(len(start), np.nan)
    taken[known] = (_worked(end[known]) - _worked(start[known])) / 3600
    return taken


def hours_of_day() -> float:
    """Office hours of one working day."""
    opens, closes = _sessions(settings.reference())
    return float((closes - opens).sum() / 3600)


def closing(days: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """Moment at which the office closes on each day, for dates without a time of day."""
    return days.dt.normalize() + pd.Timedelta(seconds=int(_sessions(settings.reference())[1].max()))


def _worked(moments: "pd.Series[pd.Timestamp]") -> npt.NDArray[np.int64]:
    """Office seconds from the first day of the table up to each moment."""
    times = moments.to_numpy()
    clock = (times - times.astype("datetime64[D]")).astype("timedelta64[s]").astype(np.int64)
    opens, closes = _sessions(settings.reference())
    passed, day = _passed(), _position(moments)
    works = passed[day + 1] - passed[day]
    within: npt.NDArray[np.int64] = (np.clip(clock[:, None], opens, closes) - opens).sum(axis=1)
    return np.asarray(passed[day] * (closes - opens).sum() + works * within)
