"""Overdue dossiers and those that fall due soon."""

from typing import Any, Final

import pandas as pd
from IPython.display import HTML

from helpers import formats, markup, overdue, reference, workdays
from helpers.formats import number, percent
from helpers.markup import Cell, Head, Rows, heads
from helpers.slices import CommuneSlice, Slice

# A page shows the worst and says how many there are; the whole list is for an annex.
LONGEST_LIST: Final = 50
LONGEST_DUE_SOON: Final = 15
LONGEST_RANKING: Final = 20
_COUNTED: Final = (">Đã giải quyết, quá hạn", ">Đang giải quyết, quá hạn", ">Tổng")
_SUBJECT: Final = ("Lĩnh vực, thủ tục", "Tiếp nhận – hạn trả")
_SHOWN: Final = ["dossier_id", "holder", "field", "procedure", "received_at", "due_at"]
_LETTER: Final = ["apology_at", "new_due_at"]


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
    """Overdue dossiers by field, procedure, cause, holder or commune, resolved and pending apart.

    Parameters
    ----------
    part : Slice
    key : {"field", "procedure", "overdue_cause", "holder", "commune"}

    Returns
    -------
    HTML
        Nothing when there is no overdue dossier; a line when the export names none of the key.
    """
    rows = overdue.by_key(part.overdue, key)
    names, title = {
        "field": ("fields", "Lĩnh vực"),
        "procedure": ("procedures", "Thủ tục"),
        "overdue_cause": ("causes", "Nguyên nhân"),
        "holder": ("holders", "Nơi giữ hồ sơ"),
        "commune": ("communes", "Đơn vị"),
    }[key]
    if rows.empty:
        return HTML("")
    if list(rows.index) == [""]:
        return markup.note(f"{title}: {formats.NO_DATA}.")
    total, shown = int(rows["total"].sum()), rows.head(LONGEST_RANKING)
    handled = part.cube.groupby(key)["dossiers"].sum() if key in part.cube else None
    head = heads(title, *_COUNTED, ">Tỷ trọng", *([] if handled is None else [">Trên hồ sơ nhận giải quyết"]))
    body: Rows = [
        [
            reference.procedure(code) if key == "procedure" else reference.label(names, code),
            *[number(n) for n in row],
            Cell(percent(row[2], total), bar=row[2] / total),
            *([] if handled is None else [_rate(row[2], int(handled[code]))]),
        ]
        for code, row in zip(shown.index, shown.to_numpy().tolist(), strict=True)
    ]
    foot = ["Tổng số", *[number(n) for n in rows.sum()], percent(total, total)]
    foot += [] if handled is None else [_rate(total, int(handled.sum()))]
    notes = [f"Chỉ in {number(len(shown))} trong {number(len(rows))} dòng."] if len(rows) > len(shown) else []
    return markup.table(f"Hồ sơ quá hạn theo {formats.lower_first(title)}", head, body, foot, notes)


def _rate(count: int, of: int) -> str:
    return f"{percent(count, of)} ({number(count)}/{number(of)})"


def overdue_by_due_month(part: CommuneSlice) -> HTML:
    """Overdue dossiers by the month in which they fell due, resolved and pending apart.

    Parameters
    ----------
    part : CommuneSlice

    Returns
    -------
    HTML
        Nothing when there is no overdue dossier.
    """
    rows = overdue.by_due_month(part.overdue)
    if rows.empty:
        return HTML("")
    body: Rows = [
        [f"{month:%m/%Y}", *[number(n) for n in row]]
        for month, row in zip(rows.index, rows.to_numpy().tolist(), strict=True)
    ]
    foot = ["Tổng số", *[number(n) for n in rows.sum()]]
    return markup.table("Hồ sơ quá hạn theo tháng đến hạn", heads("Đến hạn trong tháng", *_COUNTED), body, foot)


