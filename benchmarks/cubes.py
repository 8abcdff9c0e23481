"""What the counts cube of the whole country costs, beside the same cube by plain pandas and by one DuckDB query.

    make bench-cube                                                # makes the sample first: some minutes
    .venv/bin/tthc sample --scale nation --store DIR
    .venv/bin/python benchmarks/cubes.py --store DIR
    .venv/bin/python benchmarks/cubes.py --store DIR --provinces 01,04,31

The sides, each a process of its own, one after the other, with all cores, over the same files:

    tally   `helpers.tallies`, a province at a time: the cube and all else that the pages on many communes count
    cube    the same dossiers and columns as the others read, classed and counted by `helpers`: the cube alone
    pandas  `read_parquet` with filters, masks and a `groupby`, as an analyst writes it, a province at a time: the
            country at once takes some 9 GB
    duckdb  one query over all files

The last two know nothing of `helpers`. Ours reads the dossiers and counts them anew: nothing that was kept beside the
store is used, and nothing is kept there. The files are read once before, so that none of the sides has to wait for the
disk. CPU is that of a side's whole process, starting Python included; memory is its largest resident set. At the end
the cubes are compared cell by cell in all dimensions and measures; when they differ the exit code is 1.
"""

import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

if TYPE_CHECKING:
    import pandas as pd

# Of the dossier table, what the cube is counted from.
COLUMNS: Final = [
    "commune", "field", "channel", "applicant_kind", "received_at", "due_at", "finished_at", "returned_at", "status",
    "due_date_only", "finished_date_only", "returned_date_only", "fee_due", "paid_online", "digitised", "e_result",
    "online_level", "supplement_requests",
]  # fmt: skip

SQL: Final = """
COPY (
    WITH known AS (
        SELECT *, coalesce(finished_at, returned_at) AS finished, CASE WHEN finished < $stop THEN finished END AS ended,
            due_date_only OR CASE WHEN finished_at IS NULL THEN returned_date_only ELSE finished_date_only END AS by_day
        FROM read_parquet($files, hive_partitioning = false)
        WHERE received_at < $stop AND coalesce(status, 2) NOT IN (1, 3)
            AND (received_at >= $start OR coalesce(finished, $stop) >= $start)
    ), classed AS (
        SELECT *,
            CASE
                WHEN ended IS NOT NULL AND status = 7 THEN 'withdrawn'
                WHEN ended IS NOT NULL AND due_at IS NULL THEN 'resolved_no_due'
                WHEN by_day AND ended::DATE > due_at::DATE THEN 'late'
                WHEN by_day AND ended::DATE < due_at::DATE THEN 'early'
                WHEN NOT by_day AND ended > due_at THEN 'late'
                WHEN NOT by_day AND ended < due_at::DATE + INTERVAL (12 * (hour(due_at) // 12)) HOURS THEN 'early'
                WHEN ended IS NOT NULL THEN 'on_time'
                WHEN due_at IS NULL THEN 'pending_no_due'
                WHEN due_at < $stop AND coalesce(status, 2) NOT IN (5, 6, 8) THEN 'pending_overdue'
                ELSE 'pending_in_time'
            END AS outcome
        FROM known)
    SELECT
        commune, coalesce(field, '') AS field, coalesce(channel, '') AS channel,
        coalesce(applicant_kind, '') AS applicant_kind,
        CASE WHEN received_at >= $start THEN 'received' ELSE 'carried_over' END AS intake, outcome,
        count(*) AS dossiers,
        count(*) FILTER (outcome = 'pending_in_time' AND status IN (5, 6, 8)) AS waiting,
        count(*) FILTER (ended IS NULL OR coalesce(supplement_requests, 0) <= 1) AS not_asked_again,
        count(due_at) AS due_known,
        count(channel) AS channel_known,
        count(applicant_kind) AS kind_known,
        count(fee_due) AS fee_known,
        count(*) FILTER (fee_due) AS with_fee,
        count(paid_online) FILTER (fee_due) AS paid_known,
        count(*) FILTER (fee_due AND paid_online) AS fee_paid_online,
        count(digitised) AS digitised_known,
        count(*) FILTER (digitised) AS digitised,
        count(e_result) AS e_result_known,
        count(*) FILTER (e_result) AS e_result,
        count(e_result) FILTER (digitised IS NOT NULL) AS digital_known,
        count(*) FILTER (digitised AND e_result) AS digital,
        count(online_level) AS level_known,
        count(*) FILTER (online_level = 'full') AS fully_online
    FROM classed GROUP BY ALL
) TO $out (FORMAT parquet)
"""


