"""Rates with their counts, beside targets and by field."""

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
from IPython.display import HTML

from helpers import formats, headline, indicators, markup, reference
from helpers.errors import UserError
from helpers.formats import number, percent
from helpers.markup import Cell, Rows, heads
from helpers.slices import Slice

_DIGITAL: Final = {
    "field": ("fully_online_rate", "online_payment_rate", "digitised_rate", "e_result_rate"),
    "channel": ("online_payment_rate", "digitised_rate", "e_result_rate"),
}


def targets(part: Slice) -> HTML:
    """Every indicator that has a target in force, and how it stands to it.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        One line when there is no target.
    """
    found = indicators.with_target(part.units, pd.Timestamp(part.period.last_day))
    if not found:
        return markup.note("Chưa có chỉ tiêu được giao cho kỳ báo cáo này.")
    return rates(part, [indicator.name for indicator in found], "So với chỉ tiêu được giao")


def digital(part: Slice) -> HTML:
    """The rates of online filing, payment and digitisation.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    names = [indicator.name for indicator in indicators.at("digital")]
    return rates(part, names, "Trực tuyến, thanh toán, số hóa", with_targets=False)


def rates(part: Slice, names: Sequence[str], caption: str, with_targets: bool = True) -> HTML:
    """Rates with numerator, denominator, target and rank, one a row.

    Parameters
    ----------
    part : Slice
    names : sequence of str
        Indicators in per cent.
    caption : str
    with_targets : bool
        Whether the targets stand in it too; ``targets`` has them all.

    Returns
    -------
    HTML

    Raises
    ------
    UserError
        When one is unknown, or is a count.
    """
    counts = [name for name in names if indicators.get(name).denominator is None]
    if counts:
        raise UserError(f"{', '.join(counts)} is a count, not a rate; this table shows rates.")
    last = {"chỉ tiêu được giao": with_targets, "xếp hạng": not part.of_many}
    title = formats.upper_first(", ".join(name for name, shown in last.items() if shown))
    # What is made of a rate stands where a phone shows it.
    head = heads("Chỉ tiêu", *([title] if title else []), ">Tử số", ">Mẫu số", ">Tỷ lệ", "Mẫu số là")
    figures, places = part.all_figures, headline.ranks(part)
    body: Rows = []
    for indicator in map(indicators.get, names):
        figure = figures[indicator.name]
        target = headline.target_state(part, indicator.name) if with_targets else None
        of = indicator.denominator.label if indicator.denominator else "–"
        said = "; ".join(filter(None, [target[1] if target else "", places.get(indicator.name)])) or "–"
        state = [said] if title else []
        if figure["value"] is None:
            body.append([indicator.label, *state, "–", "–", formats.NO_DATA, of])
            continue
        share = Cell(percent(figure["numerator"], figure["denominator"]), bar=float(figure["value"]) / 100)
        body.append([indicator.label, *state, number(figure["numerator"]), number(figure["denominator"]), share, of])
    return markup.table(caption, head, body, notes=headline.target_documents(part, names) if with_targets else [])


def rates_by_field(part: Slice) -> HTML:
    """Online and in-time rates of every field, beside what is still pending.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    fields = indicators.figures_by(indicators.compute(part.cube, ["field"]), "field")
    head = heads(
        "Lĩnh vực", ">Tiếp nhận", ">Tỷ lệ trực tuyến", ">Giải quyết có hạn trả", ">Trước và đúng hạn",
        ">Tỷ lệ trước và đúng hạn", ">Nhận giải quyết", ">Đang giải quyết", ">Tỷ lệ đang giải quyết",
    )  # fmt: skip
    ordered = sorted(fields.items(), key=lambda field: -(field[1]["received"]["numerator"] or 0))
    body: Rows = [[reference.label("fields", code), *_main(figures)] for code, figures in ordered]
    foot = ["Tổng số", *_main(part.all_figures)]
    return markup.table("Tỷ lệ theo lĩnh vực", head, body, foot, wide=True)


def _main(figures: dict[str, indicators.Figure]) -> list[str]:
    online, in_time, left = (figures[name] for name in ("online_rate", "in_time_rate", "pending_rate"))
    return [
        number(figures["received"]["numerator"]), share(online),
        number(in_time["denominator"]), number(in_time["numerator"]), share(in_time),
        number(left["denominator"]), number(left["numerator"]), share(left),
    ]  # fmt: skip


def digital_by(part: Slice, key: str) -> HTML:
    """Rates of online payment, digitisation and electronic results by field or channel; by field of full service too.

    Parameters
    ----------
    part : Slice
    key : {"field", "channel"}

    Returns
    -------
    HTML
        Each rate with its counts; "–" where there is nothing to divide.
    """
    found = indicators.figures_by(indicators.compute(part.cube, [key]), key)
    ordered = sorted(found.items(), key=lambda item: -(item[1]["received"]["numerator"] or 0))
    title, table = {"field": ("Lĩnh vực", "fields"), "channel": ("Kênh nộp", "channels")}[key]
    names = [indicators.get(name) for name in _DIGITAL[key]]
    body: Rows = [
        [reference.label(table, code), *(_counted_share(figures[each.name]) for each in names)]
        for code, figures in ordered
    ]
    whole = part.all_figures
    foot = ["Tất cả", *(_counted_share(whole[each.name]) for each in names)]
    head = heads(title, *(f">{formats.upper_first(each.label.removeprefix('Tỷ lệ '))}" for each in names))
    notes = ["Trong ngoặc là tử số và mẫu số; mẫu số của mỗi tỷ lệ như ở bảng “Trực tuyến, thanh toán, số hóa”."]
    return markup.table(f"Thanh toán, số hóa theo {formats.lower_first(title)}", head, body, foot, notes, wide=True)


def _counted_share(figure: indicators.Figure) -> str:
    if figure["value"] is None:
        return "–"
    counts = f"{number(figure['numerator'])}/{number(figure['denominator'])}"
    return f"{percent(figure['numerator'], figure['denominator'])} ({counts})"


def share(figure: Any) -> str:
    """A share, or a dash where there is nothing to divide by."""
    return "–" if pd.isna(figure["value"]) else percent(figure["numerator"], figure["denominator"])
