from __future__ import annotations

import pytest

from connectors.models import Mailbox, Organization
from tests import builders


@pytest.fixture
def mailbox(organization: Organization) -> Mailbox:
    return builders.mailbox(organization)
