"""What administrators and end users live through, from the trouble to “all clear”, by the words of the pages alone.

.venv/bin/pytest tests/browser/test_stories.py             sixty messages behind the rule
.venv/bin/pytest tests/browser/test_stories.py -m slow     three thousand

The others stand in `test_mending` (a missing name is filled in, a duplicate is picked), `test_both_sides` (a conflict
is decided) and `test_flows` (signing in, watching an order, without a script, with a thumb).
"""

from __future__ import annotations

from io import BytesIO

import pytest
from django.contrib.auth.models import User
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from connectors.models import Mailbox, Organization
from connectors.policies import NoMatch
from connectors.scoping import scoped
from issues.models import BulkOperation, Issue
from issues.services import run_operation
from notifications import services as notifications
from syncapp.models import Item
from tests import builders
from tests.browser.conftest import Visit
from tests.builders import event
from tests.conftest import Time
from tests.driving import drain, refusing, sync
from tests.integration.events.stage import Stage, staged
from tests.integration.events.stage import refusing as refusing_events
from tests.integration.notifications.conftest import _running_office, office
from tests.integration.notifications.post_office import PostOffice
from tests.integration.pages import scenery

__all__ = ["_running_office", "office"]

pytestmark = pytest.mark.browser


@pytest.fixture
def mailbox(transactional_db: None) -> Mailbox:
    acme = builders.organization(slug="acme", no_match=NoMatch.LEAD, support_address="help@support.example")
    return builders.mailbox(acme, "mia@ours.example")


@pytest.fixture
def boss(mailbox: Mailbox) -> User:
    return scenery.administrator(mailbox.organization, "boss")


def deliver(mailbox: Mailbox, *subjects: str) -> None:
    store = builders.store_of(mailbox)
    for subject in subjects:
        store.deliver(builders.email("ann@shop.example", mailbox.address, subject))
    sync(mailbox)


def work(mailbox: Mailbox) -> None:
    """The queue, and what is due of the mailbox."""
    drain()
    sync(mailbox)
    drain()


# -- A rule is mended


@pytest.mark.parametrize("number", [60, pytest.param(3000, marks=pytest.mark.slow)])
def test_a_rule_is_mended_a_few_are_tried_and_then_all_the_rest(
    visit: Visit, mailbox: Mailbox, boss: User, number: int
) -> None:
    crm = builders.crm_of(mailbox.organization)
    crm.rules.append(refusing("Order"))
    deliver(mailbox, *(f"Order {n}" for n in range(number)))
    page = visit("/admin/", boss)
    expect(page.get_by_role("heading", name=f"{number:,} items need somebody")).to_be_visible()
    crm.rules.clear()
    page.get_by_role("link", name=f"Try {number:,} again").first.click()
    page.get_by_role("button", name=f"Try {number:,} again").click()
    run_operation(BulkOperation.everywhere.get().pk)
    expect(page.get_by_text("The rest follows once these show that it works.")).to_be_visible()
    until_over(page, mailbox)
    expect(page.get_by_text(f"All done: {number:,} resolved.")).to_be_visible()
    page.goto("/admin/")
    expect(page.get_by_role("heading", name=f"Nothing needs anybody {number:,} in step")).to_be_visible()
    assert Item.everywhere.exclude(synced_at=None).count() == number


def until_over(page: Page, mailbox: Mailbox) -> None:
    for _ in range(100):
        work(mailbox)
        if not Issue.everywhere.exclude(status="resolved").exists():
            break
    drain()


# -- Help


def picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (320, 200), "navy").save(buffer, "PNG")
    return buffer.getvalue()


def test_a_screenshot_reaches_the_support_with_all_that_it_needs(
    visit: Visit, mailbox: Mailbox, office: PostOffice
) -> None:
    builders.crm_of(mailbox.organization).rules.append(refusing("Order"))
    deliver(mailbox, "Order 1")
    issue = Issue.everywhere.get()
    page = visit(f"/issues/acme/{issue.number}/", scenery.owner_of(mailbox, "mia"))
    page.get_by_role("link", name="Ask for help").click()
    page.locator("textarea").first.fill("It fails since Monday.")
    page.locator("input[type=file]").set_input_files(
        {"name": "screen.png", "mimeType": "image/png", "buffer": picture()}
    )
    page.get_by_role("button", name="Show me what will be sent").click()
    expect(page.get_by_text("Nothing else leaves.")).to_be_visible()
    expect(page.get_by_role("img", name="Screenshot 1")).to_be_visible()
    page.get_by_role("button", name="Send it to support").click()
    drain()
    notifications.deliver()
    (mail,) = office.taken
    assert mail["to"] == "help@support.example"
    assert issue.reference in str(mail["subject"])
    assert [each.get_content_type() for each in mail.iter_attachments()] == ["image/png"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert "It fails since Monday." in body.get_content()


# -- Ignored until it changes, and back again


@pytest.fixture
def stage(transactional_db: None, time: Time) -> Stage:
    return staged(time)


def standing(page: Page) -> Locator:
    """What the top of the page says of it; the history below keeps all."""
    return page.locator(".alert", has_text="Ignored by")


def test_what_is_ignored_until_it_changes_is_back_with_the_change(visit: Visit, stage: Stage) -> None:
    with scoped(stage.organization.pk):
        stage.crm.rules.append(refusing_events("Review"))
        ref = stage.calendar.add(event("Review"))
        stage.run()
    issue = Issue.everywhere.get()
    owner = scenery.owner_of(Mailbox.everywhere.get(pk=stage.anna.pk), "anna")
    page = visit(f"/issues/{stage.organization.slug}/{issue.number}/", owner)
    page.get_by_text("Ignore…").click()
    page.get_by_label("Why").fill("Not before the deal")
    page.get_by_label("For how long").select_option("until the item changes")
    page.get_by_role("button", name="Ignore SYNC-").click()
    expect(page.get_by_text("Not before the deal").first).to_be_visible()
    with scoped(stage.organization.pk):
        stage.run()
        page.reload()
        expect(standing(page)).to_be_visible()
        stage.calendar.edit(ref, text="Bring the prices.")
        stage.run()
    page.reload()
    expect(standing(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_what_fails_again_after_it_was_mended_says_that_it_came_back(visit: Visit, stage: Stage) -> None:
    with scoped(stage.organization.pk):
        stage.crm.rules.append(refusing_events("Review"))
        ref = stage.calendar.add(event("Review"))
        stage.run()
        stage.crm.rules.clear()
    issue = Issue.everywhere.get()
    owner = scenery.owner_of(Mailbox.everywhere.get(pk=stage.anna.pk), "anna")
    page = visit(f"/issues/{stage.organization.slug}/{issue.number}/", owner)
    page.get_by_role("button", name="Try again").click()
    with scoped(stage.organization.pk):
        stage.run()
        page.reload()
        expect(page.get_by_text("There is nothing left to do.")).to_be_visible()
        stage.crm.rules.append(refusing_events("Review"))
        stage.calendar.edit(ref, text="Bring the prices.")
        stage.run()
    page.reload()
    expect(page.get_by_text("came back")).to_be_visible()
    assert Organization.everywhere.count() == Issue.everywhere.exclude(status="resolved").count() == 1
