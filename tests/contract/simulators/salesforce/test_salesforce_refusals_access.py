"""What is refused of a question about a user's access, seen through the plain library."""

from __future__ import annotations

import pytest

from tests.contract.simulators.salesforce.bench import Bench, Case, case, miscounted, never

FIELD = "INVALID_FIELD"
MUST = "Must filter by a single UserId, by RecordId, and by at most one Has*Access field"


def refused(fields: str, condition: str, text: str, code: str = FIELD) -> Case:
    """A query about the integration user and a contact, and its refusal."""

    def act(b: Bench) -> object:
        where = condition.format(user=b.sim.org.integration_user, record=b.make("Contact"))
        return b.sf.query(f"SELECT {fields} FROM UserRecordAccess WHERE {where}")

    return case(act, 400, code, text)


USER, RECORD = "UserId = '{user}'", "RecordId = '{record}'"
BOTH = f"{USER} AND {RECORD}"
MANY = ", ".join(f"'{never()}'" for _ in range(201))

CASES: dict[str, Case] = {
    "access-no-record-id": refused("HasReadAccess", BOTH, "RecordId field must be selected"),
    "access-count": refused("COUNT()", BOTH, "RecordId field must be selected"),
    "access-user-id": refused(
        "RecordId, UserId", BOTH, "Can select only RecordId, a Has*Access field, and MaxAccessLevel"
    ),
    "access-no-user": refused("RecordId", RECORD, MUST),
    "access-two-users": refused("RecordId", f"UserId IN ('{{user}}', '{never('005')}') AND {RECORD}", MUST),
    "access-no-record": refused("RecordId", USER, MUST),
    "access-or": refused("RecordId", f"{USER} OR {RECORD}", MUST),
    "access-level": refused("RecordId", f"{BOTH} AND MaxAccessLevel = 'Edit'", MUST),
    "access-flag-and-more": refused(
        "RecordId, MaxAccessLevel",
        f"{BOTH} AND HasReadAccess = true",
        "Can select only RecordId when filtering by a Has*Access field",
    ),
    "access-201": refused(
        "RecordId", f"{USER} AND RecordId IN ({MANY})", "Can filter by at most 200 RecordIds", "EXCEEDED_ID_LIMIT"
    ),
    "access-bad-id": refused(
        "RecordId",
        f"{USER} AND RecordId = '{miscounted(never())}'",
        "*invalid ID field: 003*",
        "INVALID_QUERY_FILTER_OPERATOR",
    ),
    "access-written": case(
        lambda b: b.sf.UserRecordAccess.create({"HasReadAccess": True}),
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "entity type cannot be inserted: User Record Access",
        (),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_question_about_access_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)
