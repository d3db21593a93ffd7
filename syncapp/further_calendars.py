"""Which calendars of a mailbox are kept in step beside its own: looked at before they are taken in.

What follows is for a worker (`engine.further`): it reads a calendar that is new in full, and lets go of one that was
taken out.
"""

from __future__ import annotations

import re

from connectors import settings_changes
from connectors.calendars import Calendar
from connectors.effects import commit
from connectors.errors import Kind
from connectors.models import Mailbox
from connectors.routes import FurtherCalendar
from connectors.translation import gettext, gettext_noop
from connectors.wake import wake
from syncapp.connecting import Refusal, sentence_of
from syncapp.engine import further
from syncapp.engine.lines import Lines, SideFailed

MOST = 10
LONGEST = 200
NO_ID = gettext_noop(
    "This is no calendar ID. It stands in Google Calendar under Settings, in the settings of that calendar, at "
    "“Integrate calendar”, and looks like an e-mail address."
)
OWN = gettext_noop("This is the mailbox’s own calendar, which is kept in step anyway.")
THERE = gettext_noop("This calendar is kept in step already.")
ENOUGH = gettext_noop("%(number)s calendars are the most. Take one out first.")
NOT_FOUND = gettext_noop(
    "There is no such calendar, or it is not shared with {}. Have its owner share it, then add it again."
)
ONLY_SEEN = gettext_noop(
    "{} may see the events of “{}”, and not change them. Have its owner give it the right to make changes to events, "
    "then add it again."
)


def of(mailbox: Mailbox) -> list[FurtherCalendar]:
    """Those that are kept in step, in the order in which they were added."""
    return list(FurtherCalendar.objects.filter(mailbox=mailbox, wanted=True))


def add(mailbox: Mailbox, calendar_id: str, actor_id: int | None) -> FurtherCalendar:
    """Has it kept in step; one call to the provider. Raises `Refusal`, and then nothing has changed."""
    calendar_id = calendar_id.strip().lower()
    if why := _unfit(mailbox, calendar_id):
        raise Refusal(why)
    found = _found(mailbox, calendar_id)
    if not found.writable:
        raise Refusal(gettext(ONLY_SEEN).format(mailbox, found.name))
    with commit("calendar: add"):
        # One that was taken out is let go by its mailbox's next run, which may be at it just now.
        rows = FurtherCalendar.objects.select_for_update()
        row = rows.filter(mailbox=mailbox, remote_id=calendar_id).first()
        row = row or FurtherCalendar(organization_id=mailbox.organization_id, mailbox=mailbox, remote_id=calendar_id)
        row.name, row.wanted = found.name[:LONGEST], True
        settings_changes.save(row, ["name", "wanted"], actor_id)
        wake(mailbox.pk)
    return row


def take_out(row: FurtherCalendar, actor_id: int | None) -> None:
    """Has it kept in step no more; nothing is deleted anywhere. Nobody misses it from now on, whether its mailbox is at
    work or rests."""
    row.wanted = False
    with commit("calendar: take out"):
        settings_changes.save(row, ["wanted"], actor_id)
        further.close(row, further.LET_GO)
        wake(row.mailbox_id)


def _unfit(mailbox: Mailbox, calendar_id: str) -> str:
    """Why it cannot be added, as far as we know it ourselves; "" where nothing speaks against it."""
    rows = FurtherCalendar.objects.filter(mailbox=mailbox, wanted=True)
    checks = (
        (len(calendar_id) > LONGEST or not re.fullmatch(r"[^\s/@]+@[^\s/@]+", calendar_id), NO_ID),
        (calendar_id == mailbox.address.lower(), OWN),
        (rows.filter(remote_id=calendar_id).exists(), THERE),
        (rows.count() >= MOST, ENOUGH),
    )
    return gettext(next((why for holds, why in checks if holds), "")) % {"number": MOST}


def _found(mailbox: Mailbox, calendar_id: str) -> Calendar:
    lines = Lines(mailbox, mailbox.organization)
    try:
        return lines.mail.call("find calendar", lambda mail: mail.find_calendar(calendar_id))
    except SideFailed as error:
        away = error.failure.kind is Kind.NOT_FOUND
        raise Refusal(gettext(NOT_FOUND).format(mailbox) if away else sentence_of(error)) from error
    finally:
        lines.close()
