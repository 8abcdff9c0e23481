"""Working days against a count day by day, over the two years whose days off were announced."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import workdays

OFF = {date(2025, 1, 1), date(2025, 4, 7), date(2025, 4, 30), date(2025, 5, 1), date(2025, 5, 2)}
OFF |= {date(2025, 1, day) for day in range(27, 32)} | {date(2025, 9, 1), date(2025, 9, 2)}
OFF |= {date(2026, 1, 1), date(2026, 1, 2), date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1)}
OFF |= {date(2026, 2, day) for day in range(16, 21)}
OFF |= {date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2), date(2026, 11, 24)}
WORKED = {date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)}
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)
DAYS = st.dates(FIRST, LAST)
MOMENTS = st.datetimes(pd.Timestamp(FIRST), pd.Timestamp(LAST)).map(lambda moment: moment.replace(microsecond=0))


def works(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def counted(start: date, end: date) -> int:
    """Working days after the one up to and with the other, negative the other way."""
    if end < start:
        return -counted(end, start)
    return sum(works(start + DAY * step) for step in range(1, (end - start).days + 1))


def series(*moments: object) -> "pd.Series[pd.Timestamp]":
    return pd.Series(moments, dtype="datetime64[us]", index=range(7, 7 + len(moments)))


def test_each_day_of_two_years():
    days = pd.date_range(FIRST, LAST).as_unit("us").to_series()
    ours = workdays.between(days - pd.Timedelta(days=1), days)
    assert list(ours) == [int(works(day.date())) for day in days]


@given(st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=20))
def test_between(pairs):
    starts, ends = zip(*pairs, strict=True)
    ours = workdays.between(series(*starts), series(*ends))
    assert list(ours) == [counted(start.date(), end.date()) for start, end in pairs]
    assert list(ours.index) == list(range(7, 7 + len(pairs)))


@given(st.lists(st.tuples(MOMENTS, st.integers(1, 120)), min_size=1, max_size=20))
def test_add(pairs):
    moments, numbers = zip(*pairs, strict=True)
    ours = workdays.add(series(*moments), np.array(numbers))
    assert ours.dtype == "datetime64[us]"
    for (start, number), landing in zip(pairs, ours, strict=True):
        day = start.date()
        for _ in range(number):
            day += DAY
            while day <= LAST and not works(day):
                day += DAY
        if day <= LAST:  # days off beyond are not announced
            assert landing == pd.Timestamp.combine(day, start.time())


@given(MOMENTS, st.integers(1, 500))
def test_as_many_days_lie_between_as_were_added(start, number):
    landing = workdays.add(series(start), np.array([number]))
    assert list(workdays.between(series(start), landing)) == [number]


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2025-07-04 10:00", "2025-07-07 08:00", 1),  # Friday to Monday
        ("2025-07-07 10:00", "2025-07-07 15:00", 0),
        ("2025-08-29", "2025-09-03", 1),
        ("2025-12-31", "2026-01-05", 1),  # 1/1 and 2/1 off
        ("2026-01-09", "2026-01-12", 2),  # Saturday 10/1 worked
        ("2026-02-13", "2026-02-23", 1),
        ("2026-08-21", "2026-08-24", 2),  # Saturday 22/8 worked
        ("2026-08-28", "2026-09-03", 1),  # 31/8 off, then 1-2/9
        ("2026-11-23", "2026-11-25", 1),
        ("2025-07-07", "2025-07-04", -1),
    ],
)
def test_announced_days(start, end, days):
    assert list(workdays.between(series(start), series(end))) == [days]


def test_a_missing_moment_gives_a_missing_count():
    ours = workdays.between(series("2025-07-04", None, "2025-07-04"), series(None, None, "2025-07-07"))
    assert list(ours.isna()) == [True, True, False]
    assert ours.dtype == "Int64"
    assert len(workdays.between(series(), series())) == len(workdays.add(series(), np.array([], dtype="int64"))) == 0
