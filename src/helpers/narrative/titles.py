"""Titles of the charts: each states its finding."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from helpers import formats, indicators, reference, trends
from helpers.formats import number, percent
from helpers.narrative.words import named
from helpers.periods import Period


def flow_finding(flows: pd.DataFrame, every: trends.Step) -> str:
    """The finding of the chart of received and resolved dossiers."""
    name = {"D": "ngày", "W-SUN": "tuần", "M": "tháng"}[every]
    received, resolved = int(flows["received"].sum()), int(flows["resolved"].sum())
    if not received:
        return f"Không tiếp nhận hồ sơ mới; giải quyết {number(resolved)} hồ sơ"
    peaks = flows.index[flows["received"] == flows["received"].max()]
    starts = [f"{peak.start_time:%m/%Y}" if every == "M" else f"{peak.start_time:%d/%m/%Y}" for peak in peaks]
    if len(starts) > 2:
        when = f"{number(len(starts))} {name} cùng"
    else:
        when = f"{name} {'bắt đầu từ ' if every == 'W-SUN' else ''}{' và '.join(starts)}"
    return (
        f"Tiếp nhận {number(received)}, giải quyết {number(resolved)} hồ sơ; {when} tiếp nhận nhiều nhất "
        f"({'mỗi ' + name + ' ' if len(starts) > 1 else ''}{number(flows['received'].max())})"
    )


def backlog_finding(pending: "pd.Series[int]", carried: int | None, period: Period) -> str:
    """The finding of the chart of pending dossiers.

    Parameters
    ----------
    pending : Series of int
        At the end of every day of the period of which the data tell.
    carried : int or None
        When the period began; None where the data do not reach back to tell.
    period : Period

    Returns
    -------
    str
    """
    last, peak, until = int(pending.iloc[-1]), int(pending.max()), pending.index[-1].start_time
    at_end = "cuối kỳ" if until.date() == period.last_day else f"cuối ngày {formats.day(until)}"
    if not peak and not carried:
        return "Không có hồ sơ còn lại vào cuối các ngày trong kỳ"
    highest: Any = pending.idxmax()
    most = f"nhiều nhất vào cuối ngày {highest.start_time:%d/%m/%Y} ({number(peak)})"
    if carried is not None and carried > peak:
        most = "không ngày nào nhiều hơn đầu kỳ"
    if carried is None:
        return f"{formats.upper_first(at_end)} có {number(last)} hồ sơ đang giải quyết; {most}"
    moved = "tăng lên" if last > carried else "giảm xuống" if last < carried else "vẫn là"
    return f"Đầu kỳ có {number(carried)} hồ sơ đang giải quyết, {at_end} {moved} {number(last)}; {most}"


def overdue_finding(rows: pd.DataFrame) -> str:
    """The finding of the chart of overdue dossiers by field; rows are ordered, most first."""
    total = int(rows["total"].sum())
    top = rows.index[rows["total"] == rows["total"].iloc[0]]
    names = named([reference.label("fields", code) for code in top], "lĩnh vực")
    each = "mỗi lĩnh vực " if len(top) > 1 else ""
    share = percent(int(rows["total"].iloc[0]), total)
    return f"{names} có {each}{number(rows['total'].iloc[0])} trong {number(total)} hồ sơ quá hạn ({share})"


def online_finding(rows: pd.DataFrame) -> str:
    """The finding of the chart of online rates by field; rows carry ``field``, numerator, denominator and value."""
    return _extremes(rows, [reference.label("fields", code) for code in rows["field"]], "Nộp trực tuyến", "lĩnh vực")


def map_finding(rows: pd.DataFrame, name: str, halves: Sequence[tuple[str, int, int]]) -> str:
    """The finding of the map of units.

    Parameters
    ----------
    rows : DataFrame
        ``ranking.ranked``.
    name : str
        Indicator.
    halves : sequence of (str, int, int)
        Name, numerator and denominator of each half of the area, where they differ.

    Returns
    -------
    str
    """
    found = _extremes(rows, _unit_names(rows), indicators.get(name).label, "đơn vị")
    parts = [f"nửa {half} {percent(numerator, denominator)}" for half, numerator, denominator in halves]
    return "; ".join([found, *([", ".join(parts)] if parts else [])])


def funnel_finding(rows: pd.DataFrame, name: str) -> str:
    """The finding of the funnel of units.

    Parameters
    ----------
    rows : DataFrame
        ``ranking.ranked``, with ``side``: "low" or "high" of those outside the funnel, "" of the others.
    name : str
        Indicator.

    Returns
    -------
    str
    """
    indicator = indicators.get(name)
    # The bad side first, and of each side the farthest first: rows begin with the best.
    sides = [("low", "thấp", rows.iloc[::-1]), ("high", "cao", rows)]
    if indicator.better == "lower":
        sides = [("high", "cao", rows.iloc[::-1]), ("low", "thấp", rows)]
    found = [
        f"{number(len(own))} đơn vị {word} hơn giới hạn dao động chung: {_some(own)}"
        for side, word, ordered in sides
        if len(own := ordered[ordered["side"] == side])
    ]
    whole = percent(int(rows["numerator"].sum()), int(rows["denominator"].sum()))
    none = f"không đơn vị nào trong {number(len(rows))} đơn vị nằm ngoài giới hạn dao động chung"
    return f"{indicator.label} (chung {whole}): {'; '.join(found) or none}"


def _some(rows: pd.DataFrame, most: int = 3) -> str:
    """The first of some units with their rates, and how many more there are."""
    shown = rows.head(most)
    shares = [percent(a, b) for a, b in zip(shown["numerator"], shown["denominator"], strict=True)]
    names = [f"{name} ({share})" for name, share in zip(_unit_names(shown), shares, strict=True)]
    names += [f"{number(len(rows) - most)} đơn vị khác"] if len(rows) > most else []
    return " và ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _unit_names(rows: pd.DataFrame) -> list[str]:
    """Names of the units of ``ranking.ranked`` inside a sentence; of several with one name with their provinces."""
    codes = rows.iloc[:, 0].tolist()
    names = [formats.lower_first(reference.unit_name(code)) for code in codes]
    often = Counter(names)
    return [
        name if often[name] == 1 else f"{name}, {formats.lower_first(reference.find_commune(code)['province'])}"
        for name, code in zip(names, codes, strict=True)
    ]


def _extremes(rows: pd.DataFrame, names: Sequence[str], subject: str, noun: str) -> str:
    """Highest and lowest of a rate, ties named together."""
    values = rows["value"].tolist()
    shares = [percent(a, b) for a, b in zip(rows["numerator"], rows["denominator"], strict=True)]

    def at(value: float) -> str:
        found = [name for name, other in zip(names, values, strict=True) if other == value]
        return f"{named(found, noun)} ({shares[values.index(value)]})"

    if len(values) > 1 and min(values) == max(values):
        return f"{subject}: {number(len(values))} {noun} cùng đạt {shares[0]}"
    if len(values) == 1:
        return f"{subject}: {at(values[0])}"
    return f"{subject}: cao nhất {at(max(values))}, thấp nhất {at(min(values))}"
