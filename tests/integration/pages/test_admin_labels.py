"""Labels among the settings: rules that go by them, and the one that failed messages get."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.labels import FAILED
from connectors.models import Mailbox, Organization
from connectors.routes import MailboxLabels
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read
from tests.integration.pages.test_admin_settings import change, notes

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


@pytest.mark.parametrize("field", ["labels_never", "labels_only"])
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Private", ["Private"]),
        ("  Clients/Größe  \r\n\nPrivate", ["Clients/Größe", "Private"]),
        ("Private\nprivate", ["Private"]),
        ("", []),
    ],
)
def test_labels_are_one_on_each_line(boss: Client, acme: Organization, field: str, typed: str, kept: list[str]) -> None:
    change(boss, acme, **{field: typed})
    acme.refresh_from_db()
    assert getattr(acme, field) == kept


def test_labels_stand_in_the_journal(boss: Client, acme: Organization) -> None:
    change(boss, acme, labels_never="Private\nSecret")
    assert notes() == ["labels that keep mail out: nothing → Private, Secret"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("x" * 226, "is longer than a label can be: 225 characters at the most."),
        ("\n".join(map(str, range(51))), "These are 51 labels; name 50 at the most."),
    ],
)
def test_what_can_be_no_label_is_said_beside_the_field(
    boss: Client, acme: Organization, typed: str, sentence: str
) -> None:
    answer = change(boss, acme, labels_never=typed)
    assert sentence in read(answer).words
    acme.refresh_from_db()
    assert acme.labels_never == []


def test_one_label_cannot_keep_out_and_let_in(boss: Client, acme: Organization) -> None:
    answer = change(boss, acme, labels_never="Private", labels_only="Clients\nprivate")
    assert "“private” keeps mail out already; take it out of one of the two lists." in read(answer).words
    acme.refresh_from_db()
    assert (acme.labels_never, acme.labels_only) == ([], [])


@pytest.mark.parametrize("field", ["labels_never", "labels_only"])
@pytest.mark.parametrize("typed", [FAILED, FAILED.upper(), f"Private\n {FAILED} "])
def test_our_own_label_neither_keeps_mail_out_nor_lets_it_in(
    boss: Client, acme: Organization, field: str, typed: str
) -> None:
    answer = change(boss, acme, **{field: typed})
    assert "is what Syncapp itself puts on messages that failed" in read(answer).words
    acme.refresh_from_db()
    assert getattr(acme, field) == []


def test_the_label_above_ours_is_anybodys(boss: Client, acme: Organization) -> None:
    change(boss, acme, labels_never="Salesforce Emails")
    acme.refresh_from_db()
    assert acme.labels_never == ["Salesforce Emails"]


def test_labels_on_what_failed_are_switched_on_by_hand(boss: Client, acme: Organization) -> None:
    found = [acme.labels_failed]
    change(boss, acme, labels_failed="on")
    acme.refresh_from_db()
    assert [*found, acme.labels_failed] == [False, True]
    assert notes() == ["labels on failed messages: False → True"]


MISSING = "No mailbox has a label “Privat”: see whether it is written as in Gmail, or make it there."


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        ({"Privat": ""}, True),
        ({"Privat": "Label_7"}, False),
        ({"Private": "Label_7"}, False),  # asked before the setting was changed
        (None, False),  # not asked yet
    ],
)
def test_a_label_that_no_mailbox_has_is_named_beside_the_field(
    boss: Client, mailbox: Mailbox, ids: dict[str, str] | None, told: bool
) -> None:
    organization = mailbox.organization
    Organization.everywhere.update(labels_never=["Privat"])
    if ids is not None:
        MailboxLabels.everywhere.create(organization=organization, mailbox=mailbox, ids=ids)
    page = boss.get(f"/admin/connectors/organization/{organization.pk}/change/")
    assert (MISSING in read(page).words) is told


def test_what_another_organizations_mailbox_has_does_not_count(boss: Client, mailbox: Mailbox, others: Mailbox) -> None:
    Organization.everywhere.update(labels_never=["Privat"])
    for box, label_id in ((mailbox, ""), (others, "Label_7")):
        MailboxLabels.everywhere.create(organization=box.organization, mailbox=box, ids={"Privat": label_id})
    page = boss.get(f"/admin/connectors/organization/{mailbox.organization_id}/change/")
    assert MISSING in read(page).words
