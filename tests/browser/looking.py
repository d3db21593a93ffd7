"""What a test can see of a page that a person would call wrong."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What is meant to scroll by itself, and what only readers of the screen get.
_MAY_OVERFLOW = ".answer, .sr, .visually-hidden, .filter-choices, .tabular, thead, progress, .empty-form"
_CELLS = "td, th, dd, dt, li, h1, h2, h3, h4, p, article, section, aside, summary, label, button, .push, .chip, .state"

_CLIPPED = """([cells, except]) => {
    const wrong = [];
    for (const element of document.querySelectorAll(cells)) {
        if (element.closest(except) || !element.checkVisibility()) continue;
        const box = element.getBoundingClientRect();
        const inline = getComputedStyle(element).display === 'inline';
        const overflows = !inline && (element.scrollWidth > element.clientWidth + 1);
        const outside = box.right > innerWidth + 1 || box.left < -1;
        if (overflows || outside) {
            wrong.push(`${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 60)}`);
        }
    }
    return wrong;
}"""

_EXAMINED = set[Page]()  # pages in which axe is at work
SIZES = (1360, 390)
SCHEMES = ("light", "dark")


def show(page: Page, width: int, scheme: Any) -> None:
    """The same page at another width and in other colours, without loading it again."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)


def sideways(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(page.evaluate("Math.max(document.documentElement.scrollWidth - innerWidth, 0)"))


def clipped(page: Page) -> list[str]:
    """Elements whose content does not fit, or that reach out of the window."""
    found: list[str] = page.evaluate(_CLIPPED, [_CELLS, _MAY_OVERFLOW])
    return found


def reports(page: Page) -> list[str]:
    """What the browser has stopped because the content security policy says so."""
    found: list[str] = page.evaluate("window.reports")
    return found


def barriers(page: Page) -> list[str]:
    """What axe finds, one line for each: the rule and the first element that breaks it.

    WCAG 2.2's size of targets is asked for as well; axe leaves it out by itself. What the page complains of meanwhile
    is axe's own doing: it puts a style sheet into pages that import one.
    """
    _EXAMINED.add(page)
    found = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}}).response["violations"]
    page.evaluate("null")  # whatever the page has said by now has been heard
    _EXAMINED.discard(page)
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]} ({each['nodes'][0]['failureSummary']})" for each in found]


class Witness:
    """Keeps what happens while a page is open: errors of scripts, and parts of the page that did not arrive."""

    def __init__(self, page: Page) -> None:
        self.page, self.errors = page, list[str]()
        page.on("pageerror", lambda error: self._hear(str(error)))
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("requestfailed", lambda request: self._miss(request.url, request.failure or ""))

    def _miss(self, url: str, why: str) -> None:
        """What a page gives up because it is left is no trouble."""
        if "ERR_ABORTED" not in why:
            self._hear(f"no answer: {url} {why}")

    def _hear(self, complaint: str) -> None:
        if self.page not in _EXAMINED:
            self.errors.append(complaint)

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self._hear(text)
