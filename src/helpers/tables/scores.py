"""The score by QĐ 766/QĐ-TTg: its components, the points of every unit, and what would move it most."""

from typing import Any

from IPython.display import HTML

from helpers import formats, headline, markup, reference, scores
from helpers.areas import Area
from helpers.formats import decimal, number
from helpers.markup import Rows, heads
from helpers.tables.units import alphabetical, long, unit_head


def components(area: Area) -> HTML:
    """Every component of the score: how it is computed, how many units have data for it, and what they reach.

    Parameters
    ----------
    area : Area

    Returns
    -------
    HTML
        One line when units are not ranked.
    """
    if area.positions.empty:
        return markup.note(headline.not_ranked(area))
    counted = scores.common(area.points, area.key)
    body: Rows = []
    covered = 0
    for part in scores.COMPONENTS:
        reached = area.points.loc[area.points["component"] == part.name, "points"].dropna()
        covered += part.most if len(reached) else 0
        body.append([
            part.label, number(part.most),
            f"{number(len(reached))}/{number(len(area.score))}" if len(reached) else formats.NO_DATA,
            *(_points(value) for value in (reached.min(), reached.median(), reached.max())),
            "có" if part.name in counted else "không", part.rule,
        ])  # fmt: skip
    notes = [
        f"Quyết định 766/QĐ-TTg ngày 23/6/2022. Có dữ liệu cho {number(covered)} trong {number(scores.WHOLE)} điểm; "
        "thành phần không có dữ liệu thì để trống, không tính là 0 điểm.",
    ]
    head = heads(
        "Thành phần", ">Tối đa", ">Đơn vị có dữ liệu", ">Thấp nhất", ">Trung vị", ">Cao nhất", "Tính vào hạng",
        "Cách tính",
    )  # fmt: skip
    return markup.table("Thành phần của điểm Bộ chỉ số 766", head, body, notes=notes, wide=True)


def points(area: Area) -> HTML:
    """Points of every unit for each component that has data, and the component in which it can win most.

    Parameters
    ----------
    area : Area

    Returns
    -------
    HTML
        Nothing when units are not ranked, or no component has data.
    """
    table: dict[str, dict[str, Any]] = {part.name: {} for part in scores.COMPONENTS}
    for row in area.points.dropna(subset="points").to_dict("records"):
        table[row["component"]][row[area.key]] = row["points"]
    shown = [part for part in scores.COMPONENTS if table[part.name]]
    if not shown:
        return HTML("")
    gaps = {row[area.key]: row for row in scores.to_win(area.points, area.key).to_dict("records")}
    labels = {part.name: part.label for part in scores.COMPONENTS}
    totals = {row[area.key]: row for row in area.score.to_dict("records")}
    body: Rows = []
    for code in (code for code in alphabetical(area) if code in totals):
        whole, gap = totals[code], gaps[code]
        body.append([
            reference.unit_name(code), *(_points(table[part.name].get(code)) for part in shown),
            _points(whole["points"]), number(whole["covered"]),
            "–" if formats.missing(gap["component"]) else f"{labels[gap['component']]}: +{_points(gap['gap'])}",
        ])  # fmt: skip
    head = heads(
        unit_head(area), *(f">{part.label} ({number(part.most)})" for part in shown), ">Tổng", ">Tối đa tính được",
        "Có thể tăng nhiều nhất",
    )  # fmt: skip
    notes = ["Trong ngoặc là điểm tối đa của thành phần; “–” là không có dữ liệu, khác với 0 điểm."]
    return long("Điểm từng thành phần của từng đơn vị", head, body, notes=notes)


def _points(value: Any) -> str:
    return "–" if formats.missing(value) else decimal(float(value))
