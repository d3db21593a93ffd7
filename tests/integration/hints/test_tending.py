"""Watches are begun, renewed and ended in the runs of their mailboxes, and no run fails for their sake."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta

import pytest
from django.apps import apps
from pytest_django import Settings

from connectors import clock
from connectors.effects import commit
from connectors.errors import Failure, Kind
from connectors.hints import Channel, Place
from connectors.memory import MemoryMailbox, failure
from connectors.memory.calendar import MemoryCalendar
from connectors.models import Mailbox
from connectors.records import Resource
from connectors.routes import FurtherCalendar
from connectors.watches import Watch
from issues.models import Issue
from syncapp import hints
from syncapp.engine import lease
from syncapp.engine.running import Ending, run_job
from syncapp.models import Lease, Outcome
from tests import builders
from tests.driving import dies_at, outcomes, points, sync
from tests.integration.events.meanwhile import calls, happening
from tests.integration.events.stage import Stage
from tests.integration.hints.conftest import TOPIC

MAIL, OWN = Place(resource=Resource.EMAIL), Place(resource=Resource.EVENT)
TEAM = "team@group.calendar.example"
NO_TOPIC = failure("google.pushTopic", Kind.CONFIG, "User not authorized to perform this action.")
HICCUP = failure("google.backendError", Kind.TRANSIENT, "Backend Error")


def store(stage: Stage) -> MemoryMailbox:
    return builders.store_of(stage.anna)


def rows(stage: Stage) -> list[tuple[str, str]]:
    """What is watched of Anna's, by our rows."""
    found = Watch.everywhere.filter(mailbox=stage.anna).exclude(promised_at=None)
    return sorted(found.values_list("resource", "calendar"))


def watched(stage: Stage) -> list[Place]:
    """And by the provider's."""
    return sorted(each.place for each in store(stage).watched.values())


def run(stage: Stage) -> Counter[str]:
    """One run of Anna's mailbox, and how often watches were asked for and ended."""
    with calls() as made:
        stage.run_only(stage.anna)
    assert outcomes(stage.anna)[-1] == Outcome.GOOD
    return Counter({name: made[name] for name in ("watch", "unwatch") if made[name]})


# -- Whether anything is watched at all


def test_where_nothing_is_set_up_nothing_is_watched_and_a_round_costs_what_it_did(stage: Stage) -> None:
    stage.run(2)
    with calls() as made:
        stage.run()
    assert made == {"read page": 2, "read events": 2, "read crm events": 1}
    assert not Watch.everywhere.exists()


def test_mail_and_calendar_are_watched_from_the_first_run_on(told: Stage) -> None:
    assert run(told) == {"watch": 2}
    assert watched(told) == [MAIL, OWN]
    assert rows(told) == [("email", ""), ("event", "")]


def test_a_round_without_news_asks_for_nothing_more(told: Stage) -> None:
    told.run(2)
    with calls() as made:
        told.run()
    assert made == {"read page": 2, "read events": 2, "read crm events": 1}


def test_a_week_costs_a_request_a_day_for_mail_and_one_for_the_calendar(told: Stage) -> None:
    run(told)
    made: Counter[str] = Counter()
    for _ in range(7 * 2):
        told.time.move(hours=12)
        made += run(told)
    assert made == {"watch": 7 + 1, "unwatch": 1}
    assert watched(told) == [MAIL, OWN]


def test_without_a_topic_only_calendars_are_watched(told: Stage, settings: Settings) -> None:
    settings.GOOGLE_PUSH_TOPIC = ""
    run(told)
    assert watched(told) == [OWN]


def test_without_calendars_only_mail_is_watched(told: Stage) -> None:
    told.settle_on(syncs_events=False)
    run(told)
    assert watched(told) == [MAIL]


def test_channels_are_our_own_and_lead_to_our_address(told: Stage) -> None:
    run(told)
    mail, own = (store(told).watched[""], next(c for key, c in store(told).watched.items() if key))
    assert (mail.target, own.target) == (TOPIC, "https://syncapp.example.com/push/google/calendar/")
    assert own.until - clock.now() > timedelta(days=6)
    assert len({own.id, own.token, mail.id, mail.token}) == 4


