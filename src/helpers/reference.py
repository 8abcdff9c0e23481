"""The reference tables that people edit in ``data/reference``: loaded once, checked when loaded."""

import difflib
import re
from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd
import pandera.pandas as pa

from helpers import formats, settings
from helpers.errors import UserError

# The code and name of the country as a whole, beside those of its provinces.
COUNTRY: Final = "00"
COUNTRY_NAME: Final = "Cả nước"
_LONGEST_STEM: Final = 80  # letters: systems take 255 bytes, and endings follow
_CODE5 = pa.Column(str, pa.Check.str_matches(r"^\d{5}$"), unique=True)
_CODE = pa.Column(str, pa.Check.str_matches(r"^[a-z0-9-]+$"), unique=True)
_NAME = pa.Column(str, pa.Check.str_length(min_value=1))
_TEXT = pa.Column(str)
_DEGREES = pa.Column(str, pa.Check.str_matches(r"^-?\d{1,3}(\.\d+)?$", error="degrees like 20.8449"))


def _are_days(texts: "pd.Series[str]") -> "pd.Series[bool]":
    return pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce").notna() & (texts.str.len() == 10)


_CLOCK = pa.Column(str, pa.Check.str_matches(r"^([01]\d|2[0-3]):[0-5]\d$"), unique=True)
# Sums of names, one perhaps divided by another, with ";" between several.
_FORMULAS = pa.Column(
    str, pa.Check.str_matches(r"^((\w+)([+-]\w+)*(/\w+([+-]\w+)*)?(;(?=\w)|$))*$", error="formulas like a+b/c;d-e")
)
_DAY = pa.Column(str, pa.Check(_are_days, error="a day like 2025-12-31"))
_DAY_OR_OPEN = pa.Column(str, pa.Check(lambda texts: _are_days(texts) | (texts == ""), error="a day or empty"))

SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "communes": pa.DataFrameSchema(
        {
            "code": _CODE5,
            "name": _NAME,
            "kind": pa.Column(str, pa.Check.isin(["Xã", "Phường", "Đặc khu"])),
            "province_code": pa.Column(str, pa.Check.str_matches(r"^\d{2}$")),
            "province": _NAME,
            "latitude": _DEGREES,
            "longitude": _DEGREES,
        },
    ),
    "fields": pa.DataFrameSchema({"code": _CODE, "name": _NAME, "synonyms": _TEXT}),
    "procedures": pa.DataFrameSchema(
        {
            "code": pa.Column(str, unique=True),
            "field": pa.Column(
                str, pa.Check(lambda codes: codes.isin(table("fields")["code"]), error="a code of fields.csv")
            ),
            "name": _NAME,
            "online": pa.Column(str, pa.Check.isin(["full", "partial", "none", ""])),
        },
    ),
    "statuses": pa.DataFrameSchema(
        {
            "code": pa.Column(str, pa.Check.str_matches(r"^\d+$"), unique=True),
            "name": _NAME,
            "group": pa.Column(str, pa.Check.isin(["not_accepted", "open", "waiting", "withdrawn", "done"])),
        },
    ),
    "channels": pa.DataFrameSchema(
        {"code": pa.Column(str, pa.Check.isin(["online", "direct", "postal"])), "name": _NAME, "synonyms": _TEXT},
    ),
    "former_provinces": pa.DataFrameSchema({"name": pa.Column(str, pa.Check.str_length(min_value=1), unique=True)}),
    "class_words": pa.DataFrameSchema(
        {
            "code": pa.Column(str, pa.Check.isin(["early", "on_time", "late", "pending_in_time"]), unique=True),
            "name": _NAME,
            "synonyms": _TEXT,
        },
    ),
    "causes": pa.DataFrameSchema({"code": _CODE, "name": _NAME, "basis": _TEXT}),
    "holders": pa.DataFrameSchema(
        {
            "code": _CODE,
            "name": _NAME,
            "level": pa.Column(str, pa.Check.isin(["commune", "province"])),
            "synonyms": _TEXT,
        },
    ),
    "targets": pa.DataFrameSchema(
        {
            "indicator": _NAME,
            "unit": pa.Column(str, pa.Check.str_matches(r"^(\d{2}|\d{5})?$")),
            "comparison": pa.Column(str, pa.Check.isin(["at_least", "at_most"])),
            "value_pct": pa.Column(str, pa.Check.str_matches(r"^\d+(\.\d+)?$")),
            "valid_from": _DAY,
            "valid_to": _DAY_OR_OPEN,
            "document": _NAME,
        },
    ),
    "reported_names": pa.DataFrameSchema(
        {
            "code": pa.Column(str, pa.Check.str_matches(r"^[a-z0-9_]+$"), unique=True),
            "name": _NAME,
            "synonyms": _TEXT,
            "unit": pa.Column(str, pa.Check.isin(["dossiers", "count", "percent", "points"])),
            "readings": _FORMULAS,
            "equals": _FORMULAS,
            "part_of": _TEXT,
            "role": pa.Column(
                str, pa.Check.isin(["", "feedback", "visits", "procedures", "satisfaction", "rank", "other"])
            ),
        },
        pa.Check(lambda rows: rows["part_of"].isin(["", *rows["code"]]), error="part_of a code of the table"),
    ),
    "bands": pa.DataFrameSchema(
        {"name": _NAME, "at_least": pa.Column(str, pa.Check.str_matches(r"^\d+(\.\d+)?$"), unique=True)},
    ),
    "office_hours": pa.DataFrameSchema(
        {"opens": _CLOCK, "closes": _CLOCK},
        pa.Check(lambda rows: rows["opens"] < rows["closes"], error="closes after it opens"),
    ),
    "holidays": pa.DataFrameSchema(
        {"date": _DAY, "kind": pa.Column(str, pa.Check.isin(["off", "worked"])), "document": _NAME},
        unique=["date"],
    ),
}


