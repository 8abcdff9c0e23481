"""Sentences at 0, 1 and many, and where data are missing."""

import pytest

from helpers import narrative, periods, slices


@pytest.fixture
def told(stored):
    """The summary of a store that holds just these dossiers."""

    def tell(*rows: dict[str, object]) -> str:
        return " ".join(narrative.summary(slices.commune("10972", "2025-07", folder=stored(*rows))))

    return tell


def test_nothing_resolved(told):
    text = told({"due_at": "2025-08-20 10:00", "channel": "direct"})
    assert "tiếp nhận 1 hồ sơ, trong đó 0 hồ sơ nộp trực tuyến (0,00%)." in text
    assert "Đến hết kỳ chưa có hồ sơ nào được giải quyết xong." in text
    assert "Còn 1 hồ sơ đang giải quyết (100,00%), không có hồ sơ nào đã quá hạn." in text


def test_channel_unknown_is_not_told(told):
    assert "trực tuyến" not in told({"due_at": "2025-08-20 10:00"})


def test_one_late_and_one_pending_overdue(told):
    text = told(
        {"due_at": "2025-07-15 10:00", "finished_at": "2025-07-16 10:00", "field": "ho-tich", "overdue_cause": "staff"},
        {"due_at": "2025-07-15 10:00", "field": "dat-dai", "holder": "tax"},
    )
    assert "Hồ sơ giải quyết quá hạn thuộc lĩnh vực Hộ tịch, có hạn trả ngày 15/07/2025" in text
    assert "thuộc lĩnh vực Hộ tịch" in text
    assert "Nguyên nhân ghi nhận: cán bộ, công chức (1)." in text
    assert "Hồ sơ đang giải quyết đã quá hạn thuộc lĩnh vực Đất đai, đã quá 12 ngày làm việc." in text
    assert "Nơi đang giữ: Chi cục Thuế (1)." in text


def test_published_summary(small):
    text = " ".join(narrative.summary(slices.commune("10972", "2025-07-01..2025-11-26", folder=small)))
    for part in (
        "8.930",
        "7.600",
        "85,11%",
        "8.914",
        "8.889",
        "11 hồ sơ đúng hạn",
        "14 hồ sơ quá hạn",
        "99,84%",
        "Còn 16",
    ):
        assert part in text, part
    text = " ".join(narrative.summary(slices.province("46", "2025-07-14", folder=small)))
    assert text.startswith("Trong ngày 14 tháng 7 năm 2025, 40 đơn vị cấp xã của thành phố Huế tiếp nhận 3.425 hồ sơ")
    assert periods.parse("2025-07-14").days == 1


def test_listed_keeps_every_dossier(told):
    """A cause that is itself called "other" is not taken for the rest."""
    causes = ["staff"] * 4 + ["volume"] * 3 + ["other"] * 3 + ["facilities"] * 2 + ["system-fault"]
    rows = [
        {"due_at": "2025-07-15 10:00", "finished_at": "2025-07-16 10:00", "overdue_cause": cause} for cause in causes
    ]
    text = told(*rows)
    assert "cán bộ, công chức (4); số lượng hồ sơ nhiều (3); nguyên nhân khác (3); còn lại (3)." in text
