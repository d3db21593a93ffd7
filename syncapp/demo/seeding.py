"""Fills a stage: Salesforce with people, the mailboxes with mail, and Syncapp with an organization."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from connectors import credentials, registry
from connectors.effects import commit, within_commit
from connectors.flows import Flow
from connectors.models import Mailbox, Membership, Organization, Role
from connectors.oauth import Grant
from connectors.policies import NoMatch
from connectors.records import Resource
from connectors.services import endpoints
from notifications.models import Recipient
from syncapp.demo.cast import ACCOUNTS, COLLEAGUES, COMPANY, CUSTOMERS, DOMAIN, Colleague
from syncapp.demo.doors import Doors
from syncapp.demo.world import Delivery, customers_of

ADMIN = f"admin@{DOMAIN}"
RECIPIENTS = (ADMIN, f"it@{DOMAIN}")
SLUG = "alpenrad"


class NotADemo(RuntimeError):
    """The database holds an organization that is no demo."""


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """What the demo is about: our rows, and the ids of the records that troubles and mends name."""

    organization: Organization
    ids: dict[str, str]


def refuse_real_database() -> None:
    """Raises `NotADemo` rather than touch a database with somebody's real organization."""
    if Organization.everywhere.filter(is_demo=False).exists():
        raise NotADemo("This database holds an organization that is not a demo. Give the demo a database of its own.")


def seed_crm(doors: Doors) -> dict[str, str]:
    """Accounts, contacts, one lead and users; the ids that the troubles know by name."""
    create = doors.salesforce
    accounts = create("create-many", object="Account", records=[{"Name": name} for name in ACCOUNTS])["ids"]
    ids = dict(zip(ACCOUNTS, accounts, strict=True))
    contacts = [
        {"FirstName": c.first, "LastName": c.last, "Email": c.address, "AccountId": ids[c.account]} for c in CUSTOMERS
    ]
    made = create("create-many", object="Contact", records=contacts)["ids"]
    first = CUSTOMERS.index(customers_of("Outdoor Larsen")[0])
    office = [{"FirstName": n, "LastName": "Office", "Email": "office@pedalpost.example"} for n in ("Paul", "Pia")]
    twins = create("create-many", object="Contact", records=office)["ids"]
    zeller = {"LastName": "Zeller", "Company": "zeller-sport.example", "Email": "petra@zeller.example"}
    create("create", object="Lead", fields=zeller)
    return ids | {"first of Outdoor Larsen": made[first], "office twin": twins[1]} | users_only(doors)


def known_ids(doors: Doors) -> dict[str, str]:
    """The ids that mending needs, found again by name in Salesforce."""
    records = doors.salesforce("snapshot")["records"]
    accounts = {row["Name"]: row["Id"] for row in records["Account"]}
    office = [row["Id"] for row in records["Contact"] if row["Email"] == "office@pedalpost.example"]
    return accounts | {"office twin": office[1], "Carlos": f"carlos@{DOMAIN}", "Lena": f"lena.hofer@{DOMAIN}"}


def users_only(doors: Doors) -> dict[str, str]:
    return crm_users(doors, COLLEAGUES) | {"Carlos": f"carlos@{DOMAIN}", "Lena": f"lena.hofer@{DOMAIN}"}


def crm_users(doors: Doors, colleagues: Sequence[Colleague]) -> dict[str, str]:
    """A user in Salesforce for each of up to 200 colleagues: their ids, by their log-ins."""
    records = [{"Username": c.user, "Email": c.address, "LastName": c.name, "Alias": c.user[:8]} for c in colleagues]
    made = doors.salesforce("create-many", object="User", records=records)["ids"]
    return dict(zip((c.user for c in colleagues), made, strict=True))


def deliver(doors: Doors, deliveries: Iterable[Delivery]) -> None:
    """Puts messages into the mailboxes, each copy with its own labels."""
    letters = [
        {
            "accounts": [address],
            "raw": base64.b64encode(delivery.raw).decode(),
            "labels": list(labels),
            "internal_date": int(delivery.at.timestamp() * 1000),
        }
        for delivery in deliveries
        for address, labels in delivery.boxes
    ]
    for at in range(0, len(letters), 100):
        doors.google("deliver-many", messages=letters[at : at + 100])


