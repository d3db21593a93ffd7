"""Whether accounts can be found by the fields that an organization names for their domains. Pure.

SOQL and SOSL Reference, “Comparison Operators” (LIKE is for texts); REST API Developer Guide, “sObject Describe”
(`filterable`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.bodies import by_name
from connectors.errors import Failure
from connectors.facts import Fact, Verdict, enumerated
from connectors.sentences import joined, phrase
from connectors.translation import gettext_noop

DOMAINS = gettext_noop("Accounts by their domains")
TEXTS = frozenset({"string", "url", "email", "phone", "picklist", "combobox", "textarea"})
SHOW = gettext_noop(
    "Let the integration user see the field: Setup > Object Manager > Account > Fields & Relationships > the field > "
    "Set Field-Level Security. Then look again."
)
CORRECT = gettext_noop(
    "Or, in Syncapp, write the name as in Salesforce or take the field out: Organizations > the organization > “Fields "
    "with the domains of an account”."
)


def domains(shown: Mapping[str, Any] | Failure, names: Sequence[str]) -> Fact:
    """By what describe says of Account. One name that does not fit refuses every search and stops everything."""
    if isinstance(shown, Failure):
        text = phrase("Syncapp does not see accounts, so whether they can be found by their domains is not known.")
        return Fact(name=DOMAINS, verdict=Verdict.UNKNOWN, text=text, steps=(SHOW,), failure=shown)
    troubles = list(_troubles(shown, names))
    if not troubles:
        text = phrase("Accounts can be found by %(names)s.", names=enumerated(names))
        return Fact(name=DOMAINS, verdict=Verdict.GOOD, text=text)
    text = joined([*troubles, phrase("Nothing can be written to Salesforce before that is mended.")])
    return Fact(name=DOMAINS, verdict=Verdict.BAD, text=text, steps=(SHOW, CORRECT))


def _troubles(shown: Mapping[str, Any], names: Sequence[str]) -> Iterator[str]:
    there = {name.lower(): said for name, said in by_name(shown.get("fields")).items()}
    missing = [name for name in names if name.lower() not in there]
    if missing:
        yield phrase("Account has no %(names)s that Syncapp can see.", names=enumerated(missing))
    found = [name for name in names if name.lower() in there]
    blind = [name for name in found if not _is_searched(there[name.lower()])]
    if blind:
        yield phrase("Account’s %(names)s cannot be searched for a text.", names=enumerated(blind))


def _is_searched(field: Mapping[str, Any]) -> bool:
    return field.get("type") in TEXTS and field.get("filterable") is True
