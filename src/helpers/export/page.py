"""The nbconvert exporter of report pages: one self-contained file, no code, no script, no address."""

import base64
import html
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final

from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets.config import Config

from helpers import markup
from helpers.errors import UserError

# Beside the page and nowhere else: no folder, no drive, no hidden file; and no page, notebook or manifest.
_FILE: Final = re.compile(r"\w[\w.-]*\.(?:xlsx|docx)")
_HEADING: Final = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
_UNIT: Final = re.compile(r"\d{2}|\d{5}")
_LONGEST_RUNNING: Final = 150  # letters: two lines at the foot of a sheet
_REST: Final = "Số liệu chi tiết của kỳ này"
_TEMPLATES: Final = Path(__file__).parent / "templates"


class PageExporter(TemplateExporter):
    """Export an executed report notebook as a page; ``jupyter nbconvert --to tthc-page`` finds it by entry point.

    nbconvert's own HTML exporter parses the finished page once more and brings 270 KB of style and external
    scripts; a template of our own needs neither.
    """

    export_from_notebook = "Trang báo cáo (HTML)"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def _template_name_default(self) -> str:
        return "tthc"

    @property
    def template_paths(self) -> list[str]:  # type: ignore[override] # nbconvert has a trait here
        """Folders searched for the template: ours alone, whatever Jupyter paths a machine has."""
        return [str(_TEMPLATES / "tthc")]

    def _default_preprocessors_default(self) -> list[str]:
        # For `jupyter nbconvert --execute`. Of the others, none of which rewrites anything unless told to, each would
        # have the notebook validated once more.
        return ["nbconvert.preprocessors.ExecutePreprocessor"]

    @property
    def default_config(self) -> Config:
        """Nothing is executed or rewritten on the way: the notebook's outputs are the page."""
        return Config()

    def default_filters(self) -> Iterable[tuple[str, Any]]:
        """The filters of nbconvert, with headings that carry no link marks."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "page_title", title
        yield "page_policy", policy
        yield "page_nav", nav
        yield "page_css", lambda nb: f"{markup.css()}{_running_title(nb)}"
        yield "markdown2html", MarkdownWithMath(renderer=IPythonRenderer(exclude_anchor_links=True)).render

    def from_notebook_node(  # type: ignore[override] # nbconvert types its text as a notebook
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """Make the page of an executed notebook.

        Parameters
        ----------
        nb : NotebookNode
            Executed; its outputs of type text/html make the page.
        resources : dict, optional
            nbconvert's.
        **kwargs
            nbconvert's.

        Returns
        -------
        page : str
        resources : dict
            ``outputs`` has the files that go beside the page, by name: nbconvert's writer puts them there.

        Raises
        ------
        UserError
            As for ``attachments``.
        """
        page, made = super().from_notebook_node(nb, resources, **kwargs)
        made["outputs"] = {**(made.get("outputs") or {}), **attachments(nb)}
        return re.sub(r"\n\s*\n+", "\n", _with_contents(_folded(page))), made


def _folded(page: str) -> str:
    """The page with all that follows its fold, if it has one, in an element that opens on a click."""
    above, mark, below = page.partition(markup.FOLD)
    if not mark:
        return page
    rest = below.replace("</main>", "</details>\n</main>")
    return f"{above}{markup.FOLDED}\n<summary>{_REST}</summary>{rest}"


def _with_contents(page: str) -> str:
    """The page with a list of its sections behind its title; of a page that is folded, in the part that opens."""
    titles = [html.unescape(each) for each in _HEADING.findall(page)]
    numbers = count(1)
    marked = _HEADING.sub(lambda found: f'<h2 id="muc-{next(numbers)}">{found[1]}</h2>', page)
    contents = markup.fragment("contents", titles=titles).data
    before, place, after = marked.partition("</summary>" if markup.FOLDED in marked else "</header>")
    return f"{before}{place}\n{contents}{after}" if titles and place else page


@cache
def exporter() -> PageExporter:
    """The one exporter of a process that makes many pages: its template is compiled once."""
    return PageExporter()


def attachments(nb: NotebookNode) -> dict[str, bytes]:
    """The files that an executed notebook carries in its outputs, to go beside its page.

    Parameters
    ----------
    nb : NotebookNode
        Executed; the metadata of an output name the files in it.

    Returns
    -------
    dict
        Content by name.

    Raises
    ------
    UserError
        When a name leads elsewhere than beside the page, or is none of a workbook or document.
    """
    found = {name: base64.b64decode(output.data[mime]) for output, mime, name in _attached(nb)}
    for name in found:
        if not _FILE.fullmatch(name):
            fix = "Name it with letters, digits, - and . alone, and .xlsx or .docx at its end."
            raise UserError(f"The notebook attaches a file '{name}'. {fix}")
    return found


def detach(nb: NotebookNode) -> None:
    """Take the files out of an executed notebook's outputs; the links to them stay."""
    for output, mime, _ in list(_attached(nb)):
        del output.data[mime], output.metadata[mime]


