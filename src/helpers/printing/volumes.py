"""The PDFs of a province bound into one, with bookmarks to each commune and its sections."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from helpers import digests, files
from helpers.printing import seals

if TYPE_CHECKING:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import IndirectObject

_ENDING: Final = "-toan-bo.pdf"


@dataclass(frozen=True)
class Part:
    """One PDF of a volume.

    Attributes
    ----------
    title : str
        Its bookmark.
    page : Path
        The page that it was printed from.
    """

    title: str
    page: Path


def volume_of(folder: Path, unit: str) -> Path:
    """Where the volume of a folder of pages stands.

    Parameters
    ----------
    folder : Path
    unit : str
        What the files of the whole are called: "31-thanh-pho-hai-phong".
    """
    return folder / f"{unit}{_ENDING}"


def discard_old(page: Path) -> None:
    """Remove what was printed of an earlier page, and the volume that holds it: nobody shall hand that over."""
    pdf = seals.pdf_of(page)
    if pdf.exists() and not seals.is_current(page):
        for old in [pdf, *page.parent.glob(f"*{_ENDING}")]:
            old.unlink(missing_ok=True)


def bind(volume: Path, title: str, parts: Sequence[Part]) -> bool:
    """Bind PDFs into one.

    Parameters
    ----------
    volume : Path
        Written anew only when a part has changed, or it is not as it was written.
    title : str
        Of the whole; the first bookmark, under which the parts stand.
    parts : sequence of Part
        In the order of the sheets; their PDFs are there.

    Returns
    -------
    bool
        Whether it was written.

    Notes
    -----
    The parts are tagged for readers who cannot see, the volume is not: no free library joins the tags of documents.
    """
    source = digests.of([title, [[part.title, digests.of_file(seals.pdf_of(part.page))] for part in parts]])
    if seals.is_sealed(volume, source):
        return False
    with files.beside(volume) as new:
        new.write_bytes(seals.seal(_bound(title, parts), source))
    return True


def _bound(title: str, parts: Sequence[Part]) -> bytes:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject, TextStringObject

    writer = PdfWriter()
    whole = None
    for part in parts:
        reader, first = PdfReader(seals.pdf_of(part.page)), len(writer.pages)
        writer.append(reader, import_outline=False)
        whole = whole or writer.add_outline_item(title=title, page_number=0)
        name = writer.add_outline_item(title=part.title, page_number=first, parent=whole, is_open=False)
        _mark_sections(writer, name, reader, first)
    writer.add_metadata({"/Title": title})
    writer.root_object[NameObject("/Lang")] = TextStringObject("vi")
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _mark_sections(writer: "PdfWriter", above: "IndirectObject", reader: "PdfReader", first: int) -> None:
    """Give a part the bookmarks of its sections: what stands in its PDF under the title of the page."""
    from pypdf.generic import Fit

    titled = next((entry for entry in reader.outline if isinstance(entry, list)), [])
    for section in titled:
        if not isinstance(section, list):
            number = reader.get_destination_page_number(section)
            place = Fit.xyz(top=section.top)
            writer.add_outline_item(
                title=str(section.title), page_number=first + (number or 0), parent=above, fit=place
            )
