"""What units reported of themselves: small tables that people put into ``data/reported``, to set against dossiers."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

from helpers import digests, exports, formats, periods, personal, reference, settings
from helpers.errors import UserError
from helpers.exports import headers
from helpers.exports.headers import Header
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
_CENTRE_MARK: Final = "-centre"
_CENTRE: Final = re.compile(r"\s*trung tâm (?:phục vụ )?hành chính công(?: của)? ", re.IGNORECASE)
_COMMUNE_LEVEL: Final = re.compile(r"\s*\(cấp xã\)\s*$", re.IGNORECASE)
_WHOLE: Final = re.compile(r"(\d+|\d{1,3}([., \u00a0])\d{3}(?:\2\d{3})*)(?:[.,]0{1,2})?")
_DECIMAL: Final = re.compile(r"(\d{1,3})(?:[.,](\d+))?")
_KEY: Final = ("unit", "period", "province")
_DIGITS: Final = 15  # as many as a spreadsheet keeps of a number
_SHOWN: Final = 40  # characters of a text in a message

_Days = tuple[date, date]
_Figure = tuple[str, Decimal, str, str]  # as ``COLUMNS``
_Fault = tuple[tuple[int, ...], str]  # file, sheet and line, so that they sort as they stand; what is wrong there


class _Table(NamedTuple):
    order: tuple[int, int]
    place: str
    header: Header


_Line = tuple[_Table, int, Sequence[object]]
_Key = tuple[str | None, _Days | None]  # unit and days; None where they cannot be told


class _Row(NamedTuple):
    place: str
    cells: Mapping[str, object]
    fits: bool  # under the header
    order: tuple[int, ...]

    def text(self, name: str) -> str:
        return exports.text(self.cells.get(name, ""))

    def fault(self, what: object) -> _Fault:
        return self.order, f"{self.place}: {personal.masked(str(what))[0]}"


class _Read(NamedTuple):
    figures: list[_Figure]
    mistakes: list[_Fault]
    unknown: list[_Fault]  # rows of indicators that no table knows


def of(unit: str, period: Period) -> pd.DataFrame:
    """The figures that one unit reported of exactly one period.

    Parameters
    ----------
    unit : str
        Five digits of a commune, two of a province for all its communes together, or ``centre`` of one.
    period : Period
        Compared by its first and last day, whatever it is called.

    Returns
    -------
    DataFrame
        ``COLUMNS``, in the order of the tables: ``indicator`` a code of reported_names.csv; ``value`` a Decimal with as
        many digits after the comma as were printed; ``source`` and ``note`` texts, "" when empty, with the numbers of
        people masked.

    Raises
    ------
    UserError
        When a figure of this unit and period cannot be read, or a period of this unit; the message names the file, the
        line and what to write. A mistake in a row of another unit is not this one's.
    """
    read = _read(unit, (period.first_day, period.last_day))
    for _, mistake in sorted([*_read(unit, None).mistakes, *read.mistakes]):
        raise UserError(mistake)
    return pd.DataFrame(read.figures, columns=COLUMNS, dtype="object")


def of_all(units: Iterable[str], period: Period) -> dict[str, pd.DataFrame]:
    """The figures that several units reported of exactly one period.

    Parameters
    ----------
    units : iterable of str
    period : Period

    Returns
    -------
    dict
        ``of`` each unit that has any. A unit with a mistake in its rows has none: its own page tells the mistake.
    """
    days = period.first_day, period.last_day
    written = {unit for unit, of_days in _index(*_state())[0] if of_days == days}
    read = {unit: _read(unit, days) for unit in units if unit in written}
    found = {unit: each.figures for unit, each in read.items() if each.figures and not each.mistakes}
    return {unit: pd.DataFrame(figures, columns=COLUMNS, dtype="object") for unit, figures in found.items()}


def within(unit: str, period: Period, indicator: str) -> pd.DataFrame:
    """One figure as it was reported of periods that lie in another one.

    Parameters
    ----------
    unit : str
        As for ``of``.
    period : Period
    indicator : str
        Code of reported_names.csv.

    Returns
    -------
    DataFrame
        ``first``, ``last`` (days) and ``COLUMNS``, in the order of the days; without rows that hold a mistake.
    """
    spans = {days for of_unit, days in _index(*_state())[0] if of_unit == unit and days is not None}
    inside = sorted(days for days in spans if period.first_day <= days[0] and days[1] <= period.last_day)
    rows = [(*days, *row) for days in inside for row in _read(unit, days).figures if row[0] == indicator]
    return pd.DataFrame(rows, columns=["first", "last", *COLUMNS], dtype="object")


def centre(province: str) -> str:
    """The unit under which figures of a province's own centre (TTPVHCC) are kept, beside those of its communes."""
    return f"{province}{_CENTRE_MARK}"


