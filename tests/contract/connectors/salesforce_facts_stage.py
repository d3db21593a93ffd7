"""An org that is asked for facts, with its door."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.facts import Fact, Survey
from connectors.simulators.authority import Certificate
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage, staged
from tests.contract.connectors.salesforce_record_stage import beside
from tests.contract.connectors.stage import CountingServer
from tests.contract.simulators.salesforce.bench import Bench

SEES_ALL = ("ViewSetup", "CustomizeApplication", "ManageUsers")


@pytest.fixture
def stage(salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceEventStage]:
    with staged(salesforce_server, contract_certificate) as made:
        yield made


@pytest.fixture
def bench(stage: SalesforceEventStage) -> Iterator[Bench]:
    """The same org, with a client of others and the simulator's door."""
    with beside(stage) as made:
        yield made


@pytest.fixture
def open_bench(bench: Bench) -> Bench:
    """The user that we work as sees setup, and the tokens and log-ins of others."""
    give(bench, *SEES_ALL)
    return bench


def give(bench: Bench, *rights: str) -> None:
    for name in rights:
        bench.control("permission", name=name, on=True)


def survey(stage: SalesforceEventStage) -> Survey:
    return stage.open().survey()


def told(stage: SalesforceEventStage, name: str) -> Fact:
    (fact,) = (each for each in survey(stage).facts if each.name == name)
    return fact
