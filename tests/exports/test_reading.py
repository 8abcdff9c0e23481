"""Files that would hurt are refused before they do, and text read at once is the text read row by row."""

import csv
import gzip
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from helpers import exports
from helpers.errors import UserError
from helpers.exports import delimited

WANTED = {"dossier_id": ["Mã hồ sơ"], "received_at": ["Ngày nhận"], "field": ["Lĩnh vực"]}
TABLE = "Mã hồ sơ,Ngày nhận,Lĩnh vực\nH1-00001,01/07/2025,Đất đai\n"


def read(path: Path) -> exports.Reading:
    return exports.read(path, WANTED, ["dossier_id", "received_at"], {})


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def stray(path: Path, row: int, column: int, value: object) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Mã hồ sơ", "Ngày nhận"])
        sheet.write_row(1, 0, ["H1-00001", "01/07/2025"])
        sheet.write(row, column, value, book.add_format({"bold": True}))
    return path


BOMB = b"0" * 200_000_000
HURTFUL = {
    "a zip bomb": (lambda folder: packed(folder / "a.zip", **{"a.csv": BOMB}), "unpacks to far more"),
    "a gzip bomb": (lambda folder: written(folder / "a.csv.gz", gzip.compress(BOMB)), "unpacks to far more"),
    "a zip in a zip": (
        lambda folder: packed(folder / "a.zip", **{"b.zip": packed(folder / "b.zip", a=b"x").read_bytes()}),
        "this form of file",
    ),
    "ten million columns": (lambda folder: written(folder / "a.csv", b"c," * 10_000_000), "more than 702 columns"),
    "a value in the last corner": (lambda folder: stray(folder / "a.xlsx", 1_048_575, 16_383, "x"), "spans more than"),
    "a deep text": (lambda folder: written(folder / "a.json", b"[" * 100_000), "damaged"),
}  # fmt: skip


def written(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize("what", HURTFUL)
def test_what_would_hurt_is_refused_in_one_line(tmp_path, what):
    make, named = HURTFUL[what]
    path = make(tmp_path)
    with pytest.raises(UserError, match=named) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    assert path.name in str(caught.value)


def test_names_in_a_zip_are_no_paths(tmp_path):
    path = packed(
        tmp_path / "a.zip", **{"../out.csv": TABLE.encode(), "/etc/out.csv": TABLE.encode(), "__MACOSX/x": b"x"}
    )
    assert list(read(path).places["sheet"]) == [1, 2]
    assert [file.name for file in tmp_path.rglob("*")] == ["a.zip"]


def test_a_style_in_the_last_corner_is_no_value(tmp_path):
    assert len(read(stray(tmp_path / "a.xlsx", 1_048_575, 16_383, None)).columns) == 1


def test_a_file_name_in_a_message_obeys_nobody(tmp_path):
    with pytest.raises(UserError) as caught:
        read(written(tmp_path / "001061098765 \x1b[2J\n.csv", b"x"))
    assert not set("\x1b\n") & set(str(caught.value))
    assert "001061098765" not in str(caught.value)


CELLS = st.text("ab1Đ \"';\u200b\u0301", max_size=6)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8)


@given(ROWS, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_at_once_is_as_row_by_row(tmp_path_factory, rows, quoting, end, odd):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=quoting, lineterminator=end)
    writer.writerow(["Mã hồ sơ", "Ngày nhận", "Lĩnh vực"])
    writer.writerows([[f"{identity}1", *rest] for identity, *rest in rows])
    path = tmp_path_factory.getbasetemp() / "a.csv"
    path.write_text(text.getvalue() + (f"x;y{end};;;{end}Tổng cộng;;{end}" if odd else ""), encoding="utf-8")
    at_once = read(path)
    assert exports.sheets(path)[0].plain is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_is_plain", lambda _: False)
        by_row = read(path)
    assert at_once.columns.equals(by_row.columns)
    assert at_once.places.equals(by_row.places)
    assert sorted(at_once.unreadable) == sorted(by_row.unreadable)
    assert sorted(at_once.passed_over) == sorted(by_row.passed_over)
    assert len(at_once.columns) + len(at_once.unreadable) + len(at_once.passed_over) >= len(rows)
