"""Refusals of contacts: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import CORE, LONG_TEXT, NO_ENTITY, OBJECTS, REQUIRED, SEEN, UNFIT

CONTACT = f"{OBJECTS}sforce_api_objects_contact.htm"
LISTS = "recorded in github.com/SalesforceFoundation/NPSP, issue 994; which field is named is as told there"
STATES = "https://help.salesforce.com, “State and Country/Territory Picklists”; wording as quoted in public logs"

ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("contact-last-name", REQUIRED, "a contact without a last name", "400 [LastName]", CONTACT),
    ("contact-last-name-emptied", REQUIRED, "no last name any more", "400 [LastName]", CONTACT),
    ("contact-email", "INVALID_EMAIL_ADDRESS", "an address that is none", "400, the address named", CORE),
    ("contact-phone", LONG_TEXT, "a number of 41 characters", "400, value and length", CONTACT),
    ("contact-street", LONG_TEXT, "a street of 256", "400, value and length", CONTACT),
    ("contact-birthdate", "JSON_PARSER_ERROR", "a birthday that is none", "400, the value named", SEEN),
    ("contact-key-taken", "DUPLICATE_VALUE", "a key that another contact has", "400, the other named", SEEN),
    ("contact-owner-inactive", "INACTIVE_OWNER_OR_USER", "an owner who left", "400, the user named", SEEN),
    ("contact-account-deleted", "ENTITY_IS_DELETED", "a deleted account", "400", CORE),
    ("contact-country", UNFIT, "a country that is not in the org's list", "400, the field named", LISTS),
    ("contact-state", UNFIT, "a state that its country has not", "400, the field named", STATES),
    ("contact-state-alone", UNFIT, "a state without a country", "400, the field named", STATES),
    ("contact-no-right", NO_ENTITY, "a contact by who may not make any", "400", SEEN),
    ("contact-duplicate", "DUPLICATES_DETECTED", "a contact that a duplicate rule knows", "400 with the matches", CORE),
    ("contact-stale", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "a lower version", "400, the words of the rule", CORE),
    ("contact-merged", "ENTITY_IS_DELETED", "a change of one that was merged into another", "404", CORE),
)
