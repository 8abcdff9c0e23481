"""What a batch of reports costs beside other ways of making the same pages, and how that grows.

    make bench                                              # about half an hour on two cores
    .venv/bin/python benchmarks/batches.py --quick          # small numbers, to see that it works
    .venv/bin/python benchmarks/batches.py -n 4 --sides bde --no-growth

The sides, each a process of its own, one after the other, over the same communes of one sample store:

    a  the commands `papermill` and `nbconvert`, one after the other for each report
    b  papermill with its defaults (an ordinary kernel a report) and the exporter, in one process
    c  ploomber-engine, which runs the cells inside the one process, and the exporter
    d  `tthc batch --workers 1`
    e  `tthc batch` with a worker a core
    f  floor: the code cells run as plain functions in one process that has made two reports before, and the exporter

All export with our exporter, so that their pages can be compared; nbconvert's own HTML exporter would cost more. Each
side begins without the cache beside the store, and starts, imports and surveys at its own cost; only the floor is
warm. Only c finds ploomber-engine, which papermill would load on every side. A second run of a quarter of the reports
tells what is spent once apart: `more` is what one report more costs. a and b, which are slow, make fewer reports; the
ratios are at as many reports as the others made.

CPU seconds are those of the whole process tree, as the system counts them for ended processes: `wait4` gives those of a
child with all that it has waited for, and what it leaves behind comes to this program (PR_SET_CHILD_SUBREAPER), which
waits for it as well. Beside that, the processes alive are looked at from outside; the share of CPU that was seen so is
printed, and is a little under 100 % because the last moments of each process are missed. Of the floor, and of one
warm report, only the counted reports are timed, from inside. Memory is the largest sum of PSS of all processes at one
moment: pages that several share count once. It is sampled every 0.2 s, less often when looking takes long.

Needs Linux and the extra `bench`.
"""

import ast
import contextlib
import ctypes
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from types import CodeType
from typing import Any, Final

import click
import psutil

PROVINCE: Final = "31"
PERIOD: Final = "2025-Q4"
NOTEBOOK: Final = "commune_report"
TITLES: Final = {
    "a": "papermill, nbconvert commands",
    "b": "papermill in one process",
    "c": "ploomber-engine in one process",
    "d": "tthc batch, 1 worker",
    "e": "tthc batch, all cores",
    "f": "floor: plain functions, warm",
}
SLOW: Final = "ab"
WARM: Final = "w"  # one report of ours after two others, timed from inside as the floor is
ENVIRONMENT: Final = {
    **{
        name: value
        for name, value in os.environ.items()
        if name not in ("TTHC_KERNELS", "JUPYTER_DEFAULT_PROVISIONER_NAME")
    },
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PLOOMBER_STATS_ENABLED": "false",
}
_SUBREAPER: Final = 36  # of prctl(2)


@dataclass(frozen=True)
class Task:
    """Reports to make: of which communes, from which store, into which folder."""

    communes: tuple[str, ...]
    store: str
    out: str

    def values(self, commune: str) -> dict[str, str]:
        """Parameters of the notebook."""
        return {"commune": commune, "period": PERIOD, "store": self.store}

    def path(self, commune: str, ending: str) -> str:
        """Where a report goes."""
        return str(Path(self.out) / f"{commune}.{ending}")


@dataclass
class Cost:
    """What some reports cost together.

    Attributes
    ----------
    reports : int
    cpu, wall : float
        Seconds.
    seen : float
        CPU seconds that sampling saw.
    memory : list of tuple
        Reports made so far and megabytes of all processes, of each sample.
    """

    reports: int
    cpu: float = 0.0
    wall: float = 0.0
    seen: float = 0.0
    memory: list[tuple[int, float]] = field(default_factory=list)

    @property
    def peak(self) -> float:
        """Most megabytes."""
        return max((megabytes for _, megabytes in self.memory), default=0.0)


class SideFailed(click.ClickException):
    """A side ended with an error; its text is the last line that it printed."""


# ---- the sides, as they run in their own process


def by_papermill(task: Task) -> None:
    """Side b."""
    import papermill

    export = exporting(task)
    for commune in task.communes:
        export(commune, papermill.execute_notebook(notebook(), task.path(commune, "ipynb"), task.values(commune)))


