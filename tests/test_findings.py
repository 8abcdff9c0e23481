"""Points to check: each rule finds what is planted for it and nothing else, and knows nothing of later days."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import cube, dossiers, findings, formats, outcomes, periods, slices, tables
from helpers.findings import closings
from helpers.peers import Peers
from helpers.tables.findings import LONGEST_FINDING

# What the sample makes on purpose.
MADE = {"due_moved", "due_moved_again", "supplements"}


@pytest.fixture(scope="module")
def plain(small):
    """A commune and quarter in which nothing but ``MADE`` is to be found."""
    part = slices.commune("10972", "2025-Q3", folder=small)
    communes = [f"{number:05d}" for number in range(30)]
    alike = pd.DataFrame({"commune": [part.code, *communes], "numerator": 900, "denominator": 1_000})
    positions = pd.concat([alike.assign(indicator=name) for name in ("in_time_rate", "online_rate")])
    return dataclasses.replace(part, previous_cube=part.cube, peers=Peers(positions, 31, 31))


def changed(part, rows):
    """The slice with other dossiers."""
    classed = outcomes.classify(rows, part.period)
    return dataclasses.replace(part, classed=classed, cube=cube.count(classed))


def found(part):
    """By the rules' names: the sentence and the dossiers."""
    return {each.rule.name: (each.sentence, set(each.rows["dossier_id"])) for each in findings.find(part)}


def test_nothing_is_found_where_nothing_is_planted(plain):
    assert set(found(plain)) <= MADE
    assert findings.unchecked(plain) == []


def _ended(rows, count, at, where=None):
    """Let some ended dossiers, clear of the period's bounds, end at other times; their codes."""
    ended = rows["finished_at"].between("2025-07-15", "2025-09-15") & (rows["status"] >= 9)
    chosen = rows.index[ended if where is None else ended & where][:count]
    assert len(chosen) == count
    times = at(rows.loc[chosen]) if callable(at) else pd.Series(pd.to_datetime(at), index=chosen)
    rows.loc[chosen, "finished_at"] = times.astype("datetime64[us]")
    rows.loc[chosen, "returned_at"] = pd.NaT
    return set(rows.loc[chosen, "dossier_id"])


def _spread(first, seconds, count):
    return pd.Timestamp(first) + pd.to_timedelta(np.linspace(0, seconds, count), unit="s")


def _period_end(rows):
    return _ended(rows, 400, _spread("2025-09-30 08:00", 30_000, 400))


def _deadline(rows):
    """Due from 9:00 on, so that the hour before lies on the same morning or afternoon."""
    clock = rows["due_at"].dt.hour + rows["due_at"].dt.minute / 60
    where = clock.between(9, 11.4) | clock.between(15, 16.9)
    return _ended(rows, 600, lambda some: some["due_at"] - pd.to_timedelta(np.arange(600) * 5 + 60, unit="s"), where)


def _last_moment(rows):
    """Two office hours before the end of a fortnight or more: in the last twentieth, but not in the last hour."""
    before = rows["due_at"] - pd.Timedelta(hours=2)
    where = rows["due_at"] - rows["received_at"] > pd.Timedelta(days=13)
    where &= before.dt.hour.isin([7, 8, 9, 13, 14]) & rows["due_at"].between("2025-07-20", "2025-09-28")
    return _ended(rows, 400, lambda some: before[some.index], where)


def _same_minute(rows):
    return _ended(rows, 10, "2025-08-13 12:20:59")


def _before_received(rows):
    planted = _ended(rows, 2, lambda some: some["received_at"] - pd.Timedelta(hours=1))
    skewed = rows.index[(rows["finished_at"].dt.day == 20) & ~rows["dossier_id"].isin(planted)][:3]
    rows.loc[skewed, "finished_at"] = rows.loc[skewed, "received_at"] - pd.Timedelta(seconds=40)
    return planted


def _days_off(rows):
    """Two on a Sunday, one on the national holiday."""
    return _ended(rows, 3, ["2025-08-10 09:00", "2025-08-10 10:00", "2025-09-02 09:00"])


def _night(rows):
    return _ended(rows, 3, ["2025-08-12 05:59", "2025-08-12 20:00", "2025-08-13 23:59"])


def _due_moved(rows):
    """One told in time, one without a letter; a third is told after the period only."""
    open_ = rows.index[rows["finished_at"] > "2025-10-05"][:2]
    ended = rows.index[rows["finished_at"] < "2025-09-01"][5]
    rows.loc[[ended, *open_], "new_due_at"] = pd.Timestamp("2025-10-20 10:00")
    rows.loc[open_, "apology_at"] = [pd.Timestamp("2025-09-30 23:00"), pd.Timestamp("2025-10-01 00:00")]
    rows.loc[open_, "finished_at"] = pd.NaT
    return set(rows.loc[[ended, open_[0]], "dossier_id"])


