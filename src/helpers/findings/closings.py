"""Dossiers that end together: at the period's end, just before they fall due, in one minute."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import formats, workdays
from helpers.findings import facts
from helpers.findings.rules import Found
from helpers.formats import decimal, number
from helpers.outcomes import Codes
from helpers.slices import CommuneSlice

Floats = npt.NDArray[np.float64]

LAST_DAYS: Final = 2
LAST_DAYS_TIMES: Final = 2
LAST_DAYS_SIGMAS: Final = 4
LAST_DAYS_OTHERS: Final = 10
LEAST_IN_BULK: Final = 20
_MAD_TO_SIGMA: Final = 1.4826  # of a normal variable


def before_period_end(part: CommuneSlice) -> Found | None:
    """Days of the period by the median: one busy day elsewhere does not hide the last ones."""
    works = _days_with_data(part)
    ended, day = facts.ended_on(part)
    others = np.bincount(day[ended], minlength=part.period.days)[works[:-LAST_DAYS]]
    usual = float(np.median(others))
    spread = max(_MAD_TO_SIGMA * float(np.median(np.abs(others - usual))), np.sqrt(usual), 1.0)
    chosen = ended & (day >= works[-LAST_DAYS])
    count, expected = int(chosen.sum()), usual * LAST_DAYS
    far = count >= expected + LAST_DAYS_SIGMAS * spread * np.sqrt(LAST_DAYS)
    if count < max(LEAST_IN_BULK, LAST_DAYS_TIMES * expected) or not far:
        return None
    first = formats.day(part.period.start + pd.Timedelta(days=int(works[-LAST_DAYS])))
    return Found(
        f"Từ ngày {first} đến hết kỳ ({LAST_DAYS} ngày làm việc cuối) có {number(count)} hồ sơ kết thúc, "
        f"{facts.share(count, int(ended.sum()), 'kết thúc trong kỳ')}; các ngày làm việc khác trong kỳ có trung vị "
        f"{decimal(usual, 1)} hồ sơ mỗi ngày. Cần kiểm tra các hồ sơ này đã có kết quả vào thời điểm ghi hay chưa.",
        chosen,
    )


def _days_with_data(part: CommuneSlice) -> Codes:
    """The working days of a period, from 0, since the data begin."""
    works = np.flatnonzero(facts.working_days(part.period))
    return works[works >= (part.data_from.normalize() - part.period.start).days]


def long_enough(part: CommuneSlice) -> bool:
    """Whether a period has other days enough to compare its last ones with."""
    return facts.any_ended(part) and len(_days_with_data(part)) >= LAST_DAYS + LAST_DAYS_OTHERS


DEADLINE_TIMES: Final = 3
DEADLINE_SHARE_PCT: Final = 5
DEADLINE_HOURS: Final = 3  # before the last one, to compare with


def before_deadline(part: CommuneSlice) -> Found | None:
    """Office hours left, of those promised a working day or more: what is due within hours always ends in the last."""
    places, left, _ = _office_hours(part, 1)
    last = (left >= 0) & (left < 1)
    before = int(((left >= 1) & (left < 1 + DEADLINE_HOURS)).sum())
    count, whole = int(last.sum()), len(places)
    enough = count >= LEAST_IN_BULK and 100 * count >= DEADLINE_SHARE_PCT * whole
    if not enough or count * DEADLINE_HOURS < DEADLINE_TIMES * before:
        return None
    return Found(
        f"Có {number(count)} hồ sơ kết thúc trong giờ làm việc cuối cùng trước hạn trả, "
        f"{facts.share(count, whole, 'đã giải quyết có ghi giờ và có hạn từ một ngày làm việc')}; "
        f"{DEADLINE_HOURS} giờ liền trước có {number(before)} hồ sơ. Cần kiểm tra thời điểm có kết quả thật của các hồ "
        "sơ này.",
        facts.at(part, places[last]),
    )


LAST_PART_PCT: Final = 5
LAST_PART_NEIGHBOURS: Final = 4  # so many parts of the same length before it, to compare with
LAST_PART_TIMES: Final = 5
LAST_PART_SHARE_PCT: Final = 15
LAST_PART_DAYS: Final = 2


def at_the_last_moment(part: CommuneSlice) -> Found | None:
    """Share of the promised office hours that was used up."""
    places, left, promised = _office_hours(part, LAST_PART_DAYS)
    used, step = 100 * (1 - left / promised), LAST_PART_PCT
    last = (used > 100 - step) & (used <= 100)
    before = int(((used > 100 - step * (1 + LAST_PART_NEIGHBOURS)) & (used <= 100 - step)).sum())
    count, whole = int(last.sum()), len(places)
    enough = count >= LEAST_IN_BULK and 100 * count >= LAST_PART_SHARE_PCT * whole
    if not enough or count * LAST_PART_NEIGHBOURS < LAST_PART_TIMES * before:
        return None
    return Found(
        f"Có {number(count)} hồ sơ kết thúc khi đã dùng từ {100 - step}% đến 100% thời hạn, "
        f"{facts.share(count, whole, f'đã giải quyết có hạn từ {LAST_PART_DAYS} ngày làm việc')}; khoảng từ "
        f"{100 - step * (1 + LAST_PART_NEIGHBOURS)}% đến {100 - step}% thời hạn, dài gấp {LAST_PART_NEIGHBOURS} lần, "
        f"chỉ có {number(before)} hồ sơ. Cần kiểm tra thời điểm có kết quả thật của các hồ sơ này.",
        facts.at(part, places[last]),
    )


def _office_hours(part: CommuneSlice, least_days: int) -> tuple[Codes, Floats, Floats]:
    """Positions of the resolved dossiers promised so many working days, office hours left at the end, and promised."""
    rows = part.classed
    received, due, ended = (rows[name].to_numpy() for name in ("received_at", "due_at", "ended_at"))
    timed = facts.ended_at_clock(part) & facts.has_clock(due) & ~rows["due_date_only"].to_numpy()
    # So many working days are more calendar days: few dossiers are left to be measured exactly.
    timed &= (due - received > np.timedelta64(least_days - 1, "D")) & (rows["outcome"] != "withdrawn").to_numpy()
    places = np.flatnonzero(timed)
    promised = workdays.hours(rows["received_at"].iloc[places], rows["due_at"].iloc[places])
    long = promised >= least_days * workdays.hours_of_day()
    places = places[long]
    left = workdays.hours(rows["ended_at"].iloc[places], rows["due_at"].iloc[places])
    # Late on the evening of the due day there were no hours left, but it was late.
    left[ended[places] > due[places]] = -1
    return places, left, promised[long]


def due_clock_recorded(part: CommuneSlice) -> bool:
    """Whether times of day are known both of ends and of due dates."""
    return facts.clock_recorded(part) and bool((part.classed["due_at"].notna() & ~part.classed["due_date_only"]).any())


SAME_MINUTE: Final = 10


def in_the_same_minute(part: CommuneSlice) -> Found | None:
    """Dossiers that ended in the same minute."""
    clocked = facts.ended_at_clock(part)
    minutes = part.classed["ended_at"].to_numpy()[clocked].astype("datetime64[m]").astype(np.int64)
    moments, place, counts = np.unique(minutes, return_inverse=True, return_counts=True)
    if counts.max() < SAME_MINUTE:
        return None
    many, most = counts >= SAME_MINUTE, int(counts.argmax())
    when = pd.Timestamp(int(moments[most]), unit="m")
    count = int(counts[many].sum())
    return Found(
        f"Có {number(many.sum())} thời điểm mà từ {SAME_MINUTE} hồ sơ trở lên cùng kết thúc trong một phút, gồm "
        f"{number(count)} hồ sơ, {facts.share(count, len(minutes), 'kết thúc có ghi giờ')}; nhiều nhất là "
        f"{number(counts[most])} hồ sơ lúc {when:%H:%M} ngày {formats.day(when)}. Cần kiểm tra việc kết thúc đồng "
        "loạt.",
        facts.at(part, np.flatnonzero(clocked)[many[place]]),
    )
