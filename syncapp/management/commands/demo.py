"""The demo: a world to click in, or (`--once`) one that is made, brought to rest, counted and thrown away."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from syncapp.demo.environment import inside


class Command(BaseCommand):
    help = "Starts a world to click in; with --once makes one, brings it to rest, compares two accounts of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="make, bring to rest, count, throw away")
        parser.add_argument("--json", action="store_true", help="print the result as one line of JSON")
        parser.add_argument("--mail-dir", type=Path, help="real messages (eml, mbox, maildir) instead of the made ones")
        parser.add_argument("--kill", type=int, default=0, metavar="N", help="kill the worker N times on the way")
        parser.add_argument("--mend", action="store_true", help="then mend everything and retry all over REST")
        parser.add_argument("--seed", type=int, default=1, help="where the kills fall")
        parser.add_argument("--reset", action="store_true", help="forget the world of the last time")

    def handle(self, *args: Any, **options: Any) -> None:
        stage = inside()
        if stage is None:
            raise CommandError("The demo starts through manage.py, which gives it a place of its own.", returncode=2)
        if not options["once"]:
            from syncapp.demo.live import run

            run(stage, tell=self._tell)
            return
        from syncapp.demo.once import Wishes, carry_out

        directory = options["mail_dir"]
        if directory is not None and not directory.is_dir():
            raise CommandError(f"There is no folder {directory}. Name one that holds messages.", returncode=2)
        wishes = Wishes(mail_dir=directory, kills=options["kill"], mend=options["mend"], seed=options["seed"])
        result = carry_out(stage, wishes, tell=self._tell)
        self._print(result, as_json=options["json"])
        if result["broken"]:
            sys.exit(1)

    def _tell(self, sentence: str) -> None:
        self.stderr.write(sentence)

    def _print(self, result: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        for name, value in result.items():
            self.stdout.write(f"{name:20} {value}")
