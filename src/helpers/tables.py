"""Tables of the reports: one function a table, HTML out."""

from collections.abc import Sequence
from typing import Any, Final, Literal

import pandas as pd
from IPython.display import HTML

from helpers import cube, formats, headline, indicators, markup, outcomes, overdue, ranking, reference, trends, workdays
from helpers.errors import UserError
from helpers.formats import number, percent
from helpers.markup import Cell, Head
from helpers.slices import Slice

# A page shows the worst and says how many there are; the whole list is for an annex.
LONGEST_LIST: Final = 50
LONGEST_DUE_SOON: Final = 15
LONGEST_RANKING: Final = 20

Rows = list[list[Cell | str]]


def _heads(*names: str) -> list[Head]:
    """One row of heads; ">" before a name: numbers below, set to the right; "#": codes, never broken."""
    kinds: dict[str, Literal["number", "code"]] = {">": "number", "#": "code"}
    return [Head(name.lstrip(">#"), kinds.get(name[:1], "text")) for name in names]


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
    form = sums[list(by)].copy()
    form["3"] = sums["handled"]
    form["4"] = sums["online"]
    form["5"] = sums["received"] - sums["online"]
    form["6"] = sums["carried_over"]
    form["8"] = sums["early"]
    form["9"] = sums["on_time"] + sums["resolved_no_due"] + sums["withdrawn"]
    form["10"] = sums["late"]
    form.insert(form.columns.get_loc("8"), "7", form["8"] + form["9"] + form["10"])  # type: ignore[arg-type]
    form["11"] = sums["pending"]
    form["12"] = sums["pending_in_time"] + sums["pending_no_due"]
    form["13"] = sums["pending_overdue"]
    form["no_due"] = sums["resolved_no_due"] + sums["pending_no_due"]
    form["withdrawn"] = sums["withdrawn"]
    form["unknown_channel"] = sums["unknown_channel"]
    return form


