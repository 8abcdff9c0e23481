"""Work on other machines: they must have the same project, what else they need is shared, what they make comes back."""

import contextlib
import os
import platform
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from helpers import digests, files, kernels, periods, printing, reference, reported, settings, store
from helpers.batch import sharing, surveys
from helpers.batch.jobs import Job
from helpers.batch.running import Failure, Limits, Result, attempt
from helpers.batch.surveys import Survey
from helpers.errors import UserError

_STORE: Final = "TTHC_STORE"
_REFERENCE: Final = "TTHC_REFERENCE"
_REPORTED: Final = "TTHC_REPORTED"
# The code as this process has it, whatever becomes of its files.
_IMPORTED: Final = digests.helpers()
_one_at_a_time = threading.Lock()  # the folders that a report uses are its process's


@dataclass(frozen=True)
class Share:
    """What workers of other machines go by.

    Attributes
    ----------
    store : str
        The store, as the machine calls it that gave the order; "" for the one that each machine uses.
    state : dict
        Digest of each thing that a worker must have in the same state, by what it is.
    address : str
        Where they find dossiers and tables; "" when they see the same folders.
    provinces : tuple of str
        Whose dossiers are there: two-digit codes.
    listings : dict
        What ``sharing.fetch`` finds each folder by, by the environment variable that names the folder.
    """

    store: str
    state: dict[str, str]
    address: str = ""
    provinces: tuple[str, ...] = ()
    listings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Errand:
    """A report to make, wherever.

    Attributes
    ----------
    job : Job
    limits : Limits
    key : mapping
        Digest of each thing that it depends on, by what it is, as the machine has it that gave the order.
    share : Share or None
        None for a worker of that machine.
    """

    job: Job
    limits: Limits
    key: Mapping[str, str]
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


def _data(folder: Path) -> dict[str, str]:
    """What pages say that may change while a batch is at work."""
    return {
        "dossiers": digests.of_file(folder / store.SNAPSHOT),
        "reported figures": digests.of({path.name: digests.of_file(path) for path in reported.tables()}),
    }


def common(folder: Path, named: str) -> Share:
    """What workers go by that see the same folders.

    Parameters
    ----------
    folder : Path
        The dossier store.
    named : str
        It, where the order names it; "" where every machine uses its own setting.

    Returns
    -------
    Share
    """
    return Share(named, {**project(), **_data(folder)})


def offer(address: str, folder: Path, provinces: Sequence[str], done: Callable[[], object]) -> Share:
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
    while True:
        before = {**project(), **_data(folder)}
        with contextlib.suppress(FileNotFoundError):  # an import has just replaced it
            listings = {
                _REFERENCE: sharing.offer(address, _named(settings.reference().glob("*.csv")), done),
                _REPORTED: sharing.offer(address, _named(reported.tables()), done),
                _STORE: sharing.offer(address, _dossiers(folder, provinces), done),
            }
            if {**project(), **_data(folder)} == before:
                return Share(str(folder), before, address, tuple(provinces), listings)


def _named(paths: Iterable[Path]) -> dict[str, Path]:
    return {path.name: path for path in paths}


def _dossiers(folder: Path, provinces: Sequence[str]) -> dict[str, Path]:
    """The snapshot and the files of some provinces; one that is missing is missing elsewhere too, and told there."""
    names = [store.SNAPSHOT, *(name for province in provinces for name in _parts(folder, province))]
    return {name: folder / name for name in names if (folder / name).exists()}


def is_current(share: Share | None) -> bool:
    """Whether what workers go by is what this machine has now; None is, and so are folders that all see."""
    return share is None or not share.address or {**project(), **_data(Path(share.store))} == share.state


def check(share: Share) -> None:
    """Refuse work that this machine cannot do.

    Parameters
    ----------
    share : Share

    Raises
    ------
    UserError
        When the project is another here, or folders are that all should see, or what is shared cannot be brought.
    """
    with _told():
        have = project()
        if share.address:
            _fetched(share)
            del have["reference tables"]  # they have just been brought
        else:
            have |= _data(Path(share.store or settings.store()))
        _refuse_other(share.state, have)


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
        As for ``check``.
    """
    # A worker of a cluster starts a warm parent of its own for its first kernel.
    os.environ.setdefault(kernels.CHOICE, kernels.NAME)
    if errand.share is None:
        return attempt(errand.job, errand.limits)
    with _told():
        if errand.share.address:
            return _away(errand, errand.share)
        _refuse_other(errand.key, project(errand.job.notebook))
        return attempt(errand.job, errand.limits)


def _away(errand: Errand, share: Share) -> Result:
    """Make a report from what is shared, in the worker's folder: dask removes that of one that was killed."""
    from distributed import get_worker

    job, place = errand.job, get_worker().local_directory
    with _at_hand(share), tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as scratch:
        _refuse_other(errand.key, project(job.notebook))
        values = {name: value for name, value in job.parameters.items() if name != "store"}
        if "commune" in values:
            (province,) = reference.province_of([values["commune"]])
            rules = values.get("cutoffs", "calendar"), values.get("grain", "timestamp")
            _surveyed(share, province, values["period"], *rules)
        else:
            _bring(share, share.provinces if values["province"] == reference.COUNTRY else [values["province"]])
        result = attempt(Job(job.notebook, values, Path(scratch) / job.page.name), errand.limits)
        written = {path.name: path.read_bytes() for path in Path(scratch).iterdir() if path.is_file()}
        here = str(settings.store())
    failure = result.failure
    if failure is not None:  # of a damaged file the error names the folder
        error, log = (text.replace(here, share.store) for text in (failure.error, failure.log))
        failure = replace(failure, error=error, log=log)
        written = {job.page.with_suffix(".log").name: log.encode()}
    return replace(result, job=job, failure=failure, files=written)


