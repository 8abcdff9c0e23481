"""The figures of a period beside those of earlier ones."""

from typing import Final

from IPython.display import HTML

from helpers import comparisons, headline, indicators, markup
from helpers.markup import Rows, heads
from helpers.slices import Slice

_WORDS: Final = {"up": "tăng rõ", "down": "giảm rõ", "noise": "khác biệt chưa rõ", "none": "–"}


def changes(part: Slice) -> HTML:
    """The main figures beside those of the previous period and of the same period of the year before.

    Parameters
    ----------
    part : Slice

    Returns
    -------
    HTML
        One line when the data reach back to neither.
    """
    earlier = headline.earlier(part)
    if not earlier:
        return markup.note("Chưa có dữ liệu của kỳ trước và cùng kỳ năm trước để so sánh.")
    now = part.all_figures
    words = {period: comparisons.verdicts(part, period, figures) for period, figures in earlier}
    names = [text for period, _ in earlier for text in (f">{period.label}", ">Chênh lệch", "Nhận xét")]
    body: Rows = []
    for indicator in map(indicators.get, comparisons.COMPARED):
        cells = [indicator.label, headline.shown(indicator, now[indicator.name])]
        for period, figures in earlier:
            pair = now[indicator.name], figures[indicator.name]
            word = _WORDS[words[period][indicator.name]]
            cells += [headline.shown(indicator, pair[1]), headline.difference(indicator, *pair), word]
        body.append([*cells])
    notes = [
        "“Tăng rõ”, “giảm rõ”: chênh lệch lớn hơn mức dao động ngẫu nhiên (độ tin cậy 99%); “khác biệt chưa rõ”: "
        "có thể chỉ do ngẫu nhiên. Kỳ dài ngắn khác nhau thì số hồ sơ được quy về cùng số ngày làm việc khi nhận xét.",
    ]
    if not part.filled:
        notes = ["Dữ liệu của kỳ chưa đủ nên không nhận xét tăng, giảm."]
    if part.year_before is None:
        notes.append("Cùng kỳ năm trước: chưa có dữ liệu.")
    head = heads("Số liệu", f">{part.period.label}", *names)
    return markup.table("So với các kỳ trước", head, body, notes=notes, wide=True)
