"""What Google's refusals mean: ordered rules, first match wins.

Google names one error several times over, from `error.details[].reason` to `error.status`, and a rule takes any
of the names. So exact rules come before the general ones, which go by the status of gRPC.

Sources: "Resolve errors" of the Gmail API, "Handle API errors" of the Calendar API, `people.connections.list` of
the People API, google/api/error_reason.proto, "Using OAuth 2.0 to Access Google APIs".
"""

from __future__ import annotations

from dataclasses import replace

from connectors.errors import Dialect, Kind, Rule
from connectors.google import answers

HISTORY = "history.list"  # the operation whose 404 means that the cursor is too old
USED_UP = "insert of what was deleted"  # the operation whose 409 means that the id is not to be had any more

_CURSORS = (
    # Gmail answers 404 for an id that is too old, and 400 for one that never was any.
    Rule(name="notFound:historyId", kind=Kind.CURSOR_EXPIRED, reason=("notFound", "NOT_FOUND"), operation=HISTORY),
    Rule(
        name="notFound:historyId",
        kind=Kind.CURSOR_EXPIRED,
        reason=("invalid", "invalidArgument", "badRequest", "INVALID_ARGUMENT"),
        message=r"start_?history_?id",
    ),
    Rule(name="fullSyncRequired", kind=Kind.CURSOR_EXPIRED, reason="fullSyncRequired"),
    # A token that Calendar cannot even read. It wants the same of us.
    Rule(
        name="fullSyncRequired",
        kind=Kind.CURSOR_EXPIRED,
        reason=("invalid", "badRequest"),
        message=r"\binvalid sync ?token\b",
    ),
    Rule(name="updatedMinTooLongAgo", kind=Kind.CURSOR_EXPIRED, reason="updatedMinTooLongAgo"),
    Rule(name="EXPIRED_SYNC_TOKEN", kind=Kind.CURSOR_EXPIRED, reason="EXPIRED_SYNC_TOKEN"),
    Rule(
        name="invalidPageToken",
        kind=Kind.CURSOR_EXPIRED,
        reason=("invalid", "badRequest", "invalidArgument", "INVALID_ARGUMENT"),
        message=r"\bpage ?token\b",
    ),
)

_QUOTA_NAMES = (
    "userRateLimitExceeded",
    "rateLimitExceeded",
    "quotaExceeded",
    "RATE_LIMIT_EXCEEDED",
    "RESOURCE_EXHAUSTED",
)

# Quotas come as 403 or 429, and so do they as permission: only the reason tells them apart.
_QUOTAS = (
    Rule(name="mailSendingLimit", kind=Kind.RATE_LIMITED, reason=_QUOTA_NAMES, message=r"\bmail sending\b"),
    Rule(
        name="tooManyConcurrentRequests",
        kind=Kind.RATE_LIMITED,
        reason=_QUOTA_NAMES,
        message=r"\btoo many concurrent requests\b",
    ),
    Rule(name="dailyLimitExceeded", kind=Kind.RATE_LIMITED, reason=_QUOTA_NAMES, message=r"\bper day\b"),
    Rule(name="dailyLimitExceeded", kind=Kind.RATE_LIMITED, reason="dailyLimitExceeded"),
    Rule(name="userRateLimitExceeded", kind=Kind.RATE_LIMITED, reason="userRateLimitExceeded"),
    Rule(name="quotaExceeded", kind=Kind.RATE_LIMITED, reason="quotaExceeded"),
    Rule(
        name="rateLimitExceeded",
        kind=Kind.RATE_LIMITED,
        reason=("rateLimitExceeded", "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"),
    ),
)

# What Google does not want to tell us of, or not in this way. All of it goes on being looked at by the clock.
_PUSH = (
    Rule(
        name="pushAddress",
        kind=Kind.CONFIG,
        reason=("push.webhookUrlNotHttps", "push.webhookUrlUnauthorized", "push.webhookUrlNoHostOrAddress"),
    ),
    Rule(name="pushUnsupported", kind=Kind.CONFIG, reason="pushNotSupportedForRequestedResource"),
    Rule(name="channelIdNotUnique", kind=Kind.CONFLICT, reason=("channelIdNotUnique", "push.channelIdNotUnique")),
    Rule(
        name="pushTopic",
        kind=Kind.CONFIG,
        reason=("forbidden", "notFound"),
        message=r"\btest message to cloud ?pubsub\b",
    ),
    Rule(name="pushTopic", kind=Kind.CONFIG, reason="invalidArgument", message=r"\btopic ?name\b"),
    Rule(
        name="pushOtherTopic",
        kind=Kind.CONFIG,
        reason="failedPrecondition",
        message=r"\bone user push notification client\b",
    ),
)

