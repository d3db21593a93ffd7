"""Puts the two accounts side by side: the outside oracle's and ours. This is what `demo --once --json` prints.

Messages, events, tasks and contacts are compared each for themselves (`by_resource`); the numbers above are their sums.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from connectors import clock
from connectors.models import Activity, Mailbox, Verb
from syncapp.demo import ours, outside, outside_contacts, outside_events, outside_pairs, outside_tasks
from syncapp.demo.doors import Doors
from syncapp.demo.ours import Ours
from syncapp.demo.outside import Outside, Stores
from syncapp.demo.outside_contacts import OutsideContacts
from syncapp.demo.outside_events import OutsideEvents, Reach
from syncapp.demo.outside_tasks import OutsideTasks
from syncapp.demo.seeding import RECIPIENTS
from syncapp.demo.troubles import Trouble

Values = dict[str, Any]
NUMBERS = ("items", *ours.CLASSES, "records", "silent", "duplicates")
FIDELITY = ("files", "copies", "mismatched")


@dataclass(frozen=True, kw_only=True)
class Account:
    """Both accounts of one moment, compared."""

    values: Values
    broken: list[str]


def account(doors: Doors, troubles: Sequence[Trouble], *, made: bool) -> Account:
    """Compares; `broken` names every equation that does not hold. `made` says that it is the demo's own world."""
    stores, here = outside.read(doors), ours.look()
    there = outside.look(stores)
    sides = {
        "email": _messages(there, here),
        "event": _events(_calendars(stores), here),
        "task": _tasks(_lists(stores), here),
        "contact": _contacts(outside_contacts.look(stores.google, stores.salesforce), here),
    }
    values = {
        **_sums(sides),
        "mails_sent": len({m["message_id"] for m in there.mails}),
        "mail_ids": _digest(m["message_id"] for m in there.mails),
        "mails_expected": expected_mails(troubles, there, made=made),
        "mailboxes": Mailbox.everywhere.count(),
        "issues_by_code": dict(here.issues_by_code),
        "filtered_by_rule": dict(here.filtered_by_rule),
        "open_issues": here.open_issues,
        "salesforce_calls": len(stores.salesforce_calls),
        "provider_calls": len(stores.google_calls),
        "by_resource": sides,
    }
    if not made:
        values["differing_copies"] = Activity.everywhere.filter(verb=Verb.OTHER_CONTENT).count()
    return Account(values=values, broken=list(_broken(values, there, made=made)))


def _calendars(stores: Stores) -> OutsideEvents:
    """Events, as far as the settings let them be in step."""
    windows = outside_events.windows(stores.google, stores.google_calls, _reach(), clock.now())
    return outside_events.look(stores.google, stores.salesforce, windows)


def _lists(stores: Stores) -> OutsideTasks:
    since = _reach().window(clock.now(), clock.now()).low
    return outside_tasks.look(stores.google, stores.salesforce, since)


def _reach() -> Reach:
    return Reach(back=settings.SYNC_WINDOW_DAYS_BACK, ahead=settings.SYNC_WINDOW_DAYS_AHEAD)


# -- One resource


def _messages(there: Outside, here: Ours) -> Values:
    classes, odd = ours.tally(there.items, here)
    pairs, rest = outside.pair(classes["synced"], there.records)
    differing = {
        f"{item.sight.message_id or item.sight.subject}": different
        for item, record in pairs
        if (different := outside.differences(item.sight, record))
    }
    return {
        **_counts(there.items, classes, odd),
        "records": len(there.records),
        "duplicates": outside.duplicates(there.items, there.records),
        "unpaired": {"ours_only": len(rest.items), "outside_only": len(rest.records)},
        **_copies(there.items, differing),
    }


def _events(there: OutsideEvents, here: Ours) -> Values:
    classes, odd = ours.tally(there.items, here)
    pairs, rest = outside_pairs.pair(classes["synced"], there.records)
    differing = {
        f"{item.sight.uid} {item.sight.original}".strip(): different
        for item, record in pairs
        if (different := outside_pairs.differences(item, record))
    }
    return {
        **_counts(there.items, classes, odd),
        "records": len(there.records),
        "duplicates": outside_pairs.duplicates(there.items, there.records),
        "unpaired": {"ours_only": len(rest.items), "outside_only": len(rest.records)},
        **_out_of_step(there.altered, classes),
        **_copies(there.items, differing),
    }


