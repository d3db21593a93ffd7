"""First checks over REST: what was found last, for whoever it concerns, and having them made."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.facts import Fact, Survey, Verdict
from connectors.memory import CRMS
from syncapp import checking
from syncapp.checked import Checked
from tests.integration.api.conftest import World
from tests.integration.api.world import Api, kind

RED = Fact(name="Lead", verdict=Verdict.BAD, text="It is closed.", steps=("Open it.",))


@pytest.fixture
def checked(world: World) -> World:
    CRMS[world.acme.crm_org_id].surveyed = Survey(facts=(RED,))
    checking.check_organization(world.acme)
    for mailbox in (world.anns, world.bobs, world.strangers):
        checking.check_mailbox(mailbox)
    return world


def seen(api: Api, **asked: Any) -> set[tuple[str, str | None]]:
    rows = api.get("checks/", **asked).json()["results"]
    return {(row["organization"], row["mailbox"] and row["mailbox"]["address"]) for row in rows}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("admin", {("acme", None), ("acme", "ann@ours.example"), ("acme", "bob@ours.example")}),
        ("reader", {("acme", None), ("acme", "ann@ours.example"), ("acme", "bob@ours.example")}),
        ("ann", {("acme", "ann@ours.example")}),
        ("stranger", {("strange", "eve@strange.example")}),
    ],
)
def test_everybody_sees_what_concerns_them(checked: World, who: str, expected: set[tuple[str, str | None]]) -> None:
    assert seen(getattr(checked, who)) == expected


def test_a_list_is_narrowed_to_an_organization_or_a_mailbox(checked: World) -> None:
    assert seen(checked.admin, mailbox=checked.bobs.pk) == {("acme", "bob@ours.example")}
    assert seen(checked.admin, organization="strange") == set()


def test_what_needs_to_be_mended_stands_first_with_who_and_how(checked: World) -> None:
    (row,) = (row for row in checked.admin.get("checks/").json()["results"] if row["mailbox"] is None)
    told = checked.admin.get(row["url"]).json()
    assert (told["well"], told["verdict"], told["why"]) == (False, "bad", "by_hand")
    assert told["facts"][0] == {
        "name": "Lead",
        "verdict": "bad",
        "text": "It is closed.",
        "who": "salesforce_admin",
        "steps": ["Open it."],
        "code": None,
    }


def test_one_that_is_asked_for_is_not_told_before_it_was_made(world: World) -> None:
    Checked.everywhere.create(organization=world.acme)
    assert seen(world.admin) == set()


@pytest.mark.parametrize("path", ["organizations/acme/check/", "mailboxes/{anns}/check/"])
def test_they_are_made_on_demand(world: World, path: str) -> None:
    answer = world.writer.post(path.format(anns=world.anns.pk))
    assert (answer.status_code, answer.json()["why"]) == (200, "by_hand")
    assert Checked.everywhere.count() == 1


def test_an_owner_has_the_own_mailbox_looked_at_and_nothing_else(world: World) -> None:
    assert world.ann.post(f"mailboxes/{world.anns.pk}/check/").status_code == 200
    assert world.ann.post(f"mailboxes/{world.bobs.pk}/check/").status_code == 404
    refused = world.ann.post("organizations/acme/check/")
    assert (refused.status_code, kind(refused)) == (403, "forbidden")


def test_a_token_that_only_reads_has_nothing_made(world: World) -> None:
    assert world.reader.post("organizations/acme/check/").status_code == 403
    assert not Checked.everywhere.exists()


def test_what_nobody_asked_for_is_refused(world: World) -> None:
    answer = world.writer.post("organizations/acme/check/", {"repair": True})
    assert (answer.status_code, kind(answer)) == (400, "invalid")
