"""Form II.06a: the counts of any dossiers satisfy its identities, and its head has the columns of the circular."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import cube, forms, outcomes, periods, slices

JULY = periods.parse("2025-07")
DAYS = st.sampled_from([None, "2025-06-20 09:00", "2025-07-04 09:00", "2025-07-20 09:00", "2025-08-04 09:00"])
DOSSIER = st.fixed_dictionaries({
    "received_at": st.sampled_from(["2025-06-16 09:00", "2025-07-01 09:00", "2025-07-31 09:00"]),
    "due_at": DAYS,
    "finished_at": DAYS,
    "status": st.sampled_from([None, 1, 4, 5, 7, 10]),
    "field": st.sampled_from(["ho-tich", "dat-dai", None]),
    "channel": st.sampled_from(["online", "direct", "postal", None]),
})  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])  # it only makes tables
@given(st.lists(DOSSIER, min_size=1, max_size=12))
def test_identities(table, dossiers):
    classed = outcomes.classify(table(*dossiers), JULY)
    counts = cube.count(classed)
    rows = forms.ii_06a(counts)
    for row in rows.to_dict("records"):
        assert row["3"] == row["4"] + row["5"] + row["6"] == row["7"] + row["11"]
        for total, parts in forms.SUMS.items():
            assert row[str(total)] == sum(row[str(part)] for part in parts)
    total = forms.total(rows)
    assert total == forms.total(forms.ii_06a(counts, by=()))
    assert total["3"] == len(classed)
    noted = {"no_due": classed["due_at"].isna() & ~(classed["outcome"] == "withdrawn"),
             "withdrawn": classed["outcome"] == "withdrawn",
             "unknown_channel": classed["channel"].isna() & (classed["intake"] == "received")}  # fmt: skip
    assert {name: total[name] for name in noted} == {name: mask.sum() for name, mask in noted.items()}
    assert len(forms.notes(total)) == sum(mask.any() for mask in noted.values())


def test_published_row(small):
    """Ninh Giang's published totals stand in the form's total row; the field with most dossiers comes first."""
    rows = forms.ii_06a(slices.commune("11203", "2025-07-01..2025-10-18", folder=small).cube)
    total = forms.total(rows)
    assert (total["3"], total["7"], total["10"], total["13"]) == (8766, 8760, 7, 0)
    assert rows["3"].is_monotonic_decreasing


def test_head_covers_every_column_once():
    spans = forms.head()
    covered = [
        (row, column)
        for span in spans
        for row in range(span.top, span.bottom + 1)
        for column in range(span.left, span.right + 1)
    ]
    assert sorted(covered) == [(row, column) for row in range(4) for column in range(13)]
    lowest = {span.left: span.text for span in spans if span.bottom == 2}
    assert [lowest[column] for column in range(2, 13)] == [
        "Tổng số", "Trực tuyến", "Trực tiếp, dịch vụ bưu chính", "Từ kỳ trước", "Tổng số", "Trước hạn", "Đúng hạn",
        "Quá hạn", "Tổng số", "Trong hạn", "Quá hạn",
    ]  # fmt: skip
    widest = [(span.text, span.left + 1, span.right + 1) for span in spans if span.right > span.left]
    assert widest == [
        ("Số lượng hồ sơ nhận giải quyết", 3, 6), ("Trong kỳ", 4, 5), ("Số lượng hồ sơ đã giải quyết", 7, 10),
        ("Số lượng hồ sơ đang giải quyết", 11, 13),
    ]  # fmt: skip
