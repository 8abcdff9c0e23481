"""The table of form II.06a."""

from collections.abc import Hashable
from typing import Any, Final

from IPython.display import HTML

from helpers import forms, markup, reference
from helpers.formats import number
from helpers.markup import Cell, Head, Rows
from helpers.slices import Slice

_HEADS: Final = (
    (
        Head(forms.PLACE, rows=2),
        Head(forms.FIELD, "text", rows=2),
        *(Head(group, columns=len(names)) for group, names in forms.GROUPS),
    ),
    tuple(Head(name) for _, names in forms.GROUPS for name in names),
    tuple(Head(f"({column})", "text" if column == 2 else "number") for column in range(1, forms.WIDTH + 1)),
)
_ALARMING: Final = ("10", "13")


def form_06a(part: Slice) -> HTML:
    """The table of form II.06a: a row a field, a total row, numbered columns.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    counts = part.form
    rows, total = counts.to_dict("records"), forms.total(counts)
    most = max((row["3"] for row in rows), default=0) or 1
    body: Rows = [
        [str(place), reference.label("fields", row["field"]), *_cells(row, most)]
        for place, row in enumerate(rows, start=1)
    ]
    notes = [f"{forms.NUMBER}, {forms.CIRCULAR}. {forms.UNIT}.", *forms.notes(total)]
    if not part.knows_carried_over:
        notes.append(forms.begins(part.data_from))
    caption = f"Tình hình, kết quả giải quyết theo lĩnh vực, {part.period.bounds}"
    return markup.table(caption, _HEADS, body, ["", forms.TOTAL, *_cells(total)], notes, row_head=1, wide=True)


def _cells(row: dict[Hashable, Any], most: int = 0) -> list[Cell]:
    cells = []
    for column in forms.COUNTED:
        value = int(row[column])
        bar = value / most if most and column == "3" else None
        cells.append(Cell(number(value), bar, alarm=column in _ALARMING and value > 0))
    return cells
