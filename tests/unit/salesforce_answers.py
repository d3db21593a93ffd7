"""What Salesforce answers, and what it means."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.errors import ASSERTION
from tests.unit.answers import Case, case, rows

# status errorCode -> name in the catalogue, where it is not the code: kind scope fixer, and beneath the message
_SINGLE = r"""
400 REQUIRED_FIELD_MISSING: invalid item end_user
    Required fields are missing: [LastName, Company]
400 FIELD_CUSTOM_VALIDATION_EXCEPTION: invalid item salesforce_admin
    Give every offer a cost centre.
400 FIELD_CUSTOM_VALIDATION_EXCEPTION -> SYNCAPP_STALE: conflict item nobody
    Version: SYNCAPP_STALE
400 FIELD_FILTER_VALIDATION_EXCEPTION: invalid item salesforce_admin
    Value does not exist or does not match filter criteria.
400 FIELD_INTEGRITY_EXCEPTION: invalid item salesforce_admin
    Bavaria is not a valid state of country Norway: State/Province
400 FIELD_INTEGRITY_EXCEPTION -> EVENT_TOO_LONG: invalid item end_user
    Duration must be between 0 and 1440 minutes: Duration
400 NUMBER_OUTSIDE_VALID_RANGE -> EVENT_TOO_LONG: invalid item end_user
    Event duration can not be longer than 14 days: 20
400 STRING_TOO_LONG: invalid item end_user
    Subject: data value too large: An offer without end (max length=3000)
400 NUMBER_OUTSIDE_VALID_RANGE: invalid item end_user
    Annual Revenue: value outside of valid range on numeric field: 1.0E21
400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: invalid item salesforce_admin
    Region: bad value for restricted picklist field: Atlantis
400 INVALID_EMAIL_ADDRESS: invalid item end_user
    Email: invalid email address: ada@@example.com
400 INVALID_CROSS_REFERENCE_KEY: invalid item end_user
    invalid cross reference id
400 INVALID_PERSON_ACCOUNT_OPERATION: invalid item end_user
    cannot reference person contact
400 INACTIVE_OWNER_OR_USER: invalid item salesforce_admin
    operation performed with inactive user [005Qy00000A1b2C] as owner of lead
400 CANNOT_UPDATE_CONVERTED_LEAD: invalid item end_user
    cannot reference converted lead
400 ENTITY_IS_LOCKED: invalid item salesforce_admin
    the entity is locked for editing
400 CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: invalid item salesforce_admin
    LeadGuard: execution of BeforeInsert\n\ncaused by: System.NullPointerException: Attempt to de-reference a null
    object\n\nTrigger.LeadGuard: line 7, column 1
400 CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY -> NO_RIGHT_TO_WRITE: permission item salesforce_admin
    entity type cannot be inserted: Email Message
400 CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY -> NO_RIGHT_TO_WRITE: permission item salesforce_admin
    entity type cannot be updated: Event
400 CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: invalid item salesforce_admin
    LeadGuard: execution of AfterInsert\n\ncaused by: System.DmlException: Insert failed. First exception on row 0;
    first error: CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY, entity type cannot be inserted: Task
400 CANNOT_EXECUTE_FLOW_TRIGGER: invalid item salesforce_admin
    We can't save this record because the “Lead routing” process failed. Give your Salesforce admin these details.
    This error occurred when the flow tried to create records: DUPLICATE_VALUE: duplicate value found
400 MALFORMED_QUERY: invalid organization vendor_support
    unexpected token: 'FORM'
400 MALFORMED_SEARCH: invalid organization vendor_support
    Search term must be in braces.
400 MISSING_ARGUMENT: invalid item vendor_support
    Missing the id of the record
400 EXCEEDED_ID_LIMIT: invalid mailbox vendor_support
    record limit reached. cannot submit 201 ids
400 LIMIT_EXCEEDED -> EXCEEDED_ID_LIMIT: invalid mailbox vendor_support
    Cannot have more than 10 chunks in a single operation.
400 DUPLICATE_EXTERNAL_ID -> HTTP_300_MULTIPLE_MATCHES: invalid item salesforce_admin
    Code__c: more than one record found for external id field: [003Qy00000Cc1Dd, 003Qy00000Cc2Dd]
410 GONE -> UNSUPPORTED_API_VERSION: config organization vendor_support
    The requested resource has been retired.
401 INVALID_AUTH_HEADER -> LOGIN_OAUTH_INVALID_TOKEN: auth mailbox nobody
    INVALID_HEADER_TYPE
400 INVALID_REPLICATION_DATE: cursor_expired organization nobody
    The start is before the log of deletions begins.
