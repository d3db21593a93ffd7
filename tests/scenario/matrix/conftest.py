from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker, Settings

from connectors import clock
from connectors.scoping import EVERYTHING, scoped
from connectors.simulators.authority import Certificate, issue
from connectors.simulators.postbox import Postbox
from tests.integration.bad_input.world import Servers, World
from tests.scenario.matrix.house import House, Together
from tests.scenario.matrix.relay import Relay
from tests.scenario.matrix.scene import Scene

# It stands in a module of its own: without this a failed assertion of it would say nothing.
pytest.register_assert_rewrite("tests.scenario.matrix.playing")

INTERVAL = 4 * 3600  # seconds between two looks: a day of virtual time is a few rounds


@pytest.fixture(scope="session")
def house(servers: Servers, certificate: Certificate, certificates: Path) -> Iterator[House]:
    """The servers of all cells, a relay before each."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the mail server's own, a line for each command
    shown = {"": certificate, **_strangers(certificates)}
    trusted = certificates / "trusted.pem"
    trusted.write_bytes(b"".join(each.ca.read_bytes() for name, each in shown.items() if name != "foreign"))
    postbox = Postbox()
    ports = {
        "google": servers.google.server_address[1],
        "salesforce": servers.salesforce.server_address[1],
        "postbox": postbox.listen(0),
    }
    relays = {name: Relay(upstream=port) for name, port in ports.items()}
    yield House(servers=servers, relays=relays, postbox=postbox, certificates=shown, trusted=trusted)
    for each in relays.values():
        each.close()
    postbox.hang_up()


def _strangers(folder: Path) -> dict[str, Certificate]:
    """Certificates that are not good, by what is wrong with them; only of the first the authority is not trusted."""
    return {
        "foreign": issue(folder / "foreign"),
        "expired": issue(folder / "expired", expired=True),
        "other name": issue(folder / "other name", names=("elsewhere.example",)),
    }


@pytest.fixture
def time() -> Iterator[Together]:
    moved = Together()
    with clock.using(lambda: moved.offset):
        yield moved


@pytest.fixture
def scene(
    request: pytest.FixtureRequest,
    house: House,
    time: Together,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Scene]:
    """Ready to be built. The parameter says whether others are to open its database as well."""
    url = str(request.getfixturevalue("open_database")) if request.param else ""
    google, salesforce = house.fresh()
    settings.SYNC_INTERVAL_SECONDS = INTERVAL
    monkeypatch.setenv("SSL_CERT_FILE", str(house.trusted))
    world = World(google=google, salesforce=salesforce, settings=settings, certificate=house.certificates[""])
    with scoped(EVERYTHING):
        yield Scene(world=world, house=house, time=time, database=url, blocker=django_db_blocker)