def by_ploomber(task: Task) -> None:
    """Side c."""
    from ploomber_engine import execute_notebook

    export = exporting(task)
    for commune in task.communes:
        made = execute_notebook(notebook(), task.path(commune, "ipynb"), parameters=task.values(commune))
        export(commune, made)


def by_functions(task: Task) -> None:
    """Side f: an executed notebook from the values of the cells' last expressions."""
    import nbformat

    from helpers.annexes import attachments

    export = exporting(task)
    displayed: list[Any] = []
    attachments.display = lambda *shown: displayed.extend(map(output, shown))  # what only a kernel catches
    whole = nbformat.read(notebook(), as_version=4)
    codes = [compiled(cell.source) if cell.cell_type == "code" else None for cell in whole.cells]

    def make(commune: str) -> None:
        names: dict[str, Any] = {}
        cells = []
        for cell, code in zip(whole.cells, codes, strict=True):
            cells.append(nbformat.NotebookNode(cell))
            if code is None:
                continue
            exec(code[0], names)
            shown = None if code[1] is None else eval(code[1], names)
            if "parameters" in cell.metadata.get("tags", []):
                names.update(task.values(commune))
            cells[-1].outputs = [*displayed, *([] if shown is None else [output(shown)])]
            displayed.clear()
        export(commune, nbformat.NotebookNode({**whole, "cells": cells}))

    timed(task, make)


def by_warm_kernel(task: Task) -> None:
    """A report as a worker of a batch makes it, with a kernel of a warm parent."""
    from helpers import batch, kernels

    parent = kernels.Parent()
    os.environ.update({kernels.CHOICE: kernels.NAME, kernels.ADDRESS: str(parent.address)})

    def make(commune: str) -> None:
        given = {"store": task.store}
        result = batch.attempt(batch.job(commune, PERIOD, given, Path(task.out)), batch.Limits())
        if result.failure:
            raise SideFailed(result.failure.line)

    try:
        timed(task, make)
    finally:
        parent.close()


INSIDE: Final = {"b": by_papermill, "c": by_ploomber, "f": by_functions, WARM: by_warm_kernel}


def notebook() -> str:
    """Path of the notebook."""
    from helpers import settings

    return str(settings.notebook(NOTEBOOK))


def exporting(task: Task) -> Callable[[str, Any], None]:
    """Writes the page of an executed notebook."""
    from helpers.export.page import PageExporter

    exporter = PageExporter()

    def export(commune: str, executed: Any) -> None:
        page, _ = exporter.from_notebook_node(executed)
        Path(task.path(commune, "html")).write_text(page, encoding="utf-8")

    return export


def compiled(source: str) -> tuple[CodeType, CodeType | None]:
    """The statements of a cell, and its last expression, which is what it shows."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    shown = compile(ast.Expression(last.value), "cell", "eval") if isinstance(last, ast.Expr) else None
    return compile(tree, "cell", "exec"), shown


def output(shown: Any) -> Any:
    """A cell's output as a kernel would send it."""
    import nbformat

    data, metadata = {"text/plain": repr(shown)}, {}
    if hasattr(shown, "_repr_mimebundle_"):
        more, metadata = shown._repr_mimebundle_()
        data |= more
    elif hasattr(shown, "_repr_html_"):
        told = shown._repr_html_()
        data["text/html"], metadata["text/html"] = told if isinstance(told, tuple) else (told, {})
    return nbformat.v4.new_output("execute_result", data, execution_count=1, metadata=metadata)


def timed(task: Task, make: Callable[[str], None]) -> None:
    """Make two reports, then those that count; print what these cost."""
    for commune in (*task.communes, *task.communes)[:2]:
        make(commune)
    cpu, wall = tree_cpu(), time.perf_counter()
    for commune in task.communes:
        make(commune)
    print(json.dumps({"cpu": tree_cpu() - cpu, "wall": time.perf_counter() - wall}))


def tree_cpu() -> float:
    """CPU seconds of this process, its descendants, and those that these have waited for."""
    alive = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return sum(sum(process.cpu_times()[:4]) for process in alive)


# ---- measuring a side


