"""The score by QĐ 766: the worked example, what is missing stays missing, and nobody is ranked by what others lack."""

from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from helpers import cube, formats, indicators, outcomes, periods, ranking, reference, reported, scores

RATES = {"progress": "progress_rate", "paid_dossiers": "online_payment_rate", "e_results": "e_result_rate",
         "digitised": "digitised_rate"}  # fmt: skip
MOST = {component.name: component.most for component in scores.COMPONENTS}
PERCENTAGES = ["e_copies_pct", "data_reuse_pct", "citizen_store_pct", "population_database_pct",
               "feedback_on_time_pct", "feedback_satisfaction_pct", "satisfaction_pct"]  # fmt: skip
COUNTS = ["procedures_with_fee", "feedback_received", "feedback_on_time"]
GIVEN_POINTS = ["openness_766_points", "online_services_766_points"]
NO_PROCEDURES = pd.DataFrame(columns=["commune", "procedure", "with_fee", "fee_paid_online"])


def _computed(units):
    """The table of indicators: of every unit the counts of its rates, by the component that they make."""
    rows = []
    for name, rate in RATES.items():
        for unit, counts in units.items():
            numerator, denominator = counts.get(name) or (None, None)
            rows.append((unit, rate, numerator, denominator, 100 * numerator / denominator if denominator else None))
    table = pd.DataFrame(rows, columns=["commune", "indicator", "numerator", "denominator", "value"])
    return table.astype({"numerator": "Int64", "denominator": "Int64", "value": "Float64"})


def _reported(**figures):
    rows = [(name, Decimal(str(value)), "A", "") for name, value in figures.items()]
    return pd.DataFrame(rows, columns=reported.COLUMNS, dtype="object")


def _procedures(unit, *counts):
    rows = [(unit, f"1.{place:06d}", with_fee, paid) for place, (with_fee, paid) in enumerate(counts)]
    return pd.DataFrame(rows, columns=NO_PROCEDURES.columns)


def _of_one(counts=None, procedures=NO_PROCEDURES, **figures):
    """Points of one unit, those without data left out."""
    table = scores.points(_computed({"10972": counts or {}}), procedures, {"10972": _reported(**figures)}, "commune")
    return table.dropna().set_index("component")["points"].to_dict()


def test_the_declared_list_is_that_of_the_decision():
    groups = {}
    for component in scores.COMPONENTS:
        groups[component.group] = groups.get(component.group, 0) + component.most
    assert list(groups.values()) == [18, 20, 12, 10, 22, 18]
    assert sum(groups.values()) == scores.WHOLE == 100
    assert len(MOST) == len(scores.COMPONENTS)
    units = {name: row["unit"] for name, row in reported.names().items()}
    for names, unit in ((PERCENTAGES, "percent"), (COUNTS, "count"), (GIVEN_POINTS, "points")):
        assert {units[name] for name in names} == {unit}


def test_the_worked_example(table):
    """6684 dossiers, 5830 of them in time: 87,22 %, 17,44 points."""
    due = {"due_at": "2025-07-15 10:00"}
    rows = table({**due, "finished_at": "2025-07-10 10:00"}, {**due, "finished_at": "2025-07-20 10:00"})
    counts = cube.count(outcomes.classify(rows, periods.parse("2025-07")))
    many = counts["outcome"].map({"early": 5830, "late": 854})
    counts[cube.MEASURES] = counts[cube.MEASURES].mul(many, axis=0)
    computed = indicators.compute(counts, ["commune"])
    progress = indicators.one(computed, "progress_rate")
    assert formats.percent(progress["numerator"], progress["denominator"]) == "87,22%"
    points = scores.points(computed, NO_PROCEDURES, {}, "commune")
    assert formats.decimal(points.set_index("component")["points"]["progress"]) == "17,44"
    total = scores.totals(points, "commune").iloc[0]
    assert (formats.decimal(total["points"]), total["covered"]) == ("17,44", 20)


