"""What Calendar refuses to store as an event."""

from __future__ import annotations

from connectors.simulators.google.refusals.rows import CALENDAR, CALENDAR_ERRORS, GITHUB, rows

_OGCS = f"{GITHUB}phw198/OutlookGoogleCalendarSync/issues/"
_GAS = f"{GITHUB}derekantrican/GAS-ICS-Sync/issues/"
_EVENT = f"{CALENDAR}events"
_RULE = "400 Invalid recurrence rule."
_EMPTY = "400 The specified time range is empty."
_SIZE = "400 A provided value exceeds the allowed size limit."

IDENTITY = rows(
    (
        "event-id",
        "invalid",
        "insert with an id that has a hyphen",
        "400 Invalid resource id value.",
        f"{GITHUB}googleworkspace/dotnet-samples/issues/33",
    ),
    ("event-id-short", "invalid", "insert with an id of 4 letters", "400 Invalid resource id value.", f"{_EVENT}#id"),
    (
        "event-id-and-uid",
        "invalid",
        "insert with an id and an iCalUID",
        "400 Invalid resource id value.",
        f"{GITHUB}melgarafael/DeskcommCRM/issues/467",
    ),
    (
        "event-duplicate",
        "duplicate",
        "insert with the id of another event",
        "409 The requested identifier already exists.",
        CALENDAR_ERRORS,
    ),
    (
        "event-duplicate-of-deleted",
        "duplicate",
        "insert with the id of a deleted event",
        "409 The requested identifier already exists.",
        f"{GITHUB}googleapis/google-api-python-client/issues/210",
    ),
    (
        "event-duplicate-uid",
        "duplicate",
        "insert with the iCalUID of another event",
        "409 The requested identifier already exists.",
        CALENDAR_ERRORS,
    ),
    ("event-unknown", "notFound", "an event that is not there", "404 Not Found", CALENDAR_ERRORS),
    ("event-of-other-calendar", "notFound", "an event of another calendar", "404 Not Found", CALENDAR_ERRORS),
    ("event-no-occurrence", "notFound", "an occurrence that the rule does not have", "404 Not Found", CALENDAR_ERRORS),
    ("event-body-not-json", "parseError", "a body that is no JSON", "400 Parse Error", CALENDAR_ERRORS),
    (
        "event-body-type",
        "badRequest",
        "a start that is a text",
        "400 Bad Request",
        f"{GITHUB}googleapis/google-api-dotnet-client/issues/186",
    ),
)

TIMES = rows(
    (
        "event-without-end",
        "required",
        "insert without an end",
        "400 Missing end time.",
        f"{GITHUB}googleapis/google-api-nodejs-client/issues/565",
    ),
    ("event-without-start", "required", "insert without a start", "400 Missing start time.", f"{_EVENT}/insert"),
    (
        "event-mixed-times",
        "invalid",
        "a start that is a day and an end that is a time",
        "400 Start and end times must either both be date or both be dateTime.",
        f"{_OGCS}609",
    ),
    (
        "event-both-times",
        "invalid",
        "patch of a time with a day, the time not taken away",
        "400 Invalid end time.",
        f"{_OGCS}1196",
    ),
    (
        "event-time-malformed",
        "badRequest",
        "a dateTime that is none",
        "400 Bad Request",
        f"{GITHUB}googleapis/google-api-dotnet-client/issues/186",
    ),
    (
        "event-time-zone",
        "invalid",
        "the time zone Eastern Standard Time",
        "400 Invalid time zone definition for end time.",
        f"{_GAS}305",
    ),
    (
        "event-time-without-zone",
        "required",
        "a dateTime with neither offset nor time zone",
        "400 Missing time zone definition for end time.",
        f"{GITHUB}fmeum/ics2gcal/issues/1",
    ),
    (
        "event-recurring-without-zone",
        "required",
        "a recurring event with offsets only",
        "400 Missing time zone definition for end time.",
        f"{GITHUB}openclaw/gogcli/issues/347",
    ),
    (
        "event-end-before-start",
        "timeRangeEmpty",
        "an end before the start",
        _EMPTY,
        f"{GITHUB}kewisch/gdata-provider/issues/12",
    ),
    ("event-of-no-length", "timeRangeEmpty", "an end at the start", _EMPTY, f"{GITHUB}ridafkih/keeper.sh/pull/616"),
    ("event-of-no-days", "timeRangeEmpty", "an all-day event that ends on its first day", _EMPTY, f"{_EVENT}#end"),
    ("event-rule", "invalid", "a rule without a frequency", _RULE, f"{_GAS}466"),
    ("event-rule-count-and-until", "invalid", "a rule with COUNT and UNTIL", _RULE, f"{_GAS}466"),
    (
        "event-rule-hourly",
        "invalid",
        "FREQ=HOURLY",
        _RULE,
        f"{GITHUB}googleapis/google-api-ruby-client/issues/572",
    ),
    ("event-rule-dtstart", "invalid", "a DTSTART line in the recurrence", _RULE, f"{_EVENT}#recurrence"),
    ("event-rule-without-name", "invalid", "a rule without RRULE:", _RULE, f"{GITHUB}openclaw/gogcli/issues/347"),
    ("event-rule-empty", "invalid", "a rule whose only day is excluded", _RULE, f"{_EVENT}#recurrence"),
    ("event-rules-too-long", "invalid", "2,000 EXDATE lines", _SIZE, f"{_GAS}271"),
)

