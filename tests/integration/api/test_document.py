"""`docs/api.md` names what there is, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from connectors.models import ApiToken
from connectors.rest.problems import TYPES
from connectors.rest.throttling import RATES
from syncapp.api_urls import schema

TEXT = Path(settings.BASE_DIR, "docs", "api.md").read_text("utf-8")
PAGING = {"limit", "cursor"}


def _rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    part = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def _named(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def test_every_list_is_named_with_its_filters() -> None:
    told = {_named(row[0]).pop(): _named(row[2]) for row in _rows("What there is")}
    lists = {
        path.removeprefix("/api/v1/"): {each["name"] for each in methods["get"].get("parameters", [])} - PAGING
        for path, methods in schema()["paths"].items()
        if "{" not in path and "get" in methods
    }
    assert told == lists


def test_every_problem_is_named_with_its_status() -> None:
    for statuses, names, _ in _rows("Refusals"):
        known = {str(TYPES[name].status) for name in _named(names)}
        assert known == {each.strip() for each in statuses.split(",")}
    assert {name for row in _rows("Refusals") for name in _named(row[1])} == set(TYPES)


def test_the_limits_are_the_ones_that_hold() -> None:
    told = re.findall(r"\b\d[\d,]*\b", TEXT.partition("\n## Limits\n")[2])
    assert {each.replace(",", "") for each in told} == {str(rate).partition("/")[0] for rate in RATES.values()}


def test_the_example_prefix_is_as_long_as_one() -> None:
    (prefix,) = re.findall(r"--revoke (msk_\S+)", TEXT)
    assert len(prefix) == ApiToken._meta.get_field("prefix").max_length