def home(result: Result) -> Result:
    """Put what was written elsewhere into place.

    Parameters
    ----------
    result : Result

    Returns
    -------
    Result
        Without the files; a failure when they cannot be written here.
    """
    page = result.job.page
    try:
        for name in sorted(result.files, key=lambda name: name == page.name):  # the page after the files that it links
            with files.beside(page.with_name(name)) as new:
                new.write_bytes(result.files[name])
        if result.files and result.failure is None:
            page.with_suffix(".log").unlink(missing_ok=True)
            printing.discard_old(page)
    except OSError as error:
        failure = Failure(result.job.notebook, "", f"{type(error).__name__}: {error}")
        return replace(result, files={}, outputs={}, failure=failure)
    return replace(result, files={})


def survey(folder: str, province: str, text: str, cutoffs: str, grain: str, share: Share | None) -> Survey:
    """Survey a province, in whichever process.

    Parameters
    ----------
    folder : str
        The dossier store, for a worker that sees it.
    province : str
        Two-digit code.
    text, cutoffs : str
        The period, as ``periods.parse`` takes them.
    grain : {"timestamp", "day"}
    share : Share or None
        As of an ``Errand``.

    Returns
    -------
    Survey

    Raises
    ------
    UserError
        As for ``check``, and when the store is empty.
    """
    if share is None or not share.address:
        return surveys.make(Path(folder), province, text, cutoffs, grain)
    with _told(), _at_hand(share):
        return _surveyed(share, province, text, cutoffs, grain)


def _surveyed(share: Share, province: str, text: str, cutoffs: str, grain: str) -> Survey:
    """A survey by one process for all of this machine, which keeps the ranks and counts for its reports."""
    folder = settings.store()
    with sharing.alone(folder, province):
        _bring(share, [province])
        found = surveys.kept(folder, province, periods.parse(text, cutoffs), grain)
        return surveys.make(folder, province, text, cutoffs, grain) if found is None else found


def _bring(share: Share, provinces: Sequence[str]) -> None:
    """Have the dossiers of some provinces in the store that is used."""
    parts = [name for province in provinces for name in _parts(settings.store(), province)]
    sharing.fetch(share.address, share.listings[_STORE], _place(share), parts)


def _parts(folder: Path, province: str) -> list[str]:
    return [part.path for part in store.snapshot(folder).of(province)]


@contextlib.contextmanager
def _at_hand(share: Share) -> Iterator[None]:
    """Use the tables that are shared, and the store, which has no dossiers yet."""
    fetched = _fetched(share)
    with _one_at_a_time:
        before = {variable: os.environ.get(variable) for variable in fetched}
        os.environ.update({variable: str(folder) for variable, folder in fetched.items()})
        try:
            yield
        finally:
            for variable, value in before.items():
                del os.environ[variable]
                if value is not None:
                    os.environ[variable] = value


def _fetched(share: Share) -> dict[str, Path]:
    """Folders of what every report needs, by the environment variable that names each."""
    return {
        variable: sharing.fetch(share.address, listing, _place(share), [store.SNAPSHOT] if variable == _STORE else None)
        for variable, listing in share.listings.items()
    }


def _place(share: Share) -> Path:
    """Folder of this machine for what is brought from an address."""
    import platformdirs

    return platformdirs.user_cache_path("tthc-reports") / digests.of(share.address)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Say with an error on which machine it was."""
    try:
        yield
    except UserError as error:
        raise UserError(f"Machine {platform.node()}: {error}") from error


def _refuse_other(wanted: Mapping[str, str], have: Mapping[str, str]) -> None:
    """Refuse where something is not as wanted: pages would not be what the manifest says."""
    other = [name for name, digest in have.items() if wanted.get(name) != digest]
    if "code" in have and have["code"] != _IMPORTED:
        other.append("code since it was started")
    if other:
        raise UserError(
            f"it has other {', '.join(other)} than the machine that gave the order. "
            "Bring both to the same state, and start the workers again."
        )
