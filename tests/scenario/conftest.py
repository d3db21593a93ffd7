from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from connectors.scoping import EVERYTHING, scoped
from connectors.simulators.authority import Certificate
from connectors.simulators.postbox import Postbox
from connectors.simulators.server import SimulatorServer
from syncapp.demo.doors import Door, Doors
from tests import builders
from tests.databases import database, open_database, template
from tests.integration.bad_input.conftest import servers
from tests.integration.bad_input.world import Servers, World
from tests.integration.ground.conftest import certificate, certificates, tokens
from tests.scenario.cluster import Cluster
from tests.scenario.killing import Scene

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


@pytest.fixture
def scene(cluster: Cluster, certificate: Certificate, tmp_path: Path) -> Iterator[Scene]:
    """The same with twenty mailboxes more, a witness in every worker, and the doors for whoever compares."""
    world, postbox = cluster.world, Postbox()
    cluster.witness = tmp_path / "witness"
    cluster.witness.mkdir()
    world.google.control("quota-age", {"age": "old"})
    crowd = [builders.mailbox(world.organization, f"box{n:02}@ours.example", provider="google") for n in range(20)]
    for mailbox in crowd:
        world.google.control("account", {"email": mailbox.address})
        world.connect(mailbox)
    cluster.let_rest()
    with SimulatorServer(postbox, certificate):
        doors = {
            each.name.lower(): Door(url=each.base_url, token=each.door_token, ca=str(certificate.ca))
            for each in (world.google, world.salesforce, postbox)
        }
        yield Scene(cluster=cluster, doors=Doors(**doors), mailboxes=crowd, folder=cluster.witness)