def form_06a(part: Slice) -> HTML:
    """The table of form II.06a: a row a field, a total row, numbered columns.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    rows = form_06a_counts(part.cube).sort_values("3", ascending=False, kind="stable").to_dict("records")
    total = form_06a_counts(part.cube, []).to_dict("records")[0]
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
    heads = [
        _heads(
            "Tháng",
            ">Tiếp nhận",
            ">Trực tuyến",
            ">Tỷ lệ trực tuyến",
            ">Đã giải quyết",
            ">Giải quyết quá hạn",
            ">Còn cuối tháng",
        )
    ]
    records = flows.reset_index(names="step").to_dict("records")
    rows: Rows = [[f"{formats.month(row['step'].month)}/{row['step'].year}", *_flow_cells(row)] for row in records]
    sums = {str(name): int(value) for name, value in flows.sum().items()} | {"pending": int(flows["pending"].iloc[-1])}
    return markup.table("Theo tháng trong kỳ", heads, rows, ["Cả kỳ", *_flow_cells(sums)])


def _flow_cells(row: dict[Any, Any]) -> list[Cell]:
    return [
        Cell(number(row["received"])),
        Cell(number(row["received_online"])),
        Cell(percent(row["received_online"], row["received"]) if row["received"] else "–"),
        Cell(number(row["resolved"])),
        Cell(number(row["late"]), alarm=row["late"] > 0),
        Cell(number(row["pending"])),
    ]


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
    heads = [[*upper, Head("Tổng", rows=2)], [Head(band) for band in overdue.BANDS]]
    body: Rows = [
        [reference.label("fields", code), *[number(n) for n in row]]
        for code, row in zip(rows.index, rows.to_numpy().tolist(), strict=True)
    ]
    foot = ["Tổng số", *[number(n) for n in rows.sum()]]
    return markup.table(f"{title}, theo lĩnh vực và số ngày", heads, body, foot)


def overdue_by(part: Slice, key: str) -> HTML:
    """Overdue dossiers by cause, holder or commune, resolved and pending apart.

    Parameters
    ----------
    part : Slice
    key : {"overdue_cause", "holder", "commune"}

    Returns
    -------
    HTML
        Nothing when there is no overdue dossier; a line when the export names no cause or holder.
    """
    rows = overdue.by_key(part.overdue, key)
    names, title = {
        "overdue_cause": ("causes", "Nguyên nhân"),
        "holder": ("holders", "Nơi giữ hồ sơ"),
        "commune": ("communes", "Đơn vị"),
    }[key]
    if rows.empty:
        return HTML("")
    if list(rows.index) == [""]:
        return markup.note(f"{title}: {formats.NO_DATA}.")
    heads = [_heads(title, ">Đã giải quyết, quá hạn", ">Đang giải quyết, quá hạn", ">Tổng", ">Tỷ lệ")]
    total, shown = int(rows["total"].sum()), rows.head(LONGEST_RANKING)
    body: Rows = [
        [reference.label(names, code), *[number(n) for n in row], Cell(percent(row[2], total), bar=row[2] / total)]
        for code, row in zip(shown.index, shown.to_numpy().tolist(), strict=True)
    ]
    foot = ["Tổng số", *[number(n) for n in rows.sum()], percent(total, total)]
    notes = [f"Chỉ in {number(len(shown))} trong {number(len(rows))} dòng."] if len(rows) > len(shown) else []
    return markup.table(f"Hồ sơ quá hạn theo {formats.lower_first(title)}", heads, body, foot, notes)


def pending_overdue_list(part: Slice) -> HTML:
    """The dossiers still pending after their due time, worst first.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        At most ``LONGEST_LIST`` rows and a note on the rest; nothing when there is none.
    """
    rows = part.overdue
    rows = rows[rows["outcome"] == overdue.PENDING]
    if rows.empty:
        return HTML("")
    heads = [_heads("#Mã hồ sơ", ">Ngày làm việc quá hạn", "Nơi giữ", *_SUBJECT, "Nguyên nhân", "Xin lỗi")]
    body: Rows = [
        [
            row["dossier_id"],
            number(row["days_late"]),
            reference.label("holders", row["holder"]),
            *_subject(row),
            reference.label("causes", row["overdue_cause"]),
            "–" if pd.isna(row["apology_at"]) else formats.day(row["apology_at"]),
        ]
        for row in rows.head(LONGEST_LIST).to_dict("records")
    ]
    caption = "Hồ sơ đang giải quyết đã quá hạn, quá hạn lâu nhất trước"
    return markup.table(caption, heads, body, notes=_cut(len(rows), LONGEST_LIST), wide=True)


_SUBJECT: Final = ("Lĩnh vực, thủ tục", "Tiếp nhận", "Hạn trả")


def _subject(row: dict[Any, Any]) -> list[str]:
    """The cells under ``_SUBJECT``."""
    subject, procedure = reference.label("fields", row["field"]), row["procedure"]
    if not pd.isna(procedure):
        subject += f": {reference.names('procedures').get(procedure, f'thủ tục mã {procedure}')}"
    return [subject, formats.day(row["received_at"]), formats.day(row["due_at"])]


def _cut(count: int, shown: int) -> list[str]:
    return [f"Chỉ in {number(shown)} trong {number(count)} hồ sơ."] if count > shown else []


def due_soon(part: Slice) -> HTML:
    """Pending dossiers that fall due in the seven days after the period.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        At most ``LONGEST_DUE_SOON`` rows, and the number of each day; one line when there is none.
    """
    rows = overdue.due_soon(part.classed, part.period)
    if rows.empty:
        return markup.note("Không có hồ sơ đang giải quyết nào đến hạn trong 7 ngày sau kỳ báo cáo.")
    left = workdays.between(pd.Series(pd.Timestamp(part.period.last_day), index=rows.index), rows["due_at"])
    heads = [_heads("#Mã hồ sơ", ">Ngày làm việc còn lại", "Nơi giữ", *_SUBJECT)]
    body: Rows = [
        [row["dossier_id"], number(days), reference.label("holders", row["holder"]), *_subject(row)]
        for row, days in zip(rows.head(LONGEST_DUE_SOON).to_dict("records"), left, strict=False)
    ]
    days = rows["due_at"].dt.normalize().value_counts().sort_index()
    by_day = "; ".join(f"{formats.day(day)[:5]}: {number(count)}" for day, count in days.items())
    notes = [f"Số hồ sơ theo ngày đến hạn: {by_day}.", *_cut(len(rows), LONGEST_DUE_SOON)]
    caption = f"{number(len(rows))} hồ sơ đến hạn trong 7 ngày sau kỳ báo cáo, hạn gần nhất trước"
    return markup.table(caption, heads, body, notes=notes, wide=True)


def targets(part: Slice) -> HTML:
    """Every indicator that has a target in force, and how it stands to it.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        One line when there is no target.
    """
    found = indicators.with_target(part.province_code, pd.Timestamp(part.period.last_day))
    if not found:
        return markup.note("Chưa có chỉ tiêu được giao cho kỳ báo cáo này.")
    return rates(part, [indicator.name for indicator in found], "So với chỉ tiêu được giao")


def digital(part: Slice) -> HTML:
    """The rates of online filing, payment and digitisation.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    return rates(part, [indicator.name for indicator in indicators.at("digital")], "Trực tuyến, thanh toán, số hóa")


