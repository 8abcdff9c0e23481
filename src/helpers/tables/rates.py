"""Rates with their counts, beside targets and by field."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from IPython.display import HTML

from helpers import formats, headline, indicators, markup, reference
from helpers.errors import UserError
from helpers.formats import number, percent
from helpers.markup import Cell, Rows, heads
from helpers.slices import Slice


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
    return rates(part, [indicator.name for indicator in indicators.at("digital")], "Trực tuyến, thanh toán, số hóa")


def rates(part: Slice, names: Sequence[str], caption: str) -> HTML:
    """Rates with numerator, denominator, target and rank, one a row.

    Parameters
    ----------
    part : Slice
    names : sequence of str
        Indicators in per cent.
    caption : str

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
    head = heads("Chỉ tiêu", ">Tử số", ">Mẫu số", ">Tỷ lệ", "Mẫu số là", "Chỉ tiêu được giao, xếp hạng")
    figures, places = indicators.figures(part.computed), headline.ranks(part)
    body: Rows = []
    for indicator in map(indicators.get, names):
        figure, target = figures[indicator.name], headline.target_state(part, indicator.name)
        of = indicator.denominator.label if indicator.denominator else "–"
        state = "; ".join(filter(None, [target[1] if target else "", places.get(indicator.name)])) or "–"
        if figure["value"] is None:
            body.append([indicator.label, "–", "–", formats.NO_DATA, of, state])
            continue
        share = Cell(percent(figure["numerator"], figure["denominator"]), bar=float(figure["value"]) / 100)
        body.append([indicator.label, number(figure["numerator"]), number(figure["denominator"]), share, of, state])
    return markup.table(caption, head, body, notes=headline.target_documents(part, names))


def rates_by_field(part: Slice) -> HTML:
    """Online and in-time rates of every field, beside what is still pending.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    fields = {
        code: indicators.figures(rows) for code, rows in indicators.compute(part.cube, ["field"]).groupby("field")
    }
    head = heads(
        "Lĩnh vực",
        ">Tiếp nhận",
        ">Tỷ lệ trực tuyến",
        ">Giải quyết có hạn trả",
        ">Trước và đúng hạn",
        ">Tỷ lệ",
        ">Đang giải quyết",
        ">Tỷ lệ còn lại",
    )
    body: Rows = []
    for code, figures in sorted(fields.items(), key=lambda field: -(field[1]["received"]["numerator"] or 0)):
        online, in_time, left = (figures[name] for name in ("online_rate", "in_time_rate", "pending_rate"))
        body.append([
            reference.label("fields", code), number(figures["received"]["numerator"]), share(online),
            number(in_time["denominator"]), number(in_time["numerator"]), share(in_time),
            number(left["numerator"]), share(left),
        ])  # fmt: skip
    return markup.table("Tỷ lệ theo lĩnh vực", head, body, wide=True)


def share(figure: Any) -> str:
    """A share, or a dash where there is nothing to divide by."""
    return "–" if pd.isna(figure["value"]) else percent(figure["numerator"], figure["denominator"])
