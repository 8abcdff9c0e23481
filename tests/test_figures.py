"""Figures for other systems: a layout that stays, a dictionary that tells all of it, and no count that is made up."""

from pathlib import Path

import pandas as pd
import pytest

from helpers import areas, figures, indicators, reference, scores
from helpers.batch import jobs
from helpers.figures import LAYOUT, VERSION, english

FIXTURES = Path(__file__).parent / "fixtures"
KEYS = {"indicators": ["unit", "indicator"], "scores": ["unit", "component"], "ranking": ["unit"]}
TYPES = {"str": "text", "Int64": "integer", "Float64": "number", "datetime64[s]": "date"}


@pytest.fixture(scope="module")
def city(small):
    return areas.of("31", "2025-07-01..2025-07-28", folder=small)


@pytest.fixture(scope="module")
def tables(city):
    return {name: figures.table(city, name) for name in LAYOUT}


def test_columns_and_codes_do_not_change_without_a_new_version(tables):
    """Other systems read by these names: whoever renames or removes one raises VERSION and adds its layout beside this.

    One more indicator is one more column, which breaks nobody.
    """
    pinned = pd.read_csv(FIXTURES / f"figures-layout-{VERSION}.csv", dtype="str").fillna("")
    now = tables["dictionary"][list(pinned)].fillna("").itertuples(index=False, name=None)
    assert [row for row in now if row in set(pinned.itertuples(index=False, name=None))] == [
        *pinned.itertuples(index=False, name=None)
    ]
    of_columns = tables["dictionary"][tables["dictionary"]["code"].isna()]
    made = [TYPES[str(dtype)] for rows in tables.values() for dtype in rows.dtypes]
    assert of_columns["type"].tolist() == made
    assert all((rows["layout_version"] == VERSION).all() for rows in tables.values())


def test_the_dictionary_tells_every_column_and_every_code(tables):
    told = tables["dictionary"]
    assert not told.duplicated(["table_name", "column_name", "code"]).any()
    assert told[["meaning_vi", "meaning_en", "label", "type"]].notna().all(axis=None)
    of_columns = told[told["code"].isna()]
    columns = [(name, column) for name, rows in tables.items() for column in rows.columns]
    assert list(zip(of_columns["table_name"], of_columns["column_name"], strict=True)) == columns
    codes = told[told["code"].notna()].groupby(["table_name", "column_name"])["code"].agg(set)
    for (name, column), known in codes.items():
        assert set(tables[name][column].dropna()) <= known, (name, column)
    assert codes["indicators", "indicator"] == {each.name for each in indicators.INDICATORS}
    assert codes["scores", "component"] == {each.name for each in scores.COMPONENTS}
    counts = [count for each in indicators.INDICATORS for count in (each.numerator, each.denominator) if count]
    assert {count.label for count in counts} >= set(english.COUNTS), "no English name of what is not there any more"
    assert {each.name for each in scores.COMPONENTS} == set(english.COMPONENTS)


def test_the_cube_adds_up_to_the_indicators(tables):
    rows, cells = tables["indicators"].set_index(["indicator", "unit"]), tables["cube"]
    received = cells["intake"] == "received"
    for name, (measure, where) in {
        "received": ("dossiers", received),
        "resolved": ("dossiers", cells["outcome"].isin(["early", "on_time", "late", "resolved_no_due"])),
        "late": ("dossiers", cells["outcome"] == "late"),
        "pending_overdue": ("dossiers", cells["outcome"] == "pending_overdue"),
        "online_rate": ("dossiers", received & (cells["channel"] == "online")),
        "online_payment_rate": ("fee_paid_online", received),
    }.items():
        sums = cells[measure].where(where, 0).groupby(cells["commune"]).sum()
        assert rows.loc[name, "numerator"].to_dict() == sums.to_dict(), name
    assert rows.loc["received", "value"].sum() == 193_414
    assert rows.loc["resolved", "value"].sum() == 149_916
    rate = rows.loc["in_time_rate"]
    assert (rate["value"] == 100 * rate["numerator"] / rate["denominator"]).all(), "not rounded"


