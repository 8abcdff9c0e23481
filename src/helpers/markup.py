"""HTML fragments that notebooks display and pages keep: every value is escaped, every table has a caption."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from IPython.display import HTML
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from helpers import formats

# Values are escaped, so none can hold it.
FOLD = "<!-- fold -->"
FOLDED = '<details class="rest">'
# In the metadata of an output: what it tells of the page to those who list pages.
NOTED: Final = "tthc"
FOLDER = Path(__file__).parent / "fragments"
_LONGEST_WORD: Final = 30  # letters: a dossier's code has fewer, a Vietnamese word ten
# Across and up, in which a small line runs; its fragment leaves room for the dot around it.
_LEAST_SPAN = 1.0  # percentage points
SPARK: Final = (112, 24)


@dataclass(frozen=True)
class Head:
    """A cell of a table's head.

    Attributes
    ----------
    text : str
    kind : {"text", "number", "code"}
        How the cells below are set.
    columns, rows : int
        How many it spans.
    """

    text: str
    kind: Literal["text", "number", "code"] = "number"
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True)
class Cell:
    """A cell of a table's body.

    Attributes
    ----------
    text : str
    bar : float, optional
        Length of the small bar below the text, 0 to 1.
    alarm : bool
        Set in the alarm colour, with a mark beside it.
    link : str
        Relative address.
    shade : int
        How dark the cell is set, 0 to 5: the more, the darker.
    under : str
        In small type below the text.
    line : tuple of (float or None)
        A course that ends now, drawn as a small line with a dot at its end; a gap where there is no value.
    """

    text: str
    bar: float | None = None
    alarm: bool = False
    link: str = ""
    shade: int = 0
    under: str = ""
    line: tuple[float | None, ...] = ()


Rows = list[list[Cell | str]]


def heads(*names: str) -> list[list[Head]]:
    """One row of heads, as ``table`` takes it.

    Parameters
    ----------
    *names : str
        ">" before a name: numbers below, set to the right; "#": codes, never broken.
    """
    kinds: dict[str, Literal["number", "code"]] = {">": "number", "#": "code"}
    return [[Head(name.lstrip(">#"), kinds.get(name[:1], "text")) for name in names]]


def spark(values: Sequence[float | None]) -> tuple[str, tuple[int, int] | None]:
    """Lay a course of percentages out as a small line, from the least of them to the greatest.

    Less than a point between these does not fill the height: a line that falls steeply has really fallen.

    Parameters
    ----------
    values : sequence of (float or None)
        The last one is now. Equal ones lie in the middle.

    Returns
    -------
    path : str
        Commands of an SVG path, with a gap where there is no value. A value between two gaps is a stroke of no
        length, which a round end makes a point. "" without any value.
    now : (int, int) or None
        Where the last value lies.
    """
    wide, tall = SPARK
    known = [value for value in values if value is not None]
    low, high = min(known, default=0), max(known, default=0)
    spare = max(0.0, _LEAST_SPAN - (high - low)) / 2
    low, high = low - spare, high + spare
    places: list[tuple[int, int] | None] = []
    for number, value in enumerate(values, 1):
        height = 0.5 if value is None or high == low else (high - value) / (high - low)
        across = wide * (number - 1) / (len(values) - 1) if len(values) > 1 else wide
        places.append(None if value is None else (round(across), round(tall * height)))
    path = ""
    for before, place, after in zip([None, *places], places, [*places[1:], None], strict=False):
        if place is not None:
            path += f"{'L' if before else 'M'}{place[0]} {place[1]}{'' if before or after else 'h0'}"
    return path, places[-1] if places else None


@cache
def environment() -> Environment:
    """Jinja environment of the fragments: values are escaped, a name that is not given is an error."""
    loader = FileSystemLoader(FOLDER)
    made = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, finalize=_unturned, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.globals["has_long_word"] = _has_long_word
    return made


def _unturned(value: Any) -> Any:
    return formats.unturned(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _has_long_word(text: str) -> bool:
    """Whether a table must break a word of a text to stay on its page."""
    return len(text) > _LONGEST_WORD and max(map(len, text.split()), default=0) > _LONGEST_WORD


def fragment(name: str, **values: Any) -> HTML:
    """Fill one fragment.

    Parameters
    ----------
    name : str
        File in ``fragments`` without its ending.
    **values
        Names that the fragment uses.

    Returns
    -------
    HTML
    """
    return HTML(environment().get_template(f"{name}.html.j2").render(**values))


def noting(shown: HTML, told: Mapping[str, Any]) -> HTML:
    """A fragment that tells something of its page, in the metadata of its output: it is not shown.

    Parameters
    ----------
    shown : HTML
    told : mapping
        As JSON has it.

    Returns
    -------
    HTML
    """
    return HTML(shown.data, metadata={NOTED: dict(told)})


def style() -> HTML:
    """The pages' style, for looking at a report in JupyterLab; an exported page has its own copy."""
    # Within a cell's output only: unscoped, the rules for body, tables and headings would restyle JupyterLab itself.
    rules = css().partition("@page")[0].replace(":root", ":scope")
    return HTML(f"<style>@scope (.jp-OutputArea-output) {{ {rules} }}</style>")


@cache
def css() -> str:
    """The one style sheet of all pages."""
    return (FOLDER / "page.css").read_text(encoding="utf-8")


