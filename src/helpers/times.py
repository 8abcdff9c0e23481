"""Local times from the texts that exports hold."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pandas as pd

from helpers.profiles import EXCEL

# Forms every profile reads beside its own: what spreadsheet cells and databases give.
ISO: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_EXCEL_EPOCH: Final = pd.Timestamp("1899-12-30")
_EXCEL_DAYS: Final = (20_000, 80_000)  # 1954 to 2119: a number outside is no date
_SHORTEST_DATE: Final = len("1/7/2025")


def parse(text: "pd.Series[str]", forms: Sequence[str]) -> "tuple[pd.Series[pd.Timestamp], pd.Series[bool]]":
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
