"""Files of figures: the same values in every format, nothing that runs, samples marked, and no page disturbed."""

import re
from io import BytesIO

import pandas as pd
import pyarrow.parquet
import pytest
from click.testing import CliRunner
from pandas.testing import assert_frame_equal
from python_calamine import CalamineWorkbook

from helpers import annexes, areas, figures, manifest
from helpers.annexes import attachments, datasets
from helpers.cli import cli
from helpers.errors import UserError
from helpers.export import site
from helpers.figures import LAYOUT, VERSION

PERIOD = "2025-07-01..2025-07-14"
NASTY = ["=1+1", "+1", "-1", "@x", " =cmd|'/c calc'!A0", "＝1", 'một "hai", ba\nbốn']
PANDAS = {"text": "str", "integer": "Int64", "number": "Float64", "date": "str"}


def _csv(content: bytes, name: str) -> pd.DataFrame:
    types = {column.name: PANDAS[column.type] for column in LAYOUT[name]}
    rows = pd.read_csv(BytesIO(content), dtype=types, keep_default_na=False, na_values=[""])
    return _dated(rows, name)


def _parquet(content: bytes) -> pd.DataFrame:
    return pyarrow.parquet.read_table(BytesIO(content)).to_pandas()


def _xlsx(book: CalamineWorkbook, name: str) -> pd.DataFrame:
    head, *rows = book.get_sheet_by_name(datasets.SHEETS[name][0]).to_python()
    cells = pd.DataFrame(rows, columns=head, dtype=object).replace("", None)
    return _dated(cells, name).astype(
        {column.name: PANDAS[column.type] for column in LAYOUT[name] if column.type != "date"}
    )


