"""What Google answers, and what it means."""

from __future__ import annotations

from collections.abc import Iterable

from tests.unit import google_special_answers as special
from tests.unit.answers import Case, case, rows

# status reason -> name in the catalogue, where it is not the reason: kind scope fixer, and beneath the message.
# These come as Gmail and Calendar put them, with the reason in `errors[0]` and no `status`.
_REASONS = """
401 authError: auth mailbox nobody
    Invalid Credentials
401 required -> authError: auth mailbox nobody
    Login Required.
403 domainPolicy: permission organization mailbox_admin
    Gmail apps are switched off for example.com.
403 insufficientPermissions: permission mailbox end_user
    Insufficient Permission
403 forbidden -> insufficientPermissions: permission mailbox end_user
    Request had insufficient authentication scopes.
403 accessNotConfigured: config organization vendor_support
    Gmail API has not been used in project 417203998112 before or it is disabled.
403 forbiddenForNonOrganizer: permission item end_user
    Shared properties belong to the organizer.
403 delegationDenied: permission mailbox mailbox_admin
    Delegation denied
403 forbidden -> delegationDenied: permission mailbox mailbox_admin
    Delegation denied for ada@example.com
403 forbidden: permission item end_user
    Forbidden
403 requiredAccessLevel -> forbidden: permission item end_user
    You need to have writer access to this calendar.
400 cannotChangeOrganizer -> forbiddenForNonOrganizer: permission item end_user
    Its organizer stays.
400 cannotChangeOrganizerOfInstance -> forbiddenForNonOrganizer: permission item end_user
    Its organizer stays.
403 notACalendarUser: config mailbox mailbox_admin
    There is no calendar.
400 failedPrecondition: config mailbox mailbox_admin
    Mail service not enabled
403 dailyLimitExceeded: rate_limited organization vendor_support
    Daily Limit Exceeded
403 userRateLimitExceeded: rate_limited mailbox nobody
    User Rate Limit Exceeded
403 rateLimitExceeded: rate_limited mailbox nobody
    Rate Limit Exceeded
403 quotaExceeded: rate_limited mailbox nobody
    Calendar usage limits exceeded.
403 rateLimitExceeded -> dailyLimitExceeded: rate_limited organization vendor_support
    Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service 'gmail.googleapis.com'
403 quotaExceeded -> dailyLimitExceeded: rate_limited organization vendor_support
    Over 1000000000 units per day
403 userRateLimitExceeded -> dailyLimitExceeded: rate_limited organization vendor_support
    Over 80000 units per day
429 rateLimitExceeded -> tooManyConcurrentRequests: rate_limited mailbox nobody
    Too many concurrent requests for user
429 userRateLimitExceeded -> tooManyConcurrentRequests: rate_limited mailbox nobody
    Too many concurrent requests for user
429 quotaExceeded -> tooManyConcurrentRequests: rate_limited mailbox nobody
    Too many concurrent requests for user
429 rateLimitExceeded -> mailSendingLimit: rate_limited mailbox end_user
    User-rate limit exceeded.  Retry after 2026-11-22T12:30:00.000Z (Mail sending)
429 userRateLimitExceeded -> mailSendingLimit: rate_limited mailbox end_user
    User-rate limit exceeded (Mail sending)
429 quotaExceeded -> mailSendingLimit: rate_limited mailbox end_user
    User-rate limit exceeded (Mail sending)
410 fullSyncRequired: cursor_expired mailbox nobody
    Sync token is no longer valid.
400 invalid -> fullSyncRequired: cursor_expired mailbox nobody
    Invalid sync token value.
400 badRequest -> fullSyncRequired: cursor_expired mailbox nobody
    Invalid syncToken
410 updatedMinTooLongAgo: cursor_expired mailbox nobody
    That is too long ago.
400 invalid -> invalidPageToken: cursor_expired mailbox nobody
    This page token is unknown.
400 badRequest -> invalidPageToken: cursor_expired mailbox nobody
    Bad pageToken
400 invalidArgument -> invalidPageToken: cursor_expired mailbox nobody
    Bad page token
404 notFound: not_found item nobody
    Not Found
410 deleted: not_found item nobody
    Resource has been deleted
412 conditionNotMet: conflict item nobody
    Precondition Failed
409 duplicate: conflict item nobody
    The requested identifier already exists.
409 alreadyExists -> duplicate: conflict item nobody
    Label name exists or conflicts
409 aborted -> ABORTED: conflict item nobody
    The operation was aborted.
400 invalidArgument -> labelGone: not_found item nobody
    labelId not found
400 invalidArgument -> labelGone: not_found item nobody
    Invalid label: Label_12
400 required: invalid item end_user
    Missing end time.
400 timeRangeEmpty: invalid item end_user
    The specified time range is empty.
400 eventTypeRestriction: invalid item end_user
    Not for this type.
400 malformedBirthdayEvent -> eventTypeRestriction: invalid item end_user
    Birthdays are for a whole day.
400 malformedFocusTimeEvent -> eventTypeRestriction: invalid item end_user
    Nobody focuses in company.
400 malformedOutOfOfficeEvent -> eventTypeRestriction: invalid item end_user
    Not for whole days.
400 malformedWorkingLocationEvent -> eventTypeRestriction: invalid item end_user
    A day at the most.
400 cannotUseDefaultRemindersAndSpecifyOverride -> badRequest: invalid item vendor_support
    Either these or those.
400 eventRemindersCountExceedsLimit -> badRequest: invalid item vendor_support
    Too many.
400 participantIsNeitherOrganizerNorAttendee -> badRequest: invalid item vendor_support
    A stranger
400 syncTokenWithRequestRestrictions -> badRequest: invalid item vendor_support
    Not together
400 badRequest: invalid item vendor_support
    Bad Request
400 invalid -> badRequest: invalid item vendor_support
    Invalid Value
400 invalidParameter -> badRequest: invalid item vendor_support
    Invalid value for maxResults: 0
400 invalidArgument -> badRequest: invalid item vendor_support
    Invalid id value
400 parseError -> badRequest: invalid item vendor_support
    Parse Error
400 badContent -> badRequest: invalid item vendor_support
    Malformed multipart body.
500 backendError: transient mailbox nobody
    Backend Error
500 internalError -> backendError: transient mailbox nobody
    Internal Error
401 gravity -> UNKNOWN: unknown item vendor_support
    A reason of next year
400 gravity -> UNKNOWN: unknown item vendor_support
    A reason of next year
"""

