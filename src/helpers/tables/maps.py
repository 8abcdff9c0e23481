"""Where overdue dossiers lie: units by field, shaded."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from IPython.display import HTML

from helpers import markup, overdue, reference, shades
from helpers.areas import Area
from helpers.formats import bound, number, percent
from helpers.markup import Cell, Rows, heads
from helpers.tables.units import long, unit_head


def overdue_map(area: Area) -> HTML:
    """Overdue dossiers of every unit in every field, and their share of the dossiers there: the larger, the darker.

    Parameters
    ----------
    area : Area

    Returns
    -------
    HTML
        One line when there is no overdue dossier.
    """
    late = area.cube["outcome"].isin([overdue.LATE, overdue.PENDING])
    sums = area.cube.assign(overdue=area.cube["dossiers"].where(late, 0)).groupby([area.key, "field"])
    counts, handled = (sums[name].sum().unstack(fill_value=0) for name in ("overdue", "dossiers"))
    counts = _ordered(_ordered(counts).T).T
    if counts.empty:
        return markup.note("Không có hồ sơ quá hạn, đã hoặc đang giải quyết.")
    some, of = (table.to_numpy() for table in (counts, handled.loc[counts.index, counts.columns]))
    rates = 100 * some / np.maximum(of, 1)
    bounds = shades.bounds(rates[some > 0], None)
    darkness = np.array(shades.of(bounds))[np.digitize(rates, bounds)]
    body: Rows = [
        [
            reference.unit_name(code), *map(_shaded, some[row], of[row], darkness[row]),
            *_total(int(some[row].sum()), int(handled.loc[code].sum())),
        ]
        for row, code in enumerate(counts.index)
    ]  # fmt: skip
    whole = _total(int(counts.to_numpy().sum()), int(handled.to_numpy().sum()))
    foot = [area.whole, *(number(count) for count in counts.sum()), *whole]
    notes = [
        "Số hồ sơ quá hạn, đã và đang giải quyết; chữ nhỏ là tỷ lệ trên số hồ sơ nhận giải quyết của đơn vị trong lĩnh "
        f"vực đó, càng cao thì ô càng đậm{_said(bounds)}.",
    ]
    none = len(area.members) - len(counts)
    if none:
        notes.append(f"{number(none)} đơn vị không có hồ sơ quá hạn hoặc không có dữ liệu.")
    fields = [f">{reference.label('fields', code)}" for code in counts.columns]
    head = heads(unit_head(area), *fields, ">Tổng", ">Tỷ lệ quá hạn chung")
    return long("Hồ sơ quá hạn theo đơn vị và lĩnh vực", head, body, foot, notes)


def _ordered(counts: pd.DataFrame) -> pd.DataFrame:
    """The rows that have any, most first."""
    totals = counts.sum(axis=1)
    return counts.loc[totals[totals > 0].sort_values(ascending=False, kind="stable").index]


def _total(count: int, of: int) -> list[str]:
    return [number(count), percent(count, of)]


def _said(bounds: Sequence[float]) -> str:
    """Where the shades part, from light to dark."""
    if not bounds:
        return ""
    between = [f"{bound(low)}–{bound(high)}" for low, high in pairwise(bounds)]
    return f": {'; '.join([f'dưới {bound(bounds[0])}', *between, f'từ {bound(bounds[-1])}'])}"


def _shaded(count: np.int64, of: np.int64, shade: np.int64) -> Cell:
    """A number with its share, in the shade of this; empty for none."""
    return Cell(number(int(count)), under=percent(int(count), int(of)), shade=int(shade)) if count else Cell("")
