"""How the communes of a province compare, which every commune's page needs: computed once, kept beside the store."""

import contextlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow
import pyarrow.parquet

from helpers import cube, digests, files, funnel, indicators, outcomes, ranking, reference, store
from helpers.errors import UserError
from helpers.periods import Period

# Columns of the dossier table that counting needs.
COUNTING: Final = [*outcomes.NEEDS, *cube.NEEDS]
_KEY: Final = b"key"
_COMPARED: Final = b"compared"


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

    def standing(self, commune: str) -> str:
        """Digest of all that the page of one commune says of the others: it changes when the page must."""
        own, far = (rates[rates["commune"] == commune] for rates in (self.positions, self.far))
        ranks = own[["indicator", "position", "compared"]].to_numpy().tolist()
        limits = far[["indicator", "limit", "all_numerator", "all_denominator"]].to_numpy().tolist()
        return digests.of([ranks, limits, self.positions.empty, self.compared, self.communes])


def of(folder: Path, province: str, period: Period, grain: str, rows: pd.DataFrame | None = None) -> Peers:
    """How the communes of a province compare in a period.

    Parameters
    ----------
    folder : Path
        The dossier store. What is computed is kept in its folder ``cache``, and computed again when the dossiers, the
        code or the reference tables have changed.
    province : str
        Two-digit code.
    period : Period
    grain : {"timestamp", "day"}
    rows : DataFrame, optional
        The province's dossiers that concern the period, where they have been read already.

    Returns
    -------
    Peers

    Raises
    ------
    UserError
        When the store is empty.
    """
    path, key = shelf(folder, "peers", province, period, grain, ".parquet")
    kept = _kept(path, key)
    if kept is None:
        kept = _computed(folder, province, period, grain, rows)
        _keep(path, key, *kept)
    positions, compared = kept
    return Peers(positions, compared, len(reference.communes_of(province)))


def shelf(folder: Path, what: str, province: str, period: Period, grain: str, suffix: str) -> tuple[Path, str]:
    """Where something that is computed of a province and period is kept beside the store, and what it depends on.

    Parameters
    ----------
    folder : Path
        The dossier store.
    what : str
        Begins the file's name.
    province : str
        Two-digit code.
    period : Period
    grain : {"timestamp", "day"}
    suffix : str
        Ends it.

    Returns
    -------
    path : Path
    key : str
        Digest of the province's dossiers, the code and the tables: what is kept under another key is out of date.
    """
    asked = [province, period.text, period.cutoffs, grain]
    key = digests.of([store.identity(folder, province), digests.code(), *asked])
    return folder / "cache" / f"{'-'.join([what, *asked])}{suffix}", key


def _computed(
    folder: Path, province: str, period: Period, grain: str, rows: pd.DataFrame | None
) -> tuple[pd.DataFrame, int]:
    """Positions, and how many communes are compared."""
    try:
        rows = store.read(folder, province, period.start, period.end, None, COUNTING) if rows is None else rows
        reaching = store.receiving(folder, province, ranking.reaching_since(period))
    except UserError:
        # A damaged file costs the communes in it their reports, not the others their ranks.
        communes = store.readable(folder, province, COUNTING)
        rows = store.read(folder, province, period.start, period.end, communes, COUNTING)
        reaching = store.receiving(folder, province, ranking.reaching_since(period), communes)
    classed = outcomes.classify(rows[rows["commune"].isin(reaching)], period, grain)
    positions = ranking.positions(indicators.compute(cube.count(classed), ["commune"]))
    if not ranking.enough(len(reaching), len(reference.communes_of(province))):
        positions = positions.iloc[:0]
    return positions, len(reaching)


def _kept(path: Path, key: str) -> tuple[pd.DataFrame, int] | None:
    """What is kept under a key; None when it is another's, damaged or missing: it is computed again then."""
    try:
        table = pyarrow.parquet.read_table(path, use_threads=False)
        noted = table.schema.metadata
        return (table.to_pandas(), int(noted[_COMPARED])) if noted[_KEY] == key.encode() else None
    except (OSError, pyarrow.ArrowException, KeyError, TypeError, ValueError):
        return None


def _keep(path: Path, key: str, positions: pd.DataFrame, compared: int) -> None:
    table = pyarrow.Table.from_pandas(positions, preserve_index=False)
    noted = {**(table.schema.metadata or {}), _KEY: key.encode(), _COMPARED: str(compared).encode()}
    # Several processes may keep the same; a store that cannot be written is only slower.
    with contextlib.suppress(OSError), files.beside(path, f"-{os.getpid()}") as new:
        pyarrow.parquet.write_table(table.replace_schema_metadata(noted), new)
