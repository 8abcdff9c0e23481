"""From the exports of one-stop systems to the dossier table, by column profiles.

Only the columns that a profile maps are read, and of text only what the reference tables or the profile know, so that
personal data never enters. Every row of a file is either accepted or rejected with its place and the reasons; these
name columns, never a value.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow
import pyarrow.compute as pc

from helpers import checks, dossiers, exports, formats, personal, reference, times
from helpers.errors import UserError
from helpers.profiles import CLASS_WORD, Profile

Mask = npt.NDArray[np.bool_]

_LARGEST: Final = 32_000  # a count or code beyond is no count or code
_TRUE: Final = ("true", "1", "x", "co", "yes", "da thanh toan", "da so hoa")
_FALSE: Final = ("false", "0", "khong", "no", "chua thanh toan", "chua so hoa")
# Columns whose every value must be known: a wrong one would move counts of the reports.
_CODED: Final = {"channel": "channels", "status": "statuses"}
# Columns of which an unknown value is left out and flagged.
_NAMED: Final = {"field": "fields", "holder": "holders", "overdue_cause": "causes", CLASS_WORD: "class_words"}
_CHOICES: Final = {
    "applicant_kind": ("citizen", "business", "agency", "other"),
    "online_level": ("full", "partial"),
}
_OTHER_CAUSE: Final = "other"
_CODE: Final = r"^[0-9A-Za-zĐđ][0-9A-Za-zĐđ./_\-]{0,63}$"
_PROCEDURE: Final = r"\d{1,2}\.\d{6}(\.\d{3}\.\d{2}\.\d{2}\.H\d{2})?"
_BROKEN_TEXT: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f" + exports.BROKEN + "]"
# A holder is named with its commune behind it: "Phòng Kinh tế xã Đường An". A name behind any other word is unknown.
_BEHIND_HOLDER: Final = ("xa ", "phuong ", "dac khu ", "- ", "(")
_MOST_SUGGESTIONS: Final = 20  # unknown names for which near ones are looked up
_FEW: Final = 20  # among so many dates, one may stand against the order of the others: a slip of the hand
_MANY: Final = 5  # due dates that look turned before the whole column is taken for turned
# What is written where there is nothing.
_NOTHING: Final = r"^(?:[-–—._/\s]+|0{1,2}/0{1,2}/0{4}.*|null|NULL|n/a|N/A|None)$"


@dataclass(frozen=True)
class Imported:
    """What became of the rows of one file; rows = accepted + rejected.

    Attributes
    ----------
    accepted : DataFrame
        Rows that pass ``dossiers.schema()``.
    rejected : DataFrame
        ``sheet``, ``row``, ``dossier_id``, ``commune``, ``received_at`` as far as they could be read, ``reasons``.
    problems : DataFrame
        How often which rule was broken: ``rule``, ``severity``, ``column``, ``commune``, ``count``.
    record : dict
        file, sha256, profile, rows, accepted, rejected, identical, passed_over, repaired, flagged, provinces,
        data_until (the last day on which something happened).
    passed_over : list of (int, int)
        Sheet and row of totals, headings and notes.
    unread : list of (int, int)
        Sheets without the columns of the profile, and how many of their rows hold something.
    absent : list of str
        Columns of the profile of which the file has no header.
    """

    accepted: pd.DataFrame
    rejected: pd.DataFrame
    problems: pd.DataFrame
    record: dict[str, Any]
    passed_over: list[tuple[int, int]]
    unread: list[tuple[int, int]]
    absent: list[str]


@dataclass
class _Findings:
    """Rows of a file and the rules they break."""

    size: int
    masks: dict[tuple[str, str], Mask] = field(default_factory=dict)

    def add(self, rule: str, column: str, mask: Any) -> None:
        """Mark rows; a rule that no row breaks leaves no trace."""
        where = np.asarray(mask, dtype=bool)
        if where.any():
            self.masks[rule, column] = self.masks.get((rule, column), np.zeros(self.size, dtype=bool)) | where

    def forget(self, column: str) -> None:
        """Take back what was found of a column that turned out not to be needed."""
        self.masks = {key: mask for key, mask in self.masks.items() if key[1] != column}

    def rejected(self) -> Mask:
        """Rows that break a rule which rejects."""
        rejecting = [mask for (rule, _), mask in self.masks.items() if checks.RULES[rule].severity == "reject"]
        return np.logical_or.reduce(rejecting) if rejecting else np.zeros(self.size, dtype=bool)


def read(path: Path, how: Profile, commune: str | None = None, today: date | None = None) -> Imported:
    """Read one export.

    Parameters
    ----------
    path : Path
        A file of any form that ``exports`` reads.
    how : Profile
    commune : str, optional
        Code of the one commune that the file is of, when the export does not say.
    today : date, optional
        The day of the import; dossiers cannot have been received after it. Not checked when not given.

    Returns
    -------
    Imported

    Raises
    ------
    UserError
        When the file cannot be read, lacks a required column, or has dates of which it cannot be told what they mean.
    """
    _check_profile(how)
    if commune is not None:
        how = replace(how, constants={**how.constants, "commune": commune})
    required = [name for name in dossiers.REQUIRED if name not in how.constants]
    reading = exports.read(path, how.columns, required, how.lists)
    found = _Findings(len(reading.columns))
    rows = _typed(reading.columns, how, found, path)
    rows["source_sheet"], rows["source_row"] = reading.places["sheet"], reading.places["row"]
    rows = pd.concat([dossiers.complete(rows), rows.filter([CLASS_WORD])], axis=1)
    _check(rows, how, found, today or date(2100, 1, 1), path)
    good = rows.loc[~found.rejected(), dossiers.COLUMNS].reset_index(drop=True)
    accepted = dossiers.schema().validate(good, lazy=True)
    rejected = _rejected(rows, found, _near(reading.columns, found, how), reading)
    problems = _problems(rows, found, reading)
    record = _record(path, how, accepted, rejected, problems)
    if record["rows"] != len(reading.columns) + len(reading.unreadable):
        raise AssertionError(f"rows are lost in {path.name}: {record}")
    absent = [column for column in how.columns if column not in reading.columns and column not in how.constants]
    return Imported(accepted, rejected, problems, record, reading.passed_over, reading.unread, absent)


# --- values ------------------------------------------------------------------------------------------------------


def _typed(raw: pd.DataFrame, how: Profile, found: _Findings, path: Path) -> pd.DataFrame:
    """Every mapped column in its type; what cannot be read is found."""
    rows = pd.DataFrame(index=raw.index)
    for column in [*dossiers.COLUMNS, CLASS_WORD]:
        if column in raw:
            text = raw[column]
        elif column in how.constants:
            text = pd.Series(how.constants[column], index=raw.index, dtype="str")
        else:
            continue
        if column in raw:
            nothing = pc.match_substring_regex(pyarrow.array(text, pyarrow.string()), _NOTHING).to_numpy(False)
            text = text.mask(nothing, "") if nothing.any() else text
        if column in dossiers.REQUIRED:
            found.add("missing", column, text == "")
        if column in dossiers.TIMES:
            rows[column] = _times(column, text, how, found, rows, path)
        elif column == "dossier_id":
            rows[column] = _codes(text, found)
        else:
            rows[column] = _words(column, text, how, found)
    if "commune" in raw and "commune" in how.constants:
        rows["commune"] = _given_commune(raw["commune"], how, path)
        found.forget("commune")
    return rows


def _province(how: Profile) -> str | None:
    """Code of the province that a profile names."""
    name = how.constants.get("province")
    return reference.find_province(name)["code"] if name else None


def _check_profile(how: Profile) -> None:
    """What a profile maps values to must be known, and its province and commune too."""
    province = _province(how)
    for column, pairs in how.values.items():
        if column in dossiers.TIMES or column == "dossier_id":
            continue
        known = meaning(column, pairs, province)
        wrong = [to for to in pairs.values() if to and known(to) is None]
        if wrong:
            raise UserError(f"Profile {how.name}: [values.{column}] maps to '{wrong[0]}', which is not known.")


def _given_commune(texts: "pd.Series[str]", how: Profile, path: Path) -> "pd.Series[str]":
    """The commune that was given for a whole file, if no row names another."""
    commune, pairs = how.constants["commune"], how.values.get("commune", {})
    counts = texts.value_counts()
    named = {text: reference.communes_named(pairs.get(formats.fold(text), text)) for text in counts.index}
    others = [text for text in counts.index if named[text] and commune not in named[text]]
    if others:
        code = named[others[0]][0]
        raise UserError(
            f"{personal.file_name(path.name)}: {counts[others].sum()} rows are of another commune than {commune}, most "
            f"of them of {code} {reference.label('communes', code)}. Leave --commune out, or name the right one."
        )
    return pd.Series(commune, index=texts.index, dtype="str")


def _times(
    column: str, text: "pd.Series[str]", how: Profile, found: _Findings, rows: pd.DataFrame, path: Path
) -> "pd.Series[pd.Timestamp]":
    pairs = how.values.get(column, {})
    text = text.map(lambda given: pairs.get(formats.fold(given), given)) if pairs else text
    forms = _forms(column, text, how, path)
    values, date_only = times.parse(text, (*forms, *times.ISO), how.zone)
    _not_understood("no_time", column, values.isna() & (text != ""), text, found)
    if column in dossiers.DATE_ONLY:
        # Where most times of a column are midnights, they are days: as moments, they would be due before that day.
        timed = values.notna() & ~date_only
        midnight = timed & (values == values.dt.normalize())
        midnight &= 2 * midnight.sum() >= timed.sum()
        found.add("midnight", column, midnight)
        rows[dossiers.DATE_ONLY[column]] = date_only | midnight
    return values


def _forms(column: str, text: "pd.Series[str]", how: Profile, path: Path) -> Sequence[str]:
    """The forms of a profile for one column, whose order of day and month must be beyond doubt."""
    label = f"{personal.file_name(path.name)}: the dates under '{checks.LABELS[column]}' ({column})"
    counts = times.order(text)
    if times.turned_by_spreadsheet(text, counts):
        raise UserError(
            f"{label} are partly text and partly dates in which a spreadsheet seems to have taken day for month. "
            "Export the file again as CSV, or with that column as text."
        )
    by_day = [form for form in how.forms if times.day_first(form) is True]
    by_month = [form for form in how.forms if times.day_first(form) is False]
    if by_day and not by_month:
        against, order = counts.month_first > min(1, counts.day_first // _FEW), "day"
    elif by_month and not by_day:
        against, order = counts.day_first > min(1, counts.month_first // _FEW), "month"
    elif counts.day_first + counts.month_first + counts.either == 0 or (how.forms and not by_day):
        return how.forms  # no such date, or a profile of other forms, by which such a date cannot be read
    elif (counts.day_first == 0) == (counts.month_first == 0):
        raise UserError(
            f"{label} can be read with the day or the month first. Say which in the profile: "
            'forms = ["%d/%m/%Y"] or ["%m/%d/%Y"] under [dates].'
        )
    else:
        # The profile does not say, but the column does.
        others = by_month if counts.day_first else by_day
        shown = times.DAY_FIRST if counts.day_first else times.MONTH_FIRST
        return [*[form for form in how.forms if form not in others], *shown]
    if against:
        raise UserError(
            f"{label} contradict the profile, which has the {order} first: {counts.day_first} can only be read day "
            f"first, {counts.month_first} only month first. Mend forms under [dates], or the file."
        )
    return how.forms


def _codes(text: "pd.Series[str]", found: _Findings) -> "pd.Series[str]":
    """Dossier codes: letters, digits and few marks, with a digit; never a person's number."""
    array = pyarrow.array(text, pyarrow.string())
    good = pc.and_(pc.match_substring_regex(array, _CODE), pc.match_substring_regex(array, r"\d")).to_numpy(False)
    doubtful = good & pc.match_substring_regex(array, r"\d{9}|^[\d./_\-]+$|[A-Za-zĐđ]{7}").to_numpy(False)
    own = np.zeros(len(text), dtype=bool)
    own[doubtful] = [personal.in_code(code) for code in text[doubtful]]
    _not_understood("bad_code", "dossier_id", (text != "") & ~good, text, found)
    found.add("personal_code", "dossier_id", own)
    return text.where(good & ~own)


