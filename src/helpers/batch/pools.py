"""Where the work of a batch is done: processes of this machine with warm kernels, or a dask cluster."""

import contextlib
import itertools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from functools import cache
from multiprocessing.connection import wait as wait_for
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Final, TypeVar

from helpers import kernels
from helpers.batch import elsewhere
from helpers.batch.elsewhere import Share
from helpers.errors import UserError

T = TypeVar("T")
R = TypeVar("R")
_AHEAD: Final = 2  # tasks that are handed out for each worker: one to do, one to come
_ATTEMPTS: Final = 3


class Pool:
    """Workers that do tasks in any order, and are replaced when they die.

    Attributes
    ----------
    workers : int
    share : callable
        Gives what workers of other machines go by; None for this machine's.
    """

    def __init__(
        self, open_executor: Callable[[], Executor], workers: int, share: Callable[[], Share | None] = lambda: None
    ) -> None:
        self.workers, self.share = workers, share
        self._open = open_executor
        self._executor: Executor | None = None

    def each(self, do: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R | BaseException]]:
        """Do all tasks.

        Parameters
        ----------
        do : callable
            Of a module, so that another process finds it.
        tasks : iterable
            Not more than the workers can do soon is taken from it.

        Yields
        ------
        tuple
            Task, and what ``do`` gave or the exception that it raised; in the order in which they end. A task whose
            worker died is done again by another, for it may have died of something else.
        """
        coming = iter(tasks)
        running: dict[Future[R], tuple[T, int, Executor]] = {}

        def hand_out(task: T, attempt: int) -> None:
            try:
                future = self._working().submit(do, task)
            except BrokenExecutor:  # it broke since the last task ended
                self.close()
                future = self._working().submit(do, task)
            running[future] = task, attempt, self._working()

        while True:
            for task in itertools.islice(coming, _AHEAD * self.workers - len(running)):
                hand_out(task, 1)
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                task, attempt, executor = running.pop(future)
                try:
                    error = future.exception()
                except CancelledError as gone:
                    raise UserError(
                        "The dask scheduler has ended. Start it, and give the same command again."
                    ) from gone
                if not isinstance(error, BrokenExecutor):
                    yield task, error or future.result()
                elif attempt < _ATTEMPTS:
                    if executor is self._executor:
                        self.close()
                    hand_out(task, attempt + 1)
                else:
                    yield task, error

    def open(self) -> None:
        """Start what the first task would start, while something else is done."""
        self._working()

    def _working(self) -> Executor:
        if self._executor is None:
            self._executor = self._open()
        return self._executor

    def close(self) -> None:
        """Let the workers go; what they have not begun is dropped."""
        if self._executor is not None:
            if isinstance(self._executor, ProcessPoolExecutor):
                self._executor.shutdown(wait=False, cancel_futures=True)
            else:  # dask's cancels without being told
                self._executor.shutdown(wait=False)
            self._executor = None


@contextlib.contextmanager
def local(workers: int) -> Iterator[Pool]:
    """Worker processes of this machine, and one warm parent for their kernels; started when there is work.

    Parameters
    ----------
    workers : int

    Yields
    ------
    Pool
    """
    # Started anew, not forked: this process has threads, and a lock of theirs would stay locked in a fork.
    context = multiprocessing.get_context("spawn")
    with contextlib.ExitStack() as opened:
        parent: list[kernels.Parent] = []

        def open_executor() -> Executor:
            if not parent and kernels.can_fork():
                parent.append(kernels.Parent())
                opened.callback(parent[0].close)
            address = parent[0].address if parent else None
            cores = context.SimpleQueue()
            for core in itertools.islice(itertools.cycle(_cores()), workers):
                cores.put(core)
            return ProcessPoolExecutor(workers, context, initializer=_prepare, initargs=(address, cores))

        pool = Pool(open_executor, workers)
        try:
            yield pool
        finally:
            pool.close()
            # Before their kernels go: else what they still do would be told as a failure.
            for process in multiprocessing.active_children():
                process.terminate()
                process.join()


def _prepare(address: Path | None, cores: "SimpleQueue[int | None]") -> None:
    """In a worker: where kernels come from, an end when the batch ends, and no heed to Ctrl-C, which is the batch's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Worker and kernel wait for each other all the time: on one core, neither is woken on another, and no other core
    # need be told of each page that the kernel copies. They tell each other a dozen things a cell, and need not change
    # places for each.
    kernels.be_patient()
    if (core := cores.get()) is not None:
        os.sched_setaffinity(0, [core])
    if address is not None:
        os.environ[kernels.ADDRESS] = str(address)
    batch = multiprocessing.parent_process()
    assert batch is not None
    threading.Thread(target=_end_with, args=(batch.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)


@contextlib.contextmanager
def cluster(address: str, share: Callable[[], Share]) -> Iterator[Pool]:
    """The workers of a dask cluster.

    Parameters
    ----------
    address : str
        Of its scheduler: "tcp://10.0.0.5:8786".
    share : callable
        Gives what they go by; called once there is work.

    Yields
    ------
    Pool

    Raises
    ------
    UserError
        When dask is not installed, or the scheduler does not answer, has no workers, or some with several threads: a
        report sets its process's folders. Once there is work also when a machine cannot do it.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise UserError("--scheduler needs dask: pip install 'tthc-reports[cluster]'.") from error
    try:
        client = Client(address, timeout="20s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise UserError(f"No dask scheduler answers at {address}: {error}. Start one: dask scheduler.") from error
    with client:
        threads = client.nthreads().values()
        start = f"dask worker {address} --nworkers CORES --nthreads 1"
        if not threads:
            raise UserError(f"The scheduler at {address} has no workers. Start some: {start}.")
        if max(threads) > 1:
            raise UserError(f"Workers of {address} have several threads. Start them so: {start}.")

        @cache
        def checked() -> Share:
            found = share()
            told = client.run(elsewhere.check, found, on_error="return")
            if wrong := sorted({str(error) for error in told.values() if error is not None}):
                raise UserError("\n".join(wrong))
            return found

        yield Pool(lambda: client.get_executor(retries=1), len(threads), checked)


def default_workers() -> int:
    """Cores that this process may use."""
    return len(_cores())


def _cores() -> Sequence[int | None]:
    """The cores that this process may use; as many times None where a process cannot choose."""
    cores = kernels.own_cores()
    if not cores:
        return [None] * (os.cpu_count() or 1)
    # Not always from the first one, which a small batch beside this one would take as well.
    first = os.getpid() % len(cores)
    return cores[first:] + cores[:first]


def default_memory(workers: int) -> int:
    """Megabytes for one kernel when all together shall leave a fifth of the machine's memory; 0 where it is unknown."""
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0
    return int(0.8 * whole / workers / 2**20)
