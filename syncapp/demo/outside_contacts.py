"""The outside oracle for contacts: who is in the address books and in Salesforce, told by the simulators' stores alone.

An item is a contact under the label “Salesforce” in somebody's address book. A record is a contact that this person
owns in Salesforce and that says the same; one that says something else of the same person is `altered`. Whom somebody
owns in Salesforce and does not have under the label is an item too, known by its record: it was entered there and has
not come over, or its owner has let it go. What the integration has made beyond that accounts to nobody: it is doubled.
Nothing here knows our key: both sides are paired by what they say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syncapp.demo.one_by_one import Item, paired
from syncapp.demo.world_contacts import LABEL


@dataclass(frozen=True, kw_only=True)
class Acquaintance:
    """What an independent look at a contact sees, and whose it is; `id` in Salesforce alone."""

    account: str
    name: str
    email: str
    phones: tuple[str, str]  # at work and mobile, as one dials them
    job: str
    town: str
    text: str
    id: str = ""


ContactItem = Item[Acquaintance]


@dataclass(frozen=True, kw_only=True)
class OutsideContacts:
    """Everything the oracle counts. `altered` are items with a record that says something else than they do, `doubled`
    those of the records that nobody accounts for."""

    items: list[ContactItem]
    records: list[Acquaintance]
    altered: list[tuple[ContactItem, Acquaintance]]
    doubled: list[Acquaintance]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A contact of Salesforce. `born_here` means that no integration wrote it first."""

    born_here: bool
    sight: Acquaintance


Sameness = Callable[[Acquaintance], Hashable]
SURELY: Sameness = lambda who: (who.account, who.name, who.email, who.phones, who.job, who.town, who.text)  # noqa: E731
LIKELY: Sameness = lambda who: (who.account, who.name)  # noqa: E731


def look(google: Mapping[str, Any], salesforce: Mapping[str, Any]) -> OutsideContacts:
    """Out of both snapshots."""
    found, rows = items(google), own_rows(google, salesforce)
    sure, lonely, free = paired(found, [row.sight for row in rows], SURELY)
    altered, _, alone = paired(lonely, free, LIKELY)
    left = {who.id for who in alone}
    seen = {LIKELY(row.sight) for row in rows if row.sight.id not in left}
    known, doubled = _told_apart([row for row in rows if row.sight.id in left], seen)
    return OutsideContacts(
        items=[*found, *(Item(sight=who, copies=[(who.account, who.id)]) for who in known)],
        records=[*(record for _, record in sure), *doubled],
        altered=altered,
        doubled=doubled,
    )


def _told_apart(rows: Sequence[Row], seen: set[Hashable]) -> tuple[list[Acquaintance], list[Acquaintance]]:
    """(who is known to Salesforce alone, who is there once too often or is nobody's), of those without an item."""
    known: list[Acquaintance] = []
    doubled: list[Acquaintance] = []
    for row in rows:
        is_odd = not row.born_here and (not row.sight.account or LIKELY(row.sight) in seen)
        (doubled if is_odd else known).append(row.sight)
        seen = seen | {LIKELY(row.sight)}
    return known, doubled


def pair(
    wanted: Iterable[ContactItem], records: Iterable[Acquaintance]
) -> tuple[list[tuple[ContactItem, Acquaintance]], list[ContactItem]]:
    """(pairs that say the same, items without a partner)."""
    pairs, lonely, _ = paired(wanted, records, SURELY)
    return pairs, lonely


# -- The address books


def items(google: Mapping[str, Any]) -> list[ContactItem]:
    """All that are shared, of everybody."""
    return [
        Item(sight=_person(account, person), copies=[(account, person["resourceName"].rpartition("/")[2])])
        for account, persons in google["contacts"].items()
        for person in persons
        if _is_shared(person, google["contact_groups"].get(account, {}))
    ]


def _is_shared(person: Mapping[str, Any], groups: Mapping[str, str]) -> bool:
    """Of a deleted one nothing is left, its labels neither."""
    of = [each["contactGroupMembership"]["contactGroupResourceName"] for each in person.get("memberships", [])]
    return LABEL in {groups.get(group) for group in of}


def _person(account: str, said: Mapping[str, Any]) -> Acquaintance:
    name = _first(said, "names")
    return Acquaintance(
        account=account,
        name=_words(name.get("givenName"), name.get("familyName")),
        email=_first(said, "emailAddresses").get("value", "").lower(),
        phones=(_number(said, "work"), _number(said, "mobile")),
        job=_first(said, "organizations").get("title", ""),
        town=_first(said, "addresses").get("city", ""),
        text=_first(said, "biographies").get("value", ""),
    )


def _first(said: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    return next(iter(said.get(field, [])), {})


def _number(said: Mapping[str, Any], kind: str) -> str:
    return _dialled(next((each["value"] for each in said.get("phoneNumbers", []) if each.get("type") == kind), ""))


def _dialled(number: str | None) -> str:
    return re.sub(r"\D", "", number or "")


def _words(*names: str | None) -> str:
    return " ".join(name for name in names if name)


# -- Salesforce


def own_rows(google: Mapping[str, Any], salesforce: Mapping[str, Any]) -> list[Row]:
    """Contacts whose owner has a mailbox here, or that the integration made; none that lies in the recycle bin."""
    users = {user["Id"]: (user["Email"] or "").lower() for user in salesforce["records"]["User"]}
    integration = next(iter(salesforce["records"]["User"]))["Id"]
    boxes = {user: address for user, address in users.items() if address in google["accounts"]}
    rows = [row for row in salesforce["records"]["Contact"] if not row["IsDeleted"]]
    return [
        Row(born_here=row["CreatedById"] != integration, sight=_record(row, boxes.get(row["OwnerId"], "")))
        for row in rows
        if row["OwnerId"] in boxes or row["CreatedById"] == integration
    ]


def _record(row: Mapping[str, Any], account: str) -> Acquaintance:
    return Acquaintance(
        id=row["Id"],
        account=account,
        name=_words(row["FirstName"], row["LastName"]),
        email=(row["Email"] or "").lower(),
        phones=(_dialled(row["Phone"]), _dialled(row["MobilePhone"])),
        job=row["Title"] or "",
        town=row["MailingCity"] or "",
        text=row["Description"] or "",
    )
