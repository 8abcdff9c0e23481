"""What an operator sees of a batch: what would run and why, one progress line, what came out, and how to go on."""

import json
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click
from tqdm import tqdm

from helpers import manifest, printing, reference
from helpers.batch import batches, elsewhere
from helpers.batch.batches import Order, Planned
from helpers.batch.elsewhere import Share
from helpers.batch.jobs import Job
from helpers.batch.pools import Pool
from helpers.batch.running import Limits, Result
from helpers.batch.surveys import Survey
from helpers.errors import UserError
from helpers.export import site
from helpers.printing import Printed

ALL_GOOD: Final = 0
SOME_FAILED: Final = 1
NONE_GOOD: Final = 2
STOPPED: Final = 130  # what shells give for Ctrl-C


@dataclass
class Tally:
    """What has come out of a batch so far."""

    planned: int = 0
    unchanged: int = 0
    results: list[Result] = field(default_factory=list)
    printed: list[Printed] = field(default_factory=list)

    @property
    def unprinted(self) -> list[Printed]:
        """Pages of which no PDF could be made."""
        return [each for each in self.printed if each.error]

    @property
    def failed(self) -> list[Result]:
        """Those that were not made."""
        return [result for result in self.results if result.failure is not None]

    @property
    def made(self) -> int:
        """How many were."""
        return len(self.results) - len(self.failed)

    @property
    def code(self) -> int:
        """Exit code."""
        if not (self.failed or self.unprinted):
            return ALL_GOOD
        return SOME_FAILED if self.made or self.unchanged else NONE_GOOD


def run(order: Order, pool: Pool, limits: Limits, force: bool, notify: str, browsers: int = 0) -> int:
    """Make the reports of an order.

    Parameters
    ----------
    order : Order
    pool : Pool
    limits : Limits
    force : bool
        Make all, whatever stands there.
    notify : str
        Command that receives the summary as JSON on its standard input; "" for none.
    browsers : int
        How many print at a time; 0 for no PDF.

    Returns
    -------
    int
        Exit code: 0 all good, 1 some failed, 2 none was made, 130 stopped by Ctrl-C.

    Raises
    ------
    UserError
        When nothing can run: an empty store, no dossiers in the period, another batch at work.
    """
    tally, start = Tally(), time.monotonic()
    with batches.claimed(order.reports):
        try:
            made = _make_all(order, pool, limits, force, tally)
            if browsers:
                pool.close()  # for the memory
                _print(order, made, browsers, force, tally)
        except KeyboardInterrupt:
            click.echo(
                f"\nStopped: {tally.made} reports made, {tally.unchanged} were up to date, "
                f"{tally.planned - tally.unchanged - len(tally.results)} left. The same command goes on from here.",
                err=True,
            )
            return STOPPED
        finally:
            batches.settle(order)
            index = site.write_index(order.reports) if tally.planned else order.reports
    counts = f"{tally.made} reports made, {tally.unchanged} up to date, {len(tally.failed)} failed."
    printed = f" {len(tally.printed) - len(tally.unprinted)} PDFs printed, {len(tally.unprinted)} failed."
    _told(counts + (printed if browsers else ""), tally, index)
    _notify(notify, order, tally, time.monotonic() - start)
    return tally.code


def show(order: Order, pool: Pool, force: bool, pdf: bool = False) -> None:
    """Print what would run, and why.

    Parameters
    ----------
    order : Order
    pool : Pool
    force : bool
        As for ``run``.
    pdf : bool
        Whether pages are to be printed too.

    Raises
    ------
    UserError
        As for ``run``.
    """
    planned, surveyed = [], _surveyed(order, pool)
    for found in surveyed:
        communes = batches.plan(order, found, force)
        linked = [each.job.parameters["commune"] for each in communes]
        planned += [*communes, *batches.plan_overview(order, found, linked, force)]
    planned += batches.plan_country(
        order, surveyed, order.provinces, [code for found in surveyed for code in found.data], force
    )
    for each in planned:
        if each.why:
            click.echo(f"{each.job.page.parent.name}/{each.job.name}: {each.why}")
    waiting = sum(bool(each.why) for each in planned)
    click.echo(f"{waiting} reports would run, {len(planned) - waiting} are up to date.")
    if pdf:
        count = sum(bool(each.why) or not printing.is_current(each.job.page) for each in planned)
        click.echo(f"{count} PDFs would be printed.")


