"""What ``jupyter_client`` calls to start a kernel: a fork of a warm parent where that can be, else an ordinary one."""

import asyncio
import atexit
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Int, Unicode

from helpers import digests
from helpers.kernels import client
from helpers.kernels.client import Forked, Parent, Request

_LAUNCHER: Final = "ipykernel_launcher"
_GRACE: Final = 2.0  # seconds for a kernel to end by itself once it is asked to
# The parent that this process has started itself, with the digest of the code that it has imported.
_own: list[tuple[Parent, str]] = []


class Provisioner(LocalProvisioner):
    """Starts kernels by forking a warm parent; everything else is as with ordinary kernels."""

    log_file = Unicode(help="File for what a kernel writes to its terminal; none by default.").tag(config=True)
    memory = Int(help="Most megabytes of data that a kernel may hold; any by default.").tag(config=True)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Place the kernel's sockets where the warm parent removes them in the end, whatever becomes of this process.

        Parameters
        ----------
        **kwargs
            As ``LocalProvisioner`` takes them.
        """
        manager = self.parent
        if manager is not None and manager.transport == "ipc" and can_fork() and not manager.connection_file:
            manager.connection_file = str(await asyncio.to_thread(_folder) / f"{self.kernel_id}.json")
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel.

        Parameters
        ----------
        cmd : list of str
            Command of the kernel specification.
        **kwargs
            As ``LocalProvisioner`` takes them.

        Returns
        -------
        KernelConnectionInfo
        """
        if not (can_fork() and cmd[0] == sys.executable and _LAUNCHER in cmd):
            return await self._start_anew(cmd, kwargs)
        forked = await asyncio.to_thread(_fork, self._request(cmd, kwargs))
        self.process = forked  # type: ignore[assignment] # as much of Popen as the base class uses
        self.pid = self.pgid = forked.pid
        self.cwd = kwargs.get("cwd")
        return self.connection_info

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Wait for a forked kernel to end, so that the manager, which looks ten times a second, need not.

        Parameters
        ----------
        restart : bool
        """
        await super().shutdown_requested(restart=restart)
        if isinstance(self.process, Forked):
            await asyncio.to_thread(self.process.ended_within, _GRACE)

    def _request(self, cmd: Sequence[str], kwargs: dict[str, Any]) -> Request:
        return Request(
            argv=list(cmd[cmd.index(_LAUNCHER) + 1 :]),
            env=kwargs["env"],
            cwd=str(kwargs.get("cwd") or ""),
            log=self.log_file,
            memory=self.memory,
            cores=client.own_cores(),
            patient=client.is_patient(),
        )

    async def _start_anew(self, cmd: list[str], kwargs: dict[str, Any]) -> KernelConnectionInfo:
        """An ordinary kernel, writing to the same log as a forked one."""
        with ExitStack() as files:
            if self.log_file:
                log = files.enter_context(Path(self.log_file).open("ab"))
                kwargs = {**kwargs, "stdout": log, "stderr": log}
            return await super().launch_kernel(cmd, **kwargs)


def can_fork() -> bool:
    """Whether the system has what a warm parent needs."""
    return hasattr(os, "fork") and hasattr(os, "waitid")


def _folder() -> Path:
    """Folder of the warm parent that will be asked."""
    given = os.environ.get(client.ADDRESS)
    return Path(given).parent if given and Path(given).exists() else _own_parent().folder


def _fork(request: Request) -> Forked:
    """Fork the parent that the environment names, or one of our own when it names none or that one is gone."""
    given = os.environ.get(client.ADDRESS)
    if given:
        try:
            return client.fork(Path(given), request)
        except OSError:
            pass
    return client.fork(_own_parent().address, request)


def _own_parent() -> Parent:
    """A parent of this process; another one when the code or the tables have changed since it imported them."""
    now = digests.code()
    if _own and not (_own[0][0].alive and _own[0][1] == now):
        _close()
    if not _own:
        _own.append((Parent(), now))
    return _own[0][0]


@atexit.register
def _close() -> None:
    while _own:
        _own.pop()[0].close()
