"""The units of an area beside each other: communes, or the provinces of the country."""

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
from IPython.display import HTML

from helpers import formats, headline, indicators, markup, ranking, reference, scores
from helpers.areas import Area
from helpers.formats import number
from helpers.indicators import Figure, Indicator
from helpers.markup import Cell, Head, Rows, heads
from helpers.tables.rates import share

# The rate whose course is drawn; of fewer periods there is no course.
_PAST: Final = "in_time_rate"
_COURSE: Final = 3
_MOST_ROWS: Final = 200
_RATES_A_TABLE: Final = 7
_COUNTED: Final = ("received", "resolved", "late", "pending", "pending_overdue")
_COMPARED: Final = ("received", "online_rate", "in_time_rate", "pending_overdue")


def units(area: Area, linked: Sequence[str] = ()) -> HTML:
    """The main figures of every unit, in alphabetical order, and of all.

    Parameters
    ----------
    area : Area
    linked : sequence of str
        Codes of units whose page stands there.

    Returns
    -------
    HTML
    """
    published = _published(area)
    head = heads(unit_head(area), *_MAIN, *([">Hạng đã công bố"] if published else []))
    body: Rows = [
        [
            named(area, code, linked), *_main(area.figures[code]),
            *([published.get(code, "–")] if published else []),
        ]
        for code in alphabetical(area)
    ]  # fmt: skip
    foot = [area.whole, *_main(area.all_figures), *([""] if published else [])]
    return long("Số liệu chính của từng đơn vị", head, body, foot)


_MAIN: Final = (
    ">Tiếp nhận", ">Tỷ lệ trực tuyến", ">Đã giải quyết", ">Trước và đúng hạn", ">Giải quyết quá hạn",
    ">Đang giải quyết", ">Trong đó quá hạn",
)  # fmt: skip


def _main(figures: dict[str, Figure]) -> list[str]:
    received, resolved, late, pending, overdue = (number(figures[name]["numerator"]) for name in _COUNTED)
    online, in_time = share(figures["online_rate"]), share(figures["in_time_rate"])
    return [received, online, resolved, in_time, late, pending, overdue]


