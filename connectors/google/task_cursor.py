"""Where reading goes on in the task lists of an account. Pure.

Tasks has no sync token (https://developers.google.com/workspace/tasks/reference/rest/v1/tasks/list): who wants to know
what changed asks each list for what was updated since a moment. So a read goes in rounds. A round names all lists
first, then it reads one after the other; `since` is where its changes count from, and nothing in a full read. The next
round counts from where this one began.

That moment is Google's: the `Date` of the answer that named the lists, or the newest stamp of a list, whichever is
later. It lies before any list was read, so whatever changes while the round goes on bears a later stamp, and the next
round shows it, wherever in the pages it stood. `OVERLAP` is read twice: several tasks have one stamp, a `Date` has
whole seconds, and Google's machines need not agree on the time. What comes twice says the same twice.

What is deleted is shown, marked, for about three months (https://github.com/Google-Tasks-Backup/tasks-backup/issues/28,
no documentation says how long). A round that would count from before `KNOWN` could miss some of it; and of a list that
is not named any more nobody says which tasks it had. Both end in CURSOR_EXPIRED: after a full read, what it has not
shown is asked for by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from connectors.errors import ConnectorError, Failure, Kind, Matched
from connectors.google.cursor import Sealed

OVERLAP = timedelta(minutes=10)  # as much as Salesforce is read twice
KNOWN = timedelta(days=28)  # how far back deletions are surely known
EVER = "1970-01-01T00:00:00+00:00"  # since when changes count where Google did not say what time it is


@dataclass(frozen=True, kw_only=True)
class TaskPosition(Sealed):
    """`began` is when the round began, "" before its first answer. `known` are the lists of the round before, `lists`
    those of this one as far as they are named; `at` is the place of the one that is read, "" while they are named.
    `page` is the next page, "" at first.
    """

    since: str = ""
    began: str = ""
    known: str = ""
    lists: str = ""
    at: str = ""
    page: str = ""

    def _told(self) -> list[str]:
        return ["task", self.since, self.began, self.known, self.lists, self.at, self.page]

    @property
    def is_full(self) -> bool:
        return not self.since

    @property
    def tasklist(self) -> str:
        """The list that is read, "" while they are named."""
        return _ids(self.lists)[int(self.at)] if self.at else ""

    @property
    def others(self) -> list[str]:
        """All lists but that one."""
        return [each for each in _ids(self.lists) if each != self.tasklist]

    @property
    def updated_min(self) -> str:
        """From when on a list is asked for changes. One that the last round did not know is new as a whole."""
        if self.is_full or self.tasklist not in _ids(self.known):
            return ""
        return f"{max(_moment(self.since) - OVERLAP, _moment(EVER)):%Y-%m-%dT%H:%M:%SZ}"

    def named(self, lists: Iterable[str], page: str, now: datetime | None) -> TaskPosition:
        """After a page of lists, at Google's own time `now`. Raises `ConnectorError` of kind CURSOR_EXPIRED."""
        began = self.began or (_written(now) if now else self.since or EVER)
        if not self.is_full and _moment(began) - _moment(self.since) > KNOWN:
            raise ConnectorError(_expired("updatedMinTooLongAgo", "too old for deletions to be known"))
        found = dict.fromkeys([*_ids(self.lists), *lists])
        after = replace(self, began=began, lists=_joined(found), page=page)
        if page:
            return after
        if not found.keys() >= set(_ids(self.known)):
            raise list_gone()
        return replace(after, at="0") if found else TaskPosition(since=began)

    def turned(self, page: str) -> TaskPosition:
        """After a page of tasks."""
        if page:
            return replace(self, page=page)
        at = int(self.at) + 1
        if at < len(_ids(self.lists)):
            return replace(self, at=str(at), page="")
        return TaskPosition(since=self.began, known=self.lists)

    @property
    def is_start(self) -> bool:
        """Whether a round is over, and the next one has not begun."""
        return not self.began


def list_gone() -> ConnectorError:
    return ConnectorError(_expired("fullSyncRequired", "a task list is gone, and nobody names its tasks"))


def _ids(text: str) -> list[str]:
    return [unquote(each) for each in text.split()]


def _joined(ids: Iterable[str]) -> str:
    return " ".join(quote(each, safe="") for each in ids)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _expired(name: str, said: str) -> Failure:
    return Failure(provider="google", code=f"google.{name}", kind=Kind.CURSOR_EXPIRED, said=said, matched=Matched.CODE)