def rates(part: Slice, names: Sequence[str], caption: str) -> HTML:
    """Rates with numerator, denominator, target and rank, one a row.

    Parameters
    ----------
    part : Slice
    names : sequence of str
        Indicators in per cent.
    caption : str

    Returns
    -------
    HTML

    Raises
    ------
    UserError
        When one is unknown, or is a count.
    """
    counts = [name for name in names if indicators.get(name).denominator is None]
    if counts:
        raise UserError(f"{', '.join(counts)} is a count, not a rate; this table shows rates.")
    heads = [_heads("Chỉ tiêu", ">Tử số", ">Mẫu số", ">Tỷ lệ", "Mẫu số là", "Chỉ tiêu được giao, xếp hạng")]
    body: Rows = []
    for indicator in map(indicators.get, names):
        figure, target = indicators.one(part.computed, indicator.name), headline.target_state(part, indicator.name)
        of = indicator.denominator.label if indicator.denominator else "–"
        if figure["value"] is None:
            body.append([indicator.label, "–", "–", formats.NO_DATA, of, "–"])
            continue
        share = Cell(percent(figure["numerator"], figure["denominator"]), bar=float(figure["value"]) / 100)
        place = headline.rank(part, indicator.name).split(" về ")[0]
        state = "; ".join(filter(None, [target[1] if target else "", place])) or "–"
        body.append([indicator.label, number(figure["numerator"]), number(figure["denominator"]), share, of, state])
    return markup.table(caption, heads, body, notes=headline.target_documents(part, names))


