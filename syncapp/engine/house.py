"""An organization as the rules see it: its settings and its people, as values. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connectors import domains
from connectors.labels import NO_RULES, LabelRules
from connectors.records import Address, Person
from connectors.relations import OpportunityRule, SeveralMatch, Sought
from syncapp.engine.routing import Route

Found = Mapping[str, tuple[Person, ...]]


@dataclass(frozen=True, kw_only=True)
class House:
    """What the rules need to know of an organization.

    `domains` are its own, `colleagues` its mailboxes with their Salesforce users, `owner_id` the user to
    whom leads of this mailbox go ("" for the integration user), `secret` makes the keys, `several` says whose an
    address is that several have, and `picks` where a person said so: the record's id by the address's key.
    `cases` are those of its mailboxes whose conversations become cases, with the owner
    of these ("" for whom Salesforce gives them to), and `mailbox` is the one whose copy of the message is in hand.
    `labels` are in that one's ids. `account_fields` name the domains of an account; empty where none is found by them.
    `opportunity_rule` says to which opportunities mail and events belong. `routes` come before what the mailboxes are
    set to.
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
    account_fields: tuple[str, ...] = ()
    opportunity_rule: str = OpportunityRule.NONE
    routes: tuple[Route, ...] = ()

    @property
    def sought(self) -> Sought:
        """What its rules need to know of people."""
        return Sought(
            activity=self.several == SeveralMatch.LAST_ACTIVE,
            account_fields=self.account_fields,
            opportunities=OpportunityRule(self.opportunity_rule),
        )

    def is_own(self, address: Address) -> bool:
        return address.email in self.colleagues or address.domain in self.domains

    def entry(self, address: str) -> str:
        """What the CRM is asked by for the accounts of an outside address: `@customer.example`; "" where it is not."""
        if not self.account_fields or domains.SIGN not in address:
            return ""
        domain = domains.of_company(Address(email=address).domain)
        return domains.entry(domain) if domain and domain not in self.domains else ""

    def entries(self, addresses: Iterable[str]) -> list[str]:
        """The same for several, each once."""
        return [each for each in dict.fromkeys(map(self.entry, addresses)) if each]
