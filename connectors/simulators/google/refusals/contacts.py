"""What People refuses at its door, and of reads and lists."""

from __future__ import annotations

from connectors.simulators.google.refusals.rows import GITHUB, PEOPLE, rows

_LIST = f"{PEOPLE}.connections/list"
_AMP = f"{GITHUB}amp-labs/connectors"
_DOCUMENT = "https://people.googleapis.com/$discovery/rest?version=v1"
_MASK = "Please specify one or more valid paths. Valid paths are documented at …/people/get."
_EXPIRED = "400 Sync token is expired. Clear local cache and retry call without the sync token."

AT_THE_DOOR = rows(
    (
        "contacts-token-missing",
        "CREDENTIALS_MISSING",
        "a list without a token",
        "401 Request is missing required authentication credential. …",
        "https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto",
    ),
    (
        "contacts-token-expired",
        "ACCESS_TOKEN_EXPIRED",
        "a list with a token an hour old",
        "401 Request had invalid authentication credentials. …",
        "https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto",
    ),
    (
        "contacts-scope-missing",
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "a list with userinfo.profile",
        "403 Request had insufficient authentication scopes.",
        f"{_LIST}#authorization-scopes",
    ),
    (
        "contacts-scope-read-only",
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "a new contact with contacts.readonly",
        "403 Request had insufficient authentication scopes.",
        f"{PEOPLE}/createContact#authorization-scopes",
    ),
    (
        "contacts-api-off",
        "SERVICE_DISABLED",
        "any method where the project has not enabled the API",
        "403 People API has not been used in project …",
        f"{GITHUB}googleworkspace/python-samples/issues/23",
    ),
    (
        "contacts-domain-policy",
        "PERMISSION_DENIED",
        "any method where the domain blocks the app",
        "403 The domain administrators have disabled Contacts apps.",
        "https://support.google.com/a/answer/7281227",
    ),
    ("contacts-unknown-path", "html", "a path that the API does not have", "404 Error 404 (Not Found)!!1", _AMP),
    (
        "contacts-unknown-parameter",
        "INVALID_ARGUMENT",
        "a query parameter that the document does not declare",
        '400 Invalid JSON payload received. Unknown name "colour": Cannot bind query parameter. …',
        _DOCUMENT,
    ),
    (
        "contacts-parameter-type",
        "INVALID_ARGUMENT",
        "pageSize=many",
        "400 Invalid value at 'page_size' (TYPE_INT32), \"many\"",
        _DOCUMENT,
    ),
    (
        "contacts-parameter-choice",
        "INVALID_ARGUMENT",
        "two sources with a comma between",
        "400 Invalid value at 'sources' …, \"READ_SOURCE_TYPE_CONTACT,READ_SOURCE_TYPE_PROFILE\"",
        _AMP,
    ),
    (
        "contacts-fields-unknown",
        "INVALID_ARGUMENT",
        "fields=connections(colour)",
        "400 Request contains an invalid argument.",
        f"{GITHUB}googleapis/google-api-dotnet-client/issues/1113",
    ),
)

