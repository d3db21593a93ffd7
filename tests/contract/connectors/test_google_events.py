"""What Google Calendar has beside the contract: zones, series, colours, ids, and what its door refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.errors import ConnectorError, ItemError, Kind
from connectors.google import events
from connectors.google.client import BATCH
from connectors.protocol import MailConnector
from connectors.records import Event, Marking, Page, Put, Ref, RemoteChange, Resource, Window
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from connectors.simulators.google import GoogleSimulator
from connectors.simulators.google.calendar.limits import USER_MINUTE
from tests.builders import TODAY, event
from tests.contract.connectors.google_event_stage import SCOPES, GoogleEventStage
from tests.contract.connectors.stage import CountingServer

DAY = timedelta(days=1)
WINDOW = Window(start=TODAY - 30 * DAY, end=TODAY + 180 * DAY)
KEY = "ab" * 32


@pytest.fixture
def stage(
    google_server: CountingServer, contract_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> Iterator[GoogleEventStage]:
    simulator = GoogleSimulator()
    simulator.base_url = google_server.url
    google_server.simulator = simulator
    made = GoogleEventStage(
        server=google_server, certificate=contract_certificate, simulator=simulator, patch=monkeypatch
    )
    yield made
    made.closing.close()


def pages(connector: MailConnector, cursor: str | None = None, window: Window = WINDOW) -> list[Page]:
    return list(connector.pull(Resource.EVENT, cursor, window))


def shown(found: list[Page]) -> dict[str, RemoteChange]:
    return {change.ref.id: change for page in found for change in page.changes}


def titles(found: list[Page], *, outside: bool = False) -> list[str]:
    changes = [change for page in found for change in page.changes if change.outside is outside]
    return [change.record.title for change in changes if isinstance(change.record, Event)]


def record(found: list[Page], ref: Ref) -> Event:
    known = shown(found)[ref.id].record
    assert isinstance(known, Event)
    return known


def code(result: object) -> str:
    assert isinstance(result, ItemError)
    return result.failure.code


def made(stage: GoogleEventStage, *puts: Put) -> list[Ref]:
    found = stage.open().push(puts)
    assert all(isinstance(each, Ref) for each in found), found
    return [each for each in found if isinstance(each, Ref)]


def new(key: str = KEY, **more: Any) -> Put:
    return Put(resource=Resource.EVENT, key=key, record=event(**more))


# -- Reading


def test_a_time_is_read_in_utc_whatever_zone_it_was_entered_in(stage: GoogleEventStage) -> None:
    meeting = event(days=3)
    ref = stage.add(meeting)
    assert stage.raw(ref)["start"]["timeZone"] == "Europe/Berlin"
    read = record(pages(stage.open()), ref)
    assert (read.start, read.end) == (meeting.start, meeting.end)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata"])
@pytest.mark.parametrize("days", [-32, -31, -30, 179, 180, 181])
def test_a_whole_day_at_a_border_of_the_window_is_shown_once_in_any_zone(
    stage: GoogleEventStage, zone: str, days: int
) -> None:
    stage._door("calendar-zone", account=stage.address, time_zone=zone)
    holiday = event(days=days, all_day=True)
    stage.add(holiday)
    changes = [change for page in pages(stage.open()) for change in page.changes]
    assert [change.outside for change in changes] == [not WINDOW.holds(holiday)]


def test_a_series_that_reaches_into_the_window_is_shown_by_its_occurrences_there(stage: GoogleEventStage) -> None:
    stage.series(event("daily", days=-33), "RRULE:FREQ=DAILY;COUNT=10")
    found = pages(stage.open())
    assert (len(titles(found)), titles(found, outside=True)) == (7, [])


def test_a_series_outside_is_shown_once_and_as_a_whole(stage: GoogleEventStage) -> None:
    ref = stage.series(event("past", days=-300), "RRULE:FREQ=DAILY;COUNT=10")
    change = shown(pages(stage.open()))[ref.id]
    assert isinstance(change.record, Event)
    assert (change.outside, change.record.occurrence, change.record.series) == (True, "", "")


def test_an_endless_series_has_an_end_where_the_window_has_one(stage: GoogleEventStage) -> None:
    stage.series(event("for ever", days=170), "RRULE:FREQ=DAILY")
    assert len(titles(pages(stage.open()))) == 10


def test_a_series_is_known_as_shown_on_a_later_page_and_by_another_process(stage: GoogleEventStage) -> None:
    stage.pages_of(2)
    for number in range(4):
        stage.series(event(f"series {number}", days=-1), "RRULE:FREQ=DAILY;COUNT=3")
    stage.series(event("past", days=-99), "RRULE:FREQ=DAILY;COUNT=3")
    cursor: str | None = None
    found: list[Page] = []
    while not found or not found[-1].complete:
        found.append(next(iter(stage.open().pull(Resource.EVENT, cursor, WINDOW))))
        cursor = found[-1].cursor
    assert (len(titles(found)), titles(found, outside=True)) == (12, ["past"])


def test_a_moved_occurrence_keeps_the_start_by_which_it_is_known(stage: GoogleEventStage) -> None:
    first, *_ = stage.repeat(event(days=2), 3)
    before = record(pages(stage.open()), first)
    stage.edit(first, start=before.start + 7 * DAY, end=before.end + 7 * DAY)
    after = record(pages(stage.open()), first)
    assert (after.occurrence, after.start) == (f"{before.start:%Y%m%dT%H%M%SZ}", before.start + 7 * DAY)


def test_an_occurrence_that_was_moved_into_the_window_is_in_it(stage: GoogleEventStage) -> None:
    series = stage.series(event("rare", days=-200), "RRULE:FREQ=YEARLY;COUNT=1")
    (only,) = stage.occurrences(series)
    stage.edit(only, start=TODAY + DAY, end=TODAY + 2 * DAY)
    found = pages(stage.open())
    assert (list(shown(found)), titles(found, outside=True)) == ([only.id], [])


def test_an_occurrence_of_whole_days_is_known_by_its_day(stage: GoogleEventStage) -> None:
    first, *_ = stage.repeat(event(days=2, all_day=True), 2)
    assert record(pages(stage.open()), first).occurrence == f"{TODAY + 2 * DAY:%Y%m%d}"


def test_a_cancelled_occurrence_is_not_shown_and_is_a_tombstone_later(stage: GoogleEventStage) -> None:
    first, second = stage.repeat(event(days=2), 2)
    cursor = pages(stage.open())[-1].cursor
    stage.delete(first)
    assert shown(pages(stage.open(), cursor))[first.id].gone
    assert list(shown(pages(stage.open()))) == [second.id]


def test_with_a_series_all_its_occurrences_are_gone(stage: GoogleEventStage) -> None:
    series = stage.series(event(days=2), "RRULE:FREQ=DAILY;COUNT=3")
    known = {ref.id for ref in stage.occurrences(series)}
    cursor = pages(stage.open())[-1].cursor
    stage.delete(series)
    assert {each for each, change in shown(pages(stage.open(), cursor)).items() if change.gone} >= known


def test_one_occurrence_to_which_somebody_is_invited_is_shown_without_its_series(stage: GoogleEventStage) -> None:
    """Outside of the window, too: there is no series in the guest's calendar that would stand for it."""
    guest = stage.neighbour()
    occurrences = stage.repeat(event("standing", days=-300), 2)
    stage.write(occurrences[0], {"attendees": [{"email": guest.address}]})
    found = shown(pages(guest.open()))
    assert {each: change.outside for each, change in found.items()} == {occurrences[0].id: True}