def test_without_data_is_missing_and_not_nothing():
    units = {"00001": {"progress": (0, 7)}, "00002": {}}
    points = scores.points(_computed(units), NO_PROCEDURES, {}, "commune")
    assert points["component"].tolist() == 2 * list(MOST)
    assert points.dropna()[["commune", "component", "points"]].to_numpy().tolist() == [["00001", "progress", 0.0]]
    totals = scores.totals(points, "commune").set_index("commune")
    assert totals["covered"].to_dict() == {"00001": 20, "00002": 0}
    assert totals["points"].isna().tolist() == [False, True]
    assert totals["position"].isna().all(), "one unit alone is first of nobody"
    to_win = scores.to_win(points, "commune").set_index("commune")
    assert to_win.loc["00001"].tolist() == ["progress", 20.0]
    assert to_win.loc["00002"].isna().all()


@pytest.mark.parametrize(
    ("figures", "points"),
    [
        ({"feedback_received": 0}, {"feedback_on_time": 6, "feedback_satisfied": 6}),
        ({"feedback_received": 40, "feedback_on_time": 30}, {"feedback_on_time": 4.5}),
        ({"feedback_received": 40, "feedback_on_time": 30, "feedback_on_time_pct": "75.5"}, {"feedback_on_time": 4.53}),
        ({"feedback_received": 40, "feedback_on_time": 41}, {}),
        ({"feedback_on_time": 30, "feedback_satisfaction_pct": 0}, {"feedback_satisfied": 0}),
        ({"satisfaction_pct": "85.275"}, {"service_satisfied": 5.685}),
        ({"satisfaction_pct": 90}, {"service_satisfied": 6}),
        ({"satisfaction_pct": 100}, {"service_satisfied": 6}),
        ({"openness_766_points": "17.5", "online_services_766_points": 12}, {"openness": 17.5, "online_services": 12}),
        ({"openness_766_points": "18.5", "online_services_766_points": "12.01"}, {}),
        ({"e_copies_pct": 50, "data_reuse_pct": 0}, {"e_copies": 1, "data_reuse": 0}),
        ({"citizen_store_pct": "12.5"}, {"citizen_store": 0.5}),
        ({"population_database_pct": 100}, {"population_database": 4}),
        ({"received": 8930}, {}),
    ],
)  # fmt: skip
def test_points_from_what_was_reported(figures, points):
    assert _of_one(**figures) == points


@pytest.mark.parametrize(
    ("paid", "counts", "with_fee", "points"),
    [
        ((3, 3), [(1, 1)] * 10, 10, [6, 2, 2]),
        ((1, 4), [(2, 1), (1, 0), (1, 0), (0, 0)], 10, [1.5, 0.25, 0.75]),
        ((0, 4), [(4, 0)], 10, [0, 0, 0.25]),
        ((1, 4), [(2, 1), (2, 0)], None, [1.5, None, None]),
        ((1, 4), [], 10, [1.5, None, None]),
        ((1, 4), [(2, 1), (2, 0)], 1, [1.5, None, None]),  # more of them had dossiers than there are
        ((1, 4), [(2, 1), (2, 0)], 0, [1.5, None, None]),
        ((None, 4), [(2, 0), (2, 0)], 10, [None, None, 0.5]),
        ((None, None), [(0, 0), (0, 0)], 10, [None, None, None]),
    ],
)
def test_payment(paid, counts, with_fee, points):
    """6 A + min(2; 2,5 B) + min(2; 2,5 C): never above 10, and only A without the number of procedures with a fee."""
    figures = {} if with_fee is None else {"procedures_with_fee": with_fee}
    computed = _computed({"10972": {"progress": (1, 1)}})
    chosen = computed["indicator"] == "online_payment_rate"
    value = None if None in paid else 100 * paid[0] / paid[1]
    computed.loc[chosen, ["numerator", "denominator", "value"]] = [*paid, value]
    procedures = pd.concat([_procedures("10972", *counts), _procedures("99999", (5, 5))])
    nameless = pd.DataFrame([("10972", "", 3, 3), ("10972", None, 3, 3)], columns=procedures.columns)
    found = scores.points(
        computed, pd.concat([procedures, nameless]), {"10972": _reported(**figures)}, "commune"
    ).set_index("component")["points"]
    names = ["paid_dossiers", "paid_procedures", "used_procedures"]
    assert [None if pd.isna(found[name]) else found[name] for name in names] == points


