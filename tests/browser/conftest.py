"""Pages that are signed in without a form, and on which nothing goes wrong that only the browser would tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.looking import Witness
from tests.processes import PATIENCE

LISTEN = """
window.reports = [];
document.addEventListener('securitypolicyviolation', event =>
    window.reports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Visit]:
    """`visit(path, user)` opens a page as somebody, wide and light unless told otherwise. What its scripts and the
    network complain of fails the test, unless it has `troubled` pages on purpose."""
    opened: list[BrowserContext] = []
    witnesses: list[Witness] = []

    def open_(
        path: str,
        user: User | None = None,
        *,
        width: int = 1360,
        scheme: Any = "light",
        troubled: bool = False,
        **options: Any,
    ) -> Page:
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
        page.set_default_timeout(PATIENCE * 1000)
        if not troubled:
            witnesses.append(Witness(page))
        page.goto(path)
        return page

    yield open_
    complaints = [each for witness in witnesses for each in witness.errors]
    for context in opened:
        context.close()
    assert complaints == []


def _session(url: str, user: User) -> Any:
    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }
