"""How the charts of a page are read off their SVG, and compared with what the dossiers give."""

import math
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

from bs4 import Tag

LEGENDS = ("■", "▨", "●")
BAR = "fill: var(--bar)"
GRID = re.compile(r"stroke: var\(--grid\)")
LINE = re.compile(r"fill: none; stroke: var\(--accent\)")
TICK = re.compile(r"[\d.]+%?")
ROUND = re.compile(r"[125][0.]*")  # as the ticks of a logarithmic axis are
# In the legend of a map: 97–98, under 97 or from 98; beside a dot: the unit, a capital first, and its rate.
SHADE = re.compile(r"([\d,]+)–([\d,]+)|dưới ([\d,]+)%|từ ([\d,]+)%")
RATED = re.compile(r"([^a-z][^:]+) (\d+,\d+%)")
DOT = re.compile(r"fill: var\(--dot-(\d)\)")


def text_of(element: Tag) -> str:
    """The text of an element, blanks as one."""
    return " ".join(element.get_text().split())


def _numbers(outline: str) -> list[str]:
    return re.findall(r"-?\d+(?:\.\d+)?", outline)


def _decimal(text: str) -> float:
    return float(text.rstrip("%").replace(",", "."))


def _written(svg: Tag) -> list[Tag]:
    return [text for text in svg("text") if not text_of(text).startswith(LEGENDS)]


def _grid(svg: Tag) -> list[float]:
    """How far down the lines of the vertical axis are, lowest value first."""
    return [float(_numbers(path["d"])[1]) for path in svg("path", style=GRID)]


def labels(svg: Tag) -> list[tuple]:
    """Names and figures written in a bar chart, each name with the figure after it; the line of a target has none."""
    texts = [text_of(text) for text in _written(svg)]
    lines = [text for text in texts if text.startswith("chỉ tiêu")]
    bars = [text for text in texts if text not in lines]
    return [*zip(bars[0::2], bars[1::2], strict=True), *((line, None) for line in lines)]


def same_labels(shown: list[tuple], meant: list[tuple]) -> bool:
    """Whether the same is written, in any order."""
    return Counter(shown) == Counter(meant)


def points(svg: Tag) -> list[tuple]:
    """The points of a chart over time, read off its grid: the date written below (if any), bars (if any), line.

    A value is given as what it lies between: places are drawn to hundredths of a point.
    """
    dates = {text["x"]: text_of(text) for text in _written(svg) if "/" in text_of(text)}
    scale = [int(text_of(text).replace(".", "")) for text in _written(svg) if "/" not in text_of(text)]
    grid = _grid(svg)
    unit = scale[-1] / (grid[0] - grid[-1])

    def between(y: str | float) -> tuple[float, float]:
        value, slack = (grid[0] - float(y)) * unit, max(0.5, 0.015 * unit)
        return value - slack, value + slack

    line = _numbers(svg.find("path", style=LINE)["d"])
    # All bars are one shape: the upper end of each stands in the third corner of its outline.
    bars = [_numbers(bar)[5] for path in svg("path", style=BAR) for bar in path["d"].split("z") if bar.strip()]
    series = [[between(y) for y in each] for each in (bars, line[1::2]) if each]
    even = _within([between(y) for y in grid], scale) and len({b - a for a, b in pairwise(scale)}) == 1
    return list(zip([dates.get(x, "") for x in line[0::2]], *series, strict=True)) if even else []


def _within(shown: list[tuple[float, float]], meant: list[float]) -> bool:
    pairs = zip(shown, meant, strict=True)
    return len(shown) == len(meant) and all(low <= value <= high for (low, high), value in pairs)


def same_points(shown: list[tuple], meant: list[tuple]) -> bool:
    """Whether a chart's points are those meant; only some have their date written."""
    return len(shown) == len(meant) and all(
        one[0] in ("", other[0]) and _within(list(one[1:]), list(other[1:]))
        for one, other in zip(shown, meant, strict=True)
    )


