"""`manage.py equip`: makes the fields, the rule and the rights that Syncapp needs in a CRM, as far as it may."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from connectors.models import Organization
from connectors.needs import Need, Standing
from connectors.scoping import scoped
from issues import catalogue
from syncapp import equipping
from syncapp.engine.lines import SideFailed
from syncapp.management.choosing import organizations

SHORT = (Standing.REFUSED, Standing.UNSEEN)


class Command(BaseCommand):
    help = "Exit 0: all of it is there, 1: something is missing or could not be looked at, 2: bad input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="one organization instead of all")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *_: Any, **options: Any) -> None:
        told, is_whole = {}, True
        for organization in organizations(options["organization"]):
            needs = self._equip(organization)
            is_whole = is_whole and needs is not None and not any(need.standing in SHORT for need in needs)
            told[organization.slug] = None if needs is None else [_told(need) for need in needs]
            for need in [] if options["json"] else needs or []:
                self.stdout.write(_line(organization, need))
        if options["json"]:
            self.stdout.write(json.dumps({"organizations": told}))
        if not is_whole:
            sys.exit(1)

    def _equip(self, organization: Organization) -> list[Need] | None:
        """None where its CRM did not answer, which is said."""
        try:
            with scoped(organization.pk):
                return equipping.equip(organization)
        except SideFailed as error:
            entry = catalogue.entry(error.failure.code)
            self.stderr.write(f"{organization.slug}: {entry.title} ({error.failure.code}). {entry.steps[0].text}")
            return None


def _told(need: Need) -> dict[str, str]:
    code = need.failure.code if need.failure else ""
    return {"name": need.name, "standing": need.standing.value, "code": code, "weaker": need.weaker}


def _line(organization: Organization, need: Need) -> str:
    reason = f" {catalogue.entry(need.failure.code).title} ({need.failure.code})." if need.failure else ""
    weaker = f" {need.weaker}" if need.weaker else ""
    return f"{organization.slug}: {need.standing:8} {need.name}{reason and '.'}{reason}{weaker}"
