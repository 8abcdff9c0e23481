"""From the exports of one-stop systems to the dossier table, by column profiles.

Only the columns that a profile maps are read, so that personal data never enters. Every row of a file is either
accepted or rejected with its row number and the reason; reasons name columns, never a value.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pandera.pandas as pa

from helpers import dossiers, exports, formats, reference, times
from helpers.errors import UserError
from helpers.profiles import Profile

_LARGEST: Final = 32_000  # a count or code beyond is no count or code
_TRUE: Final = ("true", "1", "x", "co", "yes", "da thanh toan")
_FALSE: Final = ("false", "0", "khong", "no", "chua thanh toan")
_CODED: Final = {"channel": "channels", "status": "statuses"}  # must be known
_NAMED: Final = {"field": "fields", "holder": "holders"}  # kept as written when unknown
_OTHER_CAUSE: Final = "other"


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
    raw, wrong = exports.mapped(path, how)
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
        values, date_only = times.parse(text, (*how.forms, *times.ISO))
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
