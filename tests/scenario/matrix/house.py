"""What all scenes share: virtual time that the simulators go by, and the servers with a wire of our own before each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from connectors.simulators.authority import Certificate
from connectors.simulators.google import GoogleSimulator
from connectors.simulators.postbox import Postbox
from connectors.simulators.salesforce import SalesforceSimulator
from connectors.simulators.simulator import Simulator
from tests.conftest import Time
from tests.integration.bad_input.world import Servers
from tests.scenario.matrix.relay import Relay


class Together(Time):
    """Virtual time that the simulators go by as well. It may jump back for us; theirs never does."""

    def __init__(self) -> None:
        super().__init__()
        self.others: list[Simulator] = []

    def move_to(self, offset: float) -> None:
        super().move_to(offset)
        for each in self.others:
            each.timeline.move_to(max(each.timeline.offset, self.offset))

    def jump(self, seconds: float) -> None:
        """This host's clock alone is set wrong, or right again."""
        self._offset += seconds


@dataclass(frozen=True, kw_only=True)
class House:
    """What all scenes share. `certificates` are those that a server may show, by what is wrong with them, "" for
    nothing; `trusted` is a file with the authorities that a client goes by.
    """

    servers: Servers
    relays: dict[str, Relay]
    postbox: Postbox
    certificates: dict[str, Certificate]
    trusted: Path

    def fresh(self) -> tuple[GoogleSimulator, SalesforceSimulator]:
        """Empty simulators behind relays that are in order."""
        for relay in self.relays.values():
            relay.usual = None
            relay.mend()
        self.postbox.letters.clear()
        google, salesforce = self.servers.fresh()
        google.base_url, salesforce.base_url = self.relays["google"].url, self.relays["salesforce"].url
        return google, salesforce
