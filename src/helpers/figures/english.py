"""The dictionary's English, by what it translates: labels of counts, and names of components, classes and measures."""

from typing import Final

COUNTS: Final = {
    "hồ sơ nhận giải quyết (trong kỳ và kỳ trước chuyển sang)": "dossiers received or carried over",
    "hồ sơ tiếp nhận trong kỳ": "dossiers received in the period",
    "hồ sơ tiếp nhận trước kỳ, chưa kết thúc khi bắt đầu kỳ": (
        "dossiers received before the period and not ended when it began"
    ),
    "hồ sơ nộp trực tuyến": "dossiers received that were filed online",
    "hồ sơ tiếp nhận có ghi kênh nộp": "dossiers received whose channel is recorded",
    "hồ sơ đã giải quyết": "dossiers resolved",
    "hồ sơ đã giải quyết có hạn trả": "dossiers resolved that have a due date",
    "hồ sơ giải quyết trước hạn": "dossiers resolved early",
    "hồ sơ giải quyết đúng hạn": "dossiers resolved on time",
    "hồ sơ giải quyết trước hạn và đúng hạn": "dossiers resolved early or on time",
    "hồ sơ đã giải quyết nhưng quá hạn": "dossiers resolved late",
    "hồ sơ đang giải quyết cuối kỳ": "dossiers pending at the end of the period",
    "hồ sơ đang giải quyết đã quá hạn": "dossiers pending and overdue",
    "hồ sơ trước hạn, đúng hạn và đang giải quyết trong hạn, trừ hồ sơ phải bổ sung quá một lần": (
        "dossiers early, on time or pending in time, without those asked for papers more than once"
    ),
    "hồ sơ quá hạn, đã và đang giải quyết": "dossiers resolved late or pending and overdue",
    "hồ sơ công dân yêu cầu rút": "dossiers withdrawn by the applicant",
    "hồ sơ nộp trực tuyến toàn trình": "dossiers received that were filed under a fully online service",
    "hồ sơ của doanh nghiệp nộp trực tuyến": "dossiers received from businesses that were filed online",
    "hồ sơ của doanh nghiệp có ghi kênh nộp": "dossiers received from businesses whose channel is recorded",
    "hồ sơ thanh toán phí, lệ phí trực tuyến": "dossiers received with a fee that was paid online",
    "hồ sơ tiếp nhận có phí, lệ phí": "dossiers received with a fee",
    "hồ sơ được số hóa thành phần": "dossiers received whose papers were digitised",
    "hồ sơ tiếp nhận có ghi thông tin số hóa": "dossiers received of which digitisation is recorded",
    "hồ sơ đã giải quyết có kết quả điện tử": "dossiers resolved with an electronic result",
    "hồ sơ đã giải quyết có ghi thông tin kết quả điện tử": (
        "dossiers resolved of which it is recorded whether the result is electronic"
    ),
    "hồ sơ đã giải quyết được số hóa và có kết quả điện tử": "dossiers resolved, digitised and with electronic result",
    "hồ sơ đã giải quyết có ghi cả hai thông tin": "dossiers resolved of which both are recorded",
}
COMPONENTS: Final = {
    "openness": "Openness and transparency",
    "progress": "Handled in time",
    "online_services": "Online public services",
    "paid_dossiers": "Dossiers paid online",
    "paid_procedures": "Procedures with dossiers paid online",
    "used_procedures": "Procedures with a fee that had dossiers",
    "e_results": "Electronic results",
    "digitised": "Digitised papers",
    "e_copies": "Electronically certified copies",
    "data_reuse": "Reuse of digitised data",
    "citizen_store": "The citizen's electronic store",
    "population_database": "National population database",
    "feedback_on_time": "Feedback answered on time",
    "feedback_satisfied": "Satisfaction with answers to feedback",
    "service_satisfied": "Satisfaction with the service",
}
OUTCOMES: Final = {
    "early": "Resolved early",
    "on_time": "Resolved on time",
    "late": "Resolved late",
    "resolved_no_due": "Resolved, no due date recorded",
    "withdrawn": "Withdrawn by the applicant",
    "pending_in_time": "Pending in time",
    "pending_overdue": "Pending and overdue",
    "pending_no_due": "Pending, no due date recorded",
}
MEASURES: Final = {
    "dossiers": "Dossiers. Small counts (1, 2) are in it: internal, not for publication",
    "waiting": "Pending in time and waiting for papers or payment, or paused",
    "not_asked_again": "All but those that have ended and were asked for papers more than once",
    "due_known": "Whose due date is recorded",
    "channel_known": "Whose channel is recorded",
    "kind_known": "Whose kind of applicant is recorded",
    "fee_known": "Of which it is recorded whether there is a fee",
    "with_fee": "With a fee",
    "paid_known": "With a fee, of which it is recorded whether it was paid online",
    "fee_paid_online": "With a fee that was paid online",
    "digitised_known": "Of which it is recorded whether papers were digitised",
    "digitised": "Whose papers were digitised",
    "e_result_known": "Of which it is recorded whether the result is electronic",
    "e_result": "With an electronic result",
    "digital_known": "Of which digitisation and electronic result are both recorded",
    "digital": "Digitised and with an electronic result",
    "level_known": "Of which the level of the online service is recorded",
    "fully_online": "Filed under a fully online service",
}
