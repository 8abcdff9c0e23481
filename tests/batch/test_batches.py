"""Batches by the real command line, over four communes and small notebooks: what runs again, why, and what fails."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from filelock import FileLock

from helpers import dossiers, manifest, reference, settings, store
from helpers.batch import Failure, Job, Planned, Result, batches, console

PROVINCE, OTHER = "12", "11"
CODES = A, B, C, D = "03388", "03390", "03394", "03405"
UNITS = {"commune": '"03388"', "province": '"12"'}
# A notebook like the reports: its parameters, the slice, and what depends on the other communes.
PARAMETERS = """\
{unit}: str = {value}  # The unit
period: str = "2025-07"  # The period
cutoffs: str = "calendar"  # One of: calendar, official
grain: str = "timestamp"  # One of: timestamp, day
store: str = ""  # The store
greeting: str = "xin chào"  # Whatever
communes: list = []  # Some of them
linked: list = []  # Pages beside it"""
READS = """\
from IPython.display import HTML

from helpers import areas, headline, markup, parameters, slices

parameters.check()
some = {} if "UNIT" == "commune" else {"communes": communes}
made = slices.commune if "UNIT" == "commune" else areas.of
report = made(UNIT, period, cutoffs=cutoffs, grain=grain, folder=store, **some)
ranks = report.peers.positions
ranks = ranks[ranks.iloc[:, 0].eq(report.code) | report.of_many][["indicator", "position", "compared"]]
shown = f"<p>{report.name} {report.cube['dossiers'].sum()} {report.fingerprint} {linked} {ranks.to_csv()}</p>"
markup.noting(HTML(shown), headline.noted(report))"""
FAILS = """\
import json, os, signal, time
from pathlib import Path

fault = json.loads(Path(os.environ["FAULTS"]).read_text()).get(report.code)
if fault == "raise":
    raise ValueError("hồ sơ\\nhỏng")
if fault == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
if fault == "hang":
    time.sleep(600)"""


