"""A customer of ours whose Salesforce org differs from the others: mail, leads, cases and a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connectors import clock, credentials
from connectors.models import Mailbox, Organization
from connectors.oauth import Grant
from connectors.policies import MailMode, NoMatch
from connectors.records import Email
from syncapp.engine.crm_reading import read_crm
from tests import builders
from tests.conftest import Time
from tests.driving import sync, turn
from tests.integration.bad_input.world import World
from tests.scenario.matrix.deeds import CALENDAR_SCOPES

STRANGER = "stan@stranger.example"
KNOWN, UNKNOWN, CASE, MEETING = ("known 1", "known 2"), "stranger", "case", "meeting"
ALL = (*KNOWN, UNKNOWN, CASE, MEETING)


@dataclass(kw_only=True)
class House:
    """Ada has mail of a contact and of a stranger, who becomes a lead, and a meeting; Ben's mail becomes cases."""

    world: World
    time: Time

    def build(self) -> House:
        world = self.world
        world.settings.GOOGLE_CALENDAR_API_ROOT = world.google.base_url
        Organization.everywhere.filter(pk=world.organization.pk).update(syncs_events=True, no_match=NoMatch.LEAD)
        Mailbox.everywhere.filter(pk=world.ada.pk).update(crm_user_id=self.user["id"])
        Mailbox.everywhere.filter(pk=world.ben.pk).update(mail_mode=MailMode.CASES)
        for box in (world.ada, world.ben):
            said = world.google.control("grant", {"account": box.address, "scopes": [*CALENDAR_SCOPES]})
            grant = Grant(access_token=said["access_token"], refresh_token=said["refresh_token"], lifetime=3599.0)
            credentials.store(world.organization, "google", grant, mailbox=box, account=box.address)
        return self

    @property
    def organization(self) -> Organization:
        return Organization.everywhere.get(pk=self.world.organization.pk)

    @property
    def user(self) -> dict[str, str]:
        """Whom we work as in Salesforce."""
        found: dict[str, str] = self.control("accounts")["users"][0]
        return found

    def control(self, verb: str, **given: Any) -> Any:
        """What an administrator of the org does."""
        return self.world.salesforce.control(verb, given)

    # -- What happens

    def arrives(self) -> None:
        ada, ben = self.world.ada, self.world.ben
        self.world.deliver(ada, *KNOWN)
        self.world.deliver_email(ada, stranger(ada.address))
        self.world.deliver(ben, CASE)
        start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
        times = {"start": start, "end": start + timedelta(hours=1)}
        event = {"summary": MEETING} | {side: {"dateTime": at.isoformat()} for side, at in times.items()}
        self.world.google.control("event", {"account": ada.address, "event": event})

    def runs(self, times: int = 1) -> None:
        """One run of the organization's reader and of both mailboxes, each time some minutes later."""
        for _ in range(times):
            self.time.move(minutes=6)
            while read_crm(self.world.organization.pk):
                pass
            sync(self.world.ada, self.world.ben)

    def a_day_passes(self) -> None:
        """The schedules do what they do; what waits for a person is tried once in a while."""
        for wait in (timedelta(hours=25), *[timedelta(minutes=6)] * 3):
            self.time.move(seconds=wait.total_seconds())
            turn()

    # -- How it stands

    def arrived(self) -> list[str]:
        """What is in Salesforce: each message, meeting, lead and case by its own words."""
        rows = self.world.salesforce.org.store.rows
        found = [(kind, str(row[column])) for kind, column in COLUMNS.items() for row in rows(kind)]
        return sorted(words if kind in TITLED else f"{kind}: {words}" for kind, words in found)

    def writes(self) -> int:
        """How many requests would have changed something in Salesforce, refused ones too."""
        return sum(call.write for call in self.world.salesforce.calls)


COLUMNS = {"EmailMessage": "Subject", "Event": "Subject", "Lead": "LastName", "Case": "Subject"}
TITLED = ("EmailMessage", "Event")
WHOLE = sorted((*ALL, "Lead: Stranger", f"Case: {CASE}"))


def stranger(to: str) -> Email:
    return builders.email(STRANGER, to, UNKNOWN, name="Stan Stranger")
