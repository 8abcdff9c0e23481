"""The parameters of report notebooks: what each takes, and a refusal of anything else before it runs.

A notebook declares a parameter in its parameters cell as ``name: type = default  # What it is``. The comment may end in
``; one of: calendar, official`` or ``; from 1 to 50``: other values are refused then.
"""

import ast
import datetime
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any, Final

import numpy as np
import pandas as pd

from helpers import formats
from helpers.errors import UserError

# What papermill writes above the values that it injects.
_INJECTED: Final = "# Parameters"
_CHOICES: Final = re.compile(r";\s*one of:\s*(.+)$")
_RANGE: Final = re.compile(r";\s*from\s+(-?[\d.]+)(?:\s+to\s+(-?[\d.]+))?\s*$")
_TRUTH: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Declared:
    """A parameter that a notebook declares.

    Attributes
    ----------
    name, type, help : str
    default : object
        None when the cell computes it.
    choices : tuple of str
        Empty when any value will do.
    least, most : float or None
    """

    name: str
    type: str
    default: Any
    help: str = ""
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


def check(cells: Sequence[str] | None = None) -> None:
    """Refuse values that the running notebook does not take; papermill alone would pass them silently by.

    Parameters
    ----------
    cells : sequence of str, optional
        Sources of the cells run so far; those of the running kernel by default.

    Raises
    ------
    UserError
        When papermill has injected a name that no cell declares, or a value that it does not take. Nothing is checked
        where no values were injected: a notebook run by hand.
    """
    if cells is None:
        from IPython import get_ipython

        shell = get_ipython()
        cells = [] if shell is None else shell.user_ns.get("In", [])
    given = {name: value for cell in cells if cell.startswith(_INJECTED) for name, value in _assigned(cell)}
    known = [each for cell in cells if not cell.startswith(_INJECTED) for each in declared(cell)]
    if given and known:
        typed(given, known)


def of_notebook(path: Path) -> list[Declared]:
    """What a notebook takes.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of Declared

    Raises
    ------
    UserError
        When the file is no notebook, or none of its cells has the tag ``parameters``.
    """
    return list(_of_notebook(path, path.read_bytes()))


@lru_cache(maxsize=8)  # a batch asks for every commune
def _of_notebook(path: Path, content: bytes) -> tuple[Declared, ...]:
    try:
        cells = json.loads(content)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path} is no notebook that can be read. Save it again in JupyterLab.") from error
    if not sources:
        raise UserError(f"{path}: no cell has the tag 'parameters'. Tag the one that sets them, in JupyterLab.")
    return tuple(declared(sources[0]))


def declared(source: str) -> list[Declared]:
    """The parameters that a cell declares; none when it is not plain Python (a magic).

    Parameters
    ----------
    source : str

    Returns
    -------
    list of Declared
    """
    lines = source.splitlines()
    found = []
    for statement in _statements(source):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            # Columns are counted in bytes.
            rest = lines[(statement.end_lineno or 1) - 1].encode()[statement.end_col_offset or 0 :].decode()
            found.append(_declared(statement, rest.strip().lstrip("# ")))
    return found


def _declared(statement: ast.AnnAssign, words: str) -> Declared:
    assert isinstance(statement.target, ast.Name)
    choices, bounds = _CHOICES.search(words), _RANGE.search(words)
    least, most = bounds.groups() if bounds else (None, None)
    return Declared(
        name=statement.target.id,
        type=ast.unparse(statement.annotation),
        default=_literal(statement.value),
        help=words,
        choices=tuple(re.sub(r"\(.*?\)", "", word).strip() for word in choices[1].split(",")) if choices else (),
        least=None if least is None else float(least),
        most=None if most is None else float(most),
    )


def typed(given: Mapping[str, Any], known: Sequence[Declared]) -> dict[str, Any]:
    """Values as a notebook takes them.

    Parameters
    ----------
    given : mapping
        Values of any kind: texts from a command line, dates, numbers of numpy and pandas.
    known : sequence of Declared

    Returns
    -------
    dict
        Plain values that JSON can hold, of the declared types.

    Raises
    ------
    UserError
        For a name that is not declared, a value of another type, one that is not among the choices or outside the
        range. The message says what the notebook takes.
    """
    by_name = {each.name: each for each in known}
    unknown = [name for name in given if name not in by_name]
    if unknown:
        raise UserError(f"Unknown parameter {', '.join(unknown)}. This notebook takes: {', '.join(by_name)}.")
    return {name: _typed(plain(value), by_name[name]) for name, value in given.items()}


def _typed(value: Any, of: Declared) -> Any:
    convert = _CONVERTERS.get(of.type)
    result = value if convert is None else convert(value)
    if result is None and convert is not None:
        raise UserError(f"Parameter {of.name}: {value!r} is no {_KINDS[of.type]}. It is: {of.help or of.type}.")
    if of.choices and str(result) not in of.choices:
        raise UserError(f"Parameter {of.name}: {value!r} is unknown. Use one of: {', '.join(of.choices)}.")
    low, high = (bound if bound is not None else result for bound in (of.least, of.most))
    if (of.least is not None or of.most is not None) and not low <= result <= high:
        raise UserError(f"Parameter {of.name}: {value!r} is out of range. It is: {of.help}.")
    return result


def plain(value: Any) -> Any:
    """A value as JSON can hold it.

    Parameters
    ----------
    value : object
        Plain, or of numpy or pandas, a date, a path, or any of these in lists and dicts.

    Returns
    -------
    object
        Dates as "2025-07-14", moments as "2025-07-14T08:00:00", periods as ``periods.parse`` reads them; a missing
        value of any kind as None.
    """
    if isinstance(value, pd.Period):
        return _period(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, list | tuple | set | frozenset | np.ndarray | pd.Series | pd.Index):
        return [plain(each) for each in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if formats.missing(value):
        return None
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, datetime.datetime):
        return (value.date() if value == pd.Timestamp(value).normalize() else value).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, np.generic):
        return value.item()
    return str(value) if isinstance(value, PurePath) else value


def _period(value: pd.Period) -> str:
    match value.freqstr:  # a year that ends in another month than December has other quarters
        case "Y-DEC":
            return f"{value.year}"
        case "Q-DEC":
            return f"{value.year}-Q{value.quarter}"
        case "M":
            return f"{value:%Y-%m}"
        case "D":
            return f"{value:%Y-%m-%d}"
        case _:
            return f"{value.start_time:%Y-%m-%d}..{value.end_time:%Y-%m-%d}"


def _text(value: Any) -> str | None:
    """A code without leading zeros is still told from a name by the helpers, so a number will do for a text."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _whole(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d+", value.strip()):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _real(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and not isinstance(value, bool) else None


def _truth(value: Any) -> bool | None:
    return _TRUTH.get(str(value).strip().casefold())


def _list(value: Any) -> list[Any] | None:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value if isinstance(value, list) else None


_CONVERTERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "str": _text, "int": _whole, "float": _real, "bool": _truth, "list": _list, "list[str]": _list,
}  # fmt: skip
_KINDS: Final = {
    "str": "text", "int": "whole number", "float": "number", "bool": "true or false", "list": "list",
    "list[str]": "list",
}  # fmt: skip


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []


def _assigned(cell: str) -> list[tuple[str, Any]]:
    """Names that a cell of papermill sets, with their values."""
    return [
        (target.id, _literal(statement.value))
        for statement in _statements(cell)
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]


def _literal(value: ast.expr | None) -> Any:
    try:
        return None if value is None else ast.literal_eval(value)
    except ValueError:
        return None
