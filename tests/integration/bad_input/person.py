"""Somebody in a browser who signs in to a provider for us, and what the page says then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.messages import get_messages
from django.test import Client

from connectors.models import Credential, Mailbox
from issues import catalogue
from tests.integration.bad_input.world import World
from tests.integration.pages import scenery

CONNECTED = "is connected. What waited is being synced now."


@dataclass(kw_only=True)
class Person:
    """Somebody in a browser: signed in to us, and on the provider's pages."""

    world: World
    ours: Client
    theirs: requests.Session
    mailbox: Mailbox
    found: list[str] = field(default_factory=list)

    def leaves(self, provider: str = "google") -> str:
        """Goes off to the provider; the address of its consent page."""
        target = self.mailbox.pk if provider == "google" else self.mailbox.organization_id
        response = self.ours.get(f"/connect/{provider}/{target}/")
        assert response.status_code == 302
        return str(response["Location"])

    def agrees(self, url: str, account: str = "") -> dict[str, str]:
        """Presses “Allow”; with what the provider sends the browser back."""
        page = self.theirs.get(url).text
        hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
        account = account or self.mailbox.address
        user = self.world.salesforce.control("accounts", {})["users"][0]["username"]
        form = {**hidden, "account": account, "user": user, "decision": "allow"}
        back = self.theirs.post(url.partition("?")[0], data=form, allow_redirects=False)
        return {name: values[0] for name, values in parse_qs(urlsplit(back.headers["Location"]).query).items()}

    def comes_back(self, query: dict[str, str], provider: str = "google") -> str:
        """What the page says then; what the first checks say is kept in `found`."""
        response = self.ours.get(f"/connect/{provider}/callback/", query)
        assert response.status_code == 302
        said, *self.found = [str(message) for message in get_messages(response.wsgi_request)]
        self.ours.get(response["Location"])
        return said

    def signs_in(self, provider: str = "google") -> str:
        """The whole way, as it should be."""
        return self.comes_back(self.agrees(self.leaves(provider)), provider)

    def grant(self, provider: str = "google") -> object:
        """What lies in store."""
        mailbox = self.mailbox if provider == "google" else None
        return Credential.everywhere.get(
            provider=provider, mailbox=mailbox, organization=self.mailbox.organization
        ).grant


@pytest.fixture
def person(world: World, client: Client) -> Iterator[Person]:
    user = scenery.administrator(world.organization)
    world.ada.owner = user
    world.ada.save()
    client.force_login(user)
    for provider, control in (("google", world.google.control), ("salesforce", world.salesforce.control)):
        control("client", {"redirect_uris": [f"{world.settings.PUBLIC_URL}/connect/{provider}/callback/"]})
    world.settings.GOOGLE_AUTHORIZE_URL = f"{world.google.base_url}/o/oauth2/v2/auth"
    with requests.Session() as theirs:
        theirs.trust_env, theirs.verify = False, str(world.certificate.ca)
        yield Person(world=world, ours=client, theirs=theirs, mailbox=world.ada)


def sentence(code: str) -> str:
    """What a person reads: the plain sentence of the code's own page, and what to do first."""
    entry = catalogue.entry(code)
    assert entry.id == code
    return f"{entry.plain} {entry.steps[0].text}"
