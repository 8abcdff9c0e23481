"""Column profiles: which header of an export holds what, read from small TOML files that offices write."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import fastjsonschema
import pandas as pd

from helpers import dossiers, formats, settings
from helpers.errors import UserError

EXCEL: Final = "excel"
UNSURE: Final = "# ?"  # begins a line of a draft that a person must complete
LOCAL_ZONE: Final = "Asia/Ho_Chi_Minh"
# What an export itself says of a dossier, early or late: compared with our own class, never stored.
CLASS_WORD: Final = "class_word"
_HEADER: Final = {"type": "string", "minLength": 1}
_TEXTS: Final = {"type": "array", "items": _HEADER}
# What a profile may hold: a column is one of the dossier table that an export can fill.
_OWN: Final = [n for n in dossiers.COLUMNS if not n.startswith("source_") and n not in dossiers.DATE_ONLY.values()]
_COLUMN: Final = {"enum": [*_OWN, CLASS_WORD]}
_COUNTED: Final = {"enum": [*dossiers.COUNTS, *dossiers.FLAGS]}
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["columns"],
    "properties": {
        "title": {"type": "string"},
        "columns": {
            "type": "object",
            "propertyNames": _COLUMN,
            "additionalProperties": {"anyOf": [_HEADER, _TEXTS]},
        },
        "dates": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"forms": _TEXTS, "zone": {"type": "string"}},
        },
        "lists": {"type": "object", "propertyNames": _COUNTED, "additionalProperties": {"type": "string"}},
        "rules": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"finished_before_received": {"enum": ["reject", "flag"]}},
        },
        "values": {
            "type": "object",
            "propertyNames": _COLUMN,
            "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "constants": {
            "type": "object",
            "propertyNames": {"enum": [*(name for name in _OWN if name != "dossier_id"), "province"]},
            "additionalProperties": {"type": "string"},
        },
    },
}


@dataclass(frozen=True)
class Profile:
    """How to read one kind of export.

    Attributes
    ----------
    name, title : str
    columns : dict
        Column of the dossier table to the headers that may hold it, the first found counts.
    forms : tuple of str
        Date forms as ``strptime`` writes them, or ``excel`` for serial days.
    values : dict
        Column to a map from the value of the export to ours; a whole cell, accents and case ignored.
    constants : dict
        Column to one value for all rows; ``province`` narrows the search for commune names.
    lists : dict
        Column to the header of a list inside a record, of which it is the count, or, for ``Header.Field``, whether
        an entry has that field above 0.
    zone : str
        Where times without a zone are of.
    rules : dict
        Severity of checks that an office may choose.
    """

    name: str
    title: str
    columns: dict[str, list[str]]
    forms: tuple[str, ...] = ()
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    zone: str = LOCAL_ZONE
    rules: dict[str, str] = field(default_factory=dict)


def load(name: str) -> Profile:
    """Read a column profile.

    Parameters
    ----------
    name : str
        A profile of ``data/reference/profiles``, or the path of a TOML file.

    Returns
    -------
    Profile

    Raises
    ------
    UserError
        When there is none, or it is not a valid profile; the message says what to mend.
    """
    folder = settings.reference() / "profiles"
    path = Path(name) if name.endswith(".toml") else folder / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.toml")))
        raise UserError(f"No profile '{name}'. Give one of: {known}; or the path of your own .toml file.")
    try:
        text = path.read_text(encoding="utf-8-sig")
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"Profile {path} is not valid TOML: {error}.") from error
    open_points = sum(line.startswith(UNSURE) for line in text.splitlines())
    if open_points:
        raise UserError(f"Profile {path}: {open_points} lines begin with '{UNSURE}': complete them or delete them.")
    return parsed(raw, path.stem)


def parsed(raw: dict[str, Any], name: str) -> Profile:
    """A column profile from what its TOML holds.

    Parameters
    ----------
    raw : dict
    name : str
        How messages and the log name it.

    Returns
    -------
    Profile

    Raises
    ------
    UserError
        When it is not a valid profile; the message says what to mend.
    """
    _check(name, raw)
    columns = _headers(raw)
    values = raw.get("values", {})
    return Profile(
        name=name,
        title=raw.get("title", name),
        columns=columns,
        forms=tuple(raw.get("dates", {}).get("forms", ())),
        values={column: {formats.fold(key): to for key, to in pairs.items()} for column, pairs in values.items()},
        constants=raw.get("constants", {}),
        lists=raw.get("lists", {}),
        zone=raw.get("dates", {}).get("zone", LOCAL_ZONE),
        rules=raw.get("rules", {}),
    )


@cache
def _validator() -> Callable[[Any], Any]:
    validator: Callable[[Any], Any] = fastjsonschema.compile(SCHEMA)
    return validator


def _mistake(error: fastjsonschema.JsonSchemaValueException) -> str:
    """What is wrong and where; of names that may not stand there, which."""
    at = str(error.name)
    where = at.removeprefix("data").removeprefix(".") or "the file"
    if error.rule == "propertyNames":
        known = error.definition["propertyNames"]["enum"]
        return f"{where} names {', '.join(sorted(set(error.value) - set(known)))}; known are {', '.join(known)}"
    return f"{where} {error.message.removeprefix(at).strip()}"


def _headers(raw: dict[str, Any]) -> dict[str, list[str]]:
    """The headers of each column, one being a list of one."""
    return {column: [given] if isinstance(given, str) else given for column, given in raw["columns"].items()}


def _check(name: str, raw: dict[str, Any]) -> None:
    try:
        _validator()(raw)
    except fastjsonschema.JsonSchemaValueException as error:
        raise UserError(f"Profile {name}: {_mistake(error)}.") from error
    columns = {**raw["columns"], **raw.get("constants", {})}
    names = Counter(formats.fold(each) for each in chain.from_iterable(_headers(raw).values()))
    doubles = [name for name, count in names.items() if count > 1]
    if doubles:
        raise UserError(f"Profile {name}: the header '{doubles[0]}' stands for two columns; keep one.")
    strange = sorted(set(raw.get("values", {})) - set(columns) - set(raw.get("lists", {})))
    if strange:
        raise UserError(f"Profile {name}: [values.{strange[0]}] is for a column that [columns] does not name.")
    absent = [column for column in ("dossier_id", "received_at") if column not in columns]
    if absent:
        raise UserError(f"Profile {name} maps no column to {' and '.join(absent)}; add it under [columns].")
    for other in ("lists", "constants"):
        both = sorted(set(raw["columns"]) & set(raw.get(other, {})))
        if both:
            raise UserError(f"Profile {name}: {both[0]} stands under [columns] and [{other}]; keep one.")
    try:
        ZoneInfo(raw.get("dates", {}).get("zone", LOCAL_ZONE))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UserError(f"Profile {name}: no time zone {raw['dates']['zone']}. Write it like UTC.") from error
    for form in raw.get("dates", {}).get("forms", ()):
        try:
            if form != EXCEL:
                pd.to_datetime(["x"], format=form, errors="coerce")
                if any(form.count(part) != 1 for part in ("%Y", "%m", "%d")):
                    raise ValueError("a date has a day, a month and a year, each once")
        except (ValueError, re.error) as error:
            raise UserError(f"Profile {name}: '{form}' is no date form. Write it like %d/%m/%Y %H:%M:%S.") from error
