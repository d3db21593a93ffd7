"""Filters that somebody keeps: kept, renamed and deleted by whose they are."""

from __future__ import annotations

from connectors.effects import commit
from connectors.models import Organization
from issues.saved_filters import MOST, NAME, SavedFilter


class NotKept(ValueError):
    """Says, in a sentence for people, what is wrong with the name."""


def keep_filter(organization: Organization, user_id: int, name: str, query: str) -> SavedFilter:
    """Keeps what narrows the list under a name. Raises `NotKept`."""
    name = _fit(name)
    theirs = SavedFilter.objects.filter(organization=organization, user=user_id)
    with commit("filters: keep"):
        if theirs.filter(name=name).exists():
            raise NotKept(f"You have a filter with the name “{name}” already. Choose another name.")
        if theirs.count() >= MOST:
            raise NotKept(f"You have {MOST} filters. Delete one of them first.")
        return SavedFilter.objects.create(organization=organization, user_id=user_id, name=name, query=query)


def rename_filter(row: SavedFilter, name: str) -> None:
    """Raises `NotKept`."""
    name = _fit(name)
    theirs = SavedFilter.objects.filter(organization=row.organization_id, user=row.user_id)
    with commit("filters: rename"):
        if theirs.filter(name=name).exclude(pk=row.pk).exists():
            raise NotKept(f"You have a filter with the name “{name}” already. Choose another name.")
        theirs.filter(pk=row.pk).update(name=name)


def forget_filter(row: SavedFilter) -> None:
    """Deletes it; issues stay as they are."""
    with commit("filters: forget"):
        row.delete()


def _fit(name: str) -> str:
    """The name without spaces around it. Raises `NotKept` for none, and for one that is too long."""
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise NotKept("Give the filter a name.")
    if len(name) > NAME:
        raise NotKept(f"Give the filter a name of at most {NAME} characters.")
    return name
