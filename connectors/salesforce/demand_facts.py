"""What an org demands of a new record, and what it checks. Pure.

REST API Developer Guide, “sObject Describe”; Object Reference, “DuplicateRule”.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeGuard

from connectors.bodies import by_name, items, words
from connectors.errors import Failure
from connectors.facts import LISTED, Fact, Verdict, enumerated
from connectors.field_maps import FieldMap, FieldMaps
from connectors.salesforce.app_facts import Rows
from connectors.salesforce.event_mapping import AWAY
from connectors.salesforce.map_checks import fit, is_demanded
from connectors.salesforce.mapped import OBJECTS
from connectors.salesforce.right_facts import GRANT, Shown
from connectors.salesforce.uses import Use
from connectors.sentences import in_a_row, joined, phrase
from connectors.translation import gettext_noop

LEAD, CONTACT = "Lead", "Contact"
MADE = (LEAD, CONTACT)  # what rules may find duplicates of, that we make or may make
DEMANDED, VALUES, MAPPED = gettext_noop("Required fields"), gettext_noop("Picklists"), gettext_noop("Field mapping")
DUPLICATE_RULES, ADDRESSES = gettext_noop("Duplicate rules"), gettext_noop("Addresses of contacts")
COUNTRIES = "MailingCountryCode"
SETUP = gettext_noop("Give the user that Syncapp works as the right “View Setup and Configuration”, and look again.")
LISTS = gettext_noop(
    "In Setup > State and Country/Territory Picklists, see that the countries of your contacts are there, and add the "
    "states that your address books use."
)
NO_ABSENCES = gettext_noop("Or, in Syncapp, leave absences out: Organizations > the organization > “Absences”.")


def demanded(shown: Mapping[Use, Shown], maps: FieldMaps) -> Fact:
    """Fields that a new record must have and that we never fill, nor does a line of the organization's."""
    mapped = {(OBJECTS[line.target], line.field.lower()) for line in maps.maps}
    if all(isinstance(each, Failure) for each in shown.values()):
        return Fact(
            name=DEMANDED, verdict=Verdict.UNKNOWN, text=phrase("Syncapp sees none of the objects."), steps=(GRANT,)
        )
    missing = [
        f"{use.sobject}.{name}"
        for use, each in shown.items()
        if not isinstance(each, Failure)
        for name, said in by_name(each.get("fields")).items()
        if is_demanded(said) and name not in use.filled and (use.sobject, name.lower()) not in mapped
    ]
    if not missing:
        text = phrase("Salesforce demands no field of a new record that Syncapp does not fill.")
        return Fact(name=DEMANDED, verdict=Verdict.GOOD, text=text)
    return Fact(
        name=DEMANDED,
        verdict=Verdict.BAD,
        text=phrase(
            "New records must have %(fields)s, which Syncapp never fills: Salesforce will refuse them.",
            fields=enumerated(missing),
        ),
        steps=(
            gettext_noop("In Setup > Object Manager, give each of these fields a default value, or do not require it."),
            gettext_noop("Or say what Syncapp is to write there: Field mappings > Add."),
        ),
    )


def mapped(shown: Mapping[str, Shown], maps: FieldMaps) -> list[Fact]:
    """How the organization's own lines stand; nothing where it has none."""
    lines = [line for line in maps.maps if OBJECTS[line.target] in shown]
    if not lines:
        return []
    told = {line: fit(line, shown[OBJECTS[line.target]], _others(line, lines)).trouble for line in lines}
    troubles = [f"{OBJECTS[line.target]}, “{line.name}”: {trouble}" for line, trouble in told.items() if trouble]
    if not troubles:
        return [Fact(name=MAPPED, verdict=Verdict.GOOD, text=phrase("All fields that were mapped can be written."))]
    step = phrase("Correct these lines under Field mappings, or their fields in Salesforce, and look again.")
    return [Fact(name=MAPPED, verdict=Verdict.BAD, text=" ".join(troubles[:LISTED]), steps=(step,))]


def _others(line: FieldMap, lines: Iterable[FieldMap]) -> list[FieldMap]:
    return [each for each in lines if each is not line]


