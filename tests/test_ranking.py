"""Ranks: ties share, direction counts, communes without data to the end are not compared."""

from helpers import areas, cube, indicators, outcomes, periods, ranking, reference, slices

JULY = periods.parse("2025-07")


def test_ties_share_a_position_and_low_is_good_for_late(table):
    late, early = {"finished_at": "2025-07-20"}, {"finished_at": "2025-07-10 10:00"}
    due = {"due_at": "2025-07-15 10:00"}
    rows = table(
        *[
            {**due, **late, "commune": "10972"},
            {**due, **early, "commune": "11203"},
            {**due, **early, "commune": "11206"},
        ],
    )
    computed = indicators.compute(cube.count(outcomes.classify(rows, JULY)), ["commune"])
    positions = ranking.positions(computed).set_index(["indicator", "commune"])["position"]
    for name in ("in_time_rate", "late_rate"):
        assert positions[name].to_dict() == {"10972": 3, "11203": 1, "11206": 1}
    assert "pending_rate" not in positions.index.get_level_values(0), "neither way is good"


def test_no_ranks_from_a_few_communes(small):
    """In November the sample has one commune of Hải Phòng: first of one is no rank."""
    part = slices.commune("10972", "2025-07-01..2025-11-26", folder=small)
    assert part.peers.compared == 1
    assert part.peers.positions.empty
    whole = slices.commune("10972", "2025-07-01..2025-07-28", folder=small)
    assert whole.peers.compared == 114
    assert not whole.peers.positions.empty


def test_a_quiet_day_is_no_missing_data(stored):
    """A commune that receives nothing on the day itself has data all the same, if it has some later."""
    everyone = [{"commune": code} for code in reference.communes_of("46")["code"]]
    first, later = {"received_at": "2025-07-10 09:00"}, {"received_at": "2025-07-20 09:00", "dossier_id": "later"}
    folder = stored(*[row | first for row in everyone[:1]], *[row | later for row in everyone])
    part = areas.of("46", "2025-07-10", folder=folder)
    assert part.peers.compared == 40
    part = areas.of("46", "2025-07-29", folder=folder)
    assert part.peers.compared == 0
