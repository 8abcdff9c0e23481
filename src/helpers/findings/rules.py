"""What a rule is, and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from helpers.outcomes import Flags
from helpers.slices import CommuneSlice


@dataclass(frozen=True)
class Found:
    """What a rule finds: a neutral sentence with the figures, and whether each dossier is one that it is about."""

    sentence: str
    dossiers: Flags


@dataclass(frozen=True)
class Rule:
    """One thing to look for; texts in Vietnamese.

    Attributes
    ----------
    name : str
    title : str
    reason : str
        Why a delegation asks.
    threshold : str
        From when on it is told, with the constants that ``look`` compares with.
    ground : str
        Legal or statistical.
    look : callable
        What is found in a slice, or None.
    checkable : callable
        Whether a slice has the data that the rule needs.
    shows : tuple of str
        Columns that explain why a dossier is listed.
    """

    name: str
    title: str
    reason: str
    threshold: str
    ground: str
    look: Callable[[CommuneSlice], Found | None]
    checkable: Callable[[CommuneSlice], bool]
    shows: tuple[str, ...] = ("received_at", "due_at", "ended_at")


@dataclass(frozen=True)
class Finding:
    """One point to check.

    Attributes
    ----------
    rule : Rule
    sentence : str
    rows : DataFrame
        Rows of ``CommuneSlice.classed``, in the order in which they ended; none where the point is not about single
        dossiers.
    """

    rule: Rule
    sentence: str
    rows: pd.DataFrame
