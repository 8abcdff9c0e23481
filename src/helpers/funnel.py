"""How far a unit's proportion may lie from that of all units by chance: a funnel, narrow for large units."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import indicators

Floats = npt.NDArray[np.float64]

# One unit in 500 that is like all the others lies outside by chance, half of them on either side.
COVERAGE: Final = 0.998
SIGMAS: Final = 3.0902  # of a normal distribution, for that coverage
# With fewer units nothing can be said of how much they differ among themselves.
LEAST_UNITS: Final = 10
# Five rates, so that one commune in 200 that is like the others is told far by one of them; more would say the same.
COMPARED: Final = ("in_time_rate", "pending_overdue_rate", "online_rate", "online_payment_rate", "digitised_rate")
_WINSORISED: Final = 0.1  # at each end
_WINSORISED_VARIANCE: Final = 0.6787  # of a standard normal variable after that
# A unit that expects fewer cases, or fewer without one, mostly has none: that says nothing of how units differ.
_TELLING: Final = 3
_WIDEST: Final = (np.pi / 2) ** 2  # variance of what lies between 0 and pi/2 is less
_HALVINGS: Final = 30


@dataclass(frozen=True)
class Funnel:
    """What all units have in common.

    Attributes
    ----------
    rate : float
        Of all units together, 0 to 1.
    between : float
        Variance between the units beyond chance, of their proportions as ``fit`` transforms them.
    """

    rate: float
    between: float


def fit(numerators: Floats, denominators: Floats) -> Funnel:
    """The funnel of some units.

    Parameters
    ----------
    numerators, denominators : array
        Counts, a unit each, of ``LEAST_UNITS`` or more; denominators above 0.

    Returns
    -------
    Funnel

    Notes
    -----
    Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005), and
    "Handling over-dispersion of performance indicators", Quality and Safety in Health Care 14 (2005): limits about the
    overall rate whose variance is that of chance plus one between units, estimated from winsorised z-scores, so that
    the outliers looked for do not widen them. Proportions are transformed by Anscombe's arcsine, so that the variance
    of chance, 1 / (4 n + 2), does not depend on the rate and units of three dossiers can be judged too. Where sizes
    differ by a thousand times, the moment estimate used there takes large honest units for outliers; here the variance
    between units is the one with which the winsorised z-scores spread as those of a normal variable do (the condition
    of Paule and Mandel, 1982).
    """
    rate = float(numerators.sum() / denominators.sum())
    expected = denominators * min(rate, 1 - rate)
    telling = expected >= min(_TELLING, np.sort(expected)[-LEAST_UNITS])
    squares = (_transformed(numerators, denominators)[telling] - _middle(rate)) ** 2
    chance = _chance(denominators[telling])
    if _spread(squares / chance) <= 1:
        return Funnel(rate, 0.0)
    low, high = 0.0, _WIDEST
    for _ in range(_HALVINGS):
        between = (low + high) / 2
        low, high = (between, high) if _spread(squares / (chance + between)) > 1 else (low, between)
    return Funnel(rate, high)


def limits(funnel: Funnel, denominators: Floats) -> tuple[Floats, Floats]:
    """Between which proportions units of some sizes lie by chance.

    Parameters
    ----------
    funnel : Funnel
    denominators : array

    Returns
    -------
    lower, upper : array
        0 to 1; a unit outside is not like the others.
    """
    reach = SIGMAS * np.sqrt(_chance(denominators) + funnel.between)
    ends = np.clip([_middle(funnel.rate) - reach, _middle(funnel.rate) + reach], 0, np.pi / 2)
    lower, upper = np.clip((np.sin(ends) ** 2 * (denominators + 0.75) - 0.375) / denominators, 0, 1)
    return lower, upper


def far(positions: pd.DataFrame, good: bool = False) -> pd.DataFrame:
    """The communes of a province that lie outside the funnel on one side, by the rates of ``COMPARED``.

    Parameters
    ----------
    positions : DataFrame
        ``ranking.positions`` of all of them.
    good : bool
        The good side; the bad one by default.

    Returns
    -------
    DataFrame
        Those of its rows, with ``limit`` (the funnel's at the commune's size), ``all_numerator`` and
        ``all_denominator`` (of all communes together) added. A rate that fewer than ``LEAST_UNITS`` communes have
        tells of none.
    """
    names = positions["indicator"].to_numpy(dtype=object)
    counts = positions[["numerator", "denominator"]].to_numpy(dtype=np.float64)
    measures = np.zeros((len(positions), 3))
    outside = np.zeros(len(positions), dtype=bool)
    for name in COMPARED:
        places = np.flatnonzero(names == name)
        if len(places) < LEAST_UNITS:
            continue
        numerators, denominators = counts[places].T
        lower, upper = limits(fit(numerators, denominators), denominators)
        shares, low = numerators / denominators, (indicators.get(name).better == "higher") != good
        outside[places] = shares < lower if low else shares > upper
        measures[places, 0] = lower if low else upper
        measures[places, 1:] = numerators.sum(), denominators.sum()
    limit, *whole = measures[outside].T
    all_numerator, all_denominator = (sums.astype(np.int64) for sums in whole)
    return positions[outside].assign(limit=limit, all_numerator=all_numerator, all_denominator=all_denominator)


def _transformed(numerators: Floats, denominators: Floats) -> Floats:
    return np.arcsin(np.sqrt((numerators + 0.375) / (denominators + 0.75)))


def _middle(rate: float) -> float:
    return float(np.arcsin(np.sqrt(rate)))


def _chance(denominators: Floats) -> Floats:
    return 1 / (4 * denominators + 2)


def _spread(squares: Floats) -> float:
    """Winsorised mean of squared z-scores, against that of a normal variable."""
    most = np.sort(squares)[int((1 - 2 * _WINSORISED) * len(squares))]
    return float(np.minimum(squares, most).mean()) / _WINSORISED_VARIANCE