def test_the_window_rolls_by_one_list_and_the_changes(stage: GoogleEventStage) -> None:
    stage.series(event("daily", days=170), "RRULE:FREQ=DAILY;COUNT=30")
    cursor = pages(stage.open())[-1].cursor
    before = stage.calls()
    found = pages(stage.open(), cursor, Window(start=WINDOW.start + 5 * DAY, end=WINDOW.end + 5 * DAY))
    assert (len(titles(found)), stage.calls() - before) == (5, 2)


def test_within_the_same_window_reading_on_is_one_request(stage: GoogleEventStage) -> None:
    cursor = pages(stage.open())[-1].cursor
    stage.add(event())
    before = stage.calls()
    assert len(titles(pages(stage.open(), cursor))) == 1
    assert stage.calls() - before == 1


def test_rooms_are_no_people(stage: GoogleEventStage) -> None:
    guests = [
        {"email": "bob@customer.example", "responseStatus": "tentative"},
        {"email": "c_188@resource.calendar.google.com", "resource": True},
    ]
    ref = stage.add(event(), attendees=guests)
    read = record(pages(stage.open()), ref)
    assert [each.address.email for each in read.attendees] == ["bob@customer.example"]


def test_an_answer_that_is_too_large_is_asked_for_in_smaller_pages(stage: GoogleEventStage) -> None:
    stage.patch.setattr("tests.contract.connectors.google_stage.reach", _narrow(stage))
    for number in range(30):
        stage.add(event(f"long {number}", text="x" * 4000))
    assert len(titles(pages(stage.open()))) == 30


