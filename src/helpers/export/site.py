"""The indexes of the pages: of everything, of each period, of each province in it, and of what was not made.

They are read off the folder of reports, so that they are right whatever was run before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pandas as pd

from helpers import digests, disclosure, files, formats, headline, indicators, markup, reference
from helpers.export import folders
from helpers.export.folders import INDEX, Folder, Report
from helpers.indicators import Figure, Indicator
from helpers.markup import Cell, Head

FAILURES: Final = "failures.html"
_HEAD: Final = 1_000  # letters of a page within which its key stands
_MISSING: Final = "–"
_OVERDUE: Final = "pending_overdue"  # is marked, and can be searched for
_FILES: Final = {
    "bieu-II.06a.xlsx": "Biểu II.06a", "phu-luc.xlsx": "Phụ lục", "du-thao-bao-cao.docx": "Dự thảo",
    "cong-khai.xlsx": "Số liệu công khai",
}  # fmt: skip
_WITHHELD: Final = f" hoặc không công bố (có thể suy ra số đếm dưới {disclosure.LEAST})"


@dataclass(frozen=True)
class Line:
    """A row of a list.

    Attributes
    ----------
    cells : list of Cell
        The first one names the row; the link in it is the page.
    code : str
        By which the row is found from elsewhere; "" when it is not.
    before, after : str
        Codes of the units that the page's neighbours are about: their pages find this one by its place.
    files : list of Cell
        Links to the files beside the page.
    """

    cells: list[Cell]
    code: str = ""
    before: str = ""
    after: str = ""
    files: Sequence[Cell] = ()


@dataclass(frozen=True)
class Listing:
    """A list that can be searched and sorted.

    Attributes
    ----------
    caption : str
    search : str
        What to look for in it, as a request.
    heads : list of Head
    lines : list of Line
    kinds : list of str
        Of its units, to choose from; fewer than two are no choice.
    overdue : str
        The choice of units with overdue dossiers; "" where it does not say which have some.
    note : str
        Stands under it.
    """

    caption: str
    search: str
    heads: list[Head]
    lines: list[Line]
    kinds: Sequence[str] = ()
    overdue: str = ""
    note: str = ""


def write_index(reports: Path) -> Path:
    """Write the indexes of all pages; those of which nothing has changed are not made again.

    Parameters
    ----------
    reports : Path
        Folder of all reports.

    Returns
    -------
    Path
        The index of everything.
    """
    found = folders.read(reports)
    _write(reports / INDEX, "index", listing=_everything(found), sample=any(each.sample for each in found),
           unmade=sum(len(each.unmade) for each in found), imports=_imports(reports))  # fmt: skip
    _write(reports / FAILURES, "failures", listing=_failures(found))
    made_by = digests.of([digests.helpers(), digests.reference(), _script()])
    for path, group in groupby(found, key=lambda each: each.path.parent):
        of_it = list(group)
        _write_period(path, of_it, found, made_by)
        for folder in of_it:
            if folder.code != reference.COUNTRY:
                _write_folder(folder, found, made_by)
    return reports / INDEX


def _write_period(path: Path, of_it: list[Folder], found: list[Folder], made_by: str) -> None:
    turning = {way: f"../{each.path.parent.name}/{INDEX}" for way, each in _neighbours(found, of_it[0], False).items()}
    key = digests.of([made_by, turning, [each.key for each in of_it]])
    if _is_current(path / INDEX, key):
        return
    country = next((each for each in of_it if each.code == reference.COUNTRY), None)
    provinces = [each for each in of_it if each.code != reference.COUNTRY]
    _write(
        path / INDEX, "period", key, period=of_it[0], country=country, turning=turning,
        provinces=_provinces(provinces, country), communes=_communes(provinces, True),
        sample=any(each.sample for each in of_it), unmade=sum(len(each.unmade) for each in of_it),
    )  # fmt: skip


def _write_folder(folder: Folder, found: list[Folder], made_by: str) -> None:
    near = _neighbours(found, folder, True)
    turning = {way: f"../../{each.path.parent.name}/{folder.code}/{INDEX}" for way, each in near.items()}
    key = digests.of([made_by, turning, folder.key])
    if _is_current(folder.path / INDEX, key):
        return
    _write(
        folder.path / INDEX, "province", key, folder=folder, turning=turning, communes=_communes([folder], False),
        made=sum(each.stands and not each.notebook for each in folder.communes),
        every=len(reference.communes_of(folder.code)), sample=folder.sample, unmade=len(folder.unmade),
    )  # fmt: skip


def _is_current(path: Path, key: str) -> bool:
    """Whether an index was made from what is there now."""
    try:
        with path.open(encoding="utf-8") as file:
            return f'content="{key}"' in file.read(_HEAD)
    except (OSError, ValueError):
        return False


def _write(path: Path, template: str, key: str = "", **values: Any) -> None:
    script = _script()
    text = markup.environment().get_template(f"{template}.html.j2").render(
        css=markup.css(), script=script, policy=markup.policy(script), key=key, **values
    )  # fmt: skip
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        files.write_atomically(path, text)


@cache
def _script() -> str:
    return (markup.FOLDER / "listing.js").read_text(encoding="utf-8")


def _neighbours(found: list[Folder], folder: Folder, same: bool) -> dict[str, Folder]:
    """The periods of the same kind before and after, of those that there are pages of; of the same province or any."""
    series = {each.path.parent: each for each in found if each.series == folder.series}
    if same:
        series = {each.path.parent: each for each in found if each.series == folder.series and each.code == folder.code}
    newest_first = list(series)
    at = newest_first.index(folder.path.parent)
    near = {"truoc": newest_first[at + 1 : at + 2], "sau": newest_first[max(at - 1, 0) : at]}
    return {way: series[paths[0]] for way, paths in near.items() if paths}


def _imports(reports: Path) -> list[Cell]:
    """Links to the pages on imports, the latest first."""
    pages = sorted(reports.glob("imports/[0-9]*.html"), reverse=True)
    return [Cell(f"lần nhập {path.stem.lstrip('0')}", link=f"imports/{path.name}") for path in pages]


def _everything(found: list[Folder]) -> Listing:
    lines = []
    for each in found:
        at = f"{each.path.parent.name}/{each.code}"
        whole = f"{at}/{each.overview.page}" if each.overview else ""
        list_of = f"{each.path.parent.name}/{INDEX}" if each.code == reference.COUNTRY else f"{at}/{INDEX}"
        lines.append(Line([
            Cell(each.heading, link=f"{each.path.parent.name}/{INDEX}"),
            Cell(each.name, link=list_of),
            Cell("Trang tổng hợp" if whole else _MISSING, link=whole),
            Cell(formats.number(each.pages)),
            Cell(formats.number(len(each.unmade)), alarm=bool(each.unmade), link=FAILURES if each.unmade else ""),
            Cell("số liệu mẫu" if each.sample else ""),
        ]))  # fmt: skip
    heads = markup.heads("Kỳ báo cáo", "Địa bàn", "Tổng hợp", ">Số trang", ">Chưa lập được", "Ghi chú")[0]
    return Listing("Các kỳ báo cáo, kỳ mới nhất ở trên", "Tìm kỳ báo cáo, địa bàn", heads, lines)


def _provinces(provinces: list[Folder], country: Folder | None) -> Listing:
    shown, scores = indicators.at("index"), country.scores if country else {}
    lines = []
    for each in provinces:
        figures = [_figure(each.overview, indicator) for indicator in shown]
        lines.append(Line([
            Cell(each.name, link=f"{each.code}/{INDEX}"), Cell(formats.number(each.pages)),
            Cell(formats.number(len(each.unmade)), link=f"../{FAILURES}" if each.unmade else ""), *figures,
            *([_points(scores.get(each.code))] if scores else []),
        ]))  # fmt: skip
    heads = [*markup.heads("Địa bàn", ">Số trang", ">Chưa lập được")[0], *_heads(shown), *_score_head(country)]
    return Listing("Theo tỉnh, thành phố", "Tìm tỉnh, thành phố", heads, lines, overdue=_choice(provinces))


def _communes(of: list[Folder], of_all: bool) -> Listing:
    """The communes of some provinces; of all of them on a page of their period, each is named with its own."""
    shown = indicators.at("index")
    # Points over different components are not to be compared.
    covers = {each.covered: each for each in of if each.scores}
    scored = next(iter(covers.values())) if len(covers) == 1 else None
    rows = [(folder, report) for folder in of for report in folder.communes]
    if of_all:
        rows.sort(key=lambda row: row[1].order)
    # Pages lead to the list of their own province: there each unit has its neighbours.
    usual = [report.code for _, report in rows if report.stands and not report.notebook and not of_all]
    around = zip(["", *usual], usual, [*usual[1:], ""], strict=False)
    near = {code: (before, after) for before, code, after in around}
    lines = []
    for folder, report in rows:
        base = f"{folder.code}/" if of_all else ""
        plain = not report.notebook
        before, after = near.get(report.code, ("", "")) if plain else ("", "")
        cells = [
            Cell(report.name, link=f"{base}{report.page}" if report.stands else ""),
            *([Cell(folder.name, link=f"{base}{INDEX}")] if of_all else []),
            *(_figure(report, indicator) for indicator in shown),
            *([_points(folder.scores.get(report.code) if plain else None)] if scored else []),
            _state(report, "../" if of_all else "../../"),
        ]
        beside = [] if of_all else [Cell(_file_label(name), link=name) for name in report.files]
        lines.append(Line(cells, report.code if plain else "", before, after, beside))
    heads = [
        *markup.heads("Đơn vị", *(["Địa bàn"] if of_all else []))[0], *_heads(shown),
        *_score_head(scored), *markup.heads("Trạng thái", *([] if of_all else ["Tệp kèm theo"]))[0],
    ]  # fmt: skip
    kinds = sorted({report.kind for _, report in rows if report.kind}, key=formats.sort_key)
    note = f"“{_MISSING}”: không có dữ liệu{_WITHHELD * _is_public(of)}, khác với 0."
    caption = "Từng đơn vị cấp xã, theo thứ tự chữ cái"
    return Listing(caption, "Tìm xã, phường", heads, lines, kinds, _choice(of), note)


def _is_public(of: Iterable[Folder]) -> bool:
    return all(each.public for each in of)


def _choice(of: Iterable[Folder]) -> str:
    return f"Chỉ đơn vị có{' công bố' * _is_public(of)} hồ sơ đang quá hạn"


def _heads(shown: Iterable[Indicator]) -> list[Head]:
    return [Head(indicator.label) for indicator in shown]


def _score_head(folder: Folder | None) -> list[Head]:
    return [Head(f"Điểm 766 (trên {folder.covered})")] if folder and folder.scores else []


def _figure(report: Report | None, indicator: Indicator) -> Cell:
    figure: Figure = report.figure(indicator.name) if report else {"numerator": None, "denominator": None}
    text = headline.shown(indicator, figure)
    alarm = indicator.name == _OVERDUE and bool(figure["numerator"])
    return Cell(_MISSING if text == formats.NO_DATA else text, alarm=alarm)


def _points(points: float | None) -> Cell:
    return Cell(_MISSING if points is None else formats.decimal(points))


def _state(report: Report, up: str) -> Cell:
    """What became of the last attempt; that it failed leads to the reason."""
    if report.state == "fresh":
        return Cell("Đã lập")
    dated = f", lập ngày {report.made_on}" if report.made_on else ""
    return Cell(f"Bản cũ{dated}" if report.state == "old" else "Chưa lập được", alarm=True, link=f"{up}{FAILURES}")


def _file_label(name: str) -> str:
    """What readers call a file; its kind when no helper of ours has made it."""
    known = (label for ending, label in _FILES.items() if name.endswith(ending))
    return next(known, name.rpartition(".")[2].upper())


def _failures(found: list[Folder]) -> Listing:
    rows = [(folder, report, report.entry.failure) for folder in found for report in folder.unmade]
    lines = [_failure(folder, report, why) for folder, report, why in rows if why is not None]
    heads = markup.heads("Báo cáo", "Trang đang có", "Nơi lỗi", "Lỗi", "Từ khi", "Lần thử gần nhất", "Nhật ký")[0]
    return Listing("Báo cáo chưa lập được ở lần chạy gần nhất", "Tìm báo cáo", heads, lines)


def _failure(folder: Folder, report: Report, why: Mapping[str, str]) -> Line:
    at = f"{folder.path.parent.name}/{folder.code}"
    of = "" if report.of_many else f", {formats.lower_first(folder.name)}"
    cell, log = why.get("cell"), why.get("log", "")
    stands = (f"Bản lập ngày {report.made_on}" if report.made_on else "Bản cũ") if report.stands else "Không có"
    return Line([
        Cell(f"{report.name}{of}: {formats.lower_first(folder.heading)}", link=f"{at}/{report.page}" * report.stands),
        Cell(stands),
        Cell(why.get("notebook", "") + (f", ô lệnh {cell}" if cell else "")),
        Cell(why.get("error", "")),
        Cell(_moment(why.get("since") or why.get("at"))),
        Cell(_moment(why.get("at"))),
        Cell("Nhật ký", link=f"{at}/{log}") if log and (folder.path / log).is_file() else Cell(_MISSING),
    ])  # fmt: skip


def _moment(text: str | None) -> str:
    return f"{pd.Timestamp(text):%d/%m/%Y %H:%M}" if text else _MISSING