def rates_by_field(part: Slice) -> HTML:
    """Online and in-time rates of every field, beside what is still pending.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    computed = indicators.compute(part.cube, ["field"]).set_index(["field", "indicator"])
    heads = [
        _heads("Lĩnh vực", ">Tiếp nhận", ">Tỷ lệ trực tuyến", ">Giải quyết có hạn trả", ">Trước và đúng hạn", ">Tỷ lệ"),
    ]
    heads[0] += _heads(">Đang giải quyết", ">Tỷ lệ còn lại")
    order = computed.xs("received", level="indicator")["numerator"].sort_values(ascending=False, kind="stable").index
    body: Rows = []
    for code in order:
        online, in_time, left = (computed.loc[(code, name)] for name in ("online_rate", "in_time_rate", "pending_rate"))
        body.append([
            reference.label("fields", code), number(computed.loc[(code, "received")]["numerator"]), _rate(online),
            number(in_time["denominator"]), number(in_time["numerator"]), _rate(in_time),
            number(left["numerator"]), _rate(left),
        ])  # fmt: skip
    return markup.table("Tỷ lệ theo lĩnh vực", heads, body, wide=True)


def _rate(figure: Any) -> str:
    """A share, or a dash where there is nothing to divide by."""
    return "–" if pd.isna(figure["value"]) else percent(figure["numerator"], figure["denominator"])


def communes(part: Slice, linked: Sequence[str] = ()) -> HTML:
    """The main figures of every commune of a province, in alphabetical order.

    Parameters
    ----------
    part : Slice
        Of a province.
    linked : sequence of str
        Codes of communes whose page stands in the same folder.

    Returns
    -------
    HTML
    """
    computed = indicators.compute(part.cube, ["commune"]).set_index(["commune", "indicator"])
    names = reference.names("communes")
    codes = sorted(computed.index.unique("commune"), key=lambda code: formats.sort_key(names[code].split(" ", 1)[1]))
    heads = [_heads("Đơn vị", ">Tiếp nhận", ">Tỷ lệ trực tuyến", ">Đã giải quyết", ">Trước và đúng hạn")]
    heads[0] += _heads(">Giải quyết quá hạn", ">Đang giải quyết", ">Trong đó quá hạn")
    body: Rows = []
    for code in codes:
        figure = computed.loc[code]
        received, resolved, pending = (number(figure.at[n, "numerator"]) for n in ("received", "resolved", "pending"))
        late, overdue_now = (figure.at[n, "numerator"] for n in ("late", "pending_overdue"))
        body.append([
            _linked(code, linked), received, _rate(figure.loc["online_rate"]), resolved,
            _rate(figure.loc["in_time_rate"]), number(late), pending, number(overdue_now),
        ])  # fmt: skip
    return markup.table("Số liệu chính của từng đơn vị", heads, body, wide=True)


def _linked(code: str, linked: Sequence[str]) -> Cell:
    """A commune's name, linked to its page where there is one."""
    return Cell(reference.label("communes", code), link=f"{reference.file_stem(code)}.html" if code in linked else "")


def ranking_table(part: Slice, name: str, linked: Sequence[str] = ()) -> HTML:
    """Communes of a province in order of one rate, best first.

    Parameters
    ----------
    part : Slice
        Of a province.
    name : str
        Indicator.
    linked : sequence of str
        Codes of communes whose page stands in the same folder.

    Returns
    -------
    HTML
        Communes without a figure for it are counted in a note, not ranked.
    """
    rows, indicator = ranking.ranked(part.peers.positions, name), indicators.get(name)
    if part.peers.positions.empty:
        return markup.note(headline.not_ranked(part))
    if rows.empty or indicator.denominator is None:
        return markup.note(f"{indicator.label}: {formats.NO_DATA}.")
    heads = [
        _heads(">Hạng", "Đơn vị", f">{_capital(indicator.numerator)}", f">{_capital(indicator.denominator)}", ">Tỷ lệ")
    ]
    body: Rows = [
        [
            str(row["position"]),
            _linked(row["commune"], linked),
            number(row["numerator"]), number(row["denominator"]),
            Cell(percent(row["numerator"], row["denominator"]), bar=float(row["value"]) / 100),
        ]
        for row in rows.to_dict("records")
    ]  # fmt: skip
    whole = indicators.one(part.computed, name)
    foot = ["", "Toàn địa bàn", number(whole["numerator"]), number(whole["denominator"]),
            percent(whole["numerator"], whole["denominator"])]  # fmt: skip
    notes = ["Xếp theo tỷ lệ chưa làm tròn; bằng nhau thì cùng hạng."]
    absent = part.peers.communes - len(rows)
    if absent:
        notes.append(f"{number(absent)} đơn vị chưa có số liệu cho tỷ lệ này nên không xếp hạng.")
    return markup.table(f"Xếp hạng theo {formats.lower_first(indicator.label)}", heads, body, foot, notes, row_head=1)


def _capital(count: indicators.Count) -> str:
    return count.label[:1].upper() + count.label[1:]


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
    heads = [_heads("Tình trạng đến hết kỳ", ">Số hồ sơ")]
    return markup.table(
        "Phân loại hồ sơ theo tình trạng", heads, rows, ["Tổng số", number(sums["handled"])], [identity, waiting]
    )
