"""The table of form II.06a."""

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
from IPython.display import HTML

from helpers import cube, markup, reference
from helpers.formats import number
from helpers.markup import Cell, Head, Rows
from helpers.slices import Slice

_II_06A_HEADS: Final = (
    (
        Head("TT", rows=2), Head("Lĩnh vực, công việc giải quyết theo cấp", "text", rows=2),
        Head("Số lượng hồ sơ nhận giải quyết", columns=4), Head("Số lượng hồ sơ đã giải quyết", columns=4),
        Head("Số lượng hồ sơ đang giải quyết", columns=3),
    ),
    tuple(
        Head(text)
        for text in (
            "Tổng số", "Trong kỳ: trực tuyến", "Trong kỳ: trực tiếp, dịch vụ bưu chính", "Từ kỳ trước",
            "Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn", "Tổng số", "Trong hạn", "Quá hạn",
        )
    ),
    tuple(Head(f"({column})", "text" if column == 2 else "number") for column in range(1, 14)),
)  # fmt: skip


def form_06a_counts(counts: pd.DataFrame, by: Sequence[str] = ("field",)) -> pd.DataFrame:
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
        notes must tell of.

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
    return pd.DataFrame({name: sums[name] for name in by} | columns)


def form_06a(part: Slice) -> HTML:
    """The table of form II.06a: a row a field, a total row, numbered columns.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    counts = form_06a_counts(part.cube).sort_values("3", ascending=False, kind="stable")
    rows, total = counts.to_dict("records"), counts.drop(columns="field").sum().to_dict()
    most = max((int(row["3"]) for row in rows), default=0) or 1
    body: Rows = [
        [str(place), reference.label("fields", row["field"]), *_form_cells(row, most)]
        for place, row in enumerate(rows, start=1)
    ]
    notes = ["Biểu số II.06a/VPCP/KSTT, Thông tư 01/2020/TT-VPCP. Đơn vị tính: số hồ sơ thủ tục hành chính."]
    notes += _form_notes(total)
    caption = f"Tình hình, kết quả giải quyết theo lĩnh vực, {part.period.bounds}"
    return markup.table(
        caption, _II_06A_HEADS, body, ["", "Tổng số", *_form_cells(total)], notes, row_head=1, wide=True
    )


def _form_cells(row: dict[Any, Any], most: int = 0) -> list[Cell]:
    cells = []
    for column in range(3, 14):
        value = int(row[str(column)])
        bar = value / most if most and column == 3 else None
        cells.append(Cell(number(value), bar, alarm=column in (10, 13) and value > 0))
    return cells


def _form_notes(total: dict[Any, Any]) -> list[str]:
    texts = {
        "no_due": "hồ sơ không ghi hạn trả, xếp vào Đúng hạn (cột 9) hoặc Trong hạn (cột 12)",
        "withdrawn": "hồ sơ công dân yêu cầu rút, xếp vào Đúng hạn (cột 9)",
        "unknown_channel": "hồ sơ không rõ kênh nộp, xếp vào Trực tiếp (cột 5)",
    }
    return [f"Trong đó có {number(total[name])} {text}." for name, text in texts.items() if total[name]]
