"""The page of a queue that is gone: it offers those that are there."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Mailbox, Organization
from issues.models import Issue
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db
OLD, NEW = "00G000000000001AAA", "00G000000000002AAA"


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


PATH = "/issues/acme/1001/"
ASKS: dict[str, Any] = {"queue": OLD, "candidates": [{"id": NEW, "name": scenery.HOSTILE}]}


@pytest.fixture
def gone(acme: Organization, mailbox: Mailbox) -> Issue:
    Mailbox.everywhere.filter(pk=mailbox.pk).update(mail_mode="cases", case_owner_id=OLD)
    return builders.issue(
        acme,
        scope="organization",
        subject_key=f"organization:queue:{OLD[:15]}",
        code="salesforce.QUEUE_GONE",
        title=f"Queue {OLD[:15]}",
        fields=(OLD,),
        evidence=ASKS,
        stops=False,
    )


def test_the_page_of_the_issue_offers_the_queues_that_are_there(boss: Client, gone: Issue) -> None:
    said = read(boss.get(PATH)).words
    for words in ("Which queue is to own the cases?", OLD, f"({NEW})", "owns no cases any more"):
        assert words in said
    assert "Whose address" not in said


def test_a_button_puts_one_in_its_place(boss: Client, gone: Issue, mailbox: Mailbox) -> None:
    answer = read(boss.post(f"{PATH}decide/", {"choice": NEW}, follow=True)).words
    mailbox.refresh_from_db()
    gone.refresh_from_db()
    assert "SYNC-1001 is decided." in answer
    assert (mailbox.case_owner_id, gone.status) == (NEW, "retrying")


def test_whose_mailbox_it_is_chooses_nothing(owner: User, signed: Signed, gone: Issue, mailbox: Mailbox) -> None:
    assert signed(owner).post(f"{PATH}decide/", {"choice": NEW}).status_code == 404
    mailbox.refresh_from_db()
    assert mailbox.case_owner_id == OLD


def test_the_overview_asks_for_it_and_calls_nothing_stopped(boss: Client, gone: Issue) -> None:
    said = read(boss.get("/admin/")).words
    assert ("1 question to answer" in said, "Choose another" in said, "organization stopped" in said) == (
        True,
        True,
        False,
    )
