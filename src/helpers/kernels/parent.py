"""The warm parent: imports everything once, then forks a kernel for each one who asks.

It runs no thread, ever: a lock that another thread holds at the moment of a fork would stay locked in the child.
One connection stands for one kernel: the parent answers with its process number, later with its return code; when
the connection ends first, nobody waits for the kernel any more and it is killed. When standard input ends, so has the
process that wanted the kernels, and all of them end.
"""

import atexit
import contextlib
import ctypes
import gc
import json
import os
import selectors
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Final, NoReturn

import numpy as np

from helpers.kernels.client import Request, be_patient

_PDEATHSIG: Final = 1  # of prctl(2)


class Kernels:
    """The kernels that run, and who waits for each.

    Attributes
    ----------
    listener : socket
        Where requests come in.
    """

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self._connections: dict[int, socket.socket] = {}  # by process number
        self._selector = selectors.DefaultSelector()

    def serve(self) -> None:
        """Fork a kernel for each request until standard input ends."""
        died, wakeup = socket.socketpair()
        for end in (died, wakeup):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler there must be, for the wakeup to be written
        signal.set_wakeup_fd(wakeup.fileno(), warn_on_full_buffer=False)
        for file in (self.listener, died, sys.stdin):
            self._selector.register(file, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is sys.stdin:
                    return
                if key.fileobj is self.listener:
                    self._accept()
                elif key.fileobj is died:
                    died.recv(4096)
                    self._reap()
                else:
                    self._abandoned(key.data)

    def end(self) -> None:
        """Kill every kernel."""
        for pid in self._connections:
            _kill(pid)

    def _accept(self) -> None:
        connection, _ = self.listener.accept()
        try:
            connection.settimeout(10)
            with connection.makefile("rb") as lines:
                request = json.loads(lines.readline())
            pid = os.fork()
        except (OSError, ValueError):  # it has gone before it had asked, or there is no room
            connection.close()
            return
        if pid == 0:
            self._become(request, connection)
        with contextlib.suppress(OSError):  # the child does the same; whoever is first
            os.setpgid(pid, pid)
        self._connections[pid] = connection
        self._selector.register(connection, selectors.EVENT_READ, pid)
        with contextlib.suppress(OSError):  # it has gone before the answer: its end of the connection tells that too
            connection.sendall(str(pid).encode())

    def _reap(self) -> None:
        for pid, code in _ended():
            connection = self._connections.pop(pid)
            with contextlib.suppress(KeyError):  # abandoned before
                self._selector.unregister(connection)
            with contextlib.suppress(OSError):
                connection.sendall(str(code).encode())
            connection.close()

    def _abandoned(self, pid: int) -> None:
        """Nobody waits for a kernel any more."""
        if pid in self._connections:  # else it has ended at the same moment, and was reaped just before
            self._selector.unregister(self._connections[pid])
            _kill(pid)

    def _become(self, request: Request, connection: socket.socket) -> NoReturn:
        """In the child: leave the parent's things and be a kernel."""
        code = 1
        try:
            os.setpgid(0, 0)
            _die_with_parent()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for file in (self.listener, connection, *self._connections.values()):
                file.close()
            self._selector.close()
            _settle(request)
            run_kernel(request["argv"])
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except BaseException:  # noqa: BLE001 - told to the log; nothing of the parent's may run in the child
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)


def _settle(request: Request) -> None:
    """Environment, folder, output, cores and memory as asked for."""
    os.environ.clear()
    os.environ.update(request["env"])
    if request["cwd"]:
        os.chdir(request["cwd"])
    np.random.seed()  # noqa: NPY002 - else all forks would draw the same numbers; Python's own random sees to itself
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(request["log"] or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for target, file in ((0, nothing), (1, log), (2, log)):
        os.dup2(file, target)
    if request["cores"]:  # as a process has them from the one that starts it; this one's is the parent
        os.sched_setaffinity(0, request["cores"])
    if request["patient"]:
        be_patient()
    if request["memory"]:
        import resource

        most = request["memory"] * 2**20 + _reserved()
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _reserved() -> int:
    """Bytes that a warm process counts as data already: over a gigabyte, nearly all of it reserved and not used."""
    try:
        with open("/proc/self/status", encoding="ascii") as lines:  # noqa: PTH123 - in a child, as little as can be
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:"))
    except (OSError, StopIteration):
        return 0


def run_kernel(argv: list[str]) -> None:
    """Be a kernel until it is shut down.

    Parameters
    ----------
    argv : list of str
        Arguments of ``ipykernel_launcher``.
    """
    from helpers.kernels.application import Application

    application = Application.instance()
    application.initialize(argv)
    application.start()  # type: ignore[no-untyped-call]
    # The shell's end clears names and collects what is left, of a process that is about to end.
    assert application.shell is not None
    atexit.unregister(application.shell.atexit_operations)
    # Not its own end: that joins a thread which may be waiting to publish through another that it has just stopped.
    atexit.unregister(application.close)
    atexit._run_exitfuncs()


def _die_with_parent() -> None:
    """Have the system kill this process when the parent dies, where it can (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() == 1:
            os._exit(1)


def _ended() -> Iterator[tuple[int, int]]:
    """Process number and return code of each child that has ended."""
    with contextlib.suppress(ChildProcessError):
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            # What the kernel itself had started and left behind; while the child is not reaped, its number is its own.
            _kill(ended.si_pid)
            pid, status = os.waitpid(ended.si_pid, 0)
            yield pid, os.waitstatus_to_exitcode(status)


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def main() -> None:
    """Serve at the socket that the command line names; in the end, remove the folder that it names."""
    with socket.socket(fileno=int(sys.argv[1])) as listener:
        gc.disable()  # until all is there
        from helpers.kernels import warming

        warming.warm()
        # What is there now stays: the collector of a child need not look at it, and so does not copy its pages.
        gc.freeze()
        gc.enable()
        kernels = Kernels(listener)
        try:
            kernels.serve()
        finally:
            kernels.end()
            shutil.rmtree(sys.argv[2], ignore_errors=True)


if __name__ == "__main__":
    main()
