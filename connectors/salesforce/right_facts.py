"""What we may write in an org, by what it shows of its objects. Pure.

REST API Developer Guide, “sObject Describe”.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.bodies import by_name
from connectors.errors import Failure
from connectors.facts import Fact, Verdict
from connectors.salesforce.messages import lacks_enhanced_email
from connectors.salesforce.uses import Use
from connectors.sentences import joined, phrase
from connectors.translation import gettext_noop

ENABLE = gettext_noop("In Setup > Enhanced Email, press “Enable”, and look again.")
GRANT = gettext_noop(
    "In Setup, give this to the user that Syncapp works as, for example with a permission set, and look again."
)
Shown = Mapping[str, Any] | Failure


def may_use(use: Use, shown: Shown) -> Fact:
    """Whether the object, and of each field what we do with it, is open to us."""
    if use.sobject == "EmailMessage" and lacks_enhanced_email(shown):
        return _enhanced_email_off(use, shown)
    if isinstance(shown, Failure):
        return _lacking(use, phrase("Syncapp does not see these records."), shown)
    lacks = [*_closed_verbs(use, shown), *_closed_fields(use, shown)]
    if lacks:
        return _lacking(use, phrase("Syncapp may not %(lacks)s.", lacks=joined(lacks, "; ")), None)
    return Fact(
        name=use.sobject, verdict=Verdict.GOOD, text=phrase("Syncapp may do all that it does with these records.")
    )


def _enhanced_email_off(use: Use, shown: Shown) -> Fact:
    text = phrase(
        "“Enhanced Email” is off in this Salesforce, or closed to Syncapp. Nothing is written before it is on."
    )
    failure = shown if isinstance(shown, Failure) else None
    return Fact(name=use.sobject, verdict=Verdict.BAD, text=text, steps=(ENABLE,), failure=failure)


def _lacking(use: Use, text: str, failure: Failure | None) -> Fact:
    steps = (GRANT, *([use.otherwise] if use.otherwise else []))
    return Fact(name=use.sobject, verdict=Verdict.BAD, text=joined([text, use.without]), steps=steps, failure=failure)


def _closed_verbs(use: Use, shown: Mapping[str, Any]) -> list[str]:
    needed = {
        "queryable": (gettext_noop("look for them"), True),
        "createable": (gettext_noop("make new ones"), bool(use.filled)),
        "updateable": (gettext_noop("change them"), bool(use.changed)),
        "deletable": (gettext_noop("delete them"), use.deletes),
    }
    return [text for flag, (text, is_needed) in needed.items() if is_needed and shown.get(flag) is not True]


def _closed_fields(use: Use, shown: Mapping[str, Any]) -> list[str]:
    """Of an object that cannot be made at all no field can be filled, which is not said of each."""
    fields = by_name(shown.get("fields"))
    unseen = [n for n in dict.fromkeys((*use.read, *use.filled, *use.changed)) if n not in fields]
    can_make, can_change = shown.get("createable") is True, shown.get("updateable") is True
    unfilled = [n for n in use.filled if can_make and n in fields and fields[n].get("createable") is not True]
    unchanged = [n for n in use.changed if can_change and n in fields and fields[n].get("updateable") is not True]
    told = {
        gettext_noop("see %(fields)s"): unseen,
        gettext_noop("fill %(fields)s"): unfilled,
        gettext_noop("change %(fields)s"): [n for n in unchanged if n not in unfilled],
    }
    return [phrase(verb, fields=", ".join(names)) for verb, names in told.items() if names]
