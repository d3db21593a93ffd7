"""Verbs of the control door that change what is in the calendars, and what Calendar lets people do.

An event that is put, changed or deleted here is so by the calendar's owner, past every permission; what cannot be
an event at all is refused with Calendar's own sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.simulators.google.answers import ApiError
from connectors.simulators.google.arguments import Arguments, Verb
from connectors.simulators.google.calendar import files, meetings, writing
from connectors.simulators.google.calendar.limits import ANSWERS, PROJECT_MINUTE, USER_MINUTE
from connectors.simulators.google.calendar.store import DEFAULT_ZONE, ROLES, Calendar, Event
from connectors.simulators.google.calendar.times import zone
from connectors.simulators.google.calendar.writing import Hand
from connectors.simulators.google.content import from_base64url
from connectors.simulators.google.world import World


def _calendar(world: World, given: Arguments) -> dict[str, str]:
    """Makes a calendar beside the account's own."""
    owner, time_zone = world.account(given.text("account")).email, given.text("time_zone", DEFAULT_ZONE)
    if zone(time_zone) is None:
        raise ValueError(f"“{time_zone}” is no time zone")
    calendar_id = f"c_{world.calendars.new_id(32)}@group.calendar.google.com"
    return {"id": world.calendars.add(calendar_id, owner, given.text("summary"), zone=time_zone).id}


def _share(world: World, given: Arguments) -> dict[str, Any]:
    """Gives an account a role in a calendar; the role “none” takes it away."""
    calendar, email = _named(world, given.text("calendar")), world.account(given.text("account")).email
    role = given.choice("role", ("none", *ROLES), "reader")
    if role == "none" and email != calendar.owner:
        calendar.access.pop(email, None)
    elif role != "none":
        calendar.access[email] = role
    return {"access": dict(calendar.access)}


def _zone(world: World, given: Arguments) -> dict[str, Any]:
    if zone(given.text("time_zone")) is None:
        raise ValueError(f"“{given.text('time_zone')}” is no time zone")
    _own(world, given).time_zone = given.text("time_zone")
    return {}


def _event(world: World, given: Arguments) -> dict[str, str]:
    hand = _hand(world, given)
    return _placed(_said(lambda: writing.insert(hand, given.record("event"))))


def _event_file(world: World, given: Arguments) -> dict[str, Any]:
    """The events of a raw iCalendar file, in bytes or as a text; what in it is none is named and passed over."""
    raw = given.text("raw", "")
    loaded = files.put(world.calendars, _own(world, given), _read(raw) if raw else given.text("text"))
    return {
        "events": [_placed(event) for event in loaded.stored],
        "changed": [_placed(event) for event in loaded.changed],
        "altered": loaded.altered,
        "passed_over": loaded.passed_over,
    }


def _read(raw: str) -> str:
    """A calendar is UTF-8; what is not is read with a mark in the place of each wrong byte, as Google shows it."""
    try:
        return from_base64url(raw).decode("utf-8", "replace")
    except ValueError:
        raise ValueError("“raw” is the file in base64") from None


def _change_event(world: World, given: Arguments) -> dict[str, str]:
    hand, event = _found(world, given)
    return _placed(_said(lambda: writing.change(hand, event, given.record("event"), whole=False)))


def _delete_event(world: World, given: Arguments) -> dict[str, Any]:
    hand, event = _found(world, given)
    _said(lambda: writing.delete(hand, event))
    return {}


def _expire_sync_tokens(world: World, given: Arguments) -> dict[str, Any]:
    _own(world, given).expire_tokens()
    return {}


def _said(act: Callable[[], Any]) -> Any:
    """What Calendar refuses is a sentence of the door's."""
    try:
        return act()
    except ApiError as refusal:
        raise ValueError(refusal.message) from None


def _placed(event: Event) -> dict[str, str]:
    return {"id": event.id, "iCalUID": event.ical_uid}


def _named(world: World, calendar_id: str) -> Calendar:
    found = world.calendars.by_id.get(calendar_id)
    if found is None:
        raise ValueError(f"there is no calendar “{calendar_id}”")
    return found


def _own(world: World, given: Arguments) -> Calendar:
    """The calendar that is named, else the account's own."""
    return _named(world, given.text("calendar", "") or world.account(given.text("account")).email)


def _hand(world: World, given: Arguments) -> Hand:
    calendar = _own(world, given)
    return Hand(calendars=world.calendars, calendar=calendar, actor=calendar.owner, conferences=True)


def _found(world: World, given: Arguments) -> tuple[Hand, Event]:
    hand = _hand(world, given)
    event = meetings.found(hand.calendar, given.text("id"))
    if event is None:
        raise ValueError(f"there is no event “{given.text('id')}”")
    return hand, event


# -- Breaking and mending


def _service(*, on: bool) -> Verb:
    def switch(world: World, given: Arguments) -> dict[str, Any]:
        world.account(given.text("account")).calendar = on
        return {}

    return switch


def _api(*, on: bool) -> Verb:
    def switch(world: World, _: Arguments) -> dict[str, Any]:
        world.calendar_api_on = on
        return {}

    return switch


def _fill_quota(world: World, given: Arguments) -> dict[str, int]:
    email, quota = given.text("account", ""), world.calendar_quota
    who = world.account(email).email if email else ""
    if given.flag("until_mended"):
        quota.used_up[who] = given.choice("answer", ANSWERS, "user-minute" if who else "project-minute")
        return {"spent": quota.spent(who)}
    limit = USER_MINUTE if who else PROJECT_MINUTE
    quota.add(who, max(0, limit - quota.spent(who)))
    return {"spent": quota.spent(who)}


def _free_quota(world: World, given: Arguments) -> dict[str, Any]:
    email = given.text("account", "")
    world.calendar_quota.free(world.account(email).email if email else "")
    return {}


def _minutes(world: World, given: Arguments) -> dict[str, Any]:
    """A granted quota is larger than the usual one; without any, a benchmark counts calls and no waits."""
    world.calendar_quota.minutes = given.choice("limits", ("usual", "none"), "usual") == "usual"
    return {}


VERBS: dict[str, Verb] = {
    "calendar": _calendar,
    "share": _share,
    "calendar-zone": _zone,
    "event": _event,
    "event-file": _event_file,
    "change-event": _change_event,
    "delete-event": _delete_event,
    "expire-sync": _expire_sync_tokens,
    "calendar-off": _service(on=False),
    "calendar-on": _service(on=True),
    "no-calendar-api": _api(on=False),
    "calendar-api": _api(on=True),
    "fill-calendar": _fill_quota,
    "free-calendar": _free_quota,
    "calendar-minutes": _minutes,
}
