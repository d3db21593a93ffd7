"""Pages that are signed in without a form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

LISTEN = """
window.reports = [];
document.addEventListener('securitypolicyviolation', event =>
    window.reports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Visit]:
    """`visit(path, user)` opens a page as somebody, wide and light unless told otherwise."""
    opened: list[BrowserContext] = []

    def open_(path: str, user: User | None = None, *, width: int = 1360, scheme: Any = "light", **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            **{"reduced_motion": "reduce"} | options,  # no colour is caught half-way
        )
        opened.append(context)
        context.add_init_script(LISTEN)
        if user is not None:
            context.add_cookies([_session(live_server.url, user)])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(path)
        return page

    yield open_
    for context in opened:
        context.close()


def _session(url: str, user: User) -> Any:
    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }
