"""Refusals of a question about a user's access: (id, code, request, answer, source)."""

from __future__ import annotations

OBJECT = (
    "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/"
    "sforce_api_objects_userrecordaccess.htm"
)
INFERRED = f"{OBJECT} for the rule; code and wording are inferred"
SELECTED = "recorded in github.com/RoseSilverSoftware/IlluminatedCloud, issue 1699"
ONLY = "as quoted in a public tool that reads all objects; github.com/salesforce/lwc, issue 2910"

FIELD = "INVALID_FIELD"

ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("access-no-record-id", FIELD, "RecordId not selected", "400", SELECTED),
    ("access-count", FIELD, "COUNT() of it", "400", SELECTED),
    ("access-user-id", FIELD, "UserId selected", "400, what can be selected", ONLY),
    ("access-no-user", FIELD, "no filter on UserId", "400, what must be filtered by", INFERRED),
    ("access-two-users", FIELD, "two users", "400, what must be filtered by", INFERRED),
    ("access-no-record", FIELD, "no filter on RecordId", "400, what must be filtered by", INFERRED),
    ("access-or", FIELD, "UserId or RecordId", "400, what must be filtered by", INFERRED),
    ("access-level", FIELD, "a filter on MaxAccessLevel", "400, what must be filtered by", INFERRED),
    ("access-flag-and-more", FIELD, "a filter on HasReadAccess and more than RecordId selected", "400", OBJECT),
    ("access-201", "EXCEEDED_ID_LIMIT", "201 records", "400, 200 at most", INFERRED),
    ("access-bad-id", "INVALID_QUERY_FILTER_OPERATOR", "an id with wrong check characters", "400, invalid ID", OBJECT),
    ("access-written", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "a new one", "400, cannot be inserted", OBJECT),
)
