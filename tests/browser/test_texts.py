"""Texts that would break a page stand on it as texts, and a page with very many dossiers stays small."""

import html
import os
import re
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from helpers import batch, dossiers, formats, intake, markup, printing, settings, store

pytestmark = pytest.mark.browser
LAYOUT = (Path(__file__).parent / "layout.js").read_text(encoding="utf-8")
SCRIPT, STYLE, IMAGE = "<script>alert(1)</script>", "</style></title></main>", '"><img src=x onerror=alert(1)>'
WIDEST = "Math.max(0, ...[...document.querySelectorAll('tbody th')].map(each => each.offsetWidth))"
TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
TURNED, LONG = "\u202eđảo\u200f", "Đ" * 300
# Communes of Hải Phòng: names that break pages; a plain one with thousands of overdue dossiers.
COMMUNES = {"10972": f"Xã {SCRIPT}{TURNED}{IMAGE}{STYLE}", "11203": f"Xã {LONG}"}
PLAIN, OVERDUE = "11407", 3000
SHOWN = f"{re.escape(SCRIPT + STYLE + IMAGE)}|{LONG}|đảo"
TABLES = {"fields": "chung-thuc", "causes": "volume", "holders": "centre"}


def _rows(commune: str, count: int, prefix: str) -> pd.DataFrame:
    """Overdue dossiers of every age, cause and holder."""
    received = pd.Timestamp("2025-07-01 08:00") + pd.to_timedelta(pd.RangeIndex(count) % 400, unit="h")
    spread = {
        "field": ["chung-thuc", "ho-tich", "dat-dai"], "overdue_cause": ["volume", "rule-unclear"],
        "holder": ["centre", "economy"], "channel": ["online", "direct"],
    }  # fmt: skip
    return pd.DataFrame(
        {
            "dossier_id": [f"{prefix}-{number}" for number in range(count)],
            "commune": commune,
            "received_at": received.as_unit("us"),
            "due_at": (received + pd.Timedelta(days=3)).as_unit("us"),
            **{column: [values[at % len(values)] for at in range(count)] for column, values in spread.items()},
        }
    )


def _edited(reference: Path) -> None:
    """Put the texts into a copy of the reference tables."""
    every = {table: {code: f"{SCRIPT}{STYLE}{IMAGE}"} for table, code in TABLES.items()}
    for table, texts in {"communes": COMMUNES, **every}.items():
        path = reference / f"{table}.csv"
        read = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("code", drop=False)
        for code, text in texts.items():
            read.loc[code, "name"] = text
        if table == "fields":
            read.loc["ho-tich", "name"] = LONG
        if table == "causes":
            read.loc["rule-unclear", "name"] = TURNED
        read.to_csv(path, index=False)


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Path:
    """Folder of the pages of such an office."""
    home = tmp_path_factory.mktemp("chữ")
    shutil.copytree(settings.reference(), home / "reference")
    _edited(home / "reference")
    frames = [_rows(code, 40, f"{IMAGE}{SCRIPT}{code}") for code in COMMUNES]
    rows = dossiers.complete(pd.concat([*frames, _rows(PLAIN, OVERDUE, "H31")], ignore_index=True))
    store.put(home / "store", [store.Entry(rows, {"file": f"{IMAGE}.csv", "sha256": ""}, {})])
    environment = {
        **os.environ, "TTHC_REFERENCE": str(home / "reference"), "TTHC_STORE": str(home / "store"),
        "TTHC_REPORTS": str(home / "reports"),
    }  # fmt: skip
    command = [sys.executable, "-m", "helpers.cli", "batch", "2025-07", "--province", "31"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return home / "reports"


def _pages(office: Path) -> dict[str, Path]:
    return {page.name.partition("-")[0]: page for page in office.glob("2025-07/31/[0-9]*.html")}


def _heard(page: Page) -> list[str]:
    """What a page asks for, says on the console, or opens."""
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: seen.append(message.text))
    return seen


