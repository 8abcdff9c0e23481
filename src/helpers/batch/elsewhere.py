"""Work on other machines: they must have the same project, what else they need is shared, what they make comes back."""

import contextlib
import os
import platform
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from helpers import digests, files, kernels, periods, printing, reference, settings, store
from helpers.batch import sharing, surveys
from helpers.batch.jobs import Job
from helpers.batch.running import Limits, Result, attempt
from helpers.batch.surveys import Survey
from helpers.errors import UserError

_STORE: Final = "TTHC_STORE"
_TABLES: Final = {"TTHC_REFERENCE": settings.reference, "TTHC_REPORTED": settings.reported}


@dataclass(frozen=True)
class Share:
    """What machines find at an address.

    Attributes
    ----------
    address : str
        As fsspec reads it.
    store : Path
        The store that is shared, as the machine calls it that gave the order.
    provinces : tuple of str
        Whose dossiers are shared: two-digit codes.
    listings : dict
        What ``sharing.fetch`` finds each folder by, by the environment variable that names the folder.
    """

    address: str
    store: Path
    provinces: tuple[str, ...]
    listings: dict[str, str]


@dataclass(frozen=True)
class Errand:
    """A report to make, wherever.

    Attributes
    ----------
    job : Job
    limits : Limits
    project : mapping
        ``project`` of the machine that gave the order; empty for a worker of that machine.
    share : Share or None
        None when the worker sees the same folders.
    """

    job: Job
    limits: Limits
    project: Mapping[str, str]
    share: Share | None


def project(notebook: str = "") -> dict[str, str]:
    """What all reports of one notebook depend on.

    Parameters
    ----------
    notebook : str
        Name without ending; "" for what is computed without one.

    Returns
    -------
    dict
        Digest of each thing, by what it is.

    Raises
    ------
    UserError
        When there is no such notebook.
    """
    return {
        **({"notebook": digests.notebook(notebook)} if notebook else {}),
        "code": digests.helpers(),
        "reference tables": digests.reference(),
        "packages": digests.of(digests.packages()),
    }


def share(address: str, folder: Path, provinces: Sequence[str], done: Callable[[], object]) -> Share:
    """Put what reports are made from where other machines find it.

    Parameters
    ----------
    address : str
        As fsspec reads it: "s3://bucket/folder".
    folder : Path
        The dossier store.
    provinces : sequence of str
        Two-digit codes: whose dossiers to share.
    done : callable
        Called after each file.

    Returns
    -------
    Share

    Raises
    ------
    UserError
        As for ``sharing.offer``.
    """
    listings = {
        variable: sharing.offer(address, {path.name: path for path in where().glob("*") if path.is_file()}, done)
        for variable, where in _TABLES.items()
    }
    snapshot = (folder / store.SNAPSHOT).read_bytes()
    parts = {name: folder / name for province in provinces for name in _parts(folder, province)}
    listings[_STORE] = sharing.offer(address, {store.SNAPSHOT: snapshot, **parts}, done)
    return Share(address, folder, tuple(provinces), listings)


def run(errand: Errand) -> Result:
    """Make a report in whichever process does the errand.

    Parameters
    ----------
    errand : Errand

    Returns
    -------
    Result
        With the files that were written, when the machines share no folders.

    Raises
    ------
    UserError
        When the project is another here, or what is shared cannot be brought.
    """
    # A worker of a cluster starts a warm parent of its own for its first kernel.
    os.environ.setdefault(kernels.CHOICE, kernels.NAME)
    job, share = errand.job, errand.share
    if share is None:
        _check(errand.project, job.notebook)
        return attempt(job, errand.limits)
    with _at_hand(share), tempfile.TemporaryDirectory() as scratch:
        _check(errand.project, job.notebook)
        values = {name: value for name, value in job.parameters.items() if name != "store"}
        for province in _provinces(job, share):
            rules = values.get("cutoffs", "calendar"), values.get("grain", "timestamp")
            _surveyed(share, province, values["period"], *rules)
        result = attempt(Job(job.notebook, values, Path(scratch) / job.page.name), errand.limits)
        written = {path.name: path.read_bytes() for path in Path(scratch).iterdir()}
        failure, here = result.failure, str(settings.store())
    if failure is not None:  # the error of a damaged file names its folder
        failure = replace(failure, error=failure.error.replace(here, str(share.store)))
    return replace(result, job=job, failure=failure, files=written)