def _narrow(stage: GoogleEventStage) -> Any:
    from tests.contract.connectors.stage import reach

    return lambda simulator, certificate: replace(reach(simulator, certificate), largest_body=60_000)


def test_a_full_read_needs_a_window(stage: GoogleEventStage) -> None:
    with pytest.raises(ValueError, match="window"):
        list(stage.open().pull(Resource.EVENT, None))


# -- Whose access


def test_a_token_for_mail_alone_is_refused_by_the_permission_that_is_missing(stage: GoogleEventStage) -> None:
    mail_alone = replace(stage, written="carol@ours.example", scopes=SCOPES[:1])
    with pytest.raises(ConnectorError) as caught:
        pages(mail_alone.open())
    assert caught.value.failure.code == "google.insufficientPermissions"
    assert caught.value.failure.kind is Kind.PERMISSION


def test_the_scope_that_is_asked_for_is_enough_for_all_of_it(stage: GoogleEventStage) -> None:
    (ref,) = made(stage, new())
    connector = stage.open()
    assert connector.mark([Marking(ref=ref, on=True)]) == [""]
    (found,) = connector.look(Resource.EVENT, [ref])
    assert isinstance(found, RemoteChange)
    assert connector.push([Put(resource=Resource.EVENT, key=KEY, record=None, ref=found.ref)]) == [found.ref]


def test_a_cursor_of_the_mailbox_is_none_of_its_calendar(stage: GoogleEventStage) -> None:
    mail = list(stage.open().pull(Resource.EMAIL, None))[-1].cursor
    calendar = pages(stage.open())[-1].cursor
    for resource, cursor in ((Resource.EVENT, mail), (Resource.EMAIL, calendar)):
        with pytest.raises(ConnectorError) as caught:
            list(stage.open().pull(resource, cursor, WINDOW))
        assert caught.value.failure.code == "engine.CURSOR_FOREIGN"


# -- Writing


def test_an_event_that_we_make_has_our_key_and_no_guests(stage: GoogleEventStage) -> None:
    guest = event().attendees
    (ref,) = made(stage, new(title="Demo", attendees=guest))
    assert ref.id == events.chosen_id(KEY, 0)
    assert record(pages(stage.open()), ref).key == KEY
    assert "attendees" not in stage.raw(ref)


def test_nobody_is_told_by_mail(stage: GoogleEventStage) -> None:
    (ref, *_) = stage.share(event(), stage.neighbour())
    made(stage, Put(resource=Resource.EVENT, key=KEY, record=event("later"), ref=ref, fields=frozenset({"title"})))
    assert stage.simulator.world.calendars.invitations == []


def test_a_change_keeps_the_zone_in_which_people_see_the_event(stage: GoogleEventStage) -> None:
    meeting = event(days=2)
    ref = stage.add(meeting)
    moved = replace(meeting, start=meeting.start + DAY, end=meeting.end + DAY)
    made(
        stage,
        Put(resource=Resource.EVENT, key=KEY, record=moved, ref=ref, fields=frozenset({"start", "end", "all_day"})),
    )
    assert stage.raw(ref)["start"]["timeZone"] == "Europe/Berlin"
    assert record(pages(stage.open()), ref).start == moved.start


@pytest.mark.parametrize("whole_day_first", [True, False])
@pytest.mark.parametrize("in_series", [True, False])
def test_a_time_becomes_a_whole_day_and_the_other_way_round(
    stage: GoogleEventStage, whole_day_first: bool, in_series: bool
) -> None:
    before, after = event(days=2, all_day=whole_day_first), event(days=2, all_day=not whole_day_first)
    ref = stage.repeat(before, 2)[0] if in_series else stage.add(before)
    known = record(pages(stage.open()), ref)
    wanted = replace(known, start=after.start, end=after.end, all_day=after.all_day)
    made(
        stage,
        Put(resource=Resource.EVENT, key=KEY, record=wanted, ref=ref, fields=frozenset({"start", "end", "all_day"})),
    )
    read = record(pages(stage.open()), ref)
    assert (read.start, read.end, read.all_day) == (after.start, after.end, after.all_day)


