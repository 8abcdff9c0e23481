"""The command line: parses, calls, reports. Heavy modules are imported inside the commands, so that help is quick."""

import gc
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

import helpers
from helpers import settings
from helpers.errors import UserError

if TYPE_CHECKING:
    from helpers.batch import Order
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
pdf_option = click.option("--pdf", is_flag=True, help="Print each page to a PDF beside it, too; needs Chromium.")


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


@cli.command("reported")
def reported_() -> None:
    """Show which figures that units reported of themselves are set against their dossiers, and which are not used.

    \b
    tthc reported
    """
    from helpers import reference, reported

    counts, unused = reported.counts(), reported.unused()
    for (code, first, last), count in sorted(counts.items()):
        unit, _, of = code.partition("-")
        name = f"{reference.unit_name(unit)}{', own centre' if of else ''}"
        click.echo(f"{unit} {name}, {first}..{last}: {count} figures")
    for line in unused:
        click.echo(f"not used: {line}")
    click.echo(f"{settings.reported()}: {sum(counts.values())} figures are used, {len(unused)} are not.")


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
    from helpers.export import site

    where = reports or settings.reports()
    click.echo(batch.run(batch.quality_job(number, _values((), store), where)))
    site.write_index(where)


@cli.command(epilog=PERIOD_HELP)
@click.argument("commune")
@click.argument("period")
@pdf_option
@parameter_option
@store_option
@reports_option
def report(
    commune: str, period: str, pdf: bool, given: tuple[tuple[str, str], ...], store: Path | None, reports: Path | None
) -> None:
    """Make one report and print its path.

    COMMUNE is a five-digit code, or a name that only one commune has; a two-digit province code gives the overview of
    its communes, and all that of the country.

    \b
    tthc report 10972 2025-07-01..2025-11-26
    tthc report "Đường An" 2025-Q3
    tthc report 31 2025-07 -p grain day
    tthc report 31 2025-W30 -p communes 10972,11203 -p group "Cụm Ninh Giang"
    tthc report all 2025-Q3
    """
    from helpers import batch, printing
    from helpers.batch import console
    from helpers.export import site

    if pdf:
        printing.require()
    where = reports or settings.reports()
    job = batch.with_links(batch.job(commune, period, _values(given, store), where))
    page = batch.make_one(job, where)
    click.echo(page)
    site.write_index(where)
    if pdf:
        click.echo(console.print_one(page))