400 DUPLICATES_DETECTED: conflict item end_user
    Is it one of these?
400 DUPLICATE_VALUE: conflict item salesforce_admin
    duplicate value found: Syncapp_Key__c duplicates value on record with id: 02sQy00000Zz9Xy
412 ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE: conflict item nobody
    The entity has been modified since Tue, 03 Nov 2026 09:00:00 GMT
404 NOT_FOUND: not_found item salesforce_admin
    The requested resource does not exist
404 ENTITY_IS_DELETED: not_found item end_user
    entity is deleted
403 INSUFFICIENT_ACCESS: permission item salesforce_admin
    insufficient access rights
403 INSUFFICIENT_ACCESS_OR_READONLY: permission item salesforce_admin
    insufficient access rights on object id
403 INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: permission item salesforce_admin
    insufficient access rights on cross-reference id: 001Qy000007Kk1Q
400 INVALID_FIELD_FOR_INSERT_UPDATE: permission organization salesforce_admin
    Unable to create/update fields: Region__c, Rating. Please check the security settings of this field.
403 TXN_SECURITY_NO_ACCESS: permission mailbox salesforce_admin
    Not allowed by a policy
403 API_CURRENTLY_DISABLED: permission mailbox salesforce_admin
    API is disabled for this User
403 API_DISABLED_FOR_ORG: permission organization salesforce_admin
    API is not enabled
400 INVALID_FIELD: config organization salesforce_admin
    No such column 'Region__c' on sobject of type Lead
400 INVALID_FIELD -> OWN_FIELD_MISSING: config organization salesforce_admin
    No such column 'Syncapp_Key__c' on sobject of type EmailMessage
400 INVALID_FIELD -> OWN_FIELD_MISSING: config organization salesforce_admin
    \nSELECT Id, Syncapp_Version__c FROM Event\n           ^\nERROR at Row:1:Column:12\n
    No such column 'Syncapp_Version__c' on entity 'Event'.
400 INVALID_FIELD: config organization salesforce_admin
    \nSELECT Syncapp_Key__c, Region__c FROM Event\n   ^\nERROR at Row:1:Column:24\n
    No such column 'Region__c' on entity 'Event'.
400 INVALID_TYPE: config organization salesforce_admin
    sObject type 'EmailMessage' is not supported.
400 FUNCTIONALITY_NOT_ENABLED: config organization salesforce_admin
    Enhanced Email is off
404 UNSUPPORTED_API_VERSION: config organization vendor_support
    API version 20.0 is retired
403 STORAGE_LIMIT_EXCEEDED: config organization salesforce_admin
    storage limit exceeded
400 FILE_SIZE_LIMIT_EXCEEDED -> FILE_TOO_LARGE: invalid item nobody
    File size exceeds the limit of 100 bytes
400 MAXIMUM_SIZE_OF_ATTACHMENT -> FILE_TOO_LARGE: invalid item nobody
    attachment data exceeded maximum size
400 FILE_EXTENSION_NOT_ALLOWED -> FILE_KIND_BLOCKED: invalid item nobody
    Your company doesn't support the following file types: .exe
400 HTML_FILE_UPLOAD_NOT_ALLOWED -> FILE_KIND_BLOCKED: invalid item nobody
    Your company doesn't support the following file types: .html
500 CONTENT_HUB_AUTHENTICATION_EXCEPTION -> FILES_UNAVAILABLE: transient item nobody
    Not let in
500 CONTENT_HUB_SECURITY_EXCEPTION -> FILES_UNAVAILABLE: transient item nobody
    Not let in
500 CONTENT_HUB_TIMEOUT_EXCEPTION -> FILES_UNAVAILABLE: transient item nobody
    Unexpected error while working with files
500 CONTENT_HUB_UNEXPECTED_EXCEPTION -> FILES_UNAVAILABLE: transient item nobody
    Unexpected error while working with files
401 INVALID_SESSION_ID: auth mailbox nobody
    Session expired or invalid
403 REQUEST_LIMIT_EXCEEDED: rate_limited organization salesforce_admin
    TotalRequests Limit exceeded.
503 REQUEST_RUNNING_TOO_LONG: transient mailbox nobody
    Your request was running too long
503 SERVER_UNAVAILABLE: transient organization nobody
    Server unavailable
503 INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE: transient organization nobody
    read-only mode
500 UNKNOWN_EXCEPTION: transient item vendor_support
    An unexpected error occurred. ErrorId: 1871530740-1367 (-888500429)
400 MALFORMED_ID: invalid item vendor_support
    bad id 003Qy0000
400 INVALID_ID_FIELD -> MALFORMED_ID: invalid item vendor_support
    bad id 003Qy0000
