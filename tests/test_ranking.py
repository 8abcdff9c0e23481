"""Ranks: ties share, direction counts, communes without data to the end are not compared."""

import pandas as pd

from helpers import cube, indicators, outcomes, periods, ranking, slices

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


def test_comparable_to_the_end():
    last = pd.Series(pd.to_datetime(["2025-07-24 10:00", "2025-07-25 00:00", "2025-07-31 10:00"]))
    assert list(ranking.comparable(last, JULY)) == [False, True, True]
    assert list(ranking.comparable(last, periods.parse("2025-07-25"))) == [False, True, True]


def test_no_ranks_from_a_few_communes(small):
    """In November the sample has one commune of Hải Phòng: first of one is no rank."""
    part = slices.commune("10972", "2025-07-01..2025-11-26", folder=small)
    assert part.peers.compared == 1
    assert part.peers.positions.empty
    whole = slices.commune("10972", "2025-07-01..2025-07-28", folder=small)
    assert whole.peers.compared == 114
    assert not whole.peers.positions.empty
