"""Starts the simulators, for any client."""

from __future__ import annotations

import json
import os
import signal
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from syncapp.demo.environment import inside

if TYPE_CHECKING:
    from connectors.simulators.theatre import Theatre

SAVE_EVERY = 5.0


class Command(BaseCommand):
    help = "Starts Salesforce, Google and a postbox as real servers on loopback, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print endpoints, accounts and tokens as one line")
        parser.add_argument("--refusals", action="store_true", help="print what the simulators refuse, and stop")
        parser.add_argument("--folder", type=Path, default=Path("var/simulators"), help="certificate and state")
        parser.add_argument("--keep", action="store_true", help="go on from the state of the last time")
        for name in ("salesforce", "google", "postbox", "smtp"):
            parser.add_argument(f"--{name}-port", type=int, default=0, help="0 takes a free one")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["refusals"]:
            self._print_refusals(as_json=options["json"])
            return
        from connectors.simulators.theatre import Outdated, Theatre

        clock = os.environ.get("SYNC_CLOCK_FILE")
        ports = {f"{n}_port": options[f"{n}_port"] for n in ("salesforce", "google", "postbox", "smtp")}
        theatre = Theatre(folder=options["folder"], clock=Path(clock) if clock else None, keep=options["keep"], **ports)
        try:
            theatre.start()
        except OSError as error:
            raise CommandError(
                f"A port is taken: {error.strerror}. Choose others, or leave them out for free ones.", returncode=2
            ) from error
        except Outdated as error:
            raise CommandError(
                f"What {options['folder']} keeps is of another version of Syncapp. Start afresh: make demo RESET=1, or "
                "choose another --folder.",
                returncode=2,
            ) from error
        if inside():
            self._register(theatre)
        else:
            theatre.open_accounts("ann@example.com", "bob@example.com")
        stop = _told_to_stop()
        try:
            self._tell(theatre.told(), as_json=options["json"])
            while not stop.wait(SAVE_EVERY):
                theatre.save()
        finally:
            theatre.stop()

    def _register(self, theatre: Theatre) -> None:
        """In a demo both providers know Syncapp, and send people back to it."""
        back = f"{settings.PUBLIC_URL}/connect"
        theatre.register(
            google=(settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET, f"{back}/google/callback/"),
            salesforce=(
                settings.SALESFORCE_CLIENT_ID,
                settings.SALESFORCE_CLIENT_SECRET,
                f"{back}/salesforce/callback/",
            ),
        )

    def _tell(self, told: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(told))
        else:
            for name in ("salesforce", "google", "postbox"):
                self.stdout.write(f"{name:11} {told[name]['url']}/_simulator/")
            self.stdout.write(f"{'certificate':11} {told['ca']}\nCtrl-C stops them.")
        self.stdout.flush()

    def _print_refusals(self, *, as_json: bool) -> None:
        from connectors.simulators.all_refusals import table

        rows = [asdict(row) for row in table()]
        if as_json:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            self.stdout.write(f"{row['id']:45} {row['code']:40} {row['request']}")


def _told_to_stop() -> threading.Event:
    """Set by Ctrl-C or SIGTERM. Listens at once: who reads our first line may stop us at that moment."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
