"""Whether the fields that are to name the domains of accounts can be searched."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.errors import Failure, Kind
from connectors.facts import Verdict
from connectors.salesforce.domain_facts import CORRECT, SHOW, domains

WEBSITE = {"name": "Website", "type": "url", "filterable": True}


def told(*names: str, **field: Any) -> tuple[Verdict, str]:
    other = {"name": "Domain__c", "type": "string", "filterable": True} | field
    fact = domains({"fields": [WEBSITE, other]}, names)
    return fact.verdict, fact.text


@pytest.mark.parametrize("names", [("Website",), ("website", "DOMAIN__C")])
def test_fields_that_are_there_are_fine_however_they_are_written(names: tuple[str, ...]) -> None:
    assert told(*names)[0] is Verdict.GOOD


@pytest.mark.parametrize(
    ("names", "field", "said"),
    [
        (("Website", "Nowhere__c"), {}, "Account has no Nowhere__c that Syncapp can see."),
        (("Domain__c",), {"type": "double"}, "Account’s Domain__c cannot be searched for a text."),
        (("Domain__c",), {"type": "reference"}, "Account’s Domain__c cannot be searched for a text."),
        (("Domain__c",), {"type": "textarea", "filterable": False}, "Account’s Domain__c cannot be searched"),
        (("A__c", "Domain__c"), {"type": "date"}, "Account has no A__c that Syncapp can see. Account’s Domain__c"),
    ],
)
def test_one_that_would_refuse_every_search_is_named(names: tuple[str, ...], field: dict[str, Any], said: str) -> None:
    verdict, text = told(*names, **field)
    assert (verdict, text.startswith(said), text.endswith("before that is mended.")) == (Verdict.BAD, True, True)


def test_it_says_what_either_administrator_does() -> None:
    assert domains({"fields": []}, ["Website"]).steps == (SHOW, CORRECT)


def test_where_accounts_are_hidden_nobody_knows() -> None:
    hidden = Failure(provider="salesforce", code="salesforce.NOT_FOUND", kind=Kind.NOT_FOUND)
    fact = domains(hidden, ["Website"])
    assert (fact.verdict, fact.failure) == (Verdict.UNKNOWN, hidden)
