"""The table of refusals and its proofs belong together: no row without a test, no test without a row."""

from __future__ import annotations

from collections import Counter

import pytest

from connectors.simulators.refusals import Refusal
from connectors.simulators.salesforce.refusals import REFUSALS
from tests.contract.simulators.salesforce import (
    test_salesforce_opportunities,
    test_salesforce_org_told,
    test_salesforce_other_apps,
    test_salesforce_permissions,
    test_salesforce_refusals_access,
    test_salesforce_refusals_attachments,
    test_salesforce_refusals_bulk,
    test_salesforce_refusals_calls,
    test_salesforce_refusals_cases,
    test_salesforce_refusals_contacts,
    test_salesforce_refusals_events,
    test_salesforce_refusals_features,
    test_salesforce_refusals_files,
    test_salesforce_refusals_invitees,
    test_salesforce_refusals_login,
    test_salesforce_refusals_parts,
    test_salesforce_refusals_persons,
    test_salesforce_refusals_queries,
    test_salesforce_refusals_queues,
    test_salesforce_refusals_tasks,
    test_salesforce_refusals_tooling,
    test_salesforce_refusals_types,
    test_salesforce_refusals_writes,
)

TESTED = [
    *test_salesforce_refusals_login.CASES,
    *test_salesforce_refusals_calls.CASES,
    *test_salesforce_refusals_parts.CASES,
    *test_salesforce_refusals_queries.CASES,
    "soql-too-long",
    *test_salesforce_refusals_writes.CASES,
    *test_salesforce_refusals_events.CASES,
    "event-key-several",
    *test_salesforce_refusals_invitees.CASES,
    *test_salesforce_refusals_access.CASES,
    *test_salesforce_refusals_attachments.CASES,
    *test_salesforce_refusals_cases.CASES,
    *test_salesforce_refusals_contacts.CASES,
    *test_salesforce_refusals_features.CASES,
    "reader-collects",
    *test_salesforce_refusals_files.CASES,
    *test_salesforce_opportunities.CASES,
    *test_salesforce_refusals_persons.CASES,
    *test_salesforce_refusals_queues.CASES,
    *test_salesforce_refusals_tasks.CASES,
    *test_salesforce_refusals_types.CASES,
    *test_salesforce_permissions.CASES,
    *test_salesforce_other_apps.CASES,
    *test_salesforce_org_told.CASES,
    *test_salesforce_refusals_tooling.CASES,
    *test_salesforce_refusals_bulk.CASES,
]

CODES: dict[str, str] = {
    name: proof.refusal.code
    for cases in (
        test_salesforce_refusals_calls.LIBRARY_CASES,
        test_salesforce_refusals_queries.CASES,
        test_salesforce_refusals_writes.CASES,
        test_salesforce_refusals_events.CASES,
        test_salesforce_refusals_invitees.CASES,
        test_salesforce_refusals_access.CASES,
        test_salesforce_refusals_attachments.CASES,
        test_salesforce_refusals_cases.CASES,
        test_salesforce_refusals_contacts.CASES,
        test_salesforce_refusals_features.CASES,
        test_salesforce_refusals_files.CASES,
        test_salesforce_refusals_persons.CASES,
        test_salesforce_refusals_queues.CASES,
        test_salesforce_refusals_tasks.CASES,
        test_salesforce_refusals_types.CASES,
        test_salesforce_permissions.CASES,
        test_salesforce_other_apps.CASES,
        test_salesforce_org_told.CASES,
        test_salesforce_refusals_tooling.CASES,
    )
    for name, proof in cases.items()
}


def test_each_row_has_a_test_and_each_test_a_row() -> None:
    assert {f"salesforce.{name}" for name in TESTED} == {row.id for row in REFUSALS}


def test_no_id_stands_twice() -> None:
    assert [name for name, number in Counter([*TESTED, *(r.id for r in REFUSALS)]).items() if number > 1] == []


def test_the_table_is_long_enough() -> None:
    assert len(REFUSALS) >= 45


@pytest.mark.parametrize("row", [r for r in REFUSALS if r.id.removeprefix("salesforce.") in CODES], ids=lambda r: r.id)
def test_a_row_names_the_code_that_its_test_gets(row: Refusal) -> None:
    assert row.code == CODES[row.id.removeprefix("salesforce.")]


@pytest.mark.parametrize("row", REFUSALS, ids=lambda r: r.id)
def test_a_row_says_request_answer_and_source(row: Refusal) -> None:
    assert all((row.code, row.request, row.answer, row.source))
