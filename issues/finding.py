"""What people mean when they narrow a list of issues: the same for a page, the admin, and an order."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from connectors.constants import Among
from connectors.models import Mailbox
from issues.catalogue import CATALOGUE
from issues.lifecycle import NEEDS_SOMEBODY
from issues.models import ResourceChoices, ScopeChoices
from issues.searching import holding

MOST_MAILBOXES = 200  # that are named one by one, so that the database may take its index of them
_NUMBER = re.compile(r"(?:sync-)?0*(?P<number>[1-9][0-9]{0,8})", re.IGNORECASE)

NEEDED = Q(Among("status", NEEDS_SOMEBODY))
WHOLE = Q(Among("scope", (ScopeChoices.MAILBOX, ScopeChoices.ORGANIZATION)))  # of a whole sync
STOPPED = NEEDED & WHOLE
TYPES: Mapping[str, tuple[str | Promise, Q]] = {
    **{value: (label, Q(resource=value)) for value, label in ResourceChoices.choices},
    "whole": (gettext_lazy("A whole sync"), WHOLE),
}


def matching(text: str, readable: Q) -> Q:
    """Issues that somebody means: “SYNC-1042” and “1042” are a number, all else is part of an address, or of a title
    that they may read."""
    wanted = text.strip()
    if found := _NUMBER.fullmatch(wanted):
        return Q(number=int(found["number"]))
    titled = holding(wanted) & readable
    mailboxes = Mailbox.everywhere.filter(address__icontains=wanted).order_by().values_list("pk", flat=True)
    addressed = list(mailboxes[: MOST_MAILBOXES + 1])
    if not addressed:
        return titled
    return titled | Q(mailbox__in=addressed if len(addressed) <= MOST_MAILBOXES else mailboxes)


def readable_by(reader: int | None) -> Q:
    """Of issues that this person may see: those whose title is shown to them; the rest are somebody else's items. None
    is a service."""
    shown = Q(organization__names_items_to_admins=True, private=False) | ~Q(scope=ScopeChoices.ITEM)
    return shown | Q(mailbox__owner=reader) if reader is not None else shown


def mended_by(fixer: str) -> Q:
    """Issues whose code somebody of this kind mends in the first place."""
    return Q(code__in=sorted(entry.id for entry in CATALOGUE.values() if entry.fixer == fixer))
