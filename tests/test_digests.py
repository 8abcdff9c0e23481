"""Digests: what a page depends on changes them, and nothing else does."""

import hashlib
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import digests
from helpers.errors import UserError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abđ"), inner),
    max_leaves=6,
)


@given(JSON, JSON)
def test_equal_values_and_only_they_have_equal_digests(one, other):
    backwards = dict(reversed(one.items())) if isinstance(one, dict) else one
    assert digests.of(one) == digests.of(backwards)
    assert len(digests.of(one)) == 16
    assert (digests.of(one) == digests.of(other)) == (repr(_sorted(one)) == repr(_sorted(other)))


def _sorted(value):
    """In one order; ``repr`` then tells True from 1, as JSON does and ``==`` does not."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def test_a_files_digest_is_that_of_sha256sum(tmp_path):
    path = tmp_path / "trang.html"
    path.write_text("Đường", encoding="utf-8")
    assert digests.of_file(path) == hashlib.sha256("Đường".encode()).hexdigest()


def test_tables_change_it_and_what_lies_beside_them_does_not(own_reference):
    seen = [digests.reference()]

    def changed() -> bool:
        seen.append(digests.reference())
        return seen[-1] not in seen[:-1]

    (own_reference / "profiles" / "own.toml").write_text("")
    assert not changed()
    (own_reference / "causes.csv").write_bytes((own_reference / "causes.csv").read_bytes() + b"\n")
    assert changed()
    (own_reference / "causes.csv").rename(own_reference / "other.csv")
    assert changed()
    (own_reference / "a.csv").write_text("bc")
    assert changed()
    (own_reference / "a.csv").write_text("b")  # as many bytes, on the other side of the border between two files
    (own_reference / "b.csv").write_text("c")
    assert changed()
    (own_reference / ".~lock.a.csv#").write_text("a table that is open in a spreadsheet program")
    assert not changed()
    assert digests.code() != digests.helpers()


def test_notebooks_by_name(tmp_path, monkeypatch):
    monkeypatch.setenv("TTHC_HOME", str(tmp_path))
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "own.ipynb").write_text("{}")
    first = digests.notebook("own")
    (tmp_path / "notebooks" / "own.ipynb").write_text("{ }")
    assert digests.notebook("own") != first
    with pytest.raises(UserError, match=r"No notebook 'other'\. There are: own\."):
        digests.notebook("other")


def test_the_commit_is_the_last_that_made_pages_and_says_when_files_differ(tmp_path, monkeypatch):
    def git(*words: str) -> str:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
        return subprocess.run(["git", *who, *words], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    def commit() -> str:
        digests.commit.cache_clear()
        return digests.commit()

    monkeypatch.setattr(digests, "__file__", str(tmp_path / "src" / "helpers" / "digests.py"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    notebook = tmp_path / "notebooks" / "own.ipynb"
    notebook.parent.mkdir()
    notebook.write_text("{}")
    try:
        assert commit() == "", "no checkout"
        git("init")
        assert commit() == "", "no commit"
        git("add", ".")
        git("commit", "-m", "first")
        first = git("rev-parse", "HEAD").strip()
        assert first.startswith(commit())
        (tmp_path / "README.md").write_text("words")
        git("add", ".")
        git("commit", "-m", "second")
        assert first.startswith(commit()), "words make no page"
        notebook.write_text("{ }")
        assert commit() == f"{first[:10]}+"
    finally:
        digests.commit.cache_clear()


def test_packages_are_those_that_are_installed():
    found = digests.packages()
    assert set(found) == {"python", *digests.PACKAGES}
    assert all(found.values())
