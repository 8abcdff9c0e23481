"""Slices: what a report knows of its unit, its previous period and its data."""

import pytest

from helpers import indicators, slices, store
from helpers.errors import UserError


def _store(folder, table, *rows):
    store.put(folder, table(*rows), [])
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


def test_fingerprint_follows_the_dossiers_alone(table, tmp_path):
    row = {"received_at": "2025-07-03 09:00", "due_at": "2025-07-09 09:00"}
    first = slices.commune("10972", "2025-07", folder=_store(tmp_path / "a", table, {**row, "source_file": "a.csv"}))
    same = slices.commune("10972", "2025-07", folder=_store(tmp_path / "b", table, {**row, "source_file": "b.csv"}))
    other = slices.commune("10972", "2025-07", folder=_store(tmp_path / "c", table, {**row, "due_at": "2025-07-10"}))
    assert first.fingerprint == same.fingerprint != other.fingerprint
    assert len(first.fingerprint) == 16


def test_a_commune_and_its_province_agree(small):
    part = slices.commune("19789", "2025-07-14", folder=small)
    whole = slices.province("46", "2025-07-14", folder=small)
    rows = indicators.compute(whole.cube, ["commune"]).query("commune == '19789'").drop(columns="commune")
    assert rows.reset_index(drop=True).equals(part.computed)
    assert whole.of_province
    assert not part.of_province


def test_what_is_not_there(table, tmp_path):
    folder = _store(tmp_path, table, {"received_at": "2025-07-03 09:00"})
    with pytest.raises(UserError, match="Import its export first"):
        slices.province("46", "2025-07", folder=folder)
    with pytest.raises(UserError, match="from 2025-07-03 to 2025-07-03"):
        slices.province("31", "2025-06", folder=folder)
    with pytest.raises(UserError, match="is empty"):
        slices.commune("10972", "2025-07", folder=tmp_path / "none")
