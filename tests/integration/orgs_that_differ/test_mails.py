"""Whoever looks after an org is written to once for what is to be mended, and not for each item."""

from __future__ import annotations

import pytest
from django.core import mail

from notifications import services as notifications
from notifications.models import Recipient
from tests.integration.orgs_that_differ.house import House
from tests.integration.orgs_that_differ.orgs import Org

pytestmark = pytest.mark.django_db


def mails(house: House, org: Org) -> list[str]:
    """The subjects of what an administrator got by the time that four runs were over and an hour with them."""
    Recipient.everywhere.create(organization=house.organization, address="admin@ours.example")
    org.differs(house)
    house.arrives()
    for _ in range(4):
        house.runs()
        notifications.deliver()
    house.time.move(hours=1)
    notifications.deliver()
    return [str(each.subject) for each in mail.outbox if "admin@ours.example" in each.to]


def test_each_reason_is_one_mail(house: House, org: Org) -> None:
    reasons = {(code, org.names.get(title, "")) for title, code in org.refused.items()}
    assert len(mails(house, org)) == len(reasons)
