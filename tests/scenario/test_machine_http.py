"""Proof 3 of the engine over HTTPS: the same machine, rules and oracle over the real connectors and the simulators.

.venv/bin/pytest tests/scenario/test_machine_http.py -s      20 examples in 40 s of one core; prints each count
"""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from pytest_django import Settings

from connectors.policies import ConflictRule
from connectors.simulators.authority import Certificate
from tests.contract.connectors.conftest import contract_certificate, google_server, salesforce_server
from tests.contract.connectors.stage import CountingServer
from tests.scenario.machine.over_http import House
from tests.scenario.machine.playing import left_out, play, play_the_rest
from tests.scenario.machine.whole import Whole
from tests.scenario.matrix.conftest import time
from tests.scenario.matrix.house import Together

__all__ = ["contract_certificate", "google_server", "salesforce_server", "time"]

pytestmark = pytest.mark.django_db
EXAMPLES, STEPS = 4, 30  # for each of the five rules


@pytest.fixture
def house(
    google_server: CountingServer,
    salesforce_server: CountingServer,
    contract_certificate: Certificate,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    time: Together,
) -> House:
    return House(
        google=google_server,
        salesforce=salesforce_server,
        certificate=contract_certificate,
        settings=settings,
        patch=monkeypatch,
        time=time,
    )


def played(house: House, conflicts: ConflictRule) -> Counter[str]:
    furnished = partial(house.office, conflicts.value)
    return play(Whole, conflicts, furnished, examples=EXAMPLES, steps=STEPS, complete=False)


def test_whatever_happens_both_sides_agree_in_the_end(house: House) -> None:
    """One test, since so few examples show every rule only together."""
    counts = sum((played(house, conflicts) for conflicts in ConflictRule), Counter[str]())
    counts += play_the_rest(Whole, ConflictRule.ASK, partial(house.office, ConflictRule.ASK.value), counts, steps=STEPS)
    assert left_out(Whole, ConflictRule.ASK, counts) == set()
