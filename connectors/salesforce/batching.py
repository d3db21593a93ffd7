"""Many writes, 200 at a time, each with an answer of its own, and the records that have their keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from simple_salesforce.format import format_soql

from connectors.errors import ConnectorError, ItemError
from connectors.records import Ref, Write
from connectors.salesforce.client import RECORDS, SalesforceClient
from connectors.salesforce.errors import item_failure
from connectors.salesforce.mapping import KEY

W = TypeVar("W", bound=Write)
Result = Ref | ItemError
TAKEN = "salesforce.DUPLICATE_VALUE"
BY_KEY = "SELECT {:literal} FROM {:literal} WHERE Syncapp_Key__c IN {}"


def in_batches(
    writes: Sequence[W], carry_out: Callable[[Sequence[W]], Mapping[str, Result]], known: dict[str, Result]
) -> None:
    """Adds to `known`, by key, what became of each write.

    Raises `ConnectorError` only where nothing is known of anything: what earlier calls told is not lost if a later
    one fails, and what was not tried then has its failure.
    """
    for at in range(0, len(writes), RECORDS):
        try:
            known |= carry_out(writes[at : at + RECORDS])
        except ConnectorError as error:
            if not known:
                raise
            known |= {write.key: ItemError(failure=error.failure) for write in writes[at:]}
            return


def result(said: Mapping[str, Any], client: SalesforceClient) -> Result:
    """What one entry of a collection's answer says of its record."""
    if said.get("success") is True and said.get("id"):
        return Ref(id=said["id"])
    return ItemError(failure=item_failure(said, client.last()))


def having_keys(
    client: SalesforceClient, sobject: str, keys: Sequence[str], columns: str = f"Id, {KEY}"
) -> dict[str, dict[str, Any]]:
    """The records that have these keys, by key. Raises `ConnectorError`."""
    (rows,) = client.queries([format_soql(BY_KEY, columns, sobject, list(keys))])
    return {row[KEY]: row for row in rows}
