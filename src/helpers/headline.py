"""What a reader sees first: the masthead and the key figures with target, change and rank."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from IPython.display import HTML

from helpers import formats, indicators, markup, periods, reference, reported, slices
from helpers.areas import Area
from helpers.periods import Period
from helpers.quality import Quality
from helpers.slices import Slice

Figures = Mapping[str, indicators.Figure]
_BRIEF_DAYS: Final = 7
_FOR_ONE: Final = "Phục vụ đoàn kiểm tra cải cách hành chính"
_FOR_MANY: Final = "Phục vụ chỉ đạo, điều hành và kiểm tra cải cách hành chính"
SAMPLE: Final = "SỐ LIỆU MẪU — do chương trình sinh ra để thử, không phải số liệu thật của đơn vị"


@dataclass(frozen=True)
class Tile:
    """One key figure as the fragment prints it."""

    label: str
    figure: str
    basis: str
    alarm: bool
    target: str
    target_state: str
    lines: list[str]


def masthead(part: Slice, title: str) -> HTML:
    """Title, unit, period and data cut, with a warning for everything that the reader must know before the figures.

    Parameters
    ----------
    part : Slice
    title : str
        What the report is: "Báo cáo giải quyết hồ sơ thủ tục hành chính".

    Returns
    -------
    HTML
    """
    held = f"{formats.day(part.data_from)} – {formats.day(part.data_to)}"
    reaching = f"{_of(part.peers.compared, part.peers.communes)} đơn vị"
    facts = [
        ("Kỳ báo cáo", part.period.label),
        ("Thời gian", part.period.bounds),
        *([("Có dữ liệu đến hết kỳ", reaching)] if part.of_many else []),
        ("Dữ liệu hiện có", held),
        *([] if part.of_many else [("Mã đơn vị", part.code)]),
    ]
    if part.period.label_says_bounds:
        del facts[1]
    shown = markup.fragment(
        "masthead", title=title, unit=part.title, kicker=_FOR_MANY if part.of_many else _FOR_ONE, facts=facts,
        sample=SAMPLE if part.origin == "sample" else "", warnings=warnings(part),
    )  # fmt: skip
    return markup.noting(shown, noted(part))


def noted(part: Slice) -> dict[str, Any]:
    """What an index says of a page, as JSON has it: it travels with the masthead, so that no index reads pages.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    dict
        ``unit``, its code; ``sample``, whether the dossiers are generated; ``figures``, of each indicator declared for
        indexes numerator and denominator, null where missing; on chosen communes ``group``, what they are called; on
        many units that are ranked ``scores``, by the code of a unit its points by QĐ 766 over the components that the
        units have in common, and ``covered``, how many points there are in these.
    """
    now = part.all_figures
    shown = [each.name for each in indicators.at("index")]
    figures = {name: [now[name]["numerator"], now[name]["denominator"]] for name in shown}
    told: dict[str, Any] = {"unit": part.code, "sample": part.origin == "sample", "figures": figures}
    if isinstance(part, Area) and part.chosen:
        told["group"] = f"{part.name}, {formats.number(len(part.communes))} đơn vị"
    if not isinstance(part, Area) or part.positions.empty:
        return told
    score = part.score.dropna(subset="common_points")
    points = dict(zip(score[part.key].tolist(), score["common_points"].tolist(), strict=True))
    return {**told, "scores": points, "covered": int(part.score["common_covered"].iloc[0])}


def fold(part: Slice) -> HTML:
    """Where the page of a short period ends on one screen: all that follows opens on a click.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        Nothing for a period of more than a week.
    """
    return markup.fold() if brief(part) else HTML("")


def brief(part: Slice) -> bool:
    """Whether a period is so short that its page on many communes is one screen: a week at most."""
    return part.period.days <= _BRIEF_DAYS


def import_masthead(of: Quality, title: str) -> HTML:
    """Title, file and counts of the page on one import.

    Parameters
    ----------
    of : Quality
    title : str

    Returns
    -------
    HTML
    """
    record, period = of.record, of.period
    facts = [
        ("Lần nhập", f"số {record['number']}, {pd.Timestamp(record['imported_at']):%d/%m/%Y %H:%M}"),
        ("Ngày tiếp nhận", period.bounds if period else formats.NO_DATA),
        ("Cấu hình đọc", record["profile"]),
        ("Mã kiểm chứng tệp", record["sha256"][:16]),
    ]
    shown = markup.fragment(
        "masthead", title=title, unit=record["file"], kicker="Dành cho người nhập dữ liệu", facts=facts, sample="",
        warnings=[],
    )  # fmt: skip
    return markup.noting(shown, {"import": record["number"]})


def warnings(part: Slice) -> list[str]:
    """What a reader must know before the figures: identities that do not hold, data that do not fill the period.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    list of str
        Sentences; empty when all is well.
    """
    lines = [*part.broken]
    if part.of_many and part.peers.compared < part.peers.communes:
        lines.append(
            f"Chỉ {_of(part.peers.compared, part.peers.communes)} đơn vị có dữ liệu đến hết kỳ: số liệu chung chưa đủ."
        )
    else:
        lines += early_end(part.data_to, part.period)
    return lines + late_start(part.data_from, part.period)


def early_end(last: pd.Timestamp, period: Period) -> list[str]:
    """A warning when the data end before a period does: the last moment of receipt is given."""
    if slices.reaches_end(last, period):
        return []
    return [f"Dữ liệu chỉ có đến ngày {formats.day(last)}, chưa hết kỳ: số liệu của kỳ chưa đủ."]


def late_start(first: pd.Timestamp, period: Period) -> list[str]:
    """A warning when the data begin after a period does: the first moment of receipt is given."""
    if slices.reaches_back(first, period):
        return []
    return [f"Dữ liệu chỉ có từ ngày {formats.day(first)}: số liệu của kỳ chưa đủ."]


def tiles(part: Slice) -> HTML:
    """The key figures, each with numerator and denominator, target, change and rank.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
    """
    now, before, places = part.all_figures, _before(part), ranks(part)
    made = [_tile(part, indicator, now, before, places) for indicator in indicators.at("tile")]
    return markup.stack(markup.fragment("tiles", tiles=made), *[markup.note(text) for text in _footnotes(part)])


def around(area: Area) -> HTML:
    """What was reported beside the dossiers, in a line: visits, feedback, ranks in the country.

    Parameters
    ----------
    area : Area

    Returns
    -------
    HTML
        Nothing when nothing was.
    """
    if area.chosen:
        return HTML("")
    centre = reported.of(reported.centre(area.code), area.period)
    ours, theirs = (dict(zip(rows["indicator"], rows["value"], strict=True)) for rows in (area.reported, centre))
    visits = [(ours.get("visits"), "các đơn vị cấp xã"), (theirs.get("visits"), "trung tâm cấp tỉnh")]
    came = "; ".join(f"{formats.number(int(count))} ở {where}" for count, where in visits if count is not None)
    told = {"tiếp nhận": "feedback_received", "đã xử lý": "feedback_resolved", "đang xử lý": "feedback_pending"}
    feedback = {word: ours.get(name, theirs.get(name)) for word, name in told.items()}
    heard = ", ".join(f"{word} {formats.number(int(count))}" for word, count in feedback.items() if count is not None)
    ranks = reported.within(area.code, area.period, "national_rank").to_dict("records")
    placed = "; ".join(f"{_days(row['first'], row['last'])}: {formats.number(int(row['value']))}" for row in ranks)
    lines = {
        "Lượt người đến giao dịch": came, "Phản ánh, kiến nghị": heard,
        "Thứ hạng toàn quốc đã công bố": placed,
    }  # fmt: skip
    said = [f"{name}: {text}." for name, text in lines.items() if text]
    return markup.note(" ".join(said)) if said else HTML("")


def _days(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """The days of a part of the period, as short as they are clear: 01–15/7."""
    begins = f"{first:%d}" if first.month == last.month else f"{first:%d}/{first.month}"
    return f"{begins}–{last:%d}/{last.month}" if first < last else f"{last:%d}/{last.month}"


def _tile(
    part: Slice, indicator: indicators.Indicator, now: Figures, before: Figures | None, places: Mapping[str, str]
) -> Tile:
    figure, rate = now[indicator.name], indicator.rate or indicator.name
    state, target = target_state(part, rate) or ("", "")
    ranked = f"{places[rate]} về {formats.lower_first(indicators.get(rate).label)}" if rate in places else ""
    change = _change(indicator, figure, before[indicator.name]) if before else ""
    return Tile(
        label=indicator.label,
        figure=shown(indicator, figure),
        basis=_basis(part, indicator, now),
        alarm=indicator.better == "lower" and bool(figure["numerator"]),
        target=target,
        target_state=state,
        lines=[line for line in (change, ranked) if line],
    )


def shown(indicator: indicators.Indicator, figure: indicators.Figure) -> str:
    """A figure of an indicator: a count, or a rate divided from its counts."""
    if indicator.unit == "dossiers":
        return formats.number(figure["numerator"])
    return formats.percent(figure["numerator"], figure["denominator"])


def _basis(part: Slice, indicator: indicators.Indicator, now: Figures) -> str:
    """The counts behind a figure: of a rate its fraction, of a count its share."""
    if indicator.name == "received" and not part.knows_carried_over:
        return "chưa rõ số kỳ trước chuyển sang"
    if indicator.name == "received":
        carried = now["carried_over"]["numerator"]
        return f"và {formats.number(carried)} hồ sơ kỳ trước chuyển sang"
    explaining = indicators.get(indicator.rate or indicator.name)
    if explaining.denominator is None:
        return explaining.numerator.label
    figure = now[explaining.name]
    of = f"{formats.number(figure['denominator'])} {explaining.denominator.label}"
    if figure["denominator"] is None or figure["numerator"] is None:
        return f"{explaining.denominator.label}: {formats.NO_DATA}" if figure["denominator"] is None else f"trên {of}"
    if figure["value"] is None:
        return f"trên {of}"
    if not indicator.rate:
        return f"{formats.number(figure['numerator'])}/{of}"
    return f"bằng {formats.percent(figure['numerator'], figure['denominator'])} trên {of}"


def target_state(part: Slice, name: str) -> tuple[str, str] | None:
    """How an indicator stands to the target in force on the period's last day.

    Parameters
    ----------
    part : Slice
    name : str

    Returns
    -------
    tuple or None
        State and text, or None when there is no target. ``met``; ``missed`` when the target's last day has come;
        ``open`` when it is not met but there is time left; ``unknown`` when there is no figure. Compared exactly,
        before rounding.
    """
    target = reference.target(name, part.units, pd.Timestamp(part.period.last_day))
    figure = part.all_figures[name]
    numerator, denominator = figure["numerator"], figure["denominator"]
    if target is None:
        return None
    at_least, bound = target["comparison"] == "at_least", float(target["value_pct"])
    sign = "" if bound in (0, 100) else "≥ " if at_least else "≤ "
    text = f"chỉ tiêu {sign}{formats.bound(bound)}"
    if numerator is None or not denominator:
        return "unknown", f"– Chưa có dữ liệu để so với {text}"
    distance = 100 * numerator - bound * denominator
    if distance >= 0 if at_least else distance <= 0:
        return "met", f"✔ Đạt {text}"
    ends = pd.Timestamp(target["valid_to"] or part.period.last_day)
    if part.period.end <= ends:
        return "open", f"○ Còn {'thấp' if at_least else 'cao'} hơn {text} (đến {formats.day(ends)})"
    return "missed", f"✘ Chưa đạt {text}"


def _change(indicator: indicators.Indicator, figure: indicators.Figure, before: indicators.Figure) -> str:
    if figure["value"] is None or before["value"] is None:
        return ""
    return f"Kỳ trước: {shown(indicator, before)} ({difference(indicator, figure, before)})"


def difference(indicator: indicators.Indicator, now: indicators.Figure, before: indicators.Figure) -> str:
    """The signed change of a figure, from values that are not rounded; "–" when one is missing."""
    if now["value"] is None or before["value"] is None:
        return "–"
    change = float(now["value"]) - float(before["value"])
    return formats.change(change) if indicator.unit == "dossiers" else formats.points(change)


def targets(part: Slice) -> list[tuple[indicators.Indicator, tuple[str, str]]]:
    """The indicators that have a target in force on the period's last day, each with how it stands to it.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    list of (Indicator, (state, text))
        As ``target_state`` has them.
    """
    found = indicators.with_target(part.units, pd.Timestamp(part.period.last_day))
    states = [(indicator, target_state(part, indicator.name)) for indicator in found]
    return [(indicator, state) for indicator, state in states if state is not None]


def earlier(part: Slice) -> list[tuple[Period, Figures]]:
    """The earlier periods that the figures can be set beside: the one before, and the same one of the year before.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    list of (Period, dict)
        Each with its figures, as ``indicators.figures`` has them; without a period that the data do not reach back
        to, or in which nothing came in: a Sunday is no measure for a Monday.
    """
    found = {part.previous_period: part.previous, periods.year_before(part.period): part.year_before}
    figures = [(period, indicators.figures(made)) for period, made in found.items() if made is not None]
    return [(period, made) for period, made in figures if made["received"]["numerator"]]


def _before(part: Slice) -> Figures | None:
    """The figures of the previous period, where there are any to compare with."""
    return next((figures for period, figures in earlier(part) if period == part.previous_period), None)


def ranks(part: Slice) -> dict[str, str]:
    """Positions of a commune in its province by the rates that it is ranked by: "Hạng 3/114".

    Only where high is good: "first" in overdue dossiers would be read as the worst.
    """
    if part.of_many:
        return {}
    rows = part.peers.positions
    own = rows[rows["commune"] == part.code]
    return {
        name: f"Hạng {position}/{compared}"
        for name, position, compared in zip(own["indicator"], own["position"], own["compared"], strict=True)
        if indicators.get(name).better == "higher"
    }


def _footnotes(part: Slice) -> list[str]:
    """What the previous period is, and why there is no change or rank where there is none."""
    lines = []
    before = formats.lower_first(part.previous_period.label)
    if part.previous is None:
        lines.append(
            f"Chưa so sánh với kỳ trước ({before}) do dữ liệu chỉ có từ ngày {formats.day(part.data_from)}.",
        )
    elif _before(part) is None:
        lines.append(f"Không so sánh với kỳ trước ({before}): kỳ đó không tiếp nhận hồ sơ.")
    else:
        lines.append(f"Kỳ trước là {part.previous_period.within}; chênh lệch tính từ số chưa làm tròn.")
    if not part.of_many and part.peers.positions.empty:
        lines.append(not_ranked(part))
    return lines


def not_ranked(part: Slice) -> str:
    """Why there are no ranks."""
    return (
        f"Không xếp hạng: chỉ {_of(part.peers.compared, part.peers.communes)} đơn vị của "
        f"{part.place} có dữ liệu đến hết kỳ."
    )


def _of(count: int, whole: int) -> str:
    return f"{formats.number(count)}/{formats.number(whole)}"


def target_documents(part: Slice, names: Iterable[str]) -> list[str]:
    """The documents of the targets in force for some indicators, each once, as sentences."""
    found = [reference.target(name, part.units, pd.Timestamp(part.period.last_day)) for name in names]
    return list(dict.fromkeys(f"{target['document']}." for target in found if target is not None))
