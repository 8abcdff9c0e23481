"""Real dossiers of another city against tables that were computed independently: the whole way from file to cube."""

import json
import shutil
import subprocess
import sys
import tomllib
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from helpers import cube, dossiers, formats, importing, outcomes, periods, profiles, settings, store

PROFILE = Path(__file__).parent / "fixtures" / "boston311.toml"
COUNTS = {"carry_in": "carried_over", "received": "received", "received_online": "online", "resolved": "resolved"}
COUNTS |= {"resolved_no_due": "resolved_no_due", "pending": "pending", "pending_overdue": "pending_overdue"}
COUNTS |= {"pending_in_time": "pending_in_time", "pending_no_due": "pending_no_due"}
DAY = {"early": "early", "on_time": "on_time", "late": "late"}


@pytest.fixture(scope="module")
def districts() -> dict[str, str]:
    return tomllib.loads(PROFILE.read_text(encoding="utf-8"))["values"]["commune"]


@pytest.fixture(scope="module")
def imported(shared, districts, tmp_path_factory):
    """Everything that the store holds after the import."""
    folder = tmp_path_factory.mktemp("boston")
    shutil.copytree(settings.reference(), folder / "reference")
    with (folder / "reference" / "communes.csv").open("a", encoding="utf-8") as file:
        file.writelines(f'{code},"{name}",Phường,99,Boston,42.3,-71.0\n' for name, code in districts.items())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TTHC_REFERENCE", str(folder / "reference"))
        cases = shared / "boston311_2011" / "boston311_2011_cases.csv.gz"
        result = importing.read(cases, profiles.load(str(_profile(cases, folder))))
        store.put(folder / "store", [store.Entry(result.accepted, result.record, {})])
        yield result, folder / "store"


def _profile(cases: Path, folder: Path) -> Path:
    """The profile with the city's own fields, which no reference table knows."""
    fields = pd.read_csv(cases, usecols=["field"], dtype=str, keep_default_na=False)["field"].unique()
    lines = [f"{json.dumps(name)} = {json.dumps(name)}\n" for name in sorted(fields) if name]
    path = folder / "boston.toml"
    path.write_text(PROFILE.read_text(encoding="utf-8") + "\n[values.field]\n" + "".join(lines), encoding="utf-8")
    return path


