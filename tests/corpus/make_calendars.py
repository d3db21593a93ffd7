"""Makes the corpus of calendars: 30 files, lifelike and odd. `python -m tests.corpus.make_calendars` writes them anew.

Every byte is set by hand, not by a library, so that nothing is tidied up on the way. What each is to show, and what
a reader ought to see in it, stands in `calendar/expectations.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.corpus import broken_calendars, everyday_calendars, recurring_calendars

FOLDER = Path(__file__).with_name("calendar")


def calendars() -> Iterator[tuple[str, bytes]]:
    """(file name, bytes) of each calendar; the number in front tells the order."""
    kinds = (*everyday_calendars.CALENDARS, *recurring_calendars.CALENDARS, *broken_calendars.CALENDARS)
    for number, (name, make) in enumerate(kinds, start=1):
        yield f"{number:02}-{name}.ics", make()


def main() -> None:
    for name, content in calendars():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
