"""A draft of the office's own report, in the frame of an administrative paper, for the office to finish."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm

from helpers import formats, forms, headline, indicators, narrative, overdue, reference
from helpers.annexes import grids
from helpers.annexes.papers import Line, blanks, cell, closing, new, packed, prose, put, section, turn, two_columns
from helpers.annexes.texts import DOTS, INTERNAL, notes, spelled
from helpers.findings import Finding
from helpers.formats import number, percent
from helpers.narrative.words import listed
from helpers.slices import CommuneSlice

_SUBJECT: Final = "Tình hình, kết quả giải quyết thủ tục hành chính"
_MOST_CAUSES: Final = 5
Targets = Sequence[tuple[indicators.Indicator, tuple[str, str]]]


def document(part: CommuneSlice, points: Sequence[Finding]) -> bytes:
    """A draft report with what the dossiers say; number, date and signature are left to the office.

    Parameters
    ----------
    part : CommuneSlice
    points : sequence of Finding

    Returns
    -------
    bytes
        Of a .docx file, the same for the same figures.

    Notes
    -----
    Frame of an administrative paper: NĐ 30/2020/NĐ-CP (DOMAIN §8).
    """
    paper, rows, targets = new(), part.form, headline.targets(part)
    _heading(paper, part)
    _situation(paper, part, rows)
    _results(paper, part, targets)
    _shortcomings(paper, part, points)
    _proposals(paper, part, points, targets)
    _signature(paper, part)
    _form(paper, part, rows)
    _pending_overdue(paper, part)
    return packed(paper, f"Dự thảo báo cáo – {part.title}", part.period.last_day)


def _heading(paper: Document, part: CommuneSlice) -> None:
    """Issuing body and national heading side by side, then what the paper is."""
    left, right = two_columns(paper, Mm(65))
    put(left, [
        Line("ỦY BAN NHÂN DÂN", bold=True),
        Line(part.name.upper(), bold=True),
        Line("", 4, rule=22),
        Line("Số: ……/BC-……"),
        Line("", 6),
        Line("DỰ THẢO", bold=True),
        Line("(lập tự động từ dữ liệu hồ sơ)", 11, italic=True),
    ])  # fmt: skip
    put(right, [
        Line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True),
        Line("Độc lập - Tự do - Hạnh phúc", bold=True),
        Line("", 4, rule=22),
        Line("…………, ngày …… tháng …… năm ……", italic=True),
    ])  # fmt: skip
    stamp = [Line(headline.SAMPLE, 12, italic=True)] if part.origin == "sample" else []
    title = [
        Line("BÁO CÁO", 14, bold=True),
        Line(f"{_SUBJECT} {_period(part)}", 14, bold=True),
        Line("", 4, rule=60),
        Line("", 6),
    ]
    put(paper, [Line("", 8), *title, *stamp, Line("", 4)])


def _period(part: CommuneSlice) -> str:
    """The period inside a sentence."""
    return spelled(formats.lower_first(part.period.label))


def _situation(paper: Document, part: CommuneSlice, rows: pd.DataFrame) -> None:
    section(paper, "I. TÌNH HÌNH CHUNG")
    office = f"Ủy ban nhân dân {formats.lower_first(part.name)}"
    prose(paper, f"Căn cứ {DOTS}; căn cứ yêu cầu báo cáo của {DOTS}, {office} báo cáo như sau:")
    basis = (
        f"Báo cáo lập từ dữ liệu hồ sơ thủ tục hành chính của {formats.lower_first(part.title)}, "
        f"{part.period.bounds}; tình trạng hồ sơ xác định đến hết {formats.prose_day(part.period.last_day)}."
    )
    prose(paper, basis, _fields(rows))
    for warning in headline.warnings(part):
        prose(paper, f"Lưu ý: {warning}")
    prose(paper, "Công tác chỉ đạo, điều hành, bố trí nhân lực và cơ sở vật chất:")
    blanks(paper, 2)


def _fields(rows: pd.DataFrame) -> str:
    """How many fields had dossiers, and which had most; empty when no dossier tells its field."""
    known = rows[rows["field"] != ""]
    if known.empty:
        return ""
    most, whole = known.iloc[0], int(known["3"].sum())
    name = reference.label("fields", most["field"])
    recorded = " có ghi lĩnh vực" if len(known) < len(rows) else ""
    share = f"{number(most['3'])}/{number(whole)} hồ sơ{recorded}"
    if len(known) == 1:
        return f"Hồ sơ nhận giải quyết thuộc lĩnh vực {name} ({share})."
    first = f", nhiều nhất là {name} ({share})" if (known["3"] == most["3"]).sum() == 1 else ""
    return f"Hồ sơ nhận giải quyết thuộc {number(len(known))} lĩnh vực{first}."


def _results(paper: Document, part: CommuneSlice, targets: Targets) -> None:
    section(paper, "II. KẾT QUẢ GIẢI QUYẾT")
    prose(paper, *narrative.results(part))
    prose(paper, f"Số liệu theo lĩnh vực tại Phụ lục I ({forms.NUMBER}).")
    figures = part.all_figures
    prose(paper, "So với chỉ tiêu được giao:" if targets else narrative.targets(part))
    for indicator, (_, told) in targets:
        figure = figures[indicator.name]
        counts = figure["numerator"], figure["denominator"]
        share = "" if figure["value"] is None else f"{percent(*counts)} ({'/'.join(map(number, counts))}); "
        state = formats.lower_first(told.partition(" ")[2])  # without the mark that a page sets before it
        prose(paper, f"- {indicator.label}: {share}{state}.")


def _shortcomings(paper: Document, part: CommuneSlice, points: Sequence[Finding]) -> None:
    section(paper, "III. TỒN TẠI, NGUYÊN NHÂN")
    prose(paper, narrative.overdue_intro(part))
    late, pending = narrative.late_sentences(part), narrative.pending_overdue_sentences(part)
    # Causes are told once, of all overdue dossiers.
    told = {narrative.causes(rows) for rows in part.by_outcome.values()}
    late, pending = ([sentence for sentence in each if sentence not in told] for each in (late, pending))
    prose(paper, *late)
    prose(paper, *pending, "Danh sách tại Phụ lục II." if pending else "")
    prose(paper, narrative.apologies(part))
    if points:
        prose(paper, "Nội dung đơn vị cần rà soát, giải trình:")
    for point in points:  # addressed to a delegation: an office does not inspect itself
        prose(paper, f"- {point.sentence.replace('Cần kiểm tra', 'Cần rà soát')}")
    prose(paper, "Nguyên nhân khách quan, chủ quan:")
    prose(paper, _recorded_causes(part))
    blanks(paper, 2)


def _recorded_causes(part: CommuneSlice) -> str:
    causes = part.overdue["overdue_cause"]
    if causes.isna().all():
        return ""
    names = {code: formats.lower_first(name) for code, name in reference.names("causes").items()}
    of = f"{number(len(causes))} hồ sơ quá hạn"
    return f"Theo ghi nhận trên hệ thống đối với {of}: {listed(causes, names, _MOST_CAUSES)}."


def _proposals(paper: Document, part: CommuneSlice, points: Sequence[Finding], targets: Targets) -> None:
    """What the figures ask to be decided; the decisions are the office's."""
    section(paper, "IV. KIẾN NGHỊ")
    pending = len(part.by_outcome[overdue.PENDING])
    soon = len(part.due_soon)
    behind = [indicator.label for indicator, (state, _) in targets if state in ("missed", "open")]
    subjects = [
        *([f"{number(pending)} hồ sơ đang giải quyết đã quá hạn"] if pending else []),
        *([f"{number(soon)} hồ sơ đến hạn trong {overdue.DUE_SOON_DAYS} ngày sau kỳ báo cáo"] if soon else []),
        *([f"chỉ tiêu chưa đạt ({'; '.join(map(formats.lower_first, behind))})"] if behind else []),
        *([f"{number(len(points))} nội dung cần rà soát, giải trình nêu tại mục III"] if points else []),
    ]
    for place, subject in enumerate([*subjects, "các nội dung khác"], start=1):
        prose(paper, f"{place}. Đối với {subject} (biện pháp, đơn vị chịu trách nhiệm, thời hạn):")
        blanks(paper, 1)


