"""What the Tooling API refuses, seen through the plain library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.simulators.salesforce.ids import mint
from tests.contract.simulators.salesforce import tooling_bench as t
from tests.contract.simulators.salesforce.bench import Bench, Case, case

PARSER = "JSON_PARSER_ERROR"
UNFIT = "FIELD_INTEGRITY_EXCEPTION"
REQUIRED = "REQUIRED_FIELD_MISSING"
CHOICE = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
TAKEN = "DUPLICATE_DEVELOPER_NAME"
OUTSIDE = "NUMBER_OUTSIDE_VALID_RANGE"
UNSUPPORTED = "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION"
MALFORMED = "MALFORMED_QUERY"
ABSENT = "The requested resource does not exist"
ENTITY = "Entity Enumeration Or ID: bad value for restricted picklist field: "
META = ("Metadata",)

FIELDS = "sobjects/CustomField"
NEW = {"FullName": "Contact.Region__c", "Metadata": t.TEXT}


def by_a_user(b: Bench, *permissions: str) -> object:
    for name in permissions:
        b.control("permission", name=name)
    return b.sf.toolingexecute(FIELDS, method="POST", data=NEW)


def retyped(b: Bench) -> object:
    made = t.field(b)
    return t.change(b, "CustomField", made, "Contact.Region__c", {"type": "Email", "label": "Region"})


def renamed(b: Bench) -> object:
    return t.change(b, "CustomField", t.field(b), "Contact.Area__c", t.TEXT)


def made_unique(b: Bench) -> object:
    made = t.field(b)
    b.make("Contact", Region__c="North")
    b.make("Contact", Region__c="north")
    return t.change(b, "CustomField", made, "Contact.Region__c", t.TEXT | {"unique": True})


def in_use(b: Bench) -> object:
    made = t.number(b, "Contact.Version__c")
    t.rule(b, errorConditionFormula="ISCHANGED(Version__c)")
    return t.drop(b, "CustomField", made)


def large(b: Bench) -> object:
    t.number(b, "Contact.Version__c", precision=3)
    t.grant(b, "Contact.Version__c")
    return b.sf.Contact.create({"LastName": "Meyer", "Version__c": 1000})


def unique_on_activity(b: Bench) -> object:
    b.control("activities", unique_keys=False)
    return t.field(b, "Activity.Region__c", unique=True)


def taken_rule(b: Bench) -> object:
    t.rule(b)
    return t.rule(b, "Contact.no_news")


def struck(b: Bench) -> object:
    t.rule(b, errorMessage="Nobody is new here")
    return b.sf.Contact.create({"LastName": "Meyer"})


def unfit(act: Callable[[Bench], Any], message: str, fields: tuple[str, ...] = META) -> Case:
    return case(act, 400, UNFIT, message, fields)


def outside(act: Callable[[Bench], Any], message: str) -> Case:
    return case(act, 400, OUTSIDE, message, META)


def bad_formula(text: str, message: str) -> Case:
    return unfit(lambda b: t.formula(b, text), message, ("ErrorConditionFormula",))


def unsupported(soql: str, message: str) -> Case:
    return case(lambda b: t.query(b, soql), 400, UNSUPPORTED, message)


FIELD_CASES: dict[str, Case] = {
    "tooling-unseen": case(by_a_user, 404, "NOT_FOUND", ABSENT),
    "tooling-no-right": case(
        lambda b: by_a_user(b, "ViewSetup"), 403, "INSUFFICIENT_ACCESS", "insufficient access rights on object id"
    ),
    "tooling-unknown-object": case(lambda b: t.execute(b, "sobjects/Wombat", "POST", NEW), 404, "NOT_FOUND", ABSENT),
    "tooling-read-only-object": case(
        lambda b: t.execute(b, "sobjects/EntityDefinition", "POST", NEW),
        405,
        "METHOD_NOT_ALLOWED",
        "HTTP Method 'POST' not allowed. Allowed are GET,HEAD",
    ),
    "tooling-unknown-id": case(lambda b: t.execute(b, f"{FIELDS}/{mint('00N', 999)}"), 404, "NOT_FOUND", ABSENT),
    "tooling-update-unknown": case(
        lambda b: t.change(b, "CustomField", mint("00N", 999), "Contact.Region__c", t.TEXT),
        404,
        "INVALID_CROSS_REFERENCE_KEY",
        "invalid cross reference id",
        (),
    ),
    "tooling-bad-id": case(
        lambda b: t.drop(b, "CustomField", "region"), 400, "MALFORMED_ID", "malformed id region", ()
    ),
    "field-no-metadata": case(
        lambda b: t.execute(b, FIELDS, "POST", {"FullName": "Contact.Region__c"}),
        400,
        REQUIRED,
        "Required fields are missing: [Metadata]",
        META,
    ),
    "field-no-name": case(
        lambda b: t.execute(b, FIELDS, "POST", {"Metadata": t.TEXT}),
        400,
        REQUIRED,
        "Required fields are missing: [FullName]",
        ("FullName",),
    ),
    "field-column": case(
        lambda b: t.execute(b, FIELDS, "POST", NEW | {"DeveloperName": "Region"}),
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Unable to create/update fields: DeveloperName.*",
        ("DeveloperName",),
    ),
    "field-unknown-object": case(
        lambda b: t.field(b, "Wombat.Region__c"), 400, CHOICE, f"{ENTITY}Wombat", ("TableEnumOrId",)
    ),
    "field-on-event": case(lambda b: t.field(b, "Event.Region__c"), 400, CHOICE, f"{ENTITY}Event", ("TableEnumOrId",)),
    "field-taken": case(
        lambda b: t.field(b, "Lead.syncapp_key__c", label="Key"),
        400,
        TAKEN,
        "There is already a field named Key on Lead.",
        ("DeveloperName",),
    ),
    "field-name": unfit(
        lambda b: t.field(b, "Contact.Region"), "The Custom Field API Name can only contain*", ("DeveloperName",)
    ),
    "field-name-long": unfit(
        lambda b: t.field(b, f"Contact.{'R' * 41}__c"), "The Custom Field API Name*", ("DeveloperName",)
    ),
    "field-no-label": unfit(lambda b: t.field(b, label=None), "Must specify a nonempty label for the CustomField"),
    "field-no-type": unfit(lambda b: t.field(b, type=None), "Must specify 'type' for a CustomField"),
    "field-type": case(
        lambda b: t.field(b, type="EmailAddress"),
        400,
        PARSER,
        "Cannot deserialize instance of FieldType from VALUE_STRING value EmailAddress",
    ),
    "field-no-length": unfit(lambda b: t.field(b, length=None), "Must specify 'length' for a CustomField of type Text"),
    "field-length": outside(lambda b: t.field(b, length=256), "length: value outside of valid range*"),
    "field-length-zero": outside(lambda b: t.field(b, length=0), "length: value outside of valid range*"),
    "field-long-length": outside(
        lambda b: t.field(b, type="LongTextArea", length=255, visibleLines=3), "length: value outside of valid range*"
    ),
    "field-no-lines": unfit(
        lambda b: t.field(b, type="LongTextArea", length=300),
        "Must specify 'visibleLines' for a CustomField of type LongTextArea",
    ),
    "field-no-scale": unfit(
        lambda b: t.number(b, "Contact.N__c", scale=None), "Must specify 'scale' for a CustomField of type Number"
    ),
    "field-precision": outside(
        lambda b: t.number(b, "Contact.N__c", precision=19), "precision: value outside of valid range*"
    ),
    "field-scale": unfit(
        lambda b: t.number(b, "Contact.N__c", precision=2, scale=3), "The scale must not be larger than the precision"
    ),
    "field-no-default": unfit(
        lambda b: t.field(b, type="Checkbox", length=None),
        "Must specify 'defaultValue' for a CustomField of type Checkbox",
    ),
    "field-unfit": unfit(
        lambda b: t.field(b, type="LongTextArea", length=300, visibleLines=3, externalId=True),
        "Can not specify 'externalId' for a CustomField of type LongTextArea",
    ),
    "field-case": unfit(
        lambda b: t.field(b, caseSensitive=True), "Can not specify 'caseSensitive' for a CustomField that is not unique"
    ),
    "field-member": case(
        lambda b: t.field(b, lenght=40), 400, PARSER, 'Unrecognized field "lenght" in CustomFieldMetadata*'
    ),
    "field-length-text": case(
        lambda b: t.field(b, length="40"), 400, PARSER, "Cannot deserialize instance of int from value 40*"
    ),
    "field-unique-activity": unfit(unique_on_activity, "Can not specify 'unique' for a CustomField of Activity"),
    "field-retyped": unfit(retyped, "Cannot change field type from string to email"),
    "field-renamed": unfit(renamed, "Cannot change the full name to Contact.Area__c", ("FullName",)),
    "field-made-unique": unfit(made_unique, "The field Region__c cannot be unique: there are duplicate values"),
    "field-in-use": case(
        in_use,
        400,
        "DEPENDENCY_EXISTS",
        "This custom field is referenced elsewhere in salesforce.com. : Validation Rule - No_News.",
        (),
    ),
    "field-number-large": case(
        large, 400, OUTSIDE, "Version: value outside of valid range on numeric field: 1000*", ("Version__c",)
    ),
}

RULE_CASES: dict[str, Case] = {
    "rule-no-message": case(
        lambda b: t.rule(b, errorMessage=None),
        400,
        REQUIRED,
        "Required fields are missing: [ErrorMessage]",
        ("ErrorMessage",),
    ),
    "rule-no-formula": case(
        lambda b: t.rule(b, errorConditionFormula=" "),
        400,
        REQUIRED,
        "Required fields are missing: [ErrorConditionFormula]",
        ("ErrorConditionFormula",),
    ),
    "rule-no-active": case(
        lambda b: t.rule(b, active=None), 400, PARSER, "Cannot deserialize instance of boolean from value None"
    ),
    "rule-member": case(
        lambda b: t.rule(b, message="No"), 400, PARSER, 'Unrecognized field "message" in ValidationRuleMetadata*'
    ),
    "rule-message-long": case(
        lambda b: t.rule(b, errorMessage="x" * 256),
        400,
        "STRING_TOO_LONG",
        f"Error Message: data value too large: {'x' * 256} (max length=255)",
        ("ErrorMessage",),
    ),
    "rule-name": unfit(
        lambda b: t.rule(b, "Contact.No News"), "The Validation Rule name can only*", ("ValidationName",)
    ),
    "rule-taken": case(
        taken_rule,
        400,
        TAKEN,
        "There is already a Validation Rule named no_news on Contact.",
        ("ValidationName",),
    ),
    "rule-object": case(
        lambda b: t.rule(b, "EventRelation.No_News"), 400, CHOICE, f"{ENTITY}EventRelation", ("EntityDefinitionId",)
    ),
    "rule-activity": case(
        lambda b: t.rule(b, "Activity.No_News"), 400, CHOICE, f"{ENTITY}Activity", ("EntityDefinitionId",)
    ),
    "rule-place": case(
        lambda b: t.rule(b, errorDisplayField="Shoe__c"),
        400,
        CHOICE,
        "Error Location: bad value for restricted picklist field: Shoe__c",
        ("ErrorDisplayField",),
    ),
    "rule-parenthesis": bad_formula("AND(ISNEW()", "Syntax error. Missing ')'"),
    "rule-extra": bad_formula("ISNEW() ISNEW()", "Syntax error. Extra ISNEW"),
    "rule-sign": bad_formula("ISNEW() ? 1 : 2", "Syntax error. Found '?'"),
    "rule-field": bad_formula("ISBLANK(Shoe__c)", "Field Shoe__c does not exist. Check spelling."),
    "rule-function": bad_formula("OLDVALUE(Subject) = 'x'", "Unknown function OLDVALUE. Check spelling."),
    "rule-arguments": bad_formula(
        "ISBLANK()", "Incorrect number of parameters for function 'ISBLANK()'. Expected 1, received 0"
    ),
    "rule-argument-type": bad_formula(
        "AND(1, ISNEW())", "Incorrect parameter type for function 'AND()'. Expected Boolean, received Number"
    ),
    "rule-operator-type": bad_formula(
        "Subject = 3", "Incorrect parameter type for operator '='. Expected Text, received Number"
    ),
    "rule-result": bad_formula(
        "Syncapp_Version__c + 1",
        "Formula result is data type (Number), incompatible with expected data type (true or false).",
    ),
    "rule-prior": bad_formula("PRIORVALUE(1) > 0", "The PRIORVALUE function may only be used with a field"),
    "rule-picklist": bad_formula(
        "ShowAs = 'Busy'", "Field ShowAs is a picklist field. Picklist fields are only supported in certain functions."
    ),
    "rule-deep": bad_formula("(" * 3800, "Compiled formula is too big to execute"),
    "rule-long": bad_formula(
        "ISNEW()" + " " * 3894, "Formula is too long (3,901 characters). Maximum length is 3,900 characters."
    ),
    "rule-strikes": case(struck, 400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Nobody is new here", ()),
}

QUERY_CASES: dict[str, Case] = {
    "tooling-query-missing": case(
        lambda b: t.execute(b, "query"), 400, MALFORMED, "A query string has to be specified"
    ),
    "tooling-query-object": case(
        lambda b: t.query(b, "SELECT Id FROM Lead"), 400, "INVALID_TYPE", "*sObject type 'Lead' is not supported.*"
    ),
    "tooling-query-unseen": case(
        lambda b: b.sf.restful("tooling/query", params={"q": "SELECT Id FROM CustomField"}),
        400,
        "INVALID_TYPE",
        "*sObject type 'CustomField' is not supported.*",
    ),
    "tooling-query-column": case(
        lambda b: t.query(b, "SELECT Shoe FROM CustomField"), 400, "INVALID_FIELD", "*No such column 'Shoe'*"
    ),
    "tooling-query-count": unsupported("SELECT COUNT() FROM EntityDefinition", "The requested operation is not yet*"),
    "tooling-query-group": unsupported(
        "SELECT KeyPrefix FROM EntityDefinition GROUP BY KeyPrefix", "The requested operation is not yet*"
    ),
    "tooling-query-or": unsupported(
        "SELECT Label FROM EntityDefinition WHERE Label = 'Lead' OR Label = 'Contact'", "Disjunctions not supported"
    ),
    "tooling-query-not": unsupported(
        "SELECT Label FROM EntityDefinition WHERE Label != 'Lead'", "Only equals comparisons permitted"
    ),
    "tooling-query-all-fields": case(
        lambda b: t.query(b, "SELECT Label FROM FieldDefinition WHERE QualifiedApiName = 'Email'"),
        400,
        MALFORMED,
        "FieldDefinition: a filter on a reified column is required [EntityDefinitionId,DurableId]",
    ),
    "tooling-query-metadata": case(
        lambda b: t.query(b, "SELECT Metadata FROM CustomField WHERE DeveloperName = 'Syncapp_Key'"),
        400,
        MALFORMED,
        "When retrieving results with Metadata or FullName fields, the query qualifications must specify no more "
        "than one row for retrieval. Result size: *",
    ),
    "tooling-query-by-metadata": case(
        lambda b: t.query(b, "SELECT Id FROM CustomField WHERE Metadata = null"),
        400,
        "INVALID_FIELD",
        "*field 'Metadata' can not be filtered in a query call",
    ),
}

CASES: dict[str, Case] = {**FIELD_CASES, **RULE_CASES, **QUERY_CASES}


@pytest.mark.parametrize("name", CASES)
def test_setup_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)


@pytest.mark.parametrize("name", [name for name in FIELD_CASES if name not in ("field-in-use", "field-number-large")])
def test_a_refused_field_is_not_there(bench: Bench, name: str) -> None:
    before = {o.name: set(o.fields) - {"Region__c"} for o in bench.sim.org.schema.objects.values()}
    FIELD_CASES[name].check(bench)
    assert {o.name: set(o.fields) - {"Region__c"} for o in bench.sim.org.schema.objects.values()} == before


@pytest.mark.parametrize("name", [name for name in RULE_CASES if name not in ("rule-taken", "rule-strikes")])
def test_a_refused_rule_is_not_there(bench: Bench, name: str) -> None:
    before = list(bench.sim.org.rules)
    RULE_CASES[name].check(bench)
    assert list(bench.sim.org.rules) == before
