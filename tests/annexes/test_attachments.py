"""The files of a report travel in the notebook's outputs and end beside its page, and nowhere else."""

import base64
import json

import pytest
from nbconvert.writers import FilesWriter
from nbformat.v4 import new_code_cell, new_notebook, new_output

from helpers import annexes, slices
from helpers.annexes import attachments
from helpers.annexes.attachments import Attachment
from helpers.batch import running
from helpers.batch.jobs import Job
from helpers.errors import UserError
from helpers.export import page

FILE = Attachment("10972-xa-duong-an-phu-luc.xlsx", b"PK\x03\x04 content", attachments.WORKBOOK, "Phụ lục <1>")


def _notebook(*files: Attachment):
    bundles = [file._repr_mimebundle_() for file in files]
    outputs = [new_output("display_data", data, metadata=metadata) for data, metadata in bundles]
    return new_notebook(cells=[new_code_cell("annexes.attach(report, points)", outputs=outputs)])


def test_link_is_relative_and_escaped():
    data, metadata = FILE._repr_mimebundle_()
    assert '<a href="10972-xa-duong-an-phu-luc.xlsx">Phụ lục &lt;1&gt;</a>' in data["text/html"]
    assert base64.b64decode(data[FILE.mime]) == FILE.content
    assert metadata == {FILE.mime: {"filename": FILE.name}}
    assert "content" not in repr(FILE)


def test_nbconvert_writes_the_files_beside_the_page(tmp_path):
    text, resources = page.PageExporter().from_notebook_node(_notebook(FILE))
    FilesWriter(build_directory=str(tmp_path)).write(text, resources, notebook_name="page")
    assert {path.name for path in tmp_path.iterdir()} == {"page.html", FILE.name}
    assert (tmp_path / FILE.name).read_bytes() == FILE.content
    assert f'href="{FILE.name}"' in text
    assert base64.b64encode(FILE.content).decode() not in text


@pytest.mark.parametrize("name", ["../x.xlsx", "/etc/x", "a\\b.xlsx", "C:x", ".profile", "", "a/../b"])
def test_a_name_that_leads_elsewhere_is_refused(name):
    with pytest.raises(UserError, match="Name it with letters"):
        page.PageExporter().from_notebook_node(_notebook(Attachment(name, b"", FILE.mime, "")))


def test_a_run_puts_page_files_and_a_light_notebook_into_place(tmp_path):
    job = Job("commune_report", {}, tmp_path / "reports" / "10972-xa-duong-an.html")
    notebook = _notebook(FILE)
    (tmp_path / "10972-xa-duong-an.ipynb").write_text(json.dumps(notebook), encoding="utf-8")  # as papermill leaves it
    outputs = running._publish(job, notebook, tmp_path)
    folder = job.page.parent
    assert (
        {path.name for path in folder.iterdir()}
        == set(outputs)
        == {job.page.name, "10972-xa-duong-an.ipynb", FILE.name}
    )
    assert (folder / FILE.name).read_bytes() == FILE.content
    kept = json.loads((folder / "10972-xa-duong-an.ipynb").read_text(encoding="utf-8"))
    assert list(kept["cells"][0]["outputs"][0]["data"]) == ["text/html"], "the link stays, the file is beside it"
    assert kept["cells"][0]["outputs"][0]["metadata"] == {}


def test_the_three_files_of_a_report(small, monkeypatch):
    shown = []
    monkeypatch.setattr(attachments, "display", lambda *files: shown.extend(files))
    annexes.attach(slices.commune("10972", "2025-07-01..2025-11-26", folder=small), [])
    stem = "10972-xa-duong-an"
    endings = ["-bieu-II.06a.xlsx", "-phu-luc.xlsx", "-du-thao-bao-cao.docx"]
    assert [file.name for file in shown] == [stem + ending for ending in endings]
    assert all(file.content[:2] == b"PK" and len(file.content) < 100_000 for file in shown)
