"""Files of one-stop systems, read as text: CSV, JSON lines and XLSX."""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from helpers import dossiers, formats
from helpers.errors import UserError
from helpers.profiles import Profile

_SUFFIXES: Final = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".xlsx")


def mapped(path: Path, how: Profile) -> tuple[pd.DataFrame, dict[int, str]]:
    """The columns that a profile maps, as text; no other cell is kept.

    Parameters
    ----------
    path : Path
        CSV or JSON lines, also with .gz, or XLSX.
    how : Profile

    Returns
    -------
    columns : DataFrame of str
        Indexed by row number as a spreadsheet counts, the header being 1; empty lines are left out.
    unreadable : dict
        Row number to reason, for rows of a wrong shape.

    Raises
    ------
    UserError
        When the file cannot be read, or has no column for what is required.
    """
    suffix = "".join(path.suffixes[-2:]).lower() if path.suffix.lower() == ".gz" else path.suffix.lower()
    readers: dict[str, Callable[[Path], Iterator[Sequence[object]]]] = {".csv": _csv, ".jsonl": _jsonl, ".xlsx": _xlsx}
    if suffix.removesuffix(".gz") not in readers or suffix == ".xlsx.gz":
        raise UserError(f"{path.name}: the form '{suffix}' is not read. Accepted: {', '.join(_SUFFIXES)}.")
    try:
        return _mapped(path, how, readers[suffix.removesuffix(".gz")](path))
    except (UnicodeDecodeError, gzip.BadGzipFile, zlib.error, EOFError, CalamineError, csv.Error) as error:
        raise UserError(f"{path.name} cannot be read as {suffix} (text in UTF-8). Save or export it again.") from error


def _mapped(path: Path, how: Profile, lines: Iterator[Sequence[object]]) -> tuple[pd.DataFrame, dict[int, str]]:
    header = [formats.fold(_text(cell)) for cell in next(lines, [])]
    place: dict[str, int] = {}
    for column, names in how.columns.items():
        for name in names:
            if formats.fold(name) in header:
                place[column] = header.index(formats.fold(name))
                break
    absent = [name for name in dossiers.REQUIRED if name not in place and name not in how.constants]
    if absent:
        wanted = "; ".join(
            f"{name} ({', '.join(how.columns.get(name, ['no header in the profile']))})" for name in absent
        )
        hint = " Or give it for the whole file with --commune CODE." if absent == ["commune"] else ""
        raise UserError(f"{path.name} has no column for {wanted}. Name its header in the profile '{how.name}'.{hint}")
    picked: list[list[str]] = []
    numbers: list[int] = []
    wrong: dict[int, str] = {}
    for number, cells in enumerate(lines, start=2):
        if not any(_text(cell) for cell in cells):
            continue  # an empty line is no row
        if len(cells) != len(header):
            wrong[number] = f"the row has {len(cells)} cells, the header {len(header)}"
            continue
        nested = [column for column, index in place.items() if isinstance(cells[index], list | dict)]
        if nested:
            # What stands inside was never looked at: it could be a person's name.
            wrong[number] = "; ".join(f"{column}: holds a list, not a value" for column in nested)
            continue
        numbers.append(number)
        picked.append([_text(cells[index]) for index in place.values()])
    return pd.DataFrame(picked, index=pd.Index(numbers, dtype="int64"), columns=list(place), dtype="str"), wrong


def _text(cell: object) -> str:
    """A cell as text: dates in ISO form, whole numbers without a fraction."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.replace(microsecond=0, tzinfo=None).isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _open_text(path: Path) -> Any:
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    return opened(path, "rt", encoding="utf-8-sig", newline="")


def _csv(path: Path) -> Iterator[Sequence[object]]:
    with _open_text(path) as file:
        first = file.readline()
        file.seek(0)
        yield from csv.reader(file, delimiter=max(",;\t", key=first.count))


def _jsonl(path: Path) -> Iterator[Sequence[object]]:
    """Rows under a header of every key met, so that a key that only later lines have is not lost."""
    with _open_text(path) as file:
        records = [_record(line) for line in file]
    header = list(dict.fromkeys(key for record in records if record for key in record))
    yield header
    for record in records:
        # A line that is no object gives a row of a wrong length, which is rejected with its number.
        yield ["unreadable"] if record is None else [record.get(key) for key in header]


def _record(line: str) -> dict[str, object] | None:
    if not line.strip():
        return {}
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _xlsx(path: Path) -> Iterator[Sequence[object]]:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    width = max((len(row) for row in rows), default=0)
    for row in rows:
        yield [cell for cell, _ in zip_longest(row, range(width), fillvalue="")]
