"""Running report notebooks: one to a page, or all communes of a province one after another."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from helpers import files, outcomes, parameters, periods, quality, reference, settings, store
from helpers.errors import UserError
from helpers.export import site

COMMUNE: Final = "commune_report"
PROVINCE: Final = "city_overview"
QUALITY: Final = "data_quality"


@dataclass(frozen=True)
class Job:
    """One report to make.

    Attributes
    ----------
    notebook : str
        Name without ending.
    parameters : dict
        Values for the notebook.
    page : Path
        The page; the executed notebook stands beside it with the ending .ipynb.
    """

    notebook: str
    parameters: dict[str, Any]
    page: Path


@dataclass(frozen=True)
class Result:
    """What became of a job: the error is empty when its page was written."""

    job: Job
    error: str = ""


def job(unit: str, period: str, extra: Mapping[str, Any] | None = None, reports: Path | None = None) -> Job:
    """The report of one unit and period.

    Parameters
    ----------
    unit : str
        A commune (five-digit code, or a name only one has), or a province (two-digit code, or a name no commune has).
    period : str
        A text that ``periods.parse`` reads.
    extra : mapping, optional
        Other parameters of the notebook.
    reports : Path, optional
        Folder of all reports; the project's by default.

    Returns
    -------
    Job

    Raises
    ------
    UserError
        Unknown unit, period, or parameter.
    """
    code, whole_province = _unit(unit)
    notebook, name = (PROVINCE, "province") if whole_province else (COMMUNE, "commune")
    values = {name: code, "period": period, **(extra or {})}
    parameters.check_names(values, settings.notebook(notebook))
    span = periods.parse(period, str(values.get("cutoffs", "calendar")))
    grain = outcomes.grain(str(values.get("grain", "timestamp")))
    province = code if whole_province else reference.province_of([code])[0]
    folder = (reports or settings.reports()) / site.folder_name(span, grain) / province
    return Job(notebook, values, folder / f"{reference.file_stem(code)}.html")


def quality_job(number: int, extra: Mapping[str, Any], reports: Path | None = None) -> Job:
    """The page on one import.

    Parameters
    ----------
    number : int
        Of the import; 0 for the latest.
    extra : mapping
        Other parameters of the notebook: ``store``.
    reports : Path, optional
        Folder of all reports; the project's by default.

    Returns
    -------
    Job

    Raises
    ------
    UserError
        When there is no such import.
    """
    chosen = quality.load(number, extra.get("store", "")).record["number"]
    values = {"number": chosen, **extra}
    parameters.check_names(values, settings.notebook(QUALITY))
    return Job(QUALITY, values, (reports or settings.reports()) / "imports" / f"{chosen:06d}.html")


def _unit(text: str) -> tuple[str, bool]:
    """Code of a commune, or of a province named by two digits or by a name that no commune has."""
    if len(text) == 2 and text.isdigit():
        return reference.find_province(text)["code"], True
    try:
        return reference.find_commune(text)["code"], False
    except UserError:
        provinces = [code for code, name in reference.provinces().items() if reference.same_province(text, name)]
        if not provinces:
            raise
        return provinces[0], True


def run(job: Job) -> Path:
    """Run one notebook and export its page; both appear complete or not at all.

    Parameters
    ----------
    job : Job

    Returns
    -------
    Path
        The page.

    Raises
    ------
    UserError
        When a cell fails: the helpers' own message, or the cell's error in one line.
    """
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    from helpers.export.page import PageExporter

    # On the same disk as the page, so that it can be renamed; no folder is made for a report that fails.
    beside = next(folder for folder in job.page.absolute().parents if folder.is_dir())
    with tempfile.TemporaryDirectory(prefix=".tthc-", dir=beside) as folder:
        executed = Path(folder) / job.page.with_suffix(".ipynb").name
        try:
            papermill.execute_notebook(
                settings.notebook(job.notebook),
                executed,
                job.parameters,
                progress_bar=False,
                # The kernel's own log stays off the terminal: errors come back as the cell's error.
                extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
                kernel_name="python3",
                # Sockets in files: no ports to clash or to listen on. Windows has only ports.
                config=Config({"KernelManager": {"transport": "tcp" if os.name == "nt" else "ipc"}}),
            )
        except PapermillExecutionError as error:
            if error.ename == UserError.__name__:
                raise UserError(error.evalue) from error
            cell = " ".join(error.source.split())[:60]
            raise UserError(f"{job.notebook}, cell '{cell}': {error.ename}: {error.evalue}") from error
        page, _ = PageExporter().from_notebook_node(nbformat.read(executed, as_version=4))
        files.write_atomically(job.page, page)
        shutil.move(executed, job.page.with_suffix(".ipynb"))
    return job.page


def plan(
    province: str, period: str, extra: Mapping[str, Any] | None = None, reports: Path | None = None
) -> tuple[list[Job], list[str]]:
    """The reports of all communes of a province that have dossiers in a period.

    Parameters
    ----------
    province : str
        Two-digit code, or name.
    period, extra, reports
        As for ``job``.

    Returns
    -------
    jobs : list of Job
        In the order of the codes; the overview is not among them.
    absent : list of str
        Codes of communes without dossiers in the period.

    Raises
    ------
    UserError
        Empty store, or no dossiers of the province in the period.
    """
    values = dict(extra or {})
    code = reference.find_province(province)["code"]
    span = periods.parse(period, str(values.get("cutoffs", "calendar")))
    folder = Path(values.get("store") or settings.store())
    rows = store.read(folder, code, span.start, span.end, columns=outcomes.NEEDS)
    having = set(outcomes.classify(rows, span, str(values.get("grain", "timestamp")))["commune"])
    if not having:
        extent = store.extent(folder, code)
        held = f"It has them from {extent.first:%Y-%m-%d} to {extent.last:%Y-%m-%d}" if extent else "It has none at all"
        name = reference.provinces()[code]
        raise UserError(f"The store has no dossiers of {name} in {span.text}. {held}; choose another period or import.")
    communes = list(reference.communes_of(code)["code"])
    jobs = [job(commune, period, values, reports) for commune in communes if commune in having]
    return jobs, [commune for commune in communes if commune not in having]


def run_all(jobs: Iterable[Job]) -> Iterator[Result]:
    """Run jobs one after another; a failure is a result and stops nothing.

    Parameters
    ----------
    jobs : iterable of Job

    Yields
    ------
    Result
        As each job ends.
    """
    for each in jobs:
        try:
            run(each)
        except Exception as error:  # noqa: BLE001 - whatever one report does, the others are made
            yield Result(each, f"{type(error).__name__}: {error}" if not isinstance(error, UserError) else str(error))
        else:
            yield Result(each)


def overview(results: Iterable[Result], province: str, period: str, extra: Mapping[str, Any], reports: Path) -> Job:
    """The overview of a province, linking the pages that were made.

    Parameters
    ----------
    results : iterable of Result
    province, period, extra, reports
        As for ``job``.

    Returns
    -------
    Job
    """
    linked = [result.job.parameters["commune"] for result in results if not result.error]
    return job(reference.find_province(province)["code"], period, {**extra, "linked": linked}, reports)