def home(result: Result) -> Result:
    """Put what was written elsewhere into place.

    Parameters
    ----------
    result : Result

    Returns
    -------
    Result
        Without the files.
    """
    page = result.job.page
    for name in sorted(result.files, key=lambda name: name == page.name):  # the page after the files that it links
        with files.beside(page.with_name(name)) as new:
            new.write_bytes(result.files[name])
    if page.name in result.files:
        page.with_suffix(".log").unlink(missing_ok=True)
        printing.discard_old(page)
    return replace(result, files={})


def survey(
    folder: Path, province: str, text: str, cutoffs: str, grain: str, wanted: Mapping[str, str], share: Share | None
) -> Survey:
    """Survey a province, in whichever process.

    Parameters
    ----------
    folder : Path
        The dossier store, for a worker that sees it.
    province : str
        Two-digit code.
    text, cutoffs : str
        The period, as ``periods.parse`` takes them.
    grain : {"timestamp", "day"}
    wanted : mapping
    share : Share or None
        As of an ``Errand``.

    Returns
    -------
    Survey

    Raises
    ------
    UserError
        As for ``run``.
    """
    if share is None:
        _check(wanted)
        return surveys.make(folder, province, text, cutoffs, grain)
    with _at_hand(share):
        _check(wanted)
        return _surveyed(share, province, text, cutoffs, grain)


def _surveyed(share: Share, province: str, text: str, cutoffs: str, grain: str) -> Survey:
    """A survey by one process for all of this machine, which keeps the ranks and counts for its reports."""
    folder = settings.store()
    with sharing.alone(folder, province):
        sharing.fetch(share.address, share.listings[_STORE], _place(share), _parts(folder, province))
        found = surveys.kept(folder, province, periods.parse(text, cutoffs), grain)
        return surveys.make(folder, province, text, cutoffs, grain) if found is None else found


def _parts(folder: Path, province: str) -> list[str]:
    return [part.path for part in store.snapshot(folder).of(province)]


def _provinces(job: Job, share: Share) -> Sequence[str]:
    """Provinces whose dossiers a report needs."""
    if "commune" in job.parameters:
        return reference.province_of([job.parameters["commune"]])
    named = job.parameters["province"]
    return share.provinces if named == reference.COUNTRY else [named]


@contextlib.contextmanager
def _at_hand(share: Share) -> Iterator[None]:
    """Use the tables that are shared, and the store, which has no dossiers yet."""
    fetched = {
        variable: sharing.fetch(share.address, listing, _place(share), [store.SNAPSHOT] if variable == _STORE else None)
        for variable, listing in share.listings.items()
    }
    before = {variable: os.environ.get(variable) for variable in fetched}
    os.environ.update({variable: str(folder) for variable, folder in fetched.items()})
    try:
        yield
    finally:
        for variable, value in before.items():
            del os.environ[variable]
            if value is not None:
                os.environ[variable] = value


def _place(share: Share) -> Path:
    """Folder of this machine for what is brought from an address."""
    import platformdirs

    return platformdirs.user_cache_path("tthc-reports") / digests.of(share.address)


def _check(wanted: Mapping[str, str], notebook: str = "") -> None:
    """Refuse to work where the project is another: its pages would not be what the manifest says."""
    if not wanted:
        return
    have = {**project(notebook), "code": _imported()}
    other = [name for name, digest in have.items() if wanted.get(name) != digest]
    if other:
        raise UserError(
            f"Machine {platform.node()} has other {', '.join(other)} than this one. "
            "Bring the project there to the same state, and start its workers again."
        )


@cache
def _imported() -> str:
    """Digest of the code as this process began with it, whatever became of its files since."""
    return digests.helpers()
