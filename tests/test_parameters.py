"""Parameters of notebooks: declared, checked and converted; unknown names are refused, by hand or by papermill."""

import ast
import datetime
import json
from pathlib import Path

import numpy as np
import pandas as pd
import papermill
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import parameters, periods, settings
from helpers.batch.papermills import Translator
from helpers.errors import UserError

DECLARED = 'commune: str = "10972"\nperiod: str = "2025-Q3"'
NOTEBOOKS = ["commune_report", "city_overview", "data_quality"]
EVERY_KIND = """\
text: str = ""  # A text
whole: int = 1  # A number; from 1 to 50
real: float = 0.5  # A share; from 0 to 1
truth: bool = False  # Whether
words: list = []  # Some words
choice: str = "timestamp"  # How; one of: timestamp, day (without times)
free = 3"""

DAYS = st.dates(datetime.date(1700, 1, 1), datetime.date(2200, 1, 1))
MOMENTS = st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2200, 1, 1))
WHOLE = st.integers(-(2**31), 2**31 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
# Pairs: what it is as JSON, and the same in other clothes.
PLAIN = st.one_of(
    st.tuples(TEXTS, st.sampled_from([str, np.str_])),
    st.tuples(TEXTS.filter(lambda text: text.strip("./") and "/" not in text and "\0" not in text), st.just(Path)),
    st.tuples(WHOLE, st.sampled_from([int, np.int32, np.int64])),
    st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([float, np.float64])),
    st.tuples(st.booleans(), st.sampled_from([bool, np.bool_])),
    st.tuples(st.none(), st.sampled_from([lambda _: np.nan, lambda _: pd.NaT, lambda _: pd.NA, lambda _: None])),
    st.tuples(
        DAYS.map(str), st.sampled_from([datetime.date.fromisoformat, pd.Timestamp, np.datetime64, pd.Period])
    ),
    st.tuples(
        MOMENTS.filter(lambda moment: moment.time() != datetime.time()).map(datetime.datetime.isoformat),
        st.sampled_from([datetime.datetime.fromisoformat, pd.Timestamp, np.datetime64]),
    ),
)  # fmt: skip
FREQUENCIES = ["Y", "Q", "M", "W", "D", "Q-MAR", "Y-JUN", "W-WED", "2M"]
TEXTS_OF = {"whole": WHOLE.filter(lambda number: 1 <= number <= 50), "real": st.floats(0, 1), "truth": st.booleans()}


def known(source: str = EVERY_KIND) -> list[parameters.Declared]:
    return parameters.declared(source)


@given(st.lists(PLAIN))
def test_values_of_numpy_and_pandas_and_dates_become_plain(pairs):
    expected, clothed = [value for value, _ in pairs], [dress(value) for value, dress in pairs]
    assert parameters.plain(clothed) == expected
    assert parameters.plain({"a": tuple(clothed)}) == {"a": expected}
    assert json.loads(json.dumps(parameters.plain(clothed), allow_nan=False)) == expected
    assert parameters.plain(expected) == expected
    assert [type(value) for value in parameters.plain(clothed)] == [type(value) for value in expected]


@given(st.lists(WHOLE), st.lists(MOMENTS, min_size=1))
def test_arrays_and_columns_become_lists(numbers, moments):
    for clothed in (
        np.array(numbers, dtype="int64"),
        pd.Series(numbers, dtype="int64"),
        pd.Index(numbers),
        set(numbers),
    ):
        assert parameters.plain(clothed) == (sorted(clothed) if isinstance(clothed, set) else numbers)
    column = pd.Series([*moments, None], dtype="datetime64[us]")
    assert parameters.plain(column) == parameters.plain([*moments, None])
    assert parameters.plain(column.to_numpy()) == parameters.plain(column)


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2090, 1, 1)), st.sampled_from(FREQUENCIES))
def test_a_period_of_pandas_is_the_same_days(day, frequency):
    period = pd.Period(day, freq=frequency)
    read = periods.parse(parameters.plain(period))
    assert (read.start, read.end) == (period.start_time, (period + 1).start_time)


