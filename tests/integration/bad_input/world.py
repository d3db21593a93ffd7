"""Two Google mailboxes and a Salesforce org behind real TLS, as the engine finds them in the settings."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pytest_django import Settings

from connectors import credentials
from connectors.models import Mailbox, Organization
from connectors.oauth import Grant
from connectors.records import Email
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from connectors.simulators.google import GoogleSimulator
from connectors.simulators.google.world import CLIENT_ID, CLIENT_SECRET
from connectors.simulators.salesforce import SalesforceSimulator
from connectors.simulators.server import SimulatorServer
from connectors.simulators.simulator import Simulator
from issues import catalogue
from issues.catalogue import Entry
from issues.models import Issue
from syncapp.engine.running import Ending
from syncapp.models import Run
from tests import builders
from tests.contract.connectors.google_stage import raw
from tests.driving import silent, sync

PATIENCE, HURRY = 10.0, 1.0  # seconds that a whole request may take
ANN = "ann@customer.example"


@dataclass(kw_only=True)
class World:
    """`ada` is the mailbox that gets into trouble, `ben` the one beside it in the same organization; `names` are what
    they are called."""

    names: tuple[str, str] = ("ada", "ben")
    google: GoogleSimulator
    salesforce: SalesforceSimulator
    settings: Settings
    certificate: Certificate
    organization: Organization = field(init=False)
    ada: Mailbox = field(init=False)
    ben: Mailbox = field(init=False)

    def build(self) -> World:
        self._point_settings()
        self.organization = builders.organization(crm="salesforce", crm_org_id=self.salesforce.org.id)
        self.ada, self.ben = (
            builders.mailbox(self.organization, f"{name}@ours.example", provider="google") for name in self.names
        )
        self.salesforce.control("create", {"object": "Contact", "fields": {"LastName": "Ann", "Email": ANN}})
        self.connect_salesforce()
        for mailbox in (self.ada, self.ben):
            self.google.control("account", {"email": mailbox.address})
            self.connect(mailbox)
        return self

    def _point_settings(self) -> None:
        app = self.salesforce.control("accounts", {})
        values: dict[str, Any] = {
            "GOOGLE_API_ROOT": self.google.base_url,
            "GOOGLE_TOKEN_URL": f"{self.google.base_url}/token",
            "GOOGLE_CLIENT_ID": CLIENT_ID,
            "GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
            "SALESFORCE_LOGIN_URL": self.salesforce.base_url,
            "SALESFORCE_CLIENT_ID": app["client_id"],
            "SALESFORCE_CLIENT_SECRET": app["client_secret"],
            "PROVIDER_EXTRA_HOSTS": [urlsplit(each.base_url).netloc for each in (self.google, self.salesforce)],
            "PROVIDER_CA_BUNDLE": str(self.certificate.ca),
        }
        for name, value in values.items():
            setattr(self.settings, name, value)
        self.patient()

    def patient(self) -> None:
        self.settings.SYNC_REQUEST_SECONDS = PATIENCE

    def connect(self, mailbox: Mailbox, *, lifetime: float = 3599.0) -> None:
        """Access to the mailbox. With a lifetime of 0 the next call has to renew it first."""
        said = self.google.control("grant", {"account": mailbox.address})
        grant = Grant(access_token=said["access_token"], refresh_token=said["refresh_token"], lifetime=lifetime)
        credentials.store(self.organization, "google", grant, mailbox=mailbox, account=mailbox.address)

    def connect_salesforce(self, *, lifetime: float = 7200.0, instance_url: str = "") -> None:
        user = self.salesforce.control("accounts", {})["users"][0]["username"]
        said = self.salesforce.control("grant", {"username": user})
        grant = Grant(
            access_token=said["access_token"],
            refresh_token=said["refresh_token"],
            lifetime=lifetime,
            instance_url=instance_url or self.salesforce.base_url,
            scopes=("api", "refresh_token"),
        )
        credentials.store(self.organization, "salesforce", grant)

    # -- What happens

    def deliver(self, mailbox: Mailbox, *subjects: str) -> None:
        for subject in subjects:
            self.deliver_email(mailbox, builders.email(ANN, mailbox.address, subject))

    def deliver_email(self, mailbox: Mailbox, email: Email) -> None:
        text = base64.b64encode(raw(email)).decode()
        self.google.control("deliver", {"accounts": [mailbox.address], "raw": text})

    def spoil(self, side: str, path: str, **fault: Any) -> None:
        """Calls at Google or Salesforce go wrong, once unless told otherwise."""
        simulator = self.google if side == "google" else self.salesforce
        simulator.faults.append(Fault.of({"path": path, **fault}))

    def mend(self) -> None:
        self.google.faults.clear()
        self.salesforce.faults.clear()

    # -- How it stands

    def subjects(self) -> list[str]:
        """What has arrived in Salesforce."""
        return sorted(str(row["Subject"]) for row in self.salesforce.org.store.rows("EmailMessage"))

    def code(self, mailbox: Mailbox) -> str:
        """How the mailbox's last run ended."""
        return Run.everywhere.filter(mailbox=mailbox).latest("pk").code

    def goes_on(self, mailbox: Mailbox, subject: str) -> bool:
        """Whether a message of this mailbox gets to Salesforce."""
        self.deliver(mailbox, subject)
        return sync(mailbox) == [Ending.DONE] and subject in self.subjects()

    def everything_arrived_once(self, *subjects: str) -> bool:
        return self.subjects() == sorted(subjects) and silent() == []


def explained(code: str) -> Entry:
    """The page of a code, which has to be its own and to say what to do."""
    entry = catalogue.entry(code)
    assert entry.id == code, f"{code} has no page of its own"
    assert entry.plain.endswith(".")
    assert entry.steps
    assert all(step.text.endswith(".") for step in entry.steps)
    return entry


def only_issue() -> Issue:
    """The one issue that there is, its code explained."""
    issue = Issue.everywhere.exclude(status="resolved").get()
    explained(issue.code)
    return issue


@dataclass(frozen=True, kw_only=True)
class Servers:
    """One for each provider and test session; a fresh simulator behind each for every test."""

    google: SimulatorServer
    salesforce: SimulatorServer

    def fresh(self, google: GoogleSimulator | None = None) -> tuple[GoogleSimulator, SalesforceSimulator]:
        google, salesforce = google or GoogleSimulator(), SalesforceSimulator()
        for server, simulator in ((self.google, google), (self.salesforce, salesforce)):
            simulator.base_url = server.url
            server.simulator = simulator
        return google, salesforce


@contextmanager
def behind(simulator: Simulator, shown: Certificate) -> Iterator[str]:
    """The same provider behind another certificate; its address there."""
    before = simulator.base_url
    with SimulatorServer(simulator, shown):
        there, simulator.base_url = simulator.base_url, before
        yield there
