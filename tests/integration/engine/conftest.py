from __future__ import annotations

import pytest

from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Mailbox, Organization
from tests import builders


@pytest.fixture
def mailbox(organization: Organization) -> Mailbox:
    return builders.mailbox(organization)


@pytest.fixture
def store(mailbox: Mailbox) -> MemoryMailbox:
    """What is in the mailbox."""
    return builders.store_of(mailbox)


@pytest.fixture
def crm(organization: Organization) -> MemoryCrm:
    """What is in the CRM; it knows Ann."""
    made = builders.crm_of(organization)
    made.people.append(builders.contact(account_id="001000000000001AAA"))
    return made


@pytest.fixture
def second(organization: Organization) -> Mailbox:
    """Another mailbox."""
    return builders.mailbox(organization)
