"""What units reported of themselves: small tables that people put into ``data/reported``, to set against dossiers."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from helpers import digests, exports, formats, periods, reference, settings
from helpers.errors import UserError
from helpers.exports import headers
from helpers.periods import Period

COLUMNS: Final = ["indicator", "value", "source", "note"]
REQUIRED: Final = ["unit", "period", "indicator", "value", "source"]
# Of each column the headers that may stand over it, as they are compared: the first that a table has counts.
_HEADERS: Final = {
    "unit": ["unit", "unit_name", "đơn vị"],
    "province": ["province", "tỉnh", "tỉnh, thành phố"],
    "period": ["period", "kỳ", "kỳ báo cáo"],
    "indicator": ["indicator", "chỉ tiêu"],
    "value": ["value", "giá trị", "số liệu"],
    "source": ["source", "nguồn"],
    "note": ["note", "ghi chú"],
}
_ENDINGS: Final = (".csv", ".xlsx")
_COMMUNE_LEVEL: Final = re.compile(r"\s*\(cấp xã\)\s*$", re.IGNORECASE)
_WHOLE: Final = re.compile(r"(\d+|\d{1,3}([., \u00a0])\d{3}(?:\2\d{3})*)(?:[.,]0{1,2})?")
_DECIMAL: Final = re.compile(r"(\d{1,3})(?:[.,](\d+))?")

_Unit = tuple[str, date, date]


class _Row(NamedTuple):
    place: str
    unit: str
    unit_code: str | None
    first_day: date
    last_day: date
    indicator: str
    value: Decimal | None
    source: str
    note: str


def of(unit: str, period: Period) -> pd.DataFrame:
    """The figures that one unit reported of exactly one period.

    Parameters
    ----------
    unit : str
        Five digits of a commune, two of a province for all its communes together.
    period : Period
        Compared by its first and last day, whatever it is called.

    Returns
    -------
    DataFrame
        ``COLUMNS``, in the order of the tables: ``indicator`` a code of reported_names.csv; ``value`` a Decimal with as
        many digits after the comma as were printed; ``source`` and ``note`` texts, "" when empty.

    Raises
    ------
    UserError
        When a table cannot be read; the message names the file, the line and what to write.
    """
    return pd.DataFrame(_of(unit, period), columns=COLUMNS, dtype="object")


def fingerprint(unit: str, period: Period) -> str:
    """Sixteen hexadecimal digits that change when any of the figures that ``of`` gives does."""
    return digests.of([[str(cell) for cell in row] for row in _of(unit, period)])


def counts() -> dict[tuple[str, date, date], int]:
    """How many figures are used, by unit and the period's first and last day."""
    return {key: len(rows) for key, rows in _used(*_state()).items()}


def unused() -> list[str]:
    """The rows of units or indicators that no table knows, such as a city's own centre: where each stands, and why."""
    lines = []
    for row in _rows(*_state()):
        if row.unit_code is None:
            near = reference.nearest_communes(row.unit)
            lines.append(f"{row.place}: no one unit is called '{row.unit}'{near and f'; give a code: {near}'}")
        elif row.value is None:
            lines.append(f"{row.place}: no indicator '{row.indicator}' in reported_names.csv")
    return lines


def names() -> dict[str, dict[str, str]]:
    """The rows of reported_names.csv by their code."""
    return _names(settings.reference() / "reported_names.csv")


@cache
def _names(_: Path) -> dict[str, dict[str, str]]:
    rows = reference.table("reported_names").to_dict("records")
    return {str(row["code"]): {str(name): str(cell) for name, cell in row.items()} for row in rows}


def number(text: str, unit: str) -> Decimal:
    """Read a figure as people write it.

    Parameters
    ----------
    text : str
        The unit of the indicator decides what a mark in it means. A whole number may have dots, commas or blanks
        between thousands: "8930", "8.930" and "8,930" are the same. In a percentage or a number of points either mark
        stands before the decimals, and a per cent sign may follow: "85,10", "85.10" and "85,10 %" are the same, and
        "8.930" is a little less than nine.
    unit : {"dossiers", "count", "percent", "points"}

    Returns
    -------
    Decimal
        With the digits after the comma that were written: 85.10 is not 85.1.

    Raises
    ------
    ValueError
        When the text is no such number, is negative, or above 100 where that cannot be.
    """
    if unit in ("dossiers", "count"):
        if not (whole := _WHOLE.fullmatch(text)):
            raise ValueError("no whole number like 8930")
        return Decimal(re.sub(r"\D", "", whole[1]))
    found = _DECIMAL.fullmatch(text.removesuffix("%").rstrip() if unit == "percent" else text)
    value = Decimal(f"{found[1]}.{found[2] or ''}") if found else None
    if value is None or value > 100:
        raise ValueError("no number from 0 to 100 like 85,10")
    return value


def _of(unit: str, period: Period) -> list[tuple[Any, ...]]:
    return _used(*_state()).get((unit, period.first_day, period.last_day), [])