def measure(side: str, task: Task) -> Cost:
    """Run a side.

    Raises
    ------
    SideFailed
    """
    shutil.rmtree(Path(task.store) / "cache", ignore_errors=True)
    out = Path(task.out)
    out.mkdir(parents=True)
    without = os.pathsep.join([str(without_engine(out.parent)), *filter(None, [ENVIRONMENT.get("PYTHONPATH")])])
    environment = ENVIRONMENT if side == "c" else {**ENVIRONMENT, "PYTHONPATH": without}
    cost, log, begun = Cost(len(task.communes)), out / "log", time.perf_counter()
    with sampled(cost, out):
        for command in commands(side, task):
            cost.cpu += run(command, log, environment)
        cost.wall = time.perf_counter() - begun
    if side in ("f", WARM):
        inside = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
        cost.cpu, cost.wall, cost.seen = inside["cpu"], inside["wall"], 0.0
    click.echo(f"{side}: {cost.reports} reports, {cost.cpu:.1f} s CPU, {cost.wall:.1f} s wall", err=True)
    return cost


def commands(side: str, task: Task) -> Iterator[list[str]]:
    """What a side runs. `python -m` spares the scripts, which do not work where the checkout was moved."""
    python = [sys.executable, "-m"]
    if side == "a":
        for commune in task.communes:
            made = task.path(commune, "ipynb")
            given = [word for item in task.values(commune).items() for word in ("-p", *item)]
            yield [*python, "papermill", notebook(), made, *given]
            yield [*python, "nbconvert", "--to", "tthc-page", made]
    elif side in INSIDE:
        yield [sys.executable, __file__, "--inside", side, json.dumps(asdict(task))]
    else:
        listed = Path(task.out) / "communes.txt"
        listed.write_text("\n".join(task.communes), encoding="utf-8")
        batch = ["helpers.cli", "batch", PERIOD, "--communes", str(listed), "--store", task.store]
        yield [*python, *batch, "--reports", task.out, *(["--workers", "1"] if side == "d" else [])]


def without_engine(folder: Path) -> Path:
    """Make a folder in which papermill finds nothing where it looks for ploomber-engine.

    It imports every engine that is installed, half a CPU-second for this one, whatever is asked for.
    """
    package = folder / "without" / "ploomber_engine"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").touch()
    (package / "engine.py").write_text("DebugEngine = DebugLaterEngine = ProfilingEngine = None\n", encoding="utf-8")
    return package.parent


def run(command: Sequence[str], log: Path, environment: dict[str, str]) -> float:
    """CPU seconds of a command and of every process that it started, which all have ended."""
    cpu, code = 0.0, 0
    with log.open("ab") as file:
        child = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env=environment)
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status, used = os.wait4(-1, 0)
            cpu += used.ru_utime + used.ru_stime
            if pid == child.pid:
                code = child.returncode = os.waitstatus_to_exitcode(status)
    if code:
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise SideFailed(said[-1] if said else f"exit code {code}")
    return cpu


@contextlib.contextmanager
def sampled(cost: Cost, out: Path) -> Iterator[None]:
    """Look at the descendants of this process while something runs."""
    over = threading.Event()
    seen: dict[psutil.Process, float] = {}

    def look() -> None:
        pause = 0.2
        while not over.wait(pause):
            begun, used = time.perf_counter(), time.thread_time()
            kilobytes = 0
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error, OSError):
                    seen[process] = sum(process.cpu_times()[:2])
                    kilobytes += proportional(process.pid)
            with contextlib.suppress(FileNotFoundError):  # a folder went while it was looked through
                made = sum(path.name[:5].isdigit() for path in out.rglob("*.html"))
                cost.memory.append((made, kilobytes / 1024))
            pause = max(0.2 - (time.perf_counter() - begun), 20 * (time.thread_time() - used))

    watch = threading.Thread(target=look)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()
        cost.seen = sum(seen.values())


