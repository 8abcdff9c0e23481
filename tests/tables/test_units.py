"""Tables of units on made-up provinces: ties, nothing to rank, nothing before, and what the words then say."""

import re
import sys

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from helpers import areas, headline, narrative, reference, store, tables
from helpers.errors import UserError

CODES = ("03388", "03390", "03394", "03405", "03408")


@pytest.fixture
def lai_chau(five_communes, stored):  # noqa: ARG001 - its tables count
    """Makes the page's figures of July 2025 from how many of ten dossiers each commune was late with."""

    def make(late: dict[str, int], **more: object) -> areas.Area:
        day = {"received_at": "2025-07-30 09:00", "due_at": "2025-07-31 17:00", "channel": "online", **more}
        rows = [
            {
                **day, "dossier_id": f"{code}-{at}", "commune": code,
                "finished_at": "2025-07-31 18:00" if at < count else "2025-07-30 10:00",
            }
            for code, count in late.items()
            for at in range(10)
        ]  # fmt: skip
        return areas.of("12", "2025-07", folder=stored(*rows))

    return make


def rows(table) -> list[list[str]]:
    soup = BeautifulSoup(table.data, "html.parser")
    return [[cell.get_text() for cell in row.select("th, td")] for row in soup.select("tbody tr")]


def test_equals_are_counted_and_nobody_is_last_who_is_also_first(lai_chau):
    area = lai_chau(dict.fromkeys(CODES, 0))
    in_time = [row for row in rows(tables.leaders(area)) if row[0] == "Trước và đúng hạn"]
    assert in_time == [["Trước và đúng hạn", *[""] * 3, "1", "5 đơn vị cùng mức", "100,00%"]]
    score = rows(tables.ranking_table(area))
    assert {row[0] for row in score} == {"1"}
    assert {row[1] for row in score} == {"–"}, "no period before"


def test_the_last_one_is_named_with_its_counts(lai_chau):
    area = lai_chau({**dict.fromkeys(CODES, 0), CODES[0]: 3})
    in_time = [row for row in rows(tables.leaders(area)) if row[0] == "Trước và đúng hạn"]
    assert in_time == [
        ["Trước và đúng hạn", "5", reference.unit_name(CODES[0]), "70,00% (7/10)", "1", "4 đơn vị cùng mức", "100,00%"]
    ]
    last = rows(tables.ranking_table(area))[-1]
    assert last[0] == "5"
    assert last[2] == reference.unit_name(CODES[0])


def test_nothing_to_rank_by_is_said(lai_chau):
    area = lai_chau(dict.fromkeys(CODES, 0), due_at=None, channel=None)
    assert "Chưa đủ dữ liệu để tính điểm" in tables.ranking_table(area).data
    assert "0 thành phần" not in tables.ranking_table(area).data
    assert tables.standings(area).data.count("<caption>Tỷ lệ và hạng của từng đơn vị: đã giải quyết</caption>") == 1


def test_overdue_is_mapped_by_unit_and_field(lai_chau):
    area = lai_chau({CODES[0]: 3, CODES[1]: 0, CODES[2]: 1}, field="dat-dai")
    made = tables.overdue_map(area)
    assert rows(made) == [
        [reference.unit_name(CODES[0]), "3 30,00%", "3", "30,00%"],
        [reference.unit_name(CODES[2]), "1 10,00%", "1", "10,00%"],
        ["Toàn địa bàn", "4", "4", "13,33%"],
    ]
    shaded = re.findall(r'<td class="(s\d)">\d+ <small>([\d,]+)%</small>', made.data)
    assert [shade for shade, _ in shaded] == ["s5", "s1"], "what there is is told apart, however bad all of it is"
    low, high = re.search(r"càng đậm: dưới (\d+)%; từ (\d+)%", made.data).groups()
    assert low == high
    assert 10 < int(low) <= 30


def test_ranks_move_by_the_same_components(small, monkeypatch, tmp_path):
    """What is reported of one period only does not move those of whom nothing changed."""
    before = areas.of("46", "2025-07-08..2025-07-14", folder=small)
    plain = dict(zip(before.previous_score["commune"], before.previous_score["position"], strict=True))
    lines = [f"{code},2025-07-08..2025-07-14,satisfaction_pct,90,A" for code in before.communes]
    (tmp_path / "own.csv").write_text("\n".join(["unit,period,indicator,value,source", *lines]), encoding="utf-8")
    monkeypatch.setenv("TTHC_REPORTED", str(tmp_path))
    now = areas.of("46", "2025-07-08..2025-07-14", folder=small)
    assert now.score["common_covered"].iloc[0] > before.score["common_covered"].iloc[0]
    assert now.previous_score["position"].isna().all(), "satisfaction was not reported then: no yardstick, no move"
    assert any(pd.notna(place) for place in plain.values())


def test_a_day_off_and_a_day_of_work(small):
    sunday = areas.of("46", "2025-07-13", folder=small)
    assert "các đơn vị cấp xã của thành phố Huế không tiếp nhận hồ sơ mới." in narrative.summary(sunday)[0]
    monday = areas.of("46", "2025-07-14", folder=small)
    assert narrative.summary(monday)[0].startswith("Trong ngày 14 tháng 7 năm 2025, 40 đơn vị cấp xã của thành phố Huế")
    assert headline.fold(monday).data
    assert not headline.fold(areas.of("46", "2025-07-01..2025-07-14", folder=small)).data


def test_days_and_weeks_of_a_period_add_up(small):
    area = areas.of("46", "2025-07-01..2025-07-14", folder=small)
    *weeks, whole = rows(tables.calendar(area))
    assert [week[0] for week in weeks] == ["01/07–06/07", "07/07–13/07", "14/07"]
    assert whole[-1] == "17.710"
    assert weeks[-1] == ["14/07", "3.425", *[""] * 6, "3.425"]


def test_a_group_needs_communes_and_keeps_its_name(small):
    with pytest.raises(UserError, match="has no communes"):
        areas.of("46", "2025-07-14", group="Cụm", folder=small)
    one, other = (
        areas.of("46", "2025-07-14", codes, "Huế cũ", folder=small) for codes in (["19804"], ["19804", "19942"])
    )
    assert one.stem != other.stem
    assert one.stem.startswith("46-thanh-pho-hue.hue-cu-")
    assert ", Huế cũ (2 đơn vị cấp xã) tiếp nhận" in narrative.summary(other)[0]
    assert "Cả nhóm" in tables.units(other).data


def test_every_commune_of_the_country_is_a_unit(small):
    area = areas.of("all", "2025-07-14", areas.EVERY, folder=small)
    assert (area.key, area.chosen, area.name, area.stem) == ("commune", False, "Cả nước", "00-ca-nuoc.cap-xa")
    assert len(area.members) == 3321
    assert set(area.figures) <= set(store.contents(small)["commune"])


def test_of_thousands_of_units_every_table_prints_the_first_and_the_last(small, monkeypatch):
    monkeypatch.setattr(sys.modules["helpers.tables.units"], "_MOST_ROWS", 10)
    area = areas.of("31", "2025-07-01..2025-07-28", folder=small)
    for table in ("units", "ranking_table", "standings", "points", "overdue_map"):
        for shown in BeautifulSoup(getattr(tables, table)(area).data, "html.parser").select("table"):
            assert len(shown.select("tbody tr:not(.total)")) == 10, table
        assert "Chỉ in 5 dòng đầu và 5 dòng cuối trong " in getattr(tables, table)(area).data, table
