"""`demo --once`: a throw-away world, made, broken, brought to rest, compared, and on request mended."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from connectors import clock
from connectors.policies import NoMatch
from syncapp.demo import mending, placing, real_calendars, seeding
from syncapp.demo.diaries import Diaries
from syncapp.demo.doors import Doors
from syncapp.demo.driving import Driver
from syncapp.demo.environment import Stage
from syncapp.demo.event_troubles import EVENT_TROUBLES, OUTSIDER
from syncapp.demo.real_calendars import CalendarFile
from syncapp.demo.reporting import account
from syncapp.demo.staging import migrate, simulators
from syncapp.demo.troubles import SECOND_MORNING, TROUBLES, Ids, Trouble
from syncapp.demo.worker import Killer, Worker
from syncapp.demo.world import Delivery, made_world, second_morning
from syncapp.demo.world_events import made_events

AT_FIRST = (*TROUBLES, *EVENT_TROUBLES)
LATER = (SECOND_MORNING, OUTSIDER)
EVERYTHING = (*AT_FIRST, *LATER)


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What `--once` is to do. `mail` and `calendars` take the place of the made world."""

    mail: Sequence[Delivery] | None = None
    calendars: Sequence[CalendarFile] | None = None
    kills: int = 0
    mend: bool = False
    seed: int = 1

    @property
    def made(self) -> bool:
        return self.mail is None and self.calendars is None


def carry_out(stage: Stage, wishes: Wishes, *, tell: Callable[[str], None]) -> dict[str, Any]:
    """Everything, and what came of it. `broken` names what does not hold; empty is good."""
    began = time.monotonic()
    migrate()
    with simulators(stage) as doors:
        killer = Killer(seed=wishes.seed, left=wishes.kills) if wishes.kills else None
        worker = Worker(killer)
        try:
            driver = Driver(doors=doors, worker=worker, tell=tell)
            result = _play(driver, doors, wishes, stage, tell)
        finally:
            worker.stop()
    return result | {"seconds": round(time.monotonic() - began, 1)}


def _play(driver: Driver, doors: Doors, wishes: Wishes, stage: Stage, tell: Callable[[str], None]) -> dict[str, Any]:
    troubles, told, broken = (_made(driver, doors), {}, []) if wishes.made else _real(driver, doors, wishes)
    found = account(doors, troubles, made=wishes.made)
    passed = _second_pass(driver, doors)
    result: dict[str, Any] = {**found.values, **told, "second_pass": passed, "kills": driver.kills}
    broken = [*found.broken, *broken, *_flaws(result, wishes)]
    if wishes.mend:
        mended, flaws = mending.mend_everything(driver, doors, stage, tell, EVERYTHING)
        result["mended"] = mended
        broken += flaws
    return result | {"broken": broken}


def _made(driver: Driver, doors: Doors) -> Sequence[Trouble]:
    """The demo's own world, with all that goes wrong in it."""
    break_and_settle(driver, doors, seed_made_world(doors))
    return EVERYTHING


@dataclass(frozen=True, kw_only=True)
class Made:
    """The made world: the ids that troubles know by name, and what stands in the diaries."""

    ids: Ids
    diaries: Diaries


def break_and_settle(driver: Driver, doors: Doors, made: Made) -> None:
    """Everything that goes wrong goes wrong, and the world comes to rest; then once more on the second morning."""
    for trouble in AT_FIRST:
        trouble.break_it(doors, made.ids)
    driver.to_rest()
    for trouble in LATER:
        trouble.break_it(doors, made.ids)
    seeding.deliver(doors, second_morning())
    placing.stir(doors, made.diaries)
    driver.next_round()
    driver.to_rest()


def seed_made_world(doors: Doors, password: str = "") -> Made:
    """Everything in its place, nothing broken yet."""
    ids, diaries = seeding.seed_crm(doors), made_events(clock.now().date())
    organization = seeding.seed_syncapp(doors, ids, password)
    seeding.deliver(doors, made_world())
    placing.place(doors, diaries)
    return Made(ids=ids | {"organization": organization.slug}, diaries=diaries)


def _real(driver: Driver, doors: Doors, wishes: Wishes) -> tuple[Sequence[Trouble], dict[str, Any], list[str]]:
    """Real messages and calendars, each once and unchanged; nobody in Salesforce.

    (troubles, what to tell of the files, what does not hold of them)
    """
    seeding.seed_syncapp(doors, seeding.users_only(doors), no_match=NoMatch.LOG)
    seeding.deliver(doors, wishes.mail or ())
    loaded = real_calendars.load(doors, wishes.calendars or ())
    told, broken = real_calendars.told(loaded, stored=real_calendars.stored(doors))
    driver.to_rest()
    return (), {"calendar_files": told} if wishes.calendars else {}, broken


def _second_pass(driver: Driver, doors: Doors) -> dict[str, int]:
    """One more run of every mailbox, the clock standing still: nothing may happen."""
    before = _traces(doors)
    driver.once_more()
    after = _traces(doors)
    return {name: after[name] - before[name] for name in before}


def _traces(doors: Doors) -> dict[str, int]:
    from issues.models import Issue

    calls = [*doors.salesforce("calls"), *doors.google("calls")]
    return {
        "writes": sum(call["write"] for call in calls),
        "new_issues": Issue.everywhere.count(),
        "mails": len(doors.postbox("snapshot")["letters"]),
    }


def _flaws(result: dict[str, Any], wishes: Wishes) -> list[str]:
    flaws = [f"second_pass: {name} == 0" for name, count in result["second_pass"].items() if count]
    kills = result["kills"]
    if len(kills) != wishes.kills:
        flaws.append(f"kills == {wishes.kills}")
    if len({kill["step"] for kill in kills}) < wishes.kills / 2:
        flaws.append("kills at distinct steps")
    return flaws
