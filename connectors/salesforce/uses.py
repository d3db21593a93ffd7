"""What we do with the records of each object, which the first checks hold against what an org lets us do. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.salesforce.contact_mapping import SAID
from connectors.salesforce.event_mapping import BUSY, FREE
from connectors.salesforce.mapping import ATTACHMENTS, KEY, ORIGIN, VERSION


@dataclass(frozen=True, kw_only=True)
class Use:
    """What we do with the records of an object. `filled` is written into new ones, `changed` into those there are.

    `values` are the fixed ones that we write into picklists, each after the name of its field.
    """

    sobject: str
    without: str
    read: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    deletes: bool = False
    values: tuple[tuple[str, str], ...] = ()


_MESSAGE = "Status Incoming Subject MessageDate FromAddress FromName RelatedToId MessageIdentifier ThreadIdentifier"
_RELATIONS = "FromId ParentId"
_RECIPIENTS = "TextBody HtmlBody ToIds CcIds BccIds ToAddress CcAddress BccAddress"
_EVENT = "Subject Location Description IsAllDayEvent StartDateTime EndDateTime IsPrivate WhoId"
_TASK = "Subject Description ActivityDate Status"
CONTACT = "Contact"
_FOUND = ("Name", "Email", "AccountId")
USES = (
    Use(
        sobject="EmailMessage",
        without="Messages cannot be written, or not whole.",
        filled=(KEY, ATTACHMENTS, *_MESSAGE.split(), *_RELATIONS.split(), *_RECIPIENTS.split()),
    ),
    Use(
        sobject="Event",
        without="Where events are synced, they cannot be written, or not whole.",
        filled=(KEY, VERSION, *_EVENT.split(), "ShowAs", "OwnerId"),
        changed=(KEY, VERSION, *_EVENT.split()),
        deletes=True,
        values=(("ShowAs", BUSY), ("ShowAs", FREE)),
    ),
    Use(
        sobject="Task",
        without="Where tasks are synced, they cannot be written, or not whole, or not told from messages and calls.",
        read=("TaskSubtype", "IsClosed"),
        filled=(KEY, VERSION, *_TASK.split(), "OwnerId"),
        changed=(KEY, VERSION, *_TASK.split()),
        deletes=True,
    ),
    Use(
        sobject="Lead",
        without="Leads are not found, or cannot be made where Syncapp is to make them.",
        read=("Name", "Email"),
        filled=(KEY, "FirstName", "LastName", "Company", "Email", "OwnerId"),
    ),
    Use(sobject=CONTACT, without="Contacts are not found.", read=_FOUND),
)
CONTACTS = (
    Use(
        sobject=CONTACT,
        without="Contacts are not found, or cannot be kept in step, or not whole.",
        read=_FOUND,
        filled=(KEY, VERSION, *SAID, "OwnerId", "AccountId"),
        changed=(KEY, VERSION, *SAID),
        deletes=True,
    ),
    Use(sobject="Account", without="No contact can be read, since a contact shows its account's name.", read=("Name",)),
)
CASES = Use(
    sobject="Case",
    without="Mailboxes whose mail becomes cases cannot open any.",
    filled=(KEY, "Subject", "Description", "Origin", "SuppliedName", "SuppliedEmail", "ContactId", "OwnerId"),
    values=(("Origin", ORIGIN),),
)
FILES = Use(
    sobject="ContentVersion",
    without="Attachments do not come as files; their names stand with the message.",
    read=("ContentDocumentId",),
    filled=(KEY, "Title", "PathOnClient", "VersionData"),
)


def uses(*, opens_cases: bool, syncs_contacts: bool, brings_files: bool) -> tuple[Use, ...]:
    """What we do in an organization that is set so."""
    made = tuple(each for each in USES if each.sobject != CONTACT) + CONTACTS if syncs_contacts else USES
    return (*made, *([CASES] if opens_cases else []), *([FILES] if brings_files else []))
