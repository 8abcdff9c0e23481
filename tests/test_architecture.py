"""The rooms of the house: a module imports only from those that the package's docstring names before it."""

import ast
import re
from pathlib import Path

import helpers

ROOT = Path(helpers.__file__).parent
ORDER = re.findall(r"``(\w+)``", helpers.__doc__)


def _imported(path: Path) -> set[str]:
    """Modules of the package that a file imports at its top; commands import theirs when they run."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "helpers":
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
    return found


def test_every_module_is_named_once():
    modules = {path.stem if path.is_file() else path.name for path in ROOT.iterdir() if path.name != "fragments"}
    assert sorted(ORDER) == sorted(modules - {"__init__", "__pycache__"})


def test_imports_go_down_only():
    for path in ROOT.rglob("*.py"):
        room = path.relative_to(ROOT).parts[0].removesuffix(".py")
        if room != "__init__":
            allowed = {*ORDER[: ORDER.index(room)], room}
            assert _imported(path) <= allowed, path.name
