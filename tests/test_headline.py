"""Key figures: targets compared exactly, change against the previous period, warnings before the figures."""

import pytest

from helpers import headline, slices


@pytest.fixture
def part(stored):
    """Makes the slice of a store that holds so many online and other dossiers, received on a day."""

    def make(online: int, others: int, day: str = "2025-07-10 09:00", period: str = "2025-07"):
        channels = ["online"] * online + ["direct"] * others
        rows = [{"channel": c, "received_at": day, "dossier_id": f"{day} {n}"} for n, c in enumerate(channels)]
        return slices.commune("10972", period, folder=stored(*rows))

    return make


def _targets(folder, *rows: str) -> None:
    header = "indicator,unit,comparison,value_pct,valid_from,valid_to,document"
    (folder / "targets.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("online", "others", "bound", "until", "state", "text"),
    [
        (3, 2, "60", "2025-12-31", "met", "✔ Đạt chỉ tiêu ≥ 60%"),
        (199, 136, "59.41", "2025-12-31", "open", "○ Còn thấp hơn chỉ tiêu ≥ 59,41% (đến 31/12/2025)"),  # 59,403 %
        (2, 2, "60", "2025-07-31", "missed", "✘ Chưa đạt chỉ tiêu ≥ 60%"),
        (2, 2, "100", "", "missed", "✘ Chưa đạt chỉ tiêu 100%"),
    ],
)
def test_targets(part, own_reference, online, others, bound, until, state, text):
    _targets(own_reference, f"online_rate,31,at_least,{bound},2025-07-01,{until},Văn bản thử")
    assert headline.target_state(part(online, others), "online_rate") == (state, text)


def test_a_target_elsewhere_is_none_and_one_without_figure_says_so(part, own_reference):
    _targets(own_reference, "online_rate,46,at_least,60,2025-07-01,,A", "in_time_rate,,at_least,60,2025-07-01,,B")
    made = part(1, 1)
    assert headline.target_state(made, "online_rate") is None
    text = "– Chưa có dữ liệu để so với chỉ tiêu ≥ 60%"
    assert headline.target_state(made, "in_time_rate") == ("unknown", text)


def test_a_count_on_a_tile_shows_the_target_of_its_rate(part, own_reference):
    _targets(own_reference, "resolved_rate,31,at_least,90,2025-07-01,2025-07-31,Văn bản thử")
    assert "✘ Chưa đạt chỉ tiêu ≥ 90%" in headline.tiles(part(1, 1)).data


def test_change_names_its_period_and_leaves_out_an_empty_one(part):
    part(2, 2, "2025-07-01 09:00")
    august = headline.tiles(part(3, 3, "2025-08-05 09:00", "2025-08")).data
    assert "Kỳ trước là tháng 7/2025; chênh lệch tính từ số chưa làm tròn." in august
    quiet = headline.tiles(part(1, 0, "2025-09-15 09:00", "2025-09-15")).data
    assert "Không so sánh với kỳ trước (ngày 14/09/2025): kỳ đó không tiếp nhận hồ sơ." in quiet


def test_the_masthead_warns_of_data_that_stop_short(part):
    short = headline.masthead(part(1, 1, "2025-07-10 09:00"), "Báo cáo").data
    assert "Dữ liệu chỉ có đến ngày 10/07/2025, chưa hết kỳ" in short
    assert "SỐ LIỆU MẪU" not in short
