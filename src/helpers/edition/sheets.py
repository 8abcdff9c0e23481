"""The workbook beside a public page: the figures of the page."""

from collections.abc import Callable, Iterable

from IPython.display import display
from xlsxwriter.workbook import Workbook

from helpers import disclosure, formats, reference
from helpers.annexes import workbooks
from helpers.annexes.attachments import WORKBOOK, Attachment
from helpers.annexes.workbooks import Column
from helpers.disclosure import MEASURES
from helpers.edition.pages import REST, WITHHELD, explained
from helpers.edition.reading import Edition

_TITLE = "Số liệu công khai"


def attach(report: Edition) -> None:
    """Display the workbook of a public page; the exporter puts it beside the page.

    Parameters
    ----------
    report : Edition
    """
    name = f"{reference.file_stem(report.code)}-cong-khai.xlsx"
    display(Attachment(name, workbook(report), WORKBOOK, f"{_TITLE} (bảng tính)"))


def workbook(report: Edition) -> bytes:
    """The counts of a public page as a spreadsheet.

    Parameters
    ----------
    report : Edition

    Returns
    -------
    bytes
        Of an .xlsx file, the same for the same figures.
    """
    sheets: dict[str, list[Column]] = {"Số liệu": _figures(report), "Lĩnh vực": _fields(report)}
    if report.of_many:
        sheets["Đơn vị"] = _units(report)
    told = explained(report)
    sheets["Giải thích"] = [
        Column("Quy tắc", 28, [name for name, _ in told]),
        Column("", 90, [text for _, text in told]),
    ]

    def draw(book: Workbook) -> None:
        for name, columns in sheets.items():
            workbooks.listed(book, name, columns)

    return workbooks.made(report.period, f"{_TITLE} – {report.title}, {report.period.label}", draw)


def _figures(report: Edition) -> list[Column]:
    sums = {name: report.add(name)[0] for name in MEASURES}
    notes = ["" if sums[name].total is not None else _why(report.tells(name)) for name in MEASURES]
    columns = [
        Column("Số liệu", 40, [measure.label for measure in MEASURES.values()]),
        Column("Số hồ sơ", 14, [found.total for found in sums.values()], "number"),
        Column("Ghi chú", 24, notes),
    ]
    return [*columns, Column("Số đơn vị", 12, [found.units for found in sums.values()], "number")][: 3 + report.of_many]


def _why(tells: bool) -> str:
    return f"{WITHHELD} không công bố" if tells else formats.NO_DATA


def _fields(report: Edition) -> list[Column]:
    units = report.units.values()
    handled = disclosure.add_fields(units, "handled")
    columns = [
        Column("Lĩnh vực", 40, [REST if field is None else reference.label("fields", field) for field in handled]),
        Column(MEASURES["handled"].label, 14, [found.total for (found,) in handled.values()], "number"),
    ]
    for name in disclosure.BY_FIELD:
        sums = disclosure.add_fields(units, name)
        columns.append(Column(MEASURES[name].label, 16, [sums[field][0].total for field in handled], "number"))
    return columns


def _units(report: Edition) -> list[Column]:
    def column(values: Callable[[disclosure.Published], int | None], title: str) -> Column:
        return Column(title, 14, map(values, report.units.values()), "number")

    codes: Iterable[str] = report.units
    names = reference.names("communes")
    counts = [column(lambda unit, name=name: unit.count(name), each.label) for name, each in MEASURES.items()]  # type: ignore[misc]
    return [Column("Mã", 8, codes), Column("Đơn vị", 28, [names[code] for code in codes]), *counts]
