"""Warm kernels: real forks of a real parent, asked for as papermill asks for them."""

import ast
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

import pytest
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.provisioning import KernelProvisionerFactory

from helpers import batch, kernels
from helpers.kernels import client, provisioner

MANY = Path(__file__).with_name("many_runs.py")
# A process that asks for a kernel, has it start something, and is then killed.
ASKING = """
import json, time
from jupyter_client import KernelManager

manager = KernelManager(transport="ipc", kernel_name="python3")
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
client.execute_interactive("import subprocess; child = subprocess.Popen(['sleep', '600'])", timeout=60)
client.execute("import os", user_expressions={"pids": "[os.getppid(), os.getpid(), child.pid]"})
print(client.get_shell_msg(timeout=60)["content"]["user_expressions"]["pids"]["data"]["text/plain"], flush=True)
print(json.dumps(manager.connection_file), flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def parent() -> Iterator[kernels.Parent]:
    """A warm parent."""
    made = kernels.Parent()
    yield made
    made.close()
    assert not made.folder.exists()


@pytest.fixture
def warm(parent, monkeypatch) -> kernels.Parent:
    """The same, chosen by the environment as the batch does it."""
    monkeypatch.setenv(kernels.CHOICE, kernels.NAME)
    monkeypatch.setenv(kernels.ADDRESS, str(parent.address))
    KernelProvisionerFactory.clear_instance()  # it reads the environment once
    yield parent
    KernelProvisionerFactory.clear_instance()


class Kernel:
    """A kernel and a client of it."""

    def __init__(self, **how: object) -> None:
        self.manager = KernelManager(transport="ipc", kernel_name="python3")
        self.manager.start_kernel(**how)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def pid(self) -> int:
        return self.manager.provisioner.pid

    def __call__(self, expression: str, before: str = "") -> object:
        """Run some code; the value of an expression after it."""
        self.client.execute(before, user_expressions={"value": expression}, silent=True)
        said = self.client.get_shell_msg(timeout=60)["content"]["user_expressions"]["value"]
        return ast.literal_eval(said["data"]["text/plain"])

    def end(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel()


@contextmanager
def kernel(**how: object) -> Iterator[Kernel]:
    made = Kernel(**how)
    try:
        yield made
    finally:
        made.end()


def request_for(**wanted: object) -> client.Request:
    plain = {"argv": [], "env": dict(os.environ), "cwd": "", "log": "", "memory": 0, "cores": [], "patient": False}
    return client.Request(**{**plain, **wanted})


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be reaped does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def soon(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def test_a_kernel_is_a_fork_of_a_parent_without_threads(warm, tmp_path):
    environment = {**os.environ, "OWN": "của riêng"}
    with kernel(env=environment, cwd=str(tmp_path)) as one:
        assert type(one.manager.provisioner) is kernels.Provisioner
        found = one("[os.getppid(), os.getpid(), os.getcwd(), os.environ['OWN']]", "import os")
        assert found[0] == warm._process.pid
        assert found[1:] == [one.pid, str(tmp_path), "của riêng"]
        names = one("[name for name in globals() if name[0] != '_']", "del os")
        assert names == ["In", "Out", "get_ipython", "exit", "quit", "open"]
        assert one("'pandas' in sys.modules and 'OWN' in os.environ", "import os, sys") is True
        modules = one("[file for file in get_ipython().kernel.debugger.kernel_modules if 'pandas' in file]")
        assert len(modules) > 100, "its debugger steps over what was imported before"
        assert os.listdir(f"/proc/{warm._process.pid}/task") == [str(warm._process.pid)]  # noqa: PTH208
    assert soon(lambda: not alive(one.pid))
    assert {path.name for path in warm.folder.iterdir()} == {"parent"}, "its sockets and its file went with it"


@pytest.mark.usefixtures("warm")
def test_two_kernels_share_nothing():
    modules = "import os, random, uuid, numpy, pandas; from helpers import settings"
    change = "; pandas.mine = settings.mine = own = os.environ['MINE'] = '1'"
    look = "[hasattr(pandas, 'mine'), hasattr(settings, 'mine'), 'own' in globals(), 'MINE' in os.environ]"
    draw = "[random.random(), numpy.random.random(), numpy.random.default_rng().random(), uuid.uuid4().hex]"
    with kernel() as one, kernel() as other:
        assert one(look, modules + change) == [True] * 4
        assert other(look, modules) == [False] * 4
        assert all(a != b for a, b in zip(one(draw), other(draw), strict=True))


@pytest.mark.usefixtures("warm")
def test_a_kernel_runs_where_the_one_who_asks_may_run_and_as_it_does():
    mine, look = os.sched_getaffinity(0), "[os.sched_getaffinity(0), os.sched_getscheduler(0)]"
    with kernel() as one:
        assert one(look, "import os") == [mine, os.SCHED_OTHER]
    os.sched_setaffinity(0, [max(mine)])
    kernels.be_patient()
    try:
        with kernel() as one:
            assert one(look, "import os") == [{max(mine)}, os.SCHED_BATCH]
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        os.sched_setaffinity(0, mine)


@pytest.mark.usefixtures("warm")
def test_what_is_printed_arrives_before_the_cell_has_ended():
    with kernel() as one:
        code = "import sys\nfor n in (1, 2):\n    print('một', n)\n    print('hai', n, file=sys.stderr)\nprint('ba')\n3"
        asked = one.client.execute(code)
        told = []
        while told[-1:] != ["idle"]:
            message = one.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") == asked:
                content = message["content"]
                told.append(content.get("execution_state") or content.get("name") or message["msg_type"])
                told.append(content["text"]) if "text" in content else None
        streams = {name: "".join(b for a, b in pairwise(told) if a == name) for name in ("stdout", "stderr")}
        assert streams == {"stdout": "một 1\nmột 2\nba\n", "stderr": "hai 1\nhai 2\n"}
        assert told[-2:] == ["execute_result", "idle"], "what was printed before the result came before it"


@pytest.mark.usefixtures("warm")
def test_what_a_kernel_started_ends_with_it():
    with kernel() as one:
        child = one("child.pid", "import subprocess; child = subprocess.Popen(['sleep', '600'])")
    assert soon(lambda: not alive(child)), "it was asked to end"
    with kernel() as one:
        start = "import subprocess; child = subprocess.Popen(['sleep', '600'])"
        children = [one("child.pid", start), one("child.pid", start)]
        assert all(alive(pid) for pid in children)
        os.kill(one.pid, signal.SIGKILL)
        assert soon(lambda: not any(alive(pid) for pid in [one.pid, *children]))


def test_too_much_memory_is_an_error_in_the_cell(parent, tmp_path):
    def fork(memory: int, code: str) -> int | None:
        # Arguments of ipykernel_launcher: what it runs once it has started.
        argv = ["-f", str(tmp_path / "k.json"), f"--IPKernelApp.exec_lines={code}", "--IPKernelApp.log_level=CRITICAL"]
        request = request_for(argv=argv, memory=memory)
        one = client.fork(parent.address, request)
        assert one.ended_within(30)
        return one.returncode

    take = "import os\ntry: held = [b'x' * 10**7 for _ in range(60)]\nexcept MemoryError: os._exit(7)\nos._exit(0)"
    assert fork(300, take) == 7
    assert fork(900, take) == 0


def test_when_the_one_who_asked_is_killed_all_ends(tmp_path):
    # It starts a parent of its own, for the one that it is told of is gone.
    told = {kernels.CHOICE: kernels.NAME, kernels.ADDRESS: str(tmp_path / "gone")}
    environment = {**os.environ, **told, "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", ASKING], env=environment, stdout=subprocess.PIPE, text=True) as asking:
        pids = ast.literal_eval(asking.stdout.readline())
        connection = Path(json.loads(asking.stdout.readline()))
        assert len(set(pids)) == 3
        assert all(alive(pid) for pid in pids)
        assert connection.is_file()
        asking.kill()
    assert soon(lambda: not any(alive(pid) for pid in pids)), "kernel, parent and what the kernel had started"
    assert soon(lambda: not connection.parent.exists())


def test_one_who_is_gone_before_the_answer_costs_nobody_anything(warm):
    """As a worker that is killed while it asks: the kernel ends, and the parent serves the others."""
    request = request_for()
    for _ in range(3):
        with socket.socket(socket.AF_UNIX) as gone:
            gone.connect(str(warm.address))
            gone.sendall(json.dumps(request).encode() + b"\n")
    children = Path(f"/proc/{warm._process.pid}/task/{warm._process.pid}/children")
    time.sleep(0.5)
    with kernel() as one:
        assert soon(lambda: children.read_text().split() == [str(one.pid)])
    assert soon(lambda: children.read_text() == "")
    assert warm.alive


def test_kernels_that_end_while_those_who_asked_go_cost_nobody_anything(warm, tmp_path):
    """The parent may learn of both at one moment, in either order."""
    log = str(tmp_path / "no folder" / "log")  # which ends a kernel as soon as it is forked
    request = request_for(env={}, log=log)
    for _ in range(60):
        with socket.socket(socket.AF_UNIX) as gone:
            gone.connect(str(warm.address))
            gone.sendall(json.dumps(request).encode() + b"\n")
    with kernel():
        assert warm.alive


@pytest.mark.usefixtures("warm")
def test_when_the_parent_is_killed_its_kernels_end(monkeypatch):
    own = kernels.Parent()
    monkeypatch.setenv(kernels.ADDRESS, str(own.address))
    with kernel() as one:
        os.kill(own._process.pid, signal.SIGKILL)
        assert soon(lambda: not alive(one.pid))
        assert one.manager.provisioner.process.wait() == -signal.SIGKILL
    own.close()
    assert not own.folder.exists()


@pytest.mark.usefixtures("warm")
def test_a_kernel_of_another_kind_is_started_as_ever(tmp_path):
    folder = tmp_path / "kernels" / "other"
    folder.mkdir(parents=True)
    command = ["sh", "-c", "sleep 600", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "Other", "language": "other"}))
    finder = KernelSpecManager(kernel_dirs=[str(folder.parent)])
    manager = KernelManager(kernel_name="other", kernel_spec_manager=finder)
    manager.start_kernel()
    assert type(manager.provisioner) is kernels.Provisioner
    assert isinstance(manager.provisioner.process, subprocess.Popen)
    assert Path(f"/proc/{manager.provisioner.pid}/cmdline").read_bytes().startswith(b"sh\0-c\0sleep")
    manager.shutdown_kernel(now=True)
    assert not alive(manager.provisioner.pid or 0)


@pytest.mark.usefixtures("warm")
def test_without_fork_it_is_an_ordinary_kernel_and_the_same_page(tmp_path, stored, monkeypatch):
    values = {"store": str(stored({"field": "1"}, {"due_at": "2025-07-11", "channel": "online"}))}
    pages = []
    for can in (True, False):
        monkeypatch.setattr(provisioner, "can_fork", lambda can=can: can)
        pages.append(batch.run(batch.job("10972", "2025-07", values, tmp_path / str(can))).read_bytes())
    assert pages[0] == pages[1]


@pytest.mark.long  # workers must start first
def test_many_runs_at_once():
    """``python tests/kernels/many_runs.py`` makes 500."""
    command = [sys.executable, MANY, "--runs", "60", "--workers", "8"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
