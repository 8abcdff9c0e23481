"""The application of a warm kernel: ipykernel's own, without what no report uses or its parent has done already."""

import os
import sys
from functools import cache
from types import ModuleType
from typing import Any, ClassVar

from ipykernel import ipkernel
from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel as BaseKernel
from traitlets import DottedObjectName, Type
from traitlets.config.loader import KVArgParseConfigLoader


class _WithoutModules:
    """``sys`` as before anything was imported."""

    modules: ClassVar[dict[str, ModuleType]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


class Kernel(IPythonKernel):
    """ipykernel's own, which looks neither at every module that was imported nor at every process of the machine."""

    def __init__(self, **kwargs: Any) -> None:
        # It would ask thousands of modules for their files, and copy two pages of memory for each.
        ipkernel.sys = _WithoutModules()  # type: ignore[assignment,attr-defined]
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

    def flush(self) -> None:
        """Send what was written. What is in no buffer any more is sent already, or by what is to be done next."""
        if self._buffers:
            super().flush()  # type: ignore[no-untyped-call]


class Application(IPKernelApp):
    """A kernel without subshells, whose log makes no records that nobody reads."""

    kernel_class = Type(Kernel, klass=BaseKernel).tag(config=True)
    outstream_class = DottedObjectName(f"{__name__}.{Stream.__name__}", allow_none=True).tag(config=True)
    _ready = False

    def initialize(self, argv: list[str] | None = None) -> None:
        """Set the kernel up.

        Parameters
        ----------
        argv : list of str, optional
            Arguments of ``ipykernel_launcher``.
        """
        super().initialize(argv)  # type: ignore[no-untyped-call]
        self.log.setLevel(self.log_level)  # its handler drops the others too, but only once they are made

    def init_blackhole(self) -> None:
        """Set the log up, now that all it depends on is known and its terminal not yet replaced."""
        self._ready = True
        self._configure_logging()
        super().init_blackhole()  # type: ignore[no-untyped-call]

    def _configure_logging(self) -> None:
        """Nothing until then: traitlets would set the log up nine times on the way."""
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
        """What reads the arguments: a parser of those long options alone that are among them."""
        given = {word.lstrip("-").partition("=")[0] for word in argv or []}

        def asked(options: dict[Any, Any]) -> dict[Any, Any]:
            each = {names: [names] if isinstance(names, str) else names for names in options}
            return {
                names: options[names]
                for names, words in each.items()
                if any(len(word) == 1 or word in given for word in words)
            }

        return super()._create_loader(argv, asked(aliases), asked(flags), classes)


@cache
def module_files() -> list[str]:
    """Files of the modules that this process has imported when it is first asked."""
    return [file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))]
