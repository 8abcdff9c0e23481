"""Folders that machines without a common disk share at an address: their files by content, and listings of them."""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from uuid import uuid4

from filelock import FileLock

from helpers import digests, files
from helpers.errors import UserError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_DIGITS: Final = 16


def offer(address: str, paths: Mapping[str, Path], done: Callable[[], object]) -> str:
    """Put files where other machines find them; what lies there already is not put again.

    Parameters
    ----------
    address : str
        Of a folder, as fsspec reads it: "s3://bucket/folder", "file:///folder".
    paths : mapping
        Each file by its name there: a relative path with "/".
    done : callable
        Called after each file.

    Returns
    -------
    str
        What ``fetch`` finds them by: digest of the listing of names and digests.

    Raises
    ------
    FileNotFoundError
        When a file is missing.
    UserError
        When the address cannot be written to.
    """
    with _at(address) as (storage, root):
        sizes = _sizes(storage, root)
    listing = {}
    for name, path in sorted(paths.items()):
        listing[name] = digests.of_file(path)
        if sizes.get(listing[name]) != path.stat().st_size:  # of a put that was cut short, less lies there
            with path.open("rb") as content, _at(address) as (storage, root):
                _put(storage, f"{root}/{listing[name]}", content)
        done()
    text = json.dumps(listing).encode()
    with _at(address) as (storage, root):
        _put(storage, f"{root}/{digests.of_bytes(text)}", BytesIO(text))
    return digests.of_bytes(text)


def _sizes(storage: "AbstractFileSystem", root: str) -> dict[str, int]:
    storage.makedirs(root, exist_ok=True)
    storage.invalidate_cache()
    with contextlib.suppress(FileNotFoundError):  # a bucket has no empty folders
        return {Path(found["name"]).name: found["size"] for found in storage.ls(root, detail=True)}
    return {}


def _put(storage: "AbstractFileSystem", path: str, content: BinaryIO) -> None:
    """Write a file that appears complete or not at all."""
    with storage.transaction, storage.open(path, "wb") as new:
        shutil.copyfileobj(content, new)


def fetch(address: str, listing: str, into: Path, wanted: Collection[str] | None = None) -> Path:
    """Bring files that were offered to this machine; what it has already is not brought again.

    Parameters
    ----------
    address : str
        As for ``offer``.
    listing : str
        What ``offer`` returned.
    into : Path
        Folder for everything that is brought from there; several processes may use it at once.
    wanted : collection of str, optional
        Names to bring, but for those that were not offered; all by default.

    Returns
    -------
    Path
        Folder with the files by their names.

    Raises
    ------
    UserError
        When the address cannot be read, or a file that lies there is not what was put there.
    """
    folder = into / listing[:_DIGITS]

    def brought(digest: str) -> Path:
        place = into / "files" / digest
        if not place.exists():
            with files.beside(place, f"-{uuid4().hex}") as new:
                with _at(address) as (storage, root):
                    storage.get_file(f"{root}/{digest}", str(new))
                if digests.of_file(new) != digest:
                    raise UserError(
                        f"{_shown(address)}/{digest} is damaged. Delete it, and give the same command again."
                    )
        return place

    listed: dict[str, str] = json.loads(brought(listing).read_bytes())
    for name in listed if wanted is None else listed.keys() & set(wanted):
        if not (folder / name).exists():
            _link(brought(listed[name]), folder / name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _link(path: Path, place: Path) -> None:
    """Give a file another name; a copy where the disk knows no links."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, place)
    except FileExistsError:  # another process was quicker
        pass
    except OSError:
        with files.beside(place, f"-{uuid4().hex}") as new:
            shutil.copyfile(path, new)


@contextlib.contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """Let one process of this machine at a time do something in a folder.

    Parameters
    ----------
    folder : Path
    what : str
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f".{what}.lock"):
        yield


@contextlib.contextmanager
def _at(address: str) -> "Iterator[tuple[AbstractFileSystem, str]]":
    """The storage at an address and the path in it; whatever goes wrong there is told with the address."""
    from fsspec.core import url_to_fs

    if "://" not in address:  # each machine would take it from its own folder
        raise UserError(f"'{address}' is no address. Name one with its kind: s3://BUCKET/FOLDER, file:///FOLDER.")
    try:
        storage, root = url_to_fs(address)
        yield storage, root.rstrip("/")
    except Exception as error:  # each kind of storage raises its own
        fix = (
            "Install that package on every machine."
            if isinstance(error, ImportError)
            else "See that the address and the rights to it are as every machine needs them."
        )
        raise UserError(f"Storage at {_shown(address)}: {type(error).__name__}: {error}. {fix}") from error


def _shown(address: str) -> str:
    """An address without a password in it."""
    return re.sub(r"//[^/@]*@", "//", address)
