"""The label of what failed at a Gmail that knows scopes, and what is said where it may not be made."""

from __future__ import annotations

import pytest

from connectors import credentials
from connectors.facts import Fact
from connectors.labels import FAILED
from connectors.models import Credential, Mailbox, Organization
from connectors.oauth import Grant
from connectors.registry import Access
from connectors.scoping import scoped
from issues import services as issues
from issues.models import Issue
from syncapp import connecting, first_checks, own_facts
from syncapp.models import Breaker, Mark, Run
from tests.driving import codes, sync
from tests.integration.access import signing
from tests.integration.bad_input.world import World

pytestmark = pytest.mark.django_db

RULE = {"object": "EmailMessage", "name": "Never", "field": "Subject", "pattern": "bad", "message": "Not this one."}
REFUSED = "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION"
READING = "https://www.googleapis.com/auth/gmail.readonly"


@pytest.fixture(autouse=True)
def _wanted(world: World) -> None:
    Organization.everywhere.update(labels_failed=True)
    world.organization.refresh_from_db()
    world.salesforce.control("validation-rule", RULE)
    world.deliver(world.ada, "bad", "good")


def reads_only(world: World, mailbox: Mailbox) -> None:
    """Its owner agreed to that before anybody wanted labels, and nobody knows what it was."""
    said = world.google.control("grant", {"account": mailbox.address, "scopes": [READING]})
    grant = Grant(access_token=said["access_token"], refresh_token=said["refresh_token"], lifetime=3599)
    credentials.store(world.organization, "google", grant, mailbox=mailbox)


def labelled(world: World) -> list[str]:
    box = world.google.world.account(world.ada.address).mailbox
    ours = box.label_named(FAILED)
    return [m.content.header("subject") for m in box.messages.values() if ours and ours.id in m.labels]


def asked(world: World) -> list[str]:
    """What a run of Ada's mailbox asks Gmail for."""
    before = len(world.google.calls)
    sync(world.ada)
    return [call.operation for call in world.google.calls[before:]]


def findings(world: World) -> list[Fact]:
    with scoped(world.organization.pk):
        found = first_checks.look(Organization.everywhere.get(pk=world.organization.pk))
    return [fact for fact in found if "label" in fact.name.lower()]


def test_what_salesforce_refuses_has_the_label_until_it_takes_it(world: World) -> None:
    sync(world.ada)
    assert (labelled(world), codes()) == (["bad"], [REFUSED])
    assert not {"labels.list", "messages.get", "messages.batchModify"} & {*asked(world)}
    world.salesforce.control("rule", {"name": RULE["name"], "active": False})
    issues.retry(Issue.everywhere.all())
    assert asked(world).count("messages.batchModify") == 1
    assert (labelled(world), codes(), Mark.everywhere.count()) == ([], [], 0)
    assert not {"messages.get", "messages.batchModify"} & {*asked(world)}


@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_a_lost_answer_is_made_up_for(world: World, action: str) -> None:
    world.spoil("google", "/batchModify$", action=action)
    sync(world.ada)
    assert codes() == [REFUSED]
    sync(world.ada)
    assert (labelled(world), Mark.everywhere.exclude(before="?").count()) == (["bad"], 1)


def test_who_may_only_be_read_is_read_as_before_and_asked_once(world: World) -> None:
    reads_only(world, world.ada)
    assert "labels.create" in asked(world)
    assert "labels.create" not in asked(world)
    assert (codes(), Run.everywhere.latest("pk").outcome, labelled(world)) == ([REFUSED], "good", [])
    assert not Breaker.everywhere.filter(in_a_row__gt=0).exists()


def test_the_next_renewal_says_what_the_access_is_for(world: World) -> None:
    reads_only(world, world.ada)
    credentials.refresh(Credential.everywhere.get(mailbox=world.ada))
    assert not {"labels.list", "labels.create"} & {*asked(world)}


def test_who_unticks_the_box_for_mail_is_sent_back_and_read_as_before(world: World) -> None:
    calendars = "https://www.googleapis.com/auth/calendar.events"
    said = world.google.control("grant", {"account": world.ada.address, "scopes": [calendars]})
    with pytest.raises(connecting.Refusal, match="tick every box"):
        connecting.check_mailbox(world.ada, Access(token=said["access_token"]))
    sync(world.ada)
    assert (Run.everywhere.latest("pk").outcome, labelled(world)) == ("good", ["bad"])


def test_what_was_granted_for_labels_reads_on_when_nobody_wants_them_any_more(world: World) -> None:
    sync(world.ada)
    Organization.everywhere.update(labels_failed=False)
    credentials.refresh(Credential.everywhere.get(mailbox=world.ada))
    sync(world.ada)
    assert (Run.everywhere.latest("pk").outcome, labelled(world)) == ("good", [])


def test_the_first_checks_name_how_many_mailboxes_have_no_label(world: World) -> None:
    assert findings(world) == []
    for mailbox in (world.ada, world.ben):
        reads_only(world, mailbox)
        credentials.refresh(Credential.everywhere.get(mailbox=mailbox))
    (fact,) = findings(world)
    assert (fact.verdict, "2 mailboxes" in fact.text) == ("ask", True)
    assert fact.steps == (own_facts.SIGN_IN_AGAIN,)
    Organization.everywhere.update(labels_failed=False)
    assert findings(world) == []


def test_the_first_checks_name_the_domain_where_that_has_to_allow_it(world: World) -> None:
    signing.set_up(world)
    signing.mailbox_is_read(world, world.ada)
    (fact,) = findings(world)
    assert ("1 mailbox:" in fact.text, fact.steps) == (True, (own_facts.ALLOW_LABELS,))
