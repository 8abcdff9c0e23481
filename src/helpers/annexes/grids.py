"""The tables of a paper: form II.06a, and the dossiers that are pending and overdue."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from functools import cache
from typing import Any, Final, NamedTuple

import pandas as pd
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row, CT_Tbl
from docx.shared import Length, Mm

from helpers import forms, reference
from helpers.annexes import papers
from helpers.annexes.papers import Line
from helpers.annexes.texts import labels, printable
from helpers.formats import day, number
from helpers.forms import Span

LONGEST_LIST: Final = 50
_CENTRE, _LEFT, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT


class _Frame(NamedTuple):
    """What a table is before it has rows: the cells of its head, and how wide and how aligned each column is."""

    head: tuple[Span, ...]
    columns: tuple[tuple[Length, WD_ALIGN_PARAGRAPH], ...]


_FORM: Final = _Frame(
    tuple(forms.head()), ((Mm(10), _CENTRE), (Mm(55), _LEFT), *[(Mm(17), _RIGHT)] * (forms.WIDTH - 2))
)
_LISTED: Final = {
    "TT": (Mm(10), _CENTRE), "Mã hồ sơ": (Mm(44), _LEFT), "Lĩnh vực": (Mm(38), _LEFT), "Tiếp nhận": (Mm(22), _CENTRE),
    "Hạn trả": (Mm(22), _CENTRE), "Số ngày làm việc quá hạn": (Mm(22), _RIGHT), "Nơi giữ": (Mm(46), _LEFT),
    "Nguyên nhân": (Mm(46), _LEFT),
}  # fmt: skip
_LIST: Final = _Frame(tuple(Span(name, 0, place, 0, place) for place, name in enumerate(_LISTED)), (*_LISTED.values(),))


def form(paper: Document, rows: pd.DataFrame) -> None:
    """Put form II.06a at the end of a paper, a row a field and the total row.

    Parameters
    ----------
    paper : Document
    rows : DataFrame
        What ``forms.ii_06a`` gives by field.
    """
    total = forms.total(rows)
    lines = [
        [str(place), reference.label("fields", row["field"]), *_counts(row)]
        for place, row in enumerate(rows.to_dict("records"), start=1)
    ]
    table = _add(paper, _FORM, [*lines, ["", forms.TOTAL, *_counts(total)]])
    for run in table.tr_lst[-1].iter(qn("w:r")):
        run.get_or_add_rPr().append(OxmlElement("w:b"))


def _counts(row: Any) -> list[str]:
    return [number(row[column]) for column in forms.COUNTED]


def pending_overdue(paper: Document, rows: pd.DataFrame) -> None:
    """Put the dossiers that are pending and overdue at the end of a paper, the first of them and a note on the rest.

    Parameters
    ----------
    paper : Document
    rows : DataFrame
        Of ``Slice.overdue``.
    """
    shown = rows.head(LONGEST_LIST)
    lines = zip(
        map(str, range(1, len(shown) + 1)),
        shown["dossier_id"],
        labels("fields", shown["field"]),
        map(day, shown["received_at"]),
        map(day, shown["due_at"]),
        [number(days) if days else "< 1" for days in shown["days_late"]],
        labels("holders", shown["holder"]),
        labels("causes", shown["overdue_cause"]),
        strict=True,
    )
    _add(paper, _LIST, lines)
    if len(rows) > len(shown):
        rest = f"Chỉ in {number(len(shown))} trong {number(len(rows))} hồ sơ"
        papers.cell(paper, f"{rest}; danh sách đầy đủ có trong phụ lục số liệu (bảng tính) kèm theo.")


def _add(paper: Document, frame: _Frame, lines: Iterable[Sequence[str]]) -> CT_Tbl:
    """Put a table at the end of a paper, with a row a line."""
    table = deepcopy(_blank(frame))
    paper.element.body.insert_element_before(table, "w:sectPr")
    empty = table.tr_lst[-1]
    for line in lines:
        row = deepcopy(empty)
        empty.addprevious(row)
        _fill(row, line)
    table.remove(empty)
    return table


def _fill(row: CT_Row, texts: Sequence[str]) -> None:
    """Put texts into the cells of a copied row, each of which holds one."""
    for element, text in zip(row.iter(qn("w:t")), texts, strict=True):
        element.text = printable(text)


@cache
def _blank(frame: _Frame) -> CT_Tbl:
    """A head and one row to be filled: built once a process, for that is slow, and copied into each paper."""
    head_rows = 1 + max(span.bottom for span in frame.head)
    table = papers.new().add_table(head_rows + 1, len(frame.columns), "Table Grid")
    table.autofit = False
    for column, (width, _) in zip(table.columns, frame.columns, strict=True):
        column.width = width
    for place, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if place < head_rows:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, (width, _) in zip(row.cells, frame.columns, strict=True):
            cell.width, cell.vertical_alignment = width, WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for span in frame.head:
        cell = table.cell(span.top, span.left).merge(table.cell(span.bottom, span.right))
        papers.put(cell, [Line(span.text, 10, bold=True)])
    for cell, (_, alignment) in zip(table.rows[head_rows].cells, frame.columns, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.style, paragraph.alignment = "Cell", alignment
        paragraph.add_run("0")
    made: CT_Tbl = table._tbl
    return made
