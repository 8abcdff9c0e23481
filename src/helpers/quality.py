"""What an import brought and what it lacks: counted for the analyst who must ask the office for better data."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from helpers import checks, outcomes, periods, settings, store
from helpers.errors import UserError
from helpers.periods import Period

# Columns of which the reports make something; a column that the export lacks altogether is told apart.
_USED: Final = (
    "due_at", "finished_at", "channel", "field", "procedure", "applicant_kind", "status", "holder",
    "supplement_requests", "extensions", "fee_due", "paid_online", "digitised", "e_result", "online_level",
)  # fmt: skip


@dataclass(frozen=True)
class Quality:
    """One import.

    Attributes
    ----------
    record : dict
        Its entry in the log of imports.
    rows : DataFrame
        The dossiers as it brought them.
    problems : DataFrame
        ``rule``, ``severity``, ``column``, ``commune`` ("" where it could not be read), ``count``.
    unread : list of (int, int)
        Sheets without such a table, and how many of their rows hold something.
    """

    record: dict[str, Any]
    rows: pd.DataFrame
    problems: pd.DataFrame
    unread: list[tuple[int, int]] = field(default_factory=list)

    @property
    def period(self) -> Period | None:
        """From the first day of receipt to the last on which something happened; None when no row was accepted."""
        if self.rows.empty:
            return None
        last = self.rows[["received_at", "finished_at", "returned_at"]].max().max()
        end = min(last, pd.Timestamp(self.record["imported_at"]))
        return periods.parse(f"{self.rows['received_at'].min():%Y-%m-%d}..{end:%Y-%m-%d}")


def load(number: int = 0, folder: str | Path = "") -> Quality:
    """One import from the store.

    Parameters
    ----------
    number : int
        Of the import; 0 for the latest.
    folder : str or Path
        The store; the project's own when empty.

    Returns
    -------
    Quality

    Raises
    ------
    UserError
        When there is no such import.
    """
    where = Path(folder) if folder else settings.store()
    records = {record["number"]: record for record in store.snapshot(where).imports}
    if not records:
        raise UserError(f"The store {where} holds no import. Import a file first: tthc import FILE --profile NAME.")
    if number and number not in records:
        raise UserError(f"There is no import {number}. There are: {', '.join(map(str, records))}.")
    chosen = number or max(records)
    details = store.details(where, chosen)
    problems = pd.DataFrame(details["problems"], columns=["rule", "severity", "column", "commune", "count"])
    unread = [(sheet, rows) for sheet, rows in details["unread_sheets"]]
    return Quality(records[chosen], store.imported(where, chosen), problems, unread)


def reasons(of: Quality, severity: checks.Severity) -> pd.DataFrame:
    """How often each rule of one severity was broken.

    Parameters
    ----------
    of : Quality
    severity : {"reject", "repair", "flag", "note"}

    Returns
    -------
    DataFrame
        ``rule``, ``column``, ``count``, ``communes`` (how many are concerned); the most frequent first.
    """
    rows = of.problems[of.problems["severity"] == severity]
    grouped = rows.groupby(["rule", "column"], sort=False)
    counts = grouped.agg(count=("count", "sum"), communes=("commune", lambda codes: (codes != "").sum()))
    return counts.reset_index().sort_values("count", ascending=False, kind="stable", ignore_index=True)


def missing(of: Quality) -> pd.DataFrame:
    """Of each column that the reports use, how many dossiers lack it.

    Returns
    -------
    DataFrame
        ``column``, ``missing``, ``dossiers``; the end of a dossier counts as lacking only where its status says that
        it is done.
    """
    done = outcomes.says_ended(of.rows["status"])
    lines = []
    for column in _USED:
        ended = column == "finished_at"
        absent = of.rows[column].isna() & (of.rows["returned_at"].isna() if ended else True)
        among = done if ended else pd.Series(True, index=of.rows.index)
        lines.append((column, int((absent & among).sum()), int(among.sum())))
    return pd.DataFrame(lines, columns=["column", "missing", "dossiers"])


def by_place(of: Quality, place: str) -> pd.DataFrame:
    """What is lacking, by commune or field, the worst first.

    Parameters
    ----------
    of : Quality
    place : {"commune", "field"}

    Returns
    -------
    DataFrame
        ``place`` (a code; missing where unknown), ``dossiers``, ``no_due``, ``no_channel``, ``no_field``,
        ``no_end`` (done without a date), ``rejected`` (by commune only; missing by field).
    """
    rows = of.rows
    done = outcomes.says_ended(rows["status"])
    lacks = pd.DataFrame({
        place: rows[place], "dossiers": 1, "no_due": rows["due_at"].isna(), "no_channel": rows["channel"].isna(),
        "no_field": rows["field"].isna(),
        "no_end": done & rows["finished_at"].isna() & rows["returned_at"].isna(),
    })  # fmt: skip
    table = lacks.groupby(place, dropna=False).sum()
    rejected = of.problems[(of.problems["severity"] == "reject") & (of.problems["commune"] != "")]
    if place == "commune":
        counts = rejected.groupby("commune")["count"].sum()
        table = table.reindex(table.index.union(counts.index), fill_value=0)
        table["rejected"] = counts.reindex(table.index, fill_value=0)
    else:
        table["rejected"] = pd.NA
    trouble = table[["no_due", "no_channel", "no_field", "no_end"]].sum(axis=1) + table["rejected"].fillna(0)
    order = trouble.sort_values(ascending=False, kind="stable").index
    return table.loc[order].rename_axis("place").reset_index()


def effects(of: Quality) -> pd.DataFrame:
    """By how much what is missing can move the main rates of the import's own dossiers.

    Parameters
    ----------
    of : Quality

    Returns
    -------
    DataFrame
        ``name`` (of the indicator), ``numerator``, ``denominator``, ``unknown`` (accepted dossiers of which it cannot
        be told), ``rejected``: the true rate lies between numerator / whole and (numerator + unknown + rejected) /
        whole, where whole = denominator + unknown + rejected. Empty when no row was accepted.
    """
    period = of.period
    lines: list[tuple[str, int, int, int]] = []
    if period is not None:
        classed = outcomes.classify(of.rows, period)
        outcome, channel = classed["outcome"], classed["channel"]
        done = outcomes.says_ended(classed["status"])
        undated = done & classed["ended_at"].isna()
        resolved = outcome.isin(outcomes.RESOLVED)
        with_due = outcome.isin(["early", "on_time", "late"])
        in_time = outcome.isin(["early", "on_time"])
        overdue = outcome.isin(["late", "pending_overdue"])
        no_due = outcome.isin(["resolved_no_due", "pending_no_due"])
        lines = [
            ("online_rate", int((channel == "online").sum()), int(channel.notna().sum()), int(channel.isna().sum())),
            ("resolved_rate", int(resolved.sum()), int((~undated).sum()), int(undated.sum())),
            (
                "in_time_rate", int(in_time.sum()), int(with_due.sum()),
                int(((outcome == "resolved_no_due") | undated).sum()),
            ),
            (
                "overdue_rate", int((overdue & ~undated).sum()), int((~no_due & ~undated).sum()),
                int((no_due | undated).sum()),
            ),
        ]  # fmt: skip
    table = pd.DataFrame(lines, columns=["name", "numerator", "denominator", "unknown"])
    return table.assign(rejected=int(of.record["rejected"] - of.record["identical"]))
