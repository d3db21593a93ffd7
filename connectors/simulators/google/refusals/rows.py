"""A row of the table, and where the rows are known from."""

from __future__ import annotations

from connectors.simulators.refusals import Refusal

ERRORS = "https://developers.google.com/workspace/gmail/api/guides/handle-errors"
REFERENCE = "https://developers.google.com/workspace/gmail/api/reference/rest/v1/"
DISCOVERY = "https://gmail.googleapis.com/$discovery/rest?version=v1"
OAUTH = "https://developers.google.com/identity/protocols/oauth2"
WEB = f"{OAUTH}/web-server"
ROBOT = f"{OAUTH}/service-account"
BATCH = "https://developers.google.com/workspace/gmail/api/guides/batch"
CALENDAR = "https://developers.google.com/workspace/calendar/api/v3/reference/"
CALENDAR_ERRORS = "https://developers.google.com/workspace/calendar/api/guides/errors"
CALENDAR_BATCH = "https://developers.google.com/workspace/calendar/api/guides/batch"
PEOPLE = "https://developers.google.com/people/api/rest/v1/people"
PEOPLE_GUIDE = "https://developers.google.com/people/v1/contacts"
TASKS = "https://developers.google.com/workspace/tasks/reference/rest/v1/"
PEOPLE_BATCH = "https://developers.google.com/people/v1/batch"
GITHUB = "https://github.com/"

# The refusal is documented, its text is not on record: these rows show the simulator's own words.
OUR_WORDS = {
    "authorize-challenge-method",
    "authorize-redirect-uri",
    "authorize-response-type",
    "authorize-ticket-used",
    "batch-in-batch",
    "batch-modify-nobody",
    "batch-part-type",
    "calendar-answer-zone",
    "calendar-batch-51",
    "calendar-domain-policy",
    "calendar-fields-unknown",
    "calendar-instances-of-single",
    "calendar-parameter-choice",
    "calendar-parameter-flag",
    "calendar-parameter-range",
    "calendar-parameter-type",
    "calendar-scope-owned",
    "calendar-sync-other-expansion",
    "calendar-watch-id-long",
    "calendar-watch-id-missing",
    "calendar-watch-type",
    "contact-batch-create-201",
    "contact-batch-create-none",
    "contact-batch-create-wrong",
    "contact-batch-delete-501",
    "contact-batch-delete-none",
    "contact-batch-get-201",
    "contact-batch-get-none",
    "contact-batch-mask",
    "contact-batch-update-201",
    "contact-batch-update-stale",
    "contact-field-long",
    "contact-fields-501",
    "contact-group-name",
    "contact-group-none",
    "contact-group-of-google",
    "contact-group-page-size",
    "contact-group-page-token",
    "contact-group-text-long",
    "contact-group-unknown",
    "contact-group-without-name",
    "contact-groups-1001-members",
    "contact-groups-mask",
    "contact-groups-member-of-google",
    "contact-large",
    "contact-list-of-other",
    "contact-order-with-sync",
    "contact-order-with-sync-token",
    "contact-page-size-negative",
    "contact-page-token",
    "contact-page-token-of-other-query",
    "contact-primary-twice",
    "contact-quota-full-sync",
    "contact-sync-other-mask",
    "contact-sync-other-size",
    "contact-sync-token-of-other-account",
    "contacts-domain-policy",
    "contacts-full",
    "event-attendee-answer",
    "event-body-not-json",
    "event-colour",
    "event-guest-invites",
    "event-guest-removes-guest",
    "event-kind",
    "event-kind-birthday-days",
    "event-kind-birthday-once",
    "event-kind-changed",
    "event-kind-elsewhere",
    "event-kind-focus-time-guests",
    "event-kind-from-gmail",
    "event-kind-out-of-office-days",
    "event-private-hidden",
    "event-properties-301",
    "event-properties-32k",
    "event-reminder-minutes",
    "event-reminders-six",
    "event-rule-dtstart",
    "event-rule-empty",
    "event-rule-hourly",
    "event-status",
    "event-transparency",
    "event-visibility",
    "history-not-reached",
    "import-without-uid",
    "insert-thread",
    "jwt-unreadable",
    "label-10001",
    "label-half-a-colour",
    "label-system-change",
    "label-system-delete",
    "list-unknown-label",
    "modify-101-labels",
    "move-by-guest",
    "move-deleted",
    "move-kind",
    "move-occurrence",
    "move-without-destination",
    "task-deleted-again",
    "task-etag-delete",
    "task-etag-move",
    "task-etag-patch",
    "task-etag-update",
    "task-id-missing",
    "task-id-of-another",
    "task-list-full",
    "task-list-unknown",
    "task-lists-2001",
    "task-list-title-long",
    "task-move-hidden",
    "task-moved-into-itself",
    "task-notes-long",
    "task-page-size",
    "task-page-token",
    "task-page-token-of-other-query",
    "task-parent-deleted",
    "task-parent-unknown",
    "task-previous-elsewhere",
    "task-previous-unknown",
    "task-status",
    "task-subtasks-2001",
    "task-title-long",
    "task-unknown",
    "tasks-domain-policy",
    "unknown-path",
    "watch-topic",
    "wrong-method",
}


def rows(*given: tuple[str, str, str, str, str]) -> tuple[Refusal, ...]:
    """Rows of id, code, request, answer and source."""
    return tuple(
        Refusal(
            id=f"google.{name}",
            provider="google",
            code=code,
            request=request,
            answer=answer,
            source=source + (" (text: our words)" if name in OUR_WORDS else ""),
        )
        for name, code, request, answer, source in given
    )
