"""Pages in a real browser without a network: same look, no request, no error, nothing cut off."""

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def _open(browser: Browser, path, width: int, offline: bool, script: bool = True):
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=offline, java_script_enabled=script)
    page = context.new_page()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.goto(path.as_uri())
    return page, seen


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_fit_and_ask_for_nothing(demo, browser, width):
    for path in [*demo.rglob("*.html")]:
        page, seen = _open(browser, path, width, offline=True)
        assert seen == [path.as_uri()], path.name
        scroll = page.evaluate("document.documentElement.scrollWidth")
        assert scroll <= width, (path.name, scroll)
        if width >= 1280:  # a desk shows every table whole; on a phone wide ones scroll alone
            cut = "t => t.scrollWidth > t.clientWidth"
            named = f"[...document.querySelectorAll('.table')].filter({cut}).map(t => t.ariaLabel)"
            assert page.evaluate(named) == [], path.name
        page.context.close()


def test_offline_and_without_script_look_the_same(demo, browser):
    path = next(demo.glob("2025-Q3/25/08746-*.html"))
    shots = [
        _open(browser, path, 800, offline, script)[0].screenshot(full_page=True)
        for offline, script in ((False, True), (True, True), (True, False))
    ]
    assert shots[0] == shots[1] == shots[2]


def test_paper_cuts_no_table(demo, browser):
    """Laid out for A4 between its margins, no table is wider than the sheet."""
    for path in [*demo.glob("2025-Q3/25/*.html"), *demo.glob("2025-07-01..2025-07-28/31/*.html")]:
        page, _ = _open(browser, path, 624, offline=True)  # 165 mm
        page.emulate_media(media="print")
        wide = "[...document.querySelectorAll('table')].filter(t => t.offsetWidth > 624).map(t => t.caption.innerText)"
        assert page.evaluate(wide) == [], path.name
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
        page.context.close()
