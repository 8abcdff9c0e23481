"""Work on other machines: refused where something differs, noted only for what it was made from, put in place whole."""

import os
import shutil
from dataclasses import replace

import pytest

from helpers import periods, settings
from helpers.batch import Failure, Job, Result, elsewhere, surveys
from helpers.errors import UserError

PERIOD = periods.parse("2025-Q3")


@pytest.fixture
def store(small, tmp_path):
    """A copy of the small sample that a test may change."""
    return shutil.copytree(small, tmp_path / "store")


def _change(store):
    """As an import does: another snapshot."""
    path = store / "snapshot.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


@pytest.mark.parametrize("what", ["code", "packages", "reference tables", "dossiers", "reported figures"])
def test_a_machine_with_other_things_is_refused_and_told_which(what, store):
    share = elsewhere.common(store, str(store))
    elsewhere.check(share)
    other = replace(share, state={**share.state, what: "other"})
    with pytest.raises(
        UserError, match=rf"^Machine \S+: it has other {what} than the machine that gave the order\. Bring"
    ):
        elsewhere.check(other)


def test_a_worker_that_was_started_with_other_code_is_refused(store, monkeypatch):
    monkeypatch.setattr(elsewhere, "_IMPORTED", "older")
    with pytest.raises(UserError, match="it has other code since it was started than"):
        elsewhere.check(elsewhere.common(store, str(store)))


def test_what_is_shared_is_told_from_what_came_after(store, tmp_path):
    share = elsewhere.offer((tmp_path / "share").as_uri(), store, ["25"], lambda: None)
    elsewhere.check(share)
    assert elsewhere.is_current(share)
    _change(store)
    assert not elsewhere.is_current(share)
    assert elsewhere.is_current(None)


def test_folders_are_the_machines_own_again_after_a_report(store, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TTHC_STORE", "mine")
    monkeypatch.delenv("TTHC_REPORTED", raising=False)
    share = elsewhere.offer((tmp_path / "share").as_uri(), store, ["25"], lambda: None)
    with elsewhere._at_hand(share):
        assert settings.store().parent.parent.name == "tthc-reports"
        assert os.environ["TTHC_REPORTED"]
    assert os.environ["TTHC_STORE"] == "mine"
    assert "TTHC_REPORTED" not in os.environ


def test_a_survey_is_not_kept_for_what_was_stored_while_it_was_made(store, monkeypatch):
    real = surveys._of

    def meanwhile(*given):
        found = real(*given)
        part = next(
            path for path in store.rglob("*.parquet") if "province=25" in str(path) and "cache" not in str(path)
        )
        part.touch()
        return found

    monkeypatch.setattr(surveys, "_of", meanwhile)
    surveys.make(store, "25", "2025-Q3", "calendar", "timestamp")
    assert surveys.kept(store, "25", PERIOD, "timestamp") is None
    monkeypatch.undo()
    made = surveys.make(store, "25", "2025-Q3", "calendar", "timestamp")
    assert surveys.kept(store, "25", PERIOD, "timestamp") == made


def test_what_comes_home_replaces_what_stood_there(tmp_path):
    page = tmp_path / "31" / "10972-a.html"
    page.parent.mkdir()
    for name in ("10972-a.log", "10972-a.pdf", "31-b-toan-bo.pdf"):
        (page.parent / name).write_text("of an earlier page")
    result = Result(Job("commune_report", {}, page), files={"10972-a.html": b"new", "10972-a-phu-luc.xlsx": b"annex"})
    assert elsewhere.home(result) == replace(result, files={})
    found = {path.name: path.read_bytes() for path in page.parent.iterdir()}
    assert found == {"10972-a.html": b"new", "10972-a-phu-luc.xlsx": b"annex"}


def test_a_failure_leaves_the_page_and_brings_its_log(tmp_path):
    page = tmp_path / "10972-a.html"
    page.write_text("of before")
    failed = Result(Job("commune_report", {}, page), Failure("commune_report", "", "x"), files={"10972-a.log": b"why"})
    assert elsewhere.home(failed).failure == failed.failure
    assert (page.read_text(), page.with_suffix(".log").read_text()) == ("of before", "why")


def test_a_page_that_cannot_be_written_here_is_one_failure(tmp_path):
    (tmp_path / "10972-a.html").mkdir()
    result = Result(Job("commune_report", {}, tmp_path / "10972-a.html"), files={"10972-a.html": b"new"})
    failure = elsewhere.home(result).failure
    assert failure is not None
    assert "IsADirectoryError" in failure.error
