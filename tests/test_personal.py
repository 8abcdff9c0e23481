"""Nothing of a person gets behind an import: made-up people are planted everywhere, all that is written is searched.

In each file, row by row, one column holds one piece of a person, and at the end all columns hold all of them at once.
"""

import csv
import io
import json
import re
import unicodedata
import zipfile
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
import xlsxwriter
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from helpers import profiles
from helpers.cli import cli

EXPORTS = Path(__file__).parent / "fixtures" / "exports"
NAME, CITIZEN, MAIL, STREET = "Trịnh Khắc Ẩn Danh", "001061098765", "an.danh@vidu.vn", "Số 7 ngõ Lưu Dấu, tổ 3"
PHONES = ["0987650123", "+84987650123", "0987 650 123", "0987.650.123", "+84 987-650-123"]
PLANTS = [NAME, NAME.lower(), "Trinh Khac An Danh", unicodedata.normalize("NFD", NAME), CITIZEN, *PHONES, MAIL, STREET]
# Also beside what a column may hold.
PLANTS += [f"Phòng Kinh tế, {NAME}", f"Xã Đường An ({PHONES[2]})", f"Trực tuyến {CITIZEN}", f"{NAME} 01/07/2025"]
TRACES = ["trinh khac", "khac an danh", "andanh", "an.danh", "vidu.vn", "luu dau"]
NUMBERS = ["061098765", "987650123"]

GOOD = {
    "Mã hồ sơ": "H31.15-250701-00001", "Đơn vị tiếp nhận": "Xã Đường An", "Mã thủ tục": "1.012796",
    "Lĩnh vực": "Đất đai", "Hình thức nộp": "Trực tuyến", "Loại đối tượng": "Cá nhân",
    "Ngày nộp": "01/07/2025 08:00:00", "Ngày tiếp nhận": "01/07/2025 08:30:00", "Ngày hẹn trả": "15/07/2025 17:00:00",
    "Ngày có kết quả": "13/07/2025 15:00:00", "Ngày trả kết quả": "14/07/2025 15:00:00", "Trạng thái": "Đã trả kết quả",
    "Đơn vị xử lý": "Phòng Kinh tế", "Nguyên nhân quá hạn": "Thiết bị cũ", "Số lần yêu cầu bổ sung": "1",
    "Ngày xin lỗi": "16/07/2025", "Ngày hẹn lại": "20/07/2025", "Số lần hẹn lại": "1", "Có phí, lệ phí": "Có",
    "Thanh toán trực tuyến": "Có",
    "Số hóa": "Không", "Kết quả điện tử": "Có", "Mức độ": "Toàn trình", "Tình trạng hạn": "Trước hạn",
    # What no profile maps.
    "Chủ hồ sơ": "x", "Số CCCD": "x", "Điện thoại": "x", "Địa chỉ": "x", "Trích yếu": "x", "Cán bộ thụ lý": "x",
}  # fmt: skip
NATIONAL = {
    "MaHoSo": "H31.15-250701-00001", "MaTTHC": "1.012796", "TenLinhVuc": "Đất đai", "KenhThucHien": "2",
    "LoaiDoiTuong": "1", "NgayNopHoSo": "20250701080000", "NgayTiepNhan": "20250701083000",
    "NgayHenTra": "20250715170000", "NgayKetThucXuLy": "20250713150000", "NgayTra": "20250714150000",
    "TrangThaiHoSo": "10", "DonViXuLy": "Phòng Kinh tế", "DuocThanhToanTrucTuyen": "1", "HoSoCoThanhPhanSoHoa": "1",
    "MaXa": "10972", "DanhSachLePhi": [{"Gia": "5000"}], "DanhSachHoSoBoSung": [], "ChuHoSo": "x", "TaiLieuNop": [],
}  # fmt: skip


def planted(good, ways):
    """A good record, then each column with each plant in each way, then all columns with all of them."""
    code = next(iter(good))
    rows = [good]
    for column in good:
        for plant in PLANTS:
            rows += [
                {**good, code: f"H31.15-250702-{len(rows) + i:05d}", column: way(plant)} for i, way in enumerate(ways)
            ]
    everything = "; ".join(PLANTS)
    return [*rows, dict.fromkeys(good, everything), {**dict.fromkeys(good, everything), code: "H31.15-250703-00001"}]


def plain(plant):
    return plant


FLAT = planted(GOOD, [plain])
NESTED = planted(NATIONAL, [plain, lambda plant: {"Ten": plant}, lambda plant: [{"HoTen": plant, "Gia": plant}]])


def delimited(delimiter=","):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow([f"Người lập: {NAME}, {PHONES[0]}"])
    writer.writerows([list(GOOD), *(row.values() for row in FLAT)])
    return text.getvalue()


def workbook():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"author": NAME})
        book.add_worksheet(NAME).write_string(0, 0, MAIL)
        sheet = book.add_worksheet("Hồ sơ")
        for number, cells in enumerate([GOOD, *(row.values() for row in FLAT), [f"Người lập: {NAME}"]]):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell)
        sheet.write_comment(1, 0, NAME)
    return buffer.getvalue()


def parquet():
    columns = {name: [row[name] for row in FLAT] for name in GOOD}
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns).replace_schema_metadata({"author": NAME}), buffer)
    return buffer.getvalue()


def zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{NAME} {PHONES[0]}.csv", delimited())
        archive.comment = NAME.encode()
    return buffer.getvalue()


