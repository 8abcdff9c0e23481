"""Words that the files beside a page share, and what their formats cannot hold."""

import re
from typing import Final

from helpers import formats
from helpers.slices import Slice

FONT: Final = "Times New Roman"
# Left for the office to fill in.
DOTS: Final = "…" * 12
# A dossier's code looks it up on public portals, so the lists stay in the house.
INTERNAL: Final = "Tài liệu nội bộ phục vụ kiểm tra: có mã hồ sơ, không công khai"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def unit(part: Slice) -> str:
    """The unit with its province: "Xã Đường An, thành phố Hải Phòng"."""
    return part.name if part.of_province else f"{part.name}, {formats.lower_first(part.province)}"


def printable(text: str) -> str:
    """A text without the characters that no XML file may hold: one of them, from an export, would spoil the file."""
    return _NOT_XML.sub("", text)
