"""Charts by field."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from IPython.display import HTML
from matplotlib.axes import Axes

from helpers import formats, indicators, markup, narrative, overdue, reference
from helpers.charts.drawing import (
    ALARM,
    ALARM_BAR,
    BAR_TEXT,
    EDGE,
    GAP,
    HEADING,
    INK,
    LIGHT,
    MIDDLE,
    SOFT,
    WIDTH,
    bars,
    drawing,
    leave_room,
    name_line,
    name_series,
    room_left,
    shortened,
    text_width,
    write,
)  # fmt: skip
from helpers.charts.layout import Floats
from helpers.slices import Slice

_OVERDUE: Final = "Hồ sơ quá hạn theo lĩnh vực"  # caption of the table
_HALF: Final = 0.325  # of a bar's width, in rows
_LONGEST_LABEL: Final = 145  # points; holds all names in fields.csv but one


def overdue_by_field(part: Slice) -> HTML:
    """Overdue dossiers by field: resolved late and still pending, apart.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        Nothing to draw when there is no overdue dossier: the section's sentence has said so.
    """
    rows = overdue.by_key(part.overdue, "field")
    if rows.empty:
        return HTML("")
    top = rows.head(10).iloc[::-1]
    labels = [shortened(reference.label("fields", code), _LONGEST_LABEL) for code in top.index]
    with drawing(0.7 + 0.32 * len(top)) as (axes, svg):
        late, pending = top["late"].to_numpy(), top["pending_overdue"].to_numpy()
        if late.any():
            bars(axes, _rows(0 * late, late), LIGHT)
            name_series(axes, 0.02, "■ Đã giải quyết", BAR_TEXT)
        if pending.any():
            stacked = _rows(late, late + pending)[pending > 0]
            bars(axes, stacked, ALARM_BAR, ALARM, "////")
            name_series(axes, 0.36 if late.any() else 0.02, "▨ Đang giải quyết, đã quá hạn", ALARM)
        pairs = zip(late.tolist(), pending.tolist(), strict=True)
        values = [" + ".join(formats.number(n) for n in pair if n) for pair in pairs]
        _name_bars(axes, labels, top["total"].tolist(), values, 1.12 * top["total"].max())
        leave_room(axes, room_left(labels), EDGE, HEADING)
    return markup.figure(svg[0], narrative.overdue_finding(rows), "Số hồ sơ quá hạn theo lĩnh vực.", _OVERDUE)


def online_by_field(part: Slice) -> HTML:
    """Share of dossiers filed online in every field, with the city's target as a line.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    computed = indicators.compute(part.cube, ["field"])
    rows = computed[(computed["indicator"] == "online_rate") & computed["value"].notna()]
    if rows.empty:
        return markup.note(f"Tỷ lệ trực tuyến theo lĩnh vực: {formats.NO_DATA} về kênh nộp hồ sơ.")
    rows = rows.sort_values("value", kind="stable").tail(12)
    target = reference.target("online_rate", part.units, pd.Timestamp(part.period.last_day))
    labels = [shortened(reference.label("fields", code), _LONGEST_LABEL) for code in rows["field"]]
    with drawing(0.6 + 0.3 * len(rows)) as (axes, svg):
        ends = rows["value"].to_numpy(dtype=np.float64)
        bars(axes, _rows(0 * ends, ends), LIGHT)
        if target is not None:
            at = float(target["value_pct"])
            axes.axvline(at, color=SOFT, linestyle="--", linewidth=1)
            name_line(axes, at, f"chỉ tiêu {formats.bound(at)}", SOFT)
        shares = [formats.percent(a, b) for a, b in zip(rows["numerator"], rows["denominator"], strict=True)]
        _name_bars(axes, labels, ends.tolist(), shares, 118)
        leave_room(axes, room_left(labels), EDGE, EDGE if target is None else HEADING)
    source = "Hồ sơ nộp trực tuyến trên hồ sơ tiếp nhận trong kỳ, theo lĩnh vực."
    return markup.figure(svg[0], narrative.online_finding(rows), source, "Tỷ lệ theo lĩnh vực")


def _rows(starts: npt.NDArray[Any], ends: npt.NDArray[Any]) -> Floats:
    """Bars one above the other, as ``bars`` takes them."""
    places = np.arange(len(starts))
    return np.column_stack([starts, places - _HALF, ends, places + _HALF])


def _name_bars(axes: Axes, labels: Sequence[str], ends: Sequence[float], values: Sequence[str], longest: float) -> None:
    """Name each bar on its left and write its value just after its end.

    The plot spans ``longest``, or more where a value would not fit.
    """
    room = 72 * WIDTH - EDGE - room_left(labels)
    spans = [end * room / (room - 4 - text_width(value)) for end, value in zip(ends, values, strict=True)]
    axes.set(xlim=(0, max(longest, *spans)), ylim=(-0.6, len(ends) - 0.4))
    for place, (label, end, value) in enumerate(zip(labels, ends, values, strict=True)):
        write(axes, label, (0, place), (-GAP, MIDDLE), SOFT, "end")
        write(axes, value, (end, place), (4, MIDDLE), INK)
    axes.spines["bottom"].set_visible(False)
