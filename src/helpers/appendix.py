"""The appendix: what each figure means, the rules in force, how good the data are, and where the page comes from."""

import platform
from typing import Final

from IPython.display import HTML

import helpers
from helpers import digests, formats, gaps, indicators, markup, overdue, ranking, reference
from helpers.areas import Area
from helpers.formats import number, percent
from helpers.periods import Period
from helpers.slices import Slice


def definitions(part: Slice) -> HTML:
    """Every declared indicator with its value, numerator, denominator and source.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    rows, figures = [], part.all_figures
    for indicator in indicators.INDICATORS:
        figure, of = figures[indicator.name], "–"
        known = part.knows_carried_over or indicator.numerator is not indicators.CARRIED_OVER
        value = number(figure["numerator"] if known else None)
        if indicator.denominator is not None:
            value, of = (
                percent(figure["numerator"], figure["denominator"]),
                formats.upper_first(indicator.denominator.label),
            )
        rows.append([indicator.label, value, formats.upper_first(indicator.numerator.label), of, indicator.source])
    head = markup.heads("Tên", ">Giá trị", "Số đếm hoặc tử số", "Mẫu số", "Căn cứ")
    return markup.table("Mọi số liệu và định nghĩa", head, rows, wide=True)


_GRAIN_RULES: Final = {
    "timestamp": (
        "So sánh theo thời điểm: trước hạn là giải quyết xong trước buổi (sáng đến 12 giờ, chiều từ 12 giờ) có hạn "
        "trả; quá hạn là giải quyết xong sau giờ hẹn trả. Hạn trả chỉ ghi ngày thì tính đến hết ngày đó "
        "và so sánh theo ngày."
    ),
    "day": ("So sánh theo ngày: trước hạn là giải quyết xong trước ngày hẹn trả; quá hạn là xong sau ngày hẹn trả."),
}
_RULES: Final = (
    ("Kỳ trước chuyển sang", "Hồ sơ tiếp nhận trước kỳ và chưa kết thúc trước khi bắt đầu kỳ."),
    (
        "Không ghi hạn trả",
        "Xếp loại riêng, không tính trước hạn, đúng hạn hay quá hạn; trong biểu II.06a ghi ở cột Đúng hạn hoặc Trong "
        "hạn, có chú thích.",
    ),
    (
        "Công dân rút hồ sơ",
        "Xếp loại riêng, không tính là đã giải quyết; trong biểu II.06a ghi ở cột Đúng hạn, có chú thích.",
    ),
    ("Chờ bổ sung, nộp phí, tạm dừng", "Tính là đang giải quyết trong hạn, có ghi số riêng."),
    ("Không tiếp nhận", "Hồ sơ mới đăng ký hoặc không được tiếp nhận (trạng thái 1, 3) không tính vào số liệu."),
    ("Ngày làm việc", "Trừ thứ Bảy, Chủ nhật, ngày lễ; có tính ngày hoán đổi theo thông báo chính thức."),
    (
        "Số ngày quá hạn, thời gian chờ",
        "Số ngày làm việc sau ngày hẹn trả (hoặc sau ngày tiếp nhận) cho đến ngày kết thúc, hoặc đến ngày cuối kỳ khi "
        "chưa kết thúc.",
    ),
    (
        "Sắp đến hạn",
        "Hồ sơ đang giải quyết, không phải đang chờ bổ sung, nộp phí hay tạm dừng, có hạn trả trong "
        f"{overdue.DUE_SOON_DAYS} ngày sau kỳ.",
    ),
    (
        "Thư xin lỗi, hẹn lại, yêu cầu bổ sung",
        "Tính thư gửi đến hết kỳ. Ngày hẹn lại, số lần hẹn lại tính theo ngày gửi thư; không có thư thì tính khi hồ sơ "
        "đã kết thúc hoặc ngày hẹn lại đã qua. Số lần yêu cầu bổ sung không ghi ngày nên chỉ tính hồ sơ đã kết thúc.",
    ),
    ("Làm tròn", "Mỗi tỷ lệ chia từ hai số đếm và làm tròn một lần khi in, số 5 làm tròn lên."),
)
# Rules about single dossiers, of which a page on many communes says nothing.
_OF_DOSSIERS: Final = (
    "Số ngày quá hạn, thời gian chờ", "Sắp đến hạn", "Thư xin lỗi, hẹn lại, yêu cầu bổ sung", "Thời gian giải quyết",
)  # fmt: skip


def rules(part: Slice) -> HTML:
    """The counting rules in force for this report.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    return markup.fragment("definitions", entries=rules_in_force(part))


