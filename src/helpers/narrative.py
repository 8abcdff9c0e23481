"""Sentences made from the figures: what a reader could quote. Vietnamese nouns have no plural, so 0 needs care only."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers import formats, indicators, overdue, reference, trends
from helpers.formats import number, percent
from helpers.slices import Slice


def _figures(part: Slice) -> dict[str, dict[str, float | None]]:
    return {indicator.name: indicators.one(part.computed, indicator.name) for indicator in indicators.INDICATORS}


def _share(figure: Mapping[Any, Any]) -> str:
    return percent(figure["numerator"], figure["denominator"])


def summary(part: Slice) -> list[str]:
    """The report's figures as sentences, in the order an official report gives them.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    list of str
        Sentences without data for them are left out.
    """
    figures = _figures(part)
    return [
        *_received(part, figures),
        *_resolved(figures),
        *_pending(figures),
        *late_sentences(part),
        *pending_overdue_sentences(part),
    ]


def _received(part: Slice, figures: dict[str, dict[str, float | None]]) -> list[str]:
    count = figures["received"]["numerator"]
    span = (
        f"Trong {formats.prose_day(part.period.first_day)}" if part.period.days == 1 else f"T{part.period.bounds[1:]}"
    )
    name = formats.lower_first(part.name)
    if len(part.code) == 2:
        communes = part.cube.loc[part.cube["intake"] == "received", "commune"].nunique()
        name = f"{number(communes)} đơn vị cấp xã của {name}"
    online = figures["received_online"]["numerator"]
    filed = f", trong đó {number(online)} hồ sơ nộp trực tuyến ({_share(figures['online_rate'])})"
    sentences = [f"{span}, {name} tiếp nhận {number(count)} hồ sơ{'' if online is None or not count else filed}."]
    carried = figures["carried_over"]["numerator"]
    if carried:
        sentences.append(f"Số hồ sơ kỳ trước chuyển sang là {number(carried)}.")
    return sentences


def _resolved(figures: dict[str, dict[str, float | None]]) -> list[str]:
    count, with_due = figures["resolved"]["numerator"], figures["in_time_rate"]["denominator"]
    if not count:
        return ["Đến hết kỳ chưa có hồ sơ nào được giải quyết xong."]
    sentences = [
        f"Đến hết kỳ đã giải quyết {number(count)} hồ sơ, đạt {_share(figures['resolved_rate'])} "
        f"trong tổng số {number(figures['resolved_rate']['denominator'])} hồ sơ nhận giải quyết.",
    ]
    if with_due:
        late = figures["late"]["numerator"]
        sentences.append(
            f"Trong đó có {number(figures['early']['numerator'])} hồ sơ trước hạn ({_share(figures['early_rate'])}), "
            f"{number(figures['on_time']['numerator'])} hồ sơ đúng hạn và "
            f"{f'{number(late)} hồ sơ quá hạn' if late else 'không có hồ sơ quá hạn'}; tỷ lệ giải quyết trước và "
            f"đúng hạn là {_share(figures['in_time_rate'])} "
            f"({number(figures['in_time_rate']['numerator'])}/{number(with_due)}).",
        )
    if with_due != count:
        without = int(count) - int(with_due or 0)
        sentences.append(f"Có {number(without)} hồ sơ đã giải quyết không ghi hạn trả, không xếp trước hay quá hạn.")
    return sentences


def _pending(figures: dict[str, dict[str, float | None]]) -> list[str]:
    count, overdue_count = figures["pending"]["numerator"], figures["pending_overdue"]["numerator"]
    if not count:
        return ["Không còn hồ sơ đang giải quyết."]
    tail = f"trong đó {number(overdue_count)} hồ sơ đã quá hạn" if overdue_count else "không có hồ sơ nào đã quá hạn"
    return [f"Còn {number(count)} hồ sơ đang giải quyết ({_share(figures['pending_rate'])}), {tail}."]


def late_sentences(part: Slice) -> list[str]:
    """What is known of the dossiers resolved late: field, cause, and when.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    list of str
        Empty when there is none.
    """
    rows = overdue.select(part.classed, part.period)
    rows = rows[rows["outcome"] == overdue.LATE]
    if rows.empty:
        return []
    first, last = formats.day(rows["due_at"].min()), formats.day(rows["ended_at"].max())
    sentences = [
        f"{number(len(rows))} hồ sơ giải quyết quá hạn có hạn trả sớm nhất ngày {first}, "
        f"kết thúc muộn nhất ngày {last}; "
        f"{_most(rows, 'field', 'fields', 'lĩnh vực')}.",
    ]
    if rows["overdue_cause"].notna().any():
        sentences.append(f"Nguyên nhân ghi nhận: {_listed(rows, 'overdue_cause', 'causes')}.")
    return sentences


def pending_overdue_sentences(part: Slice) -> list[str]:
    """What is known of the dossiers still pending after their due time: field and holder.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    list of str
        Empty when there is none.
    """
    rows = overdue.select(part.classed, part.period)
    rows = rows[rows["outcome"] == overdue.PENDING]
    if rows.empty:
        return []
    sentences = [
        f"{number(len(rows))} hồ sơ đang giải quyết đã quá hạn, lâu nhất {number(rows['days_late'].max())} ngày "
        f"làm việc; "
        f"{_most(rows, 'field', 'fields', 'lĩnh vực')}.",
    ]
    if rows["holder"].notna().any():
        sentences.append(f"Nơi đang giữ: {_listed(rows, 'holder', 'holders')}.")
    return sentences


def _most(rows: pd.DataFrame, key: str, table: str, noun: str) -> str:
    """The value that most rows share, with its share of them."""
    counts = rows[key].fillna("").value_counts()
    name, count = counts.index[0], int(counts.iloc[0])
    label = reference.label(table, name)
    if count == len(rows):
        return f"{'tất cả ' if count > 1 else ''}thuộc {noun} {label}"
    return f"nhiều nhất ở {noun} {label} ({number(count)}/{number(len(rows))} hồ sơ)"


def _listed(rows: pd.DataFrame, key: str, table: str, most: int = 3) -> str:
    """The values with their numbers, most first: "A (14), B (3) và 2 hồ sơ khác"."""
    counts = rows[key].fillna("").value_counts()
    parts = [f"{formats.lower_first(reference.label(table, k))} ({number(n)})" for k, n in counts.head(most).items()]
    rest = int(counts.iloc[most:].sum())
    return ", ".join(parts) + (f" và {number(rest)} hồ sơ khác" if rest else "")


def apologies(part: Slice) -> str:
    """One sentence on apology letters for overdue dossiers.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    str
        Empty when there is no overdue dossier.
    """
    facts = overdue.apologies(overdue.select(part.classed, part.period))
    total, sent, before = facts["overdue"], facts["with_apology"], facts["before_due"]
    if not total:
        return ""
    if sent is None:
        return f"Thư xin lỗi và hẹn lại (mẫu số 04): {formats.NO_DATA}."
    return (
        f"Trong {number(total)} hồ sơ quá hạn có {number(sent)} hồ sơ ghi nhận thư xin lỗi ({percent(sent, total)}), "
        f"{number(before)} thư gửi trước ngày hết hạn."
    )


def overdue_intro(part: Slice) -> str:
    """The sentence that opens the section on overdue dossiers."""
    figures = _figures(part)
    late, pending = figures["late"]["numerator"], figures["pending_overdue"]["numerator"]
    if not late and not pending:
        return "Trong kỳ không có hồ sơ quá hạn, cả đã giải quyết và đang giải quyết."
    return (
        f"Đã giải quyết nhưng quá hạn: {number(late)} hồ sơ. Đang giải quyết và đã quá hạn: {number(pending)} hồ sơ. "
        f"Tỷ lệ quá hạn chung {_share(figures['overdue_rate'])} trên {number(figures['overdue_rate']['denominator'])} "
        "hồ sơ nhận giải quyết."
    )


def flow_finding(flows: pd.DataFrame, every: trends.Step) -> str:
    """The finding of the chart of received and resolved dossiers."""
    name = {"D": "ngày", "W-SUN": "tuần", "M": "tháng"}[every]
    received, resolved = int(flows["received"].sum()), int(flows["resolved"].sum())
    if not received:
        return f"Không tiếp nhận hồ sơ mới; giải quyết {number(resolved)} hồ sơ"
    peak: Any = flows["received"].idxmax()
    when = f"{peak.start_time:%d/%m/%Y}" if every != "M" else f"{formats.month(peak.month)}/{peak.year}"
    return (
        f"Tiếp nhận {number(received)}, giải quyết {number(resolved)} hồ sơ; {name} "
        f"{'bắt đầu từ ' if every == 'W-SUN' else ''}{when} tiếp nhận nhiều nhất ({number(flows['received'].max())})"
    )


def overdue_finding(rows: pd.DataFrame) -> str:
    """The finding of the chart of overdue dossiers by field."""
    name, total = reference.label("fields", rows.index[0]), int(rows["total"].sum())
    return (
        f"{name} có {number(rows['total'].iloc[0])} trong {number(total)} hồ sơ quá hạn "
        f"({percent(int(rows['total'].iloc[0]), total)})"
    )


def online_finding(rows: pd.DataFrame) -> str:
    """The finding of the chart of online rates by field; rows are ordered by rate, lowest first."""
    records = rows.to_dict("records")
    low, high = records[0], records[-1]
    text = f"{reference.label('fields', high['field'])} nộp trực tuyến cao nhất ({_share(high)})"
    return text if len(records) == 1 else f"{text}, {reference.label('fields', low['field'])} thấp nhất ({_share(low)})"


def spread_finding(rows: pd.DataFrame, name: str) -> str:
    """The finding of the chart of how communes spread; rows are ranked, best first."""
    records = rows.to_dict("records")
    best, worst = records[0], records[-1]
    label = indicators.get(name).label
    return (
        f"{label}: cao nhất {reference.label('communes', best['commune'])} ({_share(best)}), "
        f"thấp nhất {reference.label('communes', worst['commune'])} ({_share(worst)})"
    )