def test_of_several_sources_the_first_counts():
    rows = pd.concat([_reported(satisfaction_pct=45), _reported(satisfaction_pct=90)])
    points = scores.points(_computed({"10972": {}}), NO_PROCEDURES, {"10972": rows}, "commune")
    assert points["points"].dropna().tolist() == [3.0]


def test_nobody_is_ranked_by_what_others_lack():
    units = {f"{place:05d}": {"progress": (place, 10), "e_results": (5, 10)} for place in range(1, 10)}
    units["00010"] = {"e_results": (10, 10)}
    figures = {"00001": _reported(openness_766_points=18, satisfaction_pct=100)}
    points = scores.points(_computed(units), NO_PROCEDURES, figures, "commune")
    assert scores.common(points, "commune") == ["progress", "e_results"]
    totals = scores.totals(points, "commune").set_index("commune")
    assert totals["position"].dropna().to_dict() == {f"{place:05d}": 10 - place for place in range(1, 10)}
    assert (set(totals["compared"]), set(totals["common_covered"])) == ({9}, {26})
    first = totals.loc["00001"]
    assert first[["points", "covered", "common_points"]].tolist() == [2 + 3 + 18 + 6, 50, 5]
    assert totals.loc["00010", ["points", "covered"]].tolist() == [6, 6]
    assert pd.isna(totals.loc["00010", "common_points"])
    # Without a component that enough of the units have, there is nothing to compare them by.
    few = points[points["commune"].isin(["00001", "00010"]) & (points["component"] != "e_results")]
    assert scores.common(few, "commune") == []
    assert scores.totals(few, "commune")["position"].isna().all()


def test_what_would_move_a_unit_most():
    units = {
        "00001": {"progress": (7, 10), "e_results": (0, 10)},  # 6 points each
        "00002": {"progress": (9, 10), "digitised": (0, 10)},
        "00003": {"progress": (9, 9)},
    }
    to_win = scores.to_win(scores.points(_computed(units), NO_PROCEDURES, {}, "commune"), "commune")
    assert to_win["component"].fillna("").tolist() == ["progress", "digitised", ""]
    assert to_win["gap"].tolist() == [6, 4, 0]


@pytest.mark.parametrize(
    ("points", "covered", "name"),
    [
        (100, 100, "Xuất sắc"), (90, 100, "Xuất sắc"), (89.999, 100, "Tốt"), (80, 100, "Tốt"), (79.999, 100, "Khá"),
        (70, 100, "Khá"), (69.999, 100, "Trung bình"), (50, 100, "Trung bình"), (49.999, 100, "Yếu"), (0, 100, "Yếu"),
        (36, 36, None), (98, 98, None), (pd.NA, 0, None), (None, 0, None),
    ],
)  # fmt: skip
def test_bands(points, covered, name):
    assert scores.band(points, covered) == name


def test_bands_are_those_of_the_table(own_reference):
    (own_reference / "bands.csv").write_text("name,at_least\nĐạt,62.5\nGiỏi,95\n", encoding="utf-8")
    assert [scores.band(points, 100) for points in (62, 62.5, 95)] == [None, "Đạt", "Giỏi"]
    assert reference.table("bands")["name"].tolist() == ["Đạt", "Giỏi"]


# --- whatever the data ------------------------------------------------------------------------------------------

_counts = st.none() | st.sampled_from([(0, 1), (1, 1), (1, 2), (2, 4), (1, 3), (2, 3), (5830, 6684)])
_unit = st.fixed_dictionaries(dict.fromkeys(RATES, _counts))
_units = st.lists(_unit, min_size=1, max_size=8).map(
    lambda units: {f"{place:05d}": unit for place, unit in enumerate(units)}
)
_figure = (
    st.tuples(st.sampled_from(PERCENTAGES + GIVEN_POINTS), st.decimals(0, 100, places=2))
    | st.tuples(st.sampled_from(GIVEN_POINTS), st.integers(0, 18))
    | st.tuples(st.sampled_from(COUNTS), st.integers(0, 6))
)  # fmt: skip
_figures = st.lists(_figure, max_size=9).map(dict)
_use = st.lists(st.integers(0, 3).flatmap(lambda fee: st.tuples(st.just(fee), st.integers(0, fee))), max_size=4)


