"""What a sample dossier holds, given when it came in and how it went."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow
import pyarrow.compute as pc

from helpers import dossiers
from helpers.sample import figures
from helpers.sample.flow import (
    DAY,
    REFUSED,
    WAITING,
    WITHDRAWN,
    Bools,
    Floats,
    Ints,
    closing,
    draw,
    moments,
    pick,
    working_days,
)

_FEES, _BUSINESSES = np.array([(field.fee, field.business) for field in figures.FIELDS]).T
_LAND: Final = [field.code for field in figures.FIELDS].index("dat-dai")
_HOLDERS: Final = [*(field.holder for field in figures.FIELDS), *figures.LAND_HOLDERS]
_CAUSES: Final = list(figures.CAUSES | figures.LAND_CAUSES)


@dataclass
class Batch:
    """Dossiers of one province, in the order of commune and time received.

    Attributes
    ----------
    province : str
    communes : sequence of str
        Codes; ``commune`` points into them.
    digital : array
        Level of digitisation of each of ``communes``, 0 to 1.
    end : int
        Where the data stop, in working seconds.
    commune, received, field, days, pace, ended : array of int
        A value a dossier; ``days`` is the working days allowed, ``ended`` is ``NEVER`` for what is open at ``end``.
    online : array of bool
    fees : tuple of int, optional
        Exact numbers of dossiers with a fee and of those paid online.
    cause : str, optional
        The one cause of everything late.
    gaps : bool
        Whether some due dates, channels and causes are missing.
    """

    province: str
    communes: list[str]
    digital: Floats
    end: int
    commune: Ints
    received: Ints
    field: Ints
    days: Ints
    pace: Ints
    ended: Ints
    online: Bools
    fees: tuple[int, int] | None = None
    cause: str | None = None
    gaps: bool = False

    @property
    def due(self) -> Ints:
        """Moment by which each dossier should end."""
        return self.received + self.days * DAY


def table(batch: Batch, rng: np.random.Generator) -> pyarrow.Table:
    """Dossiers with every column of the store.

    Parameters
    ----------
    batch : Batch
    rng : Generator
        Decides what the batch leaves open.

    Returns
    -------
    Table
        With ``dossiers.ARROW_SCHEMA``.
    """
    size = len(batch.received)
    date_only = {name: pyarrow.array(np.zeros(size, dtype=bool)) for name in dossiers.DATE_ONLY.values()}
    columns = {
        **_identity(batch), **_application(batch, rng), **_payment(batch, rng), **_handling(batch, rng),
        **_timing(batch, rng), **date_only,
    }  # fmt: skip
    return pyarrow.table(columns).select(dossiers.COLUMNS).cast(dossiers.ARROW_SCHEMA)


def _texts(values: list[str], index: Ints) -> pyarrow.Array:
    """Text of each position; missing where it is -1."""
    return pyarrow.array(values, pyarrow.string()).take(pyarrow.array(index, mask=index < 0))


def _times(seconds: Ints, known: Bools) -> pyarrow.Array:
    return pyarrow.array(moments(np.where(known, seconds, 0)), mask=~known)


def _identity(batch: Batch) -> dict[str, pyarrow.Array]:
    """Key and source. A dossier's code counts what its commune took in that day: H31.0972-250701-00012."""
    day, size = batch.received // DAY, len(batch.received)
    is_first = np.diff(batch.commune * 10_000 + day, prepend=-1) != 0
    firsts = np.flatnonzero(is_first)
    group = np.cumsum(is_first) - 1
    dates = np.datetime_as_string(working_days()[day[firsts]])
    heads = [
        f"H{batch.province}.{batch.communes[commune][-4:]}-{text[2:4]}{text[5:7]}{text[8:]}-"
        for commune, text in zip(batch.commune[firsts], dates, strict=True)
    ]
    number = np.arange(size) - firsts[group] + 1
    tails = [f"{i:05d}" for i in range(int(number.max(initial=0)) + 1)]
    rows = pyarrow.array(np.arange(1, size + 1, dtype=np.int32))
    nowhere = pyarrow.nulls(size)
    code = pc.binary_join_element_wise(_texts(heads, group), _texts(tails, number), "")
    return {
        "dossier_id": code, "commune": _texts(batch.communes, batch.commune), "source_import": nowhere,
        "source_sheet": nowhere, "source_row": rows,
    }  # fmt: skip


