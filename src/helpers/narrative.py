"""Sentences made from the figures: what a reader could quote."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from helpers import formats, indicators, overdue, reference, trends
from helpers.formats import number, percent
from helpers.slices import Slice

Figures = dict[str, indicators.Figure]


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
    figures = indicators.figures(part.computed)
    return [
        *_received(part, figures),
        *_resolved(figures),
        *_pending(figures),
        *late_sentences(part),
        *pending_overdue_sentences(part),
    ]


def _span(first: date, last: date) -> str:
    if first == last:
        return f"Trong {formats.prose_day(first)}"
    return f"Từ {formats.prose_day(first)} đến {formats.prose_day(last)}"


def _received(part: Slice, figures: Figures) -> list[str]:
    count, online = figures["received"]["numerator"], figures["received_online"]["numerator"]
    name = formats.lower_first(part.name)
    if part.of_province:
        communes = part.cube.loc[part.cube["intake"] == "received", "commune"].nunique()
        name = f"{number(communes)} đơn vị cấp xã của {name}"
    if not count or online is None:
        filed = ""
    elif online == count:
        filed = ", tất cả đều nộp trực tuyến"
    else:
        filed = f", trong đó {number(online)} hồ sơ nộp trực tuyến ({_share(figures['online_rate'])})"
    sentences = [
        f"{_span(part.period.first_day, part.period.last_day)}, {name} tiếp nhận {number(count)} hồ sơ{filed}."
    ]
    carried = figures["carried_over"]["numerator"]
    if carried:
        sentences.append(f"Số hồ sơ kỳ trước chuyển sang là {number(carried)}.")
    return sentences


def _resolved(figures: Figures) -> list[str]:
    count, with_due = figures["resolved"]["numerator"], figures["in_time_rate"]["denominator"]
    if not count:
        return ["Đến hết kỳ chưa có hồ sơ nào được giải quyết xong."]
    sentences = [
        f"Đến hết kỳ đã giải quyết {number(count)} hồ sơ, đạt {_share(figures['resolved_rate'])} "
        f"trên tổng số {number(figures['resolved_rate']['denominator'])} hồ sơ nhận giải quyết.",
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


def _pending(figures: Figures) -> list[str]:
    count, overdue_count = figures["pending"]["numerator"], figures["pending_overdue"]["numerator"]
    if not count:
        return ["Không còn hồ sơ đang giải quyết."]
    tail = f"trong đó {number(overdue_count)} hồ sơ đã quá hạn" if overdue_count else "không có hồ sơ nào đã quá hạn"
    return [f"Còn {number(count)} hồ sơ đang giải quyết ({_share(figures['pending_rate'])}), {tail}."]


def late_sentences(part: Slice) -> list[str]:
    """What is known of the dossiers resolved late: when, field, and cause.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    list of str
        Empty when there is none.
    """
    rows = _overdue(part, overdue.LATE)
    if rows.empty:
        return []
    first, last = formats.day(rows["due_at"].min()), formats.day(rows["ended_at"].max())
    field = _most(rows, "field", "fields", "lĩnh vực")
    if len(rows) == 1:
        when = f"Hồ sơ giải quyết quá hạn {field}, có hạn trả ngày {first}, giải quyết xong ngày {last}."
    else:
        when = (
            f"Trong {number(len(rows))} hồ sơ giải quyết quá hạn, hạn trả sớm nhất là ngày {first}, hồ sơ giải quyết "
            f"xong muộn nhất là ngày {last}; {field}."
        )
    return [when, *_causes(rows)]


def pending_overdue_sentences(part: Slice) -> list[str]:
    """What is known of the dossiers still pending after their due time: field, holder, and cause.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    list of str
        Empty when there is none.
    """
    rows = _overdue(part, overdue.PENDING)
    if rows.empty:
        return []
    worst, field = number(rows["days_late"].max()), _most(rows, "field", "fields", "lĩnh vực")
    if len(rows) == 1:
        sentences = [f"Hồ sơ đang giải quyết đã quá hạn {field}, đã quá {worst} ngày làm việc."]
    else:
        sentences = [
            f"Trong {number(len(rows))} hồ sơ đang giải quyết đã quá hạn, lâu nhất là {worst} ngày làm việc; {field}."
        ]
    return [*sentences, *_holders(rows), *_causes(rows)]


def _overdue(part: Slice, outcome: str) -> pd.DataFrame:
    return part.overdue[part.overdue["outcome"] == outcome]


def _causes(rows: pd.DataFrame) -> list[str]:
    if rows["overdue_cause"].isna().all():
        return []
    names = {code: formats.lower_first(name) for code, name in reference.names("causes").items()}
    return [f"Nguyên nhân ghi nhận: {_listed(rows['overdue_cause'], names)}."]


def _holders(rows: pd.DataFrame) -> list[str]:
    """Who holds them; and how many lie outside the commune, where the table of holders tells."""
    if rows["holder"].isna().all():
        return []
    sentences = [f"Nơi đang giữ: {_listed(rows['holder'], reference.names('holders'))}."]
    table = reference.table("holders")
    level = rows["holder"].map(dict(zip(table["code"], table["level"], strict=True)))
    outside, inside = int((level == "province").sum()), int((level == "commune").sum())
    if outside and outside + inside == len(rows):
        sentences.append(f"Cơ quan ngoài cấp xã giữ {number(outside)} hồ sơ, đơn vị của cấp xã giữ {number(inside)}.")
    return sentences


def _most(rows: pd.DataFrame, key: str, table: str, noun: str) -> str:
    """The value that most rows share, with its share of them."""
    counts = rows[key].fillna("").value_counts()
    label, count = reference.label(table, counts.index[0]), int(counts.iloc[0])
    if count == len(rows):
        return f"{'tất cả ' if count > 1 else ''}thuộc {noun} {label}"
    return f"nhiều nhất ở {noun} {label} ({number(count)}/{number(len(rows))} hồ sơ)"


def _listed(values: "pd.Series[str]", names: Mapping[str, str], most: int = 3) -> str:
    """The values with their numbers, most first: "a (14); b (3); còn lại (2)"."""
    counts = values.fillna("").map(lambda code: names.get(code, code or "chưa rõ")).value_counts()
    rest = int(counts.iloc[most:].sum())
    parts = [*counts.head(most).items(), *([("còn lại", rest)] if rest else [])]
    return "; ".join(f"{name} ({number(count)})" for name, count in parts)


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
    facts = overdue.apologies(part.overdue)
    total, sent, before = facts["overdue"], facts["with_apology"], facts["before_due"]
    if not total:
        return ""
    if not sent:
        return f"Dữ liệu không ghi nhận thư xin lỗi và hẹn lại nào cho {number(total)} hồ sơ quá hạn."
    if total == 1:
        return f"Hồ sơ quá hạn duy nhất đã có thư xin lỗi, gửi {'trước' if before else 'sau'} ngày hết hạn."
    return (
        f"Trong {number(total)} hồ sơ quá hạn có {number(sent)} hồ sơ ghi nhận thư xin lỗi ({percent(sent, total)}), "
        f"trong đó {number(before)} thư gửi trước ngày hết hạn; {number(total - sent)} hồ sơ chưa ghi nhận thư xin lỗi."
    )


def overdue_intro(part: Slice) -> str:
    """The sentence that opens the section on overdue dossiers."""
    figures = indicators.figures(part.computed)
    late, pending = figures["late"]["numerator"], figures["pending_overdue"]["numerator"]
    if not late and not pending:
        return "Trong kỳ không có hồ sơ quá hạn, cả đã giải quyết và đang giải quyết."
    return (
        f"Đã giải quyết nhưng quá hạn: {number(late)} hồ sơ. Đang giải quyết và đã quá hạn: {number(pending)} hồ sơ. "
        f"Tỷ lệ quá hạn chung là {_share(figures['overdue_rate'])} trên "
        f"{number(figures['overdue_rate']['denominator'])} hồ sơ nhận giải quyết."
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
    """The finding of the chart of overdue dossiers by field; rows are ordered, most first."""
    total = int(rows["total"].sum())
    top = rows.index[rows["total"] == rows["total"].iloc[0]]
    names = _named([reference.label("fields", code) for code in top], "lĩnh vực")
    each = "mỗi lĩnh vực " if len(top) > 1 else ""
    share = percent(int(rows["total"].iloc[0]), total)
    return f"{names} có {each}{number(rows['total'].iloc[0])} trong {number(total)} hồ sơ quá hạn ({share})"


def online_finding(rows: pd.DataFrame) -> str:
    """The finding of the chart of online rates by field; rows carry ``field``, numerator, denominator and value."""
    return _extremes(rows, [reference.label("fields", code) for code in rows["field"]], "Nộp trực tuyến", "lĩnh vực")


def spread_finding(rows: pd.DataFrame, name: str) -> str:
    """The finding of the chart of how communes spread; rows carry ``commune``, numerator, denominator and value."""
    names = [formats.lower_first(reference.label("communes", code)) for code in rows["commune"]]
    return _extremes(rows, names, indicators.get(name).label, "đơn vị")


def _extremes(rows: pd.DataFrame, names: Sequence[str], subject: str, noun: str) -> str:
    """Highest and lowest of a rate, ties named together."""
    values = rows["value"].tolist()
    shares = [percent(a, b) for a, b in zip(rows["numerator"], rows["denominator"], strict=True)]

    def at(value: float) -> str:
        found = [name for name, other in zip(names, values, strict=True) if other == value]
        return f"{_named(found, noun)} ({shares[values.index(value)]})"

    if len(values) > 1 and min(values) == max(values):
        return f"{subject}: {number(len(values))} {noun} cùng đạt {shares[0]}"
    if len(values) == 1:
        return f"{subject}: {at(values[0])}"
    return f"{subject}: cao nhất {at(max(values))}, thấp nhất {at(min(values))}"


def _named(names: Sequence[str], noun: str) -> str:
    """One or two names; of more only how many."""
    return " và ".join(names) if len(names) <= 2 else f"{number(len(names))} {noun}"
