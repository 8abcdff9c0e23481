"""Where overdue dossiers lie: units by field, shaded."""

from bisect import bisect_left
from itertools import pairwise
from typing import Any, Final

import pandas as pd
from IPython.display import HTML

from helpers import markup, overdue, reference
from helpers.areas import Area
from helpers.formats import bound, number, percent
from helpers.markup import Cell, Rows, heads
from helpers.tables.units import long, unit_head

# Per cent, of the dossiers that a unit handles in a field: shade 1 up to the second, 5 beyond the last but one.
_SHADES: Final = (0, 1, 2, 5, 10, 100)


def overdue_map(area: Area) -> HTML:
    """Overdue dossiers of every unit in every field, the darker the larger their share of the dossiers there.

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
    body: Rows = [
        [
            reference.unit_name(code), *map(_shaded, row, handled.loc[code, counts.columns]),
            *_total(sum(row), int(handled.loc[code].sum())),
        ]
        for code, row in zip(counts.index, counts.to_numpy().tolist(), strict=True)
    ]  # fmt: skip
    whole = _total(int(counts.to_numpy().sum()), int(handled.to_numpy().sum()))
    foot = [area.whole, *(number(count) for count in counts.sum()), *whole]
    between = "; ".join(f"{bound(low)}–{bound(high)}" for low, high in pairwise(_SHADES[1:-1]))
    notes = [
        "Số hồ sơ quá hạn, đã và đang giải quyết. Ô càng đậm thì tỷ lệ trên số hồ sơ nhận giải quyết của đơn vị trong "
        f"lĩnh vực đó càng cao: đến {bound(_SHADES[1])}; {between}; trên {bound(_SHADES[-2])}.",
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


def _shaded(count: int, of: Any) -> Cell:
    """A number in the shade of its share; empty for none."""
    return Cell(number(count), shade=bisect_left(_SHADES, 100 * count / of)) if count else Cell("")