# The same with the status of gRPC only, as the People API puts them; where a / stands, with the reason of an
# ErrorInfo behind it.
_STATUSES = """
401 UNAUTHENTICATED -> authError: auth mailbox nobody
    Request is missing required authentication credential.
401 UNAUTHENTICATED/ACCESS_TOKEN_EXPIRED -> authError: auth mailbox nobody
    Request had invalid authentication credentials.
401 x/ACCESS_TOKEN_EXPIRED -> authError: auth mailbox nobody
    Request had invalid authentication credentials.
403 PERMISSION_DENIED -> forbidden: permission item end_user
    The caller does not have permission
403 PERMISSION_DENIED -> insufficientPermissions: permission mailbox end_user
    Request had insufficient authentication scopes.
403 PERMISSION_DENIED/ACCESS_TOKEN_SCOPE_INSUFFICIENT -> insufficientPermissions: permission mailbox end_user
    Not enough.
403 PERMISSION_DENIED/SERVICE_DISABLED -> accessNotConfigured: config organization vendor_support
    People API has not been used in project 417203998112 before or it is disabled.
403 PERMISSION_DENIED -> delegationDenied: permission mailbox mailbox_admin
    Delegation denied for ada@example.com
400 FAILED_PRECONDITION -> failedPrecondition: config mailbox mailbox_admin
    Precondition check failed.
403 PERMISSION_DENIED -> domainPolicy: permission organization mailbox_admin
    The domain administrators have disabled Contacts apps.
400 FAILED_PRECONDITION -> conditionNotMet: conflict item nobody
    Request person.etag is different than the current person.etag.
400 FAILED_PRECONDITION -> conditionNotMet: conflict item nobody
    Clear local cache and get the latest person.
400 INVALID_ARGUMENT -> MY_CONTACTS_OVERFLOW_COUNT: invalid item end_user
    MY_CONTACTS_OVERFLOW_COUNT
400 INVALID_ARGUMENT -> contactTooLarge: invalid item end_user
    person.names cannot have more than 1024 characters.
400 INVALID_ARGUMENT -> contactTooLarge: invalid item end_user
    A contact cannot have more than 131072 bytes.
400 INVALID_ARGUMENT -> contactGroupGone: transient item nobody
    Contact group "contactGroups/6e" is not a valid contact group resource.
409 ALREADY_EXISTS -> duplicate: conflict item nobody
    Contact group name already exists.
400 FAILED_PRECONDITION/EXPIRED_SYNC_TOKEN: cursor_expired mailbox nobody
    Sync token is expired.
429 RESOURCE_EXHAUSTED -> rateLimitExceeded: rate_limited mailbox nobody
    Resource has been exhausted (e.g. check quota).
429 RESOURCE_EXHAUSTED -> tooManyConcurrentRequests: rate_limited mailbox nobody
    Too many concurrent requests for user
429 RESOURCE_EXHAUSTED -> mailSendingLimit: rate_limited mailbox end_user
    User-rate limit exceeded (Mail sending)
429 RESOURCE_EXHAUSTED -> dailyLimitExceeded: rate_limited organization vendor_support
    Over 80000 units per day
403 PERMISSION_DENIED/RATE_LIMIT_EXCEEDED -> rateLimitExceeded: rate_limited mailbox nobody
    Over 600 units per minute
403 PERMISSION_DENIED/RATE_LIMIT_EXCEEDED -> tooManyConcurrentRequests: rate_limited mailbox nobody
    Too many concurrent requests for user
403 PERMISSION_DENIED/RATE_LIMIT_EXCEEDED -> mailSendingLimit: rate_limited mailbox end_user
    User-rate limit exceeded (Mail sending)
403 PERMISSION_DENIED/RATE_LIMIT_EXCEEDED -> dailyLimitExceeded: rate_limited organization vendor_support
    Over 80000 units per day
404 NOT_FOUND -> notFound: not_found item nobody
    Requested entity was not found.
409 ALREADY_EXISTS -> duplicate: conflict item nobody
    Already there
409 ABORTED: conflict item nobody
    The etag of this group is old.
400 INVALID_ARGUMENT -> badRequest: invalid item vendor_support
    Page size must be less than or equal to 1000.
400 OUT_OF_RANGE -> badRequest: invalid item vendor_support
    Too far
400 INVALID_ARGUMENT -> invalidPageToken: cursor_expired mailbox nobody
    Invalid page token.
500 INTERNAL -> backendError: transient mailbox nobody
    Internal error encountered.
503 UNAVAILABLE -> backendError: transient mailbox nobody
    The service is currently unavailable.
504 DEADLINE_EXCEEDED -> backendError: transient mailbox nobody
    The request timed out.
"""

