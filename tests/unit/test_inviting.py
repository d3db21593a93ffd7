"""What a new event is about; whom it is related to is in the tests of events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.errors import Failure
from connectors.records import Address, Attendee, Event, Invitee, Person, PersonKind, Response
from connectors.relations import Opportunity, OpportunityRule
from syncapp.engine.house import House
from syncapp.engine.inviting import NOBODY, Guests, guests
from syncapp.engine.matching import looked_up
from tests.builders import contact, event, task

ANN, BOB = "ann@customer.example", "bob@customer.example"
DEAL = Opportunity(id="006000000000001AAA", name="Deal", changed_at=datetime(2026, 11, 1, tzinfo=UTC))
OTHER = replace(DEAL, id="006000000000002AAA")
LEAD = Person(kind=PersonKind.LEAD, id="00Q000000000001AAA", email=BOB)
ACME = Person(kind=PersonKind.ACCOUNT, id="001000000000001AAA", email="@customer.example", name="Acme")
HERS = replace(contact(ANN, account_id="001000000000009AAA"), opportunities=(DEAL,))


def house() -> House:
    return House(
        domains=frozenset({"ours.example"}),
        no_match="log",
        secret="ab" * 32,
        account_fields=("Website",),
        opportunity_rule=OpportunityRule.ROLE,
    )


def meeting(*addresses: str) -> Event:
    return event(attendees=tuple(Attendee(address=Address(email=each)) for each in addresses))


def told(of: Event, *people: Person, new: bool = True) -> Guests | Failure:
    found = {asked: tuple(p for p in people if p.email == asked) for asked in looked_up(of, house())}
    return guests(of, house(), found, new=new)


def about(of: Event, *people: Person, new: bool = True) -> str:
    found = told(of, *people, new=new)
    assert isinstance(found, Guests), found
    return found.about_id


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ((HERS,), DEAL.id),
        ((HERS, LEAD), DEAL.id),
        ((replace(HERS, opportunities=()),), ""),  # the account comes with the contact
        ((LEAD,), ""),
        ((LEAD, ACME), ""),  # a lead stands beside nothing
        ((ACME,), ACME.id),
        ((), ""),
    ],
)
def test_a_new_event_is_about_an_opportunity_or_the_account_of_strangers(
    people: tuple[Person, ...], expected: str
) -> None:
    assert about(meeting(ANN, BOB), *people) == expected


def test_one_that_is_there_stays_about_what_it_is() -> None:
    assert told(meeting(ANN), HERS, new=False) == Guests(invitees=(Invitee(kind=PersonKind.CONTACT, id=HERS.id),))


@pytest.mark.parametrize("new", [True, False])
def test_several_opportunities_are_asked_about_once_it_is_made(new: bool) -> None:
    found = told(meeting(ANN), replace(HERS, opportunities=(DEAL, OTHER)), new=new)
    assert isinstance(found, Failure) is new


def test_whose_an_address_is_is_asked_first() -> None:
    twin = replace(HERS, id="003000000000002AAA")
    found = told(meeting(ANN), HERS, twin)
    assert isinstance(found, Failure)
    assert found.code == "engine.AMBIGUOUS_MATCH"


def test_whoever_invites_comes() -> None:
    comes = Invitee(kind=PersonKind.CONTACT, id=HERS.id, response=Response.ACCEPTED)
    assert told(event(organizer=Address(email=ANN)), HERS) == Guests(invitees=(comes,), about_id=DEAL.id)


def test_a_task_is_related_to_nobody() -> None:
    assert guests(task(), house(), {}, new=True) == NOBODY
    assert looked_up(task(), house()) == []
