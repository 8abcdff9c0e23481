"""Sentences at 0, 1 and many, and where data are missing."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import areas, headline, narrative, slices, tables

DAYS = st.sampled_from(["2025-06-25 09:00", "2025-07-03 09:00", "2025-07-11 15:00", "2025-08-05 09:00"])
ROWS = st.fixed_dictionaries(
    {"received_at": DAYS},
    optional={
        "due_at": DAYS, "finished_at": DAYS, "apology_at": DAYS, "channel": st.sampled_from(["online", "direct"]),
        "field": st.sampled_from(["ho-tich", "dat-dai"]), "status": st.sampled_from([3, 5, 7, 9]),
        "holder": st.just("tax"), "overdue_cause": st.just("staff"),
    },
)  # fmt: skip


@pytest.fixture
def told(stored):
    """The summary of a store that holds just these dossiers."""

    def tell(*rows: dict[str, object]) -> str:
        return " ".join(narrative.summary(slices.commune("10972", "2025-07", folder=stored(*rows))))

    return tell


def test_nothing_resolved(told):
    text = told({"due_at": "2025-08-20 10:00", "channel": "direct"})
    assert "xã Đường An tiếp nhận 1 hồ sơ, không có hồ sơ nào nộp trực tuyến." in text
    assert "Tổng số hồ sơ nhận giải quyết là 1; đến hết kỳ chưa giải quyết xong hồ sơ nào." in text
    assert "Cuối kỳ còn 1 hồ sơ đang giải quyết (100,00%), không có hồ sơ nào đã quá hạn." in text


def test_nothing_received(told):
    late = {"received_at": "2025-06-20 08:00", "due_at": "2025-06-30 08:00", "finished_at": "2025-07-01 08:00"}
    text = told(late)
    assert "xã Đường An không tiếp nhận hồ sơ mới." in text
    assert "Cùng 1 hồ sơ kỳ trước chuyển sang, tổng số hồ sơ nhận giải quyết là 1; đến hết kỳ đã giải quyết 1" in text
    assert "Cuối kỳ không còn hồ sơ đang giải quyết." in text
    assert "Hồ sơ quá hạn duy nhất không ghi lĩnh vực." in text


def test_what_is_not_recorded_is_told(told):
    text = told({"finished_at": "2025-07-11 10:00"})
    assert "tiếp nhận 1 hồ sơ; dữ liệu không ghi kênh nộp." in text
    assert "đều không ghi hạn trả nên không xác định được trước hạn, đúng hạn hay quá hạn." in text
    assert "Chưa có số liệu của kỳ trước để so sánh." in text


def test_without_due_dates_nobody_knows_what_is_late(stored):
    part = slices.commune("10972", "2025-07", folder=stored({}, {"finished_at": "2025-07-11 10:00"}))
    text = " ".join(narrative.summary(part))
    assert "dữ liệu không ghi hạn trả nên chưa xác định được quá hạn." in text
    assert narrative.overdue_intro(part) == "Dữ liệu không ghi hạn trả nên không xác định được hồ sơ quá hạn."
    for made in (tables.told, tables.pending_overdue_list, tables.due_soon):
        assert "Dữ liệu không ghi hạn trả." in made(part).data
    tile = headline.tiles(part).data.partition("Giải quyết quá hạn")[2].partition("</li>")[0]
    assert "không có dữ liệu" in tile


def test_withdrawn_dossiers_are_told(told):
    assert "chưa giải quyết xong hồ sơ nào; 1 hồ sơ công dân rút." in told({"finished_at": "2025-07-11", "status": 7})


def test_of_three_equals_none_is_named(told):
    late = {"due_at": "2025-07-15 10:00", "finished_at": "2025-07-16 10:00"}
    causes = zip(("ho-tich", "dat-dai", "giao-duc"), ("staff", "volume", "other"), strict=True)
    text = told(*({**late, "field": field, "overdue_cause": cause} for field, cause in causes))
    assert "Trong 3 hồ sơ quá hạn, không lĩnh vực nào nhiều hơn hẳn." in text


def test_one_late_and_one_pending_overdue(stored):
    rows = (
        {"due_at": "2025-07-15 10:00", "finished_at": "2025-07-16 10:00", "field": "ho-tich", "overdue_cause": "staff"},
        {"due_at": "2025-07-15 10:00", "field": "dat-dai", "holder": "tax"},
    )
    part = slices.commune("10972", "2025-07", folder=stored(*rows))
    text = " ".join([*narrative.late_sentences(part), *narrative.pending_overdue_sentences(part)])
    assert "Hồ sơ giải quyết quá hạn thuộc lĩnh vực Hộ tịch, có hạn trả ngày 15/07/2025" in text
    assert "thuộc lĩnh vực Hộ tịch" in text
    assert "Nguyên nhân ghi nhận: cán bộ, công chức (1)." in text
    assert "Hồ sơ đang giải quyết đã quá hạn thuộc lĩnh vực Đất đai, đã quá 12 ngày làm việc." in text
    assert "Nơi đang giữ: Chi cục Thuế (1)." in text


def test_published_summary(small):
    sentences = narrative.summary(slices.commune("10972", "2025-07-01..2025-11-26", folder=small))
    assert 5 <= len(sentences) <= 8
    text = " ".join(sentences)
    for part in (
        "8.930", "7.600", "85,11%", "8.914", "8.889", "11 hồ sơ đúng hạn", "14 hồ sơ quá hạn", "99,84%", "còn 16",
        "sự cố phần mềm, hạ tầng hệ thống (14/14 hồ sơ)",
    ):  # fmt: skip
        assert part in text, part
    text = " ".join(narrative.summary(areas.of("46", "2025-07-14", folder=small)))
    assert text.startswith("Trong ngày 14 tháng 7 năm 2025, 40 đơn vị cấp xã của thành phố Huế tiếp nhận 3.425 hồ sơ")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=1, max_size=6))
def test_every_summary_is_five_to_eight_whole_sentences(report, rows):
    """Whatever the dossiers: no missing figure is written out, no sentence breaks off."""
    sentences = narrative.summary(report(*rows))
    assert 5 <= len(sentences) <= 8
    for sentence in sentences:
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")
        assert not re.search(r"nan|None|NaT|không có dữ liệu|[({]\s|\s[,;.)]|,,|;;|\.\.", sentence), sentence


def test_listed_keeps_every_dossier(stored):
    """A cause that is itself called "other" is not taken for the rest."""
    causes = ["staff"] * 4 + ["volume"] * 3 + ["other"] * 3 + ["facilities"] * 2 + ["system-fault"]
    rows = [
        {"due_at": "2025-07-15 10:00", "finished_at": "2025-07-16 10:00", "overdue_cause": cause} for cause in causes
    ]
    text = " ".join(narrative.late_sentences(slices.commune("10972", "2025-07", folder=stored(*rows))))
    assert "cán bộ, công chức (4); nguyên nhân khác (3); số lượng hồ sơ nhiều (3); còn lại (3)." in text
