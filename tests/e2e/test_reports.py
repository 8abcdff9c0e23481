"""From an export to pages through the command line, as an operator and an analyst work."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import papermill
import pytest

from helpers import batch, cli, settings
from helpers.errors import UserError
from helpers.export.page import PageExporter

EXPORTS = Path(__file__).parents[1] / "fixtures" / "exports"
HEADER = "Mã hồ sơ;Mã xã;Chủ hồ sơ;Lĩnh vực;Hình thức;Ngày tiếp nhận;Ngày hẹn trả;Ngày kết thúc xử lý;Trạng thái"
ROWS = (
    "A-1;10972;Nguyễn Văn Thử;Hộ tịch;Trực tuyến;01/07/2025 08:00;02/07/2025 08:00:00;01/07/2025 09:00;Đã trả kết quả",
    "A-2;10972;Trần Thị Thử;Đất đai;Trực tiếp;02/07/2025 08:00:00;20/07/2025;;Đang xử lý",
    "B-1;11203;Lê Văn Thử;Lạ <b>lẫm</b>;Trực tuyến;03/07/2025 08:00;04/07/2025 08:00:00;05/07/2025 08:00;Đã xử lý xong",
    "B-2;11203;Phạm Thử;Hộ tịch;Trực tuyến;không rõ;04/07/2025 08:00:00;;Đang xử lý",
)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A folder with an office's export, and a way to run the command line in it."""
    home = tmp_path_factory.mktemp("office")
    (home / "export.csv").write_text("\ufeff" + "\r\n".join((HEADER, *ROWS)), encoding="utf-8")
    environment = {**os.environ, "TTHC_STORE": str(home / "data" / "store"), "TTHC_REPORTS": str(home / "reports")}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "helpers.cli", *words]
        return subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=False)

    one_stop = settings.reference() / "profiles" / "one-stop.toml"
    own = one_stop.read_text(encoding="utf-8") + '[values.field]\n"Lạ <b>lẫm</b>" = "Lạ <b>lẫm</b>"\n'
    (home / "own.toml").write_text(own, encoding="utf-8")
    first = run("import", "export.csv", "--profile", "own.toml", "--max-rejected", "25")
    assert first.returncode == 0, first.stderr
    assert "export.csv: 4 rows = 3 accepted + 1 rejected" in first.stdout
    return home, run


def test_batch_makes_what_it_can_and_says_what_failed(office):
    home, run = office
    done = run("batch", "2025-07", "--province", "31")
    assert done.returncode == 0, done.stderr
    assert "3 reports made, 0 up to date, 0 failed." in done.stdout
    assert "112 communes have no dossiers in 2025-07" in done.stdout
    folder = home / "reports" / "2025-07" / "31"
    names = {path.name for path in folder.glob("[0-9]*.html")}
    assert names == {"10972-xa-duong-an.html", "11203-xa-ninh-giang.html", "31-thanh-pho-hai-phong.html"}
    overview = (folder / "31-thanh-pho-hai-phong.html").read_text(encoding="utf-8")
    assert 'href="10972-xa-duong-an.html"' in overview
    page = (folder / "11203-xa-ninh-giang.html").read_text(encoding="utf-8")
    assert "<b>lẫm</b>" not in page
    assert "SỐ LIỆU MẪU" not in page
    assert "export.csv" in page, "the page names its source"
    assert "Lạ &lt;b&gt;lẫm&lt;/b&gt;" in page
    assert [path.suffix for path in (home / "data" / "rejected").iterdir()] == [".xlsx"]
    for path in (path for path in home.rglob("*") if path.is_file() and path.name != "export.csv"):
        assert "Thử".encode() not in path.read_bytes(), path


