"""Points that a delegation should ask about: declared rules, each with its reason, threshold and ground.

To add a rule, add one entry to ``RULES`` in ``declared``: the report prints it and its dossiers by itself. A finding is
a question, not a conclusion, and says so. All of it is as of the period's end: what happened later is not known.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.findings.declared import RULES
from helpers.findings.facts import matching, recorded
from helpers.findings.rules import Finding, Found, Rule
from helpers.outcomes import Flags
from helpers.slices import CommuneSlice

__all__ = ["RULES", "Finding", "Found", "Rule", "find", "matching", "recorded", "unchecked"]


def find(part: CommuneSlice, rules: Sequence[Rule] = RULES) -> list[Finding]:
    """The points to check of a commune or province in a period.

    Parameters
    ----------
    part : CommuneSlice
    rules : sequence of Rule
        Others than those of the list, to try one out.

    Returns
    -------
    list of Finding
        In the order of the rules.
    """
    looked = [(rule, rule.look(part)) for rule in rules if rule.checkable(part)]
    return [Finding(rule, each.sentence, _rows(part, each.dossiers)) for rule, each in looked if each is not None]


def unchecked(part: CommuneSlice) -> list[Rule]:
    """The rules that the data of a slice do not allow to check.

    Parameters
    ----------
    part : CommuneSlice

    Returns
    -------
    list of Rule
    """
    return [rule for rule in RULES if not rule.checkable(part)]


def _rows(part: CommuneSlice, chosen: Flags) -> pd.DataFrame:
    """Some dossiers, in the order in which they ended, those that are open behind."""
    places = np.flatnonzero(chosen)
    ended, codes = (part.classed[name].iloc[places] for name in ("ended_at", "dossier_id"))
    then = ended.mask(ended >= part.period.end)  # what ends later is open yet
    return part.classed.iloc[places[np.lexsort((codes.to_numpy(dtype=object), then.to_numpy()))]]
