"""An access that was checked to be of one account never works for another."""

from __future__ import annotations

import pytest
from django.test import Client

from connectors.models import Mailbox, Organization
from tests import builders
from tests.integration.pages import scenery

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Organization:
    return builders.organization(slug="acme")


@pytest.fixture
def mailbox(acme: Organization) -> Mailbox:
    return builders.mailbox(acme, "mia@ours.example", provider="google")


def _given_another_address(acme: Organization, mailbox: Mailbox) -> str:
    client = Client()
    client.force_login(scenery.administrator(acme, "ann"))
    form = {"address": "Boss@ours.example", "name": "", "owner": "", "crm_user_id": "", "mail_mode": "activities"}
    assert client.post(f"/admin/connectors/mailbox/{mailbox.pk}/change/", form).status_code == 302
    mailbox.refresh_from_db()
    return mailbox.address


def test_a_mailbox_that_is_connected_keeps_its_address(acme: Organization, mailbox: Mailbox) -> None:
    scenery.connect(mailbox)
    assert _given_another_address(acme, mailbox) == "mia@ours.example"


def test_before_that_a_slip_in_the_address_can_be_mended(acme: Organization, mailbox: Mailbox) -> None:
    assert _given_another_address(acme, mailbox) == "boss@ours.example"
