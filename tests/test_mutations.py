"""Damaged exports: whatever happens to a file, no value comes out that was not in it, and no whole row is lost.

A good table with known content is written in one of the forms that offices send, changed, and read again. What was
touched may be refused or left out; what was not must come out as it was.
"""

import csv
import gzip
import io
import json
import os
import re
import unicodedata
import zipfile
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow
import pyarrow.parquet
import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from helpers import checks, dossiers, formats, importing, profiles, reference
from helpers.errors import UserError

EXPORTS = Path(__file__).parent / "fixtures" / "exports"
TODAY = date(2026, 1, 31)
STAMP = "%d/%m/%Y %H:%M:%S"
# Our column and its header; "" is a column that no profile reads. The first and the last stay where they are.
COLUMNS = {
    "dossier_id": "Mã hồ sơ", "commune": "Đơn vị tiếp nhận", "field": "Lĩnh vực", "channel": "Hình thức nộp",
    "received_at": "Ngày tiếp nhận", "due_at": "Ngày hẹn trả", "finished_at": "Ngày có kết quả", "status": "Trạng thái",
}  # fmt: skip
TIMES = ["received_at", "due_at", "finished_at"]
REQUIRED = ["dossier_id", "commune", "received_at"]
PROFILE = profiles.parsed({"columns": COLUMNS, "dates": {"forms": [STAMP, "%d/%m/%Y %H:%M", "excel"]}}, "test")
UNITS = {"10972": "Xã Đường An", "08746": "08746", "19942": "Xã Phú Vang"}
NAMES = {
    "field": {"chung-thuc": "Chứng thực", "dat-dai": "Đất đai"},
    "channel": {"online": "Trực tuyến", "direct": "Trực tiếp", "postal": "Dịch vụ bưu chính"},
    "status": {"4": "Đang xử lý", "10": "Đã trả kết quả"},
    "commune": UNITS,
}
PLANTS = [
    "=1+1",
    "@SUM(A1)",
    "-2+3",
    "+84 987 650 123",
    "0987650123",
    "001061098765",
    "an.danh@vidu.vn",
    "a\x00b",
    'x"y',
]
PLANTS += ["\ufffd", "Trịnh Khắc Ẩn Danh", "  "]


def good():
    """Twelve dossiers by their codes: days above and below 12, so that the order of day and month is beyond doubt."""
    made = {}
    for i in range(12):
        received = datetime(2025, 7, 5 + i, 8, 15 + i, 20)
        done = i % 3 != 0
        made[f"H31.15-2507{5 + i:02d}-{i:05d}"] = {
            "commune": list(UNITS)[i % 3],
            "field": list(NAMES["field"])[i % 2],
            "channel": list(NAMES["channel"])[i % 3],
            "received_at": received,
            "due_at": received + timedelta(days=6, hours=2),
            "finished_at": received + timedelta(days=3, minutes=7) if done else None,
            "status": "10" if done else "4",
        }
    return made


class Table:
    """The table as it is changed: what is written, what is still true of it, and what was touched."""

    def __init__(self):
        self.truth = good()
        self.columns = ["", *COLUMNS, "", ""]
        self.header = ["STT", *COLUMNS.values(), "Điện thoại", "Địa chỉ"]
        self.rows = [[code, self._cells(i, code, one)] for i, (code, one) in enumerate(self.truth.items())]
        self.touched, self.lost = set(), set()  # codes of dossiers, columns
        self.all_touched = self.may_fail = False

    def _cells(self, i, code, one):
        known = [NAMES[column][one[column]] if column in NAMES else one[column] for column in list(COLUMNS)[1:]]
        texts = [cell.strftime(STAMP) if isinstance(cell, datetime) else cell or "" for cell in known]
        return [str(i + 1), code, *texts, "0987650123", "Số 7 ngõ Lưu Dấu, tổ 3"]

    def dossiers(self):
        return [row for row in self.rows if row[0]]

    def set(self, row, at, text):
        """Write something into a cell that takes its meaning away."""
        code, cells = row
        cells[at] = text
        column = self.columns[at]
        if column:
            self.touched.add(code)
            if column == "dossier_id":
                self.truth.pop(code, None)
            elif code in self.truth:
                self.truth[code][column] = None

    def set_time(self, row, at, text):
        """Write another time: what is written is what must come out."""
        code, cells = row
        cells[at] = text
        self.touched.add(code)
        if code in self.truth:
            self.truth[code][self.columns[at]] = moment(text)


