"""What came, what went, and how every dossier stands."""

from typing import Any, Final

import pandas as pd
from IPython.display import HTML

from helpers import cube, formats, markup, outcomes, trends
from helpers.formats import number, percent
from helpers.markup import Cell, Rows, heads
from helpers.slices import CommuneSlice, Slice

STEPS: Final[dict[trends.Step, tuple[str, str]]] = {
    "D": ("Ngày", "Theo ngày trong kỳ"),
    "W-SUN": ("Tuần", "Theo tuần trong kỳ"),
    "M": ("Tháng", "Theo tháng trong kỳ"),
}
_WEEKDAYS: Final = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_OFFICE: Final = (7, 18)  # hours that have a column of their own


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
    return _by_step(part, "M")


def by_week(part: Slice) -> HTML:
    """Received, resolved and pending, week by week, adding up to the period.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        Nothing when the period lies in one week, or is longer than a year.
    """
    return _by_step(part, "W-SUN") if part.period.days <= trends.LONGEST_WEEKLY else HTML("")


def by_day(part: Slice) -> HTML:
    """Received, resolved and pending, day by day, adding up to the period.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        Nothing when the period is one day, or longer than a month.
    """
    return _by_step(part, "D") if part.period.days <= trends.LONGEST_DAILY else HTML("")


