"""What People refuses of changes to contacts, one by one and in batches."""

from __future__ import annotations

from connectors.simulators.google.refusals.rows import GITHUB, PEOPLE, PEOPLE_GUIDE, rows

_STALE = "Clear local cache and get the latest person."
_TWICE = f"{GITHUB}mrmattwilkins/google-contacts-sync/issues/2"
_AMP = f"{GITHUB}amp-labs/connectors"
_GONE = "404 … Contact person resources are not found."
_DOCUMENT = "https://people.googleapis.com/$discovery/rest?version=v1"
_NO_CONTACT = f"{GITHUB}google/google-api-javascript-client/issues/356"

WRITING = rows(
    (
        "contact-body-unknown-name",
        "INVALID_ARGUMENT",
        "a contact with a field “colour”",
        "400 Invalid JSON payload received. Unknown name \"colour\" at 'person': Cannot find field.",
        _DOCUMENT,
    ),
    (
        "contact-body-type",
        "INVALID_ARGUMENT",
        "a contact whose address is a number",
        "400 Invalid value at 'person.email_addresses[0].value' (TYPE_STRING), 7",
        _DOCUMENT,
    ),
    (
        "contact-body-not-json",
        "INVALID_ARGUMENT",
        "a body that is no JSON",
        "400 Invalid JSON payload received. …",
        _DOCUMENT,
    ),
    *(
        (
            f"contact-two-{field}",
            "INVALID_ARGUMENT",
            f"a contact with two {field}",
            f"400 Cannot have more than one person.{field} per source.",
            _TWICE,
        )
        for field in ("names", "biographies", "birthdays", "genders")
    ),
    (
        "contact-primary-twice",
        "INVALID_ARGUMENT",
        "a contact with two primary addresses",
        "400 Cannot have more than one primary person.email_addresses per source.",
        f"{PEOPLE}#FieldMetadata",
    ),
    (
        "contact-update-mask-missing",
        "INVALID_ARGUMENT",
        "a change without updatePersonFields",
        "400 updatePersonFields mask is required. Please specify one or more valid paths. …",
        f"{GITHUB}googleapis/google-api-go-client/issues/1862",
    ),
    (
        "contact-update-mask-path",
        "INVALID_ARGUMENT",
        "updatePersonFields=photos, which only the server writes",
        '400 Invalid updatePersonFields mask path: "photos". Valid paths are documented at …',
        f"{PEOPLE}/updateContact",
    ),
    (
        "contact-update-without-etag",
        "INVALID_ARGUMENT",
        "a change without an etag",
        "400 Request must set person.etag or person.metadata.sources.etag for the source that is being updated.",
        PEOPLE_GUIDE,
    ),
    (
        "contact-update-stale",
        "FAILED_PRECONDITION",
        "a change with the etag of an older version",
        f"400 Request person.etag is different than the current person.etag. {_STALE}",
        f"{GITHUB}googleapis/google-api-go-client/issues/1904",
    ),
    (
        "contact-update-no-etag-of-ours",
        "FAILED_PRECONDITION",
        "a change with an etag that was never given out",
        f"400 Request person.etag is different than the current person.etag. {_STALE}",
        f"{GITHUB}googleapis/google-api-python-client/issues/1169",
    ),
    (
        "contact-update-stale-source",
        "FAILED_PRECONDITION",
        "a change with an older etag of the source",
        "400 Request person.metadata.sources.etag is different than the current person.metadata.sources.etag. "
        + _STALE,
        f"{GITHUB}rapidwebltd/php-google-people-api/issues/22",
    ),
    (
        "contact-update-me",
        "INVALID_ARGUMENT",
        "a change of people/me",
        '400 Resource name "people/me" is not a valid contact person resource.',
        _NO_CONTACT,
    ),
    ("contact-update-unknown", "NOT_FOUND", "a change of no contact", "404 Requested entity was not found.", _AMP),
    (
        "contact-group-none",
        "INVALID_ARGUMENT",
        "a change that leaves a contact in no group",
        "400 At least one person.memberships.contact_group_membership is required.",
        f"{PEOPLE}/updateContact",
    ),
    (
        "contact-group-unknown",
        "INVALID_ARGUMENT",
        "a contact in a group that is not there",
        '400 Contact group "contactGroups/nobody" is not a valid contact group resource.',
        f"{PEOPLE}#ContactGroupMembership",
    ),
    ("contact-delete-unknown", "NOT_FOUND", "delete of no contact", _GONE, _AMP),
    ("contact-deleted-again", "NOT_FOUND", "delete of a deleted contact", _GONE, _AMP),
)

BATCHES = rows(
    (
        "contact-batch-create-201",
        "INVALID_ARGUMENT",
        "201 new contacts in one call",
        "400 Number of contacts must be less than or equal to 200.",
        f"{PEOPLE}/batchCreateContacts",
    ),
    (
        "contact-batch-create-none",
        "INVALID_ARGUMENT",
        "no new contacts in one call",
        "400 At least one of the contacts is required.",
        f"{PEOPLE}/batchCreateContacts",
    ),
    (
        "contact-batch-create-wrong",
        "INVALID_ARGUMENT",
        "new contacts of which one has two names",
        "400 Cannot have more than one person.names per source.",
        "https://developers.google.com/people/api/rest/v1/BatchCreateContactsErrorDetails",
    ),
    (
        "contact-batch-update-201",
        "INVALID_ARGUMENT",
        "201 changes in one call",
        "400 Number of contacts must be less than or equal to 200.",
        f"{PEOPLE}/batchUpdateContacts",
    ),
    (
        "contact-batch-update-list",
        "INVALID_ARGUMENT",
        "changes as a list, not by resource name",
        "400 Invalid JSON payload received. Unknown name \"contacts\": Cannot bind a list to map for field 'contacts'.",
        f"{GITHUB}taylorwilsdon/google_workspace_mcp/pull/688",
    ),
    (
        "contact-batch-update-stale",
        "FAILED_PRECONDITION",
        "changes of which one has an old etag",
        f"400 Request person.etag is different than the current person.etag. {_STALE}",
        f"{PEOPLE}/batchUpdateContacts",
    ),
    (
        "contact-batch-mask",
        "INVALID_ARGUMENT",
        "changes without updateMask",
        "400 updateMask mask is required. Please specify one or more valid paths. Valid paths are documented at …",
        f"{PEOPLE}/batchUpdateContacts",
    ),
    (
        "contact-batch-delete-501",
        "INVALID_ARGUMENT",
        "501 deletions in one call",
        "400 Number of resource names must be less than or equal to 500.",
        f"{PEOPLE}/batchDeleteContacts",
    ),
    (
        "contact-batch-delete-none",
        "INVALID_ARGUMENT",
        "no deletions in one call",
        "400 At least one of the resource names is required.",
        f"{PEOPLE}/batchDeleteContacts",
    ),
    ("contact-batch-delete-unknown", "NOT_FOUND", "deletions of which one is of no contact", _GONE, _AMP),
)
