"""Running one report notebook: executed by papermill, exported as a page, and what went wrong when it did not."""

import gc
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from helpers import digests, files, printing, settings
from helpers.batch.jobs import Job
from helpers.errors import UserError

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Beginning of the names of folders that reports are made in. A batch may remove what another one, that was killed, has
# left of its own; a report that somebody makes meanwhile is not its to touch.
SCRATCH: Final = ".batch-"
_OWN_SCRATCH: Final = ".report-"
_START_TIMEOUT: Final = 120  # seconds for a kernel to answer, on a machine that is busy
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;]*m")
_LONGEST_ERROR: Final = 500
_ENGINE: Final = "tthc"  # our name for papermill's engine with our parts
_PATHS: Final = ("input_path", "output_path")  # of this machine, the latter in a scratch folder


@dataclass(frozen=True)
class Limits:
    """What one report may take.

    Attributes
    ----------
    seconds : int
        From the start of its first cell to the end of its last; 0 for any.
    memory : int
        Megabytes of data in its kernel, where the system can forbid more; 0 for any.
    """

    seconds: int = 0
    memory: int = 0


@dataclass(frozen=True)
class Failure:
    """Why a report was not made.

    Attributes
    ----------
    notebook : str
    cell : str
        First line of the cell; "" when it was none.
    error : str
        In one line.
    log : str
        The whole of it; becomes a file beside the page.
    mendable : bool
        The error is one of ours, whose text names the fix.
    died : bool
        The kernel died, which may be no fault of the report.
    """

    notebook: str
    cell: str
    error: str
    log: str = ""
    mendable: bool = False
    died: bool = False

    @property
    def line(self) -> str:
        """Notebook, cell and error in one line; a text of our own needs no more than itself."""
        if self.mendable:
            return self.error
        return f"{self.notebook}{f', cell {self.cell!r}' if self.cell else ''}: {self.error}"


@dataclass(frozen=True)
class Result:
    """What became of a job.

    Attributes
    ----------
    job : Job
    failure : Failure or None
        None when its page was written.
    outputs : dict
        Digest of each file that was written, by its name.
    seconds : float
        Time by the clock.
    attempts : int
    figures : dict
        What the page tells those who list pages; empty when it was not written.
    files : dict
        What was written and is not in place yet, by name: of a report that another machine made.
    """

    job: Job
    failure: Failure | None = None
    outputs: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    attempts: int = 1
    figures: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


def run(job: Job) -> Path:
    """Run one notebook and export its page; both appear complete or not at all.

    Parameters
    ----------
    job : Job

    Returns
    -------
    Path
        The page.

    Raises
    ------
    UserError
        When a cell fails: the helpers' own message, or the cell's error in one line.
    """
    return once(job).job.page


def once(job: Job) -> Result:
    """Run one notebook and export its page, as ``run`` does.

    Parameters
    ----------
    job : Job

    Returns
    -------
    Result

    Raises
    ------
    UserError
        As for ``run``.
    """
    start = time.monotonic()
    result = _try(job, Limits(), _OWN_SCRATCH)
    if result.failure is not None:
        raise UserError(result.failure.line)
    return replace(result, seconds=time.monotonic() - start)


def attempt(job: Job, limits: Limits) -> Result:
    """Run one notebook, once more if its kernel died, and tell what became of it.

    Parameters
    ----------
    job : Job
    limits : Limits

    Returns
    -------
    Result
        A failure leaves the page as it was, and a log beside it.
    """
    start, log = time.monotonic(), job.page.with_suffix(".log")
    result = _try(job, limits, SCRATCH)
    if result.failure is not None and result.failure.died:
        result = replace(_try(job, limits, SCRATCH), attempts=2)
    if result.failure is None:
        log.unlink(missing_ok=True)
    else:
        files.write_atomically(log, result.failure.log)
    return replace(result, seconds=time.monotonic() - start)


def _try(job: Job, limits: Limits, prefix: str) -> Result:
    with _scratch(job, prefix) as folder:
        run = _Run(job, folder, limits)
        try:
            executed = run.execute()
            return Result(job, outputs=_publish(job, executed, folder), figures=_noted(executed))
        except Exception as error:  # noqa: BLE001 - whatever one report does, it is told and the others are made
            return Result(job, run.failure(error))


