"""The rules, in the order of the report: a rule is one entry here.

An entry says what the page prints of the rule, and names the function that looks and the one that tells whether the
data allow to. Those stand in the modules beside, by what they look at, each with the constants of its threshold.
"""

from typing import Final

from helpers import funnel, indicators
from helpers.findings import closings, facts, fields, moments, peers, records
from helpers.findings.rules import Rule
from helpers.formats import decimal

_FORM_04: Final = "Mẫu số 04 (văn bản xin lỗi và hẹn lại ngày trả), Thông tư 03/2025/TT-VPCP"
_FORM_06: Final = "Mẫu số 06 (phiếu kiểm soát quá trình giải quyết), Thông tư 03/2025/TT-VPCP"
_STATISTICS: Final = "Thống kê"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "period_end", "Kết thúc hồ sơ dồn vào cuối kỳ",
        "Thời điểm kết thúc có thể được ghi theo ngày chốt số liệu, không theo lúc có kết quả.",
        f"Số hồ sơ kết thúc trong {closings.LAST_DAYS} ngày làm việc cuối kỳ từ {closings.LEAST_IN_BULK} trở lên, gấp "
        f"từ {closings.LAST_DAYS_TIMES} lần mức của các ngày làm việc khác và vượt mức đó từ "
        f"{closings.LAST_DAYS_SIGMAS} lần độ dao động; kỳ có ít nhất "
        f"{closings.LAST_DAYS + closings.LAST_DAYS_OTHERS} ngày làm việc.",
        f"{_STATISTICS}: trung vị và độ lệch tuyệt đối trung vị của số hồ sơ kết thúc mỗi ngày làm việc.",
        closings.before_period_end, closings.long_enough,
    ),
    Rule(
        "deadline", "Kết thúc hồ sơ dồn vào giờ cuối trước hạn trả",
        "Thời điểm kết thúc ghi trên hệ thống có thể sớm hơn thời điểm có kết quả.",
        f"Trong giờ làm việc cuối trước hạn: từ {closings.LEAST_IN_BULK} hồ sơ, từ {closings.DEADLINE_SHARE_PCT}% số "
        f"hồ sơ có ghi giờ và gấp từ {closings.DEADLINE_TIMES} lần bình quân mỗi giờ của {closings.DEADLINE_HOURS} giờ "
        "liền trước.",
        f"{_STATISTICS}: so với khoảng thời gian liền trước; {_FORM_06}.",
        closings.before_deadline, closings.due_clock_recorded,
    ),
    Rule(
        "last_moment", "Nhiều hồ sơ dùng gần hết thời hạn",
        "Thời điểm kết thúc có thể được ghi theo hạn trả, không theo lúc có kết quả.",
        f"Dùng từ {100 - closings.LAST_PART_PCT}% đến 100% thời hạn: từ {closings.LEAST_IN_BULK} hồ sơ, từ "
        f"{closings.LAST_PART_SHARE_PCT}% số hồ sơ có hạn từ {closings.LAST_PART_DAYS} ngày làm việc và gấp từ "
        f"{closings.LAST_PART_TIMES} lần mức của khoảng liền trước.",
        f"{_STATISTICS}: so với khoảng thời hạn liền trước; {_FORM_06}.",
        closings.at_the_last_moment, closings.due_clock_recorded,
    ),
    Rule(
        "same_minute", "Kết thúc nhiều hồ sơ trong cùng một phút",
        "Kết thúc đồng loạt có thể không phản ánh thời điểm có kết quả của từng hồ sơ.",
        f"Từ {closings.SAME_MINUTE} hồ sơ của một đơn vị trong cùng một phút.",
        f"{_STATISTICS}: số hồ sơ khó trùng phút do ngẫu nhiên; {_FORM_06}.",
        closings.in_the_same_minute, facts.clock_recorded,
    ),
    Rule(
        "before_received", "Kết thúc trước khi tiếp nhận",
        "Thời điểm kết thúc không thể trước thời điểm tiếp nhận; có thể do nhập sau hoặc lệch giờ hệ thống.",
        f"Từ 1 hồ sơ; sớm hơn trên {moments.CLOCK_SKEW_SECONDS} giây, hoặc theo ngày khi không ghi giờ.",
        f"Trình tự thời gian của hồ sơ; {_FORM_06}.",
        moments.before_received, facts.any_ended,
    ),
    Rule(
        "days_off", "Kết thúc vào ngày nghỉ",
        "Kết thúc ngoài ngày làm việc có thể là cập nhật sau, không phải lúc có kết quả.",
        f"Từ {moments.LEAST_OFF} hồ sơ.",
        "Bảng ngày nghỉ, ngày làm bù đang áp dụng trong báo cáo.",
        moments.on_days_off, facts.any_ended,
    ),
    Rule(
        "night", "Kết thúc vào ban đêm",
        "Kết thúc ngoài giờ làm việc có thể là cập nhật sau hoặc do lệch giờ hệ thống.",
        f"Từ {moments.LEAST_OFF} hồ sơ kết thúc trước {moments.MORNING} giờ hoặc từ {moments.EVENING} giờ trở đi; "
        "chỉ xét hồ sơ có ghi giờ.",
        "Giờ làm việc đang áp dụng trong báo cáo.",
        moments.at_night, facts.clock_recorded,
    ),
    Rule(
        "due_moved", "Hẹn lại ngày trả",
        "Hồ sơ hẹn lại cần có lý do và văn bản gửi người nộp trước khi hết hạn.",
        "Từ 1 hồ sơ.",
        f"{_FORM_04}; quy định của một số địa phương: gửi trước khi hết hạn ít nhất một ngày.",
        records.due_date_moved, facts.recorded("new_due_at"), ("due_at", "apology_at", "new_due_at", "ended_at"),
    ),
    Rule(
        "due_moved_again", "Hẹn lại ngày trả nhiều lần",
        "Ngày trả chỉ nên được hẹn lại một lần.",
        f"Từ 1 hồ sơ có số lần hẹn lại lớn hơn {records.MOST_EXTENSIONS}.",
        f"{_FORM_04}; quy định của một số địa phương: hẹn lại không quá một lần.",
        records.due_date_moved_again, facts.recorded("extensions"),
        ("due_at", "apology_at", "new_due_at", "extensions"),
    ),
    Rule(
        "supplements", "Yêu cầu bổ sung hồ sơ nhiều lần",
        "Việc yêu cầu bổ sung chỉ thực hiện một lần; yêu cầu thêm làm kéo dài thời gian của người nộp.",
        f"Từ 1 hồ sơ có số lần yêu cầu bổ sung lớn hơn {records.MOST_SUPPLEMENTS}; chỉ xét hồ sơ đã kết thúc.",
        "Điều 11 Nghị định 118/2025/NĐ-CP; Quyết định 766/QĐ-TTg tính hồ sơ như vậy là quá hạn.",
        records.supplements_asked_again, facts.recorded("supplement_requests"),
        ("received_at", "due_at", "ended_at", "supplement_requests"),
    ),
    Rule(
        "status", "Trạng thái không khớp với ngày",
        "Trạng thái trái với ngày làm sai số hồ sơ đã giải quyết và đang giải quyết.",
        "Từ 1 hồ sơ, theo trạng thái tại thời điểm xuất dữ liệu.",
        "Mã trạng thái hồ sơ trong dữ liệu đồng bộ quốc gia.",
        records.status_against_dates, facts.recorded("status"), ("received_at", "due_at", "ended_at", "status"),
    ),
    Rule(
        "field_all_late", "Lĩnh vực có tất cả hồ sơ quá hạn",
        "Ít hồ sơ nhưng đều quá hạn thường có nguyên nhân chung, dễ bị che bởi tỷ lệ chung.",
        f"Từ {fields.LEAST_ALL_LATE} hồ sơ đã đến hạn trong một lĩnh vực, không hồ sơ nào trước hoặc đúng hạn.",
        f"Phân loại theo {indicators.II_06A}.",
        fields.all_late, facts.recorded("field", "due_at"),
    ),
    Rule(
        "field_change", "Lĩnh vực tăng hoặc giảm đột ngột",
        "Thay đổi lớn có thể do cập nhật thiếu, nhập dồn hoặc phân loại khác kỳ trước.",
        f"Tiếp nhận bình quân mỗi ngày làm việc của kỳ này và kỳ trước hơn kém nhau từ "
        f"{decimal(fields.CHANGE_TIMES, 1)} lần, bên nhiều hơn từ {fields.CHANGE_LEAST} hồ sơ, và thay đổi vượt "
        f"{fields.CHANGE_SIGMAS} lần độ dao động.",
        f"{_STATISTICS}: phân phối Poisson có phương sai gấp {fields.CHANGE_DISPERSION} lần.",
        fields.changed, fields.comparable,
    ),
    Rule(
        "peers", "Khác biệt so với các đơn vị cùng địa bàn",
        "Khác biệt vượt mức dao động chung cần tìm nguyên nhân; giới hạn rộng hơn với đơn vị ít hồ sơ.",
        f"Nằm ngoài giới hạn {decimal(100 * funnel.COVERAGE, 1)}%, về phía chưa tốt; so với ít nhất "
        f"{funnel.LEAST_UNITS} đơn vị.",
        f"{_STATISTICS}: biểu đồ phễu, Spiegelhalter (2005), có tính mức khác nhau sẵn có giữa các đơn vị.",
        peers.outside_funnel, peers.compared,
    ),
)  # fmt: skip
