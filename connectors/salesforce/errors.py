"""What Salesforce's refusals mean: ordered rules, first match wins.

Rules go by code first. A message decides only where one code says several things, and never on its own where
the text may be the customer's: the words of a validation rule or a trigger can be anything.

Sources: "Status Codes and Error Responses" (REST API Developer Guide), `StatusCode` and `ExceptionCode` of the
partner WSDL, "OAuth 2.0 Authorization Errors" (Salesforce Help).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.errors import ASSERTION, Answer, Detail, Dialect, Failure, Kind, Rule
from connectors.salesforce import answers

# Codes that are their own name in the catalogue, by what the machine does about them.
_ITSELF: Mapping[Kind, tuple[str, ...]] = {
    Kind.INVALID: (
        "REQUIRED_FIELD_MISSING",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "FIELD_FILTER_VALIDATION_EXCEPTION",
        "FIELD_INTEGRITY_EXCEPTION",
        "STRING_TOO_LONG",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "INVALID_EMAIL_ADDRESS",
        "INVALID_CROSS_REFERENCE_KEY",
        "INACTIVE_OWNER_OR_USER",
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "INVALID_PERSON_ACCOUNT_OPERATION",
        "ENTITY_IS_LOCKED",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "CANNOT_EXECUTE_FLOW_TRIGGER",
        "MALFORMED_QUERY",
        "MALFORMED_SEARCH",
        "MISSING_ARGUMENT",
        "InvalidBatch",
    ),
    Kind.CONFLICT: ("DUPLICATES_DETECTED", "DUPLICATE_VALUE", "ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE"),
    Kind.NOT_FOUND: ("NOT_FOUND", "ENTITY_IS_DELETED"),
    Kind.PERMISSION: (
        "INSUFFICIENT_ACCESS",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "TXN_SECURITY_NO_ACCESS",
        "API_CURRENTLY_DISABLED",
        "API_DISABLED_FOR_ORG",
    ),
    Kind.CONFIG: (
        "INVALID_FIELD",
        "INVALID_TYPE",
        "FUNCTIONALITY_NOT_ENABLED",
        "STORAGE_LIMIT_EXCEEDED",
    ),
    Kind.CURSOR_EXPIRED: ("INVALID_REPLICATION_DATE",),
    Kind.AUTH: ("INVALID_SESSION_ID",),
    Kind.RATE_LIMITED: ("REQUEST_LIMIT_EXCEEDED",),
    Kind.TRANSIENT: (
        "REQUEST_RUNNING_TOO_LONG",
        "SERVER_UNAVAILABLE",
        "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
        "UNKNOWN_EXCEPTION",
    ),
}

_NOT_UNDERSTOOD = (
    "BAD_REQUEST",
    "METHOD_NOT_ALLOWED",
    "INVALID_CONTENT_TYPE",
    "UNSUPPORTED_MEDIA_TYPE",
    "INVALID_OPERATION",
    "ILLEGAL_QUERY_PARAMETER_VALUE",
    "INVALID_QUERY_FILTER_OPERATOR",
    "INVALID_BATCH_SIZE",
)

_REST = (
    # The length of an event is no code of its own; the number in the text depends on the org's settings.
    Rule(
        name="EVENT_TOO_LONG",
        kind=Kind.INVALID,
        code=("FIELD_INTEGRITY_EXCEPTION", "NUMBER_OUTSIDE_VALID_RANGE"),
        message=r"\bduration\b.{0,60}\b(?:minutes|days)\b",
    ),
    # A country or a state out of no list of the org's; the words are in the language of our user, the names are not.
    Rule(
        name="ADDRESS_NOT_LISTED",
        kind=Kind.INVALID,
        code="FIELD_INTEGRITY_EXCEPTION",
        fields=r"(?:Mailing|Other)(?:Country|State)(?:Code)?",
    ),
    # Our own rule, which refuses to go back behind a newer version of an event.
    Rule(
        name="SYNCAPP_STALE",
        kind=Kind.CONFLICT,
        code="FIELD_CUSTOM_VALIDATION_EXCEPTION",
        message=r"\bSYNCAPP_STALE\b",
    ),
    # Of a whole kind of record, for want of a right; of one record the code is a trigger's, whose words come later.
    Rule(
        name="NO_RIGHT_TO_WRITE",
        kind=Kind.PERMISSION,
        code="CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        message=r"\Aentity type cannot be (?:inserted|updated)\b",
    ),
    # A field of ours, which no mapping of the customer's names; its name is the same in every language.
    Rule(name="OWN_FIELD_MISSING", kind=Kind.CONFIG, code="INVALID_FIELD", message=r"'(?:\w+__)?Syncapp_\w+__c'"),
    # Who may own a case; the words stand in no language but English, and beside a code that says many things.
    Rule(name="QUEUE_GONE", kind=Kind.CONFIG, code="INVALID_OPERATION", message=r"\bqueue not associated with\b"),
    Rule(
        name="FILE_TOO_LARGE",
        kind=Kind.INVALID,
        code=("FILE_SIZE_LIMIT_EXCEEDED", "MAXIMUM_SIZE_OF_ATTACHMENT"),
    ),
    Rule(
        name="FILE_KIND_BLOCKED",
        kind=Kind.INVALID,
        code=("FILE_EXTENSION_NOT_ALLOWED", "HTML_FILE_UPLOAD_NOT_ALLOWED"),
    ),
    Rule(
        name="FILES_UNAVAILABLE",
        kind=Kind.TRANSIENT,
        code=tuple(f"CONTENT_HUB_{w}_EXCEPTION" for w in ("AUTHENTICATION", "SECURITY", "TIMEOUT", "UNEXPECTED")),
    ),
    *(Rule(name=code, kind=kind, code=code) for kind, codes in _ITSELF.items() for code in codes),
    Rule(name="MALFORMED_ID", kind=Kind.INVALID, code=("MALFORMED_ID", "INVALID_ID_FIELD")),
    Rule(name="DELETE_FAILED", kind=Kind.INVALID, code=("DELETE_FAILED", "DEPENDENCY_EXISTS")),
    Rule(name="UNABLE_TO_LOCK_ROW", kind=Kind.TRANSIENT, code=("UNABLE_TO_LOCK_ROW", "RECORD_IN_USE_BY_WORKFLOW")),
    Rule(
        name="QUERY_TIMEOUT",
        kind=Kind.TRANSIENT,
        code=("QUERY_TIMEOUT", "OPERATION_TOO_LARGE", "QUERY_TOO_COMPLICATED"),
    ),
    Rule(name="INVALID_QUERY_LOCATOR", kind=Kind.CURSOR_EXPIRED, code=("INVALID_QUERY_LOCATOR", "INVALID_LOCATOR")),
    Rule(
        name="JSON_PARSER_ERROR",
        kind=Kind.INVALID,
        code=("JSON_PARSER_ERROR", "INVALID_TYPE_ON_FIELD_IN_RECORD", "XML_PARSER_ERROR"),
    ),
    Rule(name="EXCEEDED_ID_LIMIT", kind=Kind.INVALID, code=("EXCEEDED_ID_LIMIT", "LIMIT_EXCEEDED")),
    Rule(name="UNSUPPORTED_API_VERSION", kind=Kind.CONFIG, code=("UNSUPPORTED_API_VERSION", "GONE")),
    Rule(
        name="LOGIN_OAUTH_INVALID_TOKEN",
        kind=Kind.AUTH,
        code=("LOGIN_OAUTH_INVALID_TOKEN", "INVALID_AUTH_HEADER", "Bad_OAuth_Token", "Missing_OAuth_Token"),
    ),
    Rule(name="REQUEST_NOT_UNDERSTOOD", kind=Kind.INVALID, code=_NOT_UNDERSTOOD),
    Rule(name="COLLECTIONS_ALL_OR_NONE", kind=Kind.TRANSIENT, code=tuple(sorted(answers.COMPANIONS))),
    Rule(name="HTTP_300_MULTIPLE_MATCHES", kind=Kind.INVALID, code="DUPLICATE_EXTERNAL_ID"),
    Rule(name="HTTP_300_MULTIPLE_MATCHES", kind=Kind.INVALID, reason=answers.SEVERAL_RECORDS, status=300),
    Rule(name="HTTP_413_414_431", kind=Kind.INVALID, code="EXCEEDED_MAX_SIZE_REQUEST"),
    Rule(name="HTTP_413_414_431", kind=Kind.INVALID, reason=answers.PAGE, status=(413, 414, 431)),
    Rule(name="SERVER_UNAVAILABLE", kind=Kind.TRANSIENT, reason=answers.PAGE, status=(500, 502, 503, 504)),
    Rule(name="BULK_JOB_FAILED", kind=Kind.INVALID, reason=answers.JOB_FAILED),
    Rule(name="BULK_RECORDS_FAILED", kind=Kind.INVALID, reason=answers.RECORDS_FAILED),
)

_LAST_RESORT = (
    Rule(name="HTTP_413_414_431", kind=Kind.UNKNOWN, status=(413, 414, 431)),
    # Only without a code: a SOAP fault is always a 500, and one with a new code is no outage.
    Rule(name="SERVER_UNAVAILABLE", kind=Kind.TRANSIENT, code="", status=(429, 500, 502, 503, 504)),
)


def _grant(name: str, message: str = "", kind: Kind = Kind.AUTH) -> Rule:
    return Rule(name=f"invalid_grant/{name}", kind=kind, code="invalid_grant", message=message)


_OAUTH = (
    Rule(
        name="login_rate_exceeded",
        kind=Kind.RATE_LIMITED,
        code=("invalid_grant", "invalid_request"),
        message=r"\brate (?:limit )?exceeded\b",
    ),
    # Of an assertion the words for a late code mean that its time is over.
    Rule(
        name="invalid_grant/assertion_time",
        kind=Kind.CONFIG,
        code="invalid_grant",
        message=r"expired authorization code",
        operation=ASSERTION,
    ),
    _grant("assertion", r"invalid assertion", Kind.CONFIG),
    _grant("no_run_as_user", r"no client credentials user", Kind.CONFIG),
    _grant("other_domain", r"not supported on this domain", Kind.CONFIG),
    _grant("no_scopes", r"no valid scopes", Kind.CONFIG),
    _grant("authorization_code", r"authorization code|code verifier"),
    _grant("expired_token", r"expired (?:access|refresh)|\brevoked\b"),
    _grant("inactive_user", r"inactive user"),
    Rule(name="invalid_grant/inactive_user", kind=Kind.AUTH, code="inactive_user"),
    _grant("inactive_org", r"inactive organi[sz]ation"),
    Rule(name="invalid_grant/inactive_org", kind=Kind.AUTH, code=("inactive_org", "ORG_LOCKED", "TRIAL_EXPIRED")),
    _grant("ip_restricted", r"\bip restricted|login hours"),
    Rule(
        name="invalid_grant/ip_restricted",
        kind=Kind.AUTH,
        code=("LOGIN_DURING_RESTRICTED_DOMAIN", "LOGIN_DURING_RESTRICTED_TIME"),
    ),
    _grant("authentication_failure", r"authentication failure"),
    _grant("user_not_approved", r"approved this consumer"),
    _grant("audience", r"\baudience\b", Kind.CONFIG),
    Rule(name="invalid_grant", kind=Kind.AUTH, code="invalid_grant"),
    Rule(name="invalid_client_id", kind=Kind.CONFIG, code="invalid_client_id"),
    Rule(
        name="invalid_client/not_installed",
        kind=Kind.CONFIG,
        code="invalid_client",
        message=r"\bmust be installed\b|\bnot installed\b",
    ),
    Rule(name="invalid_client/not_installed", kind=Kind.CONFIG, code="OAUTH_EC_APP_NOT_FOUND"),
    Rule(name="invalid_client", kind=Kind.CONFIG, code=("invalid_client", "invalid_client_credentials")),
    Rule(name="OAUTH_APP_BLOCKED", kind=Kind.PERMISSION, code=("OAUTH_APP_BLOCKED", "OAUTH_AUTHORIZATION_BLOCKED")),
    Rule(name="OAUTH_APPROVAL_ERROR_GENERIC", kind=Kind.CONFIG, code="OAUTH_APPROVAL_ERROR_GENERIC"),
    Rule(
        name="OAUTH_APP_ACCESS_DENIED",
        kind=Kind.PERMISSION,
        code=("OAUTH_APP_ACCESS_DENIED", "invalid_app_access"),
    ),
    Rule(name="access_denied", kind=Kind.AUTH, code=("access_denied", "access-denied")),
    Rule(name="redirect_uri_mismatch", kind=Kind.CONFIG, code=("redirect_uri_mismatch", "redirect_uri_missing")),
    Rule(name="login_rate_exceeded", kind=Kind.RATE_LIMITED, code=("rate_limit_exceeded", "login_rate_exceeded")),
    Rule(name="unauthorized_client", kind=Kind.CONFIG, code="unauthorized_client"),
    Rule(
        name="invalid_request",
        kind=Kind.CONFIG,
        code=(
            "invalid_request",
            "invalid_scope",
            "unsupported_grant_type",
            "unsupported_response_type",
            "unsupported_token_type",
        ),
    ),
    Rule(name="unknown_error", kind=Kind.TRANSIENT, code=("unknown_error", "server_error", "temporarily_unavailable")),
)

_SOAP = (
    Rule(
        name="INVALID_LOGIN",
        kind=Kind.AUTH,
        code=(
            "INVALID_LOGIN",
            "PASSWORD_LOCKOUT",
            "LOGIN_MUST_USE_SECURITY_TOKEN",
            "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
        ),
    ),
)

# Something else where there should be JSON, and nothing in it that we know.
_NOT_JSON = Rule(provider="network", name="NON_JSON_ANSWER", kind=Kind.TRANSIENT, reason=answers.NOT_JSON)


def _of(provider: str, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    return tuple(replace(rule, provider=provider) for rule in rules)


# One list for every door of Salesforce: the codes of one turn up at the others.
RULES: tuple[Rule, ...] = (
    *_of("salesforce_oauth", _OAUTH),
    *_of("salesforce_soap", _SOAP),
    *_of("salesforce", (*_REST, *_LAST_RESORT)),
    _NOT_JSON,
)

DIALECT = Dialect(provider="salesforce", details=answers.details, rules=RULES, request_id_header="x-sfdc-request-id")
TOKEN_DIALECT = replace(DIALECT, provider="salesforce_oauth")
SOAP_DIALECT = replace(DIALECT, provider="salesforce_soap")


def item_failure(result: Mapping[str, object], answer: Answer | None = None) -> Failure:
    """What one entry of a collections answer means: the entry, or one element of its `errors`. Never raises.

    `answer` is the whole answer, for its status and request id.
    """
    found = answers.item_details(result)
    leading = next((detail for detail in found if not detail.companion), None)
    return DIALECT.failure(leading or next(iter(found), Detail()), answer or Answer(status=200))
