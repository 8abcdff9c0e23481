"""What the unit reported of itself: beside its dossiers, beside itself, and what dossiers cannot tell."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pandas as pd
from IPython.display import HTML

from helpers import formats, indicators, markup, reconcile
from helpers import reported as figures
from helpers.areas import Area
from helpers.formats import day, decimal, lower_first, percent, upper_first
from helpers.markup import Cell, Rows, heads
from helpers.reported import names
from helpers.slices import Slice

_GROUPS: Final = {
    "feedback": "phản ánh, kiến nghị",
    "visits": "lượt người đến giao dịch",
    "procedures": "thủ tục niêm yết và cung cấp trực tuyến",
    "satisfaction": "mức độ hài lòng",
    "rank": "xếp hạng đã công bố",
    "other": "",
}
_KINDS: Final = {"differ": "không khớp", "incomplete": "chưa kết luận được", "no_data": "chưa kết luận được"}
_VERDICTS: Final = {
    "agree": "✔ Khớp",
    "rounded": "✔ Khớp, đã làm tròn",
    "cut": "✔ Khớp, đã bỏ bớt chữ số",
    "incomplete": "Chưa kết luận: dữ liệu hồ sơ chưa đủ kỳ",
    "no_data": "Không đối chiếu được",
}
_Label = Callable[[str], str]


def reported(part: Slice) -> HTML:
    """Every figure that the unit reported of the period, beside what its dossiers give.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        One line when nothing was reported, or nothing that dossiers can tell.
    """
    if part.reported.empty:
        return markup.note("Chưa có bảng số liệu đơn vị tự báo cáo cho kỳ này.")
    rows = reconcile.compare(part).to_dict("records")
    if not rows:
        return markup.note("Trong số liệu đơn vị tự báo cáo không có chỉ tiêu nào tính được từ hồ sơ.")
    head = ["Chỉ tiêu", ">Đơn vị báo cáo", ">Tính từ hồ sơ", "Kết luận"]
    body: Rows = [[_name(row), _value(row), _computed(row), _verdict(row)] for row in rows]
    return _sourced(
        "Số liệu đơn vị tự báo cáo so với hồ sơ",
        head,
        body,
        rows,
        [_counted(rows), *_readings(rows, _reading), *_notes(rows)],
    )


def reported_arithmetic(part: Slice) -> HTML:
    """Whether the figures that the unit reported add up.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        Nothing when nothing was reported; one line when no figure follows from the others.
    """
    if part.reported.empty:
        return HTML("")
    rows, parts = (found.to_dict("records") for found in (reconcile.arithmetic(part), reconcile.parts(part)))
    if not rows and not parts:
        return markup.note("Các số liệu đơn vị tự báo cáo chưa đủ để kiểm tra tính thống nhất.")
    above = [row for row in parts if row["value"] > row["of"]]
    body: Rows = [[_name(row), _value(row), _formula(row["formula"]), _computed(row), _verdict(row)] for row in rows]
    for row in above:
        bound = f"không lớn hơn {_formula(row['whole'])}"
        found = Cell(_difference(row["value"] - row["of"], "count", 0), alarm=True)
        body.append([_name(row), _value(row), bound, _number(row["of"], "count"), found])
    notes = [_counted(rows), *_readings(rows, _formula)] if rows else []
    if parts:
        within = f"{formats.number(len(parts) - len(above))}/{formats.number(len(parts))}"
        notes.append(f"Số thành phần không lớn hơn số tổng: {within} phép so sánh.")
    if not body:
        return markup.note(" ".join(notes))
    head = ["Chỉ tiêu", ">Đơn vị báo cáo", "Cách tính từ các số khác của báo cáo", ">Tính ra", "Kết luận"]
    return _sourced("Kiểm tra tính thống nhất của số liệu đơn vị tự báo cáo", head, body, [*rows, *above], notes)


def context(part: Slice) -> HTML:
    """What was reported that dossiers cannot tell: feedback, visits, procedures, satisfaction, published ranks.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        One line when nothing was.
    """
    by_role: dict[str, list[dict[Any, Any]]] = {role: [] for role in _GROUPS}
    for row in part.reported.to_dict("records"):
        if role := names()[row["indicator"]]["role"]:
            by_role[role].append(row)
    rows = [row for found in by_role.values() for row in found]
    absent = [_GROUPS[role] for role, found in by_role.items() if not found and _GROUPS[role]]
    if part.of_many:  # the tables beside it may have them
        absent = []
    missing = f"Chưa có số liệu cho kỳ này về {'; '.join(absent)}"
    if not rows:
        return markup.note(f"{missing}.")
    wholes = {(row["indicator"], row["source"]): row for row in reconcile.parts(part).to_dict("records")}
    head = ["Nội dung", ">Số liệu", ">Tỷ lệ"]
    body: Rows = [_told(row, wholes.get((row["indicator"], row["source"]))) for row in rows]
    notes = [*_notes(rows), *([f"{missing}."] if absent else [])]
    return _sourced("Thông tin bổ trợ do đơn vị báo cáo hoặc đã công bố", head, body, rows, notes)


def around(area: Area) -> HTML:
    """What was reported that the dossiers of an area cannot tell: of its communes, of its own centre, its ranks.

    Parameters
    ----------
    area : Area

    Returns
    -------
    HTML
        One line when nothing was.
    """
    own = figures.of(figures.centre(area.code), area.period)
    ranks = figures.within(area.code, area.period, "national_rank")
    ours = [row for row in area.reported.to_dict("records") if names()[row["indicator"]]["role"]]
    if area.chosen or not (len(own) or len(ranks) or ours):
        return markup.note("Chưa có số liệu đã công bố về lượt người đến, phản ánh, kiến nghị và thứ hạng của kỳ này.")
    parts = [context(area)] if ours else []
    parts += [_national_ranks(ranks.to_dict("records"))] if len(ranks) else []
    parts += [_centre(area, own)] if len(own) else []
    return markup.stack(*parts)


def _centre(area: Area, own: pd.DataFrame) -> HTML:
    """The province's own centre beside its communes, and whether what it reported adds up."""
    told = {row["indicator"]: _value(row) for row in area.reported.to_dict("records")}
    rows = own.to_dict("records")
    body: Rows = [[_name(row), told.get(row["indicator"], "–"), _value(row)] for row in rows]
    head = ["Nội dung", ">Các đơn vị cấp xã", ">Trung tâm cấp tỉnh"]
    caption = "Trung tâm phục vụ hành chính công cấp tỉnh bên cạnh các đơn vị cấp xã"
    alone = replace(area, reported=own)
    checks = [
        f"{_name(row)}: {_verdict(row).text.lstrip('✔ ').lower()} với {_formula(row['formula'])} ({_computed(row)})."
        for row in reconcile.arithmetic(alone).to_dict("records")
    ]
    return _sourced(caption, head, body, rows, [*checks, *_notes(rows)])


