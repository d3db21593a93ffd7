"""What Calendar refuses of special kinds of events, and of changes to events that are there."""

from __future__ import annotations

from connectors.simulators.google.refusals.rows import CALENDAR, CALENDAR_ERRORS, GITHUB, rows

_OGCS = f"{GITHUB}phw198/OutlookGoogleCalendarSync/issues/"
_GAS = f"{GITHUB}derekantrican/GAS-ICS-Sync/issues/"
_EVENT = f"{CALENDAR}events"
_STATUS = "https://developers.google.com/workspace/calendar/api/guides/calendar-status"

KINDS = rows(
    ("event-kind", "invalid", "the event type party", "400 Invalid eventType value.", f"{_EVENT}#eventType"),
    (
        "event-kind-changed",
        "eventTypeRestriction",
        "patch of the event type",
        "400 The type of an event cannot be changed.",
        f"{_EVENT}#eventType",
    ),
    (
        "event-kind-properties",
        "malformedOutOfOfficeEvent",
        "outOfOfficeProperties of a default event",
        "400 outOfOfficeProperties requires an event type of outOfOffice, and vice versa.",
        f"{GITHUB}dust-tt/dust/pull/25311",
    ),
    (
        "event-kind-working-location-bare",
        "malformedWorkingLocationEvent",
        "a working location without one",
        "400 workingLocationProperties requires an event type of workingLocation, and vice versa.",
        f"{_OGCS}1817",
    ),
    (
        "event-kind-elsewhere",
        "eventTypeRestriction",
        "focus time on a calendar that is not the primary one",
        "400 Events of type focusTime can only be created on primary calendars.",
        _STATUS,
    ),
    (
        "event-kind-from-gmail",
        "eventTypeRestriction",
        "an event from Gmail",
        "400 Events of type fromGmail cannot be created.",
        f"{_EVENT}#eventType",
    ),
    (
        "event-kind-out-of-office-days",
        "malformedOutOfOfficeEvent",
        "out of office for whole days",
        "400 An event of type outOfOffice cannot be an all-day event.",
        _STATUS,
    ),
    (
        "event-kind-out-of-office-free",
        "malformedOutOfOfficeEvent",
        "out of office, and free",
        "400 An event of type outOfOffice cannot be transparent.",
        _STATUS,
    ),
    (
        "event-kind-focus-time-guests",
        "malformedFocusTimeEvent",
        "focus time with a guest",
        "400 An event of type focusTime cannot have attendees.",
        _STATUS,
    ),
    (
        "event-kind-working-location-days",
        "malformedWorkingLocationEvent",
        "a working location of two days",
        "400 An all-day working location event must be exactly one day long.",
        _STATUS,
    ),
    (
        "event-kind-birthday-days",
        "malformedBirthdayEvent",
        "a birthday of two days",
        "400 A birthday event must be an all-day event of exactly one day.",
        "https://developers.google.com/workspace/calendar/api/guides/birthday-events",
    ),
    (
        "event-kind-birthday-once",
        "malformedBirthdayEvent",
        "a birthday that does not recur",
        "400 A birthday event must recur every year.",
        "https://developers.google.com/workspace/calendar/api/guides/birthday-events",
    ),
)

