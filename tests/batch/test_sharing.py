"""Files at an address, by content: what lies there is neither put nor brought again, and half a file is never used."""

import errno
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers.batch import sharing
from helpers.errors import UserError


@pytest.fixture
def folder(tmp_path):
    """Two files of dossiers, one below."""
    (tmp_path / "kho" / "tháng 7").mkdir(parents=True)
    (tmp_path / "kho" / "a").write_bytes(b"1" * 1000)
    (tmp_path / "kho" / "tháng 7" / "b").write_bytes(b"2" * 1000)
    return tmp_path / "kho"


def _offered(address, folder, names=("a", "tháng 7/b")):
    done = []
    listing = sharing.offer(address, {name: folder / name for name in names}, lambda: done.append(1))
    assert len(done) == len(names)
    return listing


def test_what_is_offered_is_brought_and_only_what_changed_travels_again(folder, tmp_path):
    place, into = tmp_path / "share", tmp_path / "cache"
    listing = _offered(place.as_uri(), folder)
    first = sharing.fetch(place.as_uri(), listing, into)
    assert {path.relative_to(first).as_posix(): path.read_bytes() for path in first.rglob("*") if path.is_file()} == {
        "a": b"1" * 1000, "tháng 7/b": b"2" * 1000
    }  # fmt: skip
    assert len(list(place.iterdir())) == 3

    written = {path: path.stat().st_mtime_ns for path in place.iterdir()}
    (folder / "a").write_bytes(b"3" * 1000)
    changed = _offered(place.as_uri(), folder)
    assert changed != listing
    assert {path: path.stat().st_mtime_ns for path in written} == written
    for path in written:
        path.unlink()  # this machine has them
    second = sharing.fetch(place.as_uri(), changed, into)
    assert (second / "a").read_bytes() == b"3" * 1000
    assert (second / "tháng 7" / "b").read_bytes() == b"2" * 1000
    assert (first / "a").read_bytes() == b"1" * 1000, "a report that is being made from it goes on"
    assert sharing.fetch(place.as_uri(), listing, into) == first


def test_only_what_is_wanted_is_brought(folder, tmp_path):
    address = (tmp_path / "share").as_uri()
    found = sharing.fetch(address, _offered(address, folder), tmp_path / "cache", ["a"])
    assert [path.name for path in found.iterdir()] == ["a"]


def test_half_a_file_is_put_again_and_a_damaged_one_is_refused(folder, tmp_path):
    place = tmp_path / "share"
    listing = _offered(place.as_uri(), folder)
    cut = next(path for path in place.iterdir() if path.read_bytes() == b"1" * 1000)
    cut.write_bytes(b"1" * 999)
    refused = re.escape(f"{place.as_uri()}/{cut.name} is damaged. Delete it, and give the same command again.")
    with pytest.raises(UserError, match=refused):
        sharing.fetch(place.as_uri(), listing, tmp_path / "cache")
    assert not [path for path in (tmp_path / "cache").rglob("*") if ".new" in path.name]
    assert _offered(place.as_uri(), folder) == listing
    assert (sharing.fetch(place.as_uri(), listing, tmp_path / "cache") / "a").read_bytes() == b"1" * 1000


def test_many_may_bring_the_same_at_once(folder, tmp_path):
    address = (tmp_path / "share").as_uri()
    listing = _offered(address, folder)
    with ThreadPoolExecutor(8) as pool:
        brought = list(pool.map(lambda _: sharing.fetch(address, listing, tmp_path / "cache"), range(40)))
    assert {(found / "tháng 7" / "b").read_bytes() for found in brought} == {b"2" * 1000}
    assert not [path for path in (tmp_path / "cache").rglob("*") if ".new" in path.name]


def test_a_disk_without_links_gets_copies(folder, tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr("os.link", refuse)
    address = (tmp_path / "share").as_uri()
    found = sharing.fetch(address, _offered(address, folder), tmp_path / "cache")
    assert (found / "a").read_bytes() == b"1" * 1000


def test_an_address_that_cannot_be_used_is_named_with_the_fix(folder, tmp_path):
    with pytest.raises(UserError, match="Storage at nowhere://x: ValueError: Protocol not known"):
        _offered("nowhere://x", folder)
    with pytest.raises(UserError, match=r"'share' is no address\. Name one with its kind: s3://BUCKET/FOLDER"):
        _offered("share", folder)
    with pytest.raises(UserError, match=r"Storage at oci://host/x: ImportError: .*Install that package"):
        _offered("oci://name:secret@host/x", folder)
    with pytest.raises(UserError, match=r"Storage at file:///.*FileNotFoundError.*See that the address and the rights"):
        sharing.fetch((tmp_path / "nothing").as_uri(), "0" * 64, tmp_path / "cache")
