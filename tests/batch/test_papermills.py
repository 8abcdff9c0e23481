"""papermill with our engine: it does and says what it does with its own."""

from datetime import datetime

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from helpers.batch import papermills


def _run(folder, engine, *cells, **given):
    """What papermill gives for some cells, what it wrote, and what our engine has handed over."""
    path, done = folder / "one.ipynb", []
    made = new_notebook(cells=[new_markdown_cell("# Một"), *(new_code_cell(cell) for cell in cells)])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python", "language": "python"}
    made.cells[1].metadata["tags"] = ["parameters"]
    nbformat.write(made, path)
    papermills.register("ours")
    ours = {"engine_name": "ours", "done": done} if engine == "ours" else {}
    out = folder / f"{engine}.ipynb"
    given = {"progress_bar": False, "kernel_name": "python3", **given}
    executed = papermill.execute_notebook(path, out, {"x": "Đường"}, **given, **ours)
    return executed, nbformat.read(out, as_version=4), *done


def _untimed(notebook):
    """The notebook without what differs each time."""
    plain = nbformat.from_dict(notebook)
    for holder in [plain, *plain.cells]:
        noted = holder.metadata.papermill
        for name in ("start_time", "end_time", "duration", "output_path"):
            noted.pop(name, None)
        holder.metadata.pop("execution", None)
        holder.pop("id", None)
    return plain


def test_what_is_executed_is_what_papermill_executes(tmp_path):
    cells = 'x = ""', "print(x)\nx * 2", "from IPython.display import HTML\nHTML('<b>ba</b>')"
    theirs, _ = _run(tmp_path, "theirs", *cells)
    given, written, ours = _run(tmp_path, "ours", *cells)
    assert _untimed(ours) == _untimed(theirs)
    assert ours.cells[3].outputs[1].data["text/plain"] == "'ĐườngĐường'"
    assert all(not cell.get("outputs") for notebook in (given, written) for cell in notebook.cells)
    for cell in ours.cells:
        noted = cell.metadata.papermill
        took = datetime.fromisoformat(noted["end_time"]) - datetime.fromisoformat(noted["start_time"])
        assert noted["duration"] == took.total_seconds() >= 0


def test_an_error_is_told_as_papermill_tells_it(tmp_path):
    told = []
    for engine in ("theirs", "ours"):
        with pytest.raises(PapermillExecutionError) as raised:
            _run(tmp_path, engine, 'x = ""', "1 / 0", "print('never')")
        error = raised.value
        told.append((error.cell_index, error.exec_count, error.source, error.ename, error.evalue))
        written = nbformat.read(tmp_path / f"{engine}.ipynb", as_version=4)
        assert "papermill-error-cell" in str(written)
    assert told[0] == told[1]
    assert told[0][3:] == ("ZeroDivisionError", "division by zero")
