"""Fragments: everything is escaped, heads are scoped, columns are set by their heads."""

import re
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    assert '<th scope="row">a</th><td>1</td><td class="code">x</td><td class="text">c</td>' in made
    assert '<th scope="colgroup" class="number" colspan="2">B</th>' in made
    assert '<th scope="col" class="text" rowspan="2">A</th>' in made
    assert "<caption>T</caption>" in made


def test_unknown_name_in_a_fragment_is_an_error():
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        markup.fragment("note", text="without alarm")


@given(st.lists(st.none() | st.floats(-1e100, 1e100), max_size=14))
def test_a_small_line_keeps_its_box_and_its_gaps(values):
    path, now = markup.spark(values)
    wide, tall = markup.SPARK
    places = [(int(x), int(y)) for x, y in re.findall(r"[ML](-?\d+) (-?\d+)", path)]
    assert all(0 <= x <= wide and 0 <= y <= tall for x, y in places)
    known = [value for value in values if value is not None]
    assert len(places) == len(known)
    assert [x for x, _ in places] == sorted({x for x, _ in places}), "time goes to the right"
    stretches = [len(list(own)) for given, own in groupby(values, lambda value: value is not None) if given]
    assert [1 + stretch.count("L") for stretch in path.split("M")[1:]] == stretches
    assert path.count("h0") == stretches.count(1), "a value alone is a point"
    assert now == (places[-1] if values and values[-1] is not None else None)
    for value, (_, y) in zip(known, places, strict=True):
        if max(known) - min(known) >= 1:
            assert {min(known): y == tall, max(known): y == 0}.get(value, True)
        elif min(known) == max(known):
            assert y == tall / 2
        else:
            assert 0 < y < tall, "less than a point does not fill the height"


def test_a_small_line_in_a_cell():
    cells = [Cell("", line=(1, None, 2.5, 2)), Cell("", line=(None, 3, None)), Cell("7", line=(None,)), "x"]
    made = markup.table("T", markup.heads("a", "b", "c", "d"), [cells]).data
    assert made.count('<svg class="spark" viewBox="-4 -4 120 32" aria-hidden="true">') == 2
    assert '<path d="M0 24h0M75 0L112 8"/><circle cx="112" cy="8" r="4"/>' in made
    assert '<path d="M56 12h0"/></svg>' in made, "no dot: nothing is known of now"
    assert '<td class="text">7</td><td class="text">x</td>' in made
