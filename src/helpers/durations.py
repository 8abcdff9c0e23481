"""How long dossiers take, in office hours, beside the time that was promised."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import outcomes, workdays

Hours = npt.NDArray[np.float64]
_FIGURES: Final = ["dossiers", "median", "p90", "with_due", "promised", "used"]


@dataclass(frozen=True)
class Durations:
    """Times of the resolved dossiers of a report, a value a dossier.

    Attributes
    ----------
    rows : DataFrame
        The resolved dossiers.
    taken : array of float
        Office hours from receipt to the end.
    promised : array of float
        Office hours from receipt to the due time; NaN without one.
    by_date : int
        How many have a date without a time of day at one end: the whole of that day is counted.
    """

    rows: pd.DataFrame
    taken: Hours
    promised: Hours
    by_date: int


def of(classed: pd.DataFrame) -> Durations:
    """Times taken and promised of the dossiers resolved in a period.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns.

    Returns
    -------
    Durations
        Without dossiers that ended before they were received: their times are wrong, and the page's data quality
        counts them.
    """
    rows = classed[classed["outcome"].isin(outcomes.RESOLVED) & (classed["ended_at"] >= classed["received_at"])]
    end_by_date = outcomes.ended_by_date(rows)
    start = rows["received_at"]  # a date alone is midnight: the day's office hours count from their beginning
    ended = rows["ended_at"].mask(end_by_date, workdays.closing(rows["ended_at"]))
    due = rows["due_at"].mask(rows["due_date_only"], workdays.closing(rows["due_at"]))
    return Durations(
        rows,
        workdays.hours(start, ended),
        workdays.hours(start, due),
        int((end_by_date | rows["received_date_only"].to_numpy()).sum()),
    )


def by_key(times: Durations, key: str) -> pd.DataFrame:
    """Median and 90th percentile of the time taken, and the median promised, by field or procedure.

    Parameters
    ----------
    times : Durations
    key : {"field", "procedure"}

    Returns
    -------
    DataFrame
        Index ``key`` ("" when missing), most dossiers first; ``dossiers``, ``median``, ``p90`` (office hours); over the
        ``with_due`` that have a due time ``promised``, the median, and ``used``, the median of the share of its own
        time that a dossier took. NaN when none has.
    """
    codes, names = pd.factorize(times.rows[key].fillna(""), sort=True)
    order = np.argsort(codes, kind="stable")
    pieces = np.split(order, np.searchsorted(codes[order], np.arange(1, len(names))))
    table = [_row(times.taken[piece], times.promised[piece]) for piece in pieces] if len(names) else []
    made = pd.DataFrame(table, columns=_FIGURES, index=names)
    return made.rename_axis(key).sort_values("dossiers", ascending=False, kind="stable")


def whole(times: Durations) -> dict[str, float]:
    """The same figures of all dossiers together; NaN when there is none."""
    return dict(zip(_FIGURES, _row(times.taken, times.promised), strict=True))


def _row(taken: Hours, promised: Hours) -> tuple[int, float, float, int, float, float]:
    given = promised > 0  # False for a missing one; a due time before the receipt promises nothing
    middle, used = _reached(promised[given], 0.5), _reached(taken[given] / promised[given], 0.5)
    return len(taken), _reached(taken, 0.5), _reached(taken, 0.9), int(given.sum()), middle, used


def _reached(values: Hours, share: float) -> float:
    """The value that so large a share does not exceed, as it was measured: nothing is put between two dossiers."""
    if not len(values):
        return float("nan")
    place = math.ceil(share * len(values)) - 1
    return float(np.partition(values, place)[place])
