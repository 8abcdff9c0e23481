"""Column profiles: which header of an export holds what, read from small TOML files that offices write."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import jsonschema
import pandas as pd

from helpers import dossiers, formats, settings
from helpers.errors import UserError

EXCEL: Final = "excel"
_TEXTS: Final = {"type": "array", "items": {"type": "string"}}
# What a profile may hold: a column is one of the dossier table that an export can fill.
_COLUMN: Final = {
    "enum": [n for n in dossiers.COLUMNS if not n.startswith("source_") and n not in dossiers.DATE_ONLY.values()]
}
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["columns"],
    "properties": {
        "title": {"type": "string"},
        "columns": {
            "type": "object",
            "propertyNames": _COLUMN,
            "additionalProperties": {"anyOf": [{"type": "string"}, _TEXTS]},
        },
        "dates": {"type": "object", "additionalProperties": False, "properties": {"forms": _TEXTS}},
        "values": {
            "type": "object",
            "propertyNames": _COLUMN,
            "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "constants": {
            "type": "object",
            "propertyNames": {"enum": [*_COLUMN["enum"], "province"]},
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
    """

    name: str
    title: str
    columns: dict[str, list[str]]
    forms: tuple[str, ...] = ()
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)


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
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"Profile {path} is not valid TOML: {error}.") from error
    _check(path, raw)
    columns = {key: [value] if isinstance(value, str) else value for key, value in raw["columns"].items()}
    values = raw.get("values", {})
    return Profile(
        name=path.stem,
        title=raw.get("title", path.stem),
        columns=columns,
        forms=tuple(raw.get("dates", {}).get("forms", ())),
        values={column: {formats.fold(key): to for key, to in pairs.items()} for column, pairs in values.items()},
        constants=raw.get("constants", {}),
    )


def _check(path: Path, raw: dict[str, Any]) -> None:
    problem = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(SCHEMA).iter_errors(raw))
    if problem is not None:
        where = ".".join(str(part) for part in problem.absolute_path) or "the file"
        raise UserError(f"Profile {path}: {where}: {problem.message}.")
    columns = {**raw["columns"], **raw.get("constants", {})}
    absent = [name for name in ("dossier_id", "received_at") if name not in columns]
    if absent:
        raise UserError(f"Profile {path} maps no column to {' and '.join(absent)}; add it under [columns].")
    for form in raw.get("dates", {}).get("forms", ()):
        try:
            if form != EXCEL:
                pd.to_datetime(["x"], format=form, errors="coerce")
        except ValueError as error:
            raise UserError(f"Profile {path}: '{form}' is no date form. Write it like %d/%m/%Y %H:%M:%S.") from error
