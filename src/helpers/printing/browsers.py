"""Printing pages to PDF through Chromium: several browsers at once, one page that fails stops no other."""

import asyncio
import contextlib
import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from helpers import digests, files
from helpers.errors import UserError
from helpers.printing import seals

if TYPE_CHECKING:
    from playwright.async_api import Page, Playwright, Route

# Debian's names; the first draws no window at all, and prints a page in some two thirds of the time.
_NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_LONGEST: Final = 60  # seconds for one page
_ATTEMPTS: Final = 2  # a browser may die of something else than the page
# A page is laid out for paper only: what a screen would show takes as long, and nobody looks.
_UNSEEN: Final = '<style media="screen">body { display: none; }</style></head>'


@dataclass(frozen=True)
class Printed:
    """What became of a page that was to be printed.

    Attributes
    ----------
    page : Path
    error : str
        Why there is no PDF of it, in one line; "" when there is.
    """

    page: Path
    error: str = ""


def require() -> str:
    """The browser that prints.

    Returns
    -------
    str
        Path of the program: ``$TTHC_CHROMIUM``, else the first of Debian's that is on the path.

    Raises
    ------
    UserError
        When there is none, or a package that printing needs is not installed.
    """
    if not all(importlib.util.find_spec(name) for name in ("playwright", "pypdf")):
        raise UserError("--pdf needs playwright and pypdf: pip install 'tthc-reports[pdf]'.")
    named = os.environ.get("TTHC_CHROMIUM")
    found = [path for name in ([named] if named else _NAMES) if (path := shutil.which(name))]
    if not found:
        raise UserError(
            f"--pdf needs Chromium, and there is none{f' at {named}' if named else ''}. Install it "
            "(apt-get install chromium-headless-shell, or chromium), or set TTHC_CHROMIUM to its path."
        )
    return found[0]


def each(pages: Sequence[Path], browsers: int, done: Callable[[Printed], None]) -> None:
    """Print pages, each to a PDF beside it, whole or not at all.

    Parameters
    ----------
    pages : sequence of Path
    browsers : int
        How many print at a time.
    done : callable
        Is told of each page as it ends.

    Raises
    ------
    UserError
        As for ``require``, and when the browser does not start.
    """
    if pages:
        asyncio.run(_print_all(pages, min(browsers, len(pages)), require(), done))


async def _print_all(pages: Sequence[Path], browsers: int, program: str, done: Callable[[Printed], None]) -> None:
    from playwright.async_api import async_playwright

    coming = iter(pages)
    async with async_playwright() as playwright:
        await asyncio.gather(*(_work(playwright, program, coming, done) for _ in range(browsers)))


async def _work(
    playwright: "Playwright", program: str, coming: Iterator[Path], done: Callable[[Printed], None]
) -> None:
    """Print what comes in one browser; after a page that failed, in a new one."""
    sheet = None
    try:
        for page in coming:
            error = ""
            for _ in range(_ATTEMPTS):
                sheet = sheet or await _open(playwright, program)
                error = await _print(sheet, page)
                if not error:
                    break
                await _close(sheet)
                sheet = None
            done(Printed(page, error))
    finally:
        if sheet is not None:
            await _close(sheet)


async def _open(playwright: "Playwright", program: str) -> "Page":
    """A new browser without script, network or files."""
    from playwright.async_api import Error

    try:
        browser = await playwright.chromium.launch(executable_path=program, args=["--disable-gpu"])
    except Error as error:
        raise UserError(
            f"{program} does not start: {_one_line(error)}. Start it by hand, or set TTHC_CHROMIUM to another one."
        ) from error
    return await (await browser.new_context(offline=True, java_script_enabled=False)).new_page()


async def _close(sheet: "Page") -> None:
    from playwright.async_api import Error

    browser = sheet.context.browser
    with contextlib.suppress(Error):  # it may have died
        if browser is not None:
            await browser.close()


async def _print(sheet: "Page", page: Path) -> str:
    """Print one page; why that failed, or ""."""
    from playwright.async_api import Error

    try:
        content = page.read_bytes()
        made = await asyncio.wait_for(_pdf(sheet, content.decode()), _LONGEST)
        with files.beside(seals.pdf_of(page)) as new:
            new.write_bytes(seals.seal(seals.steadied(made), digests.of_bytes(content)))
    except TimeoutError:
        return f"it took longer than {_LONGEST} seconds"
    except (Error, OSError, ValueError) as error:
        return _one_line(error)
    return ""


async def _pdf(sheet: "Page", text: str) -> bytes:
    """A page as the browser prints it."""

    async def answer(route: "Route") -> None:
        if route.request.url == seals.ADDRESS:
            await route.fulfill(body=text.replace("</head>", _UNSEEN, 1), content_type="text/html; charset=utf-8")
        else:
            await route.abort()

    # The same address for every page: its bytes shall not depend on where it stands.
    await sheet.unroute_all()
    await sheet.route("**/*", answer)
    await sheet.goto(seals.ADDRESS)
    return await sheet.pdf(prefer_css_page_size=True, tagged=True, outline=True)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
