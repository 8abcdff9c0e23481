"""The tables of the page on one import: what was refused, mended or missing, where, and what it can move."""

from typing import Final

from IPython.display import HTML

from helpers import checks, formats, indicators, markup, quality, reference
from helpers.formats import number, percent
from helpers.markup import Cell, Rows, heads
from helpers.quality import Quality

_MOST: Final = 40  # rows of a table; offices with less trouble are left out, and a line says how many
_TITLES: Final = {
    "reject": "Dòng bị loại, theo lý do",
    "repair": "Giá trị đã được sửa khi nhập",
    "flag": "Điểm cần xem lại ở hồ sơ đã nhận",
}
_NONE: Final = {
    "reject": "Không có dòng nào bị loại.",
    "repair": "Không có giá trị nào phải sửa.",
    "flag": "Không có điểm nào cần xem lại.",
}
# What a missing column keeps the reports from saying.
_USES: Final = {
    "due_at": "không xếp được trước hạn, đúng hạn, quá hạn",
    "finished_at": "hồ sơ đã xong bị tính là đang giải quyết",
    "channel": "không tính được vào tỷ lệ trực tuyến",
    "field": "không xếp được vào lĩnh vực",
    "procedure": "không thống kê được theo thủ tục",
    "applicant_kind": "không tách được người dân, doanh nghiệp",
    "status": "không biết hồ sơ bị từ chối, rút, tạm dừng",
    "holder": "không biết nơi đang giữ hồ sơ quá hạn",
    "supplement_requests": "không kiểm tra được số lần yêu cầu bổ sung",
    "extensions": "không kiểm tra được số lần hẹn lại",
    "fee_due": "không tính được tỷ lệ thanh toán trực tuyến",
    "paid_online": "không tính được tỷ lệ thanh toán trực tuyến",
    "digitised": "không tính được tỷ lệ số hóa",
    "e_result": "không tính được tỷ lệ kết quả điện tử",
    "online_level": "không tính được tỷ lệ trực tuyến toàn trình",
}


def import_counts(of: Quality) -> HTML:
    """Rows in = accepted + rejected, and what else stood in the file."""
    record = of.record
    rows: Rows = [
        ["Số dòng hồ sơ trong tệp", number(record["rows"]), ""],
        ["Được nhận", number(record["accepted"]), percent(record["accepted"], record["rows"])],
        [
            "Bị loại", Cell(number(record["rejected"]), alarm=record["rejected"] > 0),
            percent(record["rejected"], record["rows"]),
        ],
    ]  # fmt: skip
    passed = record["passed_over"]
    notes = [f"Ngoài ra có {number(passed)} dòng tổng cộng, tiêu đề, ghi chú không phải hồ sơ."] if passed else []
    notes += [
        f"Trang (hoặc tệp nén) số {sheet} bị ẩn hoặc không có bảng hồ sơ nên không đọc: {number(rows)} dòng."
        for sheet, rows in of.unread
    ]
    return markup.table(
        "Số dòng của tệp = được nhận + bị loại", heads("Dòng hồ sơ", ">Số dòng", ">Tỷ lệ"), rows, notes=notes
    )


def import_problems(of: Quality, severity: checks.Severity) -> HTML:
    """Reasons for rejecting, repairing or flagging, with how many rows and communes each concerns."""
    found = quality.reasons(of, severity)
    if found.empty:
        return markup.note(_NONE[severity])
    rows = [
        [checks.describe(row["rule"], row["column"]), number(row["count"]), number(row["communes"])]
        for row in found.to_dict("records")
    ]
    notes = ["Một dòng có thể vướng nhiều lý do."] if severity == "reject" else []
    return markup.table(_TITLES[severity], heads("Nội dung", ">Số dòng", ">Số đơn vị"), rows, notes=notes)


