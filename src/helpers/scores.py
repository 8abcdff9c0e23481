"""The score by QĐ 766/QĐ-TTg, component by component: what there are no data for is missing, and said to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import formats, ranking, reference

Floats = npt.NDArray[np.float64]

WHOLE: Final = 100
_OPENNESS: Final = "Công khai, minh bạch"
_PROGRESS: Final = "Tiến độ giải quyết"
_ONLINE: Final = "Dịch vụ công trực tuyến"
_PAYMENT: Final = "Thanh toán trực tuyến"
_DIGITAL: Final = "Số hóa hồ sơ"
_SATISFACTION: Final = "Mức độ hài lòng"


@dataclass(frozen=True)
class Component:
    """One part of the score.

    Attributes
    ----------
    name : str
        Key in the tables of points.
    group : str
        The one of the six groups of the decision that it belongs to, in Vietnamese.
    label : str
        Vietnamese label.
    most : int
        Points that it can give.
    rule : str
        How it is computed: a Vietnamese sentence.
    source : {"hồ sơ", "báo cáo", "hồ sơ và báo cáo"}
        Where its data come from: dossiers, what units reported, or both.
    """

    name: str
    group: str
    label: str
    most: int
    rule: str
    source: Literal["hồ sơ", "báo cáo", "hồ sơ và báo cáo"]


COMPONENTS: Final = (
    Component("openness", _OPENNESS, "Công khai, minh bạch", 18, "Lấy theo số điểm được báo cáo.", "báo cáo"),
    Component(
        "progress", _PROGRESS, "Giải quyết đúng tiến độ", 20,
        "20 × hồ sơ trước hạn, đúng hạn và đang giải quyết trong hạn / hồ sơ tiếp nhận trong kỳ và kỳ trước chuyển "
        "sang; hồ sơ phải bổ sung quá một lần tính là quá hạn.", "hồ sơ",
    ),
    Component("online_services", _ONLINE, "Dịch vụ công trực tuyến", 12, "Lấy theo số điểm được báo cáo.", "báo cáo"),
    Component(
        "paid_dossiers", _PAYMENT, "Hồ sơ thanh toán trực tuyến", 6,
        "6 × hồ sơ thanh toán phí, lệ phí trực tuyến / hồ sơ có phí, lệ phí.", "hồ sơ",
    ),
    Component(
        "paid_procedures", _PAYMENT, "Thủ tục có hồ sơ thanh toán trực tuyến", 2,
        "2,5 × thủ tục có hồ sơ thanh toán trực tuyến / thủ tục có phí, lệ phí; không quá 2 điểm.",
        "hồ sơ và báo cáo",
    ),
    Component(
        "used_procedures", _PAYMENT, "Thủ tục có phí, lệ phí phát sinh hồ sơ", 2,
        "2,5 × thủ tục có phí, lệ phí phát sinh hồ sơ / thủ tục có phí, lệ phí; không quá 2 điểm.",
        "hồ sơ và báo cáo",
    ),
    Component(
        "e_results", _DIGITAL, "Kết quả điện tử", 6,
        "6 × hồ sơ đã giải quyết có kết quả điện tử / hồ sơ đã giải quyết có ghi thông tin này.", "hồ sơ",
    ),
    Component(
        "digitised", _DIGITAL, "Số hóa thành phần hồ sơ", 4,
        "4 × hồ sơ được số hóa thành phần / hồ sơ tiếp nhận có ghi thông tin này.", "hồ sơ",
    ),
    Component("e_copies", _DIGITAL, "Chứng thực bản sao điện tử", 2, "2 × tỷ lệ được báo cáo.", "báo cáo"),
    Component("data_reuse", _DIGITAL, "Sử dụng lại dữ liệu số hóa", 2, "2 × tỷ lệ được báo cáo.", "báo cáo"),
    Component("citizen_store", _DIGITAL, "Kho dữ liệu điện tử của công dân", 4, "4 × tỷ lệ được báo cáo.", "báo cáo"),
    Component(
        "population_database", _DIGITAL, "Cơ sở dữ liệu quốc gia về dân cư", 4, "4 × tỷ lệ được báo cáo.", "báo cáo",
    ),
    Component(
        "feedback_on_time", _SATISFACTION, "Xử lý phản ánh, kiến nghị đúng hạn", 6,
        "6 × phản ánh, kiến nghị xử lý đúng hạn / phản ánh, kiến nghị tiếp nhận; 6 điểm khi không có phản ánh, kiến "
        "nghị.", "báo cáo",
    ),
    Component(
        "feedback_satisfied", _SATISFACTION, "Hài lòng về xử lý phản ánh, kiến nghị", 6,
        "6 × tỷ lệ hài lòng được báo cáo; 6 điểm khi không có phản ánh, kiến nghị.", "báo cáo",
    ),
    Component(
        "service_satisfied", _SATISFACTION, "Hài lòng về tiếp nhận, giải quyết thủ tục", 6,
        "6 × tỷ lệ hài lòng được báo cáo / 90%; không quá 6 điểm.", "báo cáo",
    ),
)  # fmt: skip
_NAMES: Final = [component.name for component in COMPONENTS]
_MOST: Final = np.array([component.most for component in COMPONENTS])

# Of a component the indicator, or the reported figure, that it is in proportion to.
_RATES: Final = {
    "progress": "progress_rate",
    "paid_dossiers": "online_payment_rate",
    "e_results": "e_result_rate",
    "digitised": "digitised_rate",
}
_PERCENTAGES: Final = {
    "e_copies": "e_copies_pct",
    "data_reuse": "data_reuse_pct",
    "citizen_store": "citizen_store_pct",
    "population_database": "population_database_pct",
}
_POINTS: Final = {"openness": "openness_766_points", "online_services": "online_services_766_points"}
_FIGURES: Final = (
    *_PERCENTAGES.values(), *_POINTS.values(), "procedures_with_fee", "feedback_received", "feedback_on_time",
    "feedback_on_time_pct", "feedback_satisfaction_pct", "satisfaction_pct",
)  # fmt: skip
# All points of a share of procedures are given from 80 % on (2,5 points each, 2 at most), of satisfaction from 90 %.
_FULL_PROCEDURES: Final = 0.8
_FULL_SATISFACTION: Final = 0.9
# Points are fractions kept as binary numbers: digits that are noise, and those within which two sums are a tie.
_NOISE: Final = 12
_TIE: Final = 9


class _Rate(NamedTuple):
    numerator: Floats
    denominator: Floats
    value: Floats


def points(
    computed: pd.DataFrame, procedures: pd.DataFrame, reported: Mapping[str, pd.DataFrame], key: str
) -> pd.DataFrame:
    """Points of every unit for every component.

    Parameters
    ----------
    computed : DataFrame
        ``indicators.compute(cube, [key])``.
    procedures : DataFrame
        ``key``, ``procedure``, ``with_fee``, ``fee_paid_online``: of every unit and procedure the dossiers received
        with a fee, and those of them paid online. Empty, or without rows of a unit, where no procedure is recorded.
    reported : mapping
        What ``reported.of`` gives, by the code of the unit; units without figures may be left out.
    key : str
        Column of the units' codes: "commune", "province".

    Returns
    -------
    DataFrame
        A row a unit of ``computed`` and component, in the order of ``COMPONENTS``: ``key``, ``component``, ``points``
        (Float64, not rounded; missing without data), ``most``.

    Notes
    -----
    QĐ 766/QĐ-TTg of 23/6/2022. The part of payment for procedures that had dossiers has no limit of its own there;
    it is held to 2, like that for procedures paid online, so that the group's 10 points cannot be exceeded. A part
    that is larger than its whole, or more points than there are, cannot be true and gives no points rather than all.
    Where several sources report the same figure, the first of the tables counts.
    """
    units, rates = _rates(computed, key)
    figures = _figures(reported, units)
    shares = {
        **{name: rates[rate].value / 100 for name, rate in _RATES.items()},
        **{name: figures[figure] / 100 for name, figure in _PERCENTAGES.items()},
        **{name: figures[figure] / _MOST[_NAMES.index(name)] for name, figure in _POINTS.items()},
        **_payment(rates["online_payment_rate"], procedures, figures["procedures_with_fee"], units, key),
        **_satisfaction(figures),
    }
    table = np.array([shares[name] for name in _NAMES]).T
    gained = np.where(table <= 1, table * _MOST, np.nan).round(_NOISE)
    return pd.DataFrame(
        {
            key: units.repeat(len(COMPONENTS)),
            "component": pd.Series(np.tile(_NAMES, len(units)), dtype="str"),
            "points": _nullable(gained.ravel()),
            "most": np.tile(_MOST, len(units)),
        }
    )


def common(points: pd.DataFrame, key: str) -> list[str]:
    """The components by which units can be compared: those that enough of them have, in the order of ``COMPONENTS``.

    Parameters
    ----------
    points : DataFrame
        What ``points`` returns, or the rows of some of its units.
    key : str

    Returns
    -------
    list of str
        Empty with fewer than two units.
    """
    having = (~np.isnan(_table(points, key)[1])).T
    return [name for name, of in zip(_NAMES, having, strict=True) if ranking.enough(int(of.sum()), len(of))]


def totals(points: pd.DataFrame, key: str, counted: Sequence[str] | None = None) -> pd.DataFrame:
    """The score of every unit, what it covers, and its position.

    Parameters
    ----------
    points : DataFrame
        What ``points`` returns, or the rows of some of its units.
    key : str
    counted : sequence of str, optional
        Components that count for the position; those of ``common`` by default.

    Returns
    -------
    DataFrame
        A row a unit, in order of code: ``key``; ``points`` and ``covered``, which is the most that the components
        with data can give; ``common_points`` and ``common_covered``, the same over the components of ``common``;
        ``position`` by the common points, ties sharing one (1, 1, 3); ``compared``, how many have one. Points are
        missing without data; a unit that lacks a common component has no common points and no position.
    """
    units, table = _table(points, key)
    shared = np.isin(_NAMES, common(points, key) if counted is None else list(counted))
    has = ~np.isnan(table)
    complete = has[:, shared].all(axis=1) & shared.any()
    own, same = np.nansum(table, axis=1), np.nansum(table[:, shared], axis=1)
    placed = complete & (complete.sum() > 1)
    positions = pd.Series(np.where(placed, same, np.nan)).round(_TIE).rank(method="min", ascending=False)
    return pd.DataFrame(
        {
            key: units,
            "points": _nullable(np.where(has.any(axis=1), own, np.nan).round(_NOISE)),
            "covered": has @ _MOST,
            "common_points": _nullable(np.where(complete, same, np.nan).round(_NOISE)),
            "common_covered": int(_MOST[shared].sum()),
            "position": positions.astype("Int64"),
            "compared": int(placed.sum()),
        }
    )


def to_win(points: pd.DataFrame, key: str) -> pd.DataFrame:
    """Of every unit the component with data in which it has most points to win.

    Parameters
    ----------
    points : DataFrame
        What ``points`` returns, or the rows of some of its units.
    key : str

    Returns
    -------
    DataFrame
        A row a unit, in order of code: ``key``; ``component``, of several the first of ``COMPONENTS``, missing when
        there is nothing to win; ``gap``, the points that it lacks (Float64): 0 when it has all, missing without data.
    """
    units, table = _table(points, key)
    lacking = np.where(np.isnan(table), -1, (_MOST - table).round(_NOISE))
    first, most = lacking.argmax(axis=1), lacking.max(axis=1)
    return pd.DataFrame(
        {
            key: units,
            "component": pd.Series(np.array(_NAMES)[first], dtype="str").where(most > 0),
            "gap": _nullable(np.where(most < 0, np.nan, most)),
        }
    )


def band(points: float | None, covered: int) -> str | None:
    """What a score is called, by ``bands.csv``.

    Parameters
    ----------
    points : float or missing
    covered : int
        The most that the components with data can give.

    Returns
    -------
    str or None
        None unless every component has data: part of a score is no score.
    """
    if points is None or formats.missing(points) or covered < WHOLE:
        return None
    bands = [(float(row["at_least"]), str(row["name"])) for row in reference.table("bands").to_dict("records")]
    return max(((bound, name) for bound, name in bands if points >= bound), default=(0, None))[1]


def _table(points: pd.DataFrame, key: str) -> tuple["pd.Index[str]", Floats]:
    """The units in order, and their points: a row a unit, a column a component, NaN where missing."""
    wide = points.pivot(index=key, columns="component", values="points").reindex(columns=_NAMES)
    return wide.index, wide.to_numpy("float64", na_value=np.nan)


def _rates(computed: pd.DataFrame, key: str) -> tuple["pd.Index[str]", dict[str, _Rate]]:
    """The units, and the indicators that components need, of every unit; NaN where missing."""
    of, units = pd.factorize(computed[key])
    names = computed["indicator"].to_numpy(dtype=object)
    values = computed[list(_Rate._fields)].to_numpy("float64", na_value=np.nan).T
    rates = {}
    for name in _RATES.values():
        rows = np.flatnonzero(names == name)
        found = np.full((len(values), len(units)), np.nan)
        found[:, of[rows]] = values[:, rows]
        rates[name] = _Rate(*found)
    return units, rates


def _figures(reported: Mapping[str, pd.DataFrame], units: "pd.Index[str]") -> dict[str, Floats]:
    """Every reported figure that components need, of every unit; NaN where it was not reported."""
    figures = {name: np.full(len(units), np.nan) for name in _FIGURES}
    for place, unit in enumerate(units):
        if (rows := reported.get(unit)) is None:
            continue
        # Columns in the order of ``reported.COLUMNS``: to pick them by name takes twenty times as long.
        for name, value, *_ in rows.to_numpy():
            if name in figures and np.isnan(figures[name][place]):
                figures[name][place] = value
    return figures


def _payment(
    rate: _Rate, procedures: pd.DataFrame, with_fee: Floats, units: "pd.Index[str]", key: str
) -> dict[str, Floats]:
    """Shares of the procedures with a fee, as components count them: which had dossiers, and which had one paid online.

    Whether an export tells of fees and payments at all is known from the rate of dossiers.
    """
    places = units.get_indexer(pd.Index(procedures[key].astype("str")))
    named = procedures["procedure"].notna() & (procedures["procedure"] != "")
    recorded = (places >= 0) & named.to_numpy(dtype=bool)
    every, used, paid = (
        np.bincount(places[recorded & having.to_numpy(dtype=bool)], minlength=len(units))
        for having in (named, procedures["with_fee"] > 0, procedures["fee_paid_online"] > 0)
    )
    # A number of procedures with a fee that is less than what the dossiers show is no number to divide by.
    whole = np.where((every > 0) & (with_fee >= used), with_fee, np.nan)
    counted = {"paid_procedures": (paid, rate.numerator), "used_procedures": (used, rate.denominator)}
    shares = {name: _share(np.where(np.isnan(told), np.nan, found), whole) for name, (found, told) in counted.items()}
    return {name: np.minimum(1, share / _FULL_PROCEDURES) for name, share in shares.items()}


def _satisfaction(figures: Mapping[str, Floats]) -> dict[str, Floats]:
    none = figures["feedback_received"] == 0
    reported = figures["feedback_on_time_pct"] / 100
    counted = _share(figures["feedback_on_time"], figures["feedback_received"])
    return {
        "feedback_on_time": np.where(none, 1, np.where(np.isnan(reported), counted, reported)),
        "feedback_satisfied": np.where(none, 1, figures["feedback_satisfaction_pct"] / 100),
        "service_satisfied": np.minimum(1, figures["satisfaction_pct"] / 100 / _FULL_SATISFACTION),
    }


def _share(part: Floats, whole: Floats) -> Floats:
    """A part of its whole; NaN when one of them is missing, the whole is 0, or less than its part."""
    return np.asarray(part / np.where((whole > 0) & (whole >= part), whole, np.nan))


def _nullable(values: Floats) -> "pd.Series[float]":
    """NaN as missing."""
    return pd.Series(values, dtype="Float64")
