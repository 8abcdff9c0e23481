"""A batch: what is asked for, which reports that needs and why, and making them."""

import datetime
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from helpers import (
    areas,
    digests,
    formats,
    manifest,
    outcomes,
    periods,
    printing,
    reference,
    reported,
    settings,
    store,
)
from helpers.batch import elsewhere, jobs, surveys
from helpers.batch.elsewhere import Errand, Share
from helpers.batch.jobs import Job
from helpers.batch.pools import Pool
from helpers.batch.running import SCRATCH, Failure, Limits, Result, once
from helpers.batch.surveys import Survey
from helpers.errors import UserError
from helpers.manifest import Entry

_LOCK: Final = ".batch.lock"


@dataclass(frozen=True)
class Order:
    """What is asked for.

    Attributes
    ----------
    period : str
        A text that ``periods.parse`` reads.
    provinces : tuple of str
        Two-digit codes.
    communes : tuple of str
        Five-digit codes: these only, and no overview; all that have dossiers by default.
    notebook : str
        Another one than the usual two.
    values : mapping
        Other parameters of the notebooks.
    reports : Path
        Folder of all reports.
    everywhere : bool
        Whether the reports on the country are wanted too.
    """

    period: str
    provinces: tuple[str, ...]
    communes: tuple[str, ...] = ()
    notebook: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    reports: Path = field(default_factory=settings.reports)
    everywhere: bool = False

    @property
    def store(self) -> Path:
        """The dossier store."""
        return Path(self.values.get("store") or settings.store())

    @property
    def grain(self) -> str:
        """How early and late are told apart."""
        return outcomes.grain(str(self.values.get("grain", "timestamp")))

    @property
    def span(self) -> periods.Period:
        """The period, read."""
        return periods.parse(self.period, str(self.values.get("cutoffs", "calendar")))

    def folder(self, province: str) -> Path:
        """Folder of the pages of a province."""
        return jobs.folder_of({**self.values, "period": self.period}, self.reports) / province

    def units(self) -> list[str]:
        """One unit of each kind that the order has reports of."""
        kinds: tuple[jobs.Unit, ...] = jobs.units_of(self.notebook) if self.notebook else ("commune", "province")
        communes = self.communes or tuple(reference.communes_of(self.provinces[0])["code"])
        of = {"commune": communes[0], "province": self.provinces[0]}
        return [of[kind] for kind in kinds]

    def job(self, unit: str, **values: Any) -> Job:
        """The report of one unit."""
        return jobs.job(unit, self.period, {**self.values, **values}, self.reports, self.notebook)


@dataclass(frozen=True)
class Planned:
    """A report of a batch.

    Attributes
    ----------
    job : Job
    key : dict
        Digest of each thing that it depends on, by what it is.
    why : str
        Why it must be made; "" when it stands there already.
    before : Entry or None
        What the manifest says of it.
    """

    job: Job
    key: dict[str, str]
    why: str
    before: Entry | None


def survey(order: Order, pool: Pool, then_make: bool = False) -> Iterator[Survey]:
    """What the store has for each province of an order.

    Parameters
    ----------
    order : Order
    pool : Pool
        Does what was not kept from before, when that is more than one province.
    then_make : bool
        Whether the pool will make reports then; where something has changed there will be some, so it starts meanwhile.

    Yields
    ------
    Survey

    Raises
    ------
    UserError
        When the store is empty.
    """
    store.filled(order.store)
    missing = []
    for province in order.provinces:
        kept = surveys.kept(order.store, province, order.span, order.grain)
        if kept is None:
            missing.append(province)
        else:
            yield kept
    asked = (order.period, order.span.cutoffs, order.grain)
    # As they are now: what is stored while others survey is not in what they find.
    kept_at = {each: surveys.shelf_of(order.store, each, order.span, order.grain) for each in missing}
    if len(missing) == 1:  # to start a worker would take as long
        if then_make:
            pool.open()
        yield surveys.make(order.store, missing[0], *asked)
        return
    for _, found in pool.each(_survey, ((str(order.store), each, *asked, pool.share()) for each in missing)):
        if isinstance(found, BaseException):
            raise found
        if (share := pool.share()) is not None and share.address:  # else the worker has kept it here
            surveys.keep(kept_at[found.province], found)
        yield found
    pool.close()  # a survey leaves a worker large: the reports get new ones


def plan(order: Order, found: Survey, force: bool = False) -> list[Planned]:
    """The reports of the communes of a province.

    Parameters
    ----------
    order : Order
    found : Survey
        Of the province.
    force : bool
        Make all, whatever stands there.

    Returns
    -------
    list of Planned
        In the order of the codes. Communes without dossiers in the period have none.
    """
    if order.notebook and "commune" not in jobs.units_of(order.notebook):
        return []
    held, shared = manifest.read(order.folder(found.province)), elsewhere.project(order.notebook or jobs.COMMUNE)
    wanted = [code for code in found.data if not order.communes or code in order.communes]
    own = {
        code: {"dossiers": found.data[code], "ranks": found.standing[code], **_reported(order, code)} for code in wanted
    }
    return [_planned(order.job(code), {**shared, **key}, held, force) for code, key in own.items()]