def _state() -> tuple[tuple[tuple[Path, int, int], ...], Path]:
    """What reading depends on: the tables with their time and size, and where the reference tables are."""
    folder = settings.reported()
    paths = sorted(path for path in folder.iterdir() if _is_table(path)) if folder.is_dir() else []
    found = [(path, path.stat()) for path in paths]
    return tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in found), settings.reference()


def _is_table(path: Path) -> bool:
    # "~$name.xlsx" is what a spreadsheet program leaves while it has a workbook open.
    return path.suffix.lower() in _ENDINGS and not path.name.startswith((".", "~"))


@lru_cache(maxsize=1)
def _used(files: tuple[tuple[Path, int, int], ...], folder: Path) -> dict[_Unit, list[tuple[Any, ...]]]:
    """The figures that can be used, by unit and days."""
    found: dict[_Unit, list[tuple[Any, ...]]] = {}
    said: dict[tuple[Any, ...], _Row] = {}
    for row in _rows(files, folder):
        if row.unit_code is None or row.value is None:
            continue
        unit = (row.unit_code, row.first_day, row.last_day)
        first = said.setdefault((*unit, row.indicator, row.source), row)
        if str(first.value) != str(row.value):
            raise UserError(
                f"{row.place}: {row.indicator} is {row.value} here and {first.value} in {first.place}, of the same "
                "unit, period and source. Keep one, or name the sources apart."
            )
        if first is row:
            found.setdefault(unit, []).append((row.indicator, row.value, row.source, row.note))
    return found


@lru_cache(maxsize=1)
def _rows(files: tuple[tuple[Path, int, int], ...], _: Path) -> list[_Row]:
    """Every row of every table that has a value: an empty cell says nothing."""
    # Each text is looked up once: a table of a province and year repeats them thousands of times.
    units, spans, fold = cache(_unit), cache(periods.parse), cache(formats.fold)
    codes, declared = reference.codes("reported_names"), names()
    rows = []
    for path, _time, _size in files:
        for place, cells in _cells(path):
            texts = {name: exports.text(cell) for name, cell in cells.items()}
            if not texts["value"]:
                continue
            code = codes.get(fold(texts["indicator"]))
            try:
                span = spans(texts["period"])
                value = None if code is None else _value(cells["value"], declared[code]["unit"])
            except (UserError, ValueError) as error:
                raise UserError(f"{place}: {error}") from error
            unit = units(texts["unit"], texts.get("province", ""))
            days, said = (span.first_day, span.last_day), (texts["source"], texts.get("note", ""))
            rows.append(_Row(place, texts["unit"], unit, *days, code or texts["indicator"], value, *said))
    return rows


def _cells(path: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Place and cells of each row of a file, by our names of the columns."""
    lacking: list[list[str]] = [REQUIRED]
    for sheet in exports.sheets(path):
        if sheet.header is not None:  # a hidden sheet
            continue
        rows = [(number, row) for number, row in sheet.rows if any(row)]
        header = headers.find([row for _, row in rows[: headers.DEPTH] if not isinstance(row, str)], _HEADERS)
        lacking.append([name for name in REQUIRED if header is None or name not in header.places])
        if header is None or lacking[-1]:
            continue
        line = f"{path.name}, {f'sheet {sheet.name}, ' if sheet.name else ''}line"
        for at, row in rows[header.end + 1 :]:
            if isinstance(row, str) or any(row[header.width :]):
                what = "the row has more cells than the header. Put a cell with a comma in quotation marks."
                raise UserError(f"{line} {at}: {what}")
            filled = [*row, *[""] * (header.width - len(row))]
            yield f"{line} {at}", {name: filled[place] for name, place in header.places.items()}
    if [] not in lacking:
        fewest = ", ".join(sorted(lacking, key=len)[0])
        raise UserError(f"{path.name} has no column {fewest}. Reported figures need {', '.join(REQUIRED)}.")


def _unit(text: str, province: str) -> str | None:
    """Code of a commune, or of a province; None when no unit or more than one answers."""
    within = _province(province) if province else None
    if province and within is None:
        return None
    return _province(_COMMUNE_LEVEL.sub("", text)) or reference.match_commune(text, within)


def _province(text: str) -> str | None:
    known = reference.provinces().items()
    return next((code for code, name in known if text == code or reference.same_province(text, name)), None)


def _value(cell: object, unit: str) -> Decimal:
    text = exports.text(cell)
    # A spreadsheet keeps 85,10 % in a cell of that format as 0.851, and nothing tells it from 0,851 %.
    if unit == "percent" and isinstance(cell, float) and 0 < cell <= 1:
        raise ValueError(f"{cell} may be {cell:.2%} or {cell}%. Write it as text with its sign: '85,10%'.")
    try:
        return number(text, unit)
    except ValueError as error:
        raise ValueError(f"'{text}' is {error}. Correct the file.") from error