def _national_ranks(rows: Sequence[dict[Any, Any]]) -> HTML:
    """The province's place in the country as it was published for parts of the period."""
    body: Rows = [
        [day(row["first"]) if row["first"] == row["last"] else f"{day(row['first'])} – {day(row['last'])}", _value(row)]
        for row in rows
    ]
    notes = [*dict.fromkeys(upper_first(f"{row['note']}.") for row in rows if row["note"])]
    return _sourced("Thứ hạng toàn quốc đã công bố", ["Thời gian", ">Thứ hạng"], body, rows, notes)


def _sourced(
    caption: str, head: Sequence[str], body: Rows, rows: Sequence[dict[Any, Any]], notes: Sequence[str]
) -> HTML:
    """A table with the sources of its rows: a column where they differ, else a line."""
    sources = [row["source"] or "không ghi" for row in rows]
    if len(set(sources)) > 1:
        head = [*head, "Nguồn"]
        body = [[*cells, source] for cells, source in zip(body, sources, strict=True)]
    else:
        notes = [*notes, f"Nguồn: {sources[0]}."]
    return markup.table(caption, heads(*head), body, notes=notes)


def _notes(rows: Sequence[dict[Any, Any]]) -> list[str]:
    """What the tables say beside the figures, as one line."""
    said = [f"{lower_first(_name(row))}: {row['note']}" for row in rows if row["note"]]
    return [f"Nguồn ghi chú: {'; '.join(said)}."] if said else []


def _name(row: dict[Any, Any]) -> str:
    return names()[row["indicator"]]["name"]


def _value(row: dict[Any, Any]) -> str:
    return _number(row["value"], names()[row["indicator"]]["unit"])


def _number(value: Decimal, unit: str) -> str:
    """A reported figure with the digits that were printed."""
    return decimal(float(value), _digits(value)) + ("%" if unit == "percent" else "")