@given(st.data(), st.sampled_from(list(TEXTS_OF)))
def test_a_text_from_the_command_line_means_the_value(data, name):
    value = data.draw(TEXTS_OF[name])
    for given_ in (value, str(value), np.array([value])[0], pd.Series([value]).iloc[0]):
        found = parameters.typed({name: given_}, known())[name]
        assert (found, type(found)) == (value, type(value))


@given(st.none() | st.booleans() | WHOLE | st.floats(allow_nan=False) | TEXTS | st.lists(TEXTS, max_size=3))
def test_what_is_injected_is_the_value_and_letters_stay_readable(value):
    cell = Translator.codify({"given": value})
    names: dict[str, object] = {}
    exec(cell, names)
    assert names["given"] == value
    if isinstance(value, str):
        assert all(letter in cell for letter in value if letter.isalpha())


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"wohle": 3}, r"Unknown parameter wohle\. This notebook takes: text, whole, real, truth, words, choice\."),
        ({"whole": "3,5"}, r"Parameter whole: '3,5' is no whole number\. It is: A number; from 1 to 50\."),
        ({"whole": 3.5}, "is no whole number"),
        ({"whole": True}, "is no whole number"),
        ({"whole": None}, "is no whole number"),
        ({"whole": 51}, "out of range"),
        ({"whole": "0"}, "out of range"),
        ({"real": "x"}, "is no number"),
        ({"real": float("nan")}, "is no number"),
        ({"real": "nan"}, "is no number"),
        ({"real": -0.001}, "out of range"),
        ({"truth": "ja"}, "is no true or false"),
        ({"truth": 2}, "is no true or false"),
        ({"text": 1.5}, "is no text"),
        ({"text": pd.NaT}, "is no text"),
        ({"words": 5}, "is no list"),
        ({"choice": "hour"}, r"Parameter choice: 'hour' is unknown\. Use one of: timestamp, day\."),
    ],
)
def test_what_a_notebook_does_not_take_is_refused_and_the_message_says_what_it_takes(given_, message):
    with pytest.raises(UserError, match=message):
        parameters.typed(given_, known())


def test_declarations_are_read_from_the_cell():
    found = {
        each.name: each for each in known('tên: str = "Đường"  # Tên xã; one of: Đường, Ninh\nn: int = 2 # từ; from 1')
    }
    assert (found["tên"].help, found["tên"].choices) == ("Tên xã; one of: Đường, Ninh", ("Đường", "Ninh"))
    assert (found["n"].default, found["n"].least, found["n"].most) == (2, 1, None)
    assert parameters.typed({"words": "a, b ,", "text": 10972, "n": 2}, [*known(), found["n"]]) == {
        "words": ["a", "b"], "text": "10972", "n": 2
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "[]", '{"cells": [{}]}', '{"cells": []}'])
def test_a_file_that_is_no_notebook_or_declares_nothing_is_named(tmp_path, text):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(UserError, match=r"a\.ipynb(: no cell has the tag 'parameters'| is no notebook)"):
        parameters.of_notebook(path)


@pytest.mark.parametrize(
    "cells",
    [
        ["", DECLARED],  # by hand
        ["", DECLARED, '# Parameters\ncommune = "11203"'],
        ["", '# Parameters\ncomune = "11203"'],  # nothing declared: nothing to compare with
        ["", "%matplotlib inline", DECLARED, '# Parameters\nperiod = "2025"'],
    ],
)
def test_known_names_pass(cells):
    parameters.check(cells)


def test_unknown_name_is_refused_with_those_that_there_are():
    with pytest.raises(UserError, match=r"Unknown parameter comune\. This notebook takes: commune, period\."):
        parameters.check(["", DECLARED, '# Parameters\ncomune = "11203"\nperiod = "2025"'])


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_parameter_is_typed_and_explained(name):
    """`papermill --help-notebook` can explain each of them; its defaults are such as it takes."""
    found = papermill.inspect_notebook(settings.notebook(name))
    assert "store" in found
    for parameter in found.values():
        assert parameter["help"], parameter
        assert parameter["inferred_type_name"] != "None", parameter
    own = parameters.of_notebook(settings.notebook(name))
    defaults = {each.name: each.default for each in own}
    assert defaults == {key: ast.literal_eval(parameter["default"]) for key, parameter in found.items()}
    assert parameters.typed(defaults, own) == defaults
