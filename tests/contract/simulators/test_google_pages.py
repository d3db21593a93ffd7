"""The control page and the consent page, as a person's browser has them."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize

from connectors.simulators.google import control
from tests.contract.simulators.google_world import ADA, CALLBACK, SCOPE, GoogleWorld, running


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account()
        yield world


class Outline(HTMLParser):
    """The forms of a page with their fields, where its buttons lead, its tags, and the scopes of its headers."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.verbs: set[str] = set()
        self.tags: list[str] = []
        self.scopes: list[str | None] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag == "form":
            self.forms.append({"action": given.get("action") or ""})
        if tag == "button":
            leads_to = given.get("formaction") or self.forms[-1]["action"]
            self.verbs.add(leads_to.removeprefix("/_simulator/"))
        if tag == "input" and self.forms:
            self.forms[-1][given.get("name") or ""] = given.get("value") or ""
        if tag == "th":
            self.scopes.append(given.get("scope"))


def page(google: GoogleWorld) -> Outline:
    answer = google.get("/_simulator/", token="")
    assert answer.status_code == 200
    return Outline(answer.text)


def press(google: GoogleWorld, form: dict[str, str]) -> int:
    fields = {k: v for k, v in form.items() if k != "action"}
    return google.request("POST", form["action"], token="", data=fields).status_code


def test_the_page_revokes_and_gives_back_access(google: GoogleWorld) -> None:
    (revoke,) = [f for f in page(google).forms if f["action"].endswith("/revoke")]
    assert press(google, revoke) == 303
    assert google.refresh().status_code == 400
    (give,) = [f for f in page(google).forms if f["action"].endswith("/restore-access") and f.get("account") == ADA][:1]
    assert press(google, give) == 303
    assert google.refresh().status_code == 200


def test_the_page_lists_troubles_with_a_button_that_mends_them(google: GoogleWorld) -> None:
    google.door("mail-off", account=ADA)
    text = google.get("/_simulator/", token="").text
    assert "Gmail is off for ada@example.com." in text
    (mend,) = [f for f in page(google).forms if f["action"].endswith("/mail-on")]
    assert press(google, mend) == 303
    assert "Nothing is broken." in google.get("/_simulator/", token="").text


def test_every_button_of_the_page_is_a_verb_that_exists(google: GoogleWorld) -> None:
    google.door("suspend", account=ADA)
    outline = page(google)
    assert {"revoke", "unsuspend", "suspend", "expire-history", "switch-off-api"} <= outline.verbs
    assert outline.verbs <= set(control.VERBS)
    assert {form["token"] for form in outline.forms} == {google.simulator.door_token}


def test_a_button_breaks_something_for_the_chosen_account(google: GoogleWorld) -> None:
    form = {"action": "/_simulator/mail-off", "token": google.simulator.door_token, "account": ADA}
    assert press(google, form) == 303
    assert [t["mend"] for t in google.door("troubles")] == ["mail-on"]


def test_the_page_has_no_script_and_its_tables_have_headers(google: GoogleWorld) -> None:
    google.door("contact", account=ADA, contact={"names": [{"givenName": "Dan"}]})
    google.door("task", account=ADA, task={"title": "Call Dan"})
    outline = page(google)
    assert "script" not in outline.tags
    assert outline.scopes.count("col") == 10  # three each of accounts and calendars, two each of contacts and tasks
    assert outline.scopes.count("row") == 4


def test_names_are_escaped_on_the_page(google: GoogleWorld) -> None:
    google.door("account", email="eve@example.com", name="<script>alert(1)</script>")
    assert "<script>" not in google.get("/_simulator/", token="").text


def test_a_simulator_without_accounts_has_a_page_too(tmp_path: Path) -> None:
    with running(tmp_path / "empty") as empty:
        assert "There are no accounts yet." in empty.get("/_simulator/", token="").text


@pytest.mark.browser
def test_no_page_breaks_an_accessibility_rule_or_scrolls_sideways(google: GoogleWorld, browser: Browser) -> None:
    google.door("mail-off", account=ADA)
    google.door("contact", account=ADA, contact={"names": [{"givenName": "Dan"}]})
    google.door("task", account=ADA, task={"title": "Call Dan"})
    asked = {"client_id": google.account()["client_id"], "redirect_uri": CALLBACK, "response_type": "code"}
    asked |= {"scope": f"{SCOPE}readonly"}
    consent = "/o/oauth2/v2/auth?"
    pages = ["/_simulator/", consent + urlencode(asked), consent + urlencode(asked | {"login_hint": ADA}), consent]
    for dark, width in ((False, 390), (True, 1360)):
        scheme: Literal["dark", "light"] = "dark" if dark else "light"
        size: ViewportSize = {"width": width, "height": 800}
        tab = browser.new_page(ignore_https_errors=True, color_scheme=scheme, viewport=size)
        for path in pages:
            tab.goto(google.url + path)
            assert Axe().run(tab).response["violations"] == [], path
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
        tab.close()
