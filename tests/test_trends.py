"""Flows over time add up to the period, at every step."""

import pytest

from helpers import cube, formats, outcomes, periods, slices, tables, trends


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
