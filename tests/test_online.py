"""Filing, payment and digitisation, counted apart; what is not recorded is in no rate."""

from helpers import cube, indicators, online, outcomes, periods, slices, tables

Q3 = periods.parse("2025-Q3")


def classed(table, *rows):
    return outcomes.classify(table(*rows), Q3)


def test_channels_add_up_to_what_was_received(small):
    part = slices.commune("08746", "2025-Q3", folder=small)
    received = (part.classed["intake"] == "received").sum()
    for by in ("field", "applicant_kind"):
        rows = online.by_channel(part.cube, by)
        assert rows["total"].sum() == received
        assert rows[online.CHANNELS].sum(axis=1).equals(rows["total"])
        assert rows["online"].sum() == 2684


def test_an_unknown_channel_has_a_column_of_its_own(table):
    rows = classed(table, {"channel": "online", "field": "ho-tich"}, {"field": "ho-tich"}, {"channel": "postal"})
    made = online.by_channel(cube.count(rows), "field")
    assert made.loc["ho-tich", ["online", "", "total"]].tolist() == [1, 1, 2]
    assert made.loc["", ["postal", "total"]].tolist() == [1, 1]


def test_months_add_up_to_the_period(small):
    part = slices.commune("11203", "2025-07-01..2025-10-18", folder=small)
    rows = online.by_month(part.classed, part.period)
    assert len(rows) == 4
    assert rows.sum()[["online", "online_of", "paid_online", "paid_online_of"]].tolist() == [8074, 8766, 5260, 5700]


def test_payment_is_counted_as_by_its_indicator(table):
    fee = {"fee_due": True}
    rows = classed(table, {**fee, "paid_online": True}, {**fee, "paid_online": False}, fee, {"paid_online": True})
    july = online.by_month(rows, Q3).iloc[0]
    rate = indicators.one(indicators.compute(cube.count(rows)), "online_payment_rate")
    assert july[["paid_online", "paid_online_of"]].tolist() == [1, 3] == [rate["numerator"], rate["denominator"]]


def test_what_could_have_been_filed_online(table, own_reference):
    with (own_reference / "procedures.csv").open("a", encoding="utf-8") as file:
        file.write("9.000001,ho-tich,Có trực tuyến,full\n9.000002,ho-tich,Không có trực tuyến,none\n")
    rows = classed(
        table,
        {"procedure": "9.000001", "channel": "direct"}, {"procedure": "9.000001"},
        {"procedure": "9.000002", "channel": "direct"}, {"procedure": "9.000002", "channel": "online"},
        {"procedure": "9.000003", "channel": "direct"}, {"procedure": "9.000003", "channel": "postal"},
        {"procedure": "9.000003", "channel": "online"},
        {"procedure": "9.000004", "channel": "direct"}, {"channel": "direct"},
    )  # fmt: skip
    made = online.by_procedure(rows)
    assert made["missed"].to_dict() == {"9.000003": 2, "9.000001": 1, "9.000002": 0, "9.000004": 0}
    assert made["offered"].to_dict() == {"9.000003": True, "9.000001": True, "9.000002": False, "9.000004": False}
    assert made["received"].tolist() == [3, 2, 2, 1]


def test_what_the_export_does_not_tell_is_no_zero(stored):
    rows = [{"fee_due": True, "procedure": "1.001193", "received_at": f"2025-0{month}-10 09:00"} for month in (7, 8)]
    folder = stored(*({**row, "dossier_id": f"A-{n}"} for n, row in enumerate(rows)))
    part = slices.commune("10972", "2025-07-01..2025-08-31", folder=folder)
    assert "0/1" not in tables.digital_by_month(part).data
    assert "0,00%" not in tables.digital_by_month(part).data + tables.procedures(part).data
    assert "Kênh nộp theo lĩnh vực: không có dữ liệu" in tables.channels(part, "field").data


def test_without_procedures_or_kinds_a_line_says_so(stored):
    part = slices.commune("10972", "2025-07", folder=stored({"channel": "online"}))
    assert "không có dữ liệu về mã thủ tục" in tables.procedures(part).data
    assert "Kênh nộp theo đối tượng nộp: không có dữ liệu" in tables.channels(part, "applicant_kind").data
    assert tables.digital_by_month(part).data == ""
