"""A draft of the office's own report, in the frame of an administrative paper, for the office to finish."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm

from helpers import formats, forms, headline, indicators, narrative, overdue, reference
from helpers.annexes import grids
from helpers.annexes.papers import Line, blanks, new, packed, prose, put, section, turn, two_columns
from helpers.annexes.texts import DOTS, unit
from helpers.findings import Finding
from helpers.formats import number, percent
from helpers.slices import Slice

_SUBJECT: Final = "Tình hình, kết quả giải quyết thủ tục hành chính"


def document(part: Slice, points: Sequence[Finding]) -> bytes:
    """A draft report with what the dossiers say; number, date and signature are left to the office.

    Parameters
    ----------
    part : Slice
    points : sequence of Finding

    Returns
    -------
    bytes
        Of a .docx file, the same for the same figures.

    Notes
    -----
    Frame of an administrative paper: NĐ 30/2020/NĐ-CP (DOMAIN §8).
    """
    paper, rows = new(), forms.ii_06a(part.cube)
    _heading(paper, part)
    _situation(paper, part, rows)
    _results(paper, part)
    _shortcomings(paper, part, points)
    _proposals(paper, part, points)
    _signature(paper, part)
    _annex(paper, part, rows)
    return packed(paper, f"Dự thảo báo cáo – {unit(part)}", part.period.last_day)


def _heading(paper: Document, part: Slice) -> None:
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
    label = formats.lower_first(part.period.label)
    title = [
        Line("BÁO CÁO", 14, bold=True),
        Line(f"{_SUBJECT} {label}", 14, bold=True),
        Line("", 4, rule=60),
        Line("", 6),
    ]
    put(paper, [Line("", 8), *title, *stamp, Line("", 4)])


def _situation(paper: Document, part: Slice, rows: pd.DataFrame) -> None:
    section(paper, "I. TÌNH HÌNH CHUNG")
    basis = (
        f"Báo cáo lập từ dữ liệu hồ sơ thủ tục hành chính của {formats.lower_first(unit(part))}, "
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
    most, whole = known.iloc[0], int(rows["3"].sum())
    name = reference.label("fields", most["field"])
    share = f"{number(most['3'])}/{number(whole)} hồ sơ"
    if len(known) == 1:
        return f"Hồ sơ nhận giải quyết thuộc lĩnh vực {name} ({share})."
    return f"Hồ sơ nhận giải quyết thuộc {number(len(known))} lĩnh vực, nhiều nhất là {name} ({share})."


def _results(paper: Document, part: Slice) -> None:
    section(paper, "II. KẾT QUẢ GIẢI QUYẾT")
    apologies = narrative.apologies(part)  # said in part III
    prose(paper, *(sentence for sentence in narrative.summary(part) if sentence != apologies))
    prose(paper, f"Số liệu theo lĩnh vực tại Phụ lục I ({forms.NUMBER}).")
    targets, figures = _targets(part), indicators.figures(part.computed)
    if targets:
        prose(paper, "So với chỉ tiêu được giao:")
    for indicator, (_, told) in targets:
        numerator, denominator = figures[indicator.name]["numerator"], figures[indicator.name]["denominator"]
        share = (
            f"{percent(numerator, denominator)} ({number(numerator)}/{number(denominator)}); " if denominator else ""
        )
        state = formats.lower_first(told.partition(" ")[2])  # without the mark that a page sets before it
        prose(paper, f"- {indicator.label}: {share}{state}.")


def _targets(part: Slice) -> list[tuple[indicators.Indicator, tuple[str, str]]]:
    """The indicators that have a target, and how they stand to it."""
    found = indicators.with_target(part.units, pd.Timestamp(part.period.last_day))
    states = [(indicator, headline.target_state(part, indicator.name)) for indicator in found]
    return [(indicator, state) for indicator, state in states if state is not None]


def _shortcomings(paper: Document, part: Slice, points: Sequence[Finding]) -> None:
    section(paper, "III. TỒN TẠI, NGUYÊN NHÂN")
    prose(paper, narrative.overdue_intro(part))
    prose(paper, *narrative.late_sentences(part))
    prose(paper, *narrative.pending_overdue_sentences(part))
    prose(paper, narrative.apologies(part))
    if points:
        prose(paper, "Nội dung cần kiểm tra, làm rõ (là câu hỏi từ số liệu, không phải kết luận):")
    for point in points:
        prose(paper, f"- {point.sentence}")
    prose(paper, "Nguyên nhân khách quan, chủ quan:")
    blanks(paper, 2)


def _proposals(paper: Document, part: Slice, points: Sequence[Finding]) -> None:
    """What the figures ask to be decided; the decisions are the office's."""
    section(paper, "IV. KIẾN NGHỊ")
    pending = int((part.overdue["outcome"] == overdue.PENDING).sum())
    soon = len(overdue.due_soon(part.classed, part.period))
    behind = [indicator.label for indicator, (state, _) in _targets(part) if state in ("missed", "open")]
    subjects = [
        *([f"{number(pending)} hồ sơ đang giải quyết đã quá hạn"] if pending else []),
        *([f"{number(soon)} hồ sơ đến hạn trong {overdue.DUE_SOON_DAYS} ngày sau kỳ báo cáo"] if soon else []),
        *([f"chỉ tiêu chưa đạt ({'; '.join(map(formats.lower_first, behind))})"] if behind else []),
        *([f"{number(len(points))} nội dung cần kiểm tra nêu tại mục III"] if points else []),
    ]
    for place, subject in enumerate([*subjects, "các nội dung khác"], start=1):
        prose(paper, f"{place}. Đối với {subject} (biện pháp, đơn vị chịu trách nhiệm, thời hạn):")
        blanks(paper, 1)


def _signature(paper: Document, part: Slice) -> None:
    about = f"{formats.lower_first(_SUBJECT)} {formats.lower_first(part.period.label)}"
    prose(paper, f"Trên đây là báo cáo {about}./.")
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


def _annex(paper: Document, part: Slice, rows: pd.DataFrame) -> None:
    """Form II.06a on a landscape page of its own."""
    turn(paper)
    put(paper, [
        Line("Phụ lục I", 14, bold=True),
        Line(forms.TITLE, bold=True),
        Line(f"({formats.upper_first(part.period.bounds)})"),
        Line("(Kèm theo Báo cáo số ……/BC-…… ngày …… tháng …… năm …… của ……………………)", 12, italic=True),
    ])  # fmt: skip
    basis = f"{forms.NUMBER}, {forms.CIRCULAR}. {forms.UNIT}"
    paper.add_paragraph(basis, "Cell").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    grids.add(paper, rows)
