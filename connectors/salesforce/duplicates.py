"""What a duplicate rule found, which a collection does not tell: only a record that is written by itself is told it.

REST API Developer Guide, “Composite” and “DuplicateResult”; Sforce-Duplicate-Rule-Header.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from connectors.errors import Answer, ConnectorError, ItemError
from connectors.records import Ref
from connectors.salesforce.batching import Result
from connectors.salesforce.client import Part, Said, SalesforceClient
from connectors.salesforce.errors import DIALECT

DETECTED = "salesforce.DUPLICATES_DETECTED"
MOST = 25  # requests in one Composite


def explained(
    client: SalesforceClient, results: Mapping[str, Result], records: Mapping[str, Mapping[str, Any]]
) -> dict[str, Result]:
    """The results of new records, by key; those that are refused as duplicates are tried once more, each by itself and
    all in one call, to hear which records are there. Whose twin is gone by now is made."""
    wanted = [key for key, r in results.items() if isinstance(r, ItemError) and r.failure.code == DETECTED][:MOST]
    if not wanted:
        return dict(results)
    try:
        said = client.composite({f"record{n}": _alone(records[key]) for n, key in enumerate(wanted)})
    except ConnectorError:  # what is known of the others must not be lost over it
        return dict(results)
    told = {key: _told(client, each) for key, each in zip(wanted, said.values(), strict=True)}
    return {**results, **{key: each for key, each in told.items() if each is not None}}


def _alone(record: Mapping[str, Any]) -> Part:
    sobject = record["attributes"]["type"]
    return Part(method="POST", path=f"sobjects/{sobject}", body={n: v for n, v in record.items() if n != "attributes"})


def _told(client: SalesforceClient, said: Said) -> Result | None:
    if said.status == 201 and isinstance(said.body, dict) and said.body.get("id"):
        return Ref(id=str(said.body["id"]))
    last = client.last()
    answer = Answer(status=said.status, headers=last.headers if last else {}, body=json.dumps(said.body))
    failure = DIALECT.verdict(answer)
    return ItemError(failure=failure) if failure.code == DETECTED else None