def plan_overview(order: Order, found: Survey, linked: Sequence[str], force: bool = False) -> list[Planned]:
    """The report on a province as a whole.

    Parameters
    ----------
    order : Order
    found : Survey
        Of the province.
    linked : sequence of str
        Codes of communes whose page stands in the same folder.
    force : bool
        Make it, whatever stands there.

    Returns
    -------
    list of Planned
        One, or none when the order is for some communes, for a notebook on communes, or there are no dossiers.
    """
    if not has_overview(order, found):
        return []
    notebook = order.notebook or jobs.PROVINCE
    links = {"linked": sorted(linked)} if jobs.takes(notebook, "linked") else {}
    job = order.job(found.province, **links)
    key = _of_many(order, notebook, [found])
    return [_planned(job, key, manifest.read(order.folder(found.province)), force)]


def plan_country(
    order: Order, surveyed: Sequence[Survey], provinces: Sequence[str], communes: Sequence[str], force: bool = False
) -> list[Planned]:
    """The reports on the country: province by province, and commune by commune.

    Parameters
    ----------
    order : Order
    surveyed : sequence of Survey
        Of all provinces.
    provinces, communes : sequence of str
        Codes of those whose page stands there.
    force : bool
        Make them, whatever stands there.

    Returns
    -------
    list of Planned
        Two, or none when the order does not ask for them.
    """
    if not has_country(order):
        return []
    key, held = _of_many(order, jobs.PROVINCE, surveyed), manifest.read(order.folder(reference.COUNTRY))
    wanted = [{"linked": sorted(provinces)}, {"linked": sorted(communes), "communes": areas.EVERY}]
    return [_planned(order.job(reference.COUNTRY, **values), key, held, force) for values in wanted]


def has_country(order: Order) -> bool:
    """Whether an order asks for the reports on the country."""
    return order.everywhere and not order.notebook


def _of_many(order: Order, notebook: str, surveyed: Sequence[Survey]) -> dict[str, str]:
    """What a report on many communes depends on: every dossier of its provinces, for it shows earlier periods too."""
    provinces = [found.province for found in surveyed]
    communes = [code for province in provinces for code in reference.communes_of(province)["code"]]
    units = [reference.COUNTRY, *provinces, *map(reported.centre, provinces), *communes]
    told = [[reported.fingerprint(unit, span) for unit in units] for span in (order.span, periods.previous(order.span))]
    ranks = [reported.within(unit, order.span, "national_rank").to_csv() for unit in provinces]
    held = [[found.data, store.holdings(order.store, found.province)] for found in surveyed]
    return {**elsewhere.project(notebook), "dossiers": digests.of(held), "reported figures": digests.of([told, ranks])}


def has_overview(order: Order, found: Survey) -> bool:
    """Whether an order asks for a report on a province as a whole."""
    on_communes = order.communes or (order.notebook and "province" not in jobs.units_of(order.notebook))
    return bool(found.data) and not on_communes


def _reported(order: Order, unit: str) -> dict[str, str]:
    """What the report of one unit depends on beside the store: what it reported of itself."""
    return {"reported figures": reported.fingerprint(unit, order.span)}


def _planned(job: Job, shared: Mapping[str, str], held: Mapping[str, Entry], force: bool) -> Planned:
    key, before = {**shared, "parameters": digests.of(job.parameters)}, held.get(job.name)
    return Planned(job, key, "forced" if force else _why(job, key, before), before)


def make(planned: Sequence[Planned], pool: Pool, limits: Limits) -> Iterator[Result]:
    """Make reports, each noted in the journal of its folder as it ends.

    Parameters
    ----------
    planned : sequence of Planned
    pool : Pool
    limits : Limits

    Yields
    ------
    Result
        In the order in which they end.
    """
    of = {each.job.page: each for each in planned}
    errands = (Errand(each.job, limits, each.key, pool.share()) for each in planned)
    for errand, ended in pool.each(elsewhere.run, errands):
        result = elsewhere.home(ended if isinstance(ended, Result) else _worker_failed(errand.job, ended))
        made = of[errand.job.page]
        if not elsewhere.is_current(errand.share):  # the key may be of what came after
            made = replace(made, key={})
        _note(result, made)
        yield result


def _worker_failed(job: Job, error: BaseException) -> Result:
    ours = isinstance(error, UserError)
    text = " ".join((str(error) if ours else f"its worker failed: {type(error).__name__}: {error}").split())
    log = f"{job.notebook} {job.parameters}\n\nerror: {text}\n"
    failure = Failure(job.notebook, "", text, log, ours, died=not ours)
    return Result(job, failure, files={f"{job.name}.log": log.encode()})


