"""Figures, dates and names as Vietnamese readers write them."""

import math
import unicodedata
from datetime import date, datetime
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers import formats, reference

COUNTS = st.integers(0, 10**9)


def _nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _written(value: Fraction, places: int) -> str:
    """Half-up and in Vietnamese form, by whole numbers only."""
    whole, rest = divmod(math.floor(value * 10**places + Fraction(1, 2)), 10**places)
    return f"{whole:,}".replace(",", ".") + (f",{rest:0{places}d}" if places else "")


@given(COUNTS, st.integers(1, 10**9), st.integers(0, 4))
@example(7600, 8930, 2)
@example(1, 8, 0)
@example(1, 800, 2)
@example(333_333_333, 10**9, 2)
@example(999_999_999, 10**9, 2)
def test_percent_rounds_the_exact_share_half_up_once(numerator, denominator, places):
    expected = _written(100 * Fraction(numerator, denominator), places) + "%"
    assert formats.percent(numerator, denominator, places) == expected
    assert formats.percent(np.int64(numerator), np.int64(denominator), places) == expected


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_percent_of_a_tie_goes_up(halves, size):
    """Shares that lie exactly between two written values, where binary fractions would go either way."""
    assert formats.percent((2 * halves + 1) * size, 20_000 * size) == _written(Fraction(halves + 1, 100), 2) + "%"


@given(st.integers(-(10**12), 10**12))
def test_numbers_have_dots_between_thousands(value):
    assert formats.number(value) == f"{value:,}".replace(",", ".")
    assert formats.number(np.int64(value)) == formats.number(value)


@given(st.floats(0, 1e9, allow_subnormal=False), st.integers(0, 4))
@example(17.445, 2)
@example(2.675, 2)
@example(0.5, 0)
def test_decimals_round_what_is_written_half_up(value, places):
    assert formats.decimal(value, places) == _written(Fraction(str(value)), places)


def test_published_figures():
    assert formats.number(8930) == "8.930"
    assert formats.percent(7600, 8930) == "85,11%"
    assert formats.percent(1, 3, 0) == "33%"
    assert formats.decimal(17.4424) == "17,44"
    assert formats.change(-12) == "−12"
    assert formats.change(1234) == "+1.234"
    assert formats.change(0) == "0"
    assert formats.points(1.5) == "+1,50 điểm %"
    assert formats.points(-0.125) == "−0,13 điểm %"


@pytest.mark.parametrize("value", [None, float("nan"), pd.NA, pd.NaT, np.float64("nan")])
def test_a_missing_figure_is_never_zero(value):
    texts = {formats.number(value), formats.decimal(value), formats.points(value), formats.change(value)}
    texts |= {formats.percent(value, 5), formats.percent(5, value), formats.percent(0, 0), formats.day(value)}
    assert texts == {"không có dữ liệu"}


def test_dates():
    for day in (date(2026, 2, 5), datetime(2026, 2, 5, 23, 59), pd.Timestamp(2026, 2, 5)):
        assert formats.day(day) == "05/02/2026"
        assert formats.prose_day(day) == "ngày 05 tháng 02 năm 2026"
    assert formats.prose_day(date(2025, 12, 31)) == "ngày 31 tháng 12 năm 2025"
    assert [formats.month(month) for month in (1, 2, 3, 10)] == ["01", "02", "3", "10"]


@pytest.mark.parametrize(
    ("old", "new", "folded"), [("Hoà", "Hòa", "hoa"), ("THUỶ", "Thủy", "thuy"), ("Khoẻ", "Khỏe", "khoe")]
)
def test_both_places_of_the_tone_are_one_name(old, new, folded):
    forms = [old, new, _nfd(old), _nfd(new), f" {new.upper()} "]
    assert {formats.plain(form) for form in forms} == {formats.plain(new)}
    assert {formats.fold(form) for form in forms} == {folded}
    assert {formats.slug(form) for form in forms} == {folded}
    assert formats.sort_key(_nfd(old))[0] == formats.sort_key(new)[0]


def test_another_tone_or_letter_is_another_name():
    words = ["ma", "mà", "mả", "mã", "má", "mạ", "mă", "mâ", "da", "đa"]
    assert len({formats.plain(word) for word in words}) == len(words)
    assert {formats.fold(word) for word in words} == {"ma", "da"}


def test_names_of_all_communes_do_not_depend_on_the_unicode_form():
    names = list(reference.table("communes")["name"])
    for name in names:
        assert formats.fold(_nfd(name)) == formats.fold(name)
        assert formats.plain(_nfd(name)) == formats.plain(name)
        assert formats.slug(_nfd(name)) == formats.slug(name)
        assert formats.fold(name).isascii()
        assert set(formats.slug(name)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    composed = sorted(set(names), key=formats.sort_key)
    decomposed = sorted({_nfd(name) for name in names}, key=formats.sort_key)
    assert [unicodedata.normalize("NFC", name) for name in decomposed] == composed


def test_names_sort_in_the_vietnamese_alphabet():
    names = [
        "An",
        "Ăn",
        "Ân",
        "Ba",
        "Da",
        "Dũng",
        "Đa",
        "Ea",
        "Êa",
        "La",
        "Na",
        "Oa",
        "Ô Loan",
        "Ơn",
        "Um",
        "Ưng",
        "Ya",
    ]
    assert sorted(set(names), key=formats.sort_key) == names
    assert sorted(["Hòa Bình", "Hoa", "Hoàng"], key=formats.sort_key) == ["Hoa", "Hòa Bình", "Hoàng"]


def test_slug_and_lower_first():
    assert formats.slug("Xã Ea H'Leo - Đắk Lắk ") == "xa-ea-h-leo-dak-lak"
    assert formats.lower_first("Đặc khu Cát Hải") == "đặc khu Cát Hải"
    assert formats.lower_first("") == ""


def test_tones_break_ties_in_their_order():
    names = ["Hoa", "Hòa", "Hỏa", "Hõa", "Hóa", "Họa", "Hoan"]
    assert sorted(set(names), key=formats.sort_key) == names
