"""`manage.py verify` on events: each side field by field, and a difference becomes an ordinary change from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.models import Mailbox
from connectors.records import Ref
from connectors.scoping import EVERYTHING, scoped
from syncapp.models import Binding, Change, Item
from syncapp.orders import Order, carry_out
from tests import builders
from tests.conftest import Time
from tests.driving import HICCUP
from tests.integration.events.stage import Stage, pending, staged
from tests.integration.verifying.running import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(db: None, time: Time) -> Iterator[Stage]:
    """Three meetings of Anna's that both sides agree on."""
    made = staged(time)
    with scoped(EVERYTHING):
        for title in ("one", "two", "three"):
            made.calendar.add(builders.event(title))
        made.run()
        assert made.titles() == ["one", "three", "two"]
        yield made


def record_of(title: str) -> str:
    return Item.everywhere.get(title=title).record_id


def ref_of(title: str) -> Ref:
    binding = Binding.everywhere.get(item__title=title)
    return Ref(id=binding.remote_id, version=binding.version)


def agree(stage: Stage, capsys: pytest.CaptureFixture[str]) -> bool:
    """Whether one run brings both sides together, by the comparison's own account and by what stands there."""
    stage.run()
    return verify(capsys).status == 0 and stage.titles() == stage.in_calendar()


def test_both_sides_in_step_are_status_zero(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    said = verify(capsys)
    assert (said.status, said.number("compared")) == (0, 3)


def test_what_was_altered_deleted_and_doubled_behind_our_back_is_named_and_nothing_else(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    events = stage.crm.events
    events.edit(record_of("one"), title="altered")
    events.delete(record_of("two"))
    events.create(events.records[record_of("three")].event, events.records[record_of("three")].owner_id)
    said = verify(capsys)
    assert (said.status, said.named) == (1, [("altered", "one"), ("doubled", "three"), ("missing", "two")])
    assert [each["fields"] for each in said.findings if each["kind"] == "altered"] == [["title"]]
    repaired = verify(capsys, "--repair")
    assert (repaired.status, repaired.number("requeued")) == (1, 3)
    assert agree(stage, capsys)
    assert stage.titles() == ["altered", "three"]


def test_what_a_person_altered_in_the_crm_is_an_ordinary_change_from_there(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.crm.events.edit(record_of("one"), location="Room 9")
    verify(capsys, "--repair")
    assert pending() == [("to_mailbox", "pending")]
    assert agree(stage, capsys)
    assert {each.location for each in stage.calendar.living.values()} == {"Room 7", "Room 9"}


@pytest.mark.parametrize(
    ("rule", "titles"), [("crm", ["in the crm", "three", "two"]), ("mailbox", ["in the calendar", "three", "two"])]
)
def test_what_both_sides_altered_is_decided_by_the_organizations_rule(
    stage: Stage, capsys: pytest.CaptureFixture[str], rule: str, titles: list[str]
) -> None:
    type(stage.organization).everywhere.update(event_conflicts=rule)
    stage.crm.events.edit(record_of("one"), title="in the crm")
    stage.calendar.edit(ref_of("one"), title="in the calendar")
    said = verify(capsys, "--repair")
    assert sorted((each["kind"], each["side"]) for each in said.findings) == [
        ("altered", "crm"),
        ("altered", "mailbox"),
    ]
    stage.run()
    assert (stage.titles(), stage.in_calendar(), verify(capsys).status) == (titles, titles, 0)


@pytest.mark.parametrize(
    ("end", "kind", "titles"),
    [("edit", "altered", ["altered", "three", "two"]), ("delete", "missing", ["three", "two"])],
)
def test_what_the_calendar_has_otherwise_is_a_change_from_the_calendar(
    stage: Stage, capsys: pytest.CaptureFixture[str], end: str, kind: str, titles: list[str]
) -> None:
    if end == "edit":
        stage.calendar.edit(ref_of("one"), title="altered")
    else:
        stage.calendar.delete(ref_of("one"))
    said = verify(capsys, "--repair")
    assert ([each["side"] for each in said.findings], said.named) == (["mailbox"], [(kind, "one")])
    assert said.findings[0]["link"].startswith(f"https://mailbox.invalid/{stage.anna.address}/")
    assert agree(stage, capsys)
    assert stage.titles() == titles


def test_an_event_that_became_private_leaves_the_crm_by_its_rule(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.calendar.edit(ref_of("one"), private=True)
    assert verify(capsys, "--repair").named == [("altered", "one")]
    stage.run()
    assert (stage.titles(), verify(capsys).status) == (["three", "two"], 0)


def test_what_is_merely_hidden_from_us_is_not_called_missing(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.crm.events.hide(record_of("one"))
    assert verify(capsys).named == []


def test_a_new_event_of_somebody_is_no_double(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    event = stage.crm.events.records[record_of("one")].event
    stage.crm.events.create(replace(event, title="Something else"), stage.crm.events.records[record_of("one")].owner_id)
    assert verify(capsys).named == []


def test_a_double_that_is_in_step_by_itself_stays(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody entered the same meeting twice, and both are in the calendar."""
    record = stage.crm.events.records[record_of("one")]
    stage.crm.events.create(record.event, record.owner_id)
    stage.run(2)
    assert stage.in_calendar() == ["one", "one", "three", "two"]
    assert (verify(capsys, "--repair").named, stage.titles()) == ([], ["one", "one", "three", "two"])


def test_a_higher_number_of_ours_is_taken_over(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """As after our database was restored."""
    Item.everywhere.filter(title="one").update(version=0)
    said = verify(capsys, "--repair")
    assert (said.named, said.findings[0]["fields"]) == ([("altered", "one")], ["version"])
    assert (Item.everywhere.get(title="one").version, verify(capsys).status) == (1, 0)


def test_an_event_that_waits_is_accounted_for_already(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.crm.events.edit(record_of("one"), title="altered")
    Change.everywhere.create(
        organization=stage.organization, mailbox=stage.anna, item=Item.everywhere.get(title="one"), state="waiting"
    )
    said = verify(capsys)
    assert (said.named, said.number("compared")) == ([], 2)


def test_a_calendar_that_does_not_answer_hides_no_other_and_is_not_status_zero(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.other_calendar.add(builders.event("Ben's"))
    stage.run()
    builders.store_of(stage.anna).faults.waiting.append(HICCUP)
    ben = Binding.everywhere.get(item__title="Ben's")
    stage.other_calendar.delete(Ref(id=ben.remote_id, version=ben.version))
    said = verify(capsys)
    (one,) = said.told["organizations"].values()
    assert (said.status, said.named, one["failed"]) == (1, [("missing", "Ben's")], {stage.anna.address: HICCUP.code})


@pytest.mark.parametrize("how", ["paused", "stopped"])
def test_a_calendar_that_stands_still_is_not_asked(
    stage: Stage, time: Time, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    if how == "paused":
        carry_out(Order.PAUSE, stage.anna)
    else:
        Mailbox.everywhere.filter(pk=stage.anna.pk).update(stopped_at=stage.anna.created_at)
    calls = builders.store_of(stage.anna).calls
    assert (verify(capsys).status, builders.store_of(stage.anna).calls) == (0, calls)


def test_what_lies_in_the_past_is_compared_in_the_crm_alone(
    stage: Stage, time: Time, capsys: pytest.CaptureFixture[str]
) -> None:
    time.move(days=60)
    stage.calendar.delete(ref_of("one"))
    stage.crm.events.edit(record_of("two"), title="altered")
    assert verify(capsys).named == [("altered", "two")]
