"""Refusals of a query: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import AMP, MALFORMED, SEEN

SOQL = "https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql.htm"
NOT = "github.com/jetstreamapp/soql-parser-js, issue 201"
LIMITS = "https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/"

OPERATOR = "INVALID_QUERY_FILTER_OPERATOR"

ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("soql-missing", MALFORMED, "query without q", "400", SEEN),
    ("soql-token", MALFORMED, "WHERE without a condition", "400, the place shown", SEEN),
    ("soql-order-of-clauses", MALFORMED, "LIMIT before WHERE", "400, the place shown", SOQL),
    ("soql-and-or", MALFORMED, "AND and OR without parentheses", "400, the place shown", SOQL),
    ("soql-and-not", MALFORMED, "AND NOT without parentheses", "400, the place shown", NOT),
    ("soql-unquoted", MALFORMED, "a word that is no date literal", "400, the place shown", SOQL),
    ("soql-quote", MALFORMED, "a string that does not end", "400", SEEN),
    ("soql-escape", MALFORMED, "an escape that SOQL does not know", "400, the place shown", SOQL),
    ("soql-too-long", MALFORMED, "more than 100,000 characters", "400", LIMITS),
    ("soql-same-field-twice", MALFORMED, "SELECT Id, Id", "400, the place shown", SEEN),
    ("soql-not-grouped", MALFORMED, "a field beside COUNT(Id)", "400, the place shown", SEEN),
    ("soql-fields-all", MALFORMED, "FIELDS(ALL) without a limit", "400, the place shown", SOQL),
    ("soql-no-column", "INVALID_FIELD", "a field that does not exist", "400, the place shown", AMP),
    ("soql-no-relationship", "INVALID_FIELD", "a parent that does not exist", "400, the place shown", SEEN),
    ("soql-hidden-field", "INVALID_FIELD", "a field that security hides", "400, as if it did not exist", SOQL),
    ("soql-long-text", "INVALID_FIELD", "a filter on TextBody", "400, can not be filtered", SEEN),
    ("soql-sort-long-text", "INVALID_FIELD", "ORDER BY HtmlBody", "400, can not be sorted", SEEN),
    ("soql-number-for-text", "INVALID_FIELD", "a number for a text field", "400, in quotes", SEEN),
    ("soql-quoted-datetime", "INVALID_FIELD", "a time in quotes", "400, not in quotes", SEEN),
    ("soql-quoted-boolean", "INVALID_FIELD", "a boolean in quotes", "400, not in quotes", SEEN),
    ("soql-no-object", "INVALID_TYPE", "an object that does not exist", "400, the place shown", AMP),
    ("soql-hidden-object", "INVALID_TYPE", "an object without read permission", "400, the place shown", SOQL),
    ("soql-bad-id", OPERATOR, "an id with wrong check characters", "400, invalid ID field", SEEN),
    ("soql-like-on-id", OPERATOR, "LIKE on an id", "400, invalid operator", SOQL),
    ("soql-offset", "NUMBER_OUTSIDE_VALID_RANGE", "OFFSET 2001", "400, 2000 at most", SOQL),
    ("soql-locator", "INVALID_QUERY_LOCATOR", "a locator never given", "400", SEEN),
    ("soql-locator-old", "INVALID_QUERY_LOCATOR", "a locator of two days ago", "400", LIMITS),
    ("soql-locator-eleventh", "INVALID_QUERY_LOCATOR", "the first of eleven open locators", "400", LIMITS),
)
