"""Puts the two accounts side by side: the outside oracle's and ours. This is what `demo --once --json` prints."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.models import Activity, Mailbox, Verb
from syncapp.demo import ours, outside
from syncapp.demo.doors import Doors
from syncapp.demo.outside import Outside
from syncapp.demo.seeding import RECIPIENTS
from syncapp.demo.troubles import Trouble


@dataclass(frozen=True, kw_only=True)
class Account:
    """Both accounts of one moment, compared."""

    values: dict[str, Any]
    broken: list[str]


def account(doors: Doors, troubles: Sequence[Trouble], *, made: bool) -> Account:
    """Compares; `broken` names every equation that does not hold. `made` says that it is the demo's own world."""
    there, here = outside.look(doors), ours.look()
    classes, odd = ours.tally(there.items, here)
    pairs, rest = outside.pair(classes["synced"], there.records)
    counts = {name: len(classes[name]) for name in ours.CLASSES}
    values = {
        "items": len(there.items),
        **counts,
        "records": len(there.records),
        "silent": len(odd),
        "duplicates": outside.duplicates(there.items, there.records),
        "unpaired": {"ours_only": len(rest.items), "outside_only": len(rest.records)},
        "mails_sent": len({m["message_id"] for m in there.mails}),
        "mail_ids": _digest(m["message_id"] for m in there.mails),
        "mails_expected": expected_mails(troubles, there, made=made),
        "mailboxes": Mailbox.everywhere.count(),
        "issues_by_code": dict(here.issues_by_code),
        "filtered_by_rule": dict(here.filtered_by_rule),
        "open_issues": here.open_issues,
        "salesforce_calls": len(doors.salesforce("calls")),
        "provider_calls": len(doors.google("calls")),
    }
    if not made:
        values |= _fidelity(there, pairs)
    return Account(values=values, broken=list(_broken(values, there, made=made)))


def _digest(ids: Iterable[str]) -> str:
    """One word for a set of Message-IDs: two runs that sent the same mails print the same word."""
    return hashlib.sha256("\n".join(sorted(set(ids))).encode()).hexdigest()[:16]


def expected_mails(troubles: Sequence[Trouble], there: Outside, *, made: bool) -> int:
    """How many mails what was broken ought to cause; in a world of real mail, one for each kind of refusal."""
    told = sum(t.told + t.over for t in troubles) if made else len(set(there.refusals))
    return told * len(RECIPIENTS)


def _fidelity(there: Outside, pairs: Sequence[tuple[outside.OutsideItem, outside.Sight]]) -> dict[str, Any]:
    """Whether what stands in Salesforce is what the messages say."""
    odd = {
        f"{item.sight.message_id or item.sight.subject}": different
        for item, record in pairs
        if (different := outside.differences(item.sight, record))
    }
    return {
        "files": sum(len(item.copies) for item in there.items),
        "copies": sum(len(item.copies) - 1 for item in there.items),
        "differing_copies": Activity.everywhere.filter(verb=Verb.OTHER_CONTENT).count(),
        "mismatched": len(odd),
        "mismatches": odd,
    }


def _broken(values: Mapping[str, Any], there: Outside, *, made: bool) -> Any:
    """The names of the equations that do not hold."""
    items = values["items"]
    holds = {
        "items == synced + failed + held + filtered": items == sum(values[name] for name in ours.CLASSES),
        "silent == 0": values["silent"] == 0,
        "duplicates == 0": values["duplicates"] == 0,
        "records == synced": values["records"] == values["synced"],
        "unpaired == 0": not any(values["unpaired"].values()),
        "mails_sent == mails_expected": values["mails_sent"] == values["mails_expected"],
        "Message-IDs distinct": _distinct(there),
    }
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


def _distinct(there: Outside) -> bool:
    """No two different mails share a Message-ID; the same mail may have left twice after a crash."""
    by_id = Counter((m["message_id"], m["subject"].split(" · ")[-1], *m["to"]) for m in there.mails)
    return len(by_id) == len({m["message_id"] for m in there.mails})
