"""Areas: what was counted of many communes adds up, however it is cut, and is what a commune's own page says."""

import shutil

import pandas as pd
import pytest

from helpers import (
    areas,
    cube,
    headline,
    indicators,
    periods,
    reference,
    sample,
    slices,
    store,
    tables,
    tallies,
    trends,
)
from helpers.errors import UserError

OPENING = "2025-07-01..2025-07-28"
HUE = "2025-07-01..2025-07-14"
# Of cube.total, beside the columns that every day has too.
COUNTS = [
    "received",
    "carried_over",
    "online",
    "resolved",
    "late",
    "pending",
    "pending_overdue",
    "withdrawn",
    "handled",
]
FLOWS = {"received": "received", "received_online": "online", "resolved": "resolved", "late": "late"}


def adds_up(area: areas.Area) -> None:
    """The sum over units, fields and days is the whole; over fields and days it is each commune's."""
    assert area.broken == []
    whole = cube.total(area.cube, [])[COUNTS].iloc[0]
    communes = cube.total(area.cube, ["commune"]).set_index("commune")[COUNTS]
    for dimension in (area.key, "commune", "field", "channel", "applicant_kind"):
        assert (cube.total(area.cube, [dimension])[COUNTS].sum() == whole).all(), dimension
    fields = cube.total(area.cube, ["commune", "field"]).groupby("commune")[COUNTS].sum()
    pd.testing.assert_frame_equal(fields, communes)
    days = area.daily.groupby("commune")[list(FLOWS)].sum()
    assert (days.rename(columns=FLOWS) == communes.loc[days.index, list(FLOWS.values())]).all(axis=None)
    last = area.daily[area.daily["day"] == pd.Timestamp(area.period.last_day)].set_index("commune")["pending"]
    assert (last == communes["pending"].loc[last.index]).all()
    for every in ("D", "W-SUN", "M"):
        flows = trends.flow(area.daily, area.period, every)
        assert (flows[list(FLOWS)].sum().to_numpy() == whole[list(FLOWS.values())].to_numpy()).all(), every
    assert len(area.overdue) == whole["late"] + whole["pending_overdue"]
    by_unit = area.by_unit.groupby("indicator")["numerator"].sum(min_count=1)
    sums = indicators.compute(area.cube).set_index("indicator")["numerator"]
    assert by_unit.dropna().eq(sums[by_unit.dropna().index]).all()


@pytest.mark.parametrize(
    ("province", "period"),
    [("31", OPENING), ("46", HUE), ("46", "2025-07-14"), ("31", "2025-W28"), ("31", "2025-08"), ("25", "2025-Q3")],
)
def test_the_small_sample_adds_up(small, province, period):
    adds_up(areas.of(province, period, folder=small))


@pytest.mark.long  # makes 32 million dossiers
@pytest.mark.parametrize(("scale", "province"), [("city", "31"), ("nation", "all")])
def test_the_large_samples_add_up(scale, province, tmp_path):
    sample.write(tmp_path, scale)
    adds_up(areas.of(province, "2025-Q3", folder=tmp_path))


@pytest.mark.parametrize(("code", "period"), [("19789", "2025-07-14"), ("10972", OPENING), ("19804", HUE)])
def test_a_commune_has_the_figures_of_its_own_page(small, code, period):
    part = slices.commune(code, period, folder=small)
    whole = areas.of(reference.province_of([code])[0], period, folder=small)
    own = whole.by_unit[whole.by_unit["commune"] == code].drop(columns="commune").reset_index(drop=True)
    days = whole.daily[whole.daily["commune"] == code].reset_index(drop=True)
    for text, one, other in (("indicator", own, part.computed), ("commune", days, part.daily)):
        pd.testing.assert_frame_equal(one.astype({text: object}), other.astype({text: object}), check_exact=True)


def test_what_is_read_as_categories_counts_as_what_is_read_as_texts(small):
    period = periods.parse(OPENING)
    plain = store.read(small, "31", period.start, period.end, None, tallies.NEEDS)
    coded = tallies.read(small, "31", period)
    assert isinstance(coded["commune"].dtype, pd.CategoricalDtype)
    one, other = (tallies.of_rows(rows, period, "timestamp") for rows in (plain, coded))
    for name in tallies.TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_what_is_kept_gives_the_same_area(small):
    shutil.rmtree(small / "cache", ignore_errors=True)
    first, again = (areas.of("46", HUE, folder=small) for _ in range(2))
    assert first.fingerprint == again.fingerprint
    pd.testing.assert_frame_equal(first.by_unit, again.by_unit)
    assert first.points.equals(again.points)


