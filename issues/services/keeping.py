"""Filters that somebody keeps: kept, renamed and deleted by whose they are."""

from __future__ import annotations

from connectors.effects import commit
from connectors.models import Organization
from connectors.translation import gettext
from issues.saved_filters import MOST, NAME, SavedFilter


class NotKept(ValueError):
    """Says, in a sentence for people, what is wrong with the name."""


def keep_filter(organization: Organization, user_id: int, name: str, query: str) -> SavedFilter:
    """Keeps what narrows the list under a name. Raises `NotKept`."""
    name = _fit(name)
    theirs = SavedFilter.objects.filter(organization=organization, user=user_id)
    with commit("filters: keep"):
        if theirs.filter(name=name).exists():
            raise _taken(name)
        if theirs.count() >= MOST:
            raise NotKept(gettext("You have %(number)s filters. Delete one of them first.") % {"number": MOST})
        return SavedFilter.objects.create(organization=organization, user_id=user_id, name=name, query=query)


def rename_filter(row: SavedFilter, name: str) -> None:
    """Raises `NotKept`."""
    name = _fit(name)
    theirs = SavedFilter.objects.filter(organization=row.organization_id, user=row.user_id)
    with commit("filters: rename"):
        if theirs.filter(name=name).exclude(pk=row.pk).exists():
            raise _taken(name)
        theirs.filter(pk=row.pk).update(name=name)


def forget_filter(row: SavedFilter) -> None:
    """Deletes it; issues stay as they are."""
    with commit("filters: forget"):
        row.delete()


def _taken(name: str) -> NotKept:
    told = gettext("You have a filter with the name “%(name)s” already. Choose another name.")
    return NotKept(told % {"name": name})


def _fit(name: str) -> str:
    """The name without spaces around it. Raises `NotKept` for none, and for one that is too long."""
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise NotKept(gettext("Give the filter a name."))
    if len(name) > NAME:
        raise NotKept(gettext("Give the filter a name of at most %(number)s characters.") % {"number": NAME})
    return name
