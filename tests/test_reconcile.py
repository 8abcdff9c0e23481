"""Reported figures against dossiers and against each other: what agrees, by which reading, and what never does."""

from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers import reconcile, reported, slices
from helpers.errors import UserError

PUBLISHED = [
    ("10972", "2025-07-01..2025-11-26", {"online_rate_pct": "cut", "in_time_rate_pct": "rounded"}),
    ("11203", "2025-07-01..2025-10-18", dict.fromkeys(
        ["early_rate_pct", "online_rate_pct", "online_payment_rate_pct"], "rounded")),
    ("08746", "2025-Q3", dict.fromkeys(
        ["online_rate_pct", "resolved_rate_pct", "early_rate_pct", "pending_rate_pct"], "rounded")),
]  # fmt: skip


@pytest.fixture(scope="module")
def xuan_hoa(small) -> slices.Slice:
    return slices.commune("08746", "2025-Q3", folder=small)


def _with(part: slices.Slice, *rows: tuple[str, str], source: str = "A") -> slices.Slice:
    """The slice of a unit that reported these figures and no others."""
    figures = [(name, Decimal(value), source, "") for name, value in rows]
    return replace(part, reported=pd.DataFrame(figures, columns=reported.COLUMNS, dtype="object"))


def _by_name(rows: pd.DataFrame) -> dict[str, dict[str, object]]:
    return {row["indicator"]: row for row in rows.to_dict("records")}


@pytest.mark.parametrize(("unit", "period", "inexact"), PUBLISHED)
def test_published_figures_agree_with_the_dossiers_of_the_sample(small, unit, period, inexact):
    rows = _by_name(reconcile.compare(slices.commune(unit, period, folder=small)))
    assert {name: row["state"] for name, row in rows.items()} == {**dict.fromkeys(rows, "agree"), **inexact}
    assert len(rows) >= 5


def test_duong_an_counts_as_overdue_what_was_resolved_late(small):
    part = slices.commune("10972", "2025-07-01..2025-11-26", folder=small)
    overdue = _by_name(reconcile.compare(part))["overdue"]
    assert (overdue["formula"], overdue["numerator"]) == ("late", 14)
    assert overdue["others"] == (("pending_overdue", 0, None, "differ"),)
    inside = _by_name(reconcile.arithmetic(part))
    assert {name: (row["formula"], row["state"]) for name, row in inside.items()} == {
        "online_rate_pct": ("received_online/received", "cut"),
        "in_time_rate_pct": ("resolved-overdue/resolved", "rounded"),
    }


def test_xuan_hoa_adds_up(xuan_hoa):
    rows = _by_name(reconcile.arithmetic(xuan_hoa))
    assert (rows["received"]["formula"], rows["received"]["state"]) == ("resolved+pending", "agree")
    assert rows["early_rate_pct"]["formula"] == "resolved_early/resolved"
    assert {row["state"] for row in rows.values()} == {"agree", "rounded"}
    whole = reconcile.parts(xuan_hoa).set_index("indicator")["whole"].to_dict()
    assert whole["pending_overdue"] == "pending"


def test_the_reading_that_agrees_is_found(xuan_hoa):
    """33 were resolved late and 30 are pending overdue: one number can mean three."""
    for value, formula, state in [
        ("33", "late", "agree"), ("63", "late+pending_overdue", "agree"), ("30", "pending_overdue", "agree"),
        ("31", "late", "differ"),
    ]:  # fmt: skip
        row = reconcile.compare(_with(xuan_hoa, ("overdue", value))).iloc[0]
        assert (row["formula"], row["state"], len(row["others"])) == (formula, state, 2)
    apart = [("resolved_overdue", "33"), ("pending_overdue", "30")]
    for value, formula in [("63", "resolved_overdue+pending_overdue"), ("33", "resolved_overdue")]:
        row = reconcile.arithmetic(_with(xuan_hoa, ("overdue", value), *apart)).iloc[0]
        assert (row["formula"], row["state"]) == (formula, "agree")