def fingerprint(unit: str, period: Period) -> str:
    """Sixteen hexadecimal digits that change when what ``of`` gives does.

    They are made of the rows as they are written: a mistake in them changes the digits, and stops nobody.
    """
    rows = [*_rows(unit, None), *_rows(unit, (period.first_day, period.last_day))]
    return digests.of([[{name: repr(cell) for name, cell in row.cells.items()}, row.fits] for row in rows])


def counts() -> dict[tuple[str, date, date], int]:
    """How many figures can be read, by unit and the period's first and last day."""
    lines, _ = _index(*_state())
    found = {(unit, *days): len(_read(unit, days).figures) for unit, days in lines if unit and days}
    return {key: count for key, count in found.items() if count}


def unused() -> list[str]:
    """What is not used: where it stands, and why.

    Returns
    -------
    list of str
        In the order of the tables: tables that cannot be read; rows of units or indicators that no table knows, such
        as a department; and mistakes, for which the page of their unit is not made.
    """
    lines, faults = _index(*_state())
    told, nobody = list(faults), cache(_nobody)
    for unit, days in lines:
        if unit is None:
            told += [row.fault(nobody(row.text("unit"))) for row in _rows(unit, days)]
        else:
            read = _read(unit, days)
            told += [*read.mistakes, *read.unknown]
    return [text for _, text in sorted(told)]


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
        When the text is no such number, is negative, too long, or above 100 where that cannot be.
    """
    if sum(map(str.isdigit, text)) > _DIGITS:
        raise ValueError(f"no number like 8930 or 85,10: it has more than {_DIGITS} digits")
    if unit in ("dossiers", "count"):
        if not (whole := _WHOLE.fullmatch(text)):
            raise ValueError("no whole number like 8930")
        return Decimal(re.sub(r"\D", "", whole[1]))
    found = _DECIMAL.fullmatch(text.removesuffix("%").rstrip() if unit == "percent" else text)
    value = Decimal(f"{found[1]}.{found[2] or ''}") if found else None
    if value is None or value > 100:
        raise ValueError("no number from 0 to 100 like 85,10")
    return value


def _nobody(text: str) -> str:
    near = reference.nearest_communes(text)
    return f"no one unit is called '{text}'{near and f'; give a code: {near}'}"


def _read(unit: str, days: _Days | None) -> _Read:
    """What the rows of one unit and period say; without days, those of the unit whose period cannot be read."""
    read, codes = _Read([], [], []), reference.codes("reported_names")
    said: dict[tuple[str, str], tuple[str, Decimal]] = {}
    for row in _rows(unit, days):
        code = codes.get(formats.fold(row.text("indicator")))
        if code is None:
            read.unknown.append(row.fault(f"no indicator '{row.text('indicator')}' in reported_names.csv"))
            continue
        try:
            figure = _figure(row, code)
        except (UserError, ValueError) as error:
            read.mistakes.append(row.fault(error))
            continue
        _, value, source, _ = figure
        first, before = said.setdefault((code, source), (row.place, value))
        if str(before) != str(value):
            what = f"{code} is {value} here and {before} in {first}, of the same unit, period and source"
            read.mistakes.append(row.fault(f"{what}. Keep one, or name the sources apart."))
        elif first == row.place:
            read.figures.append(figure)
    return read


def _figure(row: _Row, code: str) -> _Figure:
    if not row.fits:
        raise UserError("the row has more cells than the header. Put a cell with a comma in quotation marks.")
    periods.parse(row.text("period"))  # which tells what is wrong with it
    source, note = (personal.masked(row.text(name))[0] for name in ("source", "note"))
    return code, _value(row.cells["value"], names()[code]["unit"]), source, note


def _rows(unit: str | None, days: _Days | None) -> Iterator[_Row]:
    """The rows of one unit and period that have a value: an empty cell says nothing."""
    for table, line, cells in sorted(_index(*_state())[0].get((unit, days), [])):
        named = {name: cells[place] for name, place in table.header.places.items()}
        fits = not any(cells[table.header.width :])
        if exports.text(named["value"]):
            yield _Row(f"{table.place} {line}", named, fits, (*table.order, line))


def _state() -> tuple[tuple[tuple[Path, int, int], ...], Path]:
    """What reading depends on: the tables with their time and size, and where the reference tables are."""
    found = [(path, path.stat()) for path in tables()]
    return tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in found), settings.reference()


def tables() -> list[Path]:
    """The tables that are read, in the order of their names."""
    folder = settings.reported()
    return sorted(path for path in folder.iterdir() if _is_table(path)) if folder.is_dir() else []


def _is_table(path: Path) -> bool:
    # "~$name.xlsx" is what a spreadsheet program leaves while it has a workbook open.
    return path.suffix.lower() in _ENDINGS and not path.name.startswith((".", "~")) and path.is_file()


@lru_cache(maxsize=1)
def _index(files: tuple[tuple[Path, int, int], ...], _: Path) -> tuple[dict[_Key, list[_Line]], list[_Fault]]:
    """The lines of each unit and period, and what is wrong with whole files or lines.

    No other cell is looked at: of the thousands of lines that a table may have, a page needs some ten.
    """
    written: dict[tuple[object, ...], list[_Line]] = {}
    faults: list[_Fault] = []
    for number, (path, _time, _size) in enumerate(files):
        try:
            tables = list(_tables(path, number))
        except UserError as error:
            faults.append(((number,), personal.masked(str(error))[0]))
            continue
        for table, rows in tables:
            places = table.header.places
            key = itemgetter(*(places[name] for name in _KEY if name in places))
            for line, cells in rows:
                if isinstance(cells, str):
                    what = "the row cannot be taken apart. Check its quotation marks."
                    faults.append(((*table.order, line), f"{table.place} {line}: {what}"))
                else:
                    written.setdefault(key(cells), []).append((table, line, cells))
    units, days = cache(_unit), cache(_days)
    found: dict[_Key, list[_Line]] = {}
    for (unit, period, *province), lines in written.items():
        texts = exports.text(unit), *map(exports.text, province)
        found.setdefault((units(*texts), days(exports.text(period))), []).extend(lines)
    return found, faults


def _tables(path: Path, number: int) -> Iterator[tuple[_Table, list[tuple[int, Sequence[object] | str]]]]:
    """The tables of a file that have the columns, and their numbered rows, none shorter than the header."""
    lacking: list[list[str]] = [REQUIRED]
    name = personal.file_name(path.name)
    for sheet in exports.sheets(path):
        if sheet.header is not None:  # a hidden sheet
            continue
        rows = [(line, row) for line, row in sheet.rows if any(row)]
        header = headers.find([row for _, row in rows[: headers.DEPTH] if not isinstance(row, str)], _HEADERS)
        lacking.append([column for column in REQUIRED if header is None or column not in header.places])
        if header is None or lacking[-1]:
            continue
        place = f"{name}, {f'sheet {sheet.name}, ' if sheet.name else ''}line"
        body = [(line, _filled(row, header.width)) for line, row in rows[header.end + 1 :]]
        yield _Table((number, sheet.number), place, header), body
    if [] not in lacking:
        fewest = ", ".join(sorted(lacking, key=len)[0])
        raise UserError(f"{name} has no column {fewest}. Reported figures need {', '.join(REQUIRED)}.")


def _filled(row: Sequence[object] | str, width: int) -> Sequence[object] | str:
    return row if isinstance(row, str) or len(row) >= width else [*row, *[""] * (width - len(row))]


def _days(text: str) -> _Days | None:
    try:
        period = periods.parse(text)
    except UserError:
        return None
    return period.first_day, period.last_day


def _unit(text: str, province: str = "") -> str | None:
    """Code of a commune, or of a province; None when no unit or more than one answers."""
    within = _province(province) if province else None
    if province and within is None:
        return None
    if (rest := _CENTRE.sub("", text)) != text:
        own = _province(rest)
        return None if own is None else centre(own)
    return reference.match_commune(text, within) or _province(_COMMUNE_LEVEL.sub("", text))


def _province(text: str) -> str | None:
    known = reference.provinces().items()
    return next((code for code, name in known if text == code or reference.same_province(text, name)), None)


def _value(cell: object, unit: str) -> Decimal:
    # What a number of a spreadsheet has beyond its fifteen digits is noise: 85.10000000000001.
    text = f"{cell:.{_DIGITS}g}" if isinstance(cell, float) else exports.text(cell)
    # A spreadsheet keeps 85,10 % in a cell of that format as 0.851, and nothing tells it from 0,851 %.
    if unit == "percent" and isinstance(cell, float) and 0 < cell <= 1:
        raise ValueError(f"{cell} may be {cell:.2%} or {cell}%. Write it as text with its sign: '85,10%'.")
    try:
        return number(text, unit)
    except ValueError as error:
        raise ValueError(f"'{text[:_SHOWN]}' is {error}. Correct the file.") from error
