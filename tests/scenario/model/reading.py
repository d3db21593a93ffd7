"""A mailbox's job: it writes what is due, and reads the calendar page by page, as `syncapp.engine.record_reading` and
`record_planning` do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connectors.errors import ConnectorError, ItemError, Kind
from connectors.records import Direction, Event, Page, Ref, RemoteChange, Resource
from syncapp.engine import content
from tests.scenario.model.ground import SECRET, WINDOW
from tests.scenario.model.rows import Copy, Cursor, Item, Rows
from tests.scenario.model.writing import Writer


class MailboxJob(Writer):
    def run(self) -> bool:
        """A run, or the rest of one whose worker died; whether it came to its end."""
        with self.commit("run: open") as rows:
            rows.run = rows.tick if rows.run is None else rows.run
        try:
            self.work_off()
            self._read_on()
        except ConnectorError:
            self._close("run: failed")
            return False
        self._close("run: finish")
        return True

    def _close(self, name: str) -> None:
        with self.commit(name) as rows:
            rows.run = None

    def _read_on(self) -> None:
        self._look_for_missing()
        self.work_off()
        complete = False
        while not complete:
            page = self._next_page()
            if self.design.cursor_first:
                with self.commit("cursor: move at once") as rows:
                    rows.calendar = replace(rows.calendar, value=page.cursor)
            self._take_in(page.changes)
            self.work_off()
            self._move(page)
            complete = page.complete

    # -- Pages

    def _next_page(self) -> Page:
        """A cursor that was forgotten starts a full read; one that did not come past its first page begins anew."""
        if self.rows.calendar.value is None:
            self._begin("cursor: begin")
        value = self.rows.calendar.value
        try:
            return self._page(value)
        except ConnectorError as error:
            if error.failure.kind is not Kind.CURSOR_EXPIRED or value is None:
                raise
        self._begin("cursor: forget")
        return self._page(None)

    def _begin(self, name: str) -> None:
        with self.commit(name) as rows:
            rows.calendar = Cursor(full_since=rows.tick)

    def _page(self, value: str | None) -> Page:
        store = self.ground.store
        return self.call("read events", lambda: next(iter(store.pull(Resource.EVENT, value, WINDOW))))

    def _move(self, page: Page) -> None:
        """Unless something that it read is still to be done."""
        with self.commit("cursor: move") as rows:
            pending = (c.waits < self.fence for (_, to), c in rows.changes.items() if to is Direction.TO_CRM)
            if not any(pending):
                rows.calendar = replace(rows.calendar, value=page.cursor)
            if page.complete:
                _note_missing(rows)

    # -- What a full read did not show

    def _look_for_missing(self) -> None:
        """Only what is gone in a later run as well is gone."""
        began = self.rows.run or 0
        wanted = [id_ for id_, copy in self.rows.living() if copy.missing is not None and copy.missing < began]
        if not wanted:
            return
        refs = [Ref(id=each) for each in wanted]
        answers = self.call("find missing events", lambda: self.ground.store.look(Resource.EVENT, refs))
        there = [each for each in answers if isinstance(each, RemoteChange) and not each.gone]
        if there:
            self._take_in(there)
        with self.commit("missing events") as rows:
            _bury(rows, [id_ for id_, each in zip(wanted, answers, strict=True) if _is_gone(each)])
            for id_ in wanted:
                rows.set_copy(id_, missing=None)

    # -- From a page into rows

    def _take_in(self, changes: Sequence[RemoteChange]) -> None:
        """Read twice, a page plans the same."""
        told = [(each.ref, each.record) for each in changes if isinstance(each.record, Event)]
        gone = [each.ref.id for each in changes if each.gone]
        if not told and not gone:
            return
        with self.commit("plan events") as rows:
            for ref, event in told:
                _told(rows, ref, event)
            _bury(rows, gone)


def _is_gone(answer: RemoteChange | ItemError) -> bool:
    return answer.failure.kind is Kind.NOT_FOUND if isinstance(answer, ItemError) else answer.gone


def _note_missing(rows: Rows) -> None:
    since = rows.calendar.full_since
    if since is None:
        return
    for id_, copy in list(rows.living()):
        if copy.seen < since and copy.missing is None:
            rows.set_copy(id_, missing=rows.tick)
    rows.calendar = replace(rows.calendar, full_since=None)


def _told(rows: Rows, ref: Ref, event: Event) -> None:
    item = _item(rows, ref, event)
    rows.copies[ref.id] = Copy(key=item.key, version=ref.version, seen=rows.tick)
    waits = (item.key, Direction.TO_CRM) in rows.changes
    base = item.base.get("mailbox", {})
    if waits or content.changed(content.hashes(event, SECRET), base, content.TO_CRM):
        rows.intend(item.key, Direction.TO_CRM, event)


def _item(rows: Rows, ref: Ref, event: Event) -> Item:
    """An id that we know stays with its item. Else the identity decides, and our own key only where a copy that we made
    is missing."""
    if ref.id in rows.copies:
        item = rows.items[rows.copies[ref.id].key]
        if not item.alias and item.key != event.uid:
            rows.set_item(item.key, alias=event.uid)
        return rows.items[item.key]
    known = rows.named(event.uid) or _of_our_key(rows, event)
    return known or rows.items.setdefault(event.uid, Item(key=event.uid))


def _of_our_key(rows: Rows, event: Event) -> Item | None:
    """What we made and did not live to write down: where we have something to make, or no calendar knows it yet."""
    item = rows.items.get(event.key)
    if item is None or not item.record_id or rows.leader(item.key):
        return None
    is_wanted = (item.key, Direction.TO_MAILBOX) in rows.changes
    is_new_to_calendars = not item.alias and item.key == item.record_id
    if not (is_wanted or is_new_to_calendars):
        return None
    rows.set_item(item.key, alias=event.uid)
    return rows.items[item.key]


def _bury(rows: Rows, ids: Sequence[str]) -> None:
    """Copies that were deleted, with proof. What may be in the CRM is to go from there."""
    dead = [(id_, copy.key) for id_, copy in rows.living() if id_ in ids]
    for id_, key in dead:
        rows.set_copy(id_, gone=True, missing=None)
        item = rows.items[key]
        if item.record_id or item.sent:
            rows.intend(key, Direction.TO_CRM, None)
        else:
            rows.bury(key)
            rows.set_item(key, gone=True)
