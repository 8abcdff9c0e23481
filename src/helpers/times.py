"""Local times from the texts that exports hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow
import pyarrow.compute as pc

from helpers.profiles import EXCEL, LOCAL_ZONE

# Forms every profile reads beside its own: what spreadsheet cells and databases give.
ISO: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
DAY_FIRST: Final = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")
MONTH_FIRST: Final = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y")
_EXCEL_EPOCH: Final = pd.Timestamp("1899-12-30")
_EXCEL_DAYS: Final = (36_526, 62_091)  # 2000 to 2069: a number outside is no date
_SHORTEST_DATE: Final = len("1/7/2025")
_LONGEST_DATE: Final = len("01/07/2025")
_MANY: Final = 10_000
_DIGITS: Final = {"%Y": 4, "%m": 2, "%d": 2, "%H": 2, "%M": 2, "%S": 2}
_ZONED: Final = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?\s?(?:Z|[+-]\d\d:?\d\d)$"
_FRACTION: Final = r"^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)\.\d{1,9}$"
# Vietnamese spreadsheets write SA (sáng) and CH (chiều) for a.m. and p.m.
_HALF_DAY: Final = r"(?i)(?:SA|CH|AM|PM)$"
_ENOUGH: Final = 3  # dates of each kind before the column is called turned
_FEW: Final = 0.2  # share of days up to 12 in text, or above it in cells; untouched columns have about half
_IN_ORDER: Final = r"^(?P<first>\d{1,2})[/.-](?P<second>\d{1,2})[/.-]\d{4}(?:\D|$)"


def parse(
    text: "pd.Series[str]", forms: Sequence[str], zone: str = LOCAL_ZONE
) -> "tuple[pd.Series[pd.Timestamp], pd.Series[bool]]":
    """Read local times from text.

    Parameters
    ----------
    text : Series of str
        Empty where there is none.
    forms : sequence of str
        Forms as ``strptime`` writes them, or ``excel`` for serial days; the first that fits counts. An ISO time with
        a zone is read in any case.
    zone : str
        Where times without a zone of their own are of; they are converted to Vietnam's.

    Returns
    -------
    times : Series of datetime64[us]
        In Vietnam's time, without a zone; missing where empty or unreadable.
    date_only : Series of bool
        Where the text has no time of day.
    """
    distinct, codes = _distinct(text)
    times = pd.Series(pd.NaT, index=distinct.index, dtype="datetime64[us]")
    date_only = pd.Series(False, index=distinct.index)
    for form in forms:
        open_ = times.isna() & (distinct != "")
        if not open_.any():
            break
        found, whole = _serial_days(distinct[open_]) if form == EXCEL else _fitting(distinct[open_], form)
        times[open_] = found
        date_only[open_] = whole & found.notna()
    if zone != LOCAL_ZONE:
        moments = times[~date_only].dt.tz_localize(ZoneInfo(zone), ambiguous="NaT", nonexistent="NaT")
        times[~date_only] = _local(moments)
    open_ = times.isna() & (distinct != "")
    if open_.any():
        times[open_] = _zoned(distinct[open_])
    if codes is None:
        return times, date_only
    return (
        pd.Series(times.to_numpy()[codes], index=text.index),
        pd.Series(date_only.to_numpy()[codes], index=text.index),
    )


def _distinct(text: "pd.Series[str]") -> "tuple[pd.Series[str], npt.NDArray[np.intp] | None]":
    """The different texts and where each stands; all of them, and None, where few repeat and looking costs more."""
    if len(text) > _MANY and text.head(_MANY).nunique() > _MANY // 2:
        return text, None
    codes, seen = pd.factorize(text)
    return pd.Series(seen, dtype="str"), codes


def _serial_days(text: "pd.Series[str]") -> "tuple[pd.Series[pd.Timestamp], pd.Series[bool]]":
    serial = pd.to_numeric(text, errors="coerce")
    serial = serial.where(serial.between(*_EXCEL_DAYS))
    times = (_EXCEL_EPOCH + pd.to_timedelta(serial, unit="D")).dt.round("s").astype("datetime64[us]")
    return times, serial.mod(1) == 0


def _fitting(text: "pd.Series[str]", form: str) -> "tuple[pd.Series[pd.Timestamp], pd.Series[bool]]":
    """Times of one form: those written with all their digits at once, the rest one by one."""
    times = _full_width(text, form)
    rest = times.isna()
    if rest.any():
        times[rest] = _loose(text[rest], form)
    return times, pd.Series("%H" not in form, index=text.index)


def _full_width(text: "pd.Series[str]", form: str) -> "pd.Series[pd.Timestamp]":
    """Texts of exactly the form's width, cut into ISO; ten times as quick as strptime."""
    directives = re.findall("%[a-zA-Z]", form)
    if set(directives) - set(_DIGITS) or {"%Y", "%m", "%d"} - set(directives):
        return pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    pattern, place, at = "^", {}, 0
    for piece in re.findall("%[a-zA-Z]|.", form):
        width = _DIGITS.get(piece, 1)
        pattern += rf"\d{{{width}}}" if piece in _DIGITS else re.escape(piece)
        place[piece] = (at, at + width)
        at += width
    array = pyarrow.array(text, pyarrow.string())
    array = pc.if_else(pc.match_substring_regex(array, pattern + "$"), array, None)
    cut = [pc.utf8_slice_codeunits(array, *place[part]) if part in place else "00" for part in _DIGITS]
    year, month, day, hour, minute, second = cut
    iso = pc.binary_join_element_wise(
        pc.binary_join_element_wise(year, month, day, "-"), pc.binary_join_element_wise(hour, minute, second, ":"), " "
    )
    try:
        moments = pc.cast(iso, pyarrow.timestamp("us")).to_pandas()
    except pyarrow.ArrowInvalid:  # a day or hour that there is not, such as 31/02
        moments = pd.to_datetime(iso.to_pandas(), format="%Y-%m-%d %H:%M:%S", errors="coerce")
    return pd.Series(moments.to_numpy().astype("datetime64[us]"), index=text.index)