class Office:
    """A folder with notebooks, reference tables, a store and reports, and the command line in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.store, self.reports = home / "kho dữ liệu", home / "reports"
        self.pages = self.reports / "2025-07" / PROVINCE
        self.stems = {code: reference.file_stem(code) for code in [*CODES, PROVINCE]}

    def run(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        return self.tthc("batch", "2025-07", *words, "--workers", "1", code=code)

    def tthc(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ, "TTHC_HOME": str(self.home), "TTHC_REFERENCE": str(self.home / "reference"),
            "TTHC_STORE": str(self.store), "TTHC_REPORTS": str(self.reports), "FAULTS": str(self.home / "faults"),
        }  # fmt: skip
        command = [sys.executable, "-m", "helpers.cli", *words]
        done = subprocess.run(command, env=environment, cwd=self.home, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def waiting(self, *words: str) -> dict[str, str]:
        """What a dry run says: why, by code."""
        said = self.run("--province", PROVINCE, "--dry-run", *words).stdout.splitlines()
        found = dict(re.fullmatch(r"12/(\d+)-[a-z-]+: (.+)", line).groups() for line in said[:-1])
        assert said[-1] == f"{len(found)} reports would run, {5 - len(found)} are up to date."
        return found

    def bytes(self, reports: Path | None = None) -> dict[str, bytes]:
        folder = (reports or self.reports) / "2025-07" / PROVINCE
        return {path.name.partition("-")[0]: path.read_bytes() for path in folder.glob("[0-9]*.html")}

    def noted(self) -> dict[str, dict[str, object]]:
        manifest = json.loads((self.pages / "manifest.json").read_text(encoding="utf-8"))
        return {name.partition("-")[0]: entry for name, entry in manifest["reports"].items()}

    def fail(self, **faults: str) -> None:
        (self.home / "faults").write_text(json.dumps({code[1:]: fault for code, fault in faults.items()}))

    def put(self, **online: int) -> None:
        """Put 20 dossiers of each commune; so many were filed online."""
        frames = [_dossiers(code[1:], count) for code, count in online.items()]
        rows = dossiers.complete(pd.concat(frames, ignore_index=True))
        store.put(self.store, [store.Entry(rows, {"file": f"{online}.csv", "sha256": ""}, {})])


def _dossiers(code: str, online: int) -> pd.DataFrame:
    received = pd.Timestamp("2025-07-29 08:00") + pd.to_timedelta(range(20), unit="h")
    return pd.DataFrame(
        {
            "dossier_id": [f"{code}-{number:02d}" for number in range(20)],
            "commune": code,
            "channel": ["online"] * online + ["direct"] * (20 - online),
            "received_at": received.as_unit("us"),
        }
    )


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    """An office whose reports are all made: a province of four communes, ranked by what was filed online."""
    # Made once for all test processes, as ``demo`` is.
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "văn phòng"
    with FileLock(f"{home}.lock"):
        if not home.exists():
            home.mkdir()
            _make(home)
    return home


def _make(home: Path) -> None:
    office = Office(home)
    shutil.copytree(settings.reference(), home / "reference")
    table = home / "reference" / "communes.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text(
        "".join(line for line in lines if f",{PROVINCE}," not in line or line[:5] in CODES), encoding="utf-8"
    )
    (home / "notebooks").mkdir()
    for name, unit in (("commune_report", "commune"), ("city_overview", "province")):
        sources = [PARAMETERS.format(unit=unit, value=UNITS[unit]), READS.replace("UNIT", unit), FAILS]
        cells = [nbformat.v4.new_code_cell(source, id=f"cell-{at}") for at, source in enumerate(sources)]
        cells[0].metadata["tags"] = ["parameters"]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), home / "notebooks" / f"{name}.ipynb")
    office.put(_03388=18, _03390=16, _03394=10, _03405=4)
    office.fail()
    done = office.run("--province", PROVINCE, "--notify-command", "tee notified.json")
    assert "5 reports made, 0 up to date, 0 failed." in done.stdout
    told = json.loads((home / "notified.json").read_text(encoding="utf-8"))
    assert told.pop("seconds") > 0
    assert told == {
        "period": "2025-07", "provinces": [PROVINCE], "reports": str(office.reports), "made": 5, "up_to_date": 0,
        "failed": 0, "exit_code": 0, "failures": [], "not_printed": [],
    }  # fmt: skip


@pytest.fixture
def office(made, tmp_path) -> Office:
    """A copy of it that a test may change."""
    return Office(shutil.copytree(made, tmp_path / "office"))


def test_a_dry_run_says_what_would_run_and_why(office):
    assert office.waiting() == {}
    assert office.waiting("--force") == dict.fromkeys([*CODES, PROVINCE], "forced")
    with (office.pages / f"{office.stems[A]}.html").open("a") as page:
        page.write(" ")
    (office.pages / f"{office.stems[B]}.html").unlink()
    (office.pages / f"{office.stems[C]}.ipynb").unlink()
    (office.pages / f"{office.stems[PROVINCE]}.ipynb").write_text("{}")
    assert office.waiting() == {
        A: "html was changed by hand", B: "html missing", C: "ipynb missing", PROVINCE: "ipynb was changed by hand"
    }  # fmt: skip


def test_notebooks_tables_and_parameters_that_changed_are_named(office):
    notebook = office.home / "notebooks" / "commune_report.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("of_many", "of_many "), encoding="utf-8")
    with (office.home / "reference" / "causes.csv").open("a", encoding="utf-8") as table:
        table.write("\n")
    assert office.waiting("-p", "greeting", "chào") == {
        **dict.fromkeys(CODES, "notebook, reference tables, parameters changed"),
        PROVINCE: "reference tables, parameters changed",
    }


def test_changed_dossiers_make_what_depends_on_them_and_nothing_else(office, tmp_path):
    office.put(_03388=12)  # A falls behind B
    office.put(_03405=3)  # D stays the last
    changed = {A: "dossiers, ranks changed", B: "ranks changed", D: "dossiers changed", PROVINCE: "dossiers changed"}
    assert office.waiting() == changed
    before = office.bytes()
    assert "4 reports made, 1 up to date, 0 failed." in office.run("--province", PROVINCE).stdout
    after = office.bytes()
    assert {code for code in after if after[code] != before[code]} == set(changed)

    # The same as when all are made anew; there the store is named, and readable where the values are injected.
    anew = tmp_path / "anew"
    office.run("--province", PROVINCE, "--reports", str(anew), "--store", str(office.store))
    assert office.bytes(anew) == after
    executed = (anew / "2025-07" / PROVINCE / f"{office.stems[A]}.ipynb").read_text(encoding="utf-8")
    assert f'store = \\"{office.store}\\"' in executed
    index = (anew / "2025-07" / PROVINCE / "index.html").read_text(encoding="utf-8")
    assert all(f'href="{stem}.html"' in index for stem in office.stems.values())


def test_a_reported_figure_makes_the_page_of_its_unit_and_the_overview(office):
    table = office.home / "data" / "reported" / "own.csv"
    table.parent.mkdir(parents=True)
    header = "unit,period,indicator,value,source\n"
    table.write_text(f"{header}{B},2025-07,received,20,A\n{C},2025-06,received,20,A\n", encoding="utf-8")
    assert office.waiting() == dict.fromkeys([B, PROVINCE], "reported figures changed")
    table.write_text(f"{header}{PROVINCE},2025-07,received,80,A\n{B},2025-07,received,viele,A\n", encoding="utf-8")
    assert office.waiting() == dict.fromkeys([B, PROVINCE], "reported figures changed")
    done = office.run("--province", PROVINCE, code=1)
    assert "1 reports made, 3 up to date, 1 failed." in done.stdout
    mistake = "own.csv, line 3: 'viele' is no whole number like 8930. Correct the file."
    assert f"failed: {office.stems[B]}: {mistake}" in done.stderr


def test_the_country_comes_last_with_links_to_the_provinces(office):
    """The province is unchanged; the page on the country is new, and goes the same way as all others."""
    assert "2 reports made, 5 up to date, 0 failed." in office.run("--all").stdout
    page = office.reports / "2025-07" / "00" / "00-ca-nuoc.html"
    assert "Cả nước 80 " in page.read_text(encoding="utf-8")
    assert f"['{PROVINCE}']" in page.read_text(encoding="utf-8")
    assert "0 reports made, 7 up to date, 0 failed." in office.run("--all").stdout
    assert "2025-07/00/00-ca-nuoc.html" in (office.reports / "index.html").read_text(encoding="utf-8")
    office.put(_03388=12)
    said = office.run("--all", "--dry-run").stdout
    for name in ("00-ca-nuoc", "00-ca-nuoc.cap-xa"):
        assert f"00/{name}: dossiers changed" in said


def test_a_failure_costs_its_own_report_and_leaves_the_page_that_was_there(office):
    before, noted = office.bytes(), office.noted()
    office.fail(_03388="raise", _03390="kill", _03394="hang")
    words = ["--province", PROVINCE, "--force", "--timeout", "6", "--notify-command", "tee notified.json"]
    done = office.run(*words, code=1)
    assert "2 reports made, 0 up to date, 3 failed." in done.stdout
    assert f"failed at attempt 2: {office.stems[B]}" in done.stderr
    errors = {
        A: "ValueError: hồ sơ hỏng", B: "the kernel died; it may hold", C: "it took longer than 6 seconds (--timeout)"
    }  # fmt: skip
    told = json.loads((office.home / "notified.json").read_text(encoding="utf-8"))
    assert (told["exit_code"], told["made"], told["failed"]) == (1, 2, 3)
    for failure in told["failures"]:
        assert failure["error"].startswith(errors[failure["report"][:5]])
        assert f"failed: {failure['report']}: commune_report, cell 'import json, os, signal, time'" in done.stderr
    for code, error in errors.items():
        entry, log = office.noted()[code], office.pages / f"{office.stems[code]}.log"
        assert office.bytes()[code] == before[code]
        stands = ("made_at", "outputs", "figures")
        assert [entry[name] for name in stands] == [noted[code][name] for name in stands]
        assert entry["figures"]["figures"]["received"] == [20, None]
        assert entry["failure"]["error"].startswith(error)
        assert entry["failure"]["notebook"] == "commune_report"
        assert entry["failure"]["log"] == log.name
        assert error in " ".join(log.read_text(encoding="utf-8").split())
    assert "hồ sơ hỏng" in (office.reports / "failures.html").read_text(encoding="utf-8")
    assert (office.pages / "index.html").read_text(encoding="utf-8").count(">Bản cũ, lập ngày ") == 3

    assert office.waiting() == {**dict.fromkeys(errors, "failed last time"), PROVINCE: "parameters changed"}
    office.fail()
    assert "1 reports made, 0 up to date, 0 failed." in office.run("--communes", A).stdout
    assert office.bytes()[A] == before[A]
    assert office.noted()[A]["failure"] is None
    assert not (office.pages / f"{office.stems[A]}.log").exists()


def test_a_report_made_by_hand_is_noted_and_the_next_batch_makes_its_own(office):
    before = office.noted()[A]
    assert office.tthc("report", A, "2025-07").stdout == f"{office.pages / office.stems[A]}.html\n"
    after = office.noted()[A]
    assert (after["figures"], after["key"]) == (before["figures"], {})
    assert not (office.pages / manifest.JOURNAL).exists()
    assert office.waiting() == {A: "was made apart from a batch"}


def test_a_failure_is_known_since_the_first_of_its_kind():
    job, bad = Job("a", {}, Path("a.html")), Failure("a", "", "")
    first = batches._entry(Result(job, bad), Planned(job, {}, "", None))
    assert first.failure["since"] == first.failure["at"]
    before = replace(first, figures={"unit": "1"}, failure={**first.failure, "since": "2025-01-01"})
    again = batches._entry(Result(job, bad), Planned(job, {}, "", before))
    assert (again.failure["since"], again.figures) == ("2025-01-01", {"unit": "1"})
    old = replace(before, failure={"at": "2025-01-02"})  # of a manifest of the first format
    assert batches._entry(Result(job, bad), Planned(job, {}, "", old)).failure["since"] == "2025-01-02"
    good = batches._entry(Result(job, figures={"unit": "2"}), Planned(job, {}, "", again))
    assert (good.failure, good.figures) == (None, {"unit": "2"})


def test_the_exit_code_says_whether_all_some_or_none_are_good():
    good = Result(Job("a", {}, Path("a.html")))
    bad = Result(good.job, Failure("a", "", ""))
    codes = [console.Tally(results=results).code for results in ((), (good,), (good, bad), (bad,))]
    assert codes == [0, 0, 1, 2]
    assert console.Tally(results=(bad,), unchanged=1).code == 1


def test_nothing_runs_when_a_parameter_is_unknown_or_another_batch_is_at_work(office):
    reports = office.home / "none"
    done = office.run("--province", PROVINCE, "-p", "greting", "x", "--reports", str(reports), code=2)
    assert "Unknown parameter greting. This notebook takes: commune, period," in done.stderr
    assert not reports.exists()
    with FileLock(office.reports / ".batch.lock"):
        done = office.run("--province", PROVINCE, code=2)
    assert done.stderr.startswith(f"Error: Another batch is writing to {office.reports}.")


@contextmanager
def _cluster(home: Path) -> Iterator[str]:
    """A scheduler and one worker, which has the notebooks and nothing else; the scheduler's address."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TTHC_")}
    environment |= {"TTHC_HOME": str(home), "FAULTS": str(home / "faults"), "XDG_CACHE_HOME": str(home / "cache")}
    found, started = home / "scheduler.json", []
    with (home / "dask.log").open("w") as log:
        for words in (["scheduler", "--port", "0"], ["worker", "--nthreads", "1"]):
            command = [sys.executable, "-m", "dask", *words, "--dashboard-address", "localhost:0"]
            command += ["--scheduler-file", str(found)]
            started.append(subprocess.Popen(command, env=environment, cwd=home, stdout=log, stderr=log))
        try:
            end = time.monotonic() + 60
            while (home / "dask.log").read_text().count("Starting established") < 2 and time.monotonic() < end:
                time.sleep(0.1)
            assert time.monotonic() < end, (home / "dask.log").read_text()
            yield json.loads(found.read_text())["address"]
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait(timeout=60)


