"""Puts a demo on its stage: the simulators as a process of their own, an empty database, the seeded world."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command

from syncapp.demo.doors import Doors
from syncapp.demo.environment import Stage

ROOT = Path(__file__).resolve().parents[2]


class NotUp(RuntimeError):
    """A process of the demo did not come up; the text is a sentence that says what to do."""


def start_simulators(stage: Stage, *, keep: bool) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """The running process, and what it told of itself. Raises `NotUp`."""
    command = [sys.executable, str(ROOT / "manage.py"), "simulators", "--json", "--folder", str(stage.folder)]
    for name in ("salesforce", "google", "postbox", "smtp"):
        command += [f"--{name}-port", str(stage.ports[name])]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*command, "--keep"] if keep else command, stdout=subprocess.PIPE, text=True, env=os.environ, process_group=0
    )
    line = process.stdout.readline() if process.stdout else ""
    if not line.strip():
        process.wait()
        ports = ", ".join(f"{name} {port}" for name, port in stage.ports.items() if name != "web")
        raise NotUp(f"The simulators did not start. Free their ports ({ports}), or start afresh with --reset.")
    return process, json.loads(line)


def stop(process: subprocess.Popen[Any]) -> None:
    """Ends a process as Ctrl-C would, and waits for it; our supervisor lets a job come to its end first."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait()


@contextmanager
def simulators(stage: Stage) -> Iterator[Doors]:
    """The simulators for the length of a block."""
    process, told = start_simulators(stage, keep=False)
    try:
        yield Doors.of(told)
    finally:
        stop(process)


def migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)
