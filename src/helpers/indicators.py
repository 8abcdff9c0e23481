"""The declared list of indicators, and how they are computed from the counts cube.

To add an indicator, add one entry to ``INDICATORS``: the appendix prints it with its value and definition, its
``places`` put it on a tile or into the section on online filing, and a target for it appears by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import outcomes, reference
from helpers.dossiers import texts
from helpers.errors import UserError

II_06A: Final = "Biểu II.06a, Thông tư 01/2020/TT-VPCP"
DECISION_766: Final = "Quyết định 766/QĐ-TTg ngày 23/6/2022"
II_06A_APART: Final = f"{II_06A}; hồ sơ rút và hồ sơ không ghi hạn trả tính riêng"
PRACTICE: Final = "Cách tính trong báo cáo công bố của địa phương"

_FIGURE: Final = ("numerator", "denominator", "value")
Figure = dict[str, float | None]
Floats = npt.NDArray[np.float64]
# Some cells of the cube, by the values in its dimensions; and a measure summed over them.
_Where = tuple[tuple[str, tuple[str, ...]], ...]
_Sum = tuple[_Where, str]


@dataclass(frozen=True)
class Count:
    """A number of dossiers: which cells of the cube, and which measure is summed.

    Attributes
    ----------
    label : str
        What is counted, in Vietnamese, as the definitions print it.
    where : mapping
        Dimension to the values that count; all cells by default.
    measure : str
        Measure of the cube.
    known : str, optional
        Measure that says for how many dossiers the export tells at all. When it is 0, the count is missing, not 0.
    """

    label: str
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    measure: str = "dossiers"
    known: str | None = None


@dataclass(frozen=True)
class Indicator:
    """One figure of the reports, or one rate.

    Attributes
    ----------
    name : str
        Key in the computed table and in the targets table.
    label : str
        Vietnamese label.
    unit : {"dossiers", "percent"}
    numerator : Count
    denominator : Count, optional
        None for a plain count.
    better : {"higher", "lower", ""}
        Which way is good; "" when neither.
    source : str
        Legal or documentary source of the definition.
    places : tuple of {"tile", "digital", "index"}
        Where it stands beside the appendix: among the key figures, in the section on online filing and digitisation,
        as a column of the indexes of pages.
    rate : str
        Of a count on a tile: the indicator that explains it.
    """

    name: str
    label: str
    unit: Literal["dossiers", "percent"]
    numerator: Count
    denominator: Count | None = None
    better: Literal["higher", "lower", ""] = ""
    source: str = II_06A
    places: tuple[Literal["tile", "digital", "index"], ...] = ()
    rate: str = ""


_IN = {"intake": ["received"]}
_DONE = {"outcome": outcomes.RESOLVED}
_WITH_DUE = ["early", "on_time", "late"]

HANDLED: Final = Count("hồ sơ nhận giải quyết (trong kỳ và kỳ trước chuyển sang)")
RECEIVED: Final = Count("hồ sơ tiếp nhận trong kỳ", _IN)
CARRIED_OVER: Final = Count("hồ sơ tiếp nhận trước kỳ, chưa kết thúc khi bắt đầu kỳ", {"intake": ["carried_over"]})
ONLINE: Final = Count("hồ sơ nộp trực tuyến", {**_IN, "channel": ["online"]}, known="channel_known")
KNOWN_CHANNEL: Final = Count("hồ sơ tiếp nhận có ghi kênh nộp", _IN, "channel_known", "channel_known")
RESOLVED: Final = Count("hồ sơ đã giải quyết", _DONE)
WITH_DUE: Final = Count("hồ sơ đã giải quyết có hạn trả", {"outcome": _WITH_DUE})
EARLY: Final = Count("hồ sơ giải quyết trước hạn", {"outcome": ["early"]}, known="due_known")
ON_TIME: Final = Count("hồ sơ giải quyết đúng hạn", {"outcome": ["on_time"]}, known="due_known")
IN_TIME: Final = Count("hồ sơ giải quyết trước hạn và đúng hạn", {"outcome": ["early", "on_time"]}, known="due_known")
LATE: Final = Count("hồ sơ đã giải quyết nhưng quá hạn", {"outcome": ["late"]}, known="due_known")
PENDING: Final = Count("hồ sơ đang giải quyết cuối kỳ", {"outcome": outcomes.PENDING})
PENDING_OVERDUE: Final = Count("hồ sơ đang giải quyết đã quá hạn", {"outcome": ["pending_overdue"]}, known="due_known")
_PROGRESS = Count(
    "hồ sơ trước hạn, đúng hạn và đang giải quyết trong hạn, trừ hồ sơ phải bổ sung quá một lần",
    {"outcome": ["early", "on_time", "pending_in_time"]},
    "not_asked_again",
    "due_known",
)
_OVERDUE = Count("hồ sơ quá hạn, đã và đang giải quyết", {"outcome": ["late", "pending_overdue"]}, known="due_known")
_BUSINESS = {**_IN, "applicant_kind": ["business"]}

INDICATORS: Final = (
    Indicator("received", "Tiếp nhận trong kỳ", "dossiers", RECEIVED, places=("tile", "index")),
    Indicator("carried_over", "Kỳ trước chuyển sang", "dossiers", CARRIED_OVER),
    Indicator("received_online", "Tiếp nhận trực tuyến", "dossiers", ONLINE),
    Indicator(
        "online_rate", "Tỷ lệ tiếp nhận trực tuyến", "percent", ONLINE, KNOWN_CHANNEL, "higher",
        places=("tile", "digital", "index"),
    ),
    Indicator("resolved", "Đã giải quyết", "dossiers", RESOLVED, None, "", II_06A_APART, ("tile",), "resolved_rate"),
    Indicator("resolved_rate", "Tỷ lệ đã giải quyết", "percent", RESOLVED, HANDLED, "higher", II_06A_APART),
    Indicator("early", "Giải quyết trước hạn", "dossiers", EARLY, places=("tile",), rate="early_rate"),
    Indicator("early_rate", "Tỷ lệ trước hạn", "percent", EARLY, WITH_DUE, "higher", PRACTICE),
    Indicator("on_time", "Giải quyết đúng hạn", "dossiers", ON_TIME, source=II_06A_APART),
    Indicator(
        "in_time_rate", "Tỷ lệ giải quyết trước và đúng hạn", "percent", IN_TIME, WITH_DUE, "higher", II_06A_APART,
        ("tile", "index"),
    ),
    Indicator(
        "late", "Giải quyết quá hạn", "dossiers", LATE, better="lower", places=("tile", "index"), rate="late_rate",
    ),
    Indicator("late_rate", "Tỷ lệ giải quyết quá hạn", "percent", LATE, WITH_DUE, "lower", II_06A_APART),
    Indicator("pending", "Đang giải quyết", "dossiers", PENDING, places=("tile",), rate="pending_rate"),
    Indicator("pending_rate", "Tỷ lệ đang giải quyết", "percent", PENDING, HANDLED, "", PRACTICE),
    Indicator(
        "pending_overdue", "Đang giải quyết, đã quá hạn", "dossiers", PENDING_OVERDUE, better="lower",
        places=("tile", "index"), rate="pending_overdue_rate",
    ),
    Indicator(
        "pending_overdue_rate", "Tỷ lệ quá hạn trong số đang giải quyết", "percent", PENDING_OVERDUE, PENDING, "lower",
    ),
    Indicator("overdue_rate", "Tỷ lệ quá hạn chung", "percent", _OVERDUE, HANDLED, "lower"),
    Indicator("progress_rate", "Tỷ lệ đúng tiến độ", "percent", _PROGRESS, HANDLED, "higher", DECISION_766),
    Indicator(
        "withdrawn", "Công dân rút hồ sơ", "dossiers", Count("hồ sơ công dân yêu cầu rút", {"outcome": ["withdrawn"]}),
    ),
    Indicator(
        "fully_online_rate", "Tỷ lệ trực tuyến toàn trình", "percent",
        Count("hồ sơ nộp trực tuyến toàn trình", _IN, "fully_online", "level_known"), RECEIVED, "higher", PRACTICE,
        ("digital",),
    ),
    Indicator(
        "business_online_rate", "Tỷ lệ hồ sơ của doanh nghiệp nộp trực tuyến", "percent",
        Count("hồ sơ của doanh nghiệp nộp trực tuyến", {**_BUSINESS, "channel": ["online"]}, known="channel_known"),
        Count("hồ sơ của doanh nghiệp có ghi kênh nộp", _BUSINESS, "channel_known", "kind_known"), "higher", PRACTICE,
        ("digital",),
    ),
    Indicator(
        "online_payment_rate", "Tỷ lệ thanh toán trực tuyến", "percent",
        Count("hồ sơ thanh toán phí, lệ phí trực tuyến", _IN, "fee_paid_online", "paid_known"),
        Count("hồ sơ tiếp nhận có phí, lệ phí", _IN, "with_fee", "fee_known"), "higher", DECISION_766, ("digital",),
    ),
    Indicator(
        "digitised_rate", "Tỷ lệ số hóa hồ sơ", "percent",
        Count("hồ sơ được số hóa thành phần", _IN, "digitised", "digitised_known"),
        Count("hồ sơ tiếp nhận có ghi thông tin số hóa", _IN, "digitised_known"), "higher", DECISION_766, ("digital",),
    ),
    # A result comes with the end: over the resolved ones, so that nothing from after the period's end is counted.
    Indicator(
        "e_result_rate", "Tỷ lệ trả kết quả điện tử", "percent",
        Count("hồ sơ đã giải quyết có kết quả điện tử", _DONE, "e_result", "e_result_known"),
        Count("hồ sơ đã giải quyết có ghi thông tin kết quả điện tử", _DONE, "e_result_known"), "higher", DECISION_766,
        ("digital",),
    ),
    Indicator(
        "digital_rate", "Tỷ lệ số hóa và có kết quả điện tử", "percent",
        Count("hồ sơ đã giải quyết được số hóa và có kết quả điện tử", _DONE, "digital", "digital_known"),
        Count("hồ sơ đã giải quyết có ghi cả hai thông tin", _DONE, "digital_known"), "higher", PRACTICE, ("digital",),
    ),
)  # fmt: skip
_ALL: Final[_Sum] = ((), "dossiers")
_BY_NAME: Final = {indicator.name: indicator for indicator in INDICATORS}


def get(name: str) -> Indicator:
    """One declared indicator.

    Raises
    ------
    UserError
        When none has that name; the message lists the names.
    """
    if name not in _BY_NAME:
        raise UserError(f"No indicator '{name}'. There are: {', '.join(_BY_NAME)}.")
    return _BY_NAME[name]


def at(place: Literal["tile", "digital", "index"]) -> list[Indicator]:
    """The indicators declared for one place of a report, in their order."""
    return [indicator for indicator in INDICATORS if place in indicator.places]


def with_target(units: Sequence[str], on: pd.Timestamp) -> list[Indicator]:
    """The indicators that have a target in force on a day, in their order.

    Parameters
    ----------
    units : sequence of str
        Codes of the province and the commune, as ``reference.target`` takes them.
    on : Timestamp

    Returns
    -------
    list of Indicator

    Raises
    ------
    UserError
        When the targets table names an indicator that is not declared.
    """
    rates = [indicator.name for indicator in INDICATORS if indicator.denominator is not None]
    for name in reference.table("targets")["indicator"]:
        if name not in rates:
            raise UserError(f"Reference table targets.csv: no rate '{name}'. There are: {', '.join(rates)}.")
    return [indicator for indicator in INDICATORS if reference.target(indicator.name, units, on)]


def compute(cube: pd.DataFrame, by: Sequence[str] = (), declared: Sequence[Indicator] = INDICATORS) -> pd.DataFrame:
    """Numerator, denominator and value of every declared indicator.

    Parameters
    ----------
    cube : DataFrame
        The counts cube.
    by : sequence of str
        Dimensions to keep; none gives the whole.
    declared : sequence of Indicator
        Others than those of the list, to try one out.

    Returns
    -------
    DataFrame
        A row a group and indicator: columns ``by``, ``indicator``, ``numerator``, ``denominator`` (Int64, missing
        where the export does not tell) and ``value`` (percentage or count, not rounded; missing when the
        denominator is 0 or missing).
    """
    groups, sums = _summed(cube, by, _needed(declared))
    shape = (len(declared), len(groups))
    numerators, denominators = np.full(shape, np.nan), np.full(shape, np.nan)
    for place, indicator in enumerate(declared):
        numerators[place] = _counted(sums, indicator.numerator)
        if indicator.denominator is not None:
            denominators[place] = _counted(sums, indicator.denominator)
    counts_only = np.array([[indicator.denominator is None] for indicator in declared])
    shares = 100 * numerators / np.where(denominators == 0, np.nan, denominators)
    names = np.repeat([indicator.name for indicator in declared], len(groups))
    repeated = np.tile(np.arange(len(groups)), len(declared))
    return pd.DataFrame({
        **{name: groups[name].array.take(repeated) for name in by},
        "indicator": pd.array(names, dtype=texts(len(names))),
        "numerator": _counts(numerators),
        "denominator": _counts(denominators),
        "value": pd.array(np.where(counts_only, numerators, shares).ravel(), dtype="Float64"),
    })  # fmt: skip


def _counts(table: Floats) -> pd.arrays.IntegerArray:
    """A table's rows one behind the other, NaN as missing."""
    missing = np.isnan(table).ravel()
    return pd.arrays.IntegerArray(np.where(missing, 0, table.ravel()).astype(np.int64), missing)