def test_on_every_page_they_stand_as_texts(office, browser):
    """Without the pages' policy, so that nothing but escaping keeps a script from running."""
    for path in office.rglob("*.html"):
        context = browser.new_context(viewport={"width": 360, "height": 900}, offline=True, bypass_csp=True)
        page = context.new_page()
        seen = _heard(page)
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        assert page.evaluate(LAYOUT) == [], path.name
        assert page.evaluate(WIDEST) < 360, path.name
        assert page.locator("img, main script, main style:not(svg style)").count() == 0, path.name
        assert seen == [path.as_uri()], path.name
        text = page.locator("body").inner_text()
        code = path.name.partition("-")[0]
        name = TURNING.sub("", COMMUNES.get(code, ""))
        assert name in page.title(), path.name
        assert name in text
        if code in COMMUNES or code == PLAIN:
            assert {f"{SCRIPT}{STYLE}{IMAGE}", LONG, "đảo"} <= set(re.findall(SHOWN, text)), path.name
        if code in COMMUNES:
            assert f"{IMAGE}{SCRIPT}{code}-" in text, "the code of a dossier"
            assert f"{IMAGE}.csv" in text, "the file that was imported"
        assert not TURNING.search(text + page.title())
        context.close()


def test_on_paper_they_stand_as_texts(office, chromium):
    os.environ.setdefault("TTHC_CHROMIUM", chromium)
    pages, told = [page for code, page in _pages(office).items() if code in COMMUNES], []
    with ThreadPoolExecutor(1) as thread:
        thread.submit(printing.each, pages, 2, told.append).result()
    assert [each.error for each in told] == [""] * len(COMMUNES)
    for page in pages:
        reader = PdfReader(printing.pdf_of(page))
        name = TURNING.sub("", COMMUNES[page.name.partition("-")[0]])
        assert name in reader.metadata.title
        sheet = re.sub(r"\s", "", reader.pages[1].extract_text())
        assert re.sub(r"\s", "", name)[:60] in sheet, "the running title"


def test_no_file_beside_a_page_holds_a_mark_that_turns_lines(office):
    files = [path for path in office.glob("2025-07/31/*") if path.suffix in (".xlsx", ".docx")]
    assert len(files) > 8
    for path in files:
        with zipfile.ZipFile(path) as packed:
            parts = {name: packed.read(name).decode() for name in packed.namelist() if name.endswith((".xml", ".rels"))}
        assert [name for name, text in parts.items() if TURNING.search(text)] == [], path.name
        code = path.name.partition("-")[0]
        assert code not in COMMUNES or any(html.escape(SCRIPT) in text or LONG in text for text in parts.values())


def test_thousands_of_overdue_dossiers_leave_a_page_small(office):
    page = _pages(office)[PLAIN]
    assert formats.number(OVERDUE) in page.read_text(encoding="utf-8")
    assert page.stat().st_size <= 500_000


def test_sizes(demo):
    """What a phone loads: every page on a commune, and the style that all share."""
    sizes = {page: page.stat().st_size for page in demo.glob("*/*/[0-9][0-9][0-9][0-9][0-9]-*.html")}
    assert len(sizes) >= 8
    assert max(sizes.values()) <= 350_000
    assert len(markup.css().encode()) <= 30_000


def test_the_page_on_an_import(browser, violations, tmp_path):
    """Of a file with such a name; the texts of its rows are counted there, and never shown."""
    export = tmp_path / f"{IMAGE}{SCRIPT.replace('/', '')}.csv"
    header = "Mã hồ sơ;Mã xã;Lĩnh vực;Hình thức;Ngày tiếp nhận;Ngày hẹn trả;Trạng thái"
    rows = [
        f"A-{number};10972;{text};Trực tuyến;{number}/07/2025 08:00;30/07/2025 08:00;Đang xử lý"
        for number, text in enumerate(["Hộ tịch", f"{SCRIPT}{STYLE}", LONG, TURNED] * 4, 10)
    ]
    export.write_text("\n".join([header, *rows]), encoding="utf-8")
    taken = intake.read(export, "one-stop", None, tmp_path / "store", intake.now())
    intake.keep(tmp_path / "store", [taken], 100)
    path = batch.run(batch.quality_job(0, {"store": str(tmp_path / "store")}, tmp_path / "reports"))
    page = browser.new_context(viewport={"width": 360, "height": 900}, offline=True, bypass_csp=True).new_page()
    seen = _heard(page)
    page.goto(path.as_uri())
    assert page.evaluate(LAYOUT) == []
    assert seen == [path.as_uri()]
    assert export.name in page.locator("body").inner_text()
    page.context.close()
    assert violations(path, "light", True) == []
    assert violations(path, "dark", True) == []
