"""Overdue dossiers: resolved late and still pending overdue, always apart; how late, where, why, and who was told."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from helpers import cube, dossiers, outcomes, workdays
from helpers.dossiers import texts
from helpers.periods import Period

LATE: Final = "late"
PENDING: Final = "pending_overdue"
BANDS: Final = ["≤ 1", "2–5", "6–10", "11–30", "> 30"]
_EDGES: Final = [-np.inf, 1, 5, 10, 30, np.inf]
COUNTED: Final = ["commune", "field", "overdue_cause", "holder", "outcome", "band", "letter"]
_TEXTS: Final = [*dossiers.TEXTS, "intake", "outcome", "letter"]
DUE_SOON_DAYS: Final = 7
AGES: Final = ["≤ 5", "6–10", "11–30", "31–60", "> 60"]
_AGE_EDGES: Final = [-np.inf, 5, 10, 30, 60, np.inf]


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
        holidays and swaps honoured; 0 when it was late within the day), ``band`` (one of ``BANDS``) and ``letter`` (of
        apology: ``before`` when it was sent at least one day before expiry, ``after``, or missing).
    """
    rows = _measured(classed, period)
    rows = rows.astype(dict.fromkeys(rows.columns.intersection(_TEXTS), texts(len(rows))))
    return rows.sort_values(["days_late", "due_at", "dossier_id"], ascending=[False, True, True], kind="stable")


