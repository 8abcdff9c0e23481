"""What a unit reported, set against its dossiers and against itself: what agrees, and by which reading."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import floor
from typing import Any, Final, Literal, NamedTuple

import pandas as pd

from helpers import indicators, reported
from helpers.errors import UserError
from helpers.slices import Slice

State = Literal["agree", "rounded", "cut", "differ", "incomplete", "no_data"]
HOLDS: Final = ("agree", "rounded", "cut")
COLUMNS: Final = ["indicator", "value", "formula", "numerator", "denominator", "state", "others", "source", "note"]
_STATE: Final = COLUMNS.index("state")
_TERM: Final = re.compile(r"([+-]?)(\w+)")

# A count, or the two counts of a share.
Exact = tuple[int, int | None]


class Tried(NamedTuple):
    """One way to read a figure, and what comes of it."""

    formula: str
    numerator: int
    denominator: int | None
    state: State


def judge(value: Decimal, numerator: int, denominator: int | None = None) -> State:
    """Whether a printed figure is what exact counts give.

    Parameters
    ----------
    value : Decimal
        As it was printed: its digits after the comma are those to round to.
    numerator : int
    denominator : int, optional
        Of a percentage; None when the figure is the count itself.

    Returns
    -------
    str
        ``agree``: exactly; ``rounded``: half-up to the printed digits; ``cut``: the further digits left off; else
        ``differ``.
    """
    exact = Fraction(numerator) if denominator is None else Fraction(100 * numerator, denominator)
    step = Fraction(10) ** int(value.as_tuple().exponent)
    given = Fraction(value)
    if given == exact:
        return "agree"
    if given == floor(exact / step + Fraction(1, 2)) * step:
        return "rounded"
    return "cut" if given == floor(exact / step) * step else "differ"


def compare(part: Slice) -> pd.DataFrame:
    """Every reported figure that dossiers can tell, beside what they give.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    DataFrame
        ``COLUMNS``, a row a reported figure: ``formula`` is the reading, of those that reported_names.csv gives, that
        agrees best, and the first where none does; ``numerator`` and ``denominator`` what it gives (None for a
        count); ``others`` a tuple of ``Tried``, one for each reading that gives something else. ``state`` as in
        ``judge``; ``incomplete`` where it would differ but the unit's dossiers do not fill the period; ``no_data``
        where the dossiers do not tell.

    Raises
    ------
    UserError
        When reported_names.csv names an indicator or figure that there is not.
    """
    counts, shares = _computed(part.computed)
    rows = pd.DataFrame(_compared(part.reported, "readings", counts, shares), columns=COLUMNS, dtype="object")
    if not part.filled:
        rows["state"] = rows["state"].replace("differ", "incomplete")
    return rows


def arithmetic(part: Slice) -> pd.DataFrame:
    """Every reported figure that follows from others of the same source, beside what they give.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    DataFrame
        As ``compare`` gives it; ``formula`` is made of reported figures. Only what can be checked.

    Raises
    ------
    UserError
        As for ``compare``.
    """
    checked: list[tuple[Any, ...]] = []
    for _, rows in part.reported.groupby("source", sort=False):
        counts = {
            name: int(value)
            for name, value in zip(rows["indicator"], rows["value"], strict=True)
            if reported.names()[name]["unit"] in ("dossiers", "count")
        }
        checked += _compared(rows, "equals", counts, {})
    return pd.DataFrame([row for row in checked if row[_STATE] != "no_data"], columns=COLUMNS, dtype="object")


def parts(part: Slice) -> pd.DataFrame:
    """Every reported figure that is a part of another of the same source.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    DataFrame
        ``indicator``, ``value``, ``whole`` (the other's code), ``of`` (its value), ``source``.
    """
    own = part.reported
    values = dict(zip(zip(own["indicator"], own["source"], strict=True), own["value"], strict=True))
    rows = []
    for (name, source), value in values.items():
        whole = reported.names()[name]["part_of"]
        if (whole, source) in values:
            rows.append((name, value, whole, values[whole, source], source))
    return pd.DataFrame(rows, columns=["indicator", "value", "whole", "of", "source"], dtype="object")


def terms(formula: str) -> list[list[tuple[str, str]]]:
    """A formula as its sum, or the two sums of a share, each as pairs of sign and name."""
    return [_TERM.findall(side) for side in formula.split("/")]


def _compared(
    figures: pd.DataFrame, column: str, counts: Mapping[str, int | None], shares: Mapping[str, Exact | None]
) -> list[tuple[Any, ...]]:
    """Rows of ``COLUMNS``: figures beside what the formulas in one column of reported_names.csv come to."""
    rows: list[tuple[Any, ...]] = []
    for name, value, source, note in figures[reported.COLUMNS].itertuples(index=False):
        formulas = _formulas(column)[name]
        if not formulas:
            continue
        tried = [
            Tried(formula, *exact, judge(value, *exact))
            for formula in formulas
            if (exact := _exact(formula, counts, shares)) is not None
        ]
        best = min(tried, key=lambda each: [*HOLDS, "differ"].index(each.state), default=None)
        if best is None:
            rows.append((name, value, "", None, None, "no_data", (), source, note))
        else:
            rows.append((name, value, *best, _others(best, tried), source, note))
    return rows


def _others(best: Tried, tried: Sequence[Tried]) -> tuple[Tried, ...]:
    """The readings that give something else, each figure once."""
    found = {each[1:3]: each for each in reversed(tried)}
    return tuple(each for each in tried if each is found[each[1:3]] and each[1:3] != best[1:3])


def _exact(formula: str, counts: Mapping[str, int | None], shares: Mapping[str, Exact | None]) -> Exact | None:
    """What a formula comes to; None where something in it is not known, or there is nothing to divide by."""
    if formula in shares:
        return shares[formula]
    sums = [_sum(side, counts) for side in terms(formula)]
    if sums[0] is None or sums[-1] is None:
        return None
    if len(sums) == 1:
        return sums[0], None
    return (sums[0], sums[1]) if sums[-1] > 0 else None


def _sum(side: Sequence[tuple[str, str]], counts: Mapping[str, int | None]) -> int | None:
    total = 0
    for sign, name in side:
        count = counts.get(name)
        if count is None:
            return None
        total += -count if sign == "-" else count
    return total


def _computed(table: pd.DataFrame) -> tuple[dict[str, int | None], dict[str, Exact | None]]:
    """The computed counts, and the two counts of each computed rate."""
    counts: dict[str, int | None] = {}
    shares: dict[str, Exact | None] = {}
    for name, figure in indicators.figures(table).items():
        numerator, denominator = figure["numerator"], figure["denominator"]
        if indicators.get(name).denominator is None:
            counts[name] = None if numerator is None else int(numerator)
        else:
            shares[name] = (int(numerator), int(denominator)) if numerator is not None and denominator else None
    return counts, shares


def _formulas(column: str) -> dict[str, list[str]]:
    """Of each reported name the formulas of one column, checked: a name written wrong would check nothing."""
    names = reported.names()
    return _checked(column, tuple((code, row[column]) for code, row in names.items()))


@cache
def _checked(column: str, texts: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    known = {each.name for each in indicators.INDICATORS} if column == "readings" else {code for code, _ in texts}
    found = {code: [formula for formula in text.split(";") if formula] for code, text in texts}
    for code, formulas in found.items():
        for unknown in {name for each in formulas for side in terms(each) for _, name in side} - known:
            raise UserError(f"Reference table reported_names.csv: {column} of {code} names an unknown '{unknown}'.")
    return found