@dataclass(frozen=True)
class Task:
    """What a side counts: files of some provinces' dossiers, in a period [start, stop); where its cube goes."""

    store: str
    period: str
    start: str
    stop: str
    files: dict[str, list[str]]
    out: str


class Counted(NamedTuple):
    """How many dossiers and cells a side's cube holds."""

    dossiers: int
    cells: int


# ---- the sides, as they run in their own process


def by_tally(task: Task) -> Counted:
    """All that the pages on many communes count."""
    from helpers import periods, tallies

    period = periods.parse(task.period)
    parts = [
        tallies.of_rows(tallies.read(Path(task.store), province, period), period, "timestamp")
        for province in task.files
    ]
    return _written(tallies.together(parts).cube, task)


def by_cube(task: Task) -> Counted:
    """The cube alone."""
    import pandas as pd

    from helpers import cube, outcomes, periods, store

    period = periods.parse(task.period)
    parts = []
    for province in task.files:
        rows = store.read(Path(task.store), province, period.start, period.end, None, COLUMNS, coded=True)
        parts.append(cube.count(outcomes.classify(rows, period)))
    return _written(pd.concat(parts, ignore_index=True), task)


def by_pandas(task: Task) -> Counted:
    """As an analyst writes it."""
    import pandas as pd

    start, stop = pd.Timestamp(task.start), pd.Timestamp(task.stop)
    parts = [_grouped(files, start, stop) for files in task.files.values()]
    return _written(pd.concat(parts, ignore_index=True), task)


def _grouped(files: list[str], start: "pd.Timestamp", stop: "pd.Timestamp") -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    rows = pd.read_parquet(files, columns=COLUMNS, filters=[("received_at", "<", stop)], partitioning=None)
    ended = rows["finished_at"].fillna(rows["returned_at"])
    new = rows["received_at"] >= start
    inside = (new | ~(ended < start)) & ~rows["status"].fillna(0).isin([1, 3])
    rows, ended, new = rows[inside], ended[inside], new[inside]

    due, status = rows["due_at"], rows["status"].fillna(0)
    closed, waits = ended < stop, status.isin([5, 6, 8])
    by_day = rows["due_date_only"] | rows["returned_date_only"].where(
        rows["finished_at"].isna(), rows["finished_date_only"]
    )
    ended_day, due_day = ended.dt.normalize(), due.dt.normalize()
    session = due_day.mask(due.dt.hour >= 12, due_day + pd.Timedelta(hours=12))
    classes = {
        "withdrawn": closed & (status == 7),
        "resolved_no_due": closed & due.isna(),
        "late": closed & ((by_day & (ended_day > due_day)) | (~by_day & (ended > due))),
        "early": closed & ((by_day & (ended_day < due_day)) | (~by_day & (ended < session))),
        "on_time": closed,
        "pending_no_due": due.isna(),
        "pending_overdue": (due < stop) & ~waits,
    }
    fee, paid, digitised, e_result = (
        rows[name].fillna(False).astype(bool) for name in ("fee_due", "paid_online", "digitised", "e_result")
    )
    known = rows.notna()
    counted = pd.DataFrame(
        {
            "commune": rows["commune"],
            "field": rows["field"].fillna(""),
            "channel": rows["channel"].fillna(""),
            "applicant_kind": rows["applicant_kind"].fillna(""),
            "intake": np.where(new, "received", "carried_over"),
            "outcome": np.select(list(classes.values()), list(classes), "pending_in_time"),
            "dossiers": 1,
            "waiting": ~closed & waits & known["due_at"],
            "not_asked_again": ~(closed & (rows["supplement_requests"].fillna(0) > 1)),
            "due_known": known["due_at"],
            "channel_known": known["channel"],
            "kind_known": known["applicant_kind"],
            "fee_known": known["fee_due"],
            "with_fee": fee,
            "paid_known": fee & known["paid_online"],
            "fee_paid_online": fee & paid,
            "digitised_known": known["digitised"],
            "digitised": digitised,
            "e_result_known": known["e_result"],
            "e_result": e_result,
            "digital_known": known["digitised"] & known["e_result"],
            "digital": digitised & e_result,
            "level_known": known["online_level"],
            "fully_online": rows["online_level"] == "full",
        }
    )
    return counted.groupby(["commune", "field", "channel", "applicant_kind", "intake", "outcome"]).sum().reset_index()


