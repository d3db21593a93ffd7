"""Who may see and do what."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse

from connectors import clock
from connectors.access import NOBODY, ScopeMiddleware, Viewer, viewer_of, viewer_with, visible_mailboxes
from connectors.models import ApiToken, Mailbox, Membership, Organization, Role
from connectors.scoping import EVERYTHING, Scope, Unscoped, current, scoped
from issues import access
from issues.models import Issue
from tests import builders

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class World:
    """Two organizations; Ann has a mailbox in both and is something in the first, nobody else in the second."""

    ours: Organization
    theirs: Organization
    ann: User
    hers: Mailbox
    colleagues: Mailbox
    hers_elsewhere: Mailbox


@pytest.fixture
def world() -> World:
    ours, theirs = builders.organization(), builders.organization()
    ann = User.objects.create_user("ann")
    return World(
        ours=ours,
        theirs=theirs,
        ann=ann,
        hers=builders.mailbox(ours, owner=ann),
        colleagues=builders.mailbox(ours),
        hers_elsewhere=builders.mailbox(theirs, owner=ann),
    )


def join(world: World, role: Role) -> Viewer:
    Membership.everywhere.create(organization=world.ours, user=world.ann, role=role)
    return viewer_of(world.ann)


@pytest.mark.parametrize("role", list(Role))
def test_a_membership_opens_its_organization(world: World, role: Role) -> None:
    assert join(world, role).organizations == frozenset({world.ours.pk})


@pytest.mark.parametrize(("role", "administers"), [(Role.OWNER, True), (Role.ADMIN, True), (Role.MEMBER, False)])
def test_owners_and_administrators_administer(world: World, role: Role, administers: bool) -> None:
    viewer = join(world, role)
    assert viewer.is_admin_of(world.ours.pk) is administers
    assert not viewer.is_admin_of(world.theirs.pk)


def test_a_member_sees_the_mailboxes_that_are_theirs(world: World) -> None:
    assert visible_mailboxes(join(world, Role.MEMBER)) == [world.hers.pk]


def test_an_administrator_sees_all_of_the_organization_and_nothing_else(world: World) -> None:
    assert set(visible_mailboxes(join(world, Role.ADMIN))) == {world.hers.pk, world.colleagues.pk}


def test_owning_a_mailbox_without_being_a_member_opens_nothing(world: World) -> None:
    assert visible_mailboxes(viewer_of(world.ann)) == []


def test_a_superuser_sees_everything(world: World) -> None:
    User.objects.filter(pk=world.ann.pk).update(is_superuser=True)
    viewer = viewer_of(User.objects.get(pk=world.ann.pk))
    assert len(visible_mailboxes(viewer)) == 3
    assert viewer.is_admin_of(world.theirs.pk)


def test_nobody_sees_nothing(world: World) -> None:
    assert viewer_of(AnonymousUser()) is NOBODY
    assert visible_mailboxes(NOBODY) == []


def test_an_account_that_was_switched_off_sees_nothing(world: World) -> None:
    join(world, Role.OWNER)
    world.ann.is_active = False
    assert viewer_of(world.ann) is NOBODY


@pytest.mark.parametrize("may_write", [True, False])
def test_a_token_is_good_for_one_organization(world: World, may_write: bool) -> None:
    token = ApiToken(organization=world.ours, may_write=may_write, expires_at=clock.now())
    viewer = viewer_with(token)
    assert (viewer.organizations, viewer.may_write, viewer.user_id) == (frozenset({world.ours.pk}), may_write, None)
    assert set(visible_mailboxes(viewer)) == {world.hers.pk, world.colleagues.pk}


# -- Issues


def issues_of(world: World) -> dict[str, Issue]:
    """One about each mailbox, and one about each organization as a whole."""
    boxes = {"hers": world.hers, "colleagues": world.colleagues, "elsewhere": world.hers_elsewhere}
    made = {name: builders.issue(box.organization, mailbox=box) for name, box in boxes.items()}
    made["ours"] = builders.issue(world.ours, scope="organization", subject_key="organization")
    made["theirs"] = builders.issue(world.theirs, scope="organization", subject_key="organization")
    return made


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.MEMBER, {"hers"}),
        (Role.ADMIN, {"hers", "colleagues", "ours"}),
        (Role.OWNER, {"hers", "colleagues", "ours"}),
    ],
)
def test_whose_issues_are_seen(world: World, role: Role, seen: set[str]) -> None:
    made, viewer = issues_of(world), join(world, role)
    with scoped(viewer.organizations):
        assert set(access.visible_issues(viewer)) == {made[name] for name in seen}


def test_an_administrator_here_and_member_there_sees_each_as_it_is(world: World) -> None:
    made = issues_of(world)
    Membership.everywhere.create(organization=world.theirs, user=world.ann, role=Role.MEMBER)
    viewer = join(world, Role.ADMIN)
    with scoped(viewer.organizations):
        assert set(access.visible_issues(viewer)) == {made[n] for n in ("hers", "colleagues", "ours", "elsewhere")}


@pytest.mark.parametrize(("role", "number"), [(Role.MEMBER, 0), (Role.ADMIN, 1)])
def test_causes_are_for_administrators(world: World, role: Role, number: int) -> None:
    issues_of(world)
    viewer = join(world, role)
    with scoped(viewer.organizations):
        assert access.visible_causes(viewer).count() == number


def test_a_superuser_sees_all_issues_and_causes(world: World) -> None:
    issues_of(world)
    viewer = Viewer(user_id=1, organizations=EVERYTHING, administers=EVERYTHING)
    with scoped(EVERYTHING):
        assert (access.visible_issues(viewer).count(), access.visible_causes(viewer).count()) == (5, 2)


# -- Requests


def test_a_request_runs_in_the_scope_of_whoever_makes_it(world: World) -> None:
    join(world, Role.MEMBER)
    seen: list[Scope] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current())
        return HttpResponse()

    request = HttpRequest()
    request.user = world.ann
    ScopeMiddleware(view)(request)
    assert seen == [frozenset({world.ours.pk})]
    with pytest.raises(Unscoped):
        current()