def _tasks(there: OutsideTasks, here: Ours) -> Values:
    classes, odd = ours.tally(there.items, here)
    pairs, lonely = outside_tasks.pair(classes["synced"], there.records)
    return {
        **_counts(there.items, classes, odd),
        "records": len(there.records),
        "duplicates": outside_tasks.duplicates(there.items, there.records),
        "unpaired": {"ours_only": len(lonely), "outside_only": len(there.records) - len(pairs)},
        **_out_of_step(there.altered, classes),
        **_copies(there.items, {}),
    }


def _contacts(there: OutsideContacts, here: Ours) -> Values:
    classes, odd = ours.tally(there.items, here)
    pairs, lonely = outside_contacts.pair(classes["synced"], there.records)
    return {
        **_counts(there.items, classes, odd),
        "records": len(there.records),
        "duplicates": len(there.doubled),
        "unpaired": {"ours_only": len(lonely), "outside_only": len(there.records) - len(pairs)},
        **_out_of_step(there.altered, classes),
        **_copies(there.items, {}),
    }


def _out_of_step(altered: Collection[tuple[Any, Any]], classes: Mapping[str, Sequence[Any]]) -> Values:
    """`astray` is of what nobody is told and what waits for nothing."""
    behind = {id(item) for item in (*classes["failed"], *classes["held"])}
    return {"altered": len(altered), "astray": sum(id(item) not in behind for item, _ in altered)}


def _counts(items: Sequence[ours.Seen], classes: Mapping[str, Sequence[Any]], odd: Sequence[Any]) -> Values:
    return {"items": len(items), **{name: len(classes[name]) for name in ours.CLASSES}, "silent": len(odd)}


def _copies(items: Sequence[ours.Seen], differing: Mapping[str, list[str]]) -> Values:
    """How many copies there are of what, and whether what stands in Salesforce is what the first of them say."""
    return {
        "files": sum(len(item.copies) for item in items),
        "copies": sum(len(item.copies) - 1 for item in items),
        "mismatched": len(differing),
        "mismatches": dict(differing),
    }


def _sums(sides: Mapping[str, Values]) -> Values:
    sums: Values = {name: sum(side[name] for side in sides.values()) for name in (*NUMBERS, *FIDELITY)}
    gaps = [side["unpaired"] for side in sides.values()]
    mismatches = {name: different for side in sides.values() for name, different in side["mismatches"].items()}
    return sums | {"unpaired": {name: sum(gap[name] for gap in gaps) for name in gaps[0]}, "mismatches": mismatches}


def _digest(ids: Iterable[str]) -> str:
    """One word for a set of Message-IDs: two runs that sent the same mails print the same word."""
    return hashlib.sha256("\n".join(sorted(set(ids))).encode()).hexdigest()[:16]


def expected_mails(troubles: Sequence[Trouble], there: Outside, *, made: bool) -> int:
    """How many mails what was broken ought to cause; in a world of real input, one for each kind of refusal."""
    told = sum(t.told + t.over for t in troubles) if made else len(set(there.refusals))
    return told * len(RECIPIENTS)


# -- What has to hold


def _broken(values: Values, there: Outside, *, made: bool) -> Iterator[str]:
    """The names of the equations that do not hold; those of one resource begin with its name."""
    items = values["items"]
    holds = _holds(values) | {
        "mails_sent == mails_expected": values["mails_sent"] == values["mails_expected"],
        "Message-IDs distinct": _distinct(there),
    }
    for resource, side in values.get("by_resource", {}).items():
        holds |= {f"{resource}: {name}": held for name, held in _holds(side).items()}
    if made:
        holds |= {
            "synced >= 60 %": values["synced"] >= 0.6 * items,
            "held <= 20 %": values["held"] <= 0.2 * items,
            "filtered <= 15 %": values["filtered"] <= 0.15 * items,
        }
    else:
        holds |= {
            "files == items + copies": values["files"] == items + values["copies"],
            "mismatched <= 5": values["mismatched"] <= 5,
            "records >= 0.9 * items": values["records"] >= 0.9 * items,
        }
    return (name for name, held in holds.items() if not held)


def _holds(values: Values) -> dict[str, bool]:
    return {
        "items == synced + failed + held + filtered": values["items"] == sum(values[name] for name in ours.CLASSES),
        "silent == 0": values["silent"] == 0,
        "duplicates == 0": values["duplicates"] == 0,
        "records == synced": values["records"] == values["synced"],
        "unpaired == 0": not any(values["unpaired"].values()),
        "astray == 0": not values.get("astray", 0),
    }


def _distinct(there: Outside) -> bool:
    """No two different mails share a Message-ID; the same mail may have left twice after a crash."""
    by_id = Counter((m["message_id"], m["subject"].split(" · ")[-1], *m["to"]) for m in there.mails)
    return len(by_id) == len({m["message_id"] for m in there.mails})
