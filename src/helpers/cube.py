"""The counts cube: one small table of counts; every figure of a report is a sum over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import outcomes
from helpers.dossiers import texts
from helpers.periods import Period

DIMENSIONS: Final = ["commune", "field", "channel", "applicant_kind", "intake", "outcome"]
# Counts, each over the dossiers of a cell. Those ending in _known count where the export says anything at all, so
# that "none" can be told from "not recorded".
MEASURES: Final = [
    "dossiers", "waiting", "not_asked_again", "due_known", "channel_known", "kind_known",
    "fee_known", "with_fee", "paid_known", "fee_paid_online",
    "digitised_known", "digitised", "e_result_known", "e_result",
    "digital_known", "digital", "level_known", "fully_online",
]  # fmt: skip
# What counting needs of the dossier table beside what classing needs.
NEEDS: Final = [
    "field", "channel", "applicant_kind", "fee_due", "paid_online", "digitised", "e_result", "online_level",
    "supplement_requests",
]  # fmt: skip
UNKNOWN: Final = ""


def count(classed: pd.DataFrame) -> pd.DataFrame:
    """Count classed dossiers by commune, field, channel, applicant kind and class.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns, with the columns of ``NEEDS``.

    Returns
    -------
    DataFrame
        ``DIMENSIONS`` and ``MEASURES``, a row a cell that holds dossiers; a missing dimension is "".
    """
    known = {name: classed[name].notna().to_numpy() for name in NEEDS}
    with_fee, paid, digitised, e_result = (
        classed[name].fillna(False).to_numpy(dtype=bool) for name in ("fee_due", "paid_online", "digitised", "e_result")
    )
    digital_known = known["digitised"] & known["e_result"]
    # Requests bear no date: of those who wait for an answer nobody knows when they were asked.
    asked_again = (classed["supplement_requests"].fillna(0) > 1).to_numpy(dtype=bool)
    closed = ~classed["outcome"].isin(outcomes.PENDING).to_numpy()
    flags = {
        "dossiers": np.ones(len(classed), dtype=bool),
        "waiting": classed["waiting"].to_numpy(dtype=bool),
        "not_asked_again": ~(asked_again & closed),
        "due_known": classed["due_at"].notna().to_numpy(),
        "channel_known": known["channel"],
        "kind_known": known["applicant_kind"],
        "fee_known": known["fee_due"],
        "with_fee": with_fee,
        "paid_known": with_fee & known["paid_online"],
        "fee_paid_online": with_fee & paid,
        "digitised_known": known["digitised"],
        "digitised": digitised,
        "e_result_known": known["e_result"],
        "e_result": e_result,
        "digital_known": digital_known,
        "digital": digital_known & digitised & e_result,
        "level_known": known["online_level"],
        "fully_online": (classed["online_level"] == "full").fillna(False).to_numpy(dtype=bool),
    }
    return crossed(classed, DIMENSIONS).summed(flags)


@dataclass(frozen=True)
class Cells:
    """Rows parted by the values in some of their columns.

    Attributes
    ----------
    keys : DataFrame
        The columns, a row a combination that occurs, in order; a missing value is "".
    of : array of int
        Of every row the place of its combination in ``keys``.
    """

    keys: pd.DataFrame
    of: npt.NDArray[np.intp]

    def sum(self, amounts: npt.NDArray[np.int64 | np.bool_]) -> npt.NDArray[np.int64]:
        """Sum of what the rows of each combination have, or how many of them are flagged."""
        return np.bincount(self.of, amounts, len(self.keys)).astype(np.int64)

    def summed(self, amounts: Mapping[str, npt.NDArray[np.int64 | np.bool_]]) -> pd.DataFrame:
        """The combinations with the ``sum`` of each of some amounts."""
        # Made at once: to add one column after the other takes five times as long.
        return pd.DataFrame(dict(self.keys.items()) | {name: self.sum(each) for name, each in amounts.items()})


def crossed(rows: pd.DataFrame, columns: Sequence[str]) -> Cells:
    """Part rows by the values in some columns, as a grouping would, on numbers alone.

    Parameters
    ----------
    rows : DataFrame
    columns : sequence of str
        Of texts, plain or as categories.

    Returns
    -------
    Cells
    """
    # Numbers and not texts are compared: of a province's quarter this takes a tenth of a grouping.
    coded = [_coded(rows[name]) for name in columns]
    place = np.zeros(len(rows), dtype=np.int64)
    for codes, names in coded:
        place = place * len(names) + codes
    of, present = pd.factorize(place, sort=True)
    keys = {}
    for name, (_, names) in zip(reversed(columns), reversed(coded), strict=True):
        present, codes = np.divmod(present, len(names))
        keys[name] = pd.array(names, dtype=texts(len(rows))).take(codes)
    return Cells(pd.DataFrame({name: keys[name] for name in columns}), of)


def _coded(values: "pd.Series[str]") -> tuple[npt.NDArray[np.int64], list[str]]:
    """Of every value its place among the names that may occur, which are in order; a missing one is ""."""
    coded = pd.Categorical(values)
    names = [UNKNOWN, *coded.categories]
    order = np.argsort(np.array(names, dtype=object), kind="stable")
    ranks = np.empty(len(names), dtype=np.int64)
    ranks[order] = np.arange(len(names))
    return ranks[coded.codes.astype(np.int64) + 1], [names[place] for place in order]


def total(cube: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Received, carried over and every outcome class, counted by some dimensions.

    Parameters
    ----------
    cube : DataFrame
        What ``count`` returns.
    by : sequence of str
        Dimensions to keep; none gives one row.

    Returns
    -------
    DataFrame
        Columns ``by``, ``received``, ``carried_over``, ``online``, ``unknown_channel`` (both of the received), every
        class of ``outcomes.OUTCOMES``, ``waiting``, ``resolved``, ``pending``, ``handled``.
    """
    received, channel = (cube["intake"] == "received").to_numpy(), cube["channel"]
    outcome = cube["outcome"].to_numpy()
    columns = {
        "received": received,
        "carried_over": ~received,
        "online": received & (channel == "online").to_numpy(),
        "unknown_channel": received & (channel == UNKNOWN).to_numpy(),
        **{name: outcome == name for name in outcomes.OUTCOMES},
    }
    dossiers = cube["dossiers"].to_numpy()
    counts = {name: dossiers * mask for name, mask in columns.items()} | {"waiting": cube["waiting"].to_numpy()}
    counts["resolved"] = sum(counts[name] for name in outcomes.RESOLVED)
    counts["pending"] = sum(counts[name] for name in outcomes.PENDING)
    counts["handled"] = dossiers
    if not by:
        return pd.DataFrame({name: [int(count.sum())] for name, count in counts.items()})
    return crossed(cube, by).summed(counts)


