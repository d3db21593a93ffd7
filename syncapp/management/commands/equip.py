"""`manage.py equip`: makes the fields, the rule and the rights that Syncapp needs in a CRM, as far as it may.

Then come the first checks: what the CRM says of itself; with `--look` they come alone.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from connectors.facts import Fact, is_whole
from connectors.models import Organization
from connectors.needs import Need, Standing
from connectors.scoping import scoped
from issues import catalogue
from syncapp import checking, equipping
from syncapp.engine.lines import SideFailed
from syncapp.management.choosing import organizations

SHORT = (Standing.REFUSED, Standing.UNSEEN)


class Command(BaseCommand):
    help = "Exit 0: all is well, 1: something is missing, was not to be seen or needs to be mended, 2: bad input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="one organization instead of all")
        parser.add_argument("--look", action="store_true", help="make nothing; tell the first checks alone")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *_: Any, **options: Any) -> None:
        needs: dict[str, Any] = {}
        facts: dict[str, Any] = {}
        is_good = True
        for organization in organizations(options["organization"]):
            found = self._found(organization, only_look=options["look"])
            made, seen = found or ([], [])
            is_good &= found is not None and is_whole(seen) and not any(need.standing in SHORT for need in made)
            needs[organization.slug] = found and [_told(need) for need in made]
            facts[organization.slug] = found and [checking.kept(fact) for fact in seen]
            for line in [] if options["json"] else [*map(_line, made), *map(_fact_line, seen)]:
                self.stdout.write(f"{organization.slug}: {line}")
        if options["json"]:
            self.stdout.write(json.dumps({"organizations": needs, "facts": facts}))
        if not is_good:
            sys.exit(1)

    def _found(self, organization: Organization, *, only_look: bool) -> tuple[list[Need], list[Fact]] | None:
        """None where its CRM did not answer, which is said."""
        try:
            with scoped(organization.pk):
                needs = [] if only_look else equipping.equip(organization)
                return needs, checking.check_organization(organization)
        except SideFailed as error:
            entry = catalogue.entry(error.failure.code)
            self.stderr.write(f"{organization.slug}: {entry.title} ({error.failure.code}). {entry.steps[0].text}")
            return None


def _told(need: Need) -> dict[str, str]:
    code = need.failure.code if need.failure else ""
    return {"name": need.name, "standing": need.standing.value, "code": code, "weaker": need.weaker}


def _line(need: Need) -> str:
    reason = f" {catalogue.entry(need.failure.code).title} ({need.failure.code})." if need.failure else ""
    weaker = f" {need.weaker}" if need.weaker else ""
    return f"{need.standing:8} {need.name}{reason and '.'}{reason}{weaker}"


def _fact_line(fact: Fact) -> str:
    return " ".join([f"{fact.verdict:8} {fact.name}: {fact.text}", *fact.steps])
