"""What is kept beside the store comes back as it was, whole or for one commune."""

import pandas as pd
import pytest

from helpers import periods, shelves


def _shelf(folder, key="k"):
    return shelves.Shelf(folder / "cache" / "tally-31-2025-Q3", key)


def test_the_rows_of_each_commune_are_those_of_the_whole(tmp_path):
    sizes = {"10001": 1, "10002": 1500, "10003": 2048, "10005": 3}
    table = pd.DataFrame({"commune": [code for code, size in sizes.items() for _ in range(size)]}, dtype="str")
    table["n"] = range(len(table))
    shelves.keep(_shelf(tmp_path), {"cube": table, "none": table.head(0)})
    assert shelves.kept(_shelf(tmp_path), "cube")["n"].tolist() == table["n"].tolist()
    for code in ("10000", *sizes, "10004", "10006"):
        own = shelves.kept(_shelf(tmp_path), "cube", code)
        assert own["n"].tolist() == table.loc[table["commune"] == code, "n"].tolist(), code
        assert shelves.kept(_shelf(tmp_path), "none", code).empty


@pytest.mark.parametrize("commune", ["", "10001"])
def test_what_is_out_of_date_or_damaged_is_not_there(tmp_path, commune):
    shelves.keep(_shelf(tmp_path), {"cube": pd.DataFrame({"commune": ["10001"]}, dtype="str")})
    assert shelves.kept(_shelf(tmp_path, "other"), "cube", commune) is None
    path = next((tmp_path / "cache").iterdir())
    path.write_bytes(path.read_bytes()[:-9])
    assert shelves.kept(_shelf(tmp_path), "cube", commune) is None
    assert shelves.kept(_shelf(tmp_path), "positions", commune) is None


def test_the_key_changes_with_the_dossiers_and_the_rules(stored):
    july = periods.parse("2025-07")
    first = shelves.of(stored({"due_at": "2025-07-11"}), "tally", "31", july, "timestamp")
    other = shelves.of(stored({"due_at": "2025-07-12"}), "tally", "31", july, "timestamp")
    assert first.key != other.key
    assert first.key != shelves.of(first.path.parent.parent, "tally", "31", july, "day").key
