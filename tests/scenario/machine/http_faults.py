"""Everything that may go wrong between the engine and the simulators of Google and Salesforce, and its end.

As in memory, but for what the real ones do not do:

- a calendar does not mind what a title says; Salesforce does, by a validation rule. Calendars refuse what a guest would
  change in an organizer's meeting, whose meetings the machine has anyway;
- Salesforce keeps the order that a query asks for, and tells what lies in the overlap of two reads by itself: only
  Google's feeds come in disorder, and twice;
- what is locked is every record that is there, and the customer; a record that is new is not;
- that a record is shared with us is no change of it at Salesforce, which tells nobody: who shows us again what was
  hidden also saves it, else one that was hidden before we read it would be unknown until the next full read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from connectors.models import Mailbox, Organization
from connectors.oauth import Grant
from connectors.simulators.faults import Fault
from connectors.simulators.google.world import World
from connectors.simulators.salesforce import SalesforceSimulator
from syncapp import services
from tests.contract.connectors.google_event_stage import SCOPES
from tests.contract.connectors.google_stage import GoogleStage
from tests.integration.bad_input.answers import answer, google_error
from tests.scenario.machine.http_sides import HttpSides, UnrulyGoogle
from tests.scenario.machine.people_rules import MINDED_BY_CRM

Spoiling = Mapping[str, Any]
# What passes by itself, in turn.
AT_GOOGLE: tuple[Spoiling, ...] = (
    answer(google_error(500, "backendError", "Backend Error"), 500),
    {"action": "drop_before"},
    answer(google_error(403, "rateLimitExceeded", "Rate Limit Exceeded"), 403),
    {"action": "truncate"},
)
AT_SALESFORCE: tuple[Spoiling, ...] = (
    answer([{"errorCode": "SERVER_UNAVAILABLE", "message": "Servers are busy"}], 503),
    {"action": "drop_before"},
    answer([{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "ConcurrentRequests Limit exceeded."}], 403),
    {"action": "truncate"},
)
DATA = "^/services/data"
RULE = {"object": "Event", "name": "Named", "field": "Subject", "pattern": MINDED_BY_CRM, "message": "Name it."}


@dataclass(kw_only=True)
class OfOne(Fault):
    """Strikes calls of one account at Google, whatever token it has at the time."""

    world: World
    account: str

    def strikes(self, method: str, path: str, token: str = "") -> bool:
        held = self.world.grants.access.get(token)
        return held is not None and held.email == self.account and super().strikes(method, path, token)


@dataclass(kw_only=True)
class HttpFaults:
    """`shut_out` are the sides that are without access until it is renewed."""

    organization: Organization
    boxes: list[Mailbox]
    google: UnrulyGoogle
    salesforce: SalesforceSimulator
    sides: HttpSides
    shut_out: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._at_google, self._at_salesforce = cycle(AT_GOOGLE), cycle(AT_SALESFORCE)

    # -- Calls

    def fail_call(self, side: int, after: int) -> None:
        self._spoil(side, next(self._at_salesforce if side < 0 else self._at_google), after=after)

    def lose_answer(self, side: int) -> None:
        self._spoil(side, {"action": "drop_after"}, writes=True)

    def _spoil(self, side: int, spoiling: Spoiling, **more: Any) -> None:
        if side < 0:
            self.salesforce.faults.append(Fault.of({**spoiling, **more, "path": DATA}))
        else:
            whose = {"world": self.google.world, "account": self.boxes[side].address}
            self.google.faults.append(OfOne.of({**spoiling, **more, **whose}))

    def expire(self, side: int) -> None:
        self._calendar(side).end_access("expired")

    def revoke(self, side: int) -> None:
        self.shut_out.add(side)
        (self.sides.diary.org if side < 0 else self._calendar(side)).end_access("revoked")

    def _calendar(self, side: int) -> GoogleStage:
        return self.sides.calendars[self.boxes[side].address]

    def let_in(self) -> None:
        for side in sorted(self.shut_out | self._held()):
            self.grant(side)
        self.shut_out.clear()

    def _held(self) -> set[int]:
        """Who stands still until somebody renews the access."""
        organization = Organization.everywhere.get(pk=self.organization.pk)
        boxes = [Mailbox.everywhere.get(pk=box.pk) for box in self.boxes]
        stopped: dict[int, Organization | Mailbox] = {-1: organization, **dict(enumerate(boxes))}
        return {side for side, each in stopped.items() if each.stopped_at and each.probe_at is None}

    def grant(self, side: int) -> None:
        """Somebody gives us access, or gives it anew."""
        if side < 0:
            services.renew(self.organization, "salesforce", self._of_salesforce())
        else:
            box = self.boxes[side]
            services.renew(self.organization, "google", self._of_google(box), mailbox=box, account=box.address)

    def _of_google(self, box: Mailbox) -> Grant:
        said = self.google.control("grant", {"account": box.address, "scopes": [*SCOPES]})
        return Grant(access_token=said["access_token"], refresh_token=said["refresh_token"], lifetime=3599.0)

    def _of_salesforce(self) -> Grant:
        user = self.salesforce.control("accounts", {})["users"][0]["username"]
        said = self.salesforce.control("grant", {"username": user})
        return Grant(
            access_token=said["access_token"],
            refresh_token=said["refresh_token"],
            lifetime=7200.0,
            instance_url=self.salesforce.base_url,
        )

    # -- Records

    def mind(self) -> None:
        self._at_org("validation-rule", **RULE)

    def lock(self, times: int) -> None:
        there = [each.id for each in self.sides.diary.records.values() if not each.gone]
        for record_id in (*there, self.sides.customer_id):
            self._at_org("lock", id=record_id, tries=times)

    def _at_org(self, verb: str, **arguments: Any) -> None:
        self.sides.diary.org._door(verb, **arguments)

    # -- Feeds

    def disorder(self) -> None:
        self.google.backwards = True

    def forget_cursors(self, side: int) -> None:
        if side < 0:
            self._at_org("replication", purge=True)
        else:
            self._calendar(side).forget_cursors()
            self.google.control("expire-history", {"account": self.boxes[side].address})

    # -- The end of it

    def end(self) -> None:
        self.google.faults.clear()
        self.salesforce.faults.clear()
        self.google.backwards = False
        hidden = [each for each in self.sides.diary.records.values() if each.hidden and not each.gone]
        self._at_org("mend")
        for record in hidden:
            self._at_org("update", id=record.id, fields={"Subject": record.event.title})
        self.let_in()
