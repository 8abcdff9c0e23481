"""The command line: parses, calls, reports. Heavy modules are imported inside the commands, so that help is quick."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

import helpers
from helpers import settings
from helpers.errors import UserError

if TYPE_CHECKING:
    from helpers.batch import Job, Result
    from helpers.intake import Taken

# The reports that `tthc demo` makes: the published units over their published periods.
DEMO: Final = (
    ("10972", "2025-07-01..2025-11-26"),
    ("11203", "2025-07-01..2025-10-18"),
    ("08746", "2025-Q3"),
)
DEMO_OVERVIEWS: Final = (
    ("31", "2025-07-01..2025-07-28", ("10972", "11203")),
    ("46", "2025-07-01..2025-07-14", ("19942", "19804", "19789")),
    ("46", "2025-07-14", ("19789",)),
)
PERIOD_HELP: Final = (
    "PERIOD is 2025-07-14 (day), 2025-W30 (week), 2025-07 (month), 2025-Q3 (quarter), 2025-H2 (half-year), "
    "2025-9M (nine months), 2025 (year), or 2025-07-01..2025-11-26 (from..to, both included)."
)

_ARGUMENTS: Final = {
    "commune": "name the commune as the argument",
    "province": "name the province as the argument or by --province",
    "period": "give the period as the argument",
    "store": "use --store",
    "linked": "tthc batch sets it",
}

store_option = click.option("--store", type=click.Path(path_type=Path), help="Dossier store.  [default: data/store]")
reports_option = click.option("--reports", type=click.Path(path_type=Path), help="Output folder.  [default: reports]")
parameter_option = click.option(
    "-p", "--parameter", "given", type=(str, str), multiple=True, metavar="NAME VALUE",
    help="A parameter of the notebook, for example -p grain day or -p cutoffs official. May be repeated.",
)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(helpers.__version__, prog_name="tthc")
def cli() -> None:
    """Inspection reports on how communes handle administrative-procedure dossiers.

    \b
    Try it:     tthc demo
    Real data:  tthc profile new export.xlsx
                tthc import export.xlsx --profile export.toml
                tthc report 10972 2025-Q3
                tthc batch 2025-Q3 --province 31

    Every error names its fix. Exit code 0: all done; 1: some reports failed; 2: nothing could be done.
    """


@cli.command("import")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--profile", required=True, help="national, one-stop, your own FILE.toml, or auto.")
@click.option("--commune", help="The one commune the files are of, when they do not name it: code or unique name.")
@click.option(
    "--max-rejected", type=click.FloatRange(0, 100), default=5, show_default=True, metavar="PERCENT",
    help="More rejected rows in a file than this stop the import.",
)  # fmt: skip
@store_option
def import_(
    files: tuple[Path, ...], profile: str, commune: str | None, max_rejected: float, store: Path | None
) -> None:
    """Read exports of one-stop systems into the store.

    FILES are XLSX, XLS, CSV or TSV, JSON, JSON lines or Parquet, also in .gz or .zip. A column profile says which
    header holds what: tthc profile new FILE drafts one; --profile auto uses the draft if nothing about it is unsure.
    Only mapped columns are read, and of texts only what is known, so names, numbers and addresses of people never
    enter. Every row is accepted, or listed with its place and reasons in data/rejected (beside the store). A dossier
    that is already in the store is replaced; a file that was imported before changes nothing.

    \b
    tthc import export.xlsx --profile one-stop --commune 10972
    tthc import day1.jsonl day2.jsonl --profile national
    """
    from helpers import intake, reference
    from helpers import store as stores

    folder = store or settings.store()
    code = reference.find_commune(commune)["code"] if commune else None
    sample = stores.replaceable(folder).origin == "sample"
    taken = []
    for path in files:
        taken.append(intake.read(path, profile, code, folder, intake.now()))
        _explain(taken[-1])
        further = intake.older_than_store(folder, taken[-1])
        if further:
            click.echo(f"  note: the store has an import up to {further}; older states may replace newer ones")
    stored = intake.keep(folder, taken, max_rejected)
    if sample:
        click.echo("The sample dossiers were removed from the store: real and generated ones never mix.")
    for each, result in zip(taken, stored, strict=True):
        what = (
            "was imported before; nothing changed" if result.known else f"{result.new} new, {result.replaced} replaced"
        )
        click.echo(f"Import {result.number}: {each.imported.record['file']}: {what}.")
    click.echo(f"Store {folder}: {stores.snapshot(folder).rows} dossiers. Details: tthc quality {stored[-1].number}")


def _explain(taken: "Taken") -> None:
    """Print what became of a file's rows, and why."""
    from helpers import checks

    record, problems = taken.imported.record, taken.imported.problems
    counts = f"{record['rows']} rows = {record['accepted']} accepted + {record['rejected']} rejected"
    passed = f"; {record['passed_over']} totals, headings and notes passed over" if record["passed_over"] else ""
    click.echo(f"{record['file']}: {counts}{passed}")
    totals = problems.groupby(["severity", "rule", "column"], sort=False)["count"].sum().sort_values(ascending=False)
    for severity, word in (("reject", "rejected"), ("repair", "repaired"), ("flag", "flagged")):
        if severity in totals.index.get_level_values(0):
            for (rule, column), count in totals[severity].items():
                click.echo(f"  {count} {word}: {checks.describe(rule, column)}")
    for sheet, filled in taken.imported.unread:
        click.echo(f"  not read: sheet or file {sheet}, which is hidden or has no such table ({filled} rows)")
    if taken.imported.absent:
        click.echo(f"  no column for: {', '.join(checks.LABELS[column] for column in taken.imported.absent)}")
    if problems["rule"].isin(["unknown_text", "unknown_value"]).any():
        click.echo("  unknown values: tthc profile new FILE lists those of three rows or more, to say what they mean")
    if taken.rejects is not None:
        click.echo(f"  rejected rows: {taken.rejects}")


