"""The store of one account: messages, labels, threads, and the history of what happened to them.

Guarantees, as Gmail's: a message's id and bytes never change; history ids grow strictly, with gaps; a
record is kept for a week (https://developers.google.com/workspace/gmail/api/guides/sync); two messages
are one thread if one names the other in References or In-Reply-To and their subjects agree.
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from connectors.simulators.google.content import Content

HISTORY_KEPT = 7 * 24 * 3600.0

# id → (shown in the message list, shown in the label list); empty where Gmail leaves the fields out.
SYSTEM_LABELS: dict[str, tuple[str, str]] = {
    "CHAT": ("hide", "labelHide"),
    "SENT": ("", ""),
    "INBOX": ("", ""),
    "IMPORTANT": ("hide", "labelHide"),
    "TRASH": ("hide", "labelHide"),
    "DRAFT": ("", ""),
    "SPAM": ("hide", "labelHide"),
    "CATEGORY_FORUMS": ("hide", "labelHide"),
    "CATEGORY_UPDATES": ("hide", "labelHide"),
    "CATEGORY_PERSONAL": ("hide", "labelHide"),
    "CATEGORY_PROMOTIONS": ("hide", "labelHide"),
    "CATEGORY_SOCIAL": ("hide", "labelHide"),
    "STARRED": ("", ""),
    "UNREAD": ("", ""),
}


@dataclass(kw_only=True)
class Label:
    id: str
    name: str
    system: bool = False
    in_messages: str = "show"
    in_list: str = "labelShow"
    color: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Message:
    """`internal_date` is in milliseconds since 1970; `labels` are ids, in the order they came."""

    id: str
    thread_id: str
    raw: bytes
    internal_date: int
    labels: list[str] = field(default_factory=list)
    history_id: int = 0

    @cached_property
    def content(self) -> Content:
        return Content(self.raw)


@dataclass(frozen=True, kw_only=True)
class Record:
    """One line of history; `kind` is a field of the API's History (`messagesAdded`, `labelsRemoved` …)."""

    id: int
    at: float
    kind: str
    message_id: str
    thread_id: str
    message_labels: tuple[str, ...]
    changed_labels: tuple[str, ...] = ()

    def shown(self) -> dict[str, Any]:
        plain = {"id": self.message_id, "threadId": self.thread_id}
        entry: dict[str, Any] = {
            "message": plain | ({"labelIds": [*self.message_labels]} if self.message_labels else {})
        }
        entry |= {"labelIds": [*self.changed_labels]} if self.changed_labels else {}
        return {"id": str(self.id), "messages": [plain], self.kind: [entry]}


