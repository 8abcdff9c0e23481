"""How long dossiers take, beside what was promised."""

from collections.abc import Mapping
from typing import Any, Final

from IPython.display import HTML

from helpers import durations, formats, markup, reference, workdays
from helpers.formats import decimal, number, percent
from helpers.markup import Cell, Rows, heads
from helpers.slices import CommuneSlice

LONGEST: Final = 12
# Of fewer dossiers a 90th percentile or a share of the time says nothing.
FEWEST: Final = 10
_TITLES: Final = {"field": ("fields", "Lĩnh vực"), "procedure": ("procedures", "Thủ tục")}


def processing_times(part: CommuneSlice, key: str) -> HTML:
    """Median and 90th percentile of the processing time by field or procedure, beside the time promised.

    Parameters
    ----------
    part : CommuneSlice
    key : {"field", "procedure"}

    Returns
    -------
    HTML
        The ``LONGEST`` keys with most dossiers, and all together; one line when no dossier was resolved, or none has
        a procedure code.
    """
    times = part.durations
    rows = durations.by_key(times, key)
    names, title = _TITLES[key]
    if rows.empty or list(rows.index) == [""]:
        return markup.note(f"Thời gian giải quyết theo {formats.lower_first(title)}: {formats.NO_DATA}.")
    head = heads(
        title,
        ">Hồ sơ đã giải quyết",
        ">Thời gian giải quyết, trung vị (giờ)",
        ">90% xong trong (giờ)",
        ">Thời gian hẹn trả, trung vị (giờ)",
        ">So với thời gian hẹn",
    )
    shown = rows.head(LONGEST)
    body: Rows = [
        [_label(names, code), *_cells(row)] for code, row in zip(shown.index, shown.to_dict("records"), strict=True)
    ]
    day = decimal(workdays.hours_of_day(), 1)
    notes = [
        f"Tính theo giờ làm việc ({day} giờ một ngày), từ khi tiếp nhận đến khi kết thúc. Cột cuối: một nửa số hồ sơ "
        "dùng không quá tỷ lệ này của thời gian được hẹn.",
        f"Số “90%” và cột cuối chỉ in khi có từ {FEWEST} hồ sơ.",
    ]
    if times.by_date:
        notes.append(f"{number(times.by_date)} hồ sơ chỉ ghi ngày, không ghi giờ: tính trọn ngày đó.")
    if len(rows) > len(shown):
        notes.append(f"Chỉ in {number(len(shown))} trong {number(len(rows))} dòng.")
    caption = f"Thời gian giải quyết theo {formats.lower_first(title)}"
    return markup.table(caption, head, body, ["Tất cả", *_cells(durations.whole(times))], notes)


def _label(names: str, code: str) -> str:
    return reference.procedure(code) if names == "procedures" else reference.label(names, code)


def _cells(row: Mapping[Any, float]) -> list[Cell | str]:
    many, promised = row["dossiers"] >= FEWEST, decimal(row["promised"], 1) if row["with_due"] else "–"
    share = Cell("–")
    if row["with_due"] >= FEWEST:
        share = Cell(percent(row["used"], 1, 0), bar=min(1.0, row["used"]))
    p90 = decimal(row["p90"], 1) if many else "–"
    return [number(row["dossiers"]), decimal(row["median"], 1), p90, promised, share]
