"""The sample against the published figures, counted here anew from the Parquet files with plain pandas."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers import dossiers, reference, sample, store
from helpers.errors import UserError

DUONG_AN, NINH_GIANG, XUAN_HOA = "10972", "11203", "08746"
PHU_VANG, HUONG_AN, THUAN_HOA = "19942", "19804", "19789"
OUTCOMES = ["early", "on_time", "late", "pending", "pending_overdue"]


def frame(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas().astype(dossiers.DTYPES)


def classed(rows: pd.DataFrame, last: str) -> pd.DataFrame:
    """Dossiers received by a day, with their outcome at its end; the half-day session of the due time decides early."""
    end = pd.Timestamp(last) + pd.Timedelta(days=1)
    rows = rows[rows["received_at"] < end].copy()
    ended = rows["finished_at"].fillna(rows["returned_at"])
    due = rows["due_at"]
    rows["outcome"] = "on_time"
    rows.loc[ended > due, "outcome"] = "late"
    rows.loc[ended < due.dt.floor("12h"), "outcome"] = "early"
    still = ~(ended < end)
    rows.loc[still, "outcome"] = "pending"
    rows.loc[still & (due < end) & ~rows["status"].isin([5, 6, 8]), "outcome"] = "pending_overdue"
    return rows


def tally(rows: pd.DataFrame) -> tuple[int, ...]:
    counts = rows["outcome"].value_counts()
    return tuple(int(counts.get(name, 0)) for name in OUTCOMES)


def share(part: "pd.Series[bool]") -> str:
    """Per cent with two digits."""
    return f"{100 * part.mean():.2f}"


def online(rows: pd.DataFrame) -> "pd.Series[bool]":
    return rows["channel"] == "online"


def in_time(rows: pd.DataFrame) -> "pd.Series[bool]":
    return rows.loc[rows["outcome"].isin(["early", "on_time", "late"]), "outcome"] != "late"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("mẫu nhỏ")
    steps: list[tuple[int, int]] = []
    rows = sample.write(place, progress=lambda done, of: steps.append((done, of)))
    assert rows == store.snapshot(place).rows
    assert steps == [(i, len(steps)) for i in range(1, len(steps) + 1)]
    return place


@pytest.fixture(scope="module")
def rows(folder: Path) -> pd.DataFrame:
    paths = sorted(folder.glob("province=*/*/*.parquet"))
    return frame(pa.concat_tables([pq.read_table(path, partitioning=None) for path in paths]))


@pytest.fixture(scope="module")
def of(rows: pd.DataFrame) -> Callable[[str, str], pd.DataFrame]:
    """Classed dossiers of a commune or a province, at the end of a day."""

    def chosen(code: str, last: str) -> pd.DataFrame:
        codes = [code] if len(code) == 5 else list(reference.communes_of(code)["code"])
        return classed(rows[rows["commune"].isin(codes)], last)

    return chosen


Of = Callable[[str, str], pd.DataFrame]


def test_duong_an(of: Of) -> None:
    whole = of(DUONG_AN, "2025-11-26")
    assert len(whole) == 8_930
    assert online(whole).sum() == 7_600
    assert tally(whole) == (8_889, 11, 14, 16, 0)


def test_duong_an_was_late_only_while_the_systems_failed(of: Of) -> None:
    late = of(DUONG_AN, "2025-11-26").query("outcome == 'late'")
    times = late[["received_at", "due_at", "finished_at"]]
    assert times.min(axis=None) >= pd.Timestamp("2025-07-01")
    assert times.max(axis=None) < pd.Timestamp("2025-08-11")
    assert set(late["overdue_cause"]) == {"system-fault"}


def test_ninh_giang(of: Of) -> None:
    whole = of(NINH_GIANG, "2025-10-18")
    early, on_time, late, *pending = tally(whole)
    assert (len(whole), early, on_time + late, pending) == (8_766, 8_712, 48, [6, 0])
    assert online(whole).sum() == 8_074
    assert share(online(whole)) == "92.11"
    assert share(whole.loc[whole["fee_due"], "paid_online"]) == "92.28"


def test_xuan_hoa(of: Of) -> None:
    whole = of(XUAN_HOA, "2025-09-30")
    assert len(whole) == 2_812
    assert online(whole).sum() == 2_684
    assert tally(whole) == (2_272, 144, 33, 333, 30)
    assert set(whole.loc[whole["status"].isin([5, 6, 8]), "outcome"]) == {"pending"}


def test_xuan_hoa_waits_for_the_land_registry_and_the_tax_office(of: Of) -> None:
    overdue = of(XUAN_HOA, "2025-09-30").query("outcome == 'pending_overdue'")
    assert (overdue["field"] == "dat-dai").mean() > 0.7
    assert overdue["holder"].isin(["land-registry", "tax"]).mean() > 0.7
    assert (overdue["overdue_cause"] == "upper-agency").mean() > 0.6


def test_hai_phong(of: Of) -> None:
    whole = of("31", "2025-07-28")
    assert (len(whole), sum(tally(whole)[:3])) == (193_414, 149_916)
    assert set(whole["commune"]) == set(reference.communes_of("31")["code"])
    assert whole["commune"].nunique() == 114


def test_the_other_communes_of_hai_phong_stop_on_28_july(rows: pd.DataFrame) -> None:
    province = rows["commune"].isin(reference.communes_of("31")["code"])
    others = rows[province & ~rows["commune"].isin([DUONG_AN, NINH_GIANG])]
    moments = others[["received_at", "finished_at", "returned_at", "apology_at"]]
    assert moments.max(axis=None) < pd.Timestamp("2025-07-29")


def test_hue(of: Of) -> None:
    whole = of("46", "2025-07-14")
    assert (len(whole), whole["commune"].nunique()) == (17_710, 40)
    assert share(online(whole)) == "75.78"
    by_online = online(whole).groupby(whole["commune"]).mean().sort_values()
    assert by_online.index[-1] == PHU_VANG
    assert f"{100 * by_online.iloc[-1]:.2f}" == "99.59"
    assert by_online.iloc[-1] > by_online.iloc[-2]
    speed = in_time(whole)
    by_speed = speed.groupby(whole["commune"]).mean().sort_values()
    assert by_speed.index[-1] == HUONG_AN
    assert share(speed[whole["commune"] == HUONG_AN]) == "91.00"
    assert by_speed.iloc[-2] < 0.91
    assert by_speed.iloc[0] > 0.6


def test_hue_on_14_july(of: Of) -> None:
    whole = of("46", "2025-07-14")
    day = whole[whole["received_at"] >= pd.Timestamp("2025-07-14")]
    assert (len(day), online(day).sum()) == (3_425, 3_254)
    rates = online(day).groupby(day["commune"]).mean()
    assert list(rates.index[rates == 1]) == [THUAN_HOA]
    assert 0.6 < online(whole[whole["commune"] == THUAN_HOA]).mean() < 0.95


def test_a_province_has_one_file_a_month_and_one_of_long_dossiers(folder: Path) -> None:
    places = [(part.province, part.month) for part in store.snapshot(folder).parts]
    assert len(set(places)) == len(places)
    assert {province for province, month in places if not month} == {"25", "31", "46"}
    assert store.snapshot(folder).imports == ()


def test_dossiers_pass_the_schema(rows: pd.DataFrame) -> None:
    dossiers.schema().validate(rows)


def test_texts_are_codes(rows: pd.DataFrame) -> None:
    known = {
        "procedure": {*reference.names("procedures"), "1.012796", "1.013225"},
        "field": set(reference.names("fields")),
        "channel": set(reference.names("channels")),
        "applicant_kind": {"citizen", "business"},
        "holder": set(reference.names("holders")),
        "overdue_cause": set(reference.names("causes")),
        "online_level": {"full", "partial"},
    }
    for name, codes in known.items():
        assert set(rows[name].dropna()) <= codes, name
    assert set(dossiers.TEXTS) == {*known, "dossier_id", "commune"}
    assert rows[["source_import", "source_sheet"]].isna().all(axis=None)
    assert rows["dossier_id"].str.fullmatch(r"H(25|31|46)\.\d{4}-25\d{4}-\d{5}").all()


def test_times_are_in_order_and_in_office_hours(rows: pd.DataFrame) -> None:
    assert (rows["submitted_at"] <= rows["received_at"]).all()
    assert (rows["submitted_at"] == rows["received_at"])[~online(rows)].all()
    assert (rows["received_at"] < rows["finished_at"].fillna(rows["due_at"])).all()
    assert not (rows["returned_at"] < rows["finished_at"]).any()
    assert not (rows["apology_at"] < rows["received_at"]).any()
    for name in ("received_at", "due_at", "finished_at", "returned_at"):
        times = rows[name].dropna().dt
        clock = times.hour * 60 + times.minute
        assert (clock.between(450, 689) | clock.between(810, 1019)).all(), name
        assert times.day_of_week.max() <= 4, name


def test_no_ten_dossiers_of_a_commune_end_in_one_minute(rows: pd.DataFrame) -> None:
    """Late ones that the data leave too little time spread over it."""
    together = rows.groupby(["commune", rows["finished_at"].dt.floor("min")]).size()
    assert 1 < together.max() < 10


def test_only_overdue_dossiers_have_a_cause(rows: pd.DataFrame, of: Of) -> None:
    whole = of(XUAN_HOA, "2025-09-30")
    overdue = whole["outcome"].isin(["late", "pending_overdue"])
    assert (whole["overdue_cause"].notna() == overdue).all()
    assert set(rows.loc[rows["apology_at"].notna(), "overdue_cause"].isna()) == {False}
    assert (rows["apology_at"].notna() == rows["new_due_at"].notna()).all()
    assert (rows["apology_at"] < rows["due_at"]).sum() > 100
    assert (rows["apology_at"] > rows["due_at"]).sum() > 100


def test_two_writes_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    sample.write(tmp_path)
    first = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*")}
    assert first == {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}


@pytest.fixture(scope="module")
def september() -> pd.DataFrame:
    """A month of Huế as the larger scales have it, with the data stopping a month later."""
    return frame(sample.by_chance("46", "2025-09", date(2025, 10, 31)))


def test_larger_scales_pass_the_schema_and_repeat(september: pd.DataFrame) -> None:
    dossiers.schema().validate(september)
    again = frame(sample.by_chance("46", "2025-09", date(2025, 10, 31)))
    pd.testing.assert_frame_equal(september, again)


def test_larger_scales_hold_all_that_a_real_store_does(september: pd.DataFrame) -> None:
    assert september["commune"].nunique() == 40
    assert september["received_at"].dt.strftime("%Y-%m").unique().tolist() == ["2025-09"]
    assert september["finished_at"].max() < pd.Timestamp("2025-11-01")
    assert set(range(2, 11)) == set(september["status"])
    assert 0.005 < september["due_at"].isna().mean() < 0.02
    assert 0 < september["channel"].isna().mean() < 0.01
    assert (september["finished_at"] > pd.Timestamp("2025-10-01")).mean() > 0.1  # carried over
    rates = in_time(classed(september, "2025-10-31").dropna(subset="due_at"))
    assert 0.93 < rates.mean() < 0.995
    by_commune = rates.groupby(september["commune"]).mean()
    assert by_commune.min() < rates.mean() - 0.03


def test_what_is_received_earlier_does_not_change_with_the_last_day(september: pd.DataFrame) -> None:
    longer = frame(sample.by_chance("46", "2025-09", date(2026, 6, 30)))
    assert (longer["dossier_id"] == september["dossier_id"]).all()
    both = september["finished_at"].notna()
    assert (longer["finished_at"] == september["finished_at"])[both].all()


def test_unknown_scale(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="small, city, nation"):
        sample.write(tmp_path, "large")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_the_sample_never_replaces_imported_dossiers(tmp_path: Path, rows: pd.DataFrame) -> None:
    store.put(tmp_path, [store.Entry(rows.head(3), {"file": "a.csv", "sha256": "0"}, {})])
    with pytest.raises(UserError, match="imported"):
        sample.write(tmp_path)
    assert store.snapshot(tmp_path).rows == 3