def test_a_cell_that_raises_is_named_in_one_line(tmp_path, small, monkeypatch):
    job = batch.job("10972", "2025-07-14", {"store": str(small)}, tmp_path)
    broken = tmp_path / "commune_report.ipynb"
    text = settings.notebook("commune_report").read_text(encoding="utf-8")
    broken.write_text(text.replace("tables.told(report)", "1 / 0"), encoding="utf-8")
    monkeypatch.setattr(settings, "notebook", lambda _: broken)
    with pytest.raises(UserError, match=r"commune_report, cell '1 / 0': ZeroDivisionError: division by zero"):
        batch.run(job)
    assert not job.page.exists()


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (["report", "Không Có", "2025-Q3"], "Did you mean"),
        (["report", "99999", "2025-Q3"], "communes.csv"),
        (["report", "Xuân Hòa", "2025-Q3"], "give the code: 02962 Xã Xuân Hòa (Tỉnh Lào Cai), 08746"),
        (["report", "10972", "2025-Q5"], "Accepted forms: 2025-07-14 (day)"),
        (["report", "10972", "2024-Q3"], "The store has it from 2025-07-01 to 2025-07-02"),
        (["report", "10973", "2025-Q3"], "communes.csv"),
        (["report", "19942", "2025-Q3"], "Import its export first"),
        (["report", "10972", "2025-Q3", "--store", "empty"], "is empty. Fill it with"),
        (["report", "10972", "2025-Q3", "-p", "comune", "1"], "This notebook takes: commune, period"),
        (["batch", "2025-07", "--province", "98"], "There are: 01 Thành phố Hà Nội"),
        (["batch", "2024-07", "--province", "31"], "It has them from 2025-07-01"),
        (["batch", "2025-07", "--province", "31", "-p", "grain", "hour"], "Use one of: timestamp, day"),
        (["report", "10972", "2025-07", "-p", "commune", "11203"], "name the commune as the argument"),
        (["import", "export.csv", "--profile", "nope"], "national, one-stop"),
        (["import", "nothing.csv", "--profile", "one-stop"], "No file nothing.csv"),
        (["sample"], "Name another folder"),
    ],
)
def test_errors_are_one_line_that_names_the_fix(office, monkeypatch, capsys, words, fix):
    home, _ = office
    before = sorted(home.rglob("*.html"))
    monkeypatch.chdir(home)
    monkeypatch.setenv("TTHC_STORE", str(home / "data" / "store"))
    monkeypatch.setenv("TTHC_REPORTS", str(home / "reports"))
    monkeypatch.setattr(sys, "argv", ["tthc", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert told.out == ""
    assert len(told.err.strip().splitlines()) == 1, told.err
    assert told.err.startswith("Error: ")
    assert fix in told.err
    assert sorted(home.rglob("*.html")) == before


def test_papermill_gives_the_same_page(tmp_path, small, monkeypatch):
    """papermill's command line turns the code into a number; the page is the same, byte for byte."""
    monkeypatch.setenv("TTHC_STORE", str(small))
    monkeypatch.chdir(tmp_path)
    period = "2025-07-01..2025-10-18"
    page = batch.run(batch.job("11203", period, reports=tmp_path / "reports"))
    notebook = settings.notebook("commune_report")
    executed = papermill.execute_notebook(
        notebook, "out.ipynb", {"commune": 11203, "period": period}, progress_bar=False
    )
    assert PageExporter().from_notebook_node(executed)[0] == page.read_text(encoding="utf-8")


def test_every_command_is_in_the_readme():
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for name in cli.cli.commands:
        assert f"tthc {name}" in readme, name


def test_the_three_commands_of_the_readme(tmp_path):
    """From an office's spreadsheet, with titles, a merged head and a total, to a page: as README.md says it."""
    readme = (settings.project() / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## From an office's export to a page")[2].partition("```sh\n")[2].partition("```")[0]
    commands = [line.partition("#")[0].split() for line in section.splitlines()]
    assert [words[:2] for words in commands] == [["tthc", "profile"], ["tthc", "import"], ["tthc", "report"]]
    shutil.copy(EXPORTS / "title-rows-and-merged-header.xlsx", tmp_path / "export.xlsx")
    environment = {**os.environ, "TTHC_STORE": str(tmp_path / "store"), "TTHC_REPORTS": str(tmp_path / "reports")}
    for words in commands:
        command = [sys.executable, "-m", "helpers.cli", *words[1:]]
        run = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        draft = tmp_path / "export.toml"
        lines = draft.read_text(encoding="utf-8").splitlines(keepends=True)
        draft.write_text("".join(line for line in lines if not line.startswith("# ?")), encoding="utf-8")
    page = Path(run.stdout.strip())
    assert "Xã Đường An" in page.read_text(encoding="utf-8")
    assert "SỐ LIỆU MẪU" not in page.read_text(encoding="utf-8")
