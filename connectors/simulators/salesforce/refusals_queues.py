"""Refusals of an owner who is no user: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import CORE, NO_ENTITY

NOT_SERVED = "wording as quoted in public notes of several orgs, for tasks and for cases"
MISFIT = "recorded in github.com/mshanemc/roundRobinProcessBuilder, issue 24"
GROUP = (
    "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/"
    "sforce_api_objects_group.htm: needs the permission Manage Users"
)


ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("queue-not-served", "INVALID_OPERATION", "a queue that serves no leads as a lead's owner", "400", NOT_SERVED),
    ("queue-no-longer", "INVALID_OPERATION", "a queue from which leads were taken", "400", NOT_SERVED),
    ("queue-public-group", "FIELD_INTEGRITY_EXCEPTION", "a public group as the owner", "400, incorrect type", MISFIT),
    ("queue-gone", "INVALID_CROSS_REFERENCE_KEY", "a queue that was deleted", "400", CORE),
    ("queue-of-contact", "MALFORMED_ID", "a queue as a contact's owner", "400, incorrect type", CORE),
    ("queue-created", NO_ENTITY, "a new group", "400, entity type cannot be inserted", GROUP),
    ("queue-served-by-us", NO_ENTITY, "a new object for a queue", "400, entity type cannot be inserted", GROUP),
)
