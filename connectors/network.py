"""Codes of what goes wrong before any provider has a say: names, connections, certificates, broken answers."""

from __future__ import annotations

from connectors.errors import ConnectorError, Failure, Kind, Matched

KINDS = {
    "DNS_FAILURE": Kind.TRANSIENT,
    "CONNECTION_REFUSED": Kind.TRANSIENT,
    "CONNECT_TIMEOUT": Kind.TRANSIENT,
    "READ_TIMEOUT": Kind.TRANSIENT,
    "CONNECTION_RESET": Kind.TRANSIENT,
    "TRUNCATED_ANSWER": Kind.TRANSIENT,
    "NON_JSON_ANSWER": Kind.TRANSIENT,
    "TLS_FAILURE": Kind.CONFIG,
    "ANSWER_TOO_LARGE": Kind.INVALID,
    "HOST_NOT_ALLOWED": Kind.CONFIG,
}


def failure(name: str, said: str = "", *, status: int = 0) -> Failure:
    """A failure of the wire; `said` names the host and never holds a path, a query or a header."""
    return Failure(
        provider="network",
        code=f"network.{name}",
        kind=KINDS[name],
        said=said,
        matched=Matched.CODE,
        status=status,
    )


def error(name: str, said: str = "", *, status: int = 0) -> ConnectorError:
    return ConnectorError(failure(name, said, status=status))
