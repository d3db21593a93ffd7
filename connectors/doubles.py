"""Records that the CRM takes for the same as one that it refused, as a person chooses among them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.translation import gettext, gettext_noop

_KINDS: Mapping[str, str] = {"contact": gettext_noop("Contact"), "lead": gettext_noop("Lead")}


@dataclass(frozen=True, kw_only=True)
class Double:
    """A contact or a lead (`kind`). `detail` tells namesakes apart. `may_edit` says whether the user who was asked
    about may change it, None where nobody was asked about or the CRM does not tell; then it is for administrators."""

    id: str
    kind: str
    name: str
    detail: str = ""
    may_edit: bool | None = None

    @property
    def kind_word(self) -> str:
        """“Contact”."""
        return gettext(_KINDS.get(self.kind, self.kind.title()))
