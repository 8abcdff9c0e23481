"""A commune beside the other communes of its province."""

from collections.abc import Hashable
from typing import Any

from helpers import formats, funnel, indicators
from helpers.findings import facts
from helpers.findings.rules import Found
from helpers.formats import decimal, number, percent
from helpers.slices import CommuneSlice


def outside_funnel(part: CommuneSlice) -> Found | None:
    """Outside the funnel of the province's communes, on the bad side."""
    far = part.peers.far
    own = far[far["commune"] == part.code].to_dict("records")
    if not own:
        return None
    return Found(
        f"Nằm ngoài giới hạn dao động chung của các đơn vị cấp xã cùng địa bàn: {'; '.join(map(_outside, own))}. "
        "Cần kiểm tra nguyên nhân khác biệt.",
        facts.none(part),
    )


def _outside(rate: dict[Hashable, Any]) -> str:
    """One rate that lies outside, with what it is measured by."""
    indicator = indicators.get(rate["indicator"])
    return (
        f"{formats.lower_first(indicator.label)} {percent(rate['numerator'], rate['denominator'])} "
        f"({number(rate['numerator'])}/{number(rate['denominator'])}), chung cả địa bàn "
        f"{percent(rate['all_numerator'], rate['all_denominator'])}, giới hạn "
        f"{'dưới' if indicator.better == 'higher' else 'trên'} {decimal(100 * rate['limit'])}%"
    )


def compared(part: CommuneSlice) -> bool:
    """Whether the unit is one of so many that they can be compared."""
    rates = part.peers.positions
    return bool((rates["commune"] == part.code).any()) and rates["commune"].nunique() >= funnel.LEAST_UNITS