def _due_moved_again(rows):
    planted = _due_moved(rows)
    rows.loc[rows["new_due_at"] == "2025-10-20 10:00", "extensions"] = 2
    return planted


def _supplements(rows):
    ended, later = rows.index[rows["finished_at"] < "2025-09-01"][7], rows.index[rows["finished_at"] > "2025-10-05"][0]
    rows.loc[[ended, later], "supplement_requests"] = 3
    return {rows.at[ended, "dossier_id"]}


def _status(rows):
    ended = rows.index[rows["finished_at"].between("2025-08-01", "2025-09-01")][:2]
    rows.loc[ended, "status"] = [4, 5]
    lost = rows.index[rows["finished_at"].between("2025-08-01", "2025-09-01")][2:4]
    rows.loc[lost, ["finished_at", "returned_at"]] = pd.NaT
    rows.loc[lost, "status"] = [9, 7]
    return set(rows.loc[[*ended, *lost], "dossier_id"])


def _field_all_late(rows):
    chosen = rows.index[rows["finished_at"].between("2025-08-01", "2025-09-01") & rows["due_at"].notna()][:4]
    rows.loc[chosen, "field"] = ["phong-chay", "phong-chay", "phong-chay", "lam-nghiep"]
    rows.loc[chosen, "due_at"] = rows.loc[chosen, "received_at"]
    rows.loc[chosen, "finished_at"] = rows.loc[chosen, "received_at"] + pd.Timedelta(days=5)
    return set(rows.loc[chosen[:3], "dossier_id"])


PLANTED = (
    _period_end, _deadline, _last_moment, _same_minute, _before_received, _days_off, _night, _due_moved,
    _due_moved_again, _supplements, _status, _field_all_late,
)  # fmt: skip


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__[1:])
def test_each_rule_finds_what_is_planted(plain, plant, monkeypatch):
    """Beside it only what happened to be there: what the rule finds in the sample when it is content with anything."""
    name, rows = plant.__name__[1:], plain.classed[dossiers.COLUMNS].copy()
    with monkeypatch.context() as loose:
        for threshold in ("LEAST_IN_BULK", "LAST_DAYS_TIMES", "DEADLINE_TIMES", "DEADLINE_SHARE_PCT", "LAST_PART_TIMES",
                          "LAST_PART_SHARE_PCT"):  # fmt: skip
            loose.setattr(closings, threshold, 0)
        loose.setattr(closings, "LAST_DAYS_SIGMAS", -np.inf)
        there = found(plain).get(name, ("", set()))[1]
    planted = plant(rows)
    sentence, codes = found(changed(plain, rows))[name]
    assert planted <= codes
    assert codes <= planted | there
    assert formats.number(len(codes)) in sentence
    assert "Cần kiểm tra" in sentence


@pytest.mark.parametrize(
    ("plant", "short"),
    [(_same_minute, 1), (_days_off, 1), (_night, 1), (_field_all_late, 1), (_period_end, 250), (_deadline, 500)],
)
def test_a_rule_is_silent_below_its_threshold(plain, plant, short):
    """Some of what was planted is taken back."""
    name, rows = plant.__name__[1:], plain.classed[dossiers.COLUMNS].copy()
    before = rows.copy()
    moved = rows["dossier_id"].isin(plant(rows)) & (rows["finished_at"] != before["finished_at"])
    back = rows.index[moved][:short]
    rows.loc[back] = before.loc[back]
    assert name not in found(changed(plain, rows))


@pytest.mark.parametrize(("times", "expected"), [(2.0, True), (0.4, True), (1.2, False)])
def test_a_field_that_changes(plain, times, expected):
    before = plain.cube.copy()
    before["dossiers"] = np.where(before["field"] == "ho-tich", before["dossiers"] * times, before["dossiers"]).astype(
        int
    )
    sentence, codes = found(dataclasses.replace(plain, previous_cube=before)).get("field_change", ("", set()))
    assert ("Hộ tịch" in sentence) == expected
    assert "Chứng thực" not in sentence
    assert not codes


