"""The figures of many communes as files: CSV and Parquet for other systems, workbooks for people."""

import math
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Final

import pandas as pd
import pyarrow
import pyarrow.parquet
from xlsxwriter.workbook import Workbook

from helpers import figures, formats, headline, indicators, scores
from helpers.annexes import workbooks
from helpers.annexes.texts import printable
from helpers.areas import Area
from helpers.figures import HEAD, LAYOUT, VERSION, Column
from helpers.scores import Component

FORMATS: Final = ("csv", "parquet", "xlsx")
# Of each table its sheet, and what a row of that holds.
SHEETS: Final = {
    "ranking": ("Xếp hạng", "một đơn vị, với điểm 766, mọi chỉ số và thứ hạng"),
    "indicators": ("Chỉ số", "một đơn vị và một chỉ số, với tử số, mẫu số, giá trị, thứ hạng, kỳ trước"),
    "scores": ("Điểm 766", "một đơn vị và một thành phần của điểm"),
    "cube": ("Khối đếm", "một đơn vị, lĩnh vực, kênh nộp, đối tượng nộp, kỳ tiếp nhận và tình trạng, với số hồ sơ"),
    "dictionary": ("Từ điển", "một cột hoặc một mã, với ý nghĩa, kiểu dữ liệu, đơn vị tính và căn cứ"),
}
# Of a sheet: so many take 20 seconds and a gigabyte to write, and not less to open.
MOST_ROWS: Final = 100_000
# Of the ranking's columns those that say in codes what others say in words.
_CODES: Final = ("unit_level", "province")
_TITLE: Final = "Số liệu giải quyết thủ tục hành chính"
_RANKING: Final = "Xếp hạng kết quả giải quyết thủ tục hành chính"
_INTERNAL: Final = "Tài liệu nội bộ, không công khai: có số đếm nhỏ (1, 2 hồ sơ)"
_ARROW: Final = {
    "text": pyarrow.string(),
    "integer": pyarrow.int64(),
    "number": pyarrow.float64(),
    "date": pyarrow.date32(),
}
_LOOKS: Final = {"text": "@", "integer": workbooks.COUNT, "number": "[$-42A]#,##0.00_)", "date": "dd/mm/yyyy"}
# Characters: of a column of figures, and of the widest of texts.
_WIDTH, _WIDEST = 12, 40
_LINE: Final = 15  # points
_A3: Final = 8
_EPOCH: Final = pd.Timestamp("1899-12-30")  # day 0 of a spreadsheet


def files(area: Area, stem: str, kinds: Sequence[str] = FORMATS) -> Iterator[tuple[str, bytes]]:
    """Every table of figures as files for other systems.

    Parameters
    ----------
    area : Area
    stem : str
        What the names of the files begin with.
    kinds : sequence of {"csv", "parquet", "xlsx"}

    Yields
    ------
    (str, bytes)
        Name and content of a file, the same for the same figures: a table each, and one workbook of all.
    """
    tables = {name: _harmless(figures.table(area, name)) for name in LAYOUT}
    for name, rows in tables.items():
        if "csv" in kinds:
            yield f"{stem}-{name}.csv", _csv(rows)
        if "parquet" in kinds:
            yield f"{stem}-{name}.parquet", _parquet(area, name, rows)
    if "xlsx" in kinds:
        yield f"{stem}.xlsx", _workbook(area, tables, f"{stem}-cube.parquet")


def ranking(area: Area) -> bytes:
    """The ranking and the scores as a spreadsheet for the readers of a page, with Vietnamese heads.

    Parameters
    ----------
    area : Area

    Returns
    -------
    bytes
        Of an .xlsx file, the same for the same figures.
    """
    ranks, points = (_harmless(figures.table(area, name)) for name in ("ranking", "scores"))
    columns = [column for column in LAYOUT["ranking"] if column not in HEAD and column.name not in _CODES]
    named = [*columns[:2], *map(_of_component, scores.COMPONENTS)]
    wide = points.pivot(index="unit", columns="component", values="points").reindex(ranks["unit"])
    sheets = {"ranking": (ranks, columns), "scores": (ranks[["unit", "unit_name"]].merge(wide, on="unit"), named)}
    told = _explained({"ranking": columns, "scores": named[2:]})

    def draw(book: Workbook) -> None:
        _summary(book, area, _RANKING, [(SHEETS[name][0], f"{formats.number(len(ranks))} đơn vị") for name in sheets])
        for name, (rows, own) in sheets.items():
            _sheet(book, name, rows, own, frozen=2)
        workbooks.listed(book, SHEETS["dictionary"][0], told)

    return workbooks.made(area.period, f"{_RANKING} – {area.title}", draw)


def _of_component(each: Component) -> Column:
    """The column of its points, where every component has one."""
    vi = f"{each.rule} Nguồn số liệu: {each.source}."
    return Column(each.name, "number", f"{each.label} (tối đa {each.most})", vi, "", "points", indicators.DECISION_766)


def _explained(sheets: Mapping[str, Sequence[Column]]) -> list[workbooks.Column]:
    """What the columns of some sheets mean, by the names that readers see there."""
    told = [(SHEETS[name][0], column) for name, columns in sheets.items() for column in columns]
    units = {value.code: value.vi for column in LAYOUT["dictionary"] for value in column.values}
    return [
        workbooks.Column("Trang", 12, [sheet for sheet, _ in told]),
        workbooks.Column("Cột", 34, [column.label for _, column in told]),
        workbooks.Column("Đơn vị tính", 12, [units.get(column.unit_of_value) for _, column in told]),
        workbooks.Column("Ý nghĩa", 70, [column.vi for _, column in told]),
        workbooks.Column("Căn cứ", 34, [column.source for _, column in told]),
    ]


