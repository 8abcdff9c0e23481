"""Moments at which no dossier should end: before it came in, on days off, at night."""

from typing import Final

import numpy as np

from helpers.findings import facts
from helpers.findings.rules import Found
from helpers.formats import number
from helpers.slices import CommuneSlice

CLOCK_SKEW_SECONDS: Final = 60


def before_received(part: CommuneSlice) -> Found | None:
    """By the day where either is a date without a time; clocks of two servers may differ by seconds."""
    rows, ended = part.classed, facts.ended(part)
    received, end = rows["received_at"].to_numpy(), rows["ended_at"].to_numpy()
    clocks = facts.ended_at_clock(part) & facts.has_clock(received) & ~rows["received_date_only"].to_numpy()
    by_clock = end < received - np.timedelta64(CLOCK_SKEW_SECONDS, "s")
    by_day = end.astype("datetime64[D]") < received.astype("datetime64[D]")
    chosen = ended & np.where(clocks, by_clock, by_day)
    count = int(chosen.sum())
    if not count:
        return None
    return Found(
        f"Có {number(count)} hồ sơ ghi thời điểm kết thúc trước thời điểm tiếp nhận, "
        f"{facts.share(count, int(ended.sum()), 'đã kết thúc')}. Cần kiểm tra việc cập nhật trên hệ thống.",
        chosen,
    )


LEAST_OFF: Final = 3


def on_days_off(part: CommuneSlice) -> Found | None:
    """By the table of holidays, and of Saturdays worked instead."""
    ended, day = facts.ended_on(part)
    off = np.zeros(len(day), dtype=bool)
    off[ended] = ~facts.working_days(part.period)[day[ended]]
    count = int(off.sum())
    if count < LEAST_OFF:
        return None
    return Found(
        f"Có {number(count)} hồ sơ kết thúc vào ngày nghỉ (thứ Bảy, Chủ nhật, ngày lễ, trừ ngày làm bù), "
        f"{facts.share(count, int(ended.sum()), 'kết thúc trong kỳ')}, trong {number(len(np.unique(day[off])))} ngày. "
        "Cần kiểm tra có lịch làm việc ngoài giờ hoặc việc cập nhật sau hay không.",
        off,
    )


MORNING: Final = 6
EVENING: Final = 20


def at_night(part: CommuneSlice) -> Found | None:
    """By the clock, of those whose time of day is known."""
    clocked, times = facts.ended_at_clock(part), part.classed["ended_at"].to_numpy()
    since_midnight = times - times.astype("datetime64[D]")
    night = (since_midnight < np.timedelta64(MORNING, "h")) | (since_midnight >= np.timedelta64(EVENING, "h"))
    chosen = clocked & night
    count = int(chosen.sum())
    if count < LEAST_OFF:
        return None
    return Found(
        f"Có {number(count)} hồ sơ kết thúc trước {MORNING} giờ hoặc từ {EVENING} giờ trở đi, "
        f"{facts.share(count, int(clocked.sum()), 'kết thúc có ghi giờ')}. "
        "Cần kiểm tra người thực hiện và giờ của hệ thống.",
        chosen,
    )
