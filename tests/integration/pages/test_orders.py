"""The page that says what an order will do before anybody gives it, and where it is offered."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Activity, Mailbox, Organization, Verb
from syncapp.models import ChangeState
from syncapp.orders import Order, carry_out
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(owner: User, signed: Signed) -> Client:
    return signed(owner)


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


def page_of(mailbox: Mailbox, order: str) -> str:
    return f"/orders/mailboxes/{mailbox.pk}/{order}/"


def fresh(mailbox: Mailbox) -> Mailbox:
    return Mailbox.everywhere.get(pk=mailbox.pk)


# -- What is said


def _two_wait(mailbox: Mailbox) -> None:
    scenery.change(mailbox, ChangeState.PENDING)
    scenery.change(mailbox, ChangeState.WAITING)


def _failed(mailbox: Mailbox) -> None:
    Mailbox.everywhere.filter(pk=mailbox.pk).update(failed_runs=3)


def _many(mailbox: Mailbox) -> None:
    for _ in range(3):
        scenery.in_step(mailbox)


def _rests_as_a_whole(mailbox: Mailbox) -> None:
    carry_out(Order.PAUSE, mailbox.organization)


@pytest.mark.parametrize(
    ("order", "world", "sentence"),
    [
        ("pause", lambda _: None, "Nothing is read from the mailbox, and nothing of it is written to Salesforce."),
        ("pause", _two_wait, "2 items that are not in Salesforce yet wait."),
        ("resume", _two_wait, "2 items that wait are worked on first."),
        ("resume", lambda _: None, "It begins at once."),
        ("resume", _rests_as_a_whole, "It begins when the pause is over."),
        ("resume", scenery.stop, "Sync has stopped, which has an issue of its own: it begins when that is mended."),
        ("reread", _many, "3 e-mails are looked through again, from the beginning."),
        ("reread", _many, "None of them is written twice"),
        ("reset", _many, "3 e-mails are looked through again, from the beginning."),
        ("reset", _failed, "3 failed runs in a row are forgotten; the count begins anew."),
        ("reset", scenery._strain, "1 provider that was left alone is asked again."),
        ("reset", _two_wait, "1 item that waits for another try is tried at once."),
        ("reset", scenery.fail, "1 open issue is tried again; it closes when it is proved to be over."),
    ],
)
def test_the_page_says_in_sentences_with_counts_what_will_happen(
    mine: Client, mailbox: Mailbox, order: str, world: Any, sentence: str
) -> None:
    world(mailbox)
    assert sentence in read(mine.get(page_of(mailbox, order))).words


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        ("pause", "1 mailbox of the organization rests."),
        ("resume", "1 mailbox that was paused by itself stays paused."),
        ("reread", "1 e-mail is looked through again, from the beginning."),
    ],
)
def test_of_an_organization_it_counts_all_of_it(boss: Client, mailbox: Mailbox, order: str, sentence: str) -> None:
    scenery.in_step(mailbox)
    carry_out(Order.PAUSE, mailbox)
    assert sentence in read(boss.get(f"/orders/organizations/acme/{order}/")).words


@pytest.mark.parametrize("order", list(Order))
def test_looking_changes_nothing(mine: Client, mailbox: Mailbox, order: str) -> None:
    mine.get(page_of(mailbox, order))
    assert (fresh(mailbox).paused_at, Activity.everywhere.exists()) == (None, False)


# -- Giving it


def test_an_owner_pauses_and_resumes_from_the_own_page(mine: Client, mailbox: Mailbox, owner: User) -> None:
    first = read(mine.get("/")).address("Pause…")
    paused = read(mine.post(first, follow=True))
    assert "The sync of mia@ours.example is paused." in paused.words
    assert "The sync of this mailbox is paused." in paused.words
    resumed = read(mine.post(paused.address("Resume…"), follow=True))
    assert "The sync of mia@ours.example goes on." in resumed.words
    rows = Activity.everywhere.order_by("pk")
    assert [(row.verb, row.actor) for row in rows] == [(Verb.PAUSED, owner), (Verb.RESUMED, owner)]


def test_what_waits_is_shown_as_waiting_for_the_end_of_the_rest(mine: Client, mailbox: Mailbox) -> None:
    _two_wait(mailbox)
    carry_out(Order.PAUSE, mailbox)
    said = read(mine.get("/")).words
    assert "2 e-mails wait until it goes on, and so does what arrives. Nothing is lost." in said
    assert "next try when sync goes on" in said


def test_who_comes_too_late_is_told_so(mine: Client, mailbox: Mailbox) -> None:
    for _ in range(2):
        answer = mine.post(page_of(mailbox, "pause"), follow=True)
    assert "was paused already" in read(answer).words


@pytest.mark.parametrize("order", ["pause", "reread", "reset"])
def test_an_administrator_finds_the_orders_on_the_page_of_a_mailbox(boss: Client, mailbox: Mailbox, order: str) -> None:
    page = f"/admin/connectors/mailbox/{mailbox.pk}/change/"
    addresses = [address for _, address in read(boss.get(page)).links]
    assert page_of(mailbox, order) in addresses
    assert boss.post(page_of(mailbox, order)).headers["Location"] == page


def test_and_on_the_page_of_the_organization(boss: Client, acme: Organization) -> None:
    page = f"/admin/connectors/organization/{acme.pk}/change/"
    boss.post(read(boss.get(page)).address("Pause…"))
    shown = read(boss.get(page))
    assert "Resume…" in shown.words
    assert "Paused" in shown.words


def test_sync_now_is_not_offered_while_it_rests(boss: Client, mailbox: Mailbox) -> None:
    carry_out(Order.PAUSE, mailbox)
    assert "Sync now" not in read(boss.get(f"/admin/connectors/mailbox/{mailbox.pk}/change/")).words
    answer = boss.post(f"/admin/connectors/mailbox/{mailbox.pk}/sync/", follow=True)
    assert "is paused; resume it first" in read(answer).words


@pytest.mark.parametrize("address", ["/admin/connectors/mailbox/", "/admin/connectors/mailbox/?condition=paused"])
def test_the_list_of_mailboxes_shows_who_rests(boss: Client, mailbox: Mailbox, address: str) -> None:
    carry_out(Order.PAUSE, mailbox)
    words = read(boss.get(address)).words
    assert "Paused" in words
    assert "when it is resumed" in words


@pytest.mark.parametrize("condition", ["stopped", "failing", "fine"])
def test_what_rests_is_nothing_else(boss: Client, mailbox: Mailbox, condition: str) -> None:
    _failed(mailbox)
    scenery.stop(mailbox)
    carry_out(Order.PAUSE, mailbox)
    assert mailbox.address not in read(boss.get(f"/admin/connectors/mailbox/?condition={condition}")).words


# -- Who may


@pytest.mark.parametrize("order", list(Order))
def test_the_mailbox_of_somebody_else_is_not_there(
    acme: Organization, mailbox: Mailbox, signed: Signed, order: str
) -> None:
    client = signed(scenery.joins(scenery.person(), acme))
    assert [client.get(page_of(mailbox, order)).status_code, client.post(page_of(mailbox, order)).status_code] == [
        404,
        404,
    ]


def test_a_member_gives_no_order_for_the_organization(mine: Client, acme: Organization) -> None:
    assert mine.post("/orders/organizations/acme/pause/").status_code == 403
    assert Organization.everywhere.get(pk=acme.pk).paused_at is None


def test_an_order_that_is_none_is_not_there(mine: Client, mailbox: Mailbox) -> None:
    assert mine.post(page_of(mailbox, "explode")).status_code == 404


def test_a_stranger_is_sent_to_the_sign_in_page(client: Client, mailbox: Mailbox) -> None:
    assert client.post(page_of(mailbox, "pause")).headers["Location"].startswith("/login/")
