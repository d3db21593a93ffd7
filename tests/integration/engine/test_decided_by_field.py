"""A person chooses a side for each field of an event, a task or a contact: both sides end with exactly that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from connectors.fields import seal
from connectors.models import Activity, Verb
from connectors.policies import ConflictRule
from connectors.records import Record
from connectors.scoping import scoped
from issues import services as issues
from issues.models import Decision, Issue
from syncapp.engine import content, payload
from syncapp.models import Overruled
from tests import builders
from tests.conftest import Time
from tests.driving import codes
from tests.integration.contacts import stage as contacts
from tests.integration.events import stage as events
from tests.integration.events.meanwhile import happening
from tests.integration.events.stage import Stage, pending
from tests.integration.tasks import stage as tasks

Edit = Callable[..., object]


@dataclass(frozen=True, kw_only=True)
class Play:
    """An item in step of which either side can be edited and looked at."""

    stage: Stage
    edit_mailbox: Edit
    edit_crm: Edit
    sides: Callable[[], tuple[Record, Record]]

    def says(self, *fields: str) -> tuple[list[object], list[object]]:
        """What both sides say of these fields, the mailbox first."""
        mailbox, crm = self.sides()
        return [getattr(mailbox, name) for name in fields], [getattr(crm, name) for name in fields]

    def differ(self, mailbox: dict[str, Any], crm: dict[str, Any]) -> None:
        """Both are edited, and somebody is asked."""
        self.edit_mailbox(**mailbox)
        self.edit_crm(**crm)
        self.stage.run(2)
        assert codes() == ["engine.SYNC_CONFLICT"]

    def is_over(self) -> bool:
        """Whether nothing is open or pending, and one more run writes nothing."""
        mailbox, crm = self.sides()
        same = not content.differing(mailbox, crm)
        return (codes(), pending(), same, self.stage.is_quiet()) == ([], [], True, True)


def an_event(time: Time) -> Play:
    stage = events.staged(time, event_conflicts=ConflictRule.ASK)
    with scoped(stage.organization.pk):
        ref = stage.calendar.add(builders.event("Review"))
        stage.run()
    return Play(
        stage=stage,
        edit_mailbox=lambda **values: stage.calendar.edit(ref, **values),
        edit_crm=lambda **values: stage.crm.events.edit(stage.record.id, **values),
        sides=lambda: (stage.calendar.event(ref), stage.record.event),
    )


def a_task(time: Time) -> Play:
    stage = tasks.staged(time, event_conflicts=ConflictRule.ASK)
    with scoped(stage.organization.pk):
        ref = stage.tasks.add(tasks.task("Review"))
        stage.run()
    return Play(
        stage=stage,
        edit_mailbox=lambda **values: stage.tasks.edit(ref, **values),
        edit_crm=lambda **values: stage.crm.tasks.edit(stage.only().id, **values),
        sides=lambda: (stage.there()[1], stage.only().said),
    )


def a_contact(time: Time) -> Play:
    stage = contacts.staged(time, event_conflicts=ConflictRule.ASK)
    with scoped(stage.organization.pk):
        ref = stage.book.add(contacts.ann())
        stage.run()
    return Play(
        stage=stage,
        edit_mailbox=lambda **values: stage.book.edit(ref, **values),
        edit_crm=lambda **values: stage.crm.contacts.edit(stage.only().id, **values),
        sides=lambda: (stage.there()[1], stage.only().said),
    )


@pytest.fixture
def meeting(db: None, time: Time) -> Iterator[Play]:
    made = an_event(time)
    with scoped(made.stage.organization.pk):
        yield made


TEXTS = ({"text": "by the mailbox"}, {"text": "by the CRM"})
EXTRA: dict[Callable[[Time], Play], tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    an_event: ("location", "location", {"location": "Room 1"}, {"location": "Room 2"}),
    a_task: ("title", "title", {"title": "mine"}, {"title": "theirs"}),
    a_contact: ("phone", "phone", {"phone": "+1 555 0111"}, {"phone": "+1 555 0222"}),
}


@pytest.mark.parametrize("text", ["crm", "mailbox"])
@pytest.mark.parametrize("other", ["crm", "mailbox"])
@pytest.mark.parametrize("of", EXTRA, ids=["event", "task", "contact"])
def test_each_field_comes_from_the_side_that_was_chosen_for_it(
    db: None, time: Time, of: Callable[[Time], Play], text: str, other: str
) -> None:
    play, (name, field, mine, theirs) = of(time), EXTRA[of]
    with scoped(play.stage.organization.pk):
        play.differ({**TEXTS[0], **mine}, {**TEXTS[1], **theirs})
        assert issues.decide(Issue.everywhere.get(), "fields", {"text": text, field: other})
        play.stage.run(2)
        wanted = [TEXTS[text == "crm"]["text"], (mine if other == "mailbox" else theirs)[name]]
        assert play.says("text", name) == (wanted, wanted)
        assert play.is_over()
        losers = {field: "mailbox" if other == "crm" else "crm", "text": "mailbox" if text == "crm" else "crm"}
        kept = {each: row.side for row in Overruled.everywhere.all() for each in row.fields}
        assert kept == losers


def test_what_loses_is_kept_of_both_sides_and_the_journal_names_the_fields(meeting: Play) -> None:
    meeting.differ({**TEXTS[0], "title": "Mine"}, {**TEXTS[1], "title": "Theirs"})
    issues.decide(Issue.everywhere.get(), "fields", {"title": "crm", "text": "mailbox"})
    meeting.stage.run(2)
    rows = {row.side: payload.record_from_json(row.content) for row in Overruled.everywhere.all()}
    assert (rows["mailbox"].title, rows["crm"].text) == ("Mine", "by the CRM")
    notes = Activity.everywhere.filter(verb=Verb.OVERRULED).values_list("note", flat=True)
    assert sorted(notes) == ["Salesforce: text", "The mailbox: title"]
    decided = Activity.everywhere.get(verb=Verb.DECIDED)
    assert decided.note == "Text from the mailbox; Title from Salesforce"


@pytest.mark.parametrize("whole", [True, False], ids=["one version", "field by field"])
def test_what_salesforce_changed_after_the_answer_is_asked_about_again_and_nothing_is_written(
    meeting: Play, whole: bool
) -> None:
    meeting.differ({**TEXTS[0], "title": "Mine"}, {**TEXTS[1], "title": "Theirs"})
    sides = {} if whole else {"title": "crm", "text": "mailbox"}
    issues.decide(Issue.everywhere.get(), "mailbox" if whole else "fields", sides)
    meeting.edit_crm(title="Later")
    meeting.stage.run(2)
    assert meeting.says("title", "text") == (["Mine", "by the mailbox"], ["Later", "by the CRM"])
    assert (codes(), Decision.everywhere.count(), Overruled.everywhere.count()) == (["engine.SYNC_CONFLICT"], 0, 0)
    issue = Issue.everywhere.get()
    asked = issues.question_of(issue)
    assert asked is not None
    assert {each.name: each.held for each in asked.differences} == {"title": "", "text": "mailbox"}
    issues.decide(issue, "fields", {"title": "crm", "text": "mailbox"})
    meeting.stage.run(2)
    assert (meeting.says("title", "text")[0], meeting.is_over()) == (["Later", "by the mailbox"], True)


def test_what_the_mailbox_changed_after_the_answer_is_asked_about_again_and_the_rest_is_done(meeting: Play) -> None:
    """It is read only after the answer was carried out as far as it goes: the calendar takes no older version."""
    meeting.differ({**TEXTS[0], "title": "Mine"}, {**TEXTS[1], "title": "Theirs"})
    issues.decide(Issue.everywhere.get(), "fields", {"title": "crm", "text": "mailbox"})
    meeting.edit_mailbox(title="Later")
    meeting.stage.run(2)
    assert meeting.says("title", "text") == (["Later", "by the mailbox"], ["Theirs", "by the mailbox"])
    issue = Issue.everywhere.get(code="engine.SYNC_CONFLICT")
    asked = issues.question_of(issue)
    assert asked is not None
    assert [(each.name, each.crm, each.mailbox) for each in asked.differences] == [("title", "Theirs", "Later")]
    issues.decide(issue, "fields", {"title": "mailbox"})
    meeting.stage.run(2)
    assert (meeting.says("title")[1], meeting.is_over()) == (["Later"], True)


def test_an_edit_in_the_very_moment_of_writing_is_not_written_over(meeting: Play) -> None:
    meeting.differ({**TEXTS[0], "title": "Mine"}, {**TEXTS[1], "title": "Theirs"})
    issues.decide(Issue.everywhere.get(), "fields", {"title": "crm", "text": "mailbox"})
    with happening(lambda: meeting.edit_mailbox(title="Just now"), at="push to calendar: before"):
        meeting.stage.run()
    assert meeting.says("title")[0] == ["Just now"]
    meeting.stage.run(2)
    assert meeting.says("title")[0] == ["Just now"]


def test_an_answer_that_was_not_kept_counts_as_a_whole_as_ever(meeting: Play) -> None:
    """What was decided before answers were kept, and is carried out after an update."""
    meeting.differ({"title": "Mine"}, {"title": "Theirs"})
    issues.decide(Issue.everywhere.get(), "crm")
    Decision.everywhere.update(answer=None)
    meeting.stage.run(2)
    assert (meeting.says("title"), meeting.is_over()) == ((["Theirs"], ["Theirs"]), True)


def test_an_answer_whose_seal_is_broken_is_asked_for_again(meeting: Play) -> None:
    meeting.differ({"title": "Mine"}, {"title": "Theirs"})
    issues.decide(Issue.everywhere.get(), "crm")
    Decision.everywhere.update(answer=seal({}, "elsewhere"))
    meeting.stage.run(2)
    assert (meeting.says("title"), codes()) == ((["Mine"], ["Theirs"]), ["engine.SYNC_CONFLICT"])
