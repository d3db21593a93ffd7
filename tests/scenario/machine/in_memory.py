"""An office of the product between both sides in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connectors import credentials
from connectors.memory import CRMS, MAILBOXES
from tests import builders
from tests.builders import contact
from tests.conftest import Time
from tests.scenario.machine.faults import GRANT, MemoryFaults
from tests.scenario.machine.meetings import CUSTOMER, People
from tests.scenario.machine.memory_sides import MemorySides
from tests.scenario.machine.office import ADDRESSES, Office, open_doors
from tests.scenario.machine.store_faults import UnrulyCrm, UnrulyMailbox
from tests.scenario.machine.workplace import Work
from tests.scenario.scene import SECRET

USERS = ("005000000000001", "005000000000002")


@contextmanager
def office(time: Time, rule: str) -> Iterator[Office]:
    """A fresh office on a Monday morning; it leaves nothing behind."""
    with open_doors(time):
        yield _furnished(time, rule)


def _furnished(time: Time, rule: str) -> Office:
    organization = builders.organization(
        slug="acme", crm_org_id="00Dacme", secret=SECRET, syncs_events=True, event_conflicts=rule
    )
    crm = CRMS["00Dacme"] = UnrulyCrm("00Dacme")
    crm.people.append(contact(CUSTOMER.email))
    boxes, stores = {}, dict[str, UnrulyMailbox]()
    for work, address, user in zip((Work.ANNA, Work.BEN), ADDRESSES, USERS, strict=True):
        boxes[work] = builders.mailbox(organization, address, provider="google", crm_user_id=user)
        stores[address] = MAILBOXES[address] = UnrulyMailbox(address)
        credentials.store(organization, "google", GRANT, mailbox=boxes[work])
    sides = MemorySides(crm=crm, stores=stores, users=dict(zip(ADDRESSES, USERS, strict=True)))
    faults = MemoryFaults(organization_id=organization.pk, crm=crm, stores=list(stores.values()))
    return Office(
        time=time, organization=organization, boxes=boxes, sides=sides, people=People(sides=sides), faults=faults
    )