def _words(column: str, text: "pd.Series[str]", how: Profile, found: _Findings) -> "pd.Series[Any]":
    """A column of few distinct texts: each is looked up once."""
    codes, distinct = pd.factorize(text)
    pairs = how.values.get(column, {})
    known = meaning(column, pairs, _province(how))
    values: list[object] = []
    masked, unknown, zeros = (np.zeros(len(distinct), dtype=bool) for _ in range(3))
    for at, given in enumerate(distinct):
        said = pairs.get(formats.fold(given))
        # What a profile maps is vouched for by the person who wrote it.
        clean, kinds = personal.masked(given) if said is None else (said, [])
        value = known(clean) if clean else None
        masked[at] = bool(kinds)
        unknown[at] = value is None and clean != ""
        zeros[at] = column == "commune" and value is not None and given.isdigit() and len(given) < 5
        values.append(value)
    found.add("personal_masked", column, masked[codes])
    found.add("leading_zeros", column, zeros[codes])
    if column == "overdue_cause":
        other = np.array(
            [
                value == _OTHER_CAUSE and formats.fold(given) not in _other_words()
                for value, given in zip(values, distinct, strict=True)
            ],
            dtype=bool,
        )
        found.add("other_cause", column, other[codes])
    _not_understood(_unknown(column), column, pd.Series(unknown[codes], index=text.index), text, found)
    of_rows = np.array([*values, None], dtype=object)[codes]
    return pd.Series(of_rows, index=text.index, dtype=dossiers.DTYPES.get(column, "str"))


