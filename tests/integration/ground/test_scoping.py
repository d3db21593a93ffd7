"""No query without an organization, and none that sees another one's rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import models

from connectors.models import Mailbox, Membership, Organization
from connectors.scoping import EVERYTHING, ScopedManager, Unscoped, current, scoped
from issues.models import Issue
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> tuple[Mailbox, Mailbox]:
    """A mailbox in each of two organizations."""
    ours, theirs = (builders.mailbox(builders.organization()) for _ in range(2))
    return ours, theirs


OURS = [
    model
    for label in ("connectors", "issues", "notifications", "syncapp")
    for model in apps.get_app_config(label).get_models()
]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_model_sees_the_scope_by_default_and_says_so_where_it_sees_all(model: type[models.Model]) -> None:
    meta = model._meta
    assert isinstance(model._default_manager, ScopedManager)
    assert meta.base_manager_name == "everywhere"
    assert not isinstance(getattr(model, "everywhere"), ScopedManager)  # noqa: B009 - mypy knows no such attribute


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_model_refuses_to_be_asked_without_a_scope(model: type[models.Model]) -> None:
    with pytest.raises(Unscoped):
        model._default_manager.count()


def test_outside_of_a_scope_there_is_none() -> None:
    with pytest.raises(Unscoped, match="say for which organization"):
        current()


QUERIES: dict[str, Callable[[], Any]] = {
    "all": lambda: list(Mailbox.objects.all()),
    "count": lambda: [None] * Mailbox.objects.count(),
    "aggregate": lambda: [None] * Mailbox.objects.aggregate(n=models.Count("pk"))["n"],
    "values": lambda: list(Mailbox.objects.values_list("address")),
    "exists": lambda: [None] * Mailbox.objects.exclude(pk=0).exists(),
    "iterator": lambda: list(Mailbox.objects.iterator(chunk_size=10)),
    "subquery": lambda: list(Organization.everywhere.filter(pk__in=Mailbox.objects.values("organization"))),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_a_query_sees_one_organization(pair: tuple[Mailbox, Mailbox], query: Callable[[], list[Any]]) -> None:
    with scoped(pair[0].organization_id):
        assert len(query()) == 1


def test_a_row_of_another_organization_cannot_be_had_by_its_id(pair: tuple[Mailbox, Mailbox]) -> None:
    with scoped(pair[0].organization_id), pytest.raises(Mailbox.DoesNotExist):
        Mailbox.objects.get(pk=pair[1].pk)


def test_a_row_of_another_organization_cannot_be_changed_or_deleted(pair: tuple[Mailbox, Mailbox]) -> None:
    with scoped(pair[0].organization_id):
        rows = Mailbox.objects.filter(pk=pair[1].pk)
        assert (rows.update(name="x"), rows.delete()[0]) == (0, 0)


def test_related_rows_are_scoped_too(pair: tuple[Mailbox, Mailbox]) -> None:
    user: Any = User.objects.create_user("ann")
    for box in pair:
        Mailbox.everywhere.filter(pk=box.pk).update(owner=user)
        Membership.everywhere.create(organization=box.organization, user=user)
    with scoped(pair[0].organization_id):
        assert list(user.mailboxes.all()) == [pair[0]]
        assert user.memberships.count() == 1
        assert list(pair[1].organization.mailboxes.all()) == []
        assert list(pair[1].issues.all()) == []


def test_an_organization_sees_itself(pair: tuple[Mailbox, Mailbox]) -> None:
    with scoped(pair[0].organization_id):
        assert list(Organization.objects.all()) == [pair[0].organization]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_scope_may_be_of_several_organizations_or_none(pair: tuple[Mailbox, Mailbox], number: int) -> None:
    with scoped([box.organization_id for box in pair[:number]]):
        assert Mailbox.objects.count() == number


def test_a_superuser_sees_everything(pair: tuple[Mailbox, Mailbox]) -> None:
    with scoped(EVERYTHING):
        assert Mailbox.objects.count() == 2


def test_an_inner_scope_ends_with_its_block(pair: tuple[Mailbox, Mailbox]) -> None:
    ours, theirs = pair
    with scoped(ours.organization_id):
        with scoped(theirs.organization_id):
            assert Mailbox.objects.get() == theirs
        assert Mailbox.objects.get() == ours


def test_a_scope_ends_even_if_its_block_does_not_end_well(pair: tuple[Mailbox, Mailbox]) -> None:
    with pytest.raises(ValueError, match="broken"), scoped(pair[0].organization_id):
        raise ValueError("broken")
    with pytest.raises(Unscoped):
        Mailbox.objects.count()


def test_a_query_made_in_one_scope_keeps_it(pair: tuple[Mailbox, Mailbox]) -> None:
    with scoped(pair[0].organization_id):
        rows = Mailbox.objects.all()
    with scoped(pair[1].organization_id):
        assert list(rows) == [pair[0]]


def test_the_organization_of_a_row_in_hand_can_always_be_read(pair: tuple[Mailbox, Mailbox]) -> None:
    fresh = Mailbox.everywhere.get(pk=pair[1].pk)
    with scoped(pair[0].organization_id):
        assert fresh.organization == pair[1].organization


def test_a_deletion_takes_everything_of_the_organization_with_it(pair: tuple[Mailbox, Mailbox]) -> None:
    """Deleting goes through the manager that sees all; a scoped one would leave rows without an owner."""
    with scoped(pair[0].organization_id):
        pair[1].organization.delete()
    assert list(Mailbox.everywhere.all()) == [pair[0]]
    assert not Issue.everywhere.exists()
