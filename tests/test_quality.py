"""The page on one import: what it counts, and bounds that hold whatever the missing values were."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import dossiers, indicators, outcomes, quality
from helpers.errors import UserError
from helpers.quality import Quality

RECORD = {"number": 1, "rejected": 0, "identical": 0, "imported_at": "2026-01-01 08:00:00"}
PROBLEMS = pd.DataFrame(columns=["rule", "severity", "column", "commune", "count"])


def test_counts(table):
    rows = table(
        {"channel": "online", "due_at": "2025-07-14", "finished_at": "2025-07-11", "field": "dat-dai", "status": 10},
        {"commune": "11203", "status": 9},
        {"commune": "11203", "channel": "direct", "status": 4},
    )
    problems = pd.DataFrame({
        "rule": ["no_time", "no_time", "no_commune", "no_due"], "severity": ["reject", "reject", "reject", "flag"],
        "column": ["received_at", "due_at", "commune", "due_at"], "commune": ["11239", "11203", "", "11203"],
        "count": [3, 1, 2, 2],
    })  # fmt: skip
    of = Quality({**RECORD, "rejected": 6}, rows, problems)
    assert quality.reasons(of, "reject")[["rule", "column", "count", "communes"]].values.tolist() == [
        ["no_time", "received_at", 3, 1], ["no_commune", "commune", 2, 0], ["no_time", "due_at", 1, 1],
    ]  # fmt: skip
    missing = quality.missing(of).set_index("column")
    assert missing.loc["due_at"].tolist() == [2, 3]
    assert missing.loc["finished_at"].tolist() == [1, 2]  # of the two that are done
    assert missing.loc["status"].tolist() == [0, 3]
    places = quality.by_place(of, "commune").set_index("place")
    assert list(places.index) == ["11203", "11239", "10972"]  # the worst first
    assert places.loc["11203"].to_dict() == {
        "dossiers": 2, "no_due": 2, "no_channel": 1, "no_field": 2, "no_end": 1, "rejected": 1,
    }  # fmt: skip
    assert places.loc["11239", ["dossiers", "rejected"]].tolist() == [0, 3]
    fields = quality.by_place(of, "field")
    assert fields["place"].isna().tolist() == [True, False]
    assert of.period.text == "2025-07-10..2025-07-11"  # to the last day on which something happened


CHANNELS = st.sampled_from(["online", "direct", None])
DUE = st.sampled_from(["2025-07-09 17:00", "2025-07-14 17:00", None])
FINISHED = st.sampled_from(["2025-07-10 15:00", "2025-07-16 15:00", None])


@given(st.lists(st.tuples(CHANNELS, DUE, FINISHED, st.sampled_from([4, 9])), min_size=1, max_size=8), st.data())
def test_bounds_hold_whatever_is_missing(given_rows, data):
    """Fill in what is missing in any way: the rate of the whole data lies between the bounds."""

    def frame(rows):
        # The last one pins the end of the period, which would else follow what is filled in.
        rows = [*rows, ("direct", "2025-07-30 17:00", "2025-07-20 15:00", 9)]
        made = pd.DataFrame(rows, columns=["channel", "due_at", "finished_at", "status"])
        made = made.assign(
            dossier_id=[f"H{i}" for i in range(len(rows))], commune="10972", received_at="2025-07-10 09:00"
        )
        for column in ("received_at", "due_at", "finished_at"):
            made[column] = pd.to_datetime(made[column], format="ISO8601").astype("datetime64[us]")
        return dossiers.complete(made)

    bounds = quality.effects(Quality(RECORD, frame(given_rows), PROBLEMS)).set_index("name")
    filled = [
        (
            channel or data.draw(st.sampled_from(["online", "direct"])),
            due or data.draw(st.sampled_from(["2025-07-09 17:00", "2025-07-14 17:00"])),
            finished or (data.draw(FINISHED.filter(bool)) if status == 9 else None),
            status,
        )
        for channel, due, finished, status in given_rows
    ]
    whole = frame(filled)
    period = Quality(RECORD, whole, PROBLEMS).period
    classed = outcomes.classify(whole, period)
    truth = {
        "online_rate": (classed["channel"] == "online").mean(),
        "resolved_rate": classed["outcome"].isin(outcomes.RESOLVED).mean(),
        "overdue_rate": classed["outcome"].isin(["late", "pending_overdue"]).mean(),
    }
    for name, rate in truth.items():
        row = bounds.loc[name]
        known = row["denominator"] + row["unknown"]
        assert row["numerator"] / known - 1e-9 <= rate <= (row["numerator"] + row["unknown"]) / known + 1e-9
        assert indicators.get(name)


def test_no_import_says_so(tmp_path, small):
    with pytest.raises(UserError, match="holds no import"):
        quality.load(folder=tmp_path)
    with pytest.raises(UserError, match="holds no import"):
        quality.load(folder=small)
