"""The store: what is put in comes out, a slice opens only its own files, and a change happens whole or not at all."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers import dossiers, store
from helpers.errors import UserError

XUAN_HOA, HAI_PHONG, HUE = "08746", ["10972", "11203", "11239"], ["19942", "19804"]
JULY, AUGUST, SEPTEMBER = (pd.Timestamp(2025, month, 1) for month in (7, 8, 9))
EVER = (pd.Timestamp(2000, 1, 1), pd.Timestamp(2100, 1, 1))


def table(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    """Dossiers of (commune, id, received, finished)."""
    frame = pd.DataFrame(rows, columns=["commune", "dossier_id", "received_at", "finished_at"])
    for name in ("received_at", "finished_at"):
        frame[name] = pd.to_datetime(frame[name], format="ISO8601")
    return dossiers.complete(frame)


@pytest.fixture(scope="module")
def many() -> pd.DataFrame:
    """Dossiers of three provinces over four months with every column filled here and empty there."""
    chance = np.random.default_rng(2025)
    n = 3000
    received = pd.Timestamp("2025-06-01") + pd.to_timedelta(chance.integers(0, 122 * 86_400, n), unit="s")
    took = pd.to_timedelta(chance.integers(0, 60 * 86_400, n), unit="s")
    frame = pd.DataFrame(
        {
            "dossier_id": [f"H31.10-250701-{i:05d}" for i in range(n)],
            "commune": chance.choice([XUAN_HOA, *HAI_PHONG, *HUE], n),
            "field": chance.choice(["dat-dai", "Lĩnh vực lạ ôộ", None], n),
            "channel": chance.choice(["online", "direct", "postal", None], n),
            "received_at": received,
            "due_at": pd.Series(received + took).where(chance.random(n) < 0.8),
            "finished_at": pd.Series(received + took).where(chance.random(n) < 0.6),
            "returned_at": pd.Series(received + took * 1.5).where(chance.random(n) < 0.3),
            "received_date_only": chance.random(n) < 0.1,
            "digitised": chance.choice([True, False, None], n),
            "status": chance.choice([2, 4, 9, 10, None], n),
            "supplement_requests": chance.choice([0, 1, 32_000, None], n),
            "source_row": np.arange(n) + 2,
        },
        index=chance.permutation(n),
    )
    return dossiers.complete(frame.assign(received_at=received.floor("s").as_unit("us")))


@pytest.fixture(scope="module")
def filled(many, tmp_path_factory) -> Path:
    """A store into which they came in two imports."""
    folder = tmp_path_factory.mktemp("kho hồ sơ")
    assert store.put(folder, many.iloc[:2000], [{"file": "a.csv", "rows": 2000}]) == 0
    assert store.put(folder, many.iloc[2000:], [{"file": "b.csv", "rows": 1000}]) == 0
    return folder


def ordered(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(dossiers.KEY).reset_index(drop=True)


def damage(folder: Path, pattern: str) -> int:
    """Make files unreadable."""
    paths = list(folder.glob(pattern))
    for path in paths:
        path.write_bytes(b"no Parquet")
    return len(paths)


def data_files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


# --- reading ----------------------------------------------------------------------------------------------------


def test_round_trip(filled, many):
    back = pd.concat([store.read(filled, province, *EVER) for province in ("25", "31", "46")])
    pd.testing.assert_frame_equal(ordered(back), ordered(many))
    now = store.snapshot(filled)
    assert (now.rows, now.number, now.origin) == (3000, 2, "import")
    assert [record["file"] for record in now.imports] == ["a.csv", "b.csv"]


def test_files_hold_one_province_and_month_sorted_by_commune(filled, many):
    for part in store.snapshot(filled).parts:
        rows = pq.read_table(filled / part.path, partitioning=None).to_pandas()
        assert part.path.startswith(f"province={part.province}/month={part.month}/")
        assert set(rows["received_at"].dt.strftime("%Y-%m")) == {part.month}
        assert rows.equals(rows.sort_values(["commune", "received_at", "dossier_id"]))
        assert len(rows) == part.rows
        assert rows["received_at"].min() == pd.Timestamp(part.first_received)
        assert rows["received_at"].max() == pd.Timestamp(part.last_received)
    assert sum(part.rows for part in store.snapshot(filled).parts) == len(many)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2025-07-01", "2025-08-01"), ("2025-06-15", "2025-09-15"), ("2025-08-03", "2025-08-04"), ("2025-10-01", "2026")],
)
@pytest.mark.parametrize(("province", "commune"), [("31", None), ("31", "11203"), ("46", "19942"), ("25", None)])
def test_a_slice_is_what_was_received_or_still_open(filled, many, start, end, province, commune):
    start, end = pd.Timestamp(start), pd.Timestamp(end)
    communes = {"31": HAI_PHONG, "46": HUE, "25": [XUAN_HOA]}[province] if commune is None else [commune]
    ended = many["finished_at"].fillna(many["returned_at"])
    wanted = many["commune"].isin(communes) & (many["received_at"] < end)
    wanted &= (many["received_at"] >= start) | ~(ended < start)
    rows = store.read(filled, province, start, end, commune)
    pd.testing.assert_frame_equal(ordered(rows), ordered(many[wanted]))
    few = store.read(filled, province, start, end, commune, columns=["due_at", "commune"])
    assert list(few.columns) == ["due_at", "commune"]
    assert len(few) == len(rows)


def test_both_bounds_of_a_slice(tmp_path):
    moments = [("a", "2025-07-31 23:59:59", None), ("b", "2025-08-01", None), ("c", "2025-09-01", None)]
    moments += [
        ("ended before", "2025-07-01", "2025-07-31 23:59:59"),
        ("ended at the start", "2025-07-01", "2025-08-01"),
    ]
    store.put(tmp_path, table(*[(XUAN_HOA, *moment) for moment in moments]), [])
    assert set(store.read(tmp_path, "25", AUGUST, SEPTEMBER)["dossier_id"]) == {"a", "b", "ended at the start"}


def test_a_slice_leaves_other_provinces_and_later_months_closed(filled, tmp_path):
    folder = shutil.copytree(filled, tmp_path / "store")
    expected = store.read(folder, "31", JULY, AUGUST)
    assert damage(folder, "province=25/**/*.parquet") >= 4
    assert damage(folder, "province=46/**/*.parquet") >= 4
    assert damage(folder, "province=31/month=2025-0[89]/*.parquet") == 4
    pd.testing.assert_frame_equal(store.read(folder, "31", JULY, AUGUST), expected)
    carried = expected["received_at"] < JULY
    assert 0 < carried.sum() < len(expected)  # from the files of an earlier month
    with pytest.raises(pa.ArrowInvalid):
        store.read(folder, "31", JULY, SEPTEMBER)


def test_a_slice_reads_only_the_rows_of_its_commune_and_its_columns(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "ROW_GROUP", 50)
    rows = [(code, f"{code}-{i}", f"2025-07-{1 + i % 28:02d}", None) for code in HAI_PHONG for i in range(100)]
    store.put(tmp_path, table(*rows), [])
    path = tmp_path / store.snapshot(tmp_path).parts[0].path
    whole = path.read_bytes()

    def spoil(groups: range, column: str) -> None:
        damaged = bytearray(whole)
        footer = pq.ParquetFile(path).metadata
        for group in groups:
            chunk = footer.row_group(group).column(dossiers.COLUMNS.index(column))
            first = chunk.dictionary_page_offset or chunk.data_page_offset
            damaged[first : first + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
        path.write_bytes(damaged)

    spoil(range(2), "dossier_id")  # of the first commune
    assert len(store.read(tmp_path, "31", JULY, AUGUST, commune=HAI_PHONG[1])) == 100
    with pytest.raises(OSError, match=r"\w"):
        store.read(tmp_path, "31", JULY, AUGUST, commune=HAI_PHONG[0])
    path.write_bytes(whole)
    spoil(range(6), "due_at")
    assert len(store.read(tmp_path, "31", JULY, AUGUST, columns=["dossier_id"])) == 300


def test_extent(filled, many):
    of = many[many["commune"].isin(HAI_PHONG)]["received_at"]
    assert store.extent(filled, "31") == store.Extent(len(of), of.min(), of.max())
    of = many[many["commune"] == "19804"]["received_at"]
    assert store.extent(filled, "46", "19804") == store.Extent(len(of), of.min(), of.max())
    assert store.extent(filled, "46", "19789") is None
    assert store.extent(filled, "01") is None
    assert store.extent(filled, "01", "00004") is None
    assert store.read(filled, "01", *EVER).empty


def test_an_empty_store_says_how_to_fill_it(tmp_path):
    for call in (lambda: store.filled(tmp_path / "none"), lambda: store.read(tmp_path / "none", "31", *EVER)):
        with pytest.raises(UserError, match=r"tthc import .*tthc sample"):
            call()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"number": 1}', '{"number":1,"origin":"import","parts":[{}],"imports":[]}']
)
def test_a_damaged_snapshot_is_a_user_error(tmp_path, text):
    (tmp_path / store.SNAPSHOT).write_text(text)
    with pytest.raises(UserError, match="damaged") as caught:
        store.snapshot(tmp_path)
    assert "\n" not in str(caught.value)


# --- changing ---------------------------------------------------------------------------------------------------


def test_a_dossier_is_replaced_by_its_key_even_from_another_month(tmp_path):
    store.put(tmp_path, table((XUAN_HOA, "1", "2025-07-31", None), (XUAN_HOA, "2", "2025-07-02", None)), [])
    other = table(("10972", "1", "2025-07-31", None))  # the same id in another commune is another dossier
    assert store.put(tmp_path, other, []) == 0
    assert store.put(tmp_path, table((XUAN_HOA, "1", "2025-08-01", "2025-08-05")), []) == 1
    rows = ordered(store.read(tmp_path, "25", *EVER))
    assert list(rows["dossier_id"]) == ["1", "2"]
    assert list(rows["received_at"]) == [pd.Timestamp("2025-08-01"), pd.Timestamp("2025-07-02")]
    assert len(store.read(tmp_path, "31", *EVER)) == 1
    # When none is left in its old file, the file goes.
    assert store.put(tmp_path, table((XUAN_HOA, "2", "2025-08-02", None)), []) == 1
    months = {(part.province, part.month) for part in store.snapshot(tmp_path).parts}
    assert months == {("25", "2025-08"), ("31", "2025-07")}
    on_disk = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.parquet")}
    assert on_disk == {part.path for part in store.snapshot(tmp_path).parts}


def test_putting_the_same_again_changes_no_dossier(filled, many, tmp_path):
    folder = shutil.copytree(filled, tmp_path / "store")
    assert store.put(folder, many, []) == len(many)
    assert store.snapshot(folder).rows == len(many)
    for province in ("25", "31", "46"):
        pd.testing.assert_frame_equal(
            ordered(store.read(folder, province, *EVER)), ordered(store.read(filled, province, *EVER))
        )


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize("when", ["_replace_snapshot", "write_table"])
def test_an_interrupted_change_leaves_the_store_as_it_was(tmp_path, monkeypatch, stop, when):
    store.put(tmp_path, table((XUAN_HOA, "1", "2025-07-01", None), ("10972", "1", "2025-07-01", None)), [])
    before = data_files(tmp_path)
    calls = []
    place = store if when == "_replace_snapshot" else pq
    original = getattr(place, when)

    def stopping(*args, **kwargs):
        calls.append(args)
        if when == "write_table" and len(calls) == 1:
            return original(*args, **kwargs)
        raise stop("No space left on device")

    changed = table(
        (XUAN_HOA, "1", "2025-07-05", None), ("10972", "1", "2025-08-05", None), ("10972", "2", "2025-08-05", None)
    )
    with monkeypatch.context() as patch:
        patch.setattr(place, when, stopping)
        with pytest.raises(UserError if stop is OSError else stop, match="No space left"):
            store.put(tmp_path, changed, [])
    after = data_files(tmp_path)
    assert before.items() <= after.items()
    leftovers = set(after) - set(before)
    assert leftovers
    assert list(store.read(tmp_path, "25", *EVER)["received_at"]) == [JULY]
    assert len(store.read(tmp_path, "31", *EVER)) == 1

    store.put(tmp_path, table(("19942", "1", "2025-07-05", None)), [])
    assert {path for path in data_files(tmp_path) if path.endswith(".parquet")} == {
        part.path for part in store.snapshot(tmp_path).parts
    }
    assert store.snapshot(tmp_path).rows == 3
    assert list(store.read(tmp_path, "25", *EVER)["received_at"]) == [JULY]


def _sample(folder: Path, rows: pd.DataFrame) -> None:
    with store.changing(folder, "sample") as writer:
        writer.add("25", "2025-07", pa.Table.from_pandas(rows, schema=dossiers.ARROW_SCHEMA, preserve_index=False))


def test_a_sample_never_stands_beside_imported_dossiers(tmp_path):
    sampled, real = table((XUAN_HOA, "sample", "2025-07-01", None)), table(("10972", "real", "2025-07-01", None))
    _sample(tmp_path, sampled)
    _sample(tmp_path, sampled)
    now = store.snapshot(tmp_path)
    assert (now.origin, now.rows) == ("sample", 1)
    assert store.put(tmp_path, real, [{"file": "a.csv"}]) == 0
    now = store.snapshot(tmp_path)
    assert (now.origin, now.rows, len(now.imports)) == ("import", 1, 1)
    assert not list(tmp_path.glob("province=25/**/*.parquet"))
    before = data_files(tmp_path)
    with pytest.raises(UserError, match="--store"):
        _sample(tmp_path, sampled)
    assert data_files(tmp_path) == before


def test_a_failed_import_leaves_the_sample(tmp_path, monkeypatch):
    _sample(tmp_path, table((XUAN_HOA, "sample", "2025-07-01", None)))
    before = data_files(tmp_path)

    def failing(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "_replace_snapshot", failing)
    with pytest.raises(KeyboardInterrupt):
        store.put(tmp_path, table(("10972", "real", "2025-07-01", None)), [])
    assert before.items() <= data_files(tmp_path).items()
    assert store.snapshot(tmp_path).origin == "sample"
    assert len(store.read(tmp_path, "25", *EVER)) == 1


def test_the_same_dossiers_in_any_order_give_the_same_bytes(many, tmp_path):
    store.put(tmp_path / "a", many, [])
    store.put(tmp_path / "b", many.sample(frac=1, random_state=1), [])
    assert data_files(tmp_path / "a") == data_files(tmp_path / "b")


def test_a_folder_that_cannot_be_written_is_a_user_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="cannot be written"):
        store.put(tmp_path / "file" / "store", table((XUAN_HOA, "1", "2025-07-01", None)), [])
