"""Changes only to what the client has seen: `ETag`, `If-None-Match`, `If-Match`."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from connectors.models import Activity, Mailbox, Organization
from issues.models import BulkOperation, Issue
from issues.services import retry
from tests.integration.api.conftest import World
from tests.integration.api.world import issue, kind, named

IGNORE = {"reason": "Spam"}
Make = Callable[[World], str]


def _issue(world: World) -> str:
    asks = {"fields": {}, "choices": ["crm", "mailbox"]}
    return f"issues/{issue(world.acme, world.anns, evidence=asks).pk}/"


def _order(world: World) -> str:
    for _ in range(3):
        issue(world.acme, world.anns)
    made = world.writer.post("operations/", {"verb": "retry", "choice": {"all": True}}).json()
    BulkOperation.everywhere.filter(pk=made["id"]).update(state="running")
    return f"operations/{made['id']}/"


def _set_aside(world: World) -> str:
    path = _issue(world)
    assert world.writer.post(f"{path}ignore/", IGNORE).status_code == 200
    return path


# What has a state that can be changed: (its address, what is sent, the body)
CHANGES: dict[str, tuple[Make, str, Any]] = {
    "issue, retry": (_issue, "retry/", None),
    "issue, ignore": (_issue, "ignore/", IGNORE),
    "issue, wake": (_set_aside, "wake/", None),
    "issue, decide": (_issue, "decide/", {"choice": "crm"}),
    "order, pause": (_order, "pause/", None),
    "order, cancel": (_order, "cancel/", None),
    "mailbox, pause": (lambda world: f"mailboxes/{world.anns.pk}/", "pause/", None),
    "mailbox, reset": (lambda world: f"mailboxes/{world.anns.pk}/", "reset/", None),
    "organization, pause": (lambda _: "organizations/acme/", "pause/", None),
}


def disturb(world: World) -> None:
    """Something of everything changes."""
    Issue.everywhere.update(failures=7)
    BulkOperation.everywhere.update(done=1)
    Mailbox.everywhere.update(failed_runs=3)
    Organization.everywhere.update(name="Acme and sons")


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_what_was_seen_is_made_and_told_with_the_next_tag(world: World, name: str) -> None:
    make, verb, body = CHANGES[name]
    path = make(world)
    seen = world.writer.get(path)["ETag"]
    answer = world.writer.post(f"{path}{verb}", body, **{"If-Match": seen})
    assert answer.status_code == 200, answer.content
    after = world.writer.get(path)
    assert (answer["ETag"], answer.json()) == (after["ETag"], after.json())
    assert answer["ETag"] != seen or verb == "reset/"  # a reset changes what stands behind


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_something_else_is_refused_and_nothing_is_done(world: World, name: str) -> None:
    make, verb, body = CHANGES[name]
    path = make(world)
    seen = world.writer.get(path)["ETag"]
    disturb(world)
    lines, now = Activity.everywhere.count(), world.writer.get(path).json()
    answer = world.writer.post(f"{path}{verb}", body, **{"If-Match": seen})
    assert (answer.status_code, kind(answer), named(answer)) == (412, "stale", ["If-Match"])
    assert "Look at it again" in answer.json()["detail"]
    assert (Activity.everywhere.count(), world.writer.get(path).json()) == (lines, now)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_without_the_header_is_made_as_things_stand(world: World, name: str) -> None:
    make, verb, body = CHANGES[name]
    path = make(world)
    disturb(world)
    assert world.writer.post(f"{path}{verb}", body).status_code == 200


@pytest.mark.parametrize("path", ["issues", "mailboxes", "organizations", "operations"])
def test_what_has_not_changed_is_not_sent_twice(world: World, path: str) -> None:
    makes: dict[str, Make] = {
        "issues": _issue,
        "operations": _order,
        "mailboxes": lambda _: f"mailboxes/{world.anns.pk}/",
        "organizations": lambda _: "organizations/acme/",
    }
    where = makes[path](world)
    first = world.reader.get(where)
    for known in (first["ETag"], f'"other", W/{first["ETag"]}', "*"):
        again = world.reader.get(where, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    disturb(world)
    changed = world.reader.get(where, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_a_failure_in_between_is_something_else(world: World) -> None:
    made = issue(world.acme, world.anns)
    seen = world.writer.get(f"issues/{made.pk}/")["ETag"]
    issue(world.acme, world.anns, subject_key=made.subject_key)
    assert world.writer.post(f"issues/{made.pk}/ignore/", IGNORE, **{"If-Match": seen}).status_code == 412


def test_a_repetition_with_its_key_is_no_change(world: World) -> None:
    path = _issue(world)
    headers = {"If-Match": world.writer.get(path)["ETag"]}
    assert world.writer.post(f"{path}retry/", key="k1", **headers).status_code == 200
    assert world.writer.post(f"{path}retry/", key="k1", **headers).status_code == 200
    assert world.writer.post(f"{path}retry/", key="k2", **headers).status_code == 412


def test_a_repetition_for_a_mailbox_with_its_key_is_no_change(world: World) -> None:
    path = f"mailboxes/{world.anns.pk}/"
    headers = {"If-Match": world.writer.get(path)["ETag"]}
    for _ in range(2):
        assert world.writer.post(f"{path}pause/", key="k1", **headers).status_code == 200


def test_a_refused_order_leaves_its_key_free(world: World) -> None:
    path = f"mailboxes/{world.anns.pk}/"
    assert world.writer.post(f"{path}pause/", key="k1", **{"If-Match": '"old"'}).status_code == 412
    assert world.writer.post(f"{path}pause/", key="k1").json()["state"] == "paused"


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
def test_what_is_no_tag_is_refused_by_name(world: World, header: str) -> None:
    path = _issue(world)
    if header == "If-Match":
        answer = world.writer.post(f"{path}retry/", **{header: "abc"})
    else:
        answer = world.writer.get(path, headers={header: "abc"})
    assert (answer.status_code, named(answer)) == (400, [header])


def test_the_tag_of_another_viewer_is_another_one_where_they_see_something_else(world: World) -> None:
    Organization.everywhere.update(names_items_to_admins=False)
    path = _issue(world)
    assert world.ann.get(path)["ETag"] != world.reader.get(path)["ETag"]


def test_it_cannot_be_used_to_learn_of_what_one_may_not_see(world: World) -> None:
    path = _issue(world)
    assert world.bob.post(f"{path}retry/", **{"If-Match": "*"}).status_code == 404
    assert world.reader.post(f"{path}retry/", **{"If-Match": "*"}).status_code == 403


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite in memory takes one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_saw_the_same_one_is_refused(world: World) -> None:
    path = _issue(world)
    seen = world.writer.get(path)["ETag"]
    start = Barrier(2)
    statuses: list[int] = []

    def change() -> None:
        try:
            start.wait()
            statuses.append(world.writer.post(f"{path}ignore/", IGNORE, **{"If-Match": seen}).status_code)
        finally:
            connection.close()

    threads = [Thread(target=change) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(statuses) == [200, 412]


def test_what_an_administrator_did_in_between_is_not_undone(world: World) -> None:
    made = issue(world.acme, world.anns)
    path = f"issues/{made.pk}/"
    seen = world.writer.get(path)["ETag"]
    retry(Issue.everywhere.filter(pk=made.pk))
    assert world.writer.post(f"{path}ignore/", IGNORE, **{"If-Match": seen}).status_code == 412
    assert Issue.everywhere.get().status == "retrying"
