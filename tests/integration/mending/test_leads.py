"""A message waits for its lead, of which Salesforce wants more than the message tells."""

from __future__ import annotations

import pytest

from connectors.errors import Failure
from connectors.fills import Blank
from connectors.models import Organization
from connectors.policies import NoMatch
from connectors.records import PersonWrite, Write
from connectors.scoping import scoped
from issues.models import Issue
from syncapp.models import Item
from tests import builders
from tests.driving import codes, statuses, sync
from tests.integration.mending.refusing import fill, missing


def wants_last_name(write: Write) -> Failure | None:
    return missing("last_name") if isinstance(write, PersonWrite) and not write.last_name else None


@pytest.mark.django_db
def test_a_missing_last_name_of_a_sender_is_filled_in_and_the_mail_is_there() -> None:
    acme: Organization = builders.organization(no_match=NoMatch.LEAD)
    mailbox, crm = builders.mailbox(acme, "mia@ours.example"), builders.crm_of(acme)
    crm.rules.append(wants_last_name)
    crm.fills.blanks = {"last_name": Blank(name="last_name", label="Last Name", required=True)}
    for subject in ("Order 1", "Order 2"):
        builders.store_of(mailbox).deliver(builders.email("orders@shop.example", mailbox.address, subject))
    sync(mailbox)
    first, second = Issue.everywhere.order_by("pk")
    assert (first.evidence["target"], first.code, second.code) == ("lead", first.code, first.code)
    with scoped(acme.pk):
        fill(first, last_name="Shop")
    sync(mailbox)
    (lead,) = [write for write in crm.records.values() if isinstance(write, PersonWrite)]
    assert (lead.last_name, sorted(statuses()), Item.everywhere.filter(given=None).count()) == (
        "Shop",
        ["open", "resolved"],
        2,
    )
    assert codes() == ["salesforce.REQUIRED_FIELD_MISSING"]
