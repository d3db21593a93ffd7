"""The contract itself: long enough, about everything that is promised, and kept by every connector there is."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType

import pytest

from connectors import registry
from connectors.protocol import CrmConnector, MailConnector
from tests.contract.connectors import (
    attachment_contract,
    case_contract,
    census_contract,
    contact_crm_contract,
    contact_mail_contract,
    crm_contract,
    event_crm_contract,
    event_mail_contract,
    event_reading_contract,
    file_contract,
    further_contract,
    keyless_contract,
    list_contract,
    load_contract,
    mail_contract,
    record_crm_contract,
    record_crm_reading_contract,
    task_crm_contract,
    task_mail_contract,
    test_google,
    test_memory,
    test_salesforce,
    test_salesforce_contacts,
    test_salesforce_loads,
    test_salesforce_tasks,
    test_watching,
    user_contract,
    watch_contract,
)

MODULES = (
    test_google,
    test_memory,
    test_salesforce,
    test_salesforce_contacts,
    test_salesforce_loads,
    test_salesforce_tasks,
    test_watching,
)
CONTRACTS = {
    "mail": (mail_contract.MailConnectorContract, registry.MAIL),
    "calendar": (event_mail_contract.EventMailContract, registry.MAIL),
    "contacts": (contact_mail_contract.ContactMailContract, registry.MAIL),
    "tasks": (task_mail_contract.TaskMailContract, registry.MAIL),
    "crm": (crm_contract.CrmConnectorContract, registry.CRM),
    "events of the crm": (event_crm_contract.EventCrmContract, registry.CRM),
    "contacts of the crm": (contact_crm_contract.ContactCrmContract, registry.CRM),
    "tasks of the crm": (task_crm_contract.TaskCrmContract, registry.CRM),
}
SIDES = {
    "mail": (
        MailConnector,
        (
            mail_contract,
            attachment_contract,
            event_mail_contract,
            event_reading_contract,
            further_contract,
            list_contract,
            task_mail_contract,
            watch_contract,
        ),
    ),
    "crm": (
        CrmConnector,
        (
            crm_contract,
            case_contract,
            census_contract,
            contact_crm_contract,
            file_contract,
            keyless_contract,
            load_contract,
            record_crm_contract,
            record_crm_reading_contract,
            user_contract,
        ),
    ),
}
each_contract = pytest.mark.parametrize(("contract", "names"), CONTRACTS.values(), ids=list(CONTRACTS))
each_side = pytest.mark.parametrize(("protocol", "modules"), SIDES.values(), ids=list(SIDES))


def called(module: ModuleType) -> set[str]:
    """The names of all methods that a module calls on anything."""
    calls = (node.func for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call))
    return {function.attr for function in calls if isinstance(function, ast.Attribute)}


def promised(protocol: type[object]) -> set[str]:
    return {name for name, _ in inspect.getmembers(protocol, inspect.isfunction) if not name.startswith("_")}


def keepers(contract: type[object]) -> list[str]:
    """The providers whose connectors are held to a contract."""
    classes = [value for module in MODULES for value in vars(module).values() if inspect.isclass(value)]
    return sorted(vars(value)["provider"] for value in classes if contract in value.__mro__[1:])


@each_contract
def test_a_contract_has_thirty_tests(contract: type[object], names: tuple[str, ...]) -> None:
    assert len([name for name in dir(contract) if name.startswith("test_")]) >= 30


@each_side
def test_everything_that_is_promised_is_called(protocol: type[object], modules: tuple[ModuleType, ...]) -> None:
    assert len(promised(protocol)) >= 5
    assert promised(protocol) - set().union(*map(called, modules)) == set()


@each_contract
def test_every_connector_of_the_registry_keeps_the_contract(contract: type[object], names: tuple[str, ...]) -> None:
    assert keepers(contract) == sorted(names)


def test_every_crm_that_takes_loads_keeps_their_contract() -> None:
    assert keepers(load_contract.ContactLoadContract) == sorted(registry.LOADS)


def test_every_mailbox_that_tells_of_changes_keeps_that_contract() -> None:
    assert keepers(watch_contract.WatchContract) == sorted(registry.TELLS)
