"""Names of labels, as an organization's settings have them, and the ids that a mailbox knows them by. Pure.

Names change, ids do not: a label that was found once under a name counts on, whatever it is called later, as long as
no other one of the mailbox has that name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connectors.records import Label

LONGEST = 225  # characters of a name, as Gmail has it
MOST = 50  # names in one setting
FAILED = "Salesforce Emails/Sync Error"  # what messages have that could not be brought over; Gmail nests by the slash


@dataclass(frozen=True, kw_only=True)
class LabelRules:
    """Ids in one mailbox: mail with one of `never` stays out, and mail without any of `only`; None lets all in."""

    never: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def kept_out(self, labels: frozenset[str]) -> str:
        """The rule that keeps a message with these labels out; "" if none does."""
        if labels & self.never:
            return "labelled"
        return "" if self.only is None or labels & self.only else "not_labelled"


NO_RULES = LabelRules()


def rules(never: Iterable[str], only: Sequence[str], ids: Mapping[str, str]) -> LabelRules:
    """The settings in the ids of a mailbox; what it has no label for keeps nothing out there, and lets nothing in."""
    let_in = _known(only, ids) if only else None
    return LabelRules(never=_known(never, ids), only=let_in)


def _known(names: Iterable[str], ids: Mapping[str, str]) -> frozenset[str]:
    return frozenset(ids.get(name, "") for name in names) - {""}


def named(name: str, listed: Sequence[Label]) -> str:
    """The id of the label with this name, in whatever letter case; "" if there is none."""
    return next((label.id for label in listed if label.name.casefold() == name.casefold()), "")


def resolved(names: Iterable[str], listed: Sequence[Label], before: Mapping[str, str]) -> dict[str, str]:
    """The ids behind these names, in whatever letter case; "" where there is none. `before` is as of last time."""
    there = {label.id for label in listed}
    by_name = {label.id.casefold(): label.id for label in listed}  # Gmail's own have ids that people write, too
    by_name |= {label.name.casefold(): label.id for label in listed}
    known = {name: label_id for name, label_id in before.items() if label_id in there}
    return {name: by_name.get(name.casefold(), known.get(name, "")) for name in names}
