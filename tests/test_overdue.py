"""Overdue dossiers: late and pending apart, bands of working days, what falls due soon."""

from helpers import areas, outcomes, overdue, periods, slices, store

JULY = periods.parse("2025-07")


def test_days_late_are_working_days(table):
    rows = table(
        {"due_at": "2025-07-11 16:00", "finished_at": "2025-07-14 08:00"},  # Friday to Monday
        {"due_at": "2025-07-11 10:00", "finished_at": "2025-07-11 15:00"},  # the same day
        {"due_at": "2025-07-14 10:00"},  # pending to Thursday the 31st
        {"due_at": "2025-07-31 10:00"},
        {"due_at": "2025-08-01 10:00"},
    )
    found = overdue.select(outcomes.classify(rows, JULY), JULY)
    assert list(found["dossier_id"]) == ["H31-2", "H31-0", "H31-1", "H31-3"], "worst first, then the longest due"
    assert list(found["days_late"]) == [13, 1, 0, 0]
    assert list(found["band"]) == ["11–30", "≤ 1", "≤ 1", "≤ 1"]
    assert list(found["outcome"]) == ["pending_overdue", "late", "late", "pending_overdue"]


def test_tables_keep_every_dossier(small):
    part = areas.of("31", "2025-07-01..2025-07-28", folder=small)
    classed = outcomes.classify(store.read(small, "31", part.period.start, part.period.end), part.period)
    found = overdue.select(classed, part.period)
    for key in ("field", "overdue_cause", "holder", "commune"):
        assert overdue.by_key(part.overdue, key).equals(overdue.by_key(found, key)), "counted, and a row each again"
    tables = [overdue.by_key(found, key) for key in ("field", "procedure", "overdue_cause", "holder", "commune")]
    for table in [*tables, overdue.by_due_month(found)]:
        sums = table.sum()
        assert sums["late"] == (classed["outcome"] == "late").sum()
        assert sums["pending_overdue"] == (classed["outcome"] == "pending_overdue").sum()
        assert sums["total"] == len(found)
    for outcome in (overdue.LATE, overdue.PENDING):
        assert overdue.by_band(found, outcome)["total"].sum() == (found["outcome"] == outcome).sum()


def told(rows):
    classed = outcomes.classify(rows, JULY)
    return overdue.told(overdue.select(classed, JULY), classed, JULY)


def test_apologies(table):
    late = {"due_at": "2025-07-14 10:00", "finished_at": "2025-07-16 10:00"}
    rows = table(late, {**late, "apology_at": "2025-07-13 17:00"}, {**late, "apology_at": "2025-07-14 08:00"})
    assert told(rows) == overdue.Told(3, 2, 1, None, None, None, None, 0, None)
    after = {**late, "apology_at": "2025-08-04 08:00", "new_due_at": "2025-08-09 08:00", "extensions": 2}
    assert told(table(after)) == overdue.Told(1, *[None] * 6, 0, None), "sent after the period's end"
    rows = table(
        {**late, "new_due_at": "2025-07-15 10:00", "extensions": 1},
        {**late, "extensions": 2, "supplement_requests": 2},
        {**late, "extensions": 0, "supplement_requests": 1},
    )
    assert told(rows) == overdue.Told(3, None, None, 2, 0, 1, 1, 2, 1)
    in_time = {"due_at": "2025-08-14 10:00", "apology_at": "2025-07-20", "new_due_at": "2025-08-20", "extensions": 1}
    assert told(table(late, in_time)) == overdue.Told(1, 0, 0, 0, 0, 0, 0, 0, None), (
        "recorded, but of none that is overdue"
    )


def test_a_new_date_that_was_over_or_not_kept(table):
    late = {"due_at": "2025-07-10 10:00", "apology_at": "2025-07-15 10:00"}
    rows = table(
        {**late, "new_due_at": "2025-07-14 10:00", "finished_at": "2025-07-16 10:00"},
        {**late, "new_due_at": "2025-07-18 10:00", "finished_at": "2025-07-17 10:00"},
        {**late, "new_due_at": "2025-07-18 10:00"}, {**late, "new_due_at": "2025-08-18 10:00"},
    )  # fmt: skip
    facts = told(rows)
    assert (facts.redated, facts.past_when_sent, facts.beyond_new_date) == (4, 1, 2)


def test_due_soon_leaves_out_who_waits(table):
    rows = table(
        {"due_at": "2025-08-07 23:59"}, {"due_at": "2025-08-08 00:00"}, {"due_at": "2025-08-01 00:00"},
        {"due_at": "2025-08-04 10:00", "status": 5}, {"due_at": "2025-08-04 10:00", "finished_at": "2025-07-30"},
    )  # fmt: skip
    soon = overdue.due_soon(outcomes.classify(rows, JULY), JULY)
    assert list(soon["dossier_id"]) == ["H31-2", "H31-0"]


def test_published_breakdowns(small):
    """What the articles say of the late ones of Đường An and the overdue ones of Xuân Hòa."""
    part = slices.commune("10972", "2025-07-01..2025-11-26", folder=small)
    late = overdue.select(part.classed, part.period)
    assert list(late["outcome"].unique()) == ["late"]
    assert set(late["overdue_cause"]) == {"system-fault"}
    assert late["received_at"].min() >= part.period.start
    assert late["ended_at"].max() < periods.parse("2025-08-10").end
    part = slices.commune("08746", "2025-Q3", folder=small)
    pending = overdue.select(part.classed, part.period).query("outcome == 'pending_overdue'")
    assert len(pending) == 30
    assert (pending["field"] == "dat-dai").mean() > 0.5
    land = pending[pending["field"] == "dat-dai"]
    assert set(land["holder"]) <= {"land-registry", "tax"}


def test_months_of_falling_due_are_in_order(table):
    late = {"finished_at": "2025-07-16 10:00"}
    dues = ["2025-07-14 10:00", "2025-06-30 23:59", "2025-07-01 00:00"]
    rows = table(*({"received_at": "2025-06-02", "due_at": due, **late} for due in dues))
    months = overdue.by_due_month(overdue.select(outcomes.classify(rows, JULY), JULY))
    assert {str(month): count for month, count in months["total"].items()} == {"2025-06": 1, "2025-07": 2}


def test_ages_of_the_pending(table):
    rows = table(
        {"received_at": "2025-07-31 16:00"}, {"received_at": "2025-07-24 08:00", "due_at": "2025-07-30 08:00"},
        {"received_at": "2025-07-23 08:00", "due_at": "2025-08-30"}, {"finished_at": "2025-07-12 08:00"},
        {"received_at": "2025-04-01 08:00", "due_at": "2025-08-30", "status": 5},
    )  # fmt: skip
    ages = overdue.pending_ages(outcomes.classify(rows, JULY), JULY)
    assert ages["total"].tolist() == [2, 1, 0, 0, 1]
    assert ages["no_due"].tolist() == [1, 0, 0, 0, 0]
    assert ages["overdue"].tolist() == [1, 0, 0, 0, 0]
    assert ages["waiting"].tolist() == [0, 0, 0, 0, 1]
    assert (ages["in_time"] + ages["overdue"] + ages["no_due"]).equals(ages["total"])
