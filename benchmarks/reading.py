"""How long the store takes to read one commune and one period, beside plain pandas, and as history grows.

    .venv/bin/tthc sample --scale nation --store DIR
    .venv/bin/python benchmarks/reading.py --store DIR

The first table reads some communes from the store given, in turns with ``pandas.read_parquet`` of the same files. The
second makes one province with one year and with five years of history in a temporary folder and reads its last
quarter from each. All times are medians in a warm process.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import click
import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet

from helpers import cube, dossiers, outcomes, periods, reference, store
from helpers.periods import Period

ROUNDS = 7
COUNTING = [*outcomes.NEEDS, *cube.NEEDS]  # what a report reads of the other communes and of the period before
PROVINCE = "31"
LONG_OR_OPEN = 0.03


@click.command()
@click.option("--store", "folder", type=click.Path(path_type=Path), help="A filled store; without it, history alone.")
@click.option("--period", default="2025-Q3", show_default=True)
@click.option("--commune", "communes", multiple=True, default=["10972", "00004", "19942"], show_default=True)
@click.option("--monthly", default=200_000, show_default=True, help="Dossiers a month of the province with a history.")
def main(folder: Path | None, period: str, communes: tuple[str, ...], monthly: int) -> None:
    """Print both tables."""
    span = periods.parse(period)
    if folder is not None:
        click.echo(f"{folder}: {store.snapshot(folder).rows} dossiers, {span.text}\n")
        click.echo(beside_pandas(folder, span, communes).to_string(index=False))
    click.echo(f"\nProvince {PROVINCE}, {monthly} dossiers a month, its last quarter\n")
    click.echo(with_history(communes[0], monthly).to_string(index=False))


def beside_pandas(folder: Path, span: Period, communes: tuple[str, ...]) -> pd.DataFrame:
    """Times of the store and of pandas, which must find the same dossiers."""
    rows = []
    for commune in communes:
        province = reference.province_of([commune])[0]

        def ours(columns: list[str] | None, commune: str = commune, province: str = province) -> pd.DataFrame:
            return store.read(folder, province, span.start, span.end, commune, columns)

        def pandas(filtered: bool, commune: str = commune, province: str = province) -> pd.DataFrame:
            return _by_pandas(folder, province, commune, span.start, span.end, filtered)

        ways: dict[str, Callable[[], pd.DataFrame]] = {
            "store.read": lambda ours=ours: ours(None),
            "store.read, columns for counting": lambda ours=ours: ours(COUNTING),
            "pandas, filters": lambda pandas=pandas: pandas(True),
            "pandas, read all and filter": lambda pandas=pandas: pandas(False),
        }
        keys = {name: set(way()["dossier_id"]) for name, way in ways.items()}
        if any(found != keys["store.read"] for found in keys.values()):
            raise AssertionError(f"the ways find different dossiers of {commune}")
        rows += [
            {"commune": commune, "way": name, "dossiers": len(keys[name]), **spent}
            for name, spent in _times(ways).items()
        ]
    return pd.DataFrame(rows)


def _by_pandas(
    folder: Path, province: str, commune: str, start: pd.Timestamp, end: pd.Timestamp, filtered: bool = True
) -> pd.DataFrame:
    """What ``store.read`` gives, by pandas alone from all files of the province."""
    files = [folder / part.path for part in store.snapshot(folder).parts if part.province == province]
    wanted = [("commune", "==", commune), ("received_at", "<", end)] if filtered else None
    rows = pd.read_parquet(files, filters=wanted, partitioning=None)
    ended = rows["finished_at"].fillna(rows["returned_at"])
    before, own = rows["received_at"] < start, (rows["commune"] == commune) & (rows["received_at"] < end)
    return rows[own & ~(before & ((ended < start) | rows["status"].isin([1, 3])))]


def _times(ways: dict[str, Callable[[], object]]) -> dict[str, dict[str, float]]:
    """Median milliseconds of each way, taken in turns so that a busy moment hits all of them."""
    wall: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started, used = time.perf_counter(), time.process_time()
            way()
            wall[name].append(time.perf_counter() - started)
            cpu[name].append(time.process_time() - used)
    return {
        name: {"wall_ms": round(1000 * median(wall[name]), 1), "cpu_ms": round(1000 * median(cpu[name]), 1)}
        for name in ways
    }


def with_history(commune: str, monthly: int) -> pd.DataFrame:
    """Times of one commune's last quarter with one year and with five years of history."""
    months = pd.period_range("2025-01", "2029-12", freq="M")
    start, end = months[-3].start_time, (months[-1] + 1).start_time
    with tempfile.TemporaryDirectory() as place:
        folders = {years: Path(place) / str(years) for years in (1, 5)}
        for years, folder in folders.items():
            _fill(folder, months[-12 * years :], months[-1], monthly)
        ways = {
            (years, name): lambda folder=folder, columns=columns: store.read(
                folder, PROVINCE, start, end, commune, columns
            )
            for years, folder in folders.items()
            for name, columns in {"all columns": None, "columns for counting": COUNTING}.items()
        }
        for years, folder in folders.items():
            ways[years, "extent"] = lambda folder=folder: store.extent(folder, PROVINCE, commune)
            ways[years, "pandas, filters"] = lambda folder=folder: _by_pandas(folder, PROVINCE, commune, start, end)
        for way in ways.values():
            way()
        spent = _times(ways)
        rows = []
        for years, folder in folders.items():
            held = store.snapshot(folder)
            opened = [part for part in held.parts if part.concerns(start.isoformat(), end.isoformat())]
            facts = {
                "years": years,
                "dossiers": held.rows,
                "files": len(held.parts),
                "files opened": len(opened),
                "rows read": sum(_rows_of(folder / part.path, commune) for part in opened),
                "rows given": len(ways[years, "all columns"]()),
            }
            rows += [{**facts, "what": name, **spent[of, name]} for of, name in ways if of == years]
    return pd.DataFrame(rows)


