"""The points to check, each with its dossiers."""

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
from IPython.display import HTML
from markupsafe import Markup

from helpers import findings as rules
from helpers import formats, markup, reference
from helpers.findings import Finding
from helpers.formats import number
from helpers.markup import Rows, heads
from helpers.slices import CommuneSlice

LONGEST_FINDING: Final = 5
_HEADS: Final = {
    "received_at": "#Tiếp nhận", "due_at": "#Hạn trả", "ended_at": "#Kết thúc", "apology_at": "#Xin lỗi",
    "new_due_at": "#Hẹn lại", "extensions": ">Số lần hẹn lại", "supplement_requests": ">Số lần bổ sung",
    "status": "Trạng thái",
}  # fmt: skip
_UNCHECKED: Final = "Chưa kiểm tra được do thiếu dữ liệu hoặc kỳ quá ngắn"
# What the period's end hides: a date of these that lies behind it was not known then.
_EVENTS: Final = ("ended_at", "apology_at")


def findings(part: CommuneSlice, points: Sequence[Finding]) -> HTML:
    """The points to check: what was found, why it is asked, from when on it is told, and the first dossiers.

    Parameters
    ----------
    part : CommuneSlice
    points : sequence of Finding
        What ``findings.find`` gives.

    Returns
    -------
    HTML
    """
    missed, hit = rules.unchecked(part), [point.rule for point in points]
    clean = [rule for rule in rules.RULES if rule not in missed and rule not in hit]
    unable = f", {number(len(missed))} chưa kiểm tra được" if missed else ""
    opening = f"Đã áp dụng {number(len(rules.RULES))} quy tắc: "
    if hit:
        opening += (
            f"{number(len(hit))} có nội dung cần kiểm tra, {number(len(clean))} không phát hiện{unable}. Các điểm dưới "
            "đây là câu hỏi để đoàn kiểm tra làm rõ, không phải kết luận về sai phạm."
        )
    else:
        opening += f"không có điểm nào vượt ngưỡng cần kiểm tra{unable}."
    closing = [f"Không phát hiện: {_titles(clean)}."] if clean else []
    closing += [f"{_UNCHECKED}: {_titles(missed)}."] if missed else []
    return markup.stack(
        markup.note(opening), *(_point(part, point) for point in points), *(markup.note(line) for line in closing)
    )


def _titles(missed: Sequence[rules.Rule]) -> str:
    return "; ".join(formats.lower_first(rule.title) for rule in missed)


def _point(part: CommuneSlice, point: Finding) -> HTML:
    rule = point.rule
    return markup.fragment(
        "finding", title=rule.title, sentence=point.sentence, reason=rule.reason, threshold=rule.threshold,
        ground=rule.ground, listed=_listed(part, point),
    )  # fmt: skip


def _listed(part: CommuneSlice, point: Finding) -> Markup:
    """The first dossiers of a finding, with what explains it."""
    if point.rows.empty:
        return Markup()
    shown, count = point.rule.shows, len(point.rows)
    body: Rows = [
        [row["dossier_id"], *(_cell(part, name, row[name]) for name in shown)]
        for row in point.rows[["dossier_id", *shown]].head(LONGEST_FINDING).to_dict("records")
    ]
    notes = [f"Các hồ sơ còn lại ({number(count - LONGEST_FINDING)}) có trong phụ lục."] if count > len(body) else []
    extent = f"{number(len(body))} hồ sơ đầu trong {number(count)} hồ sơ" if notes else f"{number(count)} hồ sơ"
    # With the rule: two tables of a page never have one name.
    caption = f"{point.rule.title}: {extent}"
    made = markup.table(caption, heads("#Mã hồ sơ", *(_HEADS[name] for name in shown)), body, notes=notes)
    return Markup(made.data)


def _cell(part: CommuneSlice, name: str, value: Any) -> str:
    if formats.missing(value) or (name in _EVENTS and value >= part.period.end):
        return "–"
    if name == "status":
        return reference.label("statuses", str(value))
    if not name.endswith("_at"):
        return number(value)
    moment = pd.Timestamp(value)
    return formats.day(moment) if moment == moment.normalize() else f"{moment:%d/%m/%Y %H:%M}"
