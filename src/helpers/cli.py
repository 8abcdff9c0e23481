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
    Real data:  tthc import export.xlsx --profile one-stop --commune 10972
                tthc report 10972 2025-Q3
                tthc batch 2025-Q3 --province 31

    Every error names its fix. Exit code 0: all done; 1: some reports failed; 2: nothing could be done.
    """


@cli.command("import")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--profile", required=True, help="national, one-stop, or your own FILE.toml.")
@click.option("--commune", help="The one commune the files are of, when they do not name it: code or unique name.")
@store_option
def import_(files: tuple[Path, ...], profile: str, commune: str | None, store: Path | None) -> None:
    """Read exports of one-stop systems into the store.

    FILES are .csv, .csv.gz, .jsonl, .jsonl.gz or .xlsx. A column profile says which header holds what; copy
    data/reference/profiles/one-stop.toml to write your own. Only mapped columns are read, so names, numbers and
    addresses of people never enter. Every row is accepted, or rejected with its row number and reason in
    data/rejected (beside the store). A dossier that is already in the store is replaced.

    \b
    tthc import export.xlsx --profile one-stop --commune 10972
    tthc import day1.jsonl day2.jsonl --profile national
    """
    import pandas as pd

    from helpers import dossiers, importing, profiles, reference
    from helpers import store as stores

    folder = store or settings.store()
    how = profiles.load(profile)
    code = reference.find_commune(commune)["code"] if commune else None
    sample = stores.snapshot(folder).origin == "sample"
    results = []
    for path in files:
        result = importing.read(path, how, code)
        results.append(result)
        record = result.record
        click.echo(
            f"{path.name}: {record['rows']} rows = {record['accepted']} accepted + {record['rejected']} rejected"
        )
        if record["rejected"]:
            rejected = folder.parent / "rejected" / f"{path.name}-{record['sha256'][:8]}.csv"
            rejected.parent.mkdir(parents=True, exist_ok=True)
            result.rejected.to_csv(rejected, index=False, encoding="utf-8-sig")
            for reason, count in result.rejected["reason"].value_counts().head(5).items():
                click.echo(f"  {count} rejected: {reason}")
            click.echo(f"  row by row: {rejected}")
    read = pd.concat([result.accepted for result in results], ignore_index=True)
    if read.empty:
        raise UserError("No row was accepted and the store is unchanged. Mend the profile, or give it the right file.")
    # A dossier that stands in two of the files counts as the later file has it.
    accepted = read.drop_duplicates(dossiers.KEY, keep="last", ignore_index=True)
    replaced = stores.put(folder, accepted, [result.record for result in results])
    if sample:
        click.echo("The sample dossiers were removed from the store: real and generated ones never mix.")
    if len(read) > len(accepted):
        click.echo(f"{len(read) - len(accepted)} dossiers stand in more than one file; the last file counts.")
    click.echo(f"Store {folder}: {stores.snapshot(folder).rows} dossiers ({replaced} replaced by this import).")


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