def _dated(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    days = [column.name for column in LAYOUT[name] if column.type == "date"]
    return rows.assign(**{day: pd.to_datetime(rows[day]).astype("datetime64[s]") for day in days})


def _book(content: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(content))


@pytest.fixture(scope="module")
def area(small):
    return areas.of("46", PERIOD, folder=small)


@pytest.fixture(scope="module")
def made(area):
    return dict(datasets.files(area, "x"))


def test_every_format_holds_the_same(area, made):
    assert set(made) == {f"x-{name}.{kind}" for name in LAYOUT for kind in ("csv", "parquet")} | {"x.xlsx"}
    book = _book(made["x.xlsx"])
    for name in LAYOUT:
        rows = figures.table(area, name)
        assert_frame_equal(_csv(made[f"x-{name}.csv"], name), rows, check_exact=True)
        stored = _parquet(made[f"x-{name}.parquet"])
        assert_frame_equal(_dated(stored, name), rows, check_exact=True)
        assert_frame_equal(_xlsx(book, name), rows, rtol=1e-14)
    assert dict(datasets.files(area, "x")) == made, "the same bytes"


def test_a_csv_is_one_by_the_standard(made):
    text = made["x-ranking.csv"]
    assert text.startswith(b"layout_version,origin,")
    assert text.count(b"\r\n") == text.count(b"\n") == 41
    assert b",2025-07-01,2025-07-14," in text


def test_every_file_says_what_it_is(area, made):
    for name, columns in LAYOUT.items():
        content = made[f"x-{name}.parquet"]
        schema = pyarrow.parquet.read_schema(BytesIO(content))
        told = {key: schema.metadata[key.encode()].decode() for key in ("layout_version", "origin", "fingerprint")}
        assert told == {"layout_version": VERSION, "origin": "sample", "fingerprint": area.fingerprint}
        types = {column.name: str(schema.field(column.name).type) for column in columns}
        assert set(types.values()) <= {"string", "int64", "double", "date32[day]"}
        assert (_csv(made[f"x-{name}.csv"], name)["origin"] == "sample").all()
    facts = dict(_book(made["x.xlsx"]).get_sheet_by_name("Tóm tắt").to_python())
    assert "SỐ LIỆU MẪU" in facts["Lưu ý"]
    assert "không công khai" in facts["Sử dụng"]


def test_texts_from_an_export_never_run_and_are_the_same_everywhere(stored):
    rows = [{"field": text} for text in NASTY]
    files = dict(datasets.files(areas.of("31", "2025-07", folder=stored(*rows)), "x"))
    cells = _csv(files["x-cube.csv"], "cube")
    assert (cells["origin"] == "import").all()
    assert {"'=1+1", "'+1", "'-1", "'@x", "'＝1", NASTY[-1]} <= set(cells["field"])
    assert not [text for text in cells["field"] if re.match(r"\s*[=+\-@＝]", text)]
    assert_frame_equal(_dated(_parquet(files["x-cube.parquet"]), "cube"), cells)
    assert_frame_equal(_xlsx(_book(files["x.xlsx"]), "cube"), cells)


def test_a_cube_too_long_for_a_sheet_is_told_where_it_is(area, monkeypatch):
    monkeypatch.setattr(datasets, "MOST_ROWS", 1000)
    [(name, content)] = datasets.files(area, "x", ["xlsx"])
    book = _book(content)
    assert name == "x.xlsx"
    assert book.sheet_names == ["Tóm tắt", "Xếp hạng", "Chỉ số", "Điểm 766", "Từ điển"]
    facts = dict(book.get_sheet_by_name("Tóm tắt").to_python())
    assert facts["Khối đếm"].endswith("xem tệp x-cube.parquet")


def test_the_workbook_of_a_page(area, monkeypatch):
    shown = []
    monkeypatch.setattr(attachments, "display", lambda *files: shown.extend(files))
    annexes.attach_ranking(area)
    [file] = shown
    assert file.name == "46-thanh-pho-hue-xep-hang.xlsx"
    assert file.content == datasets.ranking(area)
    book = _book(file.content)
    assert book.sheet_names == ["Tóm tắt", "Xếp hạng", "Điểm 766", "Từ điển"]
    head, first, *others = book.get_sheet_by_name("Xếp hạng").to_python()
    rows = figures.table(area, "ranking")
    assert first[head.index("Mã đơn vị")] == rows["unit"].iloc[0]
    assert len(others) == 39
    online = [row[head.index("Tỷ lệ tiếp nhận trực tuyến (%)")] for row in [first, *others]]
    assert online == pytest.approx(rows["online_rate"].tolist())
    points = book.get_sheet_by_name("Điểm 766").to_python()
    assert sum(value for value in points[1][2:] if value != "") == pytest.approx(rows["points"].iloc[0])
    explained = {row[1] for row in book.get_sheet_by_name("Từ điển").to_python()[1:]}
    assert explained == {*head, *points[0]}


def _tthc(*arguments: str) -> list[str]:
    run = CliRunner().invoke(cli, ["figures", *arguments], catch_exceptions=False)
    assert run.exit_code == 0, run.output
    return run.output.splitlines()


def test_the_command_writes_beside_the_pages_and_disturbs_none(small, tmp_path):
    where = ["--store", str(small), "--reports", str(tmp_path)]
    folder = tmp_path / PERIOD / "46"
    folder.mkdir(parents=True)
    (folder / "46-thanh-pho-hue.html").write_text("<html></html>")
    before = site.write_index(tmp_path).read_text(encoding="utf-8")
    paths = _tthc(PERIOD, "--province", "Huế", *where)
    assert sorted(paths) == sorted(str(path) for path in (folder / "figures").iterdir())
    assert str(folder / "figures" / f"46-thanh-pho-hue-so-lieu-{PERIOD}-ranking.csv") in paths
    assert len(paths) == 11
    assert site.write_index(tmp_path).read_text(encoding="utf-8") == before
    assert manifest.read(folder) == {}
    assert {path.name for path in folder.iterdir()} == {"46-thanh-pho-hue.html", "figures", "index.html"}


def test_the_command_takes_some_communes_and_rules(small, tmp_path):
    where = ["--store", str(small), "--output", str(tmp_path / "ra"), "--format", "csv"]
    paths = _tthc(PERIOD, "--communes", "10972,08746", "-p", "grain", "day", "-p", "group", "Cụm A", *where)
    [ranking] = [path for path in paths if path.endswith("-ranking.csv")]
    assert re.search(rf"/ra/00-ca-nuoc\.cum-a-\w{{6}}-so-lieu-{re.escape(PERIOD)}-day-ranking.csv$", ranking)
    rows = pd.read_csv(ranking, dtype="str")
    assert dict(zip(rows["unit"], rows["province"], strict=True)) == {"08746": "25", "10972": "31"}
    assert (rows["grain"] == "day").all()
    [ranking] = [path for path in _tthc(PERIOD, "--communes", "10972,11203", *where) if path.endswith("-ranking.csv")]
    assert "/31-thanh-pho-hai-phong.nhom-" in ranking


@pytest.mark.parametrize(
    ("arguments", "fix"),
    [
        ([], "Name whose figures to write: --province"),
        (["--province", "31", "--communes", ","], "Name whose figures"),
        (["--province", "31", "-p", "cutofs", "official"], "cutofs is not taken: only cutoffs"),
        (["--province", "31", "-p", "grain", "week"], "Use one of"),
        (["--province", "31", "--communes", "19804"], "lies outside province 31"),
    ],
)
def test_a_wrong_order_names_its_fix(small, tmp_path, arguments, fix):
    with pytest.raises(UserError, match=fix):
        _tthc(PERIOD, *arguments, "--store", str(small), "--reports", str(tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_to_names_its_fix(small, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"cannot be written: .* name a folder with --output"):
        _tthc(PERIOD, "--province", "46", "--store", str(small), "--output", str(tmp_path / "file"))