def import_missing(of: Quality) -> HTML:
    """Of each column that the reports use, how many dossiers lack it and what that costs."""
    rows: Rows = []
    for row in quality.missing(of).to_dict("records"):
        if not row["missing"]:
            continue
        label = "Ngày kết thúc (hồ sơ đã xong)" if row["column"] == "finished_at" else checks.LABELS[row["column"]]
        shown = percent(row["missing"], row["dossiers"])
        whole = row["missing"] == row["dossiers"]
        rows.append(
            [label, number(row["missing"]), number(row["dossiers"]), Cell(shown, alarm=whole), _USES[row["column"]]]
        )
    if not rows:
        return markup.note("Không cột nào của hồ sơ bị thiếu.")
    head = heads("Cột", ">Thiếu", ">Trên số hồ sơ", ">Tỷ lệ", "Hệ quả đối với báo cáo")
    return markup.table("Thông tin còn thiếu ở hồ sơ đã nhận", head, rows, wide=True)


def import_places(of: Quality, place: str) -> HTML:
    """What is lacking, by commune or by field, the worst first."""
    found = quality.by_place(of, place)
    communes = place == "commune"
    rows = [
        [
            reference.label("communes" if communes else "fields", row["place"]), number(row["dossiers"]),
            *([number(row["rejected"])] if communes else []),
            *(_share(row[name], row["dossiers"]) for name in ("no_due", "no_end", "no_channel")),
            *([_share(row["no_field"], row["dossiers"])] if communes else []),
        ]
        for row in found.head(_MOST).to_dict("records")
    ]  # fmt: skip
    names = ["Đơn vị" if communes else "Lĩnh vực", ">Hồ sơ đã nhận", *([">Dòng bị loại"] if communes else [])]
    names += [
        ">Thiếu hạn trả",
        ">Thiếu ngày kết thúc",
        ">Thiếu hình thức nộp",
        *([">Thiếu lĩnh vực"] if communes else []),
    ]
    rest = len(found) - len(rows)
    notes = (
        [f"Còn {number(rest)} {'đơn vị' if communes else 'lĩnh vực'} ít thiếu hơn không in ở đây."] if rest > 0 else []
    )
    title = "Theo đơn vị, nơi thiếu nhiều nhất trước" if communes else "Theo lĩnh vực, nơi thiếu nhiều nhất trước"
    return markup.table(title, heads(*names), rows, notes=notes, wide=True)


def _share(count: int, whole: int) -> str:
    return f"{number(count)} ({percent(count, whole, 1)})" if count else "0"


def import_effects(of: Quality) -> HTML:
    """How far the main rates could lie from what is computed, were the missing data known."""
    found = quality.effects(of)
    if found.empty:
        return markup.note("Không có hồ sơ nào được nhận nên không tính được chỉ tiêu.")
    rows = []
    for row in found.to_dict("records"):
        known, unknown = row["denominator"], row["unknown"] + row["rejected"]
        rows.append([
            formats.upper_first(indicators.get(row["name"]).label), percent(row["numerator"], known), number(known),
            number(row["unknown"]), number(row["rejected"]), percent(row["numerator"], known + unknown),
            percent(row["numerator"] + unknown, known + unknown),
        ])  # fmt: skip
    names = heads(
        "Chỉ tiêu", ">Tính được", ">Trên số hồ sơ", ">Hồ sơ chưa rõ", ">Dòng bị loại", ">Thấp nhất có thể",
        ">Cao nhất có thể",
    )  # fmt: skip
    notes = [
        "Thấp nhất, cao nhất: nếu mọi hồ sơ chưa rõ và mọi dòng bị loại đều bất lợi, hoặc đều có lợi. "
        "Tính trên các hồ sơ của riêng tệp này, đến hết ngày cuối cùng có phát sinh trong tệp."
    ]
    return markup.table("Thiếu dữ liệu có thể làm chỉ tiêu thay đổi đến đâu", names, rows, notes=notes, wide=True)