def share(order: Order, address: str) -> Share:
    """What the machines of a cluster go by.

    Parameters
    ----------
    order : Order
    address : str
        Where to put what they need; "" when they see the same folders.

    Returns
    -------
    Share

    Raises
    ------
    UserError
        As for ``elsewhere.offer``.
    """
    if not address:
        return elsewhere.common(order.store, order.values.get("store", ""))
    with _progress(None, "sharing", "file") as bar:
        return elsewhere.offer(address, order.store, order.provinces, bar.update)


def make(planned: Sequence[Job], title: str, pool: Pool, reports: Path) -> int:
    """Make some reports under one progress line, whatever stands there.

    Parameters
    ----------
    planned : sequence of Job
    title : str
    pool : Pool
    reports : Path
        Folder of all reports.

    Returns
    -------
    int
        Exit code: 0 all good, 1 some failed.
    """
    tally = Tally(planned=len(planned))
    with batches.claimed(reports), _progress(len(planned), title) as bar:
        for result in batches.make(batches.apart(planned), pool, Limits()):
            _count(bar, tally, result)
        for folder in {job.page.parent for job in planned}:
            manifest.settle(folder)
        index = site.write_index(reports)
    _told(f"{tally.made} reports made, {len(tally.failed)} failed.", tally, index)
    return SOME_FAILED if tally.failed else ALL_GOOD


def print_one(page: Path) -> Path:
    """Print one page.

    Parameters
    ----------
    page : Path

    Returns
    -------
    Path
        The PDF.

    Raises
    ------
    UserError
        When it cannot be printed.
    """
    tally: list[Printed] = []
    printing.each([page], 1, tally.append)
    if tally[0].error:
        raise UserError(f"{page.name} was not printed: {tally[0].error}. The page itself is there; try again.")
    return printing.pdf_of(page)


def _make_all(order: Order, pool: Pool, limits: Limits, force: bool, tally: Tally) -> list[Job]:
    """Make what must be made; all reports that are as they should be, those on many units after the others."""
    surveyed = _surveyed(order, pool, then_make=True)
    planned = {found.province: batches.plan(order, found, force) for found in surveyed}
    overviews = sum(batches.has_overview(order, found) for found in surveyed) + 2 * batches.has_country(order)
    everything = [each for of in planned.values() for each in of]
    waiting = [each for each in everything if each.why]
    tally.planned, tally.unchanged = len(everything) + overviews, len(everything) - len(waiting)
    with _progress(len(waiting) + overviews, order.period) as bar:
        for result in batches.make(waiting, pool, limits):
            _count(bar, tally, result)
        wholes = [
            whole
            for found in surveyed
            for whole in batches.plan_overview(order, found, _good(planned[found.province], tally), force)
        ]
        _make_wholes(wholes, pool, limits, tally, bar)
        # Each links the pages of those before, so it waits for them.
        country = batches.plan_country(order, surveyed, _good(wholes, tally), _good(everything, tally), force)
        _make_wholes(country, pool, limits, tally, bar)
    failed = {result.job.page for result in tally.failed}
    return [each.job for each in [*everything, *wholes, *country] if each.job.page not in failed]


def _print(order: Order, made: Sequence[Job], browsers: int, force: bool, tally: Tally) -> None:
    """Print the reports whose PDF is not there as it should be, and bind those of each whole province."""
    waiting = [job.page for job in made if force or not printing.is_current(job.page)]
    with _progress(len(waiting), "printing", "page") as bar:

        def done(printed: Printed) -> None:
            tally.printed.append(printed)
            bar.update()
            if bar.disable:
                state = "not printed" if printed.error else "printed"
                click.echo(f"[{len(tally.printed)}/{len(waiting)}] {state}: {printed.page.stem}", err=True)

        printing.each(waiting, browsers, done)
    if not (order.communes or order.notebook):
        lacking = {each.page for each in tally.unprinted}
        for province in order.provinces:
            of_it = [job for job in made if job.page.parent == order.folder(province) and job.page not in lacking]
            if of_it:
                batches.bind(order, province, of_it)


def _make_wholes(wholes: Sequence[Planned], pool: Pool, limits: Limits, tally: Tally, bar: Any) -> None:
    """Make those reports on many communes that must be made; the others leave the progress line."""
    waiting = [whole for whole in wholes if whole.why]
    tally.unchanged += len(wholes) - len(waiting)
    bar.total -= len(wholes) - len(waiting)
    for result in batches.make(waiting, pool, limits):
        _count(bar, tally, result)


