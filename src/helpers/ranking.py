"""Where each commune stands among the communes of its province."""

import math
from typing import Final

import pandas as pd

from helpers import indicators
from helpers.periods import Period

# A rank says something only when the others' data reach as far: a commune counts when it received dossiers in the
# last days of the period or later, and ranks are given when at least this share of the province's communes do.
# The last days are a week, of short periods two fifths: Friday to Sunday of a week, the day itself of a day.
_RECENT_DAYS: Final = 7
_RECENT_SHARE: Final = 0.4
ENOUGH: Final = 0.8


def recent_days(period: Period) -> int:
    """How many last days of a period show that data reach its end."""
    return min(_RECENT_DAYS, math.ceil(_RECENT_SHARE * period.days))


def reaching_since(period: Period) -> pd.Timestamp:
    """Moment since which a commune must have received a dossier for its data to count as reaching the period's end."""
    return period.end - pd.Timedelta(days=recent_days(period))


def enough(compared: int, communes: int) -> bool:
    """Whether so many communes with data suffice to rank within a province of ``communes``."""
    return compared >= max(2, ENOUGH * communes)


def positions(computed: pd.DataFrame) -> pd.DataFrame:
    """Position of every unit by every rate; ties share a position (1, 1, 3).

    Parameters
    ----------
    computed : DataFrame
        ``indicators.compute(cube, [key])`` of the units that are compared: communes, or provinces.

    Returns
    -------
    DataFrame
        The rows of the rates that have a good direction and a value, with ``position`` and ``compared`` (how many
        units have a value) added.
    """
    better = {i.name: i.better for i in indicators.INDICATORS if i.unit == "percent" and i.better}
    rates = computed[computed["indicator"].isin(list(better)) & computed["value"].notna()].copy()
    signed = rates["value"].where(rates["indicator"].map(better) == "lower", -rates["value"])
    groups = signed.groupby(rates["indicator"])
    rates["position"] = groups.rank(method="min").astype("int64")
    rates["compared"] = groups.transform("size").astype("int64")
    return rates


def ranked(positioned: pd.DataFrame, name: str) -> pd.DataFrame:
    """Units in order of one rate, best first.

    Parameters
    ----------
    positioned : DataFrame
        What ``positions`` returns.
    name : str
        An indicator with a good direction.

    Returns
    -------
    DataFrame
        The unit's column, numerator, denominator, value, position, compared; ties in order of size, larger first.
    """
    rows = positioned[positioned["indicator"] == indicators.get(name).name]
    ordered = rows.sort_values(
        ["position", "denominator", rows.columns[0]], ascending=[True, False, True], kind="stable"
    )
    return ordered.reset_index(drop=True)