def _not_understood(rule: str, column: str, mask: "pd.Series[Any]", text: "pd.Series[str]", found: _Findings) -> None:
    """Note the rows of a rule; where the text itself is damaged, that is what is wrong."""
    damaged = text.where(mask, "").str.contains(_BROKEN_TEXT, regex=True) if mask.any() else mask
    found.add("broken_text", column, damaged)
    found.add(rule, column, mask & ~damaged)


def _unknown(column: str) -> str:
    if column == "commune":
        return "no_commune"
    if column in _CODED:
        return "unknown_value"
    return "no_number" if column in dossiers.INTEGERS else "unknown_text"


def meaning(
    column: str, pairs: Mapping[str, str] | None = None, province: str | None = None
) -> "Callable[[str], object]":
    """How the texts of a column are understood.

    Parameters
    ----------
    column : str
        One that holds no time and no dossier code.
    pairs : mapping, optional
        The profile's values for the column: a person has vouched for what stands to the right.
    province : str, optional
        Two-digit code of the province in which names of communes are looked up.

    Returns
    -------
    callable
        From a text to its value; None when it is not known.
    """
    if column == "commune":
        return lambda text: reference.match_commune(text, province)
    if column in dossiers.FLAGS:
        flags = {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}
        return lambda text: flags.get(formats.fold(text))
    if column in _CHOICES:
        choices = {formats.fold(choice): choice for choice in _CHOICES[column]}
        return lambda text: choices.get(formats.fold(text))
    if column in dossiers.COUNTS:
        return _count
    if column == "procedure":
        return lambda text: text if re.fullmatch(_PROCEDURE, text) else None
    codes = reference.codes(_CODED.get(column) or _NAMED[column])
    if column == "status":
        return lambda text: int(codes[formats.fold(text)]) if formats.fold(text) in codes else None
    if column == "overdue_cause":
        # A reason is free text: what is no known cause is another cause, and its text stays outside.
        return lambda text: codes.get(formats.fold(text), _OTHER_CAUSE)
    if column in _CODED:
        return lambda text: codes.get(formats.fold(text))
    names = {**{formats.fold(to): to for to in (pairs or {}).values()}, **codes}
    if column == "holder":
        return lambda text: names.get(formats.fold(text)) or _holder(text, codes)
    return lambda text: names.get(formats.fold(text))


