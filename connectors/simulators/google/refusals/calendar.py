"""What Calendar refuses at its door, in its lists, and where a limit is passed."""

from __future__ import annotations

from connectors.simulators.google.refusals.rows import CALENDAR, CALENDAR_BATCH, CALENDAR_ERRORS, GITHUB, rows

_SYNC = "https://developers.google.com/workspace/calendar/api/guides/sync"
_TOKEN_ALONE = "400 Sync token cannot be used with other request restrictions."
_OGCS = f"{GITHUB}phw198/OutlookGoogleCalendarSync/issues/"

AT_THE_DOOR = rows(
    (
        "calendar-token-expired",
        "authError",
        "a calendar with a token an hour old",
        "401 Request had invalid authentication credentials. …",
        CALENDAR_ERRORS,
    ),
    (
        "calendar-scope-missing",
        "insufficientPermissions",
        "events with calendar.calendarlist.readonly",
        "403 Request had insufficient authentication scopes.",
        f"{GITHUB}GeneralTask/task-manager/pull/2160",
    ),
    (
        "calendar-scope-read-only",
        "insufficientPermissions",
        "a write with calendar.readonly",
        "403 Request had insufficient authentication scopes.",
        f"{CALENDAR}events/insert#auth",
    ),
    (
        "calendar-scope-owned",
        "notFound",
        "another's calendar with calendar.events.owned",
        "404 Not Found",
        f"{CALENDAR}events/list#auth",
    ),
    (
        "calendar-api-off",
        "accessNotConfigured",
        "any method where the project has not enabled the API",
        "403 Google Calendar API has not been used in project …",
        f"{GITHUB}googleworkspace/python-samples/issues/23",
    ),
    (
        "calendar-off",
        "notACalendarUser",
        "any method for a user without Calendar",
        "403 The user must be signed up for Google Calendar.",
        f"{GITHUB}GAM-team/GAM",
    ),
    (
        "calendar-domain-policy",
        "domainPolicy",
        "any method where the domain blocks the app",
        "403 The domain administrators have disabled Calendar apps.",
        CALENDAR_ERRORS,
    ),
    (
        "calendar-unknown-path",
        "html",
        "a path that the API does not have",
        "404 Error 404 (Not Found)!!1",
        f"{GITHUB}amp-labs/connectors",
    ),
    ("calendar-unknown", "notFound", "a calendar that is not there", "404 Not Found", CALENDAR_ERRORS),
    ("calendar-not-shared", "notFound", "another's calendar", "404 Not Found", CALENDAR_ERRORS),
)

LISTS = rows(
    (
        "calendar-parameter-type",
        "invalidParameter",
        "maxResults=many",
        "400 Invalid integer value: 'many'.",
        f"{CALENDAR}events/list",
    ),
    (
        "calendar-parameter-range",
        "invalidParameter",
        "maxResults=0",
        "400 Invalid value '0'. Values must be within the range: [1, 2147483647]",
        f"{CALENDAR}events/list",
    ),
    (
        "calendar-parameter-choice",
        "invalidParameter",
        "orderBy=title",
        "400 Invalid string value: 'title'. Allowed values: [startTime, updated]",
        f"{CALENDAR}events/list",
    ),
    (
        "calendar-parameter-flag",
        "invalidParameter",
        "singleEvents=yes",
        "400 Invalid boolean value: 'yes'.",
        f"{CALENDAR}events/list",
    ),
    (
        "calendar-fields-unknown",
        "invalidParameter",
        "fields=items(hue)",
        "400 Invalid field selection items(hue)",
        "https://developers.google.com/workspace/calendar/api/guides/performance",
    ),
    (
        "calendar-page-token",
        "invalid",
        "a pageToken that was never given out",
        "400 Invalid page token value.",
        f"{GITHUB}amp-labs/connectors",
    ),
    (
        "calendar-page-token-of-other-query",
        "invalid",
        "a pageToken of another query",
        "400 Invalid page token value.",
        f"{GITHUB}amp-labs/connectors",
    ),
    (
        "calendar-list-page-token",
        "invalid",
        "a pageToken that was never given out, for the list of calendars",
        "400 Invalid page token value.",
        f"{GITHUB}amp-labs/connectors",
    ),
    (
        "calendar-order-without-single",
        "invalid",
        "orderBy=startTime without singleEvents",
        "400 The requested ordering is not available for the particular query.",
        f"{GITHUB}googleworkspace/java-samples/issues/52",
    ),
    (
        "calendar-time-without-offset",
        "badRequest",
        "timeMin without an offset",
        "400 Bad Request",
        f"{GITHUB}googleapis/google-api-python-client/issues/779",
    ),
    (
        "calendar-time-of-day-only",
        "badRequest",
        "timeMax that is a date",
        "400 Bad Request",
        f"{GITHUB}amd/gaia/pull/2569",
    ),
    (
        "calendar-window-empty",
        "timeRangeEmpty",
        "timeMin after timeMax",
        "400 The specified time range is empty.",
        f"{GITHUB}googleworkspace/add-ons-samples/issues/34",
    ),
    (
        "calendar-answer-zone",
        "invalidParameter",
        "timeZone=Mars/Olympus",
        "400 Invalid time zone.",
        f"{CALENDAR}events/list",
    ),
    (
        "calendar-instances-of-single",
        "invalid",
        "instances of an event that does not recur",
        "400 The requested event is not a recurring event.",
        f"{CALENDAR}events/instances",
    ),
)

