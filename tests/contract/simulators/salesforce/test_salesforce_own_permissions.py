"""Which user permissions somebody holds, as UserPermissionAccess tells it to everybody."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.simulators.salesforce.permission_objects import USER_PERMISSIONS
from tests.contract.simulators.salesforce.bench import Bench, Case, case

ALL = [f"Permissions{name}" for name in USER_PERMISSIONS]
CASES: dict[str, Case] = {
    "sorted": case(
        lambda b: b.sf.query("SELECT Id FROM UserPermissionAccess ORDER BY PermissionsViewSetup"),
        400,
        "INVALID_FIELD",
        "*field 'PermissionsViewSetup' can not be sorted in a query call",
    ),
    "a permission that there is not": case(
        lambda b: b.sf.query("SELECT PermissionsFlyHigh FROM UserPermissionAccess"),
        400,
        "INVALID_FIELD",
        "*No such column 'PermissionsFlyHigh' on entity 'UserPermissionAccess'.*",
    ),
    "written": case(
        lambda b: b.administrator().sf.UserPermissionAccess.create({"PermissionsViewSetup": True}),
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "entity type cannot be inserted: User Permission Access",
        (),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_be_asked_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)


def held(b: Bench) -> set[str]:
    (row,) = b.sf.query(f"SELECT {', '.join(ALL)} FROM UserPermissionAccess")["records"]
    return {name for name in ALL if row[name]}


def test_who_may_not_see_setup_may_ask_all_the_same(bench: Bench) -> None:
    assert held(bench) == {"PermissionsApiEnabled"}


def test_an_administrator_holds_all_of_them(bench: Bench) -> None:
    assert held(bench.administrator()) == set(ALL)


def test_what_is_given_is_told(bench: Bench) -> None:
    bench.control("permission", name="ViewSetup", on=True)
    assert held(bench) == {"PermissionsApiEnabled", "PermissionsViewSetup"}


@pytest.mark.parametrize(("value", "found"), [("true", 1), ("false", 0)])
def test_they_can_be_filtered_by(bench: Bench, value: str, found: int) -> None:
    soql = f"SELECT Id FROM UserPermissionAccess WHERE PermissionsApiEnabled = {value}"
    answer: Any = bench.sf.query(soql)
    assert answer["totalSize"] == found
