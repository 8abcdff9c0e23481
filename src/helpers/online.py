"""How dossiers are filed, paid and digitised: by channel, month, procedure and applicant."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import cube, reference
from helpers.periods import Period

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
CHANNELS: Final = ["online", "direct", "postal", cube.UNKNOWN]


def by_channel(counts: pd.DataFrame, by: str) -> pd.DataFrame:
    """Dossiers received in the period by field or kind of applicant, and channel.

    Parameters
    ----------
    counts : DataFrame
        The counts cube.
    by : {"field", "applicant_kind"}

    Returns
    -------
    DataFrame
        Index ``by`` ("" when missing), a column a channel of ``CHANNELS`` ("" when missing) and ``total``; most
        dossiers first.
    """
    rows = counts[counts["intake"] == "received"]
    columns = {channel: rows["dossiers"].where(rows["channel"] == channel, 0) for channel in CHANNELS}
    sums = pd.DataFrame({by: rows[by], **columns, "total": rows["dossiers"]}).groupby(by, sort=True).sum()
    return sums.sort_values("total", ascending=False, kind="stable")


def by_month(classed: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Filing, payment and digitisation of the dossiers received in each month of a period.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns.
    period : Period

    Returns
    -------
    DataFrame
        Index of pandas periods, one a month. ``online``, ``paid_online`` (of those with a fee) and ``digitised`` are
        dossiers, ``…_of`` those that they are divided by, as the indicators of these names have it.
    """
    rows = classed[classed["intake"] == "received"]
    months = pd.period_range(period.first_day, period.last_day, freq="M")
    place = np.searchsorted(months.start_time.to_numpy(), rows["received_at"].to_numpy(), side="right") - 1
    with_fee = _true(rows["fee_due"])
    marks = {
        "online": rows["channel"].eq("online").to_numpy(dtype=bool, na_value=False),
        "online_of": rows["channel"].notna().to_numpy(),
        "paid_online": with_fee & _true(rows["paid_online"]),
        "paid_online_of": with_fee,
        "digitised": _true(rows["digitised"]),
        "digitised_of": rows["digitised"].notna().to_numpy(),
    }
    counts = {name: np.bincount(place[mark], minlength=len(months)) for name, mark in marks.items()}
    return pd.DataFrame(counts, index=months)


def _true(flags: "pd.Series[bool]") -> Flags:
    """Where a flag is set; a missing one is not."""
    return flags.to_numpy(dtype=bool, na_value=False)


def by_procedure(classed: pd.DataFrame) -> pd.DataFrame:
    """Procedures by volume, and how many of their dossiers could have been filed online but were not.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns.

    Returns
    -------
    DataFrame
        Index ``procedure``, most dossiers received first; ``received``, ``online``, ``known`` (with a channel),
        ``offered`` (whether the procedure is offered online) and ``missed`` (filed otherwise although it is).
        Dossiers without a procedure code are in none.

    Notes
    -----
    A procedure is offered online when ``procedures.csv`` says so; where that says nothing, when at least one of its
    dossiers in the period was filed online.
    """
    rows = classed[(classed["intake"] == "received") & classed["procedure"].notna()]
    codes, names = pd.factorize(rows["procedure"], sort=True)

    def counted(mark: Flags) -> Counts:
        return np.bincount(codes[mark], minlength=len(names))

    received, known = np.bincount(codes, minlength=len(names)), counted(rows["channel"].notna().to_numpy())
    online = counted(rows["channel"].eq("online").to_numpy(dtype=bool, na_value=False))
    listed = reference.offered_online()
    offered = np.array([listed.get(name, bool(filed)) for name, filed in zip(names, online, strict=True)], dtype=bool)
    made = pd.DataFrame(
        {
            "received": received,
            "online": online,
            "known": known,
            "offered": offered,
            "missed": (known - online) * offered,
        },
        index=pd.Index(names, name="procedure"),
    )
    return made.sort_values("received", ascending=False, kind="stable")
