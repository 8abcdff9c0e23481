"""Overdue dossiers and those that fall due soon."""

from typing import Any, Final

import pandas as pd
from IPython.display import HTML

from helpers import formats, markup, overdue, reference, workdays
from helpers.formats import number, percent
from helpers.markup import Cell, Head, Rows, heads
from helpers.slices import Slice

# A page shows the worst and says how many there are; the whole list is for an annex.
LONGEST_LIST: Final = 50
LONGEST_DUE_SOON: Final = 15
LONGEST_RANKING: Final = 20


def overdue_bands(part: Slice, outcome: str) -> HTML:
    """Overdue dossiers of one kind, field by working days late.

    Parameters
    ----------
    part : Slice
    outcome : {"late", "pending_overdue"}

    Returns
    -------
    HTML
        Nothing when there is none.
    """
    rows = overdue.by_band(part.overdue, outcome)
    if rows.empty:
        return HTML("")
    title = {"late": "Đã giải quyết nhưng quá hạn", "pending_overdue": "Đang giải quyết, đã quá hạn"}[outcome]
    upper = [Head("Lĩnh vực", "text", rows=2), Head("Số ngày làm việc quá hạn", columns=len(overdue.BANDS))]
    head = [[*upper, Head("Tổng", rows=2)], [Head(band) for band in overdue.BANDS]]
    body: Rows = [
        [reference.label("fields", code), *[number(n) for n in row]]
        for code, row in zip(rows.index, rows.to_numpy().tolist(), strict=True)
    ]
    foot = ["Tổng số", *[number(n) for n in rows.sum()]]
    return markup.table(f"{title}, theo lĩnh vực và số ngày", head, body, foot)


def overdue_by(part: Slice, key: str) -> HTML:
    """Overdue dossiers by cause, holder or commune, resolved and pending apart.

    Parameters
    ----------
    part : Slice
    key : {"overdue_cause", "holder", "commune"}

    Returns
    -------
    HTML
        Nothing when there is no overdue dossier; a line when the export names no cause or holder.
    """
    rows = overdue.by_key(part.overdue, key)
    names, title = {
        "overdue_cause": ("causes", "Nguyên nhân"),
        "holder": ("holders", "Nơi giữ hồ sơ"),
        "commune": ("communes", "Đơn vị"),
    }[key]
    if rows.empty:
        return HTML("")
    if list(rows.index) == [""]:
        return markup.note(f"{title}: {formats.NO_DATA}.")
    head = heads(title, ">Đã giải quyết, quá hạn", ">Đang giải quyết, quá hạn", ">Tổng", ">Tỷ lệ")
    total, shown = int(rows["total"].sum()), rows.head(LONGEST_RANKING)
    body: Rows = [
        [reference.label(names, code), *[number(n) for n in row], Cell(percent(row[2], total), bar=row[2] / total)]
        for code, row in zip(shown.index, shown.to_numpy().tolist(), strict=True)
    ]
    foot = ["Tổng số", *[number(n) for n in rows.sum()], percent(total, total)]
    notes = [f"Chỉ in {number(len(shown))} trong {number(len(rows))} dòng."] if len(rows) > len(shown) else []
    return markup.table(f"Hồ sơ quá hạn theo {formats.lower_first(title)}", head, body, foot, notes)


def pending_overdue_list(part: Slice) -> HTML:
    """The dossiers still pending after their due time, worst first.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        At most ``LONGEST_LIST`` rows and a note on the rest; nothing when there is none.
    """
    rows = part.overdue[part.overdue["outcome"] == overdue.PENDING]
    if rows.empty:
        return HTML("")
    head = heads("#Mã hồ sơ", ">Ngày quá hạn", "Nơi giữ", *_SUBJECT, "Nguyên nhân", "#Xin lỗi")
    body: Rows = [
        [
            row["dossier_id"],
            number(row["days_late"]),
            reference.label("holders", row["holder"]),
            *_subject(row),
            reference.label("causes", row["overdue_cause"]),
            "–" if pd.isna(row["apology_at"]) else formats.day(row["apology_at"]),
        ]
        for row in rows[[*_SHOWN, "days_late", "overdue_cause", "apology_at"]].head(LONGEST_LIST).to_dict("records")
    ]
    caption = "Hồ sơ đang giải quyết đã quá hạn (ngày làm việc), quá hạn lâu nhất trước"
    return markup.table(caption, head, body, notes=_cut(len(rows), LONGEST_LIST), wide=True)


_SUBJECT: Final = ("Lĩnh vực, thủ tục", "#Tiếp nhận", "#Hạn trả")
_SHOWN: Final = ["dossier_id", "holder", "field", "procedure", "received_at", "due_at"]


def _subject(row: dict[Any, Any]) -> list[str]:
    """The cells under ``_SUBJECT``."""
    subject, procedure = reference.label("fields", row["field"]), row["procedure"]
    if not pd.isna(procedure):
        subject += f": {reference.names('procedures').get(procedure, f'thủ tục mã {procedure}')}"
    return [subject, formats.day(row["received_at"]), formats.day(row["due_at"])]


def _cut(count: int, shown: int) -> list[str]:
    return [f"Chỉ in {number(shown)} trong {number(count)} hồ sơ."] if count > shown else []


def due_soon(part: Slice) -> HTML:
    """Pending dossiers that fall due in the seven days after the period.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        At most ``LONGEST_DUE_SOON`` rows, and the number of each day; one line when there is none.
    """
    rows = overdue.due_soon(part.classed, part.period)
    if rows.empty:
        return markup.note("Không có hồ sơ đang giải quyết nào đến hạn trong 7 ngày sau kỳ báo cáo.")
    left = workdays.between(pd.Series(pd.Timestamp(part.period.last_day), index=rows.index), rows["due_at"])
    head = heads("#Mã hồ sơ", ">Ngày còn lại", "Nơi giữ", *_SUBJECT)
    body: Rows = [
        [row["dossier_id"], number(days), reference.label("holders", row["holder"]), *_subject(row)]
        for row, days in zip(rows[_SHOWN].head(LONGEST_DUE_SOON).to_dict("records"), left, strict=False)
    ]
    days = rows["due_at"].dt.normalize().value_counts().sort_index()
    by_day = "; ".join(f"{formats.day(day)[:5]}: {number(count)}" for day, count in days.items())
    notes = [f"Số hồ sơ theo ngày đến hạn: {by_day}.", *_cut(len(rows), LONGEST_DUE_SOON)]
    caption = f"{number(len(rows))} hồ sơ đến hạn trong 7 ngày sau kỳ báo cáo (còn lại tính theo ngày làm việc)"
    return markup.table(caption, head, body, notes=notes, wide=True)