def table(name: str) -> pd.DataFrame:
    """One reference table, every column as text.

    Parameters
    ----------
    name : str
        One of ``SCHEMAS``: communes, fields, procedures, statuses, channels, class_words, causes, former_provinces,
        holders, targets, holidays, reported_names, bands.

    Returns
    -------
    DataFrame
        A row an entry, in the order of the file; an empty cell is "".

    Raises
    ------
    UserError
        When the file is missing or breaks its schema; the message names the file, line and column.
    """
    return _load(settings.reference() / f"{name}.csv", name)


@cache
def _load(path: Path, name: str) -> pd.DataFrame:
    try:
        rows = pd.read_csv(
            path, dtype=str, keep_default_na=False, encoding="utf-8-sig", skip_blank_lines=False, index_col=False
        )
        return SCHEMAS[name].validate(rows[(rows != "").any(axis=1)], lazy=True)
    except FileNotFoundError as error:
        raise UserError(f"Reference table {path} is missing. Restore it from the repository.") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        what = str(error).splitlines()[0]
        raise UserError(f"Reference table {path.name} is no CSV table in UTF-8: {what}. Correct the file.") from error
    except pa.errors.SchemaErrors as errors:
        first = errors.failure_cases.iloc[0]
        line = "" if formats.missing(first["index"]) else f", line {int(first['index']) + 2}"
        column = "" if formats.missing(first["column"]) else f"column '{first['column']}' "
        raise UserError(
            f"Reference table {path.name}{line}: {column}breaks the rule {first['check']} "
            f"(value: {first['failure_case']}). Correct the file.",
        ) from errors


def names(name: str) -> dict[str, str]:
    """Code to name of one reference table."""
    return _names(settings.reference(), name)


@cache
def _names(folder: Path, name: str) -> dict[str, str]:
    rows = _load(folder / f"{name}.csv", name)
    return dict(zip(rows["code"].tolist(), rows["name"].tolist(), strict=True))


def label(name: str, code: object) -> str:
    """Vietnamese name of a code; the code itself when the table does not know it.

    Parameters
    ----------
    name : str
        Reference table.
    code : str or missing

    Returns
    -------
    str
        "Chưa rõ" for a missing code.
    """
    return "Chưa rõ" if formats.missing(code) or code == "" else names(name).get(str(code), str(code))


def procedure(code: object) -> str:
    """What a procedure is called; "Thủ tục mã …" where the table does not name it, "Không ghi mã" for a missing one."""
    if formats.missing(code) or code == "":
        return "Không ghi mã"
    return names("procedures").get(str(code), f"Thủ tục mã {code}")