def proportional(pid: int) -> int:
    """PSS of a process in kilobytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


# ---- the program


@click.command()
@click.option(
    "-n", "few", type=click.IntRange(1), default=12, show_default=True, help="Reports of the slow sides a and b."
)
@click.option("--many", type=click.IntRange(1), default=114, show_default=True, help="Reports of the other sides.")
@click.option("--store", "given", type=click.Path(path_type=Path), help="As `tthc sample --scale city` makes it.")
@click.option("--sides", default="abcdef", show_default=True, help="'' for growth alone.")
@click.option("--repeat", type=click.IntRange(1), default=1, show_default=True, help="Rounds; medians are printed.")
@click.option("--growth/--no-growth", default=True, help="Also 10, 100, 1,000 reports and larger communes.")
@click.option("--quick", is_flag=True, help="Small numbers: a few minutes.")
@click.option("--inside", nargs=2, hidden=True)
def main(
    few: int, many: int, given: Path | None, sides: str, repeat: int, growth: bool, quick: bool,
    inside: tuple[str, str] | None,
) -> None:  # fmt: skip
    """Print what each side costs, and how ours grows."""
    if inside:
        side, task = inside
        INSIDE[side](Task(**json.loads(task)))
        return
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    few, many = (2, 8) if quick else (few, many)
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        folder = Path(place)
        if chosen := "".join(side for side in TITLES if side in sides):
            compare(chosen, few, many, repeat, given or city(folder / "city"), folder)
        if growth:
            grow_reports((5, 20) if quick else (10, 100, 1000), folder)
            grow_dossiers((1_000, 10_000) if quick else (1_000, 10_000, 100_000, 1_000_000), folder)


def compare(sides: str, few: int, many: int, repeat: int, store: Path, folder: Path) -> None:
    """Print the table of the sides, what is asked of them, and whether their pages are the same."""
    from helpers import reference

    fast = spread(list(reference.communes_of(PROVINCE)["code"]), many)
    of = {side: spread(fast, few) if side in SLOW else fast for side in sides}
    costs: dict[str, list[tuple[Cost, Cost]]] = {side: [] for side in sides}
    pages: dict[str, dict[str, bytes]] = {}
    failed: dict[str, str] = {}
    for turn in range(repeat):
        for side in sides[turn % len(sides) :] + sides[: turn % len(sides)]:
            outs = [folder / f"{side}-{turn}-{size}" for size in ("part", "whole")]
            communes = [spread(of[side], max(1, len(of[side]) // 4)), of[side]]
            tasks = [Task(tuple(of_it), str(store), str(out)) for of_it, out in zip(communes, outs, strict=True)]
            try:
                whole = measure(side, tasks[1])
                costs[side].append((whole if side == "f" else measure(side, tasks[0]), whole))
            except SideFailed as error:
                failed[side] = str(error)
            pages[side] = pages_of(outs[1])
            for out in outs:
                shutil.rmtree(out, ignore_errors=True)
    figures = {side: Figures.of(runs) for side, runs in costs.items() if runs}
    print_sides(figures)
    for side, error in failed.items():
        print(f"{side} failed: {error}")
    print_asked(figures)
    print_pages(pages)


@dataclass(frozen=True)
class Figures:
    """What a side costs a report: over all, and at the margin."""

    reports: int
    cpu: float
    wall: float
    peak: float
    seen: float
    more_cpu: float
    more_wall: float

    def at(self, reports: int, what: str) -> float:
        """CPU or wall seconds a report when so many are made."""
        each, more = getattr(self, what), getattr(self, f"more_{what}")
        return more + float(each - more) * self.reports / reports

    @classmethod
    def of(cls, runs: list[tuple[Cost, Cost]]) -> "Figures":
        """From runs of a quarter of the reports, and of all."""
        whole = [all_ for _, all_ in runs]

        def margin(of: Callable[[Cost], float]) -> float:
            return median(
                (of(all_) - of(part)) / (all_.reports - part.reports)
                if all_.reports > part.reports
                else of(all_) / all_.reports
                for part, all_ in runs
            )

        return cls(
            whole[0].reports,
            median(cost.cpu / cost.reports for cost in whole),
            median(cost.wall / cost.reports for cost in whole),
            max(cost.peak for cost in whole),
            median(cost.seen / cost.cpu for cost in whole),
            margin(lambda cost: cost.cpu),
            margin(lambda cost: cost.wall),
        )


def print_sides(figures: dict[str, Figures]) -> None:
    """The table of the sides."""
    ours, rows = figures.get("d"), []
    for side, cost in sorted(figures.items()):
        ratios = (cost.at(ours.reports, "cpu") / ours.cpu, cost.more_cpu / ours.more_cpu) if ours else None
        over_all, margin = map("{:.2f}".format, ratios) if ratios else ("", "")
        seen = f"{cost.seen:.0%}" if cost.seen else ""
        spent = [f"{seconds:.2f}" for seconds in (cost.cpu, cost.wall, cost.more_cpu, cost.more_wall)]
        rows.append(
            [side, TITLES[side], f"{cost.reports:,}", *spent, f"{cost.peak:,.0f}", over_all, margin, seen],
        )
    print(f"\nReports of {PERIOD}, seconds a report; 'more': of one report more, without what is spent once a run\n")
    head = "side,,reports,CPU,wall,more CPU,more wall,peak MB,CPU / d,more CPU / d,CPU seen"
    print_table(head.split(","), rows)


def print_asked(figures: dict[str, Figures]) -> None:
    """What is asked of our side."""
    asked = [
        ("CPU d / a", "d", "a", lambda d, a: d / a, "cpu", 1 / 12),
        ("CPU d / b", "d", "b", lambda d, b: d / b, "cpu", 1 / 4),
        ("CPU d / c", "d", "c", lambda d, c: d / c, "cpu", 1.2),
        ("CPU d - f", "d", "f", lambda d, f: d - f, "cpu", 0.30),
        ("wall e / d", "e", "d", lambda e, d: e / d, "wall", 0.55),
        ("CPU f", "f", "f", lambda f, _: f, "cpu", 0.5),
    ]
    many = max((cost.reports for cost in figures.values()), default=0)
    rows = []
    for name, one, other, of, what, most in asked:
        if {one, other} <= figures.keys():
            first, second = figures[one], figures[other]
            over_all = of(first.at(many, what), second.at(many, what))
            margin = of(getattr(first, f"more_{what}"), getattr(second, f"more_{what}"))
            rows.append([name, "", f"{over_all:.3f}", f"{margin:.3f}", f"{most:.3f}"])
    if rows:
        print()
        print_table(["asked", "", f"{many:,} reports", "of one more", "at most"], rows)


def print_pages(pages: dict[str, dict[str, bytes]]) -> None:
    """Whether each side made the same pages as ours."""
    print()
    ours = next((side for side in "ed" if pages.get(side)), "")
    for side, made in sorted(pages.items()):
        both = sorted(made.keys() & pages[ours].keys()) if ours and side != ours else []
        if both:
            other = [code for code in both if made[code] != pages[ours][code]]
            says = f"{len(other)} differ: {', '.join(other[:5])}" if other else "identical byte for byte"
            print(f"pages of {side} and {ours}: {len(both)} compared, {says}")


def pages_of(folder: Path) -> dict[str, bytes]:
    """Pages by the commune's code."""
    return {path.name[:5]: path.read_bytes() for path in folder.rglob("*.html") if path.name[:5].isdigit()}


