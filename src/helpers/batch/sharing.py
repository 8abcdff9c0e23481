"""Folders that machines without a common disk share at an address: their files by content, and listings of them."""

import contextlib
import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from filelock import FileLock

from helpers import digests, files
from helpers.errors import UserError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_DIGITS: Final = 16


def offer(address: str, contents: Mapping[str, Path | bytes], done: Callable[[], object]) -> str:
    """Put files where other machines find them; what lies there already is not put again.

    Parameters
    ----------
    address : str
        Of a folder, as fsspec reads it: "s3://bucket/folder", "file:///folder".
    contents : mapping
        Each file, or what is in it, by its name: a relative path with "/".
    done : callable
        Called after each file.

    Returns
    -------
    str
        What ``fetch`` finds them by: digest of the listing of names and digests.

    Raises
    ------
    UserError
        When the address cannot be written to, or a file is missing.
    """
    with _at(address) as (storage, root):
        storage.makedirs(root, exist_ok=True)
        sizes = {}
        with contextlib.suppress(FileNotFoundError):  # a bucket has no empty folders
            sizes = {Path(found["name"]).name: found["size"] for found in storage.ls(root, detail=True, refresh=True)}

        def put(content: Path | bytes) -> str:
            digest = digests.of_bytes(content) if isinstance(content, bytes) else digests.of_file(content)
            size = len(content) if isinstance(content, bytes) else content.stat().st_size
            if sizes.get(digest) != size:  # of a put that was cut short, less lies there
                if isinstance(content, bytes):
                    storage.pipe_file(f"{root}/{digest}", content)
                else:
                    storage.put_file(str(content), f"{root}/{digest}")
            return digest

        listing = {}
        for name, content in sorted(contents.items()):
            listing[name] = put(content)
            done()
        return put(json.dumps(listing).encode())


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
        Names to bring; all by default.

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
    with _at(address) as (storage, root):

        def brought(digest: str) -> Path:
            place = into / "files" / digest
            if not place.exists():
                with files.beside(place, f"-{os.getpid()}") as new:
                    storage.get_file(f"{root}/{digest}", str(new))
                    if digests.of_file(new) != digest:
                        raise UserError(f"{address}/{digest} is damaged. Delete it, and give the same command again.")
            return place

        listed: dict[str, str] = json.loads(brought(listing).read_bytes())
        for name in listed if wanted is None else wanted:
            place = folder / name
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(FileExistsError):  # another process was quicker
                    os.link(brought(listed[name]), place)
    return folder


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

    try:
        storage, root = url_to_fs(address)
        yield storage, root.rstrip("/")
    except UserError:
        raise
    except Exception as error:  # each kind of storage raises its own
        raise UserError(f"Storage at {address}: {type(error).__name__}: {error}. {_fix(error)}") from error


def _fix(error: Any) -> str:
    if isinstance(error, ImportError):
        return "Install that package on every machine."
    return "See that the address and the rights to it are as every machine needs them."
