"""Sentences on how fast dossiers come and go."""

import numpy as np
import numpy.typing as npt

from helpers import durations, formats, trends
from helpers.formats import decimal, number, percent
from helpers.slices import CommuneSlice


def busiest(part: CommuneSlice) -> str:
    """When most dossiers come in, as one sentence; empty when the export gives no times of day."""
    counts = trends.by_hour(part.classed)
    total = int(counts.to_numpy().sum())
    if not total:
        return ""
    day, hour = (_one_most(counts.sum(axis=axis).to_numpy()) for axis in (1, 0))
    clauses = [
        f"đến nhiều nhất vào {formats.WEEKDAYS[day]} ({percent(counts.to_numpy()[day].sum(), total)})"
        if day is not None
        else "",
        f"đông nhất từ {hour} đến {hour + 1} giờ ({percent(counts.to_numpy()[:, hour].sum(), total)})"
        if hour is not None
        else "",
    ]
    return f"Hồ sơ {'; '.join(filter(None, clauses))}." if any(clauses) else ""


def _one_most(counts: npt.NDArray[np.int64]) -> int | None:
    """Where the one highest count stands, of several that are not 0; None when it shares its place."""
    most = np.flatnonzero(counts == counts.max())
    return int(most[0]) if len(most) == 1 and np.count_nonzero(counts) > 1 else None


def processing(part: CommuneSlice) -> str:
    """How long a dossier takes, as one sentence."""
    times = durations.whole(part.durations)
    if not times["dossiers"]:
        return "Trong kỳ không có hồ sơ đã giải quyết để tính thời gian."
    promised = (
        f"thời gian hẹn trả có trung vị là {decimal(times['promised'], 1)} giờ (trên {number(times['with_due'])} hồ sơ)"
        if times["with_due"]
        else "không có hồ sơ nào ghi hạn trả để so"
    )
    if times["dossiers"] == 1:
        return f"Hồ sơ duy nhất được giải quyết trong {decimal(times['median'], 1)} giờ làm việc; {promised}."
    return (
        f"Một nửa trong {number(times['dossiers'])} hồ sơ được giải quyết trong không quá "
        f"{decimal(times['median'], 1)} giờ làm việc, 90% không quá {decimal(times['p90'], 1)} giờ; {promised}."
    )