def _attached(nb: NotebookNode) -> Iterator[tuple[NotebookNode, str, str]]:
    """Every output with a file in it, the file's type and name."""
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            for mime, told in output.get("metadata", {}).items():
                if mime in output.data and isinstance(told, dict) and "filename" in told:
                    yield output, mime, told["filename"]


def noted(nb: NotebookNode) -> dict[str, Any]:
    """What an executed notebook tells those who list its page.

    Parameters
    ----------
    nb : NotebookNode
        Executed.

    Returns
    -------
    dict
        What its masthead carries, as ``headline.noted`` has it; empty when there is none.
    """
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            told = output.get("metadata", {}).get("text/html", {}).get(markup.NOTED)
            if isinstance(told, dict):
                return dict(told)
    return {}


def nav(nb: NotebookNode) -> str:
    """Links from the page to the indexes, which lead on to its neighbours.

    Parameters
    ----------
    nb : NotebookNode
        Executed.

    Returns
    -------
    str
        HTML; "" for a page that stands on no index. It depends on the unit alone: a page says nothing of what stands
        beside it, which changes.
    """
    told = noted(nb)
    unit = str(told.get("unit", ""))
    stands = _UNIT.fullmatch(unit) or "import" in told
    return str(markup.fragment("turning", unit=unit).data) if stands else ""


def policy(nb: NotebookNode) -> str:
    """What a browser may do on the page: ``markup.policy``.

    Parameters
    ----------
    nb : NotebookNode
        Executed.

    Returns
    -------
    str
    """
    return markup.policy(images=any("data:image/" in fragment for fragment in _shown(nb)))


def _shown(nb: NotebookNode) -> list[str]:
    """The fragments that an executed notebook shows."""
    return [
        str(output.data["text/html"])
        for cell in nb.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]


def _running_title(nb: NotebookNode) -> str:
    """What stands at the foot of every sheet, as a rule of the style sheet: every odd letter by its number."""
    whole = title(nb)
    shown = whole if len(whole) <= _LONGEST_RUNNING else f"{whole[:_LONGEST_RUNNING]}…"
    text = re.sub(r"[^\w .,:–/()-]", lambda letter: f"\\{ord(letter[0]):x} ", shown)
    return f'@page {{ @bottom-left {{ content: "{text}"; }} }}'


def title(nb: NotebookNode) -> str:
    """Title of the page: the masthead's heading and unit.

    Parameters
    ----------
    nb : NotebookNode
        Executed.

    Returns
    -------
    str
        "Báo cáo" when there is no masthead.
    """
    for fragment in _shown(nb):
        parts = re.findall(r'<h1>(.*?)</h1>|<p class="unit">(.*?)</p>', fragment, flags=re.DOTALL)
        if parts:
            return " – ".join(html.unescape(heading or unit) for heading, unit in parts)
    return "Báo cáo"
