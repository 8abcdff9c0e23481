"""From the exports of one-stop systems to the dossier table, by column profiles.

Only the columns that a profile maps are read, so that personal data never enters. Every row of a file is either
accepted or rejected with its row number and the reason; reasons name columns, never a value.
"""

import csv
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pandera.pandas as pa
from python_calamine import CalamineError, CalamineWorkbook

from helpers import dossiers, formats, reference
from helpers.errors import UserError
from helpers.profiles import EXCEL, Profile

# Forms every profile reads beside its own: what spreadsheet cells and databases give.
_ISO: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_EXCEL_EPOCH: Final = pd.Timestamp("1899-12-30")
_EXCEL_DAYS: Final = (20_000, 80_000)  # 1954 to 2119: a number outside is no date
_SHORTEST_DATE: Final = len("1/7/2025")
_LARGEST: Final = 32_000  # a count or code beyond is no count or code
_TRUE: Final = ("true", "1", "x", "co", "yes", "da thanh toan")
_FALSE: Final = ("false", "0", "khong", "no", "chua thanh toan")
_CODED: Final = {"channel": "channels", "status": "statuses"}  # must be known
_NAMED: Final = {"field": "fields", "holder": "holders"}  # kept as written when unknown
_OTHER_CAUSE: Final = "other"
_SUFFIXES: Final = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".xlsx")


@dataclass(frozen=True)
class Imported:
    """What became of the rows of one file; rows = accepted + rejected.

    Attributes
    ----------
    accepted : DataFrame
        Rows that pass ``dossiers.schema()``.
    rejected : DataFrame
        ``file``, ``row`` (as a spreadsheet numbers rows, the header being 1), ``reason``.
    record : dict
        file, sha256, profile, rows, accepted, rejected.
    """

    accepted: pd.DataFrame
    rejected: pd.DataFrame
    record: dict[str, Any]


def read(path: Path, how: Profile, commune: str | None = None) -> Imported:
    """Read one export.

    Parameters
    ----------
    path : Path
        CSV or JSON lines, also with .gz, or XLSX.
    how : Profile
    commune : str, optional
        Code of the one commune that the file is of, when the export does not say.

    Returns
    -------
    Imported

    Raises
    ------
    UserError
        When the file cannot be read, or lacks a required column.
    """
    if not path.is_file():
        raise UserError(f"No file {path}.")
    if commune is not None:
        columns = {column: names for column, names in how.columns.items() if column != "commune"}
        how = replace(how, columns=columns, constants={**how.constants, "commune": commune})
    raw, wrong = _columns(path, how)
    reasons: dict[int, list[str]] = {int(row): [reason] for row, reason in wrong.items()}
    rows = _convert(raw, how, reasons)
    rows["source_file"] = path.name
    rows["source_row"] = rows.index
    accepted = _validated(dossiers.complete(rows.drop(index=[r for r in reasons if r in rows.index])), reasons)
    accepted = accepted.reset_index(drop=True)
    rejected = pd.DataFrame(
        [{"file": path.name, "row": row, "reason": "; ".join(found)} for row, found in sorted(reasons.items())],
        columns=["file", "row", "reason"],
    )
    record: dict[str, Any] = {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "profile": how.name,
        "rows": len(raw) + len(wrong),
        "accepted": len(accepted),
        "rejected": len(rejected),
    }
    if record["rows"] != record["accepted"] + record["rejected"]:
        raise AssertionError(f"rows are lost in {path.name}: {record}")
    return Imported(accepted, rejected, record)


# --- reading the mapped columns as text ------------------------------------------------------------------------


def _columns(path: Path, how: Profile) -> tuple[pd.DataFrame, dict[int, str]]:
    """The mapped columns as text, indexed by row number, and the rows that cannot be read, with the reason."""
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


# --- from text to the columns of the dossier table --------------------------------------------------------------


def _convert(raw: pd.DataFrame, how: Profile, reasons: dict[int, list[str]]) -> pd.DataFrame:
    """Give every mapped column its type; a value that cannot be read is a reason to reject its row."""
    rows = pd.DataFrame(index=raw.index)
    for column in how.columns | how.constants:
        if column == "province" or (column not in raw and column not in how.constants):
            continue
        text = raw[column] if column in raw else pd.Series(how.constants[column], index=raw.index, dtype="str")
        text = text.str.normalize("NFC").map(_valuer(how.values.get(column, {})))
        values = _typed(column, text, how, rows)
        rows[column] = values
        for row in text.index[values.isna() & (text != "")]:
            reasons.setdefault(int(row), []).append(f"{column}: {_expected(column)}")
        if column in dossiers.REQUIRED:
            for row in text.index[text == ""]:
                reasons.setdefault(int(row), []).append(f"{column}: empty")
    return rows


def _valuer(pairs: dict[str, str]) -> Callable[[str], str]:
    @cache
    def value(text: str) -> str:
        return pairs.get(formats.fold(text), text) if pairs else text

    return value


