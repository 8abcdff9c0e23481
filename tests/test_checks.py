"""Each declared check finds what it is for, and nothing else."""

from datetime import date

import pandas as pd
import pytest

from helpers import checks

TODAY = date(2025, 12, 1)
GOOD = {
    "due_at": "2025-07-14 17:00",
    "finished_at": "2025-07-11 15:00",
    "returned_at": "2025-07-11 16:00",
    "status": 10,
}
BROKEN = {
    "future": {"received_at": "2025-12-02 08:00", "due_at": "2025-12-05", "finished_at": None, "returned_at": None,
               "status": 4},
    "too_early": {"received_at": "1925-07-10 08:00", "due_at": "1925-07-14", "finished_at": None, "returned_at": None,
                  "status": 4},
    "finished_before_received": {"finished_at": "2025-07-10 08:58"},
    "future_end": {"finished_at": "2025-12-02 08:00", "returned_at": None},
    "no_due": {"due_at": None},
    "due_before_received": {"due_at": "2025-06-30 17:00"},
    "swapped": {"due_at": "2025-04-08 17:00"},  # 8 April for 4 August
    "far_due": {"due_at": "2059-07-05"},
    "submitted_after_received": {"submitted_at": "2025-07-10 09:01"},
    "returned_before_finished": {"returned_at": "2025-07-11 14:59"},
    "done_without_date": {"finished_at": None, "returned_at": None},
    "open_with_date": {"status": 4},
}  # fmt: skip


def broken(rows: pd.DataFrame, **severity: str) -> set[str]:
    return {name for name, mask in checks.broken(rows, checks.order_rules(TODAY, **severity)).items() if mask.any()}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_finds_its_row(table, rule):
    assert broken(table({**GOOD, **BROKEN[rule]})) == {rule}
    assert broken(table(GOOD)) == set()


def test_every_rule_over_columns_is_tried():
    assert set(BROKEN) == {rule.name for rule in checks.order_rules(TODAY)}


def test_dates_without_a_time_are_compared_by_day(table):
    rows = table(
        {**GOOD, "finished_at": "2025-07-10", "returned_at": None, "due_at": "2025-07-10", "submitted_at": "2025-07-10"}
    )
    assert broken(rows) == {"finished_before_received", "due_before_received"}
    rows = rows.assign(finished_date_only=True, due_date_only=True)
    assert broken(rows) == set()


def test_an_office_may_choose_to_keep_early_ends(table):
    row = table({**GOOD, "finished_at": "2025-07-09 08:00"})
    assert broken(row) == {"finished_before_received"}
    assert broken(row, early_end="flag") == {"ended_before_received"}
    severities = {name: checks.RULES[name].severity for name in ("finished_before_received", "ended_before_received")}
    assert severities == {"finished_before_received": "reject", "ended_before_received": "flag"}


@pytest.mark.parametrize(
    ("finished", "word", "differs"),
    [
        ("2025-07-11 15:00", "late", True),
        ("2025-07-11 15:00", "early", False),
        ("2025-07-11 15:00", "on_time", False),  # systems differ on early and on time
        ("2025-07-14 18:00", "late", False),  # late by the hour, in time by the day: either may be meant
        ("2025-07-14 18:00", "on_time", False),
        ("2025-07-15 08:00", "early", True),
        ("2025-07-15 08:00", "late", False),
        ("2025-07-15 08:00", None, False),
        (None, "late", False),  # pending: the day of the export is not known
        (None, "pending_in_time", False),
    ],
)
def test_what_the_export_says_against_what_its_dates_say(table, finished, word, differs):
    row = table({**GOOD, "finished_at": finished, "returned_at": None}).assign(
        class_word=pd.Series([word], dtype="str")
    )
    assert checks.broken(row, [checks.WORDS])["class_word_differs"].tolist() == [differs]


def test_every_rule_is_explained_in_vietnamese():
    for name, rule in checks.RULES.items():
        assert rule.name == name
        assert not rule.says.isascii()
        assert rule.severity in ("reject", "repair", "flag", "note")
