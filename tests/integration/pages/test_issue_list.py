from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors import clock
from connectors.models import Mailbox, Organization
from issues import services
from issues.models import Issue
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(owner: User, signed: Signed) -> Client:
    return signed(owner)


def titles(client: Client, query: str = "") -> set[str]:
    """The titles on the list."""
    page = read(client.get(f"/issues/{query}"))
    return {words for words, address in page.links if address.startswith("/issues/acme/")}


def test_a_member_sees_their_own(mine: Client, mailbox: Mailbox, acme: Organization) -> None:
    scenery.fail(mailbox, titles=("mine",))
    scenery.fail(builders.mailbox(acme), titles=("a colleague's",))
    assert titles(mine) == {"mine"}


def test_an_administrator_sees_everybodys(mailbox: Mailbox, acme: Organization, admin: User, signed: Signed) -> None:
    scenery.fail(mailbox, titles=("one",))
    scenery.fail(builders.mailbox(acme), titles=("two",))
    assert titles(signed(admin)) == {"one", "two"}


def test_nobody_sees_another_organizations(mine: Client, admin: User, signed: Signed, others: Mailbox) -> None:
    for client in (mine, signed(admin)):
        assert "Rival secret" not in client.get("/issues/?status=all").content.decode()


@pytest.fixture
def one_of_each(mailbox: Mailbox) -> dict[str, Issue]:
    found = dict(
        zip(("open", "retrying", "ignored", "resolved"), scenery.fail(mailbox, titles=tuple("otir")), strict=True)
    )
    services.retry(Issue.everywhere.filter(pk=found["retrying"].pk))
    services.ignore(Issue.everywhere.filter(pk=found["ignored"].pk), reason="x")
    scenery.resolve(found["resolved"])
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"o", "t"}),
        ("?status=ignored", {"i"}),
        ("?status=resolved", {"r"}),
        ("?status=all", {"o", "t", "i", "r"}),
        ("?status=nonsense", set()),
    ],
)
def test_a_chip_narrows_by_status(mine: Client, one_of_each: dict[str, Issue], query: str, found: set[str]) -> None:
    assert titles(mine, query) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SYNC-1001", {"Offer to Ann"}),
        ("sync-1002", {"Invoice 1001"}),
        ("1001", {"Offer to Ann"}),
        ("invoice", {"Invoice 1001"}),
        ("mia@", {"Offer to Ann", "Invoice 1001"}),
        ("nothing of the kind", set()),
        ("%", set()),
        ("  SYNC-1001  ", {"Offer to Ann"}),
        ("99999999999999", set()),
    ],
)
def test_people_find_by_number_title_and_mailbox(mine: Client, mailbox: Mailbox, text: str, found: set[str]) -> None:
    scenery.fail(mailbox, titles=("Offer to Ann", "Invoice 1001"))
    assert {words for words, address in read(mine.get("/issues/", {"q": text})).links if "/acme/" in address} == found


def test_one_cause_is_listed_alone(mine: Client, mailbox: Mailbox) -> None:
    (first,) = scenery.fail(mailbox, titles=("a",), said="Cost centre?")
    scenery.fail(mailbox, titles=("b",), said="Region?")
    assert titles(mine, f"?cause={first.cause_id}") == {"a"}


def test_one_code_is_listed_alone_and_named(mine: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, scenery.RULE, titles=("a",))
    scenery.fail(mailbox, scenery.REQUIRED, titles=("b",))
    assert titles(mine, f"?code={scenery.REQUIRED}") == {"b"}
    assert "Only issues of “A required field is empty”" in read(mine.get(f"/issues/?code={scenery.REQUIRED}")).words


@pytest.mark.parametrize(
    "query",
    [
        "?cause=x",
        "?cause=-1",
        "?cause=99999999999999999999999",
        "?cause=²",
        "?mailbox=1;drop",
        "?page=x",
        "?page=99999",
        "?code=%00",
        "?q=%00",
        "?conversation=%00&status=all",
        "?organization=" + "x" * 3000,
        "?q=" + "x" * 3000,
    ],
)
def test_an_address_that_makes_no_sense_finds_nothing_and_breaks_nothing(
    mine: Client, mailbox: Mailbox, query: str
) -> None:
    assert mine.get(f"/issues/{query}").status_code == 200


def test_what_was_searched_for_stays_in_the_field(mine: Client) -> None:
    assert 'value="&quot;&gt;&lt;script&gt;"' in mine.get("/issues/", {"q": '"><script>'}).content.decode()


def test_chips_keep_the_search(mine: Client) -> None:
    assert read(mine.get("/issues/?q=offer&code=x")).address("Ignored") == "?code=x&q=offer&status=ignored"


def test_searching_keeps_the_chip(mine: Client) -> None:
    search = next(form for form in read(mine.get("/issues/?status=ignored&cause=3")).forms if "q" in form.fields)
    assert {name: search.fields[name] for name in ("status", "cause")} == {"status": "ignored", "cause": "3"}


