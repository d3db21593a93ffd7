"""Our fields under the prefix of an org's own namespace."""

from __future__ import annotations

import pytest

from connectors.salesforce import namespace


@pytest.mark.parametrize(
    ("row", "ours"),
    [
        ({"Id": "1", "acme__Syncapp_Key__c": "k"}, {"Id": "1", "Syncapp_Key__c": "k"}),
        ({"a_b__Syncapp_Version__c": 1}, {"Syncapp_Version__c": 1}),
        ({"Id": "1", "Syncapp_Key__c": "k"}, {"Id": "1", "Syncapp_Key__c": "k"}),
        ({"acme__Region__c": "x"}, {"acme__Region__c": "x"}),
        ({"acme__Syncapp_Key__r": {}}, {"acme__Syncapp_Key__r": {}}),
        ({}, {}),
        ("no row", "no row"),
        (None, None),
    ],
)
def test_a_row_has_our_names(row: object, ours: object) -> None:
    assert namespace.plain(row) == ours


def shown(*names: str) -> dict[str, object]:
    return {"name": "Event", "fields": [{"name": name, "type": "string"} for name in names]}


@pytest.mark.parametrize("own", ["acme", "ACME"])
def test_what_is_described_with_the_own_prefix_is_ours(own: str) -> None:
    assert namespace.described(shown("Id", "acme__Syncapp_Key__c"), own) == shown("Id", "Syncapp_Key__c")


@pytest.mark.parametrize("own", ["", "other"])
def test_what_is_described_with_another_prefix_is_not(own: str) -> None:
    assert namespace.described(shown("acme__Syncapp_Key__c"), own) == shown("acme__Syncapp_Key__c")


@pytest.mark.parametrize("said", [{}, {"fields": None}, {"fields": "x"}, {"fields": [None, 3, {"label": "x"}]}])
def test_what_is_no_description_stays_as_it_is(said: dict[str, object]) -> None:
    assert (namespace.described(said, "acme"), namespace.prefixes(said)) == (said, set())


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("Syncapp_Key__c", "acme__Region__c"), set()),
        (("acme__Syncapp_Key__c", "acme__Syncapp_Version__c"), {"acme"}),
        (("acme__Syncapp_Key__c", "b__Syncapp_Key__c"), {"acme", "b"}),
    ],
)
def test_prefixes_are_those_before_our_names(names: tuple[str, ...], found: set[str]) -> None:
    assert namespace.prefixes(shown(*names)) == found