def moment(text):
    try:
        return datetime.strptime(text, STAMP)
    except ValueError:
        return None


# --- changes to the table: a and b choose where ------------------------------------------------------------------


def drop_a_column(table, a, _):
    at = 1 + a % (len(table.columns) - 2)
    table.lost.add(table.columns[at])
    for cells in (table.columns, table.header, *(cells for _, cells in table.rows)):
        del cells[at]


def shuffle_the_columns(table, a, b):
    inner = list(range(1, len(table.columns) - 1))
    order = [0, *inner[a % len(inner) :], *inner[: a % len(inner)], len(table.columns) - 1]
    order[1], order[1 + b % len(inner)] = order[1 + b % len(inner)], order[1]
    for cells in (table.columns, table.header, *(cells for _, cells in table.rows)):
        cells[:] = [cells[at] for at in order]


def spell_the_header_otherwise(table, a, _):
    ways = [formats.fold, str.upper, lambda name: unicodedata.normalize("NFD", name), lambda name: f"  {name} \u00a0"]
    table.header[:] = [ways[a % len(ways)](name) for name in table.header]


def swap_two_dates(table, a, b):
    places = [table.columns.index(name) for name in TIMES if name in table.columns]
    if len(places) > 1:
        row, first, second = table.rows[a % 12], places[b % len(places)], places[(b + 1) % len(places)]
        texts = row[1][first], row[1][second]
        table.set_time(row, second, texts[0])
        table.set_time(row, first, texts[1])


def exchange_day_and_month(table, a, b):
    places = [table.columns.index(name) for name in TIMES if name in table.columns]
    if places:
        at = places[a % len(places)]
        for i, row in enumerate(table.rows):
            if b >> i & 1:
                table.set_time(row, at, re.sub(r"^(\d\d)/(\d\d)", r"\2/\1", row[1][at]))
        # When more than a few stand against the rest, the whole file is refused, and rightly.
        table.may_fail = True


