"""What Google refuses, as a table: written before the simulator, and proved row by row with Google's own client.

`answer` is the HTTP status and the text, with … for what differs from case to case; `code` is `error` of an
OAuth answer and `errors[0].reason` of an API's, or with People, which has no `errors`, the reason in its details, else
its `status`. A `source` that is a repository's thread shows the answer
as its users met it.
"""

from __future__ import annotations

from connectors.simulators.google.refusals import (
    calendar,
    contact_changes,
    contact_groups,
    contact_limits,
    contacts,
    event_changes,
    events,
    gate,
    mail,
    oauth,
    tasks,
)

_ACCESS = oauth.SIGNING_IN + oauth.REFRESHING + oauth.ROBOTS + gate.AT_THE_GATE + gate.LIMITS
_MAIL = mail.MAIL + mail.LABELS
_CALENDARS = calendar.AT_THE_DOOR + calendar.LISTS + calendar.SYNC + calendar.LIMITS + calendar.PUSH
_EVENTS = events.IDENTITY + events.TIMES + events.FIELDS + event_changes.KINDS + event_changes.CHANGES
_CONTACTS = contacts.AT_THE_DOOR + contacts.READING + contacts.LISTS + contacts.SYNC
_CONTACT_CHANGES = contact_changes.WRITING + contact_changes.BATCHES + contact_limits.LIMITS + contact_limits.SIZES
_CONTACT_CHANGES += contact_groups.GROUPS
_TASKS = tasks.AT_THE_DOOR + tasks.IDS + tasks.CHANGES + tasks.LIMITS
REFUSALS = _ACCESS + _MAIL + _CALENDARS + _EVENTS + _CONTACTS + _CONTACT_CHANGES + _TASKS