def test_what_is_empty_now_is_taken_away(stage: GoogleEventStage) -> None:
    ref = stage.add(event())
    bare = event("", text="", location="")
    made(
        stage,
        Put(resource=Resource.EVENT, key=KEY, record=bare, ref=ref, fields=frozenset({"title", "text", "location"})),
    )
    assert stage.raw(ref).keys() & {"summary", "description", "location"} == set()


def test_fifty_writes_are_one_request_and_fifty_one_are_two(stage: GoogleEventStage) -> None:
    before = stage.calls()
    made(stage, *(new(f"{number:064x}") for number in range(BATCH)))
    assert stage.calls() - before == 1
    made(stage, *(new(f"{number:064x}") for number in range(BATCH, 2 * BATCH + 1)))
    assert stage.calls() - before == 3


def test_two_writes_of_one_event_are_never_in_the_same_request(stage: GoogleEventStage) -> None:
    """The calls of a batch are carried out in any order."""
    ref = replace(stage.add(event()), version="")
    before = stage.calls()
    made(
        stage,
        Put(resource=Resource.EVENT, key=KEY, record=event("one"), ref=ref, fields=frozenset({"title"})),
        Put(resource=Resource.EVENT, key=KEY, record=event("two"), ref=ref, fields=frozenset({"title"})),
    )
    assert (stage.calls() - before, stage.raw(ref)["summary"]) == (2, "two")


def test_one_that_is_there_under_the_id_without_our_key_is_not_taken_for_ours(stage: GoogleEventStage) -> None:
    stage.add(event(), id=events.chosen_id(KEY, 0))
    (result,) = stage.open().push([new()])
    assert code(result) == "google.duplicate"


def test_one_that_was_deleted_wants_the_next_generation(stage: GoogleEventStage) -> None:
    (ref,) = made(stage, new())
    stage.delete(ref)
    (refused,) = stage.open().push([new()])
    assert (code(refused), isinstance(refused, ItemError) and refused.failure.kind) == (
        "google.duplicate:generation",
        Kind.CONFLICT,
    )
    (again,) = made(stage, replace(new(), generation=1))
    assert again.id == events.chosen_id(KEY, 1)


def test_deleting_what_somebody_deleted_meanwhile_is_done(stage: GoogleEventStage) -> None:
    ref = stage.add(event())
    stage.delete(ref)
    assert made(stage, Put(resource=Resource.EVENT, key=KEY, record=None, ref=ref)) == [ref]


def test_deleting_what_somebody_changed_meanwhile_is_a_conflict(stage: GoogleEventStage) -> None:
    ref = stage.add(event())
    stage.edit(ref, title="changed")
    (result,) = stage.open().push([Put(resource=Resource.EVENT, key=KEY, record=None, ref=ref)])
    assert code(result) == "google.conditionNotMet"
    assert stage.living() == [ref.id]


@pytest.mark.parametrize("versioned", [True, False])
def test_changing_what_was_deleted_is_too_late(stage: GoogleEventStage, versioned: bool) -> None:
    ref = stage.add(event())
    stage.delete(ref)
    known = ref if versioned else Ref(id=ref.id)
    (result,) = stage.open().push(
        [Put(resource=Resource.EVENT, key=KEY, record=event(), ref=known, fields=frozenset({"title"}))]
    )
    assert code(result) == "google.deleted"


def test_a_guest_cannot_change_what_is_the_organizers(stage: GoogleEventStage) -> None:
    guest = stage.neighbour()
    _, copy = stage.share(event(), guest)
    (result,) = guest.open().push(
        [Put(resource=Resource.EVENT, key=KEY, record=event("mine"), ref=copy, fields=frozenset({"title"}))]
    )
    assert code(result) == "google.forbiddenForNonOrganizer"


def test_deleting_what_never_was_is_done(stage: GoogleEventStage) -> None:
    never = Ref(id="nev3r")
    assert made(stage, Put(resource=Resource.EVENT, key=KEY, record=None, ref=never)) == [never]


def test_there_is_nothing_to_do_without_an_event_and_without_a_place(stage: GoogleEventStage) -> None:
    with pytest.raises(ValueError, match="neither"):
        stage.open().push([Put(resource=Resource.EVENT, key=KEY, record=None)])


def test_an_access_that_ends_between_two_requests_does_not_hide_what_was_written(stage: GoogleEventStage) -> None:
    """And nothing more is asked with it."""
    connector, puts = stage.open(), [new(f"{number:064x}") for number in range(2 * BATCH + 1)]
    stage.simulator.faults.append(_after_the_first(status=401))
    results = connector.push(puts)
    assert [isinstance(each, Ref) for each in results] == [True] * BATCH + [False] * (BATCH + 1)
    assert {each.id for each in results if isinstance(each, Ref)} == set(stage.living())
    assert {each.failure.kind for each in results if isinstance(each, ItemError)} == {Kind.AUTH}
    assert stage.calls() == 2


