"""Other software in the same Salesforce becomes an issue, which closes when its traces are gone."""

from __future__ import annotations

import pytest
from django_q.models import OrmQ

from connectors.models import Activity, Organization, Verb
from connectors.scoping import EVERYTHING, scoped
from issues import display, words
from issues.lifecycle import Status
from issues.models import Issue
from syncapp import checking, first_checks, tasks
from tests.conftest import Time
from tests.integration.bad_input.world import World

pytestmark = pytest.mark.django_db

SEES_ALL = ("ViewSetup", "CustomizeApplication", "ManageUsers")


def allow(world: World, *, on: bool = True) -> None:
    for name in SEES_ALL:
        world.salesforce.control("permission", {"name": name, "on": on})


def arrives(world: World, name: str = "Riva") -> None:
    world.salesforce.control("other-app", {"name": name, "traces": ["token"]})


def leaves(world: World, name: str = "Riva") -> None:
    world.salesforce.control("other-app-gone", {"name": name})


def look(world: World) -> None:
    with scoped(world.organization.pk):
        first_checks.look(Organization.everywhere.get(pk=world.organization.pk))


def found() -> list[tuple[str, str]]:
    rows = Issue.everywhere.filter(code="engine.CONFLICTING_SOFTWARE").order_by("pk")
    return [(row.title, row.status) for row in rows]


def say(world: World, *lines: str) -> None:
    Organization.everywhere.filter(pk=world.organization.pk).update(other_software=[*lines])


@pytest.fixture
def open_world(world: World) -> World:
    allow(world)
    return world


def test_what_conflicts_is_an_issue_of_the_organization(open_world: World) -> None:
    arrives(open_world)
    look(open_world)
    assert found() == [("Riva", Status.OPEN)]


def test_it_stops_nothing_and_does_not_say_so(open_world: World) -> None:
    arrives(open_world)
    look(open_world)
    open_world.organization.refresh_from_db()
    issue = Issue.everywhere.get()
    assert open_world.organization.stopped_at is None
    assert words.sign(issue.status, issue.scope, issue.code) != words.STOPPED
    with scoped(EVERYTHING):
        assert not Activity.objects.filter(verb=Verb.STOPPED).exists()
        assert not Activity.objects.filter(alert=True).exists()


def test_the_words_for_it_are_as_true_as_its_sign(open_world: World) -> None:
    arrives(open_world)
    look(open_world)
    assert display.ending_of(Issue.everywhere.get()) == "may get in Syncapp’s way"
    leaves(open_world)
    look(open_world)
    assert display.ending_of(Issue.everywhere.get()) == "used to get in Syncapp’s way"


@pytest.mark.parametrize("name", ["HubSpot", "Workbench", "Acme Sync"])
def test_what_does_not_conflict_by_the_list_is_none(open_world: World, name: str) -> None:
    arrives(open_world, name)
    look(open_world)
    assert found() == []


def test_an_organization_may_say_that_it_conflicts(open_world: World) -> None:
    say(open_world, "Acme Sync: conflicts")
    arrives(open_world, "Acme Sync")
    look(open_world)
    assert found() == [("Acme Sync", Status.OPEN)]


def test_an_organization_may_say_that_it_does_no_harm(open_world: World) -> None:
    arrives(open_world)
    look(open_world)
    say(open_world, "Riva: harmless")
    look(open_world)
    assert found() == [("Riva", Status.RESOLVED)]


def test_to_look_again_is_no_second_issue_and_no_further_attempt(open_world: World) -> None:
    arrives(open_world)
    look(open_world)
    look(open_world)
    assert Issue.everywhere.get().failures == 1


def asked_for() -> list[str]:
    """The jobs that were asked for, which are done at once."""
    names = []
    for row in OrmQ.objects.order_by("pk"):
        task = row.task
        names.append(task["func"])
        tasks.check_organization(*task["args"])
        row.delete()
    return names


def test_each_hour_it_is_looked_whether_it_is_gone(open_world: World, time: Time) -> None:
    arrives(open_world)
    checking.check_organization(open_world.organization)
    leaves(open_world)
    time.move(hours=1)
    tasks.verify()
    assert asked_for() == [checking.ORGANIZATION_JOB]
    assert found() == [("Riva", Status.RESOLVED)]


def test_where_nothing_was_found_nobody_is_asked_each_hour(open_world: World, time: Time) -> None:
    checking.check_organization(open_world.organization)
    time.move(hours=2)
    tasks.verify()
    assert asked_for() == []


def test_an_org_that_does_not_answer_leaves_it_open(open_world: World) -> None:
    arrives(open_world)
    look(open_world)
    leaves(open_world)
    open_world.spoil("salesforce", "/composite$", action="answer", status=503, body="")
    look(open_world)
    assert found() == [("Riva", Status.OPEN)]


def test_what_we_may_not_see_any_more_proves_nothing(open_world: World) -> None:
    arrives(open_world)
    look(open_world)
    allow(open_world, on=False)
    look(open_world)
    assert found() == [("Riva", Status.OPEN)]


def test_it_comes_back(open_world: World) -> None:
    arrives(open_world)
    look(open_world)
    leaves(open_world)
    look(open_world)
    arrives(open_world)
    look(open_world)
    assert found() == [("Riva", Status.OPEN)]
