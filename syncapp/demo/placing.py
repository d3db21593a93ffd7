"""Puts the made world's events, tasks and contacts where they belong, through the control doors, and stirs them on
the second morning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from syncapp.demo.diaries import Booked, Diaries, Listed, Placed, Touched
from syncapp.demo.doors import Doors
from syncapp.demo.placing_contacts import place_contacts, stir_contacts

Ids = Mapping[str, str]


def place(doors: Doors, diaries: Diaries) -> None:
    """Everything of the first day. The accounts, contacts and users are there already."""
    for placed in diaries.placed:
        _place(doors, placed)
    for sent in diaries.sent:
        for colleague in sent.boxes:
            doors.google("event-file", account=colleague.address, text=sent.text)
    ids = _ids(doors)
    doors.salesforce("create-many", object="Event", records=[_record(booked, ids) for booked in diaries.booked])
    doors.salesforce("create-many", object="Task", records=[_record(entered, ids) for entered in diaries.entered])
    _list(doors, diaries.listed)
    place_contacts(doors, diaries, ids)


def _list(doors: Doors, listed: Sequence[Listed]) -> None:
    books: dict[tuple[str, str], str] = {}
    for each in listed:
        account, where = each.owner.address, {}
        if each.book:
            if (account, each.book) not in books:
                books[account, each.book] = doors.google("task-list", account=account, title=each.book)["id"]
            where = {"list": books[account, each.book]}
        doors.google("task", account=account, task=each.body, **where)


def _place(doors: Doors, placed: Placed) -> None:
    event_id = doors.google("event", account=placed.owner.address, event=placed.body)["id"]
    for touched in placed.touched:
        named = {"account": placed.owner.address, "id": _occurrence(event_id, touched)}
        if touched.patch:
            doors.google("change-event", **named, event=touched.patch)
        else:
            doors.google("delete-event", **named)


def _occurrence(event_id: str, touched: Touched) -> str:
    return f"{event_id}_{touched.original.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _ids(doors: Doors) -> Ids:
    """Users by login, contacts by address, accounts by name."""
    records = doors.salesforce("snapshot")["records"]
    users = {row["Username"]: row["Id"] for row in records["User"]}
    contacts = {row["Email"]: row["Id"] for row in records["Contact"]}
    return users | contacts | {row["Name"]: row["Id"] for row in records["Account"]}


def _record(booked: Booked, ids: Ids) -> Mapping[str, Any]:
    links = {name: ids[key] for name, key in (("WhoId", booked.who), ("WhatId", booked.what)) if key}
    return {**booked.fields, "OwnerId": ids[booked.owner.user], **links}


# -- The second morning: people change, move and call off on either side


def stir(doors: Doors, diaries: Diaries) -> None:
    """Two events move and one is called off in the calendars, and as many in Salesforce."""
    for calendar, event in in_calendars(doors, diaries.titles("moved-there")):
        later = {side: _later(event[side]) for side in ("start", "end")}
        doors.google("change-event", account=calendar, id=event["id"], event=later)
    for calendar, event in in_calendars(doors, diaries.titles("called-off-there")):
        doors.google("delete-event", account=calendar, id=event["id"])
    for row in in_salesforce(doors, diaries.titles("moved-here")):
        fields = {"Subject": f"{row['Subject']}, moved", "DurationInMinutes": 30, "EndDateTime": None}
        doors.salesforce("update", id=row["Id"], fields=fields)
    for row in in_salesforce(doors, diaries.titles("called-off-here")):
        doors.salesforce("delete", id=row["Id"])
    _stir_tasks(doors, diaries)
    stir_contacts(doors, diaries)


def _stir_tasks(doors: Doors, diaries: Diaries) -> None:
    """On either side one is done, one is renamed and one is thrown away; how far one has come is nobody else's."""
    for account, task in in_lists(doors, diaries.titles("done-there")):
        doors.google("change-task", account=account, id=task["id"], task={"status": "completed"})
    for account, task in in_lists(doors, diaries.titles("renamed-there")):
        doors.google("change-task", account=account, id=task["id"], task={"title": f"{task['title']}, soon"})
    for account, task in in_lists(doors, diaries.titles("dropped-there")):
        doors.google("delete-task", account=account, id=task["id"])
    for row in in_salesforce(doors, diaries.titles("done-here"), "Task"):
        doors.salesforce("update", id=row["Id"], fields={"Status": "Completed"})
    for row in in_salesforce(doors, diaries.titles("renamed-here"), "Task"):
        doors.salesforce("update", id=row["Id"], fields={"Subject": f"{row['Subject']}, soon"})
    for row in in_salesforce(doors, diaries.titles("under-way"), "Task"):
        doors.salesforce("update", id=row["Id"], fields={"Status": "In Progress"})
    for row in in_salesforce(doors, diaries.titles("dropped-here"), "Task"):
        doors.salesforce("delete", id=row["Id"])


def _later(side: Mapping[str, str]) -> dict[str, str]:
    """The same wall clock on the next day; the zone of the answer is the calendar's own."""
    at = datetime.fromisoformat(side["dateTime"]).replace(tzinfo=None) + timedelta(days=1)
    return {"dateTime": at.isoformat(), "timeZone": side["timeZone"]}


def in_calendars(doors: Doors, titles: list[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(calendar, event) of the organizers' events with these titles."""
    for calendar_id, calendar in doors.google("snapshot")["calendars"].items():
        for event in calendar["events"]:
            if event.get("summary") in titles and event["organizer"]["email"] == calendar_id:
                yield calendar_id, event


def in_lists(doors: Doors, titles: list[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(account, task) of the tasks with these titles."""
    for account, books in doors.google("snapshot")["tasks"].items():
        for task in (task for book in books for task in book["tasks"]):
            if task.get("title") in titles and not task.get("deleted"):
                yield account, task


def in_salesforce(doors: Doors, titles: list[str], sobject: str = "Event") -> list[Mapping[str, Any]]:
    """The records with these subjects that stand for themselves."""
    rows = doors.salesforce("snapshot")["records"][sobject]
    return [row for row in rows if row["Subject"] in titles and not row["IsDeleted"] and not row.get("IsChild")]
