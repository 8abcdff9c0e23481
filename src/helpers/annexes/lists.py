"""The annex workbook: every overdue dossier, every indicator with its counts, and the points to check."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
from xlsxwriter.workbook import Workbook

from helpers import appendix, formats, headline, indicators, overdue, reference, workdays
from helpers.annexes import workbooks
from helpers.annexes.texts import INTERNAL, labels
from helpers.annexes.workbooks import Column, Share
from helpers.findings import Finding
from helpers.slices import CommuneSlice

_TITLE: Final = "Phụ lục số liệu hồ sơ thủ tục hành chính"
_MOMENT: Final = 15  # characters of a day with its time
_HOLDS: Final = {
    "Chỉ số": "mọi chỉ số với tử số, mẫu số, định nghĩa, căn cứ và chỉ tiêu được giao",
    "Quá hạn đang giải quyết": "hồ sơ đang giải quyết đã quá hạn, quá hạn lâu nhất trước",
    "Quá hạn đã giải quyết": "hồ sơ đã giải quyết nhưng quá hạn, quá hạn lâu nhất trước",
    "Sắp đến hạn": f"hồ sơ đang giải quyết đến hạn trong {overdue.DUE_SOON_DAYS} ngày sau kỳ báo cáo",
    "Điểm cần kiểm tra": "nội dung cần kiểm tra và hồ sơ liên quan; là câu hỏi cho đoàn kiểm tra, không phải kết luận",
    "Quy tắc": "quy tắc tính đang áp dụng; lý do, ngưỡng và căn cứ của từng điểm cần kiểm tra",
}


def workbook(part: CommuneSlice, points: Sequence[Finding]) -> bytes:
    """The lists behind a report as a spreadsheet.

    Parameters
    ----------
    part : CommuneSlice
    points : sequence of Finding

    Returns
    -------
    bytes
        Of an .xlsx file, the same for the same figures.
    """
    sheets = {
        "Chỉ số": _indicators(part),
        "Quá hạn đang giải quyết": _overdue(part, overdue.PENDING),
        "Quá hạn đã giải quyết": _overdue(part, overdue.LATE),
        "Sắp đến hạn": _due_soon(part),
        "Điểm cần kiểm tra": _points(part, points),
        "Quy tắc": _rules(part, points),
    }

    def draw(book: Workbook) -> None:
        _summary(book, part, {name: len(list(columns[0].values)) for name, columns in sheets.items()})
        for name, columns in sheets.items():
            workbooks.listed(book, name, columns)

    return workbooks.made(part.period, f"{_TITLE} – {part.title}", draw)


def _summary(book: Workbook, part: CommuneSlice, rows: dict[str, int]) -> None:
    """What the workbook is about, and what each of its sheets holds."""
    sheet = book.add_worksheet("Tóm tắt")
    widths = 30, 90
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    title, bold, text = (
        book.add_format({"text_wrap": True, "valign": "top", **more})
        for more in ({"bold": True, "font_size": 14, "text_wrap": False}, {"bold": True}, {})
    )
    sheet.write_string(0, 0, _TITLE, title)
    facts = [
        ("Đơn vị", f"{part.title} (mã {part.code})"),
        ("Kỳ báo cáo", f"{part.period.label} ({part.period.bounds})"),
        ("Thời điểm chốt số liệu", f"Hết ngày {formats.day(part.period.last_day)}"),
        ("Mã kiểm chứng dữ liệu", part.fingerprint),
        ("Sử dụng", INTERNAL),
        *([("Lưu ý", headline.SAMPLE)] if part.origin == "sample" else []),
        *(("Lưu ý", warning) for warning in headline.warnings(part)),
        ("Các trang", ""),
        *((name, f"{formats.number(rows[name])} dòng: {holds}") for name, holds in _HOLDS.items()),
    ]
    for row, (name, what) in enumerate(facts, start=2):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, workbooks.harmless(what), text)
    workbooks.page(sheet, (0, 0), widths)


def _indicators(part: CommuneSlice) -> list[Column]:
    figures, declared = part.all_figures, indicators.INDICATORS
    states = {each.name: state for each, state in headline.targets(part)}
    documents = {name: " ".join(headline.target_documents(part, [name])) for name in states}

    def value(row: int, each: indicators.Indicator) -> Share | float | None:
        figure = figures[each.name]
        if each.denominator is None:
            return figure["numerator"]
        return None if figure["value"] is None else Share(f"=C{row}/D{row}", figure["value"] / 100)

    return [
        Column("Chỉ số", 30, [each.label for each in declared]),
        Column("Giá trị", 10, [value(row, each) for row, each in enumerate(declared, start=2)], "number"),
        Column("Số đếm hoặc tử số", 10, [figures[each.name]["numerator"] for each in declared], "number"),
        Column("Mẫu số", 10, [figures[each.name]["denominator"] for each in declared], "number"),
        Column("Tử số là", 26, [formats.upper_first(each.numerator.label) for each in declared]),
        Column("Mẫu số là", 26, [formats.upper_first(each.denominator.label) if each.denominator else None
                                 for each in declared]),
        Column("Căn cứ", 24, [each.source for each in declared]),
        Column("So với chỉ tiêu được giao", 20, [(states.get(each.name) or ("", None))[1] for each in declared]),
        Column("Văn bản giao chỉ tiêu", 30, [documents.get(each.name) for each in declared]),
    ]  # fmt: skip


def _overdue(part: CommuneSlice, outcome: str) -> list[Column]:
    rows = part.by_outcome[outcome]
    ended = [Column("Kết thúc", _MOMENT, rows["ended_at"], "moment")] if outcome == overdue.LATE else []
    return [
        *_subject(rows),
        *ended,
        Column("Số ngày làm việc quá hạn", 9, rows["days_late"], "number"),
        Column("Nơi giữ", 20, labels("holders", rows["holder"])),
        Column("Nguyên nhân", 20, labels("causes", rows["overdue_cause"])),
        Column("Xin lỗi", _MOMENT, rows["apology_at"], "moment"),
        Column("Hẹn lại", _MOMENT, rows["new_due_at"], "moment"),
    ]


def _due_soon(part: CommuneSlice) -> list[Column]:
    rows = part.due_soon
    left = workdays.between(pd.Series(pd.Timestamp(part.period.last_day), index=rows.index), rows["due_at"])
    return [
        *_subject(rows),
        Column("Số ngày làm việc còn lại", 9, left, "number"),
        Column("Nơi giữ", 20, labels("holders", rows["holder"])),
    ]


def _points(part: CommuneSlice, points: Sequence[Finding]) -> list[Column]:
    """A row a finding and dossier, the sentence in the first; then a row a finding that is about no single dossier."""
    told = sorted(points, key=lambda point: point.rows.empty)
    each = [(point, row) for point in told for row in range(max(1, len(point.rows)))]
    rows = pd.concat([part.classed.head(0), *(point.rows for point in told)], ignore_index=True)
    ended = rows["ended_at"].where(rows["ended_at"] < part.period.end)  # what came later is not the report's
    status = rows["status"].map(lambda code: reference.label("statuses", code), na_action="ignore")
    return [
        Column("Điểm cần kiểm tra", 22, [point.rule.title for point, row in each]),
        Column("Nhận xét", 48, ["" if row else point.sentence for point, row in each]),
        *_subject(rows),
        Column("Kết thúc", _MOMENT, ended, "moment"),
        Column("Xin lỗi", _MOMENT, rows["apology_at"], "moment"),
        Column("Hẹn lại", _MOMENT, rows["new_due_at"], "moment"),
        Column("Số lần hẹn lại", 8, rows["extensions"], "number"),
        Column("Số lần bổ sung", 8, rows["supplement_requests"], "number"),
        Column("Trạng thái lúc xuất dữ liệu", 16, status),
    ]


def _rules(part: CommuneSlice, points: Sequence[Finding]) -> list[Column]:
    entries = appendix.rules_in_force(part)
    entries += [
        (point.rule.title, f"{point.rule.reason} Ngưỡng: {point.rule.threshold} Căn cứ: {point.rule.ground}")
        for point in points
    ]
    return [
        Column("Nội dung", 34, [name for name, _ in entries]),
        Column("Quy tắc", 110, [text for _, text in entries]),
    ]


def _subject(rows: pd.DataFrame) -> list[Column]:
    """What a dossier is about and when it came and falls due."""
    known = reference.names("procedures")
    names = [known.get(code) for code in rows["procedure"]]
    return [
        Column("Mã hồ sơ", 21, rows["dossier_id"]),
        Column("Mã thủ tục", 11, rows["procedure"]),
        Column("Tên thủ tục", 26 if any(names) else 7, names),
        Column("Lĩnh vực", 15, labels("fields", rows["field"])),
        Column("Tiếp nhận", _MOMENT, rows["received_at"], "moment"),
        Column("Hạn trả", _MOMENT, rows["due_at"], "moment"),
    ]
