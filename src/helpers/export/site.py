"""The index of all report pages: read off the folder of reports, so that it is right whatever was run before."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from helpers import files, formats, manifest, markup, periods, reference
from helpers.errors import UserError

# Code and name; then the notebook, when it is not the usual one.
_PAGE: Final = re.compile(r"(\d{5}|\d{2})-[a-z0-9-]+(?:\.([\w-]+))?\.html")
_OVERVIEW: Final = re.compile(r"\d{2}-[a-z0-9-]+\.html")
_FOLDER: Final = re.compile(r"(.+?)(-official)?(-day)?")


@dataclass(frozen=True)
class Failed:
    """A report that was not made when last tried.

    Attributes
    ----------
    page : str
        Its file's name, whether it is there or not.
    name : str
        What it is called.
    notebook, cell, error : str
        Where and why it failed.
    log : str
        Address of the log.
    made_on : str
        Day on which the page was made that stands there; "" when there is none.
    """

    page: str
    name: str
    notebook: str
    cell: str
    error: str
    log: str
    made_on: str


@dataclass(frozen=True)
class Place:
    """Where the pages of one period and province stand, what they are called, and which were not made."""

    heading: str
    province: str
    overview: str
    communes: list[tuple[str, str]]
    failed: list[Failed]
    last_day: str
    sample: bool


def folder_name(period: periods.Period, grain: str) -> str:
    """Folder of a period's pages; reports under other rules than the default stand apart."""
    official = "-official" if period.cutoffs == "official" else ""
    return f"{period.text}{official}{'-day' if grain == 'day' else ''}"


def write_index(reports: Path) -> Path:
    """Write ``index.html``, which links every page by period and province.

    Parameters
    ----------
    reports : Path
        Folder of all reports.

    Returns
    -------
    Path
        The index.
    """
    places = sorted(_places(reports), key=lambda place: (place.last_day, place.heading, place.province), reverse=True)
    text = markup.environment().get_template("index.html.j2").render(places=places, css=markup.css())
    path = reports / "index.html"
    files.write_atomically(path, text)
    return path


def _places(reports: Path) -> list[Place]:
    places = []
    for folder in sorted(path for path in reports.glob("*/[0-9][0-9]") if path.is_dir()):
        pages = sorted(page.name for page in folder.glob("*.html") if _PAGE.fullmatch(page.name))
        province = reference.unit_name(folder.name)
        heading, last_day = _heading(folder.parent.name)
        failed = _failed(folder)
        if not heading or not (pages or failed):
            continue
        old = {each.page: f" – bản lập ngày {each.made_on}" for each in failed if each.made_on}
        links = [(_label(page) + old.get(page, ""), f"{folder.parent.name}/{folder.name}/{page}") for page in pages]
        overview = [link for _, link in links if _OVERVIEW.fullmatch(Path(link).name)]
        communes = [(name, link) for name, link in links if link not in overview]
        communes.sort(key=lambda pair: formats.sort_key(reference.bare_name(pair[0])))
        sample = any('class="stamp"' in (folder / page).read_text(encoding="utf-8") for page in pages)
        places.append(
            Place(heading, province, overview[0] if overview else "", communes, failed, last_day, sample),
        )
    return places


def _label(page: str) -> str:
    """Name of the unit of a page, with the notebook when it is not the usual one."""
    read = _PAGE.fullmatch(page)
    assert read is not None
    code, notebook = read.groups()
    name = reference.unit_name(code)
    return f"{name} ({notebook})" if notebook else name


def _failed(folder: Path) -> list[Failed]:
    """The reports of a folder that were not made when last tried, by its manifest."""
    failed = []
    for name, entry in sorted(manifest.read(folder).items()):
        if entry.failure is not None and _PAGE.fullmatch(f"{name}.html"):
            why, log = entry.failure, f"{folder.parent.name}/{folder.name}/{entry.failure['log']}"
            made_on = formats.day(pd.Timestamp(entry.made_at)) if entry.made_at else ""
            page = f"{name}.html"
            failed.append(Failed(page, _label(page), why["notebook"], why["cell"], why["error"], log, made_on))
    return failed


def _heading(folder: str) -> tuple[str, str]:
    """Title of a period's folder and its last day; empty when the folder is none of ours."""
    read = _FOLDER.fullmatch(folder)
    if read is None:
        return "", ""
    text, official, by_day = read.groups()
    try:
        period = periods.parse(text, "official" if official else "calendar")
    except UserError:
        return "", ""
    return f"{period.label}{', so sánh theo ngày' if by_day else ''}", str(period.last_day)
