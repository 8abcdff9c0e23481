"""Flows over time add up to the period, at every step."""

import re

import pytest
from bs4 import BeautifulSoup

from helpers import areas, charts, cube, formats, outcomes, periods, slices, tables, trends


@pytest.mark.parametrize("every", ["D", "W-SUN", "M"])
def test_steps_add_up(small, every):
    part = slices.commune("08746", "2025-Q3", folder=small)
    flows = trends.flow(part.daily, part.period, every)
    total = cube.total(part.cube, []).iloc[0]
    for column, name in {
        "received": "received",
        "received_online": "online",
        "resolved": "resolved",
        "late": "late",
    }.items():
        assert flows[column].sum() == total[name]
    assert flows["pending"].iloc[-1] == total["pending"]
    assert len(flows) == {"D": 92, "W-SUN": 14, "M": 3}[every]


def test_pending_counts_what_was_carried_in_and_what_was_withdrawn(table):
    period = periods.parse("2025-07")
    rows = table(
        {"received_at": "2025-06-20"},
        {"received_at": "2025-06-20", "finished_at": "2025-07-02 10:00"},
        {"received_at": "2025-07-02", "finished_at": "2025-07-03 10:00", "status": 7},
        {"received_at": "2025-07-04 09:00", "finished_at": "2025-07-04 08:59"},
    )
    flows = trends.flow(trends.daily(outcomes.classify(rows, period), period), period, "D")
    assert list(flows["pending"].iloc[:5]) == [2, 2, 1, 1, 1]


@pytest.mark.parametrize(("text", "every"), [("2025-07", "D"), ("2025-Q3", "W-SUN"), ("2025", "W-SUN")])
def test_step_suits_the_period(text, every):
    assert trends.step(periods.parse(text)) == every


def test_months_divide_what_came_online_by_what_says_how_it_came(stored):
    rows = [
        {"received_at": "2025-07-02 09:00", "dossier_id": "1", "channel": "online"},
        {"received_at": "2025-07-03 09:00", "dossier_id": "2", "channel": "direct"},
        {"received_at": "2025-07-04 09:00", "dossier_id": "3", "channel": None},
        {"received_at": "2025-08-04 09:00", "dossier_id": "4", "channel": None},
    ]
    part = slices.commune("10972", "2025-07-01..2025-08-31", folder=stored(*rows))
    july, august, whole = tables.by_month(part).data.split("<tr")[2:]
    assert "50,00%" in july
    assert august.count(formats.NO_DATA) == 2, "no channel is known, which is not 0"
    assert "50,00%" in whole


def test_weekdays_and_hours_hold_what_came_with_a_time(table):
    rows = table(
        {"received_at": "2025-07-07 08:00"}, {"received_at": "2025-07-07 08:59"}, {"received_at": "2025-07-13 16:30"},
        {"received_at": "2025-07-08"}, {"received_at": "2025-06-30 08:00"},
    )  # fmt: skip
    rows.loc[3, "received_date_only"] = True
    counts = trends.by_hour(outcomes.classify(rows, periods.parse("2025-07")))
    assert counts.loc[0, 8] == 2
    assert counts.loc[6, 16] == 1
    assert counts.to_numpy().sum() == 3


def of_unit(code, period, folder):
    return (areas.of if len(code) == 2 else slices.commune)(code, period, folder=folder)


def steps_of(made):
    """Rows of a table over time: name of the step, and whether it has figures."""
    rows = BeautifulSoup(made.data, "html.parser").select("tbody tr:not(.total)")
    return [(row.th.get_text(), {cell.get_text() for cell in row("td")} != {"–"}) for row in rows]


@pytest.mark.parametrize("code", ["46", "19789"])
def test_after_the_last_day_of_data_nothing_is_known(small, code):
    """Days without data are not days on which nothing came: the sample of Huế ends on 14/07."""
    part = of_unit(code, "2025-Q3", small)
    said = "Chưa có dữ liệu sau ngày 14/07/2025."
    assert steps_of(tables.by_month(part)) == [("07/2025", True), ("08/2025", False), ("09/2025", False)]
    assert [known for _, known in steps_of(tables.by_week(part))] == [True] * 3 + [False] * 11
    for made in (
        tables.by_month(part),
        tables.by_week(part),
        tables.calendar(part),
        charts.flow(part),
        charts.backlog(part),
    ):
        assert said in made.data
    assert tables.calendar(part).data.count(">–<") == 78 + 11, "days, and their weeks"
    for made in (charts.flow(part), charts.backlog(part)):
        line = re.search(r'<path d="([^"]*)"[^>]*style="fill: none; stroke: var\(--accent\)', made.data)[1]
        assert len(re.findall("[ML]", line)) == 3
    assert "Cuối ngày 14/07/2025 có" in charts.backlog(part).data
    assert "uối kỳ" not in charts.backlog(part).data
    month = of_unit(code, "2025-07", small)
    assert [known for _, known in steps_of(tables.by_day(month))] == [True] * 14 + [False] * 17


def test_before_the_first_day_of_data_nothing_is_known(small):
    part = slices.commune("08746", "2025-04-01..2025-09-30", folder=small)
    assert [known for _, known in steps_of(tables.by_month(part))] == [False] * 3 + [True] * 3
    assert "Không có dữ liệu trước ngày 01/07/2025." in charts.flow(part).data
    full = slices.commune("08746", "2025-Q3", folder=small)
    assert "dữ liệu" not in charts.flow(full).data


def test_of_a_period_after_all_data_nothing_is_drawn(small):
    part = slices.commune("19789", "2025-Q4", folder=small)
    assert "<svg" not in charts.flow(part).data + charts.backlog(part).data
    assert "không có dữ liệu. Chưa có dữ liệu sau ngày" in charts.flow(part).data
    assert not any(known for _, known in steps_of(tables.by_month(part)))


def test_what_ends_after_the_last_receipt_is_known(stored):
    row = {"received_at": "2025-07-01 09:00", "finished_at": "2025-07-20 09:00"}
    part = slices.commune("10972", "2025-07", folder=stored(row))
    assert [known for _, known in steps_of(tables.by_day(part))] == [True] * 20 + [False] * 11
