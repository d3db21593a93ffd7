"""Organizations that take the headers of messages, and nothing of what these say."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.errors import Failure, Kind
from connectors.memory import MemoryCrm, MemoryMailbox, failure
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.records import Attachment, CaseWrite, EmailWrite, Flag
from syncapp import services
from syncapp.engine import payload
from syncapp.engine.headers import UNWANTED
from syncapp.models import Change, Item
from tests.builders import email, store_of
from tests.conftest import Time
from tests.driving import HICCUP, codes, filtered, refusing, states, sync, synced

pytestmark = pytest.mark.django_db

SECRET = "the price is 7,000"
FILE = Attachment(name="secret.pdf", content_type="application/pdf", size=5)


def settle(**values: object) -> None:
    """The settings of every organization."""
    Organization.everywhere.update(**({"headers_only": True} | values))


def deliver(store: MemoryMailbox, **more: Any) -> None:
    store.deliver(email(**({"text": SECRET, "html": f"<p>{SECRET}</p>", "attachments": (FILE,)} | more)), b"bytes")


def messages(crm: MemoryCrm) -> list[EmailWrite]:
    return [each for each in crm.records.values() if isinstance(each, EmailWrite)]


def kept() -> list[str]:
    """The texts that stand in our tables."""
    return [payload.from_json(each.payload).text for each in Change.everywhere.all() if each.payload]


@pytest.fixture
def headers(crm: MemoryCrm) -> None:
    settle()


@pytest.mark.usefixtures("headers")
def test_subject_people_and_date_come_and_a_sentence_where_the_text_would_be(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    deliver(store)
    sync(mailbox)
    (write,) = messages(crm)
    assert (write.email.subject, len(write.links), write.email.date) == ("Renewal", 1, email().date)
    assert (write.email.text, write.email.html, write.email.attachments) == (UNWANTED, "", ())
    assert (synced(), states(), codes()) == (1, [], [])


@pytest.mark.usefixtures("headers")
def test_a_case_has_the_sentence_as_well(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    Mailbox.everywhere.update(mail_mode="cases")
    deliver(store)
    sync(mailbox)
    (case,) = [each for each in crm.records.values() if isinstance(each, CaseWrite)]
    assert (case.subject, case.text) == ("Renewal", UNWANTED)


@pytest.mark.usefixtures("headers")
def test_nothing_of_it_stands_in_our_tables_while_it_waits(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    crm.rules.append(refusing("Renewal"))
    deliver(store)
    sync(mailbox)
    (change,) = Change.everywhere.all()
    assert (SECRET in str(change.payload), "secret.pdf" in str(change.payload), change.bare) == (False, False, True)


@pytest.mark.usefixtures("headers")
def test_what_it_holds_does_not_matter(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    settle(brings_files=True)
    deliver(store)
    sync(mailbox)
    assert (synced(), crm.files) == (1, {})


@pytest.mark.usefixtures("headers")
def test_rules_that_go_by_headers_go_on(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    deliver(store, flags=frozenset({Flag.SPAM}))
    deliver(store, sender="boss@ours.example")
    sync(mailbox)
    assert (filtered(), synced()) == ({"spam": 1, "internal_only": 1}, 0)


@pytest.mark.usefixtures("headers")
def test_a_copy_is_no_other_content(mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    for each, text in ((store, "one"), (store_of(second), "two")):
        deliver(each, text=text, message_id="1@customer.example")
    sync(mailbox, second)
    assert (synced(), Activity.everywhere.filter(verb=Verb.OTHER_CONTENT).count()) == (1, 0)


# -- Switched on, switched off


def waiting(crm: MemoryCrm, mailbox: Mailbox, store: MemoryMailbox, why: Failure = HICCUP) -> None:
    """A message that was read and could not be written."""
    crm.rules.append(refusing("Renewal", why, times=1))
    deliver(store)
    sync(mailbox)
    assert synced() == 0


def test_what_was_read_before_is_written_without_its_text(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    waiting(crm, mailbox, store)
    settle()
    time.move(hours=1)
    sync(mailbox)
    assert [write.email.text for write in messages(crm)] == [UNWANTED]


@pytest.mark.parametrize("stands", ["goes on", "paused", "stopped"])
def test_its_text_leaves_our_tables_with_the_next_tick(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, stands: str
) -> None:
    waiting(crm, mailbox, store)
    settle(**({} if stands == "goes on" else {f"{stands}_at": email().date}))
    assert kept() == [SECRET]
    services.tick()
    assert kept() == [""]


def test_however_many_wait(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    crm.rules.append(refusing("Renewal"))
    for _ in range(205):
        deliver(store)
    sync(mailbox)
    settle()
    services.tick()
    assert set(kept()) == {""}


def test_other_organizations_keep_theirs(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    waiting(crm, mailbox, store)
    services.tick()
    assert kept() == [SECRET]


def test_what_was_too_large_is_not_too_large_for_its_headers(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    deliver(store, flags=frozenset({Flag.OVERSIZED}), text="", html="", attachments=())
    sync(mailbox)
    assert codes() == ["engine.MESSAGE_TOO_LARGE"]
    settle()
    services.tick()
    (change,) = Change.everywhere.all()
    assert payload.from_json(change.payload).flags == {Flag.HEADERS_ONLY}


def test_switched_off_the_texts_come_from_then_on(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    settle()
    waiting(crm, mailbox, store)
    settle(headers_only=False)
    deliver(store)
    time.move(hours=1)
    sync(mailbox)
    assert sorted(write.email.text for write in messages(crm)) == sorted([UNWANTED, SECRET])


def test_files_that_were_to_come_stay_away(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time) -> None:
    settle(headers_only=False, brings_files=True)
    crm.file_rules.append(lambda _: failure("network.READ_TIMEOUT", Kind.TRANSIENT, "away"))
    deliver(store)
    sync(mailbox)
    settle()
    time.move(hours=1)
    sync(mailbox)
    assert ([write.files for write in messages(crm)], Item.everywhere.get().synced_at is None) == ([()], False)
