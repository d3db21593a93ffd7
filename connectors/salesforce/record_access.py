"""What a user of the org may read, as the org itself says: UserRecordAccess, of 200 records in one query."""

from __future__ import annotations

from collections.abc import Sequence

from simple_salesforce.format import format_soql

from connectors.salesforce.client import QUERIES, SalesforceClient
from connectors.salesforce.ids import whole

TOGETHER = 200
READABLE = "SELECT RecordId FROM UserRecordAccess WHERE UserId = {} AND RecordId IN {} AND HasReadAccess = true"


def readable(client: SalesforceClient, user_id: str, record_ids: Sequence[str]) -> frozenset[str]:
    """Those of the records that the user may read, as they were asked for. Raises `ConnectorError`."""
    user, wanted = whole(user_id), {full: each for each in record_ids if (full := whole(each))}
    if not user:
        return frozenset()
    ids = sorted(wanted)
    statements = [format_soql(READABLE, user, ids[at : at + TOGETHER]) for at in range(0, len(ids), TOGETHER)]
    answers = [client.queries(statements[at : at + QUERIES]) for at in range(0, len(statements), QUERIES)]
    told = (whole(str(row.get("RecordId"))) for answer in answers for rows in answer for row in rows)
    return frozenset(wanted[each] for each in told if each in wanted)
