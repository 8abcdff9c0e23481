"""Administrative papers as .docx files: page, styles and frame of NĐ 30/2020/NĐ-CP; same text, same bytes."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import BytesIO
from typing import Final

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from helpers.annexes.texts import FONT, printable, spelled

_LONG, _SHORT = Mm(297), Mm(210)
_LONGEST_TITLE: Final = 255  # letters, by Open XML
_MARGINS: Final = {"top": Mm(20), "bottom": Mm(20), "left": Mm(30), "right": Mm(15)}
TEXT_WIDTH: Final = Mm(210 - 30 - 15)
_KEPT_STYLES: Final = {"Normal", "Header", "Default Paragraph Font", "Normal Table", "No List", "Table Grid"}
_KEPT_PARTS: Final = (
    "officeDocument", "core-properties", "extended-properties", "styles", "settings", "fontTable", "theme", "header",
)  # fmt: skip
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Line:
    """A line of a paper's frame.

    Attributes
    ----------
    text : str
    size : float
        In points; of a line without text its height.
    bold, italic : bool
    rule : float
        Millimetres left free on both sides of a line that is drawn below it; 0 for no line.
    """

    text: str
    size: float = 13
    bold: bool = False
    italic: bool = False
    rule: float = 0


def new() -> Document:
    """An empty paper: A4 portrait, with the styles ``Prose``, ``Cell`` and ``Blank``."""
    return docx.Document(BytesIO(_template()))


def packed(paper: Document, title: str, day: date) -> bytes:
    """The finished file.

    Parameters
    ----------
    paper : Document
    title : str
        For the file's properties.
    day : date
        Stands in the properties in place of the time of day.

    Returns
    -------
    bytes
    """
    properties = paper.core_properties
    properties.title = printable(title)[:_LONGEST_TITLE]
    properties.created = properties.modified = datetime(day.year, day.month, day.day)
    saved, made = BytesIO(), BytesIO()
    paper.save(saved)
    # python-docx stamps each part with the time of day.
    with zipfile.ZipFile(saved) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(zipfile.ZipInfo(name, _ZIP_TIME), before.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def put(where: Document | _Cell, lines: Sequence[Line], centred: bool = True) -> None:
    """Write lines one below the other, at the end of a paper or into an empty cell.

    Parameters
    ----------
    where : Document or _Cell
    lines : sequence of Line
    centred : bool
        Or set to the left.
    """
    for place, line in enumerate(lines):
        # A cell comes with a paragraph.
        paragraph = where.paragraphs[0] if place == 0 and isinstance(where, _Cell) else where.add_paragraph()
        run = paragraph.add_run(printable(line.text))
        run.font.size, run.bold, run.italic = Pt(line.size), line.bold or None, line.italic or None
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if not line.text:
            paragraph.paragraph_format.line_spacing = Pt(line.size)
        if line.rule:
            _draw_rule(paragraph, Mm(line.rule))


def _draw_rule(paragraph: Paragraph, inset: Length) -> None:
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = inset
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in {"val": "single", "sz": "6", "space": "1", "color": "auto"}.items():
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    # Where the schema wants it among a paragraph's properties.
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def section(paper: Document, title: str) -> None:
    """Write the heading of a part of the text; it stays with what follows."""
    paragraph = _styled(paper, "", "Prose")
    paragraph.add_run(title).bold = True
    paragraph.paragraph_format.keep_with_next = True


def prose(paper: Document, *sentences: str) -> None:
    """Write a paragraph, days and bounds in words; without sentences none."""
    text = " ".join(sentence for sentence in sentences if sentence)
    if text:
        _styled(paper, spelled(text), "Prose")


def closing(paper: Document, sentence: str) -> None:
    """Write the last sentence of the text, days and bounds in words; it stays with the signature below it."""
    _styled(paper, spelled(sentence), "Prose").paragraph_format.keep_with_next = True


def cell(paper: Document, text: str) -> Paragraph:
    """Write a line in the small type of the tables."""
    return _styled(paper, text, "Cell")


def _styled(paper: Document, text: str, style: str) -> Paragraph:
    """A paragraph in a style of the template: by its id, for to look its name up takes longer than the rest."""
    paragraph = paper.add_paragraph(printable(text))
    paragraph._p.style = style
    return paragraph


def blanks(paper: Document, lines: int) -> None:
    """Write dotted lines, for the office to fill in."""
    for _ in range(lines):
        _styled(paper, "\t", "Blank")


def two_columns(paper: Document, left: Length) -> tuple[_Cell, _Cell]:
    """Two blocks of the frame beside each other on one page, without lines; the left one so wide."""
    table = paper.add_table(1, 2)
    table.autofit = False
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cells = table.rows[0].cells
    for column, cell, width in zip(table.columns, cells, (left, Length(TEXT_WIDTH - left)), strict=True):
        column.width = cell.width = width
    return cells[0], cells[1]


def turn(paper: Document) -> None:
    """Begin a landscape page, whose number is printed."""
    section = paper.add_section(WD_SECTION.NEW_PAGE)
    # The break is a paragraph, which at full height would need a page of its own after a full one.
    paper.paragraphs[-1].paragraph_format.line_spacing = Pt(1)
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, _LONG, _SHORT
    section.different_first_page_header_footer = False


@cache
def _template() -> bytes:
    """The empty paper, made once a process: without the parts and styles that python-docx brings and nobody uses."""
    paper = docx.Document()
    for part in (paper.part, paper.part.package):
        for key in [key for key, relation in part.rels.items() if not relation.reltype.endswith(_KEPT_PARTS)]:
            del part.rels[key]
    for style in list(paper.styles):
        if style.name not in _KEPT_STYLES:
            style.delete()
    _set_styles(paper)
    _set_page(paper)
    paper.core_properties.author = paper.core_properties.comments = ""
    buffer = BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


def _set_styles(paper: Document) -> None:
    normal: ParagraphStyle = paper.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(14)
    for script in ("eastAsia", "cs"):
        normal.element.rPr.rFonts.set(qn(f"w:{script}"), FONT)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1
    prose, cell, blank = (paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH) for name in ("Prose", "Cell", "Blank"))
    for style in (prose, cell, blank):
        style.base_style = normal
    prose.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    prose.paragraph_format.first_line_indent = Mm(10)
    prose.paragraph_format.space_after = blank.paragraph_format.space_after = Pt(6)
    cell.font.size = Pt(10)
    blank.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _set_page(paper: Document) -> None:
    """A4 portrait; the page's number in the middle of the top margin, from the second page on."""
    page = paper.sections[0]
    page.page_width, page.page_height = _SHORT, _LONG
    for side, width in _MARGINS.items():
        setattr(page, f"{side}_margin", width)
    page.header_distance = page.footer_distance = Mm(10)
    page.different_first_page_header_footer = True
    line = page.header.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    line._p.append(field)
