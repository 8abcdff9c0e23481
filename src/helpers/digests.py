"""Digests of what a report depends on beside its dossiers: a page need not be made again while none of them changes."""

import hashlib
import json
import os
import platform
import subprocess
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from helpers import settings

# What computes, draws or exports; other packages have no say in what a page shows.
PACKAGES: Final = (
    "babel", "holidays", "ipykernel", "ipython", "jinja2", "matplotlib", "mistune", "nbclient", "nbconvert",
    "nbformat", "numpy", "pandas", "papermill", "pyarrow", "python-docx", "seaborn", "xlsxwriter",
)  # fmt: skip
_CODE: Final = (".py", ".j2", ".css", ".json")
_DIGITS: Final = 16


def of(value: Any) -> str:
    """Digest of anything that JSON can hold, whatever the order of its keys.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def of_file(path: Path) -> str:
    """Digest of a file's bytes.

    Returns
    -------
    str
        64 hexadecimal digits, as ``sha256sum`` prints them.
    """
    return of_bytes(path.read_bytes())


def of_bytes(content: bytes) -> str:
    """Digest of bytes.

    Returns
    -------
    str
        As ``of_file``.
    """
    return hashlib.sha256(content).hexdigest()


def helpers() -> str:
    """Digest of the helpers: code, templates and style."""
    return _of_folder(Path(__file__).parent, _CODE)


def reference() -> str:
    """Digest of the reference tables; what else lies beside them says nothing about a report."""
    return _of_folder(settings.reference(), ".csv", deep=False)


def notebook(name: str) -> str:
    """Digest of one notebook.

    Raises
    ------
    UserError
        When there is no such notebook.
    """
    return of_file(settings.notebook(name))[:_DIGITS]


@cache
def packages() -> dict[str, str]:
    """Versions of Python and of the packages that have a say in what a page shows."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def code() -> str:
    """Digest of everything that computing needs beside dossiers: helpers, reference tables and packages."""
    return of([helpers(), reference(), packages()])


@cache
def commit() -> str:
    """The commit that last changed what makes a page, with a mark when files differ from it; "" outside a checkout.

    Not the latest commit of all: a page would then change with every word in the documentation.
    """
    made_by = ["src/helpers", "notebooks", "data/reference", "requirements.lock"]
    try:
        last = _git("log", "-1", "--format=%h", "--abbrev=10", "--", *made_by)
        changed = _git("status", "--porcelain", "--", *made_by)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return f"{last}+" if last and changed else last


def _git(*words: str) -> str:
    checkout = Path(__file__).resolve().parents[2]
    run = subprocess.run(["git", *words], cwd=checkout, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def _of_folder(folder: Path, endings: str | tuple[str, ...] = "", deep: bool = True) -> str:
    """Digest of the files in a folder, and in those below it."""
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(endings):
                path = os.path.join(place, name)  # noqa: PTH118 - a report asks three times; a Path takes as long as all
                stat = os.stat(path)  # noqa: PTH116
                found.append((path, stat.st_mtime_ns, stat.st_size))
        if not deep:
            break
    return _of_files(str(folder), tuple(sorted(found)))


@lru_cache(maxsize=8)
def _of_files(folder: str, found: tuple[tuple[str, int, int], ...]) -> str:
    """Digest of the names and contents of some files; they are read again only when one's time or size changes."""
    digest = hashlib.sha256()
    for path, _, _ in found:
        content = Path(path).read_bytes()
        digest.update(f"{Path(path).relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:_DIGITS]
