"""Words of a paper: days and bounds spelled, everything else as it was."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import formats
from helpers.annexes.texts import spelled

_DAYS = st.dates(datetime.date(1000, 1, 1))


@given(_DAYS, _DAYS)
def test_days(first, last):
    short, long = formats.day(first), formats.prose_day(last)
    for text in (f"{short} và {long}", f"ngày {short} và {long}"):
        assert spelled(text) == f"{formats.prose_day(first)} và {long}"
    assert spelled(f"Ngày {short}.") == formats.upper_first(f"{formats.prose_day(first)}.")
    assert spelled(spelled(short)) == spelled(short)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("đạt chỉ tiêu ≥ 60%", "đạt chỉ tiêu từ 60% trở lên"),
        ("đạt chỉ tiêu ≤ 2,5%.", "đạt chỉ tiêu không quá 2,5%."),
        ("còn thấp hơn chỉ tiêu ≥ 60% (đến 31/12/2025)", "còn thấp hơn chỉ tiêu 60% (đến ngày 31 tháng 12 năm 2025)"),
        ("tháng 7/2025, quý III/2025, 12/34", "tháng 7/2025, quý III/2025, 12/34"),
        ("Thông tư số 01/2020/TT-VPCP, 31/13/2025, 1/02/2025", "Thông tư số 01/2020/TT-VPCP, 31/13/2025, 1/02/2025"),
        ("hồ sơ H31.01/02/2025 và 01/02/2025-00001", "hồ sơ H31.01/02/2025 và 01/02/2025-00001"),
    ],
)
def test_bounds_and_what_only_looks_like_a_day(text, said):
    assert spelled(text) == said
