"""One import: files read, their refused rows listed, the rest put into the store in one step or not at all."""

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pandas as pd

import helpers
from helpers import dossiers, drafts, exports, importing, profiles, rejects, store
from helpers.errors import UserError
from helpers.importing import Imported

MOST_REJECTED: Final = 5.0  # per cent of a file's rows; more means that the profile or the file is wrong
_PACKAGES: Final = ("pandas", "pyarrow", "python-calamine")
AUTO: Final = "auto"


@dataclass(frozen=True)
class Taken:
    """A file as it was read, and where its refused rows are listed; None when there are none."""

    imported: Imported
    rejects: Path | None


def read(path: Path, profile: str, commune: str | None, folder: Path, now: datetime) -> Taken:
    """Read a file and write the list of its refused rows.

    Parameters
    ----------
    path : Path
    profile : str
        Name or path of a profile; ``auto`` for one drafted from the file, if nothing about it is unsure.
    commune : str or None
        Code of the one commune that the file is of, when it does not say.
    folder : Path
        The store; the list stands in ``rejected`` beside it.
    now : datetime
        Moment of the import, in Vietnam's time.

    Returns
    -------
    Taken

    Raises
    ------
    UserError
        As ``importing.read``, ``profiles.load`` and ``drafts.profile``.
    """
    how = drafts.profile(path, commune) if profile == AUTO else profiles.load(profile)
    result = importing.read(path, how, commune, now.date())
    result.record.update(
        imported_at=now.replace(tzinfo=None, microsecond=0).isoformat(" "),
        profile_sha256=hashlib.sha256(json.dumps(asdict(how), sort_keys=True).encode()).hexdigest(),
        versions=_versions(),
    )
    where = rejects.path(folder.absolute().parent / "rejected", result.record)
    if result.rejected.empty and not result.passed_over:
        where.unlink(missing_ok=True)  # of an attempt before the file was mended
        return Taken(result, None)
    rejects.write(where, result.rejected, result.passed_over)
    return Taken(result, where)


def _versions() -> dict[str, str]:
    packages = {name: version(name) for name in _PACKAGES}
    return {"tthc-reports": helpers.__version__, "python": platform.python_version(), **packages}


def now() -> datetime:
    """The moment in Vietnam, for the log of imports; no figure of a report depends on it."""
    return datetime.now(exports.LOCAL)


def keep(folder: Path, taken: Sequence[Taken], most_rejected: float = MOST_REJECTED) -> list[store.Stored]:
    """Put what was read into the store; a later file replaces dossiers of an earlier one.

    Parameters
    ----------
    folder : Path
    taken : sequence of Taken
    most_rejected : float
        Per cent of refused rows above which nothing at all is put in.

    Returns
    -------
    list of Stored
        One a file.

    Raises
    ------
    UserError
        When a file has too many refused rows, or no row was accepted.
    """
    for each in taken:
        record = each.imported.record
        refused = record["rejected"] - record["identical"]  # a row that comes twice is no sign of a wrong profile
        if refused * 100 > most_rejected * record["rows"]:
            share = f"{100 * refused / record['rows']:.1f} %"
            raise UserError(
                f"{record['file']}: {refused} of {record['rows']} rows ({share}) are rejected, more than "
                f"{most_rejected:g} %. Nothing was imported. Mend the profile or the file, or allow more with "
                "--max-rejected.",
            )
    if not any(each.imported.record["accepted"] for each in taken):
        raise UserError("No row was accepted and the store is unchanged. Mend the profile, or give it the right file.")
    _refuse_leftovers(folder, taken)
    # Of files given together the one whose data reach furthest is the latest export, whatever its name.
    order = sorted(range(len(taken)), key=lambda at: taken[at].imported.record["data_until"])
    stored = store.put(folder, [_entry(taken[at].imported) for at in order])
    return [result for _, result in sorted(zip(order, stored, strict=True), key=lambda pair: pair[0])]


def _refuse_leftovers(folder: Path, taken: Sequence[Taken]) -> None:
    """The same file read another way replaces its dossiers; those it no longer has would stay and count twice."""
    for each in taken:
        record, keys = each.imported.record, pd.MultiIndex.from_frame(each.imported.accepted[dossiers.KEY])
        for before in store.replaceable(folder).imports:
            if before["sha256"] != record["sha256"]:
                continue
            old = pd.MultiIndex.from_frame(store.imported(folder, before["number"])[dossiers.KEY])
            stale = int((~old.isin(keys)).sum())
            if stale:
                raise UserError(
                    f"{record['file']} was import {before['number']}, and {stale} of its dossiers then had another "
                    f"code or commune, or are rejected now. Take it out first: tthc store remove {before['number']}."
                )


def older_than_store(folder: Path, taken: Taken) -> str:
    """The last day of an earlier import of the same communes that reaches further than a file; "" when none does.

    Parameters
    ----------
    folder : Path
    taken : Taken

    Returns
    -------
    str
    """
    record = taken.imported.record
    further = [
        before["data_until"]
        for before in store.replaceable(folder).imports
        if before["data_until"] > record["data_until"] and before["sha256"] != record["sha256"]
        and set(before["provinces"]) & set(record["provinces"])
    ]  # fmt: skip
    return max(further, default="")


def _entry(result: Imported) -> store.Entry:
    details: dict[str, Any] = {
        "problems": result.problems.to_dict("records"),
        "passed_over": result.passed_over,
        "unread_sheets": result.unread,
        "absent_columns": result.absent,
    }
    return store.Entry(result.accepted, result.record, details)
