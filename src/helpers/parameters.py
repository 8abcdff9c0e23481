"""The parameters of report notebooks: which a notebook takes, and a refusal of any other."""

import ast
from collections.abc import Iterable, Sequence
from pathlib import Path

from helpers.errors import UserError

# What papermill writes above the values that it injects.
_INJECTED = "# Parameters"


def check(cells: Sequence[str] | None = None) -> None:
    """Refuse parameters that the notebook does not declare; papermill alone would pass them silently by.

    Parameters
    ----------
    cells : sequence of str, optional
        Sources of the cells run so far; those of the running kernel by default.

    Raises
    ------
    UserError
        When papermill has injected a name that no cell declares as ``name: type = default``. Nothing is checked
        where no values were injected: a notebook run by hand.
    """
    if cells is None:
        from IPython import get_ipython

        shell = get_ipython()
        cells = [] if shell is None else shell.user_ns.get("In", [])
    given = [name for cell in cells if cell.startswith(_INJECTED) for name in _assigned(cell, ast.Assign)]
    declared = [name for cell in cells if not cell.startswith(_INJECTED) for name in _assigned(cell, ast.AnnAssign)]
    if given and declared:
        _refuse(given, declared)


def check_names(given: Iterable[str], notebook: Path) -> None:
    """Refuse parameters that a notebook does not declare, before it runs.

    Parameters
    ----------
    given : iterable of str
    notebook : Path

    Raises
    ------
    UserError
        The message lists the notebook's parameters.
    """
    from papermill import inspect_notebook

    _refuse(given, list(inspect_notebook(notebook)))


def _refuse(given: Iterable[str], declared: Sequence[str]) -> None:
    unknown = [name for name in given if name not in declared]
    if unknown:
        raise UserError(f"Unknown parameter {', '.join(unknown)}. This notebook takes: {', '.join(declared)}.")


def _assigned(cell: str, kind: type[ast.Assign] | type[ast.AnnAssign]) -> list[str]:
    """Names assigned at the top of a cell; none when the cell is not plain Python (a magic)."""
    try:
        statements = ast.parse(cell).body
    except SyntaxError:
        return []
    targets: list[ast.expr] = []
    for statement in statements:
        if isinstance(statement, kind):
            targets += statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]
