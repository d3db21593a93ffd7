"""An end user mends a refusal on the page of the issue."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from connectors.fills import Blank
from connectors.memory import Verdict
from connectors.models import Mailbox
from connectors.policies import NoMatch
from connectors.records import EmailWrite
from issues.models import Issue
from tests import builders
from tests.browser.conftest import Visit
from tests.browser.looking import barriers, clipped, sideways
from tests.driving import sync
from tests.integration.mending.test_doubles import PETRA, blocks
from tests.integration.mending.test_leads import wants_last_name
from tests.integration.pages import scenery

pytestmark = pytest.mark.browser
LAST = Blank(name="last_name", label="Last Name", required=True, longest=80)


@pytest.fixture
def mailbox(transactional_db: None) -> Mailbox:
    """Of whoever writes to it a lead is made, where nobody is known; its owner may write leads in Salesforce."""
    acme = builders.organization(slug="acme", no_match=NoMatch.LEAD)
    made = builders.mailbox(acme, "mia@ours.example", crm_user_id="005000000000001AAA")
    builders.crm_of(acme).fills.editors = {made.crm_user_id}
    return made


def refused(mailbox: Mailbox, rule: Verdict, sender: str) -> str:
    """A message from somebody of whom Salesforce makes no lead: the address of the issue."""
    builders.crm_of(mailbox.organization).rules.append(rule)
    builders.store_of(mailbox).deliver(builders.email(sender, mailbox.address, "Order 1"))
    sync(mailbox)
    return f"/issues/acme/{Issue.everywhere.get().number}/"


def looked_at(page: Page, name: str) -> None:
    """A picture for whoever wants one, of a page that is neither clipped nor closed to anybody."""
    assert (barriers(page), clipped(page), sideways(page)) == ([], [], 0)
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_a_missing_last_name_is_filled_in_by_the_end_user_and_the_issue_is_gone(visit: Visit, mailbox: Mailbox) -> None:
    mia = scenery.owner_of(mailbox, "mia")
    builders.crm_of(mailbox.organization).fills.blanks = {"last_name": LAST}
    address = refused(mailbox, wants_last_name, "orders@shop.example")
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


def test_among_possible_duplicates_the_end_user_says_who_is_meant(visit: Visit, mailbox: Mailbox) -> None:
    mia, crm = scenery.owner_of(mailbox, "mia"), builders.crm_of(mailbox.organization)
    crm.people.append(PETRA)
    address = refused(mailbox, blocks("Lead", [PETRA.id]), "petra@new.example")
    page = visit(address, mia, width=390, has_touch=True, is_mobile=True)
    looked_at(page, "doubles-narrow")
    page.get_by_role("button", name="Petra Zeller").tap()
    expect(page.get_by_role("status")).to_contain_text("is tried again with it now")
    sync(mailbox)
    page.goto(address)
    expect(page.get_by_text("There is nothing left to do.")).to_be_visible()
    (message,) = [each for each in crm.records.values() if isinstance(each, EmailWrite)]
    assert {link.person_id for link in message.links} == {PETRA.id, mailbox.crm_user_id}
    assert [each.id for each in crm.people] == [PETRA.id]
