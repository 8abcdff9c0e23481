"""What came, what went, and how every dossier stands."""

from typing import Any

from IPython.display import HTML

from helpers import cube, formats, markup, outcomes, trends
from helpers.formats import number, percent
from helpers.markup import Cell, Rows, heads
from helpers.slices import Slice


def by_month(part: Slice) -> HTML:
    """Received, resolved and pending, month by month, adding up to the period.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        Nothing when the period lies in one month.
    """
    flows = trends.flow(part.classed, part.period, "M")
    if len(flows) == 1:
        return HTML("")
    head = heads(
        "Tháng",
        ">Tiếp nhận",
        ">Trực tuyến",
        ">Tỷ lệ trực tuyến",
        ">Đã giải quyết",
        ">Giải quyết quá hạn",
        ">Còn cuối tháng",
    )
    records = flows.reset_index(names="step").to_dict("records")
    rows: Rows = [[f"{formats.month(row['step'].month)}/{row['step'].year}", *_flow_cells(row)] for row in records]
    sums = {str(name): int(value) for name, value in flows.sum().items()} | {"pending": int(flows["pending"].iloc[-1])}
    return markup.table("Theo tháng trong kỳ", head, rows, ["Cả kỳ", *_flow_cells(sums)])


def _flow_cells(row: dict[Any, Any]) -> list[Cell]:
    # Of those that say how they were filed, as everywhere: a missing channel is not a paper dossier.
    online = row["received_online"] if row["known_channel"] or not row["received"] else None
    return [
        Cell(number(row["received"])),
        Cell(number(online)),
        Cell(percent(online, row["known_channel"]) if row["received"] else "–"),
        Cell(number(row["resolved"])),
        Cell(number(row["late"]), alarm=row["late"] > 0),
        Cell(number(row["pending"])),
    ]


def all_outcomes(part: Slice) -> HTML:
    """Every class that has dossiers, with their number, and the identity that they satisfy.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    sums = cube.total(part.cube, []).to_dict("records")[0]
    names = {
        "early": "Đã giải quyết trước hạn", "on_time": "Đã giải quyết đúng hạn", "late": "Đã giải quyết quá hạn",
        "resolved_no_due": "Đã giải quyết, không ghi hạn trả", "withdrawn": "Công dân yêu cầu rút",
        "pending_in_time": "Đang giải quyết, trong hạn", "pending_overdue": "Đang giải quyết, đã quá hạn",
        "pending_no_due": "Đang giải quyết, không ghi hạn trả",
    }  # fmt: skip
    rows: Rows = [[names[name], number(sums[name])] for name in outcomes.OUTCOMES if sums[name]]
    waiting = (
        f"Trong số đang giải quyết trong hạn có {number(sums['waiting'])} hồ sơ chờ bổ sung, nộp phí hoặc tạm dừng."
    )
    identity = (
        f"Đối chiếu: tiếp nhận trong kỳ {number(sums['received'])} + kỳ trước chuyển sang "
        f"{number(sums['carried_over'])} = đã giải quyết {number(sums['resolved'])} + công dân rút "
        f"{number(sums['withdrawn'])} + đang giải quyết {number(sums['pending'])}: "
        f"{'khớp' if not part.broken else 'KHÔNG KHỚP'}."
    )
    head = heads("Tình trạng đến hết kỳ", ">Số hồ sơ")
    return markup.table(
        "Phân loại hồ sơ theo tình trạng", head, rows, ["Tổng số", number(sums["handled"])], [identity, waiting]
    )
