"""A map without the network: the units of an area as dots where they lie, shaded by one rate."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
from IPython.display import HTML
from matplotlib.axes import Axes

from helpers import formats, indicators, markup, narrative, ranking, reference, shades
from helpers.areas import Area
from helpers.charts import layout
from helpers.charts.drawing import (
    ACCENT,
    ALARM,
    EDGE,
    MOST_DRAWN,
    RULE,
    SHADES,
    SOFT,
    WIDTH,
    drawing,
    in_points,
    numbers,
)
from helpers.charts.labels import KEY_LINE, Entry, Frame, Sign, draw_key, key_rows, label, short_names
from helpers.charts.layout import Floats
from helpers.funnel import LEAST_UNITS

_SIGNS: Final[dict[str, Sign]] = {
    "known": {"marker": "o", "edgecolor": ACCENT, "linewidth": 0.5},
    "worst": {"marker": "s", "edgecolor": ALARM, "linewidth": 1.7},
    "unknown": {"marker": "o", "edgecolor": SOFT, "linewidth": 0.8},
    "island": {"marker": "D", "edgecolor": SOFT, "linewidth": 0.8},
}
# Points.
_TALLEST: Final = 360
_MARGIN: Final = 14  # around the outermost dots
_WIDE: Final = 72 * WIDTH - 2 * (EDGE + _MARGIN)
_REACHES: Final = np.array([2.6, 3.5, 4.4, 5.3, 6.2])  # of dots, by the number received
_MIDDLE: Final = _REACHES[2]
_SMALLEST: Final = 2.2  # of those without figures
_LEAST: Final = 60  # height

_WORST: Final = 3  # units named
_BEST: Final = 2
_ISLANDS: Final = ("20333", "22736")  # Hoàng Sa, Trường Sa: always by name, and on every drawing of the country
_BEYOND: Final = 3  # standard errors by which two halves differ beyond chance


def place_map(area: Area, name: str) -> HTML:
    """Where the units of an area lie, and how they stand by one rate.

    Parameters
    ----------
    area : Area
    name : str
        An indicator with a good direction.

    Returns
    -------
    HTML
        A note when too few units can be compared; nothing where units are not ranked, which the ranking says, or of
        more than ``MOST_DRAWN``, which nobody could tell apart.
    """
    rows, indicator = ranking.ranked(area.positions, name), indicators.get(name)
    if area.positions.empty:
        return HTML("")
    if rows.empty:
        return markup.note(f"{indicator.label}: {formats.NO_DATA}.")
    if len(area.members) > MOST_DRAWN:
        return HTML("")  # the tables have them
    target = reference.target(name, area.units, pd.Timestamp(area.period.last_day))
    aim = None if target is None else float(target["value_pct"])
    bounds = shades.bounds(rows["value"].to_numpy(dtype=np.float64), aim)
    dots = _dots(area, rows, name, bounds)
    near, far = dots[~dots["far"]], dots[dots["far"]]
    key, beside = key_rows(_entries(dots, bounds, indicator.better)), key_rows(_far_entries(near, far))
    below = EDGE + KEY_LINE * len(beside)
    places, tall = _laid(near, below)
    frame = Frame(EDGE, below, 72 * WIDTH - EDGE, below + tall)
    reaches = near["reach"].to_numpy()
    places = layout.apart(places, reaches, np.array(frame[:2]), np.array(frame[2:]))
    top = frame.top + KEY_LINE * len(key) + EDGE
    with drawing(top / 72) as (axes, svg):
        axes.set_axis_off()
        draw_key(axes, key, top)
        _draw(axes, near, places)
        label(axes, _labels(near), places, reaches, frame)
        if beside:
            rule = [below - EDGE / 2] * 2
            axes.plot((EDGE, frame.right), rule, color=RULE, linewidth=0.8, transform=in_points(axes), clip_on=False)
            draw_key(axes, beside, below - EDGE / 2)
    halves = _halves(dots)
    at_target = formats.bound(aim) if aim is not None and aim in bounds else ""
    source = _source(area, indicator.label, at_target, not far.empty, bool(halves))
    return markup.figure(svg[0], narrative.map_finding(rows, name, halves), source, "Số liệu chính của từng đơn vị")


def _dots(area: Area, rows: pd.DataFrame, name: str, bounds: Sequence[float]) -> pd.DataFrame:
    """All that is drawn, by code: where it lies in km, its figures, and its sign.

    A province lies in the middle of its communes. Of the country the far islands have a sign of their own, for they
    are no units of it and must not be missing.
    """
    table = reference.table("communes")
    own = table[table["code"].isin(area.communes)]
    dots = _degrees(own).groupby(own["code" if area.key == "commune" else "province_code"].to_numpy()).mean()
    islands = table[table["code"].isin(_ISLANDS if area.key == "province" else [])].set_index("code")
    dots = pd.concat([dots, _degrees(islands)])
    dots[["east", "north"]] = layout.in_km(dots["longitude"].to_numpy(), dots["latitude"].to_numpy())
    dots["far"] = layout.far(dots[["east", "north"]].to_numpy(), _WIDE, _TALLEST)
    figures = rows.set_index(area.key).reindex(dots.index)
    for column in ("numerator", "denominator", "value", "position"):
        dots[column] = figures[column].to_numpy(dtype=np.float64, na_value=np.nan)
    received = area.by_unit[area.by_unit["indicator"] == "received"].set_index(area.key)["numerator"]
    dots["received"] = received.reindex(dots.index).to_numpy(dtype=np.float64, na_value=0)
    known = dots["value"].notna()
    outside = area.peers.far
    worst = dots.index.isin(outside.loc[outside["indicator"] == name, area.key])
    dots["sign"] = np.select([dots.index.isin(islands.index), worst, known], ["island", "worst", "known"], "unknown")
    wanted = _REACHES[-1] * np.sqrt(dots["received"] / max(dots["received"].max(), 1)).to_numpy()
    nearest = _REACHES[np.abs(wanted[:, None] - _REACHES).argmin(axis=1)]
    dots["reach"] = np.where(known, nearest, _SMALLEST)
    dots["shade"] = np.where(known, np.array(_colours(bounds))[np.digitize(dots["value"].fillna(0), bounds)], "white")
    return dots


def _colours(bounds: Sequence[float]) -> list[str]:
    return [SHADES[shade - 1] for shade in shades.of(bounds)]


def _degrees(communes: pd.DataFrame) -> pd.DataFrame:
    return communes[["longitude", "latitude"]].astype("float64")


def _entries(dots: pd.DataFrame, bounds: Sequence[float], better: str) -> list[Entry]:
    """What the key of a map says."""
    texts = numbers(bounds)
    ranges = [f"{low}–{high}" for low, high in pairwise(texts)]
    if texts:
        ranges = [f"dưới {texts[0]}%", *ranges, f"từ {texts[-1]}%"]
    entries = [
        Entry(_sign("known", _MIDDLE, shade), text)
        for shade, text in zip(_colours(bounds), ranges or ["cùng một mức"], strict=True)
    ]
    worst, unknown = ((dots["sign"] == sign).sum() for sign in ("worst", "unknown"))
    if worst:
        words = f"{'thấp' if better == 'higher' else 'cao'} hơn giới hạn dao động chung ({formats.number(worst)})"
        entries.append(Entry(_sign("worst", _MIDDLE, "white"), words))
    if unknown:
        entries.append(Entry(_sign("unknown", _SMALLEST), f"{formats.number(unknown)} đơn vị chưa so sánh được"))
    return entries


def _sign(name: str, reach: float, shade: str | list[str] = "white") -> Sign:
    side = 1.7 if name == "worst" else 2  # a square looks larger than a circle as wide
    return {**_SIGNS[name], "s": (side * reach) ** 2, "facecolor": shade}


def _laid(dots: pd.DataFrame, below: float) -> tuple[Floats, float]:
    """Where dots lie in the drawing, a row each, and how tall that is; both in points."""
    places = dots[["east", "north"]].to_numpy()
    scaled = (places - places.min(axis=0)) * layout.scale(places, _WIDE, _TALLEST)
    wide, tall = scaled.max(axis=0)
    free = max(_LEAST - tall, 0)
    corner = np.array([(72 * WIDTH - wide) / 2, below + _MARGIN + free / 2])
    return corner + scaled, float(tall + free + 2 * _MARGIN)


def _draw(axes: Axes, dots: pd.DataFrame, places: Floats) -> None:
    """The dots, those of one shape and size at once."""
    points = in_points(axes)
    for _, own in dots.assign(across=places[:, 0], up=places[:, 1]).groupby(["sign", "reach"]):
        sign, reach = own["sign"].iloc[0], own["reach"].iloc[0]
        axes.scatter(
            own["across"], own["up"], transform=points, clip_on=False, **_sign(sign, reach, own["shade"].tolist())
        )


def _labels(dots: pd.DataFrame) -> list[tuple[int, str]]:
    """The dots that are named, with their rates: islands, the worst, the best, and the largest."""
    received = dots["received"].where(dots["value"].notna())
    chosen = [
        dots.index.isin(_ISLANDS),
        _first(dots["position"], _WORST, ascending=False),
        _first(dots["position"], _BEST),
        _first(received, 1, ascending=False),
    ]
    names = short_names(dots.index)

    def text(place: int) -> str:
        dot = dots.iloc[place]
        if dot["sign"] == "island":
            return reference.unit_name(dots.index[place])
        return f"{names[place]} {formats.percent(dot['numerator'], dot['denominator'])}"

    return [(place, text(place)) for place in dict.fromkeys(int(each) for own in chosen for each in own.nonzero()[0])]


def _first(values: "pd.Series[float]", most: int, ascending: bool = True) -> layout.Flags:
    """Which values are the first so many; of equals all or none."""
    return np.asarray(values.rank(method="max", ascending=ascending) <= most)


def _far_entries(near: pd.DataFrame, far: pd.DataFrame) -> list[Entry]:
    """What lies beside the map: its sign and figure, and how far it lies which way."""
    inner, entries = near[["east", "north"]].to_numpy(), []
    for dot in far.assign(name=short_names(far.index)).to_dict("records"):
        outer = np.array([dot["east"], dot["north"]])
        km, way = layout.bearing(inner[np.hypot(*(inner - outer).T).argmin()], outer)
        rate = "–" if dot["sign"] == "unknown" else formats.percent(dot["numerator"], dot["denominator"])
        text = f"{dot['name']} {rate}, khoảng {formats.number(round(km, -1))} km về phía {way}"
        entries.append(Entry(_sign(dot["sign"], dot["reach"], dot["shade"]), text))
    return entries


def _halves(dots: pd.DataFrame) -> list[tuple[str, int, int]]:
    """The two halves of the units, west and east or south and north, where their rates differ beyond chance.

    Returns
    -------
    list of (str, int, int)
        Name, numerator, denominator; none when they do not differ by three standard errors (Welch's t).
    """
    known = dots[dots["value"].notna()]
    if len(known) < 2 * LEAST_UNITS:
        return []
    found = []
    for column, words in (("longitude", ("phía tây", "phía đông")), ("latitude", ("phía nam", "phía bắc"))):
        upper = known[column] > known[column].median()
        one, other = known[~upper], known[upper]
        if other.empty:  # all lie in one place: a table without real degrees
            continue
        gap = abs(one["value"].mean() - other["value"].mean())
        error = np.sqrt(one["value"].var() / len(one) + other["value"].var() / len(other))
        if gap > _BEYOND * error:
            found.append((gap, list(zip(words, (one, other), strict=True))))
    halves = max(found, key=lambda each: each[0])[1] if found else []
    return [(word, int(part["numerator"].sum()), int(part["denominator"].sum())) for word, part in halves]


def _source(area: Area, what: str, target: str, far: bool, halved: bool) -> str:
    """What is drawn, and what it is not."""
    unit = "đơn vị cấp xã" if area.key == "commune" else "tỉnh, thành phố, đặt ở giữa các đơn vị cấp xã của mình"
    sentences = [
        f"{what}. Mỗi dấu là một {unit}, theo kinh độ, vĩ độ của bảng tham chiếu, dời nhẹ để không che nhau; đây không "
        "phải bản đồ ranh giới. Dấu càng lớn, tiếp nhận càng nhiều hồ sơ."
    ]
    sentences += [f"Mốc {target} là chỉ tiêu."] if target else []
    if far:
        sentences.append("Dưới đường kẻ: đơn vị ở xa, ngoài khung hình, và khoảng cách đến dấu gần nhất trong khung.")
    sentences += ["Mỗi nửa có một nửa số đơn vị."] if halved else []
    if area.key == "province":
        islands = reference.table("communes").set_index("code").loc[list(_ISLANDS)]
        within = zip(islands["name"], islands["province"].map(formats.lower_first), strict=True)
        sentences += [f"◇ {name}: số liệu tính trong {province}." for name, province in within]
    return " ".join(sentences)