def _other_words() -> set[str]:
    """Texts that name the cause "other" itself."""
    return {text for text, code in reference.codes("causes").items() if code == _OTHER_CAUSE}


def _holder(text: str, codes: dict[str, str]) -> str | None:
    """The department that a text names together with its commune."""
    folded = formats.fold(text)
    for name in sorted(codes, key=len, reverse=True):
        if folded.startswith(name) and folded.removeprefix(name).lstrip(" ,").startswith(_BEHIND_HOLDER):
            return codes[name]
    return None


def _count(text: str) -> int | None:
    found = re.fullmatch(r"(\d{1,5})(?:[.,]0+)?(?: lần)?", text, re.ASCII)
    return int(found[1]) if found and int(found[1]) <= _LARGEST else None


# --- rows --------------------------------------------------------------------------------------------------------


def _check(rows: pd.DataFrame, how: Profile, found: _Findings, today: date, path: Path) -> None:
    """Mend what can be mended and find what is wrong between columns and between rows."""
    for column in ("finished_at", "returned_at"):
        behind = rows["received_at"] - rows[column]
        days = rows["received_date_only"] | rows[dossiers.DATE_ONLY[column]]
        skewed = (behind > pd.Timedelta(0)) & (behind < checks.SKEW) & ~days
        found.add("clock_skew", column, skewed)
        rows[column] = rows[column].mask(skewed, rows["received_at"])
    early_end: Any = how.rules.get("finished_before_received", "reject")
    rules = checks.order_rules(today, early_end)
    rules = (*rules, checks.WORDS) if CLASS_WORD in rows else rules
    masks = checks.broken(rows, rules)
    swapped, due = int(masks["swapped"].sum()), int(rows["due_at"].notna().sum())
    if swapped >= _MANY and 2 * swapped > due:
        label = f"{checks.LABELS['due_at']}' (due_at)"
        raise UserError(
            f"{personal.file_name(path.name)}: {swapped} of {due} dates under '{label} stand before the receipt and "
            "would not with day and month exchanged. Mend the file, or forms under [dates]."
        )
    for rule in rules:
        found.add(rule.name, rule.column, masks[rule.name])
    good = ~found.rejected()
    _find_repeated(rows[good], found)


