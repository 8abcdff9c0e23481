"""Overdue dossiers: resolved late and still pending overdue, always apart; by field, days late, cause and holder."""

from typing import Final

import numpy as np
import pandas as pd

from helpers import workdays
from helpers.periods import Period

LATE: Final = "late"
PENDING: Final = "pending_overdue"
BANDS: Final = ["≤ 1", "2–5", "6–10", "11–30", "> 30"]
_EDGES: Final = [-np.inf, 1, 5, 10, 30, np.inf]
DUE_SOON_DAYS: Final = 7


def select(classed: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The overdue dossiers of a period, with how late each is.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns.
    period : Period
        A pending dossier is late up to the period's last day.

    Returns
    -------
    DataFrame
        Rows of ``classed`` whose outcome is late or pending_overdue, worst first, with ``days_late`` (working days,
        holidays and swaps honoured; 0 when it was late within the day) and ``band`` (one of ``BANDS``).
    """
    rows = classed[classed["outcome"].isin([LATE, PENDING])].copy()
    until = rows["ended_at"].where(rows["outcome"] == LATE, pd.Timestamp(period.last_day))
    # As of the period's end: a letter sent later had not been sent.
    rows["apology_at"] = rows["apology_at"].where(rows["apology_at"] < period.end)
    rows["days_late"] = workdays.between(rows["due_at"], until)
    rows["band"] = pd.cut(rows["days_late"].astype("float64"), _EDGES, labels=BANDS)
    return rows.sort_values(["days_late", "due_at", "dossier_id"], ascending=[False, True, True], kind="stable")


def by_band(overdue: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Overdue dossiers of one kind, field by days late.

    Parameters
    ----------
    overdue : DataFrame
        What ``select`` returns.
    outcome : {"late", "pending_overdue"}

    Returns
    -------
    DataFrame
        Index ``field`` ("" when missing), a column a band of ``BANDS`` and ``total``; most first.
    """
    rows = overdue[overdue["outcome"] == outcome]
    return _crossed(rows["field"], rows["band"], BANDS)


def by_key(overdue: pd.DataFrame, key: str) -> pd.DataFrame:
    """Overdue dossiers by field, cause or holder.

    Parameters
    ----------
    overdue : DataFrame
        What ``select`` returns.
    key : {"field", "overdue_cause", "holder"}

    Returns
    -------
    DataFrame
        Index ``key`` ("" when missing), columns ``late``, ``pending_overdue``, ``total``; most first.
    """
    return _crossed(overdue[key], overdue["outcome"], [LATE, PENDING])


def _crossed(keys: "pd.Series[str]", values: "pd.Series[str]", columns: list[str]) -> pd.DataFrame:
    """How many rows have each key, by value and in all; most first."""
    counts = pd.DataFrame({str(keys.name): keys.fillna("")} | {name: values == name for name in columns})
    table = counts.groupby(str(keys.name), sort=True).sum().astype("int64")
    table["total"] = table.sum(axis=1)
    return table.sort_values("total", ascending=False, kind="stable")


def apologies(overdue: pd.DataFrame) -> dict[str, int]:
    """How many overdue dossiers had an apology letter, and how many of these before the due day.

    Parameters
    ----------
    overdue : DataFrame
        What ``select`` returns.

    Returns
    -------
    dict
        ``overdue``, ``with_apology``, and of these ``before_due`` (at least one day before expiry).

    Notes
    -----
    Form 04 of TT 03/2025/TT-VPCP; at least one day before expiry: several provincial rules (DOMAIN §6).
    """
    sent = overdue["apology_at"]
    before = sent.dt.normalize() < overdue["due_at"].dt.normalize()
    return {"overdue": len(overdue), "with_apology": int(sent.notna().sum()), "before_due": int(before.sum())}


def due_soon(classed: pd.DataFrame, period: Period, days: int = DUE_SOON_DAYS) -> pd.DataFrame:
    """Pending dossiers that fall due within the days after the period's end.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns.
    period : Period
    days : int
        Calendar days after the period.

    Returns
    -------
    DataFrame
        Rows of ``classed``, next due first. Dossiers that wait for the applicant are left out: their clock stands.
    """
    until = period.end + pd.Timedelta(days=days)
    soon = (classed["outcome"] == "pending_in_time") & ~classed["waiting"] & (classed["due_at"] < until)
    return classed[soon].sort_values(["due_at", "dossier_id"], kind="stable")