def by_duckdb(task: Task) -> Counted:
    """One query."""
    from datetime import datetime

    import duckdb

    given = {
        "files": [path for files in task.files.values() for path in files],
        "start": datetime.fromisoformat(task.start),
        "stop": datetime.fromisoformat(task.stop),
        "out": task.out,
    }
    with duckdb.connect(config={"threads": len(os.sched_getaffinity(0))}) as connection:
        connection.execute(SQL, given)
        counted = connection.execute("SELECT sum(dossiers), count(*) FROM read_parquet($1)", [task.out]).fetchone()
    return Counted(*(counted or (0, 0)))


def _written(cube: "pd.DataFrame", task: Task) -> Counted:
    cube.to_parquet(task.out, index=False)
    return Counted(int(cube["dossiers"].sum()), len(cube))


SIDES: Final[dict[str, Callable[[Task], Counted]]] = {
    "tally": by_tally,
    "cube": by_cube,
    "pandas": by_pandas,
    "duckdb": by_duckdb,
}


# ---- the program


@click.command()
@click.option("--store", "folder", type=click.Path(path_type=Path), help="A filled store; without it, one is made.")
@click.option("--period", default="2025-Q3", show_default=True)
@click.option("--provinces", help="Two-digit codes between commas; all by default.")
@click.option("--inside", nargs=2, hidden=True)
def main(folder: Path | None, period: str, provinces: str | None, inside: tuple[str, str] | None) -> None:
    """Print what each side costs, and whether their cubes are the same."""
    if inside:
        side, task = inside
        counted = SIDES[side](Task(**json.loads(task)))
        print(f"{counted.dossiers} rows = the sum of {counted.cells} cells")
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        same = beside(folder or nation(Path(place) / "nation"), period, provinces, Path(place))
    sys.exit(0 if same else 1)


def beside(folder: Path, period: str, provinces: str | None, place: Path) -> bool:
    """Print what each side costs; whether all gave the same cube."""
    from batches import machine
    from importing import measure

    from helpers import periods, store

    span, now = periods.parse(period), store.filled(folder)
    chosen = provinces.split(",") if provinces else sorted({part.province for part in now.parts})
    files = {province: [str(folder.resolve() / part.path) for part in now.of(province)] for province in chosen}
    stored = sum(part.rows for province in chosen for part in now.of(province))
    for path in (path for paths in files.values() for path in paths):
        Path(path).read_bytes()
    print(f"{machine()}; duckdb {importlib.metadata.version('duckdb')}")
    print(f"{folder}: {len(chosen)} provinces, {stored} dossiers stored; the cube of {span.text}", flush=True)
    outs = {side: place / f"{side}.parquet" for side in SIDES}
    for side, out in outs.items():
        task = Task(str(folder), period, span.start.isoformat(), span.end.isoformat(), files, str(out))
        measure(side, [sys.executable, __file__, "--inside", side, json.dumps(asdict(task))])
    return compared(outs)


def compared(outs: dict[str, Path]) -> bool:
    """Print in how many cells the cube of each side is another than the first's; whether there is none."""
    import pandas as pd

    from helpers import cube

    if failed := [side for side, out in outs.items() if not out.exists()]:
        print(f"no cube of {', '.join(failed)}")
        return False
    columns = [*cube.DIMENSIONS, *cube.MEASURES]
    (first, ours), *others = ((side, pd.read_parquet(out)[columns]) for side, out in outs.items())
    differ = 0
    for side, other in others:
        both = ours.merge(other, how="outer", on=columns, indicator=True, validate="1:1")
        cells = both.loc[both["_merge"] != "both", cube.DIMENSIONS].drop_duplicates()
        print(f"cubes of {first} and {side}: {len(cells) or 'no'} cells differ")
        differ += len(cells)
    return not differ


def nation(store: Path) -> Path:
    """The sample of the whole country, made by another process: the memory of a side counts from this one's."""
    subprocess.run([sys.executable, "-m", "helpers.cli", "sample", "--scale", "nation", "--store", store], check=True)
    return store


if __name__ == "__main__":
    main()
