"""Filing, payment and digitisation: by field, applicant, month and procedure."""

from collections.abc import Sequence
from typing import Any, Final

from IPython.display import HTML

from helpers import formats, markup, online, reference
from helpers.formats import number, percent
from helpers.markup import Cell, Rows, heads
from helpers.slices import CommuneSlice, Slice

LONGEST: Final = 10
# What is shown by month, and the indicator of the whole period that says whether the export tells it.
_MONTHLY: Final = {"online": "online_rate", "paid_online": "online_payment_rate", "digitised": "digitised_rate"}
_KINDS: Final = {
    "citizen": "Người dân", "business": "Doanh nghiệp", "agency": "Cơ quan, tổ chức", "other": "Khác", "": "Chưa rõ",
}  # fmt: skip


def channels(part: Slice, by: str) -> HTML:
    """Dossiers received by field or kind of applicant, and how they were filed.

    Parameters
    ----------
    part : Slice
    by : {"field", "applicant_kind"}

    Returns
    -------
    HTML
        One line when nothing was received, or the export does not tell the channels or the applicants' kinds.
    """
    rows = online.by_channel(part.cube, by)
    title = {"field": "Lĩnh vực", "applicant_kind": "Đối tượng nộp"}[by]
    nothing = rows.empty or (by == "applicant_kind" and list(rows.index) == [""])
    if nothing or rows["total"].sum() == rows[""].sum():
        return markup.note(f"Kênh nộp theo {formats.lower_first(title)}: {formats.NO_DATA}.")
    names = _KINDS if by == "applicant_kind" else {code: reference.label("fields", code) for code in rows.index}
    unknown = rows[""].sum()
    kept = ["online", "direct", "postal", *([""] if unknown else [])]
    extra = [">Không rõ kênh"] if unknown else []
    head = heads(title, ">Tiếp nhận", ">Trực tuyến", ">Trực tiếp", ">Bưu chính", *extra, ">Tỷ lệ trực tuyến")
    body: Rows = [
        [names[code], *_channel_cells(row, kept)] for code, row in zip(rows.index, rows.to_dict("records"), strict=True)
    ]
    foot = ["Tổng số", *_channel_cells(rows.sum().to_dict(), kept)]
    notes = ["Tỷ lệ trực tuyến tính trên hồ sơ có ghi kênh nộp."] if unknown else []
    return markup.table(f"Hồ sơ tiếp nhận theo {formats.lower_first(title)} và kênh nộp", head, body, foot, notes)


def _channel_cells(row: dict[Any, Any], kept: list[str]) -> list[Cell | str]:
    known = row["total"] - row[""]
    share = Cell(percent(row["online"], known), bar=row["online"] / known) if known else Cell("–")
    return [number(row["total"]), *(number(row[channel]) for channel in kept), share]


def digital_by_month(part: CommuneSlice) -> HTML:
    """Rates of online filing, online payment and digitisation, month by month.

    Parameters
    ----------
    part : CommuneSlice

    Returns
    -------
    HTML
        Nothing when the period lies in one month.
    """
    rows = online.by_month(part.classed, part.period)
    if len(rows) == 1:
        return HTML("")
    figures = part.all_figures
    told = [name for name, indicator in _MONTHLY.items() if figures[indicator]["value"] is not None]
    head = heads("Tháng", ">Nộp trực tuyến", ">Tỷ lệ", ">Thanh toán trực tuyến", ">Tỷ lệ", ">Số hóa hồ sơ", ">Tỷ lệ")
    body: Rows = [
        [f"{month:%m/%Y}", *_month_cells(row, told)]
        for month, row in zip(rows.index, rows.to_dict("records"), strict=True)
    ]
    notes = [
        "Trên hồ sơ tiếp nhận trong tháng có ghi kênh nộp, có phí hoặc lệ phí, có ghi thông tin số hóa; theo thông tin "
        "hiện nay của hồ sơ.",
    ]
    caption = "Trực tuyến, thanh toán, số hóa theo tháng tiếp nhận"
    return markup.table(caption, head, body, ["Cả kỳ", *_month_cells(rows.sum().to_dict(), told)], notes)


def _month_cells(row: dict[Any, Any], told: Sequence[str]) -> list[str]:
    cells = []
    for name in _MONTHLY:
        count, of = row[name], row[f"{name}_of"]
        cells += [f"{number(count)}/{number(of)}", percent(count, of)] if of and name in told else ["–", "–"]
    return cells


def procedures(part: CommuneSlice) -> HTML:
    """The procedures with most dossiers, and what could have been filed online but was not.

    Parameters
    ----------
    part : CommuneSlice

    Returns
    -------
    HTML
        At most ``LONGEST`` rows; one line when the export names no procedures.
    """
    rows = online.by_procedure(part.classed)
    if rows.empty:
        return markup.note(f"Thủ tục nhiều hồ sơ nhất: {formats.NO_DATA} về mã thủ tục.")
    head = heads("Thủ tục", "#Mã", ">Tiếp nhận", ">Trực tuyến", ">Tỷ lệ trực tuyến", ">Có thể nộp trực tuyến")
    shown = rows.head(LONGEST)
    body: Rows = [
        [
            reference.procedure(code), code, number(row["received"]), number(row["online"]),
            percent(row["online"], row["known"]) if row["known"] else "–",
            number(row["missed"]) if row["offered"] else "–",
        ]
        for code, row in zip(shown.index, shown.to_dict("records"), strict=True)
    ]  # fmt: skip
    missed, coded = int(rows["missed"].sum()), int(rows["received"].sum())
    in_all = f" Tất cả thủ tục: {number(missed)} hồ sơ." if rows["known"].any() else ""
    received = int(part.cube.loc[part.cube["intake"] == "received", "dossiers"].sum())
    notes = [
        f"“Có thể nộp trực tuyến”: hồ sơ nộp trực tiếp hoặc qua bưu chính của thủ tục đã có nộp trực tuyến (theo danh "
        f"mục, hoặc trong kỳ có hồ sơ nộp trực tuyến).{in_all}",
    ]
    if coded < received:
        notes.append(f"{number(received - coded)}/{number(received)} hồ sơ không ghi mã thủ tục, không tính ở đây.")
    if len(rows) > len(shown):
        notes.append(f"Chỉ in {number(len(shown))} trong {number(len(rows))} thủ tục.")
    return markup.table("Thủ tục có nhiều hồ sơ nhất", head, body, notes=notes)