@pytest.mark.parametrize(
    ("action", "code_", "kind"),
    [
        ({"action": "drop_before"}, "network.CONNECTION_RESET", Kind.TRANSIENT),
        ({"action": "answer", "status": 503}, "google.backendError", Kind.TRANSIENT),
    ],
)
def test_a_look_that_fails_leaves_open_what_was_there(
    stage: GoogleEventStage, action: dict[str, Any], code_: str, kind: Kind
) -> None:
    (ref,) = made(stage, new())
    stage.simulator.faults.append(_after_the_first(**action))
    done, refused = stage.open().push([new("cd" * 32), new()])
    assert isinstance(done, Ref)
    assert (code(refused), isinstance(refused, ItemError) and refused.failure.kind) == (code_, kind)
    assert made(stage, new()) == [ref]


def test_a_look_that_is_refused_leaves_open_what_was_there(stage: GoogleEventStage) -> None:
    made(stage, new())
    quota = stage.simulator.world.calendar_quota
    quota.add(stage.address, USER_MINUTE - quota.spent(stage.address) - 1)
    (refused,) = stage.open().push([new()])
    assert code(refused) == "google.rateLimitExceeded"


def _after_the_first(**fault: Any) -> Fault:
    """Strikes the second batch, and no later one."""
    said = {"error": {"code": 401, "errors": [{"reason": "authError", "message": "Invalid Credentials"}]}}
    body = said if fault.get("status") == 401 else ""
    return Fault.of({"action": "answer", "after": 1, "body": body, "path": "^/batch/calendar", **fault})


# -- Marks


def test_a_mark_whose_answer_got_lost_still_knows_what_was_before(stage: GoogleEventStage) -> None:
    ref = stage.paint(stage.add(event()), "5")
    connector = stage.open()
    connector.mark([Marking(ref=ref, on=True)])
    (before,) = connector.mark([Marking(ref=ref, on=True)])
    assert before == events.RED
    connector.mark([Marking(ref=ref, on=False, before=before)])
    assert stage.colour(ref) == "5"


def test_a_colour_that_somebody_gave_it_since_then_stays(stage: GoogleEventStage) -> None:
    ref = stage.add(event())
    stage.open().mark([Marking(ref=ref, on=True)])
    stage.paint(ref, "3")
    stage.open().mark([Marking(ref=ref, on=False, before="")])
    assert stage.colour(ref) == "3"


def test_what_somebody_made_red_themselves_stays_red(stage: GoogleEventStage) -> None:
    ref = stage.paint(stage.add(event()), events.RED)
    (before,) = stage.open().mark([Marking(ref=ref, on=True)])
    assert isinstance(before, str)
    stage.open().mark([Marking(ref=ref, on=False, before=before)])
    assert stage.colour(ref) == events.RED


def test_a_mark_leaves_nothing_on_the_event_when_it_is_taken_off(stage: GoogleEventStage) -> None:
    ref = stage.add(event())
    untouched = stage.raw(ref)
    stage.open().mark([Marking(ref=ref, on=True)])
    stage.open().mark([Marking(ref=ref, on=False, before="")])
    differs = {name for name, value in stage.raw(ref).items() if untouched.get(name) != value}
    assert differs <= {"etag", "updated"}


def test_fifty_marks_are_a_look_and_a_stroke(stage: GoogleEventStage) -> None:
    refs = [stage.add(event()) for _ in range(BATCH)]
    before = stage.calls()
    assert stage.open().mark([Marking(ref=ref, on=True) for ref in refs]) == [""] * BATCH
    assert stage.calls() - before == 2


def test_a_guest_may_mark_their_own_copy(stage: GoogleEventStage) -> None:
    guest = stage.neighbour()
    own, copy = stage.share(event(), guest)
    guest.open().mark([Marking(ref=copy, on=True)])
    assert (guest.colour(copy), stage.colour(own)) == (events.RED, "")


# -- Links


def test_an_event_opens_in_google_calendar(stage: GoogleEventStage) -> None:
    ref = stage.add(event("Open me"))
    eid = stage.open().url(Resource.EVENT, ref).partition("eid=")[2].partition("&")[0]
    assert stage.raw(ref)["htmlLink"].endswith(f"eid={eid}")
