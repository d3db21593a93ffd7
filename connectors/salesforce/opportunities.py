"""The open opportunities of people who were found: one call more for hundreds of them, where they are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simple_salesforce.format import format_soql

from connectors.errors import ConnectorError, Kind
from connectors.records import Person, PersonKind
from connectors.relations import Opportunity, OpportunityRule, Sought
from connectors.salesforce import mapping
from connectors.salesforce.client import QUERIES, SalesforceClient
from connectors.salesforce.mapping import Row

OF_ACCOUNTS = (
    "SELECT AccountId, Id, Name, LastModifiedDate{:literal} FROM Opportunity"
    " WHERE IsClosed = false AND AccountId IN {} ORDER BY CreatedDate, Id"
)
IN_ROLES = (
    "SELECT ContactId, OpportunityId, Opportunity.Name, Opportunity.LastModifiedDate{:literal}"
    " FROM OpportunityContactRole WHERE Opportunity.IsClosed = false AND ContactId IN {}"
    " ORDER BY Opportunity.CreatedDate, OpportunityId"
)
TOGETHER = 1000  # ids in one query
UNSEEN = "engine.OPPORTUNITIES_UNSEEN"
HIDDEN = frozenset({"salesforce.INVALID_TYPE", "salesforce.INVALID_FIELD", "salesforce.INSUFFICIENT_ACCESS"})


def with_theirs(client: SalesforceClient, people: Sequence[Person], sought: Sought) -> list[Person]:
    """The same people, with the open opportunities that are sought. Raises `ConnectorError`."""
    rule = sought.opportunities
    owners = list(dict.fromkeys(owner for person in people if (owner := _owner(person, rule))))
    if not owners:
        return list(people)
    found: dict[str, dict[str, Opportunity]] = {}
    for row in _rows(client, owners, sought):
        owner, opportunity = _in_role(row) if rule is OpportunityRule.ROLE else _of_account(row)
        found.setdefault(owner, {})[opportunity.id] = opportunity  # who has two roles in one has one of it
    return [replace(p, opportunities=tuple(found.get(_owner(p, rule), {}).values())) for p in people]


def _owner(person: Person, rule: OpportunityRule) -> str:
    """The id by which somebody's opportunities are asked for; "" where there are none to be asked for."""
    if rule is OpportunityRule.NONE:
        return ""
    if rule is OpportunityRule.ROLE:
        return person.id if person.kind is PersonKind.CONTACT else ""
    return person.id if person.kind is PersonKind.ACCOUNT else person.account_id


def _rows(client: SalesforceClient, owners: Sequence[str], sought: Sought) -> list[Row]:
    parts = [list(owners[at : at + TOGETHER]) for at in range(0, len(owners), TOGETHER)]
    statements = [_statement(part, sought) for part in parts]
    try:
        answers = [client.queries(statements[at : at + QUERIES]) for at in range(0, len(statements), QUERIES)]
    except ConnectorError as error:
        if error.failure.code not in HIDDEN:
            raise
        raise ConnectorError(replace(error.failure, provider="engine", code=UNSEEN, kind=Kind.CONFIG)) from error
    return [row for answer in answers for rows in answer for row in rows]


def _statement(owners: list[str], sought: Sought) -> str:
    if sought.opportunities is OpportunityRule.ROLE:
        return format_soql(IN_ROLES, f", Opportunity.{mapping.ACTIVE}" if sought.activity else "", owners)
    return format_soql(OF_ACCOUNTS, f", {mapping.ACTIVE}" if sought.activity else "", owners)


def _of_account(row: Row) -> tuple[str, Opportunity]:
    return row["AccountId"], _opportunity(row["Id"], row)


def _in_role(row: Row) -> tuple[str, Opportunity]:
    return row["ContactId"], _opportunity(row["OpportunityId"], row["Opportunity"])


def _opportunity(record_id: str, row: Row) -> Opportunity:
    return Opportunity(
        id=record_id,
        name=row.get("Name") or "",
        changed_at=mapping.moment(row["LastModifiedDate"]),
        active=mapping.day(row.get(mapping.ACTIVE)),
    )