def ranking_table(area: Area, linked: Sequence[str] = ()) -> HTML:
    """Units by their score, with the main rates, and how far each has moved since the previous period.

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
    if not len(scores.common(area.points, area.key)):
        return markup.note("Chưa đủ dữ liệu để tính điểm và xếp hạng theo Bộ chỉ số 766.")
    score = area.score.sort_values(["position", "points", area.key], ascending=[True, False, True], kind="stable")
    before = dict(zip(area.previous_score[area.key], area.previous_score["position"], strict=True))
    published = _published(area)
    head = heads(
        ">Hạng", "Thay đổi", unit_head(area), ">Điểm tính được", ">Tiếp nhận", ">Trực tuyến", ">Trước và đúng hạn",
        ">Đúng tiến độ", *([">Hạng đã công bố"] if published else []),
    )  # fmt: skip
    body: Rows = []
    for row in score.to_dict("records"):
        code, figures = row[area.key], area.figures[row[area.key]]
        rates = [share(figures[name]) for name in ("online_rate", "in_time_rate", "progress_rate")]
        body.append([
            "–" if pd.isna(row["position"]) else number(row["position"]), moved(row["position"], before.get(code)),
            named(area, code, linked), _points(row["points"], row["covered"]),
            number(figures["received"]["numerator"]), *rates, *([published.get(code, "–")] if published else []),
        ])  # fmt: skip
    return long("Xếp hạng theo điểm Bộ chỉ số 766", head, body, notes=_ranking_notes(area), row_head=2)


def _ranking_notes(area: Area) -> list[str]:
    common = scores.common(area.points, area.key)
    labels = [formats.lower_first(part.label) for part in scores.COMPONENTS if part.name in common]
    covered = int(area.score["common_covered"].iloc[0])
    notes = [
        f"Xếp theo tổng điểm chưa làm tròn của {number(len(common))} thành phần mà ít nhất "
        f"{formats.bound(100 * ranking.ENOUGH)} số đơn vị có dữ liệu ({'; '.join(labels)}), tối đa "
        f"{number(covered)} trong {number(scores.WHOLE)} điểm; bằng điểm thì cùng hạng.",
    ]
    absent, unplaced = len(area.members) - len(area.score), int(area.score["position"].isna().sum())
    if unplaced:
        notes.append(f"{number(unplaced)} đơn vị thiếu số liệu hợp lệ của một thành phần nên không xếp hạng.")
    if absent:
        notes.append(f"{number(absent)} đơn vị không có dữ liệu đến hết kỳ nên không xếp hạng.")
    if area.previous_score["position"].notna().any():
        notes.append(f"“Thay đổi”: số bậc tăng (▲) hoặc giảm (▼) so với {area.previous_period.within}.")
    return notes


def standings(area: Area) -> HTML:
    """Every rate that has a good direction, of every unit, with the position by it.

    Parameters
    ----------
    area : Area

    Returns
    -------
    HTML
        Several tables where there are many rates; one line when units are not ranked.
    """
    if area.positions.empty:
        return markup.note(headline.not_ranked(area))
    known = set(area.positions["indicator"])
    rates = [each for each in indicators.INDICATORS if each.name in known]
    size = -(-len(rates) // -(-len(rates) // _RATES_A_TABLE))
    return markup.stack(*(_standings(area, rates[at : at + size]) for at in range(0, len(rates), size)))


def _standings(area: Area, rates: Sequence[Indicator]) -> HTML:
    labels = [_short(each) for each in rates]
    body: Rows = [
        [reference.unit_name(code), *(_placed(area, code, each.name) for each in rates)] for code in alphabetical(area)
    ]
    foot = [area.whole, *(share(area.all_figures[each.name]) for each in rates)]
    ends = [formats.lower_first(label) for label in dict.fromkeys((labels[0], labels[-1]))]
    caption = f"Tỷ lệ và hạng của từng đơn vị: {'từ ' if len(ends) > 1 else ''}{' đến '.join(ends)}"
    notes = ["Trong ngoặc là hạng; hạng 1 là tốt nhất, kể cả với tỷ lệ càng thấp càng tốt."]
    return long(caption, heads(unit_head(area), *(f">{label}" for label in labels)), body, foot, notes)


def _placed(area: Area, code: str, name: str) -> str:
    place = area.places.get((code, name))
    return f"{share(area.figures[code][name])}{'' if place is None else f' ({number(place)})'}"


def kinds(area: Area) -> HTML:
    """The kinds of communes apart: xã, phường, đặc khu.

    Parameters
    ----------
    area : Area

    Returns
    -------
    HTML
    """
    rows = reference.table("communes").set_index("code").loc[list(area.communes), "kind"]
    counts = area.cube.assign(kind=area.cube["commune"].map(rows))
    found = indicators.figures_by(indicators.compute(counts, ["kind"]), "kind")
    body: Rows = [
        [kind, number(count), *_main(found[kind])] for kind, count in rows.value_counts().items() if kind in found
    ]
    foot = [area.whole, number(len(rows)), *_main(area.all_figures)]
    return markup.table(
        "Theo loại đơn vị hành chính", heads("Loại đơn vị", ">Số đơn vị", *_MAIN), body, foot, wide=True
    )


def unit_changes(area: Area) -> HTML:
    """Every unit beside its previous period, and its course over the last periods.

    Parameters
    ----------
    area : Area

    Returns
    -------
    HTML
        One line when the data do not reach back to the previous period, or nothing came in then.
    """
    before = area.past[-1].computed
    compared = [period for period, _ in headline.earlier(area)]
    if before is None or area.previous_period not in compared:
        return markup.note("Chưa có số liệu của kỳ trước để so sánh từng đơn vị.")
    then = indicators.figures_by(before, area.key)
    past = _past(area)
    body: Rows = [
        [reference.unit_name(code), *_changed(area.figures[code], then.get(code)), Cell("", line=past[code])]
        for code in alphabetical(area)
    ]
    known = 1 + sum(each.computed is not None for each in area.past)
    label = formats.lower_first(indicators.get(_PAST).label)
    notes = [
        f"Kỳ trước là {area.previous_period.within}. Tỷ lệ tăng, giảm bằng điểm phần trăm.",
        f"Đường nhỏ: {label} của {number(known)} kỳ gần nhất, mỗi đường theo thang riêng; chấm là kỳ này."
        if any(past.values())
        else "Chưa vẽ diễn biến: cần ít nhất ba kỳ có dữ liệu.",
    ]
    head = heads(
        unit_head(area), ">Tiếp nhận", ">Kỳ trước", ">Tăng, giảm", ">Tỷ lệ trực tuyến", ">Tỷ lệ trước và đúng hạn",
        ">Số đang quá hạn", "Các kỳ gần đây",
    )  # fmt: skip
    return long("Từng đơn vị so với kỳ trước", head, body, notes=notes)


def _changed(now: dict[str, Figure], before: dict[str, Figure] | None) -> list[str]:
    if before is None:
        return [number(now["received"]["numerator"]), *["–"] * (1 + len(_COMPARED))]
    received = [number(each["received"]["numerator"]) for each in (now, before)]
    changes = (headline.difference(indicators.get(name), now[name], before[name]) for name in _COMPARED)
    return [*received, *(change.removesuffix(formats.POINTS) for change in changes)]


def _past(area: Area) -> dict[str, tuple[float | None, ...]]:
    """One rate of every unit over the last periods, this one last; None where there is no figure, empty when short."""
    tables = [*(each.computed for each in area.past), area.by_unit]
    values = [{} if table is None else _values(table, area.key) for table in tables]
    courses = {code: tuple(of.get(code) for of in values) for code in area.figures}
    known = {code: sum(value is not None for value in course) for code, course in courses.items()}
    return {code: course if known[code] >= _COURSE else () for code, course in courses.items()}


def _values(computed: pd.DataFrame, key: str) -> dict[str, float]:
    rows = computed[(computed["indicator"] == _PAST) & computed["value"].notna()]
    return dict(zip(rows[key], rows["value"].astype("float64"), strict=True))


def _short(indicator: Indicator) -> str:
    return formats.upper_first(indicator.label.removeprefix("Tỷ lệ "))


def unit_head(area: Area) -> str:
    """What heads a column of units."""
    return {"commune": "Đơn vị", "province": "Tỉnh, thành phố"}[area.key]


def alphabetical(area: Area) -> list[str]:
    """Codes of the units that have dossiers, in the order of their names."""
    names = {code: reference.bare_name(reference.unit_name(code)) for code in area.figures}
    return sorted(names, key=lambda code: formats.sort_key(names[code]))


def named(area: Area, code: str, linked: Sequence[str]) -> Cell:
    """A unit's name, linked to its page where there is one."""
    if code not in linked:
        return Cell(reference.unit_name(code))
    folder = code if area.key == "province" else reference.province_of([code])[0]
    above = "" if folder == area.code else f"../{folder}/"
    return Cell(reference.unit_name(code), link=f"{above}{reference.file_stem(code)}.html")