@cache
def _codes(path: Path, name: str) -> dict[str, str]:
    rows = _load(path, name)
    found: dict[str, str] = {}
    for row in rows.to_dict("records"):
        for text in (row["code"], row["name"], *filter(None, str(row.get("synonyms", "")).split(";"))):
            found[formats.fold(str(text))] = str(row["code"])
    return found


def codes(name: str) -> dict[str, str]:
    """Folded text (code, name or synonym) to code, for recognising what an export writes.

    Parameters
    ----------
    name : str
        Reference table.

    Returns
    -------
    dict
        Keys as ``formats.fold`` writes them.
    """
    return _codes(settings.reference() / f"{name}.csv", name)


def offered_online() -> dict[str, bool]:
    """Whether each procedure of which ``procedures.csv`` tells is offered online, wholly or in part."""
    rows = table("procedures")
    told = rows[rows["online"] != ""]
    return dict(zip(told["code"], told["online"] != "none", strict=True))


def find_commune(text: str | int, province: str | None = None) -> dict[str, str]:
    """The one commune that a text names.

    Parameters
    ----------
    text : str or int
        Five-digit code (a number is taken too: papermill's command line drops leading zeros), or a name with or
        without "Xã", "Phường", "Đặc khu"; accents as in either Unicode form.
    province : str, optional
        Two-digit province code to look in.

    Returns
    -------
    dict
        The commune's row: code, name, kind, province_code, province, latitude, longitude.

    Raises
    ------
    UserError
        When no commune or more than one answers; the message lists candidates with their codes.
    """
    rows = table("communes")
    if province is not None:
        rows = rows[rows["province_code"] == province]
    wanted = str(text).strip()
    found = rows[rows["code"].isin(_candidates(wanted, province))]
    if len(found) == 1:
        return _record(found.to_dict("records")[0])
    if len(found) > 1:
        raise UserError(f"'{wanted}' is the name of {len(found)} communes; give the code: {_listed(found)}.")
    raise UserError(f"No commune '{wanted}'. {_nearest(rows, wanted)}")


def match_commune(text: str, province: str | None = None) -> str | None:
    """The code of the one commune that a text names, for reading many texts.

    Parameters
    ----------
    text : str
        As for ``find_commune``; also with the office before the name ("UBND xã …", "Trung tâm Phục vụ hành chính công
        phường …") and the province after it, behind a comma or dash, which then narrows the search.
    province : str, optional
        Two-digit province code to look in.

    Returns
    -------
    str or None
        None when no commune or more than one answers: it is never guessed.
    """
    # A spreadsheet takes one zero from the front of a code; less than four digits are a number of something else,
    # unless the province is known.
    if text.isdigit() and len(text) < 4 and province is None:
        return None
    # A bare name of a province, of today or of before July 2025, is that of its centre: "… hành chính công Hải Dương".
    if _PROVINCE.sub("", _OFFICE.sub("", formats.fold(text))) in _province_names():
        return None
    found = _candidates(text.strip(), province)
    return found[0] if len(found) == 1 else None


def communes_named(text: str, province: str | None = None) -> list[str]:
    """The codes of all communes that a text may mean.

    Parameters
    ----------
    text, province
        As for ``match_commune``.

    Returns
    -------
    list of str
    """
    return _candidates(text.strip(), province)


def nearest_communes(text: str, province: str | None = None) -> str:
    """The communes whose names are nearest to a text that names none: their codes and names, for a person to choose.

    Parameters
    ----------
    text : str
    province : str, optional
        Two-digit province code to look in.

    Returns
    -------
    str
        Empty when none is near; nothing of the text itself.
    """
    rows = table("communes")
    if province is not None:
        rows = rows[rows["province_code"] == province]
    several = _candidates(text.strip(), province)
    if several:
        return _listed(rows[rows["code"].isin(several)].head(6))
    key = _OFFICE.sub("", formats.fold(text))
    near = difflib.get_close_matches(key, _folded(settings.reference() / "communes.csv"), n=3, cutoff=0.75)
    return _listed(rows[rows["name"].map(formats.fold).isin(near)].head(4)) if near else ""


@cache
def _folded(path: Path) -> list[str]:
    return sorted(set(_load(path, "communes")["name"].map(formats.fold)))


