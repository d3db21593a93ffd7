"""Filters of the list of issues that somebody keeps under a name."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Mailbox, Organization
from issues.saved_filters import MOST, SavedFilter
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import Form, read

pytestmark = pytest.mark.django_db
NARROWED = "?type=event&status=all"


@pytest.fixture
def mine(owner: User, signed: Signed) -> Client:
    return signed(owner)


def form(client: Client, query: str, ending: str) -> Form:
    """The form of the list that leads to an address with this ending."""
    forms = read(client.get(f"/issues/{query}")).forms
    return next(each for each in forms if each.action.endswith(ending))


def keep(client: Client, name: str, query: str = NARROWED) -> Any:
    return client.post(f"/issues/{query}", {"name": name})


def kept() -> list[tuple[str, str]]:
    return list(SavedFilter.everywhere.order_by("pk").values_list("name", "query"))


def test_what_the_list_shows_is_kept_and_opened(mine: Client, mailbox: Mailbox, acme: Organization) -> None:
    answer = mine.post(f"/issues/{form(mine, NARROWED, 'type=event').action}", {"name": "  All   events "})
    assert answer.headers["Location"] == "/issues/?status=all&type=event"
    assert kept() == [("All events", "status=all&type=event")]
    assert SavedFilter.everywhere.get().organization == acme
    assert read(mine.get("/issues/")).address("All events") == "?status=all&type=event"


def test_a_page_of_the_list_is_no_part_of_a_filter(mine: Client, mailbox: Mailbox) -> None:
    keep(mine, "Events", "?type=event&cursor=cD0x&nonsense=1")
    assert kept() == [("Events", "type=event")]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Give the filter a name."),
        (" \n ", "Give the filter a name."),
        ("x" * 61, "at most 60 characters"),
        ("Events", "You have a filter with the name “Events” already"),
    ],
)
def test_a_name_that_will_not_do_is_explained_beside_it_and_kept(
    mine: Client, mailbox: Mailbox, name: str, said: str
) -> None:
    keep(mine, "Events")
    answer = keep(mine, name, "?type=task")
    html = answer.content.decode()
    assert len(kept()) == 1
    assert said in read(answer, 422).words
    assert f'name="name" value="{name}"' in html
    assert 'action="?type=task"' in html


def test_more_than_anybody_needs_are_not_kept(mine: Client, owner: User, mailbox: Mailbox) -> None:
    for number in range(MOST):
        SavedFilter.everywhere.create(organization=mailbox.organization, user=owner, name=str(number), query="q=1")
    assert "Delete one of them first" in read(keep(mine, "one more"), 422).words


def test_the_whole_list_is_no_filter(mine: Client, mailbox: Mailbox) -> None:
    assert "Keep this filter" not in read(mine.get("/issues/")).words


def test_a_filter_gets_another_name(mine: Client, mailbox: Mailbox) -> None:
    keep(mine, "Events")
    there = form(mine, NARROWED, "/rename/")
    answer = mine.post(there.action, {**there.fields, "name": "Meetings"})
    assert answer.headers["Location"] == "/issues/?status=all&type=event"
    assert kept() == [("Meetings", "status=all&type=event")]


def test_a_name_that_is_taken_changes_nothing(mine: Client, mailbox: Mailbox) -> None:
    keep(mine, "Tasks", "?type=task")
    keep(mine, "Events")
    there = form(mine, NARROWED, "/rename/")
    answer = mine.post(there.action, {"name": "Tasks"}, follow=True)
    assert "You have a filter with the name “Tasks” already" in read(answer).words
    assert [name for name, _ in kept()] == ["Tasks", "Events"]


def test_a_filter_keeps_its_own_name(mine: Client, mailbox: Mailbox) -> None:
    keep(mine, "Events")
    there = form(mine, NARROWED, "/rename/")
    assert "already" not in read(mine.post(there.action, {"name": "Events"}, follow=True)).words


def test_a_filter_is_deleted_and_the_issues_stay(mine: Client, mailbox: Mailbox) -> None:
    issue = scenery.fail(mailbox, resource="event")[0]
    keep(mine, "Events")
    said = read(mine.post(form(mine, NARROWED, "/delete/").action, follow=True)).words
    assert "The filter “Events” is deleted." in said
    assert issue.title in said
    assert kept() == []


@pytest.mark.parametrize("order", ["rename", "delete"])
def test_nobody_sees_or_touches_the_filters_of_others(
    mine: Client, admin: User, root: User, signed: Signed, mailbox: Mailbox, order: str
) -> None:
    keep(mine, "My secret")
    pk = SavedFilter.everywhere.get().pk
    for other in (admin, root):
        client = signed(other)
        assert "My secret" not in client.get("/issues/").content.decode()
        assert client.post(f"/issues/filters/{pk}/{order}/", {"name": "Mine now"}).status_code == 404
    assert [name for name, _ in kept()] == ["My secret"]


def test_who_left_an_organization_has_its_filters_no_more(mine: Client, owner: User, mailbox: Mailbox) -> None:
    elsewhere = builders.organization()
    SavedFilter.everywhere.create(organization=elsewhere, user=owner, name="Of old", query="q=1")
    assert "Of old" not in mine.get("/issues/").content.decode()


def test_a_list_of_several_organizations_is_kept_for_the_one_it_is_narrowed_to(
    root: User, signed: Signed, mailbox: Mailbox, others: Mailbox
) -> None:
    client = signed(root)
    assert keep(client, "All").status_code == 404
    assert keep(client, "Theirs", "?organization=rival").status_code == 302
    assert SavedFilter.everywhere.get().organization == others.organization


def test_a_filter_for_an_organization_that_is_not_theirs_is_not_kept(mine: Client, others: Mailbox) -> None:
    assert keep(mine, "Spy", "?organization=rival").status_code == 404
    assert kept() == []
