"""What is checked of every dossier that comes in: declared rules, each with its severity and a Vietnamese explanation.

A rule that rejects keeps the dossier out; one that repairs changes a value and counts it; one that flags lets it in and
says so; one that notes concerns rows that are no dossiers.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import pandas as pd
import pandera.pandas as pa

from helpers import dossiers, outcomes

Severity = Literal["reject", "repair", "flag", "note"]
SKEW: Final = pd.Timedelta(minutes=1)  # clocks of two servers that differ by less are one clock
FAR: Final = pd.DateOffset(years=5)  # no procedure promises a result later than this
EARLIEST: Final = pd.Timestamp(2000, 1, 1)

# Names of the columns as the reports and the lists for the offices write them.
LABELS: Final = {
    "dossier_id": "Mã hồ sơ", "commune": "Xã, phường", "procedure": "Mã thủ tục", "field": "Lĩnh vực",
    "channel": "Hình thức nộp", "applicant_kind": "Loại đối tượng", "submitted_at": "Ngày nộp",
    "received_at": "Ngày tiếp nhận", "due_at": "Ngày hẹn trả", "finished_at": "Ngày kết thúc xử lý",
    "returned_at": "Ngày trả kết quả", "status": "Trạng thái", "holder": "Đơn vị đang giữ",
    "overdue_cause": "Nguyên nhân quá hạn", "supplement_requests": "Số lần yêu cầu bổ sung",
    "apology_at": "Ngày xin lỗi", "new_due_at": "Ngày hẹn lại", "extensions": "Số lần hẹn lại",
    "fee_due": "Có phí, lệ phí", "paid_online": "Thanh toán trực tuyến", "digitised": "Số hóa",
    "e_result": "Kết quả điện tử", "online_level": "Mức độ trực tuyến", "class_word": "Tình trạng hạn",
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One check.

    Attributes
    ----------
    name : str
    severity : {"reject", "repair", "flag", "note"}
    says : str
        In Vietnamese: what is wrong or was done, for the office that sent the file.
    """

    name: str
    severity: Severity
    says: str


_READING: Final = (
    Rule("not_a_dossier", "note", "dòng tổng cộng, tiêu đề hoặc ghi chú, không phải hồ sơ"),
    Rule("wrong_width", "reject", "số ô của dòng khác số cột của tiêu đề"),
    Rule("unclosed_quote", "reject", "dấu ngoặc kép mở mà không đóng"),
    Rule("no_record", "reject", "dòng JSON hỏng hoặc không phải một bản ghi"),
    Rule("nested", "reject", "ô chứa danh sách, không phải một giá trị"),
    Rule("broken_text", "reject", "ký tự hỏng: sai bảng mã, hoặc số quá dài đã bị bảng tính làm tròn"),
    Rule("missing", "reject", "để trống mà bắt buộc phải có"),
    Rule("bad_code", "reject", "không có dạng một mã hồ sơ"),
    Rule("personal_code", "reject", "giống số định danh cá nhân hoặc số điện thoại"),
    Rule("no_time", "reject", "không đọc được ngày theo các dạng đã khai báo"),
    Rule("no_commune", "reject", "không có mã hoặc tên này, hoặc nhiều nơi trùng tên"),
    Rule("unknown_value", "reject", "giá trị chưa khai báo trong hồ sơ cấu hình"),
    Rule("identical", "reject", "giống hệt một dòng khác, chỉ nhận một"),
    Rule("repeated", "reject", "đã có ở dòng khác của cùng đơn vị, giữ dòng có kết quả muộn nhất"),
    Rule("leading_zeros", "repair", "đã khôi phục số 0 ở đầu mã xã"),
    Rule("midnight", "repair", "ghi 00:00:00 nên được hiểu là ngày không có giờ"),
    Rule("clock_skew", "repair", "trước tiếp nhận dưới 1 phút do lệch đồng hồ, đã lấy giờ tiếp nhận"),
    Rule("personal_masked", "repair", "đã che số định danh, điện thoại hoặc thư điện tử lọt vào cột"),
    Rule("no_number", "flag", "không phải một số đếm nên bỏ trống"),
    Rule("other_cause", "flag", "không có trong danh mục nên ghi là nguyên nhân khác"),
    Rule("unknown_text", "flag", "giá trị không có trong danh mục nên bỏ trống"),
)


@dataclass(frozen=True)
class _Order(Rule):
    """A check over several columns: ``breaks`` marks the rows that break it, ``column`` is the one it is said of."""

    column: str
    breaks: "Callable[[pd.DataFrame], pd.Series[bool]]"


def _before(rows: pd.DataFrame, early: str, late: str) -> "pd.Series[bool]":
    """Where one time stands before another; by day when either is a date without a time of day."""
    first, second = rows[early], rows[late]
    by_day = _date_only(rows, early) | _date_only(rows, late)
    before: pd.Series[bool] = (first < second).where(~by_day, first.dt.normalize() < second.dt.normalize())
    return before


def _date_only(rows: pd.DataFrame, column: str) -> "pd.Series[bool]":
    times = rows[column]
    return rows[dossiers.DATE_ONLY[column]].eq(True) if column in dossiers.DATE_ONLY else times == times.dt.normalize()