def _loose(text: "pd.Series[str]", form: str) -> "pd.Series[pd.Timestamp]":
    halves = text.str.contains(_HALF_DAY, regex=True)
    if "%H" in form and halves.any():
        english = text[halves].str.replace("SA", "AM", case=False).str.replace("CH", "PM", case=False)
        twelve = pd.to_datetime(english, format=form.replace("%H", "%I") + " %p", errors="coerce")
        return _plain(text.where(~halves, ""), form).fillna(twelve.astype("datetime64[us]"))
    return _plain(text, form)


def _plain(text: "pd.Series[str]", form: str) -> "pd.Series[pd.Timestamp]":
    exact = text.where(_long_enough(text, form))
    return pd.to_datetime(exact, format=form, errors="coerce").astype("datetime64[us]")


def _long_enough(text: "pd.Series[str]", form: str) -> "pd.Series[bool]":
    """Whether a text has all digits of a form; without separators, strptime would guess where one is missing."""
    whole = len(datetime(2025, 12, 31, 23, 59, 59).strftime(form))
    packed = re.search(r"%[a-zA-Z]%", form) is not None
    return text.str.len() == whole if packed else text.str.len() >= _SHORTEST_DATE


def _zoned(text: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """ISO times with a zone, or with a fraction of a second."""
    with_zone = text.where(text.str.contains(_ZONED, regex=True))
    times = _local(pd.to_datetime(with_zone, format="ISO8601", errors="coerce", utc=True))
    whole = text.str.replace(_FRACTION, r"\1 \2", regex=True)
    return times.fillna(pd.to_datetime(whole.where(whole != text), format=ISO[0], errors="coerce"))


def _local(times: "pd.Series[Any]") -> "pd.Series[pd.Timestamp]":
    local: pd.Series[pd.Timestamp] = times.dt.tz_convert(ZoneInfo(LOCAL_ZONE)).dt.tz_localize(None)
    return local.dt.floor("s").astype("datetime64[us]")


@dataclass(frozen=True)
class Order:
    """How many dates of a column can only be read day first, only month first, or both ways."""

    day_first: int
    month_first: int
    either: int


def order(text: "pd.Series[str]") -> Order:
    """Look at the dates of a column that are written as numbers with separators and the year last.

    Parameters
    ----------
    text : Series of str

    Returns
    -------
    Order
    """
    # Of a time only the date decides, and of dates there are few.
    dates = pc.value_counts(pc.utf8_slice_codeunits(pyarrow.array(text, pyarrow.string()), 0, _LONGEST_DATE + 1))
    matches = pc.extract_regex(dates.field("values"), _IN_ORDER)
    counts = dates.field("counts").filter(matches.is_valid()).to_numpy()
    found = matches.drop_null()
    first, second = (pc.cast(pc.struct_field(found, name), "int8").to_numpy(False) for name in ("first", "second"))
    day, month = (first > 12) & (second <= 12), (second > 12) & (first <= 12)
    either = (first <= 12) & (second <= 12)
    return Order(int(counts[day].sum()), int(counts[month].sum()), int(counts[either].sum()))


def day_first(form: str) -> bool | None:
    """Whether a form has the day before the month; None when it leaves no doubt, as with the year first."""
    places = [form.find(part) for part in ("%d", "%m", "%Y")]
    if min(places) < 0 or places[2] < max(places[:2]) or re.search("%[dm]%", form):
        return None
    return places[0] < places[1]


def turned_by_spreadsheet(text: "pd.Series[str]", counts: Order) -> bool:
    """Whether a spreadsheet has taken day for month where it could, and left the rest of the column as text.

    Parameters
    ----------
    text : Series of str
    counts : Order
        What ``order`` says of it.

    Notes
    -----
    A spreadsheet set to another country reads 03/07/2025 as 7 March and leaves 25/07/2025 as text: then all that is
    text has days above 12, and all that has become a date has days up to 12, but for what was typed later.
    """
    texts = counts.day_first + counts.either
    if counts.day_first < _ENOUGH or counts.either > _FEW * texts:
        return False
    array = pyarrow.array(text, pyarrow.string())
    cells = pc.filter(array, pc.match_substring_regex(array, r"^\d{4}-\d\d-\d\d"))
    if len(cells) < _ENOUGH:
        return False
    days = pc.cast(pc.utf8_slice_codeunits(cells, 8, 10), "int8")
    return bool(pc.mean(pc.cast(pc.greater(days, 12), "int8")).as_py() <= _FEW)
