"""Every query belongs to one or more organizations, and none runs without saying which.

A request, a job or a command opens a scope; `Model.objects` then sees only rows of those organizations and
raises `Unscoped` outside of one. `Model.everywhere` sees all and is for the few places that work across
organizations (the tick, the reaper, the outbox); a test holds the list of those places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models
from django.db.models.lookups import In
from django.db.models.sql.where import AND
from django.utils.functional import cached_property

M = TypeVar("M", bound=models.Model)


class Unscoped(RuntimeError):
    """A query was made without saying for which organization."""


class _Everything:
    """The scope of a superuser and of nobody else."""

    def __repr__(self) -> str:
        return "everything"


EVERYTHING = _Everything()
Scope = frozenset[int] | _Everything

_scope: ContextVar[Scope | None] = ContextVar("organizations", default=None)


def current() -> Scope:
    """The organizations that queries see right now. Raises `Unscoped` if nobody said."""
    scope = _scope.get()
    if scope is None:
        raise Unscoped("say for which organization: `with scoped(organization_id): …`")
    return scope


@contextmanager
def scoped(organizations: int | Iterable[int] | _Everything) -> Iterator[None]:
    """Queries inside the block see these organizations and no other."""
    token = _scope.set(_wanted(organizations))
    try:
        yield
    finally:
        _scope.reset(token)


def rescope(organizations: int | Iterable[int] | _Everything) -> None:
    """Queries see these organizations from here to the end of the `scoped()` block around it.

    For those who learn inside a request whose it is. Raises `Unscoped` outside of a block, where nobody
    would put the scope back.
    """
    current()
    _scope.set(_wanted(organizations))


def _wanted(organizations: int | Iterable[int] | _Everything) -> Scope:
    if isinstance(organizations, _Everything):
        return organizations
    return frozenset((organizations,) if isinstance(organizations, int) else organizations)


class ScopedManager(models.Manager[M]):
    """Sees the rows of the current scope. `scope_field` holds the id of a row's organization."""

    def __init__(self, scope_field: str = "organization") -> None:
        super().__init__()
        self.scope_field = scope_field

    def get_queryset(self) -> models.QuerySet[M]:
        rows = super().get_queryset()
        scope = current()
        if not isinstance(scope, _Everything):
            # What `filter()` comes to, without its search for the field: this is in every query.
            column = self._scope_column.get_col(rows.query.get_initial_alias())
            rows.query.where.add(In(column, sorted(scope)), AND)
        return rows

    @cached_property
    def _scope_column(self) -> Any:
        return self.model._meta.get_field(self.scope_field)  # noqa: SLF001 - Django's own documented name
