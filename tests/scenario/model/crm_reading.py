"""The reader of the CRM, as `syncapp.engine.crm_reading` and `crm_planning` are."""

from __future__ import annotations

from dataclasses import replace

from connectors.errors import ConnectorError, ItemError, Kind
from connectors.records import CrmChange, CrmPage, CrmRecord, Direction, Resource
from syncapp.engine.agreeing import crm_side
from syncapp.engine.decisions import News
from tests.scenario.model.ground import SECRET, USER, WINDOW, Job
from tests.scenario.model.rows import Cursor, Item, Rows


class Reader(Job):
    lease = "reader"

    def run(self) -> bool:
        """Reads to the end; whether it came so far."""
        try:
            while not self._read_on():
                pass
            self._look_for_missing()
        except ConnectorError:
            return False
        return True

    def _read_on(self) -> bool:
        """Whether there is no more."""
        page = self._next_page()
        if self.design.reader_cursor_first:
            with self.commit("crm cursor: move") as rows:
                rows.crm = replace(rows.crm, value=page.cursor)
        with self.commit("plan crm events") as rows:
            for change in page.changes:
                _told(rows, change)
            rows.crm = replace(rows.crm, value=page.cursor)
        return page.complete

    def _next_page(self) -> CrmPage:
        value = self.rows.crm.value
        try:
            return self._page(value)
        except ConnectorError as error:
            if error.failure.kind is not Kind.CURSOR_EXPIRED or value is None:
                raise
        with self.commit("crm cursor: forget") as rows:
            rows.crm = Cursor(full_since=rows.tick)
        return self._page(None)

    def _page(self, value: str | None) -> CrmPage:
        crm = self.ground.crm
        return self.call("read crm events", lambda: next(iter(crm.changes(Resource.EVENT, value, WINDOW))))

    def _look_for_missing(self) -> None:
        """After a cursor was lost nobody tells any more what was deleted before."""
        if self.rows.crm.full_since is None:
            return
        gone = [] if self.design.gone_is_not_missed else self._gone()
        if gone:
            with self.commit("crm events: missing") as rows:
                for record_id in gone:
                    _told(rows, CrmChange(record_id=record_id))
        with self.commit("crm events: all found") as rows:
            rows.crm = replace(rows.crm, full_since=None)

    def _gone(self) -> list[str]:
        """Records that we know, and what is on its way to the calendar, asked for by name."""
        rows = self.rows
        there = [each for each in rows.items.values() if each.record_id and not each.gone]
        known = [each for each in there if each.base or (each.key, Direction.TO_MAILBOX) in rows.changes]
        ids = [each.record_id for each in known]
        if not ids:
            return []
        answers = self.call("find missing crm events", lambda: self.ground.crm.current(Resource.EVENT, ids))
        return [id_ for id_, each in zip(ids, answers, strict=True) if isinstance(each, ItemError)]


def _told(rows: Rows, change: CrmChange) -> None:
    item, record = _known(rows, change), change.record
    if item is not None:
        _changed(rows, item, change)
    elif record is not None and not record.key and record.owner_id == USER:  # born in the CRM, and of ours
        rows.items.setdefault(change.record_id, Item(key=change.record_id, record_id=change.record_id))
        rows.intend(change.record_id, Direction.TO_MAILBOX, record.event)


def _known(rows: Rows, change: CrmChange) -> Item | None:
    own = next((each for each in rows.items.values() if each.record_id == change.record_id), None)
    return own or (rows.items.get(change.record.key) if change.record else None)


def _changed(rows: Rows, item: Item, change: CrmChange) -> None:
    record, copy = change.record, rows.leader(item.key)
    if record is not None and _is_stray(item, record):
        _take_away(rows, item, record)
    elif copy is None and (record is None or record.owner_id != USER):
        if record is None:
            rows.bury(item.key)
            rows.set_item(item.key, gone=True, is_synced=False, base={})
    elif _says_else(rows, item, record):
        rows.intend(item.key, Direction.TO_MAILBOX, record.event if record else None)


def _is_stray(item: Item, record: CrmRecord) -> bool:
    """Made by somebody who slept while it was deleted, and did not live to write it down."""
    return record.key == item.key and record.ref.id != item.record_id and item.gone


def _take_away(rows: Rows, item: Item, record: CrmRecord) -> None:
    rows.set_item(item.key, record_id=record.ref.id)
    if any(each.key == item.key for each in rows.copies.values()):
        rows.intend(item.key, Direction.TO_CRM, None)


def _says_else(rows: Rows, item: Item, record: CrmRecord | None) -> bool:
    if record is None:
        return not item.gone
    waits = (item.key, Direction.TO_MAILBOX) in rows.changes
    base = item.base.get("crm", {})
    if not base:
        return waits or not (item.is_synced or record.key)
    return waits or crm_side(record.record, False, base, SECRET, hidden=False).news is News.UPSERT
