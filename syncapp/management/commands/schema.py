"""`manage.py schema`: the OpenAPI document of the REST interface, printed, written, or compared with the one kept."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from connectors.rest.schema import Flawed

KEPT = Path("docs", "openapi.json")


class Command(BaseCommand):
    help = f"Prints the OpenAPI document; --write keeps it as {KEPT}, --check fails if that differs from the code."

    def add_arguments(self, parser: CommandParser) -> None:
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--write", action="store_true", help=f"write {KEPT}")
        mode.add_argument("--check", action="store_true", help=f"compare with {KEPT}; exit 1 on a difference")

    def handle(self, *_: Any, **options: Any) -> None:
        kept = Path(settings.BASE_DIR) / KEPT
        text = rendered()
        if options["write"]:
            kept.write_text(text, "utf-8")
        elif options["check"]:
            self._compare(kept.read_text("utf-8") if kept.is_file() else "", text)
        else:
            self.stdout.write(text, ending="")

    def _compare(self, kept: str, text: str) -> None:
        lines = difflib.unified_diff(kept.splitlines(), text.splitlines(), str(KEPT), "the code", lineterm="", n=1)
        difference = list(lines)
        if difference:
            self.stderr.write("\n".join(difference[:60]))
            raise CommandError(f"{KEPT} is not what the code says; run manage.py schema --write and look at it.")


def rendered() -> str:
    """The document as it stands in the file. Raises `CommandError` where the code leaves something to guess."""
    from syncapp.api_urls import schema

    try:
        return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    except Flawed as error:
        raise CommandError(f"The schema has flaws: {error}") from error
