"""The parts of a public page."""

from collections.abc import Sequence
from typing import Final

from IPython.display import HTML

from helpers import appendix, disclosure, formats, headline, markup, ranking, reference, slices
from helpers.disclosure import LEAST, MEASURES, RATES, Sum
from helpers.edition.reading import Edition
from helpers.formats import number, percent
from helpers.markup import Rows

WITHHELD: Final = "*"
REST: Final = "Các lĩnh vực còn lại"
_UNDER: Final = f"{WITHHELD} Không công bố, vì có thể suy ra số đếm dưới {LEAST} hồ sơ."
_TILES: Final = ("in_time_rate", "overdue_rate", "online_rate")
_BY_UNIT: Final = ("handled", "received", "ended", "overdue", "pending")


def masthead(report: Edition) -> HTML:
    """Title, unit, period and data cut, with a warning for everything that the reader must know before the figures.

    Parameters
    ----------
    report : Edition

    Returns
    -------
    HTML
    """
    period = report.period
    facts = [
        ("Kỳ báo cáo", period.label),
        ("Thời gian", period.bounds),
        ("Dữ liệu hiện có", f"{formats.day(report.first)} – {formats.day(report.last)}"),
        ("Mã đơn vị", report.code),
    ]
    if period.kind in ("day", "range"):
        del facts[1]  # the label says it
    lines = []
    if report.broken:
        lines.append("Số liệu chưa qua hết các phép kiểm tra; xem bản nội bộ trước khi công bố.")
    if report.last < ranking.reaching_since(period):
        lines.append(f"Dữ liệu chỉ có đến ngày {formats.day(report.last)}, chưa hết kỳ: số liệu của kỳ chưa đủ.")
    if not slices.reaches_back(report.first, period):
        lines.append(f"Dữ liệu chỉ có từ ngày {formats.day(report.first)}: số liệu của kỳ chưa đủ.")
    return markup.fragment(
        "masthead", title="Kết quả giải quyết thủ tục hành chính", unit=report.title, kicker="Bản công khai",
        facts=facts, sample=headline.SAMPLE if report.sample else "", warnings=lines,
    )  # fmt: skip


def tiles(report: Edition) -> HTML:
    """The key figures, each with numerator and denominator.

    Parameters
    ----------
    report : Edition

    Returns
    -------
    HTML
    """
    handled = report.add("handled")[0]
    first = headline.Tile(
        "Nhận giải quyết", _large(handled.total), f"hồ sơ{_units(report, handled)}", False, "", "", []
    )
    return markup.fragment("tiles", tiles=[first, *(_tile(report, name) for name in _TILES)])


def _tile(report: Edition, name: str) -> headline.Tile:
    rate = RATES[name]
    part, whole = report.add(rate.numerator, rate.denominator)
    if part.total is None:
        why = f"có thể suy ra số đếm dưới {LEAST} hồ sơ" if report.tells(rate.numerator) else formats.NO_DATA
        return headline.Tile(rate.label, "–", f"Không công bố: {why}", False, "", "", [])
    basis = f"{number(part.total)}/{number(whole.total)} hồ sơ{_units(report, whole)}"
    return headline.Tile(rate.label, percent(part.total, whole.total), basis, False, "", "", [])


def _large(count: int | None) -> str:
    return "–" if count is None else number(count)


def _units(report: Edition, of: Sum) -> str:
    """Of how many communes a sum is, on the page of a province."""
    return f" của {of.units}/{len(report.units)} đơn vị" if report.of_many else ""


def figures(report: Edition) -> HTML:
    """Every count and rate that the edition has, withheld ones marked.

    Parameters
    ----------
    report : Edition

    Returns
    -------
    HTML
    """
    rows: Rows = []
    for name, measure in MEASURES.items():
        found = report.add(name)[0]
        value = WITHHELD if found.total is None else number(found.total)
        rows.append([measure.label, value if report.tells(name) else formats.NO_DATA, str(found.units)])
    for rate in RATES.values():
        part, whole = report.add(rate.numerator, rate.denominator)
        value = WITHHELD if part.total is None else percent(part.total, whole.total)
        rows.append([rate.label, value if report.tells(rate.numerator) else formats.NO_DATA, str(part.units)])
    heads = markup.heads("Số liệu", ">Giá trị", ">Số đơn vị công bố")
    notes = [f"Mỗi số là tổng của các đơn vị công bố số đó, trong {len(report.units)} đơn vị có hồ sơ.", _UNDER]
    if not report.of_many:
        heads, rows, notes = [heads[0][:2]], [row[:2] for row in rows], [_UNDER]
    return markup.table("Số hồ sơ và tỷ lệ", heads, rows, notes=notes)


