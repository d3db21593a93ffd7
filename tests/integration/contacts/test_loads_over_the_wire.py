"""A large address book over both providers' interfaces: an ingest job of Bulk API 2.0, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.scoping import scoped
from issues.models import Issue
from syncapp import first_checks
from syncapp.engine import load_steps
from syncapp.loads import BulkLoad, LoadState
from syncapp.models import Change
from tests.conftest import Time
from tests.driving import codes
from tests.integration.bad_input.world import World
from tests.integration.contacts.test_over_the_wire import Wire

NAMES = ["Adam", "Berta", "Caesar", "Dora", "Emil"]
TOO_LONG = "x" * 81  # a last name may have 80 characters
JOBS = "/jobs/ingest$"


@pytest.fixture
def wire(world: World, time: Time, monkeypatch: pytest.MonkeyPatch) -> Wire:
    monkeypatch.setattr("connectors.google.contact_reading.PAGE", 2)
    monkeypatch.setattr(load_steps, "LEAST", 2)
    return Wire(world, time)


def entered(wire: Wire, *names: str) -> None:
    for name in names:
        address = {"value": f"{name[:8].lower()}@customer.example", "type": "work"}
        wire.enter({"names": [{"familyName": name}], "emailAddresses": [address]})


def arrived(wire: Wire) -> list[str]:
    return sorted(row["LastName"] for row in wire.rows())


def jobs(wire: Wire) -> list[tuple[str, str, int]]:
    """(object, state, records written) of each job that Salesforce knows."""
    held = wire.world.salesforce.org.bulk.jobs.values()
    return [(job.object, job.state, len(job.succeeded)) for job in held]


def facts(wire: Wire) -> dict[str, Any]:
    with scoped(wire.world.organization.pk):
        return {fact.name: fact for fact in first_checks.look(wire.world.organization)}


@pytest.mark.django_db
def test_many_new_contacts_go_in_one_job(wire: Wire) -> None:
    entered(wire, *NAMES)
    wire.run()
    assert (arrived(wire), jobs(wire)) == ([], [("Contact", "UploadComplete", 0)])
    wire.run(3)
    assert (arrived(wire), jobs(wire), codes()) == (NAMES, [("Contact", "JobComplete", 5)], [])
    assert not Change.everywhere.exists()
    before = wire.world.salesforce.snapshot()["api"]["used"]
    wire.run()
    assert wire.world.salesforce.snapshot()["api"]["used"] - before <= 3, "what we wrote is no news"


@pytest.mark.django_db
def test_one_that_is_refused_is_told_with_its_field(wire: Wire) -> None:
    entered(wire, TOO_LONG, *NAMES)
    wire.run(4)
    issue = Issue.everywhere.exclude(status="resolved").get()
    assert (issue.code, issue.fields, issue.title) == ("salesforce.STRING_TOO_LONG", ["LastName"], TOO_LONG)
    assert arrived(wire) == NAMES


@pytest.mark.django_db
@pytest.mark.parametrize("path", [JOBS, "/batches$"], ids=["opened", "filled"])
def test_where_salesforce_takes_no_job_they_are_written_all_the_same(wire: Wire, path: str) -> None:
    refusal = [{"errorCode": "FEATURENOTENABLED", "message": "Bulk API is not enabled"}]
    wire.world.spoil("salesforce", path, action="answer", status=400, body=refusal)
    entered(wire, *NAMES)
    wire.run(3)
    assert (arrived(wire), codes()) == (NAMES, [])
    assert ("Bulk loads" in facts(wire)) is (path == JOBS)


@pytest.mark.django_db
def test_that_none_was_taken_is_said_for_a_day(wire: Wire) -> None:
    with scoped(wire.world.organization.pk):
        assert "Bulk loads" not in facts(wire)
        wire.world.spoil("salesforce", JOBS, action="answer", status=403, body=[{"errorCode": "X", "message": "no"}])
        entered(wire, *NAMES)
        wire.run()
        assert BulkLoad.everywhere.get().state == LoadState.REFUSED
        fact = facts(wire)["Bulk loads"]
        assert (fact.verdict, fact.steps[0].endswith("API Enabled.")) == ("ask", True)
        wire.time.move(hours=25)
        wire.world.connect_salesforce()
        assert "Bulk loads" not in facts(wire)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [JOBS, "/batches$", "/jobs/ingest/\\w+$", "Results/?$"])
@pytest.mark.parametrize("action", ["drop_after", "drop_before", "truncate"])
def test_a_lost_answer_makes_no_second_contact(wire: Wire, path: str, action: str) -> None:
    wire.world.spoil("salesforce", path, action=action)
    entered(wire, *NAMES)
    for _ in range(5):
        wire.time.move(minutes=10)
        wire.run()
    assert (arrived(wire), codes(), Change.everywhere.exists()) == (NAMES, [], False)
