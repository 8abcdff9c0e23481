"""Text in the encodings that offices use, brought to UTF-8."""

import codecs
from typing import Final

_SAMPLE: Final = 1 << 20


def utf8(raw: bytes) -> bytes:
    """A text file in UTF-8 without a byte order mark; bytes that cannot be read become U+FFFD.

    Parameters
    ----------
    raw : bytes
        UTF-8, UTF-16 or Windows-1258 (Vietnamese), with or without a mark.

    Returns
    -------
    bytes
    """
    text = raw.removeprefix(codecs.BOM_UTF8)
    name = _utf16(raw)
    if name is None:
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            name = "utf-8" if raw is not text or _is_mostly_utf8(text) else "cp1258"
        else:
            return text
    return text.decode(name, errors="replace").encode("utf-8", errors="replace")


def _utf16(raw: bytes) -> str | None:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # In UTF-16 every other byte of a digit or Latin letter is zero; a few stray zeros are damage.
    head = raw[:_SAMPLE]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) <= len(head) // 8:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_mostly_utf8(text: bytes) -> bool:
    """Whether damaged text is UTF-8 of which some rows are lost, not another encoding throughout."""
    decoded = text.decode("utf-8", errors="surrogateescape")
    damaged = sum("\udc80" <= char <= "\udcff" for char in decoded)
    return sum(char > "\x7f" for char in decoded) - damaged > damaged
