"""Orders for many issues: what is chosen, what is refused, and that the same order twice is one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors import clock
from connectors.effects import commit
from connectors.models import Mailbox, Membership, Role
from issues.models import BulkOperation, Issue, Resolution
from issues.services import close, ignore, run_operation
from issues.services.freezing import freeze
from tests import builders
from tests.integration.api.conftest import World
from tests.integration.api.world import (
    REQUIRED,
    RULE,
    Api,
    fail,
    failure,
    ids,
    issue,
    kind,
    named,
    person,
    stop,
    superuser,
)

ALL = {"verb": "retry", "choice": {"all": True}}


def _work_off() -> None:
    """What the job cluster would do."""
    for operation in BulkOperation.everywhere.all():
        while not run_operation(operation.pk):
            pass


def _in_status(status: str) -> set[int]:
    return set(Issue.everywhere.filter(status=status).values_list("pk", flat=True))


@pytest.fixture
def three(world: World) -> dict[str, Issue]:
    return {
        "ann": issue(world.acme, world.anns, conversation_key="c1"),
        "rule": issue(world.acme, world.anns, code=RULE, conversation_key="c2"),
        "bob": issue(world.acme, world.bobs, conversation_key="c2"),
    }


def test_a_new_operation_is_accepted_and_says_where_to_look(world: World, three: dict[str, Issue]) -> None:
    response = world.writer.post("operations/", ALL)
    assert (response.status_code, response["Location"]) == (202, response.json()["url"])
    assert world.writer.get(response["Location"]).json() == response.json()


def test_a_new_operation_says_how_many_it_is_about(world: World, three: dict[str, Issue]) -> None:
    row = world.writer.post("operations/", ALL).json()
    told = ("verb", "choice", "state", "total", "done", "reason", "until", "organization")
    assert [row[name] for name in told] == ["retry", {"all": True}, "running", 3, 0, None, None, "acme"]


def test_it_counts_what_became_of_its_issues(world: World) -> None:
    reports = [failure(world.acme, world.anns) for _ in range(4)]
    made = fail(reports)
    url = world.writer.post("operations/", ALL)["Location"]
    _work_off()
    with commit("test: close"):
        close(world.acme.pk, {made[0].subject_key: "02s1"}, Resolution.SYNCED)
    fail([failure(world.acme, world.anns, subject_key=reports[1].subject_key)])
    ignore(Issue.everywhere.filter(pk=made[2].pk), reason="Spam")
    row = world.writer.get(url).json()
    counts = {name: row[name] for name in ("done", "resolved", "failed_again", "still_trying", "elsewhere", "state")}
    wanted = {"done": 4, "resolved": 1, "failed_again": 1, "still_trying": 1, "elsewhere": 1, "state": "finished"}
    assert counts == wanted


@pytest.mark.parametrize(
    ("choice", "moved"),
    [
        ({"all": True}, {"ann", "rule", "bob"}),
        ({"code": RULE}, {"rule"}),
        ({"conversation": "c2"}, {"rule", "bob"}),
        ({"conversation": "no such conversation"}, set()),
        ({"all": True, "organization": "acme"}, {"ann", "rule", "bob"}),
    ],
)
def test_a_choice_means_these_issues(
    world: World, three: dict[str, Issue], choice: dict[str, Any], moved: set[str]
) -> None:
    row = world.writer.post("operations/", {"verb": "retry", "choice": choice}).json()
    _work_off()
    assert (row["total"], _in_status("retrying")) == (len(moved), {three[name].pk for name in moved})


@pytest.mark.parametrize(
    ("narrowed", "moved"),
    [
        ({"code": RULE, "conversation": "c2"}, {"rule"}),
        ({"conversation": "c2", "status": "needed"}, {"rule", "bob"}),
        ({"q": "bob@"}, {"bob"}),
        ({"type": "event"}, set()),
        ({"since": "2999-01-01T00:00:00Z"}, set()),
    ],
)
def test_a_filter_narrows_by_several_things(
    world: World, three: dict[str, Issue], narrowed: dict[str, Any], moved: set[str]
) -> None:
    Mailbox.everywhere.filter(pk=world.bobs.pk).update(address="bob@acme.example")
    row = world.writer.post("operations/", {"verb": "retry", "choice": {"filter": narrowed}}).json()
    _work_off()
    assert (row["total"], _in_status("retrying")) == (len(moved), {three[name].pk for name in moved})
    assert set(row["choice"]["filter"]) == set(narrowed)


def test_a_filter_by_mailbox_is_of_one_that_is_seen(world: World, three: dict[str, Issue]) -> None:
    def ask(api: Api) -> int:
        choice = {"filter": {"mailbox": world.bobs.pk}}
        return api.post("operations/", {"verb": "retry", "choice": choice}).status_code

    assert (ask(world.ann), ask(world.writer)) == (400, 202)


def test_what_is_left_out_stays_where_it_is(world: World, three: dict[str, Issue]) -> None:
    choice = {"all": True, "without": [three["bob"].pk]}
    row = world.writer.post("operations/", {"verb": "retry", "choice": choice}).json()
    _work_off()
    assert (row["choice"], row["total"]) == (choice, 2)
    assert _in_status("open") == {three["bob"].pk}


def test_a_preview_says_what_an_order_would_do_and_starts_nothing(world: World, three: dict[str, Issue]) -> None:
    row = world.writer.post("operations/preview/", ALL).json()
    assert (row["total"], row["first"], row["calls"], row["calls_left"]) == (3, 0, 4, None)
    assert {each["id"] for each in row["samples"]} == {each.pk for each in three.values()}
    assert [(each["code"], each["issues"]) for each in row["reasons"]] == [(REQUIRED, 2), (RULE, 1)]
    assert not BulkOperation.everywhere.exists()


def test_a_preview_ends_where_the_order_would(world: World, three: dict[str, Issue]) -> None:
    assert world.ann.post("operations/preview/", ALL).json()["total"] == 2
    foreign = {"verb": "retry", "choice": {"ids": [three["bob"].pk]}}
    assert named(world.ann.post("operations/preview/", foreign)) == ["/choice/ids/0"]


def test_who_only_reads_may_look_at_no_order(world: World, three: dict[str, Issue]) -> None:
    assert world.reader.post("operations/preview/", ALL).status_code == 403


def test_issues_are_chosen_by_id(world: World, three: dict[str, Issue]) -> None:
    wanted = [three["bob"].pk, three["ann"].pk, three["bob"].pk]
    row = world.writer.post("operations/", {"verb": "retry", "choice": {"ids": wanted}}).json()
    _work_off()
    assert row["choice"] == {"ids": sorted({three["bob"].pk, three["ann"].pk})}
    assert _in_status("retrying") == {three["bob"].pk, three["ann"].pk}


def test_issues_are_chosen_by_cause(world: World, three: dict[str, Issue]) -> None:
    row = world.writer.post("operations/", {"verb": "retry", "choice": {"cause": three["rule"].cause_id}}).json()
    assert (row["total"], row["choice"]) == (1, {"cause": three["rule"].cause_id})


def test_many_are_ignored_with_a_reason_until_a_moment(world: World, three: dict[str, Issue]) -> None:
    until = (clock.now() + timedelta(days=2)).replace(microsecond=0)
    body = {"verb": "ignore", "choice": {"code": RULE}, "reason": "Spam", "until": until.isoformat()}
    row = world.ann.post("operations/", body).json()
    _work_off()
    found = Issue.everywhere.get(pk=three["rule"].pk)
    assert (row["reason"], found.status, found.ignored_reason, found.ignored_until) == (
        "Spam",
        "ignored",
        "Spam",
        until,
    )


def test_ignoring_all_leaves_stopped_syncs_alone(world: World, three: dict[str, Issue]) -> None:
    stopped = stop(world.anns)
    world.writer.post("operations/", {"verb": "ignore", "choice": {"all": True}, "reason": "Spam"})
    _work_off()
    assert _in_status("open") == {stopped.pk}


@pytest.mark.parametrize(
    ("body", "flawed"),
    [
        ({}, ["/verb", "/choice"]),
        ({"verb": "delete", "choice": {"all": True}}, ["/verb"]),
        ({"verb": "retry"}, ["/choice"]),
        ({"verb": "retry", "choice": None}, ["/choice"]),
        ({"verb": "retry", "choice": []}, ["/choice"]),
        ({"verb": "retry", "choice": "all"}, ["/choice"]),
        ({"verb": "retry", "choice": {}}, ["/choice"]),
        ({"verb": "retry", "choice": {"all": True, "code": "a.B"}}, ["/choice"]),
        ({"verb": "retry", "choice": {"all": False}}, ["/choice/all"]),
        ({"verb": "retry", "choice": {"all": "sure"}}, ["/choice/all"]),
        ({"verb": "retry", "choice": {"casue": 4}}, ["/choice/casue"]),
        ({"verb": "retry", "choice": {"all": True}, "when": "now"}, ["/when"]),
        ({"verb": "retry", "choice": {"ids": []}}, ["/choice/ids"]),
        ({"verb": "retry", "choice": {"ids": [1] * 1001}}, ["/choice/ids"]),
        ({"verb": "retry", "choice": {"ids": ["x", 0]}}, ["/choice/ids/0", "/choice/ids/1"]),
        ({"verb": "retry", "choice": {"ids": [2**63]}}, ["/choice/ids/0"]),
        ({"verb": "retry", "choice": {"ids": [2**63 - 1]}}, ["/choice/ids/0"]),
        ({"verb": "retry", "choice": {"cause": 2**63 - 1}}, ["/choice/cause"]),
        ({"verb": "retry", "choice": {"cause": None}}, ["/choice/cause"]),
        ({"verb": "retry", "choice": {"conversation": ""}}, ["/choice/conversation"]),
        ({"verb": "retry", "choice": {"code": " "}}, ["/choice/code"]),
        ({"verb": "retry", "choice": {"all": True, "organization": "acne"}}, ["/choice/organization"]),
        ({"verb": "retry", "choice": {"all": True, "organization": "strange"}}, ["/choice/organization"]),
        ({"verb": "retry", "choice": {"filter": {}}}, ["/choice/filter"]),
        ({"verb": "retry", "choice": {"filter": {"status": "odd"}}}, ["/choice/filter/status"]),
        ({"verb": "retry", "choice": {"filter": {"cause": 99999}}}, ["/choice/filter/cause"]),
        ({"verb": "retry", "choice": {"filter": {"colour": "red"}}}, ["/choice/filter/colour"]),
        ({"verb": "retry", "choice": {"filter": {"code": "x"}, "all": True}}, ["/choice"]),
        ({"verb": "retry", "choice": {"without": [1]}}, ["/choice"]),
        ({"verb": "retry", "choice": {"all": True, "without": ["x"]}}, ["/choice/without/0"]),
        ({"verb": "retry", "choice": {"all": True}, "reason": "please"}, ["/reason"]),
        ({"verb": "retry", "choice": {"all": True}, "until": "2999-01-01T00:00:00Z"}, ["/until"]),
        ({"verb": "ignore", "choice": {"all": True}}, ["/reason"]),
        ({"verb": "ignore", "choice": {"all": True}, "reason": " "}, ["/reason"]),
        ({"verb": "ignore", "choice": {"all": True}, "reason": "a", "until": "2020-01-01T00:00:00Z"}, ["/until"]),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_by_name_and_starts_nothing(
    world: World, three: dict[str, Issue], body: dict[str, Any], flawed: list[str]
) -> None:
    response = world.writer.post("operations/", body)
    assert (response.status_code, kind(response), named(response)) == (400, "invalid", flawed)
    assert not BulkOperation.everywhere.exists()


def test_every_id_that_is_none_is_named(world: World, three: dict[str, Issue]) -> None:
    foreign = issue(world.strange, world.strangers)
    choice = {"ids": [three["ann"].pk, 99999999, foreign.pk]}
    response = world.writer.post("operations/", {"verb": "retry", "choice": choice})
    assert named(response) == ["/choice/ids/1", "/choice/ids/2"]
    assert not BulkOperation.everywhere.exists()


def test_the_cause_of_another_organization_is_none(world: World) -> None:
    foreign = issue(world.strange, world.strangers)
    response = world.writer.post("operations/", {"verb": "retry", "choice": {"cause": foreign.cause_id}})
    assert named(response) == ["/choice/cause"]


def test_a_member_orders_for_the_own_mailboxes_only(world: World, three: dict[str, Issue]) -> None:
    row = world.ann.post("operations/", ALL).json()
    _work_off()
    assert (row["total"], _in_status("retrying")) == (2, {three["ann"].pk, three["rule"].pk})


def test_a_member_without_a_mailbox_orders_nothing(world: World, three: dict[str, Issue]) -> None:
    row = Api(user=person(world.acme)).post("operations/", ALL).json()
    _work_off()
    assert (row["total"], _in_status("retrying")) == (0, set())


def test_the_choice_that_is_shown_tells_nothing_of_mailboxes(world: World, three: dict[str, Issue]) -> None:
    assert world.ann.post("operations/", ALL).json()["choice"] == {"all": True}


@pytest.mark.parametrize(("name", "seen"), [("ann", True), ("rule", True), ("bob", False)])
def test_a_member_names_only_what_is_theirs(world: World, three: dict[str, Issue], name: str, seen: bool) -> None:
    response = world.ann.post("operations/", {"verb": "retry", "choice": {"ids": [three[name].pk]}})
    assert response.status_code == (202 if seen else 400)


def test_an_administrator_of_two_organizations_says_which(world: World) -> None:
    both = person(world.acme, Role.ADMIN)
    Membership.everywhere.create(organization=world.strange, user=both, role=Role.ADMIN)
    api = Api(user=both)
    assert named(api.post("operations/", ALL)) == ["/choice/organization"]
    assert api.post("operations/", {"verb": "retry", "choice": {"all": True, "organization": "strange"}}).json()[
        "organization"
    ] == ("strange")


def test_who_installs_the_product_says_which_organization(world: World, three: dict[str, Issue]) -> None:
    api = superuser()
    assert named(api.post("operations/", ALL)) == ["/choice/organization"]
    order = {"verb": "retry", "choice": {"all": True, "organization": "acme"}}
    assert api.post("operations/", order).json()["total"] == 3
    assert len(ids(api.get("operations/"))) == 1


def test_an_administrator_here_who_is_a_member_there_orders_there_as_a_member(world: World) -> None:
    both = person(world.acme, Role.ADMIN)
    Membership.everywhere.create(organization=world.strange, user=both, role=Role.MEMBER)
    own: Mailbox = builders.mailbox(world.strange, owner=both)
    mine, _ = issue(world.strange, own), issue(world.strange, world.strangers)
    Api(user=both).post("operations/", {"verb": "retry", "choice": {"all": True, "organization": "strange"}})
    _work_off()
    assert _in_status("retrying") == {mine.pk}


def test_the_same_choice_while_it_runs_is_the_same_operation(world: World, three: dict[str, Issue]) -> None:
    first, second = world.writer.post("operations/", ALL), world.admin.post("operations/", ALL)
    assert (first.status_code, second.status_code) == (202, 200)
    assert (second.json()["id"], second["Location"]) == (first.json()["id"], first["Location"])


def test_the_same_choice_after_it_ended_is_a_new_operation(world: World, three: dict[str, Issue]) -> None:
    first = world.writer.post("operations/", ALL)
    _work_off()
    second = world.writer.post("operations/", ALL)
    assert (second.status_code, second.json()["id"] != first.json()["id"]) == (202, True)


def test_the_same_key_is_the_same_operation_even_after_it_ended(world: World, three: dict[str, Issue]) -> None:
    first = world.writer.post("operations/", ALL, key="k1")
    _work_off()
    second = world.writer.post("operations/", ALL, key="k1")
    assert (first.status_code, second.status_code, second.json()["id"]) == (202, 200, first.json()["id"])
    assert BulkOperation.everywhere.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"verb": "retry", "choice": {"code": RULE}}, id="another choice"),
        pytest.param({"verb": "ignore", "choice": {"all": True}, "reason": "Spam"}, id="another verb"),
    ],
)
def test_a_key_with_another_order_is_refused_and_starts_nothing(
    world: World, three: dict[str, Issue], body: dict[str, Any]
) -> None:
    world.writer.post("operations/", ALL, key="k1")
    response = world.writer.post("operations/", body, key="k1")
    assert (response.status_code, kind(response)) == (422, "idempotency-key-reused")
    assert BulkOperation.everywhere.count() == 1


def test_a_key_with_another_order_is_refused_even_while_that_one_runs(world: World, three: dict[str, Issue]) -> None:
    world.writer.post("operations/", ALL, key="k1")
    rule = {"verb": "retry", "choice": {"code": RULE}}
    world.writer.post("operations/", rule)
    assert world.writer.post("operations/", rule, key="k1").status_code == 422


def test_operations_are_listed_newest_first(world: World, three: dict[str, Issue]) -> None:
    first = world.writer.post("operations/", ALL).json()["id"]
    second = world.writer.post("operations/", {"verb": "retry", "choice": {"code": RULE}}).json()["id"]
    assert ids(world.reader.get("operations/")) == [second, first]


@pytest.mark.parametrize(
    ("parameters", "count"),
    [({"state": "running"}, 1), ({"state": "finished"}, 0), ({"verb": "ignore"}, 0), ({"organization": "acme"}, 1)],
)
def test_operations_are_filtered(world: World, parameters: dict[str, Any], count: int) -> None:
    world.writer.post("operations/", ALL)
    assert len(ids(world.reader.get("operations/", **parameters))) == count


@pytest.mark.parametrize(
    ("who", "seen"), [("ann", True), ("bob", False), ("admin", True), ("reader", True), ("stranger", False)]
)
def test_members_see_their_own_operations(world: World, who: str, seen: bool) -> None:
    url = world.ann.post("operations/", ALL)["Location"]
    api: Api = getattr(world, who)
    assert (api.get(url).status_code, len(ids(api.get("operations/")))) == ((200, 1) if seen else (404, 0))


@pytest.fixture
def many(world: World) -> str:
    """Where an order for thirty issues is."""
    fail([failure(world.acme, world.anns) for _ in range(30)])
    return str(world.writer.post("operations/", ALL)["Location"])


def test_a_large_order_tries_a_few_first_and_says_what_can_be_done(world: World, many: str) -> None:
    _work_off()
    row = world.writer.get(many).json()
    assert (row["state"], row["done"], row["total"], row["may"]) == ("canary", 10, 30, ["pause", "resume", "cancel"])


@pytest.mark.parametrize(
    ("steps", "state", "may"),
    [
        (["pause"], "held", ["resume", "cancel"]),
        (["pause", "pause"], "held", ["resume", "cancel"]),
        (["pause", "resume"], "running", ["pause", "cancel"]),
        (["resume", "pause"], "paused", ["resume", "cancel"]),
        (["cancel"], "cancelled", []),
        (["cancel", "cancel"], "cancelled", []),
    ],
)
def test_an_order_is_steered(world: World, many: str, steps: list[str], state: str, may: list[str]) -> None:
    answers = [world.writer.post(f"{many}{step}/") for step in steps]
    assert {answer.status_code for answer in answers} == {200}
    assert (answers[-1].json()["state"], answers[-1].json()["may"]) == (state, may)


@pytest.mark.parametrize("step", ["pause", "resume", "undo"])
def test_what_does_not_go_with_an_orders_state_is_refused(world: World, many: str, step: str) -> None:
    world.writer.post(f"{many}cancel/")
    response = world.writer.post(f"{many}{step}/")
    assert (response.status_code, response.json()["detail"]) == (
        409,
        "The order is cancelled; that does not go with it.",
    )


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("ann", 404), ("stranger", 404), ("admin", 200)])
def test_an_order_is_steered_by_those_who_see_it_and_may_write(world: World, many: str, who: str, status: int) -> None:
    api: Api = getattr(world, who)
    assert api.post(f"{many}pause/").status_code == status


def test_an_order_that_set_aside_is_undone(world: World, three: dict[str, Issue]) -> None:
    url = world.writer.post("operations/", {"verb": "ignore", "choice": {"all": True}, "reason": "Spam"})["Location"]
    _work_off()
    assert world.writer.post(f"{url}undo/").json()["state"] == "undoing"
    _work_off()
    row = world.writer.get(url).json()
    assert (row["state"], row["returned"], row["ignored"], _in_status("open")) == (
        "undone",
        3,
        0,
        {each.pk for each in three.values()},
    )


def test_issues_are_listed_by_what_became_of_them_in_an_order(world: World, three: dict[str, Issue]) -> None:
    row = world.writer.post("operations/", ALL).json()
    freeze(BulkOperation.everywhere.get())
    ignore(Issue.everywhere.filter(pk=three["rule"].pk), reason="x")
    _work_off()
    listed = {
        outcome: set(ids(world.writer.get("issues/", operation=row["id"], outcome=outcome)))
        for outcome in ("trying", "skipped", "failed")
    }
    assert listed == {"trying": {three["ann"].pk, three["bob"].pk}, "skipped": {three["rule"].pk}, "failed": set()}
    assert len(ids(world.writer.get("issues/", operation=row["id"]))) == 3
    assert ids(world.writer.get("issues/", outcome="trying")) == []
    assert ids(world.stranger.get("issues/", operation=row["id"])) == []
