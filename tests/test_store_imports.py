"""Imports: the store is at any time the fold of those that it holds, whatever came and went."""

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import dossiers, store
from helpers.errors import UserError

# Of two provinces, and two of one.
COMMUNES = ["08746", "10972", "11203"]
EVER = (pd.Timestamp(2000, 1, 1), pd.Timestamp(2100, 1, 1))

Row = tuple[str, str, str, str | None]  # commune, id, received, finished
Version = tuple[int, str, str | None]  # import, received, finished


def table(*rows: Row) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["commune", "dossier_id", "received_at", "finished_at"])
    for name in ("received_at", "finished_at"):
        frame[name] = pd.to_datetime(frame[name], format="ISO8601")
    return dossiers.complete(frame)


def entry(name: str, *rows: Row) -> store.Entry:
    return store.Entry(table(*rows), {"file": f"{name}.csv", "sha256": f"sha of {name}"}, {"of": name})


def held(folder: Path) -> dict[tuple[str, str], Version]:
    """Dossiers of the store by key."""
    if not store.snapshot(folder).rows:
        return {}
    rows = pd.concat([store.read(folder, province, *EVER) for province in ("25", "31")])
    assert not rows.duplicated(dossiers.KEY).any()
    return _versions(rows)


def _versions(rows: pd.DataFrame) -> dict[tuple[str, str], Version]:
    texts = rows[["received_at", "finished_at"]].astype("str").fillna("open")
    values = zip(rows["source_import"], texts["received_at"], texts["finished_at"], strict=True)
    return dict(zip(zip(rows["commune"], rows["dossier_id"], strict=True), values, strict=True))


