"""Charts as small SVG drawings in one house style; text stays text, so that it is sharp, small and searchable."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from IPython.display import HTML
from matplotlib.axes import Axes
from matplotlib.figure import Figure
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
    "grid.color": "#e7ebef",
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.bottom": False,
    "ytick.left": False,
    "text.color": INK,
    "hatch.linewidth": 0.6,
}


@contextmanager
def drawing(height: float) -> Iterator[tuple[Axes, list[str]]]:
    """One axes in the house style; its SVG stands in the list when the block ends.

    Parameters
    ----------
    height : float
        Inches.

    Yields
    ------
    axes : Axes
    svg : list of str
        Empty in the block; one drawing after it.
    """
    drawn: list[str] = []
    # The figure never enters pyplot's state, so that nothing is left open and no two reports share one.
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        yield figure.subplots(), drawn
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
    flows = trends.flow(part.classed, part.period, every)
    places = range(len(flows))
    with drawing(2.6) as (axes, svg):
        axes.bar(places, flows["received"], color=LIGHT, width=0.75)
        axes.plot(places, flows["resolved"], color=ACCENT, linewidth=1.8, marker="o", markersize=2.5)
        _key(axes, 0.12, "■ Tiếp nhận", BAR_TEXT)
        _key(axes, 0.4, "● Đã giải quyết", ACCENT)
        ticks = list(places)[:: max(1, len(flows) // 6)]
        axes.set_xticks(ticks, [_step_label(flows.index[place], every, part) for place in ticks])
        axes.set_ylim(bottom=0)
        axes.grid(visible=False, axis="x")
        _numbers(axes)
    unit = {"D": "ngày", "W-SUN": "tuần (ghi ngày đầu tuần)", "M": "tháng"}[every]
    source = f"Số hồ sơ theo {unit}. Cột: tiếp nhận; đường: đã giải quyết.{_part_steps(flows, part)}"
    return markup.figure(svg[0], narrative.flow_finding(flows, every), source)


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
    labels = [reference.label("fields", code) for code in top.index]
    with drawing(0.7 + 0.32 * len(top)) as (axes, svg):
        axes.barh(labels, top["late"], color=LIGHT, height=0.65)
        for place, (late, pending) in enumerate(zip(top["late"], top["pending_overdue"], strict=True)):
            if pending:
                axes.barh(place, pending, left=late, color="#e9b3b0", edgecolor=ALARM, hatch="////", height=0.65)
            _value(axes, late + pending, place, " + ".join(formats.number(n) for n in (late, pending) if n))
        axes.margins(x=0.12)
        _key(axes, 0.02, "■ Đã giải quyết", BAR_TEXT)
        _key(axes, 0.36, "▨ Đang giải quyết, đã quá hạn", ALARM)
        _bars_only(axes)
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
    target = reference.target("online_rate", part.province_code, pd.Timestamp(part.period.last_day))
    labels = [reference.label("fields", code) for code in rows["field"]]
    with drawing(0.6 + 0.3 * len(rows)) as (axes, svg):
        sns.barplot(x=rows["value"].astype("float64").to_numpy(), y=labels, color=LIGHT, ax=axes, width=0.65)
        for place, row in enumerate(rows.to_dict("records")):
            _value(axes, float(row["value"]), place, formats.percent(row["numerator"], row["denominator"]))
        axes.set_xlim(0, 118)
        if target is not None:
            at = float(target["value_pct"])
            axes.axvline(at, color=SOFT, linestyle="--", linewidth=1)
            _above(axes, at, f"chỉ tiêu {formats.bound(at)}", SOFT)
        axes.invert_yaxis()
        _bars_only(axes)
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
    with drawing(2.2) as (axes, svg):
        sns.histplot(x=rows["value"].astype("float64"), bins=20, color=LIGHT, edgecolor="white", ax=axes)
        whole = indicators.one(part.computed, name)["value"]
        if whole is not None:
            axes.axvline(float(whole), color=ALARM, linewidth=1.2)
            _above(axes, float(whole), "toàn địa bàn", ALARM)
        axes.set(xlabel="", ylabel="")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{formats.decimal(value, 0)}%"))
        _numbers(axes)
    source = f"Số đơn vị theo mức: {formats.lower_first(indicators.get(name).label)}."
    return markup.figure(svg[0], narrative.spread_finding(rows, name), source)


def _numbers(axes: Axes) -> None:
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: formats.number(value)))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))


def _value(axes: Axes, end: float, place: float, text: str) -> None:
    """Write a bar's value just after its end."""
    axes.annotate(text, (end, place), xytext=(4, 0), textcoords="offset points", va="center", color=INK)


def _above(axes: Axes, place: float, text: str, color: str) -> None:
    """Name a vertical line above the plot."""
    axes.text(place, 1.02, text, color=color, ha="center", va="bottom", transform=axes.get_xaxis_transform())


def _key(axes: Axes, place: float, text: str, color: str) -> None:
    """Name a series above the plot in its colour and sign, so that no legend is needed."""
    axes.annotate(
        text, (place, 1.03), xycoords=("figure fraction", "axes fraction"), color=color, fontweight="bold", va="bottom"
    )


def _bars_only(axes: Axes) -> None:
    """Labelled bars need no scale."""
    axes.set(xlabel="", ylabel="")
    axes.grid(visible=False)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
