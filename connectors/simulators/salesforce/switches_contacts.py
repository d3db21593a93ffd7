"""The control door's verbs for contacts: those that are merged, and the countries that their addresses may name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connectors.simulators.salesforce import addresses, custom_fields, writes
from connectors.simulators.salesforce.arguments import Arguments


def merge(given: Arguments) -> dict[str, Any]:
    """Somebody keeps one of several contacts: the others go, name it as their master, and leave it what they had."""
    sobject, master = given.record()
    tx = given.transaction()
    losers = [replace(given, values={"id": one}).record()[1] for one in given.texts("others")]
    for loser in losers:
        for child, field in sobject.cascades:
            for row in given.org.store.having(child, field, loser):
                given.org.store.put(child, row | {field: master} | tx.stamps())
        given.org.store.put(sobject.name, (given.org.store.get(loser) or {}) | {"MasterRecordId": master})
        writes.delete(tx, sobject, loser)
    return {"id": master, "gone": losers}


def countries(given: Arguments) -> dict[str, Any]:
    """The countries that addresses may name, with their states; none: any text is taken, and there are no codes."""
    named, sobject = given.mapping("named"), given.org.schema.objects["Contact"]
    given.org.countries = {str(name): tuple(str(state) for state in states) for name, states in named.items()}
    given.org.place_codes = {str(n): str(c) for n, c in given.mapping("codes").items()} if given.has("codes") else {}
    for field in addresses.code_fields():
        if named and field.name not in sobject.fields:
            custom_fields.install(given.org.store, sobject, field)
        elif not named and field.name in sobject.fields:
            custom_fields.uninstall(given.org.store, sobject, field.name)
    return {"named": given.org.countries}


VERBS: dict[str, Callable[[Arguments], Any]] = {"merge": merge, "countries": countries}
