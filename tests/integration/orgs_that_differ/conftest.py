from __future__ import annotations

import pytest

from tests.conftest import Time
from tests.integration.bad_input.conftest import servers, world
from tests.integration.bad_input.world import World
from tests.integration.ground.conftest import certificate, certificates
from tests.integration.orgs_that_differ.house import House
from tests.integration.orgs_that_differ.orgs import ORGS, Org
from tests.integration.orgs_that_differ.story import Story, story

__all__ = ["certificate", "certificates", "servers", "world"]

_told: dict[str, Story] = {}


@pytest.fixture
def house(world: World, time: Time) -> House:
    return House(world=world, time=time).build()


@pytest.fixture(params=ORGS, ids=lambda org: org.name)
def org(request: pytest.FixtureRequest) -> Org:
    found: Org = request.param
    return found


@pytest.fixture
def told(org: Org, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Story:
    """The story of the org, which every process plays once; what it tells are plain values."""
    if org.name not in _told:
        _told[org.name] = story(org, request.getfixturevalue("house"), caplog.records)
    return _told[org.name]
