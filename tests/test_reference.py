"""The reference tables: whole, equal to their source, and strict about mistakes that people make in them."""

import shutil
import unicodedata

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers import dossiers, formats, reference
from helpers import settings as places
from helpers.errors import UserError

COMMUNES = reference.table("communes")
ROWS = COMMUNES.to_dict("records")
# In these four the kind of the source contradicts the name: "Phường Việt Hòa" is a Xã there.
CONTRADICTING = {"10543", "11848", "31213", "31299"}
BARE = COMMUNES["name"].str.replace(r"^(Xã|Phường|Đặc khu) ", "", regex=True)


def row_of(code: str) -> dict[str, str]:
    return next(row for row in ROWS if row["code"] == code)


def test_all_communes_are_there():
    assert len(COMMUNES) == COMMUNES["code"].nunique() == 3321
    assert COMMUNES["kind"].value_counts().to_dict() == {"Xã": 2621, "Phường": 687, "Đặc khu": 13}
    assert len(reference.provinces()) == COMMUNES["province"].nunique() == 34
    assert (len(reference.communes_of("31")), len(reference.communes_of("46"))) == (114, 40)
    contradicting = [row["code"] for row in ROWS if not row["name"].startswith(row["kind"] + " ")]
    assert set(contradicting) == CONTRADICTING


def test_names_repeat():
    """So the code is the key: 246 names stand more than once, 314 when "Xã" and "Phường" are left out."""
    assert (COMMUNES["name"].value_counts() > 1).sum() == 246
    assert (BARE.value_counts() > 1).sum() == 314
    assert COMMUNES.loc[BARE == "Xuân Hòa", "province_code"].nunique() == 5


def test_communes_equal_their_source(shared):
    source = pd.read_csv(shared / "communes_2025.csv", dtype=str, keep_default_na=False)
    pd.testing.assert_frame_equal(COMMUNES, source)


@pytest.mark.parametrize("name", reference.SCHEMAS)
def test_every_table_loads(name):
    assert len(reference.table(name)) > 0


def test_tables_agree_with_each_other():
    assert set(reference.table("procedures")["field"]) <= set(reference.names("fields"))
    assert {"", *reference.provinces()} >= set(reference.table("targets")["unit"])
    assert reference.names("statuses")["7"] == "Công dân yêu cầu rút hồ sơ"
    assert len(reference.names("statuses")) == 10


# --- mistakes in a table ----------------------------------------------------------------------------------------


@pytest.fixture
def edit(tmp_path, monkeypatch):
    """Replace a table by an edited copy; gives the number of its lines."""

    def replaced(name: str, change) -> int:
        shutil.copytree(places.reference(), tmp_path / "reference")
        path = tmp_path / "reference" / f"{name}.csv"
        after = change(path.read_text(encoding="utf-8"))
        path.write_bytes(after if isinstance(after, bytes) else after.encode())
        monkeypatch.setenv("TTHC_REFERENCE", str(tmp_path / "reference"))
        return path.read_bytes().count(b"\n")

    return replaced


