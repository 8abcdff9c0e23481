"""What pages cost a reader and a printer: size, first paint from disk, sheets, and pages printed a second.

    make bench-pages                                         # makes pages of the small sample first: some minutes
    .venv/bin/python benchmarks/pages.py --reports reports   # of pages that are there

First paint is the browser's own first-contentful-paint of a page from disk in a new tab, the median of some. The sides
of printing, one after the other over the same pages: each Chromium that is installed, with one browser and with one a
core. CPU is that of the browsers and the driver, watched from outside. Last, what a report on a commune with 3.000
pending overdue dossiers takes: its size, and the time that a batch notes for it, notebook, export and files together,
after another report has warmed the worker.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
import psutil

PERIOD: Final = "2025-07-01..2025-07-28"
PROGRAMS: Final = ("chromium-headless-shell", "chromium")
FIRST: Final = "10972"
COMMUNE: Final = "11407"
OVERDUE: Final = 3000


@click.command()
@click.option("--reports", type=click.Path(path_type=Path, exists=True), help="Folder of pages.  [default: made anew]")
@click.option("--pages", "count", default=24, show_default=True, help="How many are printed.")
@click.option("--times", default=5, show_default=True, help="How often a page is opened.")
def main(reports: Path | None, count: int, times: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="pages-") as scratch:
        folder = Path(scratch)
        found = sorted((reports or made(folder)).glob("*/*/[0-9]*.html"))
        communes = [page for page in found if page.name[4].isdigit()]
        wholes = [page for page in found if page not in communes]
        print(machine())
        shown([*spread(communes, 3), *spread(wholes, 3)], times)
        printed(spread(communes, count), folder)
        overdue(folder)


def made(folder: Path) -> Path:
    """Pages on the communes of a city, and on the city."""
    run("sample", "--store", f"{folder}/store")
    run("batch", PERIOD, "--province", "31", "--store", f"{folder}/store", "--reports", f"{folder}/reports")
    return folder / "reports"


def run(*words: str) -> None:
    """Give a command."""
    subprocess.run([sys.executable, "-m", "helpers.cli", *words], check=True, capture_output=True)


def shown(pages: list[Path], times: int) -> None:
    """Print size and first paint of some pages."""
    from playwright.sync_api import sync_playwright

    from helpers import printing

    print(f"\n{'page':<44}{'KB':>7}{'first paint, ms':>18}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=printing.require(), args=["--disable-gpu"])
        context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True, bypass_csp=True)
        for page in pages:
            paints = []
            for _ in range(times):
                tab = context.new_page()
                tab.goto(page.as_uri())
                tab.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
                paints.append(tab.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
                tab.close()
            print(f"{page.stem[:42]:<44}{page.stat().st_size / 1000:>7.0f}{statistics.median(paints):>18.0f}")
        browser.close()


def printed(pages: list[Path], folder: Path) -> None:
    """Print how fast each browser prints pages."""
    from pypdf import PdfReader

    from helpers import printing

    copies = [Path(shutil.copy(page, folder / page.name)) for page in pages]
    cores = len(os.sched_getaffinity(0))
    print(f"\n{len(copies)} pages on communes")
    print(f"{'':<32}{'pages/s':>9}{'CPU-s a page':>14}{'pages a CPU-s':>15}{'sheets a CPU-s':>16}{'KB':>7}")
    for program in filter(None, map(shutil.which, PROGRAMS)):
        os.environ["TTHC_CHROMIUM"] = program
        for browsers in sorted({1, cores}):
            told: list[printing.Printed] = []
            start = time.perf_counter()
            with watched() as spent:
                printing.each(copies, browsers, told.append)
            wall, cpu = time.perf_counter() - start, sum(spent.values())
            assert not any(each.error for each in told), told
            pdfs = [printing.pdf_of(page) for page in copies]
            sheets = sum(len(PdfReader(pdf).pages) for pdf in pdfs)
            each = sum(pdf.stat().st_size for pdf in pdfs) / len(pdfs) / 1000
            name = f"{Path(program).name}, {browsers} at a time"
            rates = f"{len(pdfs) / wall:>9.2f}{cpu / len(pdfs):>14.2f}{len(pdfs) / cpu:>15.2f}{sheets / cpu:>16.0f}"
            print(f"{name:<32}{rates}{each:>7.0f}", flush=True)
    start = time.perf_counter()
    printing.bind(folder / "whole.pdf", "x", [printing.Part(page.stem, page) for page in copies])
    took, size = time.perf_counter() - start, (folder / "whole.pdf").stat().st_size / 1e6
    print(f"bound into one: {took:.1f} s, {size:.1f} MB")


@contextmanager
def watched() -> Iterator[dict[int, float]]:
    """CPU seconds of every process below this one, by its number; complete when the block has ended."""
    spent: dict[int, float] = {}
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.03):
            for child in psutil.Process().children(recursive=True):
                try:
                    times = child.cpu_times()
                    spent[child.pid] = times.user + times.system
                except psutil.Error:
                    continue

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield spent
    finally:
        ended.set()
        thread.join()


def overdue(folder: Path) -> None:
    """Print what a commune with very many pending overdue dossiers takes."""
    import pandas as pd

    from helpers import dossiers, manifest, store

    received = pd.Timestamp("2025-07-01 08:00") + pd.to_timedelta(pd.RangeIndex(OVERDUE) % 400, unit="h")
    rows = pd.DataFrame({
        "dossier_id": [f"H31-{number}" for number in range(OVERDUE)], "commune": COMMUNE,
        "received_at": received.as_unit("us"), "due_at": (received + pd.Timedelta(days=3)).as_unit("us"),
        "field": ["chung-thuc", "ho-tich", "dat-dai"] * (OVERDUE // 3), "overdue_cause": ["volume"] * OVERDUE,
        "holder": ["centre", "economy"] * (OVERDUE // 2), "channel": ["online", "direct"] * (OVERDUE // 2),
    })  # fmt: skip
    rows = pd.concat([rows, rows.head(3).assign(commune=FIRST, dossier_id=["H31-a", "H31-b", "H31-c"])])
    store.put(folder / "overdue", [store.Entry(dossiers.complete(rows), {"file": "a.csv", "sha256": ""}, {})])
    where = ["--store", f"{folder}/overdue", "--reports", f"{folder}/of-it"]
    run("batch", "2025-07", "--communes", f"{FIRST},{COMMUNE}", "--workers", "1", *where)
    page = next((folder / "of-it").glob(f"*/*/{COMMUNE}-*.html"))
    seconds = manifest.read(page.parent)[page.stem].seconds
    print(f"\n{OVERDUE} pending overdue dossiers: {page.stat().st_size / 1000:.0f} KB, {seconds:.1f} s")


def spread(things: list[Path], count: int) -> list[Path]:
    """Some of many, evenly."""
    return [things[place * len(things) // count] for place in range(min(count, len(things)))]


def machine() -> str:
    """Cores and load."""
    return f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    main()
