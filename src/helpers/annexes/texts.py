"""Words that the files beside a page share, those of a paper, and what their formats cannot hold."""

import re
from collections.abc import Hashable
from typing import Any, Final

import pandas as pd

from helpers import formats, forms, reference
from helpers.slices import Slice

FONT: Final = "Times New Roman"
# Left for the office to fill in.
DOTS: Final = "…" * 12
# A dossier's code looks it up on public portals, so the lists stay in the house.
INTERNAL: Final = "Tài liệu nội bộ phục vụ kiểm tra: có mã hồ sơ, không công khai"
_DAY: Final = re.compile(r"(?:\b([Nn]gày) )?(?<![\w/.-])(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/(\d{4})(?![\w/-])")
# "Lower than a target" needs no "at least".
_BOUNDS: Final = (
    (re.compile(r"(hơn chỉ tiêu) [≥≤] "), r"\1 "),
    (re.compile(r"≥ ([\d,]+%)"), r"từ \1 trở lên"),
    (re.compile(r"≤ ([\d,]+%)"), r"không quá \1"),
)
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def notes(part: Slice, total: dict[Hashable, int]) -> list[str]:
    """The notes below form II.06a.

    Parameters
    ----------
    part : CommuneSlice
    total : dict
        What ``forms.total`` gives.

    Returns
    -------
    list of str
        Sentences; empty when there is nothing to tell.
    """
    return [*forms.notes(total), *([] if part.knows_carried_over else [forms.begins(part.data_from)])]


def labels(table: str, codes: "pd.Series[Any]") -> list[str]:
    """What a reference table calls each of some codes, looked up once a code."""
    known = codes.fillna("")
    names = {code: reference.label(table, code) for code in known.unique()}
    return [names[code] for code in known]


def printable(text: str) -> str:
    """A text without the characters that no XML file may hold, for they would spoil it, and those that turn lines."""
    return formats.unturned(_NOT_XML.sub("", text))


def spelled(text: str) -> str:
    """A sentence of the page as a paper says it: days and bounds in words.

    Parameters
    ----------
    text : str
        "từ 01/07/2025, chỉ tiêu ≥ 60%"

    Returns
    -------
    str
        "từ ngày 01 tháng 7 năm 2025, chỉ tiêu từ 60% trở lên"

    Notes
    -----
    Dates in running text: NĐ 30/2020/NĐ-CP (DOMAIN §8).
    """
    for sign, words in _BOUNDS:
        text = sign.sub(words, text)
    return _DAY.sub(lambda day: f"{day[1] or 'ngày'} {day[2]} tháng {formats.month(int(day[3]))} năm {day[4]}", text)
