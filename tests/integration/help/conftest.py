"""An organization with an address of support, an issue of one of its mailboxes, and a mail server."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from connectors.models import Mailbox, Organization
from issues.models import Issue
from tests.integration.notifications.conftest import _running_office, office
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed, acme, admin, mailbox, others, owner, signed
from tests.integration.pages.reading import Page, read

__all__ = ["_running_office", "acme", "admin", "mailbox", "office", "others", "owner", "signed"]

SUPPORT = "help@support.example"
PATH = "/issues/acme/1001/"
ASK, PREVIEW = f"{PATH}help/", f"{PATH}help/preview/"


@pytest.fixture
def supported(acme: Organization) -> Organization:
    acme.support_address = SUPPORT
    acme.save(update_fields=["support_address"])
    return acme


@pytest.fixture
def issue(mailbox: Mailbox) -> Issue:
    return scenery.fail(mailbox, titles=("Offer to Ann",), said="Enter a cost centre.")[0]


@pytest.fixture
def mine(owner: User, signed: Signed) -> Client:
    return signed(owner)


def shot(name: str = "screen.png", colour: str = "navy", kind: str = "PNG") -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (320, 200), colour).save(buffer, kind)
    return SimpleUploadedFile(name, buffer.getvalue(), "image/png")


def writes(client: Client, description: str = "It fails since Monday.", *shots: Any, **more: Any) -> Any:
    return client.post(ASK, {"description": description, "pictures": list(shots), **more})


def looks(client: Client) -> Page:
    return read(client.get(PREVIEW))


def sends(client: Client) -> Any:
    return client.post(PREVIEW, {"seen": looks(client).forms[-1].fields["seen"]})


Asks = Callable[..., Any]
