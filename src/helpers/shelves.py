"""What is computed of a province and period, kept beside the store until dossiers, code or tables change."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow
import pyarrow.compute as pc
import pyarrow.parquet

from helpers import digests, files, store
from helpers.dossiers import texts
from helpers.periods import Period

_KEY: Final = b"key"
_ROW_GROUP: Final = 1_024  # rows; a commune's cube has some hundred


@dataclass(frozen=True)
class Shelf:
    """Where something is kept, and what it depends on.

    Attributes
    ----------
    path : Path
        Of the file, without its ending.
    key : str
        Digest of the province's dossiers, the code and the tables: what is kept under another key is out of date.
    """

    path: Path
    key: str


def of(folder: Path, what: str, province: str, period: Period, grain: str) -> Shelf:
    """Where something that is computed of a province and period is kept.

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

    Returns
    -------
    Shelf
    """
    asked = [province, period.text, period.cutoffs, grain]
    key = digests.of([store.identity(folder, province), digests.code(), *asked])
    return Shelf(folder / "cache" / "-".join([what, *asked]), key)


def kept(shelf: Shelf, name: str, commune: str = "") -> pd.DataFrame | None:
    """A table as it was kept.

    Parameters
    ----------
    shelf : Shelf
    name : str
        Of the table.
    commune : str
        Its rows alone; all by default.

    Returns
    -------
    DataFrame or None
        None when there is none, it is another's, or damaged: it is computed again then.
    """
    try:
        with pyarrow.parquet.ParquetFile(_path(shelf, name)) as file:
            if file.schema_arrow.metadata[_KEY] != shelf.key.encode():
                return None
            table = file.read_row_groups(_groups(file.metadata, commune), use_threads=False)
        if commune:
            table = table.filter(pc.equal(table["commune"], commune))
        text = texts(table.num_rows)
        found: pd.DataFrame = table.to_pandas(types_mapper={pyarrow.string(): text, pyarrow.large_string(): text}.get)
        return found
    except (OSError, pyarrow.ArrowException, KeyError, TypeError, ValueError):
        return None


def _groups(footer: pyarrow.parquet.FileMetaData, commune: str) -> list[int]:
    """Row groups that may hold rows of a commune; all for none."""
    every = range(footer.num_row_groups)
    if not commune:
        return list(every)
    place = footer.schema.names.index("commune")
    spans = [footer.row_group(group).column(place).statistics for group in every]
    # One without rows has no statistics.
    return [group for group, span in zip(every, spans, strict=True) if span and span.min <= commune <= span.max]


def keep(shelf: Shelf, tables: Mapping[str, pd.DataFrame]) -> None:
    """Keep some tables.

    Parameters
    ----------
    shelf : Shelf
    tables : mapping
        By their names.
    """
    for name, frame in tables.items():
        table = pyarrow.Table.from_pandas(frame, preserve_index=False)
        noted = {**(table.schema.metadata or {}), _KEY: shelf.key.encode()}
        # Several processes may keep the same; a store that cannot be written is only slower.
        with contextlib.suppress(OSError), files.beside(_path(shelf, name), f"-{os.getpid()}") as new:
            pyarrow.parquet.write_table(table.replace_schema_metadata(noted), new, row_group_size=_ROW_GROUP)


def _path(shelf: Shelf, name: str) -> Path:
    return shelf.path.with_name(f"{shelf.path.name}-{name}.parquet")