def _signature(paper: Document, part: CommuneSlice) -> None:
    closing(paper, f"Trên đây là báo cáo {formats.lower_first(_SUBJECT)} {_period(part)}./.")
    left, right = two_columns(paper, Mm(65))
    put(left, [
        Line("Nơi nhận:", 12, bold=True, italic=True),
        Line("- …………………………;", 11),
        Line("- …………………………;", 11),
        Line("- Lưu: VT, …………….", 11),
    ], centred=False)  # fmt: skip
    put(right, [
        Line("QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ", 12, bold=True),
        Line("(Ký, đóng dấu)", italic=True),
        Line("", 48),
        Line(DOTS),
    ])  # fmt: skip


def _form(paper: Document, part: CommuneSlice, rows: pd.DataFrame) -> None:
    """Form II.06a on a landscape page of its own."""
    _annex(paper, "I", forms.TITLE, f"({spelled(formats.upper_first(part.period.bounds))})")
    basis = f"{forms.NUMBER}, {forms.CIRCULAR}. {forms.UNIT}"
    cell(paper, basis).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    grids.form(paper, rows)
    for note in notes(part, forms.total(rows)):
        cell(paper, spelled(note))


def _pending_overdue(paper: Document, part: CommuneSlice) -> None:
    """The dossiers that must be answered for first, where there are any."""
    rows = part.by_outcome[overdue.PENDING]
    if rows.empty:
        return
    title = "DANH SÁCH HỒ SƠ ĐANG GIẢI QUYẾT ĐÃ QUÁ HẠN"
    _annex(paper, "II", title, f"(Tính đến hết {formats.prose_day(part.period.last_day)}; quá hạn lâu nhất trước)")
    cell(paper, f"{INTERNAL}.").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    grids.pending_overdue(paper, rows)


def _annex(paper: Document, place: str, title: str, when: str) -> None:
    """The heading of an annex, on a landscape page."""
    turn(paper)
    put(paper, [
        Line(f"Phụ lục {place}", 14, bold=True),
        Line(title, bold=True),
        Line(when),
        Line("(Kèm theo Báo cáo số ……/BC-…… ngày …… tháng …… năm …… của ……………………)", 12, italic=True),
    ])  # fmt: skip