def told(part: CommuneSlice) -> HTML:
    """How applicants of overdue dossiers were told: apologies, new due dates, requests for more papers.

    Parameters
    ----------
    part : CommuneSlice

    Returns
    -------
    HTML
        One line when there is no overdue dossier.
    """
    facts = overdue.told(part.overdue, part.classed, part.period)
    if not facts.overdue:
        return _none(part, "Không có hồ sơ quá hạn.")
    supplements = f"trên {number(facts.supplements_known)} hồ sơ xác định được số lần"
    counts: dict[str, tuple[int | None, bool]] = {
        "Có thư xin lỗi và hẹn lại": (facts.with_apology, False),
        "trong đó gửi trước ngày hết hạn ít nhất một ngày": (facts.before_due, False),
        "trong đó gửi từ ngày hết hạn trở đi": (_less(facts.with_apology, facts.before_due), True),
        "Không ghi nhận thư xin lỗi": (_less(facts.overdue, facts.with_apology), True),
        "Có hẹn lại ngày trả": (facts.redated, False),
        "trong đó ngày hẹn lại đã qua khi gửi thư": (facts.past_when_sent, True),
        "trong đó quá cả ngày hẹn lại, đã hoặc chưa giải quyết": (facts.beyond_new_date, True),
        "Hẹn lại quá một lần (quy định: không quá một lần)": (facts.redated_again, True),
        f"Yêu cầu bổ sung quá một lần (quy định: chỉ một lần), {supplements}": (facts.supplemented_again, True),
    }
    wholes = dict.fromkeys(counts, facts.overdue) | {[*counts][-1]: facts.supplements_known}
    body: Rows = [
        [
            label,
            Cell(number(count), alarm=doubtful and bool(count)),
            percent(count, wholes[label]) if count is not None else "–",
        ]
        for label, (count, doubtful) in counts.items()
    ]
    notes = [
        "Thư xin lỗi, hẹn lại: mẫu 04, Thông tư 03/2025/TT-VPCP; thời hạn gửi và số lần hẹn lại theo quy định của "
        "nhiều địa phương. Yêu cầu bổ sung một lần: Điều 11 Nghị định 118/2025/NĐ-CP.",
    ]
    caption = f"Xin lỗi, hẹn lại và yêu cầu bổ sung ở {number(facts.overdue)} hồ sơ quá hạn"
    return markup.table(caption, heads("Nội dung", ">Số hồ sơ", ">Tỷ lệ"), body, notes=notes)


def _none(part: CommuneSlice, text: str) -> HTML:
    """One line in place of a table; without due dates nobody knows whether there is nothing."""
    return markup.note(text if part.classed["due_at"].notna().any() else "Dữ liệu không ghi hạn trả.")


def _less(count: int | None, part: int | None) -> int | None:
    return None if count is None or part is None else count - part


def pending_ages(part: CommuneSlice) -> HTML:
    """How long ago the pending dossiers were received.

    Parameters
    ----------
    part : CommuneSlice

    Returns
    -------
    HTML
        Nothing when none is pending.
    """
    rows = overdue.pending_ages(part.classed, part.period)
    total = int(rows["total"].sum())
    if not total:
        return HTML("")
    head = heads(
        "Ngày làm việc từ khi tiếp nhận", ">Trong hạn", ">Trong đó đang chờ", ">Đã quá hạn", ">Không ghi hạn", ">Tổng",
        ">Tỷ lệ",
    )  # fmt: skip
    body: Rows = [
        [str(age), *[number(n) for n in row], Cell(percent(row[-1], total), bar=row[-1] / total)]
        for age, row in zip(rows.index, rows.to_numpy().tolist(), strict=True)
    ]
    foot = ["Tổng số", *[number(n) for n in rows.sum()], percent(total, total)]
    notes = ["“Đang chờ”: chờ bổ sung giấy tờ, nộp phí hoặc tạm dừng; thuộc số trong hạn."]
    return markup.table("Hồ sơ đang giải quyết theo thời gian từ khi tiếp nhận", head, body, foot, notes)