_ALONE = "https://qiita.com/shiraily/items/6762046f041551c269da"
SYNC = rows(
    *(
        (
            f"calendar-sync-with-{name}",
            "syncTokenWithRequestRestrictions",
            f"syncToken with {asked}",
            _TOKEN_ALONE,
            _ALONE,
        )
        for name, asked in (
            ("time-min", "timeMin"),
            ("time-max", "timeMax"),
            ("updated-min", "updatedMin"),
            ("order", "orderBy"),
            ("words", "q"),
            ("uid", "iCalUID"),
            ("private-property", "privateExtendedProperty"),
            ("shared-property", "sharedExtendedProperty"),
            ("deleted-hidden", "showDeleted=false"),
        )
    ),
    (
        "calendar-sync-token",
        "invalid",
        "a syncToken that was never given out",
        "400 Invalid sync token value.",
        f"{GITHUB}kewisch/gdata-provider",
    ),
    (
        "calendar-sync-token-of-other-calendar",
        "invalid",
        "another calendar's syncToken",
        "400 Invalid sync token value.",
        f"{GITHUB}kewisch/gdata-provider",
    ),
    (
        "calendar-sync-other-expansion",
        "invalid",
        "a syncToken with another singleEvents than at first",
        "400 Invalid sync token value.",
        _SYNC,
    ),
    (
        "calendar-sync-expired",
        "fullSyncRequired",
        "a syncToken that the server invalidated",
        "410 Sync token is no longer valid, a full sync is required.",
        f"{GITHUB}bmathews/menubar-calendar/issues/20",
    ),
    (
        "calendar-sync-a-month-old",
        "fullSyncRequired",
        "a syncToken older than what is kept",
        "410 Sync token is no longer valid, a full sync is required.",
        CALENDAR_ERRORS,
    ),
    (
        "calendar-updated-min-too-old",
        "updatedMinTooLongAgo",
        "updatedMin of last year",
        "410 The requested minimum modification time lies too far in the past.",
        CALENDAR_ERRORS,
    ),
)

LIMITS = rows(
    (
        "calendar-quota-user",
        "rateLimitExceeded",
        "more requests in a minute than a user may make",
        "403 Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service …",
        f"{GITHUB}Atrejoe/Inky-Calendar-Server/issues/104",
    ),
    (
        "calendar-quota-project",
        "rateLimitExceeded",
        "more requests in a minute than the project may make",
        "403 Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service …",
        "https://developers.google.com/workspace/calendar/api/guides/quota",
    ),
    ("calendar-quota-rate", "rateLimitExceeded", "too fast", "403 Rate Limit Exceeded", CALENDAR_ERRORS),
    (
        "calendar-quota-user-rate",
        "userRateLimitExceeded",
        "too fast for one user",
        "403 User Rate Limit Exceeded",
        CALENDAR_ERRORS,
    ),
    (
        "calendar-quota-429",
        "rateLimitExceeded",
        "too fast, in the newer status",
        "429 Rate Limit Exceeded",
        CALENDAR_ERRORS,
    ),
    (
        "calendar-quota-usage",
        "quotaExceeded",
        "a write by somebody who wrote too much",
        "403 Calendar usage limits exceeded.",
        f"{GITHUB}benjcunningham/googlecalendar/issues/4",
    ),
    (
        "calendar-batch-51",
        "badRequest",
        "a batch of 51 calls",
        "400 Inner request count exceeds the limit. Received: 51, Limit: 50",
        CALENDAR_BATCH,
    ),
    ("calendar-batch-part-gone", "notFound", "a call of a batch for no event", "404 Not Found", CALENDAR_BATCH),
    (
        "calendar-batch-part-stale",
        "conditionNotMet",
        "a call of a batch with another version's etag",
        "412 Precondition Failed",
        f"{_OGCS}528",
    ),
)


_PUSH = "https://developers.google.com/workspace/calendar/api/guides/push"
PUSH = rows(
    (
        "calendar-watch-http",
        "push.webhookUrlNotHttps",
        "events.watch with an address of plain http",
        "400 WebHook callback must be HTTPS: …",
        f"{GITHUB}twentyhq/twenty/pull/21970",
    ),
    (
        "calendar-watch-unverified",
        "push.webhookUrlUnauthorized",
        "events.watch with an address whose domain nobody has verified",
        "401 Unauthorized WebHook callback channel: …",
        f"{GITHUB}googleapis/google-api-php-client/issues/569",
    ),
    (
        "calendar-watch-id-taken",
        "channelIdNotUnique",
        "events.watch with the id of another channel",
        "400 Channel id … not unique",
        f"{GITHUB}autokitteh/autokitteh/pull/1015",
    ),
    (
        "calendar-watch-id-missing",
        "required",
        "events.watch without an id",
        "400 Required",
        f"{_PUSH}#make-watch-requests",
    ),
    (
        "calendar-watch-id-long",
        "invalid",
        "events.watch with an id of 65 characters",
        "400 Invalid channel id.",
        f"{_PUSH}#make-watch-requests",
    ),
    (
        "calendar-watch-type",
        "invalid",
        "events.watch with a type that is no web hook",
        "400 Unknown channel type.",
        f"{_PUSH}#make-watch-requests",
    ),
    (
        "calendar-watch-unwatchable",
        "pushNotSupportedForRequestedResource",
        "events.watch of a calendar that Google makes itself, as of holidays",
        "400 Push notifications are not supported by this resource.",
        f"{GITHUB}KeepSoftwareSimple/compass-calendar/pull/2111",
    ),
    (
        "calendar-watch-unknown",
        "notFound",
        "events.watch of a calendar that is not there",
        "404 Not Found",
        f"{CALENDAR}events/watch",
    ),
    (
        "channel-unknown",
        "notFound",
        "channels.stop of a channel that is not there",
        "404 Channel '…' not found for project '…'",
        f"{GITHUB}googleapis/google-api-nodejs-client/issues/627",
    ),
)
