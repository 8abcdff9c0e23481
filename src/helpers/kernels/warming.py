"""What a warm parent does before it forks: everything that each kernel would otherwise do again for itself.

It imports, reads the reference tables, and draws one report of made-up dossiers, for much is only loaded when it is
first used. It reads no dossiers: that would start threads of Arrow.
"""

import importlib
import sys
from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
from IPython.display import HTML

from helpers import (
    appendix,
    charts,
    cube,
    digests,
    dossiers,
    durations,
    findings,
    gaps,
    headline,
    indicators,
    markup,
    narrative,
    outcomes,
    overdue,
    peers,
    periods,
    reference,
    reported,
    slices,
    store,
    tables,
    trends,
)  # fmt: skip
from helpers.annexes import draft, form, lists
from helpers.kernels import application

# What ipykernel, IPython and the notebooks import late.
_LATE: Final = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "ipykernel.zmqshell", "ipykernel.parentpoller",
    "ipykernel.subshell_manager", "ipykernel.shellchannel", "IPython.core.completer", "IPython.core.completerlib",
    "IPython.core.debugger", "IPython.core.history", "IPython.core.logger", "IPython.core.oinspect",
    "IPython.utils.wildcard",
    "IPython.extensions.storemagic", "jedi", "sqlite3", "matplotlib_inline.backend_inline",
    "matplotlib.backends.backend_svg", "matplotlib.pyplot", "pyarrow.parquet", "pyarrow.dataset", "seaborn",
    "helpers.edition", "helpers.parameters", "helpers.quality", "psutil",
    "tornado.platform.asyncio", "zmq.asyncio", "zmq.eventloop.zmqstream",
)  # fmt: skip
_COMMUNE: Final = "10972"
_DRAWINGS: Final = 4  # of a commune's report


def warm() -> None:
    """Import everything and draw one report; what fails is only slower later."""
    for name in _LATE:
        _try(importlib.import_module, name)
    for name in reference.SCHEMAS:
        _try(reference.table, name)
    _try(_draw)
    _try(_compile)
    _try(charts.prepare, _DRAWINGS)
    _try(application.module_files)


def _try(do: Callable[..., object], *given: object) -> None:
    try:
        do(*given)
    except Exception as error:  # noqa: BLE001 - a kernel that is not warm does the same by itself
        sys.stderr.write(f"The warm parent skips {do.__name__}{given}: {error!r}\n")


def _draw() -> None:
    """Every part of a commune's page, and the files beside it, once."""
    part = _report()
    points = findings.find(part)
    digests.commit()
    digests.code()
    for table in ("communes", "channels", "fields", "holders", "causes", "procedures", "statuses"):
        reference.names(table)
    shown: list[HTML] = [
        markup.style(),
        headline.masthead(part, ""),
        headline.tiles(part),
        tables.targets(part),
        markup.sentences(*narrative.summary(part)),
        markup.paragraphs(*narrative.overdue_told(part)),
        markup.paragraph(narrative.busiest(part), narrative.processing(part)),
        markup.beside(charts.flow(part), charts.backlog(part)),
        charts.overdue_by_field(part),
        charts.online_by_field(part),
        tables.by_month(part),
        tables.by_hour(part),
        tables.changes(part),
        tables.processing_times(part, "field"),
        tables.processing_times(part, "procedure"),
        tables.channels(part, "field"),
        tables.channels(part, "applicant_kind"),
        tables.digital_by_month(part),
        tables.procedures(part),
        tables.pending_ages(part),
        tables.told(part),
        tables.form_06a(part),
        tables.rates_by_field(part),
        tables.all_outcomes(part),
        tables.overdue_bands(part, overdue.LATE),
        tables.overdue_bands(part, overdue.PENDING),
        tables.overdue_by(part, "overdue_cause"),
        tables.overdue_by(part, "holder"),
        tables.overdue_by(part, "procedure"),
        tables.overdue_by_due_month(part),
        tables.pending_overdue_list(part),
        tables.due_soon(part),
        tables.digital(part),
        tables.context(part),
        tables.reported(part),
        tables.reported_arithmetic(part),
        tables.findings(part, points),
        appendix.definitions(part),
        appendix.rules(part),
        appendix.quality(part),
        appendix.provenance(part),
    ]
    assert all(shown)
    assert all((form.workbook(part), lists.workbook(part, points), draft.document(part, points)))


def _compile() -> None:
    """The fragments of pages: some are only filled where there is something to say."""
    fragments = markup.environment()
    for name in fragments.list_templates(["j2"]):
        fragments.get_template(name)


def _report() -> slices.CommuneSlice:
    """A quarter of made-up dossiers, and the quarter before."""
    period = periods.parse("2025-Q3")
    rows = _rows()
    classed = outcomes.classify(rows, period)
    counts = cube.count(classed)
    computed = indicators.compute(counts)
    unit = reference.find_commune(_COMMUNE)
    return slices.CommuneSlice(
        code=_COMMUNE, name=unit["name"], province_code=unit["province_code"], province=unit["province"],
        period=period, previous_period=periods.previous(period), grain="timestamp", origin="sample", sources=[],
        fingerprint=slices.fingerprint(rows), daily=trends.daily(classed, period), gaps=gaps.count(classed),
        classed=classed, overdue=overdue.select(classed, period),
        durations=durations.of(classed), cube=counts, computed=computed, previous=computed, previous_cube=counts,
        year_before=computed, data_from=period.start, data_to=period.end,
        peers=peers.Peers(pd.DataFrame(columns=["commune", "indicator", "position", "compared"]), 0, 1),
        reported=reported.of("", period), broken=cube.broken_identities(counts, rows, period),
    )  # fmt: skip


def _rows() -> pd.DataFrame:
    """A few thousand dossiers, with every column filled for some and missing for others, as the store gives them."""
    numbers = np.arange(3000)
    received = pd.Timestamp("2025-05-20 08:00") + pd.to_timedelta(numbers, unit="h")
    finished = received + pd.to_timedelta(numbers % 9, unit="D")

    def one_of(*values: str | None) -> list[str | None]:
        return [values[number % len(values)] for number in numbers]

    rows = pd.DataFrame(
        {
            "dossier_id": [f"000.{number}" for number in numbers],
            "commune": _COMMUNE,
            "procedure": one_of("1.000001", "2.000002", None),
            "field": one_of(*reference.table("fields")["code"].head(12), None),
            "channel": one_of("online", "direct", "postal", None),
            "applicant_kind": one_of("citizen", "business", None),
            "holder": one_of(*reference.table("holders")["code"].head(5), None),
            "overdue_cause": one_of(*reference.table("causes")["code"].head(3), None),
            "online_level": one_of("full", "partial", None),
            "received_at": received,
            "due_at": (received + pd.Timedelta(days=5)).where(numbers % 17 != 0),
            "finished_at": finished.where(numbers % 4 != 0),
            "apology_at": finished.where(numbers % 5 == 0),
            "fee_due": numbers % 2 == 0,
            "paid_online": numbers % 3 == 0,
            "digitised": numbers % 5 != 0,
            "e_result": numbers % 7 != 0,
            "status": np.where(numbers % 4 == 0, 4, 10),
        }
    )
    table, file = store.arrow(dossiers.complete(rows)), pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(table, file)
    # From memory: reading a file would start a thread.
    read = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(file.getvalue())).read_row_groups([0], use_threads=False)
    return store.frame(read)