def _good(planned: Sequence[Planned], tally: Tally) -> list[str]:
    """Codes of the units whose page is as it should be."""
    failed = {result.job.page for result in tally.failed}
    good = [each.job for each in planned if each.job.page not in failed]
    return [job.parameters.get("commune") or job.parameters["province"] for job in good]


def _surveyed(order: Order, pool: Pool, then_make: bool = False) -> list[Survey]:
    """What the store has for each province, in the order of their codes; says which communes have nothing."""
    found = []
    with _progress(len(order.provinces), "reading the store", "province") as bar:
        for each in batches.survey(order, pool, then_make):
            found.append(each)
            bar.update()
    found.sort(key=lambda each: each.province)
    if not any(each.data for each in found):
        raise UserError(_nothing(order))
    wanted = set(order.communes)
    for each in found:
        of_it = set(reference.communes_of(each.province)["code"])
        absent = sorted((wanted & of_it if wanted else of_it) - set(each.data))
        if absent:
            names = reference.names("communes")
            shown = ", ".join(f"{code} {names[code]}" for code in absent[:5]) + (", …" if len(absent) > 5 else "")
            click.echo(f"{len(absent)} communes have no dossiers in {order.period} and no page: {shown}")
    return found


def _nothing(order: Order) -> str:
    from helpers import store

    names = ", ".join(reference.provinces()[code] for code in order.provinces[:3])
    extents = [store.extent(order.store, code) for code in order.provinces]
    held = [extent for extent in extents if extent is not None]
    if not held:
        return f"The store has no dossiers of {names}. Import its export first (`tthc import --help`)."
    first, last = min(each.first for each in held), max(each.last for each in held)
    return (
        f"The store has no dossiers of {names} in {order.span.text}. It has them from {first:%Y-%m-%d} to "
        f"{last:%Y-%m-%d}; choose another period or import."
    )


def _progress(total: int | None, title: str, unit: str = "report") -> "tqdm[Any]":
    """One line with rate and time to go; none where output is no terminal."""
    return tqdm(total=total, desc=title, unit=unit, disable=not sys.stderr.isatty(), smoothing=0.1)


def _count(bar: "tqdm[Any]", tally: Tally, result: Result) -> None:
    tally.results.append(result)
    bar.set_postfix_str(f"{len(tally.failed)} failed" if tally.failed else "", refresh=False)
    bar.update()
    if bar.disable:
        state = "failed" if result.failure else "made"
        again = f" at attempt {result.attempts}" if result.attempts > 1 else ""
        count = f"[{len(tally.results)}/{bar.total}]"
        click.echo(f"{count} {state}{again}: {result.job.name} ({result.seconds:.1f} s)", err=True)
    elif result.failure:
        bar.write(f"failed: {result.job.name}: {result.failure.line}", file=sys.stderr)


def _told(counts: str, tally: Tally, index: Path) -> None:
    """Say what came out, which reports failed, and where the index is."""
    click.echo(counts)
    for result in tally.failed:
        click.echo(f"  failed: {result.job.name}: {result.failure and result.failure.line}", err=True)
    for each in tally.unprinted:
        click.echo(f"  not printed: {each.page.stem}: {each.error}", err=True)
    click.echo(index)


def _notify(command: str, order: Order, tally: Tally, seconds: float) -> None:
    """Give the summary to a command of the operator's; that it fails is said, and changes nothing."""
    if not command:
        return
    summary = {
        "period": order.span.text, "provinces": list(order.provinces), "reports": str(order.reports),
        "made": tally.made, "up_to_date": tally.unchanged, "failed": len(tally.failed),
        "seconds": round(seconds, 1), "exit_code": tally.code,
        "failures": [
            {"report": result.job.name, "cell": result.failure.cell, "error": result.failure.error}
            for result in tally.failed
            if result.failure is not None
        ],
        "not_printed": [{"report": each.page.stem, "error": each.error} for each in tally.unprinted],
    }  # fmt: skip
    try:
        text = json.dumps(summary, ensure_ascii=False)
        subprocess.run(shlex.split(command), input=text, text=True, encoding="utf-8", check=True, timeout=60)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        click.echo(f"The notify command failed: {error}", err=True)
