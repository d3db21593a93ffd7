"""A mailbox that nobody tries: told once, from outside of the clockwork, and over with the first good run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail

from connectors import clock
from connectors.memory import MemoryMailbox
from connectors.models import Mailbox, Organization, Verb
from issues.models import Issue
from notifications.models import Recipient
from syncapp import services, watching
from syncapp.engine import stalled
from syncapp.engine.running import Ending
from tests import builders
from tests.conftest import Time
from tests.driving import HICCUP, REVOKED, codes, drain, fresh, sync, told

pytestmark = pytest.mark.django_db

INTERVAL = settings.SYNC_INTERVAL_SECONDS


@pytest.fixture
def other(second: Mailbox) -> Mailbox:
    """A mailbox that has been tried a moment ago whenever somebody looks."""
    return second


def pass_by(time: Time, intervals: float, *tried: Mailbox) -> None:
    """So much time, in which only these mailboxes are tried."""
    time.move(seconds=intervals * INTERVAL)
    sync(*tried)


@pytest.mark.parametrize(("intervals", "found"), [(1, []), (2.9, []), (3.1, [stalled.ONE]), (40, [stalled.ONE])])
def test_three_intervals_without_a_try_are_an_issue(
    mailbox: Mailbox, other: Mailbox, time: Time, intervals: float, found: list[str]
) -> None:
    sync(mailbox, other)
    pass_by(time, intervals, other)
    assert (watching.look(), codes()) == (len(found), found)


def test_a_mailbox_that_was_never_tried_is_one_too(mailbox: Mailbox, other: Mailbox, time: Time) -> None:
    pass_by(time, 3.1, other)
    watching.look()
    assert Issue.everywhere.get().mailbox == mailbox


def test_it_is_told_once_however_often_somebody_looks(mailbox: Mailbox, other: Mailbox, time: Time) -> None:
    sync(mailbox, other)
    for _ in range(4):
        pass_by(time, 4, other)
        watching.look()
    assert (told(), Issue.everywhere.get().failures) == ([(Verb.STOPPED, "mailbox")], 1)


def test_the_next_good_run_closes_it(mailbox: Mailbox, other: Mailbox, time: Time) -> None:
    sync(mailbox, other)
    pass_by(time, 4, other)
    watching.look()
    assert sync(mailbox) == [Ending.DONE]
    assert (codes(), told()[1:]) == ([], [(Verb.RECOVERED, "mailbox")])
    assert watching.look() == 0


def test_it_stops_nothing(mailbox: Mailbox, other: Mailbox, time: Time) -> None:
    sync(mailbox, other)
    pass_by(time, 4, other)
    watching.look()
    assert (fresh(mailbox).stopped_at, services.tick()) == (None, 1)


def test_a_run_that_only_fails_leaves_it_open(
    mailbox: Mailbox, other: Mailbox, store: MemoryMailbox, time: Time
) -> None:
    sync(mailbox, other)
    pass_by(time, 4, other)
    watching.look()
    store.faults.waiting.append(HICCUP)
    sync(mailbox)
    assert codes() == [stalled.ONE]


def test_another_reason_is_told_although_that_was(
    mailbox: Mailbox, other: Mailbox, store: MemoryMailbox, time: Time
) -> None:
    sync(mailbox, other)
    pass_by(time, 4, other)
    watching.look()
    store.faults.waiting.append(REVOKED)
    sync(mailbox)
    assert codes() == [REVOKED.code]
    assert [verb for verb, _ in told()] == [Verb.STOPPED, Verb.RECOVERED, Verb.STOPPED]


def test_where_nothing_is_tried_it_is_one_issue_of_the_organization(
    mailbox: Mailbox, second: Mailbox, time: Time
) -> None:
    sync(mailbox, second)
    time.move(days=1)
    assert (watching.look(), watching.look()) == (1, 0)
    assert (codes(), told()) == ([stalled.ALL], [(Verb.STOPPED, "organization")])


def test_the_first_good_run_of_any_mailbox_ends_that(
    organization: Organization, mailbox: Mailbox, second: Mailbox, time: Time
) -> None:
    sync(mailbox, second)
    time.move(days=1)
    watching.look()
    assert Organization.everywhere.get().stopped_at is None
    sync(second)
    assert (codes(), told()[1:]) == ([], [(Verb.RECOVERED, "organization")])


def test_the_mail_leaves_from_here(organization: Organization, mailbox: Mailbox, second: Mailbox, time: Time) -> None:
    Recipient.everywhere.create(organization=organization, address="ops@ours.example")
    sync(mailbox, second)
    time.move(days=1)
    watching.look()
    assert [each.to for each in mail.outbox] == [["ops@ours.example"]]


def test_a_job_that_was_asked_for_and_never_ran_is_no_try(mailbox: Mailbox, other: Mailbox, time: Time) -> None:
    sync(mailbox, other)
    for _ in range(4):
        pass_by(time, 1, other)
        services.tick()
    watching.look()
    assert codes() == [stalled.ONE]


@pytest.mark.parametrize("code", ["waits", "stopped", "organization"])
def test_what_waits_or_stands_still_for_a_reason_is_not_stalled(
    organization: Organization, mailbox: Mailbox, other: Mailbox, time: Time, code: str
) -> None:
    later = clock.now() + timedelta(hours=4)
    if code == "waits":
        Mailbox.everywhere.filter(pk=mailbox.pk).update(expected_at=later, next_run_at=later)
    elif code == "stopped":
        Mailbox.everywhere.filter(pk=mailbox.pk).update(stopped_at=clock.now())
    else:
        Organization.everywhere.update(stopped_at=clock.now())
    time.move(hours=3)
    Mailbox.everywhere.filter(pk=other.pk).update(tried_at=clock.now())
    assert watching.look() == 0


def test_after_a_stop_of_the_organization_nobody_is_late(mailbox: Mailbox, second: Mailbox, time: Time) -> None:
    sync(mailbox, second)
    with_stop = Organization.everywhere.filter(pk=mailbox.organization_id)
    issue = builders.issue(mailbox.organization, scope="organization", subject_key="organization")
    time.move(hours=3)
    with_stop.update(probe_at=clock.now())
    sync(mailbox)
    issue.refresh_from_db()
    assert (issue.status, with_stop.get().stopped_at) == ("resolved", None)
    assert watching.look() == 0


def test_one_organization_that_stands_still_says_nothing_of_another(mailbox: Mailbox, time: Time) -> None:
    elsewhere = builders.mailbox(builders.organization())
    sync(mailbox, elsewhere)
    time.move(days=1)
    sync(elsewhere)
    watching.look()
    assert list(Issue.everywhere.values_list("organization", flat=True)) == [mailbox.organization_id]


def test_nobody_watches_where_time_is_moved_by_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "SYNC_CLOCK_FILE", str(tmp_path / "clock"))
    assert watching.start() is None


def test_the_watch_goes_on_after_a_look_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = list[int]()

    class Enough(BaseException):
        pass

    def look() -> int:
        looks.append(1)
        raise ZeroDivisionError

    def sleep(_: float) -> None:
        if len(looks) == 2:
            raise Enough

    monkeypatch.setattr(watching, "look", look)
    monkeypatch.setattr("syncapp.watching.time.sleep", sleep)
    monkeypatch.setattr("syncapp.watching.connections.close_all", lambda: None)
    with pytest.raises(Enough):
        watching._watch()
    assert len(looks) == 2


def test_the_clockwork_takes_it_up_where_it_was_left(mailbox: Mailbox, store: MemoryMailbox, time: Time) -> None:
    sync(mailbox)
    time.move(days=2)
    watching.look()
    services.tick()
    drain()
    assert codes() == []