@contextmanager
def _scratch(job: Job, prefix: str) -> Iterator[Path]:
    """A folder on the disk of the page, so that files can be renamed into place; none is made for one that fails."""
    beside = next(folder for folder in job.page.absolute().parents if folder.is_dir())
    with tempfile.TemporaryDirectory(prefix=prefix, dir=beside, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@cache
def _papermill() -> ModuleType:
    """papermill, with our parts in it."""
    # jsonschema would compile a grammar of addresses in any script, for a second or two, that no notebook needs.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # which makes its import fail
    import papermill

    from helpers.batch import papermills

    papermills.register(_ENGINE)
    gc.freeze()  # what was imported stays: the collector need not go through it again and again
    return papermill  # type: ignore[no-any-return]


class _Run:
    """One execution, and the cell it has come to."""

    def __init__(self, job: Job, folder: Path, limits: Limits) -> None:
        self.job, self.limits = job, limits
        self.executed = folder / job.page.with_suffix(".ipynb").name
        self.output = folder / "output.log"
        self.cell = ""
        self.deadline: float | None = None

    def execute(self) -> "NotebookNode":
        from traitlets.config import Config

        done: list[NotebookNode] = []
        _papermill().execute_notebook(
            settings.notebook(self.job.notebook),
            self.executed,
            self.job.parameters,
            engine_name=_ENGINE,
            done=done,
            progress_bar=False,
            request_save_on_cell_execute=False,  # which would write the notebook twice for each cell
            # The kernel's own log stays off the terminal: errors come back as the cell's error.
            # What libraries write to the terminal goes to the log, so nothing need watch it; nobody asks for a history.
            extra_arguments=[
                "--IPKernelApp.log_level=CRITICAL",
                "--IPKernelApp.capture_fd_output=False",
                "--HistoryManager.enabled=False",
            ],
            record_timing=False,  # papermill notes the times of cells already
            kernel_name="python3",
            start_timeout=_START_TIMEOUT,
            timeout_func=self._time_left,
            on_cell_start=self._note,
            config=Config({
                # Sockets in files: no ports to clash or to listen on. Windows has only ports.
                "KernelManager": {
                    "transport": "tcp" if os.name == "nt" else "ipc",
                    "client_class": "helpers.kernels.waiting.Client",
                },
                "Provisioner": {"log_file": str(self.output), "memory": self.limits.memory},
            }),
        )  # fmt: skip
        return done[0]

    def failure(self, error: Exception) -> Failure:
        """What an error means."""
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
        from papermill.exceptions import PapermillExecutionError

        cell, log, mendable, died = _first_line(self.cell), "", isinstance(error, UserError), False
        match error:
            case PapermillExecutionError():
                cell, mendable = _first_line(error.source), error.ename == UserError.__name__
                text = error.evalue if mendable else f"{error.ename}: {error.evalue}"
                log = "\n".join(error.traceback)
            case CellTimeoutError():
                text = f"it took longer than {self.limits.seconds} seconds (--timeout)"
            case DeadKernelError() | RuntimeError() if "ernel" in str(error):
                died = True
                text = "the kernel died" + (f"; it may hold {self.limits.memory} MB" if self.limits.memory else "")
            case UserError():
                text = str(error)
            case OSError() if not self.cell:  # as when the warm parent ends while it is asked
                died = True
                text = f"the kernel did not start: {type(error).__name__}: {error}"
            case _:
                text = f"{type(error).__name__}: {error}"
        return Failure(self.job.notebook, cell, _one_line(text), self._log(cell, text, log), mendable, died)

    def _note(self, cell: "NotebookNode", **_: Any) -> None:
        """A cell begins."""
        self.cell = cell.source

    def _time_left(self, _: Any) -> int | None:
        """Seconds for the next cell: those that are left for all, from the first one on."""
        if not self.limits.seconds:
            return None
        if self.deadline is None:
            self.deadline = time.monotonic() + self.limits.seconds
        return max(1, round(self.deadline - time.monotonic()))

    def _log(self, cell: str, text: str, traceback: str) -> str:
        """All there is to say, for the one who must mend it."""
        printed = self.output.read_text(encoding="utf-8", errors="replace") if self.output.exists() else ""
        parts = [f"{self.job.notebook} {self.job.parameters}", f"cell: {cell}", f"error: {text}", traceback, printed]
        return _ESCAPES.sub("", "\n\n".join(part for part in parts if part)).strip() + "\n"


def _publish(job: Job, executed: "NotebookNode", folder: Path) -> dict[str, str]:
    """Export an executed notebook and put it, its page and the files beside that into place; their digests."""
    import orjson

    from helpers.export import page as pages

    page, resources = pages.exporter().from_notebook_node(executed)
    notebook, attached = job.page.with_suffix(".ipynb"), resources["outputs"]
    unit = job.name.partition(".")[0]  # what follows the dot is another notebook on the same unit
    for name in attached:
        if not name.startswith(unit):
            raise UserError(f"The notebook attaches a file '{name}'. Begin its name with '{unit}', as its page's does.")
    for name, content in attached.items():  # before the page that links them
        with files.beside(job.page.with_name(name)) as new:
            new.write_bytes(content)
    files.write_atomically(job.page, page)
    printing.discard_old(job.page)
    pages.detach(executed)
    for name in _PATHS:
        executed.metadata.get("papermill", {}).pop(name, None)
    # nbclient has checked each output; nbformat would check them again, and writes twenty times slower.
    written = orjson.dumps(executed, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    (folder / notebook.name).write_bytes(written)
    shutil.move(folder / notebook.name, notebook)
    return {path.name: digests.of_file(path) for path in (job.page, notebook, *map(job.page.with_name, attached))}


def _noted(executed: "NotebookNode") -> dict[str, Any]:
    """What the page tells those who list pages, as plain values, which another process can take."""
    from helpers.export import page as pages

    plain: dict[str, Any] = json.loads(json.dumps(pages.noted(executed)))
    return plain


def _first_line(source: str) -> str:
    return next((line.strip()[:80] for line in source.splitlines() if line.strip() and line[0] not in "#%"), "")


def _one_line(text: str) -> str:
    line = " ".join(_ESCAPES.sub("", text).split())
    return line if len(line) <= _LONGEST_ERROR else f"{line[:_LONGEST_ERROR]} …"
