"""The page that describes the REST interface: drawn and usable under our policy, with nothing from outside."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from connectors import tokens
from syncapp.api_urls import schema
from tests import builders
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_address_is_drawn_without_a_breach_of_the_policy(visit: Visit) -> None:
    asked: list[str] = []
    page = visit("/healthz")
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/api/v1/docs/")
    expect(page.locator(".opblock")).to_have_count(sum(len(methods) for methods in schema()["paths"].values()))
    page.locator(".opblock-summary-control").first.click()
    expect(page.locator(".opblock-body").first).to_be_visible()
    own = page.url.partition("/api/")[0]
    assert page.evaluate("window.reports") == []
    assert [url for url in asked if not url.startswith((own, "data:"))] == []


def test_a_token_can_be_tried_out_there(visit: Visit) -> None:
    _, secret = tokens.issue(builders.organization(slug="acme"), "Docs")
    page = visit("/api/v1/docs/")
    page.get_by_role("button", name="Authorize").click()
    page.locator(".modal-ux input").fill(secret)
    page.locator(".modal-ux button[type=submit]").click()
    page.locator(".modal-ux .btn-done").click()
    page.locator("#operations-organizations-organizations_list .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    answer = page.locator(".live-responses-table .response-col_description .highlight-code")
    expect(answer.first).to_contain_text('"slug": "acme"')
    assert page.evaluate("window.reports") == []