def values(shown: Mapping[str, Shown], uses: Iterable[Use]) -> Fact:
    """Of picklists that take nothing but their own values. What a record type leaves out of them is not told here."""
    missing = [
        f"“{value}” in {use.sobject}.{name}"
        for use in uses
        for name, value in use.values
        if not _takes(shown[use.sobject], name, value)
    ]
    if not missing:
        return Fact(
            name=VALUES, verdict=Verdict.GOOD, text=phrase("Picklists take all the values that Syncapp writes.")
        )
    step = phrase(
        "In Setup > Object Manager > the object > Fields & Relationships, activate the values, and look again."
    )
    text = phrase(
        "There is no %(values)s: Salesforce will refuse what Syncapp writes with it.", values=enumerated(missing)
    )
    absent = any(each.startswith(f"“{AWAY}”") for each in missing)
    return Fact(name=VALUES, verdict=Verdict.BAD, text=text, steps=(step, *([NO_ABSENCES] if absent else [])))


def _takes(shown: Shown, name: str, value: str) -> bool:
    """Also a field that we do not see, which is told elsewhere."""
    field = {} if isinstance(shown, Failure) else by_name(shown.get("fields")).get(name, {})
    offered = [each.get("value") for each in items(field.get("picklistValues")) if _is_active(each)]
    return field.get("restrictedPicklist") is not True or value in offered


def _is_active(choice: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(choice, dict) and choice.get("active") is not False


def addresses(shown: Shown) -> Fact:
    """Where countries and states come out of lists, there are fields for their codes."""
    if isinstance(shown, Failure):
        return Fact(name=ADDRESSES, verdict=Verdict.UNKNOWN, text=phrase("Syncapp sees no contacts."), steps=(GRANT,))
    if COUNTRIES not in by_name(shown.get("fields")):
        text = phrase("The country and the state of a contact may be any text.")
        return Fact(name=ADDRESSES, verdict=Verdict.GOOD, text=text)
    text = phrase(
        "Countries and states come out of lists: Salesforce refuses an address that calls one of them otherwise."
    )
    return Fact(name=ADDRESSES, verdict=Verdict.ASK, text=text, steps=(LISTS,))


def duplicates(said: Rows, made: Sequence[str]) -> Fact:
    """Of what we make new ones of, as leads; rules for what we make none of are told, and do no harm."""
    if isinstance(said, Failure):
        text = phrase("Whether rules look for duplicates among %(kinds)s could not be found out.", kinds=_named(made))
        return Fact(name=DUPLICATE_RULES, verdict=Verdict.UNKNOWN, text=text, steps=(SETUP,), failure=said)
    rules = {kind: [words(r.get("MasterLabel")) for r in said[0] if r.get("SobjectType") == kind] for kind in MADE}
    harmless = [_harmless(kind, rules[kind]) for kind in MADE]
    rest = [text for kind, text in zip(MADE, harmless, strict=True) if rules[kind] and kind not in made]
    checked = [kind for kind in made if rules[kind]]
    if not checked:
        text = phrase("No rule looks for duplicates among new %(kinds)s.", kinds=_named(made))
        return Fact(name=DUPLICATE_RULES, verdict=Verdict.GOOD, text=joined([text, *rest]))
    texts = [_checked(kind, rules[kind]) for kind in checked]
    step = phrase(
        "Where Syncapp makes %(kinds)s: in Setup > Duplicate Rules, see whether “Action On Create” of these is Block.",
        kinds=_named(checked),
    )
    return Fact(name=DUPLICATE_RULES, verdict=Verdict.ASK, text=joined([*texts, *rest]), steps=(step,))


def _checked(kind: str, rules: Sequence[str]) -> str:
    return phrase(_CHECKED[kind], rules=enumerated(rules))


def _harmless(kind: str, rules: Sequence[str]) -> str:
    return phrase(
        "For %(kinds)s there is %(rules)s; Syncapp makes none.", kinds=_named([kind]), rules=enumerated(rules)
    )


_CHECKED = {
    LEAD: gettext_noop("Leads that Syncapp makes are checked by %(rules)s. A rule that blocks refuses a lead."),
    CONTACT: gettext_noop(
        "Contacts that Syncapp makes are checked by %(rules)s. A rule that blocks refuses a contact."
    ),
}
_KINDS = {LEAD: gettext_noop("leads"), CONTACT: gettext_noop("contacts")}


def _named(kinds: Iterable[str]) -> str:
    return in_a_row(phrase(_KINDS[kind]) for kind in kinds)