FILES = {
    "comma.csv": (lambda: delimited().encode(), "one-stop"),
    "tab.tsv": (lambda: delimited("\t").encode(), "one-stop"),
    "utf16.txt": (lambda: delimited("\t").encode("utf-16"), "one-stop"),
    "decomposed.csv": (lambda: unicodedata.normalize("NFD", delimited(";")).encode(), "one-stop"),
    "sheet.xlsx": (workbook, "one-stop"),
    "table.parquet": (parquet, "one-stop"),
    "packed.zip": (zipped, "one-stop"),
    "nested.json": (lambda: json.dumps({"data": {"NguoiTao": NAME, "rows": NESTED}}).encode(), "national"),
    "nested.jsonl": (lambda: "\n".join(json.dumps(row, ensure_ascii=False) for row in NESTED).encode(), "national"),
}


def traces(text):
    """The pieces of people in a text, however it writes them."""
    bare = "".join(char for char in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(char))
    digits = re.sub(r"(?<=\d)[\s.\-]+(?=\d)", "", text)
    return [piece for piece in TRACES if piece in bare] + [number for number in NUMBERS if number in digits]


def written(folder):
    """Everything below a folder as texts, the names of files among them."""
    for path in sorted(folder.rglob("*")):
        yield str(path.relative_to(folder))
        if path.suffix == ".parquet":
            file = pyarrow.parquet.ParquetFile(path)
            yield f"{file.schema_arrow.metadata} {file.metadata.metadata} {file.read().to_pylist()}"
        elif path.suffix == ".xlsx":
            book = CalamineWorkbook.from_path(path)
            yield " ".join(
                [*book.sheet_names, *(str(book.get_sheet_by_name(each).to_python()) for each in book.sheet_names)]
            )
            with zipfile.ZipFile(path) as archive:
                yield " ".join(
                    archive.read(name).decode() for name in archive.namelist() if name.startswith("docProps")
                )
        elif path.is_file():
            text = path.read_text(encoding="utf-8")
            yield text
            if path.suffix == ".json":
                yield str(json.loads(text))  # what is written as escapes


def run(tmp_path, name, raw, profile):
    """Import a file as a user does; what it prints, and all that is left behind."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(raw)
    out = tmp_path / "out"
    arguments = ["import", str(tmp_path / "in" / name), "--profile", profile, "--store", str(out / "store")]
    result = CliRunner().invoke(cli, [*arguments, "--max-rejected", "100"])
    # The folder that the test itself has put the file into is none of the program's words.
    printed = f"{result.output} {result.exception or ''}".replace(str(tmp_path / "in"), "")
    return result, [printed, *(written(out) if out.exists() else [])]


@pytest.mark.parametrize("name", FILES)
def test_nothing_of_a_person_is_left_behind_an_import(tmp_path, name):
    make, profile = FILES[name]
    result, left = run(tmp_path, name, make(), profile)
    assert result.exit_code == 0, result.output
    whole = "\n".join(left)
    assert "H31.15-250701-00001" in whole  # that the search looks at what was written
    assert list((tmp_path / "out" / "rejected").glob("*.xlsx"))
    assert traces(whole) == []


def test_the_search_finds_what_was_planted():
    found = {*TRACES, *NUMBERS} - {"andanh"}
    assert set(traces(delimited())) == found
    assert set(traces(str(NESTED))) == found
    # Every column that a profile can map is planted, so that a new one cannot be forgotten.
    for name, good in (("one-stop", GOOD), ("national", NATIONAL)):
        how = profiles.load(name)
        headers = [set(names) for names in how.columns.values()] + [{each.split(".")[0]} for each in how.lists.values()]
        assert [names for names in headers if not names & set(good)] == []


@pytest.mark.parametrize("stem", [NAME, "Trinh Khac An Danh", CITIZEN, *PHONES, MAIL, f"hs {PHONES[2]} {NAME}"])
def test_the_name_of_a_file_is_not_kept(tmp_path, stem):
    rows = "".join(f"H31.15-250701-0000{i},10972,0{i}/07/2025\n" for i in range(1, 5)) + "x,y,z\n"
    result, left = run(tmp_path, f"{stem}.csv", f"Mã hồ sơ,Mã xã,Ngày nhận\n{rows}".encode(), "one-stop")
    assert result.exit_code == 0, result.output
    assert traces("\n".join(left)) == []


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.7", b"PK\x03\x04", b"a,b\n1,2\n", b'[{"a": '])
def test_a_file_that_is_refused_is_named_without_numbers(tmp_path, raw):
    result, left = run(tmp_path, f"{PHONES[0]} {CITIZEN} {MAIL}.csv", raw, "one-stop")
    assert result.exit_code != 0
    assert traces("\n".join(left)) == []


@pytest.mark.parametrize(
    "name", ["old-excel.xls", "signature-under-table.xlsx", "personal-numbers-in-other-columns.csv"]
)
def test_fixtures_with_people_leave_nothing(tmp_path, name):
    result, left = run(tmp_path, name, (EXPORTS / name).read_bytes(), "one-stop")
    assert result.exit_code == 0, result.output
    pieces = ["kin tieng", "vo danh", "giau ten"]  # others whom these files name
    whole = "\n".join(left)
    bare = "".join(char for char in unicodedata.normalize("NFD", whole.casefold()) if not unicodedata.combining(char))
    assert traces(whole) + [piece for piece in pieces if piece in bare] == []