class Mailbox:
    """Not safe for threads by itself: the simulator holds its lock around every request."""

    def __init__(self, seed: str, clock: Callable[[], float]) -> None:
        self._random = random.Random(seed)
        self._clock = clock
        self.labels = {
            i: Label(id=i, name=i, system=True, in_messages=m, in_list=n) for i, (m, n) in SYSTEM_LABELS.items()
        }
        self.messages: dict[str, Message] = {}
        self.records: list[Record] = []
        self.history_id = self._random.randrange(10_000, 9_000_000)
        self.horizon = self.history_id  # an older cursor has lost something
        self._by_message_id: dict[str, list[str]] = {}
        self._threads: dict[str, list[str]] = {}
        self._sorted: list[Message] | None = None
        self._label_number = 0

    # -- Messages

    def add(
        self, raw: bytes, labels: Iterable[str] = (), *, internal_date: int | None = None, thread_id: str | None = None
    ) -> Message:
        """Stores a message. `thread_id` "" starts a thread of its own, `None` lets the headers decide."""
        now = self._clock()
        date = int(now * 1000) if internal_date is None else internal_date
        message = Message(
            id=self._new_id(now), thread_id="", raw=raw, internal_date=date, labels=[*dict.fromkeys(labels)]
        )
        message.thread_id = (self._thread_of(message) if thread_id is None else thread_id) or message.id
        self.messages[message.id] = message
        self._threads.setdefault(message.thread_id, []).append(message.id)
        if message.content.message_id:
            self._by_message_id.setdefault(message.content.message_id, []).append(message.id)
        self._sorted = None
        self._record("messagesAdded", message)
        return message

    def remove(self, message: Message) -> None:
        """Deletes for good. Raises KeyError if it is gone already."""
        del self.messages[message.id]
        self._threads[message.thread_id].remove(message.id)
        if message.content.message_id:
            self._by_message_id[message.content.message_id].remove(message.id)
        self._sorted = None
        self._record("messagesDeleted", message)

    def relabel(self, message: Message, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Only what changes is recorded: adding a label that is there leaves no trace."""
        gone = [label for label in dict.fromkeys(remove) if label in message.labels]
        new = [label for label in dict.fromkeys(add) if label not in message.labels]
        if gone:
            message.labels = [label for label in message.labels if label not in gone]
            self._record("labelsRemoved", message, gone)
        if new:
            message.labels += new
            self._record("labelsAdded", message, new)

    def newest_first(self) -> list[Message]:
        if self._sorted is None:
            self._sorted = sorted(self.messages.values(), key=lambda m: (-m.internal_date, m.id))
        return self._sorted

    def thread(self, thread_id: str) -> list[Message]:
        """A thread's messages, oldest first, those of one moment as they came; [] where there is none."""
        found = [self.messages[i] for i in self._threads.get(thread_id, [])]
        return sorted(found, key=lambda m: m.internal_date)

    def thread_count(self) -> int:
        return sum(bool(ids) for ids in self._threads.values())

    def with_message_id(self, message_id: str) -> list[Message]:
        return [self.messages[i] for i in self._by_message_id.get(message_id, [])]

    def _thread_of(self, message: Message) -> str:
        content = message.content
        for ancestor in reversed(content.ancestors):
            for other in self.with_message_id(ancestor):
                if other.content.topic == content.topic:
                    return other.thread_id
        return ""

    def _new_id(self, now: float) -> str:
        while (new := f"{int(now * 1000) << 20 | self._random.getrandbits(20):016x}") in self.messages:
            pass
        return new

    # -- Labels

    def label_named(self, name: str) -> Label | None:
        """Names differ by more than letter case, as in Gmail."""
        return next((label for label in self.labels.values() if label.name.lower() == name.lower()), None)

    def add_label(self, name: str) -> Label:
        self._label_number += 1
        label = Label(id=f"Label_{self._label_number}", name=name)
        self.labels[label.id] = label
        return label

    def drop_label(self, label: Label) -> None:
        """The label leaves its messages, too; Gmail writes no history for that."""
        del self.labels[label.id]
        for message in self.messages.values():
            message.labels = [i for i in message.labels if i != label.id]

    # -- History

    def since(self, start: int) -> list[Record] | None:
        """What happened after `start`, oldest first; `None` where that cannot be told any more, or not yet."""
        self._forget()
        if not self.horizon <= start <= self.history_id:
            return None
        return self.records[bisect_right(self.records, start, key=lambda r: r.id) :]

    def expire_history(self) -> None:
        """From now on every history id that was given out is too old."""
        self.history_id = self.horizon = self._next_history_id()
        self.records.clear()

    def _forget(self) -> None:
        cut = bisect_left(self.records, self._clock() - HISTORY_KEPT, key=lambda r: r.at)
        if cut:
            self.horizon = self.records[cut - 1].id
            del self.records[:cut]

    def _record(self, kind: str, message: Message, changed: Iterable[str] = ()) -> None:
        self.history_id = message.history_id = self._next_history_id()
        self.records.append(
            Record(
                id=self.history_id,
                at=self._clock(),
                kind=kind,
                message_id=message.id,
                thread_id=message.thread_id,
                message_labels=tuple(message.labels),
                changed_labels=tuple(changed),
            )
        )

    def _next_history_id(self) -> int:
        return self.history_id + self._random.randrange(1, 60)
