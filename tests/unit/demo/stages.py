"""The simulators' own worlds behind doors without a wire, for tests of what the demo puts into them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.simulators.google import GoogleSimulator
from connectors.simulators.salesforce import SalesforceSimulator
from connectors.simulators.simulator import Simulator
from syncapp.demo.cast import COLLEAGUES
from syncapp.demo.doors import Door, DoorError, Doors


@dataclass(frozen=True, kw_only=True)
class Stage:
    google: GoogleSimulator
    salesforce: SalesforceSimulator
    doors: Doors


def stage() -> Stage:
    """Both simulators, with an account for each colleague."""
    google, salesforce = GoogleSimulator(), SalesforceSimulator()
    nowhere = Door(url="", token="", ca="")
    doors = Doors(salesforce=_door(salesforce), google=_door(google), postbox=nowhere)  # type: ignore[arg-type]
    for colleague in COLLEAGUES:
        doors.google("account", email=colleague.address, name=colleague.name)
    return Stage(google=google, salesforce=salesforce, doors=doors)


def _door(simulator: Simulator) -> Callable[..., Any]:
    def door(verb: str, **arguments: Any) -> Any:
        if verb == "snapshot":
            return simulator.snapshot()
        try:
            return simulator.control(verb, arguments)
        except (KeyError, ValueError) as error:
            raise DoorError(f"{verb}: {error.args[0]}") from None

    return door