# error -> name in the catalogue, where it is not the error: kind scope fixer, and beneath the description
_TOKENS = """
invalid_grant -> invalid_grant/revoked: auth mailbox end_user
    Token has been expired or revoked.
invalid_token -> invalid_grant/revoked: auth mailbox end_user
    Token expired or revoked
invalid_grant -> invalid_grant/deleted: auth mailbox mailbox_admin
    Account has been deleted
invalid_grant -> invalid_grant/deleted: auth mailbox mailbox_admin
    This account has been disabled
invalid_grant -> invalid_grant/invalid_rapt: auth mailbox mailbox_admin
    reauth related error (invalid_rapt)
invalid_grant -> invalid_grant/invalid_user: auth mailbox mailbox_admin
    Invalid email or User ID
invalid_grant -> invalid_grant/invalid_user: auth mailbox mailbox_admin
    Not a valid email.
invalid_grant -> invalid_grant/service_account: config organization vendor_support
    Invalid JWT Signature.
invalid_grant -> invalid_grant/service_account: config organization vendor_support
    Invalid grant: account not found
invalid_grant -> invalid_grant/service_account: config organization vendor_support
    Invalid JWT: Failed audience check. The right audience is https://oauth2.googleapis.com/token
invalid_grant -> invalid_grant/jwt_time: config organization vendor_support
    Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.
invalid_grant -> invalid_grant/authorization_code: auth mailbox end_user
    Malformed auth code.
invalid_grant -> invalid_grant/authorization_code: auth mailbox end_user
    Invalid code verifier.
invalid_grant -> invalid_grant/bad_request: auth mailbox end_user
    Bad Request
invalid_grant: auth mailbox end_user
    A reason of next year
unauthorized_client -> unauthorized_client/dwd: permission organization mailbox_admin
    Client is unauthorized to retrieve access tokens using this method.
unauthorized_client -> unauthorized_client/dwd: permission organization mailbox_admin
    Unauthorized client or scope in request.
access_denied -> unauthorized_client/dwd: permission organization mailbox_admin
    Requested client not authorized.
unauthorized_client: config organization vendor_support
    Unauthorized
invalid_client: config organization vendor_support
    The OAuth client was not found.
deleted_client -> invalid_client: config organization vendor_support
    The OAuth client was deleted.
disabled_client -> invalid_client: config organization vendor_support
    The OAuth client was disabled.
admin_policy_enforced: permission organization mailbox_admin
    Access to this account's content is restricted.
org_internal: config organization vendor_support
    This client is restricted to users within its organization.
access_denied: auth mailbox end_user
    The user declined.
redirect_uri_mismatch: config organization vendor_support
    Bad Request
rate_limit_exceeded: rate_limited mailbox nobody
    Slow down
slow_down -> rate_limit_exceeded: rate_limited mailbox nobody
    Slow down
invalid_request: config organization vendor_support
    Missing required parameter: grant_type
invalid_scope -> invalid_request: config organization vendor_support
    Some requested scopes were invalid.
unsupported_grant_type -> invalid_request: config organization vendor_support
    Invalid grant_type: magic
unsupported_response_type -> invalid_request: config organization vendor_support
    Invalid response_type: magic
internal_failure: transient mailbox nobody
    Try again
server_error -> internal_failure: transient mailbox nobody
    Try again
temporarily_unavailable -> internal_failure: transient mailbox nobody
    Try again
moon_phase -> UNKNOWN: unknown mailbox vendor_support
    A word of next year
"""