def test_lengths_of_periods_are_no_change(plain):
    """Half as many dossiers in half as many working days."""
    half = dataclasses.replace(plain, previous_period=periods.parse("2025-05-15..2025-06-30"))
    before = plain.cube.assign(dossiers=plain.cube["dossiers"] // 2)
    assert "field_change" in found(dataclasses.replace(plain, previous_cube=before))
    assert "field_change" not in found(dataclasses.replace(half, previous_cube=before))


@pytest.mark.parametrize(("good", "size", "expected"), [(600, 1_000, True), (1_000, 1_000, False), (3, 5, False)])
def test_far_from_peers_is_told_in_the_bad_direction_only(plain, good, size, expected):
    positions = plain.peers.positions.copy()
    own = (positions["commune"] == plain.code) & (positions["indicator"] == "in_time_rate")
    positions.loc[own, ["numerator", "denominator"]] = [good, size]
    sentence, _ = found(dataclasses.replace(plain, peers=Peers(positions, 31, 31))).get("peers", ("", set()))
    assert ("60,00% (600/1.000)" in sentence) == expected


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_later_events_change_nothing(plain, seed):
    """What was open at the period's end ends, letters are sent, papers are asked for."""
    rng, rows = np.random.default_rng(seed), plain.classed[dossiers.COLUMNS].copy()
    end = plain.period.end
    open_ = rows.index[~(rows["finished_at"].combine_first(rows["returned_at"]) < end)]
    later = pd.Series(end + pd.to_timedelta(rng.integers(0, 10**7, len(open_)), unit="s"), index=open_)
    ends, told = (pd.Index(open_[rng.random(len(open_)) < 0.5]) for _ in range(2))
    rows.loc[open_, ["finished_at", "returned_at"]] = pd.NaT
    rows.loc[open_, "status"] = 4
    before = found(changed(plain, rows))
    rows.loc[ends, "finished_at"] = later[ends].astype("datetime64[us]")
    rows.loc[ends, "status"] = rng.choice([7, 9, 10], len(ends))
    rows.loc[told, "apology_at"] = later[told].astype("datetime64[us]")
    rows.loc[told, "new_due_at"] = (later[told] + pd.Timedelta(days=9)).astype("datetime64[us]")
    rows.loc[told, ["extensions", "supplement_requests"]] = 2
    assert found(changed(plain, rows)) == before


def test_without_times_of_day_rules_on_them_say_so(plain):
    rows = plain.classed[dossiers.COLUMNS].copy()
    rows["finished_at"] = rows["finished_at"].dt.normalize()
    rows[["due_date_only", "finished_date_only"]] = True
    rows[["status", "supplement_requests", "extensions"]] = pd.NA
    part = changed(dataclasses.replace(plain, previous_cube=None), rows)
    missed = {rule.name for rule in findings.unchecked(part)}
    clocks = {"deadline", "last_moment", "same_minute", "night"}
    assert missed == clocks | {"status", "supplements", "due_moved_again", "field_change"}
    assert not missed & set(found(part))
    text = tables.findings(part, findings.find(part)).data
    assert "Chưa kiểm tra được" in text
    assert "kết thúc vào ban đêm" in text


def test_days_before_the_data_begin_are_no_quiet_days(small):
    """The year that the data begin in ends on two days like the others."""
    part = slices.commune("10972", "2025-01-01..2025-09-30", folder=small)
    assert "period_end" not in found(part)
    assert "period_end" not in {rule.name for rule in findings.unchecked(part)}


def test_rules_are_declared_in_full():
    names = [rule.name for rule in findings.RULES]
    assert len(set(names)) == len(names)
    for rule in findings.RULES:
        for text in (rule.title, rule.reason, rule.threshold, rule.ground):
            assert text == text.strip()
            assert text
        assert all(text.endswith(".") for text in (rule.reason, rule.threshold, rule.ground))


def test_table_lists_the_first_dossiers_and_escapes_them(plain):
    rows = plain.classed[dossiers.COLUMNS].copy()
    planted = _ended(rows, 12, "2025-08-10 09:00:00")
    rows.loc[rows["dossier_id"] == min(planted), "dossier_id"] = "<b>0"
    text = tables.findings(part := changed(plain, rows), findings.find(part)).data
    section = next(each for each in text.split("<section") if "Kết thúc vào ngày nghỉ" in each)
    assert section.count("10/08/2025 09:00") == LONGEST_FINDING == 5
    assert "&lt;b&gt;0" in section
    assert "Các hồ sơ còn lại (7) có trong phụ lục." in section
    assert "không phải kết luận" in text


def test_table_hides_what_came_after_the_period(plain):
    rows = plain.classed[dossiers.COLUMNS].copy()
    _due_moved(rows)
    moved = rows["new_due_at"] == "2025-10-20 10:00"
    rows.loc[moved & rows["finished_at"].isna(), "finished_at"] = pd.Timestamp("2025-10-15 11:11")
    text = tables.findings(part := changed(plain, rows), findings.find(part)).data
    assert "20/10/2025 10:00" in text
    assert "15/10/2025 11:11" not in text


def test_table_says_so_when_nothing_is_found(plain):
    text = tables.findings(plain, []).data
    lines = re.sub("<[^>]+>", "", text).split("\n")
    assert lines[0] == f"Đã áp dụng {len(findings.RULES)} quy tắc: không có điểm nào vượt ngưỡng cần kiểm tra."
    assert "Không phát hiện: kết thúc hồ sơ dồn vào cuối kỳ;" in text


def test_two_points_with_as_many_dossiers_have_tables_of_two_names(plain):
    points = [findings.Finding(rule, "…", plain.classed.head(3)) for rule in findings.RULES]
    names = re.findall(r'aria-label="([^"]*)"', tables.findings(plain, points).data)
    assert len(set(names)) == len(names) == len(findings.RULES)
    assert names[0] == f"{findings.RULES[0].title}: 3 hồ sơ"