def test_the_country_is_its_provinces(small):
    country = areas.of("all", HUE, folder=small)
    assert (country.code, country.name, country.key) == ("00", "Cả nước", "province")
    adds_up(country)
    own = country.by_unit.set_index(["province", "indicator"])["numerator"]
    for code in ("25", "31", "46"):
        figures = areas.of(code, HUE, folder=small).computed.set_index("indicator")["numerator"]
        assert own[code].dropna().equals(figures.dropna())
    assert country.peers.communes == 3321
    assert country.positions.empty, "of three provinces in 34 nobody is first"
    assert "chỉ 155/3.321 đơn vị của cả nước" in tables.ranking_table(country).data


def test_chosen_communes_stand_among_themselves(small):
    codes = ["19804", "Thuận Hóa", "19942"]
    part = areas.of("46", HUE, codes, "Cụm ven đô", folder=small)
    assert part.title == "Cụm ven đô, thành phố Huế"
    assert part.communes == ("19789", "19804", "19942")
    adds_up(part)
    assert set(part.score["commune"]) == set(part.communes)
    assert sorted(part.score["position"]) == [1, 2, 3]
    across = areas.of("all", HUE, ["10972", "19804"], folder=small)
    assert (across.key, across.title) == ("commune", "Nhóm đơn vị được chọn")
    with pytest.raises(UserError, match="lies outside province 31"):
        areas.of("31", HUE, ["19804"], folder=small)


def test_past_periods_end_where_the_data_begin(small):
    august = areas.of("31", "2025-08", folder=small)
    known = [each.period.text for each in august.past if each.computed is not None]
    assert known == ["2025-07"]
    assert len(august.past) == areas.PERIODS - 1
    assert august.previous is not None


@pytest.mark.parametrize(
    ("province", "period", "message"),
    [("37", "2025-07", "Import its export first"), ("46", "2024-07", "choose a period in between")],
)
def test_what_is_not_there(small, province, period, message):
    with pytest.raises(UserError, match=message):
        areas.of(province, period, folder=small)


def test_published_figures_of_the_first_weeks(small):
    """Hải Phòng 1-28/7/2025, Huế 1-14/7 and 14/7, Ninh Giang 1/7-18/10: as they were published."""
    city = areas.of("31", OPENING, folder=small)
    figures = indicators.figures(city.computed)
    assert (len(city.communes), city.peers.compared) == (114, 114)
    assert (figures["received"]["value"], figures["resolved"]["value"]) == (193_414, 149_916)
    around = tables.around(city).data
    rows = [("01/07/2025 – 15/07/2025", 4), ("16/07/2025 – 21/07/2025", 2), ("22/07/2025", 8)]
    for days, rank in [*rows, ("23/07/2025 – 28/07/2025", 1)]:
        assert f'<th scope="row">{days}</th><td>{rank}</td>' in around
    for number in ("253.363", "328", "462", "322", "140", "6.858", "8.306"):
        assert f">{number}<" in around
    assert "khớp với phản ánh, kiến nghị đã xử lý + phản ánh, kiến nghị đang xử lý (462)" in around
    assert "công bố: 01–15/7: 4; 16–21/7: 2; 22/7: 8; 23–28/7: 1." in headline.around(city).data
    states = {indicator.name: state for indicator, (state, _) in headline.targets(city)}
    assert states == {
        "online_rate": "met", "fully_online_rate": "open", "business_online_rate": "open", "digital_rate": "open",
    }  # fmt: skip
    hue = areas.of("46", HUE, folder=small)
    assert indicators.figures(hue.computed)["received"]["value"] == 17_710
    leaders = tables.leaders(hue).data
    assert "Xã Phú Vang" in leaders
    assert "99,59%" in leaders
    assert "Phường Hương An" in leaders
    day = areas.of("46", "2025-07-14", folder=small)
    assert indicators.figures(day.computed)["received"]["value"] == 3_425
    ninh_giang = areas.of("31", "2025-07-01..2025-10-18", folder=small)
    row = next(row for row in tables.units(ninh_giang).data.split("<tr>") if "Xã Ninh Giang" in row)
    assert row.rstrip().removesuffix("</tr>").endswith("<td>20</td>")