def broken_identities(cube: pd.DataFrame, dossiers: pd.DataFrame, period: Period) -> list[str]:
    """Check that the cube loses and invents no dossier.

    Parameters
    ----------
    cube : DataFrame
        What ``count`` gave.
    dossiers : DataFrame
        The rows that were classed, as they came from the store: counted here again from their dates alone.
    period : Period

    Returns
    -------
    list of str
        A Vietnamese sentence for each identity that does not hold, with both numbers; empty when all hold.

    Notes
    -----
    DOMAIN §2 and §3: received + carried over = resolved + withdrawn + pending, in total, in every field and in every
    commune; and each of them is what the dates give.
    """
    problems = []
    sums = {by: total(cube, by) for by in ((), ("field",), ("commune",))}
    for by, rows in sums.items():
        right = rows["resolved"] + rows["withdrawn"] + rows["pending"]
        problems += [
            f"Tiếp nhận + kỳ trước chuyển sang = {rows['handled'][place]}, nhưng đã giải quyết + rút + đang giải "
            f"quyết = {right[place]} ({', '.join(str(rows[name][place]) for name in by) or 'toàn bộ'})."
            for place in right.index[rows["handled"] != right]
        ]
    whole = sums[()].iloc[0].to_dict()
    ended = whole["resolved"] + whole["withdrawn"]
    counted = {"Tiếp nhận": whole["received"], "Đã kết thúc": ended, "Đang giải quyết": whole["pending"]}
    for label, expected in _from_dates(dossiers, period).items():
        if counted[label] != expected:
            problems.append(f"{label}: bảng tổng hợp ghi {counted[label]}, đếm theo ngày của hồ sơ được {expected}.")
    return problems


def _from_dates(dossiers: pd.DataFrame, period: Period) -> dict[str, int]:
    """Received, ended and pending, straight from the dates."""
    accepted = ~dossiers["status"].isin([1, 3]).fillna(False)
    ended_at = dossiers["finished_at"].combine_first(dossiers["returned_at"])
    came = accepted & (dossiers["received_at"] < period.end)
    new = came & (dossiers["received_at"] >= period.start)
    gone_before = ended_at < period.start
    ended = came & (ended_at < period.end) & (new | ~gone_before)
    still_open = came & ~(ended_at < period.end)
    return {"Tiếp nhận": int(new.sum()), "Đã kết thúc": int(ended.sum()), "Đang giải quyết": int(still_open.sum())}
