"""What rules keep out of Salesforce, on pages: counted by rule, listed newest first, named to its owner alone."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Mailbox, Organization
from syncapp import left_out
from syncapp.models import Filtered, Item
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db


def of(target: Organization | Mailbox) -> str:
    if isinstance(target, Organization):
        return f"/left-out/organizations/{target.slug}/"
    return f"/left-out/mailboxes/{target.pk}/"


def leave_out(mailbox: Mailbox, *rules: str, title: str = "Secret offer") -> None:
    for rule in rules:
        scenery.leave_out(mailbox, rule)
    Item.everywhere.filter(filtered__isnull=False).update(title=title)


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


@pytest.fixture
def mine(owner: User, signed: Signed) -> Client:
    return signed(owner)


def test_it_is_counted_by_rule_what_keeps_most_out_first(mine: Client, mailbox: Mailbox) -> None:
    leave_out(mailbox, "draft", "spam", "spam")
    words = read(mine.get(of(mailbox))).words
    assert "Rules keep 3 items out of Salesforce. Nothing has failed, and nothing is to be done." in words
    assert words.index(left_out.text_of("spam")) < words.index(left_out.text_of("draft"))


def test_where_nothing_is_left_out_it_says_so(mine: Client, mailbox: Mailbox) -> None:
    assert "No rule keeps anything out of Salesforce." in read(mine.get(of(mailbox))).words


def test_the_owner_reads_what_it_is_called(mine: Client, mailbox: Mailbox) -> None:
    leave_out(mailbox, "spam")
    assert "Secret offer" in read(mine.get(of(mailbox))).words


@pytest.mark.parametrize("whole", [True, False])
def test_an_administrator_reads_the_rule_and_the_kind_and_not_the_title(
    boss: Client, mailbox: Mailbox, whole: bool
) -> None:
    leave_out(mailbox, "spam")
    words = read(boss.get(of(mailbox.organization if whole else mailbox))).words
    assert ("Secret offer" in words, "E-mail" in words, left_out.text_of("spam") in words) == (False, True, True)


def test_an_administrator_who_owns_the_mailbox_reads_it(boss: Client, admin: User, mailbox: Mailbox) -> None:
    mailbox.owner = admin
    mailbox.save()
    leave_out(mailbox, "spam")
    assert "Secret offer" in read(boss.get(of(mailbox.organization))).words


def test_it_can_be_narrowed_to_one_rule(mine: Client, mailbox: Mailbox) -> None:
    leave_out(mailbox, "draft", "spam")
    page = mine.get(of(mailbox), {"rule": "draft"}).content.decode()
    assert page.count('data-label="Rule"') == 1


@pytest.mark.parametrize("asked", [{"rule": "no such rule"}, {"before": "x"}, {"before": "9" * 30}, {"before": "-1"}])
def test_what_makes_no_sense_shows_the_first_page(mine: Client, mailbox: Mailbox, asked: dict[str, str]) -> None:
    leave_out(mailbox, "draft", "spam")
    assert mine.get(of(mailbox), asked).content.decode().count('data-label="Rule"') == 2


def test_a_long_list_comes_in_pages_without_a_gap(
    mine: Client, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(left_out, "PAGE", 2)
    leave_out(mailbox, *["spam"] * 5)
    Item.everywhere.update(title="")
    for number, row in enumerate(Filtered.everywhere.order_by("-pk"), start=1):
        Item.everywhere.filter(pk=row.item_id).update(title=f"Offer {number}")
    seen, address = list[str](), of(mailbox)
    while address:
        page = mine.get(address).content.decode()
        seen += re.findall(r"<bdi>(Offer \d)</bdi>", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"{of(mailbox)}{older[1]}".replace("&amp;", "&") if older else ""
    assert seen == [f"Offer {number}" for number in range(1, 6)]


def test_it_costs_the_same_for_one_and_for_forty(
    mine: Client, mailbox: Mailbox, django_assert_max_num_queries: object
) -> None:
    leave_out(mailbox, *["spam"] * 40)
    with django_assert_max_num_queries(12):  # type: ignore[operator]  # a fixture of pytest-django
        mine.get(of(mailbox))


def test_a_colleague_and_a_stranger_see_neither(mailbox: Mailbox, others: Mailbox, signed: Signed) -> None:
    colleague = signed(scenery.joins(scenery.person("bob"), mailbox.organization))
    assert [colleague.get(of(each)).status_code for each in (mailbox, mailbox.organization)] == [404, 403]
    stranger = signed(scenery.administrator(others.organization, "eve"))
    assert [stranger.get(of(each)).status_code for each in (mailbox, mailbox.organization)] == [404, 404]


def test_what_another_mailbox_holds_is_not_listed(mine: Client, mailbox: Mailbox) -> None:
    other = builders.mailbox(mailbox.organization)
    leave_out(other, "spam", title="Of somebody else")
    assert "Of somebody else" not in mine.get(of(mailbox)).content.decode()


def test_the_way_to_it_stands_where_people_look(boss: Client, mine: Client, mailbox: Mailbox) -> None:
    leave_out(mailbox, "spam")
    organization = mailbox.organization
    assert of(mailbox) in mine.get("/").content.decode()
    assert of(mailbox) in boss.get(f"/admin/connectors/mailbox/{mailbox.pk}/change/").content.decode()
    assert of(organization) in boss.get(f"/admin/connectors/organization/{organization.pk}/change/").content.decode()
