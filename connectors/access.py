"""Who may see and do what, asked once for each request and never anywhere else.

superuser       everything; installs and supports the product
owner, admin    everything of their organizations
member          the mailboxes that are theirs, in their organizations
API token       one organization, like an administrator; writes only if it was issued for that
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from connectors.models import Mailbox, Membership, Role
from connectors.scoping import EVERYTHING, Scope, scoped

if TYPE_CHECKING:
    from connectors.models import ApiToken

ADMINS = (Role.OWNER, Role.ADMIN)


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Somebody who looks: `organizations` may be seen at all, `administers` in full.

    `user_id` is None for services; `may_write` is False for tokens that only read.
    """

    user_id: int | None = None
    organizations: Scope = field(default_factory=frozenset)
    administers: Scope = field(default_factory=frozenset)
    may_write: bool = True

    def is_admin_of(self, organization_id: int) -> bool:
        return _holds(self.administers, organization_id)

    def mailboxes(self) -> Q:
        """The mailboxes that this viewer may see, as a condition on `Mailbox`."""
        if self.administers is EVERYTHING:
            return Q()
        own = Q(owner=self.user_id) if self.user_id is not None else Q(pk__in=[])
        return Q(organization__in=_ids(self.administers)) | (own & Q(organization__in=_ids(self.organizations)))


def _holds(scope: Scope, organization_id: int) -> bool:
    return scope is EVERYTHING or organization_id in _ids(scope)


def _ids(scope: Scope) -> frozenset[int]:
    return scope if isinstance(scope, frozenset) else frozenset()


NOBODY = Viewer()


def viewer_of(user: User | AnonymousUser) -> Viewer:
    """What a signed-in person may see; nothing for anybody else."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    if user.is_superuser:
        return Viewer(user_id=user.pk, organizations=EVERYTHING, administers=EVERYTHING)
    rows = list(Membership.everywhere.filter(user=user).values_list("organization_id", "role"))
    return Viewer(
        user_id=user.pk,
        organizations=frozenset(organization for organization, _ in rows),
        administers=frozenset(organization for organization, role in rows if role in ADMINS),
    )


def viewer_with(token: ApiToken) -> Viewer:
    """What a service with this token may see."""
    theirs = frozenset({token.organization_id})
    return Viewer(organizations=theirs, administers=theirs, may_write=token.may_write)


def visible_mailboxes(viewer: Viewer) -> list[int]:
    """The ids of the mailboxes that this viewer may see."""
    with scoped(viewer.organizations):
        return list(Mailbox.objects.filter(viewer.mailboxes()).values_list("pk", flat=True))


class ScopeMiddleware:
    """Every request runs in the scope of its viewer; `request.viewer` says who that is.

    What somebody who is signed in was shown stays in no cache, so that nobody finds it there after them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        viewer = viewer_of(request.user)
        request.viewer = viewer  # type: ignore[attr-defined]
        with scoped(viewer.organizations):
            response = self.get_response(request)
        if viewer is not NOBODY:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
