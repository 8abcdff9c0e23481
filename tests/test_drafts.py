"""Drafted profiles: what is recognised, what is left to a person, and that nothing unsure is used."""

import re
import unicodedata
from pathlib import Path

import pytest
import xlsxwriter

from helpers import drafts, importing, profiles
from helpers.errors import UserError

FIXTURES = Path(__file__).parent / "fixtures"
HEADER = "Số hồ sơ;Chủ hồ sơ;Đơn vị tiếp nhận;Ngày nhận;Hạn trả;Hình thức;Lĩnh vực;Trạng thái\n"
ROWS = "".join(
    f"H31.15-250701-{n:04d};Người Nộp {n};Xã Đường An;{n + 12}/07/2025;{n + 13}/07/2025;Trực tuyến;Đất đai;Đang xử lý\n"
    for n in range(1, 9)
)


def draft(folder: Path, text: str) -> drafts.Draft:
    (folder / "a.csv").write_text(text, encoding="utf-8")
    return drafts.draft(folder / "a.csv")


def test_a_known_export_is_drafted_whole(tmp_path):
    made = draft(tmp_path, HEADER + ROWS)
    assert made.unsure == []
    (tmp_path / "a.toml").write_text(made.toml, encoding="utf-8")
    by_draft = importing.read(tmp_path / "a.csv", profiles.load(str(tmp_path / "a.toml")))
    by_hand = importing.read(tmp_path / "a.csv", profiles.load("one-stop"))
    by_auto = importing.read(tmp_path / "a.csv", drafts.profile(tmp_path / "a.csv"))
    assert by_draft.record["accepted"] == 8
    assert by_draft.accepted.equals(by_hand.accepted)
    assert by_auto.accepted.equals(by_hand.accepted)
    assert "Người Nộp" not in made.toml


@pytest.mark.parametrize(
    "change", [str.upper, str.lower, lambda t: unicodedata.normalize("NFD", t), lambda t: t.replace(" ", "  ")]
)
def test_headers_are_known_whatever_their_form(tmp_path, change):
    made = draft(tmp_path, change(HEADER) + ROWS)
    columns = {"dossier_id", "commune", "received_at", "due_at", "channel", "field", "status"}
    assert set(made.raw["columns"]) == columns
    assert made.unsure == []


UNSURE = {
    "a header like a known one": (HEADER.replace("Hạn trả", "Ngày hẹn trả kết quả cho dân") + ROWS, ["due_at"]),
    "a required column": (HEADER.replace("Đơn vị tiếp nhận", "Nơi") + ROWS, ["commune"]),
    "a value": (HEADER + ROWS.replace("Trực tuyến", "Qua mạng"), ['"Qua mạng"', "8 rows"]),
    "either order of day and month": (
        HEADER + "H1-1;A;Xã Đường An;01/07/2025;02/07/2025;Trực tuyến;Đất đai;4\n",
        ["forms"],
    ),
    "both orders": (HEADER + ROWS + "H1-1;A;Xã Đường An;07/25/2025;;Trực tuyến;Đất đai;4\n", ["forms"]),
    "a name of several provinces": (HEADER + ROWS.replace("Xã Đường An", "Xuân Hòa"), ["province"]),
    "two headers that fit": (
        HEADER.replace("Lĩnh vực", "Hình thức nộp") + ROWS.replace("Đất đai", "Trực tiếp"),
        ["channel", "Hình thức nộp"],
    ),
    "dates of another form": (
        HEADER + re.sub(r"(\d\d)/07/2025;(\d\d)", r"\1/07/25;\2", ROWS),
        ["received_at", "99/99/99"],
    ),
    "one column of both orders": (HEADER + re.sub(r";\d\d/07/2025;Tr", ";08/09/2025;Tr", ROWS), ["due_at"]),
    "officials": (
        HEADER.replace("Lĩnh vực", "Đơn vị giải quyết") + ROWS.replace("Đất đai", "Trịnh Khắc Ẩn"),
        ["look like people"],
    ),
    "rare values, which could be people": (HEADER + ROWS.replace("Đất đai", "Lạ", 2), ["not shown"]),
}


@pytest.mark.parametrize("what", UNSURE)
def test_what_is_unsure_is_left_to_a_person(tmp_path, what):
    text, named = UNSURE[what]
    made = draft(tmp_path, text)
    assert len(made.unsure) == 1
    for piece in named:
        assert piece in made.unsure[0]
    assert made.toml.count("# ? ") == 1
    assert "Trịnh" not in made.toml
    with pytest.raises(UserError, match="tthc profile new") as caught:
        drafts.profile(tmp_path / "a.csv")
    assert "\n" not in str(caught.value)


def test_the_national_fields_are_known():
    made = drafts.draft(FIXTURES / "national-nested-personal.jsonl")
    assert made.raw["columns"]["received_at"] == ["NgayTiepNhan"]
    assert made.raw["lists"] == {"supplement_requests": "DanhSachHoSoBoSung", "fee_due": "DanhSachLePhi.Gia"}
    assert made.raw["dates"]["forms"][:2] == ["%Y%m%d%H%M%S", "%Y%m%d"]
    assert made.raw["values"]["channel"][""] == "direct"


def test_a_file_of_other_things_is_one_line(tmp_path):
    with pytest.raises(UserError, match="no row of known headers"):
        draft(tmp_path, "tên;tuổi\nAn;5\n")


def test_a_draft_keeps_the_headers_of_every_sheet(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for month, header in ((7, "Ngày nhận"), (8, "Ngày tiếp nhận")):
            sheet = book.add_worksheet(f"Tháng {month}")
            sheet.write_row(0, 0, ["Mã hồ sơ", "Mã xã", header])
            for row in range(1, 6):
                sheet.write_row(row, 0, [f"H31-{month}-{row}", "10972", f"{row + 20}/0{month}/2025"])
    assert drafts.draft(path).unsure == []
    assert importing.read(path, drafts.profile(path)).record["accepted"] == 10


def test_without_a_known_code_header_a_draft_says_so(tmp_path):
    made = draft(tmp_path, (HEADER + ROWS).replace("Số hồ sơ", "Mã số hồ sơ công dân"))
    assert any("dossier_id" in line and "Mã số hồ sơ công dân" in line for line in made.unsure)


def test_a_draft_that_is_not_completed_is_no_profile(tmp_path):
    made = draft(tmp_path, HEADER + ROWS.replace("Trực tuyến", "Qua mạng"))
    (tmp_path / "a.toml").write_text(made.toml, encoding="utf-8")
    with pytest.raises(UserError, match="1 lines begin with '# \\?'"):
        profiles.load(str(tmp_path / "a.toml"))
