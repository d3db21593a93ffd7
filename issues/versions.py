"""What an issue asks, told so that a person can choose. Pure.

The evidence of one that asks which version of an item counts has `{"fields": {name: {"crm": …, "mailbox": …}},
"choices": […]}`, with `"by_field": True` where a side may be chosen for each field, and `"held"` where some of them
were answered before and have not changed since; of one that asks whose an address or a domain is, `{"address": …,
"address_key": …, "asks": …, "candidates": [{"id": …, "name": …}, …]}`, where `asks` says what the candidates are; of
one that asks for a queue that is to own cases, `{"queue": …, "candidates": […]}`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from connectors.translation import gettext, gettext_noop
from issues import dates

CHOICES: Mapping[str, str] = {
    "crm": gettext_noop("Keep what Salesforce says"),
    "mailbox": gettext_noop("Keep what the mailbox says"),
}
BY_FIELD = "fields"  # as a choice: a side for each field
SIDES: Mapping[str, str] = {"crm": "Salesforce", "mailbox": gettext_noop("the mailbox")}
NOT_OFFERED = gettext_noop("This choice is not among those that the issue offers.")
CHOOSE = gettext_noop("Choose whose version counts.")
NOTHING = gettext_noop("nothing")
_LABELS: Mapping[str, str] = {
    "title": gettext_noop("Title"),
    "text": gettext_noop("Text"),
    "location": gettext_noop("Place"),
    "time": gettext_noop("Time"),
    "busy": gettext_noop("Shown as"),
    "private": gettext_noop("Private"),
    "people": gettext_noop("People"),
    "conference": gettext_noop("How to join"),
    "email": gettext_noop("E-mail"),
    "home_phone": gettext_noop("Home phone"),
    "job": gettext_noop("Job title"),
    "other_address": gettext_noop("Other address"),
    "done": gettext_noop("Done"),
    "kind": gettext_noop("Kind"),
    "mobile": gettext_noop("Mobile"),
    "company": gettext_noop("Company"),
    "phone": gettext_noop("Phone"),
    "fax": gettext_noop("Fax"),
    "department": gettext_noop("Department"),
    "address": gettext_noop("Address"),
    "birthday": gettext_noop("Birthday"),
    "due": gettext_noop("Due"),
    "name": gettext_noop("Name"),
}
_FLAGS: Mapping[str, tuple[str, str]] = {"busy": (gettext_noop("free"), gettext_noop("busy"))}
_YES_OR_NO = (gettext_noop("no"), gettext_noop("yes"))
# What is told part by part, of which some may be empty, and what stands between two.
_IN_PARTS: Mapping[str, str] = {"name": " ", "address": ", ", "other_address": ", "}
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field that the sides say differently, in people's words; `name` is the field's own.

    `held` is the side that somebody chose for it when it was asked about before, "" where nobody has.
    """

    name: str
    label: str
    crm: str
    mailbox: str
    held: str = ""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How it is asked which of several records is meant; the address stands between `before` and `after`."""

    heading: str
    before: str
    after: str
    question: str

    def told(self) -> Asking:
        """The same in the reader's words."""
        return Asking(
            heading=gettext(self.heading),
            before=gettext(self.before),
            after=gettext(self.after),
            question=gettext(self.question),
        )


