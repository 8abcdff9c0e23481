"""Numbers, dates and names as Vietnamese readers write them. The only place where a figure is rounded."""

import re
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Final

import pandas as pd
from babel import Locale
from babel.numbers import NumberPattern, format_decimal, parse_pattern

_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LOCALE: Final = Locale("vi")
POINTS = " điểm %"
NO_DATA = "không có dữ liệu"
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def missing(value: object) -> bool:
    """Whether a single value is missing (None, NaN, NaT or NA)."""
    return value is None or bool(pd.isna(value))  # type: ignore[call-overload]


def number(value: float | None) -> str:
    """Write a whole number with dots between thousands: 8930 becomes "8.930".

    Parameters
    ----------
    value : int, float or missing

    Returns
    -------
    str
        "không có dữ liệu" for a missing value, which is not 0.
    """
    if value is None or missing(value):
        return NO_DATA
    return _fixed(Decimal(str(value)), 0)


def decimal(value: float | None, places: int = 2) -> str:
    """Write a number with a decimal comma, rounded half-up once: 17.4424 becomes "17,44"."""
    if value is None or missing(value):
        return NO_DATA
    return _fixed(Decimal(str(value)), places)


def percent(numerator: float | None, denominator: float | None, places: int = 2) -> str:
    """Write a share in per cent from its two exact counts: (7600, 8930) becomes "85,11%".

    Parameters
    ----------
    numerator, denominator : int or missing
        Counts. They are divided exactly, so that the rounding, half-up, happens once.
    places : int
        Digits after the comma.

    Returns
    -------
    str
        "không có dữ liệu" when a count is missing or the denominator is 0.
    """
    if numerator is None or denominator is None or missing(numerator) or missing(denominator) or denominator == 0:
        return NO_DATA
    return _fixed(100 * Decimal(str(numerator)) / Decimal(str(denominator)), places) + "%"


def bound(value: float) -> str:
    """Write a percentage that is given, not computed: 60 becomes "60%", 59.41 becomes "59,41%"."""
    return f"{decimal(value, 0 if float(value).is_integer() else 2)}%"


def points(value: float | None, places: int = 2) -> str:
    """Write a signed change in percentage points: 1.5 becomes "+1,50 điểm %"."""
    if value is None or missing(value):
        return NO_DATA
    return f"{_signed(decimal(abs(value), places), value)}{POINTS}"


def change(value: float | None) -> str:
    """Write a signed change of a count: -12 becomes "−12"."""
    if value is None or missing(value):
        return NO_DATA
    return _signed(number(abs(value)), value)


def _signed(text: str, value: float) -> str:
    """Put the sign before a number written without one; what rounds to zero has none."""
    return text if not text.strip("0,") else ("+" if value > 0 else "−") + text


def _half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0  # + 0: no "-0"


@lru_cache(maxsize=4096)  # most numbers of a page are small and come again
def _fixed(value: Decimal, places: int) -> str:
    return str(format_decimal(_half_up(value, places), _pattern(places), _LOCALE))


@cache
def _pattern(places: int) -> NumberPattern:
    return parse_pattern("#,##0" + ("." + "0" * places if places else ""))


def day(value: date | datetime | pd.Timestamp | None) -> str:
    """Write a date for a table: "05/02/2026"."""
    return NO_DATA if value is None or missing(value) else f"{value:%d/%m/%Y}"


def prose_day(value: date) -> str:
    """Write a date for running text: "ngày 05 tháng 02 năm 2026", zeros as NĐ 30/2020/NĐ-CP asks."""
    return f"ngày {value.day:02d} tháng {month(value.month)} năm {value.year}"


def month(value: int) -> str:
    """Write a month's number: a zero before 1 and 2 only (NĐ 30/2020/NĐ-CP)."""
    return f"{value:02d}" if value < 3 else str(value)


def fold(text: str) -> str:
    """Reduce a text to what a reader's eye compares: no accents, case, or runs of spaces.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        "Xã  Đường An" becomes "xa duong an"; NFC and NFD, "Hoà" and "Hòa" give the same.
    """
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())


def plain(text: str) -> str:
    """Reduce a name to letters and tones: NFC, lower case, single spaces, tone marks after their word.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        "Hoà" and "Hòa" give the same, "Hóa" another.
    """
    words = []
    for word in unicodedata.normalize("NFD", text.casefold()).split():
        tones = "".join(c for c in word if c in _TONES)
        words.append(unicodedata.normalize("NFC", "".join(c for c in word if c not in _TONES)) + tones)
    return " ".join(words)


def unturned(text: str) -> str:
    """A text without the marks that would turn round what stands behind it on its line."""
    return _TURNING.sub("", text)


def slug(text: str) -> str:
    """Turn a name into a file name: "Xã Đường An" becomes "xa-duong-an"."""
    return "-".join("".join(c if c.isalnum() and c.isascii() else " " for c in fold(text)).split())


def lower_first(text: str) -> str:
    """Write a name inside a sentence: "Xã Đường An" becomes "xã Đường An"."""
    return text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Write a name at the start of a sentence or cell: "hồ sơ đã giải quyết" becomes "Hồ sơ đã giải quyết"."""
    return text[:1].upper() + text[1:]


def sort_key(text: str) -> tuple[list[int], list[int], str]:
    """Key that sorts names in Vietnamese alphabetical order (a ă â b c d đ e ê …, tones after letters).

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple
        Comparable with other keys: letters first; then tones, from the left; then the text as it is.
    """
    letters, tones = [], []
    for char in unicodedata.normalize("NFC", text.casefold()):
        parts = unicodedata.normalize("NFD", char)
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
        letters.append(_ALPHABET.get(base, ord(base[0]) if base else 0))
        tones.append(next((_TONES.index(c) + 1 for c in parts if c in _TONES), 0))
    return letters, tones, text


# Combining tone marks in their order: grave, hook above, tilde, acute, dot below.
_TONES = "\u0300\u0309\u0303\u0301\u0323"
_ALPHABET = {letter: 1000 + i for i, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
