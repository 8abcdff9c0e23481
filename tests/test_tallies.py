"""What one pass over a province's dossiers counts, and what is kept of it."""

from helpers import periods, store, tallies

JULY = periods.parse("2025-07")


def _add(folder, table, *rows):
    with store.changing(folder, "import") as writer:
        writer.add(store.arrow(table(*rows)))


def test_what_is_stored_while_dossiers_are_read_is_counted_the_next_time(table, tmp_path):
    _add(tmp_path, table, {"dossier_id": "1"})

    def read_slowly():
        rows = tallies.read(tmp_path, "31", JULY)
        _add(tmp_path, table, {"dossier_id": "2"})
        return rows

    assert tallies.of(tmp_path, "31", JULY, "timestamp", read_slowly).cube["dossiers"].sum() == 1
    assert tallies.of(tmp_path, "31", JULY, "timestamp").cube["dossiers"].sum() == 2


def test_what_is_read_for_something_else_too_gives_the_same(small):
    def read_all():
        return store.read(small, "31", JULY.start, JULY.end, coded=True)

    counted = tallies.of_rows(tallies.read(small, "31", JULY), JULY, "timestamp")
    also = tallies.of_rows(read_all()[tallies.NEEDS], JULY, "timestamp")
    for name in tallies.TABLES:
        assert getattr(counted, name).equals(getattr(also, name)), name
