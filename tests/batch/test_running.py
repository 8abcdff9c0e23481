"""What a run leaves beside its page: files of its own unit, and a notebook that tells nothing of the machine."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from helpers.batch import running
from helpers.batch.jobs import Job
from helpers.errors import UserError


def _publish(folder, attached: str):
    """Publish the report that another notebook made on Đường An, with one file."""
    job = Job("other", {}, folder / "reports" / "10972-xa-duong-an.other.html")
    output = new_output("display_data", {"x/y": "AAAA"}, metadata={"x/y": {"filename": attached}})
    executed = new_notebook(cells=[new_code_cell("attach()", outputs=[output])])
    executed.metadata["papermill"] = {
        "input_path": "/home/an/other.ipynb",
        "output_path": str(folder / "other.ipynb"),
        "parameters": {"x": 1},
    }
    return job.page.parent, running._publish(job, executed, folder)


def test_the_notebook_beside_a_page_tells_no_path_of_the_machine(tmp_path):
    folder, outputs = _publish(tmp_path, "10972-xa-duong-an-phu-luc.xlsx")
    kept = (folder / "10972-xa-duong-an.other.ipynb").read_text(encoding="utf-8")
    assert json.loads(kept)["metadata"]["papermill"] == {"parameters": {"x": 1}}
    assert {path.name for path in folder.iterdir()} == set(outputs)
    assert len(outputs) == 3


@pytest.mark.parametrize("name", ["11203-xa-ninh-giang-phu-luc.xlsx", "10972.xlsx", "x10972-xa-duong-an.docx"])
def test_a_file_of_another_unit_is_refused_before_anything_is_written(tmp_path, name):
    with pytest.raises(UserError, match="Begin its name with '10972-xa-duong-an', as its page's does"):
        _publish(tmp_path, name)
    assert list(tmp_path.iterdir()) == []