def _typed(column: str, text: "pd.Series[str]", how: Profile, rows: pd.DataFrame) -> "pd.Series[Any]":
    """One column in its dtype; missing where empty or unreadable. Marks dates without a time in ``rows``."""
    if column in dossiers.TIMES:
        values, date_only = parse_times(text, (*how.forms, *_ISO))
        if column in dossiers.DATE_ONLY:
            rows[dossiers.DATE_ONLY[column]] = date_only
        return values
    if column == "commune":
        return text.map(_commune_finder(how.constants.get("province")))
    if column in dossiers.FLAGS:
        flags = {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}
        return text.map(lambda value: flags.get(formats.fold(value))).astype("boolean")
    if column == "overdue_cause":
        # A reason may be free text, and free text may name people: what is no known cause is "other".
        causes = reference.codes("causes")
        text = text.map(lambda value: causes.get(formats.fold(value), _OTHER_CAUSE if value else ""))
    elif column in _CODED or column in _NAMED:
        text = text.map(_coder(column))
    if column in dossiers.INTEGERS:
        numbers = pd.to_numeric(text.mask(text == ""), errors="coerce")
        whole = numbers.where((numbers.mod(1) == 0) & numbers.between(-_LARGEST, _LARGEST))
        return pd.Series(whole, dtype=dossiers.INTEGERS[column])
    return text.mask(text == "")


def _coder(column: str) -> Callable[[str], str | None]:
    codes = reference.codes(_CODED.get(column) or _NAMED[column])
    unknown_stays = column in _NAMED

    @cache
    def code(text: str) -> str | None:
        return codes.get(formats.fold(text)) or (text if unknown_stays or text == "" else None)

    return code


def _commune_finder(province: str | None) -> Callable[[str], str | None]:
    @cache
    def find(text: str) -> str | None:
        try:
            return reference.find_commune(text, province)["code"]
        except UserError:
            return None

    return find


def _expected(column: str) -> str:
    if column in dossiers.TIMES:
        return "not a date in any form of the profile"
    if column == "commune":
        return "not a known commune code, nor a name that only one commune has"
    return {"channel": "not a known channel", "status": "not a known status"}.get(column, "cannot be read")


def parse_times(text: "pd.Series[str]", forms: Sequence[str]) -> "tuple[pd.Series[pd.Timestamp], pd.Series[bool]]":
    """Read local times from text.

    Parameters
    ----------
    text : Series of str
        Empty where there is none.
    forms : sequence of str
        Forms as ``strptime`` writes them, or ``excel`` for serial days; the first that fits counts.

    Returns
    -------
    times : Series of datetime64[us]
        Missing where empty or unreadable.
    date_only : Series of bool
        Where the text has no time of day.
    """
    distinct = pd.Series(text.unique(), dtype="str")
    times = pd.Series(pd.NaT, index=distinct.index, dtype="datetime64[us]")
    date_only = pd.Series(False, index=distinct.index)
    for form in forms:
        open_ = times.isna() & (distinct != "")
        if not open_.any():
            break
        if form == EXCEL:
            serial = pd.to_numeric(distinct[open_], errors="coerce")
            serial = serial.where(serial.between(*_EXCEL_DAYS))
            found = (_EXCEL_EPOCH + pd.to_timedelta(serial, unit="D")).dt.round("s").astype("datetime64[us]")
            whole = serial.mod(1) == 0
        else:
            exact = distinct[open_].where(_long_enough(distinct[open_], form))
            found = pd.to_datetime(exact, format=form, errors="coerce").astype("datetime64[us]")
            whole = pd.Series("%H" not in form, index=found.index)
        times[open_] = found
        date_only[open_] = whole & found.notna()
    back = dict(zip(distinct, distinct.index, strict=True))
    order = text.map(back)
    return (
        pd.Series(times.to_numpy()[order], index=text.index),
        pd.Series(date_only.to_numpy()[order], index=text.index),
    )


def _long_enough(text: "pd.Series[str]", form: str) -> "pd.Series[bool]":
    """Whether a text has all digits of a form; without separators, strptime would guess where one is missing."""
    whole = len(datetime(2025, 12, 31, 23, 59, 59).strftime(form))
    packed = re.search(r"%[a-zA-Z]%", form) is not None
    return text.str.len() == whole if packed else text.str.len() >= _SHORTEST_DATE


def _validated(rows: pd.DataFrame, reasons: dict[int, list[str]]) -> pd.DataFrame:
    """Rows that pass the schema; what the others break is added to the reasons."""
    repeated = rows.duplicated(dossiers.KEY, keep="first")
    for row in rows.index[repeated]:
        reasons.setdefault(int(row), []).append("dossier_id: stands in the file before, for the same commune")
    rows = rows[~repeated]
    try:
        return dossiers.schema().validate(rows, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases.dropna(subset=["index"])
        if cases.empty:
            raise
        for row, column, check in zip(cases["index"], cases["column"], cases["check"], strict=True):
            reasons.setdefault(int(row), []).append(f"{column}: {check}")
        return dossiers.schema().validate(rows.drop(index=cases["index"].astype("int64").unique()), lazy=True)
