"""A further calendar that cannot be read any more: it says so, and nowhere that its mailbox has stopped."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from connectors.effects import commit
from connectors.models import Activity, Mailbox, Organization, Verb
from issues import catalogue
from issues.models import Issue, Resolution
from issues.services import close
from notifications.composing import compose
from notifications.models import Delivery, Incident
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read as page

pytestmark = pytest.mark.django_db
CODE = "engine.CALENDAR_LOST"


def said_on(answer: Any) -> str:
    return " ".join(page(answer).words.split())


@pytest.fixture
def lost(acme: Organization, mailbox: Mailbox) -> Issue:
    return builders.issue(
        acme,
        scope="mailbox",
        subject_key=f"mailbox:{mailbox.pk}:calendar:1",
        mailbox=mailbox,
        resource="event",
        code=CODE,
        title="Team",
        stops=False,
    )


def test_its_page_says_that_the_calendar_cannot_be_read(admin: User, signed: Signed, lost: Issue) -> None:
    said = said_on(signed(admin).get(f"/issues/acme/{lost.number}/"))
    assert "Team cannot be read any more" in said
    assert "topped" not in said


def test_the_own_page_says_that_everything_else_goes_on(signed: Signed, lost: Issue, mailbox: Mailbox) -> None:
    said = said_on(signed(scenery.owner_of(mailbox, "mia")).get("/"))
    assert "A calendar cannot be read any more. Everything else goes on meanwhile." in said
    assert "topped" not in said


def test_the_overview_counts_no_stopped_mailbox(admin: User, signed: Signed, lost: Issue) -> None:
    said = said_on(signed(admin).get("/admin/"))
    assert "A calendar cannot be read any more" in said
    assert "Stopped" not in said


def test_the_page_of_its_code_says_that_it_stops_nothing(signed: Signed, admin: User) -> None:
    said = said_on(signed(admin).get(f"/codes/{catalogue.entry(CODE).slug}/"))
    assert "What it stops Nothing; everything else goes on" in said


def test_nobody_is_told_that_anything_stopped(acme: Organization, lost: Issue, mailbox: Mailbox) -> None:
    assert list(Activity.everywhere.filter(alert=True).values_list("verb", flat=True)) == [Verb.ISSUE_OPENED]
    assert lost.cause is not None
    incident = Incident(
        organization=acme,
        key="k",
        issue_number=lost.number,
        code=lost.code,
        cause=lost.cause.fingerprint,
        mailbox=mailbox,
    )
    mail = compose(Delivery(organization=acme, incident=incident, kind="opened", address="ops@ours.example"))
    assert mail.subject.startswith("Acme: Team cannot be read any more")


def test_once_it_is_over_nobody_says_that_it_syncs_again(
    admin: User, signed: Signed, lost: Issue, acme: Organization
) -> None:
    with commit("test: over"):
        close(acme.pk, {lost.subject_key: "it can be read again"}, Resolution.WORKS)
    assert "Team is not missed any more" in said_on(signed(admin).get(f"/issues/acme/{lost.number}/"))