def moved(now: Any, before: Any) -> str:
    """How many places a unit has moved; up is better."""
    if pd.isna(now) or before is None or pd.isna(before):
        return "–"
    steps = int(before) - int(now)
    return f"▲ {steps}" if steps > 0 else f"▼ {-steps}" if steps < 0 else "="


def _points(points: Any, covered: Any) -> str:
    if pd.isna(points):
        return formats.NO_DATA
    band = scores.band(float(points), int(covered))
    return f"{formats.decimal(float(points))}/{number(covered)}{f' ({band})' if band else ''}"


def _published(area: Area) -> dict[str, str]:
    """The rank of each unit as it was published for the period."""
    ranks = {code: rows.loc[rows["indicator"] == "city_rank", "value"] for code, rows in area.reported_by_unit.items()}
    return {code: number(int(values.iloc[0])) for code, values in ranks.items() if len(values)}


def long(
    caption: str, head: list[list[Head]], body: Rows, foot: Sequence[Cell | str] = (), notes: Sequence[str] = (),
    row_head: int = 0,
) -> HTML:  # fmt: skip
    """A table with a row a unit; of thousands of units the first and the last rows.

    Parameters
    ----------
    caption, head, body, foot, notes, row_head
        As ``markup.table`` takes them.

    Returns
    -------
    HTML
    """
    if len(body) > _MOST_ROWS:
        half = _MOST_ROWS // 2
        notes = [*notes, f"Chỉ in {number(half)} dòng đầu và {number(half)} dòng cuối trong {number(len(body))} dòng."]
        body = [*body[:half], *body[-half:]]
    return markup.table(caption, head, body, foot, notes, row_head=row_head, wide=True)
