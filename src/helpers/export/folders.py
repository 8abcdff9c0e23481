"""What stands in the folders of pages, read off file names and manifests: no page is opened."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from helpers import digests, formats, manifest, periods, reference
from helpers.errors import UserError
from helpers.indicators import Figure
from helpers.manifest import Entry
from helpers.periods import Period

INDEX: Final = "index.html"
PUBLIC: Final = "public_report"
# Code and name; then the notebook, when it is not the usual one.
_PAGE: Final = re.compile(r"(\d{5}|\d{2})-[a-z0-9-]+(?:\.([\w-]+))?\.html")
_FOLDER: Final = re.compile(r"(.+?)(-official)?(-day)?")
MARKS: Final = {"cap-xa": "từng đơn vị cấp xã"}  # of the report on every commune of the country
_BESIDE: Final = (".xlsx", ".docx")
_PROVINCE_DIGITS: Final = 2


@dataclass(frozen=True)
class Report:
    """A report: its page, or the attempt at one.

    Attributes
    ----------
    page : str
        Name of the page's file, whether it is there or not.
    code : str
        Of its unit.
    notebook : str
        What tells it from the usual report on its unit: another notebook, a group of communes; "" for the usual one.
    stands : bool
        Whether the page is there.
    entry : Entry
        What the manifest says of it.
    files : list of str
        Names of the workbooks and documents beside the page.
    """

    page: str
    code: str
    notebook: str
    stands: bool
    entry: Entry
    files: list[str]

    @cached_property
    def name(self) -> str:
        """Name of the unit, with what tells the report from the usual one."""
        name = reference.unit_name(self.code)
        mark = self.entry.figures.get("group") or MARKS.get(self.notebook, self.notebook)
        return f"{name} ({mark})" if mark else name

    @cached_property
    def kind(self) -> str:
        """Xã, Phường or Đặc khu."""
        name = reference.unit_name(self.code)
        return name.removesuffix(reference.bare_name(name)).strip()

    @cached_property
    def order(self) -> tuple[Any, ...]:
        """By which reports stand in alphabetical order."""
        return formats.sort_key(reference.bare_name(self.name))

    @property
    def public(self) -> bool:
        """Whether it is of the public edition, in a bundle too, where its name does not tell."""
        return self.entry.notebook == PUBLIC or self.page.endswith(f".{PUBLIC}.html")

    @property
    def of_many(self) -> bool:
        """Whether it is on many communes."""
        return len(self.code) == _PROVINCE_DIGITS

    @property
    def state(self) -> Literal["fresh", "old", "failed"]:
        """Whether the page is as it should be, an older one stands because the last attempt failed, or none does."""
        if self.entry.failure is None:
            return "fresh"
        return "old" if self.stands else "failed"

    @property
    def made_on(self) -> str:
        """Day on which the page that stands there was made; "" when it is not noted."""
        return formats.day(pd.Timestamp(self.entry.made_at)) if self.entry.made_at else ""

    @property
    def sample(self) -> bool:
        """Whether its dossiers are generated."""
        return self.stands and bool(self.entry.figures.get("sample"))

    def figure(self, name: str) -> Figure:
        """An indicator of the page that stands there; None where missing, as all is that no run has noted."""
        told = self.entry.figures.get("figures") if self.stands else None
        numerator, denominator = (told or {}).get(name) or (None, None)
        return {"numerator": numerator, "denominator": denominator}


@dataclass(frozen=True)
class Folder:
    """The reports of one period and province.

    Attributes
    ----------
    path : Path
    period : Period
    by_day : bool
        Whether early and late are told apart by day.
    reports : list of Report
        Communes by their names, then those on many communes.
    key : str
        Changes when anything of that does.
    """

    path: Path
    period: Period
    by_day: bool
    reports: list[Report] = field(repr=False)
    key: str

    @property
    def code(self) -> str:
        """Of the province, or the country."""
        return self.path.name

    @cached_property
    def name(self) -> str:
        """Of the province, or the country."""
        return reference.unit_name(self.code)

    @property
    def heading(self) -> str:
        """Name of the period, with the rules when they are not the usual ones."""
        return f"{self.period.label}{', so sánh theo ngày' if self.by_day else ''}"

    @property
    def series(self) -> tuple[str, str, bool]:
        """Periods that follow each other have it in common."""
        return self.period.kind, self.period.cutoffs, self.by_day

    @cached_property
    def communes(self) -> list[Report]:
        """Reports on one commune each."""
        return [each for each in self.reports if not each.of_many]

    @cached_property
    def wholes(self) -> list[Report]:
        """Reports on many communes; the one on all of them comes first."""
        return [each for each in self.reports if each.of_many]

    @property
    def overview(self) -> Report | None:
        """The usual report on all communes, when its page stands there."""
        return next((each for each in self.wholes if each.stands and not each.notebook), None)

    @property
    def unmade(self) -> list[Report]:
        """Reports that failed last time."""
        return [each for each in self.reports if each.entry.failure is not None]

    @property
    def pages(self) -> int:
        """How many pages stand there."""
        return sum(each.stands for each in self.reports)

    @property
    def public(self) -> bool:
        """Whether it is of the public edition."""
        return all(each.public for each in self.reports)

    @property
    def sample(self) -> bool:
        """Whether there are pages of generated dossiers."""
        return any(each.sample for each in self.reports)

    @property
    def scores(self) -> Mapping[str, float]:
        """Points of its units by QĐ 766, as the report on all of them has them."""
        return self._told.get("scores") or {}

    @property
    def covered(self) -> int:
        """How many points there are in the components that these are of."""
        return int(self._told.get("covered") or 0)

    @property
    def _told(self) -> dict[str, Any]:
        return {} if self.overview is None else self.overview.entry.figures


def name(period: Period, grain: str) -> str:
    """Folder of a period's pages; reports under other rules than the default stand apart."""
    official = "-official" if period.cutoffs == "official" else ""
    return f"{period.text}{official}{'-day' if grain == 'day' else ''}"


