"""Classing: the rules one by one, and what must hold for any dossiers."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import cube, dossiers, outcomes, periods, store
from helpers.errors import UserError

JULY = periods.parse("2025-07")


def _outcome(rows: pd.DataFrame, grain: str = "timestamp", period: periods.Period = JULY) -> str:
    classed = outcomes.classify(rows, period, grain)
    return "outside" if classed.empty else f"{classed['intake'].iloc[0]} {classed['outcome'].iloc[0]}"


@pytest.mark.parametrize(
    ("due", "finished", "timestamp", "day"),
    [
        ("2025-07-15 15:00", "2025-07-15 11:59:59", "early", "on_time"),  # the morning before an afternoon's due time
        ("2025-07-15 15:00", "2025-07-15 12:00", "on_time", "on_time"),
        ("2025-07-15 15:00", "2025-07-15 15:00", "on_time", "on_time"),
        ("2025-07-15 15:00", "2025-07-15 15:00:01", "late", "on_time"),
        ("2025-07-15 10:00", "2025-07-14 23:59", "early", "early"),
        ("2025-07-15 10:00", "2025-07-16 00:00", "late", "late"),
        (None, "2025-07-15 10:00", "resolved_no_due", "resolved_no_due"),
        ("2025-07-31 16:00", None, "pending_overdue", "pending_overdue"),
        ("2025-08-01 00:00", None, "pending_in_time", "pending_in_time"),
        (None, None, "pending_no_due", "pending_no_due"),
        ("2025-07-15 15:00", "2025-08-01 00:00", "pending_overdue", "pending_overdue"),  # closed after the end
    ],
)
def test_outcome_by_grain(table, due, finished, timestamp, day):
    rows = table({"due_at": due, "finished_at": finished})
    assert _outcome(rows) == f"received {timestamp}"
    assert _outcome(rows, "day") == f"received {day}"


@pytest.mark.parametrize(
    ("due", "finished", "expected"),
    [
        ("2025-07-15", "2025-07-15 23:59", "on_time"),
        ("2025-07-15", "2025-07-15 08:00", "on_time"),  # a day has no half: not early on the day itself
        ("2025-07-15", "2025-07-14 23:59", "early"),
        ("2025-07-15", "2025-07-16 00:00", "late"),
        ("2025-07-31", None, "pending_overdue"),
    ],
)
def test_due_date_without_time_means_the_end_of_that_day(table, due, finished, expected):
    rows = table({"due_at": due, "finished_at": finished, "due_date_only": True})
    assert _outcome(rows) == f"received {expected}"


def test_a_day_of_return_without_time_is_compared_by_day(table):
    rows = table({"due_at": "2025-07-15 16:00", "returned_at": "2025-07-15", "returned_date_only": True})
    assert _outcome(rows) == "received on_time"


@pytest.mark.parametrize(
    ("status", "finished", "expected"),
    [
        (1, None, "outside"), (3, "2025-07-12", "outside"), (7, "2025-07-12", "received withdrawn"),
        (5, None, "received pending_in_time"), (6, None, "received pending_in_time"),
        (8, None, "received pending_in_time"), (4, None, "received pending_overdue"),
        (10, None, "received pending_overdue"),  # the dates decide, not the status
        (4, "2025-07-12", "received early"), (None, "2025-07-12", "received early"),
    ],
)  # fmt: skip
def test_status(table, status, finished, expected):
    assert _outcome(table({"status": status, "due_at": "2025-07-20 10:00", "finished_at": finished})) == expected


@pytest.mark.parametrize(
    ("received", "ended", "expected"),
    [
        ("2025-06-30 23:59", None, "carried_over pending_no_due"),
        ("2025-06-30 23:59", "2025-06-30 23:59:30", "outside"),
        ("2025-06-30 23:59", "2025-07-01 00:00", "carried_over resolved_no_due"),
        ("2025-07-01 00:00", None, "received pending_no_due"),
        ("2025-07-31 23:59:59", None, "received pending_no_due"),
        ("2025-08-01 00:00", None, "outside"),
    ],
)
def test_bounds_are_half_open(table, received, ended, expected):
    assert _outcome(table({"received_at": received, "finished_at": ended})) == expected
    assert _outcome(table({"received_at": received, "returned_at": ended})) == expected


def test_unknown_grain_names_the_choices(table):
    with pytest.raises(UserError, match="timestamp, day"):
        outcomes.classify(table({}), JULY, "hour")


moments = st.datetimes(pd.Timestamp("2025-05-15"), pd.Timestamp("2025-09-15")).map(lambda t: t.replace(microsecond=0))
rows = st.lists(
    st.fixed_dictionaries(
        {
            "received_at": moments,
            "due_at": st.none() | moments,
            "finished_at": st.none() | moments,
            "returned_at": st.none() | moments,
            "status": st.sampled_from([None, *range(1, 11)]),
            "field": st.sampled_from([None, "dat-dai", "ho-tich"]),
            "channel": st.sampled_from([None, "online", "direct"]),
            "due_date_only": st.booleans(),
        }
    ),
    min_size=1,
    max_size=40,
)


def _table(drawn: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(drawn).assign(dossier_id=[f"D{n}" for n in range(len(drawn))], commune="10972")
    for column in ("received_at", "due_at", "finished_at", "returned_at"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
    return dossiers.complete(frame)


@given(rows, st.sampled_from(outcomes.GRAINS), st.lists(st.sampled_from(cube.DIMENSIONS), min_size=1, unique=True))
def test_identities_hold_for_any_dossiers_however_they_are_grouped(drawn, grain, by):
    rows = _table(drawn)
    classed = outcomes.classify(rows, JULY, grain)
    counts = cube.count(classed)
    assert cube.broken_identities(counts, rows, JULY) == []
    assert set(classed["outcome"]) <= set(outcomes.OUTCOMES)
    regrouped = cube.total(counts, by).drop(columns=by).sum()
    assert regrouped.to_dict() == cube.total(counts, []).iloc[0].to_dict()


def test_a_broken_identity_is_named_with_both_numbers(table):
    rows = table({"field": "ho-tich"}, {"finished_at": "2025-07-12"})
    counts = cube.count(outcomes.classify(rows, JULY))
    assert cube.broken_identities(counts, rows, JULY) == []
    lost = counts.assign(dossiers=counts["dossiers"].where(counts["outcome"] != "pending_no_due", 0))
    assert cube.broken_identities(lost, rows, JULY) == [
        "Tiếp nhận: bảng tổng hợp ghi 1, đếm theo ngày của hồ sơ được 2.",
        "Đang giải quyết: bảng tổng hợp ghi 0, đếm theo ngày của hồ sơ được 1.",
    ]
    unknown = counts.assign(outcome=counts["outcome"].replace("pending_no_due", "forgotten"))
    assert "Tiếp nhận + kỳ trước chuyển sang = 2, nhưng" in cube.broken_identities(unknown, rows, JULY)[0]


@given(rows, st.data())
def test_what_happens_after_the_end_changes_nothing(drawn, data):
    """A report as of day D is the same whatever is finished, or received, after D."""
    before = _table(drawn)
    later = before.copy()
    open_at_end = later["finished_at"].isna() | (later["finished_at"] >= JULY.end)
    shift = pd.Timedelta(days=data.draw(st.integers(0, 60)))
    later.loc[open_at_end, "finished_at"] = JULY.end + shift
    # Unless it was returned before: then that is when it ended, in either table.
    later["finished_at"] = later["finished_at"].mask(
        open_at_end & (later["returned_at"] < JULY.end), before["finished_at"]
    )
    columns = ["dossier_id", "intake", "outcome"]
    known = before["finished_at"].isna() | (before["finished_at"] < JULY.end) | before["returned_at"].isna()
    first = outcomes.classify(before[known], JULY)[columns]
    assert first.equals(outcomes.classify(later[known], JULY)[columns])


def test_days_of_a_period_add_up_to_it(small):
    """Received and resolved over the days equal the period's; pending at a day's end is carried into the next."""
    whole = periods.parse("2025-07-01..2025-07-14")
    sums = {"received": 0, "resolved": 0}
    carried = 0
    for day in pd.date_range(whole.first_day, whole.last_day):
        one = periods.parse(f"{day:%Y-%m-%d}")
        counts = cube.total(cube.count(outcomes.classify(store.read(small, "46", one.start, one.end), one)), []).iloc[0]
        assert counts["carried_over"] == carried
        carried = counts["pending"]
        sums = {name: sums[name] + counts[name] for name in sums}
    total = cube.total(cube.count(outcomes.classify(store.read(small, "46", whole.start, whole.end), whole)), []).iloc[
        0
    ]
    assert sums == {"received": total["received"], "resolved": total["resolved"]}
    assert carried == total["pending"]
