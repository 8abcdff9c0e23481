"""Charts by field."""

from collections.abc import Sequence
from typing import Final

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
    SOFT,
    WIDTH,
    drawing,
    leave_room,
    name_line,
    name_series,
    room_left,
    shortened,
    text_width,
    write,
)  # fmt: skip
from helpers.slices import Slice

_OVERDUE: Final = "Hồ sơ quá hạn theo lĩnh vực"  # caption of the table
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
        axes.barh(range(len(top)), top["late"], color=LIGHT, height=0.65)
        pending = top["pending_overdue"].to_numpy()
        places, left = pending.nonzero()[0], top["late"].to_numpy()[pending > 0]
        axes.barh(places, pending[places], left=left, height=0.65, color=ALARM_BAR, edgecolor=ALARM, hatch="////")
        if top["late"].any():
            name_series(axes, 0.02, "■ Đã giải quyết", BAR_TEXT)
        if pending.any():
            name_series(axes, 0.36 if top["late"].any() else 0.02, "▨ Đang giải quyết, đã quá hạn", ALARM)
        pairs = zip(top["late"], top["pending_overdue"], strict=True)
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
        ends = rows["value"].astype("float64").tolist()
        axes.barh(range(len(rows)), ends, color=LIGHT, height=0.65)
        if target is not None:
            at = float(target["value_pct"])
            axes.axvline(at, color=SOFT, linestyle="--", linewidth=1)
            name_line(axes, at, f"chỉ tiêu {formats.bound(at)}", SOFT)
        shares = [formats.percent(a, b) for a, b in zip(rows["numerator"], rows["denominator"], strict=True)]
        _name_bars(axes, labels, ends, shares, 118)
        leave_room(axes, room_left(labels), EDGE, EDGE if target is None else HEADING)
    source = "Hồ sơ nộp trực tuyến trên hồ sơ tiếp nhận trong kỳ, theo lĩnh vực."
    return markup.figure(svg[0], narrative.online_finding(rows), source, "Tỷ lệ theo lĩnh vực")


def _name_bars(axes: Axes, labels: Sequence[str], ends: Sequence[float], values: Sequence[str], longest: float) -> None:
    """Name each bar on its left and write its value just after its end.

    The plot spans ``longest``, or more where a value would not fit.
    """
    room = 72 * WIDTH - EDGE - room_left(labels)
    spans = [end * room / (room - 4 - text_width(value)) for end, value in zip(ends, values, strict=True)]
    axes.set(xlim=(0, max(longest, *spans)), ylim=(-0.6, len(ends) - 0.4))
    for place, (label, end, value) in enumerate(zip(labels, ends, values, strict=True)):
        write(axes, label, (0, place), (-GAP, 0), color=SOFT, ha="right", va="center")
        write(axes, value, (end, place), (4, 0), color=INK, va="center")
    axes.spines["bottom"].set_visible(False)
