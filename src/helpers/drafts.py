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

_MOST: Final = 200  # names of communes that are looked up in every province
_ENOUGH: Final = 0.95  # share of the rows whose commune must be found, of dates that must be read
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
    tables = exports.all_headers(path, known)
    columns, doubtful = _columns(tables, known)
    given = {} if commune is None else {"commune": commune}
    missing = [column for column in dossiers.REQUIRED if column not in columns and column not in given]
    remarks = {"columns": [*_near_headers(tables[0].texts, columns, known), *doubtful]}
    remarks["columns"] += [f'{column} = ""  # required, and no header was recognised' for column in missing]
    raw: dict[str, Any] = {"title": f"Bản nháp cho {personal.file_name(path.name)}", "columns": columns}
    raw |= {"lists": {}, "dates": {}, "constants": given, "values": {}}
    notes: list[str] = []
    if "dossier_id" in columns:
        like = _nearest_profile(tables[0].texts)
        texts = exports.read(path, columns, ["dossier_id"], like.lists).columns
        raw["lists"] = {
            column: name for column, name in like.lists.items() if column in texts and column not in columns
        }
        forms, remarks["dates"] = _forms(texts)
        raw["dates"] = {"forms": forms} if forms else {}
        raw["constants"], remarks["constants"] = _constants(texts, given)
        for column in [name for name in (*_LISTED, *dossiers.FLAGS) if name in columns]:
            pairs, unknown, rare = _values(column, texts[column], like.values.get(column, {}))
            raw["values"] |= {column: pairs} if pairs else {}
            remarks[f"values.{column}"] = unknown
            notes += rare
    if commune is not None:
        columns.pop("commune", None)
    unsure = [f"[{section}] {line}" for section, lines in remarks.items() for line in lines]
    return Draft(raw, unsure, _toml(raw, remarks, notes))


def _columns(tables: Sequence[exports.Header], known: dict[str, list[str]]) -> tuple[dict[str, list[str]], list[str]]:
    """The headers of each column in every table that has dossiers; where two of one table fit a column, a remark."""
    columns: dict[str, list[str]] = {}
    remarks: list[str] = []
    for table in [each for each in tables if "dossier_id" in each.places] or tables[:1]:
        for column, place in table.places.items():
            names = {exports.label(name) for name in known[column]}
            fitting = list(dict.fromkeys(text for text in table.texts if exports.label(text) in names))
            columns.setdefault(column, [])
            columns[column] += [table.texts[place]] if table.texts[place] not in columns[column] else []
            line = f"{column} = {_quoted(fitting)}  # all of these fit; keep the one that is meant"
            remarks += [line] if len(fitting) > 1 and line not in remarks else []
    return columns, remarks


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


def _near_headers(texts: Sequence[str], columns: dict[str, list[str]], known: dict[str, list[str]]) -> list[str]:
    """For columns not found, headers of the file that are like a known one."""
    open_ = {formats.fold(name): column for column, names in known.items() if column not in columns for name in names}
    taken = {name for names in columns.values() for name in names}
    remarks = []
    for text in texts:
        folded = formats.fold(text)
        inside = [name for name in open_ if len(name) > 4 and name in folded]
        near = inside or difflib.get_close_matches(folded, open_, n=1, cutoff=_NEAR)
        if text and text not in taken and near:
            remarks.append(f"{open_[max(near, key=len)]} = {_quoted(text)}  # the header is only like a known one")
    return remarks