def _rejected(rows: pd.DataFrame, found: _Findings, near: "pd.Series[str]", reading: exports.Reading) -> pd.DataFrame:
    """The rejected rows with what could be read of them; a value that was not understood is not repeated."""
    bad = found.rejected()
    listed = rows.loc[bad, ["source_sheet", "source_row", "dossier_id", "commune", "received_at"]]
    listed = listed.rename(columns={"source_sheet": "sheet", "source_row": "row"})
    reasons: list[list[str]] = [[] for _ in range(len(listed))]
    for (rule, column), mask in found.masks.items():
        if checks.RULES[rule].severity == "reject":
            for at in np.flatnonzero(mask[bad]):
                reasons[at].append(checks.describe(rule, column))
    hints = near[bad].map(lambda names: f" (gần giống hoặc trùng: {names})" if names else "")
    texts = ["; ".join(each) + hint for each, hint in zip(reasons, hints, strict=True)]
    unreadable = pd.DataFrame(reading.unreadable, columns=["sheet", "row", "rule"])
    others = unreadable.assign(reasons=[checks.describe(rule, "") for rule in unreadable["rule"]])
    whole = (
        pd.concat([listed.assign(reasons=texts), others.drop(columns="rule")])
        if len(others)
        else listed.assign(reasons=texts)
    )
    return whole.astype({"sheet": "int64", "row": "int64"}).sort_values(["sheet", "row"]).reset_index(drop=True)


