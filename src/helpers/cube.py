"""The counts cube: one small table of counts; every figure of a report is a sum over it."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from helpers import outcomes
from helpers.periods import Period

DIMENSIONS: Final = ["commune", "field", "channel", "applicant_kind", "intake", "outcome"]
# Counts, each over the dossiers of a cell. Those ending in _known count where the export says anything at all, so
# that "none" can be told from "not recorded".
MEASURES: Final = [
    "dossiers", "waiting", "channel_known", "kind_known",
    "fee_known", "with_fee", "paid_known", "fee_paid_online",
    "digitised_known", "digitised", "e_result_known", "e_result",
    "digital_known", "digital", "level_known", "fully_online",
]  # fmt: skip
# What counting needs of the dossier table beside what classing needs.
NEEDS: Final = [
    "field", "channel", "applicant_kind", "fee_due", "paid_online", "digitised", "e_result", "online_level",
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
    with_fee = classed["fee_due"].fillna(False)
    digital_known = classed["digitised"].notna() & classed["e_result"].notna()
    flags = pd.DataFrame(
        {
            "dossiers": True,
            "waiting": classed["waiting"],
            "channel_known": classed["channel"].notna(),
            "kind_known": classed["applicant_kind"].notna(),
            "fee_known": classed["fee_due"].notna(),
            "with_fee": with_fee,
            "paid_known": with_fee & classed["paid_online"].notna(),
            "fee_paid_online": with_fee & classed["paid_online"].fillna(False),
            "digitised_known": classed["digitised"].notna(),
            "digitised": classed["digitised"].fillna(False),
            "e_result_known": classed["e_result"].notna(),
            "e_result": classed["e_result"].fillna(False),
            "digital_known": digital_known,
            "digital": digital_known & classed["digitised"].fillna(False) & classed["e_result"].fillna(False),
            "level_known": classed["online_level"].notna(),
            "fully_online": classed["online_level"].eq("full").fillna(False),
        },
        index=classed.index,
    ).astype("int64")
    keys = [classed[name].fillna(UNKNOWN).astype("str") for name in DIMENSIONS]
    return flags.groupby(keys, observed=True, sort=True)[MEASURES].sum().reset_index()


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
    received = cube["intake"] == "received"
    columns = {
        "received": received,
        "carried_over": ~received,
        "online": received & (cube["channel"] == "online"),
        "unknown_channel": received & (cube["channel"] == UNKNOWN),
        **{name: cube["outcome"] == name for name in outcomes.OUTCOMES},
    }
    counts = pd.DataFrame({name: cube["dossiers"].where(mask, 0) for name, mask in columns.items()})
    counts["waiting"] = cube["waiting"]
    keys = [cube[name] for name in by] or [pd.Series("", index=cube.index)]
    sums = counts.groupby(keys, sort=True).sum().reset_index(drop=not by)
    if not by and sums.empty:
        sums = pd.DataFrame(0, index=[0], columns=counts.columns)
    sums["resolved"] = sums[outcomes.RESOLVED].sum(axis=1)
    sums["pending"] = sums[outcomes.PENDING].sum(axis=1)
    sums["handled"] = sums["received"] + sums["carried_over"]
    return sums


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
    for by in ([], ["field"], ["commune"]):
        for row in total(cube, by).to_dict("records"):
            right = row["resolved"] + row["withdrawn"] + row["pending"]
            if row["handled"] != right:
                problems.append(
                    f"Tiếp nhận + kỳ trước chuyển sang = {row['handled']}, nhưng đã giải quyết + rút + "
                    f"đang giải quyết = {right} ({', '.join(str(row[name]) for name in by) or 'toàn bộ'})."
                )
    whole = total(cube, []).to_dict("records")[0]
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
