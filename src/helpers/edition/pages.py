"""The parts of a public page."""

from collections.abc import Sequence
from typing import Any, Final

from IPython.display import HTML

from helpers import appendix, disclosure, formats, headline, indicators, markup, reference
from helpers.disclosure import LEAST, MEASURES, RATES, Sum
from helpers.edition.reading import Edition
from helpers.formats import number, percent
from helpers.markup import Rows

WITHHELD: Final = "*"
REST: Final = "Các lĩnh vực còn lại"
_UNTOLD: Final = "–"
_MARKS: Final = {
    WITHHELD: f"{WITHHELD} Không công bố, vì có thể suy ra số đếm dưới {LEAST} hồ sơ.",
    _UNTOLD: f"{_UNTOLD} Không có dữ liệu.",
}
_APART: Final = (
    "Các số không cùng một tập hợp đơn vị nên không cộng, trừ hay so sánh với nhau được; xem cột “Số đơn vị công bố”."
)
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
    if period.label_says_bounds:
        del facts[1]
    lines = []
    if report.broken:
        lines.append("Số liệu chưa qua hết các phép kiểm tra; xem bản nội bộ trước khi công bố.")
    lines += headline.early_end(report.last, period) + headline.late_start(report.first, period)
    shown = markup.fragment(
        "masthead", title="Kết quả giải quyết thủ tục hành chính", unit=report.title, kicker="Bản công khai",
        facts=facts, sample=headline.SAMPLE if report.sample else "", warnings=lines,
    )  # fmt: skip
    return markup.noting(shown, noted(report))


def noted(report: Edition) -> dict[str, Any]:
    """What an index says of a public page: ``headline.noted`` of figures that the page publishes.

    Parameters
    ----------
    report : Edition

    Returns
    -------
    dict
        A figure that some commune of a province withholds is missing: an index has no room to say of how many it is.
    """
    figures: dict[str, list[int | None]] = {}
    for name in (each.name for each in indicators.at("index") if each.name in {*MEASURES, *RATES}):
        rate = RATES.get(name)
        sums = report.add(rate.numerator, rate.denominator) if rate else report.add(name)
        if all(found.units == len(report.units) for found in sums):
            figures[name] = [sums[0].total, sums[1].total if rate else None]
    return {"unit": report.code, "sample": report.sample, "figures": figures}


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
    basis = f"hồ sơ{_units(report, handled)}" if handled.total is not None else _why(True)
    tile = _tile(MEASURES["handled"].label, _shown(True, handled.total), basis)
    return markup.fragment("tiles", tiles=[tile, *(_rate_tile(report, name) for name in _TILES)])


def _rate_tile(report: Edition, name: str) -> headline.Tile:
    rate = RATES[name]
    part, whole = report.add(rate.numerator, rate.denominator)
    tells = report.tells(rate.numerator)
    if part.total is None:
        return _tile(rate.label, _shown(tells, None), _why(tells))
    basis = f"{number(part.total)}/{number(whole.total)} hồ sơ{_units(report, whole)}"
    return _tile(rate.label, _share(tells, part.total, whole.total), basis)


def _tile(label: str, figure: str, basis: str) -> headline.Tile:
    return headline.Tile(label, figure, basis, alarm=False, target="", target_state="", lines=[])