def _turned(times: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """Times with day and month exchanged; missing where that is no date."""
    turned = {"year": times.dt.year, "month": times.dt.day, "day": times.dt.month}
    return pd.to_datetime(pd.DataFrame(turned), errors="coerce").astype("datetime64[us]")


def _swapped(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Due before received as written, but after it when day and month of one of the two are exchanged."""
    wrong = rows["due_at"].dt.normalize() < rows["received_at"].dt.normalize()
    result = pd.Series(False, index=rows.index)
    if wrong.any():
        due, received = rows.loc[wrong, "due_at"].dt.normalize(), rows.loc[wrong, "received_at"].dt.normalize()
        near = pd.Timedelta(days=366)
        pairs = ((_turned(due), received), (due, _turned(received)))
        result[wrong] = pd.concat([(end >= begin) & (end - begin < near) for end, begin in pairs], axis=1).any(axis=1)
    return result


def _closed(rows: pd.DataFrame) -> "pd.Series[bool]":
    return rows["finished_at"].notna() | rows["returned_at"].notna()


def _is_open(status: "pd.Series[int]") -> "pd.Series[bool]":
    return status.notna() & outcomes.status_group(status).isin(["open", "waiting"])


def _far(rows: pd.DataFrame) -> "pd.Series[bool]":
    return (rows["due_at"] > rows["received_at"] + FAR) | (rows["new_due_at"] > rows["received_at"] + FAR)


def order_rules(today: date, early_end: Severity = "reject") -> tuple[_Order, ...]:
    """The checks of a dossier's times against each other and its status.

    Parameters
    ----------
    today : date
        The day of the import: what lies behind it has not happened.
    early_end : {"reject", "flag"}
        What the profile says of a dossier that ended before it was received.

    Returns
    -------
    tuple of _Order
    """
    early = "finished_before_received" if early_end == "reject" else "ended_before_received"
    end = pd.Timestamp(today) + pd.Timedelta(days=1)
    return (
        _Order("future", "reject", "ở sau ngày nhập dữ liệu", "received_at",
               lambda rows: rows["received_at"] >= end),
        _Order("too_early", "reject", "trước năm 2000", "received_at",
               lambda rows: rows["received_at"] < EARLIEST),
        _Order(early, early_end, "ngày này hoặc ngày trả kết quả ở trước ngày tiếp nhận",
               "finished_at", lambda rows: _before(rows, "finished_at", "received_at")
               | _before(rows, "returned_at", "received_at")),
        _Order("future_end", "flag", "ngày này hoặc ngày trả kết quả ở sau ngày nhập dữ liệu", "finished_at",
               lambda rows: (rows["finished_at"] >= end) | (rows["returned_at"] >= end)),
        _Order("no_due", "flag", "không có", "due_at", lambda rows: rows["due_at"].isna()),
        _Order("due_before_received", "flag", "ở trước ngày tiếp nhận", "due_at",
               lambda rows: _before(rows, "due_at", "received_at") & ~_swapped(rows)),
        _Order("swapped", "flag", "ở trước ngày tiếp nhận, có thể do đảo ngày và tháng", "due_at",
               _swapped),
        _Order("far_due", "flag", "quá xa: sau tiếp nhận hơn 5 năm", "due_at", _far),
        _Order("submitted_after_received", "flag", "ở sau ngày tiếp nhận", "submitted_at",
               lambda rows: _before(rows, "received_at", "submitted_at")),
        _Order("returned_before_finished", "flag", "ở trước ngày kết thúc xử lý", "returned_at",
               lambda rows: _before(rows, "returned_at", "finished_at")),
        _Order("done_without_date", "flag", "đã xong nhưng không có ngày kết thúc", "status",
               lambda rows: (outcomes.status_group(rows["status"]) == "done") & ~_closed(rows)),
        _Order("open_with_date", "flag", "chưa xong nhưng đã có ngày kết thúc", "status",
               lambda rows: _is_open(rows["status"]) & _closed(rows)),
    )  # fmt: skip


def _word_differs(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Late by the export but in time by the dates, or the other way about, under both time grains."""
    ours = pd.DataFrame({grain: outcomes.speed(rows, grain) for grain in outcomes.GRAINS}, index=rows.index)
    late, in_time = (ours == "late").all(axis=1), ours.isin(["early", "on_time"]).all(axis=1)
    word = rows["class_word"]
    return ((word == "late") & in_time) | (word.isin(["early", "on_time"]) & late)


WORDS: Final = _Order(
    "class_word_differs", "flag", "tệp ghi khác với cách tính từ các ngày",
    "class_word", _word_differs,
)  # fmt: skip


def schema(rules: Iterable[_Order]) -> pa.DataFrameSchema:
    """The rules over several columns as a pandera schema.

    Parameters
    ----------
    rules : iterable of _Order

    Returns
    -------
    DataFrameSchema
    """
    return pa.DataFrameSchema(checks=[_check(rule) for rule in rules])


def _check(rule: _Order) -> pa.Check:
    def holds(rows: pd.DataFrame) -> "pd.Series[bool]":
        return ~rule.breaks(rows).fillna(False).astype("bool")

    return pa.Check(holds, name=rule.name, error=rule.name, title=LABELS[rule.column], description=rule.says)


def broken(rows: pd.DataFrame, rules: Iterable[_Order]) -> "dict[str, pd.Series[bool]]":
    """Rows that break each rule: every rule is tried on every row, none stops the others.

    Parameters
    ----------
    rows : DataFrame
        The dossier table, with ``class_word`` where a rule asks for it.
    rules : iterable of _Order

    Returns
    -------
    dict
        Name of the rule to a mask over the rows.
    """
    return {check.name: ~check(rows).check_output for check in schema(rules).checks}


_EVER: Final = date(2100, 1, 1)
RULES: Final[dict[str, Rule]] = {
    each.name: each for each in (*_READING, *order_rules(_EVER), *order_rules(_EVER, "flag"), WORDS)
}


def describe(name: str, column: str) -> str:
    """What a broken rule says of a column: "Ngày hẹn trả: để trống mà bắt buộc phải có"."""
    return f"{LABELS[column]}: {RULES[name].says}" if column else RULES[name].says
