"""What is published of a unit gives no small count away to one who adds and subtracts all of it."""

import importlib.util
import itertools
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import disclosure
from helpers.disclosure import LEAST, MEASURES, STATES, WAYS

_SPEC = importlib.util.spec_from_file_location("attacker", Path(__file__).with_name("attacker.py"))
attacker = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(attacker)

# Many ones and twos, few large ones.
small = st.sampled_from([0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 9, 60])
FIELDS = ("ho-tich", "chung-thuc", "dat-dai", "nuoi-con-nuoi")
CELLS = list(itertools.product(FIELDS, STATES, WAYS))


def cube(counts: dict[tuple[str, str, str], int]) -> pd.DataFrame:
    """The counts cube of dossiers by field, state and way in."""
    return pd.DataFrame(
        [
            {
                "commune": "10972",
                "field": field,
                "outcome": STATES[state][0],
                "intake": "carried_over" if way == "carried_over" else "received",
                "channel": {"unknown": "", "carried_over": "direct"}.get(way, way),
                "dossiers": count,
                "due_known": count,
                "channel_known": count,
            }
            for (field, state, way), count in counts.items()
            if count
        ]
    )


def within(classes, fields=FIELDS):
    """The cells of some states or ways, in some fields."""
    return [(field, state, way) for field, state, way in CELLS if field in fields and classes & {state, way}]


def sums(unit):
    """Everything that a page could print of a unit: the cells that it counts, and the count."""
    found = [(within(MEASURES[name].classes), unit.count(name)) for name in MEASURES if unit.count(name) is not None]
    named = {row.field for row in unit.fields}
    for row in unit.fields:
        fields = set(FIELDS) - named if row.field is None else {row.field}
        found += [(within(MEASURES[name].classes, fields), count) for name, count in row.counts.items()]
    return found


def hidden(counts):
    """Every count of one or two, of a cell and of each margin."""
    for width in (1, 2, 3):
        for axes in itertools.combinations(range(3), width):
            groups = defaultdict(list)
            for cell in CELLS:
                groups[tuple(cell[axis] for axis in axes)].append(cell)
            for cells in groups.values():
                if 0 < sum(counts[cell] for cell in cells) < LEAST:
                    yield cells


@st.composite
def tables(draw):
    """Counts in some states and ways, few or many."""
    states = draw(st.sets(st.sampled_from(list(STATES)), min_size=1))
    ways = draw(st.sets(st.sampled_from(WAYS), min_size=1))
    drawn = iter(draw(st.lists(small, min_size=len(CELLS), max_size=len(CELLS))))
    return {cell: next(drawn) if cell[1] in states and cell[2] in ways else 0 for cell in CELLS}


@given(tables().filter(lambda counts: any(counts.values())))
def test_no_small_count_can_be_had_from_what_is_published(counts):
    unit = disclosure.publish(cube(counts), reaches_back=True)
    published = sums(unit)
    assert all(sum(counts[cell] for cell in cells) == count for cells, count in published)
    assert all(count == 0 or count >= LEAST for _, count in published)
    look = attacker.Attacker(CELLS, published)
    for cells in hidden(counts):
        least, most = look.bounds(cells)
        assert least <= sum(counts[cell] for cell in cells) <= most
        assert most - least >= LEAST, (cells[0], len(cells), least, most)


def test_the_attacker_recovers_what_is_only_left_out():
    """Small counts left out of a table beside its totals: what the protection is for."""
    counts = dict.fromkeys(CELLS, 0) | {("ho-tich", "late", "online"): 1, ("dat-dai", "late", "online"): 7}
    late = [([cell for cell in within({"late"}) if cell[0] in fields], 7) for fields in (("dat-dai",),)]
    naive = [*late, (within({"late"}), 8), (within({"late"}, FIELDS[1:2]), 0), (within({"late"}, FIELDS[3:]), 0)]
    target = within({"late"}, ("ho-tich",))
    assert attacker.Attacker(CELLS, naive).bounds(target) == (1, 1)
    unit = disclosure.publish(cube(counts), reaches_back=True)
    assert attacker.Attacker(CELLS, sums(unit)).bounds(target) == (0, 8)


@pytest.mark.parametrize(
    ("fields", "states", "ways"),
    [
        (2, ["in_time", "late"], ["online"]),
        (2, ["in_time"], ["online", "direct"]),
        (1, ["in_time", "open", "late", "open_overdue"], ["online"]),
    ],
)
def test_who_knows_the_rules_cannot_tell_either(fields, states, ways):
    """All tables of a small world, published: no page belongs to one value of a hidden count alone."""
    most, cells = 4, list(itertools.product(FIELDS[:fields], states, ways))
    pages = defaultdict(list)
    for counts in itertools.product(range(most + 1), repeat=len(cells)):
        if any(counts):
            unit = disclosure.publish(cube(dict(zip(cells, counts, strict=True))), reaches_back=True)
            pages[repr(unit)].append(counts)
    told = 0
    for tables in pages.values():
        if max(map(max, tables)) == most:
            continue  # beside these there may be tables with larger counts
        for values in map(set, zip(*tables, strict=True)):
            told += bool(values & {1, 2})
            assert len(values) > 1 or not values & {1, 2}, tables
    assert told


def test_sums_of_units_are_over_those_that_publish():
    open_unit = {("ho-tich", "in_time", "online"): 90, ("ho-tich", "late", "online"): 10}
    shut_unit = {("ho-tich", "in_time", "online"): 50, ("dat-dai", "late", "direct"): 2}
    units = [disclosure.publish(cube(counts), reaches_back=True) for counts in (open_unit, shut_unit)]
    assert disclosure.add(units, "handled") == ((152, 2),)
    assert disclosure.add(units, "late", "with_due") == ((10, 1), (100, 1))
    assert disclosure.add_fields(units, "handled", "overdue") == {"ho-tich": ((100, 1), (10, 1))}
    assert units[1].fields == ()


def test_what_the_data_do_not_tell_is_not_none_at_all():
    counts = cube({("ho-tich", "open", "unknown"): 40}).assign(due_known=0, channel_known=0)
    unit = disclosure.publish(counts, reaches_back=False)
    assert {name for name in MEASURES if unit.tells(name)} == {"handled", "received", "ended", "pending"}
    assert unit.count("late") is None
    assert unit.count("carried_over") is None
    assert unit.count("received") == 40