def _workbook(area: Area, tables: Mapping[str, pd.DataFrame], elsewhere: str) -> bytes:
    """All tables as a spreadsheet, under the names by which systems know the columns."""

    def draw(book: Workbook) -> None:
        held = [_held(name, len(rows), elsewhere) for name, rows in tables.items()]
        _summary(book, area, _TITLE, [*held, ("Sử dụng", _INTERNAL)])
        for name, rows in tables.items():
            if name == "dictionary":  # whose sentences wrap
                own = [workbooks.Column(each, _width(rows[each]), rows[each]) for each in rows.columns]
                workbooks.listed(book, SHEETS[name][0], own)
            elif len(rows) <= MOST_ROWS:
                _sheet(book, name, rows, [column._replace(label=column.name) for column in LAYOUT[name]])

    return workbooks.made(area.period, f"{_TITLE} – {area.title}", draw)


def _held(name: str, rows: int, elsewhere: str = "") -> tuple[str, str]:
    """What a sheet holds, or where else that is when it is too long."""
    sheet, what = SHEETS[name]
    if rows > MOST_ROWS:
        return sheet, f"{formats.number(rows)} dòng, quá dài đối với bảng tính: xem tệp {elsewhere}"
    return sheet, f"{formats.number(rows)} dòng, mỗi dòng {what}"


def _harmless(rows: pd.DataFrame) -> pd.DataFrame:
    """With no text that a spreadsheet would run, in no format: a CSV is opened in one too, and files must agree."""
    texts = {str(name): rows[name] for name in rows if rows[name].dtype == "str"}
    safe = {name: {text: workbooks.harmless(text) for text in texts[name].dropna().unique()} for name in texts}
    return rows.assign(**{name: values.map(safe[name]).astype("str") for name, values in texts.items()})


def _csv(rows: pd.DataFrame) -> bytes:
    """As RFC 4180 has it, in UTF-8 without a byte order mark; nothing stands for what is missing."""
    return rows.to_csv(index=False, lineterminator="\r\n", date_format="%Y-%m-%d").encode()


def _parquet(area: Area, name: str, rows: pd.DataFrame) -> bytes:
    schema = pyarrow.schema([(column.name, _ARROW[column.type]) for column in LAYOUT[name]])
    table = pyarrow.Table.from_pandas(rows, schema, preserve_index=False)
    told = {"layout_version": VERSION, "table_name": name, "origin": area.origin, "fingerprint": area.fingerprint}
    noted = table.replace_schema_metadata({**table.schema.metadata, **told})
    buffer = BytesIO()
    pyarrow.parquet.write_table(noted, buffer, compression="zstd")
    return buffer.getvalue()


def _summary(book: Workbook, area: Area, title: str, held: Sequence[tuple[str, str]]) -> None:
    """What the workbook is about, and what each of its sheets holds."""
    sheet = book.add_worksheet("Tóm tắt")
    widths = 26, 90
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    large, bold, text = (
        book.add_format({"valign": "top", **more})
        for more in ({"bold": True, "font_size": 14}, {"bold": True}, {"text_wrap": True})
    )
    sheet.write_string(0, 0, printable(title), large)
    facts = [
        ("Phạm vi", f"{area.title} (mã {area.code})"),
        ("Kỳ báo cáo", f"{area.period.label} ({area.period.bounds})"),
        ("Thời điểm chốt số liệu", f"Hết ngày {formats.day(area.period.last_day)}"),
        ("Mã kiểm chứng dữ liệu", area.fingerprint),
        ("Phiên bản cấu trúc", VERSION),
        *([("Lưu ý", headline.SAMPLE)] if area.origin == "sample" else []),
        *(("Lưu ý", warning) for warning in headline.warnings(area)),
        *held,
    ]
    for row, (name, what) in enumerate(facts, start=2):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, workbooks.harmless(what), text)
    workbooks.page(sheet, (0, 0), widths)


def _sheet(book: Workbook, name: str, rows: pd.DataFrame, columns: Sequence[Column], frozen: int = 0) -> None:
    """A sheet that is one table of figures, too long for its lines to wrap; some columns on the left stay in sight."""
    sheet = book.add_worksheet(SHEETS[name][0])
    head = book.add_format(workbooks.HEAD)
    looks = {kind: book.add_format({"num_format": code}) for kind, code in _LOOKS.items()}
    for place, column in enumerate(columns):
        values, write = rows[column.name], sheet.write_string if column.type == "text" else sheet.write_number
        sheet.set_column(place, place, _width(values) if column.type == "text" else _WIDTH)
        if column.type == "date":
            values = (values - _EPOCH) // pd.Timedelta(days=1)
        sheet.write_string(0, place, column.label, head)
        has = values.notna().to_numpy()
        for row, value in zip((has.nonzero()[0] + 1).tolist(), values[has].tolist(), strict=True):
            write(row, place, value, looks[column.type])
    sheet.freeze_panes(1, frozen)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # codes are texts
    sheet.set_row(0, max(math.ceil(len(column.label) / _WIDTH) for column in columns) * _LINE)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.repeat_rows(0)
    if frozen:
        sheet.repeat_columns(0, frozen - 1)


def _width(texts: "pd.Series[str]") -> float:
    """Of a column that holds some texts; missing ones take no room."""
    return min(max(_WIDTH, texts.str.len().max()), _WIDEST)
