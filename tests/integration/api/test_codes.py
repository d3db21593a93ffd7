"""Codes: the catalogue, open to everybody."""

from __future__ import annotations

from typing import Any

import pytest

from issues.catalogue import CATALOGUE, Fixer
from tests.integration.api.conftest import World
from tests.integration.api.world import RULE, Api, kind, named

pytestmark = pytest.mark.django_db


def _codes(api: Api, **parameters: Any) -> list[str]:
    return [row["code"] for row in api.get("codes/", **parameters).json()["results"]]


def test_a_code_explains_itself_to_anybody() -> None:
    row = Api().get("codes/salesforce.field_custom_validation_exception/").json()
    entry = CATALOGUE[RULE]
    assert (row["code"], row["plain"], row["advice"], row["why"]) == (RULE, entry.plain, entry.advice, entry.why)
    assert row["steps"] == [{"who": step.who.value, "text": step.text} for step in entry.steps]
    assert row["code_url"] == "http://localhost:8000/codes/salesforce.field_custom_validation_exception/"


def test_a_token_is_not_needed_and_not_looked_at() -> None:
    assert Api("msk_" + "x" * 43).get("codes/").status_code == 200


def test_a_code_that_does_not_exist_is_a_problem() -> None:
    assert kind(Api().get("codes/salesforce.no_such_code/")) == "not-found"


def _pages(api: Api, **parameters: Any) -> list[list[str]]:
    """All pages from the first to the last, by following `next`."""
    page = api.get("codes/", **parameters).json()
    found = [[row["code"] for row in page["results"]]]
    while page["next"]:
        page = api.get(page["next"]).json()
        found.append([row["code"] for row in page["results"]])
    return found


@pytest.mark.parametrize("limit", [1, 7, 50, 200])
def test_following_next_finds_every_code_once_in_order(limit: int) -> None:
    pages = _pages(Api(), limit=limit)
    assert [code for page in pages for code in page] == sorted(CATALOGUE, key=lambda code: CATALOGUE[code].slug)
    assert {len(page) for page in pages[:-1]} <= {limit}


def test_previous_leads_back_to_the_same_page() -> None:
    first = Api().get("codes/", limit=7).json()
    second = Api().get(first["next"]).json()
    back = Api().get(second["previous"]).json()
    assert (first["previous"], back["results"], back["previous"]) == (None, first["results"], None)
    assert Api().get(back["next"]).json()["results"] == second["results"]


def test_the_page_before_the_last_but_one_has_pages_on_both_sides() -> None:
    first = Api().get("codes/", limit=7).json()
    third = Api().get(Api().get(first["next"]).json()["next"]).json()
    assert Api().get(third["previous"]).json()["previous"] is not None


@pytest.mark.parametrize(
    ("parameters", "matches"),
    [
        ({"provider": "engine"}, lambda entry: entry.provider == "engine"),
        ({"fixer": "salesforce_admin"}, lambda entry: entry.fixer is Fixer.SALESFORCE_ADMIN),
        ({"scope": "mailbox", "advice": "retry"}, lambda entry: (entry.scope, entry.advice) == ("mailbox", "retry")),
        ({"q": "custom_VALIDATION"}, lambda entry: "custom_validation" in f"{entry.id} {entry.plain}".lower()),
    ],
)
def test_codes_are_filtered(parameters: dict[str, str], matches: Any) -> None:
    found = _codes(Api(), limit=200, **parameters)
    assert found == sorted((code for code, entry in CATALOGUE.items() if matches(entry)), key=str.lower)
    assert found


@pytest.mark.parametrize(
    ("parameters", "flawed"),
    [
        ({"fixer": "somebody"}, ["fixer"]),
        ({"provider": "aol", "retry": "always"}, ["provider", "retry"]),
        ({"status": "open"}, ["status"]),
        ({"limit": "0"}, ["limit"]),
        ({"cursor": "!"}, ["cursor"]),
        ({"cursor": "AAAA"}, ["cursor"]),
        ({"cursor": "A"}, ["cursor"]),
        ({"cursor": "_w=="}, ["cursor"]),
        ({"cursor": "é"}, ["cursor"]),
        ({"cursor": ""}, ["cursor"]),
        ({"fixer": ["nobody", "end_user"]}, ["fixer"]),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused_by_name(parameters: dict[str, Any], flawed: list[str]) -> None:
    response = Api().get("codes/", **parameters)
    assert (response.status_code, named(response)) == (400, flawed)


def test_codes_are_read_only(world: World) -> None:
    assert kind(world.writer.post("codes/")) == "method-not-allowed"
