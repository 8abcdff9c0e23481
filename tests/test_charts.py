"""Charts: drawn alike every time, without addresses, with the finding as their text."""

import re
from dataclasses import replace
from functools import partial
from itertools import combinations, cycle, pairwise

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from helpers import areas, charts, formats, indicators, markup, overdue, ranking, reference, shades, slices, tables
from helpers.charts import drawing, layout
from helpers.peers import Peers

OF_UNITS = [
    partial(chart, name=name)
    for name in ("in_time_rate", "online_rate", "pending_overdue_rate")
    for chart in (charts.place_map, charts.funnel)
]


@pytest.fixture(scope="module")
def city(small):
    """All communes of Hải Phòng."""
    return areas.of("31", "2025-07-01..2025-07-28", folder=small)


def moved(area, code):
    """The figures of an area in the communes of another province, or in the provinces of the country."""
    key = "commune" if code != reference.COUNTRY else "province"
    own = reference.communes_of(code) if key == "commune" else reference.table("communes")
    units = dict(zip(area.communes, cycle(own["code" if key == "commune" else "province_code"].unique()), strict=False))
    cube = area.cube.assign(**{key: area.cube["commune"].map(units).astype("str")})
    known = ranking.positions(indicators.compute(cube, [key]))
    peers = Peers(known, len(own), len(own))
    return replace(area, code=code, cube=cube, key=key, communes=tuple(own["code"]), peers=peers)


def texts_of(drawn):
    """Texts of a drawing with their boxes: left, top, right, bottom."""
    boxes = []
    for style, x, y, text in re.findall(r'<text style="([^"]*)" x="(-?[\d.]+)" y="(-?[\d.]+)"[^>]*>([^<]+)<', drawn):
        assert re.search(r"font(-size)?: (\w+ )*9px", style)
        share = {"start": 0, "middle": 0.5, "end": 1}[re.search(r"text-anchor: (\w+)", style)[1]]
        left = float(x) - share * drawing.text_width(text)
        boxes.append((text, (left, float(y) - 7, left + drawing.text_width(text), float(y) + 2)))
    assert len(boxes) == drawn.count("<text")
    return boxes


def marks_of(drawn):
    """Places of the signs of a map, those of its key among them."""
    signs = re.sub(r"<defs>.*?</defs>", "", drawn, flags=re.DOTALL)
    places = [(float(x), float(y)) for x, y in re.findall(r'<use [^>]*x="([\d.]+)" y="([\d.]+)"', signs)]
    # Of a few alike, matplotlib draws each anew.
    for outline in re.findall(r'<path d="([^"]*)"[^>]*style="fill: var', signs):
        corners = np.array([point.split() for point in re.findall(r"[\d.]+ [\d.]+", outline)], dtype=float)
        places.append(tuple(np.round((corners.min(axis=0) + corners.max(axis=0)) / 2, 2)))
    return places


def test_charts_are_drawn_alike_and_without_addresses(small, city):
    part = slices.commune("08746", "2025-Q3", folder=small)
    of_commune = [(chart, part) for chart in (charts.flow, charts.overdue_by_field, charts.online_by_field)]
    for chart, of in [*of_commune, *((chart, city) for chart in OF_UNITS)]:
        drawn = chart(of).data
        assert drawn == chart(of).data, "the same drawing twice"
        assert 'role="img" aria-label="' in drawn
        assert "<svg" in drawn
        for absent in ("http", "xmlns", "metadata", "<script", "base64"):
            assert absent not in drawn, (chart, absent)
        assert len(drawn) < 40_000
        within_and_apart(drawn)


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


def test_the_map_names_who_leads(small):
    part = areas.of("46", "2025-07-01..2025-07-14", folder=small)
    assert "cao nhất xã Phú Vang (99,59%)" in charts.place_map(part, "online_rate").data


@pytest.mark.parametrize(
    ("code", "period"), [("08746", "2025-Q3"), ("11203", "2025-07-01..2025-10-18"), ("31", "2025-Q3")]
)
def test_texts_lie_within_the_drawing(small, code, period):
    part = (areas.of if len(code) == 2 else slices.commune)(code, period, folder=small)
    for chart in (charts.flow, charts.overdue_by_field, charts.online_by_field):
        within_and_apart(chart(part).data)


