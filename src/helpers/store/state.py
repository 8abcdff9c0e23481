"""What a store holds at one moment, as ``snapshot.json`` says."""

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from helpers import digests
from helpers.errors import UserError

Origin = Literal["import", "sample"]
SNAPSHOT: Final = "snapshot.json"
FORMAT: Final = 2


@dataclass(frozen=True)
class Part:
    """One Parquet file of dossiers of one province, by commune and time received.

    Attributes
    ----------
    path : str
        Relative to the store.
    province : str
        Two-digit code.
    month : str
        "2025-07": dossiers received in that month that ended before 1 September. "" for the long ones of every
        month, open ones included.
    rows : int
    first_received, last_received : str
        ISO date and time.
    last_ended : str
        ISO date and time; "" when it holds open dossiers.
    """

    path: str
    province: str
    month: str
    rows: int
    first_received: str
    last_received: str
    last_ended: str

    def concerns(self, start: str, end: str) -> bool:
        """Whether it may hold dossiers received in [start, end), or received before and not ended before start."""
        return self.first_received < end and (
            self.last_received >= start or self.last_ended == "" or self.last_ended >= start
        )


@dataclass(frozen=True)
class Snapshot:
    """What a store holds at one moment.

    Attributes
    ----------
    number : int
        Counts the changes; 0 for an empty store.
    origin : str
        ``sample`` when the dossiers are generated: every page says so.
    parts : tuple of Part
    imports : tuple of dict
        One record an import, oldest first: number, file, sha256, kept_sha256 and what else the importer says.
    last_import : int
        The highest number that an import ever had: numbers are not used again.
    """

    number: int = 0
    origin: Origin = "import"
    parts: tuple[Part, ...] = ()
    imports: tuple[dict[str, Any], ...] = ()
    last_import: int = 0

    def of(self, province: str) -> list[Part]:
        """The files of one province."""
        return [part for part in self.parts if part.province == province]

    @property
    def rows(self) -> int:
        """Number of dossiers."""
        return sum(part.rows for part in self.parts)


def snapshot(folder: Path) -> Snapshot:
    """What the store holds now.

    Parameters
    ----------
    folder : Path
        The store; one that does not exist is empty.

    Returns
    -------
    Snapshot

    Raises
    ------
    UserError
        When the snapshot cannot be read, is damaged, or was written by another version.
    """
    text = _text(folder)
    return Snapshot() if text is None else _parsed(folder, text)


def filled(folder: Path) -> Snapshot:
    """What the store holds, which must be something.

    Raises
    ------
    UserError
        When it holds no dossiers; the message says how to fill it.
    """
    now = snapshot(folder)
    if not now.rows:
        raise UserError(
            f"The dossier store {folder} is empty. Fill it with `tthc import FILE --profile NAME`, "
            "or with sample dossiers by `tthc sample`.",
        )
    return now


def replaceable(folder: Path) -> Snapshot:
    """What the store holds for one who is about to change it: a sample of another version is there to be replaced.

    Returns
    -------
    Snapshot
        Without parts for such a sample.
    """
    text = _text(folder)
    if text is not None:
        raw = _raw(folder, text)
        if raw.get("format") != FORMAT and raw.get("origin") == "sample":
            return Snapshot(int(raw.get("number", 0)), "sample")
    return snapshot(folder)


def identity(folder: Path, province: str) -> str:
    """What tells the dossiers of a province from any others, without reading them.

    Parameters
    ----------
    folder : Path
    province : str
        Two-digit code.

    Returns
    -------
    str
        Sixteen hexadecimal digits: of the store's place and origin, and of each file's name, size and time.
    """
    now = snapshot(folder)
    own = [[part.path, *_stamp(folder / part.path)] for part in now.of(province)]
    return digests.of([str(folder.resolve()), now.origin, own])


def holdings(folder: Path, province: str) -> str:
    """What tells what the store holds of a province from what it held before, wherever the store lies.

    Parameters
    ----------
    folder : Path
    province : str
        Two-digit code.

    Returns
    -------
    str
        Sixteen hexadecimal digits: of its files as the snapshot names them, for no change writes over a file.
    """
    now = snapshot(folder)
    return digests.of([now.origin, [asdict(part) for part in now.of(province)]])


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:  # it is missing: whoever reads it will say so
        return 0, 0
    return found.st_size, found.st_mtime_ns


def named_files(folder: Path) -> set[str]:
    """Data files that count, relative to the store, whatever version wrote the snapshot."""
    text = _text(folder)
    raw = {} if text is None else _raw(folder, text)
    names = {part["path"] for part in raw.get("parts", [])}
    for record in raw.get("imports", []):
        if "number" in record:
            names |= {kept_rows(record["number"]), kept_details(record["number"])}
    return names


def to_json(state: Snapshot) -> str:
    """Text of ``snapshot.json``."""
    record = {"format": FORMAT, **vars(state), "parts": [vars(part) for part in state.parts]}
    return json.dumps(record, ensure_ascii=False, indent=1)


def kept_rows(number: int) -> str:
    """Where the rows of an import are kept, relative to the store."""
    return f"imports/{number:06d}.parquet"


def kept_details(number: int) -> str:
    """Where the details of an import are kept, relative to the store."""
    return f"imports/{number:06d}.json"


def damaged(path: Path, folder: Path, what: str = "is damaged") -> UserError:
    """The error for a file of the store that cannot be used."""
    return UserError(f"{path} {what}. Move the folder {folder} away and import again.")


def _text(folder: Path) -> bytes | None:
    path = folder / SNAPSHOT
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UserError(
            f"{path} cannot be read ({error.strerror}). Mend its permissions, or use --store DIR."
        ) from error


def _raw(folder: Path, text: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise damaged(folder / SNAPSHOT, folder) from error
    if not isinstance(raw, dict):
        raise damaged(folder / SNAPSHOT, folder)
    return raw


@lru_cache(maxsize=4)  # a report asks several times, and years of a nation are thousands of parts
def _parsed(folder: Path, text: bytes) -> Snapshot:
    raw = _raw(folder, text)
    if raw.get("format") != FORMAT:
        raise UserError(
            f"The store {folder} was written by another version. "
            "Import again into a new folder (--store DIR), or make the sample again (`tthc sample`).",
        )
    try:
        parts = tuple(Part(**part) for part in raw["parts"])
        return Snapshot(raw["number"], raw["origin"], parts, tuple(raw["imports"]), raw["last_import"])
    except (KeyError, TypeError) as error:
        raise damaged(folder / SNAPSHOT, folder) from error
