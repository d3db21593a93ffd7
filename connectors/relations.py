"""What messages and events are related to, by which rules, and what these have to find out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class SeveralMatch(StrEnum):
    """Whose a message is where several people in the CRM, none better than the others, have one address."""

    ASK = "ask"
    OLDEST = "oldest"
    NEWEST = "newest"
    LAST_ACTIVE = "active"


class OpportunityRule(StrEnum):
    """To which open opportunity mail and new events of a contact belong: to none but the account, to the account's only
    one, to the one of it that was changed last, or to one in which the contact has a role."""

    NONE = "none"
    ONLY = "only"
    LAST_CHANGED = "changed"
    ROLE = "role"


@dataclass(frozen=True, kw_only=True)
class Opportunity:
    """An open one. `changed_at` is when it was changed last, `active` the day of its last activity, if it is known."""

    id: str
    name: str
    changed_at: datetime
    active: date | None = None


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is to be found out about people beside who has an address, each only where somebody wants it.

    `activity`: when each was last active. `account_fields`: those of an account that name its domains. `opportunities`:
    the rule for which open ones are wanted.
    """

    activity: bool = False
    account_fields: tuple[str, ...] = ()
    opportunities: OpportunityRule = OpportunityRule.NONE


PEOPLE_ALONE = Sought()