def _legacy(status: str, reason: str, message: str) -> dict[str, object]:
    error = {"domain": "global", "reason": reason, "message": message}
    return {"error": {"errors": [error], "code": int(status), "message": message}}


def _modern(status: str, words: str, message: str) -> dict[str, object]:
    name, _, reason = words.partition("/")
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}] if reason else []
    return {"error": {"code": int(status), "message": message, "status": name, "details": details}}


def _cases(table: str, operation: str = "") -> Iterable[Case]:
    for number, row in enumerate(rows(table)):
        status, said = row.said.split()
        make = _modern if said.split("/")[0].isupper() or "/" in said else _legacy
        name = row.name or said.rpartition("/")[2]
        yield case(
            f"{said} {number} {operation}".strip(),
            "google",
            int(status),
            make(status, said, row.message),
            f"google.{name}",
            row.verdict,
            matched="none" if name == "UNKNOWN" else "reason",
            operation=operation,
        )


def _tokens() -> Iterable[Case]:
    for row in rows(_TOKENS):
        body = {"error": row.said, "error_description": row.message}
        name = row.name or row.said
        told = "none" if name == "UNKNOWN" else "code"
        id_ = f"{row.said}: {row.message}"
        yield case(id_, "google_oauth", 400, body, f"google_oauth.{name}", row.verdict, matched=told)


def _page(title: str, text: str) -> str:
    return f"<!DOCTYPE html>\n<html lang=en>\n<title>{title}</title>\n<style>*{{margin:0}}</style>\n<p><b>{text}</b>\n"


