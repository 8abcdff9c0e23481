"""How the units of an area spread over the levels of one rate."""

import seaborn as sns
from IPython.display import HTML
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers import formats, indicators, markup, narrative, ranking
from helpers.charts.drawing import ALARM, LIGHT, drawing, name_line
from helpers.slices import Slice


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
            name_line(axes, float(whole), "toàn địa bàn", ALARM)
        axes.set(xlabel="", ylabel="")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{formats.decimal(value, 0)}%"))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: formats.number(value)))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    source = f"Số đơn vị theo mức: {formats.lower_first(indicators.get(name).label)}."
    return markup.figure(svg[0], narrative.spread_finding(rows, name), source)
