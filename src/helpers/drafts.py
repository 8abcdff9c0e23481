"""A first draft of a column profile from an export; what is unsure is marked for a person."""

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from helpers import dossiers, exports, formats, importing, personal, profiles, reference, settings, times
from helpers.errors import UserError
from helpers.profiles import Profile

_ENOUGH: Final = 0.95  # share of the rows whose commune must be found
_NEAR: Final = 0.8  # how alike two headers must be to be offered, of 1
_SHOWN: Final = 3  # rows that must have a value before it is shown: what stands once may be a person
_RARE: Final = 0.01  # share of the times below which a form is taken for a slip of the hand
_PACKED: Final = ("%Y%m%d%H%M%S", "%Y%m%d")
_LISTED: Final = ("field", "channel", "status", "applicant_kind", "online_level", "holder", "class_word")


@dataclass(frozen=True)
class Draft:
    """A profile as far as it could be told.

    Attributes
    ----------
    raw : dict
        What is sure, as a TOML file would hold it.
    unsure : list of str
        What a person must say, in one line each.
    toml : str
        The file: what is unsure stands in it as a remark that begins with ``# ?``.
    """

    raw: dict[str, Any]
    unsure: list[str]
    toml: str


def draft(path: Path, commune: str | None = None) -> Draft:
    """Draft a profile for an export.

    Parameters
    ----------
    path : Path
    commune : str, optional
        Code of the one commune that the file is of, when the export does not say.

    Returns
    -------
    Draft

    Raises
    ------
    UserError
        When the file cannot be read or has no known header at all.
    """
    known = _known_headers()
    header = exports.header(path, known)
    columns = {column: header.texts[place] for column, place in header.places.items()}
    given = {} if commune is None else {"commune": commune}
    missing = [column for column in dossiers.REQUIRED if column not in columns and column not in given]
    remarks = {"columns": _near_headers(header.texts, columns, known)}
    remarks["columns"] += [f'{column} = ""  # required, and no header was recognised' for column in missing]
    like = _nearest_profile(header.texts)
    reading = exports.read(path, {column: [name] for column, name in columns.items()}, ["dossier_id"], like.lists)
    lists = {column: name for column, name in like.lists.items() if column in reading.columns and column not in columns}
    forms, remarks["dates"] = _forms(reading.columns)
    constants, remarks["constants"] = _constants(reading.columns, given)
    values = {}
    for column in [name for name in (*_LISTED, *dossiers.FLAGS) if name in columns]:
        values[column], remarks[f"values.{column}"] = _values(
            column, reading.columns[column], like.values.get(column, {})
        )
    raw = {
        "title": f"Bản nháp cho {personal.file_name(path.name)}",
        "columns": columns,
        "lists": lists,
        "dates": {"forms": forms} if forms else {},
        "constants": constants,
        "values": {column: pairs for column, pairs in values.items() if pairs},
    }
    unsure = [f"[{section}] {line}" for section, lines in remarks.items() for line in lines]
    return Draft(raw, unsure, _toml(raw, remarks))


def profile(path: Path, commune: str | None = None) -> Profile:
    """The drafted profile of an export of which nothing is unsure.

    Parameters
    ----------
    path, commune
        As for ``draft``.

    Returns
    -------
    Profile

    Raises
    ------
    UserError
        When something is unsure; the message says what, and how to go on.
    """
    made = draft(path, commune)
    if made.unsure:
        more = f" (and {len(made.unsure) - 1} more)" if len(made.unsure) > 1 else ""
        raise UserError(
            f"{personal.file_name(path.name)}: not sure of: {made.unsure[0]}{more}. "
            "Run `tthc profile new FILE`, edit what is marked '# ?', and give that file to --profile."
        )
    return profiles.parsed(made.raw, "auto")


def _profiles() -> list[Profile]:
    return [profiles.load(str(file)) for file in sorted((settings.reference() / "profiles").glob("*.toml"))]


def _known_headers() -> dict[str, list[str]]:
    """Every header that a profile of the reference tables names, by column."""
    known: dict[str, list[str]] = {}
    for each in _profiles():
        for column, names in each.columns.items():
            known.setdefault(column, []).extend(names)
    return known


def _nearest_profile(texts: Sequence[str]) -> Profile:
    """The profile of the reference tables that names the most of these headers: its values and lists hold here too."""
    there = {formats.fold(text) for text in texts}
    return max(
        _profiles(), key=lambda each: sum(bool(there & set(map(formats.fold, n))) for n in each.columns.values())
    )


