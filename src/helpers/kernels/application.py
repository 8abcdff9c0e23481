"""The application of a warm kernel: ipykernel's own, without what no report uses."""

from typing import Any

from ipykernel.kernelapp import IPKernelApp


class Application(IPKernelApp):
    """A kernel without subshells, whose log makes no records that nobody reads."""

    def initialize(self, argv: list[str] | None = None) -> None:
        """Set the kernel up.

        Parameters
        ----------
        argv : list of str, optional
            Arguments of ``ipykernel_launcher``.
        """
        super().initialize(argv)  # type: ignore[no-untyped-call]
        self.log.setLevel(self.log_level)  # its handler drops the others too, but only once they are made

    def init_control(self, context: Any) -> None:
        """Make the control channel, and no thread for subshells: every message would change threads twice.

        Parameters
        ----------
        context : zmq.Context
        """
        super().init_control(context)  # type: ignore[no-untyped-call]
        self.shell_channel_thread = None
