"""Form II.06a as a table of a paper."""

from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from typing import Any, Final

import pandas as pd
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.table import CT_Row, CT_Tbl
from docx.shared import Mm

from helpers import forms, reference
from helpers.annexes import papers
from helpers.annexes.papers import Line
from helpers.annexes.texts import printable
from helpers.formats import number

_WIDTHS: Final = (Mm(10), Mm(55), *[Mm(17)] * (forms.WIDTH - 2))
_HEAD_ROWS: Final = 4


def add(paper: Document, rows: pd.DataFrame) -> None:
    """Put the form at the end of a paper, a row a field and the total row, with its notes.

    Parameters
    ----------
    paper : Document
    rows : DataFrame
        What ``forms.ii_06a`` gives by field.
    """
    total = forms.total(rows)
    table = deepcopy(_blank())
    paper.element.body.insert_element_before(table, "w:sectPr")
    last = table.tr_lst[-1]
    for place, row in enumerate(rows.to_dict("records"), start=1):
        added = deepcopy(last)
        last.addprevious(added)
        _fill(added, [str(place), reference.label("fields", row["field"]), *_counts(row)])
    _fill(last, ["", forms.TOTAL, *_counts(total)], bold=True)
    for note in forms.notes(total):
        paper.add_paragraph(note, "Cell")


def _counts(row: Any) -> list[str]:
    return [number(row[column]) for column in forms.COUNTED]


def _fill(row: CT_Row, texts: Sequence[str], bold: bool = False) -> None:
    """Put texts into the cells of a copied row, each of which holds one run with one text."""
    for cell, text in zip(row.tc_lst, texts, strict=True):
        run = cell.p_lst[0].r_lst[0]
        run.t_lst[0].text = printable(text)
        if bold:
            run.get_or_add_rPr().append(OxmlElement("w:b"))


@cache
def _blank() -> CT_Tbl:
    """The form's head and one row to be filled: built once a process, for that is slow, and copied into each paper."""
    table = papers.new().add_table(_HEAD_ROWS + 1, forms.WIDTH, "Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = width
    for place, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if place < _HEAD_ROWS:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, width in zip(row.cells, _WIDTHS, strict=True):
            cell.width, cell.vertical_alignment = width, WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for span in forms.head():
        cell = table.cell(span.top, span.left).merge(table.cell(span.bottom, span.right))
        papers.put(cell, [Line(span.text, 10, bold=True)])
    for place, cell in enumerate(table.rows[_HEAD_ROWS].cells):
        paragraph = cell.paragraphs[0]
        paragraph.style = "Cell"
        paragraph.add_run("0")
        if place != 1:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if place else WD_ALIGN_PARAGRAPH.CENTER
    made: CT_Tbl = table._tbl
    return made
