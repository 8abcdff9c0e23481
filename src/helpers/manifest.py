"""The manifest of a folder of pages: from what each was made, whether it was, and the digests of what was written.

While a batch runs, each report adds a line to a journal at once, so that a batch that is killed goes on where it
stopped; in the end the journal becomes part of ``manifest.json``.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from helpers import digests, files

NAME: Final = "manifest.json"
JOURNAL: Final = ".journal.jsonl"
_FORMAT: Final = 2  # 1 had no figures, and of failures no since


@dataclass(frozen=True)
class Entry:
    """What the manifest says of one report.

    Attributes
    ----------
    notebook : str
    parameters : dict
    key : dict
        Digest of each thing that the report depends on, by what it is; of the last attempt.
    made_at : str
        When the page that stands there was made: ISO time with zone; "" when there is none.
    outputs : dict
        Digest of each file of that page, by its name.
    seconds : float
        What the last attempt took.
    failure : dict or None
        notebook, cell, error, log (file name) and at (ISO time) of the last attempt, when it failed, and since (ISO
        time): of the first of those that failed one after the other. The page that stands there is then an older one.
    figures : dict
        What indexes say of the page that stands there, as ``headline.noted`` has it; empty when it told nothing.
    """

    notebook: str
    parameters: dict[str, Any]
    key: dict[str, str]
    made_at: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    failure: dict[str, str] | None = None
    figures: dict[str, Any] = field(default_factory=dict)


def read(folder: Path) -> dict[str, Entry]:
    """The reports of a folder, those of a batch that was killed included.

    Parameters
    ----------
    folder : Path
        Of the pages of one period and province.

    Returns
    -------
    dict
        By the report's name. Empty when there is no manifest or it is damaged: all is made again then.
    """
    try:
        whole = json.loads((folder / NAME).read_text(encoding="utf-8"))
        entries = {name: Entry(**entry) for name, entry in whole["reports"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        entries = {}
    return {**entries, **_journal(folder)}


def note(folder: Path, name: str, entry: Entry) -> None:
    """Add a report to the journal of a folder.

    Parameters
    ----------
    folder : Path
    name : str
    entry : Entry
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / JOURNAL).open("a", encoding="utf-8") as journal:
        journal.write(json.dumps([name, asdict(entry)], ensure_ascii=False) + "\n")


def settle(folder: Path) -> None:
    """Make the journal of a folder part of its manifest.

    Parameters
    ----------
    folder : Path
        Nothing is done when it has no journal.
    """
    if not (folder / JOURNAL).exists():
        return
    reports = {name: asdict(entry) for name, entry in sorted(read(folder).items())}
    made_by = {"commit": digests.commit(), "helpers": digests.helpers(), "packages": digests.packages()}
    whole = {"format": _FORMAT, "made_by": made_by, "reports": reports}
    files.write_atomically(folder / NAME, json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
    (folder / JOURNAL).unlink()


def _journal(folder: Path) -> dict[str, Entry]:
    try:
        lines = (folder / JOURNAL).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    entries = {}
    for line in lines:
        try:
            name, entry = json.loads(line)
            entries[name] = Entry(**entry)
        except (ValueError, TypeError):  # the last line of a batch that was killed while writing it
            continue
    return entries