def grow_reports(sizes: Sequence[int], folder: Path) -> None:
    """Print what more and more reports in one batch cost, and the memory along the longest."""
    store = folder / "wide"
    communes = provinces(store, sizes[-1])
    costs = [measure("e", Task(tuple(communes[:size]), str(store), str(folder / f"{size}-reports"))) for size in sizes]
    print(f"\nReports in one batch, {TITLES['e']}, seconds a report\n")
    print_table(["", "reports", "CPU", "wall", "peak MB"], [
        [
            "", f"{cost.reports:,}", f"{cost.cpu / cost.reports:.2f}", f"{cost.wall / cost.reports:.2f}",
            f"{cost.peak:,.0f}",
        ]
        for cost in costs
    ])  # fmt: skip
    step = sizes[-1] // 10
    print(f"\nMost MB while the last {step} reports were made, up to report")
    last = costs[-1]
    for upto in (step, sizes[-1] // 2, sizes[-1]):
        held = [megabytes for made, megabytes in last.memory if upto - step <= made < upto]
        print(f"{upto:>6,}  {max(held, default=0):,.0f}")


def grow_dossiers(sizes: Sequence[int], folder: Path) -> None:
    """Print what a report on a larger and larger commune costs."""
    rows = []
    for size in sizes:
        store = folder / f"{size}-dossiers"
        commune = one_commune(store, size)

        def cost(side: str, times: int, commune: str = commune, store: Path = store) -> Cost:
            return measure(side, Task((commune,) * times, str(store), f"{store}-{side}"))

        alone, ours, floor = cost("d", 1), cost(WARM, 3), cost("f", 3)
        rows.append([
            "", f"{size:,}", f"{alone.cpu:.2f}", f"{alone.wall:.2f}", f"{alone.peak:,.0f}", f"{ours.cpu / 3:.2f}",
            f"{ours.wall / 3:.2f}", f"{floor.cpu / 3:.2f}", f"{floor.wall / 3:.2f}",
        ])  # fmt: skip
        shutil.rmtree(store)
    print(f"\nDossiers of the commune in {PERIOD}, as many in the quarter before; seconds for one report")
    print("alone: the whole command for it, survey included; warm: of d and f, after two others\n")
    head = ["", "dossiers", "alone CPU", "alone wall", "peak MB", "d CPU", "d wall", "f CPU", "f wall"]
    print_table(head, rows)


# ---- stores


def city(store: Path) -> Path:
    """A year of one city's dossiers."""
    from helpers import sample

    sample.write(store, "city")
    return store


def quarters(province: str) -> "Iterator[Any]":
    """Dossiers of a province in the period and the one before, a table a month."""
    import pandas as pd

    from helpers import periods, sample

    span = periods.parse(PERIOD)
    last = span.end - pd.Timedelta(days=1)
    for month in pd.period_range(end=last.to_period("M"), periods=6, freq="M"):
        yield sample.by_chance(province, str(month), last.date())


def provinces(folder: Path, count: int) -> list[str]:
    """A store of as many provinces as have so many communes; their codes."""
    from helpers import reference, store

    communes: list[str] = []
    with store.changing(folder, "sample") as writer:
        for province in reference.provinces():
            if len(communes) < count:
                communes += list(reference.communes_of(province)["code"])
                for table in quarters(province):
                    writer.add(table)
    return communes[:count]


def one_commune(folder: Path, count: int) -> str:
    """A store of one commune with so many dossiers received in the period; its code."""
    import numpy as np
    import pyarrow

    from helpers import reference, store

    commune = reference.communes_of(PROVINCE)["code"].iloc[0]
    wanted = -(-count // 3)
    with store.changing(folder, "sample") as writer:
        for number, month in enumerate(zip(*map(quarters, list(reference.provinces())[:2]), strict=True)):
            rows = pyarrow.concat_tables(month)
            rows = rows.take(np.linspace(0, rows.num_rows - 1, wanted).astype(int))
            for name, texts in {
                "commune": [commune] * wanted,
                "dossier_id": map(f"{number}-{{}}".format, range(wanted)),
            }.items():
                rows = rows.set_column(rows.schema.get_field_index(name), name, pyarrow.array(texts, pyarrow.string()))
            writer.add(rows)
    return str(commune)


# ---- printing


def print_table(head: list[str], rows: list[list[str]]) -> None:
    """Columns as wide as they must be: two of texts, then numbers."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in [head, *rows]:
        cells = [
            text.ljust(width) if place < 2 else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip(), flush=True)


def machine() -> str:
    """Cores, memory and versions."""
    from helpers import digests

    versions = []
    for name in ("papermill", "nbconvert", "ipykernel", "ploomber-engine", "pandas", "pyarrow"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions.append(f"{name} {importlib.metadata.version(name)}")
    memory = psutil.virtual_memory().total / 2**30
    cores = len(os.sched_getaffinity(0))
    where = f"{cores} cores, {memory:.0f} GB, load {os.getloadavg()[0]:.1f}"
    return f"{where}, Python {platform.python_version()}, {', '.join(versions)}; helpers {digests.commit()}"


def spread(things: Sequence[str], count: int) -> list[str]:
    """Some of many, evenly."""
    return [things[place * len(things) // count] for place in range(min(count, len(things)))]


if __name__ == "__main__":
    main()
