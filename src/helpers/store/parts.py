"""Parquet files of dossiers: how they are sorted and split, written, and read in pieces."""

import os
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow
import pyarrow.compute as pc
import pyarrow.parquet

from helpers import dossiers, reference
from helpers.errors import UserError
from helpers.store import state

# Rows a row group: the least that a slice reads. A commune of a large city fills about half of one a month.
ROW_GROUP = 8_192
# Months after the month received before which a dossier must end to count as settled.
_SETTLED_MONTHS: Final = 2
_LONG: Final = -1
_MANY: Final = 100_000
_COMMUNE: Final = dossiers.COLUMNS.index("commune")
# Nearly every value differs: a dictionary would hold them all. These encodings halve the files.
_ENCODINGS: Final = {
    **dict.fromkeys(dossiers.TIMES, "BYTE_STREAM_SPLIT"),
    "source_row": "DELTA_BINARY_PACKED",
    "dossier_id": "DELTA_BYTE_ARRAY",
}
_TEXTS: Final = [
    field.name
    for field in dossiers.ARROW_SCHEMA
    if pyarrow.types.is_string(field.type) and field.name not in _ENCODINGS
]
_PANDAS: Final = {
    pyarrow.int8(): pd.Int8Dtype(),
    pyarrow.int16(): pd.Int16Dtype(),
    pyarrow.int32(): pd.Int32Dtype(),
    pyarrow.bool_(): pd.BooleanDtype(),
}


def ordered(rows: pyarrow.Table) -> pyarrow.Table:
    """Sort dossiers by commune, time received and code."""
    keys = [(name, "ascending") for name in ("commune", "received_at", "dossier_id")]
    order = pc.sort_indices(rows, sort_keys=keys).to_numpy()
    in_order = bool(np.all(order[1:] > order[:-1]))  # as rows from a file are: moving them costs more than looking
    return rows if in_order else rows.take(pyarrow.array(order))


def ended(rows: pyarrow.Table) -> pyarrow.ChunkedArray:
    """When each dossier ended; missing for an open one."""
    return pc.coalesce(rows["finished_at"], rows["returned_at"])


def split(rows: pyarrow.Table) -> Iterator[tuple[str, str, pyarrow.Table]]:
    """Part dossiers by the file that they belong into; their order stays.

    Yields
    ------
    tuple
        Province, month ("" for long ones), dossiers.
    """
    provinces, months = _provinces(rows["commune"]), _months(rows)
    place = provinces * 100_000 + months  # a month since 1970 has five digits for the next 6000 years
    order = np.argsort(place, kind="stable")
    pieces = np.split(order, np.flatnonzero(np.diff(place[order])) + 1)
    for piece in filter(len, pieces):
        month = months[piece[0]]
        name = "" if month == _LONG else str(np.datetime64(int(month), "M"))
        yield f"{provinces[piece[0]]:02d}", name, rows.take(pyarrow.array(piece))


def _provinces(communes: pyarrow.ChunkedArray) -> npt.NDArray[np.int64]:
    """Province of each commune, as a number."""
    codes = pc.dictionary_encode(communes.combine_chunks())
    of = np.array([int(code) for code in reference.province_of(codes.dictionary.to_pylist())], dtype=np.int64)
    provinces: npt.NDArray[np.int64] = of[codes.indices.to_numpy()]
    return provinces


def _months(rows: pyarrow.Table) -> npt.NDArray[np.int64]:
    """Month received of each settled dossier, in months since 1970; ``_LONG`` for the others."""
    months = rows["received_at"].to_numpy().astype("datetime64[M]")
    settled = ended(rows).to_numpy() < months + _SETTLED_MONTHS
    return np.where(settled, months.astype(np.int64), _LONG)


def keys(rows: pyarrow.Table) -> pyarrow.ChunkedArray:
    """Key of each dossier as one text."""
    return pc.binary_join_element_wise(rows["commune"], rows["dossier_id"], "\t")


def frame(rows: pyarrow.Table) -> pd.DataFrame:
    """Dossiers, or some of their columns, with the types of ``dossiers.DTYPES``."""
    # Threads cost a small table more than they save.
    made: pd.DataFrame = rows.to_pandas(types_mapper=_PANDAS.get, use_threads=rows.num_rows > _MANY)
    for name in made.columns.intersection([*dossiers.DATE_ONLY.values()]):
        made[name] = made[name].astype("bool")  # never missing
    return made


