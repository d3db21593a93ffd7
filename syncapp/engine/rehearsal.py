"""A job that may look at everything and write nothing, and what it finds out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from connectors.effects import within_commit
from connectors.models import Mailbox, Organization
from connectors.routes import MailboxLabels
from syncapp.engine.job import Job
from syncapp.engine.lease import Held
from syncapp.engine.lines import Lines
from syncapp.models import Run


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One write that a run would make: `create`, `update` or `delete` an `object` on a side. `people` are related."""

    side: str
    action: str
    object: str
    key: str
    title: str
    people: int = 0


@dataclass(kw_only=True)
class Outlook:
    """What else a run would do: messages `read`, items `left_out` by rule, and what needs somebody, by code."""

    read: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)


class Rehearsal(Job):
    """A job that works with both sides and has no right to write: whatever tries to is stopped."""

    labels: MailboxLabels | None = None

    def known_labels(self) -> MailboxLabels | None:
        return self.labels or super().known_labels()

    def keep_labels(self, row: MailboxLabels) -> None:
        """Only for as long as it lasts."""
        self.labels = row

    def keep(self) -> None:
        """There is no lease to keep."""

    @within_commit
    def show(self) -> None:
        raise AssertionError("a rehearsal writes nothing")


def rehearsed(mailbox: Mailbox, organization: Organization) -> Rehearsal:
    """Its lines are to be closed afterwards."""
    return Rehearsal(
        mailbox=mailbox,
        organization=organization,
        held=Held(organization_id=organization.pk, mailbox_id=mailbox.pk, fence=0),
        lines=Lines(mailbox, organization),
        run=Run(organization=organization, mailbox=mailbox),
    )
