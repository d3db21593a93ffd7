"""Both sides of an item beside each other: what differs, and who changed it since they agreed last. Pure.

Of what goes one way only, the side that is told of it says nothing, and that is no difference. What the CRM shortens or
rounds when it is written is none either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from connectors.policies import PrivateEvents
from connectors.records import CrmEmail, Email, Record
from connectors.translation import gettext, gettext_noop
from issues import dates, versions
from syncapp.engine import agreeing, content, identity
from syncapp.engine.agreeing import Base, Places
from syncapp.engine.conflicts import Keeps

SECOND = timedelta(seconds=1)
MAILBOX, CRM, BOTH = "mailbox", "crm", "both"
_SINCE: Mapping[tuple[bool, str], str] = {
    (True, MAILBOX): gettext_noop("Changed in the mailbox since"),
    (True, CRM): gettext_noop("Changed in Salesforce since"),
    (True, BOTH): gettext_noop("Changed on both sides since"),
    (True, ""): gettext_noop("Differs, and nobody changed it since"),
    (False, BOTH): gettext_noop("Changed on both sides alike"),
}
NEVER_AGREED = gettext_noop("They have not agreed on it yet")
NOT_READ_BACK = gettext_noop("Goes to Salesforce, and is not read back")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A field as both sides have it, in people's words; `since` says who changed it since they agreed, `words` the
    same in words. A side that is not there, or is not to be shown, says ""."""

    name: str
    label: str
    mailbox: str = ""
    crm: str = ""
    differs: bool = False
    since: str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """How an organization's CRM has such items: how they read back, what it keeps in other places, whether it sees
    this one as “Busy” alone, and what becomes of private ones."""

    keeps: Keeps = lambda record: record
    places: Places = field(default_factory=dict)
    hidden: bool = False
    private_events: str = PrivateEvents.BUSY


def rows(
    mailbox: Record | None, crm: Record | None, base: Base, secret: str, mapped: Mapped | None = None
) -> tuple[Row, ...]:
    """Field by field, of an event, a task or a contact; None is a side that was not read, or where it is gone. What
    neither says anything of is left out."""
    at = mapped or Mapped()
    told = content.projected(mailbox, at.private_events) if mailbox else None
    differing = _differing(told, crm, at)
    since = _since(told, crm, base, secret, at)
    mine, theirs = content.values(mailbox) if mailbox else {}, content.values(crm) if crm else {}
    made = (
        _row(name, mine.get(name), theirs.get(name), name in differing, since.get(name, ""), knows=bool(base))
        for name in (mine or theirs)
    )
    shown = (_one_way(row, mailbox is not None, crm is not None) for row in made)
    return tuple(row for row in shown if row.differs or _says(row.mailbox) or _says(row.crm))


def _differing(told: Record | None, crm: Record | None, at: Mapped) -> frozenset[str]:
    if told is None or crm is None:
        return frozenset()
    both_ways = content.differing(at.keeps(told), crm, content.BOTH_WAYS)
    from_crm = frozenset(name for name in content.TOLD if getattr(crm, name, ""))
    return both_ways | content.differing(told, crm, from_crm)


def _since(told: Record | None, crm: Record | None, base: Base, secret: str, at: Mapped) -> dict[str, str]:
    """Who said something else than what was agreed on, by field. What was never agreed on is nobody's change."""
    mine, theirs = base.get(MAILBOX, {}), base.get(CRM, {})
    by_mailbox = content.changed(content.hashes(told, secret), mine, mine.keys() & content.TO_CRM) if told else ()
    silent = agreeing.moved(base, at.places) if theirs else frozenset()
    heard = (agreeing.SHARED_WHEN_PRIVATE if at.hidden else content.TO_MAILBOX) & theirs.keys() - silent
    by_crm = content.changed(content.hashes(crm, secret), theirs, heard) if crm else ()
    both = {name: BOTH for name in by_mailbox if name in by_crm}
    return dict.fromkeys(by_mailbox, MAILBOX) | dict.fromkeys(by_crm, CRM) | both


def _row(name: str, mine: object, theirs: object, differs: bool, since: str, *, knows: bool) -> Row:
    words = _SINCE.get((differs, since), "") if knows else (NEVER_AGREED if differs else "")
    return Row(
        name=name,
        label=versions.label(name),
        mailbox=_said(name, mine),
        crm=_said(name, theirs),
        differs=differs,
        since=since if words else "",
        words=gettext(words),
    )


def _one_way(row: Row, has_mailbox: bool, has_crm: bool) -> Row:
    """The side that says nothing of a field is not called empty."""
    if row.name in content.ONE_WAY:
        row = replace(row, crm="" if has_crm else row.crm)
        return replace(row, words=row.words or (gettext(NOT_READ_BACK) if _says(row.mailbox) else ""))
    return replace(row, mailbox=row.mailbox if has_mailbox else "", crm=row.crm if has_crm else "")


def _says(said: str) -> bool:
    return said not in ("", gettext(versions.NOTHING))


def _said(name: str, value: object) -> str:
    parts = [each for each in value if each] if name == content.CONFERENCE and isinstance(value, list) else value
    return "" if value is None else versions.said(name, parts)


def of_message(email: Email | None, found: CrmEmail | None) -> tuple[Row, ...]:
    """What stands in the CRM of a message against what it says itself; neither can be edited any more."""
    sender = (email.sender.email if email.sender else "") if email else ""
    mine = (email.subject, _moment(email), sender.lower(), email.message_id) if email else ("",) * 4
    theirs = (found.subject, _moment(found), found.sender, found.message_id) if found else ("",) * 4
    nothing = gettext(versions.NOTHING)
    differ = _message_differs(email, found) if email and found else (False,) * 4
    names = (
        ("subject", gettext("Subject")),
        ("date", gettext("Sent")),
        ("sender", gettext("From")),
        ("message_id", "Message-ID"),
    )
    return tuple(
        Row(
            name=name,
            label=label,
            mailbox=(said or nothing) if email else "",
            crm=(there or nothing) if found else "",
            differs=other,
            since=CRM if other else "",
            words=gettext("Salesforce says something else") if other else "",
        )
        for (name, label), said, there, other in zip(names, mine, theirs, differ, strict=True)
    )


def _message_differs(email: Email, found: CrmEmail) -> tuple[bool, ...]:
    sender = email.sender.email.lower() if email.sender else ""
    return (
        identity.normalised(email.subject) != identity.normalised(found.subject),
        abs(email.date - found.date) > SECOND,
        sender != found.sender,
        email.message_id != found.message_id,
    )


def _moment(of: Email | CrmEmail) -> str:
    return dates.to_the_second(of.date)


def without_words(of: Iterable[Row]) -> tuple[Row, ...]:
    """For those who may know which fields differ, and not what they say."""
    return tuple(replace(row, mailbox="", crm="") for row in of)


def without_crm(of: Iterable[Row]) -> tuple[Row, ...]:
    """For those who may not see the record: nor what it would tell them by being different."""
    left = (replace(row, crm="", differs=False, since="", words="") for row in of)
    return tuple(row for row in left if _says(row.mailbox))