def plant(table, a, b):
    # Not in the last column: a broken cell at the end of a row is the business of the changes of bytes.
    table.set(table.rows[a % 12], b % (len(table.columns) - 1), PLANTS[(a // 12 + b) % len(PLANTS)])


def repeat_a_row(table, a, b):
    code, cells = table.rows[a % 12]
    table.rows.insert(12 if b % 2 else a % 12 + 1, [code, list(cells)])


SHAPES = [drop_a_column, shuffle_the_columns, spell_the_header_otherwise]
ROWS = [swap_two_dates, exchange_day_and_month, plant, repeat_a_row]


def blank_rows(table, a, b):
    table.rows.insert(a % len(table.rows), ["", ["", " "][b % 2 : b % 2 + 1] * len(table.columns)])


def total_row(table, *_):
    table.rows.append(["", ["Tổng cộng", *[""] * (len(table.columns) - 2), "12"]])


def header_again(table, a, _):
    table.rows.insert(1 + a % 11, ["", list(table.header)])


SHEET_ONLY = [blank_rows, total_row, header_again]  # where a table is written as a person sees it

# --- forms -------------------------------------------------------------------------------------------------------


def windows_1258(text):
    """Letters with their tone behind; what cannot be written becomes a question mark."""
    out = bytearray()
    for char in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", char)
        tone = next((mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
        bare = unicodedata.normalize("NFC", marks.replace(tone, "")) if tone else char
        out += (bare + tone).encode("cp1258", errors="replace")
    return bytes(out)


ENCODERS = {
    "utf-8": str.encode,
    "utf-8-sig": str.encode,
    "utf-16": lambda text: text.encode("utf-16-le"),
    "windows-1258": windows_1258,
}
MARKS = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16": b"\xff\xfe"}


class Text:
    """A text file line by line: which bytes are whose."""

    def __init__(self, table, lines, form):
        self.table, self.form = table, form
        encode = ENCODERS[form]
        self.mark = MARKS.get(form, b"")
        self.parts = [(whose, encode(line)) for whose, line in lines]
        self.raw = self.mark + b"".join(part for _, part in self.parts)

    def touch(self, first, last):
        """Bytes of a range were changed: the lines they are of may be refused, and so may neighbours that they join."""
        at = len(self.mark)
        # In the mark, or in the brace by which JSON is known: then it is no longer a file of this form.
        if first < at or (first == at and self.raw[at : at + 1] == b"{"):
            self.table.all_touched = self.table.may_fail = True
        for whose, part in self.parts:
            # Four bytes more on each side: what a decoder takes with a broken character, and line ends.
            if at - 4 <= last and first < at + len(part) + 4:
                if whose == "header":
                    self.table.all_touched = self.table.may_fail = True
                self.table.touched.add(whose)
            at += len(part)


# Bytes that a flip or an insertion may write. Only bytes that are not ASCII: that one digit or letter became another
# cannot be told by anybody. Not among them are those that are a letter of dossier codes in Windows-1258 (Đ, đ), and
# what is rightly taken for a blank or for nothing: next line, blank that does not break, soft hyphen.
WRITTEN = [byte for byte in range(0x80, 0x100) if byte not in (0xD0, 0xF0, 0x85, 0xA0, 0xAD)]


def flip(text, a, b):
    at = a % len(text.raw)
    text.touch(at, at)
    return text.raw[:at] + bytes([WRITTEN[b % len(WRITTEN)]]) + text.raw[at + 1 :]


def insert(text, a, b):
    if text.form == "utf-16":  # all behind it is shifted by half a character
        text.table.all_touched = text.table.may_fail = True
    at = a % len(text.raw)
    text.touch(at - 1, at)
    return text.raw[:at] + bytes([WRITTEN[b % len(WRITTEN)]]) + text.raw[at:]


def delete(text, a, _):
    """Take out a byte that is no digit or letter: a part of an accented letter, a separator, a quote, a line end."""
    if text.form == "utf-16":
        text.table.all_touched = text.table.may_fail = True
    places = [at for at, byte in enumerate(text.raw) if byte >= 0x80 or byte in b',;\t"\r\n']
    at = places[a % len(places)]
    text.touch(at, at)
    return text.raw[:at] + text.raw[at + 1 :]


def cut(text, a, _):
    at = a % len(text.raw)
    text.touch(at, len(text.raw))
    return text.raw[:at]


def none(text, *_):
    return text.raw


BYTES = [none, flip, insert, delete, cut]


def one_field_more(grid, a, b):
    grid[a][1].insert(b % len(grid[a][1]), "x")


def one_field_fewer(grid, a, b):
    del grid[a][1][b % len(grid[a][1])]


def open_quote(grid, a, _):
    grid[a][1][-1] = "\x01"  # written as a quotation mark that nothing closes


RAGGED = [one_field_more, one_field_fewer, open_quote]


def as_delimited(table, form, delimiter, titles, ragged, a, b):
    grid = [["title", [f"DANH SÁCH HỒ SƠ {i}", *[""] * (len(table.header) - 1)]] for i in range(titles)]
    grid += [["header", list(table.header)], *([whose, list(cells)] for whose, cells in table.rows)]
    if ragged is not None:
        chosen = [i for i, (whose, _) in enumerate(grid) if whose in table.truth]
        if chosen:
            at = chosen[a % len(chosen)]
            ragged(grid, at, b)
            table.touched.add(grid[at][0])
    lines = []
    for whose, cells in grid:
        line = io.StringIO(newline="")
        csv.writer(line, delimiter=delimiter).writerow(cells)
        lines.append((whose, line.getvalue().replace("\x01", '"Số 7')))
    return Text(table, lines, form)


def records(table):
    return [dict(zip(table.header, cells, strict=True)) for _, cells in table.rows]


def as_lines(table):
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records(table)]
    return Text(table, list(zip([whose for whose, _ in table.rows], lines, strict=True)), "utf-8")


def typed(column, cell):
    return moment(cell) or cell if column in TIMES else cell


def as_workbook(table, titles):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        form = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        for row in range(titles):
            sheet.write_string(row, 0, "DANH SÁCH HỒ SƠ")
        for row, cells in enumerate([table.header, *(cells for _, cells in table.rows)], start=titles):
            for at, cell in enumerate(cells):
                value = typed(table.columns[at], cell)
                if isinstance(value, datetime):
                    sheet.write_datetime(row, at, value, form)
                else:
                    sheet.write_string(row, at, value)
    return buffer.getvalue()


def as_parquet(table):
    arrays = []
    for at, column in enumerate(table.columns):
        cells = [cells[at] for _, cells in table.rows]
        moments = [typed(column, cell) for cell in cells]
        whole = column in TIMES and all(isinstance(each, datetime) or each == "" for each in moments)
        arrays.append(pyarrow.array([each or None for each in moments], pyarrow.timestamp("us")) if whole else cells)
    buffer = io.BytesIO()
    columns = [pyarrow.array(each) for each in arrays]
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays(columns, table.header), buffer)
    return buffer.getvalue()


def packed(raw, how):
    if how == "gz":
        return gzip.compress(raw, 1, mtime=0)
    if how == "zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo("a"), raw)
        return buffer.getvalue()
    return raw


# --- reading and judging -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Thousands of readings in a minute: constants are computed once, and the rules are tried without pandera.

    What pandera adds, reports and the check of types, other tests see.
    """

    class Unchecked:
        def validate(self, rows, **_):
            return rows

    def broken(rows, rules):
        return {rule.name: rule.breaks(rows).fillna(False).astype("bool") for rule in rules}

    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((formats, "fold"), (reference, "nearest_communes")):
            patch.setattr(module, name, cache(getattr(module, name)))
        patch.setattr(dossiers, "schema", Unchecked)
        patch.setattr(checks, "broken", broken)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mutations")


def read(folder, raw, how=PROFILE):
    """What is made of a file; None when it is refused, which is one line."""
    path = folder / "export"
    path.write_bytes(raw)
    message = ""
    try:
        result = importing.read(path, how, today=TODAY)
    except UserError as error:
        message = str(error)
    assert "\n" not in message
    if message:
        return None
    assert result.record["rows"] == len(result.accepted) + len(result.rejected)
    return result


def shown(value):
    return None if value is None or pd.isna(value) else str(value)


def judge(table, result, complete=True):
    """No value that is not true, nothing untouched missing."""
    if result is None:
        assert table.may_fail or table.lost & set(REQUIRED)
        return
    assert not table.lost & set(REQUIRED)
    rows = {row["dossier_id"]: row for row in result.accepted.to_dict("records")}
    assert len(rows) == len(result.accepted)
    assert set(rows) <= set(table.truth)
    for code, row in rows.items():
        for column, true in table.truth[code].items():
            got, wanted = shown(row[column]), shown(true)
            may_miss = table.all_touched or code in table.touched or column in table.lost
            assert got == wanted or (may_miss and got is None), (code, column, got, wanted)
    if complete and not table.all_touched:
        assert set(table.truth) - set(rows) <= table.touched


number = st.integers(0, 2**16 - 1)
changes = st.lists(st.tuples(st.sampled_from(SHAPES), number, number), max_size=2).flatmap(
    lambda shapes: st.lists(st.tuples(st.sampled_from(ROWS), number, number), max_size=3).map(
        # Rows are repeated last, as they are by then.
        lambda rows: shapes + sorted(rows, key=lambda each: each[0] is repeat_a_row)
    )
)
furniture = st.lists(st.tuples(st.sampled_from(SHEET_ONLY), number, number), max_size=2)
# A failing example is shrunk, but not explained: that takes minutes.
# Everyday tests try a quarter of what CI tries.
SHARE = 1 if "TTHC_ALL_TESTS" in os.environ else 8
hard = settings(suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink])


def changed(*several):
    table = Table()
    for change, a, b in (each for part in several for each in part):
        change(table, a, b)
    return table


@settings(hard, max_examples=700 // SHARE)
@given(changes, furniture, st.sampled_from(list(ENCODERS)), st.sampled_from(",;\t"), st.integers(0, 3),
       st.sampled_from([*BYTES, *RAGGED]), number, number, st.sampled_from(["", "", "gz", "zip"]))  # fmt: skip
def test_delimited_text(folder, shape, extra, form, delimiter, titles, rough, a, b, pack):
    table = changed(shape, extra)
    text = as_delimited(table, form, delimiter, titles, rough if rough in RAGGED else None, a, b)
    raw = rough(text, a * 7919 + b, b) if rough in BYTES else text.raw
    judge(table, read(folder, packed(raw, pack)))


@settings(hard, max_examples=350 // SHARE)
@given(changes, st.sampled_from(BYTES), number, number, st.sampled_from(["", "", "gz", "zip"]))
def test_json_lines(folder, shape, rough, a, b, pack):
    table = changed(shape)
    text = as_lines(table)
    raw = rough(text, a * 7919 + b, b)
    # Fewer than two whole lines are no longer told from one JSON text that is damaged.
    table.may_fail |= raw.count(b"\n") < 2
    judge(table, read(folder, packed(raw, pack)))


@settings(hard, max_examples=200 // SHARE)
@given(changes, st.sampled_from(["json", "wrapped"]), st.sampled_from(BYTES), number, number)
def test_one_json_text(folder, shape, form, rough, a, b):
    table = changed(shape)
    value = records(table) if form == "json" else {"code": 0, "data": {"items": records(table)}}
    text = Text(table, [("", json.dumps(value, ensure_ascii=False, indent=1))], "utf-8")
    raw = rough(text, a * 7919 + b, b)
    if rough is not none:  # it is one whole: damage anywhere may be the end of it
        table.all_touched = table.may_fail = True
    judge(table, read(folder, raw))


@settings(hard, max_examples=150 // SHARE)
@given(changes, furniture, st.integers(0, 3))
def test_workbooks(folder, shape, extra, titles):
    table = changed(shape, extra)
    judge(table, read(folder, as_workbook(table, titles)))


@settings(hard, max_examples=200 // SHARE)
@given(changes)
def test_parquet(folder, shape):
    table = changed(shape)
    judge(table, read(folder, as_parquet(table)))


@cache
def whole(form):
    table = Table()
    raw = as_workbook(table, 1) if form == "xlsx" else as_delimited(table, "utf-8", ",", 0, None, 0, 0).raw
    return raw if form == "xlsx" else packed(raw, form)


@settings(hard, max_examples=400 // SHARE)
@given(st.sampled_from(["gz", "zip", "xlsx"]), st.lists(st.tuples(number, st.integers(0, 255)), max_size=3), number)
def test_packed_forms_have_checksums(folder, form, flips, end):
    """Any byte may change here: what does not unpack to what was packed is refused."""
    raw = bytearray(whole(form))
    for at, byte in flips:
        raw[at % len(raw)] = byte
    table = Table()
    table.all_touched = table.may_fail = True
    judge(table, read(folder, bytes(raw[: len(raw) - end % len(raw)] if end % 2 else raw)), complete=False)


MAGIC = [
    b"",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"PAR1",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"{",
    b"[",
    b"\xff\xfe",
    b"%PDF",
]
SEEDS = ["real-date-cells.xlsx", "vertically-merged-commune.xlsx", "old-excel.xls", "several.zip", "packed.csv.gz"]
SEEDS += ["days.parquet", "nanoseconds.parquet", "nested-lists.json", "lone-surrogate.jsonl", "utf16-tab.txt"]
ONE_STOP = profiles.load("one-stop")


@settings(hard, max_examples=100 // SHARE)
@given(st.sampled_from(MAGIC), st.binary(max_size=400), st.booleans())
def test_noise(folder, magic, noise, closed):
    read(folder, magic + noise + (b"PAR1" if closed else b""), ONE_STOP)


@settings(hard, max_examples=200 // SHARE)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(number, st.binary(min_size=1, max_size=6)), max_size=6), number)
def test_ruins(folder, name, overwritten, end):
    """Real forms with any bytes overwritten and the end cut off: refused, or whatever is left of them."""
    raw = bytearray((EXPORTS / name).read_bytes())
    for at, piece in overwritten:
        at %= len(raw)
        raw[at : at + len(piece)] = piece
    read(folder, bytes(raw[: len(raw) - end % len(raw)] if end % 3 == 0 else raw), ONE_STOP)
