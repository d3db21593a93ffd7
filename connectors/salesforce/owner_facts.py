"""Whether those who are to own cases are there and may.

Object Reference, “QueueSobject”, “User” (`IsActive`): an inactive user owns no new record.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from simple_salesforce.format import format_soql

from connectors.errors import Failure
from connectors.facts import Fact, Verdict, enumerated
from connectors.salesforce.ids import whole
from connectors.sentences import phrase
from connectors.translation import gettext_noop

OWNERS = gettext_noop("Owners of cases")
QUEUES = "SELECT QueueId FROM QueueSobject WHERE SobjectType = 'Case'"
USERS = "SELECT Id FROM User WHERE IsActive = true AND Id IN {}"
GROUP = "00G"  # what the id of a queue begins with
MOST = 200  # users that are asked for at once
CHOOSE = gettext_noop(
    "In Syncapp, choose another owner where these ids stand: Routes > the route > “Owner of its cases”, or Mailboxes > "
    "the mailbox > “Owner of its cases”."
)
MEND = gettext_noop(
    "Or, in Salesforce, let the queue own cases (Setup > Queues > Supported Objects), or activate the user."
)
LET_SEE = gettext_noop("Let the user that Syncapp works as see users and queues, and look again.")
Asked = Sequence[Mapping[str, Any]] | Failure


def questions(owners: Collection[str]) -> dict[str, str]:
    """The statements that tell which of these may own cases, by what they ask for."""
    ids = sorted({whole(each) for each in owners if not each.startswith(GROUP)} - {""})[:MOST]
    return {"queues": QUEUES} | ({"users": format_soql(USERS, ids)} if ids else {})


def owners(wanted: Collection[str], queues: Asked, active: Asked) -> Fact:
    """Ids are compared without what only checks their case."""
    refused = next((said for said in (queues, active) if isinstance(said, Failure)), None)
    if isinstance(queues, Failure) or isinstance(active, Failure):
        text = phrase("Whether those who are to own cases may do so could not be found out.")
        return Fact(name=OWNERS, verdict=Verdict.UNKNOWN, text=text, steps=(LET_SEE,), failure=refused)
    there = {str(row.get("QueueId"))[:15] for row in queues} | {str(row.get("Id"))[:15] for row in active}
    lost = sorted(each for each in wanted if each[:15] not in there)
    if not lost:
        return Fact(
            name=OWNERS, verdict=Verdict.GOOD, text=phrase("The queues and users that are to own cases may do so.")
        )
    text = phrase(
        "%(ids)s may own no cases: the queue is gone or for other records, or the user is inactive.",
        ids=enumerated(lost),
    )
    return Fact(name=OWNERS, verdict=Verdict.BAD, text=text, steps=(CHOOSE, MEND))
