"""The page on which somebody says which calendars of a mailbox are kept in step beside its own."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.errors import Kind
from connectors.memory import MemoryMailbox, failure
from connectors.memory.calendar import MemoryCalendar
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.routes import FurtherCalendar
from syncapp import further_calendars
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed

pytestmark = pytest.mark.django_db

TEAM, SEEN = "team@group.calendar.example", "holidays@group.calendar.example"


@pytest.fixture
def box(acme: Organization) -> Mailbox:
    acme.syncs_events = True
    acme.save()
    return builders.mailbox(acme, "mia@ours.example")


@pytest.fixture
def mine(box: Mailbox, signed: Signed) -> Client:
    return signed(scenery.owner_of(box, "mia"))


@pytest.fixture
def store(box: Mailbox) -> MemoryMailbox:
    """It sees two calendars beside its own, and may change one."""
    found = builders.store_of(box)
    found.further |= {each: MemoryCalendar(each) for each in (TEAM, SEEN)}
    found.shown = {SEEN}
    return found


def path(box: Mailbox) -> str:
    return f"/mailboxes/{box.pk}/calendars/"


def add(client: Client, box: Mailbox, calendar: str) -> str:
    return client.post(path(box), {"calendar": calendar}, follow=True).content.decode()


def kept(box: Mailbox) -> list[str]:
    rows = FurtherCalendar.everywhere.filter(mailbox=box, wanted=True)
    return list(rows.values_list("remote_id", flat=True))


def test_to_look_at_the_page_asks_nobody(mine: Client, box: Mailbox, store: MemoryMailbox) -> None:
    assert "Calendar ID" in mine.get(path(box)).content.decode()
    assert store.calls == 0


@pytest.mark.parametrize("written", [TEAM, f"  {TEAM}\n", TEAM.upper()])
def test_one_is_added_and_the_journal_says_by_whom(
    mine: Client, box: Mailbox, store: MemoryMailbox, written: str
) -> None:
    page = add(mine, box, written)
    assert ("“team” is kept in step from now on." in page, kept(box)) == (True, [TEAM])
    row = Activity.everywhere.get(verb=Verb.SETTINGS_CHANGED)
    box.refresh_from_db()
    assert (row.note, row.actor_id) == (f"calendar “team” of {box} added", box.owner_id)


def test_one_is_taken_out_and_nothing_is_deleted(mine: Client, box: Mailbox, store: MemoryMailbox) -> None:
    add(mine, box, TEAM)
    row = FurtherCalendar.everywhere.get()
    page = mine.post(path(box), {"out": str(row.pk)}, follow=True).content.decode()
    assert ("“team” is not kept in step any more. Nothing was deleted." in page, kept(box)) == (True, [])
    assert Activity.everywhere.filter(verb=Verb.SETTINGS_CHANGED).count() == 2


def test_one_that_was_taken_out_may_be_added_again_before_a_worker_came(
    mine: Client, box: Mailbox, store: MemoryMailbox
) -> None:
    add(mine, box, TEAM)
    further_calendars.take_out(FurtherCalendar.everywhere.get(), None)
    add(mine, box, TEAM)
    assert (kept(box), FurtherCalendar.everywhere.count()) == ([TEAM], 1)


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        ("", further_calendars.NO_ID),
        ("the one of the team", further_calendars.NO_ID),
        ("https://calendar.google.com/a@b", further_calendars.NO_ID),
        (f"{'a' * 200}@x", further_calendars.NO_ID),
        ("Mia@ours.example", further_calendars.OWN),
        ("never@group.calendar.example", "There is no such calendar, or it is not shared with mia@ours.example."),
        (SEEN, "may see the events of “holidays”, and not change them."),
    ],
)
def test_what_cannot_be_added_says_why(
    mine: Client, box: Mailbox, store: MemoryMailbox, calendar: str, said: str
) -> None:
    assert (said in add(mine, box, calendar), kept(box)) == (True, [])


def test_what_was_asked_for_stands_in_the_form_still(mine: Client, box: Mailbox, store: MemoryMailbox) -> None:
    assert 'value="nevr@group.calendar.example"' in add(mine, box, "nevr@group.calendar.example")


def test_one_that_is_there_is_not_added_twice(mine: Client, box: Mailbox, store: MemoryMailbox) -> None:
    add(mine, box, TEAM)
    assert (further_calendars.THERE in add(mine, box, TEAM), kept(box)) == (True, [TEAM])


def test_more_than_ten_are_refused_without_asking(mine: Client, box: Mailbox, store: MemoryMailbox) -> None:
    for number in range(further_calendars.MOST):
        FurtherCalendar.everywhere.create(
            organization=box.organization, mailbox=box, remote_id=f"{number}@x", name=str(number)
        )
    assert further_calendars.ENOUGH % {"number": further_calendars.MOST} in add(mine, box, TEAM)
    assert store.calls == 0


def test_a_provider_that_does_not_answer_is_said_and_nothing_is_kept(
    mine: Client, box: Mailbox, store: MemoryMailbox
) -> None:
    store.faults.waiting.append(failure("google.backendError", Kind.TRANSIENT, "internal error"))
    add(mine, box, TEAM)
    assert kept(box) == []


# -- Who may


def test_an_administrator_may_too(box: Mailbox, store: MemoryMailbox, admin: User, signed: Signed) -> None:
    add(signed(admin), box, TEAM)
    assert kept(box) == [TEAM]


def test_nobody_else_sees_it(box: Mailbox, acme: Organization, others: Mailbox, signed: Signed) -> None:
    assert others.owner is not None
    assert signed(others.owner).get(path(box)).status_code == 404


def test_nobody_takes_out_another_mailboxs(
    mine: Client, box: Mailbox, acme: Organization, store: MemoryMailbox
) -> None:
    other = builders.mailbox(acme, "ben@ours.example")
    row = FurtherCalendar.everywhere.create(organization=acme, mailbox=other, remote_id=TEAM, name="Team")
    assert mine.post(path(box), {"out": str(row.pk)}).status_code == 404
    assert kept(other) == [TEAM]


@pytest.mark.parametrize("out", ["", "x", "-1", "9" * 30, "²"])
def test_a_number_that_is_none_takes_nothing_out(mine: Client, box: Mailbox, store: MemoryMailbox, out: str) -> None:
    assert mine.post(path(box), {"out": out}).status_code == 404


def test_where_calendars_are_not_kept_in_step_there_is_no_such_page(
    mine: Client, box: Mailbox, acme: Organization
) -> None:
    Organization.everywhere.update(syncs_events=False)
    assert mine.get(path(box)).status_code == 404
    assert "Calendars…" not in mine.get("/").content.decode()


def test_it_is_offered_where_they_are(mine: Client, box: Mailbox) -> None:
    assert path(box) in mine.get("/").content.decode()
