"""EmailMessage and EmailMessageRelation, as the Object Reference for API 67 describes them.

The reference gives no length for most text fields; those are from the field list of an org (Data Cloud and
connector vendors publish it). The key prefix of EmailMessageRelation is not published: `0CF` is a stand-in,
and nothing may depend on it.
"""

from __future__ import annotations

from connectors.simulators.salesforce.schema import (
    SObject,
    checkbox,
    choice,
    fields,
    ids_of,
    long_text,
    of_type,
    reference,
    system,
    text,
)
from connectors.simulators.salesforce.standard import audit

ATTACHED = ("Attachment", "ParentId")
LINKS = ("ContentDocumentLink", "LinkedEntityId")
PEOPLE = ("Contact", "Lead", "User")
RELATED = ("Account", "Case", "Opportunity")

NEW, READ, REPLIED, SENT, FORWARDED, DRAFT = "0", "1", "2", "3", "4", "5"
STATUSES = (
    (NEW, "New"),
    (READ, "Read"),
    (REPLIED, "Replied"),
    (SENT, "Sent"),
    (FORWARDED, "Forwarded"),
    (DRAFT, "Draft"),
)
RELATIONS = ("ToAddress", "CcAddress", "BccAddress", "FromAddress", "OtherAddress")

BODY = 131072
ADDRESSES = 4000
IDENTIFIER = 765


def email_message() -> SObject:
    return SObject(
        name="EmailMessage",
        label="Email Message",
        plural="Email Messages",
        prefix="02s",
        cascades=(("EmailMessageRelation", "EmailMessageId"), ("Task", "EmailMessageId"), LINKS, ATTACHED),
        fields=fields(
            *audit("Email Message"),
            system(text("Name", "Name", 255, name_field=True)),
            reference("ParentId", "Case ID", ("Case",), "Parent", update=False, lookup=True),
            reference("ActivityId", "Activity ID", ("Task",), "Activity", update=False),
            long_text("TextBody", "Text Body", BODY),
            long_text("HtmlBody", "HTML Body", BODY),
            long_text("Headers", "Headers", 32768),
            text("Subject", "Subject", 3000, group=False),
            text("FromName", "From Name", 1000, group=False),
            of_type("email", "FromAddress", "From Address", length=1000, group=False),
            reference("FromId", "From ID", PEOPLE, "From", update=False),
            text("ToAddress", "To Address", ADDRESSES, group=False),
            text("CcAddress", "CC Address", ADDRESSES, group=False),
            text("BccAddress", "BCC Address", ADDRESSES, group=False),
            ids_of("ToIds", "To IDs", PEOPLE),
            ids_of("CcIds", "CC IDs", PEOPLE),
            ids_of("BccIds", "BCC IDs", PEOPLE),
            ids_of("ContentDocumentIds", "Content Document IDs", ("ContentDocument",)),
            checkbox("Incoming", "Is Incoming", update=False),
            system(checkbox("HasAttachment", "Has Attachment")),
            choice("Status", "Status", STATUSES, nillable=False, default=NEW, restricted=True),
            of_type("datetime", "MessageDate", "Message Date", group=False),
            reference(
                "ReplyToEmailMessageId", "Email Message ID", ("EmailMessage",), "ReplyToEmailMessage", update=False
            ),
            checkbox("IsExternallyVisible", "Is Externally Visible", default=True, create=False),
            checkbox("IsClientManaged", "Is Client Managed", update=False),
            checkbox("IsPrivateDraft", "Is Private Draft", update=False),
            text("MessageIdentifier", "Message ID", IDENTIFIER, id_lookup=True),
            text("ThreadIdentifier", "Thread ID", IDENTIFIER, id_lookup=True),
            text("ClientThreadIdentifier", "Client Thread Identifier", IDENTIFIER, group=False),
            reference("RelatedToId", "Related To ID", RELATED, "RelatedTo"),
            text("Syncapp_Key__c", "Syncapp Key", 64, unique=True, external_id=True, id_lookup=True),
            long_text("Syncapp_Attachments__c", "Syncapp Attachments", 32768),
        ),
    )


def email_message_relation() -> SObject:
    kept = ("Id", "IsDeleted", "CreatedDate", "CreatedById", "SystemModstamp")
    return SObject(
        name="EmailMessageRelation",
        label="Email Message Relation",
        plural="Email Message Relations",
        prefix="0CF",
        fields=fields(
            *(f for f in audit("Email Message Relation") if f.name in kept),
            reference(
                "EmailMessageId", "Email Message ID", ("EmailMessage",), "EmailMessage", nillable=False, update=False
            ),
            reference("RelationId", "Relation ID", PEOPLE, "Relation"),
            choice("RelationType", "Relation Type", RELATIONS, nillable=False, restricted=True, update=False),
            text("RelationAddress", "Relation Address", 1000, update=False),
            system(text("RelationObjectType", "Relation Object Type", 80)),
        ),
    )


def mail_objects() -> tuple[SObject, ...]:
    return (email_message(), email_message_relation())
