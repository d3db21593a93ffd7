"""An office with the real connectors between the simulators of Google and Salesforce, over HTTPS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from pytest_django import Settings

from connectors.models import Mailbox, Organization
from connectors.simulators.authority import Certificate
from connectors.simulators.salesforce import SalesforceSimulator
from tests.contract.connectors.stage import CountingServer
from tests.integration.bad_input.world import Servers, World
from tests.scenario.machine.http_faults import HttpFaults
from tests.scenario.machine.http_sides import EVE, HttpCalendar, HttpDiary, HttpSides, Org, Said, UnrulyGoogle, View
from tests.scenario.machine.meetings import NOBODY, People
from tests.scenario.machine.office import ADDRESSES, Office, open_doors
from tests.scenario.machine.workplace import Work
from tests.scenario.matrix.house import Together
from tests.scenario.scene import SECRET


@dataclass(frozen=True, kw_only=True)
class House:
    """The servers of all examples, and what an office needs beside them."""

    google: CountingServer
    salesforce: CountingServer
    certificate: Certificate
    settings: Settings
    patch: pytest.MonkeyPatch
    time: Together

    @contextmanager
    def office(self, rule: str) -> Iterator[Office]:
        """A fresh office on a Monday morning, with fresh simulators; it leaves nothing behind."""
        google = UnrulyGoogle()
        salesforce = Servers(google=self.google, salesforce=self.salesforce).fresh(google)[1]
        self.time.others[:] = [google, salesforce]
        with open_doors(self.time):
            yield self._furnished(google, salesforce, rule)

    def _furnished(self, google: UnrulyGoogle, salesforce: SalesforceSimulator, rule: str) -> Office:
        organization, boxes = self._organization(google, salesforce, rule)
        sides = self._sides(google, salesforce)
        for address, box in zip(ADDRESSES, boxes, strict=True):
            Mailbox.everywhere.filter(pk=box.pk).update(crm_user_id=sides.users[address])
        faults = HttpFaults(organization=organization, boxes=boxes, google=google, salesforce=salesforce, sides=sides)
        for side in range(len(boxes)):
            faults.grant(side)
        return Office(
            time=self.time,
            organization=organization,
            boxes=dict(zip((Work.ANNA, Work.BEN), boxes, strict=True)),
            sides=sides,
            people=People(sides=sides),
            faults=faults,
        )

    def _organization(
        self, google: UnrulyGoogle, salesforce: SalesforceSimulator, rule: str
    ) -> tuple[Organization, list[Mailbox]]:
        anna, ben = (address.partition("@")[0] for address in ADDRESSES)
        world = World(
            google=google,
            salesforce=salesforce,
            settings=self.settings,
            certificate=self.certificate,
            names=(anna, ben),
        ).build()
        self.settings.GOOGLE_CALENDAR_API_ROOT = google.base_url
        values = {"slug": "acme", "secret": SECRET, "syncs_events": True, "event_conflicts": rule}
        Organization.everywhere.filter(pk=world.organization.pk).update(**values)
        return Organization.everywhere.get(pk=world.organization.pk), [world.ada, world.ben]

    def _sides(self, google: UnrulyGoogle, salesforce: SalesforceSimulator) -> HttpSides:
        google.control("account", {"email": EVE})
        seen: View[Said] = View(simulator=google, read=dict)
        calendars = {
            address: HttpCalendar(
                server=self.google,
                certificate=self.certificate,
                simulator=google,
                patch=self.patch,
                written=address,
                view=seen,
            )
            for address in (*ADDRESSES, EVE)
        }
        org = Org(
            server=self.salesforce,
            certificate=self.certificate,
            simulator=salesforce,
            time=self.time,
            view=View(simulator=salesforce, read=dict),
        )
        return HttpSides(
            outside=calendars.pop(EVE),
            calendars=calendars,
            diary=HttpDiary(org=org),
            users={address: org.employs(address) for address in ADDRESSES},
            nobody=org.employs(f"{NOBODY}@ours.example"),
            customer_id=next(row["Id"] for row in org.view()["records"]["Contact"]),
        )