def test_a_token_is_kept_nowhere(told: Stage) -> None:
    run(told)
    (channel,) = (each for key, each in store(told).watched.items() if key)
    kept = "".join(repr(row) for model in apps.get_models() for row in model._base_manager.values_list())
    assert channel.token not in kept
    assert hashlib.sha256(channel.token.encode()).hexdigest() in kept


# -- What is wanted changes


def choose(stage: Stage, *, wanted: bool = True) -> None:
    store(stage).further.setdefault(TEAM, MemoryCalendar(TEAM))
    FurtherCalendar.everywhere.update_or_create(
        organization=stage.organization, mailbox=stage.anna, remote_id=TEAM, defaults={"wanted": wanted}
    )


def test_a_further_calendar_is_watched_as_well_until_it_is_taken_out(told: Stage) -> None:
    run(told)
    choose(told)
    assert run(told) == {"watch": 1}
    assert watched(told) == [MAIL, OWN, Place(resource=Resource.EVENT, calendar=TEAM)]
    choose(told, wanted=False)
    assert run(told) == {"unwatch": 1}
    assert watched(told) == [MAIL, OWN]


def test_calendars_that_are_switched_off_are_watched_no_more(told: Stage) -> None:
    run(told)
    told.settle_on(syncs_events=False)
    assert run(told) == {"unwatch": 1}
    assert (watched(told), rows(told)) == ([MAIL], [("email", "")])


def test_where_it_is_switched_off_everything_is_ended(told: Stage, settings: Settings) -> None:
    run(told)
    settings.PUSH_URL = ""
    assert run(told) == {"unwatch": 2}
    assert (watched(told), Watch.everywhere.filter(mailbox=told.anna).exists(), run(told)) == ([], False, {})


def test_another_topic_ends_the_watch_and_begins_one(told: Stage, settings: Settings) -> None:
    run(told)
    settings.GOOGLE_PUSH_TOPIC = f"{TOPIC}-2"
    assert run(told) == {"unwatch": 1, "watch": 1}
    assert store(told).watched[""].target == f"{TOPIC}-2"


def test_another_address_opens_another_channel_and_ends_the_old_one_later(told: Stage, settings: Settings) -> None:
    run(told)
    settings.PUSH_URL = "https://new.example.com"
    assert run(told) == {"watch": 1}
    assert run(told) == {"unwatch": 1}
    assert watched(told) == [MAIL, OWN]


# -- What the provider does not want


@pytest.mark.parametrize("place", [MAIL, OWN], ids=["mail", "calendar"])
def test_a_refusal_stops_nothing_and_is_tried_again_once_a_day(told: Stage, place: Place) -> None:
    store(told).unwatchable[place] = NO_TOPIC
    assert run(told) == {"watch": 2}
    made: Counter[str] = Counter()
    for _ in range(3):
        told.time.move(hours=7)
        made += run(told)
    assert made == {}
    told.time.move(hours=3)
    assert run(told)["watch"] >= 1
    assert not Issue.everywhere.exists()
    assert list(Watch.everywhere.exclude(refused="").values_list("refused", flat=True)) == ["google.pushTopic"]


def test_what_is_allowed_again_is_watched_again(told: Stage) -> None:
    store(told).unwatchable[MAIL] = NO_TOPIC
    run(told)
    store(told).unwatchable.clear()
    told.time.move(days=1)
    run(told)
    assert watched(told) == [MAIL, OWN]
    assert not Watch.everywhere.exclude(refused="").exists()


@pytest.mark.parametrize("said", [HICCUP, failure("google.authError", Kind.AUTH, "Invalid Credentials")], ids=str)
def test_what_passes_is_tried_again_in_an_hour(told: Stage, said: Failure) -> None:
    store(told).unwatchable[OWN] = said
    run(told)
    store(told).unwatchable.clear()
    assert run(told) == {}
    told.time.move(hours=1)
    assert run(told) == {"watch": 1}
    assert watched(told) == [MAIL, OWN]


def test_a_watch_that_cannot_be_ended_is_forgotten(told: Stage, settings: Settings) -> None:
    run(told)
    settings.PUSH_URL = ""
    with happening(lambda: store(told).faults.waiting.append(HICCUP), at="unwatch: before"):
        told.run_only(told.anna)
    assert not Watch.everywhere.filter(mailbox=told.anna).exists()


# -- Answers that are lost, workers that die or sleep


