"""In which fields an org keeps people's e-mail addresses. Pure, but for what is kept of the answers.

Of contacts and leads that is Email, and every other field of type email that describe shows us. A person account is one
account and one contact; whatever of it the contact has as well is found there, and so are addresses in fields of the
account, but those of a business are nobody's. Describe is asked once, and again after an hour: what people add to their
org, or take away from it, is noticed by then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.bodies import by_name
from connectors.clock import now

PRIMARY = "Email"
PERSONAL = "IsPersonAccount"  # there only where the org has person accounts
ACCOUNT = "Account."
GOOD_FOR = timedelta(hours=1)
MOST = 10  # fields of an object: more would leave no room for addresses in a statement

_NAME = re.compile(r"\w+", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class AddressFields:
    """The fields to look in, the primary one first; those that begin with `Account.` count for person accounts.

    `personal`: the org has person accounts. Where addresses are looked for that makes no difference by itself.
    """

    contact: tuple[str, ...] = (PRIMARY,)
    lead: tuple[str, ...] = (PRIMARY,)
    personal: bool = field(default=False, compare=False)


PLAIN = AddressFields()
_kept: dict[str, tuple[datetime, AddressFields]] = {}


def keep(organization: str, fields: AddressFields) -> None:
    _kept[organization] = now(), fields


def kept(organization: str) -> AddressFields | None:
    """What was heard of this org within the last hour."""
    asked_at, fields = _kept.get(organization, (None, PLAIN))
    return fields if asked_at is not None and now() - asked_at < GOOD_FOR else None


def forget(organization: str | None = None) -> None:
    """What was heard of an org, or of all."""
    if organization is None:
        _kept.clear()
    else:
        _kept.pop(organization, None)


def of(contact: Mapping[str, Any], lead: Mapping[str, Any], account: Mapping[str, Any]) -> AddressFields:
    """Out of what describe says of the three; {} of one that we do not see."""
    more: list[str] = []
    personal = PERSONAL in by_name(contact.get("fields"))
    if personal:
        # PersonEmail and what ends with __pc are the contact's own fields under another name.
        own = [name for name in _secondary(account) if not name.endswith("__pc") and name != "PersonEmail"]
        more = [f"{ACCOUNT}{name}" for name in own]
    return AddressFields(
        contact=(PRIMARY, *_secondary(contact), *more)[:MOST],
        lead=(PRIMARY, *_secondary(lead))[:MOST],
        personal=personal,
    )


def columns(names: Sequence[str]) -> str:
    flag = (PERSONAL,) if any(name.startswith(ACCOUNT) for name in names) else ()
    return ", ".join((*names, *flag))


def clause(names: Sequence[str], values: str) -> str:
    """The condition that one of the fields has one of the quoted values."""
    each = (_condition(name, values) for name in names)
    return " OR ".join(each)


def addresses(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, bool]:
    """The addresses of a row, in lower case, and whether each is a secondary one."""
    found: dict[str, bool] = {}
    for name in names:
        if value := _value(row, name):
            found.setdefault(value.lower(), name != PRIMARY)
    return found


def _condition(name: str, values: str) -> str:
    if name.startswith(ACCOUNT):
        return f"({PERSONAL} = true AND {name} IN {values})"
    return f"{name} IN {values}"


def _value(row: Mapping[str, Any], name: str) -> str:
    if not name.startswith(ACCOUNT):
        return str(row.get(name) or "")
    account = row.get("Account") if row.get(PERSONAL) else None
    return str((account or {}).get(name.removeprefix(ACCOUNT)) or "")


def _secondary(described: Mapping[str, Any]) -> list[str]:
    return [
        name
        for name, said in by_name(described.get("fields")).items()
        if said.get("type") == "email" and said.get("filterable") and name != PRIMARY and _NAME.fullmatch(name)
    ]
