"""Personal data in a column where they do not belong: found by their form, masked, counted.

Names and addresses have no form. They cannot enter because every text column is a closed vocabulary: what neither
the reference tables nor a profile know is not kept (NĐ 356/2025/NĐ-CP; DOMAIN: dropped when a file is read).
"""

import re
import unicodedata
from functools import cache
from itertools import takewhile
from typing import Final

from helpers import formats, reference

MASK: Final = "***"
# Common surnames, compared without accents. They only serve to mask names of files:
# in columns nothing enters that is not known.
_SURNAMES: Final = (
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đoàn Vương Trịnh Trương Đinh Lâm Phùng "
    "Mai Tô Hà Tạ Nông Lương Cao Thái Châu Tăng Quách Kiều Chu Lưu Thân Tống La Từ Văn Doãn Khuất Mạc Triệu Đàm Bạch"
)
_LONGEST_NAME: Final = 5  # words
_KINDS: Final = ("xa", "phuong", "khu", "tp", "pho", "tinh", "x", "p")  # a place is named next
_FORMS: Final = {
    "email": re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+\.\w{2,}"),
    # A citizen's number has 12 digits, an old identity card 9; also written in groups.
    "identity": re.compile(r"(?<!\d)(?:\d{12}|\d{9}|\d{3}(?:[ .]\d{3}){2,3})(?!\d)"),
    "phone": re.compile(r"(?<!\d)(?:\+?84|0)[ .-]?[35789](?:[ .-]?\d){8}(?!\d)"),
}
# A citizen's number inside a dossier code: province 001 to 096, century and sex, year of birth, six digits. Other
# runs of twelve digits are dates with a count, as in 250701000123.
_IDENTITY_IN_CODE: Final = re.compile(r"(?<!\d)0(?:0[1-9]|[1-8]\d|9[0-6])[0-3]\d{8}(?!\d)")
_PHONE_IN_CODE: Final = re.compile(r"(?<!\d)(?:\+?84|0)[35789]\d{8}(?!\d)")
_DAY_AND_COUNT: Final = re.compile(r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])2[4-9]\d{4}$")
_LETTER_RUN: Final = re.compile(r"[^\W\d_]{7,}")


def masked(text: str) -> tuple[str, list[str]]:
    """A text with identity numbers, phones and e-mail addresses replaced.

    Parameters
    ----------
    text : str

    Returns
    -------
    text : str
        ``***`` for each of them.
    kinds : list of str
        "identity", "phone" or "email", one for each that was replaced.
    """
    kinds: list[str] = []
    for kind, form in _FORMS.items():
        text, count = form.subn(MASK, text)
        kinds += [kind] * count
    return text, kinds


def in_code(code: str) -> bool:
    """Whether a dossier code holds, or is, a citizen's number, a phone, also one written in groups, or a name."""
    joined = re.sub(r"[./_-]", "", code)
    texts = [code, joined] if joined.isdigit() else [code]
    phones = [found[0] for text in texts for found in _PHONE_IN_CODE.finditer(text)]
    return (
        any(_IDENTITY_IN_CODE.search(text) for text in texts)
        # A day, month and year with a count, as in 0307250001, looks like a phone.
        or any(not _DAY_AND_COUNT.match(phone) for phone in phones)
        or any(_begins_with_name(run) for run in _LETTER_RUN.findall(code))
    )


def _begins_with_name(letters: str) -> bool:
    """Whether letters without blanks begin as a person's name does: NguyenVanAn, TRANTHIB."""
    folded = formats.fold(letters)
    known = (name for name in _surnames() if folded.startswith(name))
    return any(len(name) > 3 or folded[len(name) :].startswith(("van", "thi")) for name in known)


def file_name(name: str) -> str:
    """A file's name for logs, messages and pages.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        Numbers of people masked, and what looks like a person's name: a surname and words with capitals, unless it
        is the name of a place. On one line, nothing that a terminal would obey.
    """
    plain = without_names(masked(unicodedata.normalize("NFC", name))[0])
    return "".join(char if char.isprintable() else "?" for char in plain)


def without_names(text: str) -> str:
    """Mask a surname and the words with capitals behind it, where no word for a place stands before."""
    parts = re.split(r"([ _.-]+)", text)  # words, and what is between them
    for at in range(0, len(parts), 2):
        words = [word for word in parts[at : at + 2 * _LONGEST_NAME : 2] if word]
        name = list(takewhile(lambda word: word.isalpha() and word[0].isupper(), words))
        before = formats.fold(parts[at - 2]) if at else ""
        if len(name) > 1 and formats.fold(name[0]) in _surnames() and before not in _KINDS and not _is_city(name):
            parts[at : at + 2 * len(name) - 1] = [MASK, *[""] * (2 * len(name) - 2)]
    return "".join(parts)


@cache
def _surnames() -> frozenset[str]:
    return frozenset(formats.fold(_SURNAMES).split())


def _is_city(words: list[str]) -> bool:
    return any(reference.same_province(" ".join(words), name) for name in reference.provinces().values())