_NOT_OURS = "403 Shared properties can only be changed by the organizer of the event."
_GUEST = f"{GITHUB}kewisch/gdata-provider/issues/"
CHANGES = rows(
    ("event-if-match-patch", "conditionNotMet", "patch with an old etag", "412 Precondition Failed", f"{_OGCS}528"),
    ("event-if-match-update", "conditionNotMet", "update with an old etag", "412 Precondition Failed", f"{_OGCS}528"),
    ("event-if-match-delete", "conditionNotMet", "delete with an old etag", "412 Precondition Failed", CALENDAR_ERRORS),
    ("event-deleted-again", "deleted", "delete of a deleted event", "410 Resource has been deleted", f"{_GAS}472"),
    (
        "event-occurrence-deleted-again",
        "deleted",
        "delete of a deleted occurrence",
        "410 Resource has been deleted",
        f"{_GAS}472",
    ),
    ("event-change-of-deleted", "forbidden", "patch of a deleted event", "403 Forbidden", f"{_OGCS}1145"),
    ("event-update-of-deleted", "forbidden", "update of a deleted event", "403 Forbidden", f"{_OGCS}1145"),
    (
        "event-occurrence-into-series",
        "invalid",
        "a rule for an occurrence",
        "400 Cannot turn an instance of a recurring event into a recurring event itself.",
        f"{_EVENT}#recurrence",
    ),
    ("event-guest-moves", "forbiddenForNonOrganizer", "a guest changes the time", _NOT_OURS, f"{_GUEST}426"),
    ("event-guest-renames", "forbiddenForNonOrganizer", "a guest changes the summary", _NOT_OURS, f"{_GUEST}366"),
    ("event-guest-updates", "forbiddenForNonOrganizer", "a guest updates a summary", _NOT_OURS, f"{_GUEST}274"),
    (
        "event-guest-moves-occurrence",
        "forbiddenForNonOrganizer",
        "a guest moves an occurrence",
        _NOT_OURS,
        f"{_GUEST}554",
    ),
    (
        "event-guest-removes-guest",
        "forbiddenForNonOrganizer",
        "a guest takes another off the list",
        _NOT_OURS,
        CALENDAR_ERRORS,
    ),
    (
        "event-guest-invites",
        "forbiddenForNonOrganizer",
        "a guest invites where guests may not",
        _NOT_OURS,
        f"{_EVENT}#guestsCanInviteOthers",
    ),
    (
        "event-read-only-calendar",
        "requiredAccessLevel",
        "insert into a calendar that one may only read",
        "403 You need to have writer access to this calendar.",
        f"{GITHUB}spatie/laravel-google-calendar/issues/95",
    ),
    (
        "event-delete-read-only",
        "requiredAccessLevel",
        "delete from a calendar that one may only read",
        "403 You need to have writer access to this calendar.",
        f"{_OGCS}968",
    ),
    (
        "event-private-hidden",
        "forbidden",
        "patch of a private event by a writer without access to private ones",
        "403 Forbidden",
        f"{CALENDAR}acl#role",
    ),
    ("import-without-uid", "required", "import without an iCalUID", "400 Missing iCalUID.", f"{_EVENT}/import"),
    (
        "import-stranger",
        "participantIsNeitherOrganizerNorAttendee",
        "import of a meeting of others",
        "400 The owner of the calendar must either be the organizer or an attendee of an event that is imported.",
        f"{GITHUB}kewisch/gdata-provider/issues/1049",
    ),
    ("import-stale", "invalid", "import with an older sequence", "400 Invalid sequence value. …", CALENDAR_ERRORS),
    (
        "move-occurrence",
        "cannotChangeOrganizerOfInstance",
        "move of an occurrence",
        "400 Cannot change the organizer of an instance.",
        f"{_EVENT}/move",
    ),
    (
        "move-by-guest",
        "cannotChangeOrganizer",
        "move of another's meeting",
        "400 Cannot change the organizer of an event.",
        f"{_EVENT}/move",
    ),
    (
        "move-kind",
        "eventTypeRestriction",
        "move of focus time",
        "400 Only events of type default can be moved.",
        f"{_EVENT}/move",
    ),
    ("move-deleted", "forbidden", "move of a deleted event", "403 Forbidden", f"{_OGCS}1145"),
    (
        "move-nowhere",
        "notFound",
        "move to a calendar that is not there",
        "404 Not Found",
        f"{GITHUB}extrabacon/google-oauth-jwt/issues/21",
    ),
    ("move-without-destination", "invalid", "move without a destination", "400 Missing destination.", f"{_EVENT}/move"),
)
