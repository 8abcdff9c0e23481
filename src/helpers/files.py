"""Writing a file so that no reader, and no crash, ever meets half of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write a text beside its place and rename it.

    Parameters
    ----------
    path : Path
        Its folder is made when it does not exist.
    text : str
        Written in UTF-8.
    """
    with beside(path) as new, new.open("w", encoding="utf-8") as file:
        file.write(text)


@contextmanager
def beside(path: Path, mark: str = "") -> Iterator[Path]:
    """A path beside a file to write to, which takes the file's place when the block ends well.

    Parameters
    ----------
    path : Path
        Its folder is made when it does not exist.
    mark : str
        Part of the name, for files that several processes may write at once.

    Yields
    ------
    Path
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}{mark}.new")
    try:
        yield new
        with new.open("rb") as file:
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
