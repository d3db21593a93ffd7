"""Items over REST: where each stands, who may read what of it, and what happened to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.models import Activity, Mailbox, Organization, Verb
from issues.models import Issue
from syncapp.models import Binding, Change, ChangeState, Filtered, Item
from tests.integration.api.conftest import World
from tests.integration.api.world import RULE, Api, ids, issue, named
from tests.integration.pages.scenery import item

RECORD = "02s000000000001AAA"
SECRETS = ("Offer", RECORD, "remote-")


def synced(mailbox: Mailbox, **values: Any) -> Item:
    return item(mailbox, **{"record_id": RECORD, "synced_at": clock.now(), **values})


def change(of: Item, mailbox: Mailbox, state: ChangeState) -> None:
    Change.everywhere.create(organization=mailbox.organization, mailbox=mailbox, item=of, state=state)


def fail(of: Item, mailbox: Mailbox, status: str = "open") -> Issue:
    made = issue(mailbox.organization, mailbox, subject_key=of.key, code=RULE)
    Issue.everywhere.filter(pk=made.pk).update(status=status)
    return made


def one(api: Api, of: Item) -> dict[str, Any]:
    answer = api.get(f"items/{of.pk}/")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def _gone(made: Item, _: Mailbox) -> None:
    Item.everywhere.filter(pk=made.pk).update(gone_at=clock.now())


def _unread(made: Item, _: Mailbox) -> None:
    Item.everywhere.filter(pk=made.pk).update(record_id="", synced_at=None)


def _left_out(made: Item, box: Mailbox) -> None:
    Filtered.everywhere.create(organization=box.organization, item=made, rule="spam")


def _both(made: Item, box: Mailbox) -> None:
    fail(made, box, "retrying")
    change(made, box, ChangeState.FAILED)


STATES: dict[str, tuple[Callable[[Item, Mailbox], object], str]] = {
    "nothing is to be done": (lambda _, __: None, "in_step"),
    "a write is due": (lambda made, box: change(made, box, ChangeState.PENDING), "waiting"),
    "a write is tried again": (lambda made, box: change(made, box, ChangeState.WAITING), "waiting"),
    "a write needs a person": (lambda made, box: change(made, box, ChangeState.FAILED), "failed"),
    "its issue is open": (fail, "failed"),
    "its issue is set aside": (lambda made, box: fail(made, box, "ignored"), "failed"),
    "its issue is tried again": (_both, "waiting"),
    "a rule keeps it out": (_left_out, "left_out"),
    "both have deleted it": (_gone, "gone"),
    "nothing was written": (_unread, "new"),
}


@pytest.mark.parametrize("name", STATES)
def test_where_it_stands_is_said_and_found(world: World, name: str) -> None:
    happens, state = STATES[name]
    made = synced(world.anns)
    happens(made, world.anns)
    assert one(world.reader, made)["state"] == state
    assert ids(world.reader.get("items/", state=state)) == [made.pk]
    assert ids(world.reader.get("items/", state="in_step")) == ([made.pk] if state == "in_step" else [])


# -- Who sees what


@pytest.fixture
def shared(world: World) -> Item:
    """An e-mail that both of them have."""
    made = synced(world.anns)
    Binding.everywhere.create(organization=world.acme, mailbox=world.bobs, item=made, remote_id="remote-of-bob")
    return made


@pytest.mark.parametrize(
    ("who", "private", "allowed", "title", "copies"),
    [
        ("ann", False, False, "Offer", 1),
        ("ann", True, False, "Offer", 1),
        ("bob", False, False, "Offer", 1),
        ("admin", False, True, "Offer", 2),
        ("reader", False, True, "Offer", 2),
        ("admin", False, False, None, 2),
        ("reader", False, False, None, 2),
        ("admin", True, True, None, 2),
        ("writer", True, True, None, 2),
    ],
)
def test_what_it_says_is_its_owners(
    world: World, shared: Item, who: str, private: bool, allowed: bool, title: str | None, copies: int
) -> None:
    Organization.everywhere.update(names_items_to_admins=allowed)
    Item.everywhere.update(private=private)
    answer = getattr(world, who).get(f"items/{shared.pk}/")
    seen = answer.json()
    assert len(seen["copies"]) == copies
    assert seen["kept_from_you"] == (title is None)
    if title is None:
        assert seen["title"].startswith("An e-mail of ")
        assert [seen["salesforce_id"], seen["salesforce_key"], *(each["remote_id"] for each in seen["copies"])] == [
            None
        ] * (2 + copies)
        assert [secret for secret in (*SECRETS, shared.key) if secret in answer.content.decode()] == []
    else:
        assert (seen["title"], seen["salesforce_id"], seen["salesforce_key"]) == (title, RECORD, shared.key)
        assert all(each["remote_id"] for each in seen["copies"])


def test_who_owns_one_copy_reads_it_and_not_the_ids_of_others(world: World, shared: Item) -> None:
    admin = world.admin.get("organizations/").wsgi_request.user
    Mailbox.everywhere.filter(pk=world.bobs.pk).update(owner=admin.pk)
    Organization.everywhere.update(names_items_to_admins=False)
    seen = one(world.admin, shared)
    assert (seen["title"], seen["kept_from_you"]) == ("Offer", False)
    assert [each["remote_id"] for each in seen["copies"]] == [None, "remote-of-bob"]


@pytest.mark.parametrize(
    ("who", "anns", "bobs", "strangers"),
    [
        ("admin", True, True, False),
        ("reader", True, True, False),
        ("ann", True, False, False),
        ("bob", False, True, False),
        ("stranger", False, False, True),
    ],
)
def test_everybody_finds_what_concerns_them(world: World, who: str, anns: bool, bobs: bool, strangers: bool) -> None:
    made = [synced(box) for box in (world.strangers, world.bobs, world.anns)]
    wanted = [each.pk for each, sees in zip(made, (strangers, bobs, anns), strict=True) if sees]
    assert ids(getattr(world, who).get("items/")) == wanted[::-1]
    for each in made:
        answer = getattr(world, who).get(f"items/{each.pk}/")
        assert answer.status_code == (200 if each.pk in wanted else 404)


def test_a_member_does_not_learn_who_else_has_it(world: World, shared: Item) -> None:
    assert ids(world.ann.get("items/", mailbox=world.bobs.pk)) == []
    assert ids(world.ann.get("items/", mailbox=world.anns.pk)) == [shared.pk]


# -- What narrows


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"resource": "email"}, 1),
        ({"resource": ["email", "event"]}, 2),
        ({"resource": "task"}, 0),
        ({"organization": "acme"}, 2),
        ({"organization": "strange"}, 0),
        ({"state": ["in_step", "failed"]}, 2),
    ],
)
def test_it_is_narrowed(world: World, asked: dict[str, Any], count: int) -> None:
    synced(world.anns)
    synced(world.bobs, resource="event")
    assert len(ids(world.reader.get("items/", **asked))) == count


def _late(moment: datetime) -> dict[str, Callable[[Item, Mailbox], object]]:
    rows = Item.everywhere

    def queue(made: Item, box: Mailbox) -> None:
        change(made, box, ChangeState.PENDING)
        Change.everywhere.update(created_at=moment)

    def leave_out(made: Item, box: Mailbox) -> None:
        Filtered.everywhere.create(organization=box.organization, item=made, rule="spam", at=moment)

    return {
        "seen": lambda made, _: rows.filter(pk=made.pk).update(created_at=moment),
        "written": lambda made, _: rows.filter(pk=made.pk).update(synced_at=moment),
        "deleted": lambda made, _: rows.filter(pk=made.pk).update(gone_at=moment),
        "queued": queue,
        "left out": leave_out,
        "failed": lambda made, box: Issue.everywhere.filter(pk=fail(made, box).pk).update(last_at=moment),
    }


@pytest.mark.parametrize("what", _late(clock.now()))
def test_what_moved_since_is_found(world: World, what: str) -> None:
    moment = clock.now()
    for _ in range(2):
        synced(world.anns)
    Item.everywhere.update(created_at=moment - timedelta(days=2), synced_at=moment - timedelta(days=1))
    made = Item.everywhere.latest("pk")
    _late(moment)[what](made, world.anns)
    assert ids(world.reader.get("items/", changed_since=moment.isoformat())) == [made.pk]
    assert ids(world.reader.get("items/", changed_since=(moment + timedelta(seconds=1)).isoformat())) == []


@pytest.mark.parametrize("asked", [{"state": "lost"}, {"changed_since": "monday"}, {"mailbox": "x"}, {"since": "now"}])
def test_what_nobody_knows_is_refused_by_name(world: World, asked: dict[str, Any]) -> None:
    answer = world.reader.get("items/", **asked)
    assert (answer.status_code, named(answer)) == (400, list(asked))


def test_pages_lead_through_all_of_them_once(world: World) -> None:
    made = [synced(world.anns).pk for _ in range(5)]
    found, where = [], "/api/v1/items/?limit=2"
    while where:
        page = world.reader.get(where)
        found += ids(page)
        where = page.json()["next"]
    assert found == made[::-1]


# -- Its issue and its journal


def test_its_open_issue_is_named_and_a_resolved_one_is_not(world: World) -> None:
    made = synced(world.anns)
    issued = fail(made, world.anns)
    seen = one(world.ann, made)["issues"]
    assert [(each["id"], each["status"], each["code"]) for each in seen] == [(issued.pk, "open", RULE)]
    assert world.ann.get(seen[0]["url"]).json()["id"] == issued.pk
    Issue.everywhere.update(status="resolved", resolution="synced", proof=RECORD, resolved_at=clock.now())
    assert one(world.ann, made)["issues"] == []


def test_the_issue_of_the_same_key_elsewhere_is_not_its_own(world: World) -> None:
    made = synced(world.anns)
    issue(world.strange, world.strangers, subject_key=made.key)
    assert (one(world.reader, made)["issues"], one(world.reader, made)["state"]) == ([], "in_step")


def test_its_journal_says_how_it_failed_and_was_written(world: World) -> None:
    made = synced(world.anns)
    fail(made, world.anns)
    Activity.everywhere.create(organization=world.acme, item_key=made.key, mailbox=world.anns, verb=Verb.SYNCED)
    Activity.everywhere.create(organization=world.acme, item_key="another", mailbox=world.anns, verb=Verb.SYNCED)
    lines = [(each["verb"], each["code"]) for each in one(world.reader, made)["journal"]]
    assert lines[0] == ("synced", None)
    assert ("CRM_SYNCHRO_ERROR", RULE) in lines
    assert [verb for verb, _ in lines].count("synced") == 1


def test_members_read_of_the_journal_what_concerns_their_mailboxes(world: World, shared: Item) -> None:
    for mailbox, note in ((world.anns, "anns"), (world.bobs, "bobs"), (None, "both")):
        Activity.everywhere.create(
            organization=world.acme, item_key=shared.key, mailbox=mailbox, verb=Verb.SYNCED, note=note
        )
    seen = {who: [each["note"] for each in one(getattr(world, who), shared)["journal"]] for who in ("ann", "admin")}
    assert seen == {"ann": ["both", "anns"], "admin": ["both", "bobs", "anns"]}


def test_its_journal_ends_after_a_hundred_lines(world: World) -> None:
    made = synced(world.anns)
    line = Activity(organization=world.acme, item_key=made.key, verb=Verb.SYNCED)
    Activity.everywhere.bulk_create([line] + [Activity(**_columns(line)) for _ in range(101)])
    assert len(one(world.reader, made)["journal"]) == 100


def _columns(line: Activity) -> dict[str, Any]:
    return {"organization_id": line.organization_id, "item_key": line.item_key, "verb": line.verb}


# -- Tries of an issue


def test_the_tries_of_an_issue_come_in_pages(world: World) -> None:
    made = issue(world.acme, world.anns)
    for _ in range(2):
        issue(world.acme, world.anns, subject_key=made.subject_key)
    page = world.ann.get(f"issues/{made.pk}/attempts/", limit=2).json()
    rest = world.ann.get(page["next"]).json()
    assert [len(each["results"]) for each in (page, rest)] == [2, 1]
    assert rest["next"] is None
    assert page["results"][0]["said"] == "Required fields are missing: [LastName]"
    assert page["results"][0]["at"] >= page["results"][1]["at"] >= rest["results"][0]["at"]


def test_the_words_of_a_try_are_for_those_who_may_read_them(world: World) -> None:
    Organization.everywhere.update(names_items_to_admins=False)
    made = issue(world.acme, world.anns)
    (seen,) = world.reader.get(f"issues/{made.pk}/attempts/").json()["results"]
    assert (seen["said"], seen["http_status"]) == (None, 400)


def test_tries_are_not_narrowed(world: World) -> None:
    answer = world.ann.get(f"issues/{issue(world.acme, world.anns).pk}/attempts/", status="open")
    assert (answer.status_code, named(answer)) == (400, ["status"])
