from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.scoping import scoped
from tests.conftest import Time
from tests.integration.contacts.stage import ContactStage, staged


@pytest.fixture
def stage(db: None, time: Time) -> Iterator[ContactStage]:
    made = staged(time)
    with scoped(made.organization.pk):
        yield made