def seed_syncapp(
    doors: Doors, ids: dict[str, str], password: str = "", *, no_match: NoMatch = NoMatch.LEAD
) -> Organization:
    """The organization with its people, mailboxes, access to both sides, and those who are told. Without a password,
    each of which takes a third of a second to make, nobody signs in.
    """
    refuse_real_database()
    accounts = doors.salesforce("accounts")
    with commit("demo: seed"):
        organization = Organization.everywhere.create(
            slug=SLUG,
            name=COMPANY,
            domains=[DOMAIN],
            no_match=no_match.value,
            crm_org_id=accounts["organization_id"],
            crm_flow=Flow.CONSENT.value,
            is_demo=True,
            syncs_events=True,
            syncs_tasks=True,
            syncs_contacts=True,
            labels_failed=True,
            names_items_to_admins=True,
            secret="d" * 64,  # the keys of the demo's records protect nothing
        )
        _administrator(organization, password)
        _employ(organization, COLLEAGUES, ids, password)
        Recipient.everywhere.bulk_create(Recipient(organization=organization, address=a) for a in RECIPIENTS)
    connect_salesforce(doors, organization)
    _let_in(doors, organization, COLLEAGUES)
    return organization


def hire(doors: Doors, organization: Organization, colleagues: Sequence[Colleague]) -> None:
    """More people of ours, up to 200 at a time, each with a mailbox that may be read and a user in Salesforce."""
    ids = crm_users(doors, colleagues)
    with commit("demo: hire"):
        _employ(organization, colleagues, ids, "")
    _let_in(doors, organization, colleagues)


def connect_salesforce(doors: Doors, organization: Organization) -> None:
    """Access to the whole org, as the integration user's consent gives it."""
    said = doors.salesforce(
        "grant",
        username=doors.salesforce("accounts")["users"][0]["username"],
        client_id=settings.SALESFORCE_CLIENT_ID,
        scope="api refresh_token",
    )
    grant = Grant(
        access_token=said["access_token"],
        refresh_token=said["refresh_token"],
        lifetime=7200,
        instance_url=said["instance_url"],
    )
    credentials.store(organization, "salesforce", grant, account="integration user")


def google_grant(doors: Doors, address: str) -> Grant:
    """What the owner's consent to a connection gives."""
    return _grant(doors.google("grant", account=address, **_consent()))


def _consent() -> dict[str, Any]:
    """Who asks an owner for access, and for what: as the page for connecting does."""
    app = registry.app("google", endpoints(), resources=(Resource.EVENT, Resource.TASK, Resource.CONTACT), labels=True)
    return {"client_id": settings.GOOGLE_CLIENT_ID, "scopes": list(app.scopes)}


def _grant(said: dict[str, Any]) -> Grant:
    return Grant(access_token=said["access_token"], refresh_token=said["refresh_token"], lifetime=3599)


def _administrator(organization: Organization, password: str) -> None:
    """Who also gets into the admin."""
    make = get_user_model().objects.create_user
    admin = make(ADMIN, ADMIN, password or None, is_staff=True, last_name="Administrator")
    Membership.everywhere.create(organization=organization, user=admin, role=Role.OWNER)


@within_commit
def _employ(organization: Organization, colleagues: Iterable[Colleague], ids: Mapping[str, str], password: str) -> None:
    """A member and a mailbox for each colleague; without a password nobody signs in as them."""
    for colleague in colleagues:
        user = get_user_model().objects.create_user(
            colleague.address, colleague.address, password or None, last_name=colleague.name
        )
        Membership.everywhere.create(organization=organization, user=user, role=Role.MEMBER)
        _mailbox(organization, colleague, user, ids.get(colleague.user, ""))


def _let_in(doors: Doors, organization: Organization, colleagues: Iterable[Colleague]) -> None:
    """Access to the mailboxes of these, as their owners' consent gives it."""
    for mailbox in Mailbox.everywhere.filter(organization=organization, address__in=[c.address for c in colleagues]):
        said = doors.google("account", email=mailbox.address, name=mailbox.name, **_consent())
        credentials.store(organization, "google", _grant(said), mailbox=mailbox, account=mailbox.address)


def _mailbox(organization: Organization, colleague: Colleague, owner: User, user_id: str) -> None:
    Mailbox.everywhere.create(
        organization=organization,
        address=colleague.address,
        name=colleague.name,
        owner=owner,
        provider="google",
        crm_user_id=user_id,
    )