def _find_repeated(rows: pd.DataFrame, found: _Findings) -> None:
    """Of rows of one dossier, the one with the latest result stays; the first of those that are the same."""
    several = rows[rows.duplicated(dossiers.KEY, keep=False)]
    if several.empty:
        return
    same = several.duplicated([name for name in dossiers.COLUMNS if name not in dossiers.SOURCE], keep="first")
    distinct = several[~same]
    ended = distinct["finished_at"].fillna(distinct["returned_at"]).fillna(checks.EARLIEST)
    order = ended.iloc[::-1].sort_values(kind="stable").index  # the first of the file comes last among equals
    older = distinct.loc[order].duplicated(dossiers.KEY, keep="last")
    for rule, places in (("identical", same.index[same]), ("repeated", older.index[older])):
        mask = np.zeros(found.size, dtype=bool)
        mask[places] = True
        found.add(rule, "dossier_id", mask)


def _near(raw: pd.DataFrame, found: _Findings, how: Profile) -> "pd.Series[str]":
    """For rows whose commune is unknown, the communes with the nearest names; only for the most frequent ones."""
    mask = found.masks.get(("no_commune", "commune"))
    if mask is None or "commune" not in raw:
        return pd.Series("", index=raw.index, dtype="str")
    texts = raw["commune"].where(mask, "")
    frequent = texts[mask].value_counts().index[:_MOST_SUGGESTIONS]
    province = _province(how)
    return texts.map({text: reference.nearest_communes(str(text), province) for text in frequent}).fillna("")


def _problems(rows: pd.DataFrame, found: _Findings, reading: exports.Reading) -> pd.DataFrame:
    """Counts by rule, column and commune; repairs and flags of rejected rows are left out, they come to nothing."""
    good = ~found.rejected()
    commune = rows["commune"].fillna("").to_numpy()
    parts = []
    for (rule, column), mask in found.masks.items():
        severity = checks.RULES[rule].severity
        whole = severity == "reject" or rule == "personal_masked"
        counts = pd.Series(commune[mask if whole else mask & good]).value_counts()
        parts += [(rule, severity, column, str(code), int(count)) for code, count in counts.items()]
    unreadable = Counter(rule for *_, rule in reading.unreadable)
    parts += [(rule, "reject", "", "", count) for rule, count in unreadable.items()]
    if reading.passed_over:
        parts.append(("not_a_dossier", "note", "", "", len(reading.passed_over)))
    return pd.DataFrame(parts, columns=["rule", "severity", "column", "commune", "count"])


def _last_day(accepted: pd.DataFrame) -> str:
    """The last day on which something happened to a dossier; "" when there is none."""
    last = accepted[["submitted_at", "received_at", "finished_at", "returned_at"]].max().max()
    return "" if formats.missing(last) else f"{last:%Y-%m-%d}"


def _record(
    path: Path, how: Profile, accepted: pd.DataFrame, rejected: pd.DataFrame, problems: pd.DataFrame
) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    counts = problems.groupby("severity")["count"].sum()
    return {
        "file": personal.file_name(path.name),
        "sha256": digest,
        "profile": how.name,
        "rows": len(accepted) + len(rejected),
        "accepted": len(accepted),
        "rejected": len(rejected),
        "identical": int(problems.loc[problems["rule"] == "identical", "count"].sum()),
        "passed_over": int(counts.get("note", 0)),
        "repaired": int(counts.get("repair", 0)),
        "flagged": int(counts.get("flag", 0)),
        "provinces": sorted(set(reference.province_of(accepted["commune"].unique()))),
        "data_until": _last_day(accepted),
    }