def _forms(columns: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The date forms that the columns of times need, each column being judged by itself."""
    texts = {name: columns[name][columns[name] != ""] for name in dossiers.TIMES if name in columns}
    counts = {name: times.order(text) for name, text in texts.items()}
    by_day = [name for name, count in counts.items() if count.day_first and not count.month_first]
    by_month = [name for name, count in counts.items() if count.month_first and not count.day_first]
    mixed = [name for name, count in counts.items() if count.month_first and count.day_first]
    either = [name for name, count in counts.items() if count.either and name not in (*by_day, *by_month, *mixed)]
    if mixed or (by_day and by_month):
        return [], [f"forms = []  # some dates have the day first, others the month: {', '.join(mixed or by_month)}"]
    if either and not by_day and not by_month:
        return [], [f"forms = {_quoted(list(times.DAY_FIRST))}  # every date could also have the month first"]
    slashed = times.MONTH_FIRST if by_month else times.DAY_FIRST if by_day else ()
    marks = [mark for mark in "-." if any(_separated(text, mark) for text in texts.values())]
    forms = [form.replace("/", mark) for mark in ("/", *marks) for form in slashed]
    together = pd.concat([*texts.values(), pd.Series(dtype="str")], ignore_index=True)
    others = [*_PACKED, profiles.EXCEL] if len(together) else []
    forms += [form for form in others if times.parse(together, [form])[0].notna().mean() > _RARE]
    unread = {name: times.parse(text, (*forms, *times.ISO))[0].isna() for name, text in texts.items() if len(text)}
    remarks = [
        f"forms = []  # {name}: {mask.sum()} of {len(mask)} cannot be read, most like {_shape(texts[name][mask])}"
        for name, mask in unread.items()
        if mask.mean() > 1 - _ENOUGH
    ]
    return forms, remarks + [_either(name, columns) for name in either if not _fits(name, columns, slashed)]


def _separated(text: "pd.Series[str]", mark: str) -> bool:
    return bool(text.str.contains(rf"^\d{{1,2}}\{mark}\d{{1,2}}\{mark}\d{{4}}", regex=True).any())


def _shape(text: "pd.Series[str]") -> str:
    """The most frequent form of texts: 9 for a digit, x for a letter, so that nobody shows."""
    shapes = text.str.replace(r"\d", "9", regex=True).str.replace(r"[^\W\d_]", "x", regex=True)
    return _quoted(str(shapes.value_counts().index[0]))


def _fits(name: str, columns: pd.DataFrame, slashed: Sequence[str]) -> bool:
    """Whether a column whose dates could be read both ways agrees with the others only as they are read."""
    if name == "received_at" or "received_at" not in columns:
        return False
    received = times.parse(columns["received_at"], (*slashed, *times.ISO))[0].dt.normalize()
    shares = []
    for forms in (times.DAY_FIRST, times.MONTH_FIRST):
        values = times.parse(columns[name], forms)[0].dt.normalize()
        known = values.notna() & received.notna()
        after = values <= received if name == "submitted_at" else values >= received
        shares.append(float(after[known].mean()) if known.any() else 0.0)
    own, other = shares if slashed == times.DAY_FIRST else shares[::-1]
    return own >= _ENOUGH > other


def _either(name: str, columns: pd.DataFrame) -> str:
    count = int((columns[name] != "").sum())
    return f"forms = []  # {name}: all {count} dates could be read with the day or the month first"


def _values(
    column: str, texts: "pd.Series[str]", known_pairs: dict[str, str]
) -> tuple[dict[str, str], list[str], list[str]]:
    """What a known profile says of a column's values, the values that nobody knows, and how many are too rare."""
    counts = texts.value_counts()
    pairs = {text: known_pairs[formats.fold(text)] for text in counts.index if formats.fold(text) in known_pairs}
    known = importing.meaning(column)
    strange = [text for text in counts.index if text and text not in pairs and known(text) is None]
    rare = [text for text in strange if counts[text] < _SHOWN]
    # What stands once or twice, or looks like a person, could be one: it is counted, not shown.
    hidden = [text for text in strange if text not in rare and _personal(text)]
    lines = [
        f'{_quoted(text)} = ""  # unknown value of {counts[text]} rows'
        for text in strange
        if text not in [*rare, *hidden]
    ]
    if hidden:
        lines.append(f"{len(hidden)} values of {counts[hidden].sum()} rows look like people and are not shown")
    share = sum(int(counts[text]) for text in rare)
    if share > (1 - _ENOUGH) * len(texts):
        lines.append(f"{len(rare)} values, each of one or two rows, are unknown and not shown: {share} rows")
        rare = []
    return pairs, lines, [f"{column}: {len(rare)} rare values are unknown and will be left out"] if rare else []


def _personal(text: str) -> bool:
    return bool(personal.masked(text)[1]) or personal.without_names(text) != text


def _constants(columns: pd.DataFrame, given: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The province in which the names of communes are found."""
    if given and "commune" in columns:
        known = columns["commune"].map({text: reference.match_commune(text) for text in columns["commune"].unique()})
        others = int((known.notna() & (known != given["commune"])).sum())
        return given, [f"commune = {_quoted(given['commune'])}  # {others} rows name another one"] if others else []
    if "commune" not in columns or given:
        return given, []
    counts = columns["commune"].value_counts().drop("", errors="ignore").head(_MOST)
    if _known_rows(counts, None) >= _ENOUGH * counts.sum():
        return {}, []
    fitting = [code for code in reference.provinces() if _known_rows(counts, code) >= _ENOUGH * counts.sum()]
    if len(fitting) == 1:
        return {"province": fitting[0]}, []
    return {}, ['province = ""  # names of communes are unknown, or stand in several provinces: give its two digits']


def _known_rows(counts: "pd.Series[int]", province: str | None) -> int:
    """Rows whose commune is found, everywhere or in one province."""
    return sum(int(count) for text, count in counts.items() if reference.match_commune(str(text), province))


def _toml(raw: dict[str, Any], remarks: dict[str, list[str]], notes: list[str]) -> str:
    sections = {name: raw[name] for name in ("columns", "lists", "dates", "constants")}
    sections["columns"] = {column: names[0] if len(names) == 1 else names for column, names in raw["columns"].items()}
    sections |= {name: raw["values"].get(name.partition(".")[2], {}) for name in remarks if name.startswith("values.")}
    lines = [f"title = {_quoted(raw['title'])}", *(f"# {note}" for note in notes)]
    for name, entries in sections.items():
        if entries or remarks.get(name):
            lines += ["", f"[{name}]", *(f"{_key(key)} = {_quoted(value)}" for key, value in entries.items())]
            lines += [f"{profiles.UNSURE} {line}" for line in remarks.get(name, [])]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalpha() else _quoted(name)


def _quoted(value: str | list[str]) -> str:
    """A text or list as TOML writes it, which is as JSON does."""
    return json.dumps(value, ensure_ascii=False)
