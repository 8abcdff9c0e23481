"""The store: what is put in comes out, a slice opens only its own files, and a change happens whole or not at all."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from helpers import dossiers, files, reference, store
from helpers.errors import UserError
from helpers.store import changes, parts

XUAN_HOA, HAI_PHONG, HUE = "08746", ["10972", "11203", "11239"], ["19942", "19804"]
JULY, AUGUST, SEPTEMBER, OCTOBER = (pd.Timestamp(2025, month, 1) for month in (7, 8, 9, 10))
ENDS = ("2025-07-20", None)
EVER = (pd.Timestamp(2000, 1, 1), pd.Timestamp(2100, 1, 1))


def table(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    """Dossiers of (commune, id, received, finished)."""
    frame = pd.DataFrame(rows, columns=["commune", "dossier_id", "received_at", "finished_at"])
    for name in ("received_at", "finished_at"):
        frame[name] = pd.to_datetime(frame[name], format="ISO8601")
    return dossiers.complete(frame)


def put(folder: Path, rows: pd.DataFrame, name: str = "a.csv") -> store.Stored:
    """Import one file."""
    return store.put(folder, [store.Entry(rows, {"file": name, "sha256": name}, {})])[0]


def sampled(folder: Path, rows: pd.DataFrame) -> None:
    """Write a sample."""
    with store.changing(folder, "sample") as writer:
        writer.add(parts.arrow(rows))


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
            "status": chance.choice([2, 3, 4, 9, 10, None], n),
            "supplement_requests": chance.choice([0, 1, 32_000, None], n),
            "source_import": np.where(np.arange(n) < 2000, 1, 2),
            "source_sheet": chance.choice([1, 2], n),
            "source_row": np.arange(n) + 2,
        },
    )
    return dossiers.complete(frame.assign(received_at=received.floor("s").as_unit("us")))


@pytest.fixture(scope="module")
def filled(many, tmp_path_factory) -> Path:
    """A store into which they came in two imports."""
    folder = tmp_path_factory.mktemp("kho hồ sơ")
    shuffled = many.sample(frac=1, random_state=7)
    assert put(folder, shuffled[shuffled["source_import"] == 1], "a.csv") == store.Stored(1, 2000, 0)
    assert put(folder, shuffled[shuffled["source_import"] == 2], "b.csv") == store.Stored(2, 1000, 0)
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
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*.*")
        if path.is_file() and path.name != ".lock"
    }


# --- reading ----------------------------------------------------------------------------------------------------


def test_round_trip(filled, many):
    back = pd.concat([store.read(filled, province, *EVER) for province in ("25", "31", "46")])
    pd.testing.assert_frame_equal(ordered(back), ordered(many))
    now = store.snapshot(filled)
    assert (now.rows, now.number, now.origin) == (3000, 2, "import")
    assert [(record["number"], record["file"]) for record in now.imports] == [(1, "a.csv"), (2, "b.csv")]


def ended(rows: pd.DataFrame) -> "pd.Series[pd.Timestamp]":
    return rows["finished_at"].fillna(rows["returned_at"])


def test_a_file_holds_one_province_and_month_or_its_long_dossiers(filled, many):
    now = store.snapshot(filled)
    places = [(part.province, part.month) for part in now.parts]
    assert sorted(places) == sorted(set(places))
    assert {month for _, month in places} == {"", "2025-06", "2025-07", "2025-08", "2025-09"}
    for part in now.parts:
        rows = pq.read_table(filled / part.path, partitioning=None).to_pandas()
        assert part.path.startswith(f"province={part.province}/{f'month={part.month}' if part.month else 'long'}/")
        months = rows["received_at"].dt.to_period("M")
        settled = ended(rows) < (months + 2).dt.start_time
        assert settled.all() if part.month else not settled.any()
        assert set(months.astype("str")) == {part.month} or not part.month
        assert rows.equals(rows.sort_values(["commune", "received_at", "dossier_id"]))
        assert len(rows) == part.rows
        assert rows["received_at"].min() == pd.Timestamp(part.first_received)
        assert rows["received_at"].max() == pd.Timestamp(part.last_received)
        assert part.last_ended == ("" if ended(rows).isna().any() else ended(rows).max().isoformat())
    assert now.rows == len(many)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2025-07-01", "2025-08-01"), ("2025-06-15", "2025-09-15"), ("2025-08-03", "2025-08-04"), ("2025-10-01", "2026")],
)
@pytest.mark.parametrize(("province", "commune"), [("31", None), ("31", "11203"), ("46", "19942"), ("25", None)])
def test_a_slice_is_what_was_received_or_still_open(filled, many, start, end, province, commune):
    start, end = pd.Timestamp(start), pd.Timestamp(end)
    communes = {"31": HAI_PHONG, "46": HUE, "25": [XUAN_HOA]}[province] if commune is None else [commune]
    wanted = many["commune"].isin(communes) & (many["received_at"] < end)
    refused = (many["status"] == 3).fillna(False)
    wanted &= (many["received_at"] >= start) | ~((ended(many) < start) | refused)
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
    put(tmp_path, table(*[(XUAN_HOA, *moment) for moment in moments]))
    assert set(store.read(tmp_path, "25", AUGUST, SEPTEMBER)["dossier_id"]) == {"a", "b", "ended at the start"}


def test_a_dossier_settles_when_it_ends_before_the_second_month_after(tmp_path):
    rows = [
        ("in August", "2025-07-31 23:59:59", "2025-08-31 23:59:59"),
        ("on 1 September", "2025-07-01", "2025-09-01"),
        ("over the year", "2025-12-31", "2026-01-31 10:00"),
        ("open", "2025-07-01", None),
    ]
    put(tmp_path, table(*[(XUAN_HOA, *row) for row in rows]))
    held = {
        part.month: set(pq.read_table(tmp_path / part.path, partitioning=None)["dossier_id"].to_pylist())
        for part in store.snapshot(tmp_path).parts
    }
    assert held == {"2025-07": {"in August"}, "2025-12": {"over the year"}, "": {"on 1 September", "open"}}


def test_a_slice_leaves_files_closed_that_cannot_concern_it(filled, tmp_path):
    folder = shutil.copytree(filled, tmp_path / "store")
    expected = store.read(folder, "31", SEPTEMBER, OCTOBER)
    assert damage(folder, "province=25/**/*.parquet") >= 4
    assert damage(folder, "province=46/**/*.parquet") >= 4
    # Settled dossiers of June and July ended before September; those of August may not have.
    assert damage(folder, "province=31/month=2025-0[67]/*.parquet") == 2
    pd.testing.assert_frame_equal(store.read(folder, "31", SEPTEMBER, OCTOBER), expected)
    carried = expected["received_at"] < SEPTEMBER
    assert 0 < carried.sum() < len(expected)
    assert damage(folder, "province=31/month=2025-09/*.parquet") == 1
    with pytest.raises(UserError, match=r"month=2025-09.*is damaged"):
        store.read(folder, "31", SEPTEMBER, OCTOBER)


def test_a_slice_reads_only_the_rows_of_its_commune_and_its_columns(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "ROW_GROUP", 50)
    rows = [(code, f"{code}-{i}", f"2025-07-{1 + i % 28:02d}", None) for code in HAI_PHONG for i in range(100)]
    put(tmp_path, table(*rows))
    path = tmp_path / store.snapshot(tmp_path).parts[0].path
    whole = path.read_bytes()

    def spoil(groups: range, column: str) -> None:
        spoiled = bytearray(whole)
        footer = pq.ParquetFile(path).metadata
        for group in groups:
            chunk = footer.row_group(group).column(dossiers.COLUMNS.index(column))
            first = chunk.dictionary_page_offset or chunk.data_page_offset
            spoiled[first : first + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
        path.write_bytes(spoiled)

    spoil(range(2), "dossier_id")  # of the first commune
    assert len(store.read(tmp_path, "31", JULY, AUGUST, commune=HAI_PHONG[1])) == 100
    with pytest.raises(UserError, match="is damaged"):
        store.read(tmp_path, "31", JULY, AUGUST, commune=HAI_PHONG[0])
    path.write_bytes(whole)
    spoil(range(6), "due_at")
    assert len(store.read(tmp_path, "31", JULY, AUGUST, columns=["dossier_id"])) == 300


def test_one_wrong_byte_is_noticed(tmp_path):
    put(tmp_path, table(*[(XUAN_HOA, f"H25-{i}", "2025-07-01", None) for i in range(100)]))
    path = tmp_path / store.snapshot(tmp_path).parts[0].path
    chunk = pq.ParquetFile(path).metadata.row_group(0).column(dossiers.COLUMNS.index("dossier_id"))
    spoiled = bytearray(path.read_bytes())
    spoiled[chunk.data_page_offset + chunk.total_compressed_size - 1] ^= 1
    path.write_bytes(spoiled)
    with pytest.raises(UserError, match="is damaged"):
        store.read(tmp_path, "25", *EVER)


def test_a_missing_file_is_named(filled, tmp_path):
    folder = shutil.copytree(filled, tmp_path / "store")
    part = next(part for part in store.snapshot(folder).parts if part.province == "46" and not part.month)
    (folder / part.path).unlink()
    for look in (
        lambda: store.read(folder, "46", JULY, AUGUST),
        lambda: store.extent(folder, "46", "19804"),
        lambda: store.receiving(folder, "46", JULY),
        lambda: store.contents(folder),
        lambda: put(folder, table(("19804", "new", "2025-07-01", None))),
    ):
        with pytest.raises(UserError, match=rf"{part.path} is missing\. Move the folder") as caught:
            look()
        assert "\n" not in str(caught.value)


def test_a_reader_goes_on_when_a_change_takes_its_files_away(tmp_path, monkeypatch):
    put(tmp_path, table((XUAN_HOA, "1", "2025-07-01", None)))
    load, calls = parts.load, []

    def changed_meanwhile(folder, path, *args):
        calls.append(path)
        if len(calls) == 1:
            put(folder, table((XUAN_HOA, "2", "2025-07-01", None)), "b.csv")
        return load(folder, path, *args)

    monkeypatch.setattr(parts, "load", changed_meanwhile)
    assert set(store.read(tmp_path, "25", JULY, AUGUST)["dossier_id"]) == {"1", "2"}
    assert len(set(calls)) > 1


def test_extent(filled, many):
    of = many[many["commune"].isin(HAI_PHONG)]["received_at"]
    assert store.extent(filled, "31") == store.Extent(of.min(), of.max())
    of = many[many["commune"] == "19804"]["received_at"]
    assert store.extent(filled, "46", "19804") == store.Extent(of.min(), of.max())
    assert store.extent(filled, "46", "19789") is None
    assert store.extent(filled, "01") is None
    assert store.extent(filled, "01", "00004") is None
    assert store.read(filled, "01", *EVER).empty


@pytest.mark.parametrize("since", ["2025-06-01", "2025-09-20 12:00", "2025-09-30", "2026-01-01"])
def test_receiving(filled, many, since):
    late = many[(many["received_at"] >= pd.Timestamp(since)) & many["commune"].isin(HUE)]
    assert store.receiving(filled, "46", pd.Timestamp(since)) == sorted(late["commune"].unique())


def test_receiving_stops_when_all_communes_are_found(tmp_path):
    everyone = sorted(reference.communes_of("46")["code"])
    months = [f"2025-{month:02d}-03" for month in (7, 8)]
    put(tmp_path, table(*[(code, day, day, "2025-08-04") for code in everyone for day in months]))
    assert damage(tmp_path, "province=46/month=2025-07/*.parquet") == 1
    assert store.receiving(tmp_path, "46", JULY) == everyone


def test_extent_leaves_the_files_between_closed(tmp_path):
    rows = [(XUAN_HOA, str(month), f"2025-{month:02d}-03", f"2025-{month:02d}-04") for month in range(1, 13)]
    put(tmp_path, table(*rows))
    assert damage(tmp_path, "province=25/month=2025-0[2-9]/*.parquet") == 8
    first, last = (pd.Timestamp(2025, month, 3) for month in (1, 12))
    assert store.extent(tmp_path, "25", XUAN_HOA) == store.Extent(first, last)


def test_contents(filled, many):
    months = many["received_at"].dt.strftime("%Y-%m")
    grouped = many.assign(month=months).groupby("commune")
    expected = pd.DataFrame(
        {
            "first_month": grouped["month"].min(),
            "last_month": grouped["month"].max(),
            "months": grouped["month"].nunique(),
            "dossiers": grouped.size(),
            "last_import": grouped["source_import"].max(),
        }
    ).reset_index()
    pd.testing.assert_frame_equal(store.contents(filled), expected)


def test_contents_of_little(tmp_path):
    rows = [
        ("10972", "1", "2025-07-01", "2025-07-02"),
        ("10972", "2", "2026-01-01", None),
        (XUAN_HOA, "1", "2025-08-01", None),
    ]
    sampled(tmp_path / "sample", table(*rows))
    found = store.contents(tmp_path / "sample")
    assert found.drop(columns="last_import").to_numpy().tolist() == [
        [XUAN_HOA, "2025-08", "2025-08", 1, 1],
        ["10972", "2025-07", "2026-01", 2, 2],
    ]
    assert found["last_import"].isna().all()
    none = store.contents(tmp_path / "none")
    assert none.empty
    assert list(none) == list(found)


def test_an_empty_store_says_how_to_fill_it(tmp_path):
    for call in (lambda: store.filled(tmp_path / "none"), lambda: store.read(tmp_path / "none", "31", *EVER)):
        with pytest.raises(UserError, match=r"tthc import .*tthc sample"):
            call()


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"format": 2, "number": 1}', '{"format":2,"number":1,"origin":"import","parts":[{}],"imports":[]}'],
)
def test_a_damaged_snapshot_is_a_user_error(tmp_path, text):
    (tmp_path / store.SNAPSHOT).write_text(text)
    with pytest.raises(UserError, match="damaged") as caught:
        store.snapshot(tmp_path)
    assert "\n" not in str(caught.value)


# --- changing ---------------------------------------------------------------------------------------------------


def test_a_dossier_is_replaced_by_its_key_even_from_another_month(tmp_path):
    put(tmp_path, table((XUAN_HOA, "1", "2025-07-31", "2025-08-01"), (XUAN_HOA, "2", "2025-07-02", None)))
    other = table(("10972", "1", "2025-07-31", None))  # the same id in another commune is another dossier
    assert put(tmp_path, other, "b.csv") == store.Stored(2, 1, 0)
    assert put(tmp_path, table((XUAN_HOA, "1", "2025-08-01", "2025-08-05")), "c.csv") == store.Stored(3, 0, 1)
    rows = ordered(store.read(tmp_path, "25", *EVER))
    assert list(rows["dossier_id"]) == ["1", "2"]
    assert list(rows["received_at"]) == [pd.Timestamp("2025-08-01"), pd.Timestamp("2025-07-02")]
    assert len(store.read(tmp_path, "31", *EVER)) == 1
    # When none is left in its old file, the file goes.
    assert put(tmp_path, table((XUAN_HOA, "2", "2025-08-02", "2025-08-03")), "d.csv").replaced == 1
    places = {(part.province, part.month) for part in store.snapshot(tmp_path).parts}
    assert places == {("25", "2025-08"), ("31", "")}
    on_disk = {path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("province=*/**/*.parquet")}
    assert on_disk == {part.path for part in store.snapshot(tmp_path).parts}


def test_files_do_not_multiply(tmp_path):
    for number in range(5):
        rows = [(XUAN_HOA, f"{number}-{i}", f"2025-07-{number + 1:02d}", finished) for i, finished in enumerate(ENDS)]
        put(tmp_path, table(*rows), str(number))
    now = store.snapshot(tmp_path)
    assert [(part.month, part.rows) for part in now.parts] == [("", 5), ("2025-07", 5)]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize(
    ("place", "name", "after"), [(changes, "_replace_snapshot", 0), (pq, "write_table", 1), (pq, "write_table", 2)]
)
def test_an_interrupted_change_leaves_the_store_as_it_was(tmp_path, monkeypatch, stop, place, name, after):
    put(tmp_path, table((XUAN_HOA, "1", "2025-07-01", None), ("10972", "1", "2025-07-01", None)))
    before = data_files(tmp_path)
    calls = []
    original = getattr(place, name)

    def stopping(*args, **kwargs):
        calls.append(args)
        if len(calls) <= after:
            return original(*args, **kwargs)
        raise stop("No more paper")

    changed = table(
        (XUAN_HOA, "1", "2025-07-05", None), ("10972", "1", "2025-08-05", None), ("10972", "2", "2025-08-05", None)
    )
    with monkeypatch.context() as patch:
        patch.setattr(place, name, stopping)
        with pytest.raises(UserError if stop is OSError else stop, match="No more paper"):
            put(tmp_path, changed, "b.csv")
    assert data_files(tmp_path) == before


def test_leftovers_go_with_the_next_change(tmp_path):
    put(tmp_path, table((XUAN_HOA, "1", "2025-07-01", None)))
    leftovers = ["province=25/month=2025-07/000009.parquet", "province=25/long/000009.parquet"]
    leftovers += ["imports/000009.parquet", "imports/000009.json"]
    for name in leftovers:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"half of it")
    with store.changing(tmp_path, "import"):  # before anything is written: a full disk needs the room
        assert not any((tmp_path / name).exists() for name in leftovers)
    put(tmp_path, table((XUAN_HOA, "2", "2025-07-01", None)), "b.csv")
    assert len(store.read(tmp_path, "25", *EVER)) == 2
    assert [store.details(tmp_path, number) for number in (1, 2)] == [{}, {}]


def test_a_sample_never_stands_beside_imported_dossiers(tmp_path):
    made, real = table((XUAN_HOA, "sample", "2025-07-01", None)), table(("10972", "real", "2025-07-01", None))
    sampled(tmp_path, made)
    sampled(tmp_path, made)
    now = store.snapshot(tmp_path)
    assert (now.origin, now.rows) == ("sample", 1)
    assert put(tmp_path, real) == store.Stored(1, 1, 0)
    now = store.snapshot(tmp_path)
    assert (now.origin, now.rows, len(now.imports)) == ("import", 1, 1)
    assert not list(tmp_path.glob("province=25/**/*.parquet"))
    before = data_files(tmp_path)
    with pytest.raises(UserError, match="--store"):
        sampled(tmp_path, made)
    assert data_files(tmp_path) == before


def test_a_sample_of_all_months_and_provinces_in_pieces(many, tmp_path):
    with store.changing(tmp_path, "sample") as writer:
        for _, piece in many.groupby(many["received_at"].dt.to_period("M")):
            writer.add(parts.arrow(piece))
    put(tmp_path / "whole", many)

    def files_of(folder: Path) -> dict[tuple[str, str], int]:
        return {(part.province, part.month): part.rows for part in store.snapshot(folder).parts}

    assert files_of(tmp_path) == files_of(tmp_path / "whole")
    back = pd.concat([store.read(tmp_path, province, *EVER) for province in ("25", "31", "46")])
    pd.testing.assert_frame_equal(ordered(back), ordered(many))


def test_a_month_is_not_written_twice_in_one_change(tmp_path):
    rows = parts.arrow(table((XUAN_HOA, "1", "2025-07-01", "2025-07-02")))

    def twice() -> None:
        with store.changing(tmp_path, "sample") as writer:
            writer.add(rows)
            writer.add(rows)

    with pytest.raises(ValueError, match="twice"):
        twice()
    assert store.snapshot(tmp_path).rows == 0


def test_a_failed_import_leaves_the_sample(tmp_path, monkeypatch):
    sampled(tmp_path, table((XUAN_HOA, "sample", "2025-07-01", None)))
    before = data_files(tmp_path)

    def failing(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(changes, "_replace_snapshot", failing)
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path, table(("10972", "real", "2025-07-01", None)))
    assert data_files(tmp_path) == before
    assert store.snapshot(tmp_path).origin == "sample"
    assert len(store.read(tmp_path, "25", *EVER)) == 1


def _of_format_1(folder: Path, origin: str) -> None:
    path = folder / "province=25" / "month=2025-07" / "000003-0.parquet"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"of another version")
    part = {"path": path.relative_to(folder).as_posix(), "province": "25", "month": "2025-07", "rows": 1}
    record = {"number": 3, "origin": origin, "parts": [part], "imports": [{"file": "a.csv"}]}
    (folder / store.SNAPSHOT).write_text(json.dumps(record), encoding="utf-8")


def test_a_store_of_another_version_is_a_user_error(tmp_path):
    _of_format_1(tmp_path, "import")
    before = data_files(tmp_path)
    rows = table((XUAN_HOA, "1", "2025-07-01", None))
    for call in (
        lambda: store.snapshot(tmp_path),
        lambda: store.read(tmp_path, "25", *EVER),
        lambda: put(tmp_path, rows),
        lambda: sampled(tmp_path, rows),
        lambda: store.remove(tmp_path, 1),
    ):
        with pytest.raises(UserError, match=r"another version.*--store DIR.*tthc sample"):
            call()
    assert data_files(tmp_path) == before


def test_a_sample_of_another_version_is_replaced(tmp_path, monkeypatch):
    rows = table((XUAN_HOA, "1", "2025-07-01", None))
    _of_format_1(tmp_path, "sample")
    before = data_files(tmp_path)
    with pytest.raises(UserError, match="another version"):
        store.read(tmp_path, "25", *EVER)
    with monkeypatch.context() as patch:
        patch.setattr(files, "write_atomically", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sampled(tmp_path, rows)
    assert data_files(tmp_path) == before
    sampled(tmp_path, rows)
    assert len(store.read(tmp_path, "25", *EVER)) == 1
    assert set(data_files(tmp_path)) == {store.SNAPSHOT, *(part.path for part in store.snapshot(tmp_path).parts)}


def test_the_same_dossiers_in_any_order_give_the_same_bytes(many, tmp_path):
    put(tmp_path / "a", many)
    put(tmp_path / "b", many.sample(frac=1, random_state=1))
    assert data_files(tmp_path / "a") == data_files(tmp_path / "b")


def test_a_column_that_an_older_store_does_not_have_is_missing(tmp_path):
    put(tmp_path, table(("10972", "A-1", "2025-07-02", None)))
    (path,) = tmp_path.glob("province=31/**/*.parquet")
    pq.write_table(pq.read_table(path, partitioning=None).drop_columns(["extensions"]), path)
    for commune in (None, "10972"):
        rows = store.read(tmp_path, "31", *EVER, commune)
        assert list(rows.columns) == dossiers.COLUMNS
        assert rows["extensions"].isna().all()
        assert rows["dossier_id"].tolist() == ["A-1"]
    put(tmp_path, table(("10972", "A-2", "2025-07-03", None)), "b.csv")
    assert sorted(store.read(tmp_path, "31", *EVER)["dossier_id"]) == ["A-1", "A-2"]
