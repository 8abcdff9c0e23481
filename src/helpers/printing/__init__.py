"""Pages on paper: each page printed to a PDF beside it, and those of a province bound into one."""

from helpers.printing.browsers import Printed, each, require
from helpers.printing.seals import is_current, pdf_of
from helpers.printing.volumes import Part, bind, discard_old, volume_of

__all__ = ["Part", "Printed", "bind", "discard_old", "each", "is_current", "pdf_of", "require", "volume_of"]