def _digits(value: Decimal) -> int:
    return max(0, -int(value.as_tuple().exponent))


def _told(row: dict[Any, Any], whole: dict[Any, Any] | None) -> list[Cell | str]:
    """Name, figure and share of one row; a place in a ranking is no number of anything, and has no share."""
    figure = names()[row["indicator"]]
    if figure["role"] == "rank" and figure["unit"] == "count":
        return [_name(row), f"Hạng {_value(row)}", ""]
    return [_name(row), _value(row), _share(whole)]


def _share(row: dict[Any, Any] | None) -> str:
    """A part's share in its whole."""
    if row is None or not row["of"]:
        return "–"
    return f"{percent(int(row['value']), int(row['of']))} trên {formats.number(int(row['of']))}"


def _computed(row: dict[Any, Any]) -> str:
    if row["state"] == "no_data":
        return formats.NO_DATA
    shown = _exact(row["numerator"], row["denominator"], row["value"])
    if row["denominator"] is None:
        return shown
    return f"{shown} ({formats.number(row['numerator'])}/{formats.number(row['denominator'])})"


def _exact(numerator: int, denominator: int | None, value: Decimal) -> str:
    """A count, or a share with at least two digits and no fewer than a figure was printed with."""
    if denominator is None:
        return formats.number(numerator)
    return percent(numerator, denominator, max(2, _digits(value)))


def _verdict(row: dict[Any, Any]) -> Cell:
    """Whether a figure agrees."""
    state, share = row["state"], row["denominator"] is not None
    if state != "differ":
        return Cell(_VERDICTS[state])
    exact = 100 * Decimal(row["numerator"]) / row["denominator"] if share else Decimal(row["numerator"])
    digits = max(2, _digits(row["value"])) if share else 0
    return Cell(_difference(row["value"] - exact, "percent" if share else "count", digits), alarm=True)


def _difference(value: Decimal, unit: str, digits: int) -> str:
    side = "cao" if value > 0 else "thấp"
    return f"Báo cáo {side} hơn {decimal(float(abs(value)), digits)}{' điểm %' if unit == 'percent' else ''}"


def _readings(rows: Sequence[dict[Any, Any]], label: _Label) -> list[str]:
    """Of each figure that can be read in several ways: by which it was read, and what the others would give."""
    return [f"{_name(row)}: {'; '.join(_tried(row, label))}." for row in rows if row["others"]]


def _tried(row: dict[Any, Any], label: _Label) -> list[str]:
    told, holds = [f"hiểu là {label(row['formula'])}"], row["state"] in reconcile.HOLDS
    for each in row["others"]:
        also = (each.state in reconcile.HOLDS) == holds
        # The counts beside a share say what it was divided by.
        if also or row["denominator"] is None:
            verb = "khớp" if each.state in reconcile.HOLDS else "không khớp"
            figure = _exact(each.numerator, each.denominator, row["value"])
            told.append(f"{'cũng ' if also else ''}{verb} nếu hiểu là {label(each.formula)} ({figure})")
    return told


def _reading(formula: str) -> str:
    """A reading in words: what is counted, and over what."""
    of = [indicators.get(name) for _, name in reconcile.terms(formula)[0]]
    if len(of) == 1 and of[0].denominator:
        return f"{of[0].numerator.label} trên {of[0].denominator.label}"
    return _written(formula, lambda name: indicators.get(name).numerator.label)


def _formula(formula: str) -> str:
    """A formula of reported figures in words."""
    return _written(formula, lambda name: lower_first(names()[name]["name"]))


def _written(formula: str, label: _Label) -> str:
    sums = []
    for side in reconcile.terms(formula):
        words = "".join(f" {sign.replace('-', '−')} {label(name)}" if sign else label(name) for sign, name in side)
        sums.append(f"({words})" if len(side) > 1 and "/" in formula else words)
    return " trên ".join(sums)


def _counted(rows: Sequence[dict[Any, Any]]) -> str:
    """How many figures were compared, and how many agree."""
    counts = Counter(_KINDS.get(row["state"], "khớp") for row in rows)
    told = [
        f"{formats.number(counts[kind])} {kind}" for kind in dict.fromkeys(["khớp", *_KINDS.values()]) if counts[kind]
    ]
    return f"Đối chiếu {formats.number(len(rows))} số liệu: {', '.join(told)}."
