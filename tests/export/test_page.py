"""The page exporter: outputs of type HTML and texts, nothing else."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import markup
from helpers.errors import UserError
from helpers.export import page


def _notebook() -> nbformat.NotebookNode:
    masthead = '<header class="masthead"><h1>Báo cáo &lt;thử&gt;</h1><p class="unit">Xã A &amp; B</p></header>'
    return new_notebook(
        cells=[
            new_markdown_cell("# Words for analysts", metadata={"tags": ["screen-only"]}),
            new_code_cell("secret_code = 1", outputs=[new_output("stream", text="a stream")]),
            new_code_cell(
                "masthead()",
                outputs=[new_output("execute_result", {"text/html": masthead, "text/plain": "<HTML object>"})],
            ),
            new_markdown_cell("## 1. Kết quả\n\nMột câu."),
            new_code_cell("plain", outputs=[new_output("display_data", {"text/plain": "plain text"})]),
            new_code_cell(
                "style()",
                metadata={"tags": ["screen-only"]},
                outputs=[new_output("display_data", {"text/html": "<i>hidden</i>"})],
            ),
        ]
    )


def test_page_holds_texts_and_fragments_only():
    text, resources = page.PageExporter().from_notebook_node(_notebook())
    assert resources["output_extension"] == ".html"
    assert '<html lang="vi">' in text
    assert "<title>Báo cáo &lt;thử&gt; – Xã A &amp; B</title>" in text
    assert "Một câu." in text
    assert "1. Kết quả</h2>" in text, "no link mark after a heading"
    for absent in (
        "secret_code",
        "a stream",
        "HTML object",
        "plain text",
        "Words for analysts",
        "<i>",
        "<script",
        "http:",
        "https:",
    ):
        assert absent not in text, absent


@pytest.mark.parametrize(
    "name", ["manifest.json", "31-thanh-pho-hai-phong.html", "10972.ipynb", "10972.xlsx.html", "10972xlsx", ".xlsx"]
)
def test_a_file_beside_the_page_is_a_workbook_or_a_document(name):
    output = new_output("display_data", {"x/y": "AAAA"}, metadata={"x/y": {"filename": "10972-phu-luc.xlsx"}})
    notebook = new_notebook(cells=[new_code_cell("attach()", outputs=[output])])
    assert page.attachments(notebook) == {"10972-phu-luc.xlsx": bytes(3)}
    output.metadata["x/y"]["filename"] = name
    with pytest.raises(UserError, match=r"and \.xlsx or \.docx at its end"):
        page.attachments(notebook)


def test_a_page_leads_to_its_index_and_may_do_nothing_else():
    notebook = _notebook()
    text = page.PageExporter().from_notebook_node(notebook)[0]
    assert 'class="turning"' not in text, "nobody knows where it stands"
    assert "img-src" not in text
    assert text.index("Content-Security-Policy") < text.index("<title>")
    masthead = notebook.cells[2].outputs[0]
    masthead["metadata"] = {"text/html": {markup.NOTED: {"unit": "10972"}}}
    notebook.cells[4].outputs[0].data["text/html"] = '<img src="data:image/png;base64,AAAA">'
    text = page.PageExporter().from_notebook_node(notebook)[0]
    ways = ("10972", "truoc-10972", "sau-10972", "ky-truoc-10972", "ky-sau-10972")
    assert re.findall(r'href="([^#"].*?)"', text) == [f"index.html#{way}" for way in ways]
    assert "img-src data:" in text
    masthead["metadata"]["text/html"][markup.NOTED]["unit"] = "00"
    text = page.PageExporter().from_notebook_node(notebook)[0]
    ways = ("00", "ky-truoc-00", "ky-sau-00")
    assert re.findall(r'href="([^#"].*?)"', text) == [f"../index.html#{way}" for way in ways]
    masthead["metadata"]["text/html"][markup.NOTED]["unit"] = '"><script>'
    assert "<script" not in page.PageExporter().from_notebook_node(notebook)[0]


def test_same_notebook_same_bytes():
    assert page.PageExporter().from_notebook_node(_notebook()) == page.PageExporter().from_notebook_node(_notebook())


def test_title_without_masthead():
    assert page.title(new_notebook()) == "Báo cáo"


@pytest.mark.parametrize("name", ["tthc-page"])
def test_nbconvert_finds_the_exporter(name):
    from nbconvert.exporters import get_exporter

    assert get_exporter(name) is page.PageExporter