def _key(where: Mapping[str, Sequence[str]], measure: str) -> _Sum:
    return tuple((dimension, tuple(values)) for dimension, values in where.items()), measure


def _needed(declared: Sequence[Indicator]) -> list[_Sum]:
    """Every sum that some indicator is made of, each once: most share theirs with others."""
    counts = [count for indicator in declared for count in (indicator.numerator, indicator.denominator) if count]
    own = {_ALL} | {_key(count.where, count.measure) for count in counts}
    return sorted(own | {_key({}, count.known) for count in counts if count.known})


def _summed(cube: pd.DataFrame, by: Sequence[str], needed: Sequence[_Sum]) -> tuple[pd.DataFrame, dict[_Sum, Floats]]:
    """The groups, and every needed sum in each of them; without ``by`` there is always one group."""
    dimensions = {name: pd.factorize(cube[name]) for name in {name for where, _ in needed for name, _ in where}}
    measures = {name: cube[name].to_numpy() for name in {name for _, name in needed}}
    cells = np.empty((len(cube), len(needed)), dtype=np.int64)
    for place, (where, measure) in enumerate(needed):
        chosen = np.ones(len(cube), dtype=bool)
        for name, values in where:
            codes, present = dimensions[name]
            chosen &= np.isin(present, values)[codes]
        cells[:, place] = measures[measure] * chosen
    if not by:
        return pd.DataFrame(index=[0]), dict(zip(needed, cells.sum(axis=0, dtype="float64")[:, None], strict=True))
    sums = pd.DataFrame(cells, index=cube.index).groupby([cube[name] for name in by], sort=True).sum()
    return sums.index.to_frame(index=False), dict(zip(needed, sums.to_numpy("float64").T, strict=True))


