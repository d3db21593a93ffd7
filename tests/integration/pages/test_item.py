"""The page of an item: both sides as they stand now, for those who may see them, and what was done about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors import clock
from connectors.effects import crash_points
from connectors.errors import ConnectorError, Kind
from connectors.memory import failure
from connectors.models import Mailbox, Organization
from connectors.policies import ConflictRule
from connectors.records import Ref
from connectors.scoping import scoped
from issues import services as issues
from issues.models import Issue
from syncapp.models import Binding, Breaker, BreakerState, Item
from tests import builders
from tests.builders import event
from tests.conftest import Time
from tests.driving import sync
from tests.integration.contacts import stage as contacts
from tests.integration.events.stage import ANNA, Stage, staged
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

LOOK = "Look at both sides now"


@pytest.fixture
def stage(db: None, time: Time) -> Iterator[Stage]:
    made = staged(time, event_conflicts=ConflictRule.ASK)
    with scoped(made.organization.pk):
        yield made


@pytest.fixture
def ref(stage: Stage) -> Ref:
    """A meeting in step."""
    made = stage.calendar.add(event("Quarterly review"))
    stage.run()
    return made


@pytest.fixture
def mine(stage: Stage, ref: Ref, signed: Signed) -> Client:
    return signed(scenery.owner_of(stage.anna, "anna"))


@pytest.fixture
def boss(stage: Stage, ref: Ref, signed: Signed) -> Client:
    return signed(scenery.administrator(stage.organization, "boss"))


def path(stage: Stage) -> str:
    item = Item.everywhere.get()
    return f"/items/{stage.organization.slug}/{item.pk}/"


def look(client: Client, stage: Stage) -> str:
    return read(client.post(f"{path(stage)}look/")).words


def differ(stage: Stage, ref: Ref) -> None:
    stage.calendar.edit(ref, title="By the mailbox")
    stage.crm.events.edit(stage.record.id, location="Room 9")


def let_see(stage: Stage, *, allowed: bool = True) -> None:
    Organization.everywhere.filter(pk=stage.organization.pk).update(names_items_to_admins=allowed)


def test_opening_it_asks_nobody_anything(mine: Client, stage: Stage) -> None:
    before = stage.crm.calls
    said = read(mine.get(path(stage))).words
    assert all(words in said for words in ("Quarterly review", LOOK, "first in step", "in step since"))
    assert stage.crm.calls == before


def test_both_sides_stand_beside_each_other_with_who_changed_what(mine: Client, stage: Stage, ref: Ref) -> None:
    differ(stage, ref)
    said = look(mine, stage)
    for words in (
        "They differ in 2 fields.",
        "Title\nQuarterly review\nBy the mailbox\nDiffers\nChanged in the mailbox since",
        "Place\nRoom 9\nRoom 7\nDiffers\nChanged in Salesforce since",
        "Shown as\nbusy\nbusy\nThe same",
    ):
        assert words in said


def test_what_is_the_same_is_said_to_be(mine: Client, stage: Stage) -> None:
    assert "Both sides say the same." in look(mine, stage)


def test_each_side_is_asked_once_and_outside_of_any_transaction(boss: Client, stage: Stage) -> None:
    let_see(stage)
    points: list[str] = []
    with crash_points(points.append):
        look(boss, stage)
    assert [name for name in points if name.endswith(": before")] == [
        "look at a copy: before",
        "look at a record: before",
    ]


@pytest.mark.parametrize("side", ["mailbox", "crm"])
def test_what_is_gone_from_a_side_is_said(mine: Client, stage: Stage, ref: Ref, side: str) -> None:
    stage.calendar.delete(ref) if side == "mailbox" else stage.crm.events.delete(stage.record.id)
    name = "the mailbox" if side == "mailbox" else "Salesforce"
    assert f"It is not in {name} any more." in look(mine, stage)


def test_a_side_that_does_not_answer_is_said_and_the_other_one_shown(mine: Client, stage: Stage) -> None:
    trouble = failure("google.backendError", Kind.TRANSIENT, "Backend Error")

    def strikes(name: str) -> None:
        if name == "look at a copy: before":
            raise ConnectorError(trouble)

    with crash_points(strikes):
        said = look(mine, stage)
    assert "The mailbox could not be read just now." in said
    assert "Title\nQuarterly review\n–" in said
    assert "in step since" in said


def test_a_provider_that_is_left_alone_is_not_asked(mine: Client, stage: Stage) -> None:
    Breaker.everywhere.create(
        organization=stage.organization,
        provider=stage.organization.crm,
        state=BreakerState.OPEN,
        probe_at=clock.now() + timedelta(minutes=5),
        code="salesforce.SERVER_UNAVAILABLE",
    )
    before = stage.crm.calls
    assert "Salesforce could not be read just now: it keeps failing" in look(mine, stage)
    assert stage.crm.calls == before


def test_a_mailbox_that_rests_is_not_asked(mine: Client, stage: Stage) -> None:
    Mailbox.everywhere.filter(pk=stage.anna.pk).update(paused_at=clock.now())
    assert "Sync is paused, so the mailbox is not asked." in look(mine, stage)


# -- Who sees what


def test_of_salesforce_people_see_what_their_own_user_may_read(mine: Client, stage: Stage, ref: Ref) -> None:
    differ(stage, ref)
    stage.crm.unseen.add((ANNA, stage.record.id))
    said = look(mine, stage)
    assert "What Salesforce says is hidden" in said
    assert "By the mailbox" in said
    assert "Room 9" not in said
    assert "Differs" not in said


def test_whose_user_there_nobody_knows_sees_nothing_of_it(mine: Client, stage: Stage, ref: Ref) -> None:
    differ(stage, ref)
    Mailbox.everywhere.filter(pk=stage.anna.pk).update(crm_user_id="")
    before = stage.crm.calls
    said = look(mine, stage)
    assert "What Salesforce says is hidden" in said
    assert ("Room 9" in said, stage.crm.calls) == (False, before)


@pytest.mark.parametrize("allowed", [True, False])
def test_an_administrator_reads_it_where_the_organization_says_so_and_else_which_fields_differ(
    boss: Client, stage: Stage, ref: Ref, allowed: bool
) -> None:
    let_see(stage, allowed=allowed)
    differ(stage, ref)
    said = look(boss, stage)
    assert "They differ in 2 fields." in said
    assert "Title\n" in said
    for words in ("Quarterly review", "By the mailbox", "Room 9", "Room 7"):
        assert (words in said) is allowed
    assert ("Open in" in said) is allowed


def test_of_what_is_private_nothing_is_shown_but_to_its_owner(mine: Client, boss: Client, stage: Stage) -> None:
    let_see(stage)
    Item.everywhere.update(private=True)
    said = read(boss.get(path(stage))).words
    assert "It is marked private" in said
    assert ("Quarterly review" in said, LOOK in said) == (False, False)
    assert boss.post(f"{path(stage)}look/").status_code == 403
    assert "Quarterly review" in look(mine, stage)


def test_for_others_there_is_no_such_item(mine: Client, stage: Stage, signed: Signed) -> None:
    colleague: User = scenery.owner_of(stage.ben, "ben")
    stranger = scenery.owner_of(builders.mailbox(builders.organization(slug="rival")), "zoe")
    for user in (colleague, stranger):
        client = signed(user)
        assert client.get(path(stage)).status_code == 404
        assert client.post(f"{path(stage)}look/").status_code == 404


# -- Issues, journal, and what was overruled


@pytest.fixture
def asked(stage: Stage, ref: Ref) -> Issue:
    stage.calendar.edit(ref, title="By the mailbox")
    stage.crm.events.edit(stage.record.id, title="By the CRM")
    stage.run(2)
    return Issue.everywhere.get()


def test_its_open_issue_stands_on_top_and_each_leads_to_the_other(mine: Client, stage: Stage, asked: Issue) -> None:
    said = read(mine.get(path(stage))).words
    assert all(words in said for words in (asked.reference, "Choose…"))
    page = mine.get(f"/issues/{stage.organization.slug}/{asked.number}/").content.decode()
    assert f'href="{path(stage)}"' in page


def test_the_journal_tells_the_code_and_who_decided(mine: Client, stage: Stage, asked: Issue) -> None:
    anna = User.objects.get(username="anna")
    issues.decide(asked, "fields", {"title": "crm"}, actor_id=anna.pk)
    stage.run(2)
    said = read(mine.get(path(stage))).words.replace("\n", " ")
    for words in ("CRM_SYNCHRO_ERROR", "engine.SYNC_CONFLICT", "Title from Salesforce", "by anna", "Resolved"):
        assert words in said


@pytest.mark.parametrize("sees", [True, False])
def test_what_was_overruled_is_kept_there_for_who_may_read_it(
    mine: Client, stage: Stage, asked: Issue, sees: bool
) -> None:
    issues.decide(asked, "mailbox")
    stage.run(2)
    assert "By the CRM" not in read(mine.get(path(stage))).words  # nobody has asked whether Anna may read it
    if not sees:
        stage.crm.unseen.add((ANNA, stage.record.id))
    said = look(mine, stage)
    assert "What was overruled" in said
    assert ("Title: By the CRM" in said.replace("\n", " ")) is sees


def test_one_that_lies_in_no_mailbox_any_more_is_told_by_the_other_side(boss: Client, stage: Stage) -> None:
    let_see(stage)
    Binding.everywhere.update(gone_at=clock.now())
    said = look(boss, stage)
    assert "It is not in the mailbox." in said
    assert "Quarterly review" in said


# -- Other kinds of items


def test_of_a_message_it_is_told_what_stands_in_salesforce_of_it(db: None, time: Time, signed: Signed) -> None:
    organization = builders.organization()
    box = builders.mailbox(organization, "anna@ours.example", crm_user_id=ANNA)
    client = signed(scenery.owner_of(box, "anna"))
    with scoped(organization.pk):
        crm = builders.crm_of(organization)
        crm.people.append(builders.contact(account_id="001000000000001AAA"))
        builders.store_of(box).deliver(builders.email(subject="Renewal of the contract"))
        sync(box)
        item = Item.everywhere.get()
        said = read(client.post(f"/items/{organization.slug}/{item.pk}/look/")).words
    assert "Both sides say the same." in said
    assert said.count("Renewal of the contract") >= 2
    assert "From\nann@customer.example\nann@customer.example\nThe same" in said


def test_of_a_contact_both_sides_are_compared_part_by_part(db: None, time: Time, signed: Signed) -> None:
    stage = contacts.staged(time)
    client = signed(scenery.owner_of(stage.anna, "anna"))
    with scoped(stage.organization.pk):
        ref = stage.book.add(contacts.ann())
        stage.run()
        stage.book.edit(ref, phone="+1 555 0199")
        said = look(client, stage)
    assert "Phone\n+15550100\n+15550199\nDiffers\nChanged in the mailbox since" in said
