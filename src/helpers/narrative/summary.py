"""The summary of a report: five to eight sentences in the order of an official report."""

from datetime import date
from typing import Final

from helpers import comparisons, formats, headline, indicators, overdue
from helpers.formats import number
from helpers.narrative.lateness import apologies
from helpers.narrative.words import Figures, most, share, top
from helpers.slices import Slice

# What is compared in a sentence: the rates and counts that a reader asks of first.
_COMPARED: Final = ("received", "online_rate", "resolved_rate", "in_time_rate", "overdue_rate")
_CHANGED: Final = {"up": "tăng rõ", "down": "giảm rõ"}


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
    *figures, compared = results(part)
    sentences = [*figures, overdue_now(part), apologies(part), compared, targets(part)]
    return [sentence for sentence in sentences if sentence]


def results(part: Slice) -> list[str]:
    """The sentences of the summary on figures alone: received, resolved, in time, pending, and compared.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    list of str
    """
    figures = part.all_figures
    sentences = [_received(part, figures), _resolved(figures), _in_time(figures), _pending(figures)]
    return [*filter(None, sentences), _compared(part, figures)]


def _span(first: date, last: date) -> str:
    if first == last:
        return f"Trong {formats.prose_day(first)}"
    return f"Từ {formats.prose_day(first)} đến {formats.prose_day(last)}"


def _received(part: Slice, figures: Figures) -> str:
    count, online = figures["received"]["numerator"], figures["received_online"]["numerator"]
    name = part.subject
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
        filed = f", trong đó {number(online)} hồ sơ nộp trực tuyến ({share(figures['online_rate'])})"
    return f"{when}, {name} tiếp nhận {number(count)} hồ sơ{filed}."


def _resolved(figures: Figures) -> str:
    count, carried = figures["resolved"]["numerator"], figures["carried_over"]["numerator"]
    withdrawn, handled = figures["withdrawn"]["numerator"], figures["resolved_rate"]["denominator"]
    before = f"Cùng {number(carried)} hồ sơ kỳ trước chuyển sang, t" if carried else "T"
    done = f"đã giải quyết {number(count)} hồ sơ, đạt {share(figures['resolved_rate'])}"
    gone = f"; {number(withdrawn)} hồ sơ công dân rút" if withdrawn else ""
    return (
        f"{before}ổng số hồ sơ nhận giải quyết là {number(handled)}; đến hết kỳ "
        f"{done if count else 'chưa giải quyết xong hồ sơ nào'}{gone}."
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
        f"({share(figures['early_rate'])}), {number(figures['on_time']['numerator'])} hồ sơ đúng hạn và "
        f"{f'{number(late)} hồ sơ quá hạn' if late else 'không có hồ sơ quá hạn'}; tỷ lệ giải quyết trước và đúng hạn "
        f"là {share(figures['in_time_rate'])} ({number(figures['in_time_rate']['numerator'])}/{number(with_due)})"
        f"{without}."
    )


def _pending(figures: Figures) -> str:
    count, overdue_count = figures["pending"]["numerator"], figures["pending_overdue"]["numerator"]
    if not count:
        return "Cuối kỳ không còn hồ sơ đang giải quyết."
    if overdue_count is None:
        tail = "dữ liệu không ghi hạn trả nên chưa xác định được quá hạn"
    else:
        tail = (
            f"trong đó {number(overdue_count)} hồ sơ đã quá hạn" if overdue_count else "không có hồ sơ nào đã quá hạn"
        )
    return f"Cuối kỳ còn {number(count)} hồ sơ đang giải quyết ({share(figures['pending_rate'])}), {tail}."


def overdue_now(part: Slice) -> str:
    """Where most of what is overdue lies, why, and who holds it; empty when nothing is.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    str
    """
    rows = part.overdue
    if rows.empty:
        return ""
    causes, holders = rows["overdue_cause"], rows.loc[rows["outcome"] == overdue.PENDING, "holder"]
    why, where = top(causes, "causes", "nguyên nhân"), top(holders, "holders", "nơi giữ")
    clauses = [
        most(rows["field"], "fields", "lĩnh vực"),
        f"nguyên nhân ghi nhận nhiều nhất là {why}" if why else "",
        f"hồ sơ đang quá hạn nhiều nhất ở {where}" if where else "",
    ]
    both = " (cả hai loại)" if rows["outcome"].nunique() > 1 else ""
    which = "Hồ sơ quá hạn duy nhất" if len(rows) == 1 else f"Trong {number(len(rows))} hồ sơ quá hạn{both},"
    return f"{which} {'; '.join(filter(None, clauses))}."


def _compared(part: Slice, figures: Figures) -> str:
    """How the period stands to the one before: first what has changed by more than chance."""
    found = headline.earlier(part)
    if not found:
        return "Chưa có số liệu của kỳ trước để so sánh."
    if not part.filled:
        return "Dữ liệu của kỳ chưa đủ nên chưa so sánh với kỳ trước."
    period, before = found[0]
    words = comparisons.verdicts(part, period, before)
    clear, unclear = [], []
    for indicator in map(indicators.get, _COMPARED):
        now, then = figures[indicator.name], before[indicator.name]
        subject = formats.lower_first(indicator.label) if indicator.denominator else "số hồ sơ tiếp nhận"
        if words[indicator.name] in _CHANGED:
            figures_shown = f"{headline.shown(indicator, now)} so với {headline.shown(indicator, then)}"
            clear.append(f"{subject} {_CHANGED[words[indicator.name]]} ({figures_shown})")
        elif words[indicator.name] == "noise":
            unclear.append(subject)
    rest = f"{', '.join(unclear)} chưa có khác biệt rõ" if unclear else ""
    clauses = "; ".join(filter(None, [*clear, rest]))
    return f"So với {period.within}, {clauses or 'chưa có số liệu để nhận xét'}."


def targets(part: Slice) -> str:
    """How many of the targets in force are met, and which are not, or not yet.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    str
    """
    found = headline.targets(part)
    if not found:
        return "Chưa có chỉ tiêu được giao cho kỳ báo cáo này."
    states: dict[str, list[str]] = {}
    for indicator, (state, _) in found:
        states.setdefault(state, []).append(formats.lower_first(indicator.label))
    count = number(len(states["met"])) if "met" in states else "chưa"
    met = f"Trong {number(len(found))} chỉ tiêu được giao, {count} chỉ tiêu {'đã' if 'met' in states else 'nào'} đạt"
    words = {
        "missed": "chưa đạt",
        "open": "chưa đến thời hạn, hiện chưa đạt mức giao",
        "unknown": "chưa có dữ liệu",
    }
    rest = [f"{word}: {', '.join(states[state])}" for state, word in words.items() if state in states]
    return f"{'; '.join([met, *rest])}."
