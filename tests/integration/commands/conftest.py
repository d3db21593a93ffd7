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
from tests.databases import database, template
from tests.integration.bad_input.conftest import servers
from tests.integration.bad_input.world import Servers, World
from tests.integration.commands.compared import Compared
from tests.integration.ground.conftest import certificate, certificates

__all__ = ["certificate", "certificates", "database", "servers", "template"]


@pytest.fixture
def compared(db: None, servers: Servers, certificate: Certificate, settings: Settings) -> Iterator[Compared]:
    """Two mailboxes, Salesforce and a postbox, with their control doors."""
    google, salesforce = servers.fresh()
    postbox = Postbox()
    with scoped(EVERYTHING), SimulatorServer(postbox, certificate):
        world = World(google=google, salesforce=salesforce, settings=settings, certificate=certificate).build()
        settings.SYNC_REQUEST_SECONDS = 30
        doors = {
            simulator.name.lower(): Door(url=simulator.base_url, token=simulator.door_token, ca=str(certificate.ca))
            for simulator in (google, salesforce, postbox)
        }
        yield Compared(world=world, postbox=postbox, doors=Doors(**doors))


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder with five messages."""
    folder = tmp_path / "letters"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.eml").write_text(
            f"From: Ann <ann@customer.example>\r\nTo: anna@alpenrad.example\r\nSubject: Letter {number}\r\n"
            f"Date: Mon, 02 Mar 2026 09:3{number}:00 +0000\r\nMessage-ID: <{number}@customer.example>\r\n\r\nHello\r\n"
        )
    return folder
