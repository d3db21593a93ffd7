"""Who is invited to an event, and what it is about where activities are shared."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.simulators.salesforce.bench import MADE, Bench


def copies(b: Bench) -> list[Any]:
    return [row for row in b.rows("Event") if row["IsChild"]]


def relations(b: Bench) -> list[tuple[Any, ...]]:
    """(whom, invitee, parent, what) of all relations."""
    return [(r["RelationId"], r["IsInvitee"], r["IsParent"], r["IsWhat"]) for r in b.rows("EventRelation")]


def share(b: Bench, *, on: bool = True) -> None:
    b.control("activities", shared=on)


# -- invitations


def test_a_contact_is_invited_without_a_copy(bench: Bench) -> None:
    event = bench.make("Event")
    bench.invite(event, bench.make("Contact"))
    assert copies(bench) == []
    assert (bench.row(event)["IsGroupEvent"], bench.row(event)["GroupEventType"]) == (True, "1")


def test_a_room_can_be_invited(bench: Bench) -> None:
    room = bench.make("Calendar", Name="Room 1")
    bench.invite(bench.make("Event"), room)
    (found,) = bench.sf.query("SELECT Relation.Name, Status FROM EventRelation")["records"]
    assert (found["Relation"]["Name"], found["Status"]) == ("Room 1", "New")


def test_an_invited_user_gets_a_copy_without_our_key(bench: Bench) -> None:
    guest = bench.user("guest")
    event = bench.event(Syncapp_Key__c="k1", Syncapp_Version__c=3, Subject="Board")["id"]
    bench.invite(event, guest)
    (copy,) = copies(bench)
    assert (copy["OwnerId"], copy["Subject"], copy["StartDateTime"]) == (
        guest,
        "Board",
        bench.row(event)["StartDateTime"],
    )
    assert (copy["Syncapp_Key__c"], copy["Syncapp_Version__c"]) == (None, None)


def test_a_copy_follows_its_event(bench: Bench) -> None:
    event = bench.make("Event")
    bench.invite(event, bench.user("guest"))
    bench.sf.Event.update(event, {"StartDateTime": "2026-12-05T10:00:00Z", "Location": "Room 1"})
    (copy,) = copies(bench)
    assert (copy["StartDateTime"], copy["Location"]) == ("2026-12-05T10:00:00.000+0000", "Room 1")


def test_a_change_that_a_copy_does_not_show_leaves_it_alone(bench: Bench) -> None:
    event = bench.make("Event")
    bench.invite(event, bench.user("guest"))
    before = copies(bench)
    bench.sim.timeline.move_to(60)
    bench.sf.Event.update(event, {"Syncapp_Version__c": 7})
    assert copies(bench) == before


@pytest.mark.parametrize("how", ["declined", "uninvited", "cancelled"])
def test_a_copy_goes_with_its_reason(bench: Bench, how: str) -> None:
    event = bench.make("Event")
    relation = bench.invite(event, bench.user("guest"))["id"]
    {
        "declined": lambda: bench.sf.EventRelation.update(relation, {"Status": "Declined"}),
        "uninvited": lambda: bench.sf.EventRelation.delete(relation),
        "cancelled": lambda: bench.sf.Event.delete(event),
    }[how]()
    assert copies(bench) == []


def test_a_deleted_event_takes_relations_and_copies_along_and_brings_them_back(bench: Bench) -> None:
    event = bench.make("Event")
    bench.invite(event, bench.user("guest"))
    bench.invite(event, bench.make("Contact"))
    bench.sf.Event.delete(event)
    gone = (bench.rows("EventRelation"), bench.rows("Event"))
    bench.control("undelete", id=event)
    assert gone == ([], [])
    assert (len(bench.rows("EventRelation")), len(copies(bench))) == (2, 1)


def test_the_last_invitee_takes_the_group_along(bench: Bench) -> None:
    event = bench.make("Event")
    relation = bench.invite(event, bench.make("Contact"))["id"]
    bench.sf.EventRelation.delete(relation)
    assert (bench.row(event)["IsGroupEvent"], bench.row(event)["GroupEventType"]) == (False, "0")


@pytest.mark.parametrize(("status", "told"), [("Accepted", True), ("Declined", True), ("Maybe", False)])
def test_an_answer_has_its_time(bench: Bench, status: str, told: bool) -> None:
    relation = bench.invite(bench.make("Event"), bench.make("Contact"))["id"]
    bench.sf.EventRelation.update(relation, {"Status": status})
    assert (bench.row(relation)["RespondedDate"] is not None) is told


def test_an_event_says_when_its_first_invitee_came(bench: Bench) -> None:
    event = bench.make("Event")
    before = bench.row(event)
    bench.sim.timeline.move_to(60)
    bench.invite(event, bench.make("Contact"))
    after = bench.row(event)
    assert after["SystemModstamp"] > before["SystemModstamp"]
    assert after["LastModifiedDate"] == before["LastModifiedDate"]


def test_a_deleted_contact_takes_its_invitations_along(bench: Bench) -> None:
    contact = bench.make("Contact")
    bench.invite(bench.make("Event"), contact)
    bench.control("delete", id=contact)
    assert (bench.rows("EventRelation"), len(bench.rows("Event"))) == ([], 1)


def test_relations_can_be_created_in_a_collection_with_their_event(bench: Bench) -> None:
    event, contact = bench.make("Event"), bench.make("Contact")
    kind = {"attributes": {"type": "EventRelation"}}
    results = bench.collection(
        {**kind, "EventId": event, "RelationId": contact}, {**kind, "EventId": event, "RelationId": contact}
    )
    assert [(r["success"], [e["statusCode"] for e in r["errors"]]) for r in results] == [
        (True, []),
        (False, ["DUPLICATE_VALUE"]),
    ]


def test_the_pattern_of_a_series_stays_one_when_somebody_is_invited(bench: Bench) -> None:
    pattern = bench.control("series", fields=MADE["Event"], count=1)["pattern"]
    bench.invite(pattern, bench.make("Contact"))
    assert (bench.row(pattern)["GroupEventType"], bench.row(pattern)["IsGroupEvent"]) == ("3", True)


def test_the_door_can_make_half_a_relation(bench: Bench) -> None:
    made = bench.control("create", object="EventRelation", fields={})["id"]
    assert bench.row(made)["EventId"] is None


# -- Shared Activities


def test_who_and_what_of_an_event_become_relations(bench: Bench) -> None:
    share(bench)
    contact, account = bench.make("Contact"), bench.make("Account")
    bench.event(WhoId=contact, WhatId=account)
    assert relations(bench) == [(contact, False, True, False), (account, False, True, True)]


def test_another_who_replaces_the_relation(bench: Bench) -> None:
    share(bench)
    first, second = bench.make("Contact"), bench.make("Contact")
    event = bench.event(WhoId=first)["id"]
    bench.sf.Event.update(event, {"WhoId": second})
    assert relations(bench) == [(second, False, True, False)]


def test_a_person_whom_the_event_is_about_stays_invited(bench: Bench) -> None:
    share(bench)
    contact = bench.make("Contact")
    event = bench.event(WhoId=contact)["id"]
    (relation,) = bench.rows("EventRelation")
    bench.sf.EventRelation.update(relation["Id"], {"IsInvitee": True})
    bench.sf.Event.update(event, {"WhoId": None})
    assert relations(bench) == [(contact, True, False, False)]


@pytest.mark.parametrize(
    ("kind", "roles"), [("Contact", (True, False, False)), ("Account", (False, True, True))], ids=["person", "thing"]
)
def test_a_relation_that_says_nothing_gets_its_role(bench: Bench, kind: str, roles: tuple[bool, ...]) -> None:
    share(bench)
    record = bench.make(kind)
    bench.invite(bench.make("Event"), record)
    assert relations(bench) == [(record, *roles)]


def test_a_relation_to_a_thing_is_what_the_event_is_about(bench: Bench) -> None:
    share(bench)
    event, account = bench.make("Event"), bench.make("Account")
    bench.invite(event, account)
    assert bench.row(event)["WhatId"] == account


def test_the_next_contact_follows_the_one_that_goes(bench: Bench) -> None:
    share(bench)
    first, second = bench.make("Contact"), bench.make("Contact")
    event = bench.event(WhoId=first)["id"]
    bench.invite(event, second, IsParent=True)
    (relation,) = (row for row in bench.rows("EventRelation") if row["RelationId"] == first)
    bench.sf.EventRelation.delete(relation["Id"])
    assert bench.row(event)["WhoId"] == second


def test_a_contact_and_a_thing_go_together(bench: Bench) -> None:
    share(bench)
    event = bench.event(WhoId=bench.make("Contact"))["id"]
    account = bench.make("Account")
    bench.invite(event, account)
    assert bench.row(event)["WhatId"] == account


def test_switching_off_leaves_mere_invitations_as_they_are(bench: Bench) -> None:
    share(bench)
    bench.invite(bench.make("Event"), bench.make("Contact"))
    before = bench.rows("EventRelation")
    bench.sim.timeline.move_to(60)
    share(bench, on=False)
    assert bench.rows("EventRelation") == before


def test_switching_on_makes_the_relations_and_switching_off_drops_them(bench: Bench) -> None:
    contact, guest = bench.make("Contact"), bench.make("Contact")
    event = bench.make("Event", WhoId=contact)
    bench.invite(event, guest)
    share(bench)
    with_parent = sorted(relations(bench))
    share(bench, on=False)
    assert with_parent == [(contact, False, True, False), (guest, True, False, False)]
    assert relations(bench) == [(guest, True, False, False)]
    assert bench.row(event)["WhoId"] == contact


def test_the_roles_are_told_where_activities_are_shared_only(bench: Bench) -> None:
    told = []
    for on in (False, True):
        share(bench, on=on)
        names = {f["name"]: f for f in bench.sf.EventRelation.describe()["fields"]}
        told.append(("IsParent" in names, "Account" in names["RelationId"]["referenceTo"]))
    assert told == [(False, False), (True, True)]


def test_an_invitee_can_be_told_from_a_parent_in_a_query(bench: Bench) -> None:
    share(bench)
    contact, guest = bench.make("Contact"), bench.make("Contact")
    bench.invite(bench.event(WhoId=contact)["id"], guest)
    soql = "SELECT RelationId, Relation.Type FROM EventRelation WHERE IsInvitee = true"
    found = bench.sf.query(soql)["records"]
    assert [(r["RelationId"], r["Relation"]["Type"]) for r in found] == [(guest, "Contact")]
