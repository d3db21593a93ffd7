"""The demo to click in: simulators, web server and job cluster, until Ctrl-C; the next start goes on from there."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.error import URLError

from django.core.management import call_command

from connectors.models import Organization
from syncapp.demo import seeding
from syncapp.demo.cast import ANNA, LENA
from syncapp.demo.doors import Doors
from syncapp.demo.driving import Driver
from syncapp.demo.environment import Stage
from syncapp.demo.once import break_and_settle, seed_made_world
from syncapp.demo.staging import ROOT, NotUp, migrate, start_simulators, stop
from syncapp.demo.worker import Worker

PASSWORD = "alpenrad-demo"  # noqa: S105 - of a made world on loopback; it is printed at every start
UP_WITHIN = 60.0

Tell = Callable[[str], None]


class Interrupted(Exception):
    """Ctrl-C while the world was being made."""


def run(stage: Stage, *, tell: Tell) -> None:
    """Starts everything, says where to look, and stops everything at Ctrl-C. Raises `NotUp` and `NotADemo`."""
    told_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told_to_stop.set())
    tell("Preparing the database …")
    migrate()
    call_command("collectstatic", interactive=False, verbosity=0)
    seeding.refuse_real_database()
    tell("Starting Salesforce, Google and a postbox …")
    simulators, said = start_simulators(stage, keep=True)
    processes: list[subprocess.Popen[Any]] = [simulators]
    try:
        if not Organization.everywhere.exists():
            _first_time(Doors.of(said), tell, told_to_stop)
            stage.finished.touch()
        processes.insert(0, _serve(stage))
        _wait_until_up(stage, processes)
        tell(_welcome(stage))
        while not told_to_stop.wait(0.3) and all(process.poll() is None for process in processes):
            pass
        tell("Stopping …")
        if not told_to_stop.is_set():
            raise NotUp("A process of the demo has ended by itself. Its words stand above.")
    except Interrupted:
        tell("Stopping … The world is not finished; the next start makes it afresh.")
    finally:
        for process in processes:
            stop(process)


def _first_time(doors: Doors, tell: Tell, told_to_stop: threading.Event) -> None:
    """Makes the world, breaks it, and lets a few virtual days pass, so that there is something to see.

    Raises `Interrupted` soon after Ctrl-C.
    """
    told = "Making a small company: six mailboxes, 400 messages, 150 events, 38 tasks, 34 contacts."
    tell(f"{told} Then a few things are broken …")
    made = seed_made_world(doors, PASSWORD)
    worker = Worker()
    try:
        break_and_settle(Driver(doors=doors, worker=worker, tell=_sparingly(tell, told_to_stop)), doors, made)
    finally:
        worker.stop()


def _sparingly(tell: Tell, told_to_stop: threading.Event) -> Tell:
    """Says the same thing once. Raises `Interrupted` after Ctrl-C."""
    last = ""

    def say(sentence: str) -> None:
        nonlocal last
        if told_to_stop.is_set():
            raise Interrupted
        if sentence != last:
            last = sentence
            tell(f"  {sentence}")

    return say


def _serve(stage: Stage) -> subprocess.Popen[Any]:
    command = [sys.executable, "-m", "syncapp", "serve", "--port", str(stage.web)]
    return subprocess.Popen(command, cwd=ROOT, process_group=0)  # noqa: S603 - our own program


def _wait_until_up(stage: Stage, processes: list[subprocess.Popen[Any]]) -> None:
    deadline = time.monotonic() + UP_WITHIN
    while time.monotonic() < deadline and all(process.poll() is None for process in processes):
        try:
            urllib.request.urlopen(f"http://localhost:{stage.web}/healthz", timeout=2).close()
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise NotUp("The web server did not come up. Its words stand above.")


def _welcome(stage: Stage) -> str:
    return f"""
  Syncapp            http://localhost:{stage.web}/admin/    {seeding.ADMIN}
  Anna's own page    http://localhost:{stage.web}/          {ANNA.address}
  Lena is locked out http://localhost:{stage.web}/          {LENA.address}
  password of all    {PASSWORD}

  “Salesforce”       {stage.url("salesforce")}/_simulator/   break and mend things here
  “Google”           {stage.url("google")}/_simulator/
  the alert mails    {stage.url("postbox")}/_simulator/
  REST               http://localhost:{stage.web}/api/v1/docs/

  The simulators' certificate is their own; your browser will ask once for each of them.
  Ctrl-C stops everything; `make demo` goes on from here, `make demo RESET=1` starts afresh.
"""
