"""A page says how things stood at the end of its period: nothing that happens later changes it."""

import importlib
import json
import random
from dataclasses import replace

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import findings, periods, slices, store
from helpers import settings as places

LATER = "2025-08-05 09:00"
DAYS = st.sampled_from(
    ["2025-06-20 09:00", "2025-07-01 08:30", "2025-07-09 10:00", "2025-07-31 16:59", "2025-08-01 00:00", LATER]
)
# What may come to a dossier, and does so at a time; what is known without a time (status, payment) stays as it is.
ROWS = st.lists(
    st.fixed_dictionaries(
        {"received_at": DAYS},
        optional={
            "due_at": DAYS, "finished_at": DAYS, "apology_at": DAYS, "channel": st.sampled_from(["online", "direct"]),
            "field": st.sampled_from(["ho-tich", "dat-dai"]), "procedure": st.sampled_from(["1.001193", "1.000894"]),
            "holder": st.sampled_from(["tax", "office"]), "overdue_cause": st.just("staff"),
            "supplement_requests": st.sampled_from([0, 2]),
        },
    ),
    min_size=1, max_size=8,
)  # fmt: skip
END = "2025-07-31 23:59"


def _cells() -> list[str]:
    """Code of the cells of the commune's report that show something of it, but where it comes from."""
    notebook = json.loads(places.notebook("commune_report").read_text(encoding="utf-8"))
    sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    shown = [source for source in sources if "report" in source and not source.startswith(("report =", "from "))]
    assert len(shown) > 15
    return [source for source in shown if "provenance" not in source and "annexes" not in source]


def _page(part: slices.Slice) -> list[str]:
    names = ("appendix", "charts", "findings", "headline", "markup", "narrative", "tables")
    known = {name: importlib.import_module(f"helpers.{name}") for name in names}
    known |= {"report": part, "points": findings.find(part)}
    return [eval(source, known).data for source in _cells()]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.integers(0, 2**32))
def test_later_events_change_nothing(report, rows, seed):
    chance = random.Random(seed)
    before = [{key: at for key, at in row.items() if not (key.endswith("ed_at") and str(at) > END)} for row in rows]
    before = [row for row in before if "received_at" in row] or [{"received_at": "2025-07-09 10:00"}]
    before = [
        {**row, "apology_at": None if str(row.get("apology_at")) > END else row.get("apology_at")} for row in before
    ]
    after = [dict(row) for row in before]
    for row in after:
        if "finished_at" not in row and chance.random() < 0.7:
            row["finished_at"] = LATER
        if row["apology_at"] is None and chance.random() < 0.5:
            row.update(apology_at=LATER, new_due_at="2025-08-20 09:00", extensions=2)
    after.append({"received_at": LATER, "field": "xay-dung", "dossier_id": "LATER"})
    assert _page(report(*before)) == _page(report(*after))


def test_every_cell_shows_something_of_a_full_report(small):
    """The cells that the property runs are those of the page: none of them is empty for a commune with everything."""
    shown = _page(slices.commune("08746", "2025-Q3", folder=small))
    assert all(text.strip() for text in shown)


def test_a_store_that_goes_on_gives_the_page_of_one_that_stopped(small, tmp_path):
    """The whole sample of Xuân Hòa, and the same as its store stood on the evening of 14 August."""
    period = periods.parse("2025-07-01..2025-08-14")
    rows = store.read(small, "25", period.start, pd.Timestamp("2026-01-01"))
    then = rows[rows["received_at"] < period.end].copy()
    ended_later = then["finished_at"] >= period.end
    for name in ("finished_at", "returned_at"):
        then[name] = then[name].mask(then[name] >= period.end)
    then["status"] = then["status"].mask(then["status"].eq(10) & then["returned_at"].isna(), 9).mask(ended_later, 4)
    then["e_result"] = then["e_result"].mask(ended_later)
    then[["apology_at", "new_due_at", "extensions"]] = then[["apology_at", "new_due_at", "extensions"]].mask(
        then["apology_at"] >= period.end
    )
    assert ended_later.sum() > 50
    with store.changing(tmp_path, "sample") as writer:
        writer.add(store.arrow(then))
    whole, stopped = (slices.commune("08746", period.text, folder=folder) for folder in (small, tmp_path))
    assert _page(replace(whole, data_to=stopped.data_to)) == _page(stopped)
