"""All simulators of one process: started together, on one virtual clock, kept between two starts if asked to."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from connectors.simulators import authority
from connectors.simulators.authority import Certificate
from connectors.simulators.google import GoogleSimulator
from connectors.simulators.postbox import Postbox
from connectors.simulators.salesforce import SalesforceSimulator
from connectors.simulators.server import SimulatorServer
from connectors.simulators.simulator import Simulator
from connectors.simulators.timeline import Timeline

AUTH = "https://www.googleapis.com/auth/"
EVERYTHING = ("openid", "https://mail.google.com/", *(f"{AUTH}{name}" for name in ("calendar", "contacts", "tasks")))


class Outdated(Exception):
    """The state was kept by another version of the simulators, whose objects are not ours."""


@cache
def _version() -> bytes:
    """32 hex digits of all that the simulators are made of."""
    made = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        made.update(path.read_bytes())
    return made.hexdigest()[:32].encode()


@dataclass(kw_only=True)
class Theatre:
    """The simulators and their servers. `folder` holds the certificate and, between two starts, the state.

    Ports of 0 are free ones. The state is our own pickle in our own folder; it is never taken from elsewhere.
    """

    folder: Path
    clock: Path | None = None
    salesforce_port: int = 0
    google_port: int = 0
    postbox_port: int = 0
    smtp_port: int = 0
    keep: bool = False
    salesforce: SalesforceSimulator = field(init=False)
    google: GoogleSimulator = field(init=False)
    postbox: Postbox = field(init=False)
    certificate: Certificate = field(init=False)
    servers: list[SimulatorServer] = field(init=False, default_factory=list)
    accounts: dict[str, Any] = field(init=False, default_factory=dict)

    def start(self) -> Theatre:
        self.certificate = authority.issue(self.folder / "tls")
        timeline = Timeline(self.clock)
        kept = self._kept()
        self.salesforce = SalesforceSimulator(timeline, kept.get("salesforce"))
        self.google = GoogleSimulator(timeline, kept.get("google"))
        self.postbox = Postbox(timeline)
        self.postbox.letters = kept.get("postbox", [])
        for simulator, port in self._places():
            self.servers.append(SimulatorServer(simulator, self.certificate, port).start())
        self.smtp_port = self.postbox.listen(self.smtp_port)
        return self

    def _places(self) -> list[tuple[Simulator, int]]:
        return [
            (self.salesforce, self.salesforce_port),
            (self.google, self.google_port),
            (self.postbox, self.postbox_port),
        ]

    def stop(self) -> None:
        self.postbox.hang_up()
        for server in self.servers:
            server.stop()
        self.save()

    def save(self) -> None:
        """Keeps the state for the next start; replaced as a whole, so a crash leaves the old one."""
        if not self.keep:
            return
        with self.salesforce.lock, self.google.lock, self.postbox.lock:
            state = pickle.dumps(
                {"salesforce": self.salesforce.org, "google": self.google.world, "postbox": self.postbox.letters}
            )
        fresh = self._file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(_version() + b"\n" + state)
        fresh.replace(self._file)

    def _kept(self) -> dict[str, Any]:
        """Raises `Outdated` for what another version of the simulators left behind."""
        if not self.keep or not self._file.is_file():
            return {}
        made_by, _, rest = self._file.read_bytes().partition(b"\n")
        if made_by != _version():
            raise Outdated
        state: dict[str, Any] = pickle.loads(rest)
        return state

    @property
    def _file(self) -> Path:
        return self.folder / "simulators.state"

    def register(self, *, google: tuple[str, str, str], salesforce: tuple[str, str, str]) -> None:
        """Makes both providers know our app: (client id, secret, redirect address) of each."""
        client_id, secret, redirect = google
        self.google.control("client", {"client_id": client_id, "secret": secret, "redirect_uris": [redirect]})
        client_id, secret, redirect = salesforce
        self.salesforce.control(
            "client", {"client_id": client_id, "client_secret": secret, "redirect_uris": [redirect]}
        )

    def told(self) -> dict[str, Any]:
        """Endpoints, accounts, tokens and the certificate, for any client."""
        google = next(iter(self.google.world.clients.values()))
        return {
            "ca": str(self.certificate.ca),
            "salesforce": {
                "url": self.salesforce.base_url,
                "door_token": self.salesforce.door_token,
                **self.salesforce.control("accounts", {}),
                "access_token": self.salesforce.token(),
            },
            "google": {
                "url": self.google.base_url,
                "apis": self.google.apis(),
                "door_token": self.google.door_token,
                "client_id": google.id,
                "client_secret": google.secret,
                "accounts": self.accounts,
            },
            "postbox": {
                "url": self.postbox.base_url,
                "door_token": self.postbox.door_token,
                "smtp_port": self.smtp_port,
            },
        }

    def open_accounts(self, *addresses: str) -> None:
        """Accounts with a token each that opens everything there is, for clients that come with nothing."""
        for address in addresses:
            self.accounts[address] = self.google.control("account", {"email": address, "scopes": list(EVERYTHING)})