def rules_in_force(part: Slice) -> list[tuple[str, str]]:
    """The counting rules in force for this report, each with its name."""
    last_days, enough = ranking.recent_days(part.period), formats.bound(100 * ranking.ENOUGH)
    reaching = (
        f"Đơn vị có tiếp nhận hồ sơ trong {last_days} ngày cuối kỳ hoặc sau đó. Chỉ xếp hạng khi ít nhất {enough} số "
        "đơn vị có dữ liệu như vậy."
    )
    closing = [("Thời gian giải quyết", _processing()), ("Có dữ liệu đến hết kỳ", reaching)]
    return [
        rule
        for rule in [*standing(part.period, part.grain), *_RULES, *closing]
        if not (part.of_many and rule[0] in _OF_DOSSIERS)
    ]


def standing(period: Period, grain: str) -> list[tuple[str, str]]:
    """The rules by which a dossier stands as it does, each with its name."""
    as_of = (
        f"Tình trạng mọi hồ sơ xác định đến hết ngày {formats.day(period.last_day)} theo các mốc thời gian của "
        "hồ sơ, không theo trạng thái hiện nay. Hồ sơ xong sau đó được tính là đang giải quyết."
    )
    return [("Thời điểm chốt", as_of), ("Trước hạn, đúng hạn, quá hạn", _GRAIN_RULES[grain])]


def _processing() -> str:
    hours = reference.table("office_hours")
    sessions = ", ".join(f"{opens}–{closes}" for opens, closes in zip(hours["opens"], hours["closes"], strict=True))
    return (
        f"Giờ làm việc ({sessions} của ngày làm việc) từ khi tiếp nhận đến khi kết thúc, của hồ sơ đã giải quyết và "
        "không kết thúc trước khi tiếp nhận. “Một nửa” là số giờ nhỏ nhất mà ít nhất một nửa số hồ sơ không vượt quá, "
        "“90%” cũng vậy. Thời gian hẹn tính đến hạn trả, của hồ sơ có hạn trả sau khi tiếp nhận."
    )


def quality(part: Slice) -> HTML:
    """What is missing or odd in the dossiers behind the report.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    counts = {label: int(part.gaps[name].sum()) for name, label in gaps.LABELS.items()}
    found = {label: count for label, count in counts.items() if count}
    clean = [formats.lower_first(label) for label in counts if label not in found]
    dossiers = int(part.cube["dossiers"].sum())
    notes = [f"Trên {number(dossiers)} hồ sơ của báo cáo."]
    if clean:
        notes.append(f"Không có hồ sơ nào: {'; '.join(clean)}.")
    if not found:
        return markup.note(" ".join(notes))
    body = [[label, number(count), percent(count, dossiers)] for label, count in found.items()]
    head = markup.heads("Vấn đề", ">Số hồ sơ", ">Tỷ lệ")
    return markup.table("Chất lượng dữ liệu", head, body, notes=notes)


def provenance(part: Slice) -> HTML:
    """Parameters, data fingerprint and versions: enough to make the same page again.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    cutoffs = {"calendar": "theo lịch", "official": "theo kỳ chốt số liệu"}[part.period.cutoffs]
    grain = {"timestamp": "thời điểm", "day": "ngày"}[part.grain]
    versions = ", ".join(
        f"{name} {digests.packages()[name]}" for name in ("pandas", "pyarrow", "matplotlib", "holidays")
    )
    commit = f" ({digests.commit()})" if digests.commit() else ""
    entries = [
        ("Tham số", f"đơn vị {_unit(part)}; kỳ {part.period.bounds} ({cutoffs}); so sánh hạn theo {grain}"),
        ("Nguồn", _sources(part)),
        ("Mã kiểm chứng dữ liệu", part.fingerprint),
        ("Phiên bản", f"tthc-reports {helpers.__version__}{commit}, Python {platform.python_version()}, {versions}"),
    ]
    return markup.fragment("definitions", entries=entries)


def _unit(part: Slice) -> str:
    """Code of the unit; of chosen communes their codes."""
    if isinstance(part, Area) and part.chosen:
        return f"{part.code}: {', '.join(part.communes)} ({part.name})"
    return part.code


def _sources(part: Slice) -> str:
    if part.origin == "sample":
        return "số liệu mẫu do chương trình sinh ra"
    shown = ", ".join(part.sources[:5])
    more = len(part.sources) - 5
    return f"{shown} và {number(more)} tệp khác" if more > 0 else shown or formats.NO_DATA
