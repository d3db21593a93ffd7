"""How to reach the world: a value, apart from `connectors.transport`, so that the web process need not load that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

MEGABYTE = 1024 * 1024
_PLAIN = re.compile(r"[a-z0-9.-]+(:[0-9]+)?")


def host_of(url: str) -> str:
    """The host and port that an address names; "" for one that is none, which no list of hosts allows."""
    try:
        parts = urlsplit(url)
        return parts.netloc if parts.port != 0 else ""  # to ask for the port is what finds an impossible one
    except ValueError:
        return ""


@dataclass(frozen=True, kw_only=True)
class Wire:
    """From settings, never from a tenant. Times are in seconds, sizes in bytes.

    `hosts` are exact names (with a port if it is not 443) or, with a leading dot, suffixes.
    """

    hosts: frozenset[str]
    ca_bundle: str = ""
    proxy: str = ""
    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0
    largest_body: int = 64 * MEGABYTE

    def allows(self, netloc: str) -> bool:
        """Whether this part of an address names an allowed host, and nothing that another reader takes for one more.

        Libraries do not agree where `evil.example\\.allowed.example` or `a@b` begins; such names are refused.
        """
        name = netloc.lower().removesuffix(":443")
        if not _PLAIN.fullmatch(name):
            return False
        return name in self.hosts or any(h.startswith(".") and name.endswith(h) for h in self.hosts)
