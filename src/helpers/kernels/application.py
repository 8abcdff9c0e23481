"""The application of a warm kernel: ipykernel's own, without what no report uses or its parent has done already."""

import os
import sys
from functools import cache
from types import SimpleNamespace
from typing import Any

from ipykernel import ipkernel
from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from traitlets import DottedObjectName, Type
from traitlets.config.loader import KVArgParseConfigLoader


class Kernel(IPythonKernel):
    """ipykernel's own, which looks neither at every module that was imported nor at every process of the machine."""

    def __init__(self, **kwargs: Any) -> None:
        # It would ask thousands of modules for their files, and copy two pages of memory for each.
        ipkernel.sys = SimpleNamespace(modules={})  # type: ignore[assignment,attr-defined]
        try:
            super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        finally:
            ipkernel.sys = sys  # type: ignore[attr-defined]
        self._kernel_modules = module_files()
        if hasattr(self, "debugger"):
            self.debugger.kernel_modules = self._kernel_modules

    def _process_children(self) -> list[Any]:
        """Processes that it has started: of the machine's all are looked at only when there are any."""
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return []
        found: list[Any] = super()._process_children()  # type: ignore[no-untyped-call]
        return found


class Stream(OutStream):
    """A terminal's stream, which has nothing to send where nothing was written: it is asked six times a cell."""

    _written = False

    def write(self, string: str) -> int:
        """Write a text.

        Parameters
        ----------
        string : str

        Returns
        -------
        int
            How many letters.
        """
        self._written = True
        super().write(string)
        return len(string)

    def flush(self) -> None:
        """Send what was written."""
        if self._written:
            self._written = False
            super().flush()  # type: ignore[no-untyped-call]


class Application(IPKernelApp):
    """A kernel without subshells, whose log makes no records that nobody reads."""

    kernel_class = Type(Kernel)
    outstream_class = DottedObjectName(f"{__name__}.{Stream.__name__}")
    _ready = False

    def initialize(self, argv: list[str] | None = None) -> None:
        """Set the kernel up.

        Parameters
        ----------
        argv : list of str, optional
            Arguments of ``ipykernel_launcher``.
        """
        super().initialize(argv)  # type: ignore[no-untyped-call]
        self._ready = True
        self._configure_logging()
        self.log.setLevel(self.log_level)  # its handler drops the others too, but only once they are made

    def _configure_logging(self) -> None:
        """Set the log up, once all that it depends on is known: traitlets does so nine times on the way."""
        if self._ready:
            super()._configure_logging()

    def init_control(self, context: Any) -> None:
        """Make the control channel, and no thread for subshells: every message would change threads twice.

        Parameters
        ----------
        context : zmq.Context
        """
        super().init_control(context)  # type: ignore[no-untyped-call]
        self.shell_channel_thread = None

    def _create_loader(
        self, argv: list[str] | None, aliases: dict[Any, Any], flags: dict[Any, Any], classes: Any
    ) -> KVArgParseConfigLoader:
        """What reads the arguments: a parser of those options alone that are among them."""
        given = {word.lstrip("-").partition("=")[0] for word in argv or []}

        def asked(options: dict[Any, Any]) -> dict[Any, Any]:
            return {
                names: what
                for names, what in options.items()
                if given.intersection([names] if isinstance(names, str) else names)
            }

        return super()._create_loader(argv, asked(aliases), asked(flags), classes)


@cache
def module_files() -> list[str]:
    """Files of the modules that this process has imported when it is first asked."""
    return [file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))]
