"""The contracts of messages, of events, of tasks, of contacts and of comparing on the org that `--target` names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, TypeVar

import pytest

from tests.contract.connectors.account_contract import AccountContract
from tests.contract.connectors.census_contract import CensusContract
from tests.contract.connectors.contact_crm_contract import ContactCrmContract
from tests.contract.connectors.crm_contract import CrmConnectorContract
from tests.contract.connectors.event_crm_contract import EventCrmContract
from tests.contract.connectors.opportunity_contract import OpportunityContract
from tests.contract.connectors.task_crm_contract import TaskCrmContract
from tests.contract.target.conftest import Target
from tests.contract.target.salesforce_target import ContactTarget, CrmTarget, RecordTarget, TaskTarget

T = TypeVar("T", bound=RecordTarget)
KEY, VERSION = "Syncapp_Key__c", "Syncapp_Version__c"
VERSIONED = ("Event", "Task", "Contact")
WANTED = {*((name, KEY) for name in ContactTarget.keyed), *((name, VERSION) for name in VERSIONED)}
# Reads overlap, so what an earlier test deleted is told in these.
AFTERMATH = ("test_where_nothing_happened_nothing_new_is_told", "test_a_deletion_is_told_as_one")


@pytest.fixture(scope="session")
def lacking(salesforce_target: Target) -> list[str]:
    """Which of our fields the org has not, as object and field."""
    stage = CrmTarget(target=salesforce_target)
    described = {name: getattr(stage.salesforce, name).describe()["fields"] for name in ContactTarget.keyed}
    there = {(name, each["name"]) for name, fields in described.items() for each in fields}
    stage.closing.close()
    return [f"{name}.{field}" for name, field in sorted(WANTED - there)]


def staged(kind: type[T], target: Target, lacking: list[str]) -> Iterator[T]:
    needed = [each for each in lacking if each.partition(".")[0] in kind.keyed]
    if needed:
        pytest.skip(f"salesforce: keep what is ours in {', '.join(needed)}")
    made = kind(target=target)
    yield made
    made.ended()


@pytest.fixture
def stage(salesforce_target: Target, lacking: list[str]) -> Iterator[CrmTarget]:
    yield from staged(CrmTarget, salesforce_target, lacking)


@pytest.fixture(autouse=True)
def _able(request: pytest.FixtureRequest) -> None:
    if request.node.originalname in AFTERMATH:
        pytest.skip("salesforce: forget within ten minutes what was deleted")


class TestMessages(CrmConnectorContract):
    provider: ClassVar[str] = "salesforce"


class TestAccounts(AccountContract):
    pass


class TestOpportunities(OpportunityContract):
    pass


class TestEvents(EventCrmContract):
    provider: ClassVar[str] = "salesforce"


class TestTasks(TaskCrmContract):
    provider: ClassVar[str] = "salesforce"

    @pytest.fixture
    def stage(self, salesforce_target: Target, lacking: list[str]) -> Iterator[TaskTarget]:
        yield from staged(TaskTarget, salesforce_target, lacking)


class TestContacts(ContactCrmContract):
    provider: ClassVar[str] = "salesforce"

    @pytest.fixture
    def stage(self, salesforce_target: Target, lacking: list[str]) -> Iterator[ContactTarget]:
        yield from staged(ContactTarget, salesforce_target, lacking)


class TestCensus(CensusContract):
    provider: ClassVar[str] = "salesforce"
