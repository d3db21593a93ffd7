"""A contact with three addresses, over both providers' interfaces, edited on either side in turn, ends equal."""

from __future__ import annotations

from typing import Any

import pytest

from connectors import credentials
from connectors.models import Mailbox, Organization
from connectors.oauth import Grant
from connectors.scoping import scoped
from issues import services as issues
from issues.models import Issue
from syncapp.engine.crm_reading import read_crm
from syncapp.engine.rehearsal import Outlook, Planned, rehearsed
from syncapp.engine.rehearsing import rehearse
from syncapp.models import Item
from tests.conftest import Time
from tests.driving import codes, sync
from tests.integration.bad_input.world import World

SCOPES = ("https://www.googleapis.com/auth/gmail.readonly", "https://www.googleapis.com/auth/contacts")
ADDRESSES = ["zoe@customer.example", "zoe@home.example", "z.young@old.example"]
ZOE = {
    "names": [{"givenName": "Zoe", "middleName": "M.", "familyName": "Young"}],
    "emailAddresses": [{"value": address, "type": "work"} for address in ADDRESSES],
    "phoneNumbers": [{"value": "+43 1 234", "type": "work"}, {"value": "+43 9", "type": "pager"}],
    "addresses": [
        {"type": "work", "streetAddress": "Ring 1", "city": "Wien", "country": "Austria"},
        {"type": "home", "streetAddress": "Gasse 2", "city": "Graz"},
        {"type": "other", "city": "Linz"},
    ],
}


class Wire:
    """Ada's address book and the org behind the simulators."""

    def __init__(self, world: World, time: Time) -> None:
        self.world, self.time, self.box = world, time, world.ada
        world.settings.GOOGLE_CONTACTS_API_ROOT = world.google.base_url
        user = world.salesforce.control("accounts", {})["users"][0]["id"]
        Organization.everywhere.filter(pk=world.organization.pk).update(syncs_contacts=True)
        Mailbox.everywhere.filter(pk=self.box.pk).update(crm_user_id=user)
        said = world.google.control("grant", {"account": self.box.address, "scopes": [*SCOPES]})
        grant = Grant(access_token=said["access_token"], refresh_token=said["refresh_token"], lifetime=3599.0)
        credentials.store(world.organization, "google", grant, mailbox=self.box, account=self.box.address)

    def book(self, verb: str, **given: Any) -> Any:
        return self.world.google.control(verb, {"account": self.box.address, **given})

    def enter(self, contact: dict[str, Any], *, shared: bool = True) -> str:
        name: str = self.book("contact", contact=contact)["resourceName"]
        if shared:
            self.book("contact-group", name="Salesforce", id=name)
        return name

    def person(self, name: str) -> dict[str, Any]:
        return self.world.google.world.address_books.of(self.box.address).living(name).latest.fields  # type: ignore[union-attr]

    def rows(self) -> list[dict[str, Any]]:
        rows = self.world.salesforce.snapshot()["records"]["Contact"]
        return [row for row in rows if not row["IsDeleted"] and row["LastName"] != "Ann"]

    def wait(self, minutes: int) -> None:
        """Here and at Google."""
        self.time.move(minutes=minutes)
        self.world.google.timeline.move_to(self.time.offset)

    def rehearsed(self) -> list[Planned]:
        """What a run would write."""
        with scoped(self.world.organization.pk):
            job = rehearsed(Mailbox.objects.get(pk=self.box.pk), Organization.everywhere.get())
            try:
                return list(rehearse(job, Outlook()))
            finally:
                job.lines.close()

    def run(self, times: int = 1) -> None:
        for _ in range(times):
            self.wait(1)
            while read_crm(self.world.organization.pk):
                pass
            sync(self.box)


@pytest.fixture
def wire(world: World, time: Time) -> Wire:
    return Wire(world, time)


def said(wire: Wire, name: str) -> tuple[list[str], list[str], str]:
    person = wire.person(name)
    emails = [each["value"] for each in person["emailAddresses"]]
    return emails, [each["value"] for each in person["phoneNumbers"]], person["names"][0].get("middleName", "")


