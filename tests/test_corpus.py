"""Exports with every trouble that was met: tests/fixtures/make_exports.py makes them and says what must become of each.

What is expected comes from what a file means, never from what the program made of it.
"""

import csv
import importlib.util
import re
import unicodedata
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from helpers import checks, dossiers, importing, profiles
from helpers.errors import UserError

FIXTURES = Path(__file__).parent / "fixtures"
EXPORTS = FIXTURES / "exports"
TODAY = date(2026, 1, 31)
TABLES = ("expected.csv", "truth.csv")
# What the files hold of people, in pieces.
PEOPLE = ["Khắc Ẩn Danh", "Kín Tiếng", "Vô Danh", "Giấu Tên", "001061098765", "987650123", "an.danh", "Lưu Dấu"]


def entries(name):
    with (EXPORTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


EXPECTED = entries("expected.csv")
TRUTH = entries("truth.csv")


def read(entry):
    own = entry["profile"].endswith(".toml")
    how = profiles.load(str(EXPORTS / entry["profile"]) if own else entry["profile"])
    return importing.read(EXPORTS / entry["file"], how, entry["commune"] or None, TODAY)


def shown(value):
    """A value as truth.csv writes it."""
    return "" if pd.isna(value) else str(value)


@pytest.mark.parametrize("entry", EXPECTED, ids=lambda each: f"{each['file']}-{each['profile']}{each['commune']}")
def test_export(entry):
    if entry["error"]:
        with pytest.raises(UserError) as caught:
            read(entry)
        message = str(caught.value)
        assert entry["error"] in message
        assert entry["file"] in message
        assert "\n" not in message
        return

    result = read(entry)
    counted = result.problems.groupby("rule")["count"].sum()
    assert ";".join(f"{rule}={counted[rule]}" for rule in sorted(counted.index)) == ";".join(
        sorted(filter(None, entry["problems"].split(";")))
    )
    counts = {name: str(result.record[name]) for name in ("rows", "accepted", "rejected", "passed_over")}
    assert counts == {name: entry[name] for name in counts}
    assert (len(result.accepted), len(result.rejected)) == (int(entry["accepted"]), int(entry["rejected"]))
    dossiers.schema().validate(result.accepted)

    # Every accepted row stands at its place and holds what the export means.
    true = [row for row in TRUTH if (row["file"], row["profile"]) == (entry["file"], entry["profile"])]
    said = [name for name in list(TRUTH[0])[4:] if true and true[0][name] != "*"]
    got = [
        (str(row["source_sheet"]), str(row["source_row"]), *(shown(row[name]) for name in said))
        for row in result.accepted.to_dict("records")
    ]
    assert got == [(row["sheet"], row["row"], *(row[name] for name in said)) for row in true]

    left = " ".join(
        [
            result.accepted.to_csv(),
            result.rejected.to_csv(),
            result.problems.to_csv(),
            str(result.record),
            str(result.unread),
        ]
    )
    assert [piece for piece in PEOPLE if piece in unicodedata.normalize("NFC", left)] == []


def test_every_file_is_in_the_table_and_every_entry_has_its_file():
    files = {path.name for path in EXPORTS.iterdir() if path.suffix != ".toml"} - set(TABLES)
    assert files == {entry["file"] for entry in EXPECTED}
    assert len(files) >= 44
    assert {path.name for path in EXPORTS.glob("*.toml")} >= {
        entry["profile"] for entry in EXPECTED if entry["profile"].endswith(".toml")
    }
    assert max(path.stat().st_size for path in EXPORTS.iterdir() if path.name not in TABLES) <= 20_000


def test_every_rule_is_broken_by_some_file():
    broken = {rule for entry in EXPECTED for rule in re.findall(r"(\w+)=", entry["problems"])}
    assert broken == set(checks.RULES)


def test_the_script_makes_the_files_that_stand_there(tmp_path):
    """Those that are text, and the tables: what a library packs may differ with its version."""
    spec = importlib.util.spec_from_file_location("make_exports", FIXTURES / "make_exports.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(tmp_path)
    texts = [path for path in tmp_path.iterdir() if path.suffix in (".csv", ".txt", ".json", ".jsonl", ".toml")]
    assert len(texts) > 60
    assert [path.name for path in texts if path.read_bytes() != (EXPORTS / path.name).read_bytes()] == []
