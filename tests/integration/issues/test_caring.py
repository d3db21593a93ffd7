"""Whose a cause is, and who knows of it: one door, and a line of the journal for each change."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from connectors.models import Activity, Membership, Organization, Role, Verb
from issues import services
from issues.models import Cause, Issue
from tests import builders
from tests.integration.issues.orders import close, failure, report, the_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def cause(organization: Organization) -> Cause:
    return report(failure(organization))["item-1"].cause


def person(of: Organization | None, role: Role = Role.ADMIN, name: str = "ann", **values: bool) -> User:
    made = User.objects.create(username=name, **values)
    if of:
        Membership.everywhere.create(user=made, organization=of, role=role)
    return made


def now(cause: Cause) -> Cause:
    return Cause.everywhere.get(pk=cause.pk)


def notes(verb: Verb) -> list[tuple[int | None, str]]:
    return list(Activity.everywhere.filter(verb=verb).order_by("pk").values_list("actor", "note"))


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_a_cause_is_given_to_somebody_who_administers_its_organization(
    cause: Cause, organization: Organization, role: Role
) -> None:
    ann = person(organization, role)
    assert services.assign(cause, ann, actor_id=ann.pk)
    assert (now(cause).assignee, notes(Verb.ASSIGNED)) == (ann, [(ann.pk, "To ann.")])
    assert now(cause).assigned_at is not None


def test_a_superuser_may_take_a_cause_and_is_offered_to_nobody(cause: Cause, organization: Organization) -> None:
    root = person(None, is_superuser=True)
    assert not services.caretakers(organization.pk).exists()
    assert services.assign(cause, root)


@pytest.mark.parametrize(
    ("role", "active", "theirs"), [(Role.MEMBER, True, True), (Role.ADMIN, False, True), (Role.ADMIN, True, False)]
)
def test_who_would_not_see_it_is_not_given_it(
    cause: Cause, organization: Organization, role: Role, active: bool, theirs: bool
) -> None:
    ann = person(organization if theirs else builders.organization(), role, is_active=active)
    with pytest.raises(services.NotTheirs, match="ann does not administer this organization"):
        services.assign(cause, ann)
    assert now(cause).assignee is None


def test_the_same_once_more_is_no_news(cause: Cause, organization: Organization) -> None:
    ann = person(organization)
    assert [services.assign(cause, ann), services.assign(cause, ann)] == [True, False]
    assert len(notes(Verb.ASSIGNED)) == 1


def test_a_cause_can_be_nobodys_again(cause: Cause, organization: Organization) -> None:
    services.assign(cause, person(organization))
    assert services.assign(cause, None)
    assert (now(cause).assignee, now(cause).assigned_at) == (None, None)
    assert notes(Verb.ASSIGNED)[-1][1] == "To nobody any more."


def test_a_cause_is_acknowledged_once_and_the_first_one_stays(cause: Cause, organization: Organization) -> None:
    ann, bob = person(organization), person(organization, name="bob")
    assert services.acknowledge(cause, actor_id=ann.pk)
    assert not services.acknowledge(cause, actor_id=bob.pk)
    assert now(cause).acknowledged_by == ann
    assert notes(Verb.ACKNOWLEDGED) == [(ann.pk, "")]


def test_acknowledging_is_taken_back(cause: Cause) -> None:
    services.acknowledge(cause)
    assert services.acknowledge(cause, known=False)
    assert now(cause).acknowledged_at is None
    assert notes(Verb.ACKNOWLEDGED)[-1] == (None, "Taken back.")


def test_what_comes_after_the_end_of_a_cause_is_news_and_still_theirs(cause: Cause, organization: Organization) -> None:
    ann = person(organization)
    services.assign(cause, ann)
    services.acknowledge(cause, actor_id=ann.pk)
    close(organization, "item-1")
    report(failure(organization, "item-2"))
    assert (now(cause).acknowledged_at, now(cause).acknowledged_by, now(cause).assignee) == (None, None, ann)


def test_a_cause_stays_acknowledged_while_some_of_it_is_open(cause: Cause, organization: Organization) -> None:
    report(failure(organization, "item-2"))
    services.acknowledge(cause)
    close(organization, "item-1")
    assert now(cause).acknowledged_at is not None


def test_a_cause_that_is_over_is_not_acknowledged(cause: Cause, organization: Organization) -> None:
    close(organization, "item-1")
    assert not services.acknowledge(cause)
    assert now(cause).acknowledged_at is None


def test_neither_moves_an_issue(cause: Cause, organization: Organization) -> None:
    before = Issue.everywhere.values().get()
    services.assign(cause, person(organization))
    services.acknowledge(cause)
    assert Issue.everywhere.values().get(pk=the_issue(organization).pk) == before
