"""Sentences on how fast dossiers come and go."""

from typing import Final

from helpers import durations, trends
from helpers.formats import decimal, number, percent
from helpers.slices import Slice

_WEEKDAYS: Final = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def busiest(part: Slice) -> str:
    """When most dossiers come in, as one sentence; empty when the export gives no times of day."""
    counts = trends.by_hour(part.classed)
    total = int(counts.to_numpy().sum())
    if not total:
        return ""
    days, hours = counts.sum(axis=1), counts.sum()
    day, hour = int(days.to_numpy().argmax()), int(hours.to_numpy().argmax())
    return (
        f"Hồ sơ đến nhiều nhất vào {_WEEKDAYS[day]} ({percent(int(days.max()), total)}); giờ đông nhất là từ {hour} "
        f"đến {hour + 1} giờ ({percent(int(hours.max()), total)})."
    )


def processing(part: Slice) -> str:
    """How long a dossier takes, as one sentence."""
    times = durations.whole(part.durations)
    if not times["dossiers"]:
        return "Trong kỳ không có hồ sơ đã giải quyết để tính thời gian."
    promised = (
        f"trung vị thời gian hẹn trả là {decimal(times['promised'], 1)} giờ"
        if times["with_due"]
        else "không có hồ sơ nào ghi hạn trả để so"
    )
    return (
        f"Một nửa trong {number(times['dossiers'])} hồ sơ được giải quyết trong không quá "
        f"{decimal(times['median'], 1)} giờ làm việc, 90% không quá {decimal(times['p90'], 1)} giờ; {promised}."
    )
