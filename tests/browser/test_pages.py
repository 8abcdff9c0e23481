"""Pages in a real browser without a network: same look, no request, no error, nothing cut off."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from helpers import forms, markup, slices, tables

pytestmark = pytest.mark.browser
# Every page of a quarter and of a day, the longest page, and what lists them.
KINDS = ("2025-Q3/**/*.html", "2025-07-14/**/*.html", "2025-07-01..2025-07-28/31/31-*.html", "*.html")
LAYOUT = (Path(__file__).parent / "layout.js").read_text(encoding="utf-8")


def _open(browser: Browser, path, width: int, offline: bool, script: bool = True):
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=offline, java_script_enabled=script)
    page = context.new_page()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.goto(path.as_uri())
    return page, seen


@pytest.mark.parametrize("width", [360, pytest.param(768, marks=pytest.mark.long), 1280])
def test_pages_fit_and_ask_for_nothing(demo, more, browser, width):
    for path in [*(page for kind in KINDS for page in demo.glob(kind)), *more]:
        page, seen = _open(browser, path, width, offline=True)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        assert page.evaluate(LAYOUT) == [], path.name
        assert seen == [path.as_uri()], path.name
        if width >= 1280:  # a desk shows every table whole; on a phone wide ones scroll alone
            cut = "t => t.scrollWidth > t.clientWidth"
            named = f"[...document.querySelectorAll('.table')].filter({cut}).map(t => t.ariaLabel)"
            assert page.evaluate(named) == [], path.name
        page.context.close()


def test_the_form_of_a_large_city_is_shown_whole(small, browser, monkeypatch, tmp_path):
    """Years of Hồ Chí Minh City: seven digits in every column, the ones that alarm with their mark."""
    part = slices.commune("08746", "2025-Q3", folder=small)
    counts = forms.ii_06a(part.cube)
    counts[list(forms.COUNTED)] = 888_888
    monkeypatch.setattr(forms, "ii_06a", lambda _: counts)
    made = tables.form_06a(part)
    totals = re.findall(r">(\d\.\d{3}\.\d{3})<", made.data.rsplit("<tr", 1)[1])
    assert len(totals) == 11
    path = tmp_path / "form.html"
    path.write_text(f"<meta charset=utf-8><style>{markup.css()}</style><main>{made.data}</main>", encoding="utf-8")
    page, _ = _open(browser, path, 1280, offline=True)
    assert page.evaluate("(t => t.scrollWidth - t.clientWidth)(document.querySelector('.table'))") == 0
    page.set_viewport_size({"width": 624, "height": 900})  # A4 between its margins
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('tbody th').clientWidth") >= 60, "room for the names of fields"
    page.context.close()


FAULTS = {
    ".masthead h1 { white-space: nowrap; }": "the page scrolls sideways",
    ".tiles .label { max-width: 3rem; overflow: hidden; white-space: nowrap; }": "p.label is cut",
    ".tiles .basis { margin-top: -2rem; }": "one over another",
    "figure svg text { transform: translateX(-9rem); }": "a chart's text lies outside it",
    "figure svg text { font-size: 8px !important; }": "a chart's text is small",
}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_of_layout_is_found(demo, browser, rule):
    page, _ = _open(browser, next(demo.glob("2025-Q3/25/08746-*.html")), 360, offline=True)
    page.add_style_tag(content=rule)
    assert any(fault.startswith(FAULTS[rule]) for fault in page.evaluate(LAYOUT))
    page.context.close()


def test_offline_and_without_script_look_the_same(demo, browser):
    path = next(demo.glob("2025-Q3/25/08746-*.html"))
    shots = [
        _open(browser, path, 800, offline, script)[0].screenshot(full_page=True)
        for offline, script in ((False, True), (True, True), (True, False))
    ]
    assert shots[0] == shots[1] == shots[2]
