"""Where the dots of a map lie in its drawing: pure geometry."""

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_DEGREE: Final = 111.2  # km, of latitude
# A dot without which all others could be drawn so much larger lies beside the map; of twenty dots one at the most.
_LARGER: Final = 1.5
_TWENTY: Final = 20
_APART: Final = 0.6  # points between two dots
_MEETING: Final = 50  # points: dots farther from one another never meet
_NOTHING: Final = 1e-3  # points
_ROUNDS: Final = 80  # in which dots give way to one another
_WAYS: Final = ("đông", "đông bắc", "bắc", "tây bắc", "tây", "tây nam", "nam", "đông nam")


def in_km(longitudes: Floats, latitudes: Floats) -> Floats:
    """Places in km to the east and to the north, a row each; near enough for an area as large as the country."""
    shrunk = np.cos(np.radians((latitudes.min() + latitudes.max()) / 2))
    return _DEGREE * np.stack([longitudes * shrunk, latitudes], axis=1)


def far(places: Floats, width: float, tallest: float) -> Flags:
    """Which places lie so far off that they would squeeze all others in a drawing of some size."""
    found = np.zeros(len(places), dtype=bool)
    for _ in range(len(places) // _TWENTY):
        rest = np.flatnonzero(~found)
        outermost = {*places[rest].argmin(axis=0), *places[rest].argmax(axis=0)}
        gains = {place: scale(np.delete(places[rest], place, axis=0), width, tallest) for place in sorted(outermost)}
        best = max(gains, key=lambda place: gains[place])
        if gains[best] < _LARGER * scale(places[rest], width, tallest):
            break
        found[rest[best]] = True
    return found


def scale(places: Floats, width: float, tallest: float) -> float:
    """Points for a km, so that the places fill a drawing."""
    spans = np.maximum(np.ptp(places, axis=0), 1)
    return float(min(width / spans[0], tallest / spans[1]))


def apart(places: Floats, reaches: Floats, low: Floats, high: Floats) -> Floats:
    """Dots moved just so far that none covers another.

    Parameters
    ----------
    places : array
        Points, a row each.
    reaches : array
        How far each dot reaches.
    low, high : array
        Lower left and upper right corner of where they may lie.

    Returns
    -------
    array
        In a crowd that does not fit, dots still touch.
    """
    moved = np.asarray(places, dtype="float64")
    ways = moved[:, None] - moved
    one, other = np.nonzero(np.triu(np.hypot(ways[..., 0], ways[..., 1]) < _MEETING, 1))
    least, pushed = reaches[one] + reaches[other] + _APART, np.zeros_like(moved)
    for _ in range(_ROUNDS):
        moved = np.clip(moved + pushed, low + reaches[:, None], high - reaches[:, None])
        ways = moved[one] - moved[other]
        ways[~ways.any(axis=1)] = _NOTHING, 0.6 * _NOTHING  # two dots at one place need a way to part
        distances = np.maximum(np.hypot(ways[:, 0], ways[:, 1]), _NOTHING)
        overlaps = np.maximum(least - distances, 0)
        if overlaps.max(initial=0) < _APART / 2:
            break
        pushes = ways * (overlaps / distances / 2)[:, None]
        for axis, push in enumerate(pushes.T):
            pushed[:, axis] = np.bincount(one, push, len(moved)) - np.bincount(other, push, len(moved))
    return moved


def bearing(start: Floats, end: Floats) -> tuple[float, str]:
    """How many km it is from one place to another, and which way."""
    east, north = end - start
    eighth = round(np.arctan2(north, east) / (np.pi / 4)) % len(_WAYS)
    return float(np.hypot(east, north)), _WAYS[eighth]
