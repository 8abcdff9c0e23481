"""A batch among faults: reports that raise, hang, kill their kernel or fill the memory, damaged files, and kills.

``python tests/batch/fault_run.py [--reports 200]`` makes a store of its own, a clean run of its reports to compare
with, and the same reports under faults: the batch is killed twice with SIGKILL and started again, and at last one of
its workers is killed; then all is done twice more on a dask cluster, of which one worker is killed: with folders in
common, and with an address in their place. It prints what it
saw; exit code 1 when a claim is broken.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

from helpers import dossiers, reference, settings, store

PERIOD = "2025-07"
WHOLE = ("12", "11", "04", "22", "20", "42")  # provinces of the good reports: of few communes, so that most are ranked
APART = ("01", "79")  # provinces of one commune each, whose file is damaged
MIX = {"raise": 10, "hang": 5, "kill": 5, "memory": 3, "corrupt": 2}  # of 200 reports
KILLED_ONCE = "kill once"  # mended by the second attempt
MEMORY = 900  # MB
NAMED = {  # what the manifest must say of each fault: cell, error
    "raise": ("import json", r"ValueError: hồ sơ hỏng \d{5}"),
    "hang": ("import json", r"it took longer than \d+ seconds"),
    "kill": ("import json", r"the kernel died"),
    "memory": ("import json", r"MemoryError"),
    "corrupt": ("report = slices.commune", r"\.parquet is damaged"),
}
MISBEHAVING = """\
import json
import os
import signal
import subprocess
from pathlib import Path

fault = json.loads(Path(os.environ["FAULTS"]).read_text()).get(report.code)
once = Path(os.environ["FAULTS"] + report.code)
if fault in ("hang", "kill"):
    subprocess.Popen(["sleep", "900"])
if fault == "raise":
    raise ValueError(f"hồ sơ hỏng {report.code}")
while fault == "hang":
    pass
if fault == "kill" or (fault == "kill once" and not once.exists()):
    once.touch()
    os.kill(os.getpid(), signal.SIGKILL)
held = []
while fault == "memory":
    held.append(b"x" * 50_000_000)"""
TILE = re.compile(r'Tiếp nhận trong kỳ</p>\s*<p class="figure">([\d.]+)<')


@dataclass
class Scene:
    """Folders, and what each commune has and does."""

    base: Path
    sizes: dict[str, int]
    faults: dict[str, str]
    timeout: int
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    broken: list[str] = field(default_factory=list)

    @property
    def failing(self) -> dict[str, str]:
        return {code: fault for code, fault in self.faults.items() if fault != KILLED_ONCE}

    def claim(self, holds: bool, words: str, detail: Any = "") -> None:
        click.echo(f"  {'ok    ' if holds else 'BROKEN'} {words}{f': {detail}' if detail and not holds else ''}")
        if not holds:
            self.broken.append(words)

    def environment(self, table: str) -> dict[str, str]:
        (self.base / "runtime").mkdir(exist_ok=True)
        (self.base / "t").mkdir(exist_ok=True)
        return {
            **os.environ, "FAULT_RUN": self.mark, "FAULTS": str(self.base / table), "TMPDIR": str(self.base / "t"),
            "TTHC_HOME": str(self.base / "home"), "TTHC_STORE": str(self.base / "store"),
            "TTHC_REFERENCE": str(self.base / "home" / "data" / "reference"),
            "JUPYTER_RUNTIME_DIR": str(self.base / "runtime"), "PYTHONUNBUFFERED": "1",
        }  # fmt: skip

    def start(self, reports: str, table: str, *words: str) -> subprocess.Popen[str]:
        command = [
            sys.executable, "-m", "helpers.cli", "batch", PERIOD, "--communes", str(self.base / "communes.txt"),
            "--reports", str(self.base / reports), "--timeout", str(self.timeout), "--memory", str(MEMORY), *words,
        ]  # fmt: skip
        log = (self.base / f"{reports}.log").open("a", encoding="utf-8")
        with log:
            return subprocess.Popen(
                command, env=self.environment(table), cwd=self.base, stdout=log, stderr=log, text=True
            )

    def said(self, reports: str) -> str:
        return (self.base / f"{reports}.log").read_text(encoding="utf-8")

    def processes(self) -> list[tuple[int, str]]:
        """Processes of this run that are alive: those that have its environment or name its folder."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (place / "cmdline").read_bytes()
                ours = self.mark.encode() in (place / "environ").read_bytes() or str(self.base).encode() in words
                if ours and words and int(place.name) != os.getpid():
                    found.append((int(place.name), words.replace(b"\0", b" ").decode(errors="replace")[:150]))
        return found

    def pages(self, reports: str) -> dict[str, Path]:
        return {path.name[:5]: path for path in (self.base / reports).glob("*/*/[0-9][0-9][0-9][0-9][0-9]-*.html")}

    def noted(self, reports: str) -> dict[str, dict[str, Any]]:
        """What the manifests say, by commune."""
        found = {}
        for path in (self.base / reports).glob("*/*/manifest.json"):
            for name, entry in json.loads(path.read_text(encoding="utf-8"))["reports"].items():
                found[name[:5]] = {**entry, "folder": path.parent}
        return found

    def journaled(self, reports: str) -> set[str]:
        """Communes whose page a batch that was killed has noted."""
        lines = [
            line
            for path in (self.base / reports).glob("*/*/.journal.jsonl")
            for line in path.read_text(encoding="utf-8").split("\n")[:-1]
        ]
        return {name[:5] for name, entry in map(json.loads, lines) if entry["failure"] is None}


