"""An end user mends a refusal on the page of the issue."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from connectors.fills import Blank
from connectors.models import Mailbox
from connectors.policies import NoMatch
from issues.models import Issue
from tests import builders
from tests.browser.conftest import Visit
from tests.browser.looking import barriers, clipped, sideways
from tests.driving import sync
from tests.integration.mending.test_leads import wants_last_name
from tests.integration.pages import scenery

pytestmark = pytest.mark.browser
LAST = Blank(name="last_name", label="Last Name", required=True, longest=80)


@pytest.fixture
def mailbox(transactional_db: None) -> Mailbox:
    """A message from somebody without a name, of whom a lead is to be made."""
    acme = builders.organization(slug="acme", no_match=NoMatch.LEAD)
    made = builders.mailbox(acme, "mia@ours.example", crm_user_id="005000000000001AAA")
    crm = builders.crm_of(acme)
    crm.rules.append(wants_last_name)
    crm.fills.blanks, crm.fills.editors = {"last_name": LAST}, {made.crm_user_id}
    builders.store_of(made).deliver(builders.email("orders@shop.example", made.address, "Order 1"))
    sync(made)
    return made


def looked_at(page: Page, name: str) -> None:
    """A picture for whoever wants one, of a page that is neither clipped nor closed to anybody."""
    assert (barriers(page), clipped(page), sideways(page)) == ([], [], 0)
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_a_missing_last_name_is_filled_in_by_the_end_user_and_the_issue_is_gone(visit: Visit, mailbox: Mailbox) -> None:
    mia = scenery.owner_of(mailbox, "mia")
    address = f"/issues/acme/{Issue.everywhere.get().number}/"
    page = visit(address, mia, width=390, has_touch=True, is_mobile=True, scheme="dark")
    looked_at(page, "fill-narrow")
    page.get_by_role("button", name="Fill it in and try again").tap()
    expect(page.get_by_text("Salesforce wants something here.")).to_be_visible()
    page.get_by_label("Last Name").fill("Shop")
    page.get_by_role("button", name="Fill it in and try again").tap()
    expect(page.get_by_role("status")).to_contain_text("is tried again with it now")
    sync(mailbox)
    page.goto(address)
    expect(page.get_by_text("There is nothing left to do.")).to_be_visible()
    expect(page.get_by_text("Filled in: Last Name")).to_be_visible()
