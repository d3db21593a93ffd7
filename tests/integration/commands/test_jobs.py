"""`manage.py jobs` before the cluster starts; what the cluster does is in `tests/scenario/test_cluster.py`."""

from __future__ import annotations

import gc

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from syncapp.management.commands import jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that are called in place of the real cluster."""
    called: list[str] = []
    monkeypatch.setattr(jobs, "call_command", called.append)
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    return called


@pytest.mark.parametrize("seconds", [5.5, -5.5, 3600.0])
def test_a_clock_that_is_off_refuses_to_start(
    monkeypatch: pytest.MonkeyPatch, begun: list[str], seconds: float
) -> None:
    monkeypatch.setattr(jobs, "seconds_from_database", lambda: seconds)
    with pytest.raises(CommandError, match=r"^This host's clock is \d+ s off the database's.*NTP\)\.$") as raised:
        call_command("jobs")
    assert raised.value.returncode == 2
    assert begun == []
    assert not OrmQ.objects.exists()


@pytest.mark.parametrize("seconds", [4.5, -4.5, 0.0])
def test_a_clock_that_is_nearly_right_starts(monkeypatch: pytest.MonkeyPatch, begun: list[str], seconds: float) -> None:
    monkeypatch.setattr(jobs, "seconds_from_database", lambda: seconds)
    call_command("jobs")
    assert begun == ["qcluster"]


def test_the_clocks_of_one_machine_agree() -> None:
    assert abs(jobs.seconds_from_database()) < jobs.MOST_APART
    assert connection.vendor == "postgresql" or jobs.seconds_from_database() == 0.0


def test_before_the_cluster_starts_a_reap_and_a_tick_are_asked_for(begun: list[str]) -> None:
    call_command("jobs")
    asked = [SignedPackage.loads(row.payload)["func"] for row in OrmQ.objects.order_by("pk")]
    assert asked == ["syncapp.tasks.reap", "syncapp.tasks.tick"]
