"""Changes that are more than chance, and those that are not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import comparisons, headline, outcomes, periods, slices, tables, trends

JULY = periods.parse("2025-07")


def share(numerator: int, denominator: int) -> dict[str, float | None]:
    value = 100 * numerator / denominator if denominator else None
    return {"numerator": numerator, "denominator": denominator, "value": value}


def count(number: int) -> dict[str, float | None]:
    return {"numerator": number, "denominator": None, "value": number}


@pytest.mark.parametrize(
    ("now", "before", "verdict"),
    [
        (share(950, 1000), share(900, 1000), "up"),
        (share(9, 10), share(10, 10), "noise"),
        (share(900, 1000), share(950, 1000), "down"),
        (share(0, 50), share(0, 60), "noise"),
        (share(50, 50), share(60, 60), "noise"),
        (share(0, 0), share(5, 10), "none"),
    ],
)
def test_shares(now, before, verdict):
    assert comparisons.verdict("online_rate", now, before, (92, 91), 1.0) == verdict


@pytest.mark.parametrize(
    ("name", "now", "before", "days", "spread", "verdict"),
    [
        ("received", 1200, 1000, (30, 30), 1.0, "up"),
        ("received", 1200, 1000, (30, 30), 10.0, "noise"),
        ("received", 1200, 1000, (36, 30), 1.0, "noise"),
        ("pending", 1200, 1000, (36, 30), 1.0, "up"),
        ("received", 3, 1, (30, 30), 1.0, "noise"),
        ("received", 0, 0, (30, 30), 1.0, "noise"),
        ("received", 10, 100, (30, 30), 1.0, "down"),
    ],
)
def test_counts(name, now, before, days, spread, verdict):
    assert comparisons.verdict(name, count(now), count(before), days, spread) == verdict


@given(st.integers(0, 400), st.integers(1, 400), st.integers(0, 400), st.integers(1, 400))
def test_turned_round_the_verdict_turns_round(a, n, b, m):
    now, before = share(min(a, n), n), share(min(b, m), m)
    turned = {"up": "down", "down": "up", "noise": "noise"}
    there = comparisons.verdict("online_rate", now, before, (30, 30), 1.0)
    assert comparisons.verdict("online_rate", before, now, (30, 30), 1.0) == turned[there]


def test_chance_alone_is_rarely_called_a_change():
    """Two periods of the same office: about one in a hundred is called up or down, for counts that vary more, too."""
    chance = np.random.default_rng(7)
    weeks = chance.negative_binomial(20, 20 / 120, (400, 26))  # mean 100, variance 600
    called = 0
    for now, before in zip(weeks[:, :13], weeks[:, 13:], strict=True):
        spread = max(1.0, now.var(ddof=1) / now.mean())
        verdict = comparisons.verdict("received", count(int(now.sum())), count(int(before.sum())), (91, 91), spread)
        called += verdict != "noise"
    assert called <= 12, called


def _dispersion(rows, period):
    daily = trends.daily(outcomes.classify(rows, period), period)
    return comparisons.dispersion(trends.flow(daily, period, "D"), period)


def test_dispersion(table):
    days = [f"2025-07-{day:02d} 09:00" for day in range(1, 29)]
    even = table(*({"received_at": day} for day in days))
    assert _dispersion(even, JULY) == 1.0
    uneven = table(*({"received_at": "2025-07-02 09:00"} for _ in range(40)), {"received_at": "2025-07-20 09:00"})
    assert _dispersion(uneven, JULY) > 10
    week = periods.parse("2025-W27")
    assert _dispersion(uneven, week) == 1.0


def test_a_working_day_is_the_measure(stored):
    """As many dossiers each working day in March as in February 2026, which had Tết: no change."""
    days = pd.bdate_range("2026-01-26", "2026-04-03", freq="B")
    off = pd.to_datetime(["2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20"])
    rows = [{"received_at": f"{day:%Y-%m-%d} 09:00"} for day in days.difference(off) for _ in range(12)]
    folder = stored(*({**row, "dossier_id": f"A-{n}"} for n, row in enumerate(rows)))
    march = slices.commune("10972", "2026-03", folder=folder)
    (period, before), *_ = headline.earlier(march)
    assert comparisons.verdicts(march, period, before)["received"] == "noise"


def test_a_period_that_is_not_filled_is_not_judged(stored):
    rows = [{"received_at": f"2025-06-{day:02d} 09:00", "dossier_id": f"A-{day}"} for day in range(1, 31)]
    rows += [{"received_at": "2025-07-01 09:00", "dossier_id": "B"}]
    part = slices.commune("10972", "2025-07", folder=stored({"received_at": "2025-05-28 09:00"}, *rows))
    (period, before), *_ = headline.earlier(part)
    assert set(comparisons.verdicts(part, period, before).values()) == {"none"}
    assert "Dữ liệu của kỳ chưa đủ nên không nhận xét tăng, giảm." in tables.changes(part).data


def test_both_earlier_periods_stand_beside(stored):
    rows = [
        {"received_at": f"{month}-10 09:00", "channel": "online", "dossier_id": f"{month} {number}"}
        for month, many in (("2024-07", 3), ("2025-06", 2), ("2025-07", 4))
        for number in range(many)
    ]
    folder = stored({"received_at": "2024-06-25 09:00"}, *rows)
    part = slices.commune("10972", "2025-07", folder=folder)
    shown = tables.changes(part).data
    assert all(label in shown for label in ("Tháng 7/2025", "Tháng 6/2025", "Tháng 7/2024"))
    received = shown.partition("Tiếp nhận trong kỳ")[2].partition("</tr>")[0]
    assert [text for text in ("4", "2", "+2", "3", "+1") if f">{text}<" in received] == ["4", "2", "+2", "3", "+1"]
    early = slices.commune("10972", "2024-07", folder=folder)
    assert "Chưa có dữ liệu của kỳ trước" in tables.changes(early).data
