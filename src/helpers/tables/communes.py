"""The communes of a province, listed and ranked."""

from collections.abc import Sequence

from IPython.display import HTML

from helpers import formats, headline, indicators, markup, ranking, reference
from helpers.formats import number, percent
from helpers.markup import Cell, Rows, heads
from helpers.slices import Slice
from helpers.tables.rates import share


def communes(part: Slice, linked: Sequence[str] = ()) -> HTML:
    """The main figures of every commune of a province, in alphabetical order.

    Parameters
    ----------
    part : Slice
        Of a province.
    linked : sequence of str
        Codes of communes whose page stands in the same folder.

    Returns
    -------
    HTML
    """
    computed = indicators.compute(part.cube, ["commune"]).set_index(["commune", "indicator"])
    names = reference.names("communes")
    codes = sorted(
        computed.index.unique("commune"), key=lambda code: formats.sort_key(reference.bare_name(names[code]))
    )
    head = heads(
        "Đơn vị",
        ">Tiếp nhận",
        ">Tỷ lệ trực tuyến",
        ">Đã giải quyết",
        ">Trước và đúng hạn",
        ">Giải quyết quá hạn",
        ">Đang giải quyết",
        ">Trong đó quá hạn",
    )
    body: Rows = []
    for code in codes:
        figure = computed.loc[code]
        received, resolved, pending = (number(figure.at[n, "numerator"]) for n in ("received", "resolved", "pending"))
        late, overdue_now = (figure.at[n, "numerator"] for n in ("late", "pending_overdue"))
        body.append([
            _linked(code, linked), received, share(figure.loc["online_rate"]), resolved,
            share(figure.loc["in_time_rate"]), number(late), pending, number(overdue_now),
        ])  # fmt: skip
    return markup.table("Số liệu chính của từng đơn vị", head, body, wide=True)


def _linked(code: str, linked: Sequence[str]) -> Cell:
    """A commune's name, linked to its page where there is one."""
    return Cell(reference.label("communes", code), link=f"{reference.file_stem(code)}.html" if code in linked else "")


def ranking_table(part: Slice, name: str, linked: Sequence[str] = ()) -> HTML:
    """Communes of a province in order of one rate, best first.

    Parameters
    ----------
    part : Slice
        Of a province.
    name : str
        Indicator.
    linked : sequence of str
        Codes of communes whose page stands in the same folder.

    Returns
    -------
    HTML
        Communes without a figure for it are counted in a note, not ranked.
    """
    rows, indicator = ranking.ranked(part.peers.positions, name), indicators.get(name)
    if part.peers.positions.empty:
        return markup.note(headline.not_ranked(part))
    if rows.empty or indicator.denominator is None:
        return markup.note(f"{indicator.label}: {formats.NO_DATA}.")
    counted, of = (formats.upper_first(count.label) for count in (indicator.numerator, indicator.denominator))
    head = heads(">Hạng", "Đơn vị", f">{counted}", f">{of}", ">Tỷ lệ")
    body: Rows = [
        [
            str(row["position"]),
            _linked(row["commune"], linked),
            number(row["numerator"]), number(row["denominator"]),
            Cell(percent(row["numerator"], row["denominator"]), bar=float(row["value"]) / 100),
        ]
        for row in rows.to_dict("records")
    ]  # fmt: skip
    whole = indicators.one(part.computed, name)
    foot = ["", "Toàn địa bàn", number(whole["numerator"]), number(whole["denominator"]),
            percent(whole["numerator"], whole["denominator"])]  # fmt: skip
    notes = ["Xếp theo tỷ lệ chưa làm tròn; bằng nhau thì cùng hạng."]
    absent = part.peers.communes - len(rows)
    if absent:
        notes.append(f"{number(absent)} đơn vị chưa có số liệu cho tỷ lệ này nên không xếp hạng.")
    return markup.table(f"Xếp hạng theo {formats.lower_first(indicator.label)}", head, body, foot, notes, row_head=1)
