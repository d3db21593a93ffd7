"""Refusals of the Tooling API: fields, rules, queries. (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import CHOICE, CORE, MALFORMED, PARSER, REQUIRED, SEEN, UNFIT

TOOLING = "https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/"
FIELD = f"{TOOLING}tooling_api_objects_customfield.htm"
RULE = f"{TOOLING}tooling_api_objects_validationrule.htm"
LIMITS = f"{TOOLING}reference_objects_soql_limits.htm"
METADATA = "https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/customfield.htm"
UNSEEN = "recorded in github.com/afawcett/apex-toolingapi, issue 19"
FORMULAS = "https://help.salesforce.com/s/articleView?id=sf.customize_functions.htm for the rule; words of the editor"
INFERRED = "for the rule; code and wording are inferred"

TAKEN = "DUPLICATE_DEVELOPER_NAME"
OUTSIDE = "NUMBER_OUTSIDE_VALID_RANGE"
UNSUPPORTED = "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION"

FIELDS: tuple[tuple[str, str, str, str, str], ...] = (
    ("tooling-unseen", "NOT_FOUND", "a custom field made by a user who does not see setup", "404", UNSEEN),
    ("tooling-no-right", "INSUFFICIENT_ACCESS", "the same without Customize Application", "403", f"{FIELD} {INFERRED}"),
    ("tooling-unknown-object", "NOT_FOUND", "POST to tooling/sobjects/Wombat", "404", TOOLING),
    ("tooling-read-only-object", "METHOD_NOT_ALLOWED", "POST of an EntityDefinition", "405", LIMITS),
    ("tooling-unknown-id", "NOT_FOUND", "GET of a field that never was", "404", TOOLING),
    ("tooling-update-unknown", "INVALID_CROSS_REFERENCE_KEY", "PATCH of a field that never was", "404", CORE),
    ("tooling-bad-id", "MALFORMED_ID", "DELETE by a word", "400", CORE),
    ("field-no-metadata", REQUIRED, "a field without Metadata", "400 [Metadata]", f"{FIELD} {INFERRED}"),
    ("field-no-name", REQUIRED, "a field without FullName", "400 [FullName]", f"{FIELD} {INFERRED}"),
    ("field-column", "INVALID_FIELD_FOR_INSERT_UPDATE", "DeveloperName beside FullName", "400", f"{FIELD} {INFERRED}"),
    ("field-unknown-object", CHOICE, "a field of an object that does not exist", "400 Entity Enumeration Or ID", SEEN),
    ("field-on-event", CHOICE, "a field of Event: it belongs to Activity", "400 Entity Enumeration Or ID", SEEN),
    ("field-taken", TAKEN, "a name that the object has", "400, field and object named", CORE),
    ("field-name", UNFIT, "a name without __c", "400 DeveloperName", f"{METADATA} {INFERRED}"),
    ("field-name-long", UNFIT, "a name of 41", "400 DeveloperName", f"{METADATA} {INFERRED}"),
    ("field-no-label", UNFIT, "a field without a label", "400", SEEN),
    ("field-no-type", UNFIT, "a field without a type", "400", f"{METADATA} {INFERRED}"),
    ("field-type", PARSER, "a type that does not exist", "400", f"{METADATA} {INFERRED}"),
    ("field-no-length", UNFIT, "a text without a length", "400 Must specify 'length'", SEEN),
    ("field-length", OUTSIDE, "a text of 256", "400", f"{METADATA} {INFERRED}"),
    ("field-length-zero", OUTSIDE, "a text of none", "400", f"{METADATA} {INFERRED}"),
    ("field-long-length", OUTSIDE, "a long text of 255", "400", f"{METADATA} {INFERRED}"),
    ("field-no-lines", UNFIT, "a long text without visibleLines", "400 Must specify 'visibleLines'", SEEN),
    ("field-no-scale", UNFIT, "a number without a scale", "400 Must specify 'scale'", SEEN),
    ("field-precision", OUTSIDE, "a number of 19 digits", "400", f"{METADATA} {INFERRED}"),
    ("field-scale", UNFIT, "a scale above the precision", "400", f"{METADATA} {INFERRED}"),
    ("field-no-default", UNFIT, "a checkbox without defaultValue", "400 Must specify 'defaultValue'", SEEN),
    ("field-unfit", UNFIT, "a long text as an external id", "400 Can not specify 'externalId'", SEEN),
    ("field-case", UNFIT, "caseSensitive of a field that is not unique", "400", f"{METADATA} {INFERRED}"),
    ("field-member", PARSER, "a member that Metadata does not have", "400, the member named", f"{METADATA} {INFERRED}"),
    ("field-length-text", PARSER, "a length in quotes", "400", f"{METADATA} {INFERRED}"),
    ("field-unique-activity", UNFIT, "a unique field of Activity where none may be", "400", f"{METADATA} {INFERRED}"),
    ("field-retyped", UNFIT, "another type for a field that is there", "400", f"{METADATA} {INFERRED}"),
    ("field-renamed", UNFIT, "another FullName for it", "400 FullName", f"{METADATA} {INFERRED}"),
    ("field-made-unique", UNFIT, "unique where values stand twice", "400", f"{METADATA} {INFERRED}"),
    ("field-in-use", "DEPENDENCY_EXISTS", "the deletion of a field that a rule names", "400, the rule named", SEEN),
    ("field-number-large", OUTSIDE, "a record's number of more digits than its field has", "400", SEEN),
)
RULES: tuple[tuple[str, str, str, str, str], ...] = (
    ("rule-no-message", REQUIRED, "a rule without a message", "400 [ErrorMessage]", f"{RULE} {INFERRED}"),
    ("rule-no-formula", REQUIRED, "a rule without a formula", "400 [ErrorConditionFormula]", f"{RULE} {INFERRED}"),
    ("rule-no-active", PARSER, "a rule that does not say whether it is active", "400", f"{RULE} {INFERRED}"),
    ("rule-member", PARSER, "a member that Metadata does not have", "400, the member named", f"{RULE} {INFERRED}"),
    ("rule-message-long", "STRING_TOO_LONG", "a message of 256", "400, value and length", RULE),
    ("rule-name", UNFIT, "a name with a space", "400 ValidationName", f"{RULE} {INFERRED}"),
    ("rule-taken", TAKEN, "a name that the object's rules have", "400 ValidationName", f"{RULE} {INFERRED}"),
    ("rule-object", CHOICE, "a rule of an object that knows none", "400", f"{RULE} {INFERRED}"),
    ("rule-activity", CHOICE, "a rule of Activity: it belongs to Event or Task", "400", f"{RULE} {INFERRED}"),
    ("rule-place", CHOICE, "an errorDisplayField that does not exist", "400", f"{RULE} {INFERRED}"),
    ("rule-parenthesis", UNFIT, "a formula that does not end", "400 Syntax error", FORMULAS),
    ("rule-extra", UNFIT, "a word behind a formula", "400 Syntax error", FORMULAS),
    ("rule-sign", UNFIT, "a sign that formulas do not know", "400 Syntax error", FORMULAS),
    ("rule-field", UNFIT, "a field that the object does not have", "400 does not exist", FORMULAS),
    ("rule-function", UNFIT, "a function that does not exist", "400 Unknown function", FORMULAS),
    ("rule-arguments", UNFIT, "a function without its argument", "400 Incorrect number", FORMULAS),
    ("rule-argument-type", UNFIT, "a number where true or false is wanted", "400 Incorrect parameter type", FORMULAS),
    ("rule-operator-type", UNFIT, "a text compared with a number", "400 Incorrect parameter type", FORMULAS),
    ("rule-result", UNFIT, "a formula that gives a number", "400, incompatible", FORMULAS),
    ("rule-prior", UNFIT, "PRIORVALUE of what is no field", "400", FORMULAS),
    ("rule-picklist", UNFIT, "a picklist compared with a text", "400 is a picklist field", FORMULAS),
    ("rule-deep", UNFIT, "more parentheses than a formula can have", "400 too big", FORMULAS),
    ("rule-long", UNFIT, "a formula of 3,901", "400 too long", FORMULAS),
    (
        "rule-strikes",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "a write that a rule so made forbids",
        "400, its words",
        RULE,
    ),
)
QUERIES: tuple[tuple[str, str, str, str, str], ...] = (
    ("tooling-query-missing", MALFORMED, "tooling/query without q", "400", SEEN),
    ("tooling-query-object", "INVALID_TYPE", "a query of an object that is not there", "400", SEEN),
    ("tooling-query-unseen", "INVALID_TYPE", "a query of CustomField without View Setup", "400", UNSEEN),
    ("tooling-query-column", "INVALID_FIELD", "a column that does not exist", "400, the place shown", SEEN),
    ("tooling-query-count", UNSUPPORTED, "COUNT() of EntityDefinition", "400", LIMITS),
    ("tooling-query-group", UNSUPPORTED, "EntityDefinition grouped", "400", LIMITS),
    ("tooling-query-or", UNSUPPORTED, "OR over EntityDefinition", "400 Disjunctions", LIMITS),
    ("tooling-query-not", UNSUPPORTED, "!= over EntityDefinition", "400 Only equals", LIMITS),
    ("tooling-query-all-fields", MALFORMED, "FieldDefinition of no object", "400 reified column", SEEN),
    ("tooling-query-metadata", MALFORMED, "Metadata of two rows", "400, the number named", SEEN),
    ("tooling-query-by-metadata", "INVALID_FIELD", "a filter on Metadata", "400, can not be filtered", TOOLING),
)

ROWS = (*FIELDS, *RULES, *QUERIES)
