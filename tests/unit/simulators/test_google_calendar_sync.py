"""Whoever follows the sync tokens of the simulated Calendar knows what a full list knows, whatever happened."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.simulators.google import GoogleSimulator
from connectors.simulators.simulator import Request

ADA, BOB = "ada@example.com", "bob@example.com"
SCOPE = "https://www.googleapis.com/auth/calendar"
EVENTS = "/calendar/v3/calendars/primary/events"
HOURS = st.integers(8, 17)
State = dict[str, tuple[str, str]]


@dataclass
class Follower:
    """A client of one account that has a full list and then follows the tokens, one page of two at a time."""

    simulator: GoogleSimulator
    token: str
    single: bool
    cursor: str = ""
    state: State = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        request = Request(
            method=method,
            path=path,
            query={name: [value] for name, value in query.items()},
            headers={"authorization": f"Bearer {self.token}"},
            body=json.dumps(body).encode() if body is not None else b"",
        )
        reply, _ = self.simulator.serve(request)
        assert reply is not None
        return reply.status, json.loads(reply.body) if reply.body else None

    def pages(self, **query: str) -> list[dict[str, Any]]:
        found, more = [], dict(query)
        while True:
            status, answer = self.call("GET", EVENTS, singleEvents=str(self.single).lower(), **more)
            assert status == 200, answer
            found += answer["items"]
            if "nextPageToken" not in answer:
                self.cursor = answer["nextSyncToken"]
                return found
            more["pageToken"] = answer["nextPageToken"]

    def follow(self) -> None:
        query = {"maxResults": "2"} | ({"syncToken": self.cursor} if self.cursor else {})
        for item in self.pages(**query):
            if item["status"] == "cancelled":
                self.state.pop(item["id"], None)
            else:
                self.state[item["id"]] = _told(item)

    def full(self) -> State:
        cursor = self.cursor
        found = {item["id"]: _told(item) for item in self.pages() if item["status"] != "cancelled"}
        self.cursor = cursor
        return found


def _told(item: dict[str, Any]) -> tuple[str, str]:
    return item.get("summary", ""), json.dumps([item["start"], item["end"], item.get("recurrence")])


def _time(hour: int, day: int = 23) -> dict[str, str]:
    return {"dateTime": f"2026-11-{day:02}T{hour:02}:00:00", "timeZone": "Europe/Berlin"}


def _rule(count: int) -> list[str]:
    return [f"RRULE:FREQ=DAILY;COUNT={count}"]


SERIES = st.integers(2, 5)
OPERATIONS = st.one_of(
    st.tuples(st.just("single"), HOURS, st.booleans()),
    st.tuples(st.just("series"), SERIES, st.booleans()),
    st.tuples(st.just("rename"), st.integers(0, 9), HOURS),
    st.tuples(st.just("move"), st.integers(0, 9), HOURS),
    st.tuples(st.just("rule"), st.integers(0, 9), SERIES),
    st.tuples(st.just("delete"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("guest deletes"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("restore"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("follow"), st.just(0), st.just(0)),
)
DONE: Counter[str] = Counter()


class Stage:
    """Two accounts, each with two followers, and the events that are known by their ids."""

    def __init__(self) -> None:
        self.simulator = GoogleSimulator()
        tokens = {
            email: self.simulator.control("account", {"email": email, "scopes": [SCOPE]})["access_token"]
            for email in (ADA, BOB)
        }
        self.followers = [Follower(self.simulator, tokens[e], single) for e in (ADA, BOB) for single in (True, False)]
        self.ada, self.bob = self.followers[0], self.followers[2]
        self.series: set[str] = set()

    def carry_out(self, name: str, first: int, second: int) -> None:
        match name:
            case "single" | "series":
                self._insert(name, first, guest=bool(second))
            case "follow":
                for follower in self.followers:
                    follower.follow()
            case _:
                self._change(name, first, second)

    def _insert(self, name: str, first: int, *, guest: bool) -> None:
        hour = first if name == "single" else 9
        body: dict[str, Any] = {"summary": name, "start": _time(hour), "end": _time(hour + 1)}
        body |= {"recurrence": _rule(first)} if name == "series" else {}
        body |= {"attendees": [{"email": BOB}]} if guest else {}
        status, answer = self.ada.call("POST", EVENTS, body)
        assert status == 200
        if name == "series":
            self.series.add(answer["id"])
        DONE[name] += 1

    def _change(self, name: str, number: int, value: int) -> None:
        actor = self.bob if name == "guest deletes" else self.ada
        known = sorted(actor.simulator.world.calendars.by_id[BOB if actor is self.bob else ADA].events)
        known += [f"{one}_202611{day}T080000Z" for one in sorted(self.series) for day in (24, 25)]
        if not known:
            return
        event_id = known[number % len(known)]
        body = _change(name, value)
        if name == "rule" and event_id not in self.series:
            return  # a single event that becomes a series is another story
        if body is None:
            status, _ = actor.call("DELETE", f"{EVENTS}/{event_id}")
        else:
            status, _ = actor.call("PATCH", f"{EVENTS}/{event_id}", body)
        assert status in (200, 204, 400, 403, 404, 410)
        DONE[name] += status in (200, 204)


def _change(name: str, value: int) -> dict[str, Any] | None:
    match name:
        case "rename":
            return {"summary": f"{value}"}
        case "move":
            return {"start": _time(value, 24), "end": _time(value + 1, 24)}
        case "rule":
            return {"recurrence": _rule(value)}
        case "restore":
            return {"status": "confirmed"}
    return None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(OPERATIONS, min_size=3, max_size=14))
def _everybody_knows_what_a_full_list_knows(operations: list[tuple[str, int, int]]) -> None:
    stage = Stage()
    for operation in operations:
        stage.carry_out(*operation)
    for follower in stage.followers:
        follower.follow()
        assert follower.state == follower.full()


def test_whoever_follows_the_tokens_knows_what_a_full_list_knows() -> None:
    DONE.clear()
    _everybody_knows_what_a_full_list_knows()
    for name in ("single", "series", "rename", "move", "rule", "delete", "guest deletes", "restore"):
        assert DONE[name] > 0, f"{name} never came to pass"
