"""The units that stand out: first and last by a rate, and those that differ by more than chance."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Final

import pandas as pd
from IPython.display import HTML

from helpers import formats, funnel, headline, indicators, markup, ranking
from helpers.areas import Area
from helpers.formats import number, percent
from helpers.markup import Cell, Rows, heads
from helpers.tables.units import named, unit_head

# Rates by which the first and last units are named.
_LEADING: Final = {
    "online_rate": "Trực tuyến",
    "in_time_rate": "Trước và đúng hạn",
    "pending_overdue_rate": "Đang giải quyết đã quá hạn",
}
_FIRST, _FIRST_BRIEFLY = 3, 2
_MOST_OUTSIDE: Final = 40
_Led = tuple[str, Cell | str, str]  # position, unit, rate


def leaders(area: Area, linked: Sequence[str] = ()) -> HTML:
    """The first and the last units by the main rates, with the counts behind them.

    Parameters
    ----------
    area : Area
    linked : sequence of str
        Codes of units whose page stands there.

    Returns
    -------
    HTML
        One line when units are not ranked.
    """
    if area.positions.empty:
        return markup.note(headline.not_ranked(area))
    count, body = _FIRST_BRIEFLY if headline.brief(area) else _FIRST, list[list[Cell | str]]()
    for name, label in _LEADING.items():
        rows = ranking.ranked(area.positions, name)
        first, last = (_ends(area, piece, count, linked) for piece in (rows, rows[rows["position"] > 1][::-1]))
        body += [[label, *bad, *good] for good, bad in zip_longest(first, last, fillvalue=("", "", ""))]
    if not body:
        return markup.note(f"Đơn vị dẫn đầu và cần quan tâm: {formats.NO_DATA}.")
    head = heads("Chỉ tiêu", ">Hạng", "Cần quan tâm", ">Tỷ lệ", ">Hạng", "Tốt nhất", ">Tỷ lệ")
    notes = ["Trong ngoặc là tử số và mẫu số. Đơn vị ít hồ sơ dễ đứng đầu hoặc đứng cuối do ngẫu nhiên."]
    return markup.table("Đơn vị dẫn đầu và đơn vị cần quan tâm", head, body, notes=notes, wide=True)


def _ends(area: Area, rows: pd.DataFrame, count: int, linked: Sequence[str]) -> list[_Led]:
    """So many units from the top; where more than that are equal, only how many they are."""
    found: list[_Led] = []
    for position, equal in rows.groupby("position", sort=False):
        records = equal.to_dict("records")
        if len(found) + len(records) > count:
            share = percent(records[0]["numerator"], records[0]["denominator"])
            return found or [(number(int(str(position))), f"{number(len(records))} đơn vị cùng mức", share)]
        found += [_led(area, row, linked) for row in records]
        if len(found) == count:
            break
    return found


def _led(area: Area, row: dict[Any, Any], linked: Sequence[str]) -> _Led:
    counts = f"{number(row['numerator'])}/{number(row['denominator'])}"
    rate = f"{percent(row['numerator'], row['denominator'])} ({counts})"
    return number(row["position"]), named(area, row[area.key], linked), rate


def outliers(area: Area, linked: Sequence[str] = ()) -> HTML:
    """Units whose rates lie further from that of all than chance and the usual differences between units explain.

    Parameters
    ----------
    area : Area
    linked : sequence of str
        Codes of units whose page stands there.

    Returns
    -------
    HTML
        One line when there is none, or too few units to tell.
    """
    if area.positions[area.key].nunique() < funnel.LEAST_UNITS:
        return markup.note(f"Cần ít nhất {funnel.LEAST_UNITS} đơn vị để xét khác biệt do ngẫu nhiên.")
    sides = ((area.peers.far, Cell("kém hơn rõ rệt", alarm=True)), (area.above, Cell("tốt hơn rõ rệt")))
    rows = [(row, verdict) for found, verdict in sides for row in found.to_dict("records")]
    if not rows:
        return markup.note("Không đơn vị nào khác mức chung nhiều hơn dao động ngẫu nhiên.")
    body: Rows = [
        [
            named(area, row[area.key], linked), indicators.get(row["indicator"]).label,
            percent(row["numerator"], row["denominator"]), number(row["numerator"]), number(row["denominator"]),
            percent(row["all_numerator"], row["all_denominator"]), f"{formats.decimal(100 * row['limit'])}%", verdict,
        ]
        for row, verdict in rows[:_MOST_OUTSIDE]
    ]  # fmt: skip
    names = [formats.lower_first(indicators.get(name).label.removeprefix("Tỷ lệ ")) for name in funnel.COMPARED]
    by_chance = formats.decimal(100 * (1 - funnel.COVERAGE), 1)
    notes = [
        f"Xét {number(len(funnel.COMPARED))} tỷ lệ ({'; '.join(names)}). Ngưỡng rộng với đơn vị ít hồ sơ, hẹp với "
        f"đơn vị nhiều hồ sơ: một đơn vị như mọi đơn vị khác chỉ có {by_chance}% khả năng vượt ngưỡng do ngẫu nhiên, "
        "theo mỗi tỷ lệ.",
    ]
    if len(rows) > len(body):
        notes.append(f"Chỉ in {number(len(body))} trong {number(len(rows))} dòng.")
    head = heads(
        unit_head(area), "Chỉ tiêu", ">Tỷ lệ", ">Tử số", ">Mẫu số", ">Toàn địa bàn", ">Ngưỡng", "So với mức chung",
    )  # fmt: skip
    return markup.table("Đơn vị khác mức chung nhiều hơn ngẫu nhiên", head, body, notes=notes, wide=True)
