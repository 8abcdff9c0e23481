"""Writing a file so that no reader, and no crash, ever meets half of it."""

import os
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
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
