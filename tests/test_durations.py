"""Office hours and how long dossiers take, against counting minute by minute."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from helpers import durations, outcomes, periods, workdays

JULY = periods.parse("2025-07")
MOMENTS = st.datetimes(pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-22")).map(lambda t: t.replace(microsecond=0))


def _series(*moments: object) -> "pd.Series[pd.Timestamp]":
    return pd.Series(pd.to_datetime(list(moments))).astype("datetime64[us]")


@given(MOMENTS, MOMENTS)
def test_hours_are_the_minutes_in_which_the_office_is_open(one, other):
    """Saturday 10/1/2026 is worked; the weekends around it are off."""
    start, end = sorted((pd.Timestamp(one).floor("min"), pd.Timestamp(other).floor("min")))
    minutes = pd.date_range(start, end, freq="min", inclusive="left")
    clock = minutes.hour * 60 + minutes.minute
    is_open = ((clock >= 450) & (clock < 690)) | ((clock >= 810) & (clock < 1020))
    works = (minutes.day_of_week < 5) | (minutes.strftime("%m-%d") == "01-10")
    assert workdays.hours(_series(start), _series(end))[0] == np.sum(is_open & works) / 60
    assert workdays.hours(_series(end), _series(start))[0] == -workdays.hours(_series(start), _series(end))[0]


def test_a_missing_moment_gives_no_hours():
    hours = workdays.hours(_series("2025-07-01 08:00", None), _series(None, "2025-07-01 09:00"))
    assert np.isnan(hours).all()
    assert workdays.hours_of_day() == 7.5


def test_median_and_ninetieth_are_times_of_real_dossiers(table):
    ends = [f"2025-07-01 {hour:02d}:00" for hour in (9, 10, 11)] + ["2025-07-08 08:00"]
    rows = [{"received_at": "2025-07-01 08:00", "finished_at": end, "due_at": "2025-07-02 08:00"} for end in ends]
    times = durations.of(outcomes.classify(table(*rows), JULY))
    assert durations.whole(times) == {
        "dossiers": 4, "median": 2.0, "p90": 37.5, "with_due": 4, "promised": 7.5, "used": 2.0 / 7.5,
    }  # fmt: skip


def test_a_date_without_a_time_lasts_to_the_end_of_its_day(table):
    rows = table({"received_at": "2025-07-01 08:00", "finished_at": "2025-07-02", "due_at": "2025-07-03"})
    rows[["finished_date_only", "due_date_only"]] = True
    times = durations.of(outcomes.classify(rows, JULY))
    assert (times.taken[0], times.promised[0], times.by_date) == (14.5, 22.0, 1)


def test_by_key_holds_every_resolved_dossier_once(table):
    rows = table(
        {"field": "ho-tich", "finished_at": "2025-07-11 09:00"},
        {"field": "ho-tich", "finished_at": "2025-07-10 10:00", "due_at": "2025-07-10 11:00"},
        {"field": None, "finished_at": "2025-07-10 09:30"},
        {"field": "dat-dai", "finished_at": None},
        {"field": "dat-dai", "finished_at": "2025-07-10 08:00"},
    )
    made = durations.by_key(durations.of(outcomes.classify(rows, JULY)), "field")
    assert made["dossiers"].to_dict() == {"ho-tich": 2, "": 1}, "one is open, one ended before it came"
    assert made.loc["ho-tich", "promised"] == 2.0
    assert np.isnan(made.loc["", "promised"])


def test_nothing_resolved_gives_no_row(table):
    times = durations.of(outcomes.classify(table({}), JULY))
    assert durations.by_key(times, "field").empty
    assert np.isnan(durations.whole(times)["median"])
