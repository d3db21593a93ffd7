"""Refusals of attachments, the older kind of file: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import ACCESS, CLOSED, CORE, OBJECTS, REQUIRED, SHUT

OBJECT = f"{OBJECTS}sforce_api_objects_attachment.htm"
MESSAGE = f"{OBJECTS}sforce_api_objects_emailmessage.htm: as for a link of a file; inferred for this object"
SIZE = "as quoted in a public list of answers"
HTML = f"{OBJECT}, ContentType, for the rule; the code is the partner WSDL's"


ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("attachment-no-parent", REQUIRED, "an attachment of nothing", "400 [ParentId]", OBJECT),
    ("attachment-no-body", REQUIRED, "an attachment without bytes", "400 [Body]", OBJECT),
    ("attachment-no-name", REQUIRED, "an attachment without a name", "400 [Name]", OBJECT),
    ("attachment-of-user", "MALFORMED_ID", "a user as the parent", "400, incorrect type", OBJECT),
    ("attachment-moved", SHUT, "another ParentId", "400, the field named", OBJECT),
    ("attachment-too-large", "MAXIMUM_SIZE_OF_ATTACHMENT", "more than 25 MB", "400 BodyLength", SIZE),
    ("attachment-html", "HTML_FILE_UPLOAD_NOT_ALLOWED", "a page where the org blocks them", "400", HTML),
    ("attachment-storage", "STORAGE_LIMIT_EXCEEDED", "an attachment without room", "403", CORE),
    ("attachment-of-sent", CLOSED, "an attachment for a message that was sent", "403", MESSAGE),
    ("attachment-read-only", CLOSED, "an attachment for a record shared for reading", "403", ACCESS),
    ("attachment-of-sent-kept", CLOSED, "DELETE an attachment of a message that was sent", "403", MESSAGE),
)
