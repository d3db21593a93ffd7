"""What we do with the records of each object, which the first checks hold against what an org lets us do. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from connectors.facts import Wishes
from connectors.relations import OpportunityRule, Sought
from connectors.salesforce.contact_mapping import SAID
from connectors.salesforce.event_mapping import AWAY, BUSY, FREE
from connectors.salesforce.mapping import ACTIVE, ATTACHMENTS, KEY, ORIGIN, VERSION
from connectors.translation import gettext_noop


@dataclass(frozen=True, kw_only=True)
class Use:
    """What we do with the records of an object. `filled` is written into new ones, `changed` into those there are.

    `values` are the fixed ones that we write into picklists, each after the name of its field. `otherwise` is what our
    own settings can do about it where the org stays as it is, "" if they cannot.
    """

    sobject: str
    without: str
    read: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    deletes: bool = False
    values: tuple[tuple[str, str], ...] = ()
    otherwise: str = ""


_MESSAGE = "Status Incoming Subject MessageDate FromAddress FromName RelatedToId MessageIdentifier ThreadIdentifier"
_RELATIONS = "FromId ParentId"
_RECIPIENTS = "TextBody HtmlBody ToIds CcIds BccIds ToAddress CcAddress BccAddress"
_EVENT = "Subject Location Description IsAllDayEvent StartDateTime EndDateTime IsPrivate WhoId"
_TASK = "Subject Description ActivityDate Status"
CONTACT, EVENT, ACCOUNT = "Contact", "Event", "Account"
_FOUND = ("Name", "Email", "AccountId")
USES = (
    Use(
        sobject="EmailMessage",
        without=gettext_noop("Messages cannot be written, or not whole."),
        filled=(KEY, ATTACHMENTS, *_MESSAGE.split(), *_RELATIONS.split(), *_RECIPIENTS.split()),
    ),
    Use(
        sobject=EVENT,
        without=gettext_noop("Where events are synced, they cannot be written, or not whole."),
        filled=(KEY, VERSION, *_EVENT.split(), "ShowAs", "OwnerId"),
        changed=(KEY, VERSION, *_EVENT.split()),
        deletes=True,
        values=(("ShowAs", BUSY), ("ShowAs", FREE)),
    ),
    Use(
        sobject="Task",
        without=gettext_noop(
            "Where tasks are synced, they cannot be written, or not whole, or not told from messages and calls."
        ),
        read=("TaskSubtype", "IsClosed"),
        filled=(KEY, VERSION, *_TASK.split(), "OwnerId"),
        changed=(KEY, VERSION, *_TASK.split()),
        deletes=True,
    ),
    Use(
        sobject="Lead",
        without=gettext_noop("Leads are not found, or cannot be made where Syncapp is to make them."),
        read=("Name", "Email"),
        filled=(KEY, "FirstName", "LastName", "Company", "Email", "OwnerId"),
    ),
    Use(sobject=CONTACT, without=gettext_noop("Contacts are not found."), read=_FOUND),
)
CONTACTS = (
    Use(
        sobject=CONTACT,
        without=gettext_noop("Contacts are not found, or cannot be kept in step, or not whole."),
        read=_FOUND,
        filled=(KEY, VERSION, *SAID, "OwnerId", "AccountId"),
        changed=(KEY, VERSION, *SAID),
        deletes=True,
    ),
    Use(
        sobject=ACCOUNT,
        without=gettext_noop("No contact can be read, since a contact shows its account's name."),
        read=("Name",),
    ),
)
CASES = Use(
    sobject="Case",
    without=gettext_noop("Mailboxes whose mail becomes cases cannot open any."),
    filled=(KEY, "Subject", "Description", "Origin", "SuppliedName", "SuppliedEmail", "ContactId", "OwnerId"),
    values=(("Origin", ORIGIN),),
)
FILES = Use(
    sobject="ContentVersion",
    without=gettext_noop("Attachments do not come as files; their names stand with the message."),
    read=("ContentDocumentId",),
    filled=(KEY, "Title", "PathOnClient", "VersionData"),
)


FOUND_ACCOUNTS = Use(
    sobject=ACCOUNT,
    without=gettext_noop("Nothing is written while accounts are to be found by their domains."),
    read=("Name",),
)
_UNRELATED = gettext_noop("Nothing is written while mail and events are to belong to opportunities.")
_ACCOUNTS_ALONE = gettext_noop(
    "Or, in Syncapp, relate mail to accounts alone: Organizations > the organization > “Mail and events belong to "
    "opportunities”."
)
OPPORTUNITY = Use(
    sobject="Opportunity",
    without=_UNRELATED,
    read=("Name", "IsClosed", "CreatedDate", "LastModifiedDate"),
    otherwise=_ACCOUNTS_ALONE,
)
ROLE = Use(
    sobject="OpportunityContactRole",
    without=_UNRELATED,
    read=("ContactId", "OpportunityId"),
    otherwise=_ACCOUNTS_ALONE,
)


def uses(wishes: Wishes) -> tuple[Use, ...]:
    """What we do in an organization that is set so, of each object once."""
    made = tuple(each for each in USES if each.sobject != CONTACT) + CONTACTS if wishes.syncs_contacts else USES
    finds_accounts = wishes.sought.account_fields and not wishes.syncs_contacts
    return (
        *(_with_absences(each) if wishes.shows_absences else each for each in made),
        *([CASES] if wishes.opens_cases else []),
        *([FILES] if wishes.brings_files else []),
        *([FOUND_ACCOUNTS] if finds_accounts else []),
        *_opportunities(wishes.sought),
    )


def _with_absences(use: Use) -> Use:
    return replace(use, values=(*use.values, ("ShowAs", AWAY))) if use.sobject == EVENT else use


def _opportunities(sought: Sought) -> list[Use]:
    """By what they are looked for; whoever has a role in one may have no account."""
    rule = sought.opportunities
    if rule is OpportunityRule.NONE:
        return []
    more = ([] if rule is OpportunityRule.ROLE else ["AccountId"]) + ([ACTIVE] if sought.activity else [])
    opportunity = replace(OPPORTUNITY, read=(*OPPORTUNITY.read, *more))
    return [opportunity, ROLE] if rule is OpportunityRule.ROLE else [opportunity]
