"""The files inside a file: plain, gzip or zip, each with a bound on what it may unpack to."""

import gzip
import io
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final

from helpers.errors import UserError

LARGEST: Final = 2 * 1024**3  # bytes of one unpacked file: about ten million dossiers
_PIECE: Final = 1 << 20
_SMALL: Final = 64 << 20  # bytes below which nothing is a bomb
_RATIO: Final = 500  # unpacked to packed; exports come to 10 to 50, a bomb to 1.000
_WORKBOOK: Final = "[Content_Types].xml"  # in every .xlsx, which is a zip itself


def contents(path: Path) -> list[bytes]:
    """What a file holds: itself, or the files packed in it.

    Parameters
    ----------
    path : Path
        Names inside an archive are never used as paths.

    Returns
    -------
    list of bytes
        One entry for a plain or gzip file; for a zip, its files in their order.

    Raises
    ------
    UserError
        When it cannot be unpacked, is locked by a password, or unpacks to more than an export would.
    """
    try:
        raw = path.read_bytes()
        if raw.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(raw)) as packed:
                return [_bounded(packed, len(raw))]
        if raw.startswith(b"PK\x03\x04") and not is_workbook(raw):
            return _members(raw)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError) as error:
        raise UserError("it cannot be unpacked or read. Copy or export it again.") from error
    except RuntimeError as error:  # what zipfile raises for a member that is encrypted
        raise UserError("it is locked by a password. Unpack it and import the files inside.") from error
    return [raw]


def is_workbook(raw: bytes) -> bool:
    """Whether a zip is a workbook of the .xlsx family."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _WORKBOOK in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _members(raw: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if "mimetype" in archive.namelist():
            raise UserError("a file of OpenOffice is not read. Save it as .xlsx.")
        # A Mac adds a folder of its own; names that begin with a dot are no exports either.
        wanted = [
            member
            for member in archive.infolist()
            if not member.is_dir() and not member.filename.startswith("__MACOSX/")
            and not member.filename.rsplit("/", 1)[-1].startswith(".")
        ]  # fmt: skip
        check_size(sum(member.file_size for member in wanted), len(raw))
        return [_bounded(archive.open(member), member.compress_size) for member in wanted]


def _bounded(packed: IO[bytes] | gzip.GzipFile, small: int) -> bytes:
    pieces, size = [], 0
    while piece := packed.read(_PIECE):
        size += len(piece)
        check_size(size, small)  # what an archive says of its size need not be true
        pieces.append(piece)
    return b"".join(pieces)


def check_size(size: int, packed: int) -> None:
    """Refuse what unpacks to more than an export would.

    Parameters
    ----------
    size, packed : int
        Bytes unpacked so far, and packed.

    Raises
    ------
    UserError
    """
    if size > LARGEST or (size > _SMALL and size > _RATIO * packed):
        raise UserError("it unpacks to far more than an export holds. Take out the table that is meant.")
