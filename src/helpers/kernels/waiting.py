"""The client of a kernel that starts at once: it neither waits for silence nor comes back late."""

import time
from queue import Empty
from typing import Any, Final

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient

_AGAIN: Final = 5  # milliseconds


class Client(AsyncKernelClient):
    """jupyter_client's own, but for how it connects, and how it finds out that a kernel is ready.

    That one waits a fifth of a second in which nothing is published, so that nothing older is taken for the output of
    a cell; nbclient tells by the parent of each message, so there is nothing to wait for.
    """

    def start_channels(self, *args: bool, **kwargs: bool) -> None:
        """Connect, and try again soon while the kernel does not listen yet: ZeroMQ would wait for a tenth of a second.

        Parameters
        ----------
        *args, **kwargs
            As ``AsyncKernelClient`` takes them.
        """
        self.context.setsockopt(zmq.RECONNECT_IVL, _AGAIN)  # of each socket made from now on
        super().start_channels(*args, **kwargs)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, and publishes to us.

        Parameters
        ----------
        timeout : float, optional
            Seconds.

        Raises
        ------
        RuntimeError
            When the kernel has died or does not answer in time.
        """
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not await self._answers():
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > deadline:
                raise RuntimeError(f"Kernel didn't respond in {timeout:.0f} seconds")

    async def _answers(self) -> bool:
        asked = self.kernel_info()
        try:
            while (await self._message("shell")).get("msg_id") != asked:
                pass  # the answer to an earlier question
            await self._message("iopub")  # the subscription has reached the kernel: else ask again
        except Empty:
            return False
        return True

    async def _message(self, channel: str) -> dict[str, Any]:
        """Parent of the next message of a channel."""
        get = self.get_shell_msg if channel == "shell" else self.get_iopub_msg
        message = await get(timeout=1 if channel == "shell" else 0.2)
        parent: dict[str, Any] = message["parent_header"]
        return parent
