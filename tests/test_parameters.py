"""Parameters of notebooks: unknown names are refused, by hand, by papermill and by the command line."""

import papermill
import pytest

from helpers import parameters, settings
from helpers.errors import UserError

DECLARED = 'commune: str = "10972"\nperiod: str = "2025-Q3"'


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


@pytest.mark.parametrize("name", ["commune_report", "city_overview"])
def test_every_parameter_is_typed_and_explained(name):
    """`papermill --help-notebook` can explain each of them."""
    found = papermill.inspect_notebook(settings.notebook(name))
    assert {"period", "cutoffs", "grain", "store"} < set(found)
    for parameter in found.values():
        assert parameter["help"], parameter
        assert parameter["inferred_type_name"] != "None", parameter
