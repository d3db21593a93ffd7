"""Rows D: what a provider refuses, has no more, or tells wrongly."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

from connectors.models import Mailbox
from connectors.policies import NoMatch
from connectors.simulators.faults import Fault
from issues.models import Issue
from syncapp import services
from tests import builders
from tests.integration.bad_input.answers import answer, google_error
from tests.scenario.matrix.access_faults import Verb, turn, turned
from tests.scenario.matrix.deeds import FIRST, SECOND
from tests.scenario.matrix.moments import Hits, Moment, at
from tests.scenario.matrix.scene import Scene
from tests.scenario.matrix.stages import STAGES, Stage
from tests.scenario.matrix.wire_faults import Blow, answered, door_of

THIRD, FOURTH, GONE = "third", "fourth", "gone"


# -- What is refused


@contextmanager
def refused(scene: Scene, stage: Stage, *verbs: Verb, undo: Verb) -> Iterator[Hits]:
    hits, org = Hits(), scene.world.salesforce.org
    for name, arguments in verbs:
        scene.world.salesforce.control(name, arguments)
    before = len(org.refused)
    yield hits
    hits.number = len(org.refused) - before
    scene.world.salesforce.control(*undo)


RULE = {"object": "EmailMessage", "name": "Never", "field": "Subject", "message": "Not this one."}
REQUIRED = {"object": "EmailMessage", "field": "Quote__c"}
BATCH = 200


@contextmanager
def of_a_batch(scene: Scene, stage: Stage, bad: Callable[[int], bool]) -> Iterator[Hits]:
    """200 messages at once, of which some are refused; all others are synced by then."""
    names = [f"{'bad' if bad(number) else 'good'} {number}" for number in range(BATCH - len(scene.mine))]
    scene.arrives(*names)
    wanted = {name for name in names if name.startswith("good")} | {FIRST, SECOND}
    rule = {**RULE, "pattern": "^bad"}
    with refused(scene, stage, ("validation-rule", rule), undo=("rule", {"name": "Never", "active": False})) as hits:
        yield hits
    assert hits.number == BATCH - len(wanted)
    assert set(scene.world.subjects()) == wanted


@contextmanager
def locked(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """Somebody else is changing the contact right now."""
    contact = next(row["Id"] for row in scene.world.salesforce.org.store.rows("Contact"))
    lock, undo = ("lock", {"id": contact, "tries": 1}), ("unlock", {"id": contact})
    with refused(scene, stage, lock, undo=undo) as hits:
        yield hits


@contextmanager
def duplicate(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """A new lead is wanted, and a rule finds one that looks like it."""
    scene.world.organization.no_match = NoMatch.LEAD
    scene.world.organization.save()
    lead = {"LastName": "Person", "Company": "prospect.example", "Email": "person@prospect.example"}
    scene.world.salesforce.control("create", {"object": "Lead", "fields": lead})
    scene.world.deliver_email(
        scene.world.ada, builders.email("new@prospect.example", scene.world.ada.address, THIRD, name="New Person")
    )
    scene.mine.add(THIRD)
    rule = ("duplicate-rule", {"object": "Lead", "name": "Twins", "message": "There is one already."})
    with refused(scene, stage, rule, undo=("rule", {"name": "Twins", "active": False})) as hits:
        yield hits


@contextmanager
def no_length(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """Salesforce has an event without a length, which no calendar takes; its neighbour goes through."""
    record = scene.visit("reminder", minutes=0)
    with at(stage.after, lambda: None) as hits:
        yield hits
    assert scene.planned() == {"visit"}
    scene.world.salesforce.control("update", {"id": record, "fields": {"DurationInMinutes": 15, "EndDateTime": None}})


def mark_refused(scene: Scene, stage: Stage) -> AbstractContextManager[Hits]:
    return answered(scene, stage, lambda _: answer(google_error(400, "badRequest", "Bad Request"), 400))


# -- What is gone


@contextmanager
def message_gone(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """Deleted after it was listed, before it could be read."""
    gone = ("delete-message", {"id": scene.message_id(FIRST)})
    scene.mine.discard(FIRST)
    with turned(scene, stage, gone) as hits:
        yield hits


@contextmanager
def contact_gone(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """The person was found, and is deleted before the message is written."""
    contact = next(row["Id"] for row in scene.world.salesforce.org.store.rows("Contact"))
    with turned(scene, stage, ("delete", {"id": contact})) as hits:
        yield hits


@contextmanager
def event_gone(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """Changed in Salesforce, and called off in the calendar before the change gets there."""
    scene.works()
    assert scene.is_synced()
    event = scene.event_id("visit")
    record = next(row["Id"] for row in scene.world.salesforce.org.store.rows("Event"))
    scene.world.salesforce.control("update", {"id": record, "fields": {"Location": "Room 9"}})
    scene.reads_crm()
    with turned(scene, stage, ("delete-event", {"id": event})) as hits:
        yield hits


@contextmanager
def marked_gone(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """Called off before it could be marked."""
    event = scene.event_id("bad meeting")
    with turned(scene, stage, ("delete-event", {"id": event})) as hits:
        yield hits
    scene.meetings.clear()


_GONE = {"S6": message_gone, "S10": contact_gone, "S12": event_gone, "S13": marked_gone}


def gone(scene: Scene, stage: Stage) -> AbstractContextManager[Hits]:
    return _GONE[next(key for key, each in STAGES.items() if each is stage)](scene, stage)


# -- What the feed tells


def _synced_before(scene: Scene) -> None:
    scene.works()
    assert scene.is_synced()
    scene.asks()


@contextmanager
def cursor_gone(scene: Scene, stage: Stage) -> Iterator[Hits]:
    _synced_before(scene)
    scene.arrives(THIRD)
    turn(scene, stage, ("expire-history", {}))
    scene.arrives(FOURTH)
    with at(Moment(step="cursor: forget: after commit"), lambda: None) as hits:
        yield hits


@contextmanager
def retold(scene: Scene, stage: Stage, edit: Callable[[list[Any]], list[Any]]) -> Iterator[Hits]:
    """The feed tells of what arrived, and of a message that is gone by now, in its own way."""
    _synced_before(scene)
    box = scene.world.google.world.account(scene.world.ada.address).mailbox
    start = box.history_id
    scene.arrives(THIRD, FOURTH)
    scene.world.deliver(scene.world.ada, GONE)
    box.remove(next(m for m in box.messages.values() if b"Subject: gone" in m.raw))
    records = [r.shown() for r in box.since(start) or [] if r.kind in ("messagesAdded", "messagesDeleted")]
    assert len(records) == 4
    said = {"history": edit(records), "historyId": str(box.history_id)}
    fault = Fault.of({"path": "/history$", **answer(said)})
    scene.world.google.faults.append(fault)
    hits = Hits()
    yield hits
    hits.number = min(fault.seen, 1)
    scene.world.mend()


@contextmanager
def job_twice(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """The queue hands one job out twice."""
    with at(stage.after, lambda: services.enqueue_sync(scene.world.ada.pk)) as hits:
        yield hits


@contextmanager
def lists_nothing(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """Everything is there, and the list is empty."""
    door, hits = door_of(stage), Hits()
    if door.side == "google":
        _synced_before(scene)
        turn(scene, stage, ("expire-history", {}))
        said: Any = {"resultSizeEstimate": 0}
    else:
        nobody = {"httpStatusCode": 200, "body": {"totalSize": 0, "done": True, "records": []}}
        described = {"httpStatusCode": 200, "body": {"fields": []}}
        said = {"compositeResponse": [nobody, nobody, described, described, described]}
    fault = Fault.of({"method": door.method, "path": door.path, **answer(said)})
    scene.simulator(door.side).faults.append(fault)
    yield hits
    hits.number = min(fault.seen, 1)
    scene.world.mend()


@contextmanager
def moved_house(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """The same messages in another mailbox of the same address: every id is new, and so is the history."""
    _synced_before(scene)
    google, ada = scene.world.google, scene.world.ada
    mails = [m.raw for m in google.world.account(ada.address).mailbox.messages.values()]
    google.control("delete-account", {"account": ada.address})
    google.control("account", {"email": ada.address})
    scene.world.connect(Mailbox.everywhere.get(pk=ada.pk))
    google.control("deliver-many", {"messages": [_placed(ada.address, each) for each in mails]})
    scene.arrives(THIRD)
    with at(stage.after, lambda: None) as hits:
        yield hits


def _placed(address: str, mail: bytes) -> dict[str, Any]:
    return {"accounts": [address], "raw": base64.b64encode(mail).decode()}


@contextmanager
def relabelled(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """Read, starred, filed: the history moves, and no message with it."""
    _synced_before(scene)
    written = scene.writes()
    box = scene.world.google.world.account(scene.world.ada.address).mailbox
    for message in list(box.messages):
        turn(scene, stage, ("relabel", {"id": message, "remove": ["UNREAD"], "add": ["STARRED"]}))
    with at(stage.after, lambda: None) as hits:
        yield hits
    assert scene.writes() == written


@contextmanager
def own_mark(scene: Scene, stage: Stage) -> Iterator[Hits]:
    """Our red moves the event's version; the next look takes it for no change."""
    with at(stage.after, lambda: None) as hits:
        yield hits
    written = scene.writes()
    scene.asks()
    stage.play(scene)
    assert (scene.writes(), Issue.everywhere.get().failures) == (written, 1)


