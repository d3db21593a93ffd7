"""Everything that may go wrong between the engine and both sides in memory, and its end."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from connectors.errors import Failure, Kind
from connectors.memory import MemoryCrm, MemoryMailbox, failure
from connectors.models import Mailbox, Organization
from connectors.oauth import Grant
from connectors.records import CrmPage, Page, Put, Resource, Window
from syncapp import services
from tests.driving import CRM_DOWN, HICCUP, LOCKED, REVOKED, refusing

GRANT = Grant(access_token="access-0", refresh_token="refresh-0", lifetime=1e9)
EXPIRED = failure("google.authError", Kind.AUTH, "Invalid Credentials")
CRM_REVOKED = failure("salesforce_oauth.invalid_grant/expired_token", Kind.AUTH, "expired access/refresh token")
READ_ONLY = failure("google.forbidden", Kind.PERMISSION, "Forbidden")
MINDED_BY_CRM, MINDED_BY_CALENDAR = "unnamed", "overbooked"  # words in titles that a rule of a side refuses
LONG = 1000  # calls that fail until somebody does something about it
OVERLAP = 50  # changes of the CRM that come again with every read, where it is slow to settle


class UnrulyMailbox(MemoryMailbox):
    """What a page of its feeds shows may come in any order."""

    backwards = False

    def pull(
        self, resource: Resource, cursor: str | None, window: Window | None = None, labels: Collection[str] = ()
    ) -> Iterator[Page]:
        for page in super().pull(resource, cursor, window, labels):
            yield replace(page, changes=page.changes[::-1]) if self.backwards else page


class UnrulyCrm(MemoryCrm):
    """Likewise."""

    backwards = False

    def changes(self, resource: Resource, cursor: str | None, window: Window) -> Iterator[CrmPage]:
        for page in super().changes(resource, cursor, window):
            yield replace(page, changes=page.changes[::-1]) if self.backwards else page


@dataclass(kw_only=True)
class MemoryFaults:
    """What is wrong now. `stores` are the colleagues' mailboxes; sides are numbers of them, -1 is the CRM."""

    organization_id: int
    crm: UnrulyCrm
    stores: list[UnrulyMailbox]

    def _calls(self, side: int) -> tuple[UnrulyMailbox | UnrulyCrm, bool]:
        return (self.crm, True) if side < 0 else (self.stores[side], False)

    # -- Calls

    def fail_call(self, side: int, after: int) -> None:
        """One call fails that passes by itself, after so many that do not."""
        at, is_crm = self._calls(side)
        at.faults.waiting.extend([*[None] * after, CRM_DOWN if is_crm else HICCUP])

    def lose_answer(self, side: int) -> None:
        """The next write is done, and the answer to it is lost."""
        self._calls(side)[0].faults.lost_answers.append(True)

    def expire(self, side: int) -> None:
        """The token is refused once; a fresh one is not."""
        self.stores[side].faults.waiting.append(EXPIRED)

    def revoke(self, side: int) -> None:
        """No access until somebody renews it."""
        at, is_crm = self._calls(side)
        at.faults.waiting.clear()
        at.faults.waiting.extend([CRM_REVOKED if is_crm else REVOKED] * LONG)

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

    # -- Feeds

    def disorder(self) -> None:
        """Changes come in the wrong order, and those of the CRM come again and again."""
        self.crm.backwards, self.crm.events.overlap = True, OVERLAP
        for store in self.stores:
            store.backwards = True

    def forget_cursors(self, side: int) -> None:
        if side < 0:
            self.crm.events.forget_cursors()
        else:
            self.stores[side].calendar.forget_cursors()
            self.stores[side].forget_cursors()

    # -- The end of it

    def end(self) -> None:
        """All is well again."""
        self.crm.rules.clear()
        self.crm.backwards, self.crm.events.overlap = False, 2
        for record in self.crm.events.records.values():
            record.hidden = False
        for faults in (self.crm.faults, *(store.faults for store in self.stores)):
            faults.waiting.clear()
            faults.lost_answers.clear()
        for store in self.stores:
            store.calendar.rules.clear()
            store.backwards = False
        self.let_in()


def _minded(put: Put) -> Failure | None:
    return READ_ONLY if put.record is not None and MINDED_BY_CALENDAR in put.record.title else None
