"""Periods against the calendar itself: adjacent, half-open, and cut off where state reporting cuts."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import periods
from helpers.errors import UserError

YEARS = st.integers(1990, 2090)
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def _week(day: date) -> str:
    iso = day.isocalendar()
    return f"{iso.year}-W{iso.week:02d}"


def _part(form: str, last: int) -> st.SearchStrategy[str]:
    return st.builds(form.format, YEARS, st.integers(1, last))


FORMS = {
    "day": DAYS.map(str),
    "week": DAYS.map(_week),
    "month": _part("{}-{:02d}", 12),
    "quarter": _part("{}-Q{}", 4),
    "half": _part("{}-H{}", 2),
    "nine_months": YEARS.map("{}-9M".format),
    "year": YEARS.map(str),
    "range": st.tuples(DAYS, DAYS).map(sorted).map(lambda days: f"{days[0]}..{days[1]}"),
}
ANY = st.sampled_from(sorted(FORMS)).flatmap(lambda kind: st.tuples(st.just(kind), FORMS[kind]))
CUTOFFS = st.sampled_from(periods.CUTOFFS)


@given(ANY, CUTOFFS)
def test_every_accepted_form_comes_back_with_half_open_bounds(form, cutoffs):
    kind, text = form
    period = periods.parse(f" {text.lower()} ", cutoffs)
    assert (period.kind, period.text) == (kind, text)
    assert periods.parse(period.text, period.cutoffs) == period
    assert period.start == pd.Timestamp(period.first_day)
    assert period.end == pd.Timestamp(period.last_day) + pd.Timedelta(days=1)
    assert period.days == (period.end - period.start).days >= 1
    moved = cutoffs == "official" and kind not in ("day", "week", "range")
    assert period.cutoffs == ("official" if moved else "calendar")
    if moved:
        assert (period.first_day.day, period.last_day.day) == (15, 14)


@given(ANY, CUTOFFS)
def test_the_previous_period_is_adjacent_and_of_equal_kind(form, cutoffs):
    period = periods.parse(form[1], cutoffs)
    before = periods.previous(period)
    assert (before.kind, before.cutoffs) == (period.kind, period.cutoffs)
    if period.kind == "nine_months":  # the same nine months a year earlier: nothing else can be compared with them
        assert before.first_day == period.first_day.replace(year=period.first_day.year - 1)
        assert before.last_day == period.last_day.replace(year=period.last_day.year - 1)
    else:
        assert before.last_day + timedelta(days=1) == period.first_day
    if period.kind in ("day", "week", "range"):
        assert before.days == period.days


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-07-14", "2025-07-14", "2025-07-14"),
        ("2025-W30", "2025-07-21", "2025-07-27"),
        ("2020-W53", "2020-12-28", "2021-01-03"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-Q3", "2025-07-01", "2025-09-30"),
        ("2025-H2", "2025-07-01", "2025-12-31"),
        ("2025-9M", "2025-01-01", "2025-09-30"),
        (2025, "2025-01-01", "2025-12-31"),
        ("2025-07-01..2025-11-26", "2025-07-01", "2025-11-26"),
    ],
)
def test_calendar_bounds(text, first, last):
    period = periods.parse(text)
    assert (str(period.first_day), str(period.last_day)) == (first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-07", "2025-06-15", "2025-07-14"),
        ("2025-01", "2024-12-15", "2025-01-14"),
        ("2024-03", "2024-02-15", "2024-03-14"),
        ("2025-Q1", "2024-12-15", "2025-03-14"),
        ("2025-Q3", "2025-06-15", "2025-09-14"),
        ("2025-Q4", "2025-09-15", "2025-12-14"),
        ("2025-H1", "2024-12-15", "2025-06-14"),
        ("2025-H2", "2025-06-15", "2025-12-14"),
        ("2025-9M", "2024-12-15", "2025-09-14"),
        ("2025", "2024-12-15", "2025-12-14"),
        ("2025-W30", "2025-07-21", "2025-07-27"),
        ("2025-07-01..2025-11-26", "2025-07-01", "2025-11-26"),
    ],
)
def test_official_cutoffs(text, first, last):
    period = periods.parse(text, "official")
    assert (str(period.first_day), str(period.last_day)) == (first, last)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2025-07-04", "Ngày 04/07/2025"),
        ("2025-W30", "Tuần 30/2025"),
        ("2025-02", "Tháng 02/2025"),
        ("2025-07", "Tháng 7/2025"),
        ("2025-Q3", "Quý III/2025"),
        ("2025-H1", "6 tháng đầu năm 2025"),
        ("2025-H2", "6 tháng cuối năm 2025"),
        ("2025-9M", "9 tháng đầu năm 2025"),
        ("2025", "Năm 2025"),
        ("2025-07-01..2025-11-26", "Từ 01/07/2025 đến 26/11/2025"),
    ],
)
def test_labels(text, label):
    assert periods.parse(text).label == label
    official = periods.parse(text, "official")
    assert official.label.startswith(label)
    assert (official.label == label) == (official.cutoffs == "calendar")


WRONG = ["", "2025-13", "2025-00", "2025-7", "2025-02-30", "2025-W00", "2025-W53", "2025-Q0", "2025-Q5", "2025-H3"]
WRONG += ["2025-6M", "25-07", "2025/07", "14/07/2025", "tháng 7", "2025-07-01..", "..2025-07-01", "2025-07..2025-08"]
WRONG += ["2025-07-02..2025-07-01", "2025-07-01...2025-07-02", "2025.0", None, True]


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_text_gets_the_accepted_forms(text):
    with pytest.raises(UserError) as caught:
        periods.parse(text)
    message = str(caught.value)
    assert message.startswith(f"'{text}' ")
    assert periods.FORMS in message
    assert "\n" not in message


@given(st.text() | st.from_regex(r"\d{4}(-(\d{2}|Q\d))?", fullmatch=True))
def test_any_other_text_is_refused_or_read_in_plain_digits(text):
    """Whatever is accepted names a folder and is compared as text, so ２０２５ must not become a year of its own."""
    try:
        period = periods.parse(text)
    except UserError as error:
        assert periods.FORMS in str(error)  # noqa: PT017
    else:
        assert period.text.isascii()


@pytest.mark.parametrize("text", ["0001", "9999", "9999-12-31", "9999-W52"])
@pytest.mark.parametrize("cutoffs", periods.CUTOFFS)
def test_the_ends_of_the_calendar_are_a_period_or_a_user_error(text, cutoffs):
    try:
        period = periods.parse(text, cutoffs)
        assert period.start < period.end
        assert period.label
    except UserError as error:
        assert periods.FORMS in str(error)  # noqa: PT017


def test_unknown_cutoffs():
    with pytest.raises(UserError, match="calendar, official"):
        periods.parse("2025", "offical")


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2026-07-14", "2025-07-14"), ("2024-02-29", "2023-02-28"), ("2026-W53", "2025-W52"), ("2026-W30", "2025-W30"),
        ("2026-01", "2025-01"), ("2026-Q3", "2025-Q3"), ("2026-H2", "2025-H2"), ("2026-9M", "2025-9M"),
        ("2026", "2025"), ("2025-12-15..2026-02-03", "2024-12-15..2025-02-03"),
    ],
)  # fmt: skip
def test_year_before(text, before):
    assert periods.year_before(periods.parse(text)) == periods.parse(before)


def test_year_before_keeps_the_cutoffs():
    period = periods.year_before(periods.parse("2026-Q3", "official"))
    assert (str(period.first_day), str(period.last_day)) == ("2025-06-15", "2025-09-14")
