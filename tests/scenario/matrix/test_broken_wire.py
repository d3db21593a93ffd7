"""Cells of the matrix once more, behind a wire that others wrote: mitmproxy loses, cuts and delays what passes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from connectors.simulators.authority import Certificate
from tests.contract.peers.conftest import MITMPROXY, Proxy, needs, proxied
from tests.integration.bad_input.answers import RESET, TIMEOUT, TRUNCATED
from tests.integration.bad_input.world import Servers
from tests.scenario.matrix.moments import Hits
from tests.scenario.matrix.playing import play
from tests.scenario.matrix.scene import Scene
from tests.scenario.matrix.stages import STAGES, Stage
from tests.scenario.matrix.table import Case
from tests.scenario.matrix.wire_faults import door_of

pytestmark = [pytest.mark.peers, pytest.mark.django_db]

ASKING = [column for column, stage in STAGES.items() if stage.door is not None]
PLANS = {"drop_before": RESET, "drop_after": RESET, "cut": TRUNCATED, "late": TIMEOUT, "drip": TIMEOUT}
SLOW = ("late", "drip")


@pytest.fixture(scope="session")
def proxies(
    servers: Servers, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Proxy]]:
    """One before each provider, with one authority."""
    needs(MITMPROXY)
    folder = tmp_path_factory.mktemp("authority")
    google, salesforce = servers.google.url, servers.salesforce.url
    with proxied(google, folder, certificate.ca) as first, proxied(salesforce, folder, certificate.ca) as second:
        yield {"google": first, "salesforce": second}


@pytest.mark.parametrize("scene", [False], indirect=True, ids=["here"])
@pytest.mark.parametrize("column", ASKING)
@pytest.mark.parametrize("plan", PLANS)
def test_what_the_wire_does_ends_as_in_the_table(
    scene: Scene, proxies: Mapping[str, Proxy], plan: str, column: str
) -> None:
    @contextmanager
    def broken(scene: Scene, stage: Stage) -> Iterator[Hits]:
        door, hits = door_of(stage), Hits()
        proxy = proxies[door.side]
        before = proxy.struck()
        proxy.plan(plan, method=door.method, path=door.path)
        if plan in SLOW:
            scene.in_a_hurry()
        yield hits
        hits.number = proxy.struck() - before
        scene.world.patient()

    scene.world.google.base_url, scene.world.salesforce.base_url = proxies["google"].url, proxies["salesforce"].url
    scene.build()
    scene.world.settings.PROVIDER_CA_BUNDLE = str(proxies["google"].ca)
    code = "" if column == "S13" else PLANS[plan]  # a mark that cannot be made fails nothing
    case = Case(row="N", column=column, way=plan, end=f"waiting {code}".strip())
    play(scene, STAGES[column], case, broken)


def test_nothing_stands_in_front_of_who_comes_next(servers: Servers) -> None:
    for simulator in servers.fresh():
        simulator.base_url = "https://localhost:1"
    assert [each.base_url for each in servers.fresh()] == [servers.google.url, servers.salesforce.url]