400 DELETE_FAILED: invalid item salesforce_admin
    Your attempt to delete Acme failed
400 DEPENDENCY_EXISTS -> DELETE_FAILED: invalid item salesforce_admin
    Acme is used by 3 cases
400 UNABLE_TO_LOCK_ROW: transient item nobody
    unable to obtain exclusive access to this record or 1 records: 001Qy000007Kk1Q
400 RECORD_IN_USE_BY_WORKFLOW -> UNABLE_TO_LOCK_ROW: transient item nobody
    record in use
400 QUERY_TIMEOUT: transient mailbox vendor_support
    Your query was running for too long.
400 OPERATION_TOO_LARGE -> QUERY_TIMEOUT: transient mailbox vendor_support
    Too many rows
400 QUERY_TOO_COMPLICATED -> QUERY_TIMEOUT: transient mailbox vendor_support
    Too many formulas
400 INVALID_QUERY_LOCATOR: cursor_expired mailbox nobody
    invalid query locator
400 INVALID_LOCATOR -> INVALID_QUERY_LOCATOR: cursor_expired mailbox nobody
    invalid locator
400 JSON_PARSER_ERROR: invalid item vendor_support
    Unexpected character at [line:1, column:9]
400 INVALID_TYPE_ON_FIELD_IN_RECORD -> JSON_PARSER_ERROR: invalid item vendor_support
    MessageDate: value not of required type: soon
400 XML_PARSER_ERROR -> JSON_PARSER_ERROR: invalid item vendor_support
    Content is not allowed
400 BAD_REQUEST -> REQUEST_NOT_UNDERSTOOD: invalid item vendor_support
    Not like that
405 METHOD_NOT_ALLOWED -> REQUEST_NOT_UNDERSTOOD: invalid item vendor_support
    Not like that
415 INVALID_CONTENT_TYPE -> REQUEST_NOT_UNDERSTOOD: invalid item vendor_support
    Not like that
415 UNSUPPORTED_MEDIA_TYPE -> REQUEST_NOT_UNDERSTOOD: invalid item vendor_support
    Not like that
400 INVALID_OPERATION -> REQUEST_NOT_UNDERSTOOD: invalid item vendor_support
    Not like that
400 INVALID_OPERATION -> QUEUE_GONE: config organization mailbox_admin
    Queue not associated with this SObject type
400 ILLEGAL_QUERY_PARAMETER_VALUE -> REQUEST_NOT_UNDERSTOOD: invalid item vendor_support
    Not like that
400 INVALID_QUERY_FILTER_OPERATOR -> REQUEST_NOT_UNDERSTOOD: invalid item vendor_support
    Not like that
400 INVALID_BATCH_SIZE -> REQUEST_NOT_UNDERSTOOD: invalid item vendor_support
    Not like that
400 EXCEEDED_MAX_SIZE_REQUEST -> HTTP_413_414_431: invalid item end_user
    over 50 MB
400 ALL_OR_NONE_OPERATION_ROLLED_BACK -> COLLECTIONS_ALL_OR_NONE: transient item nobody
    Rolled back with another record
400 PROCESSING_HALTED -> COLLECTIONS_ALL_OR_NONE: transient item nobody
    Rolled back
400 SOMETHING_OF_NEXT_YEAR -> UNKNOWN: unknown item vendor_support
    A new word
"""


def _single() -> Iterable[Case]:
    for number, row in enumerate(rows(_SINGLE)):
        status, code = row.said.split()
        body = [{"message": row.message, "errorCode": code, "fields": []}]
        name, told = row.name or code, "none" if row.name == "UNKNOWN" else "code"
        yield case(f"{code} {number}", "salesforce", int(status), body, f"salesforce.{name}", row.verdict, matched=told)


# error -> name in the catalogue, where it is not the error: kind scope fixer, and beneath the description
_TOKENS = r"""
invalid_grant -> invalid_grant/authorization_code: auth mailbox end_user
    expired authorization code
invalid_grant -> invalid_grant/authorization_code: auth mailbox end_user
    invalid code verifier
invalid_grant -> invalid_grant/expired_token: auth mailbox end_user
    expired access/refresh token
invalid_grant -> invalid_grant/expired_token: auth mailbox end_user
    token was revoked
invalid_grant -> invalid_grant/inactive_user: auth mailbox salesforce_admin
    inactive user
inactive_user -> invalid_grant/inactive_user: auth mailbox salesforce_admin
    user is inactive
invalid_grant -> invalid_grant/inactive_org: auth organization salesforce_admin
    inactive organization
inactive_org -> invalid_grant/inactive_org: auth organization salesforce_admin
    org is locked
