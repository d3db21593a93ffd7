"""Messages that Salesforce refuses because the org has no Enhanced Email, told as that.

Without it a message belongs to a case and names nobody: `RelatedToId`, `FromId`, `ToIds`, `CcIds` and `BccIds` are not
there, and without Email-to-Case nor is the object. What refuses us is then a column, a type or a case that is missing,
of which none says what is to be done; what describe shows does.

Object Reference for the Salesforce Platform, “EmailMessage”.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from connectors.bodies import by_name
from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.salesforce.batching import Result
from connectors.salesforce.client import SalesforceClient, attempted

OBJECT, PEOPLE, RELATED = "EmailMessage", "ToIds", "RelatedToId"
OFF = "engine.ENHANCED_EMAIL_OFF"
POINTING = frozenset(
    {"salesforce.INVALID_FIELD", "salesforce.INVALID_TYPE", "salesforce.NOT_FOUND", "salesforce.REQUIRED_FIELD_MISSING"}
)


def explained(client: SalesforceClient, create: Callable[[], dict[str, Result]]) -> dict[str, Result]:
    """What became of messages that are created. One call more where a refusal may be for want of Enhanced Email."""
    try:
        results = create()
    except ConnectorError as error:
        if error.failure.code in POINTING and _is_off(client):
            raise ConnectorError(_off(error.failure)) from error
        raise
    pointing = {key: r for key, r in results.items() if isinstance(r, ItemError) and r.failure.code in POINTING}
    if not pointing or not _is_off(client):
        return results
    return results | {key: ItemError(failure=_off(r.failure)) for key, r in pointing.items()}


def lacks_enhanced_email(shown: Mapping[str, object] | Failure) -> bool:
    """Whether this is how an org describes messages that has no Enhanced Email: not at all, or without their people."""
    if isinstance(shown, Failure):
        return shown.kind is Kind.NOT_FOUND
    return not {PEOPLE, RELATED} & set(by_name(shown.get("fields")))


def _is_off(client: SalesforceClient) -> bool:
    return lacks_enhanced_email(attempted(lambda: client.describe(OBJECT)))


def _off(failure: Failure) -> Failure:
    return replace(failure, provider="engine", code=OFF, kind=Kind.CONFIG)
