"""How much more many events cost the database than few: a statement for each item itself, and hardly any beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import event
from tests.integration.events.stage import ANNA, Stage, items

FEW, MANY = 10, 50


def in_calendar(stage: Stage, number: int) -> None:
    stage.calendar.add(event(f"Review {number}"))


def in_crm(stage: Stage, number: int) -> None:
    stage.crm.events.create(event(f"Visit {number}"), owner_id=ANNA)


@pytest.mark.parametrize("add", [in_calendar, in_crm])
def test_each_further_event_costs_hardly_more_than_writing_its_row(
    stage: Stage, add: Callable[[Stage, int], None]
) -> None:
    counted = []
    for start, number in ((0, FEW), (FEW, MANY)):
        for each in range(start, start + number):
            add(stage, each)
        with CaptureQueriesContext(connection) as statements:
            stage.run()
        counted.append(len(statements))
    assert len([item for item in items() if item.synced_at]) == FEW + MANY
    assert (counted[1] - counted[0]) / (MANY - FEW) <= 2
