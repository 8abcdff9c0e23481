"""Where the project's folders are, whatever the working directory of a notebook or a command."""

import os
from functools import cache
from pathlib import Path

from helpers.errors import UserError


def project() -> Path:
    """Folder that holds ``notebooks/`` and ``data/``.

    Returns
    -------
    Path
        ``$TTHC_HOME`` when set, else the checkout that this package is installed from.

    Raises
    ------
    UserError
        When neither holds the notebooks.
    """
    return _project(os.environ.get("TTHC_HOME", ""))


@cache
def _project(named: str) -> Path:
    home = Path(named or Path(__file__).resolve().parents[2])
    if not (home / "notebooks").is_dir():
        raise UserError(f"No notebooks in {home}. Set TTHC_HOME to the project's folder.")
    return home


def reference() -> Path:
    """Folder of the reference tables: ``$TTHC_REFERENCE``, else ``data/reference``."""
    return _within(os.environ.get("TTHC_REFERENCE", ""), os.environ.get("TTHC_HOME", ""), "reference")


@cache  # a report asks some hundred times
def _within(named: str, home: str, usual: str) -> Path:
    """A folder that is named, else the usual one in the project's ``data``."""
    return Path(named or _project(home) / "data" / usual)


def reported() -> Path:
    """Folder of the tables of what units reported of themselves: ``$TTHC_REPORTED``, else ``data/reported``."""
    return _within(os.environ.get("TTHC_REPORTED", ""), os.environ.get("TTHC_HOME", ""), "reported")


def store() -> Path:
    """Folder of the dossier store: ``$TTHC_STORE``, else ``data/store``."""
    return _within(os.environ.get("TTHC_STORE", ""), os.environ.get("TTHC_HOME", ""), "store")


def reports() -> Path:
    """Folder that pages are written to: ``$TTHC_REPORTS``, else ``reports``."""
    return Path(os.environ.get("TTHC_REPORTS") or project() / "reports")


def notebook(name: str) -> Path:
    """Path of a notebook of the project.

    Parameters
    ----------
    name : str
        File name without ending, for example ``commune_report``.

    Raises
    ------
    UserError
        When there is no such notebook; the message lists those there are.
    """
    folder = project() / "notebooks"
    path = folder / f"{name}.ipynb"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.ipynb")))
        raise UserError(f"No notebook '{name}'. There are: {known}.")
    return path
