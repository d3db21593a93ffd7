"""`manage.py doctor`: makes the first checks of organizations and mailboxes, and tells who mends what, and how."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from connectors.facts import Fact
from connectors.models import Mailbox, Organization
from connectors.scoping import scoped
from issues import words
from syncapp import checking
from syncapp.management import choosing

Target = Organization | Mailbox


class Command(BaseCommand):
    help = "Exit 0: all is well, 1: something needs somebody, or could not be found out, 2: bad input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="one organization and its mailboxes instead of all")
        parser.add_argument("--mailbox", metavar="MAILBOX", help="one mailbox alone: its address, or its number")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *_: Any, **options: Any) -> None:
        targets = list(_targets(options["organization"], options["mailbox"]))
        found = []
        for number, target in enumerate(targets, start=1):
            if len(targets) > 1:
                self.stderr.write(f"{number} of {len(targets)}: {_name(target)}")
            facts = _made(target)
            found.append(_told(target, facts))
            for line in [] if options["json"] else map(_line, facts):
                self.stdout.write(f"{_name(target)}: {line}")
        is_well = all(each["well"] for each in found)
        if options["json"]:
            self.stdout.write(json.dumps({"well": is_well, "checks": found}))
        if not is_well:
            sys.exit(1)


def _targets(slug: str | None, mailbox: str | None) -> Iterator[Target]:
    """Raises `CommandError` with status 2 for what is not there."""
    if mailbox is not None:
        if slug is not None:
            choosing.organization(slug)
        yield choosing.mailbox(mailbox, slug)
        return
    for organization in choosing.organizations(slug):
        yield organization
        yield from Mailbox.everywhere.filter(organization=organization).select_related("organization")


def _made(target: Target) -> list[Fact]:
    if isinstance(target, Organization):
        with scoped(target.pk):
            return checking.in_order(checking.check_organization(target))
    with scoped(target.organization_id):
        return checking.in_order(checking.check_mailbox(target))


def _name(target: Target) -> str:
    return target.slug if isinstance(target, Organization) else f"{target.organization.slug}, {target.address}"


def _told(target: Target, facts: list[Fact]) -> dict[str, Any]:
    whole = isinstance(target, Organization)
    return {
        "organization": target.slug if isinstance(target, Organization) else target.organization.slug,
        "mailbox": None if whole else str(target),
        "well": checking.is_well(facts),
        "facts": [checking.kept(fact) for fact in facts],
    }


def _line(fact: Fact) -> str:
    steps = f" {words.WHO[fact.who]}: {' '.join(fact.steps)}" if fact.steps else ""
    return f"{fact.verdict:8} {fact.name}: {fact.text}{steps}"
