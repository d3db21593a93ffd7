"""Refusals in an org with person accounts: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import CORE, REQUIRED, SHUT

ACCOUNT = (
    "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/"
    "sforce_api_objects_account.htm"
)
INFERRED = f"{ACCOUNT} for the rule; code and wording are inferred"
CONTACT = "recorded in github.com/SFDO-Community/declarative-lookup-rollup-summaries, issue 544"
DELETED = "as quoted in a public tool that deletes records"
NAME = "recorded in github.com/SalesforceCommerceCloud/b2c-crm-sync, issue 267"

PERSON = "INVALID_PERSON_ACCOUNT_OPERATION"

ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("person-contact-update", PERSON, "another title for the contact of a person account", "400", CONTACT),
    ("person-contact-delete", PERSON, "DELETE the contact of a person account", "400", DELETED),
    ("person-contact-of", PERSON, "a contact whose account is a person", "400 AccountId", INFERRED),
    ("person-name", SHUT, "a name for a person account", "400, the field named", NAME),
    ("person-name-later", SHUT, "another name for a person account", "400, the field named", NAME),
    ("person-no-last-name", REQUIRED, "a person account without a last name", "400 [LastName]", ACCOUNT),
    ("person-last-name-emptied", REQUIRED, "the last name of one set to null", "400 [LastName]", ACCOUNT),
    ("person-email-of-business", SHUT, "PersonEmail for a business account", "400, the field named", INFERRED),
    ("person-both-names", SHUT, "a name and a last name for a new account", "400, LastName named", INFERRED),
    ("person-email", "INVALID_EMAIL_ADDRESS", "a PersonEmail that is none", "400, the address named", CORE),
    ("person-contact-given", SHUT, "PersonContactId given", "400, the field named", ACCOUNT),
    ("person-flag", SHUT, "IsPersonAccount given", "400, the field named", ACCOUNT),
    ("person-type-changed", SHUT, "a business account made a person", "400 RecordTypeId", CORE),
    ("person-not-enabled", "INVALID_FIELD", "PersonEmail without person accounts", "400 No such column", ACCOUNT),
)
