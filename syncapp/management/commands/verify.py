"""`manage.py verify`: compares both sides record by record, names what differs, and has it repaired if asked to."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from connectors.models import Organization
from issues import catalogue
from syncapp import verifying
from syncapp.engine.lines import SideFailed
from syncapp.engine.reconciling import Difference
from syncapp.management.choosing import organizations
from syncapp.verifying import Step

MOST_NAMED = 1000
KINDS = ("altered", "missing", "doubled")


@dataclass(kw_only=True)
class _Sum:
    """What one organization came to. `failed` is the code of a side that did not answer, by its name."""

    compared: int = 0
    requeued: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    named: list[dict[str, Any]] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def found(self) -> int:
        return self.counts.total()

    def told(self) -> dict[str, Any]:
        return {
            "compared": self.compared,
            **{kind: self.counts[kind] for kind in KINDS},
            "requeued": self.requeued,
            "findings": self.named,
            "failed": self.failed,
        }


class Command(BaseCommand):
    help = "Compares both sides; exit 0: nothing differs, 1: something does or could not be compared, 2: bad input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="one organization instead of all")
        parser.add_argument("--repair", action="store_true", help="have what differs put right by the next runs")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *_: Any, **options: Any) -> None:
        sums: dict[str, _Sum] = {}
        for organization in organizations(options["organization"]):
            sums[organization.slug] = self._verify(organization, repairs=options["repair"], as_json=options["json"])
        found, failed = sum(each.found for each in sums.values()), any(each.failed for each in sums.values())
        if options["json"]:
            whole = {slug: each.told() for slug, each in sums.items()}
            self.stdout.write(json.dumps({"found": found, "organizations": whole}))
        else:
            self.stdout.write(_summary(list(sums.values())))
        if found or failed:
            sys.exit(1)

    def _verify(self, organization: Organization, *, repairs: bool, as_json: bool) -> _Sum:
        whole = _Sum()
        row = verifying.begin(organization)
        try:
            for step in verifying.steps(row, repairs=repairs):
                self._take(organization, step, whole, as_json=as_json)
        except SideFailed as error:
            whole.failed[organization.crm] = error.failure.code
            title = catalogue.entry(error.failure.code).title
            self.stderr.write(
                f"{organization.slug}: {title} ({error.failure.code}); compared so far: {whole.compared}."
            )
        whole.requeued = row.requeued
        return whole

    def _take(self, organization: Organization, step: Step, whole: _Sum, *, as_json: bool) -> None:
        whole.compared += step.page.number
        for each in step.page.differences:
            whole.counts[each.finding.kind] += 1
            told = _told(each)
            whole.named += [told] if len(whole.named) < MOST_NAMED else []
            if not as_json:
                self.stdout.write(_line(organization, told))
        for address, failure in step.page.unreached.items():
            whole.failed[address] = failure.code
            self.stderr.write(f"{organization.slug}: {address} did not answer ({failure.code}).")
        self.stderr.write(f"{organization.slug}: {whole.compared} compared, {whole.found} differ.")


def _told(difference: Difference) -> dict[str, Any]:
    item, finding = difference.item, difference.finding
    return {
        "kind": str(finding.kind),
        "side": finding.side,
        "resource": item.resource,
        "title": item.title,
        "key": item.key,
        "records": list(finding.records),
        "fields": list(finding.fields),
        "link": verifying.link_of(difference),
    }


def _line(organization: Organization, told: dict[str, Any]) -> str:
    where = {"crm": "in Salesforce", "mailbox": "in the mailbox"}[told["side"]]
    fields = f" ({', '.join(told['fields'])})" if told["fields"] else ""
    what = f"“{told['title']}” {' '.join(told['records'])} {told['link']}"
    return f"{organization.slug}: {told['kind']} {where}{fields}: {what}"


def _summary(sums: list[_Sum]) -> str:
    compared, requeued = sum(each.compared for each in sums), sum(each.requeued for each in sums)
    counts = sum((each.counts for each in sums), Counter[str]())
    said = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS)
    return f"{compared} compared: {said}; {requeued} on their way to be repaired."