def fields(report: Edition) -> HTML:
    """Dossiers by field.

    Parameters
    ----------
    report : Edition

    Returns
    -------
    HTML
    """
    units = report.units.values()
    counts = disclosure.add_fields(units, "handled")
    columns = [disclosure.add_fields(units, "handled", name) for name in disclosure.BY_FIELD]
    rows: Rows = []
    for field, (handled,) in counts.items():
        label = REST if field is None else reference.label("fields", field)
        row = [label, number(handled.total), *(_of_all(column[field]) for column in columns)]
        rows.append([*row, str(handled.units)] if report.of_many else [*row])
    if not rows:
        return markup.note("Không công bố số liệu theo lĩnh vực.")
    heads = ["Lĩnh vực", ">Nhận giải quyết", *(f">{MEASURES[name].label}" for name in disclosure.BY_FIELD)]
    notes = [
        f"“{REST}” gồm các lĩnh vực không tách riêng được mà không để lộ số đếm dưới {LEAST}; tỷ lệ tính trên số hồ sơ "
        "nhận giải quyết.",
        _UNDER,
    ]
    if report.of_many:
        heads.append(">Số đơn vị tách riêng")
        notes.insert(0, "Mỗi dòng chỉ cộng các đơn vị tách riêng được lĩnh vực đó.")
    return markup.table("Theo lĩnh vực", markup.heads(*heads), rows, notes=notes)


def _of_all(sums: tuple[Sum, ...]) -> str:
    """A count of a field with its share; the share is of the units that publish both."""
    whole, part = sums
    return WITHHELD if part.total is None else f"{number(part.total)} ({percent(part.total, whole.total)})"


def units(report: Edition, linked: Sequence[str] = ()) -> HTML:
    """Every commune of a province, in alphabetical order.

    Parameters
    ----------
    report : Edition
    linked : sequence of str
        Codes of communes whose public page stands beside this one.

    Returns
    -------
    HTML
        Empty on the page of one commune.
    """
    if not report.of_many:
        return HTML("")
    names = reference.names("communes")
    codes = sorted(report.units, key=lambda code: formats.sort_key(reference.bare_name(names[code])))
    rows: Rows = []
    for code in codes:
        unit = report.units[code]
        counts = [_told(unit.tells(name), unit.count(name)) for name in _BY_UNIT]
        rates = [_rate(unit, name) for name in _TILES]
        rows.append(
            [
                markup.Cell(
                    names[code], link=f"{reference.file_stem(code)}.public_report.html" if code in linked else ""
                ),
                *counts,
                *rates,
            ]
        )
    labels = [*(MEASURES[name].label for name in _BY_UNIT), *(RATES[name].label for name in _TILES)]
    heads = markup.heads("Đơn vị", *(f">{label}" for label in labels))
    return markup.table("Từng đơn vị", heads, rows, notes=[_UNDER], wide=True)


def _told(tells: bool, count: int | None) -> str:
    if not tells:
        return "–"
    return WITHHELD if count is None else number(count)


def _rate(unit: disclosure.Published, name: str) -> str:
    rate = RATES[name]
    part, whole = unit.count(rate.numerator), unit.count(rate.denominator)
    if part is None or whole is None:
        return _told(unit.tells(rate.numerator), None)
    return percent(part, whole) if whole else "–"


def rules(report: Edition) -> HTML:
    """How the figures were counted, and what was done so that they point to nobody.

    Parameters
    ----------
    report : Edition

    Returns
    -------
    HTML
    """
    return markup.fragment("definitions", entries=explained(report))


def explained(report: Edition) -> list[tuple[str, str]]:
    """The rules of the edition, each with its name."""
    return [
        (
            "Không để lộ số ít",
            f"Không công bố số đếm dưới {LEAST} hồ sơ (trừ số 0), cũng không công bố những số mà cộng, trừ với nhau ra "
            "được số đó. Lĩnh vực, tình trạng hay kênh nộp có ít hồ sơ được gộp với nhau. Không có danh sách hay mã hồ "
            "sơ.",
        ),
        (
            "Số chung của tỉnh, thành phố",
            "Chỉ cộng những số mà từng đơn vị công bố, nên có thể ít hơn số đầy đủ; số đơn vị được ghi bên cạnh.",
        ),
        *appendix.standing(report.period, report.grain),
        (
            "Tỷ lệ",
            "Trước hạn, đúng hạn: trên hồ sơ đã giải quyết có hạn trả. Quá hạn (đã, đang giải quyết): trên hồ sơ nhận "
            "giải quyết. Trực tuyến: trên hồ sơ tiếp nhận trong kỳ, kể cả hồ sơ không ghi kênh nộp.",
        ),
    ]
