"""Runs `manage.py verify` as an operator does, and reads its last line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import call_command


@dataclass(frozen=True, kw_only=True)
class Said:
    """`status` is the exit status; `told` the JSON of the last line."""

    status: int
    told: dict[str, Any]

    @property
    def findings(self) -> list[dict[str, Any]]:
        return [each for one in self.told["organizations"].values() for each in one["findings"]]

    @property
    def named(self) -> list[tuple[str, str]]:
        """(kind, title) of all that was found, in a fixed order."""
        return sorted((each["kind"], each["title"]) for each in self.findings)

    def number(self, name: str) -> int:
        return sum(one[name] for one in self.told["organizations"].values())


def verify(capsys: pytest.CaptureFixture[str], *words: str) -> Said:
    capsys.readouterr()
    status = 0
    try:
        call_command("verify", "--json", *words)
    except SystemExit as ended:
        status = int(str(ended.code))
    return Said(status=status, told=json.loads(capsys.readouterr().out.splitlines()[-1]))
