"""What the first page shows of providers left alone and of the allowance, and the list where a person resets them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors import clock
from connectors.models import Activity, Mailbox, Organization, Verb
from syncapp.models import Allowance, Breaker, Budget, Reconciliation
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db

LIST = "/admin/syncapp/breaker/"


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


def said(client: Client, path: str = "/admin/") -> str:
    return read(client.get(path)).words


def left_alone(mailbox: Mailbox, *, whole: bool = False) -> Breaker:
    later = clock.now() + timedelta(minutes=14, seconds=30)
    return Breaker.everywhere.create(
        organization=mailbox.organization,
        provider="google",
        mailbox=None if whole else mailbox,
        state="open",
        turn=3,
        in_a_row=5,
        opened_at=clock.now(),
        probe_at=later,
        code="google.backendError",
    )


def used(organization: Organization, percent: int) -> None:
    Allowance.everywhere.create(organization=organization, used=percent * 1000, allowed=100_000)


# -- The first page


def test_where_nothing_is_known_nothing_is_shown(boss: Client, acme: Organization) -> None:
    page = said(boss)
    assert "Left alone" not in page
    assert "Calls to Salesforce" not in page


def test_a_provider_that_is_left_alone_stands_there_with_its_next_try(boss: Client, mailbox: Mailbox) -> None:
    left_alone(mailbox, whole=True)
    page = said(boss).replace("\n", "")
    assert "google for Acme: 5 failures in a row, next try in 15 minutes" in page
    assert read(boss.get("/admin/")).address("Look, or ask again now") == LIST


def test_one_that_works_again_does_not(boss: Client, mailbox: Mailbox) -> None:
    Breaker.everywhere.create(organization=mailbox.organization, provider="google", in_a_row=2)
    assert "Left alone" not in said(boss)


@pytest.mark.parametrize(
    ("percent", "tone", "consequence"),
    [
        (61, "green", "Everything runs as usual."),
        (75, "amber", "Nothing is tried again by itself until some of it is free again."),
        (80, "amber", "Mailboxes are looked at a quarter as often, and nothing is tried again by itself."),
        (90, "red", "Only what somebody asks for is done."),
    ],
)
def test_the_bar_says_in_words_what_it_shows(
    boss: Client, acme: Organization, percent: int, tone: str, consequence: str
) -> None:
    used(acme, percent)
    html = boss.get("/admin/").content.decode()
    assert f'<div class="gauge {tone}">' in html
    assert f'aria-label="{percent} % used; marks at 75, 80, 90 %"' in html
    assert re.findall(r'gauge-used" width="(\d+)"', html) == [str(percent)]
    assert re.findall(r'gauge-mark" x="(\d+)"', html) == ["75", "80", "90"]
    assert consequence in said(boss)
    assert f"{percent},000 of 100,000 used, {percent} %" in said(boss).replace("\n", "")


def test_a_bar_never_leaves_its_frame(boss: Client, acme: Organization) -> None:
    used(acme, 130)
    html = boss.get("/admin/").content.decode()
    assert re.findall(r'gauge-used" width="(\d+)"', html) == ["100"]
    assert "130 %" in html


@pytest.mark.parametrize(("percent", "warned"), [(74, False), (75, True), (99, True)])
def test_the_line_of_truth_warns_before_anything_fails(
    boss: Client, acme: Organization, percent: int, warned: bool
) -> None:
    used(acme, percent)
    assert (f"{percent} % of the calls to Salesforce used" in said(boss)) is warned


@pytest.mark.parametrize(("minutes", "shown"), [(0, True), (11, False)])
def test_retries_that_were_put_off_are_counted_while_their_window_lasts(
    boss: Client, acme: Organization, minutes: int, shown: bool
) -> None:
    used(acme, 10)
    Budget.everywhere.create(organization=acme, since=clock.now() - timedelta(minutes=minutes), put_off=7)
    assert ("7 retries put off." in said(boss)) is shown


def test_nothing_of_another_organization_is_shown(boss: Client, acme: Organization, others: Mailbox) -> None:
    used(others.organization, 99)
    left_alone(others)
    page = said(boss)
    assert "99 %" not in page
    assert "Left alone" not in page
    assert others.address not in said(boss, LIST)


# -- The list


def test_the_list_says_who_is_left_alone_and_why(boss: Client, mailbox: Mailbox) -> None:
    left_alone(mailbox)
    page = said(boss, LIST)
    for words in ("Left alone", "google", mailbox.address, "in 15 minutes"):
        assert words in page


def test_a_person_asks_again_and_the_journal_says_who(boss: Client, admin: User, mailbox: Mailbox) -> None:
    row = left_alone(mailbox, whole=True)
    answer = boss.post(LIST, {"action": "ask_again", "_selected_action": str(row.pk)}, follow=True)
    assert "1 provider will be asked again at the next run." in read(answer).words
    row.refresh_from_db()
    assert (row.state, row.in_a_row, row.probe_at, row.turn) == ("closed", 0, None, 4)
    assert Activity.everywhere.get(verb=Verb.BREAKER_RESET).actor == admin


def test_what_another_organization_left_alone_stays_so(boss: Client, acme: Organization, others: Mailbox) -> None:
    row = left_alone(others)
    boss.post(LIST, {"action": "ask_again", "_selected_action": str(row.pk)})
    row.refresh_from_db()
    assert row.state == "open"


def test_what_works_is_left_as_it_is(boss: Client, mailbox: Mailbox) -> None:
    row = Breaker.everywhere.create(organization=mailbox.organization, provider="google")
    answer = boss.post(LIST, {"action": "ask_again", "_selected_action": str(row.pk)}, follow=True)
    assert "None of them was left alone." in read(answer).words
    assert not Activity.everywhere.filter(verb=Verb.BREAKER_RESET).exists()


# -- Both sides compared


def compared(organization: Organization, **values: Any) -> Reconciliation:
    past = clock.now() - timedelta(hours=3)
    made = {"whole": True, "compared": 1204, "started_at": past, "finished_at": past}
    return Reconciliation.everywhere.create(organization=organization, **(made | values))


def test_before_the_first_comparison_nothing_is_said_of_it(boss: Client, acme: Organization) -> None:
    compared(acme, finished_at=None)
    assert "Both sides compared" not in said(boss)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "all 1,204 items, 3 hours ago: no difference"),
        ({"altered": 2, "missing": 1}, "all 1,204 items, 3 hours ago: 2 altered and 1 missing"),
        ({"altered": 2, "missing": 1, "doubled": 1000}, "2 altered, 1 missing and 1,000 doubled"),
        ({"whole": False, "compared": 200}, "a sample of 200 items, 3 hours ago: no difference"),
    ],
)
def test_the_numbers_of_the_last_comparison_are_there(
    boss: Client, acme: Organization, values: dict[str, Any], words: str
) -> None:
    compared(acme, **values)
    assert words in said(boss)


def test_the_last_whole_one_and_the_last_sample_count(boss: Client, acme: Organization) -> None:
    for number in (11, 12):
        compared(acme, compared=number)
        compared(acme, whole=False, compared=number * 10)
    page = said(boss)
    assert [number for number in (11, 12, 110, 120) if f" {number} " in page] == [12, 120]


def test_what_another_organization_compared_is_not_shown(boss: Client, acme: Organization, others: Mailbox) -> None:
    compared(others.organization, missing=7)
    assert "7 missing" not in said(boss)
