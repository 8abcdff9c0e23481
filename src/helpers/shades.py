"""Shades of one hue for rates, of a map or a table: where one ends and the next begins."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST: Final = 5  # shades that grey paper tells apart
_STEPS: Final = (10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)  # of round numbers, percentage points
_TWO_FIFTHS: Final = 0.4


def bounds(values: Floats, target: float | None) -> list[float]:
    """Where one shade ends and the next begins: about a fifth of the units each, at round numbers.

    Parameters
    ----------
    values : array
        Rates in per cent.
    target : float or None
        Replaces the bound that is nearest to it.

    Returns
    -------
    list of float
        Ascending, four at the most; no shade is without a unit. A value at a bound is above it.
    """
    fifths = np.quantile(values, [0.2, 0.4, 0.6, 0.8])
    found = [_parting(values, np.round(fifths / step) * step, target) for step in _STEPS]
    # The roundest that tell four shades apart, none of them for more than two fifths.
    return max(found, key=lambda parts: (min(len(parts), 3), -max(_largest(values, parts), _TWO_FIFTHS)))


def _largest(values: Floats, parts: Sequence[float]) -> float:
    """Share of the values in the class that has most."""
    return float(np.bincount(np.digitize(values, parts)).max() / len(values))


def _parting(values: Floats, parts: Floats, target: float | None) -> list[float]:
    """Those of some bounds that have values on either side."""
    if target is not None and values.min() < target <= values.max():
        parts[np.abs(parts - target).argmin()] = target
    kept: dict[int, float] = {}  # of bounds that part the values alike one: the target, else the least
    for bound in sorted({round(float(each), 2) for each in parts}):
        below = int((values < bound).sum())
        if 0 < below < len(values) and (below not in kept or bound == target):
            kept[below] = bound
    return list(kept.values())


def of(parts: Sequence[float]) -> list[int]:
    """The shades that some bounds part, from 1, the lightest, to 5, the darkest."""
    return [1 + round(place) for place in np.linspace(0, MOST - 1, len(parts) + 1)]
