"""Charts as small SVG drawings in one house style; text stays text, so that it is sharp, small and searchable."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, Literal

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from IPython.display import HTML
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers import formats, indicators, markup, narrative, overdue, ranking, reference, trends
from helpers.slices import Slice

INK: Final = "#1b1f24"
SOFT: Final = "#57606a"
RULE: Final = "#d0d7de"
ACCENT: Final = "#0b5c7a"
LIGHT: Final = "#8fbccd"
BAR_TEXT: Final = "#3f7f96"  # the bars' colour, dark enough to read
ALARM: Final = "#a8201a"
GRID: Final = "#e7ebef"
_WIDTH: Final = 4.6  # inches: on a phone of 360 px the text keeps its size, at full width it is not yet large
_STYLE: Final[Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "tthc-reports",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": RULE,
    "axes.labelcolor": SOFT,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": GRID,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.bottom": False,
    "ytick.left": False,
    "text.color": INK,
    "hatch.linewidth": 0.6,
}
# Points.
_EDGE: Final = 3  # free around a drawing
_GAP: Final = 7  # between an axis and its labels
_HEADING: Final = 20  # room for texts above the plot
_LONGEST_LABEL: Final = 180  # holds the longest name in fields.csv


@contextmanager
def drawing(height: float, layout: Literal["constrained"] | None = None) -> Iterator[tuple[Axes, list[str]]]:
    """One axes in the house style; its SVG stands in the list when the block ends.

    Parameters
    ----------
    height : float
        Inches.
    layout : {"constrained"}, optional
        Let matplotlib find the room for its own axes labels. That lays out every text three times; the charts of a
        commune, drawn by the hundred, write their few labels themselves and know the room for them (``_place``).

    Yields
    ------
    axes : Axes
    svg : list of str
        Empty in the block; one drawing after it.
    """
    drawn: list[str] = []
    # The figure never enters pyplot's state, so that nothing is left open and no two reports share one.
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, height), layout=layout)
        axes = figure.add_subplot()
        if layout is None:
            axes.xaxis.set_visible(False)
            axes.yaxis.set_visible(False)
        yield axes, drawn
        drawn.append(_svg(figure))


def _svg(figure: Figure) -> str:
    """The figure as an SVG element for use inside a page: no prologue, no metadata, no addresses."""
    buffer = io.StringIO()
    # A metadata entry of None leaves the element out: no date, no creator.
    figure.savefig(
        buffer, format="svg", transparent=True, metadata=dict.fromkeys(["Date", "Creator", "Format", "Type"])
    )
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'\s+xmlns(:\w+)?="[^"]*"', "", text)
    text = text.replace("xlink:href", "href")
    # Two decimals are enough for a coordinate; only inside tags, for "1.979" between them is a Vietnamese number.
    text = re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\d\.\d{2})\d+", r"\1", tag[0]), text)
    return re.sub(r"\n\s*", "\n", text)


def flow(part: Slice) -> HTML:
    """Dossiers received and resolved over the period, as bars and a line.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        A note when the period is a single day, which has no course.
    """
    if part.period.days == 1:
        return markup.note("Kỳ báo cáo chỉ có một ngày nên không vẽ diễn biến theo thời gian.")
    every = trends.step(part.period)
    flows = trends.flow(part.daily, part.period, every)
    places = range(len(flows))
    with drawing(2.6) as (axes, svg):
        axes.bar(places, flows["received"], color=LIGHT, width=0.75)
        axes.plot(places, flows["resolved"], color=ACCENT, linewidth=1.8, marker="o", markersize=2.5)
        axes.set_ylim(bottom=0)
        _key(axes, 0.12, "■ Tiếp nhận", BAR_TEXT)
        _key(axes, 0.4, "● Đã giải quyết", ACCENT)
        levels = _levels(axes)
        for place in places[:: max(1, len(flows) // 6)]:
            label = _step_label(flows.index[place], every, part)
            _write(axes, label, (place, 0), (0, -_GAP), color=SOFT, ha="center", va="top")
        _place(axes, _left(levels), _GAP + 9 + _EDGE, _HEADING)
    unit = {"D": "ngày", "W-SUN": "tuần (ghi ngày đầu tuần)", "M": "tháng"}[every]
    source = f"Số hồ sơ theo {unit}. Cột: tiếp nhận; đường: đã giải quyết.{_part_steps(flows, part)}"
    return markup.figure(svg[0], narrative.flow_finding(flows, every), source)


def backlog(part: Slice) -> HTML:
    """Dossiers pending at the end of every step of the period.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        Nothing for a single day: the key figures say it.
    """
    if part.period.days == 1:
        return HTML("")
    every = trends.step(part.period)
    flows = trends.flow(part.daily, part.period, every)
    places = range(len(flows))
    with drawing(1.9) as (axes, svg):
        axes.fill_between(places, flows["pending"], color=LIGHT, alpha=0.6, linewidth=0)
        axes.plot(places, flows["pending"], color=ACCENT, linewidth=1.8)
        axes.set_ylim(bottom=0)
        levels = _levels(axes)
        for place in places[:: max(1, len(flows) // 6)]:
            label = _step_label(flows.index[place], every, part)
            _write(axes, label, (place, 0), (0, -_GAP), color=SOFT, ha="center", va="top")
        _place(axes, _left(levels), _GAP + 9 + _EDGE, 2 * _EDGE)
    unit = {"D": "mỗi ngày", "W-SUN": "mỗi tuần (ghi ngày đầu tuần)", "M": "mỗi tháng"}[every]
    source = f"Số hồ sơ đang giải quyết vào cuối {unit}; số nhiều nhất trong tiêu đề tính theo ngày."
    carried = _carried_over(part) if part.knows_carried_over else None
    daily = trends.flow(part.daily, part.period, "D")["pending"]
    return markup.figure(svg[0], narrative.backlog_finding(daily, carried), source)


def _carried_over(part: Slice) -> int:
    return int(part.cube.loc[part.cube["intake"] == "carried_over", "dossiers"].sum())


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
    labels = [_shortened(reference.label("fields", code)) for code in top.index]
    with drawing(0.7 + 0.32 * len(top)) as (axes, svg):
        axes.barh(range(len(top)), top["late"], color=LIGHT, height=0.65)
        pending = top["pending_overdue"].to_numpy()
        places, left = pending.nonzero()[0], top["late"].to_numpy()[pending > 0]
        axes.barh(places, pending[places], left=left, height=0.65, color="#e9b3b0", edgecolor=ALARM, hatch="////")
        _key(axes, 0.02, "■ Đã giải quyết", BAR_TEXT)
        _key(axes, 0.36, "▨ Đang giải quyết, đã quá hạn", ALARM)
        pairs = zip(top["late"], top["pending_overdue"], strict=True)
        values = [" + ".join(formats.number(n) for n in pair if n) for pair in pairs]
        _name_bars(axes, labels, top["total"].tolist(), values, 1.12 * top["total"].max())
        _place(axes, _left(labels), _EDGE, _HEADING)
    return markup.figure(svg[0], narrative.overdue_finding(rows), "Số hồ sơ quá hạn theo lĩnh vực.")


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
    labels = [_shortened(reference.label("fields", code)) for code in rows["field"]]
    with drawing(0.6 + 0.3 * len(rows)) as (axes, svg):
        ends = rows["value"].astype("float64").tolist()
        axes.barh(range(len(rows)), ends, color=LIGHT, height=0.65)
        if target is not None:
            at = float(target["value_pct"])
            axes.axvline(at, color=SOFT, linestyle="--", linewidth=1)
            _above(axes, at, f"chỉ tiêu {formats.bound(at)}", SOFT)
        shares = [formats.percent(a, b) for a, b in zip(rows["numerator"], rows["denominator"], strict=True)]
        _name_bars(axes, labels, ends, shares, 118)
        _place(axes, _left(labels), _EDGE, _EDGE if target is None else _HEADING)
    source = "Hồ sơ nộp trực tuyến trên hồ sơ tiếp nhận trong kỳ, theo lĩnh vực."
    return markup.figure(svg[0], narrative.online_finding(rows), source)


def spread(part: Slice, name: str) -> HTML:
    """How many communes of a province stand at which level of one rate.

    Parameters
    ----------
    part : Slice
        Of a province.
    name : str
        Indicator.

    Returns
    -------
    HTML
    """
    rows = ranking.ranked(part.peers.positions, name)
    if rows.empty:
        return HTML("")  # the ranking table says why
    with drawing(2.2, "constrained") as (axes, svg):
        sns.histplot(x=rows["value"].astype("float64"), bins=20, color=LIGHT, edgecolor="white", ax=axes)
        whole = indicators.one(part.computed, name)["value"]
        if whole is not None:
            axes.axvline(float(whole), color=ALARM, linewidth=1.2)
            _above(axes, float(whole), "toàn địa bàn", ALARM)
        axes.set(xlabel="", ylabel="")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{formats.decimal(value, 0)}%"))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: formats.number(value)))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    source = f"Số đơn vị theo mức: {formats.lower_first(indicators.get(name).label)}."
    return markup.figure(svg[0], narrative.spread_finding(rows, name), source)


def _levels(axes: Axes) -> list[str]:
    """Draw the levels of a count across the plot, with their numbers on the left; these."""
    low, high = axes.get_ylim()
    levels = [level for level in MaxNLocator(nbins=5, integer=True).tick_values(low, high) if low <= level <= high]
    axes.hlines(levels, 0, 1, transform=axes.get_yaxis_transform(), color=GRID, linewidth=0.8, zorder=0)
    numbers = [formats.number(level) for level in levels]
    for level, number in zip(levels, numbers, strict=True):
        _write(axes, number, (0, level), (-_GAP, 0), across=True, color=SOFT, ha="right", va="center")
    return numbers


def _name_bars(axes: Axes, labels: Sequence[str], ends: Sequence[float], values: Sequence[str], longest: float) -> None:
    """Name each bar on its left and write its value just after its end.

    The plot spans ``longest``, or more where a value would not fit.
    """
    room = 72 * _WIDTH - _EDGE - _left(labels)
    spans = [end * room / (room - 4 - _width(value)) for end, value in zip(ends, values, strict=True)]
    axes.set(xlim=(0, max(longest, *spans)), ylim=(-0.6, len(ends) - 0.4))
    for place, (label, end, value) in enumerate(zip(labels, ends, values, strict=True)):
        _write(axes, label, (0, place), (-_GAP, 0), color=SOFT, ha="right", va="center")
        _write(axes, value, (end, place), (4, 0), color=INK, va="center")
    axes.spines["bottom"].set_visible(False)


def _shortened(label: str) -> str:
    """A label that leaves room for the bars: an export may write a whole sentence for a field."""
    longest = next((end for end in range(len(label), 0, -1) if _width(label[:end]) <= _LONGEST_LABEL), 1)
    return label if longest == len(label) else f"{label[:longest].rstrip()}…"


def _left(labels: Iterable[str]) -> float:
    """Room that labels to the left of the plot take, in points."""
    return _EDGE + max(map(_width, labels)) + _GAP


def _place(axes: Axes, left: float, below: float, above: float) -> None:
    """Leave so many points free around the plot for the texts there."""
    whole, points = axes.figure.bbox, axes.figure.dpi / 72
    width, height = whole.width / points, whole.height / points
    axes.set_position((left / width, below / height, 1 - (left + _EDGE) / width, 1 - (below + above) / height))


@lru_cache(maxsize=1024)
def _width(text: str) -> float:
    """Width of a label in points."""
    font = FontProperties(family=_STYLE["font.family"], size=_STYLE["font.size"])
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def _write(
    axes: Axes, text: str, at: tuple[float, float], offset: tuple[float, float], across: bool = False, **style: Any
) -> None:
    """Write a text so many points beside a place of the plot; ``across``: x is a fraction of the plot's width."""
    coordinates = axes.get_yaxis_transform() if across else "data"
    axes.annotate(
        text, at, xytext=offset, xycoords=coordinates, textcoords="offset points", annotation_clip=False,
        parse_math=False, **style,
    )  # fmt: skip


def _above(axes: Axes, place: float, text: str, color: str) -> None:
    """Name a vertical line above the plot."""
    axes.text(place, 1.02, text, color=color, ha="center", va="bottom", transform=axes.get_xaxis_transform())


def _key(axes: Axes, place: float, text: str, color: str) -> None:
    """Name a series above the plot in its colour and sign, so that no legend is needed."""
    axes.annotate(
        text, (place, 1.03), xycoords=("figure fraction", "axes fraction"), color=color, fontweight="bold", va="bottom"
    )