ORG_LOCKED -> invalid_grant/inactive_org: auth organization salesforce_admin
    locked
TRIAL_EXPIRED -> invalid_grant/inactive_org: auth organization salesforce_admin
    over
invalid_grant -> invalid_grant/ip_restricted: auth mailbox salesforce_admin
    ip restricted or invalid login hours
LOGIN_DURING_RESTRICTED_DOMAIN -> invalid_grant/ip_restricted: auth mailbox salesforce_admin
    not from there
LOGIN_DURING_RESTRICTED_TIME -> invalid_grant/ip_restricted: auth mailbox salesforce_admin
    not now
invalid_grant -> invalid_grant/authentication_failure: auth mailbox end_user
    authentication failure - try again
invalid_grant -> invalid_grant/user_not_approved: auth mailbox salesforce_admin
    user hasn't approved this consumer
invalid_grant -> invalid_grant/audience: config organization vendor_support
    audience is invalid
invalid_grant -> invalid_grant/assertion: config organization salesforce_admin
    invalid assertion
invalid_grant -> invalid_grant/no_run_as_user: config organization salesforce_admin
    no client credentials user enabled
invalid_grant -> invalid_grant/other_domain: config organization salesforce_admin
    request not supported on this domain
invalid_grant -> invalid_grant/no_scopes: config organization salesforce_admin
    no valid scopes defined
invalid_grant: auth mailbox end_user
    a reason of next year
invalid_grant -> login_rate_exceeded: rate_limited mailbox nobody
    login rate exceeded
invalid_request -> login_rate_exceeded: rate_limited mailbox nobody
    rate limit exceeded
rate_limit_exceeded -> login_rate_exceeded: rate_limited mailbox nobody
    slow down
login_rate_exceeded: rate_limited mailbox nobody
    slow down
invalid_client_id: config organization vendor_support
    client identifier unknown
invalid_client -> invalid_client/not_installed: config organization salesforce_admin
    app must be installed into org
OAUTH_EC_APP_NOT_FOUND -> invalid_client/not_installed: config organization salesforce_admin
    External client app is not there
invalid_client: config organization vendor_support
    invalid client credentials
invalid_client_credentials -> invalid_client: config organization vendor_support
    client secret invalid
OAUTH_APP_BLOCKED: permission organization salesforce_admin
    blocked by admin
OAUTH_AUTHORIZATION_BLOCKED -> OAUTH_APP_BLOCKED: permission organization salesforce_admin
    blocked
OAUTH_APPROVAL_ERROR_GENERIC: config organization salesforce_admin
    app must be installed into org
OAUTH_APP_ACCESS_DENIED: permission mailbox salesforce_admin
    not admin approved
invalid_app_access -> OAUTH_APP_ACCESS_DENIED: permission mailbox salesforce_admin
    user is not admin approved to access this app
access_denied: auth mailbox end_user
    end-user denied authorization
access-denied -> access_denied: auth mailbox end_user
    end-user denied authorization
redirect_uri_mismatch: config organization vendor_support
    redirect_uri must match
redirect_uri_missing -> redirect_uri_mismatch: config organization vendor_support
    redirect_uri needed
unauthorized_client: config organization vendor_support
    not this flow
invalid_request: config organization vendor_support
    not like that
invalid_scope -> invalid_request: config organization vendor_support
    not like that
unsupported_grant_type -> invalid_request: config organization vendor_support
    not like that
unsupported_token_type -> invalid_request: config organization vendor_support
    this token type is not supported
unsupported_response_type -> invalid_request: config organization vendor_support
    not like that
unknown_error: transient mailbox nobody
    try later
server_error -> unknown_error: transient mailbox nobody
    try later
temporarily_unavailable -> unknown_error: transient mailbox nobody
    try later
"""


# What is said of a signed assertion: the words for a late code mean another thing then, all others the same.
_ASSERTIONS = """
invalid_grant -> invalid_grant/assertion_time: config organization vendor_support
    expired authorization code
invalid_grant -> invalid_grant/user_not_approved: auth mailbox salesforce_admin
    user hasn't approved this consumer
"""


def _tokens(table: str = _TOKENS, operation: str = "") -> Iterable[Case]:
    for row in rows(table):
        body = {"error": row.said, "error_description": row.message}
        name, about = f"salesforce_oauth.{row.name or row.said}", f"{row.said}: {row.message} {operation}".strip()
        yield case(about, "salesforce_oauth", 400, body, name, row.verdict, operation=operation)


CASES: tuple[Case, ...] = (*_single(), *_tokens(), *_tokens(_ASSERTIONS, ASSERTION))
