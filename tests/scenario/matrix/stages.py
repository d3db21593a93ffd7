"""The columns of the matrix: what is set up, where a fault meets the flow, and how its end is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from notifications import services as notifications
from notifications.models import Delivery
from syncapp import services
from syncapp.engine.marks import UNHEARD
from syncapp.models import Mark
from tests.driving import drain, sync
from tests.scenario.matrix.moments import Moment
from tests.scenario.matrix.scene import Scene


@dataclass(frozen=True, kw_only=True)
class Door:
    """The call that the stage makes: whose, and which; the first ones of a job, `after` many, are others like it."""

    side: str
    method: str
    path: str
    after: int = 0


def _nothing(scene: Scene) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Stage:
    """`span` are the moments just before and just after the step. `set_up` leads up to it, `play` goes through it to
    the end of the job, and `tell` says what became of what the stage is about. `clear_up` ends what was set up.
    """

    title: str
    span: tuple[Moment, Moment]
    door: Door | None = None
    set_up: Callable[[Scene], None] = _nothing
    play: Callable[[Scene], None] = Scene.works
    tell: Callable[[Scene], str] = Scene.standing
    clear_up: Callable[[Scene], None] = _nothing

    @property
    def before(self) -> Moment:
        return self.span[0]

    @property
    def after(self) -> Moment:
        return self.span[1]


def _step(name: str) -> tuple[Moment, Moment]:
    return Moment(step=f"{name}: before"), Moment(step=f"{name}: after")


def _commit(name: str) -> tuple[Moment, Moment]:
    return Moment(step=f"{name}: before commit"), Moment(step=f"{name}: after commit")


# -- S1


def _ticks(scene: Scene) -> None:
    services.tick()
    drain()


# -- S4


def _token_ends(scene: Scene) -> None:
    scene.world.connect(scene.world.ada, lifetime=0.0)


# -- S12: an event of Salesforce on its way into the calendar


def _visit_is_owed(scene: Scene) -> None:
    scene.keeps_calendars()
    scene.visit("visit")


# -- S13: an event that Salesforce refuses, in red

EVENT_RULE = {"object": "Event", "name": "Never", "field": "Subject", "pattern": "bad", "message": "Not this one."}


def _event_is_refused(scene: Scene) -> None:
    scene.keeps_calendars()
    scene.world.salesforce.control("validation-rule", EVENT_RULE)
    scene.meets("bad meeting")


def _mark_stands(scene: Scene) -> str:
    """A mark that cannot be made fails nothing, so no row names a code unless the provider is left alone."""
    heard = set(Mark.everywhere.exclude(before=UNHEARD).values_list("binding__item__title", flat=True))
    if heard:
        return "synced" if heard == scene.red() == {"bad meeting"} else "lost"
    alone = scene.left_alone()
    return f"held {alone}" if alone else "waiting"


# -- S14: the mail about a message that Salesforce refuses

RULE = {"object": "EmailMessage", "name": "Never", "field": "Subject", "pattern": "bad", "message": "Not this one."}


def _alert_is_owed(scene: Scene) -> None:
    scene.world.settings.EMAIL_BACKEND = "notifications.channels.smtp.EmailBackend"
    scene.world.settings.EMAIL_HOST = "localhost"
    scene.world.settings.EMAIL_PORT = scene.house.relays["postbox"].port
    scene.world.salesforce.control("validation-rule", RULE)
    scene.arrives("bad")
    sync(scene.world.ada)


def _rule_off(scene: Scene) -> None:
    scene.world.salesforce.control("rule", {"name": RULE["name"], "active": False})


def _mails(scene: Scene) -> None:
    notifications.deliver()


def _mail_stands(scene: Scene) -> str:
    delivery = Delivery.everywhere.get(kind=Delivery.Kind.OPENED)
    if delivery.sent_at is not None:
        return "synced" if scene.house.postbox.letters else "lost"
    if delivery.failed_at is not None:
        return f"issue {delivery.last_error}"
    return f"waiting {delivery.last_error}".strip()


STAGES: Mapping[str, Stage] = {
    "S1": Stage(title="tick and enqueue", span=_commit("tick: enqueue"), play=_ticks),
    "S2": Stage(title="claim the lease", span=_commit("lease: claim")),
    "S3": Stage(
        title="load and decrypt the credential",
        span=(Moment(statement='FROM "connectors_credential"'), Moment(step="read page: before")),
    ),
    "S4": Stage(
        title="refresh the token",
        span=_step("credential: refresh"),
        door=Door(side="google", method="POST", path="^/token$"),
        set_up=_token_ends,
    ),
    "S5": Stage(
        title="read a page of changes",
        span=_step("read page"),
        door=Door(side="google", method="GET", path="/messages$"),
    ),
    "S6": Stage(
        title="fetch bodies",
        span=_step("get messages"),
        door=Door(side="google", method="POST", path="^/batch/gmail/v1$"),
    ),
    "S7": Stage(
        title="map and validate",
        span=(
            Moment(step="prepare: claim: after commit", nth=2),
            Moment(step="prepare: survived: before commit", nth=2),
        ),
    ),
    "S8": Stage(title="plan", span=_commit("plan")),
    "S9": Stage(
        title="match in Salesforce",
        span=_step("find people"),
        door=Door(side="salesforce", method="POST", path="/composite$"),
    ),
    "S10": Stage(
        title="write to Salesforce",
        span=_step("push messages"),
        door=Door(side="salesforce", method="POST", path="/composite/sobjects$"),
    ),
    "S11": Stage(title="settle", span=_commit("settle")),
    "S12": Stage(
        title="write to the mailbox",
        span=_step("push to calendar"),
        door=Door(side="google", method="POST", path="^/batch/calendar/v3$"),
        set_up=_visit_is_owed,
    ),
    "S13": Stage(
        title="mark the failed item",
        span=_step("mark events"),
        door=Door(side="google", method="POST", path="^/batch/calendar/v3$", after=1),
        set_up=_event_is_refused,
        tell=_mark_stands,
        clear_up=_rule_off,
    ),
    "S14": Stage(
        title="alert",
        span=_step("mail: send"),
        set_up=_alert_is_owed,
        play=_mails,
        tell=_mail_stands,
        clear_up=_rule_off,
    ),
}
