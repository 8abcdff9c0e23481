"""Charts: drawn alike every time, without addresses, with the finding as their text."""

import re

import pytest

from helpers import areas, charts, formats, overdue, slices


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
    part = areas.of("31", "2025-07-01..2025-07-28", folder=small)
    late = overdue.by_key(part.overdue, "field")
    top = late.iloc[0]
    assert max(top["late"], top["pending_overdue"]) >= 1000
    label = f"{formats.number(top['late'])} + {formats.number(top['pending_overdue'])}"
    assert label in charts.overdue_by_field(part).data


def test_spread_of_communes(small):
    part = areas.of("46", "2025-07-01..2025-07-14", folder=small)
    assert "cao nhất xã Phú Vang (99,59%)" in charts.spread(part, "online_rate").data


@pytest.mark.parametrize(
    ("code", "period"), [("08746", "2025-Q3"), ("11203", "2025-07-01..2025-10-18"), ("31", "2025-Q3")]
)
def test_texts_lie_within_the_drawing(small, code, period):
    part = (areas.of if len(code) == 2 else slices.commune)(code, period, folder=small)
    for chart in (charts.flow, charts.overdue_by_field, charts.online_by_field):
        drawn = chart(part).data
        width = float(re.search(r'<svg width="([\d.]+)pt"', drawn)[1])
        texts = re.findall(r'text-anchor: (\w+);[^>]* x="(-?[\d.]+)"[^>]*>([^<]+)</text>', drawn)
        assert len(texts) > 5
        for anchor, x, text in texts:
            share = {"start": 0, "middle": 0.5, "end": 1}[anchor]
            left = float(x) - share * charts._width(text)
            assert left >= 0, (chart.__name__, text)
            assert left + charts._width(text) <= width, (chart.__name__, text)


def test_a_field_of_a_whole_sentence_leaves_room_for_the_bars(stored):
    name = "Thành lập và hoạt động của doanh nghiệp, hộ kinh doanh và hợp tác xã trên địa bàn"
    row = {"field": name, "channel": "online", "due_at": "2025-07-11 10:00"}
    part = slices.commune("10972", "2025-07", folder=stored(row))
    for chart in (charts.overdue_by_field, charts.online_by_field):
        assert re.search(r">Thành lập và hoạt động của[^<]*…</text>", chart(part).data)
