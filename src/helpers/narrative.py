"""Sentences made from the figures: what a reader could quote."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd

from helpers import comparisons, durations, formats, headline, indicators, overdue, reference, trends
from helpers.formats import decimal, number, percent
from helpers.slices import Slice

Figures = dict[str, indicators.Figure]
_CHANGED: Final = {"up": "tăng rõ", "down": "giảm rõ", "noise": "không thay đổi rõ", "none": ""}
_WEEKDAYS: Final = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def _share(figure: Mapping[Any, Any]) -> str:
    return percent(figure["numerator"], figure["denominator"])


def summary(part: Slice) -> list[str]:
    """Five to eight sentences on the figures, in the order an official report gives them.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    list of str
        Received, resolved, in time, pending, overdue, told, compared, targets; of what there is nothing to say of,
        none.
    """
    figures = indicators.figures(part.computed)
    sentences = [
        _received(part, figures),
        _resolved(figures),
        _in_time(figures),
        _pending(figures),
        _overdue_now(part),
        apologies(part),
        _compared(part, figures),
        _targets(part),
    ]
    return [sentence for sentence in sentences if sentence]


def _span(first: date, last: date) -> str:
    if first == last:
        return f"Trong {formats.prose_day(first)}"
    return f"Từ {formats.prose_day(first)} đến {formats.prose_day(last)}"


def _received(part: Slice, figures: Figures) -> str:
    count, online = figures["received"]["numerator"], figures["received_online"]["numerator"]
    name = formats.lower_first(part.name)
    if part.of_province:
        communes = part.cube.loc[part.cube["intake"] == "received", "commune"].nunique()
        name = f"{number(communes)} đơn vị cấp xã của {name}"
    when = _span(part.period.first_day, part.period.last_day)
    if not count:
        return f"{when}, {name} không tiếp nhận hồ sơ mới."
    if online is None:
        filed = "; dữ liệu không ghi kênh nộp"
    elif online == count:
        filed = ", tất cả đều nộp trực tuyến"
    elif not online:
        filed = ", không có hồ sơ nào nộp trực tuyến"
    else:
        filed = f", trong đó {number(online)} hồ sơ nộp trực tuyến ({_share(figures['online_rate'])})"
    return f"{when}, {name} tiếp nhận {number(count)} hồ sơ{filed}."


def _resolved(figures: Figures) -> str:
    count, carried = figures["resolved"]["numerator"], figures["carried_over"]["numerator"]
    handled = number(figures["resolved_rate"]["denominator"])
    before = f"Cùng {number(carried)} hồ sơ kỳ trước chuyển sang, t" if carried else "T"
    if not count:
        return (
            f"{before}rên tổng số {handled} hồ sơ nhận giải quyết, đến hết kỳ chưa có hồ sơ nào được giải quyết xong."
        )
    return (
        f"{before}ổng số hồ sơ nhận giải quyết là {handled}; đến hết kỳ đã giải quyết {number(count)} hồ sơ, đạt "
        f"{_share(figures['resolved_rate'])}."
    )


def _in_time(figures: Figures) -> str:
    count, with_due = int(figures["resolved"]["numerator"] or 0), int(figures["in_time_rate"]["denominator"] or 0)
    if not count:
        return ""
    if not with_due:
        return "Các hồ sơ đã giải quyết đều không ghi hạn trả nên không xác định được trước hạn, đúng hạn hay quá hạn."
    late = figures["late"]["numerator"]
    without = f"; {number(count - with_due)} hồ sơ không ghi hạn trả, không xếp loại" if with_due < count else ""
    return (
        f"Trong số đã giải quyết có {number(figures['early']['numerator'])} hồ sơ trước hạn "
        f"({_share(figures['early_rate'])}), {number(figures['on_time']['numerator'])} hồ sơ đúng hạn và "
        f"{f'{number(late)} hồ sơ quá hạn' if late else 'không có hồ sơ quá hạn'}; tỷ lệ giải quyết trước và đúng hạn "
        f"là {_share(figures['in_time_rate'])} ({number(figures['in_time_rate']['numerator'])}/{number(with_due)})"
        f"{without}."
    )


def _pending(figures: Figures) -> str:
    count, overdue_count = figures["pending"]["numerator"], figures["pending_overdue"]["numerator"]
    if not count:
        return "Cuối kỳ không còn hồ sơ đang giải quyết."
    tail = f"trong đó {number(overdue_count)} hồ sơ đã quá hạn" if overdue_count else "không có hồ sơ nào đã quá hạn"
    return f"Cuối kỳ còn {number(count)} hồ sơ đang giải quyết ({_share(figures['pending_rate'])}), {tail}."


def _overdue_now(part: Slice) -> str:
    """Where most of what is overdue lies, why, and who holds it."""
    rows = part.overdue
    if rows.empty:
        return ""
    causes = rows["overdue_cause"].dropna()
    why = f"; nguyên nhân ghi nhận nhiều nhất là {_top(causes, 'causes', 'nguyên nhân')}" if len(causes) else ""
    holders = rows.loc[rows["outcome"] == overdue.PENDING, "holder"].dropna()
    where = f"; hồ sơ đang quá hạn nhiều nhất ở {_top(holders, 'holders', 'nơi')}" if len(holders) else ""
    which = "Hồ sơ quá hạn duy nhất" if len(rows) == 1 else f"Trong {number(len(rows))} hồ sơ quá hạn (cả hai loại),"
    return f"{which} {_most(rows, 'field', 'fields', 'lĩnh vực')}{why}{where}."


def _ranked(values: "pd.Series[str]") -> "pd.Series[int]":
    """How often each value comes, most first, equals in the order of their codes, as the tables have them."""
    return values.value_counts().sort_index().sort_values(ascending=False, kind="stable")


def _top(values: "pd.Series[str]", table: str, noun: str) -> str:
    """The values that come most often, with their share: "a (14/33 hồ sơ)", "a và b (mỗi nơi 2/7 hồ sơ)"."""
    counts = _ranked(values)
    first = counts[counts == counts.iloc[0]]
    names = [reference.label(table, code) for code in first.index]
    if table == "causes":
        names = [formats.lower_first(name) for name in names]
    each = f"mỗi {noun} " if len(first) > 1 else ""
    return f"{_named(names, noun)} ({each}{number(first.iloc[0])}/{number(len(values))} hồ sơ)"


def _compared(part: Slice, figures: Figures) -> str:
    """How the period stands to the one before, in plain words."""
    found = headline.earlier(part)
    if not found:
        return "Chưa có dữ liệu của kỳ trước để so sánh."
    period, before = found[0]
    spread = comparisons.dispersion(part.classed, part.period)
    days = part.period.days, period.days
    clauses = []
    for name, subject, shown in (
        ("received", "số hồ sơ tiếp nhận", lambda figure: number(figure["numerator"])),
        ("in_time_rate", "tỷ lệ giải quyết trước và đúng hạn", _share),
    ):
        word = _CHANGED[comparisons.verdict(name, figures[name], before[name], days, spread)]
        if word:
            clauses.append(f"{subject} {word} ({shown(figures[name])} so với {shown(before[name])})")
    return f"So với {formats.lower_first(period.label)}, {'; '.join(clauses)}." if clauses else ""


def _targets(part: Slice) -> str:
    """How many of the targets in force are met, and which are not."""
    found = indicators.with_target(part.units, pd.Timestamp(part.period.last_day))
    states: dict[str, list[str]] = {}
    for indicator in found:
        state = headline.target_state(part, indicator.name)
        states.setdefault(state[0] if state else "unknown", []).append(formats.lower_first(indicator.label))
    if not found:
        return "Chưa có chỉ tiêu được giao cho kỳ báo cáo này."
    below = [*states.get("missed", []), *states.get("open", [])]
    parts = [f"Đạt {number(len(states.get('met', [])))}/{number(len(found))} chỉ tiêu được giao"]
    parts += [f"chưa đạt: {', '.join(below)}"] if below else []
    parts += [f"chưa có dữ liệu: {', '.join(states['unknown'])}"] if "unknown" in states else []
    return f"{'; '.join(parts)}."


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
    values = rows[key].fillna("")
    if values.nunique() == 1:
        return f"{'tất cả ' if len(rows) > 1 else ''}thuộc {noun} {reference.label(table, values.iloc[0])}"
    return f"nhiều nhất ở {noun} {_top(values, table, noun)}"


def _listed(values: "pd.Series[str]", names: Mapping[str, str], most: int = 3) -> str:
    """The values with their numbers, most first: "a (14); b (3); còn lại (2)"."""
    counts = _ranked(values.fillna(""))
    rest = int(counts.iloc[most:].sum())
    codes = [str(code) for code in counts.index[:most]]
    first = [(names.get(code, code or "chưa rõ"), count) for code, count in zip(codes, counts, strict=False)]
    return "; ".join(f"{name} ({number(count)})" for name, count in [*first, *([("còn lại", rest)] if rest else [])])


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
    facts = overdue.told(part.overdue, part.classed)
    total, sent, before = facts.overdue, facts.with_apology, facts.before_due
    if not total:
        return ""
    if sent is None or before is None:
        return "Dữ liệu không ghi việc gửi thư xin lỗi và hẹn lại."
    if not sent:
        return f"Chưa ghi nhận thư xin lỗi và hẹn lại nào cho {number(total)} hồ sơ quá hạn."
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


def backlog_finding(flows: pd.DataFrame, carried: int, last_day: date) -> str:
    """The finding of the chart of pending dossiers.

    Parameters
    ----------
    flows : DataFrame
        What ``trends.flow`` returns.
    carried : int
        Dossiers that were pending when the period began.
    last_day : date
        Of the period: the last step may end behind it.

    Returns
    -------
    str
    """
    pending = flows["pending"]
    last, peak = int(pending.iloc[-1]), int(pending.max())
    if not peak and not carried:
        return "Không có hồ sơ còn lại ở các mốc trong kỳ"
    highest: Any = pending.idxmax()
    when = formats.day(min(highest.end_time.date(), last_day))
    moved = "tăng lên" if last > carried else "giảm xuống" if last < carried else "vẫn là"
    return (
        f"Đầu kỳ có {number(carried)} hồ sơ đang giải quyết, cuối kỳ {moved} {number(last)}; nhiều nhất ngày {when} "
        f"({number(peak)})"
    )


def busiest(part: Slice) -> str:
    """When most dossiers come in, as one sentence; empty when the export gives no times of day."""
    counts = trends.by_hour(part.classed)
    total = int(counts.to_numpy().sum())
    if not total:
        return ""
    days, hours = counts.sum(axis=1), counts.sum()
    day, hour = int(days.to_numpy().argmax()), int(hours.to_numpy().argmax())
    return (
        f"Hồ sơ đến nhiều nhất vào {_WEEKDAYS[day]} ({percent(int(days.max()), total)}); giờ đông nhất là từ {hour} "
        f"đến {hour + 1} giờ ({percent(int(hours.max()), total)})."
    )


def processing(part: Slice) -> str:
    """How long a dossier takes, as one sentence."""
    times = durations.whole(part.durations)
    if not times["dossiers"]:
        return "Trong kỳ không có hồ sơ đã giải quyết để tính thời gian."
    promised = (
        f"; thời gian hẹn trả của một nửa số hồ sơ là trong {decimal(times['promised'], 1)} giờ"
        if times["with_due"]
        else "; không có hồ sơ nào ghi hạn trả để so"
    )
    return (
        f"Một nửa trong {number(times['dossiers'])} hồ sơ được giải quyết trong {decimal(times['median'], 1)} giờ làm "
        f"việc, 90% trong {decimal(times['p90'], 1)} giờ{promised}."
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
