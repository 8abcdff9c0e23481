"""The frame of every chart: a small SVG drawing in one house style, and the texts around its plot."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, Literal

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D, Transform, blended_transform_factory

from helpers import formats
from helpers.charts.layout import Floats

INK: Final = "#1b1f24"
SOFT: Final = "#57606a"
RULE: Final = "#d0d7de"
ACCENT: Final = "#0b5c7a"
LIGHT: Final = "#8fbccd"
BAR_TEXT: Final = "#3f7f96"  # the bars' colour, dark enough to read
ALARM: Final = "#a8201a"
GRID: Final = "#e7ebef"
BAND: Final = "#dce9ef"
ALARM_BAR: Final = "#e9b3b0"
# From light to dark: in grey they stay in order.
SHADES: Final = ("#e4eff3", "#b4d2de", "#6aa5bb", "#2c7a96", "#083d52")
# What the page's style sheet calls each colour: it has others for a dark screen.
_NAMES: Final = {
    INK: "ink", SOFT: "soft", RULE: "rule", ACCENT: "accent", LIGHT: "bar", BAR_TEXT: "bar-text", ALARM: "alarm",
    GRID: "grid", BAND: "band", ALARM_BAR: "alarm-bar", "#ffffff": "paper",
    **{shade: f"dot-{place}" for place, shade in enumerate(SHADES, start=1)},
}  # fmt: skip
_COLOUR: Final = re.compile("|".join(_NAMES))
MOST_DRAWN: Final = 400  # units in one drawing
WIDTH: Final = 3.9  # inches: on a phone of 360 px, and half as wide as a sheet, the text can still be read
_STYLE: Final[Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "tthc-reports",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": RULE,
    "axes.labelcolor": SOFT,
    "axes.axisbelow": True,
    "text.color": INK,
    "hatch.linewidth": 0.6,
}
# Points.
EDGE: Final = 3  # free around a drawing
GAP: Final = 7  # between an axis and its labels
HEADING: Final = 20  # room for texts above the plot
LINE: Final = 11  # height of a line of text
MIDDLE: Final = -2.5  # from the middle of a text down to its foot
BELOW: Final = -6.8  # from a text's top down to its foot
_ABOVE: Final = 5  # foot of a text over the plot
_FONT: Final = {"font-size": f"{_STYLE['font.size']}px", "font-family": f"'{_STYLE['font.family']}'"}
_BAR: Final = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY]
Anchor = Literal["start", "middle", "end"]
# Made ahead, each on a figure of its own that has nothing else, and the settings of matplotlib it was made under.
_ready: Final[list[tuple[Axes, dict[str, Any]]]] = []


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
        Without labels of its own, for which matplotlib would lay out every text three times: charts write theirs.
    svg : list of str
        Empty in the block; one drawing after it.
    """
    drawn: list[str] = []
    with mpl.rc_context(_STYLE):
        axes = _beginning()
        figure = axes.get_figure(root=True)
        assert figure is not None
        figure.set_size_inches(WIDTH, height)
        yield axes, drawn
        drawn.append(_svg(figure))


def prepare(drawings: int) -> None:
    """Make what so many drawings begin with, half of their work: a process that forks others does it once for all."""
    with mpl.rc_context(_STYLE):
        _ready.extend((_plain(), _settings()) for _ in range(drawings))


def _beginning() -> Axes:
    made, under = _ready.pop() if _ready else (None, {})
    return made if made is not None and under == _settings() else _plain()


def _settings() -> dict[str, Any]:
    """What matplotlib makes an axes by: a notebook may have changed it."""
    return {
        name: value for name, value in mpl.rcParams.items() if name.startswith(("axes.", "figure.", "xtick", "ytick"))
    }


def _plain() -> Axes:
    # The figure never enters pyplot's state, so that nothing is left open and no two reports share one.
    axes = Figure().add_subplot()
    axes.xaxis.set_visible(False)
    axes.yaxis.set_visible(False)
    return axes


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
    # Nothing refers to a group, and the same ids in every drawing of a page would name many things at once.
    text = re.sub(r'<g id="[^"]*"', "<g", text)
    text = re.sub(r' transform="rotate\(-?0 [^"]*"', "", text)
    # Two decimals are enough for a coordinate; only inside tags, for "1.979" between them is a Vietnamese number.
    text = re.sub(r"<[^>]*>", lambda tag: _named(re.sub(r"(\d\.\d{2})\d+", r"\1", tag[0])), text)
    return re.sub(r"\n\s*", "\n", text)


def _named(tag: str) -> str:
    """A tag with the names of the colours of the house."""
    return _COLOUR.sub(lambda colour: f"var(--{_NAMES[colour[0]]})", tag)


def in_points(axes: Axes) -> Transform:
    """Coordinates of a whole drawing: points from its lower left corner."""
    return Affine2D().scale(1 / 72) + axes.figure.dpi_scale_trans


