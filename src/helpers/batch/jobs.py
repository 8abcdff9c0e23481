"""What a report to make is: a notebook, its parameters, and where the page goes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from helpers import areas, outcomes, parameters, periods, quality, reference, settings
from helpers.errors import UserError
from helpers.export import folders

COMMUNE: Final = "commune_report"
PROVINCE: Final = "city_overview"
QUALITY: Final = "data_quality"
# The parameter that names the unit of a report.
Unit = Literal["commune", "province"]


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

    @property
    def name(self) -> str:
        """Name of the page without ending: what the report is called in the manifest."""
        return self.page.name.removesuffix(".html")


def job(
    unit: str, period: str, extra: Mapping[str, Any] | None = None, reports: Path | None = None, notebook: str = ""
) -> Job:
    """The report of one unit and period.

    Parameters
    ----------
    unit : str
        A commune (five-digit code, or a name only one has), a province (two-digit code, or a name no commune has), or
        "all" for the country.
    period : str
        A text that ``periods.parse`` reads.
    extra : mapping, optional
        Other parameters of the notebook.
    reports : Path, optional
        Folder of all reports; the project's by default.
    notebook : str
        Another one than the usual one for such a unit.

    Returns
    -------
    Job

    Raises
    ------
    UserError
        Unknown unit, period, notebook or parameter, or a value that the notebook does not take.
    """
    code, whole_province = _unit(unit)
    kind: Unit = "province" if whole_province else "commune"
    usual = PROVINCE if whole_province else COMMUNE
    chosen = notebook or usual
    values = parameters.typed(
        {kind: code, "period": period, **(extra or {})}, parameters.of_notebook(settings.notebook(chosen))
    )
    province = code if whole_province else reference.province_of([code])[0]
    stem = reference.file_stem(code)
    if whole_province:
        stem = areas.stem(code, _chosen(values), str(values.get("group", "")))
    mark = "" if chosen == usual else f"{'-' if '.' in stem else '.'}{chosen}"
    return Job(chosen, values, folder_of(values, reports) / province / f"{stem}{mark}.html")


def with_links(job: Job) -> Job:
    """A report on many units with links to the pages of single ones that stand there already.

    Parameters
    ----------
    job : Job

    Returns
    -------
    Job
        As it is when its notebook takes no links.
    """
    if not takes(job.notebook, "linked") or "linked" in job.parameters:
        return job
    country = job.parameters.get("province") == reference.COUNTRY
    found = job.page.parent.parent.glob("[0-9][0-9]/*.html") if country else job.page.parent.glob("*.html")
    codes = {page.name.partition("-")[0] for page in found if page.name.count(".") == 1}
    digits = 2 if country and not job.parameters.get("communes") else 5
    wanted = sorted(code for code in codes if len(code) == digits and code.isdigit())
    return replace(job, parameters={**job.parameters, "linked": wanted})


def _chosen(values: Mapping[str, Any]) -> list[str]:
    """Codes of the communes that are meant, or what stands for each of them."""
    names = list(values.get("communes") or [])
    return names if names == areas.EVERY else [reference.find_commune(name)["code"] for name in names]


def folder_of(values: Mapping[str, Any], reports: Path | None = None) -> Path:
    """Folder of the pages of one period.

    Parameters
    ----------
    values : mapping
        ``period`` and, where they are not the usual ones, ``cutoffs`` and ``grain``.
    reports : Path, optional
        Folder of all reports; the project's by default.

    Raises
    ------
    UserError
        For a malformed period, or rules that are unknown.
    """
    span = periods.parse(values["period"], str(values.get("cutoffs", "calendar")))
    grain = outcomes.grain(str(values.get("grain", "timestamp")))
    return (reports or settings.reports()) / folders.name(span, grain)


def units_of(notebook: str) -> tuple[Unit, ...]:
    """Whether a notebook is on communes, on provinces, or on both, by the parameters that it takes.

    Raises
    ------
    UserError
        When it takes neither, or there is no such notebook.
    """
    kinds: tuple[Unit, ...] = ("commune", "province")
    taken = tuple(kind for kind in kinds if takes(notebook, kind))
    if not taken:
        raise UserError(f"Notebook {notebook} takes neither 'commune' nor 'province': name one in its parameters cell.")
    return taken


def takes(notebook: str, name: str) -> bool:
    """Whether a notebook takes a parameter."""
    return name in [each.name for each in parameters.of_notebook(settings.notebook(notebook))]


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
    values = parameters.typed({"number": chosen, **extra}, parameters.of_notebook(settings.notebook(QUALITY)))
    return Job(QUALITY, values, (reports or settings.reports()) / "imports" / f"{chosen:06d}.html")


def _unit(text: str) -> tuple[str, bool]:
    """Code of a commune, of a province named by two digits or by a name that no commune has, or of the country."""
    if (len(text) == 2 and text.isdigit()) or text.casefold() == "all":
        return reference.find_area(text)["code"], True
    try:
        return reference.find_commune(text)["code"], False
    except UserError:
        provinces = [code for code, name in reference.provinces().items() if reference.same_province(text, name)]
        if not provinces:
            raise
        return provinces[0], True