def _near_headers(texts: tuple[str, ...], columns: dict[str, str], known: dict[str, list[str]]) -> list[str]:
    """For columns not found, headers of the file that are like a known one."""
    open_ = {formats.fold(name): column for column, names in known.items() if column not in columns for name in names}
    taken = set(columns.values())
    remarks = []
    for text in texts:
        folded = formats.fold(text)
        inside = [name for name in open_ if len(name) > 4 and name in folded]
        near = inside or difflib.get_close_matches(folded, open_, n=1, cutoff=_NEAR)
        if text and text not in taken and near:
            remarks.append(f"{open_[max(near, key=len)]} = {_quoted(text)}  # the header is only like a known one")
    return remarks


def _forms(columns: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The date forms that the columns of times need."""
    texts = pd.concat([columns[name] for name in dossiers.TIMES if name in columns] or [pd.Series(dtype="str")])
    texts = texts[texts != ""].reset_index(drop=True)
    counts = times.order(texts)
    remarks: list[str] = []
    forms: list[str] = []
    if counts.day_first and counts.month_first:
        remarks.append("forms = []  # some dates have the day first, others the month")
    elif counts.day_first or counts.either:
        forms += times.DAY_FIRST
    elif counts.month_first:
        forms += times.MONTH_FIRST
    if counts.either and not counts.day_first and not counts.month_first:
        forms = []
        remarks.append(f"forms = {_quoted(list(times.DAY_FIRST))}  # every date could also have the month first")
    separators = [mark for mark in "-." if texts.str.contains(rf"^\\d{{1,2}}\\{mark}\\d{{1,2}}\\{mark}\\d{{4}}").any()]
    forms += [form.replace("/", mark) for mark in separators for form in forms if "/" in form]
    for form in (*_PACKED, profiles.EXCEL):
        if len(texts) and times.parse(texts, [form])[0].notna().mean() > _RARE:
            forms.append(form)
    return forms, remarks


def _values(column: str, texts: "pd.Series[str]", known_pairs: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """What a known profile says of a column's values, and the values that nobody knows."""
    counts = texts.value_counts()
    pairs = {text: known_pairs[formats.fold(text)] for text in counts.index if formats.fold(text) in known_pairs}
    known = importing.meaning(column)
    strange = [text for text in counts.index if text and text not in pairs and known(text) is None]
    # What stands once or twice, or holds a number of a person, could be one: it is counted, not shown.
    shown = [text for text in strange if counts[text] >= _SHOWN and not personal.masked(text)[1]]
    remarks = [f'{_quoted(text)} = ""  # unknown value of {counts[text]} rows' for text in shown]
    if len(strange) > len(shown):
        remarks.append(f"{len(strange) - len(shown)} more unknown values, each of one or two rows, are not shown")
    return pairs, remarks


def _constants(columns: pd.DataFrame, given: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The province in which the names of communes are found."""
    if "commune" not in columns or given:
        return given, []
    counts = columns["commune"].value_counts().drop("", errors="ignore")
    if _known_rows(counts, None) >= _ENOUGH * counts.sum():
        return {}, []
    fitting = [code for code in reference.provinces() if _known_rows(counts, code) >= _ENOUGH * counts.sum()]
    if len(fitting) == 1:
        return {"province": fitting[0]}, []
    return {}, ['province = ""  # names of communes are unknown, or stand in several provinces: give its two digits']


def _known_rows(counts: "pd.Series[int]", province: str | None) -> int:
    """Rows whose commune is found, everywhere or in one province."""
    return sum(int(count) for text, count in counts.items() if reference.match_commune(str(text), province))


def _toml(raw: dict[str, Any], remarks: dict[str, list[str]]) -> str:
    sections = {name: raw[name] for name in ("columns", "lists", "dates", "constants")}
    sections |= {name: raw["values"].get(name.partition(".")[2], {}) for name in remarks if name.startswith("values.")}
    lines = [f"title = {_quoted(raw['title'])}"]
    for name, entries in sections.items():
        if entries or remarks.get(name):
            lines += ["", f"[{name}]", *(f"{_key(key)} = {_quoted(value)}" for key, value in entries.items())]
            lines += [f"# ? {line}" for line in remarks.get(name, [])]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalpha() else _quoted(name)


def _quoted(value: str | list[str]) -> str:
    """A text or list as TOML writes it, which is as JSON does."""
    return json.dumps(value, ensure_ascii=False)
