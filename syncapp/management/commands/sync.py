"""`manage.py sync --plan MAILBOX`: the writes that a run would make, without making any."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from connectors.models import Mailbox
from connectors.scoping import scoped
from issues import catalogue
from syncapp.engine import gates
from syncapp.engine.lines import SideFailed
from syncapp.engine.rehearsal import Outlook, Planned, rehearsed
from syncapp.engine.rehearsing import rehearse
from syncapp.management import choosing


class Command(BaseCommand):
    help = "Lists the writes that a run of a mailbox would make, and makes none, neither on the other side nor in ours."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plan", metavar="MAILBOX", help="the mailbox's address, or its number")
        parser.add_argument("--organization", metavar="SLUG", help="where several organizations have the address")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *_: Any, **options: Any) -> None:
        if not options["plan"]:
            raise CommandError("Say whose run to plan: --plan with a mailbox's address.", returncode=2)
        mailbox = choosing.mailbox(options["plan"], options["organization"])
        with scoped(mailbox.organization_id):
            self._plan(mailbox, as_json=options["json"])

    def _plan(self, mailbox: Mailbox, *, as_json: bool) -> None:
        outlook, writes = Outlook(), list[Planned]()
        job = rehearsed(mailbox, mailbox.organization)
        try:
            with closing(job.lines):
                for write in rehearse(job, outlook):
                    writes.append(write)
                    if not as_json:
                        self.stdout.write(_line(write))
        except SideFailed as error:
            entry = catalogue.entry(error.failure.code)
            raise CommandError(f"A run would fail: {entry.title} ({error.failure.code}).") from error
        told = _told(mailbox, writes, outlook)
        self.stdout.write(json.dumps(told) if as_json else _summary(told))


def _line(write: Planned) -> str:
    people = f", related to {write.people}" if write.people else ""
    return f"{write.action} {write.object} in {_SIDES[write.side]}: {write.title}{people}"


_SIDES = {"crm": "Salesforce", "mailbox": "the mailbox"}


def _told(mailbox: Mailbox, writes: list[Planned], outlook: Outlook) -> dict[str, Any]:
    return {
        "organization": mailbox.organization.slug,
        "mailbox": mailbox.address,
        "stands_still": _stands_still(mailbox),
        "read": outlook.read,
        "writes": [asdict(write) for write in writes],
        "left_out": dict(sorted(outlook.left_out.items())),
        "problems": dict(sorted(outlook.problems.items())),
    }


def _stands_still(mailbox: Mailbox) -> str:
    """Why no run takes place now: "paused", the code of a stop, or "" where nothing holds it."""
    organization = mailbox.organization
    if gates.rests(organization, mailbox):
        return "paused"
    return (organization.stopped_at and organization.stopped_by) or (mailbox.stopped_at and mailbox.stopped_by) or ""


def _summary(told: dict[str, Any]) -> str:
    out, problems = sum(told["left_out"].values()), sum(told["problems"].values())
    said = f"{told['read']} read, {len(told['writes'])} to write, {out} left out by a rule, {problems} with a problem."
    held = f" No run takes place now: {told['stands_still']}." if told["stands_still"] else ""
    return f"{said} Nothing was written.{held}"