def _expected(shared: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(shared / "boston311_2011" / f"expected_flow_{name}.csv", keep_default_na=False, na_values=[""])


def _computed(folder: Path, grain: str, by: list[str]) -> pd.DataFrame:
    months = []
    for text in [f"2011-{month:02d}" for month in range(7, 13)]:
        period = periods.parse(text)
        rows = store.read(folder, "99", period.start, period.end)
        counts = cube.count(outcomes.classify(rows, period, grain))
        assert cube.broken_identities(counts, rows, period) == []
        months.append(cube.total(counts, by).assign(period=text))
    return pd.concat(months)


def test_every_row_is_accounted_for(imported):
    result, folder = imported
    assert result.record["rows"] == 58251
    assert result.record["accepted"] == 58251
    assert store.snapshot(folder).rows == 58251


def test_all_independent_tables_and_the_official_flag(imported, shared, districts):
    """The whole check: every row of the three tables under both grains, and the city's own flag."""
    for table, grain in product(("commune", "field", "commune_field"), outcomes.GRAINS):
        _check_flow(imported[1], shared, districts, table, grain)
    _check_official_flag(imported[1], shared)


def _check_flow(folder: Path, shared: Path, districts: dict[str, str], table: str, grain: str) -> None:
    by = table.split("_")
    expected = _expected(shared, table)
    keys = ["period", *by]
    if "commune" in by:
        expected["commune"] = expected["commune"].map({**districts, "ALL": "ALL"})
    computed = _computed(folder, grain, by)
    whole = _computed(folder, grain, []).assign(**dict.fromkeys(by, "ALL"))
    ours = pd.concat([computed, whole]).set_index(keys).reindex(pd.MultiIndex.from_frame(expected[keys]), fill_value=0)
    pairs = COUNTS | (DAY if grain == "day" else {"late_ts": "late"})
    for theirs, mine in pairs.items():
        assert (ours[mine].to_numpy() == expected[theirs].to_numpy()).all(), (table, theirs)
    in_time = (ours["early"] + ours["on_time"]).to_numpy()
    if grain == "timestamp":
        assert (in_time == expected["in_time_ts"].to_numpy()).all()
    for rate, numerator, denominator in (
        ("in_time_rate_date" if grain == "day" else "in_time_rate_ts", in_time, in_time + ours["late"].to_numpy()),
        ("online_share", ours["online"].to_numpy(), ours["received"].to_numpy()),
    ):
        value = pd.Series(numerator / pd.Series(denominator, dtype="float").replace(0, float("nan")))
        assert (value.isna() == expected[rate].isna()).all()
        assert ((value - expected[rate]).abs().dropna() <= 0.000051).all(), rate


def _check_official_flag(folder: Path, shared: Path) -> None:
    """The city's own ONTIME/OVERDUE flag, written years later, is what our classes say when nothing is open."""
    raw = pd.read_csv(shared / "boston311_2011" / "boston311_2011_cases.csv.gz", dtype=str, keep_default_na=False)
    flagged = raw[raw["official_flag"] != ""].set_index(["dossier_id"])["official_flag"]
    assert len(flagged) == 58093
    period = periods.parse("2011-07-01..2019-12-31")
    classed = outcomes.classify(store.read(folder, "99", period.start, period.end), period)
    overdue = classed.set_index("dossier_id")["outcome"].isin(["late", "pending_overdue"])
    ours = overdue.map({True: "OVERDUE", False: "ONTIME"})
    assert (ours.reindex(flagged.index) == flagged).all()


def test_store_gives_back_what_was_imported(imported):
    result, folder = imported
    period = periods.parse("2011-07-01..2019-12-31")
    back = store.read(folder, "99", period.start, period.end).sort_values(dossiers.KEY).reset_index(drop=True)
    assert set(back["source_import"]) == {1}
    brought = result.accepted.sort_values(dossiers.KEY).reset_index(drop=True)
    assert back.drop(columns="source_import").equals(brought.drop(columns="source_import"))


@pytest.mark.long  # makes 25 pages
def test_every_unit_has_its_report(imported, shared, districts, tmp_path):
    """Pages of all units for a quarter, with the sections that these data allow and a line for those they do not."""
    folder = imported[1]
    command = [sys.executable, "-m", "helpers.cli", "batch", "2011-Q4", "--province", "99"]
    places = ["--store", str(folder), "--reports", str(tmp_path)]
    run = subprocess.run([*command, *places], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    expected = _expected(shared, "commune").set_index(["period", "commune"])
    received = expected["received"].loc[["2011-10", "2011-11", "2011-12"]].groupby("commune").sum()
    pages = {path.name[:5]: path for path in (tmp_path / "2011-Q4" / "99").glob("99[0-9][0-9][0-9]-*.html")}
    having = {
        district for district in districts if received.get(district) or expected.loc["2011-10"].carry_in.get(district)
    }
    assert set(pages) == {districts[district] for district in having}
    for district in having:
        page = BeautifulSoup(pages[districts[district]].read_text(encoding="utf-8"), "html.parser")
        tiles = {tile.select_one(".label").text: tile.select_one(".figure").text for tile in page.select(".tiles li")}
        assert tiles["Tiếp nhận trong kỳ"] == formats.number(int(received[district])), district
        assert tiles["Đang giải quyết"] == formats.number(int(expected.loc[("2011-12", district), "pending"])), district
        text = page.get_text(" ")
        for absent in ("Thủ tục nhiều hồ sơ nhất: không có dữ liệu", "Chưa có bảng số liệu đơn vị tự báo cáo"):
            assert absent in text, (district, absent)
        assert [heading.text[:2] for heading in page.select("h2")] == [f"{n}." for n in range(1, 10)] + [
            "10",
            "11",
            "Ph",
        ]