def arrow(rows: pd.DataFrame) -> pyarrow.Table:
    """Dossiers with ``dossiers.ARROW_SCHEMA``."""
    return pyarrow.Table.from_pandas(rows[dossiers.COLUMNS], schema=dossiers.ARROW_SCHEMA, preserve_index=False)


def encode(rows: pyarrow.Table, sink: BinaryIO | pyarrow.BufferOutputStream) -> None:
    """Write dossiers as Parquet."""
    encodings = {name: how for name, how in _ENCODINGS.items() if name in rows.column_names}
    pyarrow.parquet.write_table(
        rows,
        sink,
        compression="zstd",
        row_group_size=ROW_GROUP,
        use_dictionary=[name for name in rows.column_names if name not in encodings],
        column_encoding=encodings,
        write_page_checksum=True,
    )


def write(path: Path, fill: Callable[[BinaryIO], None]) -> None:
    """Write a file that has reached the disk when this returns; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as sink:
        fill(sink)
        sink.flush()
        os.fsync(sink.fileno())


def load(
    folder: Path,
    path: str,
    columns: Sequence[str] | None = None,
    communes: Sequence[str] | None = None,
    coded: bool = False,
) -> pyarrow.Table:
    """Read dossiers from one file of the store.

    Parameters
    ----------
    folder : Path
        The store.
    path : str
        Relative to it.
    columns : sequence of str, optional
        All by default.
    communes : sequence of str, optional
        Codes in their order: row groups that hold none of them stay unread, and so do dossiers of others.
    coded : bool
        Give texts, but for codes of dossiers, as places in a list of those that occur, as the file has them: read in a
        third of the time.

    Returns
    -------
    Table

    Raises
    ------
    UserError
        When the file is missing or damaged.
    """
    try:
        return _load(folder / path, columns, communes, coded)
    except FileNotFoundError as error:
        raise state.damaged(folder / path, folder, "is missing") from error
    except PermissionError as error:
        raise UserError(f"{folder / path} may not be read. Mend its permissions.") from error
    except (pyarrow.ArrowException, OSError) as error:
        raise state.damaged(folder / path, folder) from error


def _load(path: Path, columns: Sequence[str] | None, communes: Sequence[str] | None, coded: bool) -> pyarrow.Table:
    listed = _TEXTS if coded else []
    with pyarrow.parquet.ParquetFile(path, page_checksum_verification=True, read_dictionary=listed) as file:
        if communes is None:
            return _with_absent(file.read(columns=columns), columns)
        wanted = columns if columns is None or "commune" in columns else [*columns, "commune"]
        # The pieces of a commune are small: threads would cost more than they save.
        rows = file.read_row_groups(_groups(file.metadata, communes), columns=wanted, use_threads=False)
        rows = _with_absent(rows, wanted)
    found = rows.filter(pc.is_in(rows["commune"], pyarrow.array(communes, pyarrow.string())))
    return found if columns is None else found.select(columns)


def _with_absent(rows: pyarrow.Table, columns: Sequence[str] | None) -> pyarrow.Table:
    """With the columns that a store of an earlier version does not have yet: missing throughout."""
    wanted = set(dossiers.COLUMNS if columns is None else columns)
    for name in wanted.difference(rows.column_names):
        field = dossiers.ARROW_SCHEMA.field(name)
        rows = rows.append_column(field, pyarrow.nulls(rows.num_rows, field.type))
    return rows.select(dossiers.COLUMNS if columns is None else columns)


def _groups(footer: pyarrow.parquet.FileMetaData, communes: Sequence[str]) -> list[int]:
    """Row groups whose statistics say that they may hold one of some communes."""
    if not footer.num_rows:  # no statistics either
        return []
    groups = []
    for group in range(footer.num_row_groups):
        span = footer.row_group(group).column(_COMMUNE).statistics
        at = bisect_left(communes, span.min)
        if at < len(communes) and communes[at] <= span.max:
            groups.append(group)
    return groups
