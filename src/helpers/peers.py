"""How the communes of a province compare, which every commune's page needs: computed once, kept beside the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import digests, funnel, indicators, ranking, reference, shelves, store, tallies
from helpers.errors import UserError
from helpers.periods import Period


@dataclass(frozen=True)
class Peers:
    """The communes of a province, for ranks and for who differs from the others.

    Attributes
    ----------
    positions : DataFrame
        ``ranking.positions`` of every commune whose data reach the period's end; empty when too few communes can be
        compared.
    compared, communes : int
        Communes with data up to the period's end, and communes of the province.
    """

    positions: pd.DataFrame
    compared: int
    communes: int

    @cached_property
    def far(self) -> pd.DataFrame:
        """``funnel.far`` of the communes."""
        return funnel.far(self.positions)

    def standing(self, communes: Sequence[str]) -> dict[str, str]:
        """Digest of all that the page of each commune says of the others: it changes when the page must."""
        ranks = _by_commune(self.positions, ["indicator", "position", "compared"])
        limits = _by_commune(self.far, ["indicator", "limit", "all_numerator", "all_denominator"])
        common = [self.positions.empty, self.compared, self.communes]
        return {code: digests.of([ranks.get(code, []), limits.get(code, []), *common]) for code in communes}


def _by_commune(rates: pd.DataFrame, columns: list[str]) -> dict[str, list[list[Any]]]:
    """The rows of each commune, as JSON has them."""
    found: dict[str, list[list[Any]]] = {}
    for code, row in zip(rates["commune"].tolist(), rates[columns].to_numpy().tolist(), strict=True):
        found.setdefault(code, []).append(row)
    return found


def of(folder: Path, province: str, period: Period, grain: str) -> Peers:
    """How the communes of a province compare in a period.

    Parameters
    ----------
    folder : Path
        The dossier store. What is computed is kept beside it.
    province : str
        Two-digit code.
    period : Period
    grain : {"timestamp", "day"}

    Returns
    -------
    Peers

    Raises
    ------
    UserError
        When the store is empty.
    """
    shelf = shelves.of(folder, "peers", province, period, grain)
    positions, reaching = shelves.kept(shelf, "positions"), shelves.kept(shelf, "reaching")
    communes = len(reference.communes_of(province))
    if positions is None or reaching is None:
        counts, found = _counted(folder, province, period, grain)
        reaching = pd.DataFrame({"commune": found}, dtype="str")
        positions = _positions(counts, found, communes)
        shelves.keep(shelf, {"positions": positions, "reaching": reaching})
    return Peers(positions, len(reaching), communes)


def _counted(folder: Path, province: str, period: Period, grain: str) -> tuple[pd.DataFrame, list[str]]:
    """The counts cube, and the communes whose data reach the period's end."""
    since = ranking.reaching_since(period)
    try:
        return tallies.of(folder, province, period, grain).cube, store.receiving(folder, province, since)
    except UserError:
        # A damaged file costs the communes in it their reports, not the others their ranks.
        communes = store.readable(folder, province, tallies.NEEDS)
        counts = tallies.cube_of(folder, province, period, grain, communes)
        return counts, store.receiving(folder, province, since, communes)


def _positions(counts: pd.DataFrame, reaching: list[str], communes: int) -> pd.DataFrame:
    """Positions of those whose data reach the period's end; of none when they are too few."""
    compared = counts[counts["commune"].isin(reaching)]
    positions = ranking.positions(indicators.compute(compared, ["commune"]))
    return positions if ranking.enough(len(reaching), communes) else positions.iloc[:0]