FIELDS = rows(
    (
        "event-attendee-without-address",
        "required",
        "an attendee without an address",
        "400 Missing attendee email.",
        f"{GITHUB}kewisch/gdata-provider/issues/82",
    ),
    (
        "event-attendee-address",
        "invalid",
        "an attendee called Ann",
        "400 Invalid attendee email.",
        f"{GITHUB}googleapis/google-api-php-client/issues/1605",
    ),
    (
        "event-attendee-answer",
        "invalid",
        "an attendee who is undecided",
        "400 Invalid attendee responseStatus value.",
        f"{_EVENT}#attendees",
    ),
    ("event-colour", "invalid", "the colour 12", "400 Invalid colorId value.", f"{_EVENT}#colorId"),
    ("event-visibility", "invalid", "the visibility secret", "400 Invalid visibility value.", f"{_EVENT}#visibility"),
    (
        "event-transparency",
        "invalid",
        "the transparency clear",
        "400 Invalid transparency value.",
        f"{_EVENT}#transparency",
    ),
    ("event-status", "invalid", "the status done", "400 Invalid status value.", f"{_EVENT}#status"),
    (
        "event-reminders-both",
        "cannotUseDefaultRemindersAndSpecifyOverride",
        "default reminders and others",
        "400 Cannot specify both default reminders and overrides at the same time.",
        "https://developers.google.com/workspace/calendar/api/concepts/reminders",
    ),
    (
        "event-reminders-six",
        "eventRemindersCountExceedsLimit",
        "six reminders",
        "400 Number of event reminders exceeds the limit of 5.",
        f"{_EVENT}#reminders",
    ),
    (
        "event-reminder-minutes",
        "invalid",
        "a reminder five weeks before",
        "400 Invalid reminder minutes value.",
        f"{_EVENT}#reminders",
    ),
    (
        "event-properties-301",
        "invalid",
        "301 private properties",
        _SIZE,
        "https://developers.google.com/workspace/calendar/api/guides/extended-properties#limits",
    ),
    (
        "event-properties-32k",
        "invalid",
        "shared properties of more than 32 kB",
        _SIZE,
        "https://developers.google.com/workspace/calendar/api/guides/extended-properties#limits",
    ),
    (
        "event-conference-type",
        "invalid",
        "a conference of a kind that is not there",
        "400 Invalid conference type value.",
        "https://developers.google.com/workspace/calendar/api/guides/create-events#conferencing",
    ),
    ("event-sequence", "invalid", "an update with an older sequence", "400 Invalid sequence value. …", CALENDAR_ERRORS),
)
