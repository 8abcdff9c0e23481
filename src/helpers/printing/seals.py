"""The same bytes from the same page, and a last line in each PDF that says what it was made from.

So a PDF is known to be of its page, and unchanged since, wherever the two are copied: nothing else need be kept.
"""

import re
from pathlib import Path
from typing import Final

from helpers import digests

# Where a page stands while it is printed: what its links begin with until they are made relative again.
ADDRESS: Final = "http://tthc.invalid/"
_MARK: Final = b"% tthc "
_DATES: Final = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)")
# What the tags call a cell that others name; numbered through all the pages that one browser has printed.
_NODES: Final = re.compile(rb"\(node(\d{8})\)")
_LINKS: Final = re.compile(rb"/URI \(" + re.escape(ADDRESS.encode()) + rb"([^)]*)\)")


def pdf_of(page: Path) -> Path:
    """Where the PDF of a page stands: beside it, under its name."""
    return page.with_suffix(".pdf")


def is_current(page: Path) -> bool:
    """Whether the PDF of a page stands beside it, was printed from it as it is, and has not been changed."""
    return is_sealed(pdf_of(page), digests.of_file(page))


def is_sealed(pdf: Path, source: str) -> bool:
    """Whether a PDF is there, was made from a source, and has not been changed.

    Parameters
    ----------
    pdf : Path
    source : str
        Digest of what it should have been made from.
    """
    try:
        body, _, rest = pdf.read_bytes().rpartition(_MARK)
    except OSError:
        return False
    said, _, end = rest.partition(b"\n")
    return said.decode("latin-1") == f"{source} {digests.of_bytes(body + end)}"


def seal(content: bytes, source: str) -> bytes:
    """Add a comment to a PDF that says what it was made from, and what its other bytes are.

    Parameters
    ----------
    content : bytes
        The PDF.
    source : str
        Digest of what it was made from.
    """
    # Behind all that the table of places counts, and before the lines that readers look for at the very end.
    body, word, place = content.rpartition(b"startxref")
    return body + _MARK + f"{source} {digests.of_bytes(content)}\n".encode() + word + place


def steadied(content: bytes) -> bytes:
    """A PDF as Chromium writes it without what tells one printing from another, and with links that lead beside it.

    Spaces take the place of what is left out, so that every object stays where the table of places says.
    """
    without = _DATES.sub(lambda found: b" " * len(found[0]), content)
    numbers = {node: number for number, node in enumerate(sorted(set(_NODES.findall(without))), 1)}
    without = _NODES.sub(lambda found: b"(node%08d)" % numbers[found[1]], without)
    return _LINKS.sub(lambda found: (b"/URI (" + found[1] + b")").ljust(len(found[0])), without)
