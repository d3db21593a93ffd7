"""Refusals of files and of their links: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import (
    ACCESS,
    CLOSED,
    CORE,
    MESSAGE,
    NO_ENTITY,
    OBJECTS,
    REQUIRED,
    SHUT,
)

VERSION = f"{OBJECTS}sforce_api_objects_contentversion.htm"
DOCUMENT = f"{OBJECTS}sforce_api_objects_contentdocument.htm"
LINK = f"{OBJECTS}sforce_api_objects_contentdocumentlink.htm"
INFERRED = "the rule is in the reference; code and wording are inferred"
BLOB = "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_insert_update_blob.htm"
SIZE = "recorded in github.com/forcedotcom/SFDX-Data-Move-Utility, issue 321; the code is the partner WSDL's"
CODE = "the code is the partner WSDL's; the wording is inferred"
TWICE = "as quoted in public tools that copy records"
FILTER = "recorded in github.com/airbytehq/airbyte, issue 30819"

LARGE = "EXCEEDED_MAX_SIZE_REQUEST"

ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("file-no-path", REQUIRED, "a version without PathOnClient", "400, the field named", VERSION),
    ("file-no-bytes", REQUIRED, "a version without VersionData", "400, the field named", INFERRED),
    ("file-not-base64", "JSON_PARSER_ERROR", "VersionData that is no base64", "400", INFERRED),
    ("file-title", "STRING_TOO_LONG", "a title of 256", "400, value and length", VERSION),
    ("file-size-given", SHUT, "ContentSize given", "400, the field named", VERSION),
    ("file-bytes-replaced", SHUT, "other VersionData for a version", "400, the field named", INFERRED),
    ("file-body-too-large", LARGE, "a JSON body above 50 MB", "400, the size named", SIZE),
    ("file-too-large", "FILE_SIZE_LIMIT_EXCEEDED", "a file above the largest size", "400, the size named", CODE),
    ("file-blocked", "FILE_EXTENSION_NOT_ALLOWED", "a kind of file that the org blocks", "400, the kind named", CODE),
    ("file-html", "HTML_FILE_UPLOAD_NOT_ALLOWED", "a page where the org blocks them", "400, the kind named", CODE),
    ("file-hub", "CONTENT_HUB_TIMEOUT_EXCEPTION", "an upload while the content hub is away", "500", CODE),
    ("file-storage", "STORAGE_LIMIT_EXCEEDED", "a file without room", "403", CORE),
    ("file-published-twice", "FIELD_INTEGRITY_EXCEPTION", "a second version, published somewhere", "400", INFERRED),
    ("file-published-deleted", "ENTITY_IS_DELETED", "a file published on a deleted record", "400", CORE),
    ("file-published-read-only", CLOSED, "a file published on a record shared for reading", "403", ACCESS),
    ("file-published-on-sent", CLOSED, "a file published on a sent message", "403", f"{MESSAGE}; {ACCESS}"),
    ("file-version-deleted", CLOSED, "DELETE a version", "403", f"{VERSION}, supported calls"),
    ("file-document-made", NO_ENTITY, "a new ContentDocument", "400, cannot be inserted", f"{DOCUMENT}, calls"),
    ("file-link-twice", "DUPLICATE_VALUE", "a link that is there", "400, both ids", TWICE),
    ("file-link-owner", "DUPLICATE_VALUE", "a link to the file's owner, which every file has", "400", TWICE),
    ("file-link-share", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "a share type that does not exist", "400", LINK),
    ("file-link-inferred", CLOSED, "share type I for a user", "403, the share type", ACCESS),
    ("file-link-read-only", CLOSED, "a link to a record shared for reading", "403", ACCESS),
    ("file-link-sent", CLOSED, "a link to a message that was sent", "403", f"{MESSAGE}; {ACCESS}"),
    ("file-link-moved", SHUT, "another LinkedEntityId", "400, the field named", LINK),
    ("file-link-unlinked", CLOSED, "DELETE a link of a message that was sent", "403", f"{MESSAGE}; {ACCESS}"),
    ("file-links-all", "MALFORMED_QUERY", "all links", "400, what to filter by", FILTER),
    ("file-links-or", "MALFORMED_QUERY", "links of a record, or viewers", "400, what to filter by", FILTER),
    ("file-bytes-filter", "INVALID_FIELD", "a filter on VersionData", "400, can not be filtered", VERSION),
    ("file-multipart", "INVALID_MULTIPART_REQUEST", "a multipart request without a file", "400", f"{BLOB}; inferred"),
)