def test_a_channel_whose_answer_is_lost_is_known_and_heard(told: Stage) -> None:
    run(told)
    Watch.everywhere.all().delete()
    store(told).watched.clear()
    with happening(lambda: store(told).faults.lost_answers.append(True), at="watch: before"):
        told.run_only(told.anna)
    lost: list[Channel] = [each for key, each in store(told).watched.items() if key]
    assert [Watch.everywhere.filter(channel_id=each.id).exists() for each in lost] == [True] * len(lost)
    for each in lost:
        hints.from_channel(each.id, each.token, "exists")


def test_wherever_a_worker_dies_no_channel_is_unknown(told: Stage) -> None:
    told.time.move(minutes=6)
    names = points(told.ben)
    places = [n for n, name in enumerate(names) if name.startswith("watch")]
    assert len(places) >= 8
    for place in places:
        Watch.everywhere.all().delete()
        store(told).watched.clear()
        told.time.move(minutes=6)
        sync(told.anna) if place == places[0] else None
        dies_at(place, told.anna)
        channels = {key for key in store(told).watched if key}
        known = set(Watch.everywhere.filter(mailbox=told.anna).values_list("channel_id", flat=True))
        assert channels <= known
        told.time.move(hours=2)
        sync(told.anna)
        assert {MAIL, OWN} <= set(watched(told))


def test_a_defect_of_ours_fails_no_run(told: Stage, caplog: pytest.LogCaptureFixture) -> None:
    def breaks() -> None:
        raise RuntimeError("nobody foresaw this")

    with happening(breaks, at="watch: before"):
        told.run_only(told.anna)
    assert outcomes(told.anna) == [Outcome.GOOD]
    assert "the watches of mailbox" in caplog.text


def test_whoever_ends_them_and_loses_the_lease_leaves_the_rest(told: Stage) -> None:
    told.run()
    pause(told.anna)

    def take_over() -> None:
        with commit("test"):
            lease.revoke(mailbox=told.anna)

    with happening(take_over, at="unwatch: after"):
        assert hints.let_go() == 0
    assert len(rows(told)) == 2


def test_a_worker_that_slept_through_its_lease_writes_nothing(told: Stage) -> None:
    told.time.move(minutes=6)

    def take_over() -> None:
        with commit("test"):
            lease.revoke(mailbox=told.anna)

    with happening(take_over, at="watch: after"):
        assert run_job(told.anna.pk) is Ending.LOST
    assert rows(told) == []


# -- Mailboxes that rest


def pause(mailbox: Mailbox) -> None:
    Mailbox.everywhere.filter(pk=mailbox.pk).update(paused_at=clock.now())


def test_watches_of_a_mailbox_that_rests_are_ended(told: Stage) -> None:
    told.run()
    pause(told.anna)
    assert hints.let_go() == 1
    assert (watched(told), rows(told)) == ([], [])
    assert len(builders.store_of(told.ben).watched) == 2
    assert not Lease.everywhere.exclude(owner="").exists()


def test_those_of_an_organization_that_rests_as_well(told: Stage) -> None:
    told.run()
    told.settle_on(paused_at=clock.now())
    assert hints.let_go() == 2
    assert not Watch.everywhere.exists()


def test_nobody_is_asked_twice_to_end_them(told: Stage) -> None:
    told.run()
    pause(told.anna)
    hints.let_go()
    before = store(told).calls
    assert (hints.let_go(), store(told).calls) == (0, before)


def test_where_somebody_works_on_the_mailbox_they_are_left_for_the_next_time(told: Stage) -> None:
    told.run()
    pause(told.anna)
    assert lease.claim(told.anna, "somebody") is not None
    assert hints.let_go() == 0
    assert watched(told) == [MAIL, OWN]


def test_a_provider_that_does_not_answer_then_is_not_asked_again(told: Stage) -> None:
    told.run()
    pause(told.anna)
    with happening(lambda: store(told).faults.waiting.append(HICCUP), at="unwatch: before"):
        hints.let_go()
    assert not Watch.everywhere.filter(mailbox=told.anna).exists()


def test_after_the_rest_it_is_watched_again(told: Stage) -> None:
    told.run()
    pause(told.anna)
    hints.let_go()
    Mailbox.everywhere.filter(pk=told.anna.pk).update(paused_at=None)
    assert run(told) == {"watch": 2}