def make_scene(base: Path, count: int, timeout: int) -> Scene:
    faults = Counter({fault: max(1, round(of * count / 200)) for fault, of in MIX.items()})
    apart = [reference.communes_of(province)["code"].iloc[0] for province in APART][: faults["corrupt"]]
    together = [code for province in WHOLE for code in reference.communes_of(province)["code"]]
    codes = together[: count - len(apart)]
    chance = random.Random(2025)
    wild = chance.sample(codes, sum(faults.values()) - faults["corrupt"] + 2)
    kinds = [*(faults - Counter({"corrupt": faults["corrupt"]})).elements(), KILLED_ONCE, KILLED_ONCE]
    table = {**dict(zip(wild, kinds, strict=True)), **dict.fromkeys(apart, "corrupt")}
    sizes = {code: 30 + number for number, code in enumerate([*codes, *apart])}

    home = base / "home"
    shutil.copytree(settings.reference(), home / "data" / "reference")
    (home / "notebooks").mkdir()
    notebook = json.loads(settings.notebook("commune_report").read_text(encoding="utf-8"))
    at = next(at for at, cell in enumerate(notebook["cells"]) if "slices.commune(" in "".join(cell["source"]))
    cell = {**notebook["cells"][at], "id": "misbehaving", "source": MISBEHAVING.splitlines(keepends=True)}
    notebook["cells"].insert(at + 1, cell)
    (home / "notebooks" / "commune_report.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    for name in ("city_overview", "data_quality"):
        shutil.copy(settings.notebook(name), home / "notebooks")

    frame = pd.concat([_dossiers(code, size) for code, size in sizes.items()], ignore_index=True)
    store.put(base / "store", [store.Entry(dossiers.complete(frame), {"file": "xuất.csv", "sha256": ""}, {})])
    (base / "communes.txt").write_text("\n".join(sizes), encoding="utf-8")
    (base / "none").write_text("{}")
    (base / "some").write_text(json.dumps(table))
    return Scene(base, sizes, table, timeout)


def _dossiers(code: str, size: int) -> pd.DataFrame:
    """Dossiers of a commune: their number and their codes tell whose they are."""
    chance = np.random.default_rng(int(code))
    received = pd.Timestamp(PERIOD) + pd.to_timedelta(chance.integers(0, 30 * 24, size) + 7, unit="h")
    due = received + pd.to_timedelta(chance.integers(1, 9, size), unit="D")
    ended = pd.Series(due + pd.to_timedelta(chance.integers(-30, 20, size), unit="h"))
    fields = reference.table("fields")["code"].head(5).to_numpy()
    return pd.DataFrame(
        {
            "dossier_id": [f"F{code}-{number:03d}" for number in range(size)],
            "commune": code,
            "field": chance.choice(fields, size),
            "channel": chance.choice(["online", "direct"], size),
            "received_at": received.as_unit("us"),
            "due_at": due.as_unit("us"),
            "finished_at": ended.where(chance.random(size) < 0.7).clip(lower=pd.Series(received)),
        }
    )


def damage(scene: Scene) -> None:
    """Flip bytes in the middle of the files of the provinces that stand apart."""
    for province in APART:
        for path in (scene.base / "store" / f"province={province}").glob("*/*.parquet"):
            data = bytearray(path.read_bytes())
            for at in range(len(data) // 3, 2 * len(data) // 3):
                data[at] ^= 0xFF
            path.write_bytes(data)


def run_clean(scene: Scene) -> None:
    click.echo("Clean run")
    start = time.monotonic()
    code = scene.start("clean", "none").wait()
    seconds = time.monotonic() - start
    scene.claim(code == 0, f"{len(scene.sizes)} reports made in {seconds:.0f} s", scene.said("clean")[-2000:])
    scene.claim(set(scene.pages("clean")) == set(scene.sizes), "a page for each commune")
    check_whose(scene, "clean", set(scene.sizes))
    check_rest(scene, "clean")


def run_killed(scene: Scene, kills: int) -> None:
    click.echo("Under faults, the batch killed")
    chance = random.Random()
    before: dict[str, int] = {}
    start = time.monotonic()
    for kill in range(1, kills + 1):
        process = scene.start("faulty", "some")
        enough = (kill - chance.uniform(0.2, 0.8)) / (kills + 1) * (len(scene.sizes) - len(scene.failing))
        wait_until(lambda: len(scene.journaled("faulty")) >= enough or process.poll() is not None)  # noqa: B023
        time.sleep(chance.random())
        alive = process.poll() is None
        process.kill()
        process.wait()
        left = wait_for_end(scene)
        done = {code: scene.pages("faulty")[code].stat().st_mtime_ns for code in scene.journaled("faulty")}
        scene.claim(alive, f"kill {kill}: {len(done)} good pages were noted")
        scene.claim(not left, f"no process is left after kill {kill}", left)
        changed = before.items() - done.items()
        scene.claim(not changed, f"what was made before kill {kill} stayed", changed)
        before = done
    process = scene.start("faulty", "some")
    wait_until(lambda: len(scene.journaled("faulty")) > len(before) or process.poll() is not None)
    os.kill(worker_of(process.pid), signal.SIGKILL)
    scene.claim(process.poll() is None, "and then one of its workers")
    code = process.wait()
    click.echo(f"  killed and finished in {time.monotonic() - start:.0f} s")
    scene.claim(f", {len(before)} up to date," in scene.said("faulty"), "the last start went on where it was stopped")
    again = {name: page.stat().st_mtime_ns for name, page in scene.pages("faulty").items() if name in before}
    scene.claim(again == before, "and made none of those pages again", before.items() - again.items())
    check_faulty(scene, "faulty", code)


def run_on_cluster(scene: Scene, name: str, sharing: str) -> None:
    """Name of the folder of reports; address in place of common folders, if any."""
    click.echo(f"Under faults, on a dask cluster, one worker killed{', no common folder' if sharing else ''}")
    if find_spec("distributed") is None:
        click.echo("  SKIPPED: dask is not installed (pip install distributed)")
        return
    for path in scene.base.glob("some?????"):
        path.unlink()
    start = time.monotonic()
    with cluster(scene, apart=bool(sharing)) as (address, workers):
        process = scene.start(name, "some", "--scheduler", address, *(["--share", sharing] if sharing else []))
        wait_until(lambda: len(scene.journaled(name)) >= len(scene.sizes) // 6 or process.poll() is not None)
        running = worker_of(workers[0])
        os.kill(running, signal.SIGKILL)
        scene.claim(process.poll() is None, f"worker {running} killed after {len(scene.journaled(name))} pages")
        code = process.wait()
    click.echo(f"  finished in {time.monotonic() - start:.0f} s")
    check_faulty(scene, name, code)


@contextmanager
def cluster(scene: Scene, apart: bool) -> Iterator[tuple[str, list[int]]]:
    """A scheduler and two workers, which may know nothing of the store; address, and the numbers of their nannies."""
    log = (scene.base / "dask.log").open("w")
    found = scene.base / "scheduler.json"
    place = ["--scheduler-file", str(found)]
    orders = [["scheduler", "--port", "0", "--dashboard-address", "localhost:0", *place]]
    orders += [["worker", "--nthreads", "1", "--dashboard-address", "localhost:0", *place]] * 2
    environment = {**scene.environment("some"), "DASK_TEMPORARY_DIRECTORY": str(scene.base / "dask")}
    environment["XDG_CACHE_HOME"] = str(scene.base / "cache")
    if apart:
        del environment["TTHC_STORE"], environment["TTHC_REFERENCE"]
    started = []
    for words in orders:
        command = [sys.executable, "-m", "dask", *words]
        started.append(subprocess.Popen(command, env=environment, cwd=scene.base, stdout=log, stderr=log))
    try:
        wait_until(lambda: (scene.base / "dask.log").read_text().count("Starting established connection to tcp") >= 4)
        yield json.loads(found.read_text())["address"], [process.pid for process in started[1:]]
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(timeout=60)
        log.close()


def worker_of(pid: int) -> int:
    """A worker of a batch, or that of a nanny; other processes that they start only watch."""
    children = " ".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")).split()
    return next(int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes())


def wait_until(holds: Callable[[], bool], seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.2)


def wait_for_end(scene: Scene) -> list[tuple[int, str]]:
    """Processes that do not end soon after the one that they belong to."""
    wait_until(lambda: not scene.processes(), 20)
    return scene.processes()


def check_faulty(scene: Scene, reports: str, code: int) -> None:
    failing, good = scene.failing, set(scene.sizes) - set(scene.failing)
    pages, clean, noted = scene.pages(reports), scene.pages("clean"), scene.noted(reports)
    scene.claim(code == 1, "exit code 1: some failed", f"{code}: {scene.said(reports)[-2000:]}")
    scene.claim(set(pages) == good, f"{len(good)} good pages, no others", set(pages) ^ good)
    differing = [name for name in sorted(good & set(pages)) if written(pages[name]) != written(clean[name])]
    scene.claim(not differing, "each byte for byte that of the clean run, and so the files beside it", differing)
    named = {name for name, entry in noted.items() if entry["failure"]}
    scene.claim(named == set(failing), f"{len(failing)} failures in the manifests", named ^ set(failing))
    wrong = [noted[name]["failure"] for name in named & set(failing) if not told(noted[name], failing[name])]
    scene.claim(not wrong, "each with notebook, cell, error and log", wrong)
    twice = {name: f"attempt 2: {name}" in scene.said(reports) for name, fault in failing.items() if fault == "kill"}
    scene.claim(all(twice.values()), "those whose kernel died were tried twice", twice)
    check_whose(scene, reports, good)
    check_rest(scene, reports)


def written(page: Path) -> dict[str, bytes]:
    """A page and the files beside it: form, annex and draft."""
    files = [page, *page.parent.glob(f"{page.stem}-*.xlsx"), *page.parent.glob(f"{page.stem}-*.docx")]
    assert len(files) == 4, files
    return {path.name: path.read_bytes() for path in files}


def told(entry: dict[str, Any], fault: str) -> bool:
    cell, error = NAMED[fault]
    failure = entry["failure"]
    log = entry["folder"] / failure["log"]
    return bool(
        failure["notebook"] == "commune_report"
        and failure["cell"].startswith(cell)
        and re.search(error, failure["error"])
        and log.is_file()
        and re.search(error, log.read_text(encoding="utf-8"))
    )


def check_whose(scene: Scene, reports: str, communes: set[str]) -> None:
    """Each page names its own commune, and only its own dossiers and their number."""
    names = reference.names("communes")
    wrong = []
    for code, path in scene.pages(reports).items():
        page, notebook = (file.read_text(encoding="utf-8") for file in (path, path.with_suffix(".ipynb")))
        received = TILE.search(page)
        own = (
            code in communes
            and f"<dd>{code}</dd>" in page
            and names[code] in page
            and received is not None
            and int(received[1].replace(".", "")) == scene.sizes[code]
            and set(re.findall(r"F(\d{5})-\d", page)) == {code}
            and set(re.findall(r"F(\d{5})-\d", notebook)) == {code}
        )
        if not own:
            wrong.append(path.name)
    scene.claim(not wrong, "no page holds another commune's figures", wrong)


def check_rest(scene: Scene, reports: str) -> None:
    left = wait_for_end(scene)
    scene.claim(not left, "no process is left", left)
    folder = scene.base / reports
    kept = {".html", ".ipynb", ".log", ".xlsx", ".docx"}
    odd = [
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in kept and path.name not in ("manifest.json", ".batch.lock")
    ]
    odd += [path for path in folder.rglob(".*") if path.name != ".batch.lock"]
    odd += [*(scene.base / "t").iterdir(), *(scene.base / "runtime").iterdir()]
    odd += (scene.base / "store").rglob("*.new")
    scene.claim(not odd, "no temporary file is left", odd)


@click.command()
@click.option("--reports", default=200, show_default=True, type=click.IntRange(12, 300))
@click.option("--timeout", default=30, show_default=True, help="Seconds for a report; more than a slow good one takes.")
@click.option("--kills", default=2, show_default=True, help="How often the batch is killed.")
@click.option("--cluster/--no-cluster", "clustered", default=True, help="The stage on a dask cluster.")
@click.option("--keep", is_flag=True, help="Leave the folder, to look at.")
def main(reports: int, timeout: int, kills: int, clustered: bool, keep: bool) -> None:
    """Make reports among faults, and say which claims hold."""
    base = Path(tempfile.mkdtemp(prefix="fault-", dir="/tmp"))  # short: sockets have their place below it
    start = time.monotonic()
    try:
        scene = make_scene(base, reports, timeout)
        counts = ", ".join(f"{number} {fault}" for fault, number in Counter(scene.faults.values()).items())
        click.echo(f"{reports} reports in {base}: {counts}")
        run_clean(scene)
        damage(scene)
        run_killed(scene, kills)
        if clustered:
            run_on_cluster(scene, "cluster", "")
            run_on_cluster(scene, "shared", (base / "share").as_uri())
    finally:
        if not keep:
            shutil.rmtree(base, ignore_errors=True)
    click.echo(f"{len(scene.broken)} claims broken, {time.monotonic() - start:.0f} s.")
    sys.exit(1 if scene.broken else 0)


if __name__ == "__main__":
    main()
