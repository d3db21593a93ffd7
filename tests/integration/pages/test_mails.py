from __future__ import annotations

import re
from typing import Any

import pytest

from connectors.models import Mailbox, Organization
from issues.models import Cause, Issue
from notifications.channels.email import Mail
from notifications.composing import compose
from notifications.models import Delivery, Incident
from tests.integration.pages import scenery
from tests.integration.pages.reading import Page
from tests.integration.pages.scenery import HOSTILE

pytestmark = pytest.mark.django_db


def told(organization: Organization, kind: str = "opened", address: str = "ops@ours.example", **values: object) -> Mail:
    """The mail about an incident."""
    incident = Incident(**({"organization": organization, "key": "k", "issue_number": 1001} | values))
    delivery = Delivery(organization=organization, incident=incident, kind=kind, address=address)
    return compose(delivery)


def about_items(mailbox: Mailbox, *titles: str, code: str = scenery.RULE) -> Mail:
    scenery.fail(mailbox, code, titles)
    cause = Cause.everywhere.get()
    return told(mailbox.organization, code=code, cause=cause.fingerprint, mailbox=mailbox)


def about_a_stop(mailbox: Mailbox, kind: str = "opened") -> Mail:
    scenery.stop(mailbox)
    return told(mailbox.organization, kind, code=scenery.REVOKED, mailbox=mailbox)


def about_everybody(organization: Organization, kind: str = "opened") -> Mail:
    return told(organization, kind, code=scenery.USED_UP)


@pytest.fixture
def mails(mailbox: Mailbox) -> dict[str, Mail]:
    """Every kind of mail."""
    return {
        "items": about_items(mailbox, "Offer to Ann", "b", "c"),
        "stop": about_a_stop(mailbox),
        "recovered": told(mailbox.organization, "recovered", code=scenery.REVOKED, mailbox=mailbox),
        "everybody": about_everybody(mailbox.organization),
        "everybody again": about_everybody(mailbox.organization, "recovered"),
    }


KINDS = ("items", "stop", "recovered", "everybody", "everybody again")


def said(text: str) -> list[str]:
    """The words of a mail in their order; numbers of steps and the two forms of the link aside."""
    text = re.sub(r"^\d+\. ", "", text, flags=re.MULTILINE)
    return re.findall(r"[^\s]+", text)


@pytest.mark.parametrize("kind", KINDS)
def test_both_parts_say_the_same(mails: dict[str, Mail], kind: str) -> None:
    html = said(Page(mails[kind].html).words.replace("Or copy this address:", ""))
    text = said(mails[kind].text.replace("SYNC-1001: http", "SYNC-1001 http"))
    assert html == text


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_has_one_button_and_it_leads_to_the_issue(mails: dict[str, Mail], kind: str) -> None:
    page = Page(mails[kind].html)
    assert page.address("Open SYNC-1001") == "http://localhost:8000/issues/acme/1001/"
    assert len({address for _, address in page.links}) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_fetches_nothing_and_runs_nothing(mails: dict[str, Mail], kind: str) -> None:
    page = Page(mails[kind].html)
    assert {tag for tag, _ in page.tags} & {"img", "link", "script", "iframe", "form", "object"} == set()
    assert not re.search(r"url\(|@import|@font-face", mails[kind].html)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_ready_for_dark_and_no_wider_than_600(mails: dict[str, Mail], kind: str) -> None:
    html = mails[kind].html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html
    assert max(int(width) for width in re.findall(r'width="(\d+)"', html)) == 600


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("items", "E-mail “Offer to Ann” and 2 more are not in Salesforce · SYNC-1001"),
        ("stop", "mia@ours.example has stopped syncing · SYNC-1001"),
        ("recovered", "mia@ours.example syncs again · SYNC-1001"),
        ("everybody", "Acme has stopped syncing with Salesforce · SYNC-1001"),
        ("everybody again", "Acme syncs again · SYNC-1001"),
    ],
)
def test_the_subject_names_the_thing(mails: dict[str, Mail], kind: str, subject: str) -> None:
    assert " ".join(mails[kind].subject.split()) == subject


def test_a_mail_about_items_says_how_many_why_and_what_to_do(mails: dict[str, Mail]) -> None:
    for words in (
        "3 e-mails of Acme are not in Salesforce. The first is “Offer to Ann”.",
        "because it breaks a rule that your company has set up there",
        "Why: An active validation rule",
        "1. The mailbox's owner: ",
        "2. Salesforce administrator: ",
        "Quote SYNC-1001 when you ask for help.",
    ):
        assert words in mails["items"].text


def test_a_single_item_is_not_called_the_first(mailbox: Mailbox) -> None:
    mail = about_items(mailbox, "Offer to Ann")
    assert "An e-mail of Acme is not in Salesforce. It is “Offer to Ann”." in mail.text
    assert "E-mail “Offer to Ann” is not in Salesforce" in mail.subject


def test_where_the_policy_says_so_no_item_is_named(mailbox: Mailbox) -> None:
    Organization.everywhere.update(names_items_to_admins=False)
    mailbox.organization.names_items_to_admins = False
    mail = about_items(mailbox, "Offer to Ann", "b")
    assert "Offer" not in mail.subject + mail.text + mail.html
    assert "2 e-mails are not in Salesforce" in mail.subject


def test_what_is_private_is_named_to_nobody_but_its_own_mailbox(mailbox: Mailbox) -> None:
    scenery.fail(mailbox, titles=("Doctor",), private=True)
    values: dict[str, Any] = {"code": scenery.RULE, "cause": Cause.everywhere.get().fingerprint, "mailbox": mailbox}
    named = {
        address: "Doctor" in told(mailbox.organization, address=address, **values).text
        for address in ("ops@ours.example", mailbox.address.upper())
    }
    assert named == {"ops@ours.example": False, mailbox.address.upper(): True}


@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_hostile_titles_stay_titles(mailbox: Mailbox, part: str) -> None:
    mail = about_items(mailbox, HOSTILE)
    text = getattr(mail, part)
    assert ("<script>window" in text) == (part != "html")
    if part != "html":
        assert "\u202e" not in text


def test_a_hostile_title_does_not_end_the_title_of_the_page(mailbox: Mailbox) -> None:
    mail = about_items(mailbox, "</title><script>window.pwned=1</script>")
    assert [tag for tag, _ in Page(mail.html).tags if tag == "script"] == []


def test_a_title_with_line_breaks_stays_in_the_subject(mailbox: Mailbox) -> None:
    mail = about_items(mailbox, "Offer\r\nBcc: all@ours.example")
    assert "Offer\r\nBcc" not in " ".join(mail.subject.split())
    assert Issue.everywhere.exists()
