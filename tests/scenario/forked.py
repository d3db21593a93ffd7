"""The workload in processes of its own: a worker that dies at a step is a process that is gone.

The world (mailboxes, Salesforce, the token endpoint) lives in the parent and answers over a pipe; rows stand in a
database that both open, mails and the virtual clock in files. What a worker had in its memory is lost with it.
"""

from __future__ import annotations

import multiprocessing
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import connections
from django_q.models import OrmQ

from connectors import clock, registry
from connectors.effects import crash_points
from connectors.memory import CRMS, MAILBOXES, MemoryCrm, MemoryMailbox
from connectors.models import Organization
from connectors.scoping import EVERYTHING, scoped
from issues.models import Issue
from tests.conftest import Time
from tests.databases import lead_to
from tests.scenario.invariants import a_second_pass_does_nothing
from tests.scenario.pipes import Remote, serve
from tests.scenario.scene import CRM, Outcome
from tests.scenario.workload import FIRST, SECOND, World

KILLED = 137  # as a shell tells of SIGKILL
TOLD = ("GOOGLE_TOKEN_URL", "PROVIDER_EXTRA_HOSTS", "PROVIDER_CA_BUNDLE", "SYNC_INTERVAL_SECONDS")
Place = tuple[str, int]  # a point and the how-manieth time that it is reached


class FileTime(Time):
    """Virtual time that stands in a file, where it outlives whoever moved it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def offset(self) -> float:
        return clock.offset_in(self._path)()

    def move_to(self, offset: float) -> None:
        clock.write_offset(self._path, offset)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """All that a worker is told at its birth. `dies_at` is where it ends, if it is to."""

    database: str
    clock: Path
    mails: Path
    told: Mapping[str, Any]
    dies_at: Place | None = None


class ForkedWorld(World):
    """The world as the parent sees it, with the mails that lie in a folder."""

    folder: Path

    def mails(self) -> frozenset[str]:
        text = "".join(path.read_text("utf-8") for path in self.folder.iterdir())
        return frozenset(re.findall(r"^Message-ID:\s+(\S+)", text, re.MULTILINE))


# -- The worker


def live(pipe: Connection, setting: Setting, stage: int) -> None:
    """A worker's life: from a stage to the last one, or to its death."""
    _settle_in(pipe, setting)
    director = Remote(pipe, "director")
    reached: Counter[str] = Counter()
    with scoped(EVERYTHING), crash_points(_fate(reached, setting.dies_at)):
        world = World(FileTime(setting.clock))
        for number, each in list(enumerate(world.stages))[stage:]:
            director.begins(number)
            each.inside()
    director.was_reached(reached)
    connections.close_all()


def _settle_in(pipe: Connection, setting: Setting) -> None:
    lead_to(setting.database)
    clock.use(clock.offset_in(setting.clock))
    for name, value in setting.told.items():
        setattr(settings, name, value)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(setting.mails)
    for address in (FIRST, SECOND):
        MAILBOXES[address] = cast("MemoryMailbox", Remote(pipe, address))
    CRMS[CRM] = cast("MemoryCrm", Remote(pipe, CRM))
    vars(registry)["open_mail"] = lambda provider, address, *_, **__: MAILBOXES[address]


def _fate(reached: Counter[str], dies_at: Place | None) -> Callable[[str], None]:
    def hook(name: str) -> None:
        reached[name] += 1
        if (name, reached[name]) == dies_at:
            os._exit(KILLED)

    return hook


# -- The parent


class Director:
    """Leads the workers through the stages: what happens outside happens once, before the first of them begins."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.stage = -1
        self.reached: Counter[str] = Counter()

    def begins(self, stage: int) -> None:
        if stage > self.stage:
            self.stage = stage
            self.world.stages[stage].outside()

    def was_reached(self, points: Counter[str]) -> None:
        self.reached = points


@dataclass(frozen=True, kw_only=True)
class End:
    """How a world came to rest: `exits` are the exit codes of its workers, in order."""

    exits: list[int]
    outcome: Outcome
    broken: list[str]
    reached: Counter[str]


@dataclass(kw_only=True)
class Theatre:
    """Plays the workload again and again on one database."""

    database: str
    folder: Path
    time: FileTime = field(init=False)
    _plays: int = 0

    def __post_init__(self) -> None:
        self.time = FileTime(self.folder / "clock")
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.scenario.nursery"])

    def play(self, dies_at: Place | None = None) -> End:
        """From an empty database to rest, however many workers it takes; 20 at the most."""
        self._plays += 1
        mails = self.folder / f"mails-{self._plays}"
        mails.mkdir()
        _forget()
        self.time.begin()
        world = ForkedWorld(self.time)
        world.folder = mails
        director = Director(world)
        exits = self._to_rest(director, self._setting(mails, dies_at))
        return End(
            exits=exits,
            outcome=world.outcome(),
            broken=[*world.broken(), *a_second_pass_does_nothing(world)],
            reached=director.reached,
        )

    def _setting(self, mails: Path, dies_at: Place | None) -> Setting:
        told = {name: getattr(settings, name) for name in TOLD}
        return Setting(database=self.database, clock=self.folder / "clock", mails=mails, told=told, dies_at=dies_at)

    def _to_rest(self, director: Director, setting: Setting) -> list[int]:
        exits = [self._one_life(director, setting)]
        while exits[-1] == KILLED and len(exits) < 20:
            self.time.move(seconds=1)
            # Whoever comes after the dead one is not told to die.
            exits.append(self._one_life(director, Setting(**{**vars(setting), "dies_at": None})))
        return exits

    def _one_life(self, director: Director, setting: Setting) -> int:
        here, there = self._context.Pipe()
        worker = self._context.Process(target=live, args=(there, setting, max(director.stage, 0)))
        worker.start()
        there.close()
        with here:
            serve(here, {"director": director, CRM: CRMS[CRM], **MAILBOXES})
        worker.join()
        return worker.exitcode or 0


def _forget() -> None:
    """Empties the database and the world."""
    Issue.everywhere.all().delete()  # they protect their causes
    Organization.everywhere.all().delete()
    OrmQ.objects.all().delete()
    MAILBOXES.clear()
    CRMS.clear()
