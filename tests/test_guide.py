"""The guide runs, and what it adds by one entry in one file is on the page."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest

import helpers
from helpers import settings

# Where the guide says that an entry goes: the file, and the line in front of which it is put.
PLACES = {
    "indicator": ("indicators.py", ")  # fmt: skip\n_ALL"),
    "rule": ("findings/declared.py", '    Rule(\n        "period_end"'),
}
SHOW = """
import sys
from helpers import appendix, findings, slices, tables
part = slices.commune("08746", "2025-Q3", folder=sys.argv[1])
points = findings.find(part)
print(appendix.definitions(part).data, tables.digital(part).data, tables.findings(part, points).data)
print(tables.targets(part).data, tables.overdue_by(part, "overdue_cause").data)
"""


@pytest.fixture(scope="module")
def guide():
    return nbformat.read(settings.notebook("add_an_indicator"), as_version=4)


def _cell(guide, name: str) -> str:
    return next(cell.source for cell in guide.cells if cell.id == name)


def test_it_runs(small, tmp_path):
    path = settings.notebook("add_an_indicator")
    done = papermill.execute_notebook(path, tmp_path / "out.ipynb", {"store": str(small)}, progress_bar=False)
    shown = str([cell.outputs for cell in done.cells if cell.cell_type == "code"])
    for text in ("postal_rate", "không có điểm nào vượt ngưỡng", "So với chỉ tiêu được giao", "upper-agency"):
        assert text in shown, text


def _page(source: Path, reference: Path, store: Path) -> str:
    """What the page of Xuân Hòa shows with other helpers and reference tables."""
    home = {"TTHC_HOME": str(settings.project()), "TTHC_REFERENCE": str(reference), "PYTHONPATH": str(source)}
    command = [sys.executable, "-c", SHOW, str(store)]
    run = subprocess.run(command, env={**os.environ, **home}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_one_entry_in_one_file_is_on_the_page(guide, small, own_reference, tmp_path):
    source = tmp_path / "source"
    shutil.copytree(Path(helpers.__file__).parent, source / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    for name, (file, before) in PLACES.items():
        entry = _cell(guide, f"code-{name}").partition(" = ")[2].partition("  #")[0]
        entry = entry.replace("indicators.", "").replace("findings.", "")
        entry = re.sub(r"\b(matching|recorded)\(", r"facts.\1(", entry)
        path = source / "helpers" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1
        path.write_text(text.replace(before, f"    {entry},\n{before}"), encoding="utf-8")
    lines = {name: re.search(r"```\n(.+)\n```", _cell(guide, f"text-{name}"))[1] for name in ("cause", "target")}
    for name, line in lines.items():
        with (own_reference / f"{name}s.csv").open("a", encoding="utf-8") as file:
            file.write(line.replace("10972", "08746") + "\n")
    shown = _page(source, own_reference, small)
    assert shown.count("Tỷ lệ nộp qua bưu chính") == 2, "in the appendix and in the section on online filing"
    assert "Còn thấp hơn chỉ tiêu ≥ 99,50%" in shown
    assert "Nghị quyết của Hội đồng nhân dân xã (ví dụ)" in shown
    # No overdue dossier of the sample lacks its cause: the rule looks, and another condition finds.
    assert "Không phát hiện: hồ sơ quá hạn không ghi nguyên nhân;" in shown
    path = source / "helpers" / PLACES["rule"][0]
    other = path.read_text(encoding="utf-8").replace("overdue_cause.isna()", "overdue_cause.notna()")
    path.write_text(other, encoding="utf-8")
    again = _page(source, own_reference, small)
    assert "Có 30 hồ sơ đang quá hạn không ghi nguyên nhân, bằng 1,07% trong 2.812 hồ sơ nhận giải quyết." in again


def test_a_cause_of_one_line_is_read_by_imports(guide, own_reference):
    from helpers import formats, reference

    line = re.search(r"```\n(.+)\n```", _cell(guide, "text-cause"))[1]
    with (own_reference / "causes.csv").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    assert reference.codes("causes")[formats.fold("Cán bộ nghỉ phép")] == "staff-leave"
    assert reference.label("causes", "staff-leave") == "Cán bộ nghỉ phép"