@st.composite
def _data(draw):
    """Units with any data: what ``points`` takes."""
    units = draw(_units)
    figures = {unit: _reported(**draw(_figures)) for unit in units if draw(st.booleans())}
    procedures = pd.concat([_procedures(unit, *draw(_use)) for unit in units])
    return _computed(units), procedures, figures, "commune"


@given(_data())
@hypothesis_settings(max_examples=30)
def test_no_component_gives_less_than_nothing_or_more_than_its_most(data):
    points = scores.points(*data)
    known = points.dropna()
    assert known["points"].between(0, known["most"]).all()
    totals = scores.totals(points, "commune").set_index("commune")
    covered = known.groupby("commune")["most"].sum().reindex(totals.index, fill_value=0)
    assert totals["covered"].tolist() == covered.tolist()
    assert (totals["covered"] <= 100).all()
    assert (totals["points"].fillna(0) <= totals["covered"]).all()
    assert (totals["points"].isna() == (totals["covered"] == 0)).all()


@given(_data(), _figure, st.integers(0, 7))
@hypothesis_settings(max_examples=30)
def test_what_is_known_stays_known_when_more_is_reported(data, figure, place):
    computed, procedures, figures, key = data
    before = scores.points(*data)
    unit = f"{place:05d}"
    more = pd.concat([figures.get(unit, _reported()), _reported(**dict([figure]))])
    after = scores.points(computed, procedures, {**figures, unit: more}, key)
    assert not (before["points"].notna() & after["points"].isna()).any()
    others = before["commune"] != unit
    assert after[others].equals(before[others])


@given(_data(), st.randoms(use_true_random=False))
@hypothesis_settings(max_examples=15)
def test_the_order_of_the_rows_does_not_matter(data, random):
    computed, procedures, figures, key = data
    points = scores.points(*data)
    shuffled = [rows.iloc[random.sample(range(len(rows)), len(rows))] for rows in (computed, procedures)]
    again = scores.points(*shuffled, figures, key)
    assert scores.totals(again, key).equals(scores.totals(points, key))
    assert scores.to_win(again, key).equals(scores.to_win(points, key))


NOTHING = dict.fromkeys(RATES)
# Equal sums, but not of the binary numbers that stand for them; and five units of which only one has what four have.
TIED = [{"progress": (1, 3), "digitised": (2, 3)}, {"progress": (4, 15), "digitised": (1, 1)}]
SCATTERED = [dict.fromkeys(set(RATES) - {name}, (1, 2)) for name in [*RATES, ""]]


@given(_units)
@example({str(place): NOTHING | unit for place, unit in enumerate(TIED)})
@example({str(place): NOTHING | unit for place, unit in enumerate(SCATTERED)})
@hypothesis_settings(max_examples=50)
def test_positions_are_those_of_exact_sums(units):
    """Against fractions: ties share a position (1, 1, 3), and only what enough of the units have counts."""
    shared = [name for name in RATES if ranking.enough(sum(bool(unit[name]) for unit in units.values()), len(units))]
    exact = {
        code: sum(MOST[name] * Fraction(*unit[name]) for name in shared)
        for code, unit in units.items()
        if shared and all(unit[name] for name in shared)
    }
    expected = {code: 1 + sum(other > own for other in exact.values()) for code, own in exact.items()}
    totals = scores.totals(scores.points(_computed(units), NO_PROCEDURES, {}, "commune"), "commune")
    ranked = totals.dropna(subset="position")
    assert ranked.set_index("commune")["position"].to_dict() == (expected if len(exact) > 1 else {})
    assert set(totals["compared"]) == {len(ranked)}