READING = rows(
    (
        "contact-mask-missing",
        "INVALID_ARGUMENT",
        "a contact without personFields",
        f"400 personFields mask is required. {_MASK}",
        f"{GITHUB}googleworkspace/go-samples/issues/15",
    ),
    (
        "contact-mask-missing-in-list",
        "INVALID_ARGUMENT",
        "a list without personFields",
        f"400 personFields mask is required. {_MASK}",
        f"{GITHUB}googleapis/google-api-nodejs-client/issues/989",
    ),
    (
        "contact-mask-path",
        "INVALID_ARGUMENT",
        "personFields=etag",
        '400 Invalid personFields mask path: "etag". Valid paths are documented at …/people/get.',
        _AMP,
    ),
    (
        "contact-mask-path-below",
        "INVALID_ARGUMENT",
        "personFields=names.givenName",
        '400 Invalid personFields mask path: "names.given_name". Valid paths are documented at …/people/get.',
        _AMP,
    ),
    (
        "contact-mask-unreadable",
        "INVALID_ARGUMENT",
        "personFields that are JSON",
        "400 Invalid value at 'person_fields' (type.googleapis.com/google.protobuf.FieldMask), Field …",
        f"{GITHUB}googleapis/google-api-python-client/issues/1409",
    ),
    ("contact-unknown", "NOT_FOUND", "a contact that is not there", "404 Requested entity was not found.", _AMP),
    ("contact-of-other", "NOT_FOUND", "another's contact", "404 Requested entity was not found.", _AMP),
    ("contact-deleted", "NOT_FOUND", "a contact that was deleted", "404 Requested entity was not found.", _AMP),
    (
        "contact-batch-get-201",
        "INVALID_ARGUMENT",
        "201 contacts in one call",
        "400 Number of resource names must be less than or equal to 200.",
        f"{PEOPLE}/getBatchGet",
    ),
    (
        "contact-batch-get-none",
        "INVALID_ARGUMENT",
        "no contacts in one call",
        "400 At least one of the resource names is required.",
        f"{PEOPLE}/getBatchGet",
    ),
)

LISTS = rows(
    (
        "contact-page-size",
        "INVALID_ARGUMENT",
        "pageSize=1001",
        "400 Page size must be less than or equal to 1000.",
        _AMP,
    ),
    (
        "contact-page-size-negative",
        "INVALID_ARGUMENT",
        "pageSize=-1",
        "400 Page size must be greater than or equal to 0.",
        _LIST,
    ),
    (
        "contact-page-token",
        "INVALID_ARGUMENT",
        "a pageToken that was never given out",
        "400 Request contains an invalid argument.",
        _LIST,
    ),
    (
        "contact-page-token-of-other-query",
        "INVALID_ARGUMENT",
        "a pageToken with another mask than at first",
        "400 Request contains an invalid argument.",
        _LIST,
    ),
    (
        "contact-list-of-other",
        "INVALID_ARGUMENT",
        "the contacts of a person other than people/me",
        "400 Only people/me is valid.",
        _LIST,
    ),
)

SYNC = rows(
    (
        "contact-order-with-sync",
        "INVALID_ARGUMENT",
        "requestSyncToken with sortOrder",
        "400 Sort order cannot be specified when a sync is requested.",
        f"{_LIST}#SortOrder",
    ),
    (
        "contact-order-with-sync-token",
        "INVALID_ARGUMENT",
        "syncToken with sortOrder",
        "400 Sort order cannot be specified when a sync is requested.",
        f"{_LIST}#SortOrder",
    ),
    (
        "contact-sync-token",
        "INVALID_ARGUMENT",
        "a syncToken that was never given out",
        "400 Request contains an invalid argument.",
        f"{GITHUB}fleapower/Google-Script-Contacts-Sync/issues/2",
    ),
    (
        "contact-sync-token-of-other-account",
        "INVALID_ARGUMENT",
        "another account's syncToken",
        "400 Request contains an invalid argument.",
        _LIST,
    ),
    (
        "contact-sync-other-mask",
        "INVALID_ARGUMENT",
        "a syncToken with another mask than at first",
        "400 Request parameters must match those of the call that returned the sync token.",
        _LIST,
    ),
    (
        "contact-sync-other-size",
        "INVALID_ARGUMENT",
        "a syncToken with another pageSize than at first",
        "400 Request parameters must match those of the call that returned the sync token.",
        _LIST,
    ),
    (
        "contact-sync-expired",
        "EXPIRED_SYNC_TOKEN",
        "a syncToken that the server forgot",
        _EXPIRED,
        f"{GITHUB}frappe/frappe/issues/19016",
    ),
    (
        "contact-sync-a-week-old",
        "EXPIRED_SYNC_TOKEN",
        "a syncToken whose list in full is more than seven days old",
        _EXPIRED,
        _LIST,
    ),
)
