"""What every table of figures consists of: its columns in order, and what they and their codes mean.

Other systems read the tables by these names and codes. Whoever adds, renames, moves or retypes a column, or declares
another indicator or component, raises ``VERSION`` and adds the new layout to ``tests/fixtures``.
"""

from typing import Final, Literal, NamedTuple

from helpers import cube, formats, indicators, outcomes, ranking, scores
from helpers.figures import english
from helpers.indicators import Count, Indicator
from helpers.scores import Component

VERSION: Final = "1"
Type = Literal["text", "integer", "number", "date"]
_UNITS_CSV: Final = "Danh mục đơn vị hành chính (data/reference/communes.csv)"
_FIELDS_CSV: Final = "Danh mục lĩnh vực (data/reference/fields.csv)"


class Value(NamedTuple):
    """A code that a column may hold, and what it means."""

    code: str
    vi: str
    en: str
    source: str = ""
    unit_of_value: str = ""


class Column(NamedTuple):
    """A column of a table.

    Attributes
    ----------
    name : str
        Stable: other systems know it by this.
    type : {"text", "integer", "number", "date"}
    label : str
        What a spreadsheet for readers writes over it.
    vi, en : str
        What it holds.
    unit_of_value : str
        dossiers, percent, points or units; "" for what is no quantity.
    source : str
        Document or table that the definition is from.
    values : tuple of Value
        The codes that it may hold, where they are a closed list.
    """

    name: str
    type: Type
    label: str
    vi: str
    en: str
    unit_of_value: str = ""
    source: str = ""
    values: tuple[Value, ...] = ()


_VERSION = Column(
    "layout_version", "text", "Phiên bản cấu trúc",
    "Phiên bản cấu trúc tệp; thay đổi khi tên, thứ tự, kiểu dữ liệu của cột hoặc danh sách mã thay đổi",
    "Version of the layout; changes when names, order or types of columns, or codes, do",
)  # fmt: skip
_ORIGIN = Column(
    "origin", "text", "Nguồn gốc dữ liệu", "Dữ liệu hồ sơ là thật hay là mẫu", "Whether the dossiers are real",
    values=(
        Value("import", "Hồ sơ nhập từ tệp của hệ thống một cửa", "Dossiers imported from one-stop systems"),
        Value("sample", "SỐ LIỆU MẪU do chương trình sinh ra, không phải số liệu thật", "GENERATED SAMPLE, not real"),
    ),
)  # fmt: skip
# The same in every row, so that files of several periods can be put together.
HEAD: Final = (
    _VERSION,
    _ORIGIN,
    Column(
        "fingerprint", "text", "Mã kiểm chứng dữ liệu", "Thay đổi khi số đếm được của kỳ thay đổi",
        "Changes when what was counted of the period does",
    ),
    Column(
        "period", "text", "Kỳ", "Ký hiệu kỳ báo cáo, ví dụ 2025-Q4; kỳ theo lịch và kỳ chốt số liệu khác nhau ở ngày",
        "Period, for example 2025-Q4; calendar and official cut-offs differ in their days",
    ),
    Column("period_from", "date", "Từ ngày", "Ngày đầu kỳ", "First day of the period"),
    Column("period_to", "date", "Đến ngày", "Ngày cuối kỳ, tính cả ngày này", "Last day of the period, included"),
    Column(
        "grain", "text", "So sánh hạn trả", "Cách so sánh thời điểm kết thúc với hạn trả",
        "How endings are compared with due times",
        values=(
            Value("timestamp", "Theo thời điểm", "To the moment"),
            Value("day", "Theo ngày", "By calendar day"),
        ),
    ),
)  # fmt: skip
_PROVINCE = Column(
    "province", "text", "Mã tỉnh, thành phố", "Mã tỉnh, thành phố dạng văn bản, 2 chữ số",
    "Code of the province as text, two digits", source=_UNITS_CSV,
)  # fmt: skip
UNIT: Final = (
    Column(
        "unit", "text", "Mã đơn vị", "Mã đơn vị dạng văn bản: 5 chữ số đối với cấp xã, 2 chữ số đối với cấp tỉnh",
        "Code of the unit as text: five digits of a commune, two of a province", source=_UNITS_CSV,
    ),
    Column("unit_name", "text", "Đơn vị", "Tên đơn vị", "Name of the unit", source=_UNITS_CSV),
    Column(
        "unit_level", "text", "Cấp", "Cấp của đơn vị", "Level of the unit",
        values=(Value("commune", "Cấp xã", "Commune"), Value("province", "Cấp tỉnh", "Province")),
    ),
    Column(
        "kind", "text", "Loại đơn vị", "Loại đơn vị cấp xã; để trống đối với cấp tỉnh",
        "Kind of commune; empty for provinces", source=_UNITS_CSV,
        values=(
            Value("Xã", "Xã", "Rural commune"), Value("Phường", "Phường", "Urban ward"),
            Value("Đặc khu", "Đặc khu", "Special zone"),
        ),
    ),
    _PROVINCE,
    Column(
        "province_name", "text", "Tỉnh, thành phố", "Tên tỉnh, thành phố", "Name of the province", source=_UNITS_CSV,
    ),
)  # fmt: skip
_POSITION: Final = "ties share one (1, 1, 3); missing where units cannot be compared"