def test_an_empty_list_is_good_news(mine: Client) -> None:
    assert "Nothing needs you" in read(mine.get("/issues/")).words


def test_an_empty_search_is_not_called_good_news(mine: Client) -> None:
    said = read(mine.get("/issues/?q=nothing")).words
    assert "Nothing like that" in said
    assert "Nothing needs you" not in said


def test_long_lists_have_pages(mine: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, titles=tuple(f"t{number}" for number in range(51)))
    first = read(mine.get("/issues/"))
    assert "50 of 51" in first.words
    assert len(titles(mine, first.address("Older"))) == 1


@pytest.mark.parametrize("rows", [1, 50])
def test_the_list_asks_the_database_little_however_long_it_is(
    mine: Client, mailbox: Mailbox, rows: int, django_assert_max_num_queries: Any
) -> None:
    scenery.fail(mailbox, titles=tuple(f"t{number}" for number in range(rows)))
    with django_assert_max_num_queries(8):
        mine.get("/issues/")


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("", {"retry": 2, "ignore": 2}),
        ("?q=offer", {"retry": 1, "ignore": 1}),
        ("?status=ignored", {"retry": 1}),
        ("?status=all", {"retry": 3, "ignore": 2}),
        ("?status=resolved", {}),
        ("?q=nothing+like+it", {}),
    ],
)
def test_all_that_the_list_lets_through_can_be_ordered(
    mine: Client, mailbox: Mailbox, query: str, offered: dict[str, int]
) -> None:
    scenery.fail(mailbox, titles=("offer", "invoice", "aside", "done"))
    services.ignore(Issue.everywhere.filter(title="aside"), reason="x")
    scenery.resolve(Issue.everywhere.get(title="done"))
    links = [address for words, address in read(mine.get(f"/issues/{query}")).links if "all of these" in words]
    words = {"retry": "Try {} again?", "ignore": "Ignore {}?"}
    assert len(links) == len(offered)
    for address, (verb, count) in zip(links, offered.items(), strict=True):
        assert words[verb].format(count) in read(mine.get(address)).words


def test_a_list_of_several_organizations_is_ordered_for_one_at_a_time(
    root: User, mailbox: Mailbox, others: Mailbox, signed: Signed
) -> None:
    scenery.fail(mailbox)
    client = signed(root)
    assert "all of these" not in read(client.get("/issues/")).words
    assert "all of these" in read(client.get("/issues/?organization=acme")).words


def test_what_is_ignored_is_listed_with_until_when_by_whom_and_why(
    mailbox: Mailbox, owner: User, admin: User, signed: Signed
) -> None:
    ends: dict[str, Any] = {
        "date": {"until": clock.now() + timedelta(days=3, minutes=5)},
        "failures": {"ending": "failures:4"},
    }
    ends |= {"change": {"ending": "change"}, "good": {}}
    for name, made in zip(ends, scenery.fail(mailbox, titles=tuple(ends)), strict=True):
        services.ignore(Issue.everywhere.filter(pk=made.pk), reason=f"why {name}", actor_id=admin.pk, **ends[name])
    scenery.fail(mailbox, titles=("open",))
    said = read(signed(owner).get("/issues/?status=ignored")).words
    for words in ("in 3 days", "until it fails 4 more times", "until the item changes", "for good"):
        assert words in said
    assert said.count("Ann Anders") == 4
    assert "“why good”" in said
    assert "open" not in said.split("\n")
    table = read(signed(admin).get("/admin/issues/issue/?status=ignored")).words
    assert "ignored until it fails 4 more times" in table
    assert table.count("by Ann Anders") == 4


@pytest.fixture
def types(mailbox: Mailbox) -> None:
    for resource in ("email", "event", "task", "contact"):
        scenery.fail(mailbox, titles=(f"a {resource}",), resource=resource)


@pytest.mark.parametrize("resource", ["email", "event", "task", "contact"])
def test_a_chip_shows_one_type(mine: Client, types: None, resource: str) -> None:
    assert titles(mine, f"?type={resource}") == {f"a {resource}"}


@pytest.mark.parametrize("query", ["?type=nonsense", "?type=email&status=resolved"])
def test_a_type_that_is_none_or_has_none_finds_nothing(mine: Client, types: None, query: str) -> None:
    assert titles(mine, query) == set()
    assert "Nothing like that" in read(mine.get(f"/issues/{query}")).words


def test_chips_of_types_keep_what_else_was_chosen(mine: Client, types: None) -> None:
    page = read(mine.get("/issues/?status=all&q=a&type=task"))
    assert page.address("Events") == "?q=a&status=all&type=event"
    assert page.address("Every type") == "?q=a&status=all"
    assert page.address("Resolved") == "?q=a&type=task&status=resolved"


def test_an_order_for_the_list_is_for_its_type_alone(mine: Client, types: None) -> None:
    assert "type=task" in (read(mine.get("/issues/?type=task")).address("Try all of these again…") or "")
