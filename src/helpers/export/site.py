"""The index of all report pages: read off the folder of reports, so that it is right whatever was run before."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from helpers import files, formats, markup, periods, reference
from helpers.errors import UserError

_PAGE: Final = re.compile(r"(\d{2}|\d{5})-[a-z0-9-]+\.html")
_FOLDER: Final = re.compile(r"(.+?)(-official)?(-day)?")


@dataclass(frozen=True)
class Place:
    """Where the pages of one period and province stand, and what they are called."""

    heading: str
    province: str
    overview: str
    communes: list[tuple[str, str]]
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
        province = reference.provinces().get(folder.name, folder.name)
        heading, last_day = _heading(folder.parent.name)
        if not pages or not heading:
            continue
        names = reference.names("communes")
        links = [(names.get(page[:5], page), f"{folder.parent.name}/{folder.name}/{page}") for page in pages]
        overview = [link for name, link in links if Path(link).name[2] == "-"]
        communes = [(name, link) for name, link in links if Path(link).name[2] != "-"]
        communes.sort(key=lambda pair: formats.sort_key(reference.bare_name(pair[0])))
        sample = any('class="stamp"' in (folder / page).read_text(encoding="utf-8") for page in pages)
        places.append(Place(heading, province, overview[0] if overview else "", communes, last_day, sample))
    return places


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
