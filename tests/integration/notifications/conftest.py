from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from connectors.models import Organization
from notifications.models import Recipient
from tests.integration.notifications.post_office import PostOffice


@pytest.fixture(scope="session")
def _running_office() -> Iterator[PostOffice]:
    with PostOffice() as office:
        yield office


@pytest.fixture
def office(_running_office: PostOffice, settings: Settings) -> PostOffice:
    """The mail server, empty, and the one that mail goes to."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", _running_office.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    settings.MAIL_DOMAIN = "syncapp.example"
    _running_office.taken.clear()
    _running_office.answers.clear()
    _running_office.refused_recipients.clear()
    return _running_office


@pytest.fixture
def recipient(organization: Organization) -> Recipient:
    return Recipient.everywhere.create(organization=organization, address="admin@ours.example", name="Ann")
