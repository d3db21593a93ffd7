from __future__ import annotations

from email.headerregistry import HeaderRegistry
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.models import Verb
from notifications.matching import Line, Turn, key, message_id, turn

TURNS = {
    Verb.ISSUE_OPENED: Turn.OPENS,
    Verb.STOPPED: Turn.OPENS,
    Verb.RECOVERED: Turn.ENDS,
    Verb.CAUSE_OVER: Turn.FADES,
}


def line(verb: str = Verb.ISSUE_OPENED, scope: str = "item", cause: str = "c1", box: str = "") -> Line:
    return Line(verb=verb, scope=scope, cause=cause, mailbox_address=box)


@pytest.mark.parametrize("verb", list(Verb))
def test_what_each_verb_does_to_an_incident(verb: Verb) -> None:
    assert turn(line(verb)) is TURNS.get(verb, Turn.NOTHING)


def test_a_verb_that_nobody_knows_does_nothing() -> None:
    assert turn(line("painted_green")) is Turn.NOTHING


def test_items_of_one_cause_share_an_incident_in_all_mailboxes() -> None:
    assert key(line(box="a@x.example")) == key(line(box="b@x.example"))


def test_items_of_two_causes_do_not() -> None:
    assert key(line(cause="c1")) != key(line(cause="c2"))


def test_the_end_of_a_cause_finds_what_its_items_opened() -> None:
    assert key(line(Verb.CAUSE_OVER, scope="")) == key(line())


@pytest.mark.parametrize("scope", ["mailbox", "organization"])
def test_a_recovery_finds_what_the_stop_opened(scope: str) -> None:
    stopped = line(Verb.STOPPED, scope, cause="c1", box="a@x.example")
    works = line(Verb.RECOVERED, scope, cause="", box="a@x.example")
    assert key(stopped) == key(works)


def test_two_stopped_mailboxes_are_two_incidents() -> None:
    assert key(line(Verb.STOPPED, "mailbox", box="a@x.example")) != key(
        line(Verb.STOPPED, "mailbox", box="b@x.example")
    )


def test_an_organization_has_one_incident_whatever_stopped_it() -> None:
    assert key(line(Verb.STOPPED, "organization", "c1")) == key(line(Verb.STOPPED, "organization", "c2"))


def test_the_three_sorts_of_incident_never_share_a_key() -> None:
    stops = {key(line(Verb.STOPPED, scope, cause="x", box="x")) for scope in ("mailbox", "organization")}
    assert len(stops | {key(line(cause="x", box="x"))}) == 3


@pytest.mark.parametrize("scope", ["mailbox", "organization"])
def test_what_stops_nothing_is_told_by_its_cause(scope: str) -> None:
    warned = line(Verb.ISSUE_OPENED, scope, cause="c1")
    assert key(warned) == key(line(Verb.CAUSE_OVER, "", cause="c1")) != key(line(Verb.STOPPED, scope))


# -- Message-IDs

PARTS = ("acme", "cause:c1", 1, "opened", "admin@acme.example", "syncapp.example")


def test_every_attempt_at_a_mail_carries_the_same_message_id() -> None:
    assert message_id(*PARTS) == message_id(*PARTS)


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, "other"), (1, "cause:c2"), (2, 2), (3, "recovered"), (4, "boss@acme.example"), (5, "other.example")],
)
def test_another_mail_carries_another(place: int, value: str | int) -> None:
    other = list(PARTS)
    other[place] = value
    assert message_id(*other) != message_id(*PARTS)  # type: ignore[arg-type]  # a table of arguments


def test_capitals_in_an_address_make_no_second_mail() -> None:
    assert message_id(*PARTS[:4], "Admin@Acme.example", PARTS[5]) == message_id(*PARTS)


@given(st.text(), st.text(), st.integers(1, 99), st.text(), st.text())
def test_a_message_id_is_a_valid_one_whatever_it_is_made_of(
    organization: str, incident: str, ordinal: int, kind: str, address: str
) -> None:
    value = message_id(organization, incident, ordinal, kind, address, "syncapp.example")
    assert not HeaderRegistry()("Message-ID", value).defects


def test_parts_that_run_together_alike_are_still_told_apart() -> None:
    ids = {message_id(a, b, 1, "opened", "x@x.example", "d") for a, b in product(("a", "ab"), ("bc", "c"))}
    assert len(ids) == 4