def funnel(svg: Tag) -> list[tuple]:
    """The units drawn in a funnel, read off its axes: number of dossiers, rate in percent, whether within limits."""
    ticks = [text for text in svg("text") if TICK.fullmatch(text_of(text))]
    sizes = [tick for tick in ticks if not text_of(tick).endswith("%")]
    rates = [_decimal(text_of(tick)) for tick in ticks if text_of(tick).endswith("%")]
    logarithms = [math.log(int(text_of(tick).replace(".", ""))) for tick in sizes]
    size = _axis([float(tick["x"]) for tick in sizes], logarithms)
    rate = _axis(_grid(svg), rates)
    if size is None or rate is None or not all(ROUND.fullmatch(text_of(tick)) for tick in sizes):
        return []
    marks = [mark for mark in svg.select("g[clip-path] use") if "--band" not in mark["style"]]
    return [(math.exp(size(mark["x"])), rate(mark["y"]), "var(--bar)" in mark["style"]) for mark in marks]


def _axis(places: list[float], values: list[float]) -> Callable[[str | float], float] | None:
    """What stands where on an axis with these ticks; nothing when they are not even."""
    step = (values[-1] - values[0]) / (places[-1] - places[0])

    def at(place: str | float) -> float:
        return values[0] + (float(place) - places[0]) * step

    even = all(abs(at(place) - value) < abs(step) / 10 for place, value in zip(places, values, strict=True))
    return at if even else None


def same_funnel(shown: list[tuple], meant: list[tuple]) -> bool:
    """Whether each unit is drawn where its size and rate are, and no other."""
    left = list(shown)
    for size, rate, side in meant:
        near = [one for one in left if abs(one[0] / size - 1) < 0.003 and abs(one[1] - rate) < 0.02]
        match = next((one for one in near if one[2] == (side == "")), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def dots(svg: Tag) -> list[tuple]:
    """The shades of a map, each with its bounds and how many units have it; then the units with their rate written."""
    shades, rated, legend = [], [], set()
    for text in svg("text"):
        words = text_of(text)
        if bounds := SHADE.fullmatch(words):
            low, high, under, above = (_decimal(bound) if bound else None for bound in bounds.groups())
            mark = next(mark for mark in svg("use") if _is_beside(mark, text))
            legend.add(id(mark))
            shades.append((low or above or 0, high or under or 101, DOT.search(mark["style"])[1]))
        elif rate := RATED.match(words):
            rated.append(rate.groups())
    drawn = Counter(DOT.search(mark["style"])[1] for mark in svg("use") if id(mark) not in legend)
    return [*((low, high, drawn[shade]) for low, high, shade in shades), *rated]


def _is_beside(mark: Tag, text: Tag) -> bool:
    """Whether a mark is that of a text in a legend."""
    right, down = float(text["x"]) - float(mark["x"]), float(text["y"]) - float(mark["y"])
    return abs(right - 8.5) < 0.1 and abs(down - 3.3) < 0.1


def same_dots(shown: list[tuple], meant: list[tuple]) -> bool:
    """Whether as many units have each shade as have such a rate; whether rates written are right, the ends too."""
    shades, rated = [row for row in shown if len(row) == 3], [row for row in shown if len(row) == 2]
    rates = [rate for *_, rate in meant]
    written = {name: (printed, rate) for short, full, printed, rate in meant for name in (short, full)}
    return (
        [low for low, *_ in shades] == [0, *(high for _, high, _ in shades[:-1])]
        and [sum(low <= rate < high for rate in rates) for low, high, _ in shades] == [count for *_, count in shades]
        and sum(count for *_, count in shades) == len(rates)
        and all(name in written and written[name][0] == printed for name, printed in rated)
        and {max(rates), min(rates)} <= {written[name][1] for name, _ in rated}
    )


def told(svg: Tag) -> set[str]:
    """What is written in a funnel or a map that is no tick, bound or rate of a unit: phrases cover it, as all text."""
    written = {text_of(text) for text in svg("text")}
    return {RATED.sub("", words) for words in written if not TICK.fullmatch(words) and not SHADE.fullmatch(words)}