def _meaning(count: Count, of: Count | None) -> tuple[str, str]:
    """What a count is, or one count out of another, in both languages."""
    en = english.COUNTS.get(count.label, count.label)
    if of is None:
        return formats.upper_first(count.label), formats.upper_first(en)
    return f"100 × {count.label} / {of.label}", f"100 × {en} / {english.COUNTS.get(of.label, of.label)}"


def _indicator_value(each: Indicator) -> Value:
    vi, en = _meaning(each.numerator, each.denominator)
    return Value(each.name, f"{each.label}: {formats.lower_first(vi)}", en, each.source, each.unit)


def _component_value(each: Component) -> Value:
    vi = f"{each.label}, tối đa {each.most} điểm. {each.rule} Nguồn số liệu: {each.source}."
    en = f"{english.COMPONENTS.get(each.name, each.label)}, at most {each.most} points"
    return Value(each.name, vi, en, indicators.DECISION_766, "points")


_INDICATORS: Final = (
    Column(
        "indicator", "text", "Mã chỉ số", "Mã chỉ số", "Code of the indicator",
        values=tuple(_indicator_value(each) for each in indicators.INDICATORS),
    ),
    Column("label", "text", "Chỉ số", "Tên chỉ số", "Vietnamese name of the indicator"),
    Column(
        "numerator", "integer", "Số đếm hoặc tử số", "Số đếm, hoặc tử số của tỷ lệ; để trống khi không có dữ liệu",
        "The count, or the numerator of the rate; missing without data", "dossiers",
    ),
    Column(
        "denominator", "integer", "Mẫu số", "Mẫu số của tỷ lệ; để trống đối với số đếm và khi không có dữ liệu",
        "Denominator of the rate; missing for counts and without data", "dossiers",
    ),
    Column(
        "value", "number", "Giá trị", "Số đếm, hoặc 100 × tử số / mẫu số, không làm tròn; để trống khi không có dữ "
        "liệu hoặc mẫu số bằng 0",
        "The count, or 100 × numerator / denominator, not rounded; missing without data or with denominator 0",
    ),
    Column(
        "unit_of_value", "text", "Đơn vị tính", "Đơn vị tính của giá trị", "Unit of the value",
        values=(Value("dossiers", "Hồ sơ", "Dossiers"), Value("percent", "Phần trăm", "Per cent")),
    ),
    Column(
        "position", "integer", "Hạng", "Thứ hạng giữa các đơn vị có dữ liệu đến hết kỳ, bằng nhau thì cùng hạng; "
        "để trống khi không so sánh được",
        f"Position among the units with data to the period's end; {_POSITION}",
    ),
    Column(
        "compared", "integer", "Số đơn vị so sánh", "Số đơn vị được xếp hạng theo chỉ số này",
        "Number of units that have a position by this indicator", "units",
    ),
    Column(
        "previous_value", "number", "Giá trị kỳ trước", "Giá trị của kỳ liền trước cùng loại; để trống khi dữ liệu "
        "không có đến kỳ đó",
        "Value of the period of equal kind just before; missing where the data do not reach back",
    ),
    Column(
        "previous_position", "integer", "Hạng kỳ trước", "Thứ hạng kỳ trước giữa các đơn vị được so sánh kỳ này",
        f"Position in the period before among the units compared now; {_POSITION}",
    ),
)  # fmt: skip
_SCORE: Final = (
    Column(
        "points", "number", "Điểm 766", "Tổng điểm các thành phần có dữ liệu, không làm tròn; để trống khi không có "
        "dữ liệu",
        "Sum of the components with data, not rounded; missing without data", "points", indicators.DECISION_766,
    ),
    Column(
        "covered", "integer", "Điểm tối đa có dữ liệu", "Tổng điểm tối đa của các thành phần có dữ liệu",
        "The most that the components with data can give", "points", indicators.DECISION_766,
    ),
    Column(
        "common_points", "number", "Điểm xếp hạng", "Tổng điểm các thành phần dùng để xếp hạng, là những thành "
        f"phần mà ít nhất {ranking.ENOUGH:.0%} số đơn vị có dữ liệu; để trống khi đơn vị thiếu một trong số đó",
        "Sum of the components by which units are ranked: those that enough units have; missing where one lacks",
        "points",
    ),
    Column(
        "common_covered", "integer", "Điểm tối đa xếp hạng", "Tổng điểm tối đa của các thành phần dùng để xếp hạng",
        "The most that the components by which units are ranked can give", "points",
    ),
    Column(
        "position", "integer", "Hạng theo điểm 766", "Thứ hạng theo điểm xếp hạng, bằng nhau thì cùng hạng; để trống "
        "khi không so sánh được",
        f"Position by common_points; {_POSITION}",
    ),
    Column(
        "compared", "integer", "Số đơn vị so sánh", "Số đơn vị được xếp hạng theo điểm", "Number of units ranked",
        "units",
    ),
    Column(
        "previous_position", "integer", "Hạng kỳ trước", "Thứ hạng theo điểm của kỳ liền trước cùng loại",
        f"Position by the score in the period of equal kind just before; {_POSITION}",
    ),
)  # fmt: skip
_COMPONENTS: Final = (
    Column(
        "component", "text", "Mã thành phần", "Mã thành phần của điểm", "Code of the component of the score",
        values=tuple(_component_value(each) for each in scores.COMPONENTS),
    ),
    Column(
        "component_group", "text", "Nhóm", "Nhóm chỉ số của thành phần", "Group of the component, in Vietnamese",
        source=indicators.DECISION_766,
    ),
    Column("label", "text", "Thành phần", "Tên thành phần", "Vietnamese name of the component"),
    Column(
        "points", "number", "Điểm", "Điểm của thành phần, không làm tròn; để trống khi không có dữ liệu",
        "Points for the component, not rounded; missing without data", "points", indicators.DECISION_766,
    ),
    Column(
        "most", "integer", "Điểm tối đa", "Điểm tối đa của thành phần", "The most that the component gives", "points",
        indicators.DECISION_766,
    ),
)  # fmt: skip
_OUTCOMES: Final = {
    "early": "Đã giải quyết trước hạn",
    "on_time": "Đã giải quyết đúng hạn",
    "late": "Đã giải quyết nhưng quá hạn",
    "resolved_no_due": "Đã giải quyết, không ghi hạn trả",
    "withdrawn": "Công dân yêu cầu rút",
    "pending_in_time": "Đang giải quyết, trong hạn",
    "pending_overdue": "Đang giải quyết, đã quá hạn",
    "pending_no_due": "Đang giải quyết, không ghi hạn trả",
}
_DIMENSIONS: Final = (
    _PROVINCE,
    Column(
        "commune", "text", "Mã đơn vị cấp xã", "Mã đơn vị cấp xã dạng văn bản, 5 chữ số",
        "Code of the commune as text, five digits", source=_UNITS_CSV,
    ),
    Column(
        "field", "text", "Mã lĩnh vực", "Mã lĩnh vực của hệ thống này, hoặc tên như trong tệp xuất; để trống khi không "
        "rõ", "Our code of the field, or its name as exported; missing when unknown", source=_FIELDS_CSV,
    ),
    Column("field_name", "text", "Lĩnh vực", "Tên lĩnh vực", "Vietnamese name of the field", source=_FIELDS_CSV),
    Column(
        "channel", "text", "Kênh nộp", "Kênh nộp hồ sơ; để trống khi không ghi", "How it was filed; missing when not "
        "recorded", source="Danh mục kênh nộp (data/reference/channels.csv)",
        values=(
            Value("online", "Trực tuyến", "Online"), Value("direct", "Trực tiếp", "In person"),
            Value("postal", "Bưu chính", "By post"),
        ),
    ),
    Column(
        "applicant_kind", "text", "Đối tượng nộp", "Đối tượng nộp hồ sơ; để trống khi không ghi",
        "Kind of applicant; missing when not recorded",
        values=(
            Value("citizen", "Người dân", "Citizen"), Value("business", "Doanh nghiệp", "Business"),
            Value("agency", "Cơ quan, tổ chức", "Agency"), Value("other", "Khác", "Other"),
        ),
    ),
    Column(
        "intake", "text", "Tiếp nhận", "Tiếp nhận trong kỳ hay từ kỳ trước chuyển sang", "When it came in",
        source=indicators.II_06A,
        values=(
            Value("received", "Tiếp nhận trong kỳ", "Received in the period"),
            Value("carried_over", "Kỳ trước chuyển sang", "Received before and not ended when the period began"),
        ),
    ),
    Column(
        "outcome", "text", "Tình trạng", "Tình trạng đến hết kỳ, theo các mốc thời gian của hồ sơ",
        "How it stood at the end of the period, by its dates", source=indicators.II_06A_APART,
        values=tuple(Value(name, _OUTCOMES[name], english.OUTCOMES[name]) for name in outcomes.OUTCOMES),
    ),
)  # fmt: skip
# Of each measure of the cube a heading, and what it counts in Vietnamese.
_MEASURES: Final = {
    "dossiers": ("Hồ sơ", "Hồ sơ nhận giải quyết. Có số đếm nhỏ (1, 2 hồ sơ): dùng nội bộ, không công khai"),
    "waiting": ("Đang chờ", "Hồ sơ trong hạn đang chờ bổ sung, nộp phí hoặc tạm dừng"),
    "not_asked_again": (
        "Không bổ sung quá một lần",
        "Hồ sơ trừ những hồ sơ đã kết thúc phải bổ sung giấy tờ quá một lần",
    ),
    "due_known": ("Có ghi hạn trả", "Hồ sơ có ghi hạn trả"),
    "channel_known": ("Có ghi kênh nộp", "Hồ sơ có ghi kênh nộp"),
    "kind_known": ("Có ghi đối tượng", "Hồ sơ có ghi đối tượng nộp"),
    "fee_known": ("Có ghi phí, lệ phí", "Hồ sơ có ghi là phải nộp phí, lệ phí hay không"),
    "with_fee": ("Có phí, lệ phí", "Hồ sơ có phí, lệ phí"),
    "paid_known": ("Có ghi thanh toán", "Hồ sơ có phí, lệ phí và có ghi là thanh toán trực tuyến hay không"),
    "fee_paid_online": ("Thanh toán trực tuyến", "Hồ sơ có phí, lệ phí được thanh toán trực tuyến"),
    "digitised_known": ("Có ghi số hóa", "Hồ sơ có ghi là được số hóa hay không"),
    "digitised": ("Được số hóa", "Hồ sơ được số hóa thành phần"),
    "e_result_known": ("Có ghi kết quả điện tử", "Hồ sơ có ghi là có kết quả điện tử hay không"),
    "e_result": ("Có kết quả điện tử", "Hồ sơ có kết quả điện tử"),
    "digital_known": ("Có ghi cả hai", "Hồ sơ có ghi cả thông tin số hóa và thông tin kết quả điện tử"),
    "digital": ("Số hóa và kết quả điện tử", "Hồ sơ được số hóa và có kết quả điện tử"),
    "level_known": ("Có ghi mức độ", "Hồ sơ có ghi mức độ dịch vụ công trực tuyến"),
    "fully_online": ("Toàn trình", "Hồ sơ nộp theo dịch vụ công trực tuyến toàn trình"),
}


