"""The units of an area by size and rate, in the funnel of what chance explains."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from IPython.display import HTML
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers import formats, indicators, markup, narrative, ranking
from helpers.areas import Area
from helpers.charts.drawing import (
    ACCENT,
    ALARM,
    BAND,
    BAR_TEXT,
    BELOW,
    EDGE,
    GAP,
    GRID,
    LIGHT,
    LINE,
    MIDDLE,
    MOST_DRAWN,
    SOFT,
    WIDTH,
    drawing,
    in_points,
    leave_room,
    numbers,
    points_of,
    room_left,
    shortened,
    text_width,
    write,
)  # fmt: skip
from helpers.charts.labels import FOOT, KEY_LINE, Entry, Frame, Sign, draw_key, key_rows, label, short_names
from helpers.charts.layout import Floats
from helpers.funnel import LEAST_UNITS, Funnel, fit, limits

_PLOT: Final = 190  # points: height of the plot
_NAMED: Final = 8  # units at the most
_MARGIN: Final = 0.07  # of the plot, free above and below the units
_SIZES: Final = [first * 10**zeros for zeros in range(8) for first in (1, 2, 5)]
_FEW: Final = 7  # sizes have room beside one another
_REACH: Final = 3.5  # of a sign, in points
_BAND: Final[Sign] = {"marker": "s", "s": 60, "color": BAND, "linewidth": 0}
_WHOLE: Final[Sign] = {"marker": "_", "s": 90, "color": ACCENT, "linewidth": 1.2}
# Units on either side of the funnel differ in shape too.
_LIKE: Final[Sign] = {"marker": "o", "s": 16, "facecolor": LIGHT, "edgecolor": BAR_TEXT, "linewidth": 0.7}
_BAD: Final[Sign] = {"marker": "s", "s": 26, "facecolor": "white", "edgecolor": ALARM, "linewidth": 1.6}
_GOOD: Final[Sign] = {"marker": "^", "s": 36, "facecolor": ACCENT, "edgecolor": ACCENT, "linewidth": 0.7}


def funnel(area: Area, name: str) -> HTML:
    """Every unit by its size and one rate, and the limits within which units of a size differ by chance.

    Parameters
    ----------
    area : Area
    name : str
        An indicator with a good direction.

    Returns
    -------
    HTML
        A note when too few units can be compared; nothing where units are not ranked, which the ranking says, or of
        more than ``MOST_DRAWN``.
    """
    rows, indicator = ranking.ranked(area.positions, name), indicators.get(name)
    if area.positions.empty or len(rows) > MOST_DRAWN:
        return HTML("")  # the ranking has said why; the tables have them
    if len(rows) < LEAST_UNITS or indicator.denominator is None:
        return markup.note(
            f"{indicator.label}: {formats.number(len(rows))} đơn vị có số liệu; ít hơn {LEAST_UNITS} đơn vị thì không "
            "xét giới hạn dao động chung."
        )
    common = fit(*_counts(rows))
    rows = rows.assign(side=_sides(rows, common))
    signs = {"": _LIKE, "low": _BAD, "high": _GOOD}
    if indicator.better == "lower":
        signs |= {"low": _GOOD, "high": _BAD}
    key = key_rows(_entries(rows, signs))
    below, above = 2 * LINE + GAP + EDGE, KEY_LINE * len(key) + 2 * EDGE
    with drawing((below + _PLOT + above) / 72) as (axes, svg):
        _draw(axes, rows, common, signs)
        left = room_left(_levels(axes))
        leave_room(axes, left, below, above)
        _sizes(axes, f"{formats.upper_first(indicator.denominator.label)} (thang logarit)")
        draw_key(axes, key, below + _PLOT + above)
        _name(axes, rows, indicator.better, Frame(left, below, 72 * WIDTH - EDGE, below + _PLOT))
    source = (
        f"Mỗi dấu là một đơn vị: ngang là số {indicator.denominator.label}, dọc là "
        f"{formats.lower_first(indicator.label)}. Đơn vị ít hồ sơ thì tỷ lệ dao động nhiều hơn do ngẫu nhiên; giới hạn "
        "tính đến điều đó và mức khác nhau sẵn có giữa các đơn vị."
    )
    return markup.figure(svg[0], narrative.funnel_finding(rows, name), source, "Số liệu chính của từng đơn vị")


def _counts(rows: pd.DataFrame) -> tuple[Floats, Floats]:
    return rows["numerator"].to_numpy(dtype=np.float64), rows["denominator"].to_numpy(dtype=np.float64)


def _sides(rows: pd.DataFrame, common: Funnel) -> list[str]:
    """On which side of the funnel each unit lies outside: "low", "high", or "" within."""
    numerators, denominators = _counts(rows)
    lower, upper = limits(common, denominators)
    shares = numerators / denominators
    return [str(side) for side in np.select([shares < lower, shares > upper], ["low", "high"], "")]


def _entries(rows: pd.DataFrame, signs: Mapping[str, Sign]) -> list[Entry]:
    """What the key of a funnel says."""
    numerators, denominators = _counts(rows)
    entries = [
        Entry(_WHOLE, f"chung {formats.percent(numerators.sum(), denominators.sum())}"),
        Entry(_BAND, "giới hạn dao động chung"),
        Entry(_LIKE, "đơn vị trong giới hạn"),
    ]
    for side, words in (("low", "thấp hơn giới hạn"), ("high", "cao hơn giới hạn")):
        count = int((rows["side"] == side).sum())
        entries += [Entry(signs[side], f"{words} ({formats.number(count)})")] if count else []
    return entries


def _draw(axes: Axes, rows: pd.DataFrame, common: Funnel, signs: Mapping[str, Sign]) -> None:
    """The funnel, and the units in it and beside it."""
    numerators, denominators = _counts(rows)
    rates, sizes = 100 * numerators / denominators, np.geomspace(denominators.min() / 1.2, denominators.max() * 1.2)
    lower, upper = (100 * limit for limit in limits(common, sizes))
    low, high = min(rates.min(), lower[-1]), max(rates.max(), upper[-1])
    margin = max(_MARGIN * (high - low), 0.1)
    axes.set(xscale="log", xlim=(sizes[0], sizes[-1]), ylim=(low - margin, high + margin))
    axes.fill_between(sizes, lower, upper, color=_BAND["color"], linewidth=0)
    axes.axhline(100 * common.rate, color=_WHOLE["color"], linewidth=1.2)
    for side, sign in signs.items():
        own = (rows["side"] == side).to_numpy()
        axes.scatter(denominators[own], rates[own], zorder=3, **sign)


def _levels(axes: Axes) -> list[str]:
    """Draw the levels of a rate across the plot, with their numbers on the left; these."""
    low, high = axes.get_ylim()
    levels = [
        each
        for each in MaxNLocator(nbins=5, steps=[1, 2, 5, 10]).tick_values(low, high)
        if max(low, 0) <= each <= min(high, 100)
    ]
    axes.hlines(levels, 0, 1, transform=axes.get_yaxis_transform(), color=GRID, linewidth=0.8, zorder=1.2)
    texts = [f"{each}%" for each in numbers(levels)]
    for level, text in zip(levels, texts, strict=True):
        write(axes, text, (0, level), (-GAP, MIDDLE), SOFT, "end", axes.get_yaxis_transform())
    return texts


def _sizes(axes: Axes, title: str) -> None:
    """Write sizes below the plot, and what is counted."""
    (least, most), foot = axes.get_xlim(), axes.get_ylim()[0]
    sizes = [size for size in _SIZES if least <= size <= most]
    if len(sizes) > _FEW:
        sizes = [size for size in sizes if str(size).startswith("1")]
    places = points_of(axes, sizes, [foot] * len(sizes))[:, 0]
    for size, place in zip(sizes, places, strict=True):
        text = formats.number(size)
        if place + text_width(text) / 2 <= 72 * WIDTH - EDGE:
            write(axes, text, (size, foot), (0, BELOW - GAP), SOFT, "middle")
    title = shortened(title, 72 * WIDTH - 2 * EDGE)
    write(axes, title, (36 * WIDTH, EDGE + FOOT), (0, 0), SOFT, "middle", in_points(axes))


def _name(axes: Axes, rows: pd.DataFrame, better: str, frame: Frame) -> None:
    """Name the units outside: the worst first, then the best."""
    sides, names = rows["side"].to_numpy(), short_names(rows.iloc[:, 0])
    bad, good = ("low", "high") if better == "higher" else ("high", "low")
    outside = [*np.flatnonzero(sides == bad)[::-1], *np.flatnonzero(sides == good)][:_NAMED]
    dots = points_of(axes, rows["denominator"], rows["value"])
    label(axes, [(place, names[place]) for place in outside], dots, np.full(len(dots), _REACH), frame)