def within_and_apart(drawn):
    """The texts of a drawing, which lie in it, and none over another."""
    width, height = re.search(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"', drawn).groups()
    texts = texts_of(drawn)
    assert len(texts) > 5
    for text, (left, top, right, bottom) in texts:
        assert left >= 0, text
        assert top >= 0, text
        assert right <= float(width), text
        assert bottom <= float(height), text
    for (one, box), (other, second) in combinations(texts, 2):
        apart = box[2] <= second[0] or second[2] <= box[0] or box[3] <= second[1] or second[3] <= box[1]
        assert apart, (one, other)
    return [text for text, _ in texts]


def test_a_drawing_is_the_same_whether_its_beginning_was_made_ahead(small):
    part = slices.commune("08746", "2025-Q3", folder=small)
    made = [charts.flow, charts.overdue_by_field, charts.online_by_field, charts.backlog]
    fresh = [chart(part).data for chart in made]
    charts.prepare(len(made))
    assert [chart(part).data for chart in made] == fresh
    assert drawing._ready == []


def test_a_notebook_that_changes_settings_of_matplotlib_gets_its_own(small):
    part = slices.commune("08746", "2025-Q3", folder=small)
    with mpl.rc_context({"axes.xmargin": 0.3}):
        fresh = charts.flow(part).data
    charts.prepare(1)
    with mpl.rc_context({"axes.xmargin": 0.3}):
        assert charts.flow(part).data == fresh
    assert charts.flow(part).data != fresh


def test_a_text_takes_hardly_less_than_its_letters_and_hardly_more():
    names = [*reference.names("fields").values(), *reference.names("communes").values()][::7]
    for text in [*names, "0", "8.930", "85,11%", "1 + 2", "Thủ tục mã 1.000815"]:
        assert -0.5 < drawing.text_width(text) - drawing._set_width(text) < 3, text


def test_a_field_of_a_whole_sentence_leaves_room_for_the_bars(stored):
    name = "Thành lập và hoạt động của doanh nghiệp, hộ kinh doanh và hợp tác xã trên địa bàn"
    row = {"field": name, "channel": "online", "due_at": "2025-07-11 10:00"}
    part = slices.commune("10972", "2025-07", folder=stored(row))
    for chart in (charts.overdue_by_field, charts.online_by_field):
        assert re.search(r">Thành lập và hoạt động của[^<]*…</text>", chart(part).data)


# By the sea, in the mountains, crowded (168 units), with Hoàng Sa, with Trường Sa, the country.
@pytest.mark.parametrize("code", ["31", "14", "79", "48", "56", "00"])
def test_map_draws_every_unit_once(city, code):
    area = moved(city, code)
    units = len(area.communes) if area.key == "commune" else len(reference.provinces())
    islands = ["Đặc khu Hoàng Sa", "Đặc khu Trường Sa"] if code == "00" else []
    for name in ("in_time_rate", "pending_overdue_rate"):
        drawn = charts.place_map(area, name).data
        texts = within_and_apart(drawn)
        key = [text for text in texts if re.match(r"dưới |từ |\d", text)]
        marks = marks_of(drawn)
        assert len(marks) == len(set(marks)) == units + len(islands) + len(key)
        # Nothing far away squeezes the others.
        across, up = (max(ends) - min(ends) for ends in zip(*marks, strict=True))
        assert across > 240 or up > 280
        assert set(islands) <= set(texts)
    far = {"31": "Bạch Long Vĩ", "79": "Côn Đảo", "48": "Hoàng Sa", "56": "Trường Sa"}.get(code)
    beside = [text for text in texts if ", khoảng " in text]
    assert [far] == [re.match("(.*?) [0-9–]", text)[1] for text in beside] if far else not beside
    if code == "31":
        assert beside[0].endswith("%, khoảng 120 km về phía đông nam")


def test_units_that_are_not_compared_are_drawn_hollow(city):
    last = city.positions["commune"].max()
    peers = replace(city.peers, positions=city.positions[city.positions["commune"] != last])
    drawn = charts.place_map(replace(city, peers=peers), "online_rate").data
    assert "1 đơn vị chưa so sánh được" in drawn
    assert len(marks_of(drawn)) == len(marks_of(charts.place_map(city, "online_rate").data)) + 1


def test_shades_stay_in_order_in_grey():
    grey = [np.dot(to_rgb(shade), (0.299, 0.587, 0.114)) for shade in drawing.SHADES]
    assert all(light - dark > 0.12 for light, dark in pairwise(grey))


def luminance(colour):
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def test_numbers_are_read_on_every_shade_of_a_table():
    """By WCAG 4,5:1 in light, in dark and in grey, which keeps the luminance; and each shade is told from the next."""
    for scheme in re.findall(r":root \{(.*?)\}", markup.css(), re.DOTALL):
        names = dict(re.findall(r"--([\w-]+): (#\w+)", scheme))
        ink, *shaded = [luminance(names[name]) + 0.05 for name in ("ink", "s1", "s2", "s3", "s4", "s5")]
        assert all(max(ink, shade) / min(ink, shade) >= 4.5 for shade in shaded)
        assert all(max(pair) / min(pair) >= 1.1 for pair in pairwise(shaded))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=150), st.none() | st.integers(0, 100))
