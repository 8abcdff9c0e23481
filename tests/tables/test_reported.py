"""Tables of reported figures: what a reader is told of agreement, difference, readings, and of nothing."""

import re
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from helpers import areas, reported, slices, tables


@pytest.fixture(scope="module")
def xuan_hoa(small) -> slices.Slice:
    return slices.commune("08746", "2025-Q3", folder=small)


def _with(part: slices.Slice, *rows: tuple[str, str, str, str]) -> slices.Slice:
    figures = [(name, Decimal(value), source, note) for name, value, source, note in rows]
    return replace(part, reported=pd.DataFrame(figures, columns=reported.COLUMNS, dtype="object"))


def _rows(html: str) -> list[list[str]]:
    return [re.findall(r"<t[hd][^>]*>([^<]*)", row) for row in html.split("<tr>")[2:]]


def test_agreement_and_difference_are_told_in_words_with_both_figures(xuan_hoa):
    part = _with(
        xuan_hoa, ("received", "2812", "A", ""), ("online_rate_pct", "95.44", "A", ""),
        ("pending_rate_pct", "12.5", "A", ""), ("resolved", "2461", "A", "BC số <12>"), ("pending", "362", "A", ""),
    )  # fmt: skip
    html = tables.reported(part).data
    assert _rows(html) == [
        ["Tiếp nhận", "2.812", "2.812", "✔ Khớp"],
        ["Tỷ lệ tiếp nhận trực tuyến", "95,44%", "95,45% (2.684/2.812)", "✔ Khớp, đã bỏ bớt chữ số"],
        ["Tỷ lệ đang giải quyết", "12,5%", "12,91% (363/2.812)", "Báo cáo thấp hơn 0,41 điểm %"],
        ["Đã giải quyết", "2.461", "2.449", "Báo cáo cao hơn 12"],
        ["Đang giải quyết", "362", "363", "Báo cáo thấp hơn 1"],
    ]
    assert "Đối chiếu 5 số liệu: 2 khớp, 3 không khớp." in html
    assert "Nguồn ghi chú: đã giải quyết: BC số &lt;12&gt;." in html
    assert "Nguồn: A." in html


def test_an_ambiguous_figure_is_told_by_its_reading_and_the_others(xuan_hoa):
    html = tables.reported(_with(xuan_hoa, ("overdue", "63", "A", ""), ("overdue", "5", "B", ""))).data
    late, pending = "hồ sơ đã giải quyết nhưng quá hạn", "hồ sơ đang giải quyết đã quá hạn"
    assert (
        f"Quá hạn: hiểu là {late} + {pending}; không khớp nếu hiểu là {late} (33); không khớp nếu hiểu là "
        f"{pending} (30)."
    ) in html
    assert f"Quá hạn: hiểu là {late}; cũng không khớp nếu hiểu là {late} + {pending} (63)" in html
    assert [row[-1] for row in _rows(html)] == ["A", "B"]


def test_figures_that_do_not_add_up_stand_beside_how_they_are_computed(xuan_hoa):
    part = _with(
        xuan_hoa, ("received", "100", "A", ""), ("resolved", "90", "A", ""), ("pending", "7", "A", ""),
        ("resolved_early", "95", "A", ""),
    )  # fmt: skip
    html = tables.reported_arithmetic(part).data
    assert _rows(html) == [
        ["Tiếp nhận", "100", "đã giải quyết + đang giải quyết", "97", "Báo cáo cao hơn 3"],
        ["Giải quyết trước hạn", "95", "không lớn hơn đã giải quyết", "90", "Báo cáo cao hơn 5"],
    ]
    assert "Số thành phần không lớn hơn số tổng: 0/1 phép so sánh." in html


def test_context_is_shown_with_shares_and_says_what_is_missing(xuan_hoa):
    part = _with(
        xuan_hoa, ("procedures_listed", "405", "B", ""), ("feedback_received", "462", "A", ""),
        ("feedback_resolved", "322", "A", ""), ("satisfaction_pct", "98.5", "A", ""),
    )  # fmt: skip
    html = tables.context(part).data
    assert _rows(html) == [
        ["Phản ánh, kiến nghị tiếp nhận", "462", "–", "A"],
        ["Phản ánh, kiến nghị đã xử lý", "322", "69,70% trên 462", "A"],
        ["Thủ tục hành chính niêm yết", "405", "–", "B"],
        ["Tỷ lệ người dân và doanh nghiệp hài lòng", "98,5%", "–", "A"],
    ]
    assert "Chưa có số liệu cho kỳ này về lượt người đến giao dịch; xếp hạng đã công bố." in html


def test_a_rank_is_told_as_a_rank(xuan_hoa):
    part = _with(xuan_hoa, ("city_rank", "20", "A", "trong 114 đơn vị"), ("index_766_points", "85.5", "A", ""))
    html = tables.context(part).data
    assert [row[1:] for row in _rows(html)] == [["Hạng 20", ""], ["85,5", "–"]]
    assert "thứ hạng trong tỉnh hoặc thành phố: trong 114 đơn vị" in html


def test_a_province_has_what_was_reported_of_all_its_communes(small):
    part = areas.of("31", "2025-07-01..2025-07-28", folder=small)
    assert ["Tiếp nhận", "193.414"] in [row[:2] for row in _rows(tables.reported(part).data)]
    assert ["Lượt người đến giao dịch", "253.363", "–"] in _rows(tables.context(part).data)
    assert "chưa đủ để kiểm tra" in tables.reported_arithmetic(part).data


def test_the_longest_number_is_shown_as_it_was_reported(xuan_hoa):
    rows = [("received", "9" * 15, "A", ""), ("online_rate_pct", f"9.{'1' * 14}", "A", ""), ("pending", "1", "A", "")]
    part = _with(xuan_hoa, *rows, ("resolved", "9" * 15, "A", ""))
    assert "999.999.999.999.999" in tables.reported(part).data
    assert f"9,{'1' * 14}%" in tables.reported(part).data
    assert "1.000.000.000.000.000" in tables.reported_arithmetic(part).data


def test_one_line_where_nothing_was_reported(xuan_hoa):
    part = _with(xuan_hoa)
    assert "Chưa có bảng số liệu đơn vị tự báo cáo cho kỳ này." in tables.reported(part).data
    assert tables.reported_arithmetic(part).data == ""
    assert "về phản ánh, kiến nghị; lượt người đến giao dịch;" in tables.context(part).data
    visits = _with(xuan_hoa, ("visits", "5", "A", ""))
    assert "không có chỉ tiêu nào tính được từ hồ sơ" in tables.reported(visits).data
    assert "chưa đủ để kiểm tra" in tables.reported_arithmetic(visits).data
    for made in (part, visits):
        assert tables.reported(made).data.count("<table") == 0
