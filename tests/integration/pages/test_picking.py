"""Whose an address is: administrators see who has it and pick one; nobody else learns the names."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Activity, Mailbox, Verb
from issues.models import Issue, Pick
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db

PATH = "/issues/acme/1001/"
FIRST, TWIN = "003000000000001AAA", "003000000000002AAA"
ASKS: dict[str, Any] = {
    "address": "ann@customer.example",
    "address_key": "a" * 64,
    "candidates": [{"id": FIRST, "name": "Ann Meyer"}, {"id": TWIN, "name": scenery.HOSTILE}],
}


@pytest.fixture
def issue(mailbox: Mailbox) -> Issue:
    return scenery.fail(mailbox, scenery.TWINS, evidence=ASKS, fields=("ann@customer.example",))[0]


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


def test_an_administrator_sees_who_has_the_address(boss: Client, issue: Issue) -> None:
    said = read(boss.get(PATH)).words
    for words in ("Whose address is it?", "ann@customer.example", f"Ann Meyer ({FIRST})", "<script>"):
        assert words in said
    assert "What both sides say" not in said


def test_an_administrator_sees_which_accounts_have_the_domain(boss: Client, mailbox: Mailbox) -> None:
    accounts = [{"id": f"00100000000000{n}AAA", "name": f"Acme {n}"} for n in (1, 2)]
    evidence = ASKS | {"address": "@acme.example", "asks": "account", "candidates": accounts}
    scenery.fail(mailbox, "engine.AMBIGUOUS_ACCOUNT", evidence=evidence, fields=("@acme.example",))
    said = read(boss.get(PATH)).words
    for words in ("Which account is it?", "@acme.example", "Acme 1 (001000000000001AAA)"):
        assert words in said
    boss.post(f"{PATH}decide/", {"choice": "001000000000002AAA"})
    assert [(row.address, row.person_id) for row in Pick.everywhere.all()] == [("@acme.example", "001000000000002AAA")]


def test_each_is_a_link_to_their_record(boss: Client, issue: Issue) -> None:
    assert f'href="https://acme.my.salesforce.com/{TWIN}"' in boss.get(PATH).content.decode()


def test_without_an_address_of_salesforce_there_are_no_links(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, scenery.TWINS, evidence=ASKS, crm_url="")
    assert f'/{TWIN}"' not in boss.get(PATH).content.decode()


def test_a_button_picks_one_of_them(boss: Client, admin: User, issue: Issue) -> None:
    answer = read(boss.post(f"{PATH}decide/", {"choice": FIRST}, follow=True)).words
    issue.refresh_from_db()
    row = Pick.everywhere.get()
    assert "SYNC-1001 is decided." in answer
    assert (row.person_id, row.address, row.actor, issue.status) == (FIRST, ASKS["address"], admin, "retrying")


def test_trying_again_stays_offered_for_what_was_mended_in_salesforce(boss: Client, issue: Issue) -> None:
    assert "Try again" in read(boss.get(PATH)).words


def test_the_journal_names_the_record_and_nobody(boss: Client, issue: Issue) -> None:
    boss.post(f"{PATH}decide/", {"choice": FIRST})
    assert Activity.everywhere.get(verb=Verb.DECIDED).note == f"Record {FIRST}"


def test_whose_mailbox_it_is_learns_no_names_and_picks_nobody(owner: User, signed: Signed, issue: Issue) -> None:
    mine = signed(owner)
    said = mine.get(PATH).content.decode()
    assert ("Ann Meyer" in said, FIRST in said) == (False, False)
    assert mine.post(f"{PATH}decide/", {"choice": FIRST}).status_code == 403
    assert not Pick.everywhere.exists()


def test_picks_are_listed_and_taken_back_in_the_admin(boss: Client, issue: Issue) -> None:
    boss.post(f"{PATH}decide/", {"choice": FIRST})
    row = Pick.everywhere.get()
    assert "ann@customer.example" in read(boss.get("/admin/issues/pick/")).words
    assert boss.get(f"/admin/issues/pick/{row.pk}/change/").status_code == 200
    boss.post(f"/admin/issues/pick/{row.pk}/delete/", {"post": "yes"})
    assert not Pick.everywhere.exists()
    assert "removed" in Activity.everywhere.filter(verb=Verb.SETTINGS_CHANGED).latest("pk").note


# -- The way there


CODES = ("engine.AMBIGUOUS_MATCH", "engine.AMBIGUOUS_ACCOUNT", "engine.AMBIGUOUS_OPPORTUNITY")


@pytest.mark.parametrize("code", CODES)
def test_the_overview_leads_an_administrator_to_the_choice(boss: Client, mailbox: Mailbox, code: str) -> None:
    scenery.fail(mailbox, code, evidence=ASKS)
    said = read(boss.get("/admin/")).words
    for words in ("Choose one by one", "Try 1 again"):  # which helps once they are merged in Salesforce
        assert words in said


@pytest.mark.parametrize(("titles", "words"), [(("One",), "Choose one of them"), (("One", "Two"), "Choose one by one")])
def test_the_own_page_leads_whoever_may_choose_there(
    root: User, admin: User, mailbox: Mailbox, signed: Signed, titles: tuple[str, ...], words: str
) -> None:
    Mailbox.everywhere.update(owner=admin)
    scenery.fail(mailbox, scenery.TWINS, evidence=ASKS, titles=titles)
    said = read(signed(admin).get("/")).words
    assert words in said
    assert "again" in said


def test_whose_mailbox_it_is_is_not_led_to_what_is_not_theirs(owner: User, signed: Signed, issue: Issue) -> None:
    said = read(signed(owner).get("/")).words
    assert "Choose one of them" not in said
    assert "Try again" in said