def read(reports: Path) -> list[Folder]:
    """All folders with reports, the newest period first; of a period by the names of the provinces.

    Parameters
    ----------
    reports : Path
        Folder of all reports.

    Returns
    -------
    list of Folder
        Without folders that are none of ours, or hold neither a page nor an attempt at one.
    """
    found = []
    for path in (path for path in reports.glob("*/[0-9][0-9]") if path.is_dir()):
        rules = _rules(path.parent.name)
        if rules is None:
            continue
        names = {each.name for each in path.iterdir()} - {INDEX}
        of_it = _reports(path, names)
        if of_it:
            noted = [digests.of_file(path / each) for each in (manifest.NAME, manifest.JOURNAL) if each in names]
            found.append(Folder(path, *rules, of_it, digests.of([sorted(names), noted])))
    found.sort(key=lambda each: formats.sort_key(each.name))
    found.sort(key=lambda each: (each.period.last_day, each.period.first_day, each.path.parent.name), reverse=True)
    return found


def _reports(folder: Path, names: set[str]) -> list[Report]:
    held = manifest.read(folder)
    tried = {f"{stem}.html" for stem, entry in held.items() if entry.failure is not None}
    made = []
    for page in names | tried:
        if (parts := _PAGE.fullmatch(page)) is None:
            continue
        entry = held.get(page.removesuffix(".html"), Entry("", {}, {}))
        beside = [each for each in entry.outputs if each in names and each.endswith(_BESIDE)]
        made.append(Report(page, parts[1], parts[2] or "", page in names, entry, beside))
    if all(each.notebook == PUBLIC for each in made):  # the usual reports of a folder that has no others
        made = [replace(each, notebook="") for each in made]
    return sorted(made, key=lambda each: (each.of_many, each.order, each.page))


def _rules(folder: str) -> tuple[Period, bool] | None:
    """The period of a folder, and whether it is by day; None when the folder is none of ours."""
    read = _FOLDER.fullmatch(folder)
    if read is None:
        return None
    text, official, by_day = read.groups()
    try:
        return periods.parse(text, "official" if official else "calendar"), bool(by_day)
    except UserError:
        return None
