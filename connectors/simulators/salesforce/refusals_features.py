"""Refusals for want of a feature, of a right to write, or of a prefix: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import NO_ENTITY

MESSAGE = (
    "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/"
    "sforce_api_objects_emailmessage.htm"
)
PROFILE = "wording as quoted in public logs of many clients, for a profile that may not write"
PREFIX = (
    "https://developer.salesforce.com/docs/atlas.en-us.pkg1_dev.meta/pkg1_dev/register_namespace_prefix.htm: "
    "a field of a managed package has its prefix everywhere but in the package's own org"
)

FIELD = "INVALID_FIELD"

ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("reader-creates", NO_ENTITY, "a lead of a user who only reads", "400, cannot be inserted", PROFILE),
    ("reader-updates", NO_ENTITY, "an update of such a user", "400, cannot be updated", PROFILE),
    ("reader-upserts", NO_ENTITY, "an upsert of such a user", "400, cannot be inserted", PROFILE),
    ("reader-deletes", "INSUFFICIENT_ACCESS_OR_READONLY", "DELETE of such a user", "403", PROFILE),
    ("reader-collects", NO_ENTITY, "a collection of such a user", "200, beside the record", PROFILE),
    ("mail-off", "NOT_FOUND", "a message in an org without e-mail", "404", MESSAGE),
    ("mail-off-query", "INVALID_TYPE", "the same in a query", "400, the place shown", MESSAGE),
    ("mail-on-no-case", "REQUIRED_FIELD_MISSING", "a message without a case, no Enhanced Email", "400", MESSAGE),
    ("mail-related", FIELD, "RelatedToId without Enhanced Email", "400 No such column", MESSAGE),
    ("mail-people", FIELD, "ToIds without Enhanced Email", "400 No such column", MESSAGE),
    ("mail-relations", "INVALID_TYPE", "EmailMessageRelation without it", "400, the place shown", MESSAGE),
    ("namespace-write", FIELD, "our field without the prefix that it has", "400 No such column", PREFIX),
    ("namespace-query", FIELD, "the same in a query", "400, the place shown", PREFIX),
    ("namespace-key", "NOT_FOUND", "upsert by our key without its prefix", "404", PREFIX),
)
