"""Real calendars from a folder (ics), byte for byte, and what became of their events.

A calendar holds one event for each UID, so a file goes to the next mailbox in turn that has none of its UIDs yet;
where every mailbox has one, it changes what is there, as an import does. What Google would not take for an event
(no start, a rule that is none, a calendar that never ends) is passed over and named; nothing is made up for it.
`files` counts what files say: `events == loaded + changed + passed_over`, file by file.

The window that is synced reaches back to 1990 and 30 days ahead (`environment.of_real_calendars`). All that has
happened is in it then, so that nothing has to be left out for its age, and an endless rule ends with it: one that has
been on every working day for ten years makes some 2,600 items, and each year of window more 260 for nothing new.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syncapp.demo.cast import COLLEAGUES
from syncapp.demo.doors import DoorError, Doors

_UNFOLDED = re.compile(rb"\r?\n[ \t]")
_EVENT = re.compile(rb"^BEGIN:VEVENT[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_UID = re.compile(rb"^UID[^:\r\n]*:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


class NoCalendar(ValueError):
    """A folder that cannot be played with; the text is a sentence that says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class CalendarFile:
    """One file and whose calendar it goes into; `events` is how many it says it has."""

    name: str
    raw: bytes
    mailbox: str

    @property
    def events(self) -> int:
        return len(_EVENT.findall(self.raw))


def files(folder: Path) -> list[CalendarFile]:
    """Each file once, in the order of the names, into the demo's calendars in rotation. Raises `NoCalendar`."""
    found = _all_of(folder)
    return [
        CalendarFile(name=name, raw=raw, mailbox=box) for (name, raw), box in zip(found, _turns(found), strict=True)
    ]


def _all_of(folder: Path) -> list[tuple[str, bytes]]:
    if not folder.is_dir():
        raise NoCalendar(f"There is no folder {folder}. Name one that holds calendars.")
    try:
        found = [(str(path.relative_to(folder)), path.read_bytes()) for path in sorted(folder.rglob("*.ics"))]
    except OSError as error:
        reason = (error.strerror or "no such file").lower()
        raise NoCalendar(f"Cannot read {error.filename}: {reason}. Mend or remove the file.") from None
    if not found:
        raise NoCalendar(f"There is no calendar in {folder}. Name a folder with .ics files.")
    return found


def _turns(found: Sequence[tuple[str, bytes]]) -> Iterator[str]:
    """Whose turn it is, file by file."""
    waiting = [colleague.address for colleague in COLLEAGUES]
    held: dict[str, set[bytes]] = {address: set() for address in waiting}
    for _, raw in found:
        uids = set(_UID.findall(_UNFOLDED.sub(b"", raw)))
        chosen = next((address for address in waiting if not held[address] & uids), waiting[0])
        held[chosen] |= uids
        waiting = [address for address in waiting if address != chosen] + [chosen]
        yield chosen


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What became of a file's events. `passed_over` and `altered` are sentences."""

    file: CalendarFile
    loaded: int = 0
    changed: int = 0
    passed_over: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()

    @property
    def accounted(self) -> bool:
        return self.file.events == self.loaded + self.changed + len(self.passed_over)


def load(doors: Doors, found: Sequence[CalendarFile]) -> list[Fate]:
    """Imports every file into its calendar."""
    return [_loaded(doors, file) for file in found]


def _loaded(doors: Doors, file: CalendarFile) -> Fate:
    try:
        told = doors.google("event-file", account=file.mailbox, raw=base64.b64encode(file.raw).decode())
    except DoorError as refused:
        return Fate(file=file, passed_over=(str(refused),) * file.events)
    return Fate(
        file=file,
        loaded=len(told["events"]),
        changed=len(told["changed"]),
        passed_over=tuple(told["passed_over"]),
        altered=tuple(told["altered"]),
    )


def stored(doors: Doors) -> int:
    """How many events stand in all calendars, called off or not."""
    return sum(len(calendar["events"]) for calendar in doors.google("snapshot")["calendars"].values())


def told(fates: Sequence[Fate], *, stored: int) -> tuple[dict[str, Any], list[str]]:
    """(what the result says of the files, the names of the equations that do not hold).

    `unaccounted` names the files whose events are not all accounted for; `stored` is what was in the calendars then.
    """
    values = {
        "files": len(fates),
        "without_event": sum(not fate.file.events for fate in fates),
        "events": sum(fate.file.events for fate in fates),
        "loaded": sum(fate.loaded for fate in fates),
        "changed": sum(fate.changed for fate in fates),
        "passed_over": sum(len(fate.passed_over) for fate in fates),
        "altered": sum(len(fate.altered) for fate in fates),
        "reasons": {
            fate.file.name: [*fate.passed_over, *fate.altered] for fate in fates if fate.passed_over + fate.altered
        },
        "unaccounted": [fate.file.name for fate in fates if not fate.accounted],
        "stored": stored,
    }
    holds = {
        "files: events == loaded + changed + passed_over": not values["unaccounted"],
        "files: loaded == stored": values["loaded"] == stored,
    }
    return values, [name for name, held in holds.items() if not held]