def make_one(job: Job, reports: Path) -> Path:
    """Make one report whatever stands there, and note it for the index.

    Parameters
    ----------
    job : Job
    reports : Path
        Folder of all reports.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    UserError
        As for ``run``; nothing is noted then, for the page that stood there still does.
    """
    result = once(job)
    job.page.with_suffix(".log").unlink(missing_ok=True)  # of a failure that is mended now
    _note(result, apart([job])[0])
    with suppress(UserError), claimed(reports):  # where a batch is at work, the note stays in the journal
        manifest.settle(job.page.parent)
    return job.page


def apart(wanted: Sequence[Job]) -> list[Planned]:
    """Reports to make whatever stands there, apart from any order; the next batch makes them as its own.

    Parameters
    ----------
    wanted : sequence of Job

    Returns
    -------
    list of Planned
    """
    return [Planned(each, {}, "asked for", manifest.read(each.page.parent).get(each.name)) for each in wanted]


def bind(order: Order, province: str, made: Sequence[Job]) -> Path:
    """Bind the PDFs of a province into one: the overview, then the communes by name.

    Parameters
    ----------
    order : Order
    province : str
        Two-digit code.
    made : sequence of Job
        Reports in its folder whose PDF is there.

    Returns
    -------
    Path
        Written anew only when one of them has changed.
    """
    names = reference.names("communes")
    titles = {job.page: names.get(job.parameters.get("commune", ""), "Toàn tỉnh, thành phố") for job in made}
    wholes = [job for job in made if job.notebook == jobs.PROVINCE]
    communes = sorted(
        (job for job in made if job not in wholes),
        key=lambda job: formats.sort_key(reference.bare_name(titles[job.page])),
    )
    volume = printing.volume_of(order.folder(province), reference.file_stem(province))
    title = f"{reference.unit_name(province)} – {order.span.label}"
    printing.bind(volume, title, [printing.Part(titles[job.page], job.page) for job in [*wholes, *communes]])
    return volume


def settle(order: Order) -> None:
    """Write the manifests of an order: what the journals say becomes part of them."""
    for province in [*order.provinces, *([reference.COUNTRY] if has_country(order) else [])]:
        manifest.settle(order.folder(province))


def _note(result: Result, of: Planned) -> None:
    manifest.note(result.job.page.parent, result.job.name, _entry(result, of))


@contextmanager
def claimed(reports: Path) -> Iterator[None]:
    """Hold a folder of reports for one batch, and remove what a batch that was killed has left in it.

    Parameters
    ----------
    reports : Path
        Made when it does not exist.

    Raises
    ------
    UserError
        When another batch holds it.
    """
    reports.mkdir(parents=True, exist_ok=True)
    lock = FileLock(reports / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise UserError(f"Another batch is writing to {reports}. Wait for its end, or use --reports DIR.") from error
    try:
        _remove_scratch(reports)
        yield
    finally:
        _remove_scratch(reports)  # of a worker that was killed
        lock.release()


def _remove_scratch(reports: Path) -> None:
    for left in [*reports.glob(f"{SCRATCH}*"), *reports.glob(f"*/{SCRATCH}*"), *reports.glob(f"*/*/{SCRATCH}*")]:
        shutil.rmtree(left, ignore_errors=True)


def _survey(task: tuple[str, str, str, str, str, Share | None]) -> Survey:
    return elsewhere.survey(*task)


def _entry(result: Result, of: Planned) -> Entry:
    """What the manifest will say of a report that was just tried; when it failed, the page from before stays."""
    job, now = result.job, datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    seconds, failure = round(result.seconds, 2), result.failure
    if failure is None:
        return Entry(job.notebook, job.parameters, of.key, now, result.outputs, seconds, figures=result.figures)
    before = of.before or Entry(job.notebook, job.parameters, of.key)
    earlier = before.failure or {}
    told = {
        "notebook": failure.notebook, "cell": failure.cell, "error": failure.error, "log": f"{job.name}.log", "at": now,
        "since": earlier.get("since") or earlier.get("at") or now,
    }  # fmt: skip
    stands = before.made_at, before.outputs
    return Entry(job.notebook, job.parameters, of.key, *stands, seconds, told, before.figures)


def _why(job: Job, key: Mapping[str, str], before: Entry | None) -> str:
    """Why a report must be made; "" when it stands there as it would be made."""
    if before is None:
        return "new"
    if before.failure is not None:
        return "failed last time"
    if not before.key:
        return "was made apart from a batch"
    changed = [name for name, digest in key.items() if before.key.get(name) != digest]
    if changed:
        return f"{', '.join(changed)} changed"
    for name, digest in before.outputs.items():
        path = job.page.with_name(name)
        if not path.is_file():
            return f"{path.suffix[1:]} missing"
        if digests.of_file(path) != digest:
            return f"{path.suffix[1:]} was changed by hand"
    return ""