def _rows_of(path: Path, commune: str) -> int:
    """Rows of the row groups that hold a commune."""
    footer = pyarrow.parquet.read_metadata(path)
    column = dossiers.COLUMNS.index("commune")
    groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
    spans = [(group.num_rows, group.column(column).statistics) for group in groups]
    return sum(rows for rows, span in spans if span.min <= commune <= span.max)


def _fill(folder: Path, months: pd.PeriodIndex, last: pd.Period, monthly: int) -> None:
    """A store of one province; a month has the same dossiers whatever came before it."""
    with store.changing(folder, "sample") as writer:
        for month in months:
            writer.add(_month(month, (last + 1).start_time, monthly))


def _month(month: pd.Period, now: pd.Timestamp, size: int) -> pyarrow.Table:
    """Dossiers received in a month, as a province has them: most end within days, a few take long or stay open."""
    chance = np.random.default_rng(month.ordinal)
    communes = reference.communes_of(PROVINCE)["code"].to_numpy()
    seconds = chance.integers(0, month.days_in_month * 86_400, size)
    received = month.start_time.to_datetime64().astype("datetime64[s]") + seconds
    days = chance.lognormal(0.5, 0.8, size).clip(max=25)
    slow = chance.random(size) < LONG_OR_OPEN
    days[slow] = chance.lognormal(5, 1, slow.sum()) + 60
    ended = received + (days * 86_400).astype("timedelta64[s]")
    open_ = ended >= now.to_datetime64()
    frame = pd.DataFrame(
        {
            "dossier_id": [f"H31.{month:%y%m}-{number:06d}" for number in chance.permutation(size)],
            "commune": chance.choice(communes, size),
            "procedure": chance.choice([f"1.{number:06d}" for number in range(200)], size),
            "field": chance.choice(["dat-dai", "tu-phap", "dang-ky-kinh-doanh"], size),
            "channel": chance.choice(["online", "direct", "postal"], size, p=[0.8, 0.18, 0.02]),
            "applicant_kind": chance.choice(["citizen", "business"], size),
            "submitted_at": received - chance.integers(0, 86_400, size),
            "received_at": received,
            "due_at": received + chance.integers(1, 30, size) * np.timedelta64(86_400, "s"),
            "finished_at": np.where(open_, np.datetime64("NaT"), ended),
            "fee_due": chance.random(size) < 0.5,
            "digitised": chance.random(size) < 0.9,
            "e_result": chance.random(size) < 0.8,
            "status": np.where(open_, 4, 10),
            "source_row": np.arange(size) + 2,
        }
    )
    typed = dossiers.complete(frame)
    return pyarrow.Table.from_pandas(typed, schema=dossiers.ARROW_SCHEMA, preserve_index=False)


if __name__ == "__main__":
    main()
