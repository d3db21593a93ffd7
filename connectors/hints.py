"""Hints: a provider says that something has changed. Nothing of it is believed but that it is time to look. Pure.

Place     what is watched: the messages of a mailbox, its calendar, or a calendar beside that
Channel   our wish to be told of changes in a place
Promise   what the provider says to it
Push      what this installation has set up for it
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from connectors.records import Resource

TOPIC = re.compile(r"projects/[^/\s]+/topics/[^/\s]+")


@dataclass(frozen=True, order=True, kw_only=True)
class Place:
    """`calendar` is the id of a further calendar, "" for the account's own, and of messages."""

    resource: Resource
    calendar: str = ""


@dataclass(frozen=True, kw_only=True)
class Channel:
    """`id` and `token` are random and our own: whoever shows both was told them by the provider.

    `target` is where hints are sent, an address, or of messages at Google a topic of Pub/Sub; `until` is how long they
    are wanted at the most.
    """

    place: Place
    id: str
    token: str = field(repr=False)
    target: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Hints come until then; `remote_id` is what the provider wants to hear beside our id when it is to stop."""

    until: datetime
    remote_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Push:
    """`url` is the address under which providers reach this installation, "" where nothing is to be watched.

    Hints about messages at Google come over `topic`, signed for `audience` by the service account `account`.
    """

    url: str = ""
    topic: str = ""
    account: str = ""
    audience: str = ""
    calendars_at: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.url)

    @property
    def tells_of_mail(self) -> bool:
        return self.is_on and bool(self.topic and self.account)

    def targets(self, *, events: bool, calendars: Iterable[str] = ()) -> dict[Place, str]:
        """What is to be watched of a mailbox, with where its hints go. Tasks and contacts tell nobody at Google."""
        return dict(self._targets(events=events, calendars=calendars))

    def _targets(self, *, events: bool, calendars: Iterable[str]) -> Iterator[tuple[Place, str]]:
        if self.tells_of_mail:
            yield Place(resource=Resource.EMAIL), self.topic
        if self.is_on and events:
            for calendar in ("", *calendars):
                yield Place(resource=Resource.EVENT, calendar=calendar), self.calendars_at


def flaws(push: Push) -> Iterator[str]:
    """What is wrong with it, each as a sentence that names settings and nothing that is in them."""
    if push.url and not re.fullmatch(r"https://[^/?#\s]+", push.url):
        yield "PUSH_URL is no address like https://syncapp.example.com: Google sends to https alone."
    if (push.topic or push.account) and not push.url:
        yield "PUSH_URL is empty, so nothing is watched, although Pub/Sub is set up."
    if bool(push.topic) != bool(push.account):
        yield "GOOGLE_PUSH_TOPIC and GOOGLE_PUSH_ACCOUNT belong together: without either, no mail is watched."
    if push.topic and not TOPIC.fullmatch(push.topic):
        yield "GOOGLE_PUSH_TOPIC is no name like projects/my-project/topics/syncapp."
