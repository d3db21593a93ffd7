"""What one job works with: a mailbox, its organization, the lease, the lines to both sides, the run."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import F

from connectors import registry
from connectors.effects import commit, within_commit
from connectors.labels import NO_RULES, LabelRules
from connectors.models import Mailbox, Organization
from connectors.policies import MailMode
from connectors.records import Person, Resource
from connectors.relations import OpportunityRule, SeveralMatch, Sought
from connectors.routes import MailboxLabels, Route
from connectors.services import endpoints
from issues.models import Pick
from syncapp.engine import lease, routing
from syncapp.engine.allowance import Level
from syncapp.engine.house import House
from syncapp.engine.lease import Held
from syncapp.engine.lines import Lines, SideFailed
from syncapp.models import Run


@dataclass(kw_only=True)
class Job:
    """`only_writes` says that the mailbox itself stands still and must not be asked, `by_hand` that nothing is done
    but what somebody asked for, `reads` that the mailbox is looked at once everything is written; `level` is how far
    the CRM's allowance of calls was used up at the start. `people` are those of whom the CRM was asked in this job.
    `refused` is what a mailbox does not let us write, while it may let us read.
    """

    mailbox: Mailbox
    organization: Organization
    held: Held
    lines: Lines
    run: Run
    only_writes: bool = False
    by_hand: bool = False
    reads: bool = True
    level: Level = Level.FREE
    turns: Mapping[tuple[str, int | None], int] = field(default_factory=dict)
    people: dict[str, tuple[Person, ...]] = field(default_factory=dict)
    refused: SideFailed | None = None
    shown_at: float = field(default_factory=lambda: time.monotonic())  # noqa: PLW0108 - whichever clock stands there then

    def __post_init__(self) -> None:
        self.lines.keep_with(self.keep)

    def keep(self) -> None:
        """Before every call: makes sure that more of the lease is left than a call may take. Raises `LeaseLost`."""
        if time.monotonic() - self.shown_at > settings.SYNC_LEASE_SECONDS / 3:
            lease.renew(self.held)
            self.shown_at = time.monotonic()

    @within_commit
    def show(self) -> None:
        """Shows the lease's number in a transaction. Raises `LeaseLost`."""
        lease.show(self.held)
        self.shown_at = time.monotonic()

    @within_commit
    def count(self, **by: int) -> None:
        """Adds to the run's counters."""
        changes = {name: F(name) + number for name, number in by.items() if number}
        if changes:
            Run.everywhere.filter(pk=self.run.pk).update(**changes)

    def mailbox_url(self, remote_id: str, resource: Resource = Resource.EMAIL) -> str:
        """Opens a message or an event in the mailbox."""
        return registry.mail_url(self.mailbox.provider, self.mailbox.address, endpoints(), resource, remote_id)

    def crm_url(self, record_id: str) -> str:
        """Opens a record in the CRM; without an id, the CRM."""
        return registry.crm_url(self.organization.crm, self.lines.instance_url, record_id)

    def known_labels(self) -> MailboxLabels | None:
        """What the mailbox said of its labels when it was asked last."""
        return MailboxLabels.objects.filter(mailbox=self.mailbox).first()

    def keep_labels(self, row: MailboxLabels) -> None:
        """Keeps what the mailbox says of its labels. Raises `LeaseLost`."""
        with commit("labels: keep"):
            self.show()
            row.save()

    def house(self, rules: LabelRules = NO_RULES) -> House:
        """The organization's rules as values."""
        rows = Mailbox.everywhere.filter(organization=self.organization)
        boxes = list(rows.values_list("address", "crm_user_id", "mail_mode", "case_owner_id"))
        default = self.organization.mail_mode
        return House(
            domains=frozenset(domain.lower() for domain in self.organization.domains),
            no_match=self.organization.no_match,
            several=self.organization.several_match,
            secret=self.organization.secret,
            colleagues={address.lower(): user for address, user, _, _ in boxes},
            owner_id=self.mailbox.crm_user_id,
            cases={address.lower(): owner for address, _, mode, owner in boxes if (mode or default) == MailMode.CASES},
            mailbox=self.mailbox.address.lower(),
            labels=rules,
            account_fields=_account_fields(self.organization),
            opportunity_rule=self.organization.opportunity_rule,
            picks=dict(Pick.objects.filter(organization=self.organization).values_list("address_key", "person_id")),
            routes=tuple(route_of(row) for row in Route.objects.filter(organization=self.organization)),
        )


def sought_by(organization: Organization) -> Sought:
    """What its rules need to know of people, as `House.sought`."""
    return Sought(
        activity=organization.several_match == SeveralMatch.LAST_ACTIVE,
        account_fields=_account_fields(organization),
        opportunities=OpportunityRule(organization.opportunity_rule),
    )


def _account_fields(organization: Organization) -> tuple[str, ...]:
    return tuple(organization.account_fields) if organization.finds_accounts else ()


def route_of(row: Route) -> routing.Route:
    """A row as a value."""
    return routing.Route(pattern=row.pattern, opens_cases=row.mail_mode == MailMode.CASES, owner_id=row.case_owner_id)
