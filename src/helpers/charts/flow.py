"""Charts of a period's course."""

from typing import Any, Final

import numpy as np
import pandas as pd
from IPython.display import HTML
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers import formats, markup, narrative, trends
from helpers.charts.drawing import (
    ACCENT,
    BAR_TEXT,
    BELOW,
    EDGE,
    GAP,
    GRID,
    HEADING,
    LIGHT,
    MIDDLE,
    SOFT,
    bars,
    drawing,
    leave_room,
    name_series,
    room_left,
    write,
)  # fmt: skip
from helpers.slices import Slice
from helpers.tables.flow import STEPS, unknown

_HALF: Final = 0.375  # of a column's width, in steps


def flow(part: Slice) -> HTML:
    """Dossiers received and resolved over the period, as bars and a line.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        A note when the period is a single day, which has no course, or has no day of which the data tell.
    """
    if part.period.days == 1:
        return markup.note("Kỳ báo cáo chỉ có một ngày nên không vẽ diễn biến theo thời gian.")
    every = trends.step(part.period)
    steps = part.flows[every]
    places = trends.known(steps, *part.told).nonzero()[0]
    if not len(places):
        return markup.note(f"Diễn biến trong kỳ: {formats.NO_DATA}. {' '.join(unknown(part))}")
    flows = steps.iloc[places]
    with drawing(2.6) as (axes, svg):
        columns = np.column_stack([places - _HALF, np.zeros(len(places)), places + _HALF, flows["received"]])
        bars(axes, columns, LIGHT)
        axes.plot(places, flows["resolved"], color=ACCENT, linewidth=1.8, marker="o", markersize=2.5)
        name_series(axes, 0.12, "■ Tiếp nhận", BAR_TEXT)
        name_series(axes, 0.4, "● Đã giải quyết", ACCENT)
        levels = _across(axes, steps, every, part)
        leave_room(axes, room_left(levels), GAP + 9 + EDGE, HEADING)
    unit = {"D": "ngày", "W-SUN": "tuần (ghi ngày đầu tuần)", "M": "tháng"}[every]
    source = f"Số hồ sơ theo {unit}. Cột: tiếp nhận; đường: đã giải quyết.{_part_steps(flows, part)}"
    return markup.figure(
        svg[0], narrative.flow_finding(flows, every), " ".join([source, *unknown(part)]), STEPS[every][1]
    )


def backlog(part: Slice) -> HTML:
    """Dossiers pending at the end of every step of the period.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        Nothing for a single day, of which the key figures say it, or where ``flow`` has said that nothing is known.
    """
    every = trends.step(part.period)
    steps = part.flows[every]
    places = trends.known(steps, *part.told).nonzero()[0]
    if part.period.days == 1 or not len(places):
        return HTML("")
    flows = steps.iloc[places]
    with drawing(1.9) as (axes, svg):
        axes.fill_between(places, flows["pending"], color=LIGHT, alpha=0.6, linewidth=0)
        axes.plot(places, flows["pending"], color=ACCENT, linewidth=1.8)
        levels = _across(axes, steps, every, part)
        leave_room(axes, room_left(levels), GAP + 9 + EDGE, 2 * EDGE)
    unit = {"D": "mỗi ngày", "W-SUN": "mỗi tuần (ghi ngày đầu tuần)", "M": "mỗi tháng"}[every]
    source = f"Số hồ sơ đang giải quyết vào cuối {unit}; số nhiều nhất trong tiêu đề tính theo ngày."
    carried = _carried_over(part) if part.knows_carried_over else None
    daily = part.flows["D"]
    told = daily.loc[trends.known(daily, *part.told), "pending"]
    title = narrative.backlog_finding(told, carried, part.period)
    return markup.figure(svg[0], title, " ".join([source, *unknown(part)]), STEPS[every][1])


def _carried_over(part: Slice) -> int:
    return int(part.cube.loc[part.cube["intake"] == "carried_over", "dossiers"].sum())


def _across(axes: Axes, steps: pd.DataFrame, every: trends.Step, part: Slice) -> list[str]:
    """Lay the axes out from the first step to the last, with or without data; the levels."""
    axes.update_datalim([(0, 0), (len(steps) - 1, 0)])
    axes.autoscale_view()
    axes.set_ylim(bottom=0)
    for place in range(0, len(steps), max(1, len(steps) // 5)):
        label = _step_label(steps.index[place], every, part)
        write(axes, label, (place, 0), (0, BELOW - GAP), SOFT, "middle")
    return _levels(axes)


def _part_steps(flows: pd.DataFrame, part: Slice) -> str:
    """A warning where the period cuts the first or last step, so that a drop there is not read as one."""
    first, last = flows.index[0], flows.index[-1]
    cut = [
        name
        for name, is_cut in (
            ("đầu", first.start_time < part.period.start),
            ("cuối", last.end_time >= part.period.end),
        )
        if is_cut
    ]
    return f" Cột {' và cột '.join(cut)} không trọn vì kỳ báo cáo cắt ngang." if cut else ""


def _step_label(step: Any, every: trends.Step, part: Slice) -> str:
    """A month by its number; a day or week by its first day inside the period."""
    start = max(step.start_time, part.period.start)
    return f"{formats.month(start.month)}/{start.year}" if every == "M" else f"{start:%d/%m}"


def _levels(axes: Axes) -> list[str]:
    """Draw the levels of a count across the plot, with their numbers on the left; these."""
    low, high = axes.get_ylim()
    levels = [level for level in MaxNLocator(nbins=5, integer=True).tick_values(low, high) if low <= level <= high]
    axes.hlines(levels, 0, 1, transform=axes.get_yaxis_transform(), color=GRID, linewidth=0.8, zorder=0)
    numbers = [formats.number(level) for level in levels]
    for level, number in zip(levels, numbers, strict=True):
        write(axes, number, (0, level), (-GAP, MIDDLE), SOFT, "end", axes.get_yaxis_transform())
    return numbers
