"""Pages of rows: complete, without doubles, while rows arrive and go."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from issues.models import Issue
from tests.integration.api.conftest import World
from tests.integration.api.world import fail, failure, ids, issue, named


def _issues(world: World, count: int) -> list[int]:
    """Their ids, newest first."""
    made = fail(failure(world.acme, world.anns) for _ in range(count))
    return sorted((each.pk for each in made), reverse=True)


def _follow(world: World, link: str, **parameters: Any) -> list[list[int]]:
    page = world.reader.get("issues/", **parameters).json()
    found = [[row["id"] for row in page["results"]]]
    while page[link]:
        page = world.reader.get(page[link]).json()
        found.append([row["id"] for row in page["results"]])
    return found


@pytest.mark.parametrize("limit", [1, 3, 7, 8, 200])
def test_following_next_finds_every_row_once_newest_first(world: World, limit: int) -> None:
    made = _issues(world, 7)
    pages = _follow(world, "next", limit=limit)
    assert [each for page in pages for each in page] == made
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)


def test_a_page_has_50_rows_unless_told_otherwise(world: World) -> None:
    _issues(world, 51)
    assert len(ids(world.reader.get("issues/"))) == 50


def test_a_page_may_have_200_rows(world: World) -> None:
    _issues(world, 201)
    assert len(ids(world.reader.get("issues/", limit=200))) == 200


def test_previous_leads_back(world: World) -> None:
    made = _issues(world, 5)
    second = world.reader.get(world.reader.get("issues/", limit=2).json()["next"]).json()
    back = world.reader.get(second["previous"])
    assert (ids(back), back.json()["previous"]) == (made[:2], None)


def test_filters_stay_on_while_following(world: World) -> None:
    made = _issues(world, 4)
    issue(world.acme, world.bobs)
    pages = _follow(world, "next", limit=3, mailbox=world.anns.pk)
    assert [each for page in pages for each in page] == made


def test_rows_that_arrive_in_between_are_not_in_the_way(world: World) -> None:
    made = _issues(world, 4)
    first = world.reader.get("issues/", limit=2).json()
    _issues(world, 3)
    assert ids(world.reader.get(first["next"])) == made[2:]


def test_rows_that_go_in_between_leave_no_gap(world: World) -> None:
    made = _issues(world, 4)
    first = world.reader.get("issues/", limit=2).json()
    Issue.everywhere.filter(pk__in=made[:2]).delete()
    assert ids(world.reader.get(first["next"])) == made[2:]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "", "1.0", "¹", "10000000"])
def test_a_limit_that_is_none_is_refused(world: World, limit: str) -> None:
    response = world.reader.get("issues/", limit=limit)
    assert (response.status_code, named(response)) == (400, ["limit"])


def _cursor(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "!",
        "Zm9v\x00",
        "é",
        "",
        _cursor("p="),
        _cursor("p=abc"),
        _cursor("p=1 OR 1=1"),
        _cursor("p=" + "9" * 40),
        _cursor("p=-1"),
        _cursor("p=²"),
        _cursor("o=x"),
        _cursor("r=x&p=1"),
    ],
)
def test_a_cursor_that_is_none_of_ours_is_refused(world: World, cursor: str) -> None:
    response = world.reader.get("issues/", cursor=cursor)
    assert (response.status_code, named(response)) == (400, ["cursor"])


def test_a_cursor_from_a_stranger_opens_nothing(world: World) -> None:
    _issues(world, 3)
    link = world.reader.get("issues/", limit=1).json()["next"]
    assert ids(world.stranger.get(link)) == []


@pytest.mark.parametrize("name", ["organizations", "mailboxes", "runs", "issues", "causes", "operations"])
def test_an_empty_list_is_one_empty_page(world: World, name: str) -> None:
    Issue.everywhere.all().delete()
    page = world.nobody.get(f"{name}/")
    assert page.status_code == 401
    page = world.reader.get(f"{name}/", limit=200).json()
    assert (page["next"], page["previous"]) == (None, None)