def _application(batch: Batch, rng: np.random.Generator) -> dict[str, pyarrow.Array]:
    """What was asked for, by whom, through which channel."""
    size = len(batch.received)
    procedures: list[str] = []
    procedure = np.full(size, -1)
    for position, field in enumerate(figures.FIELDS):
        rows = np.flatnonzero(batch.field == position)
        chosen = np.searchsorted(np.cumsum(list(field.procedures.values())), rng.random(len(rows)))
        procedure[rows] = np.where(chosen < len(field.procedures), chosen + len(procedures), -1)
        procedures += field.procedures
    channel = np.where(batch.online, 0, np.where(rng.random(size) < figures.POSTAL_SHARE, 2, 1))
    if batch.gaps:
        channel = np.where(rng.random(size) < figures.NO_CHANNEL, -1, channel)
    # Online dossiers are submitted before they are taken in, most of them within hours.
    ahead = np.where(channel == 0, 180 + rng.random(size) ** 3 * 86_000, 0).astype("timedelta64[s]")
    level = np.where(channel == 0, (rng.random(size) < figures.PARTLY_ONLINE_SHARE).astype(np.int64), -1)
    business = (rng.random(size) < _BUSINESSES[batch.field]).astype(np.int64)
    return {
        "procedure": _texts(procedures, procedure),
        "field": _texts([field.code for field in figures.FIELDS], batch.field),
        "channel": _texts(["online", "direct", "postal"], channel),
        "applicant_kind": _texts(["citizen", "business"], business),
        "submitted_at": pyarrow.array(moments(batch.received) - ahead),
        "online_level": _texts(["full", "partial"], level),
    }


def _payment(batch: Batch, rng: np.random.Generator) -> dict[str, pyarrow.Array]:
    """Fees, and whether they were paid online: mostly by those who applied online."""
    size, chance = len(batch.received), _FEES[batch.field]
    if batch.fees is None:
        fee = rng.random(size) < chance
        paid = rng.random(size) < np.where(batch.online, figures.PAID_BY_ONLINE, figures.PAID_BY_OTHERS)
    else:
        fee, paid = np.zeros((2, size), dtype=bool)
        fee[pick(rng, batch.fees[0], chance / (1.02 - chance))] = True
        paid[pick(rng, batch.fees[1], fee * np.where(batch.online, 1.0, 0.1))] = True
    return {"fee_due": pyarrow.array(fee), "paid_online": pyarrow.array(paid, mask=~fee)}


def _handling(batch: Batch, rng: np.random.Generator) -> dict[str, pyarrow.Array]:
    """State, and what was done with the papers."""
    size, ended = len(batch.received), batch.ended < batch.end
    returned = batch.ended + np.where(ended, (rng.random(size) ** 2 * 1.5 * DAY).astype(np.int64), 0)
    known = ended & (batch.pace != WITHDRAWN) & (returned < batch.end) & (rng.random(size) < figures.RETURNED_SHARE)
    status = np.where(ended, np.where(known, 10, 9), np.where(rng.random(size) < 0.2, 2, 4))
    waiting = np.array([5, 5, 5, 6, 6, 8])[rng.integers(0, 6, size)]
    status = np.where(batch.pace == WAITING, waiting, np.where(batch.pace == REFUSED, 3, status))
    status = np.where((batch.pace == WITHDRAWN) & ended, 7, status)
    asked = rng.random(size)
    supplements = (asked < figures.ONE_SUPPLEMENT).astype(np.int16) + (asked < figures.TWO_SUPPLEMENTS)
    digital = batch.digital[batch.commune]
    return {
        "finished_at": _times(batch.ended, ended),
        "returned_at": _times(returned, known),
        "status": pyarrow.array(status.astype(np.int8)),
        "supplement_requests": pyarrow.array(np.where(status == 5, supplements.clip(min=1), supplements)),
        "digitised": pyarrow.array(rng.random(size) < digital),
        "e_result": pyarrow.array(rng.random(size) < digital - 0.05, mask=~ended | (batch.pace == WITHDRAWN)),
    }