def every_file(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


A = entry("a", ("08746", "1", "2025-07-01", None), ("08746", "2", "2025-07-02", "2025-07-03"))
B = entry("b", ("08746", "1", "2025-08-01", "2025-08-02"), ("10972", "1", "2025-08-01", None))
C = entry("c", ("08746", "1", "2025-09-01", None))


# --- the property -----------------------------------------------------------------------------------------------

MOMENTS = [f"2025-{month:02d}-15 10:00:00" for month in (6, 7, 12)]
KEYS = st.tuples(st.sampled_from(COMMUNES), st.sampled_from("12"))
FILES = st.dictionaries(KEYS, st.tuples(st.sampled_from(MOMENTS), st.sampled_from([None, *MOMENTS])), max_size=6)
# A list of files is put in one change; a number takes that import out, counted among those there are.
STEPS = st.lists(st.one_of(st.lists(FILES, min_size=1, max_size=3), st.integers(0, 5)), min_size=1, max_size=7)


class Model:
    """The imports that a store should hold: by number, what each brought."""

    def __init__(self) -> None:
        self.imports: dict[int, dict[tuple[str, str], Version]] = {}
        self.last = 0

    def fold(self) -> dict[tuple[str, str], Version]:
        return {key: version for brought in self.imports.values() for key, version in brought.items()}

    def put(self, brought: dict[tuple[str, str], tuple[str, str | None]]) -> store.Stored:
        before = self.fold()
        for number, known in self.imports.items():
            if {key: version[1:] for key, version in known.items()} == _shown(brought):
                return store.Stored(number, 0, 0, known=True)
        self.last += 1
        self.imports[self.last] = {key: (self.last, *version) for key, version in _shown(brought).items()}
        replaced = len(brought.keys() & before.keys())
        return store.Stored(self.last, len(brought) - replaced, replaced)

    def remove(self, number: int) -> store.Removed:
        gone = [key for key, version in self.fold().items() if version[0] == number]
        del self.imports[number]
        return store.Removed(len(gone), len(self.fold().keys() & gone))


def _shown(brought: dict[tuple[str, str], tuple[str, str | None]]) -> dict[tuple[str, str], tuple[str, str]]:
    return {key: (received, finished or "open") for key, (received, finished) in brought.items()}


def _entries(files: Sequence[dict[tuple[str, str], tuple[str, str | None]]]) -> list[store.Entry]:
    """Files named by their keys, so that one file comes again, with the same rows or with others."""
    return [entry(str(sorted(rows)), *[(*key, *times) for key, times in rows.items()]) for rows in files]


@settings(max_examples=40)
@given(STEPS)
def test_the_store_is_the_fold_of_its_imports(steps):
    model = Model()
    with TemporaryDirectory() as place:
        folder = Path(place)
        for step in steps:
            if isinstance(step, list):
                assert store.put(folder, _entries(step)) == [model.put(rows) for rows in step]
            elif model.imports:
                number = sorted(model.imports)[step % len(model.imports)]
                assert store.remove(folder, number) == model.remove(number)
            assert held(folder) == model.fold()
            now = store.snapshot(folder)
            assert [record["number"] for record in now.imports] == sorted(model.imports)
            assert len({(part.province, part.month) for part in now.parts}) == len(now.parts)
            for number, brought in model.imports.items():
                assert _versions(store.imported(folder, number)) == brought
            kept = {path.name for path in folder.glob("imports/*")}
            assert kept == {f"{number:06d}.{ending}" for number in model.imports for ending in ("json", "parquet")}


# --- putting ----------------------------------------------------------------------------------------------------


def test_files_of_one_call_take_effect_in_one_change_in_their_order(tmp_path):
    assert store.put(tmp_path, [A, B, C]) == [store.Stored(1, 2, 0), store.Stored(2, 1, 1), store.Stored(3, 0, 1)]
    assert store.snapshot(tmp_path).number == 1
    assert {key: version[0] for key, version in held(tmp_path).items()} == {
        ("08746", "1"): 3,
        ("08746", "2"): 1,
        ("10972", "1"): 2,
    }


def test_in_one_call_or_in_several_gives_the_same_dossiers(tmp_path):
    store.put(tmp_path / "one", [A, B, C])
    for each in (A, B, C):
        store.put(tmp_path / "several", [each])
    assert held(tmp_path / "one") == held(tmp_path / "several")
    first, second = (store.snapshot(tmp_path / name) for name in ("one", "several"))
    assert first.imports == second.imports
    assert [part.rows for part in first.parts] == [part.rows for part in second.parts]


def test_what_is_known_changes_not_one_byte(tmp_path):
    store.put(tmp_path, [A, B])
    before = every_file(tmp_path)
    backwards = store.Entry(A.rows.iloc[::-1], A.record, {"of": "another"})
    expected = [store.Stored(2, 0, 0, known=True), store.Stored(1, 0, 0, known=True)]
    assert store.put(tmp_path, [B, backwards]) == expected
    assert every_file(tmp_path) == before


def test_the_same_file_read_otherwise_is_another_import(tmp_path):
    store.put(tmp_path, [A])
    otherwise = store.Entry(A.rows.assign(field="dat-dai"), A.record, {})
    assert store.put(tmp_path, [otherwise]) == [store.Stored(2, 0, 2)]
    same_rows = store.Entry(A.rows, {**A.record, "sha256": "another"}, {})
    assert store.put(tmp_path, [same_rows]) == [store.Stored(3, 0, 2)]


def test_known_beside_new_in_one_call(tmp_path):
    store.put(tmp_path, [A])
    assert store.put(tmp_path, [A, C, C]) == [
        store.Stored(1, 0, 0, known=True),
        store.Stored(2, 0, 1),
        store.Stored(2, 0, 0, known=True),
    ]


def test_the_log_says_what_the_importer_says(tmp_path):
    record = {"file": "Sổ.xlsx", "sha256": "0f", "profile": "one-stop", "rows": 9, "imported_at": "2026-01-02 03:04"}
    details = {"mapped": {"Ngày nhận": "received_at"}, "ignored": ["Điện thoại"], "none": None}
    store.put(tmp_path, [store.Entry(A.rows, record, details)])
    logged = store.snapshot(tmp_path).imports[0]
    assert {**record, "number": 1, "kept_sha256": logged["kept_sha256"]} == logged
    assert store.details(tmp_path, 1) == details
    beside = json.loads((tmp_path / "imports/000001.json").read_text(encoding="utf-8"))
    assert beside == {"record": logged, "details": details}


def test_a_file_without_dossiers_is_an_import_too(tmp_path):
    assert store.put(tmp_path, [entry("none"), A]) == [store.Stored(1, 0, 0), store.Stored(2, 2, 0)]
    assert store.imported(tmp_path, 1).empty
    assert store.remove(tmp_path, 1) == store.Removed(0, 0)
    assert len(held(tmp_path)) == 2


def test_an_import_as_it_came(tmp_path):
    rows = A.rows.assign(source_sheet=2, source_row=np.array([8, 9])).astype(dossiers.DTYPES)
    store.put(tmp_path, [C, store.Entry(rows, A.record, {})])
    expected = rows.assign(source_import=2).astype(dossiers.DTYPES)
    pd.testing.assert_frame_equal(store.imported(tmp_path, 2), expected)


# --- removing ---------------------------------------------------------------------------------------------------


def test_what_an_import_replaced_comes_back(tmp_path):
    store.put(tmp_path, [A, B])
    before = held(tmp_path)
    store.put(tmp_path, [C])
    assert store.remove(tmp_path, 3) == store.Removed(1, 1)
    assert held(tmp_path) == before
    assert store.remove(tmp_path, 1) == store.Removed(1, 0)
    assert {key: version[0] for key, version in held(tmp_path).items()} == {("08746", "1"): 2, ("10972", "1"): 2}


def test_an_import_that_later_ones_replaced_leaves_no_trace(tmp_path):
    store.put(tmp_path / "with", [B, A, C])
    store.remove(tmp_path / "with", 2)
    store.put(tmp_path / "without", [B])
    store.put(tmp_path / "without", [C])
    assert {key: version[1:] for key, version in held(tmp_path / "with").items()} == {
        key: version[1:] for key, version in held(tmp_path / "without").items()
    }


def test_a_number_is_not_used_again(tmp_path):
    store.put(tmp_path, [A, B])
    store.remove(tmp_path, 2)
    store.remove(tmp_path, 1)
    assert store.snapshot(tmp_path).rows == 0
    assert store.snapshot(tmp_path).origin == "import"
    assert every_file(tmp_path).keys() == {store.SNAPSHOT, ".lock"}
    assert store.put(tmp_path, [A]) == [store.Stored(3, 2, 0)]


def test_what_was_removed_is_not_known(tmp_path):
    store.put(tmp_path, [A, B])
    store.remove(tmp_path, 1)
    assert store.put(tmp_path, [A]) == [store.Stored(3, 1, 1)]


def test_no_such_import(tmp_path):
    for call in (store.remove, store.imported, store.details):
        with pytest.raises(UserError, match=r"no import 1 in the store\. It has: none"):
            call(tmp_path / "none", 1)
    assert not (tmp_path / "none").exists()
    store.put(tmp_path, [A, B, C])
    store.remove(tmp_path, 2)
    before = every_file(tmp_path)
    for call in (store.remove, store.imported, store.details):
        with pytest.raises(UserError, match=r"no import 2 in the store\. It has: 1, 3\."):
            call(tmp_path, 2)
    assert every_file(tmp_path) == before


def test_what_was_kept_is_missing_or_damaged(tmp_path):
    store.put(tmp_path, [A, B])
    (tmp_path / "imports/000001.parquet").write_bytes(b"")
    (tmp_path / "imports/000001.json").write_bytes(b"[]")
    (tmp_path / "imports/000002.json").unlink()
    with pytest.raises(UserError, match=r"000001\.parquet is damaged"):
        store.imported(tmp_path, 1)
    with pytest.raises(UserError, match=r"000001\.json is damaged"):
        store.details(tmp_path, 1)
    with pytest.raises(UserError, match=r"000002\.json is missing"):
        store.details(tmp_path, 2)
    before = every_file(tmp_path)
    with pytest.raises(UserError, match=r"000001\.parquet is damaged"):
        store.remove(tmp_path, 2)  # its dossiers may have stood there before
    assert every_file(tmp_path) == before
