from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from connectors.records import Invitee, PersonKind, RecordWrite, Resource, Response, an_event
from connectors.salesforce.event_relations import Step, differences, first_person, invitees, strangers
from connectors.salesforce.ids import whole
from tests.builders import event


def id_of(prefix: str, number: int) -> str:
    return whole(f"{prefix}ak0{number:09d}")


ANN, BOB, CY = (id_of("003", n) for n in (1, 2, 3))
LEA = id_of("00Q", 1)
US, OWNER, COLLEAGUE, SELLER = (id_of("005", n) for n in (1, 2, 3, 4))
ACCOUNT, ROOM = id_of("001", 1), id_of("023", 1)
EVENT = id_of("00U", 1)
KINDS = {"003": PersonKind.CONTACT, "00Q": PersonKind.LEAD, "005": PersonKind.USER}


def invitee(person_id: str, response: Response = Response.NONE) -> Invitee:
    return Invitee(kind=KINDS[person_id[:3]], id=person_id, response=response)


def write(*invited: Invitee | str, owner: str = OWNER, busy: bool = True) -> RecordWrite:
    people = tuple(invitee(each) if isinstance(each, str) else each for each in invited)
    return RecordWrite(
        resource=Resource.EVENT,
        key="k",
        version=1,
        record=event(busy=busy),
        record_id=EVENT,
        owner_id=owner,
        invitees=people,
    )


def row(**more: Any) -> dict[str, Any]:
    return {"Id": EVENT, "WhoId": None, "WhatId": None, "OwnerId": OWNER, "ShowAs": "Busy"} | more


def related(person_id: str, by: str = US, status: str = "New") -> dict[str, Any]:
    return {"Id": f"0RE of {person_id}", "RelationId": person_id, "Status": status, "CreatedById": by}


def steps(
    of: RecordWrite, there: dict[str, Any], relations: Sequence[dict[str, Any]] = ()
) -> set[tuple[str, str, str]]:
    """(method, object, what is written) of each step."""
    return {told(step) for step in differences(of, an_event(of.record), there, relations, US)}


def told(step: Step) -> tuple[str, str, str]:
    values = {name: value for name, value in step.values.items() if name != "EventId"}
    return step.method, step.sobject, ", ".join(f"{name}={value}" for name, value in values.items())


def made(person_id: str, status: str = "New") -> tuple[str, str, str]:
    return "POST", "EventRelation", f"RelationId={person_id}, Status={status}"


def dropped(person_id: str) -> tuple[str, str, str]:
    return "DELETE", "EventRelation", f"Id=0RE of {person_id}"


def answered(person_id: str, status: str) -> tuple[str, str, str]:
    return "PATCH", "EventRelation", f"Id=0RE of {person_id}, Status={status}"


def about(person_id: str | None) -> tuple[str, str, str]:
    return "PATCH", "Event", f"Id={EVENT}, WhoId={person_id}"


CASES: dict[str, tuple[RecordWrite, dict[str, Any], list[dict[str, Any]], set[tuple[str, str, str]]]] = {
    "as it should be": (write(ANN, COLLEAGUE), row(WhoId=ANN), [related(ANN), related(COLLEAGUE)], set()),
    "nobody": (write(), row(), [], set()),
    "somebody new": (write(ANN, BOB), row(WhoId=ANN), [related(ANN)], {made(BOB)}),
    "the first person at all": (write(COLLEAGUE, ANN), row(), [related(COLLEAGUE)], {about(ANN), made(ANN)}),
    "somebody not invited any more": (
        write(ANN),
        row(WhoId=ANN),
        [related(ANN), related(BOB), related(COLLEAGUE)],
        {dropped(BOB), dropped(COLLEAGUE)},
    ),
    "the one it was about": (
        write(BOB),
        row(WhoId=ANN),
        [related(ANN), related(BOB)],
        {about(BOB), dropped(ANN)},
    ),
    "nobody is left": (write(), row(WhoId=ANN), [related(ANN)], {about(None), dropped(ANN)}),
    "whom a person added": (write(ANN), row(WhoId=ANN), [related(ANN), related(BOB, by=SELLER)], set()),
    "whom a person wrote it about": (write(ANN), row(WhoId=CY), [related(ANN)], set()),
    "of nobody, by a person's hand": (write(ANN), row(), [related(ANN)], set()),
    "an event that a person entered": (write(), row(WhoId=CY), [related(BOB, by=SELLER)], set()),
    "a room and an account stay": (write(), row(WhatId=ACCOUNT), [related(ROOM), related(ACCOUNT)], set()),
    "an answer": (
        write(invitee(ANN, Response.ACCEPTED), invitee(BOB, Response.TENTATIVE)),
        row(WhoId=ANN),
        [related(ANN), related(BOB, status="Declined")],
        {answered(ANN, "Accepted"), answered(BOB, "Maybe")},
    ),
    "no answer overwrites none": (write(ANN), row(WhoId=ANN), [related(ANN, status="Accepted")], set()),
    "the owner is no guest": (write(OWNER), row(), [], set()),
    "a lead beside an account": (write(LEA), row(WhatId=ACCOUNT), [], {made(LEA)}),
    "a contact beside an account": (write(LEA, ANN), row(WhatId=ACCOUNT), [], {about(ANN), made(LEA), made(ANN)}),
    "free by now": (write(busy=False), row(), [], {("PATCH", "Event", f"Id={EVENT}, ShowAs=Free")}),
    "busy by now": (write(), row(ShowAs="Free"), [], {("PATCH", "Event", f"Id={EVENT}, ShowAs=Busy")}),
    "busy in another way": (write(), row(ShowAs="OutOfOffice"), [], set()),
}


@pytest.mark.parametrize(("of", "there", "relations", "wanted"), CASES.values(), ids=list(CASES))
def test_what_an_event_still_lacks(
    of: RecordWrite, there: dict[str, Any], relations: list[dict[str, Any]], wanted: set[tuple[str, str, str]]
) -> None:
    assert steps(of, there, relations) == wanted


def test_ids_of_15_characters_are_the_same_people() -> None:
    assert steps(write(ANN[:15], owner=OWNER[:15]), row(WhoId=ANN), [related(ANN)]) == set()


def test_somebody_invited_twice_is_invited_once_with_the_first_answer() -> None:
    found = invitees(write(invitee(ANN, Response.ACCEPTED), invitee(ANN[:15])), OWNER)
    assert found == [invitee(ANN, Response.ACCEPTED)]


def test_people_keep_their_order() -> None:
    assert [each.id for each in invitees(write(BOB, COLLEAGUE, ANN), OWNER)] == [BOB, COLLEAGUE, ANN]


@pytest.mark.parametrize(
    ("invited", "with_leads", "found"),
    [((COLLEAGUE, LEA, ANN), True, LEA), ((COLLEAGUE, LEA, ANN), False, ANN), ((COLLEAGUE,), True, None)],
)
def test_an_event_is_about_the_first_contact_or_lead(
    invited: tuple[str, ...], with_leads: bool, found: str | None
) -> None:
    assert first_person([invitee(each) for each in invited], with_leads=with_leads) == found


@pytest.mark.parametrize(("relations", "found"), [([], False), ([related(ANN)], False), ([related(BOB)], True)])
def test_who_made_a_relation_matters_only_for_those_who_are_not_invited(
    relations: list[dict[str, Any]], found: bool
) -> None:
    assert strangers(write(ANN), relations) is found


def test_a_step_names_the_person_it_is_about() -> None:
    of = write(ANN)
    assert {step.person_id for step in differences(of, an_event(of.record), row(), [], US)} == {ANN}