def _timing(batch: Batch, rng: np.random.Generator) -> dict[str, pyarrow.Array]:
    """Due date, holder, and for what is overdue its cause, apology and new date."""
    size, due = len(batch.received), batch.due
    has_due = rng.random(size) >= (figures.NO_DUE if batch.gaps else 0)
    stands = ~np.isin(batch.pace, [WAITING, WITHDRAWN, REFUSED])
    overdue = has_due & stands & (np.minimum(batch.ended, batch.end) > due)
    held = np.where(overdue, figures.HELD_OUTSIDE_LATE, figures.HELD_OUTSIDE * (batch.days > 15))
    outside = (batch.field == _LAND) & (rng.random(size) < held)
    away = len(figures.FIELDS) + draw(rng, np.array(list(figures.LAND_HOLDERS.values())), size)
    cause, apology, new_due = np.full((3, size), -1)
    rows = np.flatnonzero(overdue)
    cause[rows] = _causes(batch, rng, outside[rows], due[rows])
    told = rows[rng.random(len(rows)) < figures.APOLOGY_SHARE]
    apology[told] = _apologies(batch, rng, told)
    new_due[told] = due[told] + rng.integers(1, 11, len(told)) * DAY
    new_due[apology >= batch.end] = -1
    moved = (new_due >= 0).astype(np.int16)
    extensions = moved + moved * (rng.random(size) < figures.TWO_EXTENSIONS)
    return {
        "received_at": pyarrow.array(moments(batch.received)),
        "due_at": _times(due, has_due),
        "holder": _texts(_HOLDERS, np.where(outside, away, batch.field)),
        "overdue_cause": _texts(_CAUSES, cause),
        "apology_at": _times(apology, (apology >= 0) & (apology < batch.end)),
        "new_due_at": _times(new_due, new_due >= 0),
        "extensions": pyarrow.array(extensions),
    }


def _causes(batch: Batch, rng: np.random.Generator, outside: Bools, due: Ints) -> Ints:
    if batch.cause is not None:
        return np.full(len(due), _CAUSES.index(batch.cause))
    usual = draw(rng, np.array([figures.CAUSES.get(code, 0.0) for code in _CAUSES]), len(due))
    land = draw(rng, np.array([figures.LAND_CAUSES.get(code, 0.0) for code in _CAUSES]), len(due))
    faulty = (due < closing(figures.FAULTS_UNTIL)) & (rng.random(len(due)) < figures.FAULT_SHARE)
    cause = np.where(outside, land, np.where(faulty, _CAUSES.index("system-fault"), usual))
    return np.where(rng.random(len(due)) < (figures.NO_CAUSE if batch.gaps else 0), -1, cause)


def _apologies(batch: Batch, rng: np.random.Generator, rows: Ints) -> Ints:
    """Half of them a day or more before the due date, as the rules ask; the others after it."""
    due, share = batch.due[rows], rng.random(len(rows))
    ahead = (batch.days[rows] > 1) & (rng.random(len(rows)) < 0.5)
    after = due + 1 + (share * (np.minimum(batch.ended[rows], batch.end) - due)).astype(np.int64)
    return np.where(ahead, due - DAY - (share * 0.9 * DAY).astype(np.int64), after)