# What stands before the name of a commune when an export names its office.
_OFFICE = re.compile(
    r"^(?:(?:ubnd|uy ban nhan dan|tt ?pvhcc|trung tam (?:pvhcc|phuc vu hcc|(?:phuc vu )?hanh chinh cong)|"
    r"bo phan (?:mot cua|tn[v&]tkq|tiep nhan va tra ket qua)(?: cua)?)\s+)+"
)
_CODE_AND_NAME = re.compile(r"(?:(?P<before>\d{5})\s*-\s*)?(?P<name>\D+?)(?:\s*\((?P<behind>\d{5})\))?")
_PROVINCE = re.compile(r"^(?:thanh pho|tinh|tp\b\.?|t\.)\s*")
_KIND = re.compile("^(?:xã|phường|đặc khu) ", re.IGNORECASE)
_SHORT = re.compile(r"^(?:(x)|(p)|(dk))\.\s*")


def _candidates(wanted: str, province: str | None) -> list[str]:
    """Codes of the communes that a code or name may mean."""
    by_code, by_plain, by_fold = _index(settings.reference() / "communes.csv", province)
    if wanted.isdigit():
        return by_code.get(wanted.zfill(5), [])
    both = _CODE_AND_NAME.fullmatch(wanted)
    if both and (code := both["before"] or both["behind"]):
        return [found for found in _candidates(both["name"], province) if found == code]
    if found := by_plain.get(formats.plain(wanted)):
        return found
    # A name written without any accents; one with other accents is another name.
    if _KIND.sub("", wanted).isascii() and (found := by_fold.get(formats.fold(wanted))):
        return found
    # With the office before the name, the kind shortened, or the province behind it. The accents as written still
    # decide between names that differ by them alone.
    words = wanted.split()
    for start in range(1, len(words)):
        head = formats.fold(" ".join(words[:start])) + " "
        if _OFFICE.fullmatch(head):
            rest = " ".join(words[start:])
            if found := _candidates(rest, province):
                return found
    if short := _SHORT.match(formats.fold(wanted)):
        kind = ("Xã ", "Phường ", "Đặc khu ")[[bool(group) for group in short.groups()].index(True)]
        return _candidates(kind + wanted.partition(".")[2].strip(), province)
    name, mark, behind = wanted.rpartition(",") if "," in wanted else wanted.rpartition(" - ")
    within = [code for code, label in provinces().items() if same_province(behind.strip(), label)] if mark else []
    if within and province in (None, within[0]):
        return _candidates(name.strip(), within[0])
    return []


@cache
def _index(path: Path, province: str | None) -> tuple[dict[str, list[str]], ...]:
    """Code, plain name and folded name, each with and without its kind, to the codes that have it."""
    rows = _load(path, "communes")
    if province is not None:
        rows = rows[rows["province_code"] == province]
    by_code: dict[str, list[str]] = {}
    by_plain: dict[str, list[str]] = {}
    by_fold: dict[str, list[str]] = {}
    for code, name in zip(rows["code"], rows["name"], strict=True):
        by_code[code] = [code]
        bare = _KIND.sub("", name)
        for index, normalise in ((by_plain, formats.plain), (by_fold, formats.fold)):
            for key in {normalise(name), normalise(bare)}:
                index.setdefault(key, []).append(code)
    return by_code, by_plain, by_fold


def _nearest(rows: pd.DataFrame, wanted: str) -> str:
    if wanted.isdigit():
        return "A commune's code has five digits, as in data/reference/communes.csv."
    folded = {formats.fold(name): name for name in rows["name"]}
    near = difflib.get_close_matches(formats.fold(wanted), folded, n=4, cutoff=0.6)
    if not near:
        return "Give its five-digit code, as in data/reference/communes.csv."
    return f"Did you mean: {_listed(rows[rows['name'].isin([folded[n] for n in near])].head(6))}?"


def _listed(rows: pd.DataFrame) -> str:
    return ", ".join(f"{row['code']} {row['name']} ({row['province']})" for row in rows.to_dict("records"))


def _record(row: dict[Hashable, object]) -> dict[str, str]:
    return {str(key): str(value) for key, value in row.items()}


def find_province(text: str | int) -> dict[str, str]:
    """The one province that a code or name means.

    Parameters
    ----------
    text : str or int
        Two-digit code, or a name with or without "Thành phố", "Tỉnh".

    Returns
    -------
    dict
        code and name.

    Raises
    ------
    UserError
        When there is none; the message lists all of them.
    """
    known = provinces()
    wanted = str(text).strip()
    for code, name in known.items():
        if code == wanted.zfill(2) or same_province(wanted, name):
            return {"code": code, "name": name}
    raise UserError(f"No province '{wanted}'. There are: {', '.join(f'{c} {n}' for c, n in known.items())}.")