@cli.command("batch", epilog=PERIOD_HELP)
@click.argument("period")
@click.option("--province", help="All communes of one province or city, and its overview: two-digit code or name.")
@click.option("--communes", help="Some communes: codes or unique names, with commas; or a file with one a line.")
@click.option("--all", "everywhere", is_flag=True, help="Every province that the store has, and the country.")
@click.option("--notebook", default="", help="Another notebook than the usual ones: its name without ending.")
@click.option("--workers", type=click.IntRange(1, 512), help="Reports at a time.  [default: one a core]")
@click.option("--scheduler", metavar="ADDRESS", help="Run on the dask cluster of this scheduler: tcp://HOST:8786.")
@click.option(
    "--share", default="", metavar="ADDRESS",
    help="Where its machines find the dossiers when they do not see this one's folders: s3://BUCKET/FOLDER.",
)  # fmt: skip
@click.option(
    "--timeout", type=click.IntRange(0), default=600, show_default=True, metavar="SECONDS",
    help="A report that takes longer fails; 0: none does.",
)  # fmt: skip
@click.option(
    "--memory", type=click.IntRange(0), metavar="MB",
    help="A report that holds more fails; 0: none does.  [default: its share of 80 % of the machine's]",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Make every report, also those that are up to date.")
@click.option("--dry-run", is_flag=True, help="Only say what would run, and why.")
@click.option("--notify-command", default="", metavar="COMMAND", help="Gets the summary as JSON on standard input.")
@pdf_option
@parameter_option
@store_option
@reports_option
def batch_(
    period: str, province: str | None, communes: str | None, everywhere: bool, notebook: str, workers: int | None,
    scheduler: str | None, share: str, timeout: int, memory: int | None, force: bool, dry_run: bool,
    notify_command: str, pdf: bool, given: tuple[tuple[str, str], ...], store: Path | None, reports: Path | None,
) -> None:  # fmt: skip
    """Make all reports of a province, of some communes, or of the country.

    A report that is up to date is not made again: nothing it depends on has changed (its dossiers, what its unit
    reported, the ranks, the notebook, the helpers, the reference tables, packages, parameters) and its files are as
    they were written. So the same command goes on where a batch was stopped. A report that fails does not stop the
    others; the page that was there before stays. Communes without dossiers in the period have no page.

    --pdf also prints every page whose PDF is missing, changed or of an earlier page, and binds those of a whole
    province into one with bookmarks.

    Exit code 0: all good; 1: some failed, they are listed here, on the index and in manifest.json; 2: none was made.

    \b
    tthc batch 2025-07 --province 31
    tthc batch 2025-Q3 --communes 10972,11203 --workers 4
    tthc batch 2025-07 --province 31 --pdf
    tthc batch 2025-Q3 --all --scheduler tcp://10.0.0.5:8786
    tthc batch 2025-Q3 --all --scheduler tcp://10.0.0.5:8786 --share s3://reports/shared
    """
    from helpers import printing
    from helpers.batch import Limits, console, pools

    if pdf:
        printing.require()
    if share and not scheduler:
        raise UserError("--share is for the machines of a cluster: name its --scheduler ADDRESS too.")
    order = _order(period, province, communes, everywhere, notebook, _values(given, store), reports)
    count = workers or pools.default_workers()
    shared = partial(console.share, order, share)
    with pools.cluster(scheduler, shared) if scheduler else pools.local(count) as pool:
        if dry_run:
            console.show(order, pool, force, pdf)
            return
        most = memory if memory is not None else 0 if scheduler else pools.default_memory(count)
        # Pages are printed here, also when a cluster makes them: they stand on this machine's disk.
        browsers = (pools.default_workers() if scheduler else count) if pdf else 0
        code = console.run(order, pool, Limits(timeout, most), force, notify_command, browsers)
    sys.exit(code)


def _order(
    period: str, province: str | None, communes: str | None, everywhere: bool, notebook: str,
    values: dict[str, Any], reports: Path | None,
) -> "Order":  # fmt: skip
    """What a batch is asked for, checked."""
    from helpers import periods, reference
    from helpers import store as stores
    from helpers.batch import Order, jobs

    if sum([province is not None, communes is not None, everywhere]) != 1:
        raise UserError("Name what to make: one of --province CODE, --communes CODE,… and --all.")
    folder = Path(values.get("store") or settings.store())
    codes: tuple[str, ...] = ()
    if communes is not None:
        codes = tuple(sorted({reference.find_commune(name)["code"] for name in _names(communes)}))
        provinces = set(reference.province_of(codes))
    elif province is not None:
        provinces = {reference.find_province(province)["code"]}
    else:
        provinces = {part.province for part in stores.filled(folder).parts}
    if notebook:
        jobs.units_of(notebook)
    text = periods.parse(period, str(values.get("cutoffs", "calendar"))).text
    where = reports or settings.reports()
    order = Order(text, tuple(sorted(provinces)), codes, notebook, values, where, everywhere)
    # One job of each kind, so that a wrong parameter is refused before anything is read.
    for unit in order.units():
        order.job(unit)
    return order


def _names(communes: str) -> list[str]:
    """Names between commas, or the lines of a file."""
    path = Path(communes)
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else communes.split(",")
    return [line.strip() for line in lines if line.strip()]


@cli.command(epilog=PERIOD_HELP)
@click.argument("period")
@click.option("--province", help="One province or city: two-digit code or name.")
@click.option("--all", "everywhere", is_flag=True, help="Every province that the store has, and the country.")
@click.option(
    "--edition", type=click.Choice(["internal", "public"]), default="internal", show_default=True,
    help="internal: the pages as they stand in reports; public: pages of their own.",
)  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path), help="The zip to write.  [default: beside the periods]")
@click.option(
    "-p", "--parameter", "given", type=(str, str), multiple=True, metavar="NAME VALUE",
    help="cutoffs or grain, as for tthc batch. May be repeated.",
)  # fmt: skip
@store_option
@reports_option
def bundle(
    period: str, province: str | None, everywhere: bool, edition: str, output: Path | None,
    given: tuple[tuple[str, str], ...], store: Path | None, reports: Path | None,
) -> None:  # fmt: skip
    """Pack the pages of a period into one zip for a USB stick, and print its path.

    In it are pages, annexes, an index of their own, checksums (SHA256SUMS) and a read-me in Vietnamese. The same pages
    give the same bytes. The internal edition takes the pages that tthc batch has made, runs nothing, and says which are
    missing or out of date. The public edition makes pages of its own, in the folder public of the reports, from counts
    that point to nobody: no dossier and no code, no count of 1 or 2, and none that totals would give away.

    Exit code 0: all pages are in it; 1: some are missing or out of date, they are listed; 2: there is no zip.

    \b
    tthc bundle 2025-Q3 --province 31
    tthc bundle 2025-Q3 --province 31 --edition public --output stick.zip
    """
    from helpers.batch import Limits, console, handover, pools

    if strange := {name for name, _ in given} - {"cutoffs", "grain"}:
        raise UserError(f"-p {min(strange)} is not taken: only cutoffs and grain are.")
    order = _order(period, province, None, everywhere, "", _values(given, store), reports)
    name = f"tthc-{order.folder('').name}-{'ca-nuoc' if everywhere else order.provinces[0]}"
    where = output or order.reports / f"{name}-{'cong-khai' if edition == 'public' else 'noi-bo'}.zip"
    count = pools.default_workers()
    with pools.local(count) as pool:
        if edition == "public":
            order = handover.public(order)
            code = console.run(order, pool, Limits(600, pools.default_memory(count)), force=False, notify="")
            if code not in (console.ALL_GOOD, console.SOME_FAILED):
                sys.exit(code)
        found = handover.of(order, pool)
    pages = handover.pack(found, where)
    click.echo(f"{pages} pages are in the {edition} edition.")
    for line in handover.lines(found):
        click.echo(line, err=True)
    click.echo(where)
    sys.exit(console.SOME_FAILED if found.other else console.ALL_GOOD)


