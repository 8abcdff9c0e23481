"""pyproject.toml, environment.yml and requirements.lock name the same packages with the same bounds."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
# A package whose name on conda-forge is another: name there → name on PyPI.
CONDA_NAMES = {"matplotlib-base": "matplotlib", "playwright-python": "playwright", "python-duckdb": "duckdb"}
# What an environment needs to stand at all, and a distribution therefore does not ask for.
CONDA_OWN = {"python", "pip"}

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def bounds(lines: list[str]) -> dict[str, SpecifierSet]:
    requirements = [Requirement(line) for line in lines]
    named = {canonicalize_name(requirement.name): requirement.specifier for requirement in requirements}
    assert len(named) == len(requirements), "a package is named twice"
    return named


def project_bounds() -> dict[str, SpecifierSet]:
    extras = PROJECT["optional-dependencies"]
    return bounds([*PROJECT["dependencies"], *extras["test"], *extras["dev"]])


def conda_bounds() -> dict[str, SpecifierSet]:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    from_pip = [line for entry in listed if isinstance(entry, dict) for line in entry["pip"]]
    return bounds([entry for entry in listed if isinstance(entry, str)] + from_pip)


def lock_entries() -> list[str]:
    """Each package of the lock with its hashes, comments left out."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    lines = [line for line in text.replace("\\\n", " ").splitlines() if not line.lstrip().startswith("#")]
    return [line for line in lines if line.strip()]


def locked_versions(python: str) -> dict[str, list[str]]:
    """The versions that the lock gives a package on this Python, on Linux."""
    here = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    found: dict[str, list[str]] = {}
    for entry in lock_entries():
        requirement = Requirement(entry.split("--hash", 1)[0].strip())
        (pin,) = requirement.specifier
        assert pin.operator == "==", f"{requirement} is not pinned"
        if requirement.marker is None or requirement.marker.evaluate(here):
            found.setdefault(canonicalize_name(requirement.name), []).append(pin.version)
    return found


def test_the_conda_environment_has_the_same_packages_and_bounds() -> None:
    conda = conda_bounds()
    shared = {CONDA_NAMES.get(name, name): conda[name] for name in conda.keys() - CONDA_OWN}
    assert shared == project_bounds()


def test_the_conda_name_map_has_no_dead_entry() -> None:
    assert set(CONDA_NAMES) <= set(conda_bounds())


def test_both_name_the_same_python() -> None:
    supported = SpecifierSet(PROJECT["requires-python"])
    assert conda_bounds()["python"] == supported
    assert tuple(f"3.{minor}" for minor in range(30) if f"3.{minor}" in supported) == PYTHONS


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_satisfies_every_dependency(python: str) -> None:
    locked = locked_versions(python)
    for name, spec in project_bounds().items():
        versions = locked.get(name, [])
        assert len(versions) == 1, f"{name} is locked at {versions} on Python {python}; run `make lock`"
        assert versions[0] in spec, f"{name} {versions[0]} is not {spec}; run `make lock`"


def test_every_locked_package_is_hashed() -> None:
    entries = lock_entries()
    assert len(entries) > len(project_bounds())
    assert [line for line in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}(\s|$)", line)] == []


@pytest.mark.parametrize("name", ["requirements.lock", "environment.yml", "pyproject.toml"])
def test_no_address_and_no_path_of_one_machine(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    if name == "pyproject.toml":
        for url in PROJECT.get("urls", {}).values():
            text = text.replace(url, "")
    assert "://" not in text
    assert not re.search(r"--(extra-)?index|--find-links|(^|\s)/\w", text, re.MULTILINE)


def test_the_channel_is_a_name() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["name"] == PROJECT["name"]
    assert environment["channels"] == ["conda-forge"]