def _twice(records: list[Any]) -> list[Any]:
    return [*records, *records]


def _backwards(records: list[Any]) -> list[Any]:
    return records[::-1]


BLOWS: Mapping[str, Mapping[str, Blow]] = {
    "D1": {
        "rule": lambda scene, stage: refused(
            scene,
            stage,
            ("validation-rule", {**RULE, "pattern": FIRST}),
            undo=("rule", {"name": "Never", "active": False}),
        ),
        "required": lambda scene, stage: refused(
            scene,
            stage,
            ("add-field", {"object": "EmailMessage", "name": "Quote__c"}),
            ("require-field", REQUIRED),
            undo=("unrequire-field", REQUIRED),
        ),
        "no length": no_length,
        "refused": mark_refused,
    },
    "D2": {
        "the first": partial(of_a_batch, bad=lambda number: number == 0),
        "one in the middle": partial(of_a_batch, bad=lambda number: number == BATCH // 2),
        "the last": partial(of_a_batch, bad=lambda number: number == BATCH - 3),
        "all but two": partial(of_a_batch, bad=lambda number: True),
    },
    "D3": {"locked": locked},
    "D4": {"twin": duplicate},
    "D5": {"deleted": gone},
    "D6": {"forgotten": cursor_gone},
    "D7": {
        "job": job_twice,
        "page": partial(retold, edit=_twice),
    },
    "D8": {"backwards": partial(retold, edit=_backwards)},
    "D9": {"empty": lists_nothing},
    "D10": {"moved": moved_house},
    "D11": {"labels": relabelled, "our own mark": own_mark},
}