@cli.group("profile")
def profile_() -> None:
    """Column profiles: which header of an export holds what."""


@profile_.command("new")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--commune", help="The one commune the file is of, when it does not name it: code or unique name.")
@click.option("--output", type=click.Path(path_type=Path), help="Where to write it.  [default: FILE.toml here]")
def profile_new(file: Path, commune: str | None, output: Path | None) -> None:
    """Draft a profile for an export from its headers and values.

    Headers are recognised whatever their accents, case and spacing. What is unsure stands in the draft as a line that
    begins with "# ?": complete it and remove the mark.

    \b
    tthc profile new export.xlsx
    """
    from helpers import drafts, files, formats, reference

    code = reference.find_commune(commune)["code"] if commune else None
    made = drafts.draft(file, code)
    where = output or Path(f"{formats.slug(file.name.partition('.')[0]) or 'profile'}.toml")
    if where.exists():
        raise UserError(f"{where} is there already. Name another file with --output.")
    files.write_atomically(where, made.toml)
    click.echo(where)
    click.echo(
        f"{len(made.unsure)} points are unsure, marked '# ?' in the file." if made.unsure else "Nothing is unsure."
    )
    for line in made.unsure:
        click.echo(f"  {line}")


@cli.group("store", invoke_without_command=True)
@click.option("--province", help="Two-digit code or name: show this province only.")
@store_option
@click.pass_context
def store_(context: click.Context, province: str | None, store: Path | None) -> None:
    """Show what the store holds: each commune's months, dossiers and last import, and the imports.

    \b
    tthc store
    tthc store remove 7
    """
    context.obj = store
    if context.invoked_subcommand is not None:
        return
    from helpers import formats, reference
    from helpers import store as stores

    folder = store or settings.store()
    held, now = stores.contents(folder), stores.snapshot(folder)
    if province:
        code = reference.find_province(province)["code"]
        held = held[held["commune"].isin(reference.communes_of(code)["code"])]
    names = reference.names("communes")
    for row in sorted(
        held.to_dict("records"), key=lambda row: formats.sort_key(reference.bare_name(names[row["commune"]]))
    ):
        last = "" if formats.missing(row["last_import"]) else f", last import {row['last_import']}"
        months = f"{row['first_month']} to {row['last_month']} ({row['months']} with dossiers)"
        click.echo(f"{row['commune']} {names[row['commune']]}: {row['dossiers']} dossiers, {months}{last}")
    for record in now.imports:
        counts = f"{record['rows']} rows = {record['accepted']} accepted + {record['rejected']} rejected"
        click.echo(
            f"Import {record['number']}, {record['imported_at']}: {record['file']}, {record['profile']}, {counts}"
        )
    kind = "sample dossiers" if now.origin == "sample" else "dossiers"
    click.echo(f"Store {folder}: {now.rows} {kind} of {len(held)} communes, {len(now.imports)} imports.")


@store_.command("remove")
@click.argument("number", type=int)
@store_option
@click.pass_obj
def store_remove(group_store: Path | None, number: int, store: Path | None) -> None:
    """Take one import out, as if it had never been: what it had replaced comes back.

    \b
    tthc store remove 7
    """
    from helpers import store as stores

    folder = store or group_store or settings.store()
    removed = stores.remove(folder, number)
    click.echo(
        f"Import {number} removed: {removed.rows} dossiers went, {removed.restored} came back as they were before."
    )


@cli.command()
@click.argument("number", type=int, default=0)
@store_option
@reports_option
def quality(number: int, store: Path | None, reports: Path | None) -> None:
    """Make the page on one import and print its path: what was refused, mended or missing, and what that can move.

    NUMBER is that of the import, as tthc store lists it; the latest by default.

    \b
    tthc quality 7
    """
    from helpers import batch

    click.echo(batch.run(batch.quality_job(number, _values((), store), reports)))


