"""Lists of any length: what they ask the database for, and that pages neither lose nor repeat a row."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from connectors import lists
from connectors.models import Mailbox, Organization
from issues import list_views
from issues.admin import IssueAdmin
from issues.models import Issue
from syncapp.bench.lists import LISTS, MOST_QUERIES
from syncapp.bench.many_issues import organization_with, settle
from syncapp.bench.plans import full_scans, watched
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db
PAGES = ("/admin/issues/issue/", "/issues/")


@pytest.fixture
def many(db: None) -> Client:
    """The browser of an administrator with 300 issues, beside an organization with as many."""
    organization_with(299)
    organization = organization_with(300)
    settle()
    client = Client()
    client.force_login(User.objects.get(username=organization.slug))
    return client


@pytest.fixture
def boss(root: User, signed: Signed) -> Client:
    return signed(root)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_four_queries_and_none_reads_all_issues(many: Client, name: str) -> None:
    many.get(LISTS[name])  # a process learns some things only once
    with watched() as seen:
        answer = many.get(LISTS[name])
    assert answer.status_code == 200
    assert len(seen) <= MOST_QUERIES
    assert [(step, each.sql) for each in seen for step in full_scans(each, forced=True)] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_deep_page_is_found_by_the_index_too(many: Client, path: str) -> None:
    with watched() as seen:
        many.get(f"{path}?cursor={lists.cursor_at(150)}")
    assert [(step, each.sql) for each in seen for step in full_scans(each, forced=True)] == []


@pytest.mark.parametrize("path", PAGES)
def test_what_a_superuser_sees_of_all_organizations_comes_in_order_and_is_not_sorted(
    many: Client, boss: Client, path: str
) -> None:
    """With an index or along the table, it ends with the page."""
    with watched() as seen:
        boss.get(path)
    assert [step for each in seen for step in full_scans(each, forced=True) if step != "SCAN issues_issue"] == []


# -- Pages


def numbers(client: Client, path: str) -> list[int]:
    """The issues of a page, from top to bottom."""
    found = re.findall(r'href="/issues/[\w-]+/(\d+)/"', client.get(path).content.decode())
    return [int(each) for each in found]


def neighbour(client: Client, path: str, rel: str) -> str:
    """Where the link to the next or the previous page leads; "" if there is none."""
    found = re.search(rf'rel="{rel}" href="([^"]*)"', client.get(path).content.decode())
    return f"{path.partition('?')[0]}{found[1].replace('&amp;', '&')}" if found else ""


def walk(client: Client, path: str, rel: str = "next") -> list[list[int]]:
    pages = []
    while path:
        pages.append(numbers(client, path))
        path = neighbour(client, path, rel)
    return pages


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_have_each_issue_once_the_newest_first(mailbox: Mailbox, boss: Client, path: str) -> None:
    made = scenery.fail(mailbox, titles=tuple(f"t{each}" for each in range(120)))
    pages = walk(boss, path)
    assert [len(page) for page in pages] == [50, 50, 20]
    assert list(chain(*pages)) == [issue.number for issue in reversed(made)]


@pytest.mark.parametrize("path", PAGES)
def test_what_arrives_meanwhile_moves_nothing(mailbox: Mailbox, boss: Client, path: str) -> None:
    scenery.fail(mailbox, titles=tuple(f"t{each}" for each in range(60)))
    second = neighbour(boss, path, "next")
    before = numbers(boss, second)
    scenery.fail(mailbox, titles=("new", "newer"))
    assert numbers(boss, second) == before
    back = neighbour(boss, second, "prev")
    assert not set(numbers(boss, back)) & set(before)


def test_the_administrations_list_can_be_turned_round(mailbox: Mailbox, boss: Client) -> None:
    made = scenery.fail(mailbox, titles=tuple(f"t{each}" for each in range(60)))
    shown = list(chain(*walk(boss, "/admin/issues/issue/?o=2")))
    assert shown == [issue.number for issue in made]


def test_no_column_without_an_index_can_be_sorted(mailbox: Mailbox, boss: Client) -> None:
    scenery.fail(mailbox)
    links = [address for _, address in read(boss.get("/admin/issues/issue/")).links if "o=" in address]
    assert {address.partition("o=")[2].strip("-.") for address in links} - {""} == {"2"}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("cursor", ["x", "%00", "cD1hYmM%3D"])
def test_a_cursor_that_is_none_of_ours_begins_at_the_first_page(
    mailbox: Mailbox, boss: Client, path: str, cursor: str
) -> None:
    scenery.fail(mailbox, titles=("a", "b"))
    assert numbers(boss, f"{path}?cursor={cursor}") == numbers(boss, path)


def test_a_filter_keeps_through_the_pages_and_begins_at_the_first(mailbox: Mailbox, boss: Client) -> None:
    scenery.fail(mailbox, titles=tuple(f"t{each}" for each in range(60)))
    scenery.fail(mailbox, resource="event", titles=("meeting",))
    second = neighbour(boss, "/admin/issues/issue/?type=email", "next")
    assert "type=email" in second
    filters = [address for _, address in read(boss.get(second)).links if "type=event" in address]
    assert [address for address in filters if "cursor" in address] == []


# -- Counts


def test_a_count_stops_where_it_says_that_there_are_more(acme: Organization) -> None:
    mailbox = builders.mailbox(acme)
    scenery.fail(mailbox, titles=tuple("abcde"))
    rows = Issue.everywhere.filter(mailbox=mailbox)
    assert [str(lists.counted(rows, most)) for most in (4, 5, 6)] == ["more than 4", "5", "5"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("number", [0, 3])
def test_what_fits_on_one_page_is_not_counted_once_more(mailbox: Mailbox, boss: Client, path: str, number: int) -> None:
    scenery.fail(mailbox, titles=tuple("abc"[:number]))
    with CaptureQueriesContext(connection) as seen:
        boss.get(path)
    assert [each["sql"] for each in seen if f"LIMIT {lists.COUNTED_TO + 1}" in each["sql"]] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_list_says_that_there_are_more_than_it_counted(
    mailbox: Mailbox, boss: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists.counted, "__defaults__", (2,))
    monkeypatch.setattr(IssueAdmin, "list_per_page", 2)  # what fits on one page is not counted
    monkeypatch.setattr(list_views, "PER_PAGE", 2)
    scenery.fail(mailbox, titles=tuple("abc"))
    assert "more than 2" in read(boss.get(path)).words
