"""Every dossier classed as of a period's end: how it came in, and how it stands."""

from typing import Final, Literal

import pandas as pd

from helpers import reference
from helpers.errors import UserError
from helpers.periods import Period

Grain = Literal["timestamp", "day"]
GRAINS: Final[tuple[Grain, ...]] = ("timestamp", "day")

RESOLVED: Final = ["early", "on_time", "late", "resolved_no_due"]
PENDING: Final = ["pending_in_time", "pending_overdue", "pending_no_due"]
OUTCOMES: Final = [*RESOLVED, "withdrawn", *PENDING]
# Columns of the dossier table that classing needs.
NEEDS: Final = [
    "commune", "dossier_id", "received_at", "due_at", "finished_at", "returned_at", "status",
    "received_date_only", "due_date_only", "finished_date_only", "returned_date_only",
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
        before it are left out.

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
    group = status_group(dossiers["status"])
    ended = dossiers["finished_at"].fillna(dossiers["returned_at"])
    received_in = (dossiers["received_at"] >= period.start) & (dossiers["received_at"] < period.end)
    carried = (dossiers["received_at"] < period.start) & ~(ended < period.start)
    scope = (received_in | carried) & (group != "not_accepted")

    rows = dossiers[scope].copy()
    group, ended = group[scope], ended[scope]
    by_day = rows["due_date_only"] | _ended_date_only(rows) | by_calendar
    closed = ended < period.end
    waiting = ~closed & (group == "waiting") & rows["due_at"].notna()

    outcome = pd.Series("pending_in_time", index=rows.index, dtype="str")
    outcome[~closed & (rows["due_at"] < period.end) & ~waiting] = "pending_overdue"
    outcome[~closed & rows["due_at"].isna()] = "pending_no_due"
    outcome[closed] = _speed(ended, rows["due_at"], by_day)[closed]
    outcome[closed & (group == "withdrawn")] = "withdrawn"

    rows["ended_at"] = ended
    rows["intake"] = received_in[scope].map({True: "received", False: "carried_over"}).astype("str")
    rows["outcome"] = outcome
    rows["waiting"] = waiting
    return rows


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
    ended = rows["finished_at"].fillna(rows["returned_at"])
    by_day = rows["due_date_only"] | _ended_date_only(rows) | (grain(time_grain) == "day")
    return _speed(ended, rows["due_at"], by_day).mask(ended.isna())


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


def _ended_date_only(rows: pd.DataFrame) -> "pd.Series[bool]":
    return rows["finished_date_only"].where(rows["finished_at"].notna(), rows["returned_date_only"])


def _speed(
    ended: "pd.Series[pd.Timestamp]", due: "pd.Series[pd.Timestamp]", by_day: "pd.Series[bool]"
) -> "pd.Series[str]":
    """early, on_time, late or resolved_no_due for dossiers that have ended."""
    ended_day, due_day = ended.dt.normalize(), due.dt.normalize()
    session = due.dt.floor("12h")
    early = (by_day & (ended_day < due_day)) | (~by_day & (ended < session))
    late = (by_day & (ended_day > due_day)) | (~by_day & (ended > due))
    speed = pd.Series("on_time", index=ended.index, dtype="str")
    speed[early] = "early"
    speed[late] = "late"
    speed[due.isna()] = "resolved_no_due"
    return speed
