"""Everything that may go wrong between the engine and both sides in memory, and its end."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.errors import Failure, Kind
from connectors.memory import failure
from connectors.models import Mailbox, Organization
from connectors.oauth import Grant
from connectors.records import Put
from syncapp import services
from tests.driving import LOCKED, REVOKED, refusing
from tests.scenario.machine.people_rules import MINDED_BY_CALENDAR, MINDED_BY_CRM
from tests.scenario.machine.store_faults import StoreFaults

GRANT = Grant(access_token="access-0", refresh_token="refresh-0", lifetime=1e9)
CRM_REVOKED = failure("salesforce_oauth.invalid_grant/expired_token", Kind.AUTH, "expired access/refresh token")
READ_ONLY = failure("google.forbidden", Kind.PERMISSION, "Forbidden")
LONG = 1000  # calls that fail until somebody does something about it


@dataclass(kw_only=True)
class MemoryFaults(StoreFaults):
    """Beside what may go wrong with the stores: who lets us in no more, and what is refused."""

    organization_id: int

    # -- Access

    def revoke(self, side: int) -> None:
        """No access until somebody renews it."""
        at, refused = (self.crm.faults, CRM_REVOKED) if side < 0 else (self.stores[side].faults, REVOKED)
        at.waiting.clear()
        at.waiting.extend([refused] * LONG)

    def let_in(self) -> None:
        """Whoever was shut out gets fresh access."""
        for faults in (self.crm.faults, *(store.faults for store in self.stores)):
            if len(faults.waiting) > LONG - 100:
                faults.waiting.clear()
        organization = Organization.everywhere.get(pk=self.organization_id)
        for box in Mailbox.everywhere.filter(organization=organization).order_by("pk"):
            if box.stopped_at and box.probe_at is None:
                services.renew(organization, "google", GRANT, mailbox=box)
        if organization.stopped_at and organization.probe_at is None:
            services.renew(organization, "memory_crm", GRANT)

    # -- Records

    def mind(self) -> None:
        """Both sides refuse titles with a word in them."""
        self.crm.rules.append(refusing(MINDED_BY_CRM))
        for store in self.stores:
            store.calendar.rules.append(_minded)

    def lock(self, times: int) -> None:
        """Writes are refused a few times, record by record, for a reason that passes."""
        self.crm.rules.append(refusing("", LOCKED, times=times))

    # -- The end of it

    def end(self) -> None:
        """All is well again. Who shows us again what was hidden also saves it: what was hidden before we read it would
        be unknown until the next full read."""
        super().end()
        self.crm.rules.clear()
        for record in [each for each in self.crm.events.living.values() if each.hidden]:
            self.crm.events.show(record.id)
            self.crm.events.edit(record.id)
        for store in self.stores:
            store.calendar.rules.clear()
        self.let_in()


def _minded(put: Put) -> Failure | None:
    return READ_ONLY if put.record is not None and MINDED_BY_CALENDAR in put.record.title else None
