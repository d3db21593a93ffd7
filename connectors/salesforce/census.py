"""Records by what we know of them, and whatever looks like a copy of one: for comparing both sides.

Values are split over statements so that the address of each stays within what a request may have, and up to five
statements are one call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from simple_salesforce.format import format_soql

from connectors.errors import ItemError
from connectors.records import CrmEmail, CrmRecord, Email, Ref
from connectors.salesforce import client as calls
from connectors.salesforce.batching import Result, result
from connectors.salesforce.client import QUERIES, RECORDS, SalesforceClient
from connectors.salesforce.ids import whole
from connectors.salesforce.mapping import EMAIL_FIELDS, KEY, Row, crm_email, literal
from connectors.salesforce.sources import Source

LONGEST = 9_000  # characters of values in one statement
MESSAGES = "SELECT {:literal} FROM EmailMessage WHERE {:literal} IN {}"
NAMELESS = "SELECT {:literal} FROM EmailMessage WHERE MessageIdentifier = null AND MessageDate IN ({:literal})"
RECORDS_OF = "SELECT {:literal} FROM {:literal} WHERE {:literal} AND {:literal} IN {}"
TWINS = "SELECT {:literal} FROM {:literal} WHERE {:literal} AND Syncapp_Key__c = null AND {:literal} IN ({:literal})"
GONE = "salesforce.ENTITY_IS_DELETED"


def messages(client: SalesforceClient, keys: Sequence[str], record_ids: Sequence[str]) -> list[CrmEmail]:
    """See `CrmConnector.find`: two calls for 200 messages."""
    fields = ", ".join((*EMAIL_FIELDS, KEY) if keys else EMAIL_FIELDS)
    known = [(KEY, keys), ("Id", _ids(record_ids))]
    found = _rows(client, (format_soql(MESSAGES, fields, name, part) for name, all_ in known for part in parts(all_)))
    named = dict.fromkeys(row["MessageIdentifier"] for row in found.values() if row["MessageIdentifier"])
    statements = (format_soql(MESSAGES, fields, "MessageIdentifier", part) for part in parts(named))
    return [crm_email(row) for row in (found | _rows(client, statements)).values()]


def alike(client: SalesforceClient, emails: Sequence[Email]) -> list[CrmEmail]:
    """See `CrmConnector.alike`: one call for 200 messages, more where their names are long."""
    fields = ", ".join(EMAIL_FIELDS)
    named = [f"<{email.message_id}>" for email in emails if email.message_id]
    dates = [literal(email.date) for email in emails if not email.message_id]
    statements = [
        *(format_soql(MESSAGES, fields, "MessageIdentifier", part) for part in parts(named)),
        *(format_soql(NAMELESS, fields, ", ".join(part)) for part in parts(dates)),
    ]
    return [crm_email(row) for row in _rows(client, statements).values()]


def sign(client: SalesforceClient, keys: Mapping[str, str]) -> dict[str, Result]:
    """See `CrmConnector.sign`: of a message that was sent, fields of ours are all that may be changed."""
    signed: dict[str, Result] = {}
    ids = list(keys)
    for at in range(0, len(ids), RECORDS):
        part = ids[at : at + RECORDS]
        rows = [{"attributes": {"type": "EmailMessage"}, "id": each, KEY: keys[each]} for each in part]
        said = client.composite({"signed": calls.update(rows)})["signed"]
        answers = client.results(said, len(part))
        signed |= {each: result(answer, client) for each, answer in zip(part, answers, strict=True)}
    return signed


def records(
    client: SalesforceClient, source: Source, keys: Sequence[str], record_ids: Sequence[str]
) -> list[CrmRecord]:
    """Likewise, without what the source does not show."""
    read = (source.columns, source.sobject, source.own)
    known = [("Syncapp_Key__c", keys), ("Id", _ids(record_ids))]
    found = _rows(client, (format_soql(RECORDS_OF, *read, name, part) for name, all_ in known for part in parts(all_)))
    alike = dict.fromkeys(filter(None, map(source.likeness, found.values())))
    twins = _rows(client, (format_soql(TWINS, *read, column, ", ".join(part)) for column, part in _values(alike)))
    twins = {id_: row for id_, row in twins.items() if source.likeness(row) in alike}
    return [source.record(row) for row in (found | twins).values()]


def _values(alike: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Each column with its values, as many together as one statement may have."""
    together: dict[str, list[str]] = {}
    for column, value in alike:
        together.setdefault(column, []).append(value)
    return ((column, part) for column, values in together.items() for part in parts(values))


def discard(client: SalesforceClient, record_ids: Sequence[str]) -> list[Result]:
    """See `CrmConnector.discard`: they go to the recycle bin; one call for each 200."""
    told: dict[str, Result] = {}
    for at in range(0, len(record_ids), RECORDS):
        part = record_ids[at : at + RECORDS]
        said = client.composite({"gone": calls.delete(part)})["gone"]
        answers = client.results(said, len(part))
        told |= {each: _gone(each, result(a, client)) for each, a in zip(part, answers, strict=True)}
    return [told[each] for each in record_ids]


def _gone(record_id: str, answer: Result) -> Result:
    already = isinstance(answer, ItemError) and answer.failure.code == GONE
    return Ref(id=record_id) if already else answer


def _rows(client: SalesforceClient, statements: Iterable[str]) -> dict[str, Row]:
    """By id, in the order in which they were found."""
    asked, found = list(statements), dict[str, Row]()
    for at in range(0, len(asked), QUERIES):
        for rows in client.queries(asked[at : at + QUERIES]):
            found |= {row["Id"]: row for row in rows}
    return found


def parts(values: Iterable[str]) -> Iterator[list[str]]:
    """The values without doubles, as many together as one statement may have."""
    part, length = list[str](), 0
    for value in dict.fromkeys(values):
        if part and length + _length(value) > LONGEST:
            yield part
            part, length = [], 0
        part.append(value)
        length += _length(value) + 12  # quotes and a comma, as an address has them
    if part:
        yield part


def _length(value: str) -> int:
    """As an address has it, where three characters stand for each byte of what is not ASCII."""
    return sum(1 if character.isascii() else 3 * len(character.encode()) for character in value)


def _ids(record_ids: Sequence[str]) -> list[str]:
    return [*filter(None, map(whole, record_ids))]
