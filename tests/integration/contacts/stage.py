"""An organization whose contacts are kept in step: the people of the calendars, and their address books."""

from __future__ import annotations

from typing import Any

from connectors.contacts import Contact, Place
from connectors.memory.contacts import MemoryContacts
from connectors.memory.crm_records import CrmEntry
from connectors.records import Ref
from syncapp.engine import content
from syncapp.models import Filtered, Item
from tests import builders
from tests.conftest import Time
from tests.integration.events.stage import ANNA, BEN, Stage

WORK = Place(street="1 Elm Street", city="Springfield", region="IL", postcode="62701", country="USA")
HOME = Place(street="9 Oak Lane\nBack door", city="Shelbyville")


def ann(**fields: Any) -> Contact:
    """Ann of a customer, as somebody has her in an address book."""
    said = {"first": "Ann", "last": "Smith", "email": "ann@customer.example", "phone": "+1 555 0100"}
    return Contact(**{**said, **fields})


class ContactStage(Stage):
    """Anna's address book and the CRM's contacts; `run` is one run of everybody and everything."""

    @property
    def book(self) -> MemoryContacts:
        return builders.store_of(self.anna).contacts

    @property
    def other_book(self) -> MemoryContacts:
        return builders.store_of(self.ben).contacts

    def at_crm(self) -> list[CrmEntry[Contact]]:
        return list(self.crm.contacts.living.values())

    def only(self) -> CrmEntry[Contact]:
        (found,) = self.at_crm()
        return found

    def there(self) -> tuple[Ref, Contact]:
        """The one contact that Anna shares."""
        ((id_, found),) = self.book.shared.items()
        return self.book.entries[id_].ref, found

    def both(self) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        """What the address book and the CRM say, for comparison."""
        return _said(self.book.shared.values()), _said(each.said for each in self.at_crm())

    def are_equal(self) -> bool:
        """Whether both sides say the same, and one more run writes nothing."""
        mine, theirs = self.both()
        return mine == theirs and self.is_quiet()


def _said(contacts: Any) -> list[dict[str, object]]:
    both_ways = [{name: v for name, v in content.values(each).items() if name != content.COMPANY} for each in contacts]
    return sorted(both_ways, key=str)


def staged(time: Time, **values: Any) -> ContactStage:
    """The stage; `values` are the organization's settings."""
    made = builders.organization(syncs_contacts=True, **values)
    anna = builders.mailbox(made, "anna@ours.example", crm_user_id=ANNA)
    ben = builders.mailbox(made, "ben@ours.example", crm_user_id=BEN)
    return ContactStage(time=time, organization=made, anna=anna, ben=ben, crm=builders.crm_of(made))


def items() -> list[Item]:
    return list(Item.everywhere.filter(resource="contact").order_by("pk"))


def rules() -> dict[str, str]:
    """The rules that leave contacts out, by title."""
    rows = Filtered.everywhere.filter(item__resource="contact")
    return dict(rows.values_list("item__title", "rule"))