def test_every_shade_has_units(rates, target):
    values = np.array(rates)
    bounds = shades.bounds(values, target)
    assert bounds == sorted(set(bounds))
    assert len(bounds) < shades.MOST == len(drawing.SHADES)
    assert len(set(shades.of(bounds))) == len(bounds) + 1
    assert set(np.digitize(values, bounds)) == set(range(len(bounds) + 1))
    if target is not None and values.min() < target <= values.max():
        assert target in bounds


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), st.sampled_from([2.2, 6.2])), max_size=40))
def test_no_dot_covers_another(dots):
    places, reaches = np.array([dot[:2] for dot in dots]).reshape(-1, 2), np.array([dot[2] for dot in dots])
    found = layout.apart(places, reaches, np.zeros(2), np.full(2, 300.0))
    assert (found >= reaches[:, None]).all()
    assert (found <= 300 - reaches[:, None]).all()
    for one, other in combinations(range(len(dots)), 2):
        assert np.hypot(*(found[one] - found[other])) > 0.85 * (reaches[one] + reaches[other])


def test_names_of_units_are_escaped(city, own_reference):
    path = own_reference / "communes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Xã Ninh Giang", 'Xã <b>"&'), encoding="utf-8")
    drawn = charts.place_map(city, "online_rate").data
    assert drawn.count("&lt;b&gt;") >= 3, "in the title, in the text for those who cannot see it, and in the drawing"
    assert "<b>" not in drawn


def test_findings_of_the_units(small, city):
    hue = areas.of("46", "2025-07-01..2025-07-14", folder=small)
    drawn = charts.funnel(hue, "online_rate").data
    assert (
        "Tỷ lệ tiếp nhận trực tuyến (chung 75,78%): 1 đơn vị thấp hơn giới hạn dao động chung: xã A Lưới 1 (54,35%); "
        "1 đơn vị cao hơn giới hạn dao động chung: xã Phú Vang (99,59%)"
    ) in drawn
    assert {"A Lưới 1", "Phú Vang", "chung 75,78%", "thấp hơn giới hạn (1)", "60%", "500"} <= {
        text for text, _ in texts_of(drawn)
    }
    assert "không đơn vị nào trong 114 đơn vị nằm ngoài" in charts.funnel(city, "online_rate").data
    found = charts.place_map(city, "online_rate").data
    assert "cao nhất xã Ninh Giang (92,26%), thấp nhất xã Nam Thanh Miện (42,94%)</figcaption>" in found
    assert "Mốc 60% là chỉ tiêu." in found
    # All the best in the north: a finding of its own, with the figures of both halves.
    rates = city.positions[city.positions["indicator"] == "online_rate"]
    north = reference.table("communes").set_index("code").loc[rates["commune"], "latitude"].astype(float).rank() > 57
    split = rates.assign(numerator=rates["denominator"] * np.where(north, 4, 1) // 5)
    split = ranking.positions(split.assign(value=100 * split["numerator"] / split["denominator"]))
    both = charts.place_map(replace(city, peers=replace(city.peers, positions=split)), "online_rate").data
    assert re.search(r"nửa phía nam (19,9\d|20,00)%, nửa phía bắc (79,9\d|80,00)%</figcaption>", both)


def test_too_few_units_are_said(city):
    few = replace(city.peers, positions=city.positions.groupby("indicator").head(9))
    assert "9 đơn vị có số liệu" in charts.funnel(replace(city, peers=few), "online_rate").data
    none = replace(city.peers, positions=city.positions.iloc[:0], compared=20)
    for chart in OF_UNITS:
        assert chart(replace(city, peers=none)).data == "", "the ranking has said it"
    assert "Không xếp hạng: chỉ 20/114 đơn vị" in tables.ranking_table(replace(city, peers=none)).data


def test_units_in_one_place_are_drawn_too(small, own_reference):
    """A table of communes of which nobody knows where they lie."""
    table = own_reference / "communes.csv"
    rows = pd.read_csv(table, dtype="str", keep_default_na=False)
    rows.assign(latitude="10", longitude="100").to_csv(table, index=False)
    assert "<svg" in charts.place_map(areas.of("46", "2025-07-14", folder=small), "in_time_rate").data


def test_a_legend_names_only_what_is_drawn(report):
    due = {"due_at": "2025-07-11 10:00", "field": "ho-tich"}
    resolved, pending = {**due, "finished_at": "2025-07-12 10:00"}, due
    for rows, named in (([resolved], {"■"}), ([pending], {"▨"}), ([resolved, pending], {"■", "▨"})):
        drawn = charts.overdue_by_field(report(*rows)).data
        assert {text[0] for text, _ in texts_of(drawn)} & {"■", "▨"} == named