def find_area(text: str | int) -> dict[str, str]:
    """The country or the one province that a code or name means.

    Parameters
    ----------
    text : str or int
        "all", "00" or "Cả nước"; or what ``find_province`` takes.

    Returns
    -------
    dict
        code and name.

    Raises
    ------
    UserError
        As for ``find_province``.
    """
    if formats.fold(str(text)) in ("all", COUNTRY, "ca nuoc"):
        return {"code": COUNTRY, "name": COUNTRY_NAME}
    return find_province(text)


def same_province(text: str, name: str) -> bool:
    """Whether a text is a province's name, with or without "Thành phố", "TP." or "Tỉnh", accents and case ignored."""
    return _PROVINCE.sub("", formats.fold(text)) == _PROVINCE.sub("", formats.fold(name))


def provinces() -> dict[str, str]:
    """Province code to name, in the order of the codes."""
    return _provinces(settings.reference() / "communes.csv")


@cache
def _provinces(path: Path) -> dict[str, str]:
    rows = _load(path, "communes").drop_duplicates("province_code")
    return dict(zip(rows["province_code"], rows["province"], strict=True))


def _province_names() -> frozenset[str]:
    return _all_provinces(settings.reference())


@cache
def _all_provinces(folder: Path) -> frozenset[str]:
    """Folded names, without what they are, of the provinces of today and of before."""
    names = [
        *_provinces(folder / "communes.csv").values(),
        *_load(folder / "former_provinces.csv", "former_provinces")["name"],
    ]
    return frozenset(_PROVINCE.sub("", formats.fold(name)) for name in names)


def bare_name(name: str) -> str:
    """A commune's name without "Xã", "Phường" or "Đặc khu", by which it is sorted."""
    return _KIND.sub("", name)


def file_stem(code: str) -> str:
    """Name of a unit's files without ending: code and name, so that a folder of pages can be read.

    Parameters
    ----------
    code : str
        Five digits for a commune, two for a province.

    Returns
    -------
    str
        "10972-xa-duong-an".
    """
    return f"{code}-{formats.slug(unit_name(code))[:_LONGEST_STEM].rstrip('-')}"


def unit_name(code: str) -> str:
    """Name of a commune (five digits), a province (two), or the country; the code itself when no table knows it."""
    known = {COUNTRY: COUNTRY_NAME, **provinces()} if len(code) == 2 else names("communes")
    return known.get(code, code)


def communes_of(province: str) -> pd.DataFrame:
    """Rows of the communes table of one province."""
    rows = table("communes")
    return rows[rows["province_code"] == province]


def province_of(communes: Iterable[str]) -> list[str]:
    """Province code of each commune code; a KeyError for an unknown one, which the schema has kept out."""
    of = _province_of(settings.reference() / "communes.csv")
    return [of[code] for code in communes]


@cache
def _province_of(path: Path) -> dict[str, str]:
    rows = _load(path, "communes")
    return dict(zip(rows["code"], rows["province_code"], strict=True))


def target(indicator: str, units: Sequence[str], on: pd.Timestamp) -> dict[str, str] | None:
    """The target in force for an indicator on a day.

    Parameters
    ----------
    indicator : str
        Name of the indicator.
    units : sequence of str
        Code of the province, and of the commune if it is about one. A target without a unit holds everywhere; that
        of the province comes before it, and the commune's own before both.
    on : Timestamp
        A day inside the target's validity (the last day of the period).

    Returns
    -------
    dict or None
        Row of the targets table.
    """
    day = f"{on:%Y-%m-%d}"
    found = [
        row
        for row in _targets(settings.reference() / "targets.csv").get(indicator, [])
        if row["unit"] in ("", *units) and row["valid_from"] <= day and day <= (row["valid_to"] or day)
    ]
    return max(found, key=lambda row: len(row["unit"]), default=None)  # of equals the first


@cache
def _targets(path: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of the targets table by their indicator."""
    by_indicator: dict[str, list[dict[str, str]]] = {}
    for row in map(_record, _load(path, "targets").to_dict("records")):
        by_indicator.setdefault(row["indicator"], []).append(row)
    return by_indicator
