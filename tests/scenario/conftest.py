from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from connectors.scoping import EVERYTHING, scoped
from connectors.simulators.authority import Certificate
from tests.databases import database, open_database, template
from tests.integration.bad_input.conftest import servers
from tests.integration.bad_input.world import Servers, World
from tests.integration.ground.conftest import certificate, certificates, tokens
from tests.scenario.cluster import Cluster

__all__ = ["certificate", "certificates", "database", "open_database", "servers", "template", "tokens"]


@pytest.fixture
def cluster(
    open_database: str, servers: Servers, certificate: Certificate, settings: Settings, tmp_path: Path
) -> Iterator[Cluster]:
    """Two mailboxes and Salesforce on a database that a cluster may share; nothing is due."""
    google, salesforce = servers.fresh()
    with scoped(EVERYTHING):
        world = World(google=google, salesforce=salesforce, settings=settings, certificate=certificate).build()
        made = Cluster(world=world, database=open_database, folder=tmp_path)
        made.let_rest()
        yield made