def table(
    caption: str,
    heads: Sequence[Sequence[Head]],
    rows: Sequence[Sequence[Cell | str]],
    foot: Sequence[Cell | str] = (),
    notes: Sequence[str] = (),
    row_head: int = 0,
    wide: bool = False,
) -> HTML:
    """A table with caption, scoped heads and an optional total row.

    Parameters
    ----------
    caption : str
    heads : sequence of rows of Head
        The last row that spans no columns decides how the cells below are set.
    rows : sequence of rows of Cell or str
    foot : row of Cell or str
        The total row, printed last.
    notes : sequence of str
        Lines under the table.
    row_head : int
        Position of the cell that names its row.
    wide : bool
        More columns than a phone shows: smaller type on paper.

    Returns
    -------
    HTML
    """
    kinds = _kinds(heads)
    body, total = [_row(row, kinds, row_head) for row in rows], _row(foot, kinds, row_head) if foot else ""
    return fragment(
        "table", caption=caption, heads=heads, rows=body, foot=total, notes=notes, wide=wide, anchor=anchor(caption)
    )


def _row(cells: Sequence[Cell | str], kinds: Sequence[str], head: int) -> Markup:
    """The cells of a row; a page has some thousand, for which the template engine would take thrice as long."""
    whole = (cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)
    return Markup("").join(
        _cell(cell, "th", kind, "text") if place == head else _cell(cell, "td", kind, "number")
        for place, (cell, kind) in enumerate(zip(whole, kinds, strict=True))
    )


def _cell(cell: Cell, tag: str, kind: str, usual: str) -> Markup:
    """A cell of a kind, which is named unless it is the usual one of its tag."""
    marks = [kind] if kind != usual else []
    marks += ["alarm"] if cell.alarm else []
    marks += [f"s{cell.shade}"] if cell.shade else []
    marks += ["long"] if _has_long_word(cell.text) else []
    scope = ' scope="row"' if tag == "th" else ""
    named = f' class="{" ".join(marks)}"' if marks else ""
    shown = escape(formats.unturned(cell.text))
    if cell.link:
        shown = Markup('<a href="{}">{}</a>').format(formats.unturned(cell.link), shown)
    if cell.under:
        shown += Markup(" <small>{}</small>").format(formats.unturned(cell.under))
    if cell.bar is not None:
        shown += Markup('<span class="bar" aria-hidden="true"><i style="width:{:.1f}%"></i></span>').format(
            100 * cell.bar
        )
    if cell.line:
        shown += _spark(cell.line)
    return Markup(f"<{tag}{scope}{named}>{shown}</{tag}>")


def _spark(values: Sequence[float | None]) -> Markup:
    """A small line, nothing where there is no value at all."""
    path, now = spark(values)
    if not path:
        return Markup("")
    dot = Markup('<circle cx="{}" cy="{}" r="4"/>').format(*now) if now else ""
    drawing = '<svg class="spark" viewBox="-4 -4 120 32" aria-hidden="true"><path d="{}"/>{}</svg>'
    return Markup(drawing).format(path, dot)


def _kinds(heads: Sequence[Sequence[Head]]) -> list[str]:
    """Kind of every column, read from the heads from the left, lower rows filling what upper ones span."""
    kinds: list[str] = []
    below = iter([head for row in heads[1:2] for head in row])
    for head in heads[0]:
        kinds += [head.kind] if head.columns == 1 else [next(below).kind for _ in range(head.columns)]
    return kinds


def policy(script: str = "", images: bool = False) -> str:
    """What a browser may do on a page, as a Content-Security-Policy: show it, and nothing else.

    Parameters
    ----------
    script : str
        The one inline script that may run; any other is refused.
    images : bool
        Whether there are images, which stand in the page itself.

    Returns
    -------
    str
    """
    rules = ["default-src 'none'", "style-src 'unsafe-inline'", "base-uri 'none'", "form-action 'none'"]
    if images:
        rules.append("img-src data:")
    if script:
        rules.append(f"script-src 'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'")
    return "; ".join(rules)


def note(text: str, alarm: bool = False) -> HTML:
    """One line of text in place of a table or chart, or a warning."""
    return fragment("note", text=text, alarm=alarm)


def paragraph(*sentences: str) -> HTML:
    """A paragraph of sentences; empty ones are left out."""
    return fragment("paragraph", text=" ".join(sentence for sentence in sentences if sentence))


def paragraphs(*texts: str) -> HTML:
    """Several paragraphs; empty ones are left out."""
    return stack(*(paragraph(text) for text in texts if text))


def sentences(*of: str) -> HTML:
    """A list of sentences, which a phone shows one by one; empty ones are left out."""
    return fragment("sentences", sentences=[sentence for sentence in of if sentence])


def figure(svg: str, title: str, source: str = "", table: str = "") -> HTML:
    """A chart under a title that states its finding; the same sentence is its text for those who cannot see it.

    Parameters
    ----------
    svg : str
        Drawing without title, as ``charts`` makes it.
    title : str
        The finding.
    source : str
        Line under the chart: what is drawn, in which unit.
    table : str
        Caption of the table on the page that has the same figures.
    """
    return fragment("figure", svg=Markup(svg), title=title, source=source, table=table, anchor=anchor(table))


def anchor(caption: str) -> str:
    """Where a table of that caption is found on its page."""
    return f"bang-{formats.slug(caption)}"


def closed(title: str, *parts: HTML) -> HTML:
    """Fragments under a title that opens on a click; empty ones are left out, and nothing remains of none."""
    shown = [Markup(part.data) for part in parts if part.data]
    return fragment("closed", title=title, parts=shown) if shown else HTML("")


def fold() -> HTML:
    """A mark for the exporter: it folds what follows on the page, to be opened by a click."""
    return HTML(FOLD)


def beside(*parts: HTML) -> HTML:
    """Several fragments as one output of a cell, side by side where the page is wide; empty ones are left out."""
    return fragment("beside", parts=[Markup(part.data) for part in parts if part.data])


def stack(*parts: HTML) -> HTML:
    """Several fragments one below the other as one output of a cell."""
    return HTML("\n".join(str(part.data) for part in parts))