def _measure(name: str) -> Column:
    label, vi = _MEASURES[name]
    return Column(name, "integer", label, vi, english.MEASURES[name], "dossiers")


def _rates() -> list[Column]:
    """Every indicator as a column, and behind each that has a good direction its position."""
    columns = []
    for each in indicators.INDICATORS:
        vi, en = _meaning(each.numerator, each.denominator)
        shown = f"{each.label} (%)" if each.unit == "percent" else each.label
        kind: Type = "number" if each.unit == "percent" else "integer"
        columns.append(Column(each.name, kind, shown, vi, en, each.unit, each.source))
        if each.unit == "percent" and each.better:
            columns.append(
                Column(
                    f"{each.name}_position", "integer", f"Hạng: {formats.lower_first(each.label)}",
                    f"Thứ hạng theo {formats.lower_first(each.label)}", f"Position by {each.name}; {_POSITION}",
                )
            )  # fmt: skip
    return columns


_DICTIONARY: Final = (
    _VERSION,
    _ORIGIN,
    Column("table_name", "text", "Bảng", "Tên bảng", "Name of the table"),
    Column("column_name", "text", "Mã cột", "Tên cột", "Name of the column"),
    Column(
        "code", "text", "Giá trị", "Giá trị mã mà cột nhận; để trống ở dòng nói về cột",
        "A code that the column holds; missing in the row about the column itself",
    ),
    Column("label", "text", "Tên cột", "Tên cột bằng tiếng Việt", "Vietnamese name of the column"),
    Column(
        "type", "text", "Kiểu", "Kiểu dữ liệu của cột", "Type of the column",
        values=(
            Value("text", "Văn bản", "Text"), Value("integer", "Số nguyên", "Integer"),
            Value("number", "Số thực", "Floating-point number"), Value("date", "Ngày", "Date, ISO 8601 in CSV"),
        ),
    ),
    Column(
        "unit_of_value", "text", "Đơn vị tính", "Đơn vị tính; để trống khi không phải số lượng",
        "Unit; missing for what is no quantity",
        values=(
            Value("dossiers", "Hồ sơ", "Dossiers"), Value("percent", "Phần trăm", "Per cent"),
            Value("points", "Điểm", "Points of the score"), Value("units", "Đơn vị", "Communes or provinces"),
        ),
    ),
    Column("meaning_vi", "text", "Ý nghĩa", "Ý nghĩa bằng tiếng Việt", "Meaning in Vietnamese"),
    Column("meaning_en", "text", "Ý nghĩa (tiếng Anh)", "Ý nghĩa bằng tiếng Anh", "Meaning in English"),
    Column("source", "text", "Căn cứ", "Văn bản hoặc bảng tra cứu làm căn cứ", "Document or table it is from"),
)  # fmt: skip

LAYOUT: Final[dict[str, tuple[Column, ...]]] = {
    "ranking": (*HEAD, *UNIT, *_SCORE, *_rates()),
    "indicators": (*HEAD, *UNIT, *_INDICATORS),
    "scores": (*HEAD, *UNIT, *_COMPONENTS),
    "cube": (*HEAD, *_DIMENSIONS, *(_measure(name) for name in cube.MEASURES)),
    "dictionary": _DICTIONARY,
}
