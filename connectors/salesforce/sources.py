"""What is read of the objects that are kept in step both ways: which columns, and which records are ours to see.

Of events: not the copies for people invited, nor the patterns of series. An event comes into a window that rolls by
the time at which it begins.

Of tasks: not those that stand for a message or a call, nor the patterns of series, nor what Salesforce has archived.
Which stand for a message TaskSubtype says; where that field is hidden from us, no done task is shown that does not have
our key, since messages and calls are logged as done. No task comes into a window by time alone.

Contacts, of which orgs have different fields, are in `contact_reads`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from simple_salesforce.format import format_soql

from connectors.errors import ConnectorError
from connectors.field_maps import NO_MAPS, FieldMaps
from connectors.records import CrmRecord, Resource, Window
from connectors.salesforce import event_mapping, mapped, task_mapping
from connectors.salesforce.client import Part, Said, SalesforceClient
from connectors.salesforce.event_mapping import DAY
from connectors.salesforce.mapping import Row, literal, moment

NO_FIELD = "salesforce.INVALID_FIELD"
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Source:
    """One object, as it is read.

    `own` is the condition of what is shown, `left_out` that of deleted records that nobody is told of, and `bounded`
    that of a full read of a window, which may show some more. `reach` is the column by whose time a record comes into
    the window, "" where time alone brings none. `likeness` is what a copy has in common with a record, as a column and
    a value of a query: None where nothing is like it. `blind` is read where Salesforce knows no such field, and `shows`
    says of a single record whether it is ours to see.
    """

    resource: Resource
    sobject: str
    columns: str
    own: str
    left_out: str
    bounded: Callable[[Window], str]
    record: Callable[[Row], CrmRecord]
    likeness: Callable[[Row], tuple[str, str] | None]
    reach: str = ""
    blind: Source | None = None
    shows: Callable[[Row], bool] = lambda _: True

    def scope(self, organization: str) -> str:
        """What its cursors are sealed to. Those of events are older than any others and name the organization alone."""
        return organization if self.resource is Resource.EVENT else f"{organization} {self.resource}"

    def with_maps(self, maps: FieldMaps) -> Source:
        """It, where what is built in may be kept in other fields."""
        others = maps.places(self.resource).values()
        if not others:
            return self
        return replace(
            self,
            columns=", ".join((self.columns, *others)),
            record=lambda row: self.record(mapped.standard(row, self.resource, maps)),
            blind=self.blind.with_maps(maps) if self.blind else None,
        )


def _in_time(window: Window) -> str:
    """The end of whole days is the beginning of the last one; which of them lie in the window is seen in the rows."""
    return f"EndDateTime >= {literal(window.start - DAY)} AND StartDateTime < {literal(window.end)}"


EVENTS = Source(
    resource=Resource.EVENT,
    sobject="Event",
    columns=", ".join(event_mapping.FIELDS),
    own="IsChild = false AND IsRecurrence = false AND GroupEventType != '3'",
    left_out="(IsChild = true OR IsRecurrence = true OR GroupEventType = '3')",
    bounded=_in_time,
    record=event_mapping.crm_event,
    likeness=lambda row: ("StartDateTime", literal(moment(row["StartDateTime"]))),
    reach="StartDateTime",
)


def _open_or_changed(window: Window) -> str:
    """What was done before the window began is seen in the rows, by when a person changed it."""
    return f"(IsClosed = false OR SystemModstamp >= {literal(window.start)})"


def _same_title(row: Row) -> tuple[str, str] | None:
    """A task without a title is like no other."""
    if not row["Subject"] or not row["OwnerId"]:
        return None
    return f"OwnerId = {format_soql('{}', row['OwnerId'])} AND Subject", format_soql("{}", row["Subject"])


_BLIND_TASKS = Source(
    resource=Resource.TASK,
    sobject="Task",
    columns=", ".join(task_mapping.FIELDS),
    own="IsRecurrence = false AND IsArchived = false AND (IsClosed = false OR Syncapp_Key__c != null)",
    left_out="(IsRecurrence = true OR (IsClosed = true AND Syncapp_Key__c = null))",
    bounded=_open_or_changed,
    record=task_mapping.crm_task,
    likeness=_same_title,
)
TASKS = replace(
    _BLIND_TASKS,
    own="IsRecurrence = false AND IsArchived = false AND (TaskSubtype = 'Task' OR TaskSubtype = null)",
    left_out="(IsRecurrence = true OR (TaskSubtype != 'Task' AND TaskSubtype != null))",
    blind=_BLIND_TASKS,
)


class Sight:
    """A source as far as we see its fields, which the first refusal tells, with those that stand for built-in ones."""

    def __init__(self, source: Source, maps: FieldMaps = NO_MAPS) -> None:
        self.source = source.with_maps(maps)
        self._maps = maps

    def asked(self, ask: Callable[[Source], T]) -> T:
        """What is answered. Raises `ConnectorError`."""
        try:
            return self.read(ask)
        except ConnectorError as error:
            if error.failure.code != NO_FIELD or self.source.blind is None:
                raise
            self.source = self.source.blind
        return self.read(ask)

    def read(self, ask: Callable[[Source], T]) -> T:
        """Likewise, where all that is asked for is ours. What a field refuses that stands for a built-in one is told as
        that: without it we would take for empty what is kept there."""
        try:
            return ask(self.source)
        except ConnectorError as error:
            failure = mapped.unread(error.failure, self.source.resource, self._maps)
            if failure is error.failure:
                raise
            raise ConnectorError(failure) from error

    def look(self) -> None:
        """Finds out what must be known before something is asked."""

    def composite(self, client: SalesforceClient, parts: Callable[[Source], Mapping[str, Part]]) -> dict[str, Said]:
        """What these parts of one call answer. Raises `ConnectorError`."""
        return client.composite(parts(self.source))
