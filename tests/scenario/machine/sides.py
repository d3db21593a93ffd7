"""What the machine needs of both sides: how people see and change them, and what goes wrong there.

Two worlds have it: the pair in memory (`in_memory`), and the simulators of Google and Salesforce behind HTTPS
(`over_http`). Everything is seen from outside here, past the connectors and past our rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from connectors.records import Email, Event, Ref


class Copy(Protocol):
    """One entry of a calendar, as its owner sees it now; one that is `gone` was deleted."""

    @property
    def calendar(self) -> Calendar: ...

    @property
    def id(self) -> str: ...

    @property
    def ref(self) -> Ref: ...

    @property
    def event(self) -> Event: ...

    @property
    def colour(self) -> str: ...

    @property
    def gone(self) -> bool: ...


class Calendar(Protocol):
    """One person's calendar. Fields are those of `Event`, by name."""

    @property
    def address(self) -> str: ...

    @property
    def entries(self) -> Mapping[str, Copy]:
        """By id, those that are gone among them."""

    def edit(self, ref: Ref, **fields: Any) -> Ref: ...

    def delete(self, ref: Ref) -> None: ...

    def touch(self, ref: Ref) -> Ref:
        """The version moves, and nothing else does."""

    def paint(self, ref: Ref, colour: str) -> Ref: ...


class Invited(Protocol):
    @property
    def id(self) -> str: ...


class Record(Protocol):
    """An event of the CRM; `hidden`: it is there, and not for us."""

    @property
    def id(self) -> str: ...

    @property
    def event(self) -> Event: ...

    @property
    def owner_id(self) -> str: ...

    @property
    def invitees(self) -> Sequence[Invited]: ...

    @property
    def gone(self) -> bool: ...

    @property
    def hidden(self) -> bool: ...


class Diary(Protocol):
    """The events of the CRM, as its people see and change them."""

    @property
    def records(self) -> Mapping[str, Record]:
        """By id, those that are gone among them."""

    def create(self, event: Event, owner_id: str) -> object: ...

    def edit(self, record_id: str, **fields: Any) -> object: ...

    def delete(self, record_id: str) -> None: ...

    def hide(self, record_id: str) -> None: ...


class Sides(Protocol):
    """Both sides. `people` are addresses by their ids in the CRM, the customer's among them; `nobody` is a user of the
    CRM without a mailbox."""

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """Of the colleagues, by address."""

    @property
    def outside(self) -> Calendar:
        """Of somebody elsewhere."""

    @property
    def diary(self) -> Diary: ...

    @property
    def people(self) -> Mapping[str, str]: ...

    @property
    def nobody(self) -> str: ...

    def enter(self, calendar: Calendar, event: Event) -> object:
        """Somebody enters a meeting."""

    def repeat(self, calendar: Calendar, occurrences: Sequence[Event]) -> object:
        """Somebody enters a series, once a week, and gives each occurrence words of its own."""

    def share(self, event: Event, organizer: Calendar, guests: Iterable[Calendar]) -> object:
        """Somebody enters a meeting and invites others."""

    def edit_own_copy(self, copy: Copy, title: str) -> object:
        """A guest changes the own copy, and nobody else's; the title, where guests may."""

    def deliver(self, message: Email, addresses: Iterable[str]) -> object:
        """A message arrives, the same for all of them."""

    def sent(self) -> set[str]:
        """The subjects of all messages in the mailboxes."""

    def recorded(self) -> Counter[str]:
        """The subjects of all messages in the CRM."""

    def standing(self) -> object:
        """Everything that lies there, to the last version and colour; equal where nothing has changed."""


class Faults(Protocol):
    """What goes wrong with both sides. Sides are the numbers of the colleagues' mailboxes, -1 is the CRM."""

    def fail_call(self, side: int, after: int) -> None:
        """One call fails that passes by itself, after so many that do not."""

    def lose_answer(self, side: int) -> None:
        """The next write is done, and the answer to it is lost."""

    def expire(self, side: int) -> None:
        """The token is refused once; a fresh one is not."""

    def disorder(self) -> None:
        """Changes come in the wrong order, and again and again."""

    def forget_cursors(self, side: int) -> None: ...

    def end(self) -> None:
        """All is well again."""


class OfficeFaults(Faults, Protocol):
    """And with what a person has to mend."""

    def revoke(self, side: int) -> None:
        """No access until somebody renews it."""

    def let_in(self) -> None:
        """Whoever was shut out gets fresh access."""

    def mind(self) -> None:
        """Titles with a word in them are refused."""

    def lock(self, times: int) -> None:
        """Writes are refused a few times, record by record, for a reason that passes."""
