"""The side that asks for kernels: starting a warm parent, and the kernels that it forks."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final, TypedDict

NAME: Final = "tthc-warm"
CHOICE: Final = "JUPYTER_DEFAULT_PROVISIONER_NAME"  # jupyter_client's environment variable for such a name
ADDRESS: Final = "TTHC_KERNELS"  # environment variable: where a parent listens that serves several processes

# No threads for linear algebra or for Arrow's memory: a process with threads must not fork.
_SINGLE: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
_PATIENCE: Final = 120  # seconds for a parent to import everything, on a machine that is busy
# The path of a kernel's sockets is the folder's, a slash and 54 letters; a socket's path may have 107.
_LONGEST: Final = 107 - 1 - 54 - len("/tthc-12345678")


class Parent:
    """A warm parent process of ours; it ends, and its kernels with it, when this process does."""

    def __init__(self) -> None:
        # Short, for the paths of sockets; private, for who may connect may run code.
        base = tempfile.gettempdir()
        self.folder = Path(tempfile.mkdtemp(prefix="tthc-", dir=base if len(base) <= _LONGEST else "/tmp"))
        self.address = self.folder / "parent"
        environment = {**os.environ, **_SINGLE}
        # As the kernel specification of ipykernel has it, whose debugger asks for it.
        command = [sys.executable, "-X", "frozen_modules=off", "-m", "helpers.kernels.parent"]
        with socket.socket(socket.AF_UNIX) as listener:
            # Bound here, so that requests can be made at once; they are answered when the parent is warm.
            listener.bind(str(self.address))
            listener.listen(128)
            # Its standard input says when this process has ended, however that came about.
            self._process = subprocess.Popen(
                [*command, str(listener.fileno()), str(self.folder)], pass_fds=[listener.fileno()],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True, env=environment,
            )  # fmt: skip

    def close(self) -> None:
        """End the parent and every kernel of it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self._process.poll() is None


class Forked:
    """A kernel that a warm parent has forked: as much of ``subprocess.Popen`` as the provisioner uses.

    Attributes
    ----------
    pid : int
        Also the number of its process group.
    returncode : int or None
        Negative: ended by that signal.
    """

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection

    def poll(self) -> int | None:
        """The return code, None while it runs."""
        return self._look(0)

    def wait(self) -> int | None:
        """Wait for the end and give the return code."""
        return self._look(None)

    def ended_within(self, seconds: float) -> bool:
        """Wait for the end for a while; whether it came."""
        return self._look(seconds) is not None

    def send_signal(self, number: int) -> None:
        """Send a signal to it and what it has started."""
        if self.poll() is None:
            os.killpg(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _look(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            self._connection.settimeout(timeout)
            with contextlib.suppress(BlockingIOError, TimeoutError):
                try:
                    said = self._connection.recv(32)
                except ConnectionError:
                    said = b""
                # The parent's end without a word: it died, and its kernels with it.
                self.returncode = int(said) if said else -signal.SIGKILL
                self._connection.close()
        return self.returncode


class Request(TypedDict):
    """What a kernel shall be.

    Attributes
    ----------
    argv : list of str
        Arguments of ``ipykernel_launcher``.
    env : dict
        Its environment.
    cwd : str
        Its working folder; "" for the parent's.
    log : str
        File for what it writes to its terminal; "" for none.
    memory : int
        Most megabytes of data that it may hold; 0 for any.
    cores : list of int
        Those that it may run on; none for any.
    patient : bool
        Whether it waits for its turn, as ``be_patient`` says.
    """

    argv: list[str]
    env: dict[str, str]
    cwd: str
    log: str
    memory: int
    cores: list[int]
    patient: bool


def own_cores() -> list[int]:
    """Cores that this process may run on; none where the system does not let a process choose."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def be_patient() -> None:
    """Let whoever runs on this process's core end its turn first, when something comes in; where the system lets it.

    A process that somebody has told how to be scheduled stays as it is.
    """
    with contextlib.suppress(OSError, AttributeError):
        if os.sched_getscheduler(0) == os.SCHED_OTHER:
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def is_patient() -> bool:
    """Whether this process is, by ``be_patient``."""
    with contextlib.suppress(OSError, AttributeError):
        return os.sched_getscheduler(0) == os.SCHED_BATCH
    return False


def fork(address: Path, request: Request) -> Forked:
    """Ask a warm parent for a kernel.

    Parameters
    ----------
    address : Path
        Where the parent listens.
    request : Request

    Returns
    -------
    Forked

    Raises
    ------
    OSError
        When the parent does not answer.
    """
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(_PATIENCE)
        connection.connect(str(address))
        connection.sendall(json.dumps(request).encode() + b"\n")
        said = connection.recv(32)
        if not said:
            raise ConnectionError(f"The warm parent at {address} has ended.")
        return Forked(connection, int(said))
    except BaseException:
        connection.close()
        raise
