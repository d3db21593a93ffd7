"""`bench api`: what the list of issues costs over REST beside the bare query and a JSON encoder.

Both answer with the same rows of the same columns, asked for in turns in one process, with Django's own test client, so
that no web server and no network stand between. The query takes plain rows without models, and encodes them with
`json` of the standard library: we have no faster encoder (`orjson` is not among the dependencies). It asks nobody who
they are, keeps nothing from anybody, and explains no code. Limits of rate are off on both sides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from statistics import median
from typing import Any

from django.test import Client, override_settings

from connectors import tokens
from connectors.models import Organization
from issues.models import Issue
from issues.rest.rows import COLUMNS
from syncapp.bench.lists import processor
from syncapp.bench.many_issues import organization_with, settle
from syncapp.bench.rows import Row
from syncapp.demo.environment import Stage
from syncapp.demo.staging import migrate

SIZES = (1_000,)
LEAST = 0.5
ROUNDS = 25
PAGES = (50, 200)
PEER = "the same rows by one query without models, encoded by json of the standard library, which is our fastest"


def refuses(sizes: Sequence[int], names: Sequence[str] = ()) -> str:
    """Why such a list cannot be measured, in a sentence; "" where it can."""
    if names:
        return "A list has no flows; --flow is for calls."
    usable = len(sizes) == 1 and sizes[0] >= max(PAGES)
    return "" if usable else f"--n wants one number of issues, {max(PAGES)} at least."


def measure(
    _: Stage, sizes: Sequence[int], __: Sequence[str] = (), *, tell: Callable[[str], None]
) -> list[dict[str, Any]]:
    """A row for each size of a page: requests that one second of the processor answers ÷ bare queries."""
    migrate()
    organization = organization_with(sizes[0])
    settle()
    secret = tokens.issue(organization, "bench", days=1)[1]
    browser = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    with override_settings(API_RATES={"read": None}):
        rows = [_row(browser, organization, size, tell) for size in PAGES]
    return [asdict(row) | {"least": True} for row in rows]


def _row(browser: Client, organization: Organization, size: int, tell: Callable[[str], None]) -> Row:
    spent: tuple[list[float], list[float]] = ([], [])
    ways: tuple[Callable[[], int], ...] = (partial(_asked, browser, size), partial(_bare, organization, size))
    counted = [way() for way in ways]
    for _ in range(ROUNDS):
        for place, way in enumerate(ways):
            before = processor()
            way()
            spent[place].append(processor() - before)
    api, bare = (median(each) for each in spent)
    value = round(bare / api, 2)
    tell(f"pages of {size}: {api * 1000:.2f} ms of the processor over REST, {bare * 1000:.2f} ms bare")
    return Row(
        goal=f"requests of the list of issues ÷ bare queries, for one second of the processor, pages of {size}",
        value=value,
        bound=LEAST,
        peer=PEER,
        passed=value >= LEAST and counted == [size, size],
    )


def _asked(browser: Client, size: int) -> int:
    """How many rows came over REST."""
    answer = browser.get(f"/api/v1/issues/?limit={size}")
    return answer.content.count(b'"reference":')


def _bare(organization: Organization, size: int) -> int:
    """How many rows came without it; the text is made and thrown away."""
    rows = list(Issue.everywhere.filter(organization=organization).order_by("-pk").values(*COLUMNS)[: size + 1])
    json.dumps(rows[:size], default=str).encode()
    return len(rows[:size])
