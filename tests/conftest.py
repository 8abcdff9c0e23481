"""Fixtures that several tests share."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import settings as hypothesis_settings

from helpers import (
    cube,
    dossiers,
    durations,
    gaps,
    indicators,
    outcomes,
    overdue,
    sample,
    settings,
    slices,
    store,
    trends,
)

# The same examples every time, however slow the machine: a test that fails must fail again.
EXAMPLES = 200 if "TTHC_ALL_TESTS" in os.environ else 50
hypothesis_settings.register_profile("project", deadline=None, derandomize=True, max_examples=EXAMPLES)
hypothesis_settings.load_profile("project")

PROJECT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave long tests to .ci/run."""
    if "TTHC_ALL_TESTS" not in os.environ:
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="long: set TTHC_ALL_TESTS=1"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the real data that stand beside the project on a developer's machine; not part of it."""
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no ../shared/data beside the project")
    return folder


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the small sample, made once by each test process."""
    folder = tmp_path_factory.mktemp("small") / "store"
    sample.write(folder, "small")
    return folder


@pytest.fixture
def table() -> Callable[..., pd.DataFrame]:
    """Makes a dossier table from a few rows; what a row does not say is a plain citizen's dossier or missing."""

    def make(*rows: dict[str, object]) -> pd.DataFrame:
        filled = [
            {"dossier_id": f"H31-{number}", "commune": "10972", "received_at": "2025-07-10 09:00", **row}
            for number, row in enumerate(rows)
        ]
        frame = pd.DataFrame(filled)
        for column in set(dossiers.TIMES) & set(frame):
            frame[column] = pd.to_datetime(frame[column], format="ISO8601").astype("datetime64[us]")
        return dossiers.complete(frame)

    return make


@pytest.fixture
def stored(table: Callable[..., pd.DataFrame], tmp_path: Path) -> Callable[..., Path]:
    """Puts a few rows, as ``table`` takes them, into one store; gives its folder."""

    def put(*rows: dict[str, object]) -> Path:
        folder = tmp_path / "store"
        store.put(folder, [store.Entry(table(*rows), {"file": "a.csv", "sha256": ""}, {})])
        return folder

    return put


@pytest.fixture
def report(table: Callable[..., pd.DataFrame], stored: Callable[..., Path]) -> Callable[..., slices.CommuneSlice]:
    """The report of Đường An in July 2025 on any rows, as ``table`` takes them, without a store for each."""
    empty = slices.commune("10972", "2025-07", folder=stored({}))

    def make(*rows: dict[str, object]) -> slices.Slice:
        read = table(*rows)
        classed = outcomes.classify(read, empty.period)
        counts = cube.count(classed)
        return replace(
            empty,
            classed=classed,
            cube=counts,
            computed=indicators.compute(counts),
            daily=trends.daily(classed, empty.period),
            gaps=gaps.count(classed),
            overdue=overdue.select(classed, empty.period),
            durations=durations.of(classed),
            broken=cube.broken_identities(counts, read, empty.period),
        )

    return make


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Debian's Chromium; without it browser tests are skipped, or fail where they must run."""
    path = os.environ.get("TTHC_CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        if os.environ.get("TTHC_REQUIRE_BROWSER"):
            pytest.fail(f"no Chromium at {path}")
        pytest.skip(f"no Chromium at {path}; install it (apt-get install chromium) or set TTHC_CHROMIUM")
    return path


@pytest.fixture
def own_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the reference tables that a test may edit."""
    folder = tmp_path / "reference"
    shutil.copytree(settings.reference(), folder)
    monkeypatch.setenv("TTHC_REFERENCE", str(folder))
    return folder


@pytest.fixture
def five_communes(own_reference: Path) -> Path:
    """The reference tables, with a province, 12, of five communes: four of them are enough to be ranked."""
    kept = ("03388", "03390", "03394", "03405", "03408")
    table = own_reference / "communes.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join(line for line in lines if ",12," not in line or line[:5] in kept), encoding="utf-8")
    return own_reference


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the pages that ``tthc demo`` makes, in a path with spaces and Vietnamese letters."""
    # Made once for all test processes: pytest-xdist gives each a folder of its own inside that of the run.
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = base / "thư mục thử"
    with FileLock(base / "demo.lock"):
        if not home.exists():
            home.mkdir()
            _make_demo(home)
    return home / "báo cáo"


@pytest.fixture(scope="session")
def more(demo: Path) -> list[Path]:
    """Pages of the kinds that the demo has none of, and the longest; none in everyday tests."""
    if "TTHC_ALL_TESTS" not in os.environ:
        return []
    home, folder = demo.parent, demo.parent / "trang khác"
    with FileLock(home / "more.lock"):
        if not folder.exists():
            for words in MORE:
                _tthc(home, folder, *words)
    return sorted([*folder.glob("*/*/[0-9]*.html"), *folder.glob("public/*/*/*.html"), *folder.glob("public/*/*.html")])


MORE = (
    ("report", "46", "2025-W28"),
    ("report", "31", "2025"),
    ("report", "all", "2025-Q3"),
    ("report", "all", "2025-Q3", "-p", "communes", "all"),
    ("bundle", "2025-Q3", "--province", "25", "--edition", "public"),
)


def _make_demo(home: Path) -> None:
    run = _tthc(home, home / "báo cáo", "demo")
    assert "12 reports made, 0 failed." in run.stdout
    assert run.stdout.splitlines()[-1] == str(home / "báo cáo" / "index.html")
    assert "WARNING" not in run.stderr


def _tthc(home: Path, reports: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """A command on the store of the demo."""
    environment = {**os.environ, "TTHC_STORE": str(home / "kho dữ liệu"), "TTHC_REPORTS": str(reports)}
    command = [sys.executable, "-m", "helpers.cli", *words]
    run = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run
