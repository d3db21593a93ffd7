"""The flows of `bench calls`: to how many mailboxes the items go, and which calls are a flow's own."""

from __future__ import annotations

import pytest

from syncapp.bench.flows import FLOWS, ROOM, Flow

BY_NAME = {flow.name: flow for flow in FLOWS}
PERSONAL = [flow for flow in FLOWS if flow.room]


@pytest.mark.parametrize("flow", PERSONAL, ids=lambda flow: flow.name)
@pytest.mark.parametrize(
    ("size", "shares"),
    [
        (1, [1]),
        (ROOM, [ROOM]),
        (ROOM + 1, [ROOM, 1]),
        (100_000, [18_000, 18_000, 18_000, 18_000, 18_000, 10_000]),
    ],
)
def test_no_mailbox_has_more_contacts_or_tasks_than_google_has_room_for(
    flow: Flow, size: int, shares: list[int]
) -> None:
    assert flow.shares(size) == shares


@pytest.mark.parametrize("name", ["gmail", "calendar", "salesforce-calendar"])
def test_messages_and_events_are_all_one_mailbox_s(name: str) -> None:
    assert BY_NAME[name].shares(100_000) == [100_000]


def test_a_fifth_as_many_people_take_part_in_messages_and_events_and_none_in_the_rest() -> None:
    told = {flow.name: [flow.people(size) for size in (1, 4, 100)] for flow in FLOWS}
    assert told == {flow.name: [0, 0, 0] if flow.room else [1, 1, 20] for flow in FLOWS}


@pytest.mark.parametrize(
    ("name", "operation", "path", "counts"),
    [
        ("gmail", "history.list", "/gmail/v1/users/me/history", True),
        ("gmail", "batch", "/batch/gmail/v1", True),
        ("gmail", "events.list", "/calendar/v3/calendars/primary/events", False),
        ("gmail", "query", "/services/data/v67.0/query", True),
        ("gmail", "token", "/token", False),
        ("gmail", "describe", "/services/data/v67.0/sobjects/Contact/describe", False),
        ("people", "history.list", "/gmail/v1/users/me/history", False),
        ("people", "contactGroups.list", "/v1/contactGroups", True),
        ("people", "people.connections.list", "/v1/people/me/connections", True),
        ("tasks", "tasks.list", "/tasks/v1/lists/a/tasks", True),
        ("tasks", "batch", "/batch/gmail/v1", False),
    ],
)
def test_a_call_is_the_flow_s_own_unless_it_is_of_another_resource_or_for_many_runs(
    name: str, operation: str, path: str, counts: bool
) -> None:
    assert BY_NAME[name].counts({"operation": operation, "path": path}) is counts
