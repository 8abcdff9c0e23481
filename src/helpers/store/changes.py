"""Changing a store: one change at a time, and each as a whole or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pyarrow
import pyarrow.compute as pc
from filelock import FileLock, Timeout

from helpers import files
from helpers.errors import UserError
from helpers.store import parts, state
from helpers.store.state import Origin, Part, Snapshot

_PATIENCE: Final = 600  # seconds that a change waits for another one to end
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Writer:
    """Collects the new files of one change; ``changing`` makes and commits it.

    Attributes
    ----------
    folder : Path
        The store.
    kept : list of Part
        Files of the store before that stay.
    imports : list of dict
        Records of the imports that the store will hold.
    last_import : int
    """

    def __init__(self, folder: Path, before: Snapshot) -> None:
        self.folder = folder
        self.number = before.number + 1
        self.kept = list(before.parts)
        self.imports = list(before.imports)
        self.last_import = before.last_import
        self._new: list[Part] = []
        self._paths: list[Path] = []
        self._long: list[pyarrow.Table] = []

    def add(self, rows: pyarrow.Table) -> None:
        """Write dossiers into new files; the long ones wait until the change ends.

        Parameters
        ----------
        rows : pyarrow.Table
            With ``dossiers.ARROW_SCHEMA``: all of the change that one province received in some months.
        """
        for province, month, piece in parts.split(parts.ordered(rows)):
            if month:
                self.write(province, month, piece)
            else:
                self._long.append(piece)

    def drop(self, part: Part) -> None:
        """Leave a file out of the next snapshot."""
        self.kept.remove(part)

    def write(self, province: str, month: str, rows: pyarrow.Table) -> None:
        """Write the file of one province and month, or of its long dossiers.

        Parameters
        ----------
        province : str
            Two-digit code.
        month : str
            "2025-07", or "" for the long ones.
        rows : pyarrow.Table
            As ``parts.ordered`` gives them.
        """
        if not rows.num_rows:
            return
        place = f"month={month}" if month else "long"
        path = f"province={province}/{place}/{self.number:06d}.parquet"
        if any(part.path == path for part in self._new):
            raise ValueError(f"{path} is written twice in one change")
        self._keep(path, lambda sink: parts.encode(rows, sink))
        self._new.append(_part(path, province, month, rows))

    def keep(self, record: dict[str, Any], rows: bytes, details: bytes) -> None:
        """Log an import: its record in the snapshot, its rows and details beside."""
        self._keep(state.kept_rows(record["number"]), lambda sink: sink.write(rows))
        self._keep(state.kept_details(record["number"]), lambda sink: sink.write(details))
        self.imports.append(record)
        self.last_import = record["number"]

    def finish(self) -> None:
        """Write the long dossiers that ``add`` left."""
        if self._long:
            for province, month, piece in parts.split(parts.ordered(pyarrow.concat_tables(self._long))):
                self.write(province, month, piece)

    def after(self, origin: Origin) -> Snapshot:
        """What the store holds once this takes effect."""
        all_parts = tuple(sorted([*self.kept, *self._new], key=lambda part: part.path))
        return Snapshot(self.number, origin, all_parts, tuple(self.imports), self.last_import)

    def settle(self) -> None:
        """Make the new files outlast a power cut: their folders' entries must reach the disk too."""
        folders = {above for path in self._paths for above in path.parents if above.is_relative_to(self.folder)}
        for folder in folders:
            _sync_folder(folder)

    def _keep(self, path: str, fill: Any) -> None:
        self._paths.append(self.folder / path)
        parts.write(self.folder / path, fill)


def _part(path: str, province: str, month: str, rows: pyarrow.Table) -> Part:
    received, ended = pc.min_max(rows["received_at"]).as_py(), parts.ended(rows)
    last_ended = "" if ended.null_count else pc.max(ended).as_py().isoformat()
    return Part(
        path, province, month, rows.num_rows, received["min"].isoformat(), received["max"].isoformat(), last_ended
    )


@contextmanager
def changing(folder: Path, origin: Origin) -> Iterator[Writer]:
    """Change the store as one step: all of it takes effect when the block ends well, nothing when it does not.

    Parameters
    ----------
    folder : Path
        The store; made when it does not exist.
    origin : {"import", "sample"}
        Sample dossiers never stand beside real ones: an import replaces a sample whole, a sample refuses to replace
        imported dossiers.

    Yields
    ------
    Writer

    Raises
    ------
    UserError
        When a sample would overwrite imported dossiers, another change does not end, the disk is full or the folder
        cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=_PATIENCE):
            yield from _changing(folder, origin)
    except Timeout as error:
        raise UserError(f"Another import is writing to the store {folder}. Try again when it has ended.") from error
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> UserError:
    if error.errno in _FULL:
        return UserError(
            f"The disk is full, and the store {folder} is as it was. "
            "Free some space, or choose a folder on another disk with --store DIR."
        )
    reason = error.strerror or str(error)
    return UserError(f"The store {folder} cannot be written: {reason}. Choose another folder with --store DIR.")


def _changing(folder: Path, origin: Origin) -> Iterator[Writer]:
    now = state.replaceable(folder)
    if origin == "sample" and now.origin == "import" and now.rows:
        raise UserError(
            f"The store {folder} holds {now.rows} imported dossiers; a sample would replace them. "
            "Name another folder with `--store DIR`.",
        )
    replaced_whole = "sample" in (origin, now.origin)
    writer = Writer(folder, replace(now, parts=(), imports=()) if replaced_whole else now)
    _clean(folder)
    try:
        yield writer
        writer.finish()
        after = writer.after(origin)
        if replace(after, number=now.number) != now:
            writer.settle()
            _replace_snapshot(folder, after)
    finally:
        _clean(folder)


def _replace_snapshot(folder: Path, after: Snapshot) -> None:
    files.write_atomically(folder / state.SNAPSHOT, state.to_json(after))
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # which cannot open a folder, and needs no such call
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clean(folder: Path) -> None:
    """Remove data files that the snapshot does not name: leftovers of a change that failed or was replaced."""
    named = state.named_files(folder)
    for pattern in ("province=*/*/*.parquet", "imports/*.*"):
        for path in folder.glob(pattern):
            if path.relative_to(folder).as_posix() not in named:
                path.unlink()
