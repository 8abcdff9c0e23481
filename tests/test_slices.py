"""Slices: what a report knows of its unit, its previous period and its data."""

import shutil

import pandas as pd
import pytest

from helpers import appendix, areas, indicators, periods, slices, store, tallies
from helpers.errors import UserError


def _store(folder, table, *rows, file="a.csv"):
    store.put(folder, [store.Entry(table(*rows), {"file": file, "sha256": file}, {})])
    return folder


def test_previous_period_needs_data_back_to_its_start(table, tmp_path):
    rows = [
        {"received_at": "2025-07-03 09:00"},
        {"received_at": "2025-08-05 09:00"},
        {"received_at": "2025-08-06 09:00"},
    ]
    folder = _store(tmp_path, table, *rows)
    august = slices.commune("10972", "2025-08", folder=folder)
    assert indicators.one(august.previous, "received")["numerator"] == 1
    assert indicators.one(august.computed, "carried_over")["numerator"] == 1
    assert slices.commune("10972", "2025-07", folder=folder).previous is None


@pytest.mark.parametrize("code", ["19789", "19804"])
def test_earlier_counts_that_are_kept_are_those_that_it_would_count(small, tmp_path, code, monkeypatch):
    folder = shutil.copytree(small, tmp_path / "store", ignore=shutil.ignore_patterns("cache"))
    counted = slices.commune(code, "2025-Q4", folder=folder)
    tallies.of(folder, "46", periods.parse("2025-Q3"), "timestamp")
    monkeypatch.setattr(slices, "COUNTING", ["no such column"])  # it is not read again
    kept = slices.commune(code, "2025-Q4", folder=folder)
    for one, other in ((counted.previous_cube, kept.previous_cube), (counted.previous, kept.previous)):
        assert len(one)
        pd.testing.assert_frame_equal(one, other)


def test_a_quiet_period_that_is_kept_is_as_one_that_is_counted(table, tmp_path):
    folder = _store(
        tmp_path, table, *({"received_at": day, "finished_at": day} for day in ("2025-06-30", "2025-09-02"))
    )
    counted = slices.commune("10972", "2025-09", folder=folder)
    tallies.of(folder, "31", periods.parse("2025-08"), "timestamp")
    kept = slices.commune("10972", "2025-09", folder=folder)
    assert counted.previous_cube.empty
    pd.testing.assert_frame_equal(counted.previous_cube, kept.previous_cube)
    pd.testing.assert_frame_equal(counted.previous, kept.previous)


def test_fingerprint_follows_the_dossiers_alone(table, tmp_path):
    row = {"received_at": "2025-07-03 09:00", "due_at": "2025-07-09 09:00"}
    elsewhere = {**row, "source_sheet": 2, "source_row": 7}
    first = slices.commune("10972", "2025-07", folder=_store(tmp_path / "a", table, row))
    _store(tmp_path / "b", table, row)
    same = slices.commune("10972", "2025-07", folder=_store(tmp_path / "b", table, elsewhere, file="b.csv"))
    other = slices.commune("10972", "2025-07", folder=_store(tmp_path / "c", table, {**row, "due_at": "2025-07-10"}))
    assert set(same.classed["source_import"]) == {2}
    assert first.fingerprint == same.fingerprint != other.fingerprint
    assert len(first.fingerprint) == 16


def test_sources_are_the_files_that_brought_its_dossiers(table, tmp_path, small):
    july = [{"received_at": "2025-07-03 09:00", "dossier_id": str(number)} for number in range(3)]
    _store(tmp_path, table, *july, file="Đợt 1.csv")
    _store(tmp_path, table, july[0], file="dot 2.csv")
    _store(tmp_path, table, {**july[0], "commune": "11203"}, file="another commune.csv")
    _store(tmp_path, table, july[1], file="dot 2.csv")
    assert slices.commune("10972", "2025-07", folder=tmp_path).sources == ["dot 2.csv", "Đợt 1.csv"]
    _store(tmp_path, table, july[2], file="c.csv")
    assert slices.commune("10972", "2025-07", folder=tmp_path).sources == ["c.csv", "dot 2.csv"]
    assert slices.commune("19789", "2025-07", folder=small).sources == []


def test_provenance_names_five_files_and_counts_the_others(table, tmp_path, small):
    for number in range(1, 8):
        folder = _store(
            tmp_path, table, {"received_at": "2025-07-03", "dossier_id": str(number)}, file=f"f{number}.csv"
        )
    printed = appendix.provenance(slices.commune("10972", "2025-07", folder=folder)).data
    assert "f1.csv, f2.csv, f3.csv, f4.csv, f5.csv và 2 tệp khác" in printed
    assert "số liệu mẫu" in appendix.provenance(slices.commune("19789", "2025-07", folder=small)).data


def test_a_commune_and_its_province_agree(small):
    part = slices.commune("19789", "2025-07-14", folder=small)
    whole = areas.of("46", "2025-07-14", folder=small)
    rows = indicators.compute(whole.cube, ["commune"]).query("commune == '19789'").drop(columns="commune")
    assert rows.reset_index(drop=True).equals(part.computed)
    assert whole.of_many
    assert not part.of_many


def test_what_is_not_there(table, tmp_path):
    folder = _store(tmp_path, table, {"received_at": "2025-07-03 09:00"})
    with pytest.raises(UserError, match="Import its export first"):
        areas.of("46", "2025-07", folder=folder)
    with pytest.raises(UserError, match="from 2025-07-03 to 2025-07-03"):
        areas.of("31", "2025-06", folder=folder)
    with pytest.raises(UserError, match="is empty"):
        slices.commune("10972", "2025-07", folder=tmp_path / "none")
