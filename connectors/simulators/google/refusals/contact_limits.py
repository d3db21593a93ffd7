"""What People refuses because it is too much: quotas, sizes of contacts, and batches of calls."""

from __future__ import annotations

from connectors.simulators.google.refusals.rows import GITHUB, PEOPLE, PEOPLE_BATCH, PEOPLE_GUIDE, rows

_LIST = f"{PEOPLE}.connections/list"
_LIMITS = (
    "https://getsharedcontacts.com/de/knowledge-base/"
    "so-loesen-sie-das-kontingent-kontaktlimit-erreicht-in-google-kontakte/"
)
_QUOTA = f"{GITHUB}mrmattwilkins/google-contacts-sync/issues/1"

LIMITS = rows(
    (
        "contact-quota-read",
        "RATE_LIMIT_EXCEEDED",
        "more reads in a minute than a user may make",
        "429 Quota exceeded for quota metric 'Critical read requests (Contact and Profile Reads)' and limit …",
        _QUOTA,
    ),
    (
        "contact-quota-read-by-write",
        "RATE_LIMIT_EXCEEDED",
        "a change where the minute's reads are used up",
        "429 Quota exceeded for quota metric 'Critical read requests (Contact and Profile Reads)' and limit …",
        f"{GITHUB}fleapower/Google-Script-Contacts-Sync/issues/16",
    ),
    (
        "contact-quota-write",
        "RATE_LIMIT_EXCEEDED",
        "more changes in a minute than a user may make",
        "429 Quota exceeded for quota metric 'Critical write requests (Contact Creates and Updates)' and limit …",
        PEOPLE_GUIDE,
    ),
    (
        "contact-quota-delete",
        "RATE_LIMIT_EXCEEDED",
        "more deletions in a minute than a user may make",
        "429 Quota exceeded for quota metric 'Write requests (Contact Deletes and Contact Group Writes)' and limit …",
        PEOPLE_GUIDE,
    ),
    (
        "contact-quota-day",
        "RATE_LIMIT_EXCEEDED",
        "more changes in a day than a user may make",
        "429 Quota exceeded for quota metric 'Daily Contact Writes (Total)' and limit …",
        PEOPLE_GUIDE,
    ),
    (
        "contact-quota-exhausted",
        "RESOURCE_EXHAUSTED",
        "a service that needs a rest",
        "429 Resource has been exhausted (e.g. check quota).",
        f"{GITHUB}rapidwebltd/php-google-people-api/issues/45",
    ),
    (
        "contact-quota-full-sync",
        "RESOURCE_EXHAUSTED",
        "too many lists in full",
        "429 Resource has been exhausted (e.g. check quota).",
        _LIST,
    ),
    (
        "contacts-batch-1001",
        "INVALID_ARGUMENT",
        "a batch of 1,001 calls",
        "400 Inner request count exceeds the limit. Received: 1001, Limit: 1000",
        PEOPLE_BATCH,
    ),
    (
        "contacts-batch-part-stale",
        "FAILED_PRECONDITION",
        "a call of a batch with an old etag",
        "400 Request person.etag is different than the current person.etag. …",
        PEOPLE_BATCH,
    ),
)

SIZES = rows(
    (
        "contact-field-long",
        "INVALID_ARGUMENT",
        "a name of 1,025 characters",
        "400 person.names cannot have more than 1024 characters.",
        _LIMITS,
    ),
    (
        "contact-fields-501",
        "INVALID_ARGUMENT",
        "a contact with 501 fields",
        "400 A contact cannot have more than 500 fields.",
        _LIMITS,
    ),
    (
        "contact-large",
        "INVALID_ARGUMENT",
        "a contact of more than 128 KB",
        "400 A contact cannot have more than 131072 bytes.",
        _LIMITS,
    ),
    (
        "contacts-full",
        "INVALID_ARGUMENT",
        "the contact after the 25,000th",
        "400 MY_CONTACTS_OVERFLOW_COUNT",
        _LIMITS,
    ),
)
