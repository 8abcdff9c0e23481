"""Fields of a unit: all of one late, more or fewer dossiers than before."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import cube, reference, slices, workdays
from helpers.findings import facts
from helpers.findings.rules import Found
from helpers.formats import number
from helpers.outcomes import Codes
from helpers.slices import CommuneSlice

Names = npt.NDArray[np.object_]

LEAST_ALL_LATE: Final = 3
_LATE: Final = ["late", "pending_overdue"]


def all_late(part: CommuneSlice) -> Found | None:
    """By the cube; a field of few dossiers counts too."""
    fields, dossiers = part.cube["field"].to_numpy(dtype=object), part.cube["dossiers"].to_numpy()
    of_kind = (part.cube["outcome"].isin(kind).to_numpy() for kind in (_LATE, ["early", "on_time"]))
    names, (late, fine) = _by_field(fields, *(dossiers * cells for cells in of_kind))
    found = (late >= LEAST_ALL_LATE) & (fine == 0) & (names != cube.UNKNOWN)
    if not found.any():
        return None
    told = "; ".join(
        f"{reference.label('fields', code)} ({number(count)}/{number(count)} hồ sơ)"
        for code, count in zip(names[found], late[found], strict=True)
    )
    overdue = part.classed["outcome"].isin(_LATE)
    return Found(
        f"Tất cả hồ sơ đã đến hạn đều quá hạn ở {number(found.sum())} lĩnh vực: {told}. Cần kiểm tra nguyên nhân "
        "chung.",
        (overdue & part.classed["field"].isin(names[found])).to_numpy(),
    )


CHANGE_TIMES: Final = 1.5
CHANGE_LEAST: Final = 30
CHANGE_SIGMAS: Final = 3
_WEEK: Final = 5  # working days
CHANGE_DISPERSION: Final = 4  # variance of a field's intake against that of a Poisson count


def changed(part: CommuneSlice) -> Found | None:
    """Received now against before, per working day: the variance of the difference under one common rate."""
    assert part.previous_cube is not None, "checkable"
    cubes = [part.cube, part.previous_cube]
    fields = np.concatenate([each["field"].to_numpy(dtype=object) for each in cubes])
    received = np.concatenate(
        [each["dossiers"].to_numpy() * (each["intake"] == "received").to_numpy() for each in cubes]
    )
    is_now = np.arange(len(fields)) < len(part.cube)
    names, (now, before) = _by_field(fields, received * is_now, received * ~is_now)
    days = _working_days(part)
    scale = days[0] / days[1]
    expected = scale * before
    noise = CHANGE_SIGMAS * np.sqrt(CHANGE_DISPERSION * scale * (now + before))
    more, less = np.maximum(now, expected), np.minimum(now, expected)
    far = (more >= CHANGE_LEAST) & (more >= CHANGE_TIMES * less) & (more - less > noise) & (names != cube.UNKNOWN)
    if not far.any():
        return None
    told = "; ".join(
        f"{reference.label('fields', code)} {number(count)} hồ sơ, kỳ trước {number(earlier)}"
        for code, count, earlier in zip(names[far], now[far], before[far], strict=True)
    )
    return Found(
        f"Số hồ sơ tiếp nhận thay đổi đột ngột ở {number(far.sum())} lĩnh vực: {told} (kỳ này {number(days[0])} ngày "
        f"làm việc, kỳ trước {number(days[1])}). Cần kiểm tra nguyên nhân và việc cập nhật đủ hồ sơ.",
        facts.none(part),
    )


def comparable(part: CommuneSlice) -> bool:
    """Whether the data fill both periods, and these are long enough: a Monday is no measure for a Sunday."""
    reaches = slices.reaches_end(part.data_to, part.period)
    return part.previous_cube is not None and reaches and min(_working_days(part)) >= _WEEK


def _working_days(part: CommuneSlice) -> tuple[int, int]:
    """Working days of the period and of the one before."""
    now, before = (workdays.within(each.first_day, each.last_day) for each in (part.period, part.previous_period))
    return now, before


def _by_field(fields: Names, *counts: Codes) -> tuple[Names, list[Codes]]:
    """The fields of a cube's cells, each once, and some counts of the cells summed in each."""
    codes, names = pd.factorize(fields, sort=True)
    return names, [np.bincount(codes, count, len(names)).astype(np.int64) for count in counts]
