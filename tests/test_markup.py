"""Fragments: everything is escaped, heads are scoped, columns are set by their heads."""

import pytest

from helpers import markup
from helpers.markup import Cell, Head

NASTY = '<script>alert(1)</script>"><img onerror=x>'


def test_every_value_is_escaped():
    made = markup.table(NASTY, [[Head(NASTY, "text")]], [[Cell(NASTY, link=NASTY)]], [NASTY], [NASTY])
    for part in (made, markup.note(NASTY), markup.paragraph(NASTY), markup.figure("<svg/>", NASTY, NASTY)):
        assert "<script" not in part.data
        assert "<img" not in part.data


def test_heads_decide_how_columns_are_set():
    heads = [
        [Head("A", "text", rows=2), Head("B", columns=2), Head("C", "text", rows=2)],
        [Head("b1"), Head("b2", "code")],
    ]
    made = markup.table("T", heads, [["a", "1", "x", "c"]]).data
    assert (
        '<th scope="row" class="text">a</th><td class="number">1</td><td class="code">x</td><td class="text">c</td>'
        in made
    )
    assert '<th scope="colgroup" class="number" colspan="2">B</th>' in made
    assert '<th scope="col" class="text" rowspan="2">A</th>' in made
    assert "<caption>T</caption>" in made


def test_unknown_name_in_a_fragment_is_an_error():
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        markup.fragment("note", text="without alarm")
