"""Looking at issues: what one says, who sees which, and what narrows a list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.fields import Sealed
from connectors.models import Mailbox
from issues.models import Attempt, Issue
from issues.rest.shapes import AttemptShape
from issues.services import ignore
from tests.integration.api.conftest import World
from tests.integration.api.world import RULE, fail, failure, ids, issue, kind, named, stop


def _issue_of(world: World, **values: Any) -> Issue:
    return issue(world.acme, world.anns, **values)


def test_an_issue_says_what_it_is_about(world: World) -> None:
    made = _issue_of(world, title="Renewal Acme")
    row = world.reader.get(f"issues/{made.pk}/").json()
    said = {
        "id": made.pk,
        "reference": f"SYNC-{made.number}",
        "organization": "acme",
        "status": "open",
        "scope": "item",
        "resource": "email",
        "title": "Renewal Acme",
    }
    assert {name: row[name] for name in said} == said


def test_an_issue_says_what_mends_it(world: World) -> None:
    row = world.reader.get(f"issues/{_issue_of(world).pk}/").json()
    assert row["code"] == "salesforce.REQUIRED_FIELD_MISSING"
    assert row["reason"] == "A required field is empty"
    assert row["plain"].endswith(".")
    assert [set(step) for step in row["steps"]] == [{"who", "text"}] * len(row["steps"])
    assert row["fixer"] == "end_user"
    assert row["advice"] == "retry"
    assert row["severity"] == "warning"
    assert row["fields"] == ["LastName"]


def test_an_issue_links_to_the_page_of_its_code(world: World) -> None:
    row = world.reader.get(f"issues/{_issue_of(world).pk}/").json()
    assert row["code_url"] == "http://localhost:8000/codes/salesforce.required_field_missing/"


def test_an_issue_with_a_code_that_left_the_catalogue_links_to_the_general_page(world: World) -> None:
    row = world.reader.get(f"issues/{_issue_of(world, code='salesforce.GONE_IN_2031').pk}/").json()
    assert row["code_url"].endswith("/codes/salesforce.unknown/")


def test_links_are_null_where_there_is_nothing_to_look_at(world: World) -> None:
    made = _issue_of(world, mailbox_url="https://mail.google.com/mail/#all/7")
    assert world.reader.get(f"issues/{made.pk}/").json()["links"] == {
        "mailbox": "https://mail.google.com/mail/#all/7",
        "salesforce": None,
        "page": f"http://localhost:8000/issues/acme/{made.number}/",
    }


def test_every_url_leads_back_to_its_object(world: World) -> None:
    made = _issue_of(world)
    row = world.reader.get("issues/").json()["results"][0]
    assert world.reader.get(row["url"]).json()["id"] == made.pk
    assert world.reader.get(row["mailbox"]["url"]).json()["address"] == "ann@ours.example"


def test_an_issue_of_the_organization_has_no_mailbox(world: World) -> None:
    made = issue(world.acme, scope="organization", subject_key="organization", resource="", conversation_key="")
    row = world.reader.get(f"issues/{made.pk}/").json()
    assert (row["mailbox"], row["resource"], row["conversation"]) == (None, None, None)


def test_each_try_is_an_attempt_newest_first(world: World) -> None:
    first = failure(world.acme, world.anns, request_id="r1")
    (made,) = fail([first])
    fail([failure(world.acme, world.anns, subject_key=first.subject_key, code=RULE, request_id="r2")])
    row = world.reader.get(f"issues/{made.pk}/").json()
    assert row["failures"] == 2
    assert [(each["request_id"], each["code"], each["http_status"]) for each in row["attempts"]] == [
        ("r2", RULE, 400),
        ("r1", "salesforce.REQUIRED_FIELD_MISSING", 400),
    ]


def test_the_journal_stands_with_the_issue_newest_first(world: World) -> None:
    row = world.reader.get(f"issues/{_issue_of(world).pk}/").json()
    assert [line["verb"] for line in row["journal"]] == ["issue_opened", "CRM_SYNCHRO_ERROR"]


def test_the_journal_of_another_organization_with_the_same_number_stays_there(world: World) -> None:
    mine, theirs = _issue_of(world), issue(world.strange, world.strangers, code=RULE)
    assert mine.number == theirs.number
    assert {line["code"] for line in world.reader.get(f"issues/{mine.pk}/").json()["journal"]} == {mine.code}


@pytest.mark.parametrize("who", ["ann", "admin", "reader", "writer"])
def test_the_providers_own_words_are_for_owners_and_administrators(world: World, who: str) -> None:
    made = _issue_of(world, said="Value too long: ACME")
    row = getattr(world, who).get(f"issues/{made.pk}/").json()
    assert [each["said"] for each in row["attempts"]] == ["Value too long: ACME"]


def test_the_providers_own_words_are_not_in_lists(world: World) -> None:
    _issue_of(world, said="Value too long: ACME")
    assert b"Value too long" not in world.admin.get("issues/").content


def test_who_may_not_read_the_words_gets_null(world: World) -> None:
    made = _issue_of(world, said="Value too long: ACME")
    attempt = Attempt.everywhere.get(issue=made)
    assert AttemptShape(attempt, context={"may_read_words": False}).data["said"] is None


def test_words_whose_seal_is_broken_are_left_out_and_the_issue_is_shown(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    made = _issue_of(world)
    Attempt.everywhere.filter(issue=made).update(said=Sealed("no ciphertext of ours"))
    with caplog.at_level("CRITICAL", logger="issues.rest.shapes"):
        row = world.reader.get(f"issues/{made.pk}/").json()
    assert [each["said"] for each in row["attempts"]] == [None]


def test_an_ignored_issue_says_who_why_and_until_when(world: World) -> None:
    made = _issue_of(world)
    until = clock.now() + timedelta(days=1)
    ignore(Issue.everywhere.filter(pk=made.pk), reason="Spam", actor_id=world.anns.owner_id, until=until)
    row = world.reader.get(f"issues/{made.pk}/").json()
    assert (row["status"], row["ignored"]["reason"], row["ignored"]["by"]) == ("ignored", "Spam", "ann")
    assert row["ignored"]["until"].startswith(f"{until:%Y-%m-%dT%H:%M}")


def test_an_open_issue_is_neither_ignored_nor_resolved(world: World) -> None:
    row = world.reader.get(f"issues/{_issue_of(world).pk}/").json()
    assert (row["ignored"], row["resolved"]) == (None, None)


def test_a_resolved_issue_names_its_proof(world: World) -> None:
    made = _issue_of(world)
    Issue.everywhere.filter(pk=made.pk).update(
        status="resolved", resolution="synced", proof="02s1", resolved_at=clock.now()
    )
    resolved = world.reader.get(f"issues/{made.pk}/").json()["resolved"]
    assert (resolved["how"], resolved["proof"]) == ("synced", "02s1")


@pytest.mark.parametrize(
    ("who", "mine", "theirs"),
    [
        pytest.param("ann", True, False, id="a member sees the own mailbox"),
        pytest.param("bob", False, True, id="and the other one the other"),
        pytest.param("admin", True, True, id="an administrator sees both"),
        pytest.param("reader", True, True, id="a token sees both"),
        pytest.param("stranger", False, False, id="another organization sees none"),
    ],
)
def test_who_sees_which_issues(world: World, who: str, mine: bool, theirs: bool) -> None:
    ann, bob = issue(world.acme, world.anns), issue(world.acme, world.bobs)
    api = getattr(world, who)
    assert set(ids(api.get("issues/"))) == {each.pk for each, seen in ((ann, mine), (bob, theirs)) if seen}
    for each, seen in ((ann, mine), (bob, theirs)):
        assert api.get(f"issues/{each.pk}/").status_code == (200 if seen else 404)


@pytest.mark.parametrize("address", ["issues/99999999/", "issues/999999999999999999/", "issues/abc/", "issues/-1/"])
def test_what_does_not_exist_is_a_problem(world: World, address: str) -> None:
    assert kind(world.reader.get(address)) == "not-found"


@pytest.fixture
def several(world: World) -> dict[str, int]:
    """Issues that differ in one thing each, by a name for it."""
    bobs: Mailbox = world.bobs
    old = clock.now() - timedelta(days=9)
    rows = {
        "plain": issue(world.acme, world.anns, title="Renewal"),
        "rule": issue(world.acme, world.anns, code=RULE, title="Offer 100%_sure"),
        "bob": issue(world.acme, bobs, title="Lunch", conversation_key="c2"),
        "old": issue(world.acme, world.anns, title="Ancient", attempted_at=old),
        "stop": stop(bobs),
        "ignored": issue(world.acme, world.anns, title="Junk"),
    }
    ignore(Issue.everywhere.filter(pk=rows["ignored"].pk), reason="Spam")
    return {name: row.pk for name, row in rows.items()}


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"status": "ignored"}, {"ignored"}),
        ({"status": ["ignored", "open"]}, {"plain", "rule", "bob", "old", "stop", "ignored"}),
        ({"status": "retrying"}, set()),
        ({"code": RULE}, {"rule"}),
        ({"scope": "mailbox"}, {"stop"}),
        ({"resource": "email"}, {"plain", "rule", "bob", "old", "ignored"}),
        ({"fixer": "salesforce_admin"}, {"rule"}),
        ({"fixer": ["salesforce_admin", "vendor_support"]}, {"rule"}),
        ({"conversation": "c2"}, {"bob"}),
        ({"organization": "acme", "code": RULE}, {"rule"}),
        ({"organization": "strange"}, set()),
        ({"q": "lunch"}, {"bob"}),
        ({"q": "100%_"}, {"rule"}),
        ({"q": "bob@ours"}, {"bob", "stop"}),
        ({"q": "nothing like it"}, set()),
        ({"status": "open", "q": "renewal", "scope": "item"}, {"plain"}),
    ],
)
def test_a_filter_narrows_the_list(
    world: World, several: dict[str, int], parameters: dict[str, Any], found: set[str]
) -> None:
    assert set(ids(world.reader.get("issues/", **parameters))) == {several[name] for name in found}


@pytest.mark.parametrize("form", ["SYNC-{}", "sync-{}", "{}", " {} "])
def test_a_number_is_found_in_every_way_people_write_it(world: World, several: dict[str, int], form: str) -> None:
    number = Issue.everywhere.get(pk=several["rule"]).number
    assert ids(world.reader.get("issues/", q=form.format(number))) == [several["rule"]]


def test_a_list_can_be_of_one_mailbox(world: World, several: dict[str, int]) -> None:
    assert set(ids(world.reader.get("issues/", mailbox=world.bobs.pk))) == {several["bob"], several["stop"]}


def test_a_list_can_be_of_one_cause(world: World, several: dict[str, int]) -> None:
    cause = Issue.everywhere.get(pk=several["rule"]).cause_id
    assert ids(world.reader.get("issues/", cause=cause)) == [several["rule"]]


def test_a_list_can_start_at_a_moment(world: World, several: dict[str, int]) -> None:
    since = (clock.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = ids(world.reader.get("issues/", since=since))
    assert set(found) == set(several.values()) - {several["old"]}


@pytest.mark.parametrize(
    ("parameters", "flawed"),
    [
        ({"status": "broken"}, ["status"]),
        ({"mailbox": "abc"}, ["mailbox"]),
        ({"mailbox": "0"}, ["mailbox"]),
        ({"mailbox": "99999999999999999999"}, ["mailbox"]),
        ({"cause": "1.5"}, ["cause"]),
        ({"since": "yesterday"}, ["since"]),
        ({"q": "x" * 201}, ["q"]),
        ({"q": "a\x00b"}, ["q"]),
        ({"colour": "red"}, ["colour"]),
        ({"colour": "red", "taste": "sour", "status": "open"}, ["colour", "taste"]),
        ({"code": ["a.B", "c.D"]}, ["code"]),
        ({"format": "json"}, ["format"]),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused_by_name(
    world: World, parameters: dict[str, Any], flawed: list[str]
) -> None:
    response = world.reader.get("issues/", **parameters)
    assert (response.status_code, kind(response), named(response)) == (400, "invalid", flawed)


def test_an_issue_by_itself_takes_no_parameters(world: World) -> None:
    response = world.reader.get(f"issues/{_issue_of(world).pk}/", status="open")
    assert (response.status_code, named(response)) == (400, ["status"])