def calendar(part: Slice) -> HTML:
    """Dossiers received on each day, a week a row: the more, the darker.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        Nothing when the period lies in one week, or is longer than a year.
    """
    flows = part.flows["W-SUN"]
    if len(flows) == 1 or part.period.days > trends.LONGEST_WEEKLY:
        return HTML("")
    before = part.period.first_day.weekday()
    daily = part.flows["D"]
    received, told = daily["received"].tolist(), trends.known(daily, *part.told)
    most, after = max(1, *received), 7 * len(flows) - before - len(daily)
    shown = [
        Cell(number(n), shade=-(-5 * n // most)) if is_told else Cell("–")
        for n, is_told in zip(received, told, strict=True)
    ]
    cells = [*[Cell("")] * before, *shown, *[Cell("")] * after]
    body: Rows = [
        [_step_name(step, "W-SUN", part), *cells[7 * at : 7 * at + 7], number(count) if is_told else "–"]
        for at, (step, count, is_told) in enumerate(
            zip(flows.index, flows["received"], trends.known(flows, *part.told), strict=True)
        )
    ]
    sums = [sum(([0] * before + received)[weekday::7]) for weekday in range(7)]
    foot = ["Cả kỳ", *(number(count) for count in sums), number(sum(sums))]
    notes = ["Số hồ sơ tiếp nhận. Ô càng đậm càng nhiều; ô trống nằm ngoài kỳ.", *unknown(part)]
    head = heads("Tuần", *(f">{name}" for name in _WEEKDAYS), ">Cả tuần")
    return markup.table("Tiếp nhận theo ngày", head, body, foot, notes)


def _by_step(part: Slice, every: trends.Step) -> HTML:
    flows = part.flows[every]
    if len(flows) == 1:
        return HTML("")
    name, caption = STEPS[every]
    head = heads(
        name, ">Tiếp nhận", ">Trực tuyến", ">Tỷ lệ trực tuyến", ">Đã giải quyết", ">Giải quyết quá hạn",
        f">Còn cuối {formats.lower_first(name)}",
    )  # fmt: skip
    records = flows.reset_index(names="step").to_dict("records")
    rows: Rows = [
        [_step_name(row["step"], every, part), *(_flow_cells(row) if told else ["–"] * (len(head[0]) - 1))]
        for row, told in zip(records, trends.known(flows, *part.told), strict=True)
    ]
    sums = {str(name): int(value) for name, value in flows.sum().items()} | {"pending": int(flows["pending"].iloc[-1])}
    return markup.table(caption, head, rows, ["Cả kỳ", *_flow_cells(sums)], unknown(part))


def unknown(part: Slice) -> list[str]:
    """Sentences that say before and after which days of the period there are no data.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    list of str
        Empty when the data fill the period.
    """
    first, last = part.told
    before = [f"Không có dữ liệu trước ngày {formats.day(first)}."] if first > part.period.start else []
    after = [f"Chưa có dữ liệu sau ngày {formats.day(last)}."] if last < pd.Timestamp(part.period.last_day) else []
    return before + after


def _step_name(step: Any, every: trends.Step, part: Slice) -> str:
    """A month; a day with its weekday; the days of a week that lie in the period."""
    if every == "M":
        return f"{step:%m/%Y}"
    if every == "D":
        return f"{_WEEKDAYS[step.start_time.weekday()]} {step.start_time:%d/%m}"
    first = max(step.start_time, part.period.start)
    last = min(step.start_time + pd.Timedelta(days=6), pd.Timestamp(part.period.last_day))
    return f"{first:%d/%m}" if first == last else f"{first:%d/%m}–{last:%d/%m}"


def _flow_cells(row: dict[Any, Any]) -> list[Cell]:
    # Of those that say how they were filed, as everywhere: a missing channel is not a paper dossier.
    online = row["received_online"] if row["known_channel"] or not row["received"] else None
    return [
        Cell(number(row["received"])),
        Cell(number(online)),
        Cell(percent(online, row["known_channel"]) if row["received"] else "–"),
        Cell(number(row["resolved"])),
        Cell(number(row["late"])),
        Cell(number(row["pending"])),
    ]


def by_hour(part: CommuneSlice) -> HTML:
    """When dossiers came in, by weekday and hour of receipt: the busier, the darker.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        One line when the export gives no times of day.
    """
    counts = trends.by_hour(part.classed)
    total = int(counts.to_numpy().sum())
    if not total:
        return markup.note(f"Giờ tiếp nhận hồ sơ: {formats.NO_DATA}.")
    shown = _by_hour_of_office(counts)[counts.sum(axis=1) > 0]
    most = int(shown.to_numpy().max())
    head = heads("Ngày", *(f">{name}" for name in shown.columns), ">Tổng")
    body: Rows = [
        [
            formats.upper_first(formats.WEEKDAYS[day]),
            *(Cell(number(n) if n else "", shade=-(-5 * n // most)) for n in row),
            number(sum(row)),
        ]
        for day, row in zip(shown.index, shown.to_numpy().tolist(), strict=True)
    ]
    foot = ["Tổng", *(number(n) for n in shown.sum()), number(total)]
    notes = ["Số hồ sơ tiếp nhận trong kỳ theo giờ tiếp nhận; “8h” là từ 8 giờ đến trước 9 giờ. Ô càng đậm càng nhiều."]
    by_date = int((part.classed["intake"] == "received").sum()) - total
    if by_date:
        notes.append(f"{number(by_date)} hồ sơ chỉ ghi ngày tiếp nhận, không tính ở đây.")
    return markup.table("Thời điểm tiếp nhận hồ sơ trong tuần", head, body, foot, notes, wide=True)


def _by_hour_of_office(counts: pd.DataFrame) -> pd.DataFrame:
    """The hours around those of the office one by one, those before and after together where there are any."""
    inner = range(*_OFFICE)
    busy = [hour for hour in inner if counts[hour].any()]
    columns = {f"{hour}h": counts[hour] for hour in inner if busy and busy[0] <= hour <= busy[-1]}
    before, after = (counts[list(hours)].sum(axis=1) for hours in (range(inner.start), range(inner.stop, 24)))
    early = {f"trước {inner.start}h": before} if before.any() else {}
    late = {f"từ {inner.stop}h": after} if after.any() else {}
    return pd.DataFrame({**early, **columns, **late})


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
    waiting = f"Trong số đang giải quyết trong hạn có {number(sums['waiting'])} hồ sơ chờ bổ sung, nộp phí, tạm dừng."
    unknown = "" if part.knows_carried_over else " (chưa xác định được)"
    identity = (
        f"Đối chiếu: tiếp nhận trong kỳ {number(sums['received'])} + kỳ trước chuyển sang "
        f"{number(sums['carried_over'])}{unknown} = đã giải quyết {number(sums['resolved'])} + công dân rút "
        f"{number(sums['withdrawn'])} + đang giải quyết {number(sums['pending'])}: "
        f"{'khớp' if not part.broken else 'KHÔNG KHỚP'}."
    )
    head = heads("Tình trạng đến hết kỳ", ">Số hồ sơ")
    return markup.table(
        "Phân loại hồ sơ theo tình trạng",
        head,
        rows,
        ["Tổng số", number(sums["handled"])],
        [identity, *([waiting] if sums["waiting"] else [])],
    )