@pytest.mark.long  # nine commands; how files are shared is tested apart, and by the fault run
def test_machines_that_share_an_address_and_no_folder_make_the_same_pages(office, tmp_path):
    machine, anew, share = tmp_path / "machine", tmp_path / "anew", (tmp_path / "share").as_uri()
    shutil.copytree(office.home / "notebooks", machine / "notebooks")
    faults = machine / "faults"
    faults.write_text(json.dumps({B: "raise"}))
    with _cluster(machine) as address:
        there = ["batch", "2025-07", "--scheduler", address, "--share", share]
        words = [*there, "--province", PROVINCE, "--reports", str(anew)]
        done = office.tthc(*words, code=1)
        assert "4 reports made, 0 up to date, 1 failed." in done.stdout
        pages = anew / "2025-07" / PROVINCE
        assert "hồ sơ\nhỏng" in (pages / f"{office.stems[B]}.log").read_text(encoding="utf-8")
        assert "0 reports made, 4 up to date, 1 failed." in office.tthc(*words, code=1).stdout

        faults.write_text("{}")
        assert "2 reports made, 3 up to date, 0 failed." in office.tthc(*words).stdout  # one, and the links to it
        assert office.bytes(anew) == office.bytes()
        both = [{path.name for path in folder.iterdir()} for folder in (pages, office.pages)]
        assert both[0] == both[1]
        (kept,) = (machine / "cache").glob("tthc-reports/*/*/cache")
        assert list(kept.glob("*.parquet")), "ranks are computed once a machine"
        assert not [path for path in tmp_path.rglob("*") if ".new" in path.name]

        # Two provinces are surveyed there; here it is known then.
        other = reference.communes_of(OTHER)["code"].iloc[0]
        office.put(**{f"_{other}": 7})
        everything = [*there, "--all", "--reports", str(tmp_path / "all")]
        assert "9 reports made, 0 up to date, 0 failed." in office.tthc(*everything).stdout
        assert "0 reports made, 9 up to date, 0 failed." in office.tthc(*everything).stdout
        local = ["batch", "2025-07", "--all", "--reports", str(tmp_path / "here")]
        assert "9 reports made" in office.tthc(*local).stdout
        written = {
            path.relative_to(tmp_path / "all"): path.read_bytes() for path in (tmp_path / "all").rglob("[0-9]*.html")
        }
        assert len(written) >= 9
        assert all((tmp_path / "here" / name).read_bytes() == content for name, content in written.items())

        notebook = machine / "notebooks" / "commune_report.ipynb"
        notebook.write_text(notebook.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        done = office.tthc(*there, "--communes", A, "--reports", str(tmp_path / "other"), code=2)
        refused = r"failed: 03388-\S+: Machine \S+: it has other notebook than the machine that gave the order\. Bring"
        assert re.search(refused, done.stderr)
        assert "it has other notebook" in next((tmp_path / "other").rglob("*.log")).read_text(encoding="utf-8")
    done = office.run("--province", PROVINCE, "--share", share, code=2)
    assert "--share is for the machines of a cluster: name its --scheduler ADDRESS too." in done.stderr


@pytest.mark.browser
@pytest.mark.long  # three commands, and a browser in two of them
def test_pages_are_printed_when_that_is_asked_for_and_only_those_that_lack_it(office, chromium, monkeypatch):
    monkeypatch.setenv("TTHC_CHROMIUM", chromium)
    words = ["--province", PROVINCE]
    pdfs = {code: office.pages / f"{stem}.pdf" for code, stem in office.stems.items()}
    volume = office.pages / f"{office.stems[PROVINCE]}-toan-bo.pdf"
    pdfs[C].mkdir()  # so that nothing can be written there
    done = office.run(*words, "--pdf", code=1)
    assert "0 reports made, 5 up to date, 0 failed. 4 PDFs printed, 1 failed." in done.stdout
    assert f"not printed: {office.stems[C]}: " in done.stderr
    first = pdfs[A].read_bytes()

    pdfs[C].rmdir()
    pdfs[A].write_bytes(first + b"x")
    assert "0 failed. 2 PDFs printed, 0 failed." in office.run(*words, "--pdf").stdout
    assert pdfs[A].read_bytes() == first
    assert volume.exists()

    office.put(_03405=3)
    made = office.run(*words).stdout
    assert "2 reports made, 3 up to date, 0 failed.\n" in made, "nobody asked for PDFs"
    assert not pdfs[D].exists(), "it was of an earlier page"
    assert not volume.exists()
    assert pdfs[A].exists()
