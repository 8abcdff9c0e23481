"""How often each rule of the points to check finds something where nothing was planted, and what all rules cost.

    .venv/bin/tthc sample --scale city --store DIR
    .venv/bin/python benchmarks/findings.py --store DIR

Looks at every commune of a province in some periods. The sample makes dossiers by chance, so what a rule finds there is
a false alarm, unless the sample makes it on purpose: new due dates after an apology, second requests for papers, and
weak communes with more late and fewer online dossiers (marked "made" below).
"""

import time
from collections import Counter
from pathlib import Path

import click
import pandas as pd

from helpers import findings, reference, slices

MADE = {"due_moved", "due_moved_again", "supplements", "peers"}


@click.command()
@click.option("--store", "folder", type=click.Path(path_type=Path), required=True, help="A store with the city sample.")
@click.option("--province", default="31", show_default=True)
@click.option("--period", "periods", multiple=True, default=["2025-Q4", "2026-01"], show_default=True)
def main(folder: Path, province: str, periods: tuple[str, ...]) -> None:
    """Print a table for each period."""
    for period in periods:
        click.echo(f"\n{period}\n{table(folder, province, period).to_string(index=False)}")


def table(folder: Path, province: str, period: str) -> pd.DataFrame:
    """Communes flagged by each rule; the last rows tell of any rule, and what it cost."""
    codes = reference.communes_of(province)["code"].to_list()
    found: Counter[str] = Counter()
    clean, spent, dossiers = 0, 0.0, 0
    for code in codes:
        part = slices.commune(code, period, folder=folder)
        begin = time.process_time()
        names = {point.rule.name for point in findings.find(part)}
        spent += time.process_time() - begin
        dossiers += len(part.classed)
        found.update(names)
        clean += not names - MADE
    rows = [
        {"rule": rule.name, "communes": found[rule.name], "rate": found[rule.name] / len(codes),
         "made": "made" if rule.name in MADE else ""}
        for rule in findings.RULES
    ]  # fmt: skip
    rows.append({"rule": "any not made", "communes": len(codes) - clean, "rate": 1 - clean / len(codes), "made": ""})
    click.echo(f"\n{len(codes)} communes, {dossiers / len(codes):.0f} dossiers and "
               f"{1000 * spent / len(codes):.1f} ms of CPU each")  # fmt: skip
    return pd.DataFrame(rows)


if __name__ == "__main__":
    main()
