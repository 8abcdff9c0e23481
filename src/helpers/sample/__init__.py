"""The sample: a made-up, repeatable dossier store whose figures are those that articles published.

``small`` plans every published unit from its exact counts: who came in when, which of them are late, and so on.
``city`` and ``nation`` let the same dossiers happen by chance, one province and month at a time.
"""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow

from helpers import reference, store
from helpers.errors import UserError
from helpers.sample import dossiers, figures, flow, units
from helpers.sample.dossiers import Batch
from helpers.sample.figures import SCALES, Scale
from helpers.sample.flow import DAY, EARLY, LATE, NEVER, ON_TIME, REFUSED, WAITING, WITHDRAWN, Floats, Ints

__all__ = ["SCALES", "Scale", "by_chance", "write"]


def write(folder: Path, scale: Scale = "small", progress: Callable[[int, int], None] | None = None) -> int:
    """Fill a store with the sample, in place of an earlier one.

    Parameters
    ----------
    folder : Path
        The store.
    scale : {"small", "city", "nation"}
        ``small``: the published units, 0,23 million dossiers. ``city``: Hải Phòng from 1/7/2025 to 30/6/2026, 2,5
        million. ``nation``: all communes from 1/7 to 26/11/2025, 30 million.
    progress : callable, optional
        Called with the number of steps done and of all steps.

    Returns
    -------
    int
        Dossiers written.

    Raises
    ------
    UserError
        For an unknown scale, or when the store holds imported dossiers.
    """
    if scale not in SCALES:
        raise UserError(f"Scale '{scale}' is unknown. Use one of: {', '.join(SCALES)}.")
    steps, parts = _parts(scale)
    rows = 0
    with store.changing(folder, "sample") as writer:
        for done, table in enumerate(parts, start=1):
            writer.add(table)
            rows += table.num_rows
            if progress is not None:
                progress(done, steps)
    return rows


def _parts(scale: Scale) -> tuple[int, Iterator[pyarrow.Table]]:
    """The dossiers of a scale in parts, each of one province: how many, and each made when its turn comes."""
    if scale == "small":
        batches = [units.xuan_hoa(), units.hai_phong(), units.hue()]
        return len(batches), map(_planned, batches)
    last = figures.LAST_DAYS[scale]
    provinces = [figures.HAI_PHONG.province] if scale == "city" else list(reference.provinces())
    months = pd.period_range(figures.START, last, freq="M").astype(str)
    steps = list(product(provinces, months))
    return len(steps), (by_chance(province, month, last) for province, month in steps)


def _planned(batches: list[Batch]) -> pyarrow.Table:
    tables = [dossiers.table(batch, flow.generator(int(batch.communes[0]), 2)) for batch in batches]
    return pyarrow.concat_tables(tables)


def by_chance(province: str, month: str, last: date) -> pyarrow.Table:
    """Dossiers of one province received in one month, as chance has them.

    Parameters
    ----------
    province : str
        Two-digit code.
    month : str
        "2025-07".
    last : date
        Where the data stop.

    Returns
    -------
    Table
        With ``dossiers.ARROW_SCHEMA``.
    """
    traits = flow.traits(province)
    rng = flow.generator(int(province), int(month.replace("-", "")))
    end = flow.closing(last)
    commune, received = _arrivals(rng, traits.size, month, end)
    field = flow.draw(rng, flow.SHARES, len(received))
    days = rng.integers(flow.LEAST_DAYS[field], flow.MOST_DAYS[field] + 1)
    pace = _paces(rng, received, traits.lateness[commune] * flow.LATENESS[field])
    ended = flow.ends(rng, pace, received, days)
    ended[ended >= end] = NEVER
    open_, waits = ended == NEVER, rng.random(len(pace)) < figures.WAITING_SHARE
    pace[open_ & waits & (pace != REFUSED)] = WAITING
    year = received / (248 * DAY)
    odds = figures.ONLINE_START + figures.ONLINE_GROWTH * year + traits.online[commune] + flow.ONLINE[field]
    online = rng.random(len(pace)) < flow.chance(odds)
    batch = Batch(
        province, traits.codes, traits.digital, end, commune, received, field, days, pace, ended, online, gaps=True
    )
    return dossiers.table(batch, rng)


def _arrivals(rng: np.random.Generator, size: Floats, month: str, end: int) -> tuple[Ints, Ints]:
    """Commune and working second of each dossier of a month, in that order."""
    whole = pd.Period(month)
    first = flow.day_index(whole.start_time.date())
    stop = min(flow.closing(whole.end_time.date()), end) // DAY
    weights = flow.day_weights(flow.working_days()[first:stop])
    counts = rng.poisson(figures.DAILY * size[:, None] * weights).ravel()
    slot = np.repeat(np.arange(counts.size), counts)
    commune, day = np.divmod(slot, stop - first)
    # One number that sorts by commune, then time.
    order = np.sort((commune << 32) + (first + day) * DAY + flow.seconds_of_day(rng, len(slot)))
    return order >> 32, order & 0xFFFF_FFFF


def _paces(rng: np.random.Generator, received: Ints, lateness: Floats) -> Ints:
    """How each dossier would go if the data never stopped."""
    faults = np.where(received < flow.closing(figures.FAULTS_UNTIL), 2.0, 1.0)
    late = np.minimum(figures.LATE_SHARE * lateness * faults, 0.6)
    luck = rng.random(len(received))
    pace = np.where(luck < late, LATE, np.where(luck < late + figures.ON_TIME_SHARE, ON_TIME, EARLY))
    pace[luck > 1 - figures.WITHDRAWN_SHARE - figures.REFUSED_SHARE] = WITHDRAWN
    pace[luck > 1 - figures.REFUSED_SHARE] = REFUSED
    return pace
