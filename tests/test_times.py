"""Local times from text: exactly what was written, or nothing."""

from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import times

FORMS = ["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y%m%d%H%M%S", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y"]
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)).map(lambda moment: moment.replace(microsecond=0))


def read(*texts: str, forms=(*times.DAY_FIRST, "excel", *times.ISO), zone="Asia/Ho_Chi_Minh"):
    moments, date_only = times.parse(pd.Series(texts, dtype="str"), forms, zone)
    return [None if pd.isna(moment) else str(moment) for moment in moments], list(date_only)


@given(st.sampled_from(FORMS), st.lists(MOMENTS, max_size=5), st.booleans())
def test_what_is_written_is_read(form, moments, loosely):
    texts = [moment.strftime(form) for moment in moments]
    if loosely and "/" in form:
        texts = [text.removeprefix("0").replace("/0", "/") for text in texts]
    found, date_only = times.parse(pd.Series(texts, dtype="str"), [form])
    assert list(found) == [pd.Timestamp(datetime.strptime(moment.strftime(form), form)) for moment in moments]
    assert list(date_only) == ["%H" not in form] * len(moments)


WRITTEN = st.tuples(st.sampled_from(FORMS), MOMENTS).map(lambda pair: pair[1].strftime(pair[0]))


@settings(max_examples=40)
@given(st.lists(st.one_of(WRITTEN, st.text("0123456789/:- .TZ+", max_size=19)), max_size=4))
def test_no_text_is_read_otherwise_in_bulk_than_alone(texts):
    together, _ = read(*texts)
    assert together == [read(text)[0][0] for text in texts]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-07-01T08:30:00+07:00", "2025-07-01 08:30:00"),
        ("2025-07-01T01:30:00Z", "2025-07-01 08:30:00"),
        ("2025-06-30T20:30:00.123-0500", "2025-07-01 08:30:00"),
        ("2025-07-01 08:30:00.500", "2025-07-01 08:30:00"),
        ("01/07/2025 8:30:15 SA", "2025-07-01 08:30:15"),
        ("01/07/2025 8:30:15 CH", "2025-07-01 20:30:15"),
        ("01/07/2025 12:05 SA", "2025-07-01 00:05:00"),
        ("45839.354340277778", "2025-07-01 08:30:15"),
        ("31/02/2025", None),
        ("29/02/2025 08:00:00", None),
        ("01/07/2025 24:00:00", None),
        ("01/13/2025", None),
        ("01/07/25", None),
    ],
)
def test_forms_seen_in_exports(text, moment):
    # Beside a good one, so that the quick way is taken too.
    assert read(text, "02/07/2025 09:00:00")[0] == [moment, "2025-07-02 09:00:00"]


def test_times_of_another_zone_become_local():
    moments, _ = read("01/07/2025 01:30:00", "2025-07-01T01:30:00+07:00", "01/07/2025", zone="UTC")
    assert moments == ["2025-07-01 08:30:00", "2025-07-01 01:30:00", "2025-07-01 00:00:00"]


def test_order_of_day_and_month():
    texts = pd.Series(
        ["01/02/2025 08:00", "25/7/2025", "07/25/2025", "25/07/2025", "2025-07-25", "99/99/2025", "x", ""]
    )
    assert times.order(texts) == times.Order(day_first=2, month_first=1, either=1)
    forms = {"%d/%m/%Y": True, "%m-%d-%Y %H:%M": False, "%Y-%m-%d": None, "%d%m%Y": None, "excel": None}
    assert {form: times.day_first(form) for form in forms} == forms


def test_a_column_that_a_spreadsheet_has_turned():
    texts = [f"{day}/07/2025" for day in range(13, 20)]
    cells = [f"2025-{day:02d}-07" for day in range(1, 8)]  # 1 to 7 July, day taken for month

    def turned(values):
        column = pd.Series(values)
        return times.turned_by_spreadsheet(column, times.order(column))

    assert turned(texts + cells)
    assert turned([*texts, "05/07/2025", *cells, "2025-07-20"])  # one or the other was typed later
    assert not turned([*texts, "05/07/2025", "06/07/2025", *cells])
    assert not turned([*texts, *cells, "2025-07-20", "2025-07-21"])
    assert not turned(texts)
    assert not turned(cells)
