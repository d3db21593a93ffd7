"""An organization as the rules see it: its settings and its people, as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.labels import NO_RULES, LabelRules
from connectors.records import Address, Person, SeveralMatch
from connectors.relations import Sought

Found = Mapping[str, tuple[Person, ...]]


@dataclass(frozen=True, kw_only=True)
class House:
    """What the rules need to know of an organization.

    `domains` are its own, `colleagues` its mailboxes with their Salesforce users, `owner_id` the user to
    whom leads of this mailbox go ("" for the integration user), `secret` makes the keys, `several` says whose an
    address is that several have, and `picks` where a person said so: the record's id by the address's key.
    `cases` are those of its mailboxes whose conversations become cases, with the owner
    of these ("" for whom Salesforce gives them to), and `mailbox` is the one whose copy of the message is in hand.
    `labels` are in that one's ids.
    """

    domains: frozenset[str]
    no_match: str
    secret: str
    colleagues: Mapping[str, str] = field(default_factory=dict)
    owner_id: str = ""
    several: str = SeveralMatch.ASK
    cases: Mapping[str, str] = field(default_factory=dict)
    mailbox: str = ""
    labels: LabelRules = NO_RULES
    picks: Mapping[str, str] = field(default_factory=dict)

    @property
    def sought(self) -> Sought:
        """What its rules need to know of people."""
        return Sought(activity=self.several == SeveralMatch.LAST_ACTIVE)

    def is_own(self, address: Address) -> bool:
        return address.email in self.colleagues or address.domain in self.domains
