"""The contract itself: long enough, about everything that is promised, and kept by every connector there is."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType

import pytest

from connectors import registry
from connectors.protocol import CrmConnector, MailConnector
from tests.contract.connectors import crm_contract, mail_contract, test_google, test_memory, test_salesforce

MODULES = (test_google, test_memory, test_salesforce)
SIDES = {
    "mail": (MailConnector, mail_contract, mail_contract.MailConnectorContract, registry.MAIL),
    "crm": (CrmConnector, crm_contract, crm_contract.CrmConnectorContract, registry.CRM),
}
each_side = pytest.mark.parametrize("side", SIDES)


def called(module: ModuleType) -> set[str]:
    """The names of all methods that a module calls on anything."""
    calls = (node.func for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call))
    return {function.attr for function in calls if isinstance(function, ast.Attribute)}


def promised(protocol: type[object]) -> set[str]:
    return {name for name, _ in inspect.getmembers(protocol, inspect.isfunction) if not name.startswith("_")}


@each_side
def test_the_contract_of_a_side_has_thirty_tests(side: str) -> None:
    contract = SIDES[side][2]
    assert len([name for name in vars(contract) if name.startswith("test_")]) >= 30


@each_side
def test_everything_that_is_promised_is_called(side: str) -> None:
    protocol, module, _, _ = SIDES[side]
    assert len(promised(protocol)) >= 5
    assert promised(protocol) - called(module) == set()


@each_side
def test_every_connector_of_the_registry_keeps_the_contract(side: str) -> None:
    contract, names = SIDES[side][2:]
    classes = [value for module in MODULES for value in vars(module).values() if inspect.isclass(value)]
    kept = [vars(value)["provider"] for value in classes if contract in value.__mro__[1:]]
    assert sorted(kept) == sorted(names)
