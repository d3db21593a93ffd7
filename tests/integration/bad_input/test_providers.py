"""Providers that nobody knows."""

from __future__ import annotations

import pytest

from connectors import registry
from connectors.models import Mailbox
from issues import services as issues
from issues.models import Issue
from syncapp.engine.running import Ending
from tests import builders
from tests.driving import codes, sync
from tests.integration.bad_input.world import World, explained, only_issue

pytestmark = pytest.mark.django_db

UNKNOWN = "engine.PROVIDER_UNKNOWN"


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("provider", ["pigeon", "Google", "salesforce", "", "memory_crm"])
def test_a_mailbox_of_an_unknown_provider_says_so_and_stops_nobody_else(
    world: World, provider: str, connected: bool
) -> None:
    if not connected:
        world.ada.credentials.all().delete()
    Mailbox.everywhere.filter(pk=world.ada.pk).update(provider=provider)
    assert sync(world.ada) == [Ending.FAILED]
    found = only_issue()
    assert (found.code, found.scope, found.mailbox_id) == (UNKNOWN, "mailbox", world.ada.pk)
    said = found.attempts.get().said
    assert all(known in said for known in registry.MAIL)
    assert world.goes_on(world.ben, "beside")


def test_the_right_provider_ends_it(world: World) -> None:
    Mailbox.everywhere.filter(pk=world.ada.pk).update(provider="pigeon")
    sync(world.ada)
    Mailbox.everywhere.filter(pk=world.ada.pk).update(provider="google")
    issues.retry(Issue.everywhere.all())
    assert world.goes_on(world.ada, "first")
    assert codes() == []


def test_an_organization_with_an_unknown_crm_says_so_and_stops_no_other(world: World) -> None:
    world.organization.crm = "filing cabinet"
    world.organization.save()
    world.deliver(world.ada, "first")
    assert sync(world.ada) == [Ending.FAILED]
    found = only_issue()
    assert (found.code, found.scope) == (UNKNOWN, "organization")
    other = builders.mailbox(builders.organization())
    builders.store_of(other).deliver(builders.email())
    assert sync(other) == [Ending.DONE]


def test_the_page_of_the_code_says_what_to_do() -> None:
    entry = explained(UNKNOWN)
    assert "provider" in entry.plain
    assert "Set the mailbox" in entry.steps[0].text
