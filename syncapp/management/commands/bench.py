"""Prints what the product claims about its speed, measured now."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from syncapp.demo.environment import inside


class Command(BaseCommand):
    help = "Measures one claim: counts, or ratios of two things measured in one run. Never seconds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=["calls", "soak"])
        parser.add_argument("--json", action="store_true", help="print the rows as one line of JSON")
        parser.add_argument("--n", type=int, action="append", metavar="N", help="how many items; may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        from syncapp.bench import calls, soak

        stage = inside()
        if stage is None:
            raise CommandError("Benchmarks start through manage.py, which gives them a place of their own.")
        bench = {"calls": calls, "soak": soak}[options["name"]]
        sizes = options["n"] or bench.SIZES
        if sentence := bench.refuses(sizes):
            raise CommandError(sentence, returncode=2)
        rows = bench.measure(stage, sizes, tell=self.stderr.write)
        if options["json"]:
            self.stdout.write(json.dumps(rows))
        else:
            for row in rows:
                self.stdout.write(_line(row))
        if not all(row["passed"] for row in rows):
            sys.exit(1)


def _line(row: dict[str, Any]) -> str:
    """One row for people."""
    what = f"{row['flow']} n={row['n']}: {row['calls']} calls ÷ {row['minimum']}" if "flow" in row else row["goal"]
    return f"{what} = {row['value']}, at most {row['bound']}: {'kept' if row['passed'] else 'BROKEN'}"
