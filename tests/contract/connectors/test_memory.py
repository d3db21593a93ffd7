"""The contract on the reference implementations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest

from tests.contract.connectors import memory_contact_stage, memory_list_stage
from tests.contract.connectors.account_contract import AccountContract
from tests.contract.connectors.attachment_contract import AttachmentContract
from tests.contract.connectors.case_contract import CaseContract
from tests.contract.connectors.census_contract import CensusContract
from tests.contract.connectors.contact_crm_contract import ContactCrmContract
from tests.contract.connectors.contact_mail_contract import ContactMailContract
from tests.contract.connectors.crm_contract import CrmConnectorContract
from tests.contract.connectors.event_crm_contract import EventCrmContract
from tests.contract.connectors.event_mail_contract import EventMailContract
from tests.contract.connectors.file_contract import FileContract
from tests.contract.connectors.further_contract import FurtherContract
from tests.contract.connectors.headers_contract import HeadersContract
from tests.contract.connectors.label_contract import LabelContract
from tests.contract.connectors.load_contract import ContactLoadContract, loaded, several
from tests.contract.connectors.mail_contract import MailConnectorContract
from tests.contract.connectors.memory_contact_crm_stage import MemoryContactCrmStage
from tests.contract.connectors.memory_contact_stage import MemoryContactStage
from tests.contract.connectors.memory_event_stage import MemoryEventCrmStage, MemoryEventMailStage
from tests.contract.connectors.memory_list_stage import MemoryTaskStage
from tests.contract.connectors.memory_stage import MemoryCrmStage, MemoryMailStage
from tests.contract.connectors.memory_task_stage import MemoryTaskCrmStage
from tests.contract.connectors.opportunity_contract import OpportunityContract
from tests.contract.connectors.task_crm_contract import TaskCrmContract
from tests.contract.connectors.task_mail_contract import TaskMailContract
from tests.contract.connectors.user_contract import UserContract


class TestMemoryMailbox(AttachmentContract, HeadersContract, LabelContract, MailConnectorContract):
    provider: ClassVar[str] = "memory"

    @pytest.fixture
    def stage(self) -> MemoryMailStage:
        return MemoryMailStage()


class TestMemoryCrm(CrmConnectorContract):
    provider: ClassVar[str] = "memory_crm"

    @pytest.fixture
    def stage(self) -> MemoryCrmStage:
        return MemoryCrmStage()


class TestMemoryCases(CaseContract):
    provider: ClassVar[str] = "memory_crm"

    @pytest.fixture
    def stage(self) -> MemoryCrmStage:
        return MemoryCrmStage()


class TestMemoryUsers(UserContract):
    @pytest.fixture
    def stage(self) -> MemoryCrmStage:
        return MemoryCrmStage()


class TestMemoryAccounts(AccountContract):
    @pytest.fixture
    def stage(self) -> MemoryCrmStage:
        return MemoryCrmStage()


class TestMemoryFiles(FileContract):
    provider: ClassVar[str] = "memory_crm"

    @pytest.fixture
    def stage(self) -> MemoryCrmStage:
        return MemoryCrmStage()


class TestMemoryOpportunities(OpportunityContract):
    @pytest.fixture
    def stage(self) -> MemoryCrmStage:
        return MemoryCrmStage()


class TestMemoryCalendar(EventMailContract):
    provider: ClassVar[str] = "memory"

    @pytest.fixture
    def stage(self) -> MemoryEventMailStage:
        return MemoryEventMailStage()


class TestMemoryFurther(FurtherContract):
    @pytest.fixture
    def stage(self) -> MemoryEventMailStage:
        return MemoryEventMailStage()


class TestMemoryCrmEvents(EventCrmContract):
    provider: ClassVar[str] = "memory_crm"

    @pytest.fixture
    def stage(self) -> MemoryEventCrmStage:
        return MemoryEventCrmStage()


class TestMemoryCrmTasks(TaskCrmContract):
    provider: ClassVar[str] = "memory_crm"

    @pytest.fixture
    def stage(self) -> MemoryTaskCrmStage:
        return MemoryTaskCrmStage()


class TestMemoryCrmContacts(ContactCrmContract):
    provider: ClassVar[str] = "memory_crm"

    @pytest.fixture
    def stage(self) -> MemoryContactCrmStage:
        return MemoryContactCrmStage()


class TestMemoryCensus(CensusContract):
    provider: ClassVar[str] = "memory_crm"

    @pytest.fixture
    def stage(self) -> MemoryEventCrmStage:
        return MemoryEventCrmStage()


class TestMemoryTasks(TaskMailContract):
    provider: ClassVar[str] = "memory"

    @pytest.fixture
    def stage(self) -> Iterator[MemoryTaskStage]:
        with memory_list_stage.standing() as made:
            yield made


class TestMemoryCrmLoads(ContactLoadContract):
    provider: ClassVar[str] = "memory_crm"

    @pytest.fixture
    def stage(self) -> MemoryContactCrmStage:
        made = MemoryContactCrmStage()
        made.store.loads.looks = 1
        return made

    def test_what_a_load_leaves_alone_is_not_told_of(self, stage: MemoryContactCrmStage) -> None:
        good, left = several(stage, ["Good", "Left"])
        stage.store.loads.passed_over.add(left.key)
        assert loaded(stage.open(), good, left).keys() == {good.key}


class TestMemoryContacts(ContactMailContract):
    provider: ClassVar[str] = "memory"

    @pytest.fixture
    def stage(self) -> Iterator[MemoryContactStage]:
        with memory_contact_stage.standing() as made:
            yield made
