"""Retry and ignore of one issue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from connectors import clock
from connectors.models import Activity
from issues.models import BulkOperation, Issue
from issues.services import ignore, run_operation
from tests.integration.api.conftest import World
from tests.integration.api.world import fail, failure, issue, kind, named, stop


def _status(made: Issue) -> str:
    return Issue.everywhere.values_list("status", flat=True).get(pk=made.pk)


def _verbs(made: Issue) -> list[str]:
    rows = Activity.everywhere.filter(organization=made.organization_id, issue_number=made.number).order_by("pk")
    return list(rows.values_list("verb", flat=True))


@pytest.fixture
def made(world: World) -> Issue:
    return issue(world.acme, world.anns)


def test_retry_answers_with_the_issue_under_way(world: World, made: Issue) -> None:
    response = world.writer.post(f"issues/{made.pk}/retry/")
    assert (response.status_code, response.json()["id"], response.json()["status"]) == (200, made.pk, "retrying")


def test_retry_wakes_the_mailbox(world: World, made: Issue) -> None:
    world.writer.post(f"issues/{made.pk}/retry/")
    queued = [SignedPackage.loads(row.payload) for row in OrmQ.objects.all()]
    assert [(job["func"], job["args"]) for job in queued] == [("syncapp.tasks.sync_mailbox", (world.anns.pk,))]


def test_retry_stands_in_the_journal_with_the_person(world: World, made: Issue) -> None:
    world.ann.post(f"issues/{made.pk}/retry/")
    line = Activity.everywhere.get(verb="retried")
    assert line.actor is not None
    assert (line.issue_number, line.actor.username) == (made.number, "ann")


def test_a_second_retry_changes_nothing(world: World, made: Issue) -> None:
    world.writer.post(f"issues/{made.pk}/retry/")
    response = world.writer.post(f"issues/{made.pk}/retry/")
    assert (response.status_code, response.json()["status"]) == (200, "retrying")
    assert _verbs(made).count("retried") == 1


def test_retry_opens_what_was_ignored(world: World, made: Issue) -> None:
    ignore(Issue.everywhere.filter(pk=made.pk), reason="Spam")
    row = world.writer.post(f"issues/{made.pk}/retry/").json()
    assert (row["status"], row["ignored"]) == ("retrying", None)


def test_retry_of_a_stopped_mailbox_lets_a_probe_through(world: World) -> None:
    stopped = stop(world.anns)
    world.writer.post(f"issues/{stopped.pk}/retry/")
    world.anns.refresh_from_db()
    assert world.anns.probe_at is not None


def test_ignore_keeps_reason_and_end(world: World, made: Issue) -> None:
    until = (clock.now() + timedelta(days=3)).replace(microsecond=0)
    row = world.ann.post(f"issues/{made.pk}/ignore/", {"reason": " Spam ", "until": until.isoformat()}).json()
    assert row["status"] == "ignored"
    assert row["ignored"] == {
        "reason": "Spam",
        "end": "date",
        "failures_left": None,
        "until": until.isoformat().replace("+00:00", "Z"),
        "by": "ann",
    }


def test_ignore_without_an_end_is_for_good(world: World, made: Issue) -> None:
    row = world.writer.post(f"issues/{made.pk}/ignore/", {"reason": "Spam", "until": None}).json()
    assert row["ignored"] == {"reason": "Spam", "end": "never", "failures_left": None, "until": None, "by": None}


def test_ignoring_again_takes_the_new_reason(world: World, made: Issue) -> None:
    world.writer.post(f"issues/{made.pk}/ignore/", {"reason": "Spam"})
    row = world.writer.post(f"issues/{made.pk}/ignore/", {"reason": "Private"}).json()
    assert row["ignored"]["reason"] == "Private"


@pytest.mark.parametrize(
    ("body", "flawed"),
    [
        ({}, ["/reason"]),
        ({"reason": ""}, ["/reason"]),
        ({"reason": "   "}, ["/reason"]),
        ({"reason": None}, ["/reason"]),
        ({"reason": ["a"]}, ["/reason"]),
        ({"reason": "x" * 501}, ["/reason"]),
        ({"reason": "a\x00b"}, ["/reason"]),
        ({"reason": "\ud800"}, ["/reason"]),
        ({"reason": "Spam", "until": "soon"}, ["/until"]),
        ({"reason": "Spam", "until": "2020-01-01T00:00:00Z"}, ["/until"]),
        ({"reason": "Spam", "colour": "red"}, ["/colour"]),
        ({"colour": "red"}, ["/reason", "/colour"]),
        ({"reason": "Spam", "a/b~c": 1}, ["/a~1b~0c"]),
    ],
)
def test_a_refused_ignore_names_what_is_wrong_and_changes_nothing(
    world: World, made: Issue, body: dict[str, object], flawed: list[str]
) -> None:
    before = _verbs(made)
    response = world.writer.post(f"issues/{made.pk}/ignore/", body)
    assert (response.status_code, kind(response), named(response)) == (400, "invalid", flawed)
    assert (_status(made), _verbs(made)) == ("open", before)


def test_a_retry_needs_no_words(world: World, made: Issue) -> None:
    response = world.writer.post(f"issues/{made.pk}/retry/", {"reason": "please"})
    assert (response.status_code, named(response)) == (400, ["/reason"])


def test_a_retry_needs_no_body_either(world: World, made: Issue) -> None:
    assert world.writer.raw(f"issues/{made.pk}/retry/", b"").status_code == 200


def test_a_stopped_sync_cannot_be_ignored(world: World) -> None:
    stopped = stop(world.anns)
    response = world.writer.post(f"issues/{stopped.pk}/ignore/", {"reason": "No"})
    assert (response.status_code, kind(response), _status(stopped)) == (409, "conflict", "open")


@pytest.mark.parametrize(("verb", "body"), [("retry", {}), ("ignore", {"reason": "Spam"})])
def test_a_resolved_issue_stays_resolved(world: World, made: Issue, verb: str, body: dict[str, str]) -> None:
    rows = Issue.everywhere.filter(pk=made.pk)
    rows.update(status="resolved", resolution="synced", proof="02s1", resolved_at=clock.now())
    response = world.writer.post(f"issues/{made.pk}/{verb}/", body)
    assert (response.status_code, kind(response), _status(made)) == (409, "conflict", "resolved")


@pytest.mark.parametrize("verb", ["retry", "ignore"])
@pytest.mark.parametrize("who", ["bob", "stranger"])
def test_nobody_moves_what_they_cannot_see(world: World, made: Issue, who: str, verb: str) -> None:
    body = {"reason": "Spam"} if verb == "ignore" else {}
    response = getattr(world, who).post(f"issues/{made.pk}/{verb}/", body)
    assert (response.status_code, _status(made)) == (404, "open")


@pytest.mark.parametrize(("verb", "body"), [("retry", {}), ("ignore", {"reason": "Spam"})])
def test_the_same_key_is_the_same_order(world: World, made: Issue, verb: str, body: dict[str, str]) -> None:
    first = world.writer.post(f"issues/{made.pk}/{verb}/", body, key="k1")
    second = world.writer.post(f"issues/{made.pk}/{verb}/", body, key="k1")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["status"] == second.json()["status"] == {"retry": "retrying", "ignore": "ignored"}[verb]
    assert _verbs(made).count({"retry": "retried", "ignore": "ignored"}[verb]) == 1


def test_a_repeated_retry_does_not_try_again_what_failed_in_between(world: World) -> None:
    first = failure(world.acme, world.anns)
    (made,) = fail([first])
    world.writer.post(f"issues/{made.pk}/retry/", key="k1")
    fail([failure(world.acme, world.anns, subject_key=first.subject_key)])
    response = world.writer.post(f"issues/{made.pk}/retry/", key="k1")
    assert (response.status_code, response.json()["status"]) == (200, "open")


def test_a_repeated_retry_is_no_conflict_after_the_issue_was_resolved(world: World, made: Issue) -> None:
    world.writer.post(f"issues/{made.pk}/retry/", key="k1")
    rows = Issue.everywhere.filter(pk=made.pk)
    rows.update(status="resolved", resolution="synced", proof="02s1", resolved_at=clock.now())
    response = world.writer.post(f"issues/{made.pk}/retry/", key="k1")
    assert (response.status_code, response.json()["status"]) == (200, "resolved")


def test_an_order_with_a_key_is_finished_with_the_answer(world: World, made: Issue) -> None:
    world.writer.post(f"issues/{made.pk}/retry/", key="k1")
    operation = BulkOperation.everywhere.get()
    assert (operation.state, operation.total, operation.done) == ("finished", 1, 1)


def test_ignoring_again_with_a_key_takes_the_new_reason(world: World, made: Issue) -> None:
    world.writer.post(f"issues/{made.pk}/ignore/", {"reason": "Spam"}, key="k1")
    row = world.writer.post(f"issues/{made.pk}/ignore/", {"reason": "Private"}, key="k2").json()
    assert row["ignored"]["reason"] == "Private"


def test_a_key_does_not_wait_for_the_same_choice_that_is_under_way(world: World, made: Issue) -> None:
    world.writer.post("operations/", {"verb": "retry", "choice": {"ids": [made.pk]}})  # no worker runs here
    row = world.writer.post(f"issues/{made.pk}/retry/", key="k1").json()
    assert row["status"] == "retrying"


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        pytest.param("ignore", {"reason": "Private"}, id="another reason"),
        pytest.param("ignore", {"reason": "Spam", "until": "2999-01-01T00:00:00Z"}, id="another end"),
        pytest.param("retry", {}, id="another verb"),
    ],
)
def test_a_key_with_another_order_is_refused(world: World, made: Issue, verb: str, body: dict[str, str]) -> None:
    world.writer.post(f"issues/{made.pk}/ignore/", {"reason": "Spam"}, key="k1")
    response = world.writer.post(f"issues/{made.pk}/{verb}/", body, key="k1")
    assert (response.status_code, kind(response)) == (422, "idempotency-key-reused")
    assert Issue.everywhere.get(pk=made.pk).ignored_reason == "Spam"


def test_a_key_for_another_issue_is_refused(world: World, made: Issue) -> None:
    other = issue(world.acme, world.anns)
    world.writer.post(f"issues/{made.pk}/retry/", key="k1")
    response = world.writer.post(f"issues/{other.pk}/retry/", key="k1")
    assert (response.status_code, _status(other)) == (422, "open")


def test_two_clients_may_think_of_the_same_key(world: World, made: Issue) -> None:
    other = issue(world.acme, world.anns)
    world.writer.post(f"issues/{made.pk}/retry/", key="k1")
    assert world.ann.post(f"issues/{other.pk}/retry/", key="k1").json()["status"] == "retrying"


@pytest.mark.parametrize("key", ["x" * 201, "tab\there", "é"])
def test_a_key_that_is_none_is_refused(world: World, made: Issue, key: str) -> None:
    response = world.writer.post(f"issues/{made.pk}/retry/", key=key)
    assert (response.status_code, named(response), _status(made)) == (400, ["Idempotency-Key"], "open")


def test_a_key_may_have_200_characters(world: World, made: Issue) -> None:
    assert world.writer.post(f"issues/{made.pk}/retry/", key="x" * 200).status_code == 200


# -- What ends it that an issue is ignored


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, ("never", None)),
        ({"until": None, "until_failures": None, "until_change": False}, ("never", None)),
        ({"until_failures": 5}, ("failures", 5)),
        ({"until_change": True}, ("change", None)),
    ],
)
def test_ignore_says_what_ends_it(world: World, made: Issue, sent: dict[str, object], told: tuple[str, object]) -> None:
    row = world.writer.post(f"issues/{made.pk}/ignore/", {"reason": "Spam", **sent}).json()["ignored"]
    assert (row["end"], row["failures_left"]) == told


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"until_failures": 0}, ["/until_failures"]),
        ({"until_failures": 1001}, ["/until_failures"]),
        ({"until_failures": 2, "until_change": True}, ["/until_change", "/until_failures"]),
        ({"until": "2100-01-01T00:00:00Z", "until_change": True}, ["/until", "/until_change"]),
    ],
)
def test_an_end_that_makes_no_sense_is_refused(
    world: World, made: Issue, sent: dict[str, object], wrong: list[str]
) -> None:
    response = world.writer.post(f"issues/{made.pk}/ignore/", {"reason": "Spam", **sent})
    assert (response.status_code, sorted(named(response))) == (400, wrong)
    assert _status(made) == "open"


def test_the_same_key_with_another_end_is_another_order(world: World, made: Issue) -> None:
    world.writer.post(f"issues/{made.pk}/ignore/", {"reason": "Spam", "until_failures": 2}, key="k")
    again = world.writer.post(f"issues/{made.pk}/ignore/", {"reason": "Spam", "until_failures": 2}, key="k")
    other = world.writer.post(f"issues/{made.pk}/ignore/", {"reason": "Spam", "until_failures": 3}, key="k")
    assert (again.status_code, kind(other)) == (200, "idempotency-key-reused")


def test_an_operation_carries_the_end_to_every_issue(world: World, made: Issue) -> None:
    body = {"verb": "ignore", "choice": {"ids": [made.pk]}, "reason": "Spam", "until_change": True}
    operation = world.writer.post("operations/", body).json()
    assert operation["ending"] == "change"
    while not run_operation(operation["id"]):
        pass
    made.refresh_from_db()
    assert (made.status, made.ignored_end) == ("ignored", "change")


def test_a_retry_takes_no_end(world: World, made: Issue) -> None:
    body = {"verb": "retry", "choice": {"ids": [made.pk]}, "until_failures": 3, "until_change": True}
    assert sorted(named(world.writer.post("operations/", body))) == ["/until_change", "/until_failures"]


def test_wake_ends_it_at_once_and_says_who_did(world: World, made: Issue) -> None:
    world.writer.post(f"issues/{made.pk}/ignore/", {"reason": "Spam"})
    row = world.ann.post(f"issues/{made.pk}/wake/").json()
    assert (row["status"], row["ignored"], row["next_attempt_at"]) == ("open", None, None)
    assert Activity.everywhere.get(verb="woken").actor is not None


def test_wake_leaves_alone_what_is_not_ignored(world: World, made: Issue) -> None:
    assert world.writer.post(f"issues/{made.pk}/wake/").json()["status"] == "open"
    assert "woken" not in _verbs(made)


def test_wake_is_for_those_who_see_it_and_may_write(world: World, made: Issue) -> None:
    assert [api.post(f"issues/{made.pk}/wake/").status_code for api in (world.bob, world.reader)] == [404, 403]