_PEOPLE = Asking(
    heading=gettext_noop("Who has the address"),
    before=gettext_noop("These people in Salesforce have"),
    after=gettext_noop("Whom you choose is taken for all items with this address, now and later."),
    question=gettext_noop("Whose address is it?"),
)
_ASKING: Mapping[str, Asking] = {
    "account": Asking(
        heading=gettext_noop("Which accounts have the domain"),
        before=gettext_noop("These accounts in Salesforce have"),
        after=gettext_noop("The one that you choose is taken for all items of this domain, now and later."),
        question=gettext_noop("Which account is it?"),
    ),
    "opportunity": Asking(
        heading=gettext_noop("Which opportunities it may be about"),
        before=gettext_noop("These open opportunities in Salesforce have a role for"),
        after=gettext_noop("The one that you choose is taken for all items of this person, for as long as it is open."),
        question=gettext_noop("Which opportunity is it?"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What differs, and what may be chosen: (choice, its words), in the order of the evidence.

    Where it is asked whose an address or a domain is, `address` and `address_key` are that, `asking` are the words, and
    nothing differs. Who else has it is not for everybody to know, and the answer counts for everybody: it is for
    administrators alone. So is the one to what is to take the place of a `queue` that is gone.

    `by_field` says that a side may be chosen for each difference, `seen` is what both sides say as it stands in the
    evidence, and `revision` changes whenever that does: whoever answers says which one they have read.
    """

    differences: tuple[Difference, ...]
    choices: tuple[tuple[str, str], ...]
    address: str = ""
    address_key: str = ""
    asking: Asking = _PEOPLE
    queue: str = ""
    by_field: bool = False
    seen: Mapping[str, object] = field(default_factory=dict)
    revision: str = ""

    @property
    def picks(self) -> bool:
        """Whether records in the CRM are to choose from, and the choice counts from then on."""
        return bool(self.address_key or self.queue)

    def faults(self, choice: str, sides: Mapping[str, str]) -> dict[str, str]:
        """What is wrong with an answer, by the field that it is about, and under "" what is wrong with all of it."""
        if choice in dict(self.choices):
            return {"": gettext("Sides of single fields go with no other choice.")} if sides else {}
        if choice != BY_FIELD or not self.by_field:
            return {"": gettext(NOT_OFFERED)}
        asked = {each.name for each in self.differences}
        wrong = {name: gettext(CHOOSE) for name in asked if sides.get(name) not in CHOICES}
        return wrong | dict.fromkeys(sides.keys() - asked, gettext("Both sides say the same of it, or nothing."))

    def answer(self, choice: str, sides: Mapping[str, str]) -> dict[str, object] | None:
        """What is kept of it: the side of each field, and what both said then; None where nothing differs."""
        if self.picks:
            return None
        chosen = sides if choice == BY_FIELD else dict.fromkeys(self.seen, choice)
        return {"sides": dict(chosen), "seen": dict(self.seen)}

    def note(self, choice: str, sides: Mapping[str, str] = MappingProxyType({})) -> str:
        """A choice in words that everybody may read who sees the issue."""
        if choice == BY_FIELD:
            return "; ".join(_from(name, side) for name, side in sorted(sides.items()))
        return gettext("Record %(id)s") % {"id": choice} if self.picks else gettext(CHOICES[choice])


def _from(name: str, side: str) -> str:
    return gettext("%(field)s from %(side)s") % {"field": label(name), "side": gettext(SIDES.get(side, side))}


def question(evidence: object) -> Question | None:
    """The question that an issue's evidence asks; None where it asks none."""
    if not isinstance(evidence, Mapping):
        return None
    if evidence.get("address_key") or evidence.get("queue"):
        return _which(evidence)
    offered = evidence.get("choices")
    choices = [each for each in offered if each in CHOICES] if isinstance(offered, list | tuple) else []
    if not choices:
        return None
    fields, held = evidence.get("fields"), evidence.get("held")
    known = held if isinstance(held, Mapping) else {}
    differences = tuple(_difference(name, sides, str(known.get(name, ""))) for name, sides in _pairs(fields))
    return Question(
        differences=differences,
        choices=tuple((each, gettext(CHOICES[each])) for each in choices),
        by_field=bool(differences) and evidence.get("by_field") is True,
        seen=dict(_pairs(fields)),
        revision=_revision(fields),
    )


def _revision(fields: object) -> str:
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _which(evidence: Mapping[str, object]) -> Question | None:
    offered = evidence.get("candidates")
    records = [each for each in offered if isinstance(each, Mapping)] if isinstance(offered, list | tuple) else []
    choices = tuple((str(each["id"]), _named(each)) for each in records if each.get("id"))
    if not choices:
        return None
    address, key, queue = (str(evidence.get(name) or "") for name in ("address", "address_key", "queue"))
    asking = _ASKING.get(str(evidence.get("asks")), _PEOPLE).told()
    return Question(differences=(), choices=choices, asking=asking, address=address, address_key=key, queue=queue)


def _named(person: Mapping[str, object]) -> str:
    """Namesakes are told apart by their records."""
    return f"{str(person.get('name') or '').strip() or gettext('Without a name')} ({person['id']})"


def _pairs(fields: object) -> list[tuple[str, Mapping[str, object]]]:
    known = fields.items() if isinstance(fields, Mapping) else ()
    return [(str(name), sides) for name, sides in known if isinstance(sides, Mapping)]


def _difference(name: str, sides: Mapping[str, object], held: str) -> Difference:
    return Difference(
        name=name,
        label=label(name),
        crm=said(name, sides.get("crm")),
        mailbox=said(name, sides.get("mailbox")),
        held=held if held in CHOICES else "",
    )


def label(name: str) -> str:
    """What people call a field."""
    return gettext(_LABELS.get(name, "")) or name.capitalize()


def said(name: str, value: object) -> str:
    """A value as people say it."""
    nothing = gettext(NOTHING)
    if isinstance(value, bool):
        return gettext(_FLAGS.get(name, _YES_OR_NO)[value])
    if name == "time" and isinstance(value, list | tuple) and len(value) == 3:
        return _time(value)
    if name in _IN_PARTS and isinstance(value, list | tuple):
        return _IN_PARTS[name].join(filter(None, map(str, value))) or nothing
    if isinstance(value, list | tuple):
        return ", ".join(map(_entry, value)) or nothing
    return str(value).strip() or nothing if value is not None else nothing


def _entry(value: object) -> str:
    """Somebody who is invited, with the answer, if there is one."""
    if isinstance(value, list | tuple) and len(value) == 2:
        return f"{value[0]} ({value[1]})" if value[1] != "none" else str(value[0])
    return str(value)


def _time(value: Sequence[object]) -> str:
    """From and to, in UTC; whole days without a clock."""
    try:
        start, end = (datetime.fromisoformat(str(each)) for each in value[:2])
    except ValueError:
        return gettext("%(start)s to %(end)s") % {"start": value[0], "end": value[1]}
    if value[2] is True:
        return _days(start, end - _DAY)
    until = f"{end:%H:%M}" if start.date() == end.date() else dates.moment(end)
    return gettext("%(start)s to %(end)s UTC") % {"start": dates.moment(start), "end": until}


def _days(first: datetime, last: datetime) -> str:
    days = {"first": dates.day_of_year(first), "last": dates.day_of_year(last)}
    one, several = gettext("%(first)s, all day"), gettext("%(first)s to %(last)s, all day")
    return (one if last <= first else several) % days