MISTAKES = {
    "code too short": ("communes", lambda t: t.replace("00025,", "0025,"), ["line 4", "'code'", "0025"]),
    "code twice": ("communes", lambda t: t.replace("00025,", "00008,"), ["line", "'code'", "00008"]),
    "unknown kind": ("communes", lambda t: t.replace(",Phường,01", ",Làng,01", 1), ["line 2", "'kind'", "Làng"]),
    "name empty": ("fields", lambda t: t + "moi,,\n", ["line {last}", "'name'"]),
    "below empty lines": ("holders", lambda t: t + "\n\nMới,Tên,commune\n", ["line {last}", "'code'"]),
    "a cell too many": ("holders", lambda t: t + "moi,Tên,commune,,x\n", ["line {last}"]),
    "a cell too few": ("statuses", lambda t: t + "11,Tên\n", ["line {last}", "'group'"]),
    "column renamed": ("communes", lambda t: t.replace("province_code", "province_id"), ["province_code"]),
    "no such day": ("holidays", lambda t: t + "2026-02-30,off,x\n", ["line {last}", "'date'", "2026-02-30"]),
    "not a number": (
        "targets",
        lambda t: t + "online_rate,31,at_least,sixty,2025-01-01,,x\n",
        ["line {last}", "'value_pct'", "sixty"],
    ),
    "empty file": ("causes", lambda _: "", []),
    "other encoding": ("channels", lambda t: t.encode("utf-16"), []),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_that_names_its_place(edit, mistake):
    name, change, parts = MISTAKES[mistake]
    last = edit(name, change)
    with pytest.raises(UserError) as caught:
        reference.table(name)
    message = str(caught.value)
    assert "\n" not in message
    for part in [f"{name}.csv", *parts]:
        assert part.format(last=last) in message


def test_a_missing_table(edit, tmp_path):
    edit("fields", str)
    (tmp_path / "reference" / "fields.csv").unlink()
    with pytest.raises(UserError, match=r"fields\.csv is missing"):
        reference.table("fields")


def test_an_edited_table_counts(edit):
    edit("communes", lambda text: text + "99001,Xã Thử,Xã,99,Tỉnh Thử,10,105\n")
    assert reference.find_commune("Thử")["code"] == "99001"
    assert "99001" in dossiers.schema().columns["commune"].checks[0].statistics["allowed_values"]


# --- finding ----------------------------------------------------------------------------------------------------


@given(st.sampled_from(ROWS))
@settings(max_examples=30)
def test_a_commune_is_found_by_its_code(row):
    for text in (row["code"], int(row["code"]), row["code"].lstrip("0"), f" {row['code']} "):
        assert reference.find_commune(text) == row


@given(st.sampled_from(ROWS), st.sampled_from(["NFC", "NFD"]), st.sampled_from([str, str.lower, str.upper]))
@example(row_of("10543"), "NFC", str)
@example(row_of("11848"), "NFC", str)
@example(row_of("31213"), "NFC", str)
@example(row_of("31299"), "NFC", str)
@settings(max_examples=20)
def test_a_commune_is_found_by_its_name_or_all_of_that_name_are_listed(row, form, case):
    """Never another one: a wrong commune would put its dossiers into another province."""
    for names, name in ((COMMUNES["name"], row["name"]), (BARE, BARE[ROWS.index(row)])):
        same = COMMUNES.loc[names.map(formats.plain) == formats.plain(name), "code"]
        text = case(unicodedata.normalize(form, name))
        if len(same) == 1:
            assert reference.find_commune(text) == row
            continue
        with pytest.raises(UserError) as caught:
            reference.find_commune(text)
        for code in same:
            assert code in str(caught.value)


@pytest.mark.parametrize("text", ["Xuân Hòa", "xuân hoà", unicodedata.normalize("NFD", "Xuân Hòa"), "xuan hoa"])
def test_an_ambiguous_name_lists_its_candidates(text):
    with pytest.raises(UserError) as caught:
        reference.find_commune(text)
    message = str(caught.value)
    for code, province in (("02962", "Lào Cai"), ("08746", "Phú Thọ"), ("15520", "Thanh Hóa")):
        assert code in message
        assert province in message
    assert "\n" not in message
    assert reference.find_commune(text, province="25")["code"] == "08746"
    assert reference.find_commune("phường " + text, province="25")["code"] == "08746"


@pytest.mark.parametrize(
    ("text", "hint"),
    [("Đường Ann", "10972"), ("99999", "five digits"), (123, "five digits"), ("", "code"), ("Zzzz", "code")],
)
def test_an_unknown_commune_gets_a_hint(text, hint):
    with pytest.raises(UserError, match=hint) as caught:
        reference.find_commune(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["31", 31, "Hải Phòng", "thành phố hải phòng", "hai phong"])
def test_a_province_is_found(text):
    assert reference.find_province(text) == {"code": "31", "name": "Thành phố Hải Phòng"}


def test_an_unknown_province_lists_all():
    assert reference.find_province(1)["code"] == "01"
    with pytest.raises(UserError) as caught:
        reference.find_province("Hà Tây")
    for code, name in reference.provinces().items():
        assert f"{code} {name}" in str(caught.value)


def test_file_stems_are_unique_and_plain():
    assert reference.file_stem("10972") == "10972-xa-duong-an"
    assert reference.file_stem("31") == "31-thanh-pho-hai-phong"


def test_texts_of_exports_are_recognised():
    assert reference.codes("fields")["dang ky ho tich"] == "ho-tich"
    assert reference.codes("channels")[formats.fold("Trực tuyến")] == "online"
    assert reference.codes("statuses")["da tra ket qua"] == reference.codes("statuses")["10"] == "10"
    assert reference.label("holders", "tax") == "Chi cục Thuế"
    assert reference.label("holders", "Phòng Tư pháp") == "Phòng Tư pháp"
    assert reference.label("holders", None) == reference.label("holders", pd.NA) == "Chưa rõ"


@pytest.mark.parametrize(
    ("province", "day", "value"),
    [("31", "2025-07-01", "60"), ("31", "2025-12-31", "60"), ("31", "2026-01-01", None), ("46", "2025-07-01", None)],
)
def test_targets_hold_from_their_first_to_their_last_day(province, day, value):
    found = reference.target("online_rate", (province,), pd.Timestamp(day))
    assert (found["value_pct"] if found else None) == value


def test_a_target_of_the_province_comes_before_the_general_one(edit):
    edit("targets", lambda text: text + "online_rate,,at_least,50,2025-01-01,,Chung\n")
    on = pd.Timestamp("2025-08-01")
    assert reference.target("online_rate", ("31",), on)["value_pct"] == "60"
    assert reference.target("online_rate", ("46",), on)["value_pct"] == "50"


def test_a_commune_has_its_own_target(edit):
    edit("targets", lambda text: text + "online_rate,10972,at_least,95,2025-07-01,,Nghị quyết thử\n")
    on = pd.Timestamp("2025-08-01")
    assert reference.target("online_rate", ("31", "10972"), on)["value_pct"] == "95"
    assert reference.target("online_rate", ("31", "11203"), on)["value_pct"] == "60"


@pytest.mark.parametrize(
    ("text", "province", "code"),
    [
        ("UBND xã Đường An", None, "10972"),
        ("Trung tâm PVHCC phường Thuận Hoá", None, "19789"),
        ("P. Thuận Hóa", "46", "19789"),
        ("Xã Đường An, TP. Hải Phòng", None, "10972"),
        ("10972 - Xã Đường An", None, "10972"),
        ("Xã Ninh Giang (10972)", None, None),  # code and name disagree
        ("Xuân Hòa", None, None),
        ("Xuân Hòa", "25", "08746"),
        ("DUONG AN", None, "10972"),
        ("Dương An", None, None),  # other accents are another name
        ("8746", None, "08746"),
        ("4", None, None),  # the number of a unit in somebody's list
        ("4", "01", "00004"),
        ("Trung tâm Phục vụ hành chính công Hải Dương", None, None),  # of the former province
        ("Quảng Bình", None, None),
        ("Phường Hải Dương", None, "10525"),
    ],
)
def test_communes_as_exports_name_them(text, province, code):
    assert reference.match_commune(text, province) == code
