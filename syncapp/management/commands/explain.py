"""`manage.py explain`: what an answer of a provider means, or a code of the catalogue."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from issues import explaining
from issues.explaining import BadInput

USAGE = (
    "Say what to explain, one of three: --provider and --status for an answer, --code for a code, "
    "or --jsonl for a file of answers."
)


class Command(BaseCommand):
    help = "Says what an answer of a provider means, what a code means, or what each answer of a file means."
    requires_system_checks = ()  # it has to work where nothing else does

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--provider", help="whose answer it is: salesforce, google, salesforce_oauth, …")
        parser.add_argument("--status", help="its HTTP status")
        parser.add_argument("--header", action="append", default=[], metavar="'K: V'", help="one of its headers")
        parser.add_argument("--body", metavar="FILE", help="its body; - for standard input")
        parser.add_argument("--operation", default="", help="what was asked, for example history.list")
        parser.add_argument("--code", help="a code, for example salesforce.REQUIRED_FIELD_MISSING")
        parser.add_argument("--jsonl", metavar="FILE", help="a file of answers, one JSON object a line; - as above")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            lines = _explained(options)
        except BadInput as error:
            raise CommandError(str(error), returncode=2) from error
        for line in lines:
            self.stdout.write(line)


def _explained(options: dict[str, Any]) -> list[str]:
    chosen = [name for name in ("provider", "code", "jsonl") if options[name] is not None]
    if len(chosen) != 1:
        raise BadInput(USAGE)
    if options["jsonl"] is not None:
        return [json.dumps(explaining.row(each.failure())) for each in explaining.questions(_read(options["jsonl"]))]
    if options["code"] is not None:
        entry = explaining.entry_of(options["code"])
        return [json.dumps(explaining.entry_row(entry)) if options["json"] else explaining.told_entry(entry)]
    failure = _asked(options).failure()
    return [json.dumps(explaining.whole_row(failure)) if options["json"] else explaining.told(failure)]


def _asked(options: dict[str, Any]) -> explaining.Question:
    if options["status"] is None:
        raise BadInput("Add --status with the HTTP status of the answer, for example --status 400.")
    headers = dict(map(explaining.header, options["header"]))
    body = _read(options["body"]) if options["body"] is not None else ""
    return explaining.question(options["provider"], options["status"], headers, body, options["operation"])


def _read(name: str) -> str:
    """The text of a file, or of standard input for `-`; bytes that are no UTF-8 are replaced."""
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        raise BadInput(f"Cannot read {name}, {reason}; name a file that exists, or - for standard input.") from None
    return content.decode("utf-8-sig", errors="replace")
