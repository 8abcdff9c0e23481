"""What we put into papermill at the places it has for that: readable texts, and an engine that does less again."""

import json
from datetime import datetime
from typing import Any

from nbformat import NotebookNode
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.translators import PythonTranslator, papermill_translators


class Translator(PythonTranslator):  # type: ignore[misc] # papermill ships no types
    """papermill's translator for Python, but for texts, of which it escapes Vietnamese letters."""

    @classmethod
    def translate_str(cls, val: str) -> str:
        """A text as a literal of Python."""
        return json.dumps(val, ensure_ascii=False)


class Manager(NotebookExecutionManager):  # type: ignore[misc]
    """papermill's notes on each cell; it reads again the time that it has just written, in any format of the world."""

    def cell_complete(self, cell: NotebookNode, cell_index: int | None = None, **given: Any) -> None:
        """Note the end of a cell.

        Parameters
        ----------
        cell : NotebookNode
        cell_index : int, optional
        **given
            As papermill's own takes them.
        """
        noted = cell.metadata.papermill
        started, noted["start_time"] = noted["start_time"], None
        super().cell_complete(cell, cell_index=cell_index, **given)
        noted["start_time"] = started
        took = datetime.fromisoformat(noted["end_time"]) - datetime.fromisoformat(started)
        noted["duration"] = took.total_seconds()


class Engine(NBClientEngine):  # type: ignore[misc]
    """papermill's engine, which gives what it has executed to the one who asked, and to papermill the errors alone.

    papermill looks at nothing else any more, but writes the notebook, slowly, which is written by us anyway.
    """

    @classmethod
    def execute_notebook(
        cls,
        nb: NotebookNode,
        kernel_name: str,
        output_path: str | None = None,
        progress_bar: bool = False,
        log_output: bool = False,
        *,
        done: list[NotebookNode],
        **given: Any,
    ) -> NotebookNode:
        """Run the cells of a notebook.

        Parameters
        ----------
        nb : NotebookNode
            With the parameters in it.
        kernel_name : str
        output_path, progress_bar, log_output, **given
            As papermill's own engine takes them.
        done : list
            The executed notebook is added to it.

        Returns
        -------
        NotebookNode
            Of the outputs only the errors.
        """
        manager = Manager(nb, output_path, log_output, progress_bar)
        manager.notebook_start()
        try:
            cls.execute_managed_notebook(manager, kernel_name, log_output=log_output, **given)
        finally:
            manager.notebook_complete()
        done.append(manager.nb)
        return NotebookNode({**manager.nb, "cells": [_errors_of(cell) for cell in manager.nb.cells]})


def _errors_of(cell: NotebookNode) -> NotebookNode:
    if cell.cell_type != "code":
        return cell
    return NotebookNode({**cell, "outputs": [each for each in cell.outputs if each.output_type == "error"]})


def register(engine: str) -> None:
    """Have papermill use the translator, and the engine where it is asked for by a name."""
    papermill_translators.register("python", Translator)
    papermill_engines.register(engine, Engine)
