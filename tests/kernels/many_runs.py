"""Many small notebooks at once, more workers than cores: ``python tests/kernels/many_runs.py [--runs 500]``.

Each must start, run in a kernel of its own and say its own number; exit code 1 when one did not, or left something.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import click
import nbformat

from helpers import settings
from helpers.batch import Job, Limits, Result, attempt, pools

CELLS = ["number: int = 0  # Which run it is", "import os\n\nprint(number * 7, os.getpid())"]


def run(job: Job) -> Result:
    os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = "tthc-warm"
    return attempt(job, Limits())


def said(job: Job) -> tuple[int, int]:
    """What the notebook printed: seven times its number, and its process."""
    notebook = nbformat.read(job.page.with_suffix(".ipynb"), as_version=4)
    return tuple(int(word) for word in notebook.cells[-1].outputs[0].text.split())


@click.command()
@click.option("--runs", default=500, show_default=True)
@click.option("--workers", default=8, show_default=True)
def main(runs: int, workers: int) -> None:
    """Run a small notebook many times."""
    with tempfile.TemporaryDirectory(prefix="many-", dir="/tmp") as place:
        home = Path(place)
        for name in ("notebooks", "t", "runtime"):
            (home / name).mkdir()
        os.environ["TTHC_REFERENCE"] = str(settings.reference())
        os.environ.update(TTHC_HOME=place, TMPDIR=str(home / "t"), JUPYTER_RUNTIME_DIR=str(home / "runtime"))
        tempfile.tempdir = None
        cells = [nbformat.v4.new_code_cell(source, id=f"cell-{at}") for at, source in enumerate(CELLS)]
        cells[0].metadata["tags"] = ["parameters"]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
        nbformat.write(notebook, home / "notebooks" / "small.ipynb")

        jobs = [Job("small", {"number": number}, home / "pages" / f"{number:05d}.html") for number in range(runs)]
        start = time.monotonic()
        results: list[Result] = []
        broken: list[str] = []
        with pools.local(workers) as pool:
            for job, result in pool.each(run, jobs):
                if isinstance(result, BaseException):
                    broken.append(f"{job.name}: {result!r}")
                else:
                    results.append(result)
        wall = time.monotonic() - start
        broken += [f"{result.job.name}: {result.failure.log}" for result in results if result.failure]
        again = sum(result.attempts > 1 for result in results)
        heard = [said(result.job) for result in results if not result.failure]
        wrong = sum(
            value != result.job.parameters["number"] * 7 for (value, _), result in zip(heard, results, strict=True)
        )
        end = time.monotonic() + 20
        while (left := [*(home / "t").iterdir(), *(home / "runtime").iterdir()]) and time.monotonic() < end:
            time.sleep(0.1)
        seconds = [result.seconds for result in results]
    told = {
        "runs": runs, "workers": workers, "wall": round(wall, 1), "failed": len(broken), "second attempts": again,
        "wrong": wrong, "kernels": len({pid for _, pid in heard}), "left": [str(path) for path in left],
        "median": round(statistics.median(seconds), 2), "slowest": round(max(seconds), 2),
    }  # fmt: skip
    click.echo(json.dumps(told))
    for line in broken:
        click.echo(line, err=True)
    sys.exit(1 if broken or again or wrong or left or told["kernels"] < runs else 0)


if __name__ == "__main__":
    main()
