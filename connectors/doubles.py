"""Records that the CRM takes for the same as one that it refused, as a person chooses among them. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Double:
    """A contact or a lead (`kind`). `detail` tells namesakes apart. `may_edit` says whether the user who was asked
    about may change it, None where nobody was asked about or the CRM does not tell; then it is for administrators."""

    id: str
    kind: str
    name: str
    detail: str = ""
    may_edit: bool | None = None