_ACCESS = (
    # "Login Required" has the reason of a missing field; the status tells it from one.
    Rule(
        name="authError",
        kind=Kind.AUTH,
        reason=("authError", "required", "UNAUTHENTICATED", "invalid_token", "ACCESS_TOKEN_EXPIRED"),
        status=401,
    ),
    # People says so where the etag is not that of the contact as it stands.
    Rule(
        name="conditionNotMet",
        kind=Kind.CONFLICT,
        reason="FAILED_PRECONDITION",
        message=r"\betag is different\b|\bget the latest person\b",
    ),
    Rule(name="domainPolicy", kind=Kind.PERMISSION, reason="domainPolicy"),
    Rule(
        name="domainPolicy",
        kind=Kind.PERMISSION,
        reason="PERMISSION_DENIED",
        message=r"\bdomain administrators have disabled\b",
    ),
    Rule(
        name="insufficientPermissions",
        kind=Kind.PERMISSION,
        reason=("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
    ),
    Rule(
        name="insufficientPermissions",
        kind=Kind.PERMISSION,
        reason=("forbidden", "PERMISSION_DENIED"),
        message=r"\binsufficient authentication scopes\b",
    ),
    Rule(name="accessNotConfigured", kind=Kind.CONFIG, reason=("accessNotConfigured", "SERVICE_DISABLED")),
    Rule(name="notACalendarUser", kind=Kind.CONFIG, reason="notACalendarUser"),
    Rule(
        name="forbiddenForNonOrganizer",
        kind=Kind.PERMISSION,
        reason=("forbiddenForNonOrganizer", "cannotChangeOrganizer", "cannotChangeOrganizerOfInstance"),
    ),
    Rule(name="delegationDenied", kind=Kind.PERMISSION, reason="delegationDenied"),
    Rule(
        name="delegationDenied",
        kind=Kind.PERMISSION,
        reason=("forbidden", "PERMISSION_DENIED"),
        message=r"\bdelegation denied\b",
    ),
    Rule(name="forbidden", kind=Kind.PERMISSION, reason=("forbidden", "PERMISSION_DENIED", "requiredAccessLevel")),
    Rule(name="failedPrecondition", kind=Kind.CONFIG, reason=("failedPrecondition", "FAILED_PRECONDITION")),
)

_ITEMS = (
    Rule(name="notFound", kind=Kind.NOT_FOUND, reason=("notFound", "NOT_FOUND")),
    # Tasks says so of an id that it does not know, or knows no more.
    Rule(name="notFound", kind=Kind.NOT_FOUND, reason="invalid", message=r"^invalid task (?:list )?id$"),
    Rule(name="deleted", kind=Kind.NOT_FOUND, reason="deleted"),
    Rule(name="conditionNotMet", kind=Kind.CONFLICT, reason="conditionNotMet"),
    Rule(name="duplicate:generation", kind=Kind.CONFLICT, reason="duplicate", operation=USED_UP),
    Rule(name="duplicate", kind=Kind.CONFLICT, reason=("duplicate", "alreadyExists", "ALREADY_EXISTS")),
    Rule(name="ABORTED", kind=Kind.CONFLICT, reason=("aborted", "ABORTED")),
    Rule(
        name="MY_CONTACTS_OVERFLOW_COUNT",
        kind=Kind.INVALID,
        reason="INVALID_ARGUMENT",
        message=r"\bMY_CONTACTS_OVERFLOW_COUNT\b",
    ),
    # The group was there when it was looked for.
    Rule(
        name="contactGroupGone",
        kind=Kind.TRANSIENT,
        reason="INVALID_ARGUMENT",
        message=r"\bnot a valid contact group resource\b",
    ),
    Rule(
        name="contactTooLarge",
        kind=Kind.INVALID,
        reason="INVALID_ARGUMENT",
        message=r"\b(?:contact|person)\b.* cannot have more than \d+ (?:fields|bytes|characters)\b",
    ),
    # Of the label that is put on a message, or taken off: somebody has deleted it.
    Rule(
        name="labelGone",
        kind=Kind.NOT_FOUND,
        reason="invalidArgument",
        message=r"^labelid not found$|^invalid label: ",
    ),
    Rule(name="required", kind=Kind.INVALID, reason="required"),
    Rule(name="timeRangeEmpty", kind=Kind.INVALID, reason="timeRangeEmpty"),
    Rule(
        name="eventTypeRestriction",
        kind=Kind.INVALID,
        reason=(
            "eventTypeRestriction",
            "malformedBirthdayEvent",
            "malformedFocusTimeEvent",
            "malformedOutOfOfficeEvent",
            "malformedWorkingLocationEvent",
        ),
    ),
    Rule(
        name="badRequest",
        kind=Kind.INVALID,
        reason=(
            "badRequest",
            "invalid",
            "invalidParameter",
            "invalidArgument",
            "parseError",
            "badContent",
            "INVALID_ARGUMENT",
            "OUT_OF_RANGE",
            "cannotUseDefaultRemindersAndSpecifyOverride",
            "eventRemindersCountExceedsLimit",
            "participantIsNeitherOrganizerNorAttendee",
            "syncTokenWithRequestRestrictions",
        ),
    ),
    Rule(
        name="backendError",
        kind=Kind.TRANSIENT,
        reason=("backendError", "internalError", "INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED"),
    ),
)

_PAGES = (
    Rule(name="URL_NOT_FOUND", kind=Kind.CONFIG, reason=answers.PAGE, status=404),
    Rule(name="backendError", kind=Kind.TRANSIENT, reason=answers.PAGE, status=(500, 502, 503, 504)),
)

_LAST_RESORT = (Rule(name="backendError", kind=Kind.TRANSIENT, status=(429, 500, 502, 503, 504)),)


def _grant(name: str, message: str, kind: Kind = Kind.AUTH) -> Rule:
    return Rule(name=f"invalid_grant/{name}", kind=kind, code="invalid_grant", message=message)


_OAUTH = (
    Rule(name="invalid_grant/invalid_rapt", kind=Kind.AUTH, code="invalid_grant", reason="invalid_rapt"),
    _grant("invalid_rapt", r"\binvalid_rapt\b|\breauth related\b"),
    _grant("revoked", r"expired or revoked"),
    Rule(name="invalid_grant/revoked", kind=Kind.AUTH, code="invalid_token"),
    _grant("deleted", r"\baccount has been (?:deleted|disabled)\b"),
    _grant("invalid_user", r"\b(?:invalid|not a valid) email\b"),
    _grant("service_account", r"\bjwt signature\b|\baccount not found\b|\baudience check\b", Kind.CONFIG),
    _grant("jwt_time", r"\bjwt\b.*\b(?:short-lived|iat|exp)\b", Kind.CONFIG),
    _grant("authorization_code", r"\bauth(?:orization)? code\b|\bcode verifier\b|\bcode was already\b"),
    _grant("bad_request", r"^bad request$"),
    Rule(name="invalid_grant", kind=Kind.AUTH, code="invalid_grant"),
    Rule(
        name="unauthorized_client/dwd",
        kind=Kind.PERMISSION,
        code="unauthorized_client",
        message=r"unauthorized to retrieve access tokens|unauthorized client or scope",
    ),
    # Once the words for the same; of a person it means that they pressed “Cancel”.
    Rule(
        name="unauthorized_client/dwd",
        kind=Kind.PERMISSION,
        code="access_denied",
        message=r"\brequested client not authorized\b",
    ),
    Rule(name="unauthorized_client", kind=Kind.CONFIG, code="unauthorized_client"),
    Rule(name="invalid_client", kind=Kind.CONFIG, code=("invalid_client", "deleted_client", "disabled_client")),
    Rule(name="admin_policy_enforced", kind=Kind.PERMISSION, code="admin_policy_enforced"),
    Rule(name="org_internal", kind=Kind.CONFIG, code="org_internal"),
    Rule(name="access_denied", kind=Kind.AUTH, code="access_denied"),
    Rule(name="redirect_uri_mismatch", kind=Kind.CONFIG, code="redirect_uri_mismatch"),
    Rule(name="rate_limit_exceeded", kind=Kind.RATE_LIMITED, code=("rate_limit_exceeded", "slow_down")),
    Rule(
        name="invalid_request",
        kind=Kind.CONFIG,
        code=("invalid_request", "invalid_scope", "unsupported_grant_type", "unsupported_response_type"),
    ),
    Rule(
        name="internal_failure",
        kind=Kind.TRANSIENT,
        code=("internal_failure", "server_error", "temporarily_unavailable"),
    ),
)

# Something else where there should be JSON, and nothing in it that we know.
_NOT_JSON = Rule(provider="network", name="NON_JSON_ANSWER", kind=Kind.TRANSIENT, reason=answers.NOT_JSON)


def _of(provider: str, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    return tuple(replace(rule, provider=provider) for rule in rules)


# One list for the token endpoint and the APIs: their words do not overlap.
RULES: tuple[Rule, ...] = (
    *_of("google_oauth", _OAUTH),
    *_of("google", (*_CURSORS, *_QUOTAS, *_PUSH, *_ACCESS, *_ITEMS, *_PAGES, *_LAST_RESORT)),
    _NOT_JSON,
)

DIALECT = Dialect(provider="google", details=answers.details, rules=RULES)
TOKEN_DIALECT = replace(DIALECT, provider="google_oauth")
