"""How communes compare: computed once and kept, dropped when anything changes, and never lost to one damaged file."""

import pandas as pd
import pyarrow.parquet
import pytest

from helpers import digests, dossiers, peers, periods, ranking, slices, store
from helpers.batch import surveys
from helpers.errors import UserError
from helpers.peers import Peers

JULY = periods.parse("2025-07")
CODES = ("03388", "03390", "03394", "03405", "03408")


@pytest.fixture
def ranked(five_communes, stored):  # noqa: ARG001 - its tables count
    """A store in which the first commune has the most online dossiers, the second the second most, and so on."""
    return stored(*_rows(dict(zip(CODES, (9, 8, 7, 6, 5), strict=True))))


def _rows(online):
    late = {"received_at": "2025-07-30 09:00"}
    return [
        {**late, "dossier_id": f"{code}-{at}", "commune": code, "channel": "online" if at < count else "direct"}
        for code, count in online.items()
        for at in range(10)
    ]


def of(folder):
    return peers.of(folder, "12", JULY, "timestamp")


def online(found):
    rows = found.positions[found.positions["indicator"] == "online_rate"]
    return dict(zip(rows["commune"], rows["position"], strict=True))


def kept(folder):
    (path,) = (folder / "cache").glob("peers-*-positions.parquet")
    return path


def test_what_is_kept_is_used_and_equal(ranked):
    first = of(ranked)
    assert online(first) == dict(zip(CODES, range(1, 6), strict=True))
    assert (first.compared, first.communes) == (5, 5)
    again = of(ranked)
    pd.testing.assert_frame_equal(first.positions.reset_index(drop=True), again.positions, check_column_type=False)
    assert first.standing(CODES) == again.standing(CODES)
    # Another table under the same key is believed: nothing is computed.
    table = pyarrow.parquet.read_table(kept(ranked))
    pyarrow.parquet.write_table(table.slice(0, 1), kept(ranked))
    assert len(of(ranked).positions) == 1


@pytest.mark.parametrize("what", ["dossiers", "tables", "code"])
def test_what_is_kept_is_dropped_when_something_changed(what, ranked, five_communes, table, monkeypatch):
    of(ranked)
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(kept(ranked)).slice(0, 0), kept(ranked))
    assert of(ranked).positions.empty
    expected = dict(zip(CODES, range(1, 6), strict=True))
    if what == "dossiers":
        store.put(ranked, [store.Entry(table(*_rows({CODES[0]: 0})), {"file": "b.csv", "sha256": "b"}, {})])
        expected = dict(zip(CODES, (5, 1, 2, 3, 4), strict=True))
    elif what == "tables":
        with (five_communes / "causes.csv").open("a") as causes:
            causes.write("\n")
    else:
        monkeypatch.setattr(digests, "helpers", lambda: "other code")
    assert online(of(ranked)) == expected


@pytest.mark.parametrize("damage", [lambda _: b"", lambda _: b"PAR1 junk", lambda data: data[: len(data) // 2]])
def test_a_damaged_file_is_computed_again(ranked, damage):
    expected = online(of(ranked))
    good = kept(ranked).read_bytes()
    kept(ranked).write_bytes(damage(good))
    assert online(of(ranked)) == expected
    assert kept(ranked).read_bytes() == good
    assert {path.suffix for path in kept(ranked).parent.iterdir()} == {".parquet"}, "nothing beside it"


@pytest.mark.usefixtures("five_communes")
def test_a_damaged_part_costs_its_commune_its_place_and_the_others_nothing(stored, table):
    folder = stored(*_rows(dict(zip(CODES[1:], (9, 8, 7, 6), strict=True))))
    # So many that they fill a row group of their own, before the one that holds all the others.
    first = table(*_rows({CODES[0]: 10})[:1]).loc[[0] * 8192].reset_index(drop=True)
    first["dossier_id"] = [f"{number:05d}" for number in range(len(first))]
    store.put(folder, [store.Entry(first, {"file": "b.csv", "sha256": "b"}, {})])
    assert online(of(folder)) == dict(zip(CODES, range(1, 6), strict=True))
    before = surveys.make(folder, "12", "2025-07", "calendar", "timestamp")

    (part,) = (folder / "province=12").glob("*/*.parquet")
    data = bytearray(part.read_bytes())
    received = pyarrow.parquet.read_metadata(part).row_group(0).column(dossiers.COLUMNS.index("received_at"))
    start, size = received.data_page_offset, received.total_compressed_size
    data[start + size // 3 : start + size // 2] = bytes(size // 2 - size // 3)
    part.write_bytes(data)
    assert online(of(folder)) == dict(zip(CODES[1:], range(1, 5), strict=True))
    after = surveys.make(folder, "12", "2025-07", "calendar", "timestamp")
    assert {code: after.data[code] == before.data[code] for code in CODES} == {code: code != CODES[0] for code in CODES}
    assert all(after.standing[code] != before.standing[code] for code in CODES)
    assert slices.commune(CODES[1], "2025-07", folder=folder).peers.compared == 4
    with pytest.raises(UserError, match=r"\.parquet is damaged"):
        slices.commune(CODES[0], "2025-07", folder=folder)

    part.write_bytes(data[:-100])  # now nobody can say who is in it
    assert of(folder).positions.empty
    whole = surveys.make(folder, "12", "2025-07", "calendar", "timestamp")
    assert set(whole.data) == set(CODES)
    assert len(set(whole.data.values())) == 1


def test_a_store_that_cannot_be_written_is_only_slower(ranked):
    (ranked / "cache").write_text("in the way")
    assert online(of(ranked)) == dict(zip(CODES, range(1, 6), strict=True))


def _in_time(numerators):
    """Communes that were in time for so many of a thousand dossiers."""
    rates = pd.DataFrame({"commune": [f"{at:05d}" for at in range(len(numerators))], "indicator": "in_time_rate"})
    counts = rates.assign(numerator=numerators, denominator=1_000)
    return Peers(ranking.positions(counts.assign(value=counts["numerator"] / 1_000)), len(counts), len(counts))


def test_a_neighbour_changes_the_standing_of_whom_its_figures_are_printed_for():
    """The last commune is far from the others: its page tells their rate and their limit; the others' only ranks."""
    usual = list(range(900, 1_000, 5))
    before, after = _in_time([*usual, 600]), _in_time([*usual[:-1], 999, 600])
    assert (before.positions["position"] == after.positions["position"]).all()
    *others, last = before.positions["commune"]
    assert [list(each.far["commune"]) for each in (before, after)] == [[last], [last]]
    assert before.far["limit"].item() != after.far["limit"].item()
    assert before.standing([last]) != after.standing([last])
    assert before.standing(others) == after.standing(others)
