"""A store outlives what may happen to a process that changes it: a kill, a full disk, a folder closed to it."""

import json
import os
import random
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers import dossiers, store

CHILDREN = Path(__file__).with_name("changing_store.py")
EVER = (pd.Timestamp(2000, 1, 1), pd.Timestamp(2100, 1, 1))
SIZE = 120  # rows an import

_MADE = runpy.run_path(str(CHILDREN))
entry, rows = _MADE["entry"], _MADE["rows"]


class Changer:
    """Gives orders to ``changing_store.py``."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, CHILDREN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout.readline() == "ready\n"

    def order(self, folder: Path, **what: Any) -> None:
        self.process.stdin.write(json.dumps({"folder": str(folder), "size": SIZE, **what}) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        return json.loads(self.process.stdout.readline())

    def __call__(self, folder: Path, **what: Any) -> dict[str, Any]:
        self.order(folder, **what)
        return self.answer()

    def end(self) -> None:
        self.process.stdin.close()
        assert self.process.wait() == 0
        self.process.stdout.close()


@pytest.fixture(scope="module")
def changer() -> Iterator[Changer]:
    changer = Changer()
    yield changer
    changer.end()


@pytest.fixture
def base(tmp_path) -> Path:
    """A store of two imports that share dossiers."""
    folder = tmp_path / "base"
    store.put(folder, [entry(1, SIZE), entry(2, SIZE)])
    return folder


def fold(seeds: Mapping[int, int]) -> pd.DataFrame:
    """What a store of some imports (number to seed) must hold."""
    frames = [rows(seed, SIZE).assign(source_import=number) for number, seed in sorted(seeds.items())]
    return _ordered(pd.concat(frames).drop_duplicates(dossiers.KEY, keep="last").astype(dossiers.DTYPES))


def held(folder: Path) -> pd.DataFrame:
    return _ordered(pd.concat([store.read(folder, province, *EVER) for province in ("25", "31")]))


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(dossiers.KEY, ignore_index=True)


def numbers(folder: Path) -> list[int]:
    return [record["number"] for record in store.snapshot(folder).imports]


def assert_holds(folder: Path, seeds: Mapping[int, int]) -> None:
    """Assert that a store is whole and is the fold of some imports."""
    assert numbers(folder) == sorted(seeds)
    pd.testing.assert_frame_equal(held(folder), fold(seeds))
    for number, seed in seeds.items():
        assert store.details(folder, number) == {"seed": seed}
        assert len(store.imported(folder, number)) == SIZE


def every_file(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize(
    ("order", "after"),
    [
        pytest.param({"put": [3]}, {1: 1, 2: 2, 3: 3}, id="put"),
        pytest.param({"remove": 1}, {2: 2}, id="remove", marks=pytest.mark.long),
    ],
)
def test_killed_at_any_step_a_change_is_whole_or_not_at_all(changer, base, tmp_path, order, after):
    outcomes = []
    for event in range(1, 1000):
        folder = shutil.copytree(base, tmp_path / "store")
        killed = changer(folder, **order, kill_at_event=event)["killed"]
        outcomes.append(numbers(folder) == sorted(after))
        assert_holds(folder, after if outcomes[-1] else {1: 1, 2: 2})
        store.put(folder, [entry(9, SIZE)])  # goes on from there, and leaves no rest
        assert {*every_file(folder)} == _named(folder)
        shutil.rmtree(folder)
        if not killed:
            break
    # At first nothing of it, from one step on all of it: that step is neither the first nor the last.
    assert outcomes == sorted(outcomes)
    assert not outcomes[0]
    assert outcomes[-2]


def _named(folder: Path) -> set[str]:
    kept = {f"imports/{number:06d}.{ending}" for number in numbers(folder) for ending in ("json", "parquet")}
    return {store.SNAPSHOT, ".lock", *kept, *(part.path for part in store.snapshot(folder).parts)}


def test_killed_at_any_moment_a_change_is_whole_or_not_at_all(changer, base):
    chance = random.Random(20_250_701)
    start = time.perf_counter()
    assert changer(base, put=[3])["said"] == "done"
    whole = time.perf_counter() - start  # only says which moments are worth trying
    seeds = {1: 1, 2: 2, 3: 3}
    for trial in range(50 if "TTHC_ALL_TESTS" in os.environ else 15):
        seed = 100 + trial
        if chance.random() < 0.3 and len(seeds) > 1:
            number = chance.choice(sorted(seeds))
            order, after = {"remove": number}, {key: value for key, value in seeds.items() if key != number}
        else:
            order, after = {"put": [seed]}, {**seeds, store.snapshot(base).last_import + 1: seed}
        changer(base, **order, kill_after=chance.random() * whole)
        seeds = after if numbers(base) == sorted(after) else seeds
        assert_holds(base, seeds)


def test_two_processes_change_it_at_once(changer, tmp_path):
    other = Changer()
    folder = tmp_path / "store"
    first, second = [1, 2, 3, 4, 5, 6], [11, 12, 13, 14, 15, 16]
    changer.order(folder, put=first)
    other.order(folder, put=second)
    assert [each.answer()["said"] for each in (changer, other)] == ["done", "done"]
    other.end()
    log = {record["number"]: int(record["sha256"]) for record in store.snapshot(folder).imports}
    assert sorted(log) == list(range(1, 13))
    assert sorted(log.values()) == first + second
    assert_holds(folder, log)


@pytest.mark.parametrize("largest_file", [0, 100, 5_000])
@pytest.mark.parametrize("order", [{"put": [3]}, {"remove": 1}], ids=["put", "remove"])
def test_a_full_disk_is_one_line_and_changes_nothing(changer, base, order, largest_file):
    before = every_file(base)
    said = changer(base, **order, largest_file=largest_file)["said"]
    assert said.startswith("The disk is full, and the store")
    assert "Free some space" in said
    assert "--store DIR" in said
    assert "\n" not in said
    assert every_file(base) == before
    assert changer(base, **order)["said"] == "done"


@pytest.mark.parametrize("order", [{"put": [3]}, {"remove": 1}], ids=["put", "remove"])
def test_a_folder_closed_to_the_user_is_one_line_and_changes_nothing(changer, order):
    # Not under pytest's folder, which root alone may enter.
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "store"
        store.put(folder, [entry(1, SIZE)])
        before = every_file(folder)
        Path(place).chmod(0o755)
        for path in (folder, folder / ".lock"):
            path.chmod(path.stat().st_mode & ~0o222)
        said = changer(folder, **order, unprivileged=True)["said"]
        assert (
            said == f"The store {folder} cannot be written: Permission denied. Choose another folder with --store DIR."
        )
        assert every_file(folder) == before
        folder.chmod(0o755)


def test_a_place_that_is_no_folder(changer, tmp_path):
    (tmp_path / "file").write_text("in the way")
    said = changer(tmp_path / "file" / "store", put=[1])["said"]
    assert "cannot be written" in said
    assert "--store DIR" in said