def count(classed: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The overdue dossiers of a period, counted.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns.
    period : Period

    Returns
    -------
    DataFrame
        The columns of ``COUNTED`` ("" where missing) and ``dossiers``, a row a combination that occurs.
    """
    rows = _measured(classed, period)
    cells = cube.crossed(rows, COUNTED)
    return cells.summed({"dossiers": np.ones(len(rows), dtype=bool)})


def spread(counted: pd.DataFrame) -> pd.DataFrame:
    """Overdue dossiers, a row each again, with the columns that were counted.

    Parameters
    ----------
    counted : DataFrame
        What ``count`` returns.

    Returns
    -------
    DataFrame
        Columns ``COUNTED``, missing where not recorded.
    """
    rows = counted.loc[counted.index.repeat(counted["dossiers"]), COUNTED].reset_index(drop=True)
    return rows.mask(rows == cube.UNKNOWN)


def _measured(classed: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The overdue dossiers, with how late each is and when its letter of apology was sent."""
    rows = classed[classed["outcome"].isin([LATE, PENDING])].copy()
    until = rows["ended_at"].where(rows["outcome"] == LATE, pd.Timestamp(period.last_day))
    rows["days_late"] = workdays.between(rows["due_at"], until)
    rows["band"] = pd.cut(rows["days_late"].astype("float64"), _EDGES, labels=BANDS)
    sent = rows["apology_at"].where(rows["apology_at"] < period.end)
    before = sent.dt.normalize() < rows["due_at"].dt.normalize()
    letter = np.select([before, sent.notna()], ["before", "after"], "")
    rows["letter"] = pd.Series(letter, index=rows.index, dtype="str").where(sent.notna())
    return rows


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
    rows = overdue.loc[overdue["outcome"] == outcome, ["field", "band"]]
    return _crossed(rows["field"], rows["band"], BANDS)


def by_key(overdue: pd.DataFrame, key: str) -> pd.DataFrame:
    """Overdue dossiers by field, procedure, cause, holder or commune.

    Parameters
    ----------
    overdue : DataFrame
        What ``select`` returns.
    key : {"field", "procedure", "overdue_cause", "holder", "commune"}

    Returns
    -------
    DataFrame
        Index ``key`` ("" when missing), columns ``late``, ``pending_overdue``, ``total``; most first.
    """
    return _crossed(overdue[key], overdue["outcome"], [LATE, PENDING])


def by_due_month(overdue: pd.DataFrame) -> pd.DataFrame:
    """Overdue dossiers by the month in which they fell due.

    Parameters
    ----------
    overdue : DataFrame
        What ``select`` returns.

    Returns
    -------
    DataFrame
        Index ``due_month``, a pandas period, in order; columns ``late``, ``pending_overdue``, ``total``.
    """
    months = overdue["due_at"].dt.to_period("M").astype("str").rename("due_month")
    counts = _crossed(months, overdue["outcome"], [LATE, PENDING]).sort_index()
    return counts.set_axis(pd.PeriodIndex(counts.index, freq="M", name="due_month"))


def _crossed(keys: "pd.Series[str]", values: "pd.Series[str]", columns: list[str]) -> pd.DataFrame:
    """How many rows have each key, by value and in all; most first."""
    cells = cube.crossed(keys.to_frame(), [str(keys.name)])
    flags = {name: (values == name).to_numpy(dtype=bool) for name in columns}
    table = cells.summed(flags | {"total": values.isin(columns).to_numpy()}).set_index(str(keys.name))
    return table.sort_values("total", ascending=False, kind="stable")


@dataclass(frozen=True)
class Told:
    """How applicants of overdue dossiers were told; None where the export records it of no dossier at all.

    Attributes
    ----------
    overdue : int
    with_apology : int or None
        With a letter of apology and new date.
    before_due : int or None
        Of these, sent at least one day before expiry.
    redated : int or None
        With a new due date.
    past_when_sent : int or None
        Whose new due date was over when the letter was sent.
    beyond_new_date : int or None
        That ended after the new due date, or are pending though it is over.
    redated_again : int or None
        With more than one, which the rules do not allow.
    supplements_known : int
        Of which it is known how often the applicant was asked for more papers.
    supplemented_again : int or None
        Of these, asked more than once.
    """

    overdue: int
    with_apology: int | None
    before_due: int | None
    redated: int | None
    past_when_sent: int | None
    beyond_new_date: int | None
    redated_again: int | None
    supplements_known: int
    supplemented_again: int | None


def told(overdue: pd.DataFrame, classed: pd.DataFrame, period: Period) -> Told:
    """How applicants were told of overdue dossiers.

    Parameters
    ----------
    overdue : DataFrame
        What ``select`` returns.
    classed : DataFrame
        What it was selected from: where none of these dossiers has a letter, the export does not record letters.
    period : Period

    Returns
    -------
    Told

    Notes
    -----
    Form 04 of TT 03/2025/TT-VPCP; at least one day before expiry, and a new date at most once: several provincial
    rules. Papers asked for once only: NĐ 118/2025/NĐ-CP, art. 11 (DOMAIN §6).
    """
    sent, extensions = overdue["apology_at"], overdue["extensions"]
    before = sent.dt.normalize() < overdue["due_at"].dt.normalize()
    new_due = overdue["new_due_at"]
    redated = new_due.notna() | (extensions > 0).fillna(False)
    until = overdue["ended_at"].where(overdue["outcome"] == LATE, period.end)
    letters, of_date = classed["apology_at"].notna(), classed[["new_due_at", "extensions"]].notna()

    def counted(rows: "pd.Series[bool]", recorded: "pd.Series[bool]") -> int | None:
        return int(rows.sum()) if recorded.any() else None

    return Told(
        overdue=len(overdue),
        with_apology=counted(sent.notna(), letters),
        before_due=counted(before, letters),
        redated=counted(redated, of_date.any(axis="columns")),
        past_when_sent=counted(new_due < sent, of_date["new_due_at"]),
        beyond_new_date=counted(new_due < until, of_date["new_due_at"]),
        redated_again=counted(extensions > 1, of_date["extensions"]),
        supplements_known=int(overdue["supplement_requests"].notna().sum()),
        supplemented_again=counted(overdue["supplement_requests"] > 1, classed["supplement_requests"].notna()),
    )


def pending_ages(classed: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Pending dossiers by how long ago they were received.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns.
    period : Period
        Ages are those on its last day.

    Returns
    -------
    DataFrame
        Index ``age``, one of ``AGES`` (working days); columns ``in_time``, ``waiting`` (of these, for the applicant),
        ``overdue``, ``no_due``, ``total``.
    """
    rows = classed[classed["outcome"].isin(outcomes.PENDING)]
    last = pd.Series(pd.Timestamp(period.last_day), index=rows.index)
    days = workdays.between(rows["received_at"], last).astype("float64")
    ages = pd.cut(days, _AGE_EDGES, labels=AGES)
    marks = {
        "in_time": rows["outcome"] == "pending_in_time",
        "waiting": rows["waiting"],
        "overdue": rows["outcome"] == PENDING,
        "no_due": rows["outcome"] == "pending_no_due",
        "total": pd.Series(True, index=rows.index),
    }
    counts = {name: np.bincount(ages.cat.codes[mark], minlength=len(AGES)) for name, mark in marks.items()}
    return pd.DataFrame(counts, index=pd.Index(AGES, name="age"))


def due_soon(classed: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Pending dossiers that fall due within ``DUE_SOON_DAYS`` calendar days after the period's end.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns.
    period : Period

    Returns
    -------
    DataFrame
        Rows of ``classed``, next due first. Dossiers that wait for the applicant are left out: their clock stands.
    """
    until = period.end + pd.Timedelta(days=DUE_SOON_DAYS)
    soon = (classed["outcome"] == "pending_in_time") & ~classed["waiting"] & (classed["due_at"] < until)
    return classed[soon].sort_values(["due_at", "dossier_id"], kind="stable")