def pending_overdue_list(part: CommuneSlice) -> HTML:
    """The dossiers still pending after their due time, worst first.

    Parameters
    ----------
    part : CommuneSlice

    Returns
    -------
    HTML
        At most ``LONGEST_LIST`` rows and a note on the rest; one line when there is none.
    """
    rows = part.by_outcome[overdue.PENDING]
    if rows.empty:
        return _none(part, "Không có hồ sơ đang giải quyết nào đã quá hạn.")
    head = heads("#Mã hồ sơ", ">Ngày quá hạn", "Nơi giữ", *_SUBJECT, "Nguyên nhân", "Xin lỗi, hẹn lại")
    body: Rows = [
        [
            row["dossier_id"],
            number(row["days_late"]) if row["days_late"] else "< 1",
            reference.label("holders", row["holder"]),
            *_subject(row),
            reference.label("causes", row["overdue_cause"]),
            _letter(row),
        ]
        for row in rows[[*_SHOWN, "days_late", "overdue_cause", *_LETTER]].head(LONGEST_LIST).to_dict("records")
    ]
    caption = "Hồ sơ đang giải quyết đã quá hạn (ngày làm việc), quá hạn lâu nhất trước"
    return markup.table(caption, head, body, notes=_cut(len(rows), LONGEST_LIST), wide=True)


def _subject(row: dict[Any, Any]) -> list[str]:
    """The cells under ``_SUBJECT``."""
    subject, procedure = reference.label("fields", row["field"]), row["procedure"]
    if not pd.isna(procedure):
        subject += f": {formats.lower_first(reference.procedure(procedure))}"
    return [subject, f"{formats.day(row['received_at'])} – {formats.day(row['due_at'])}"]


def _letter(row: dict[Any, Any]) -> str:
    """When a letter was sent, and the new due date."""
    sent, new_due = (None if pd.isna(row[name]) else formats.day(row[name]) for name in _LETTER)
    return ", ".join(filter(None, [sent, f"hẹn {new_due}" if new_due else ""])) or "–"


def _cut(count: int, shown: int) -> list[str]:
    return [f"Chỉ in {number(shown)} trong {number(count)} hồ sơ."] if count > shown else []


def due_soon(part: CommuneSlice) -> HTML:
    """Pending dossiers that fall due in the seven days after the period.

    Parameters
    ----------
    part : CommuneSlice

    Returns
    -------
    HTML
        At most ``LONGEST_DUE_SOON`` rows, and the number of each day; one line when there is none.
    """
    rows = part.due_soon
    if rows.empty:
        return _none(part, "Không có hồ sơ đang giải quyết nào đến hạn trong 7 ngày sau kỳ báo cáo.")
    left = workdays.between(pd.Series(pd.Timestamp(part.period.last_day), index=rows.index), rows["due_at"])
    head = heads("#Mã hồ sơ", ">Ngày còn lại", "Nơi giữ", *_SUBJECT)
    body: Rows = [
        [row["dossier_id"], number(days), reference.label("holders", row["holder"]), *_subject(row)]
        for row, days in zip(rows[_SHOWN].head(LONGEST_DUE_SOON).to_dict("records"), left, strict=False)
    ]
    days = rows["due_at"].dt.normalize().value_counts().sort_index()
    by_day = "; ".join(f"{formats.day(day)[:5]}: {number(count)}" for day, count in days.items())
    notes = [f"Số hồ sơ theo ngày đến hạn: {by_day}.", *_cut(len(rows), LONGEST_DUE_SOON)]
    caption = f"{number(len(rows))} hồ sơ đến hạn trong 7 ngày sau kỳ báo cáo, sớm nhất trước (còn lại: ngày làm việc)"
    return markup.table(caption, head, body, notes=notes, wide=True)
