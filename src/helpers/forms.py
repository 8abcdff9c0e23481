"""Form II.06a of state reporting: its texts and its counts, for the page, the workbook and the draft alike."""

from collections.abc import Hashable, Sequence
from typing import Any, Final, NamedTuple

import pandas as pd

from helpers import cube, formats
from helpers.formats import number

NUMBER: Final = "Biểu số II.06a/VPCP/KSTT"
CIRCULAR: Final = "Thông tư số 01/2020/TT-VPCP"
ISSUED: Final = f"Ban hành theo {CIRCULAR} ngày 21/10/2020"
TITLE: Final = "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT TTHC TẠI CƠ QUAN, ĐƠN VỊ TRỰC TIẾP GIẢI QUYẾT TTHC"
UNIT: Final = "Đơn vị tính: Số hồ sơ TTHC"
PLACE: Final = "TT"
FIELD: Final = "Lĩnh vực, công việc giải quyết theo cấp"
GROUPS: Final = (
    (
        "Số lượng hồ sơ nhận giải quyết",
        ("Tổng số", "Trong kỳ: Trực tuyến", "Trong kỳ: Trực tiếp, dịch vụ bưu chính", "Từ kỳ trước"),
    ),
    ("Số lượng hồ sơ đã giải quyết", ("Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn")),
    ("Số lượng hồ sơ đang giải quyết", ("Tổng số", "Trong hạn", "Quá hạn")),
)
TOTAL: Final = "Tổng số"
WIDTH: Final = 13
COUNTED: Final = tuple(str(column) for column in range(3, WIDTH + 1))
# A total, and the columns that make it: (3) = (4) + (5) + (6) and so on.
SUMS: Final = {3: (4, 5, 6), 7: (8, 9, 10), 11: (12, 13)}
_NOTES: Final = {
    "no_due": "hồ sơ không ghi hạn trả, xếp vào Đúng hạn (cột 9) hoặc Trong hạn (cột 12)",
    "withdrawn": "hồ sơ công dân yêu cầu rút, xếp vào Đúng hạn (cột 9)",
    "unknown_channel": "hồ sơ không rõ kênh nộp, xếp vào Trực tiếp (cột 5)",
}


class Span(NamedTuple):
    """A cell of the form's head: its text, and the rows and columns (from 0) that it takes, both ends included."""

    text: str
    top: int
    left: int
    bottom: int
    right: int


def ii_06a(counts: pd.DataFrame, by: Sequence[str] = ("field",)) -> pd.DataFrame:
    """Columns 3 to 13 of form II.06a.

    Parameters
    ----------
    counts : DataFrame
        The counts cube.
    by : sequence of str
        Dimensions that make the rows; none gives the total row.

    Returns
    -------
    DataFrame
        Columns ``by``, then "3" to "13", and ``no_due``, ``withdrawn``, ``unknown_channel``: how many dossiers the
        notes must tell of. The row with most dossiers first.

    Notes
    -----
    Form II.06a of TT 01/2020/TT-VPCP. It has no place for dossiers without a due date, withdrawn dossiers, or an
    unknown channel: the first count under Đúng hạn or Trong hạn, the second under Đúng hạn, the third under
    Trực tiếp (DOMAIN §3), so that its identities hold.
    """
    sums = cube.total(counts, by)
    early, late = sums["early"], sums["late"]
    on_time = sums["on_time"] + sums["resolved_no_due"] + sums["withdrawn"]
    columns = {
        "3": sums["handled"],
        "4": sums["online"],
        "5": sums["received"] - sums["online"],
        "6": sums["carried_over"],
        "7": early + on_time + late,
        "8": early,
        "9": on_time,
        "10": late,
        "11": sums["pending"],
        "12": sums["pending_in_time"] + sums["pending_no_due"],
        "13": sums["pending_overdue"],
        "no_due": sums["resolved_no_due"] + sums["pending_no_due"],
        "withdrawn": sums["withdrawn"],
        "unknown_channel": sums["unknown_channel"],
    }
    rows = pd.DataFrame({name: sums[name] for name in by} | columns)
    return rows.sort_values("3", ascending=False, kind="stable", ignore_index=True)


def total(rows: pd.DataFrame) -> dict[Hashable, int]:
    """The total row of some rows of the form, with what its notes need."""
    names = [*COUNTED, *_NOTES]
    return dict(zip(names, rows[names].to_numpy().sum(axis=0).tolist(), strict=True))


def notes(whole: dict[Hashable, Any]) -> list[str]:
    """What the form has no column for, as sentences.

    Parameters
    ----------
    whole : dict
        What ``total`` gives.

    Returns
    -------
    list of str
        Empty when every dossier has its own column.
    """
    return [f"Trong đó có {number(whole[name])} {text}." for name, text in _NOTES.items() if whole[name]]


def begins(data_from: pd.Timestamp) -> str:
    """The note on column (6) where the data do not reach back behind the period.

    Parameters
    ----------
    data_from : Timestamp
        First moment of receipt that is held.

    Returns
    -------
    str
    """
    return f"Cột (6): dữ liệu bắt đầu từ ngày {formats.day(data_from)}, chưa xác định được hồ sơ từ kỳ trước."


def head() -> list[Span]:
    """The form's head as merged cells: three rows of names, and the row of column numbers.

    Returns
    -------
    list of Span
    """
    spans = [Span(PLACE, 0, 0, 2, 0), Span(FIELD, 0, 1, 2, 1)]
    left = 2
    for group, names in GROUPS:
        spans.append(Span(group, 0, left, 0, left + len(names) - 1))
        within: dict[str, list[int]] = {}
        for column, name in enumerate(names, start=left):
            upper, _, lower = name.rpartition(": ")
            spans.append(Span(lower, 2 if upper else 1, column, 2, column))
            within.setdefault(upper, []).append(column)
        spans += [Span(upper, 1, columns[0], 1, columns[-1]) for upper, columns in within.items() if upper]
        left += len(names)
    return [*spans, *(Span(f"({column})", 3, column - 1, 3, column - 1) for column in range(1, WIDTH + 1))]