_SHAPES = (
    case(
        "a list with one error",
        "google",
        404,
        [_modern("404", "NOT_FOUND", "Not there")],
        "google.notFound",
        "not_found item nobody",
        matched="reason",
    ),
    case(
        "the exact name wins over the general ones",
        "google",
        403,
        {
            "error": {
                "code": 403,
                "message": "Not enough.",
                "status": "PERMISSION_DENIED",
                "errors": [{"reason": "forbidden", "message": "Not enough."}],
                "details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}],
            }
        },
        "google.insufficientPermissions",
        "permission mailbox end_user",
        matched="reason",
    ),
    case(
        "a sub-type without a description",
        "google_oauth",
        400,
        {"error": "invalid_grant", "error_subtype": "invalid_rapt"},
        "google_oauth.invalid_grant/invalid_rapt",
        "auth mailbox mailbox_admin",
    ),
    case(
        "consent declined, in the address of the redirect",
        "google_oauth",
        302,
        "",
        "google_oauth.access_denied",
        "auth mailbox end_user",
        headers={"location": "https://sync.example.com/back?error=access_denied&state=xyz"},
    ),
    case(
        "a consent page that names its code",
        "google_oauth",
        400,
        _page("Error 400: redirect_uri_mismatch", "This request does not fit."),
        "google_oauth.redirect_uri_mismatch",
        "config organization vendor_support",
    ),
    case(
        "a form",
        "google_oauth",
        400,
        "error=invalid_grant&error_description=Bad+Request",
        "google_oauth.invalid_grant/bad_request",
        "auth mailbox end_user",
    ),
    case(
        "a challenge without a body",
        "google",
        401,
        "",
        "google.authError",
        "auth mailbox nobody",
        matched="reason",
        headers={"www-authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'},
    ),
    case(
        "an address that does not exist",
        "google",
        404,
        _page("Error 404 (Not Found)!!1", "404. /gmail/v1/users/me/bees is nowhere."),
        "google.URL_NOT_FOUND",
        "config mailbox vendor_support",
        matched="reason",
    ),
    case(
        "an address that does not exist is no lost cursor",
        "google",
        404,
        _page("Error 404 (Not Found)!!1", "404. /v1/users/me/history is nowhere."),
        "google.URL_NOT_FOUND",
        "config mailbox vendor_support",
        matched="reason",
        operation="history.list",
    ),
    *(
        case(
            f"page {status}",
            "google",
            status,
            _page(f"Error {status} (Server Error)!!1", "Try later."),
            "google.backendError",
            "transient mailbox nobody",
            matched="reason",
        )
        for status in (500, 502, 503, 504)
    ),
    *(
        case(
            f"empty {status}",
            "google",
            status,
            "",
            "google.backendError",
            "transient mailbox nobody",
            matched="status",
        )
        for status in (429, 500, 502, 503, 504)
    ),
    case(
        "a sign-in page inside a 200",
        "google",
        200,
        _page("Guest network", "Please sign in."),
        "network.NON_JSON_ANSWER",
        "transient mailbox vendor_support",
        matched="reason",
    ),
    case(
        "a redirect without a word",
        "google",
        302,
        "",
        "network.NON_JSON_ANSWER",
        "transient mailbox vendor_support",
        matched="reason",
        headers={"location": "https://elsewhere.example/sign-in"},
    ),
    case(
        "a redirect to nowhere",
        "google",
        302,
        "",
        "google.UNKNOWN",
        "unknown item vendor_support",
        matched="none",
    ),
    case(
        "a plain word",
        "google",
        403,
        "blocked",
        "network.NON_JSON_ANSWER",
        "transient mailbox vendor_support",
        matched="reason",
    ),
    case("an empty 404", "google", 404, "", "google.UNKNOWN", "unknown item vendor_support", matched="none"),
    case("an empty 400", "google", 400, "", "google.UNKNOWN", "unknown item vendor_support", matched="none"),
)

CASES: tuple[Case, ...] = (
    *_cases(_REASONS),
    *_cases(_STATUSES),
    *_cases(special.HISTORY, "history.list"),
    *_cases(special.USED_UP, "insert of what was deleted"),
    *_cases(special.TASKS),
    *_cases(special.PUSH),
    *_tokens(),
    *_SHAPES,
)
