"""The demo: a world to click in, or (`--once`) one that is made, brought to rest, counted and thrown away."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from syncapp.demo.environment import Stage, inside

if TYPE_CHECKING:
    from syncapp.demo.once import Wishes

ONLY_ONCE = ("json", "mail_dir", "calendar_dir", "kill", "mend")


class Command(BaseCommand):
    help = "Starts a world to click in; with --once makes one, brings it to rest, compares two accounts of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="make, bring to rest, count, throw away")
        parser.add_argument("--json", action="store_true", help="print the result as one line of JSON")
        parser.add_argument("--mail-dir", type=Path, help="real messages (eml, mbox, maildir) instead of the made ones")
        parser.add_argument("--calendar-dir", type=Path, help="real calendars (ics) instead of the made ones")
        parser.add_argument("--kill", type=int, default=0, metavar="N", help="kill the worker N times on the way")
        parser.add_argument("--mend", action="store_true", help="then mend everything and retry all over REST")
        parser.add_argument("--seed", type=int, default=1, help="where the kills fall")
        parser.add_argument("--reset", action="store_true", help="forget the world of the last time")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_nonsense(options)
        stage = inside()
        if stage is None:
            raise CommandError("The demo starts through manage.py, which gives it a place of its own.", returncode=2)
        if options["once"]:
            self._once(stage, options)
        else:
            self._live(stage)

    def _live(self, stage: Stage) -> None:
        from syncapp.demo.live import run
        from syncapp.demo.seeding import NotADemo
        from syncapp.demo.staging import NotUp

        try:
            run(stage, tell=self._tell)
        except (NotADemo, NotUp) as error:
            raise CommandError(str(error)) from error

    def _once(self, stage: Stage, options: dict[str, Any]) -> None:
        from syncapp.demo.driving import NoRest
        from syncapp.demo.once import carry_out
        from syncapp.demo.staging import NotUp

        wishes = _wishes(options)
        try:
            result = carry_out(stage, wishes, tell=self._tell)
        except (NoRest, NotUp) as error:
            raise CommandError(str(error)) from error
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


def _refuse_nonsense(options: dict[str, Any]) -> None:
    """Raises `CommandError` with a sentence, before anything is started."""
    stray = [name for name in ONLY_ONCE if options[name] and not options["once"]]
    if stray:
        raise CommandError(f"--{stray[0].replace('_', '-')} goes with --once only; add --once.", returncode=2)
    if options["kill"] < 0:
        raise CommandError("--kill wants a number of kills, 0 or more.", returncode=2)
    for name in ("mail_dir", "calendar_dir"):
        if options["mend"] and options[name]:
            option = f"--{name.replace('_', '-')}"
            raise CommandError(f"--mend mends the made world; leave it out with {option}.", returncode=2)


def _wishes(options: dict[str, Any]) -> Wishes:
    from syncapp.demo.once import Wishes
    from syncapp.demo.real_calendars import NoCalendar, files
    from syncapp.demo.real_mail import NoMail, deliveries

    try:
        mail = deliveries(options["mail_dir"]) if options["mail_dir"] else None
        calendars = files(options["calendar_dir"]) if options["calendar_dir"] else None
    except (NoMail, NoCalendar) as error:
        raise CommandError(str(error), returncode=2) from None
    wishes = {name: options[name] for name in ("mend", "seed")}
    return Wishes(mail=mail, calendars=calendars, kills=options["kill"], **wishes)
