"""An installation with keys of its own, known to both simulators, and credentials that are renewed with them."""

from __future__ import annotations

from connectors import credentials
from connectors.models import Credential, Mailbox
from connectors.simulators.salesforce.org import INTEGRATION
from tests import signing_keys as keys
from tests.integration.bad_input.world import World

JWT = {"flow": "jwt", "username": INTEGRATION}
DELEGATED = {"flow": "delegated"}
SCOPES = ["https://www.googleapis.com/auth/gmail.readonly", "https://www.googleapis.com/auth/calendar.events"]


def client(world: World) -> dict[str, str]:
    return {"flow": "client", "domain": world.salesforce.base_url}


def set_up(world: World) -> None:
    """Both providers know our keys and let us in as far as we ask."""
    world.settings.SALESFORCE_JWT_KEY = keys.private()
    world.settings.GOOGLE_SERVICE_ACCOUNT = keys.key_file()
    world.salesforce.control("client", {"certificate": keys.public(), "preapproved": [INTEGRATION]})
    delegate(world, *SCOPES)


def delegate(world: World, *scopes: str) -> None:
    """What the domain's administrator lists for our service account."""
    world.google.control("service-account", {"email": keys.ROBOT, "public_key": keys.public(), "scopes": list(scopes)})


def org_signs_in(world: World, lasting: dict[str, str]) -> Credential:
    """The organization's credential, as if it had just signed in so."""
    grant = credentials.ask("salesforce", lasting, world.organization)
    return credentials.store(world.organization, "salesforce", grant, lasting=lasting)


def mailbox_is_read(world: World, mailbox: Mailbox) -> Credential:
    """A mailbox that the service account reads."""
    world.organization.mail_flow, world.organization.delegated_domains = "delegated", ["ours.example"]
    world.organization.save(update_fields=["mail_flow", "delegated_domains"])
    grant = credentials.ask("google", DELEGATED, world.organization, mailbox)
    return credentials.store(world.organization, "google", grant, mailbox=mailbox, lasting=DELEGATED)


def ends(credential: Credential) -> None:
    """The access that there is ends now; the next call renews it."""
    Credential.everywhere.filter(pk=credential.pk).update(access_until=credential.renewed_at)
