"""What an event is about: said when it is made, by the organization's rules, and left alone from then on."""

from __future__ import annotations

import pytest

from connectors.models import Organization
from connectors.records import Address, Attendee, Event, Person, PersonKind
from connectors.relations import Opportunity
from issues import services as issues
from issues.models import Issue
from tests.builders import WHEN, contact, event
from tests.driving import codes
from tests.integration.events.stage import Stage

ANN = "ann@customer.example"
ACME = "001000000000001AAA"
DEAL, OTHER = (Opportunity(id=f"00600000000000{n}AAA", name=f"Deal {n}", changed_at=WHEN) for n in (1, 2))


@pytest.fixture
def hers(stage: Stage) -> list[Opportunity]:
    """The open opportunities in which the one contact has a role."""
    Organization.everywhere.update(opportunity_rule="role")
    stage.crm.people.append(contact(ANN, account_id=ACME))
    return stage.crm.opportunities.setdefault(contact(ANN).id, [DEAL])


def meeting() -> Event:
    return event("Review", attendees=(Attendee(address=Address(email=ANN)),))


def about(stage: Stage) -> str:
    return stage.crm.events.living[stage.record.id].about_id


def test_a_new_event_is_about_the_opportunity(stage: Stage, hers: list[Opportunity]) -> None:
    stage.calendar.add(meeting())
    stage.run()
    assert (codes(), about(stage)) == ([], DEAL.id)


def test_it_stays_there_when_that_is_closed(stage: Stage, hers: list[Opportunity]) -> None:
    ref = stage.calendar.add(meeting())
    stage.run()
    hers[:] = [OTHER]
    stage.calendar.edit(ref, title="Review of prices")
    stage.run()
    assert (stage.titles(), about(stage)) == (["Review of prices"], DEAL.id)


def test_several_are_asked_about_and_a_pick_answers(stage: Stage, hers: list[Opportunity]) -> None:
    hers.append(OTHER)
    stage.calendar.add(meeting())
    stage.run()
    assert codes() == ["engine.AMBIGUOUS_OPPORTUNITY"]
    issues.decide(Issue.everywhere.get(), OTHER.id)
    stage.run()
    assert (codes(), about(stage)) == ([], OTHER.id)


def test_an_event_with_strangers_is_about_their_account(stage: Stage) -> None:
    Organization.everywhere.update(finds_accounts=True)
    acme = Person(kind=PersonKind.ACCOUNT, id=ACME, email="@customer.example", name="Acme")
    stage.crm.people.append(acme)
    stage.calendar.add(meeting())
    stage.run()
    assert (codes(), about(stage), stage.record.invitees) == ([], ACME, ())
