"""One zip of report pages for a USB stick: pages, annexes, index, checksums, read-me; the same bytes every time."""

import datetime
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from helpers import digests, files, manifest
from helpers.errors import UserError
from helpers.export import site
from helpers.manifest import Entry

READ_ME: Final = "DOC-TRUOC.txt"
SUMS: Final = "SHA256SUMS"
# Pages, annexes, and what is printed of them. Notebooks, logs and manifests name folders of the office's machine, and
# `figures` holds small counts for other systems.
BELONGS: Final = (".html", ".xlsx", ".docx", ".pdf")
_SCRATCH: Final = ".bundle-"
_LOCK: Final = "lock"
_LINK: Final = re.compile(rb'<a\b[^>]*\bhref="([^"#]+)[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
_UNIX: Final = 3
_PLAIN_FILE: Final = 0o100644 << 16


@dataclass(frozen=True)
class Parcel:
    """The files of one period and province.

    Attributes
    ----------
    folder : Path
        Where they stand.
    names : list of str
    entries : dict
        What the manifest says of the reports, for the index.
    mark : str
        Part of their names and of the links between them that is left out in the bundle.
    """

    folder: Path
    names: list[str]
    entries: dict[str, Entry] = field(default_factory=dict)
    mark: str = ""


def write(path: Path, parcels: Sequence[Parcel], read_me: str, day: datetime.date) -> None:
    """Pack pages with an index of their own, checksums and a read-me.

    Parameters
    ----------
    path : Path
        Of the zip; appears complete or not at all.
    parcels : sequence of Parcel
    read_me : str
    day : date
        Stands at every file in place of the time.

    Raises
    ------
    UserError
        When a file's name would not come out on every system, or the zip cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _scratch(path.parent) as staged, files.beside(path) as new:
            for parcel in parcels:
                _stage(parcel, staged)
            site.write_index(staged)
            # Why a report failed is the office's own matter: the index names it, the read-me too.
            for own in (staged / site.FAILURES, *staged.glob(f"*/*/{manifest.NAME}")):
                own.unlink()
            for page in staged.rglob("*.html"):
                _unlink(page)
            # For the editor that comes with Windows.
            (staged / READ_ME).write_bytes(read_me.replace("\n", "\r\n").encode("utf-8-sig"))
            sums = [f"{digests.of_file(staged / name)}  {name}\n" for name in _names(staged)]
            (staged / SUMS).write_bytes("".join(sums).encode())
            _zip(staged, new, day)
    except OSError as error:
        fix = "Close it where it is open, or name another file with --output."
        raise UserError(f"{path} cannot be written: {error.strerror}. {fix}") from error


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder to put a bundle together in; those that bundles were killed in are removed.

    On the disk of the zip: the pages of a country would not fit where temporary files are kept in memory.
    """
    for left in folder.glob(f"{_SCRATCH}*"):
        try:
            with FileLock(left / _LOCK, timeout=0):
                pass
        except Timeout:  # one that is being made now
            continue
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=folder) as made, FileLock(Path(made) / _LOCK):
        staged = Path(made) / "pages"
        staged.mkdir()
        yield staged


def _stage(parcel: Parcel, staged: Path) -> None:
    """Copy the files of a parcel to where they stand in the bundle."""
    target = staged / parcel.folder.parent.name / parcel.folder.name
    target.mkdir(parents=True)
    for name in parcel.names:
        source, new = parcel.folder / name, target / _unmarked(name, parcel.mark)
        if not name.isascii():
            raise UserError(f"{source}: not every system can read this name. Use letters without accents in it.")
        if parcel.mark and source.suffix == ".html":
            new.write_text(_unmarked(source.read_text(encoding="utf-8"), parcel.mark), encoding="utf-8", newline="\n")
        else:
            shutil.copyfile(source, new)
    entries = {
        _unmarked(f"{name}.html", parcel.mark).removesuffix(".html"): replace(
            entry,
            failure=None if entry.failure is None else {},
            outputs={_unmarked(each, parcel.mark): digest for each, digest in entry.outputs.items()},
        )
        for name, entry in parcel.entries.items()
    }
    reports = {name: asdict(entry) for name, entry in entries.items()}
    (target / manifest.NAME).write_text(json.dumps({"reports": reports}), encoding="utf-8")


def _unlink(page: Path) -> None:
    """Leave of the links to what is not in the bundle their texts: a page was made when other pages stood beside it."""
    before = page.read_bytes()
    after = _LINK.sub(lambda link: link[0] if (page.parent / link[1].decode()).is_file() else link[2], before)
    if after != before:
        page.write_bytes(after)


def _unmarked(text: str, mark: str) -> str:
    return text.replace(f".{mark}.html", ".html") if mark else text


def _names(staged: Path) -> Iterator[str]:
    yield from sorted(path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file())


def _zip(staged: Path, path: Path, day: datetime.date) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in _names(staged):
            told = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            told.compress_type, told.create_system, told.external_attr = zipfile.ZIP_DEFLATED, _UNIX, _PLAIN_FILE
            packed.writestr(told, (staged / name).read_bytes())
