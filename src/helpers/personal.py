"""Personal data in a column where they do not belong: found by their form, masked, counted.

Names and addresses have no form. They cannot enter because every text column is a closed vocabulary: what neither
the reference tables nor a profile know is not kept (NĐ 356/2025/NĐ-CP; DOMAIN: dropped when a file is read).
"""

import re
from typing import Final

MASK: Final = "***"
_FORMS: Final = {
    "email": re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+\.\w{2,}"),
    # A citizen's number has 12 digits, an old identity card 9; also written in groups.
    "identity": re.compile(r"(?<!\d)(?:\d{12}|\d{9}|\d{3}(?:[ .]\d{3}){2,3})(?!\d)"),
    "phone": re.compile(r"(?<!\d)(?:\+?84|0)[ .-]?[35789](?:[ .-]?\d){8}(?!\d)"),
}
# A citizen's number inside a dossier code: province 001 to 096, century and sex, year of birth, six digits. Other
# runs of twelve digits are dates with a count, as in 250701000123.
_IDENTITY_IN_CODE: Final = re.compile(r"(?<!\d)0(?:0[1-9]|[1-8]\d|9[0-6])[0-3]\d{8}(?!\d)")
_PHONE_IN_CODE: Final = re.compile(r"(?:\+?84|0)[35789]\d{8}")


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
    """Whether a dossier code holds, or is, a citizen's number or a phone."""
    return bool(_IDENTITY_IN_CODE.search(code) or _PHONE_IN_CODE.fullmatch(code))


def file_name(name: str) -> str:
    """A file's name for logs and messages: masked, on one line, nothing that a terminal would obey."""
    return "".join(char if char.isprintable() else "?" for char in masked(name)[0])