def test_what_dossiers_do_not_tell_and_a_period_they_do_not_fill_are_no_difference(stored):
    part = slices.commune("10972", "2025-07", folder=stored({"received_at": "2025-07-30 09:00"}))
    told = _with(part, ("online_rate_pct", "50"), ("received", "2"), ("visits", "3"))
    assert reconcile.compare(told)["state"].tolist() == ["no_data", "incomplete"]
    filled = replace(told, data_from=part.period.start)
    assert reconcile.compare(filled)["state"].tolist() == ["no_data", "differ"]


def test_figures_of_two_sources_are_not_mixed(xuan_hoa):
    one = _with(xuan_hoa, ("received", "10"), ("received_online", "20"), source="A").reported
    two = _with(xuan_hoa, ("resolved", "4"), ("pending", "5"), source="B").reported
    mixed = replace(xuan_hoa, reported=pd.concat([one, two]))
    assert reconcile.arithmetic(mixed).empty
    assert reconcile.parts(mixed)[["value", "of"]].to_numpy().tolist() == [[20, 10]]


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 4), st.sampled_from([ROUND_HALF_UP, ROUND_DOWN]))
@example(7600, 8930, 2, ROUND_DOWN)
@example(1, 8, 2, ROUND_HALF_UP)
def test_a_figure_derived_from_counts_never_differs_and_one_moved_beyond_rounding_always_does(part, whole, digits, how):
    part = min(part, whole)
    step = Decimal(1).scaleb(-digits)
    exact = Decimal(100 * part) / whole  # 28 digits: none of such counts comes nearer to a bound of rounding
    printed = exact.quantize(step, rounding=how)
    assert reconcile.judge(printed, part, whole) in reconcile.HOLDS
    half_up, cut = (exact.quantize(step, rounding=each) for each in (ROUND_HALF_UP, ROUND_DOWN))
    assert reconcile.judge(half_up + step, part, whole) == "differ"
    assert reconcile.judge(cut - step, part, whole) == "differ"
    assert reconcile.judge(Decimal(part), part) == "agree"
    assert reconcile.judge(Decimal(part + 1), part) == "differ"


@given(st.integers(1, 5000), st.tuples(*[st.integers(0, 5000)] * 4), st.integers(0, 3), st.integers(1, 50))
def test_figures_made_from_counts_add_up_and_one_that_was_changed_does_not(xuan_hoa, early, counts, digits, off):
    on_time, late, in_time, overdue = counts
    resolved, pending = early + on_time + late, in_time + overdue
    received = resolved + pending

    def rate(numerator: int, denominator: int) -> str:
        return str((Decimal(100 * numerator) / denominator).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))

    figures = {
        "received": str(received), "resolved": str(resolved), "resolved_early": str(early),
        "resolved_on_time": str(on_time), "resolved_overdue": str(late), "pending": str(pending),
        "pending_in_time": str(in_time), "pending_overdue": str(overdue),
        "resolved_rate_pct": rate(resolved, received), "in_time_rate_pct": rate(early + on_time, resolved),
        "pending_rate_pct": rate(pending, received),
    }  # fmt: skip
    rows = reconcile.arithmetic(_with(xuan_hoa, *figures.items()))
    assert set(rows["state"]) <= set(reconcile.HOLDS)
    assert {"received", "resolved", "pending", "in_time_rate_pct"} <= set(rows["indicator"])
    parts = reconcile.parts(_with(xuan_hoa, *figures.items()))
    assert (parts["value"] <= parts["of"]).all()
    changed = {**figures, "received": str(received + off)}
    assert _by_name(reconcile.arithmetic(_with(xuan_hoa, *changed.items())))["received"]["state"] == "differ"


def test_a_formula_that_names_nothing_is_told(xuan_hoa, own_reference):
    path = own_reference / "reported_names.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace(",received_online/received,", ",online/received,"), "utf-8"
    )
    with pytest.raises(UserError, match=r"reported_names\.csv: equals of online_rate_pct names an unknown 'online'"):
        reconcile.arithmetic(xuan_hoa)
