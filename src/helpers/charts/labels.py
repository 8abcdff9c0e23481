"""Names beside some of many dots: none over another, none out of the drawing, as few dots covered as can be."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from helpers import reference
from helpers.charts.drawing import EDGE, INK, LINE, SOFT, WIDTH, in_points, shortened, text_width, write
from helpers.charts.layout import Floats

Sign = dict[str, Any]  # how ``axes.scatter`` draws it

# Points.
FOOT: Final = 2.5  # of a line of text, below the letters' foot
KEY_LINE: Final = 14  # height of a row of a key
_SIGN: Final = 13  # width of its sign
_BETWEEN: Final = 9  # two entries
_REACHES: Final = np.array([1.5, 4, 7, 10, 14, 18, 23, 29, 36, 44, 54, 66, 80, 100])
_NEAR: Final = 5  # a label farther from its dot than this is joined to it by a line
_TURNS: Final = 2 * np.pi * np.arange(24) / 24
# As bad as to lie so many points farther away: to cover a dot; to lie so near to one that it seems to be its name; to
# draw the line across one.
_COVERED: Final = 120
_BESIDE: Final = 40
_CLEAR: Final = 2.5
_CROSSED: Final = 20
_SPACE: Final = np.array([-4, 0, 4, 0])  # around a label, so that two do not read as one
_THICK: Final = np.array([-4, -4, 4, 4])  # a line, so that no other comes near
_STEPS: Final = np.linspace(0, 1, 16)[:, None]  # where a line is held against what is there


class Frame(NamedTuple):
    """A part of a drawing, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


def short_names(codes: Iterable[str]) -> list[str]:
    """Names of communes or provinces, as short as tells them apart: of two with one name, with their provinces."""
    codes = list(codes)
    names = [reference.bare_name(reference.unit_name(code)) for code in codes]
    names = [name.removeprefix("Tỉnh ").replace("Thành phố", "TP.") for name in names]
    often = Counter(names)
    return [
        name if often[name] == 1 else f"{name} ({reference.unit_name(*reference.province_of([code]))})"
        for name, code in zip(names, codes, strict=True)
    ]


class Entry(NamedTuple):
    """A sign of a key, and what it means."""

    sign: Sign
    text: str


def key_rows(entries: Iterable[Entry]) -> list[list[tuple[float, Entry]]]:
    """Lay the signs of a key out in as few rows as hold them: where each begins, in points from the left."""
    rows: list[list[tuple[float, Entry]]] = []
    end = np.inf
    for sign, text in entries:
        entry = Entry(sign, shortened(text, 72 * WIDTH - 2 * EDGE - _SIGN))
        wide = _SIGN + text_width(entry.text)
        if end + wide > 72 * WIDTH - EDGE:
            rows.append([])
            end = EDGE
        rows[-1].append((end, entry))
        end += wide + _BETWEEN
    return rows


def draw_key(axes: Axes, rows: Iterable[Iterable[tuple[float, Entry]]], top: float) -> None:
    """Draw what ``key_rows`` has laid out, below a height of the drawing."""
    points = in_points(axes)
    for number, row in enumerate(rows, 1):
        foot = top - number * KEY_LINE + FOOT
        for left, entry in row:
            axes.scatter(left + _SIGN / 2 - 2, foot + 3.3, transform=points, clip_on=False, **entry.sign)
            write(axes, entry.text, (left + _SIGN, foot), (0, 0), INK, where=points)


def label(axes: Axes, texts: Iterable[tuple[int, str]], dots: Floats, radii: Floats, frame: Frame) -> None:
    """Write texts beside their dots, with a fine line where that is not near; one that finds no room is left out.

    Parameters
    ----------
    axes : Axes
    texts : iterable of (int, str)
        Which dot, and its text; the most important first.
    dots, radii : array
        All dots of the drawing: places in points, a row each, and how far they reach.
    frame : Frame
        Where there may be text.
    """
    labels, lines, points = np.empty((0, 4)), np.empty((0, 4)), in_points(axes)
    for place, text in texts:
        others = np.arange(len(dots)) != place
        starts, ends, boxes = _candidates(dots[place], radii[place], text_width(text))
        steps = np.tile(starts[:, None] + (ends - starts)[:, None] * _STEPS, 2)
        free = (boxes[:, :2] >= frame[:2]).all(axis=1) & (boxes[:, 2:] <= frame[2:]).all(axis=1)
        taken = np.vstack([labels, lines])
        free &= ~_meet(boxes, taken)
        free[free] &= ~_meet(steps[free], taken).any(axis=1)
        if not free.any():
            continue
        starts, ends, boxes, steps = starts[free], ends[free], boxes[free], steps[free]
        best = int(_costs(starts, ends, boxes, dots[others], radii[others]).argmin())
        write(axes, text, (boxes[best, 0], boxes[best, 1] + FOOT), (0, 0), INK, where=points)
        labels = np.vstack([labels, boxes[best] + _SPACE])
        if _length(ends[best] - starts[best]) > _NEAR:
            line = zip(starts[best], ends[best], strict=True)
            axes.plot(*line, color=SOFT, linewidth=0.6, zorder=0.5, transform=points, clip_on=False)
            lines = np.vstack([lines, steps[best] + _THICK])


def _candidates(dot: Floats, radius: float, width: float) -> tuple[Floats, Floats, Floats]:
    """All around a dot, the nearest first: where a line to a label begins and ends, and the label's box."""
    ways = np.tile(np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1), (len(_REACHES), 1))
    starts = dot + radius * ways
    ends = starts + np.repeat(_REACHES, len(_TURNS))[:, None] * ways
    size = np.array([width, LINE])
    corners = ends + size * (np.clip(2 * ways, -1, 1) - 1) / 2
    return starts, ends, np.hstack([corners, corners + size])


def _meet(boxes: Floats, taken: Floats) -> npt.NDArray[np.bool_]:
    """Which boxes meet any of those that are taken."""
    left, bottom, right, top = (boxes[..., None, side] for side in range(4))
    meet = (left < taken[:, 2]) & (right > taken[:, 0]) & (bottom < taken[:, 3]) & (top > taken[:, 1])
    return np.asarray(meet.any(axis=-1))


def _costs(starts: Floats, ends: Floats, boxes: Floats, dots: Floats, radii: Floats) -> Floats:
    """How bad each place for a label is, in points."""
    away = _length(np.clip(dots, boxes[:, None, :2], boxes[:, None, 2:]) - dots) - radii
    costs = (_COVERED - _BESIDE) * (away < 0).sum(axis=1) + _BESIDE * (away < _CLEAR).sum(axis=1)
    ways, off = (ends - starts)[:, None], dots - starts[:, None]
    along = np.clip((off * ways).sum(axis=2) / (ways**2).sum(axis=2), 0, 1)
    crossed = _length(along[..., None] * ways - off) < radii + 1
    return np.asarray(costs + _CROSSED * crossed.sum(axis=1) + _length(ends - starts))


def _length(ways: Floats) -> Floats:
    return np.hypot(ways[..., 0], ways[..., 1])
