"""Indicators: declared once, computed from the cube; the published figures come out of the sample."""

from fractions import Fraction
from math import floor

import pandas as pd
import pytest

from helpers import areas, cube, formats, indicators, outcomes, periods, slices
from helpers.errors import UserError

JULY = periods.parse("2025-07")


def _computed(rows: pd.DataFrame) -> pd.DataFrame:
    return indicators.compute(cube.count(outcomes.classify(rows, JULY)))


def test_declared_list_is_sound():
    names = [indicator.name for indicator in indicators.INDICATORS]
    assert len(set(names)) == len(names)
    for indicator in indicators.INDICATORS:
        assert (indicator.denominator is None) == (indicator.unit == "dossiers"), indicator.name
        for count in filter(None, (indicator.numerator, indicator.denominator)):
            assert set(count.where) <= set(cube.DIMENSIONS)
            assert {count.measure, count.known} - {None} <= set(cube.MEASURES)
        assert not indicator.rate or indicators.get(indicator.rate).denominator is not None
    assert indicators.with_target(("31",), pd.Timestamp("2025-07-28"))


def test_a_target_for_no_indicator_is_an_error(own_reference):
    with (own_reference / "targets.csv").open("a", encoding="utf-8") as file:
        file.write("in_tme_rate,31,at_least,90,2025-07-01,,Văn bản thử\n")
    with pytest.raises(UserError, match=r"targets\.csv: no rate 'in_tme_rate'"):
        indicators.with_target(("31",), pd.Timestamp("2025-07-28"))


def test_a_target_for_a_count_is_an_error(own_reference):
    with (own_reference / "targets.csv").open("a", encoding="utf-8") as file:
        file.write("late,31,at_most,0,2025-07-01,,Văn bản thử\n")
    with pytest.raises(UserError, match=r"targets\.csv: no rate 'late'"):
        indicators.with_target(("31",), pd.Timestamp("2025-07-28"))


def test_unknown_channels_are_in_no_online_rate(table):
    computed = _computed(table({"channel": "online"}, {"channel": None}, {"channel": None}))
    assert indicators.one(computed, "online_rate") == {"numerator": 1, "denominator": 1, "value": 100}


def test_missing_is_not_zero(table):
    computed = _computed(table({"channel": None}, {"channel": None}))
    for name in ("received_online", "online_rate", "online_payment_rate", "digitised_rate", "fully_online_rate"):
        assert indicators.one(computed, name)["numerator"] is None, name
        assert indicators.one(computed, name)["value"] is None
    computed = _computed(table({"channel": "direct", "fee_due": True, "paid_online": False}))
    assert indicators.one(computed, "online_rate") == {"numerator": 0, "denominator": 1, "value": 0}
    assert indicators.one(computed, "online_payment_rate") == {"numerator": 0, "denominator": 1, "value": 0}
    for name in ("in_time_rate", "late_rate", "pending_overdue_rate", "overdue_rate", "progress_rate"):
        assert indicators.one(computed, name)["numerator"] is None, "no due date, so nobody knows what is late"
        assert indicators.one(computed, name)["value"] is None


def test_dossiers_without_due_date_are_in_no_rate_of_time(table):
    computed = _computed(
        table(
            {"due_at": "2025-07-20 10:00", "finished_at": "2025-07-11 10:00"},
            {"due_at": "2025-07-20 10:00", "finished_at": "2025-07-21 10:00"},
            {"due_at": None, "finished_at": "2025-07-11 10:00"},
        )
    )
    assert indicators.one(computed, "in_time_rate") == {"numerator": 1, "denominator": 2, "value": 50}
    assert indicators.one(computed, "resolved")["numerator"] == 3


def test_groups_add_up(small):
    part = areas.of("31", "2025-07-01..2025-07-28", folder=small)
    whole = part.computed.set_index("indicator")[["numerator", "denominator"]]
    for by in (["commune"], ["field"], ["commune", "field"]):
        sums = indicators.compute(part.cube, by).groupby("indicator")[["numerator", "denominator"]].sum(min_count=1)
        assert sums.loc[whole.index].equals(whole), by


def test_all_at_once_are_the_same_as_one_by_one(table):
    computed = _computed(table({"channel": "online", "due_at": "2025-07-20 10:00"}, {"channel": None}))
    figures = indicators.figures(computed)
    assert figures == {each.name: indicators.one(computed, each.name) for each in indicators.INDICATORS}
    assert figures["online_rate"] == {"numerator": 1, "denominator": 1, "value": 100}
    assert figures["received"] == {"numerator": 2, "denominator": None, "value": 2}


def test_one_names_what_there_is():
    with pytest.raises(UserError, match="online_rate"):
        indicators.get("online")


# published name: indicator whose count it is, or whose rate
PUBLISHED = {
    "received": "received", "received_online": "received_online", "online_rate_pct": "online_rate",
    "resolved": "resolved", "resolved_rate_pct": "resolved_rate", "resolved_early": "early",
    "early_rate_pct": "early_rate", "in_time_rate_pct": "in_time_rate", "resolved_overdue": "late",
    "overdue": "late", "pending": "pending", "pending_rate_pct": "pending_rate",
    "pending_overdue": "pending_overdue", "online_payment_rate_pct": "online_payment_rate",
}  # fmt: skip
UNITS = {
    "duong_an": "10972", "xuan_hoa": "08746", "ninh_giang": "11203", "hai_phong": "31", "hue": "46",
    "hue_phu_vang": "19942", "hue_huong_an": "19804", "hue_thuan_hoa": "19789",
}  # fmt: skip


def test_published_figures(small, shared):
    """Every published figure that dossiers can give, to the digits that were printed."""
    figures = pd.read_csv(shared / "published_figures.csv", dtype=str)
    figures = figures[figures["source"].isin(UNITS) & figures["indicator"].isin(PUBLISHED)]
    assert len(figures) == 32
    for (source, period), group in figures.groupby(["source", "period"]):
        code = UNITS[source]
        part = (areas.of if len(code) == 2 else slices.commune)(code, period, folder=small)
        assert part.broken == []
        for name, printed in zip(group["indicator"], group["value"], strict=True):
            figure = indicators.one(part.computed, PUBLISHED[name])
            if name.endswith("_pct"):
                scale = 10 ** len(printed.partition(".")[2])
                value = scale * 100 * Fraction(int(figure["numerator"]), int(figure["denominator"]))
                # Articles round, or cut: 85,106 is printed as 85,10.
                assert Fraction(printed) * scale in (floor(value + Fraction(1, 2)), floor(value)), (source, name)
            else:
                assert figure["numerator"] == int(printed), (source, name)


def test_published_ranks(small):
    part = areas.of("46", "2025-07-01..2025-07-14", folder=small)
    positions = part.peers.positions.set_index(["indicator", "commune"])["position"]
    assert part.peers.compared == part.peers.communes == 40
    assert positions["online_rate", "19942"] == 1
    assert positions["in_time_rate", "19804"] == 1
    figure = indicators.one(slices.commune("19804", "2025-07-01..2025-07-14", folder=small).computed, "in_time_rate")
    assert formats.percent(figure["numerator"], figure["denominator"]) == "91,00%"
