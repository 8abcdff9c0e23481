"""Every dossier classed as of a period's end: how it came in, and how it stands."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import reference
from helpers.dossiers import texts
from helpers.errors import UserError
from helpers.periods import Period

Grain = Literal["timestamp", "day"]
Times = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]  # positions in a list of names
GRAINS: Final[tuple[Grain, ...]] = ("timestamp", "day")

RESOLVED: Final = ["early", "on_time", "late", "resolved_no_due"]
PENDING: Final = ["pending_in_time", "pending_overdue", "pending_no_due"]
OUTCOMES: Final = [*RESOLVED, "withdrawn", *PENDING]
_CODES: Final = {name: code for code, name in enumerate(OUTCOMES)}
# Columns of the dossier table that classing needs.
NEEDS: Final = [
    "commune", "received_at", "due_at", "finished_at", "returned_at", "status",
    "due_date_only", "finished_date_only", "returned_date_only",
]  # fmt: skip


def grain(text: str) -> Grain:
    """Check the name of a time grain.

    Raises
    ------
    UserError
        When it is none of ``GRAINS``; the message lists them.
    """
    for known in GRAINS:
        if text == known:
            return known
    raise UserError(f"Time grain '{text}' is unknown. Use one of: {', '.join(GRAINS)}.")


def classify(dossiers: pd.DataFrame, period: Period, time_grain: str = "timestamp") -> pd.DataFrame:
    """Class every dossier that concerns a period as of the period's end, from its dates.

    Parameters
    ----------
    dossiers : DataFrame
        Rows of the dossier table with at least ``NEEDS``.
    period : Period
        Half-open bounds [start, end).
    time_grain : {"timestamp", "day"}
        ``timestamp`` compares moments: early is before the half-day session of the due time, late is after the due
        moment. ``day`` compares calendar dates. Where the due or the finishing time is a date without a time of
        day, that dossier is compared by day under either.

    Returns
    -------
    DataFrame
        The dossiers in scope with ``intake`` (received, carried_over), ``outcome`` (see ``OUTCOMES``), ``waiting``
        (bool) and ``ended_at`` added. Dossiers not accepted (status 1, 3), received after the period, or ended
        before it are left out. What was not known of a dossier by the period's end is missing: letters of apology
        sent later and the new due dates that they name; and of what bears no date, how often a new due date was set
        and papers were asked for, where neither a letter nor the dossier's end says that it was before.

    Raises
    ------
    UserError
        For an unknown grain.

    Notes
    -----
    DOMAIN §3. A dossier ends when it is finished, or returned where only that is known. Never today's status but the
    dates decide whether it is closed; the status only tells withdrawn (7) from resolved and, while it is open,
    whether it waits (5, 6, 8) for the applicant and so is not overdue.
    """
    by_calendar = grain(time_grain) == "day"
    start, end = period.start.to_datetime64(), period.end.to_datetime64()
    received, ended = dossiers["received_at"].to_numpy(), _ended(dossiers)
    received_in = (received >= start) & (received < end)
    carried = (received < start) & ~(ended < start)
    scope = (received_in | carried) & ~_in_group(dossiers["status"], "not_accepted")

    rows, ended = dossiers[scope], ended[scope]
    due, status = rows["due_at"].to_numpy(), rows["status"]
    by_day = _by_day(rows) | by_calendar
    closed, no_due = ended < end, np.isnat(due)
    waiting = ~closed & _in_group(status, "waiting") & ~no_due
    withdrawn, no_due_yet, overdue, in_time = (
        _CODES[name] for name in ("withdrawn", "pending_no_due", "pending_overdue", "pending_in_time")
    )
    outcome = np.select(
        [closed & _in_group(status, "withdrawn"), closed, no_due, (due < end) & ~waiting],
        [withdrawn, _speed(ended, due, by_day), no_due_yet, overdue],
        in_time,
    )
    return _as_known(rows, closed, end).assign(
        ended_at=ended,
        intake=_named(["carried_over", "received"], received_in[scope].astype(np.int64)),
        outcome=_named(OUTCOMES, outcome),
        waiting=waiting,
    )


def _as_known(rows: pd.DataFrame, closed: Flags, end: np.datetime64) -> pd.DataFrame:
    """Without what was not known of a dossier by the end: counts and new due dates bear no date of their own."""
    if "new_due_at" not in rows:  # for counting, which looks at none of it
        return rows
    sent, new_due = rows["apology_at"].to_numpy(), rows["new_due_at"].to_numpy()
    later, settled = sent >= end, closed | (sent < end)
    unknown = {
        "apology_at": later,
        "new_due_at": later | (~settled & ~(new_due < end)),
        "extensions": later | ~settled,
        "supplement_requests": ~closed,
    }
    return rows.assign(**{name: rows[name].mask(mask) for name, mask in unknown.items() if mask.any()})


def ended_by_date(rows: pd.DataFrame) -> Flags:
    """Whether the ending time of each dossier is a date without a time of day."""
    return np.where(rows["finished_at"].isna(), rows["returned_date_only"], rows["finished_date_only"]).astype(bool)


def speed(rows: pd.DataFrame, time_grain: str = "timestamp") -> "pd.Series[str]":
    """How each dossier that has ended stands to its due time, whatever the period.

    Parameters
    ----------
    rows : DataFrame
        Rows of the dossier table with at least ``NEEDS``.
    time_grain : {"timestamp", "day"}
        As for ``classify``.

    Returns
    -------
    Series of str
        early, on_time, late or resolved_no_due; missing where the dossier has not ended.
    """
    ended = _ended(rows)
    codes = _speed(ended, rows["due_at"].to_numpy(), _by_day(rows) | (grain(time_grain) == "day"))
    return pd.Series(_named(OUTCOMES, codes), index=rows.index).mask(np.isnat(ended))


def status_group(status: "pd.Series[int]") -> "pd.Series[str]":
    """Group of each status, as ``statuses.csv`` has it.

    Parameters
    ----------
    status : Series of Int8

    Returns
    -------
    Series of str
        not_accepted, open, waiting, withdrawn or done. A missing status says nothing, so the dossier counts as
        accepted: open.
    """
    groups = reference.table("statuses").set_index("code")["group"]
    groups.index = groups.index.astype("int8")
    return status.map(groups).fillna("open").astype("str")


def says_ended(status: "pd.Series[int]") -> "pd.Series[bool]":
    """Whether each status says that the dossier is done or withdrawn, whatever its dates say.

    Parameters
    ----------
    status : Series of Int8

    Returns
    -------
    Series of bool
        False where the status is missing.
    """
    return status_group(status).isin(["done", "withdrawn"])


def _ended(rows: pd.DataFrame) -> Times:
    finished = rows["finished_at"].to_numpy()
    return np.where(np.isnat(finished), rows["returned_at"].to_numpy(), finished)


def _by_day(rows: pd.DataFrame) -> Flags:
    """Whether the due or the ending time is a date without a time of day."""
    return rows["due_date_only"].to_numpy(dtype=bool) | ended_by_date(rows)


def _speed(ended: Times, due: Times, by_day: Flags) -> Codes:
    """early, on_time, late or resolved_no_due for dossiers that have ended."""
    ended_day, due_day = ended.astype("datetime64[D]"), due.astype("datetime64[D]")
    noon = np.timedelta64(12, "h")
    session = due_day + noon * (due - due_day >= noon)
    early = np.where(by_day, ended_day < due_day, ended < session)
    late = np.where(by_day, ended_day > due_day, ended > due)
    codes = [_CODES[name] for name in ("resolved_no_due", "late", "early")]
    return np.select([np.isnat(due), late, early], codes, _CODES["on_time"])


def _named(names: Sequence[str], codes: Codes) -> pd.api.extensions.ExtensionArray:
    """Names in place of their positions: one text a class is handled, not one a dossier."""
    texts_of: pd.api.extensions.ExtensionArray = pd.array(names, dtype=texts(len(codes)))
    return texts_of.take(codes)


def _in_group(status: "pd.Series[int]", group: str) -> Flags:
    """Whether each status belongs to a group, as ``status_group`` has it; a missing one to none."""
    statuses = reference.table("statuses")
    codes = [int(code) for code, of in zip(statuses["code"], statuses["group"], strict=True) if of == group]
    return status.isin(codes).to_numpy(dtype=bool)
