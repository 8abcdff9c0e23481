"""Reporting periods: from a short text to exact bounds, a Vietnamese label, and the period before."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from helpers import formats
from helpers.errors import UserError

Cutoffs = Literal["calendar", "official"]
Kind = Literal["day", "week", "month", "quarter", "half", "nine_months", "year", "range"]

FORMS = (
    "2025-07-14 (day), 2025-W30 (week), 2025-07 (month), 2025-Q3 (quarter), 2025-H2 (half-year), "
    "2025-9M (nine months), 2025 (year), 2025-07-01..2025-11-26 (from..to, both included)"
)
CUTOFFS: tuple[Cutoffs, ...] = ("calendar", "official")
_YEARS = range(1900, 3000)
_QUARTERS = ("I", "II", "III", "IV")
_DAY = r"\d{4}-\d{2}-\d{2}"


@dataclass(frozen=True)
class Period:
    """A reporting period; both days belong to it.

    Attributes
    ----------
    text : str
        The text it was read from, in canonical form; names the folder of its reports.
    kind : str
        What sort of period it is; the previous one is of the same sort.
    first_day, last_day : date
        Inclusive bounds.
    cutoffs : str
        ``calendar``, or ``official`` for the cut-offs of state reporting.
    """

    text: str
    kind: Kind
    first_day: date
    last_day: date
    cutoffs: Cutoffs = "calendar"

    @property
    def start(self) -> pd.Timestamp:
        """First moment of the period, local time."""
        return pd.Timestamp(self.first_day)

    @property
    def end(self) -> pd.Timestamp:
        """First moment after the period: the bounds are half-open, [start, end)."""
        return pd.Timestamp(self.last_day + timedelta(days=1))

    @property
    def days(self) -> int:
        """Length in calendar days."""
        return (self.last_day - self.first_day).days + 1

    @property
    def bounds(self) -> str:
        """Both days in Vietnamese: "từ ngày 01/07/2025 đến ngày 30/09/2025"; of a day "ngày 14/07/2025"."""
        if self.days == 1:
            return f"ngày {formats.day(self.first_day)}"
        return f"từ ngày {formats.day(self.first_day)} đến ngày {formats.day(self.last_day)}"

    @property
    def label(self) -> str:
        """Name in Vietnamese: "Quý III/2025", "Từ 01/07/2025 đến 26/11/2025"."""
        year, part = self.text[:4], self.text[5:].lstrip("WQH")
        match self.kind:
            case "day":
                name = f"Ngày {formats.day(self.first_day)}"
            case "week":
                name = f"Tuần {part}/{year}"
            case "month":
                name = f"Tháng {formats.month(int(part))}/{year}"
            case "quarter":
                name = f"Quý {_QUARTERS[int(part) - 1]}/{year}"
            case "half":
                name = f"6 tháng {'đầu' if part == '1' else 'cuối'} năm {year}"
            case "nine_months":
                name = f"9 tháng đầu năm {year}"
            case "year":
                name = f"Năm {year}"
            case _:
                name = f"Từ {formats.day(self.first_day)} đến {formats.day(self.last_day)}"
        return name + (" (theo kỳ chốt số liệu)" if self.cutoffs == "official" else "")

    @property
    def label_says_bounds(self) -> bool:
        """Whether the label names its days, so that ``bounds`` beside it would say them again."""
        return self.kind in ("day", "range")

    @property
    def within(self) -> str:
        """Name inside a sentence: "quý III/2025", "kỳ từ 01/07/2025 đến 26/11/2025"."""
        return f"{'kỳ ' if self.kind == 'range' else ''}{formats.lower_first(self.label)}"


def parse(text: str | int, cutoffs: str = "calendar") -> Period:
    """Read a period from its short text.

    Parameters
    ----------
    text : str or int
        One of the forms in ``FORMS``; papermill's command line turns ``2025`` into a number, so that is taken too.
    cutoffs : {"calendar", "official"}
        ``official`` moves months, quarters, half-years, nine months and years to the cut-offs of state reporting
        (15th to 14th; the year from 15 December). Days, weeks and ranges are always as written.

    Returns
    -------
    Period

    Raises
    ------
    UserError
        When the text is none of the forms or names a day that does not exist.

    Notes
    -----
    Cut-offs: current regulations on periodic state reporting (DOMAIN, §4).
    """
    if cutoffs not in CUTOFFS:
        raise UserError(f"Cut-offs '{cutoffs}' are unknown. Use one of: {', '.join(CUTOFFS)}.")
    clean = str(text).strip().upper()
    try:
        if not clean.isascii() or int(clean[:4]) not in _YEARS:
            raise ValueError("digits of another script, or no year of this system")
        kind, first, last = _bounds(clean)
        if last.year not in _YEARS:
            raise ValueError("the range ends too late")
    except ValueError as error:
        raise UserError(f"'{text}' is not a period. Accepted forms: {FORMS}.") from error
    if cutoffs == "calendar" or kind in ("day", "week", "range"):
        return Period(clean, kind, first, last)
    return Period(clean, kind, _cutoff(first, 15), _cutoff(last + timedelta(days=1), 14), "official")


def _bounds(text: str) -> tuple[Kind, date, date]:
    """Kind and inclusive calendar bounds; ValueError when the text is no period."""
    if re.fullmatch(rf"{_DAY}\.\.{_DAY}", text):
        first, last = (date.fromisoformat(part) for part in text.split(".."))
        if last < first:
            raise ValueError("the range ends before it starts")
        return "range", first, last
    if re.fullmatch(_DAY, text):
        day = date.fromisoformat(text)
        return "day", day, day
    if match := re.fullmatch(r"(\d{4})-W(\d{2})", text):
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return "week", monday, monday + timedelta(days=6)
    spans: tuple[tuple[str, Kind, int], ...] = (
        (r"(\d{4})-(\d{2})", "month", 1),
        (r"(\d{4})-Q([1-4])", "quarter", 3),
        (r"(\d{4})-H([12])", "half", 6),
        (r"(\d{4})-(9)M", "nine_months", 9),
        (r"(\d{4})()", "year", 12),
    )
    for pattern, kind, months in spans:
        if match := re.fullmatch(pattern, text):
            ordinal = 1 if kind in ("nine_months", "year") else int(match[2])
            first = date(int(match[1]), (ordinal - 1) * months + 1, 1)
            return kind, first, _add_months(first, months) - timedelta(days=1)
    raise ValueError("no known form")


def _add_months(first: date, months: int) -> date:
    """First day of the month that lies so many months away."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _cutoff(first_of_month: date, day: int) -> date:
    """The given day of the month before a first of the month."""
    return _add_months(first_of_month, -1).replace(day=day)


