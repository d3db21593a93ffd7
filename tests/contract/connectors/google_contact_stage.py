"""Contacts at the Google simulator, moved through the simulator's door: past our client, and past Google's API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from connectors import clock
from connectors.contacts import Contact, Place
from connectors.google import contact_reading, contacts
from connectors.google.contact_groups import NAME
from connectors.records import Ref
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from connectors.simulators.google import GoogleSimulator
from connectors.simulators.google.people import groups, showing
from connectors.simulators.google.people.masks import readable
from connectors.simulators.google.people.store import AddressBook
from tests.contract.connectors.google_stage import GoogleStage
from tests.contract.connectors.stage import CountingServer

SCOPES = ("https://www.googleapis.com/auth/gmail.readonly", "https://www.googleapis.com/auth/contacts")
DAY = 86_400.0
NUMBERS = {"phone": "work", "mobile": "mobile", "home_phone": "home", "fax": "workFax"}
OF_FIELD = {
    **dict.fromkeys(("first", "last"), "names"),
    "email": "emailAddresses",
    **dict.fromkeys(NUMBERS, "phoneNumbers"),
    **dict.fromkeys(("job", "department", "company"), "organizations"),
    **dict.fromkeys(("address", "other_address"), "addresses"),
    "birthday": "birthdays",
    "text": "biographies",
}


def body(contact: Contact) -> dict[str, Any]:
    """The contact as somebody at a screen would have entered it; what is empty is left out by Google."""
    day = contact.birthday
    return {
        "names": [{"givenName": contact.first, "familyName": contact.last}],
        "emailAddresses": [{"value": each, "type": "home"} for each in contact.emails],
        "phoneNumbers": [
            {"value": getattr(contact, name), "type": kind} for name, kind in NUMBERS.items() if getattr(contact, name)
        ],
        "organizations": [{"name": contact.company, "title": contact.job, "department": contact.department}],
        "addresses": [_place(contact.address, "work"), _place(contact.other_address, "home")],
        "birthdays": [{"date": {"year": day.year, "month": day.month, "day": day.day}}] if day else [],
        "biographies": [{"value": contact.text, "contentType": "TEXT_PLAIN"}],
    }


def _place(place: Place, kind: str) -> dict[str, str]:
    if place == Place():
        return {}
    street, _, more = place.street.partition("\n")
    parts = {"streetAddress": street, "extendedAddress": more, "city": place.city, "region": place.region}
    return parts | {"postalCode": place.postcode, "country": place.country, "type": kind}


@dataclass(kw_only=True)
class GoogleContactStage(GoogleStage):
    scopes: tuple[str, ...] = SCOPES

    def neighbour(self) -> GoogleContactStage:
        return replace(self, written="bob@ours.example")

    def pages_of(self, size: int) -> None:
        self.patch.setattr(contact_reading, "PAGE", size)

    def add(self, contact: Contact, /, *, outside: bool = False) -> Ref:
        return self.enter(body(contact), outside=outside)

    def enter(self, fields: dict[str, Any], *, outside: bool = False) -> Ref:
        """A contact in Google's own words."""
        name = self._door("contact", account=self.address, contact=fields)["resourceName"]
        ref = self.ref(name.partition("/")[2])
        return ref if outside else self.share(ref)

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        before = contacts.contact(self.raw(ref))
        whole = body(replace(before, **fields))
        return self.write(ref, {OF_FIELD[name]: whole[OF_FIELD[name]] for name in fields})

    def write(self, ref: Ref, fields: dict[str, Any]) -> Ref:
        """A change in Google's own words."""
        self._door("change-contact", account=self.address, id=f"people/{ref.id}", contact=fields)
        return self.ref(ref.id)

    def delete(self, ref: Ref) -> None:
        self._door("delete-contact", account=self.address, id=f"people/{ref.id}")

    def touch(self, ref: Ref) -> Ref:
        return self.write(ref, {})

    def share(self, ref: Ref) -> Ref:
        self._door("contact-group", account=self.address, name=NAME, id=f"people/{ref.id}")
        return self.ref(ref.id)

    def keep(self, ref: Ref) -> Ref:
        self._door("contact-group", account=self.address, name=NAME, id=f"people/{ref.id}", out=True)
        return self.ref(ref.id)

    def drop_group(self) -> None:
        self._door("delete-contact-group", account=self.address, id=f"contactGroups/{self.group}")

    def shared(self) -> list[str]:
        with self.simulator.lock:
            return [f"c{contact.id}" for contact in groups.members(self.book, self.group)]

    def wait(self, days: int) -> None:
        """Access does not last for so long: there is new one."""
        timeline = self.simulator.timeline
        timeline.move_to(timeline.offset + days * DAY)
        self.token = self._door("grant", account=self.address, scopes=list(self.scopes))["access_token"]

    def living(self) -> list[str]:
        with self.simulator.lock:
            return [f"c{contact.id}" for contact in self.book.all_living]

    def forget_cursors(self) -> None:
        self._door("expire-contacts", account=self.address)

    def lose_answer(self) -> None:
        fault = {"action": "drop_after", "path": "^/v1/people", "writes": True}
        self.simulator.faults.append(Fault.of(fault))

    # -- Looking into the simulator

    @property
    def book(self) -> AddressBook:
        return self.simulator.world.address_books.of(self.address)

    @property
    def group(self) -> str:
        """The id of our group, "" where there is none."""
        return next((each.id for each in self.book.own.values() if each.name == NAME), "")

    def raw(self, ref: Ref) -> dict[str, Any]:
        """The contact as Google shows it."""
        with self.simulator.lock:
            contact = self.book.living(f"people/{ref.id}")
            assert contact is not None
            return showing.person(contact, contact.latest, readable())

    def ref(self, contact_id: str) -> Ref:
        return Ref(id=contact_id, version=self.raw(Ref(id=contact_id))["metadata"]["sources"][0]["etag"])


@contextmanager
def standing(
    server: CountingServer, certificate: Certificate, patch: pytest.MonkeyPatch
) -> Iterator[GoogleContactStage]:
    """An account of its own behind the server; our clock goes with Google's."""
    simulator = GoogleSimulator()
    simulator.base_url = server.url
    server.simulator = simulator
    with clock.using(lambda: simulator.timeline.offset):
        made = GoogleContactStage(server=server, certificate=certificate, simulator=simulator, patch=patch)
        yield made
        made.closing.close()
