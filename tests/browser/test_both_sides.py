"""A conflict is decided field by field with a mouse, and both sides end equal, as their page then says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from connectors.models import Mailbox
from connectors.policies import ConflictRule
from connectors.scoping import scoped
from syncapp.models import Item
from tests.browser.conftest import Visit
from tests.browser.looking import SCHEMES, SIZES, barriers, clipped, show, sideways
from tests.builders import event
from tests.conftest import Time
from tests.integration.events.stage import Stage, staged
from tests.integration.pages import scenery

pytestmark = pytest.mark.browser


@pytest.fixture
def stage(transactional_db: None, time: Time) -> Iterator[Stage]:
    made = staged(time, event_conflicts=ConflictRule.ASK)
    with scoped(made.organization.pk):
        ref = made.calendar.add(event("Review"))
        made.run()
        made.calendar.edit(ref, title="By the mailbox", text="Bring the prices.")
        made.crm.events.edit(made.record.id, title="By the CRM", location="Room 9")
        made.run(2)
        yield made


def looks_right(page: Page) -> None:
    for width in SIZES:
        for scheme in SCHEMES:
            show(page, width, scheme)
            where = f"at {width}, {scheme}"
            assert (sideways(page), clipped(page), barriers(page)) == (0, [], []), where


def test_a_conflict_is_decided_field_by_field_and_both_sides_end_equal(visit: Visit, stage: Stage) -> None:
    owner = scenery.owner_of(Mailbox.everywhere.get(pk=stage.anna.pk), "anna")
    page = visit(f"/items/{stage.organization.slug}/{Item.everywhere.get().pk}/", owner)
    page.get_by_role("button", name="Look at both sides now").click()
    expect(page.get_by_text("They differ in 3 fields.")).to_be_visible()
    looks_right(page)
    page.get_by_role("link", name="Choose…").click()
    page.get_by_role("radio", name="Mailbox: By the mailbox").check()
    page.get_by_role("radio", name="Salesforce: Room 9").check()
    page.get_by_role("button", name="Keep what is chosen above").click()
    assert page.locator("input:invalid").count() == 2  # the text has no side yet, and the browser says so
    page.get_by_role("radio", name="Mailbox: Bring the prices.").check()
    looks_right(page)
    page.get_by_role("button", name="Keep what is chosen above").click()
    expect(page.get_by_role("status")).to_contain_text("is decided")
    stage.run(2)
    ((_, here),) = stage.calendar.living.items()
    there = stage.record.event
    assert (here.title, here.text, here.location) == ("By the mailbox", "Bring the prices.", "Room 9")
    assert (there.title, there.text, there.location) == (here.title, here.text, here.location)
    page.get_by_role("link", name="Beside each other").click()
    page.get_by_role("button", name="Look at both sides now").click()
    expect(page.get_by_text("Both sides say the same.")).to_be_visible()
    expect(page.get_by_role("heading", name="What was overruled")).to_be_visible()
    looks_right(page)