def test_the_ranking_is_the_indicators_and_scores_side_by_side(city, tables):
    wide, long = tables["ranking"].set_index("unit"), tables["indicators"].set_index("unit")
    assert len(wide) == 114
    for name, rows in long.groupby("indicator"):
        assert wide[name].astype("Float64").equals(rows["value"].reindex(wide.index).rename(name)), name
        if rows["position"].notna().any():
            assert wide[f"{name}_position"].equals(rows["position"].reindex(wide.index).rename(f"{name}_position"))
    assert wide["position"].is_monotonic_increasing
    assert wide["position"].to_dict() == city.score.set_index("commune")["position"].to_dict()
    points = tables["scores"].groupby("unit")["points"].sum()
    assert wide["points"].to_numpy() == pytest.approx(points.reindex(wide.index).to_numpy())


def test_what_is_not_known_is_missing(stored):
    """One commune, whose export tells no channel, and whose data begin with the period: nothing is 0 for that."""
    area = areas.of("31", "2025-07", folder=stored({"finished_at": "2025-07-12"}))
    made = {name: figures.table(area, name) for name in LAYOUT}
    for name, keys in KEYS.items():
        assert len(made[name]) == 114 * {"ranking": 1, "indicators": 25, "scores": 15}[name]
        assert not made[name].duplicated(keys).any()
    own = made["indicators"].set_index(["unit", "indicator"]).loc["10972"]
    assert own.loc["received", "value"] == 1
    assert own.loc[["carried_over", "online_rate", "early"], ["numerator", "value"]].isna().all(axis=None)
    assert own[["position", "compared", "previous_value", "previous_position"]].isna().all(axis=None)
    others = made["indicators"][made["indicators"]["unit"] != "10972"]
    assert others[["numerator", "denominator", "value"]].isna().all(axis=None), "no dossiers are no count"
    assert made["scores"]["points"].isna().all()
    assert made["ranking"][["points", "covered", "position", "carried_over"]].isna().all(axis=None)
    cell = made["cube"].iloc[0]
    assert cell[["field", "field_name", "channel", "applicant_kind"]].isna().all()
    assert (cell["dossiers"], cell["channel_known"]) == (1, 0)


def test_what_came_before_stands_beside_it(stored):
    """A commune that received one dossier in June and two in July; the data begin in May."""
    rows = [
        {"received_at": day, "finished_at": day} for day in ("2025-05-02", "2025-06-10", "2025-07-10", "2025-07-11")
    ]
    area = areas.of("31", "2025-07", folder=stored(*rows))
    own = figures.table(area, "indicators").set_index(["unit", "indicator"]).loc["10972"]
    assert own.loc["received", ["value", "previous_value"]].tolist() == [2, 1]
    assert own.loc["carried_over", ["value", "previous_value"]].tolist() == [0, 0]


def test_the_country_is_its_provinces(small):
    area = areas.of("all", "2025-07-01..2025-07-14", folder=small)
    rows, cells = (figures.table(area, name) for name in ("ranking", "cube"))
    assert len(rows) == 34
    assert (rows["unit_level"] == "province").all()
    assert rows["unit"].equals(rows["province"])
    received = rows.set_index("unit")["received"].dropna()
    assert received.index.tolist() == ["25", "31", "46"]
    assert received["46"] == 17_710
    assert cells[cells["intake"] == "received"].groupby("province")["dossiers"].sum().to_dict() == received.to_dict()
    assert cells["province"].tolist() == reference.province_of(cells["commune"])


def test_files_of_other_communes_have_other_names(small):
    """All begin as their page does, or the page could not take them along."""
    period, lists = "2025-07-01..2025-07-28", [(), ("10972", "11203"), ("10972", "10525"), ("11203", "10972")]
    stems = []
    for communes in lists:
        stems.append(areas.of("31", period, communes, folder=small).stem)
        job = jobs.job("31", period, {"communes": list(communes)})
        assert stems[-1] == job.name
    assert stems[0] == "31-thanh-pho-hai-phong"
    assert stems[1] == stems[3]
    assert len(set(stems)) == 3