@cli.command("figures", epilog=PERIOD_HELP)
@click.argument("period")
@click.option("--province", help="Its communes: two-digit code or name; or all for the provinces of the country.")
@click.option("--communes", help="Some communes: codes or unique names, with commas; or a file with one a line.")
@click.option(
    "--format", "kinds", type=click.Choice(["csv", "parquet", "xlsx"]), multiple=True,
    help="May be repeated.  [default: all three]",
)  # fmt: skip
@click.option(
    "--output", type=click.Path(path_type=Path), help="Folder to write to.  [default: figures, beside the pages]"
)
@click.option(
    "-p", "--parameter", "given", type=(str, str), multiple=True, metavar="NAME VALUE",
    help="cutoffs, grain, or group, the name of the communes, as for tthc report. May be repeated.",
)  # fmt: skip
@store_option
@reports_option
def figures_(
    period: str, province: str | None, communes: str | None, kinds: tuple[str, ...], output: Path | None,
    given: tuple[tuple[str, str], ...], store: Path | None, reports: Path | None,
) -> None:  # fmt: skip
    """Write the figures of many communes for other systems, and print the paths of the files.

    Tables: ranking (a row a unit), indicators (a row a unit and indicator), scores (a row a unit and component of the
    766 score), cube (the counts behind all), and a dictionary of every column and code. CSV in UTF-8, Parquet, and one
    XLSX of all. Columns and codes change only with layout_version. Small counts are in the files: they are for
    internal use.

    \b
    tthc figures 2025-Q3 --province 31
    tthc figures 2025-Q3 --province all --format parquet
    tthc figures 2025-Q3 --communes all --format csv
    tthc figures 2025-07 --communes 10972,11203 --output /mnt/exchange
    """
    from helpers import areas
    from helpers.annexes import datasets
    from helpers.batch import jobs

    rules = dict(given)
    if strange := set(rules) - {"cutoffs", "grain", "group"}:
        raise UserError(f"-p {min(strange)} is not taken: only cutoffs, grain and group are.")
    beside = jobs.folder_of({**rules, "period": period}, reports)
    where, chosen = _area(province, communes)
    area = areas.of(where, period, chosen, folder=store or settings.store(), **rules)
    folder, stem = output or beside / area.code / "figures", f"{area.stem}-so-lieu-{beside.name}"
    for name, content in datasets.files(area, stem, kinds or datasets.FORMATS):
        _write(folder / name, content)
        click.echo(folder / name)


def _area(province: str | None, communes: str | None) -> tuple[str, list[str]]:
    """The province, or the country, that is meant, and the communes of it; none when all are."""
    from helpers import areas, reference

    names = _names(communes or "")
    if not names and (province is None or communes is not None):
        raise UserError("Name whose figures to write: --province CODE, --province all, or --communes CODE,….")
    if province is not None:
        return province, names
    if names == areas.EVERY:
        return reference.COUNTRY, names
    codes = [reference.find_commune(name)["code"] for name in names]
    provinces = set(reference.province_of(codes))
    return provinces.pop() if len(provinces) == 1 else reference.COUNTRY, codes


def _write(path: Path, content: bytes) -> None:
    from helpers import files

    try:
        with files.beside(path) as new:
            new.write_bytes(content)
    except OSError as error:
        raise UserError(
            f"{path} cannot be written: {error.strerror}. Close it where it is open, or name a folder with --output."
        ) from error


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
    from helpers.batch import console, pools

    where, folder = store or settings.store(), reports or settings.reports()
    click.echo(_write_sample(where, "small"), err=True)
    extra = _values((), store)
    jobs = [batch.job(unit, period, extra, folder) for unit, period in DEMO]
    for province, period, communes in DEMO_OVERVIEWS:
        jobs += [batch.job(code, period, extra, folder) for code in communes]
        jobs.append(batch.job(province, period, {**extra, "linked": list(communes)}, folder))
    with pools.local(pools.default_workers()) as pool:
        code = console.make(jobs, "demo", pool, folder)
    sys.exit(code)


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


def main() -> None:
    """Run the command line; an error that a user can mend is one line and exit code 2."""
    try:
        cli(prog_name="tthc")
    except UserError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    finally:
        gc.freeze()  # all of it ends with the process: to look through it first takes a third of a second


if __name__ == "__main__":
    main()
