"""What is read of the objects that are kept in step both ways: which columns, and which records are ours to see. Pure.

Of events: not the copies for people invited, nor the patterns of series. An event comes into a window that rolls by
the time at which it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.records import CrmRecord, Resource, Window
from connectors.salesforce import event_mapping
from connectors.salesforce.event_mapping import DAY
from connectors.salesforce.mapping import literal, moment

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One object, as it is read.

    `own` is the condition of what is shown, `left_out` that of deleted records that nobody is told of, and `bounded`
    that of a full read of a window, which may show some more. `reach` is the column by whose time a record comes into
    the window, "" where time alone brings none. `likeness` is what a copy has in common with a record, as a column and
    a value of a query: None where nothing is like it.
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

    def scope(self, organization: str) -> str:
        """What its cursors are sealed to. Those of events are older than any others and name the organization alone."""
        return organization if self.resource is Resource.EVENT else f"{organization} {self.resource}"


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

SOURCES = {source.resource: source for source in (EVENTS,)}