def previous(period: Period) -> Period:
    """The period of equal kind just before.

    Parameters
    ----------
    period : Period

    Returns
    -------
    Period
        The day, week, month, quarter, half-year or year before; for nine months those of the year before;
        for a range as many days immediately before it.
    """
    if period.kind in ("day", "range"):
        step = timedelta(days=period.days)
        first, last = period.first_day - step, period.last_day - step
        return parse(str(first) if period.kind == "day" else f"{first}..{last}")
    if period.kind == "week":
        iso = (period.first_day - timedelta(days=7)).isocalendar()
        return parse(f"{iso.year}-W{iso.week:02d}")
    year = int(period.text[:4])
    if period.kind in ("nine_months", "year"):
        return parse(f"{year - 1}{period.text[4:]}", period.cutoffs)
    mark = {"month": "", "quarter": "Q", "half": "H"}[period.kind]
    ordinal = int(period.text[5:].lstrip("QH")) - 1
    if ordinal == 0:
        year, ordinal = year - 1, {"month": 12, "quarter": 4, "half": 2}[period.kind]
    number = f"{ordinal:02d}" if period.kind == "month" else str(ordinal)
    return parse(f"{year}-{mark}{number}", period.cutoffs)


def year_before(period: Period) -> Period:
    """The same period of the year before.

    Parameters
    ----------
    period : Period

    Returns
    -------
    Period
        The same day, days, week, month, quarter, half-year or year; 28 February for 29 February, week 52 for week 53.
    """
    if period.kind in ("day", "range"):
        first, last = (_year_earlier(day) for day in (period.first_day, period.last_day))
        return parse(str(first) if period.kind == "day" else f"{first}..{last}")
    year, part = int(period.text[:4]) - 1, period.text[4:]
    if part == "-W53":
        part = "-W52"  # no two years in a row have 53 weeks
    return parse(f"{year}{part}", period.cutoffs)


def _year_earlier(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)
