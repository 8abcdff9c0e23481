"""Charts: drawn alike every time, without addresses, with the finding as their text."""

from helpers import charts, formats, overdue, slices


def test_charts_of_a_commune(small):
    part = slices.commune("08746", "2025-Q3", folder=small)
    for chart in (charts.flow, charts.overdue_by_field, charts.online_by_field):
        drawn = chart(part).data
        assert drawn == chart(part).data, "the same drawing twice"
        assert 'role="img" aria-label="' in drawn
        assert "<svg" in drawn
        for absent in ("http", "xmlns", "metadata", "<script", "base64"):
            assert absent not in drawn, (chart, absent)


def test_nothing_to_draw_is_said(small):
    part = slices.commune("19789", "2025-07-14", folder=small)
    assert "<svg" not in charts.flow(part).data
    assert "một ngày" in charts.flow(part).data


def test_numbers_keep_their_digits(small):
    """Coordinates are shortened to two decimals; 1.979 in a text is a number."""
    part = slices.province("31", "2025-07-01..2025-07-28", folder=small)
    late = overdue.by_key(overdue.select(part.classed, part.period), "field")
    top = late.iloc[0]
    assert max(top["late"], top["pending_overdue"]) >= 1000
    label = f"{formats.number(top['late'])} + {formats.number(top['pending_overdue'])}"
    assert label in charts.overdue_by_field(part).data


def test_spread_of_communes(small):
    part = slices.province("46", "2025-07-01..2025-07-14", folder=small)
    assert "cao nhất xã Phú Vang (99,59%)" in charts.spread(part, "online_rate").data
