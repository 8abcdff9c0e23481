"""Sentences on overdue dossiers: when, where, why, who holds them, and who was told."""

import pandas as pd

from helpers import formats, overdue, reference
from helpers.formats import number, percent
from helpers.narrative.words import listed, most, share
from helpers.slices import CommuneSlice, Slice


def overdue_intro(part: Slice) -> str:
    """The sentence that opens the section on overdue dossiers."""
    figures = part.all_figures
    late, pending = figures["late"]["numerator"], figures["pending_overdue"]["numerator"]
    if late is None:
        return "Dữ liệu không ghi hạn trả nên không xác định được hồ sơ quá hạn."
    if not late and not pending:
        return "Trong kỳ không có hồ sơ quá hạn, cả đã giải quyết và đang giải quyết."
    return (
        f"{_some(late, 'đã giải quyết nhưng quá hạn')} {_some(pending, 'đang giải quyết đã quá hạn')} "
        f"Tỷ lệ quá hạn chung là {share(figures['overdue_rate'])} trên "
        f"{number(figures['overdue_rate']['denominator'])} hồ sơ nhận giải quyết."
    )


def overdue_told(part: Slice) -> list[str]:
    """The paragraphs on overdue dossiers: how many; what is known of those resolved late, and of those pending."""
    return [overdue_intro(part), " ".join(late_sentences(part)), " ".join(pending_overdue_sentences(part))]


def _some(count: float | None, what: str) -> str:
    return f"Có {number(count)} hồ sơ {what}." if count else f"Không có hồ sơ {what}."


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
    rows = part.by_outcome[overdue.LATE]
    if rows.empty:
        return []
    first, last = formats.day(rows["due_at"].min()), formats.day(rows["ended_at"].max())
    field = most(rows["field"], "fields", "lĩnh vực")
    if len(rows) == 1:
        when = f"Hồ sơ giải quyết quá hạn {field}, có hạn trả ngày {first}, giải quyết xong ngày {last}."
    else:
        when = (
            f"Trong {number(len(rows))} hồ sơ giải quyết quá hạn, hạn trả sớm nhất là ngày {first}, hồ sơ giải quyết "
            f"xong muộn nhất là ngày {last}; {field}."
        )
    return [sentence for sentence in (when, causes(rows)) if sentence]


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
    rows = part.by_outcome[overdue.PENDING]
    if rows.empty:
        return []
    worst, field = number(rows["days_late"].max()), most(rows["field"], "fields", "lĩnh vực")
    if len(rows) == 1:
        sentences = [f"Hồ sơ đang giải quyết đã quá hạn {field}, đã quá {worst} ngày làm việc."]
    else:
        sentences = [
            f"Trong {number(len(rows))} hồ sơ đang giải quyết đã quá hạn, lâu nhất là {worst} ngày làm việc; {field}."
        ]
    return [sentence for sentence in (*sentences, *_holders(rows), causes(rows)) if sentence]


def causes(rows: pd.DataFrame) -> str:
    """The causes that are recorded of some overdue dossiers, with their numbers; empty when none is.

    Parameters
    ----------
    rows : DataFrame
        Of ``Slice.overdue``.

    Returns
    -------
    str
    """
    if rows["overdue_cause"].isna().all():
        return ""
    names = {code: formats.lower_first(name) for code, name in reference.names("causes").items()}
    return f"Nguyên nhân ghi nhận: {listed(rows['overdue_cause'], names)}."


def _holders(rows: pd.DataFrame) -> list[str]:
    """Who holds them; and how many lie outside the commune, where the table of holders tells."""
    if rows["holder"].isna().all():
        return []
    sentences = [f"Nơi đang giữ: {listed(rows['holder'], reference.names('holders'))}."]
    table = reference.table("holders")
    level = rows["holder"].map(dict(zip(table["code"], table["level"], strict=True)))
    outside, inside = int((level == "province").sum()), int((level == "commune").sum())
    if outside and outside + inside == len(rows):
        sentences.append(f"Cơ quan ngoài cấp xã giữ {number(outside)} hồ sơ, đơn vị của cấp xã giữ {number(inside)}.")
    return sentences


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
    letters = part.overdue["letter"]
    total, sent, before = len(letters), int(letters.notna().sum()), int((letters == "before").sum())
    if not total:
        return ""
    if not sent and not (isinstance(part, CommuneSlice) and part.classed["apology_at"].notna().any()):
        return "Dữ liệu không ghi việc gửi thư xin lỗi và hẹn lại."
    if not sent:
        return f"Chưa ghi nhận thư xin lỗi và hẹn lại nào cho {number(total)} hồ sơ quá hạn."
    if total == 1:
        when = "trước ngày hết hạn" if before else "từ ngày hết hạn trở đi"
        return f"Hồ sơ quá hạn duy nhất đã có thư xin lỗi, gửi {when}."
    return (
        f"Trong {number(total)} hồ sơ quá hạn có {number(sent)} hồ sơ ghi nhận thư xin lỗi ({percent(sent, total)}), "
        f"trong đó {number(before)} thư gửi trước ngày hết hạn; {number(total - sent)} hồ sơ chưa ghi nhận thư xin lỗi."
    )
