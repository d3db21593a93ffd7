"""What rules keep out of Salesforce, over REST."""

from __future__ import annotations

from typing import Any

import pytest

from syncapp.models import Item
from tests.integration.api.conftest import World
from tests.integration.api.world import Api
from tests.integration.pages.scenery import leave_out


@pytest.fixture
def kept_out(world: World) -> World:
    for mailbox, rule in ((world.anns, "spam"), (world.anns, "draft"), (world.bobs, "spam"), (world.strangers, "spam")):
        leave_out(mailbox, rule)
    Item.everywhere.update(title="Offer")
    return world


def rows(api: Api, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get("left-out/", **asked).json()["results"]
    return found


@pytest.mark.parametrize(
    ("who", "rules", "titles"),
    [
        ("admin", ["spam", "draft", "spam"], {None}),
        ("reader", ["spam", "draft", "spam"], {None}),
        ("ann", ["draft", "spam"], {"Offer"}),
        ("stranger", ["spam"], {None}),
    ],
)
def test_everybody_sees_what_concerns_them_and_owners_alone_what_it_is_called(
    kept_out: World, who: str, rules: list[str], titles: set[str | None]
) -> None:
    found = rows(getattr(kept_out, who))
    assert [row["rule"] for row in found] == rules
    assert {row["title"] for row in found} == titles


@pytest.mark.parametrize(
    ("asked", "count"),
    [({"rule": "spam"}, 2), ({"rule": ["spam", "draft"]}, 3), ({"organization": "strange"}, 0), ({"rule": "trash"}, 0)],
)
def test_it_is_narrowed(kept_out: World, asked: dict[str, Any], count: int) -> None:
    assert len(rows(kept_out.admin, **asked)) == count


def test_it_is_narrowed_to_a_mailbox(kept_out: World) -> None:
    assert [row["rule"] for row in rows(kept_out.admin, mailbox=kept_out.anns.pk)] == ["draft", "spam"]


def test_one_row_says_which_rule_in_a_sentence(kept_out: World) -> None:
    row = kept_out.ann.get(rows(kept_out.ann)[0]["url"]).json()
    assert (row["text"], row["resource"], row["organization"]) == ("Drafts are not sent yet.", "email", "acme")


@pytest.mark.parametrize(
    ("who", "asked", "expected"),
    [
        ("admin", {}, [("spam", 2), ("draft", 1)]),
        ("ann", {}, [("draft", 1), ("spam", 1)]),
        ("admin", {"rule": "draft"}, [("draft", 1)]),
        ("stranger", {}, [("spam", 1)]),
    ],
)
def test_it_is_counted(kept_out: World, who: str, asked: dict[str, Any], expected: list[tuple[str, int]]) -> None:
    told = getattr(kept_out, who).get("left-out/counts/", **asked).json()
    assert [(each["rule"], each["count"]) for each in told] == expected


@pytest.mark.parametrize(
    ("path", "asked"),
    [("left-out/", {"rule": "no such"}), ("left-out/counts/", {"cursor": "x"}), ("left-out/", {"mailbox": "x"})],
)
def test_what_nobody_knows_is_refused(kept_out: World, path: str, asked: dict[str, Any]) -> None:
    assert kept_out.admin.get(path, **asked).status_code == 400
