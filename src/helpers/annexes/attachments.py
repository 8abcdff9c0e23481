"""How the files beside a page travel: in the outputs of the notebook that makes the page, each with a link to it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from IPython.display import display

from helpers import markup, reference
from helpers.annexes import datasets, draft, form, lists
from helpers.areas import Area
from helpers.findings import Finding
from helpers.formats import decimal
from helpers.slices import CommuneSlice

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
WORKBOOK: Final = f"{_OFFICE}.spreadsheetml.sheet"
DOCUMENT: Final = f"{_OFFICE}.wordprocessingml.document"


@dataclass(frozen=True)
class Attachment:
    """A file that goes beside a page.

    Attributes
    ----------
    name : str
        Of the file, without a folder.
    content : bytes
    mime : str
        Type of the content.
    title : str
        What readers call it.
    """

    name: str
    content: bytes = field(repr=False)  # an output has its text form too
    mime: str
    title: str

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        """The link as HTML, and the file itself under its own type, named in the metadata."""
        ending, size = self.name.rpartition(".")[2], f"{decimal(len(self.content) / 1000, 0)} KB"
        link = markup.fragment("attachment", file=self.name, title=self.title, kind=f".{ending}, {size}")
        data = {"text/html": str(link.data), self.mime: base64.b64encode(self.content).decode()}
        return data, {self.mime: {"filename": self.name}}


def attach(part: CommuneSlice, points: Sequence[Finding]) -> None:
    """Display the files of a report; the exporter puts them beside its page.

    Parameters
    ----------
    part : CommuneSlice
    points : sequence of Finding
        What ``findings.find`` gives.
    """
    stem = reference.file_stem(part.code)
    display(
        Attachment(f"{stem}-bieu-II.06a.xlsx", form.workbook(part), WORKBOOK, "Biểu số II.06a (bảng tính)"),
        Attachment(f"{stem}-phu-luc.xlsx", lists.workbook(part, points), WORKBOOK, "Phụ lục số liệu (bảng tính)"),
        Attachment(f"{stem}-du-thao-bao-cao.docx", draft.document(part, points), DOCUMENT, "Dự thảo báo cáo (văn bản)"),
    )


def attach_ranking(area: Area) -> None:
    """Display the workbook of a report on many communes; the exporter puts it beside its page.

    Parameters
    ----------
    area : Area
    """
    name = f"{area.stem}-xep-hang.xlsx"
    display(Attachment(name, datasets.ranking(area), WORKBOOK, "Xếp hạng và điểm 766 của mọi đơn vị (bảng tính)"))
