"""Secrets and other people's content, planted in every text, appear nowhere in what is sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail as outbox
from django.test import Client

from connectors.models import Activity, Credential, Mailbox, Organization
from issues.models import Attempt, Issue
from notifications import services as notifications
from tests.integration.help.conftest import looks, sends, writes
from tests.integration.pages import scenery
from tests.security.planting import plant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("supported")]

TOKENS = (
    "ya29.a0AfH6SMBx-secret-of-google",
    "00D5g000001abcd!AQ0AQsecretofsalesforce",
    "eyJhbGciOiJSUzI1NiJ9.eyJzZWNyZXQ.c2VjcmV0",
    "msk_abcdefghijklmnopqrstuvwxyz0123456789",
)
STRANGER = "eve.outsider@customer.example"
SUBJECT = "Divorce of the Meiers"
BODY = "the text of the message"


def failed(mailbox: Mailbox, **values: Any) -> Issue:
    told: dict[str, Any] = {
        "titles": (SUBJECT,),
        "said": f"Duplicate of {STRANGER} in “{SUBJECT}”: Bearer {TOKENS[0]}; password={TOKENS[1]}",
        "evidence": {"fields": {"text": {"crm": BODY, "mailbox": BODY}}, "choices": ["crm", "mailbox"]},
        "conversation_key": f"talk with {STRANGER}",
        "mailbox_url": f"https://mail.google.com/{STRANGER}",
        "crm_url": f"https://acme.my.salesforce.com/{BODY.replace(' ', '-')}",
        "fields": ("LastName", f"Bearer {TOKENS[0]}", STRANGER),
        "request_id": f"token={TOKENS[3]}",
    }
    return scenery.fail(mailbox, **(told | values))[0]


def sent(client: Client, description: str = "Help.", **more: str) -> str:
    """The mail as it left, and the page on which it was looked at."""
    writes(client, description, **more)
    shown = looks(client).words
    sends(client)
    assert notifications.deliver()
    assert outbox.outbox[-1].to == ["help@support.example"]
    return shown + outbox.outbox[-1].message().as_string() + str(outbox.outbox[-1].body)


@pytest.fixture
def mine(owner: User, signed: Any) -> Client:
    client: Client = signed(owner)
    return client


@pytest.mark.parametrize("more", [{}, {"with_words": "on"}], ids=["as it is", "with the other side's words"])
def test_no_secret_and_nobodys_content_leaves(mine: Client, mailbox: Mailbox, more: dict[str, str]) -> None:
    failed(mailbox)
    text = sent(mine, **more)
    for planted in (*TOKENS, STRANGER, "eve.outsider", SUBJECT, "Divorce", BODY, "SECRET-REFRESH", "SECRET-ACCESS"):
        assert planted not in text
    assert "LastName" in text


def test_the_words_that_are_added_still_say_what_they_said(mine: Client, mailbox: Mailbox) -> None:
    failed(mailbox, said=f"Duplicate of {STRANGER} in “{SUBJECT}”")
    assert "Duplicate of <address> in “<title>”" in sent(mine, with_words="on")


@pytest.mark.parametrize("token", TOKENS)
def test_a_secret_that_somebody_types_does_not_leave(mine: Client, mailbox: Mailbox, token: str) -> None:
    failed(mailbox)
    text = sent(mine, f"My password: hunter22secret and the token is {token}, please.")
    assert token not in text
    assert "hunter22secret" not in text
    assert "please." in text


def test_what_somebody_types_writes_no_header(mine: Client, mailbox: Mailbox) -> None:
    failed(mailbox, code="salesforce.X\r\nBcc: eve@evil.example")
    sent(mine, "Hello\r\nBcc: eve@evil.example\r\n\r\n.\r\nMAIL FROM:<x>")
    (mail,) = outbox.outbox
    assert (mail.to, mail.cc, mail.bcc) == (["help@support.example"], [], [])
    assert mail.message()["Bcc"] is None
    assert "\n" not in mail.subject


def test_the_recipient_comes_from_the_settings_and_never_from_the_request(mine: Client, mailbox: Mailbox) -> None:
    failed(mailbox)
    sent(mine, address="eve@evil.example", to="eve@evil.example", reply_to="eve@evil.example")
    assert (outbox.outbox[-1].to, outbox.outbox[-1].reply_to) == (["help@support.example"], ["mia@ours.example"])


def test_marks_that_turn_the_writing_round_do_not_leave(mine: Client, mailbox: Mailbox) -> None:
    failed(mailbox)
    Organization.everywhere.update(name="Acme\u202eevil")
    assert "\u202e" not in sent(mine, "Read \u202ethis\u202c\x07.")


def test_nothing_of_another_organization_is_in_it(mine: Client, mailbox: Mailbox) -> None:
    failed(mailbox)
    plant("canaryb7q")
    assert "canaryb7q" not in sent(mine, with_words="on")


def test_what_every_column_of_ours_holds_is_left_out_but_for_what_is_listed(mine: Client, mailbox: Mailbox) -> None:
    """Columns that somebody outside fills, each with a mark of its own."""
    issue = failed(mailbox)
    columns = ("title", "conversation_key", "mailbox_url", "crm_url", "proof", "ignored_reason", "subject_key")
    Issue.everywhere.filter(pk=issue.pk).update(**{name: f"mark-{name}" for name in columns})
    Mailbox.everywhere.update(name="mark-name", crm_user_id="mark-user")
    Credential.everywhere.update(account="mark-account")
    Activity.everywhere.update(title="mark-title", note="mark-note")
    Attempt.everywhere.update(code="salesforce.OTHER")
    text = sent(mine)
    assert "mark-" not in text
    assert "salesforce.OTHER" in text


@pytest.mark.parametrize("code", ["Bearer abcdefgh", STRANGER, "two words", "x" * 121, "<script>"])
def test_a_code_that_looks_like_none_is_left_out(mine: Client, mailbox: Mailbox, code: str) -> None:
    issue = failed(mailbox)
    Issue.everywhere.filter(pk=issue.pk).update(code=code[:120])
    Attempt.everywhere.update(code=code[:120])
    text = sent(mine)
    assert code not in text
    assert "SYNC-1001" in text