def _counted(sums: Mapping[_Sum, Floats], count: Count) -> Floats:
    """One count in every group; NaN where there are dossiers but the export says nothing of them."""
    counted = sums[_key(count.where, count.measure)]
    if count.known is None:
        return counted
    # Judged over all dossiers, not over the counted cells: "no online dossier" is 0, "no channel" is missing.
    untold = (sums[_key({}, count.known)] == 0) & (sums[_ALL] > 0)
    return np.where(untold, np.nan, counted)


def figures(computed: pd.DataFrame) -> dict[str, Figure]:
    """Every indicator of the whole, as plain numbers.

    Parameters
    ----------
    computed : DataFrame
        What ``compute`` returns without ``by``, or one group of it.

    Returns
    -------
    dict
        By the indicators' names: numerator, denominator, value; None where missing.
    """
    return dict(zip(computed["indicator"].tolist(), _plain(computed), strict=True))


def figures_by(computed: pd.DataFrame, key: str) -> dict[str, dict[str, Figure]]:
    """Every indicator of every group, as plain numbers.

    Parameters
    ----------
    computed : DataFrame
        What ``compute`` returns with one dimension.
    key : str
        That dimension.

    Returns
    -------
    dict
        By the groups' values, in their order: what ``figures`` gives of the group.
    """
    found: dict[str, dict[str, Figure]] = {}
    for group, name, row in zip(computed[key].tolist(), computed["indicator"].tolist(), _plain(computed), strict=True):
        found.setdefault(str(group), {})[name] = row
    return found


def _plain(computed: pd.DataFrame) -> Iterator[Figure]:
    columns = ([None if each is pd.NA else each for each in computed[key].tolist()] for key in _FIGURE)
    return (dict(zip(_FIGURE, row, strict=True)) for row in zip(*columns, strict=True))


def one(computed: pd.DataFrame, name: str) -> Figure:
    """One indicator of the whole, as plain numbers.

    Parameters
    ----------
    computed : DataFrame
        As for ``figures``.
    name : str
        Name of the indicator.

    Returns
    -------
    dict
        numerator, denominator, value; None where missing.
    """
    return figures(computed)[get(name).name]
