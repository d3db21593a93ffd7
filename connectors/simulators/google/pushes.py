"""Who is told of changes, and what is on its way to them: watches of mailboxes, and channels of calendars.

Gmail publishes to a topic of Pub/Sub, which pushes to an endpoint with a token of its own; Calendar posts to the
address of a channel. Sources: "Configure push notifications in Gmail API", "Get push notifications" of the Calendar
API, "Authenticate push subscriptions" of Pub/Sub.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from connectors.simulators.google import jwt
from connectors.simulators.google.mailbox import Record

if TYPE_CHECKING:
    from connectors.simulators.google.world import World

TOKEN_SECONDS = 3600  # how long a token of Pub/Sub is good
AGENT = "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"
PUBSUB_AGENT = "CloudPubSub-Google"


@dataclass(kw_only=True)
class Topic:
    """A topic with the one subscription that pushes what is published there. `open` says whether Gmail may publish."""

    name: str
    endpoint: str = ""
    account: str = ""
    audience: str = ""
    open: bool = True


@dataclass(kw_only=True)
class MailWatch:
    """`told` is the history id up to which was told; `labels` narrow it down, or are left out if `without`."""

    topic: str
    ends_at: float
    told: int
    labels: frozenset[str] = frozenset()
    without: bool = False


@dataclass(kw_only=True)
class Channel:
    """`seen` is the calendar's change up to which was told, `number` that of the last notification."""

    id: str
    email: str
    calendar: str
    resource_id: str
    resource_uri: str
    token: str
    address: str
    ends_at: float
    seen: int
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notification. What Pub/Sub pushes is signed for its `topic` when it is sent."""

    address: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    topic: Topic | None = None


@dataclass
class Pushes:
    """Notifications begin when somebody says where the addresses lead: `origin`, on loopback. Each is sent once, or as
    often as `copies` says; while they are `held` they wait, and `backwards` turns their order round.
    """

    clock: Callable[[], float]
    topics: dict[str, Topic] = field(default_factory=dict)
    mail: dict[str, MailWatch] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)  # ids that any channel ever had
    unverified: set[str] = field(default_factory=set)  # hosts to which nothing may be sent
    silent: set[str] = field(default_factory=set)  # calendars that cannot be watched
    waiting: list[Notice] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    origin: str = ""
    copies: int = 1
    held: bool = False
    backwards: bool = False
    numbers: int = 2_000_000_000_000_000

    def take(self) -> Notice | None:
        """The next one that is to be sent now."""
        if self.held or not self.waiting:
            return None
        return self.waiting.pop(-1 if self.backwards else 0)

    def look(self, world: World) -> None:
        """Puts down what has happened since the last look; what has ended is forgotten."""
        self.mail = {email: watch for email, watch in self.mail.items() if self.clock() < watch.ends_at}
        self.channels = {key: each for key, each in self.channels.items() if self.clock() < each.ends_at}
        for email, watch in self.mail.items():
            if email in world.accounts:
                self._look_at_mail(world, email, watch)
        for channel in self.channels.values():
            calendar = world.calendars.by_id.get(channel.calendar)
            if calendar is not None and channel.email in calendar.access and calendar.change > channel.seen:
                channel.seen = calendar.change
                self.tell(channel, "exists")

    def _look_at_mail(self, world: World, email: str, watch: MailWatch) -> None:
        box = world.accounts[email].mailbox
        if box.history_id == watch.told:
            return
        records, watch.told = box.since(watch.told) or [], box.history_id
        if any(_concerns(record, watch) for record in records):
            self.publish(email, watch)

    def publish(self, email: str, watch: MailWatch) -> None:
        topic = self.topics.get(watch.topic)
        if topic is None or not topic.endpoint:
            return
        data = json.dumps({"emailAddress": email, "historyId": watch.told}).encode()
        number, now = self._number(), datetime.fromtimestamp(self.clock(), UTC)
        published = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        message = {"data": b64encode(data).decode(), "messageId": number, "message_id": number}
        message |= {"publishTime": published, "publish_time": published}
        body = {"message": message, "subscription": topic.name.replace("/topics/", "/subscriptions/")}
        headers = (("Content-Type", "application/json"), ("User-Agent", PUBSUB_AGENT))
        self._put(Notice(address=topic.endpoint, headers=headers, body=json.dumps(body).encode(), topic=topic))

    def tell(self, channel: Channel, state: str) -> None:
        """A notification of a channel has no body; what it says stands in its headers."""
        channel.number = 1 if state == "sync" else channel.number + 17  # they grow, with gaps
        ends = datetime.fromtimestamp(channel.ends_at, UTC)
        headers = {
            "Content-Type": "application/json; utf-8",
            "User-Agent": AGENT,
            "X-Goog-Channel-ID": channel.id,
            "X-Goog-Channel-Expiration": format_datetime(ends, usegmt=True),
            "X-Goog-Message-Number": str(channel.number),
            "X-Goog-Resource-ID": channel.resource_id,
            "X-Goog-Resource-State": state,
            "X-Goog-Resource-URI": channel.resource_uri,
        }
        headers |= {"X-Goog-Channel-Token": channel.token} if channel.token else {}
        self._put(Notice(address=channel.address, headers=tuple(headers.items())))

    def _put(self, notice: Notice) -> None:
        if self.origin:
            self.waiting += [notice] * self.copies

    def _number(self) -> str:
        self.numbers += 1
        return str(self.numbers)


def _concerns(record: Record, watch: MailWatch) -> bool:
    touched = bool(watch.labels & {*record.message_labels, *record.changed_labels})
    return not watch.labels or touched is not watch.without


def authorization(topic: Topic, now: float) -> tuple[str, str]:
    """What Pub/Sub shows to the endpoint: a token of the subscription's service account."""
    claims = {
        "aud": topic.audience or topic.endpoint,
        "azp": "113774264463038321964",
        "email": topic.account,
        "email_verified": True,
        "exp": int(now) + TOKEN_SECONDS,
        "iat": int(now),
        "iss": "https://accounts.google.com",
        "sub": "113774264463038321964",
    }
    return "Authorization", f"Bearer {jwt.write(claims, jwt.own_key(), key_id=jwt.KEY_ID)}"


def told(notices: Iterable[Notice]) -> list[dict[str, str]]:
    """For the door: where each leads, and what its headers say."""
    return [{"address": each.address, **dict(each.headers)} for each in notices]
