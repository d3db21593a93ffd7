"""Prints what the product claims about its speed, measured now."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from syncapp.demo.environment import inside


class Command(BaseCommand):
    help = "Measures one claim: counts, or ratios of two things measured in one run. Never seconds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=["api", "calls", "list", "retry-all", "soak"])
        parser.add_argument("--json", action="store_true", help="print the rows as one line of JSON")
        parser.add_argument(
            "--flow", action="append", default=[], metavar="NAME", help="of calls: this flow alone; may be repeated"
        )
        parser.add_argument(
            "--rows", type=_sizes, metavar="N,M", help="of list: how many issues the two lists have that are compared"
        )
        parser.add_argument("--n", type=int, action="append", metavar="N", help="how many items; may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        from syncapp.bench import api_list, calls, lists, retrying, soak

        stage = inside()
        if stage is None:
            raise CommandError("Benchmarks start through manage.py, which gives them a place of their own.")
        bench = {"api": api_list, "calls": calls, "list": lists, "retry-all": retrying, "soak": soak}[options["name"]]
        sizes = options["rows"] or options["n"] or bench.SIZES
        if sentence := bench.refuses(sizes, options["flow"]):
            raise CommandError(sentence, returncode=2)
        rows = bench.measure(stage, sizes, options["flow"], tell=self.stderr.write)
        if options["json"]:
            self.stdout.write(json.dumps(rows))
        else:
            for row in rows:
                self.stdout.write(_line(row))
        if not all(row["passed"] for row in rows):
            sys.exit(1)


def _sizes(text: str) -> list[int]:
    """“1000,1000000” as numbers."""
    try:
        return [int(each) for each in text.split(",")]
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not two numbers with a comma between, as in 1000,1000000") from None


def _line(row: dict[str, Any]) -> str:
    """One row for people."""
    what = f"{row['flow']} n={row['n']}: {row['calls']} calls ÷ {row['minimum']}" if "flow" in row else row["goal"]
    way = "at least" if row.get("least") else "at most"
    return f"{what} = {row['value']}, {way} {row['bound']}: {'kept' if row['passed'] else 'BROKEN'}"
