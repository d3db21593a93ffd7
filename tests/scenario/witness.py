"""Watches a worker of the real cluster from inside: writes down each of its steps, and stops it where a test asks.

    steps-PID   a line for each step: nanoseconds of the machine's monotonic clock, mailbox, fence, name
    trap        a mailbox and the name of a step; the worker that comes to it takes the trap away and waits for its end
    caught      who that was
    deadly      a word and a place ("read" or "prepare"): a worker dies of a message with the word in its subject there

The last line of a dead worker says where it died. Nothing of this is in the product: the cluster of a test is started
with settings that have this module among the apps.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from django.apps import AppConfig

from connectors.effects import crash_points

FOLDER = Path(os.environ.get("WITNESS_FOLDER", "."))
CLAIMED, POISONED = "claimed", "poisoned"
WAITS = 60.0  # seconds in a trap, should nobody come

_for_life = ExitStack()


class WitnessConfig(AppConfig):
    name = "tests.scenario.witness"
    label = "witness"

    def ready(self) -> None:
        witness = Witness()
        _for_life.enter_context(crash_points(witness.step))
        _watch_leases(witness)
        _watch_messages(witness)


class Witness:
    """Which lease this process holds, and its diary."""

    def __init__(self) -> None:
        self.wants = self.mailbox = self.fence = 0  # whose lease it is about to claim; whose it has, under which number
        self._pid = self._diary = -1

    def step(self, name: str) -> None:
        self.note(name)
        trap = FOLDER / "trap"
        with suppress(OSError):
            if trap.read_text() == f"{self.wants} {name}":
                trap.rename(FOLDER / f"trap-of-{os.getpid()}")  # of two, one comes too late
                (FOLDER / "caught.new").write_text(f"{os.getpid()} {name}")
                (FOLDER / "caught.new").rename(FOLDER / "caught")
                time.sleep(WAITS)

    def note(self, name: str) -> None:
        if self._pid != os.getpid():  # a fork starts a diary of its own
            self._pid = os.getpid()
            self._diary = os.open(FOLDER / f"steps-{self._pid}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(self._diary, f"{time.monotonic_ns()} {self.mailbox} {self.fence} {name}\n".encode())


def _watch_leases(witness: Witness) -> None:
    """Whose mailbox a process works on, and by which number."""
    from syncapp.engine import lease

    claim, release = lease.claim, lease.release

    def claiming(mailbox: Any, owner: str) -> Any:
        witness.wants = mailbox.pk
        held = claim(mailbox, owner)
        if held is not None:
            witness.mailbox, witness.fence = held.mailbox_id or 0, held.fence
            witness.note(CLAIMED)
        return held

    def releasing(held: Any) -> bool:
        asked = release(held)
        witness.wants = witness.mailbox = witness.fence = 0
        return asked

    vars(lease).update(claim=claiming, release=releasing)


def _watch_messages(witness: Witness) -> None:
    """Messages that a worker dies of, as of one that is larger than its memory."""
    from connectors.google import mapping
    from syncapp.engine import preparing

    decide, read = vars(preparing)["decide"], mapping.message

    def deciding(message: Any, *rest: Any) -> Any:
        _die_of(message.subject, "prepare", witness)
        return decide(message, *rest)

    def reading(*args: Any, **kwargs: Any) -> Any:
        message = read(*args, **kwargs)
        _die_of(message.subject, "read", witness)
        return message

    vars(preparing)["decide"] = deciding
    vars(mapping)["message"] = reading


def _die_of(subject: str, here: str, witness: Witness) -> None:
    with suppress(FileNotFoundError):
        word, place = (FOLDER / "deadly").read_text().split()
        if word in subject and place == here:
            witness.note(POISONED)
            os.kill(os.getpid(), signal.SIGKILL)
