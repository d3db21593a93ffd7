"""Whose words we understand: every name that people give a provider, and the dialect behind it."""

from __future__ import annotations

from collections.abc import Mapping

from connectors import errors, network
from connectors.errors import Answer, Detail, Dialect
from connectors.google import errors as google
from connectors.salesforce import errors as salesforce

DIALECTS: Mapping[str, Dialect] = {
    dialect.provider: dialect
    for dialect in (
        salesforce.DIALECT,
        salesforce.TOKEN_DIALECT,
        salesforce.SOAP_DIALECT,
        google.DIALECT,
        google.TOKEN_DIALECT,
    )
}

# Providers without a connector yet, and our own two, which never answer over HTTP: all of it is UNKNOWN.
WORDLESS = ("network", "engine", "ews", "exchange", "ms_graph", "graph", "entra")

NAMES = (*DIALECTS, *WORDLESS)


def dialect(name: str) -> Dialect:
    """The dialect of a provider; `-` and `_`, upper and lower case are the same. Raises KeyError for another name."""
    known = name.strip().lower().replace("-", "_")
    if known in WORDLESS:
        return Dialect(provider=known, details=_nothing, rules=())
    return DIALECTS[known]


def codes() -> set[str]:
    """Every catalogue code that an answer or the wire can be given."""
    ruled = errors.codes(DIALECTS.values())
    wire = {f"network.{name}" for name in network.KINDS}
    return ruled | wire | {f"{provider}.UNKNOWN" for provider in (*DIALECTS, "network", "engine")}


def _nothing(_: Answer) -> list[Detail]:
    return []
