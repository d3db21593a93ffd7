"""Real calendars are read byte for byte, each file once, into the mailboxes in rotation, and every event is told of."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from syncapp.demo import real_calendars
from syncapp.demo.cast import COLLEAGUES
from syncapp.demo.outside_events import items
from syncapp.demo.real_calendars import CalendarFile, Fate, NoCalendar
from tests.corpus.make_calendars import FOLDER
from tests.unit.demo.diary import WINDOW
from tests.unit.demo.stages import stage


def calendar(*uids: str) -> bytes:
    events = [f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:20260310T090000Z\r\nEND:VEVENT\r\n" for uid in uids]
    return f"BEGIN:VCALENDAR\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


def written(folder: Path, *contents: bytes) -> list[CalendarFile]:
    for number, raw in enumerate(contents):
        (folder / f"{number:02}.ics").write_bytes(raw)
    return real_calendars.files(folder)


def test_files_are_read_byte_for_byte_in_the_order_of_their_names(tmp_path: Path) -> None:
    odd = b"BEGIN:VCALENDAR\r\nX-ODD:\xff\x00\rbare\n"
    (tmp_path / "b.ics").write_bytes(odd)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "c.ics").write_bytes(calendar("1"))
    (tmp_path / "notes.txt").write_bytes(b"no calendar")
    assert [(f.name, f.raw) for f in real_calendars.files(tmp_path)] == [("a/c.ics", calendar("1")), ("b.ics", odd)]


@pytest.mark.parametrize("number", [1, 6, 7, 13])
def test_the_mailboxes_take_turns(tmp_path: Path, number: int) -> None:
    shares = Counter(f.mailbox for f in written(tmp_path, *(calendar(str(each)) for each in range(number))))
    assert shares.total() == number
    assert max(shares.values()) - min(shares[c.address] for c in COLLEAGUES) <= 1


def test_a_uid_goes_to_a_mailbox_that_has_none_as_long_as_there_is_one(tmp_path: Path) -> None:
    others = [calendar(str(each)) for each in range(5)]
    found = written(tmp_path, calendar("same"), *others, calendar("same"), calendar("same"))
    same = [f.mailbox for f in found if f.raw == calendar("same")]
    assert len(set(same)) == 3


def test_a_uid_that_everybody_has_goes_to_whose_turn_it_is(tmp_path: Path) -> None:
    shares = Counter(f.mailbox for f in written(tmp_path, *[calendar("same")] * 7))
    assert sorted(shares.values()) == [1, 1, 1, 1, 1, 2]


def test_a_folded_uid_is_the_same_uid(tmp_path: Path) -> None:
    one, other = written(tmp_path, calendar("long-name"), calendar("long-\r\n name"))
    assert one.mailbox != other.mailbox


@pytest.mark.parametrize(
    ("raw", "events"),
    [
        (calendar(), 0),
        (calendar("1"), 1),
        (calendar("1", "2"), 2),
        (calendar("1").replace(b"\r", b""), 1),
        (calendar("1").lower(), 1),
        (b"DESCRIPTION:BEGIN:VEVENT\r\n", 0),
    ],
)
def test_how_many_events_a_file_says_it_has(raw: bytes, events: int) -> None:
    assert CalendarFile(name="a.ics", raw=raw, mailbox="a@x").events == events


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoCalendar, match=r"There is no folder .*nowhere\. Name one that holds calendars\."):
        real_calendars.files(tmp_path / "nowhere")


def test_a_folder_without_calendars_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoCalendar, match=r"Name a folder with \.ics files"):
        real_calendars.files(tmp_path)


# -- Into the calendars


def test_every_event_of_the_corpus_is_loaded_changes_one_or_is_passed_over() -> None:
    door = stage().doors
    fates = real_calendars.load(door, real_calendars.files(FOLDER))
    told, broken = real_calendars.told(fates, stored=real_calendars.stored(door))
    assert (told["unaccounted"], broken) == ([], [])
    assert (told["files"], told["without_event"], told["events"]) == (30, 1, 64)
    assert (told["loaded"], told["changed"], told["passed_over"], told["altered"]) == (56, 1, 7, 5)
    assert "24-invalid-rules.ics" in told["reasons"]
    assert "25-no-event.ics" not in told["reasons"]


def test_files_that_agree_in_identity_are_copies_of_one_item(tmp_path: Path) -> None:
    door = stage().doors
    real_calendars.load(door, written(tmp_path, *[calendar("same")] * 3, calendar("other")))
    found = items(door.google("snapshot"), {colleague.address: WINDOW for colleague in COLLEAGUES})
    assert sorted(len(item.copies) for item in found) == [1, 3]


def test_a_file_that_is_no_calendar_is_passed_over_with_the_doors_sentence() -> None:
    file = CalendarFile(
        name="torn.ics", raw=calendar("1").replace(b"END:VCAL", b"X\r\nEND:VCAL"), mailbox=COLLEAGUES[0].address
    )
    (fate,) = real_calendars.load(stage().doors, [file])
    assert (fate.loaded, len(fate.passed_over), fate.accounted) == (0, 1, True)
    assert "could not be parsed" in fate.passed_over[0]


UNTOLD, MORE = "files: events == loaded + changed + passed_over", "files: loaded == stored"


@pytest.mark.parametrize(
    ("passed_over", "stored", "broken"),
    [
        pytest.param(("no start",), 1, [], id="all accounted for"),
        pytest.param((), 1, [UNTOLD], id="one of which nothing is told"),
        pytest.param(("no start",), 2, [MORE], id="one more in the calendar"),
    ],
)
def test_what_does_not_add_up_is_named(passed_over: tuple[str, ...], stored: int, broken: list[str]) -> None:
    file = CalendarFile(name="a.ics", raw=calendar("1", "2"), mailbox="a@x")
    told, found = real_calendars.told([Fate(file=file, loaded=1, passed_over=passed_over)], stored=stored)
    assert (found, told["unaccounted"]) == (broken, ["a.ics"] if UNTOLD in broken else [])
