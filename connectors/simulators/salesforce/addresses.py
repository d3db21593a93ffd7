"""What an org with lists of countries and states refuses of a contact's addresses.

Salesforce Help, "State and Country/Territory Picklists": with it a country and a state are names out of the org's
lists, and a state is one of its country. An org that was set up lately has them from the start, with the states of
about ten countries. Letters may differ in case. Each name has a code, in a field of its own, which follows the name;
that a code may be written, and the name follows it, is left out.
"""

from __future__ import annotations

from collections.abc import Collection

from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.schema import Field, choice, system
from connectors.simulators.salesforce.store import Row
from connectors.simulators.salesforce.transaction import Transaction

CODE = "FIELD_INTEGRITY_EXCEPTION"
KINDS = ("Mailing", "Other")
COUNTRY = (
    "There's a problem with this country, even though it may appear correct. "
    "Please select a country/territory from the list of valid countries.: {} Country"
)
STATE = (
    "There's a problem with this state, even though it may appear correct. "
    "Please select a state from the list of valid states.: {} State/Province"
)
ORPHAN = "A country/territory must be specified before specifying a state value for field: {} State/Province"


def code_fields() -> tuple[Field, ...]:
    """What Contact has more in such an org."""
    parts = (("Country", "Country Code"), ("State", "State/Province Code"))
    return tuple(system(choice(f"{kind}{part}Code", f"{kind} {label}", ())) for kind in KINDS for part, label in parts)


def derive(tx: Transaction, row: Row) -> Row:
    """The row with the codes of its names."""
    names = [each.name for each in code_fields() if each.name in row]
    return row | {name: _code(tx, row[name.removesuffix("Code")]) for name in names}


def _code(tx: Transaction, name: str | None) -> str | None:
    codes = {each.lower(): code for each, code in tx.org.place_codes.items()}
    return codes.get((name or "").lower())


def check(tx: Transaction, row: Row, changed: Collection[str]) -> None:
    """Raises Refused for a country or a state that is not in the org's lists."""
    if not tx.org.countries:
        return
    for kind in KINDS:
        country, state = f"{kind}Country", f"{kind}State"
        if {country, state} & set(changed):
            _check_one(tx, kind, row[country] or "", row[state] or "")


def _check_one(tx: Transaction, kind: str, country: str, state: str) -> None:
    known = {name.lower(): {each.lower() for each in states} for name, states in tx.org.countries.items()}
    if country and country.lower() not in known:
        raise Refused(CODE, COUNTRY.format(kind), (f"{kind}Country",))
    if state and not country:
        raise Refused(CODE, ORPHAN.format(kind), (f"{kind}State",))
    if state and state.lower() not in known[country.lower()]:
        raise Refused(CODE, STATE.format(kind), (f"{kind}State",))
