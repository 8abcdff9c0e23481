"""The dossier table: one row a dossier, what each column holds, and the checks that every row must pass."""

from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow

from helpers import reference

KEY = ["commune", "dossier_id"]
REQUIRED = ["dossier_id", "commune", "received_at"]
TIMES = ["submitted_at", "received_at", "due_at", "finished_at", "returned_at", "apology_at", "new_due_at"]
# Times whose precision decides a class: beside each stands a flag that says "a date without a time of day".
DATE_ONLY = {f"{name}_at": f"{name}_date_only" for name in ("received", "due", "finished", "returned")}
FLAGS = ["fee_due", "paid_online", "digitised", "e_result"]
TEXTS = ["dossier_id", "commune", "procedure", "field", "channel", "applicant_kind", "holder", "overdue_cause"]
TEXTS += ["online_level"]
# Where a row came from: number of its import in the store's log (missing in samples), of the sheet or of the file
# inside a zip, from 1, and of the row there.
SOURCE = {"source_import": "Int32", "source_sheet": "Int32", "source_row": "Int32"}
# How often something happened to a dossier: papers asked for, a new due date set.
COUNTS = ["supplement_requests", "extensions"]
INTEGERS = {"status": "Int8", **dict.fromkeys(COUNTS, "Int16"), **SOURCE}

DTYPES: dict[str, str] = {
    **dict.fromkeys(TEXTS, "str"),
    **dict.fromkeys(TIMES, "datetime64[us]"),
    **dict.fromkeys(DATE_ONLY.values(), "bool"),
    **dict.fromkeys(FLAGS, "boolean"),
    **INTEGERS,
}
COLUMNS = list(DTYPES)

_ARROW = {
    "str": pyarrow.string(),
    "datetime64[us]": pyarrow.timestamp("us"),
    "bool": pyarrow.bool_(),
    "boolean": pyarrow.bool_(),
    "Int8": pyarrow.int8(),
    "Int16": pyarrow.int16(),
    "Int32": pyarrow.int32(),
}
ARROW_SCHEMA = pyarrow.schema([(name, _ARROW[dtype]) for name, dtype in DTYPES.items()])
_FEW = 2_000  # rows


def texts(rows: int) -> "pd.StringDtype[Any]":
    """How a table that was counted, of so many rows, holds its texts.

    Few are Python's own: every look at Arrow's is a call that costs more than it saves.
    """
    return pd.StringDtype("python" if rows <= _FEW else "pyarrow", na_value=np.nan)


def schema() -> pa.DataFrameSchema:
    """The declared checks on the dossier table.

    Returns
    -------
    DataFrameSchema
        Every column of ``COLUMNS`` with its dtype, missing values where allowed, and known codes; (commune,
        dossier_id) unique. Field, procedure, holder and cause may be texts that the reference tables do not know.
        Built when asked, so that an edited reference table counts.
    """
    known: dict[str, set[Any]] = {
        "commune": set(reference.table("communes")["code"]),
        "channel": set(reference.table("channels")["code"]),
        "applicant_kind": {"citizen", "business", "agency", "other"},
        "online_level": {"full", "partial"},
        "status": {int(code) for code in reference.table("statuses")["code"]},
    }

    def column(name: str) -> pa.Column:
        checks = [pa.Check.isin(known[name], error="not a known code")] if name in known else []
        if name in COUNTS:
            checks = [pa.Check.ge(0, error="negative")]
        return pa.Column(DTYPES[name], checks, nullable=name not in [*REQUIRED, *DATE_ONLY.values()])

    return pa.DataFrameSchema({name: column(name) for name in COLUMNS}, unique=KEY, strict=True, ordered=True)


def complete(rows: pd.DataFrame) -> pd.DataFrame:
    """Give a table every column of ``COLUMNS`` in order and with its dtype; absent ones are missing throughout.

    Parameters
    ----------
    rows : DataFrame
        Some of the columns.

    Returns
    -------
    DataFrame
        Same rows and index; a date-only flag that is absent is False.
    """
    empty = {name: False if name in DATE_ONLY.values() else None for name in COLUMNS}
    whole = pd.DataFrame({name: rows[name] if name in rows else empty[name] for name in COLUMNS}, index=rows.index)
    return whole.astype(DTYPES)
