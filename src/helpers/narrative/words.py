"""Words that the sentences share: shares, names, and what comes most often."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from helpers import formats, indicators, reference
from helpers.formats import number, percent

Figures = Mapping[str, indicators.Figure]


def share(figure: Mapping[Any, Any]) -> str:
    """A rate, from its counts."""
    return percent(figure["numerator"], figure["denominator"])


def named(names: Sequence[str], noun: str) -> str:
    """One or two names; of more only how many."""
    return " và ".join(names) if len(names) <= 2 else f"{number(len(names))} {noun}"


def ranked(values: "pd.Series[str]") -> list[tuple[str, int]]:
    """How often each value comes, most first, equals in the order of their codes, as the tables have them."""
    return sorted(Counter(values.tolist()).items(), key=lambda pair: (-pair[1], pair[0]))


def top(values: "pd.Series[str]", table: str, noun: str) -> str:
    """The values that come most often, with their share: "a (14/33 hồ sơ)", "a và b (mỗi nơi 2/7 hồ sơ)".

    Parameters
    ----------
    values : Series of str
        Codes of ``table``.
    table : str
        Reference table.
    noun : str
        What a value is.

    Returns
    -------
    str
        Where some are missing, the share is of those that are recorded, and says so. Empty when none is recorded, or
        more than two come equally often.
    """
    known = values.dropna()
    counts = ranked(known)
    first = [code for code, count in counts if count == counts[0][1]]
    if known.empty or len(first) > 2:
        return ""
    names = [reference.label(table, code) for code in first]
    if table == "causes":
        names = [formats.lower_first(name) for name in names]
    each = f"mỗi {noun} " if len(first) > 1 else ""
    recorded = f" có ghi {noun}" if len(known) < len(values) else ""
    return f"{named(names, noun)} ({each}{number(counts[0][1])}/{number(len(known))} hồ sơ{recorded})"


def most(values: "pd.Series[str]", table: str, noun: str) -> str:
    """Where most lie: "tất cả thuộc lĩnh vực a", "nhiều nhất ở lĩnh vực a (14/33 hồ sơ)"; never empty."""
    if values.isna().all():
        return f"không ghi {noun}"
    if values.nunique(dropna=False) == 1:
        return f"{'tất cả ' if len(values) > 1 else ''}thuộc {noun} {reference.label(table, values.iloc[0])}"
    first = top(values, table, noun)
    return f"nhiều nhất ở {noun} {first}" if first else f"không {noun} nào nhiều hơn hẳn"


def listed(values: "pd.Series[str]", names: Mapping[str, str], longest: int = 3) -> str:
    """The values with their numbers, most first: "a (14); b (3); còn lại (2); chưa ghi (1)"."""
    counts = ranked(values.dropna())
    items = [(names.get(code, code), count) for code, count in counts[:longest]]
    rest, missing = sum(count for _, count in counts[longest:]), int(values.isna().sum())
    items += [("còn lại", rest)] if rest else []
    items += [("chưa ghi", missing)] if missing else []
    return "; ".join(f"{name} ({number(count)})" for name, count in items)