@pytest.mark.django_db
def test_a_contact_with_three_addresses_edited_in_turn_ends_equal(wire: Wire) -> None:
    name = wire.enter(ZOE)
    wire.run(2)
    (row,) = wire.rows()
    assert (row["FirstName"], row["LastName"], row["Email"], row["Phone"]) == (
        "Zoe",
        "Young",
        ADDRESSES[0],
        "+43 1 234",
    )
    assert (row["MailingCity"], row["OtherCity"]) == ("Wien", "Graz")

    change = {"Email": "zoe@new.example", "Title": "Buyer", "MailingCity": "Salzburg"}
    wire.world.salesforce.control("update", {"id": row["Id"], "fields": change})
    wire.run(2)
    emails, phones, middle = said(wire, name)
    assert (emails, phones, middle) == (["zoe@new.example", *ADDRESSES[1:]], ["+43 1 234", "+43 9"], "M.")
    cities = [each.get("city") for each in wire.person(name)["addresses"]]
    assert (cities, wire.person(name)["organizations"][0]["title"]) == (["Salzburg", "Graz", "Linz"], "Buyer")

    wire.book("change-contact", id=name, contact={"phoneNumbers": [{"value": "+43 1 999", "type": "work"}]})
    wire.run(2)
    (row,) = wire.rows()
    assert (row["Phone"], row["Title"], codes()) == ("+43 1 999", "Buyer", [])

    before = wire.rows(), wire.person(name)
    wire.run(2)
    assert (wire.rows(), wire.person(name)) == before


@pytest.mark.django_db
def test_a_contact_of_salesforce_comes_under_the_label_and_is_one_with_whom_the_book_has(wire: Wire) -> None:
    user = Mailbox.everywhere.get(pk=wire.box.pk).crm_user_id
    fields = {"FirstName": "Zoe", "LastName": "Young", "Email": ADDRESSES[1], "OwnerId": user, "Department": "Buying"}
    wire.world.salesforce.control("create", {"object": "Contact", "fields": fields})
    fresh = {"LastName": "Newman", "Email": "n@customer.example", "OwnerId": user}
    wire.world.salesforce.control("create", {"object": "Contact", "fields": fresh})
    name = wire.enter(ZOE)
    wire.enter({"names": [{"familyName": "Private"}]}, shared=False)
    wire.run(3)
    titles = sorted(Item.everywhere.filter(resource="contact", synced_at__isnull=False).values_list("title", flat=True))
    assert titles == ["Newman", "Zoe Young"]
    assert (len(wire.rows()), wire.person(name)["organizations"][0]["department"], codes()) == (2, "Buying", [])


@pytest.mark.django_db
def test_what_a_list_tells_late_undoes_nothing_that_we_wrote_since(wire: Wire) -> None:
    """Google's lists lag by minutes: our first write is told of when the second one has been made."""
    name = wire.enter(ZOE)
    wire.run(2)
    (row,) = wire.rows()
    wire.book("contacts-delay", seconds=300)
    wire.world.salesforce.control("update", {"id": row["Id"], "fields": {"Title": "First"}})
    wire.run()
    wire.wait(3)
    wire.world.salesforce.control("update", {"id": row["Id"], "fields": {"Title": "Second"}})
    wire.run()
    wire.wait(1)
    assert wire.rehearsed() == []
    wire.run(2)
    (row,) = wire.rows()
    assert (row["Title"], wire.person(name)["organizations"][0]["title"], codes()) == ("Second", "Second", [])


@pytest.mark.django_db
def test_who_is_new_is_believed_and_who_is_known_looked_at(wire: Wire) -> None:
    wire.run(2)
    name, asked = wire.enter(ZOE), wire.world.google.calls
    before = len(asked)
    wire.run()
    new = [call.operation for call in asked[before:]]
    wire.book("change-contact", id=name, contact={"organizations": [{"title": "Buyer"}]})
    before = len(asked)
    wire.run()
    known = [call.operation for call in asked[before:]]
    look = "people.getBatchGet"
    assert ("people.connections.list" in new, look in new, known.count(look)) == (True, False, 1)


OURS = [
    ("EmailMessage", "Syncapp_Key__c"),
    ("EmailMessage", "Syncapp_Attachments__c"),
    ("Lead", "Syncapp_Key__c"),
    ("Contact", "Syncapp_Key__c"),
    ("Contact", "Syncapp_Version__c"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [OURS, OURS[3:4], OURS[4:]], ids=["all", "the key", "the version"])
def test_in_weaker_mode_contacts_stop_the_organization_and_say_what_is_missing(
    wire: Wire, fields: list[tuple[str, str]]
) -> None:
    """Until they are switched off: then mail goes on without the fields."""
    Organization.everywhere.update(weaker_mode=True)
    for sobject, name in fields:
        wire.world.salesforce.control("remove-field", {"object": sobject, "field": name})
    name = wire.enter(ZOE)
    wire.world.deliver(wire.box, "Renewal")
    wire.run(2)
    assert (codes(), wire.rows()) == (["salesforce.OWN_FIELD_MISSING"], [])
    assert wire.person(name)["names"][0]["givenName"] == "Zoe"
    Organization.everywhere.update(syncs_contacts=False)
    issues.retry(Issue.everywhere.all())
    wire.run(2)
    assert (codes(), len(wire.world.salesforce.snapshot()["records"]["EmailMessage"])) == ([], 1)