def points_of(axes: Axes, across: npt.ArrayLike, up: npt.ArrayLike) -> Floats:
    """Where places of the plot lie in the drawing, in points, a row each; after ``leave_room``."""
    found = (axes.transData - in_points(axes)).transform(np.column_stack([across, up]))
    return np.asarray(found, dtype=np.float64)


def room_left(labels: Iterable[str]) -> float:
    """Room that labels to the left of the plot take, in points."""
    return EDGE + max(map(text_width, labels)) + GAP


def leave_room(axes: Axes, left: float, below: float, above: float) -> None:
    """Leave so many points free around the plot for the texts there."""
    whole, points = axes.figure.bbox, axes.figure.dpi / 72
    width, height = whole.width / points, whole.height / points
    axes.set_position((left / width, below / height, 1 - (left + EDGE) / width, 1 - (below + above) / height))


def text_width(text: str) -> float:
    """Width of a label in points: of its letters one by one, so that pairs which are set closer count a little more."""
    return sum(map(_letter_width, text))


@cache  # a font does not outlive a fork, what was measured with it does
def _letter_width(letter: str) -> float:
    return _set_width(f"n{letter}n") - _set_width("nn")


def _set_width(text: str) -> float:
    font = FontProperties(family=_STYLE["font.family"], size=_STYLE["font.size"])
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def shortened(text: str, room: float) -> str:
    """A text that takes no more than so many points: an export may write a whole sentence for a field."""
    if text_width(text) <= room:
        return text
    cuts = (f"{text[:end].rstrip()}…" for end in range(len(text) - 1, 0, -1))
    return next((cut for cut in cuts if text_width(cut) <= room), "…")


def numbers(values: Sequence[float]) -> list[str]:
    """Numbers beside one another, all with as many decimals as the one that needs most; two at the most."""
    places = next((places for places in (0, 1) if all(abs(each - round(each, places)) < 1e-9 for each in values)), 2)
    return [formats.decimal(each, places) for each in values]


class _Text(Artist):
    """A text that goes into the SVG as it is. Matplotlib's own is laid out first, which took a third of a drawing."""

    zorder = 3  # as matplotlib's own

    def __init__(self, text: str, at: tuple[float, float], offset: tuple[float, float], look: dict[str, str]) -> None:
        super().__init__()
        self._text, self._at, self._offset, self._look = text, at, offset, look

    def draw(self, renderer: Any) -> None:
        """Write it; a drawing has 72 dots an inch, so that offsets are points."""
        x, y = self.get_transform().transform(self._at) + self._offset
        style = "; ".join(f"{name}: {value}" for name, value in (_FONT | self._look).items())
        renderer.writer.element("text", self._text, style=style, x=_length(x), y=_length(renderer.height - y))


def _length(points: float) -> str:
    """As matplotlib writes it, so that a text stands just where what it names does."""
    return f"{points:f}".rstrip("0").rstrip(".")


def write(
    axes: Axes,
    text: str,
    at: tuple[float, float],
    offset: tuple[float, float],
    color: str,
    anchor: Anchor = "start",
    where: Transform | None = None,
    bold: bool = False,
) -> None:
    """Write a text beside a place of the plot.

    Parameters
    ----------
    axes : Axes
    text : str
    at : (float, float)
        The place, as ``where`` counts.
    offset : (float, float)
        Points from there to the foot of the text: ``MIDDLE`` up, its middle is level with the place; ``BELOW``, it
        stands below an axis.
    color : str
    anchor : {"start", "middle", "end"}
        What of the text comes to lie there.
    where : Transform, optional
        Coordinates of the place; those of the plot by default.
    bold : bool
    """
    look = {"text-anchor": anchor, "fill": color, **({"font-weight": "700"} if bold else {})}
    made = _Text(text, at, offset, look)
    made.set_transform(axes.transData if where is None else where)
    axes.figure.add_artist(made)


def name_line(axes: Axes, place: float, text: str, color: str) -> None:
    """Name a vertical line above the plot."""
    write(axes, text, (place, 1), (0, _ABOVE), color, "middle", axes.get_xaxis_transform())


def name_series(axes: Axes, place: float, text: str, color: str) -> None:
    """Name a series above the plot in its colour and sign, so that no legend is needed; place: of the whole width."""
    where = blended_transform_factory(axes.figure.transFigure, axes.transAxes)
    write(axes, text, (place, 1), (0, _ABOVE), color, where=where, bold=True)


def bars(axes: Axes, boxes: Floats, color: str, edge: str = "none", hatch: str = "") -> None:
    """Draw bars of one look as one shape; matplotlib's own are an object each.

    Parameters
    ----------
    axes : Axes
    boxes : array
        Left, lower, right and upper end of each bar, a row each.
    color, edge : str
        Of the face and of its outline.
    hatch : str
        As a ``Patch`` takes it.
    """
    corners = boxes[:, [[0, 1], [2, 1], [2, 3], [0, 3], [0, 1]]].reshape(-1, 2)
    outlines = Path(corners, np.tile(_BAR, len(boxes)))
    axes.add_artist(PathPatch(outlines, facecolor=color, edgecolor=edge, hatch=hatch))
    axes.update_datalim(corners)
