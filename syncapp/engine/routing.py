"""Whether a message belongs to a case, and whose that is: an organization's routes, in their order. Pure.

The addresses that its header names decide, so that it does not matter whose copy is read first; only where they say
nothing (a list, a blind copy) the mailbox decides in which the message lies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

USER = "005"  # what the id of a user begins with


@dataclass(frozen=True, kw_only=True)
class Route:
    """Mail of whose address fits `pattern` opens cases of `owner_id` ("" for whom the CRM gives them to), or is logged
    on the records of its people."""

    pattern: str
    opens_cases: bool = True
    owner_id: str = ""


def case_owner(named: Sequence[str], mailbox: str, routes: Sequence[Route], cases: Mapping[str, str]) -> str | None:
    """Who owns the case of a message, "" for whom the CRM gives it to; None where it belongs to none.

    `named` are the organization's own addresses in its header, `cases` the mailboxes that work in cases.
    """
    for addresses in (named, (mailbox,)):
        route = first(addresses, routes)
        if route is not None:
            return route.owner_id if route.opens_cases else None
        owner = next((cases[address] for address in addresses if address in cases), None)
        if owner is not None:
            return owner
    return None


def first(addresses: Sequence[str], routes: Sequence[Route]) -> Route | None:
    """The first route that fits one of these addresses."""
    return next((route for route in routes if any(fits(route.pattern, address) for address in addresses)), None)


def covered(route: Route, above: Sequence[Route]) -> Route | None:
    """The route before it that takes everything that this one would."""
    return next((each for each in above if fits(each.pattern, route.pattern)), None)


def says(route: Route, above: Sequence[Route]) -> str:
    """What a route does, after those above it, in one sentence."""
    earlier = covered(route, above)
    if earlier is not None:
        return f"Nothing: {earlier.pattern} above takes all of it."
    mail = f"Mail to or from {route.pattern}"
    if not route.opens_cases:
        return f"{mail} is logged on the records of its people."
    if not route.owner_id:
        return f"{mail} becomes cases, owned by whom Salesforce's rules say."
    return f"{mail} becomes cases of the {'user' if route.owner_id.startswith(USER) else 'queue'} {route.owner_id}."


def fits(pattern: str, address: str) -> bool:
    """Whether an address is one of those that a pattern means: `*` stands for any characters, or none, on its side of
    the @. Case does not matter."""
    local, _, domain = address.lower().rpartition("@")
    wanted_local, _, wanted_domain = pattern.lower().rpartition("@")
    return _like(wanted_local, local) and _like(wanted_domain, domain)


def _like(pattern: str, text: str) -> bool:
    """In one pass: each part between two stars where it first fits, so that no pattern takes long."""
    begin, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *middle, end = rest
    if not text.startswith(begin) or not text.endswith(end) or len(text) < len(begin) + len(end):
        return False
    at, last = len(begin), len(text) - len(end)
    for part in middle:
        found = text.find(part, at, last)
        if found < 0:
            return False
        at = found + len(part)
    return True
