from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.scoping import scoped
from tests.conftest import Time
from tests.integration.bad_input.conftest import servers, world
from tests.integration.contacts.stage import ContactStage, staged
from tests.integration.ground.conftest import certificate, certificates

__all__ = ["certificate", "certificates", "servers", "stage", "world"]


@pytest.fixture
def stage(db: None, time: Time) -> Iterator[ContactStage]:
    made = staged(time)
    with scoped(made.organization.pk):
        yield made