@cli.command(epilog=PERIOD_HELP)
@click.argument("commune")
@click.argument("period")
@parameter_option
@store_option
@reports_option
def report(
    commune: str, period: str, given: tuple[tuple[str, str], ...], store: Path | None, reports: Path | None
) -> None:
    """Make one report and print its path.

    COMMUNE is a five-digit code, or a name that only one commune has; a two-digit province code gives the overview.

    \b
    tthc report 10972 2025-07-01..2025-11-26
    tthc report "Đường An" 2025-Q3
    tthc report 31 2025-07 -p grain day
    """
    from helpers import batch
    from helpers.export import site

    click.echo(batch.run(batch.job(commune, period, _values(given, store), reports)))
    site.write_index(reports or settings.reports())


@cli.command("batch", epilog=PERIOD_HELP)
@click.argument("period")
@click.option("--province", required=True, help="Two-digit code or name of the province or city.")
@parameter_option
@store_option
@reports_option
def batch_(
    period: str, province: str, given: tuple[tuple[str, str], ...], store: Path | None, reports: Path | None
) -> None:
    """Make all reports of a province, and its overview.

    Communes without dossiers in the period have no page. A report that fails does not stop the others; failures are
    listed at the end and the exit code is 1.

    \b
    tthc batch 2025-07 --province 31
    """
    from helpers import batch, reference

    values = _values(given, store)
    folder = reports or settings.reports()
    jobs, absent = batch.plan(province, period, values, folder)
    results = _run(jobs, f"{province} {period}")
    results += _run([batch.overview(results, province, period, values, folder)], "overview")
    if absent:
        names = reference.names("communes")
        shown = ", ".join(f"{code} {names[code]}" for code in absent[:5]) + (", …" if len(absent) > 5 else "")
        click.echo(f"{len(absent)} communes have no dossiers in {period} and no page: {shown}")
    _finish(results, folder)


@cli.command()
@click.option("--scale", type=click.Choice(["small", "city", "nation"]), default="small", show_default=True)
@store_option
def sample(scale: str, store: Path | None) -> None:
    """Fill the store with generated dossiers.

    They are the same every time. small has the units of published reports, with their published figures; city has a
    year of Hải Phòng (about 2,5 million dossiers); nation has all 3.321 communes from 1/7 to 26/11/2025 (about 30
    million). Pages made of them say that they are samples. A store that holds imported dossiers is never touched.
    """
    click.echo(_write_sample(store or settings.store(), scale))


@cli.command()
@store_option
@reports_option
def demo(store: Path | None, reports: Path | None) -> None:
    """Make sample data and reports; print the index page."""
    from helpers import batch

    where, folder = store or settings.store(), reports or settings.reports()
    click.echo(_write_sample(where, "small"), err=True)
    extra = _values((), store)
    jobs = [batch.job(unit, period, extra, folder) for unit, period in DEMO]
    for province, period, communes in DEMO_OVERVIEWS:
        jobs += [batch.job(code, period, extra, folder) for code in communes]
        jobs.append(batch.job(province, period, {**extra, "linked": list(communes)}, folder))
    _finish(_run(jobs, "demo"), folder)


def _values(given: tuple[tuple[str, str], ...], store: Path | None) -> dict[str, Any]:
    """Parameters for a notebook; the store is named only when it is not the project's own."""
    for name, _ in given:
        if name in _ARGUMENTS:
            # It would put the figures of one unit or period under the name of another.
            raise UserError(f"-p {name} is not taken: {_ARGUMENTS[name]}.")
    return {**({} if store is None else {"store": str(store.resolve())}), **dict(given)}


def _write_sample(folder: Path, scale: str) -> str:
    from tqdm import tqdm

    from helpers import sample as samples

    bar = tqdm(desc=f"sample {scale}", unit="part", disable=not sys.stderr.isatty(), leave=False)

    def progress(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    with bar:
        rows = samples.write(folder, scale, progress)  # type: ignore[arg-type]
    return f"Store {folder}: {rows} sample dossiers."


def _run(jobs: "list[Job]", title: str) -> "list[Result]":
    """Run jobs under one progress line; where output is no terminal, a line a report."""
    from tqdm import tqdm

    from helpers import batch

    results: list[Result] = []
    with tqdm(total=len(jobs), desc=title, unit="report", disable=not sys.stderr.isatty()) as bar:
        for result in batch.run_all(jobs):
            results.append(result)
            failed = sum(bool(each.error) for each in results)
            bar.set_postfix_str(f"{failed} failed" if failed else "", refresh=False)
            bar.update()
            if bar.disable:
                state = "failed" if result.error else "made"
                click.echo(f"[{len(results)}/{len(jobs)}] {state}: {result.job.page.stem}", err=True)
    return results


def _finish(results: "list[Result]", folder: Path) -> None:
    from helpers.export import site

    failed = [result for result in results if result.error]
    index = site.write_index(folder)
    click.echo(f"{len(results) - len(failed)} reports made, {len(failed)} failed.")
    for result in failed:
        click.echo(f"  failed: {result.job.page.stem}: {result.error}", err=True)
    click.echo(index)
    if failed:
        sys.exit(1)


def main() -> None:
    """Run the command line; an error that a user can mend is one line and exit code 2."""
    try:
        cli(prog_name="tthc")
    except UserError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