def _why(tells: bool) -> str:
    return f"Không công bố: có thể suy ra số đếm dưới {LEAST} hồ sơ" if tells else formats.upper_first(formats.NO_DATA)


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
        rows.append([measure.label, _shown(report.tells(name), found.total), str(found.units)])
    for rate in RATES.values():
        part, whole = report.add(rate.numerator, rate.denominator)
        share = _share(report.tells(rate.numerator), part.total, whole.total)
        rows.append([rate.label, share, str(part.units)])
    heads = markup.heads("Số liệu", ">Giá trị", ">Số đơn vị công bố")
    if not report.of_many:
        rows = [row[:2] for row in rows]
        return markup.table("Số hồ sơ và tỷ lệ", [heads[0][:2]], rows, notes=_marks(rows))
    notes = [f"Mỗi số là tổng của riêng các đơn vị công bố số đó, trong {len(report.units)} đơn vị có hồ sơ."]
    if any(row[2] != str(len(report.units)) for row in rows):
        notes.append(_APART)
    return markup.table("Số hồ sơ và tỷ lệ", heads, rows, notes=[*notes, *_marks(rows)])


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
    counts = {name: disclosure.add_fields(units, name) for name in ("handled", *disclosure.BY_FIELD)}
    both = disclosure.add_fields(units, "overdue", "handled")
    rows: Rows = []
    for field, (handled,) in counts["handled"].items():
        label = REST if field is None else reference.label("fields", field)
        shown = [_shown(report.tells(name), of[field][0].total) for name, of in counts.items()]
        late, whole = both[field]
        rows.append([label, *shown, _share(report.tells("overdue"), late.total, whole.total)])
        rows[-1] += [str(handled.units)] * report.of_many
    if not rows:
        return markup.note("Không công bố số liệu theo lĩnh vực.")
    labels = [*(MEASURES[name].label for name in counts), RATES["overdue_rate"].label]
    heads = ["Lĩnh vực", *(f">{label}" for label in labels), *([">Số đơn vị tách riêng"] * report.of_many)]
    notes = []
    if report.of_many:
        notes.append("Mỗi dòng chỉ cộng các đơn vị tách riêng được lĩnh vực đó.")
    if rows[-1][0] == REST:
        notes.append(f"“{REST}” gồm các lĩnh vực mà số liệu riêng có thể để lộ số đếm dưới {LEAST}.")
    return markup.table("Theo lĩnh vực", markup.heads(*heads), rows, notes=[*notes, *_marks(rows)])


def _shown(tells: bool, count: int | None) -> str:
    """A count; one that is withheld or not told has a mark."""
    if not tells:
        return _UNTOLD
    return WITHHELD if count is None else number(count)


def _share(tells: bool, part: int | None, whole: int | None) -> str:
    """A rate; of nothing there is none."""
    if part is None or whole is None:
        return _shown(tells, None)
    return percent(part, whole) if whole else _UNTOLD


def _marks(rows: Rows) -> list[str]:
    """What the marks in a table mean, of those that are in it."""
    shown = {cell for row in rows for cell in row if isinstance(cell, str)}
    return [text for mark, text in _MARKS.items() if mark in shown]


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
        counts = [_shown(unit.tells(name), unit.count(name)) for name in _BY_UNIT]
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
    return markup.table("Từng đơn vị", heads, rows, notes=_marks(rows), wide=True)


def _rate(unit: disclosure.Published, name: str) -> str:
    rate = RATES[name]
    return _share(unit.tells(rate.numerator), unit.count(rate.numerator), unit.count(rate.denominator))


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
    sums = (
        "Số chung của tỉnh, thành phố",
        "Chỉ cộng những số mà từng đơn vị công bố, nên có thể ít hơn số đầy đủ; số đơn vị được ghi bên cạnh.",
    )
    return [
        (
            "Bảo mật số đếm nhỏ",
            f"Không công bố số đếm dưới {LEAST} hồ sơ (trừ số 0), cũng không công bố những số mà cộng, trừ với nhau ra "
            "được số đó. Lĩnh vực, tình trạng hay kênh nộp có ít hồ sơ được gộp với nhau. Không có danh sách hay mã hồ "
            "sơ.",
        ),
        *([sums] if report.of_many else []),
        *appendix.standing(report.period, report.grain),
        (
            "Tỷ lệ",
            "Trước hạn, đúng hạn: trên hồ sơ đã giải quyết có hạn trả. Quá hạn (đã, đang giải quyết): trên hồ sơ nhận "
            "giải quyết. Trực tuyến: trên hồ sơ tiếp nhận trong kỳ, kể cả hồ sơ không ghi kênh nộp.",
        ),
    ]
