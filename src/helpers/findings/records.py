"""What was recorded of a dossier: new due dates, requests for papers, its status."""

from typing import Final

import numpy as np

from helpers import outcomes
from helpers.findings import facts
from helpers.findings.rules import Found
from helpers.formats import number
from helpers.slices import CommuneSlice


def due_date_moved(part: CommuneSlice) -> Found | None:
    """A new due date that was known by the period's end."""
    rows = part.classed
    letter, moved = rows["apology_at"].to_numpy(), rows["new_due_at"].notna().to_numpy()
    unsent = np.isnat(letter)
    count = int(moved.sum())
    if not count:
        return None
    tardy = letter.astype("datetime64[D]") >= rows["due_at"].to_numpy().astype("datetime64[D]")
    parts = {
        "có văn bản xin lỗi gửi từ ngày hết hạn trở đi": int((moved & tardy).sum()),
        "không ghi ngày gửi văn bản": int((moved & unsent).sum()),
    }
    told = " và ".join(f"{number(n)} hồ sơ {text}" for text, n in parts.items() if n)
    return Found(
        f"Có {number(count)} hồ sơ được hẹn lại ngày trả, {facts.share(count, len(rows), 'nhận giải quyết')}"
        f"{f', trong đó {told}' if told else ''}. Cần kiểm tra lý do và việc thông báo cho người nộp.",
        moved,
    )


MOST_EXTENSIONS: Final = 1


def due_date_moved_again(part: CommuneSlice) -> Found | None:
    """Counts that were known by the period's end."""
    return _more_often(part, "extensions", MOST_EXTENSIONS, "được hẹn lại ngày trả")


MOST_SUPPLEMENTS: Final = 1


def supplements_asked_again(part: CommuneSlice) -> Found | None:
    """Counts that were known by the period's end."""
    return _more_often(part, "supplement_requests", MOST_SUPPLEMENTS, "được yêu cầu bổ sung")


def _more_often(part: CommuneSlice, column: str, most: int, what: str) -> Found | None:
    times = part.classed[column]
    chosen = (times > most).fillna(False).to_numpy(dtype=bool)
    whole, count = int(times.notna().sum()), int(chosen.sum())
    if not count:
        return None
    return Found(
        f"Có {number(count)} hồ sơ {what} nhiều hơn {most} lần, "
        f"{facts.share(count, whole, 'xác định được số lần đến hết kỳ')}; nhiều nhất {number(times[chosen].max())} "
        "lần. Cần kiểm tra lý do của từng lần.",
        chosen,
    )


def status_against_dates(part: CommuneSlice) -> Found | None:
    """The status is that of the export; a dossier that ended after the period has a date that agrees with it."""
    rows = part.classed
    group, dated = outcomes.status_group(rows["status"]), rows["ended_at"].notna()
    open_ = group.isin(["open", "waiting"]) & rows["status"].notna()
    kinds = {
        "ghi đã xong nhưng không có ngày kết thúc": (group == "done") & ~dated,
        "ghi đã rút nhưng không có ngày kết thúc": (group == "withdrawn") & ~dated,
        "có ngày kết thúc nhưng ghi đang xử lý": open_ & facts.ended(part),
    }
    chosen = np.logical_or.reduce([flags.to_numpy() for flags in kinds.values()])
    count, whole = int(chosen.sum()), int(rows["status"].notna().sum())
    if not count:
        return None
    told = "; ".join(f"{number(flags.sum())} hồ sơ {text}" for text, flags in kinds.items() if flags.any())
    return Found(
        f"Có {number(count)} hồ sơ có trạng thái không khớp với ngày, "
        f"{facts.share(count, whole, 'có ghi trạng thái')}: {told}. Cần kiểm tra việc cập nhật trạng thái.",
        chosen,
    )
