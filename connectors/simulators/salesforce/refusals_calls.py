"""Refusals of a REST call as such, collections and composites among them: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import AMP, COMPOSITE, PARSER, SEEN

GUIDE = "https://developer.salesforce.com/docs/platform/api-rest/guide/errorcodes.html"
RETIRED = "https://help.salesforce.com/s/articleView?id=000389618&type=1"
DJANGO = "recorded by github.com/django-salesforce/django-salesforce"
RESTFORCE = "recorded by github.com/restforce/restforce"
INFERRED = "the rule is in the guide; code and wording are inferred"
COLLECTIONS = (
    "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/"
    "resources_composite_sobjects_collections.htm"
)
GUARDIAN = "recorded in github.com/guardian/support-service-lambdas, pull request 766"
UPSERT = "https://developer.salesforce.com/docs/platform/api-rest/guide/dome-upsert.html"

HALTED = "PROCESSING_HALTED"

ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    # the call
    ("session-expired", "INVALID_SESSION_ID", "any call after the session's time", "401, a list", RESTFORCE),
    ("session-missing", "INVALID_SESSION_ID", "a call without Authorization", "401, a list", GUIDE),
    ("session-of-inactive-user", "INVALID_SESSION_ID", "a call of a deactivated user", "401, a list", GUIDE),
    ("header-type", "INVALID_AUTH_HEADER", "Authorization: Basic", "401 INVALID_HEADER_TYPE", SEEN),
    ("version-retired", "GONE", "version 30", "410", RETIRED),
    ("version-unknown", "NOT_FOUND", "version 99", "404", GUIDE),
    ("version-not-yet", "NOT_FOUND", "a version that this org has not got yet", "404", GUIDE),
    ("resource-unknown", "NOT_FOUND", "a resource that does not exist", "404", GUIDE),
    ("object-unknown", "NOT_FOUND", "POST to sobjects/Wombat", "404", GUIDE),
    ("method", "METHOD_NOT_ALLOWED", "PUT to a record", "405, the allowed methods named", GUIDE),
    ("content-type-form", "LOGIN_OAUTH_INVALID_TOKEN", "POST as a form", "401, XML called text/html", DJANGO),
    ("content-type-text", "UNSUPPORTED_MEDIA_TYPE", "POST as text/plain", "415", GUIDE),
    ("json-malformed", PARSER, "POST of broken JSON", "400, line and column", GUIDE),
    ("json-cut", PARSER, "POST of JSON that ends too early", "400, line and column", GUIDE),
    ("json-missing", PARSER, "POST without a body", "400", SEEN),
    ("json-list", PARSER, "POST of a list where a record is wanted", "400", SEEN),
    ("address-too-long", "414", "an address above 16,384 bytes", "414, HTML", GUIDE),
    ("request-limit", "REQUEST_LIMIT_EXCEEDED", "a call above the allowance", "403 TotalRequests", GUIDE),
    ("api-disabled-user", "API_CURRENTLY_DISABLED", "a call of a user without API Enabled", "403", GUIDE),
    ("api-disabled-org", "API_DISABLED_FOR_ORG", "a call in an org without the API", "403", GUIDE),
    ("record-not-an-id", "NOT_FOUND", "GET a record by a word", "404, the word named", RESTFORCE),
    ("record-unknown", "NOT_FOUND", "GET a record that never was", "404", GUIDE),
    ("record-bad-check", "MALFORMED_ID", "GET by an id with wrong check characters", "400", AMP),
    ("record-deleted", "ENTITY_IS_DELETED", "DELETE a deleted record", "404", AMP),
    ("record-update-unknown", "INVALID_CROSS_REFERENCE_KEY", "PATCH a record that never was", "404", GUIDE),
    ("record-other-object", "MALFORMED_ID", "PATCH a contact as an account", "400, incorrect type", GUIDE),
    ("upsert-no-key-field", "NOT_FOUND", "upsert by a field that is no external id", "404", RESTFORCE),
    ("upsert-several", "300", "upsert by a key that two records have", "300, both addresses", RESTFORCE),
    ("upsert-key-in-body", "INVALID_FIELD", "upsert with the key in the body too", "400", UPSERT),
    ("deleted-period", "INVALID_REPLICATION_DATE", "getDeleted with the end before the start", "400", GUIDE),
    # collections
    ("collection-empty", "REQUIRED_FIELD_MISSING", "no records", "400, at least 1", AMP),
    ("collection-201", "EXCEEDED_ID_LIMIT", "201 records", "400, not more than 200", SEEN),
    ("collection-chunks", "LIMIT_EXCEEDED", "types that change eleven times", "400", INFERRED),
    ("collection-no-type", PARSER, "a record without a type", "400", INFERRED),
    ("collection-unknown-type", "INVALID_TYPE", "a record of an unknown type", "400", INFERRED),
    ("collection-bad-json-type", PARSER, "one record with a date that is none", "400 for the whole call", GUIDE),
    ("collection-item-required", "REQUIRED_FIELD_MISSING", "one record without a name", "200, beside it", AMP),
    ("collection-item-column", "INVALID_FIELD", "one record with an unknown field", "200, beside it", AMP),
    ("collection-companion", "ALL_OR_NONE_OPERATION_ROLLED_BACK", "allOrNone with one bad record", "200", AMP),
    ("collection-no-id", "MISSING_ARGUMENT", "update without ids", "200, beside each", AMP),
    ("collection-with-id", "INVALID_FIELD_FOR_INSERT_UPDATE", "create with an id", "200, beside it", SEEN),
    ("collection-bad-id", "MALFORMED_ID", "delete by an id with wrong check characters", "200, beside it", AMP),
    ("collection-key-twice", "DUPLICATE_VALUE", "create two records with one key", "200, beside the second", SEEN),
    ("collection-upsert-twice", "DUPLICATE_VALUE", "upsert one key twice", "200, beside both", SEEN),
    ("collection-upsert-type", "INVALID_TYPE", "upsert a record of another type", "200, beside it", COLLECTIONS),
    # composites
    ("composite-26", "LIMIT_EXCEEDED", "26 sub-requests", "one refusal without a name", GUARDIAN),
    ("composite-sixth-query", "LIMIT_EXCEEDED", "six queries", "one refusal without a name", COMPOSITE),
    ("composite-sixth-collection", "LIMIT_EXCEEDED", "three queries and three collections", "the same", COMPOSITE),
    ("composite-name", PARSER, "a referenceId with a bracket", "400", COMPOSITE),
    ("composite-name-twice", PARSER, "one referenceId twice", "400", INFERRED),
    ("composite-header", PARSER, "a sub-request with Authorization", "400", COMPOSITE),
    ("composite-method", PARSER, "a method in small letters", "400", COMPOSITE),
    ("composite-reference", HALTED, "a reference to what a part did not answer", "400 in its part", COMPOSITE),
    ("composite-rolled-back", HALTED, "allOrNone with one bad part", "400 in all other parts", COMPOSITE),
    ("composite-nested", "NOT_FOUND", "a composite in a composite", "404 in its part", COMPOSITE),
)
