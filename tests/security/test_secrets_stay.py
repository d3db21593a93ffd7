"""Wherever a refresh breaks, no token is in a log, in the output or, in clear, in any row of any table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from pytest_django import Settings

from connectors import credentials
from connectors.effects import crash_points
from connectors.models import Credential, Mailbox
from connectors.oauth import Grant
from connectors.redaction import OneLine
from connectors.simulators.authority import issue
from connectors.simulators.server import Call, Reply, Request, SimulatorServer
from connectors.simulators.simulator import Simulator
from syncapp.engine.running import Ending, run_job
from tests import builders

pytestmark = pytest.mark.django_db
OLD = Grant(access_token="canary-access-old", refresh_token="canary-refresh-old", lifetime=1.0)
NEW = {"access_token": "canary-access-new", "refresh_token": "canary-refresh-new"}


class Endpoint(Simulator):
    """Gives a new grant, with a lifetime as ordered."""

    name = "endpoint"
    lifetime: object = 3600

    def answer(self, request: Request, call: Call) -> Reply:
        assert request.form()["refresh_token"] == OLD.refresh_token
        return Reply.json({**NEW, "expires_in": self.lifetime})


class Broken(RuntimeError):
    """Something that nobody foresaw."""


@pytest.fixture
def endpoint(tmp_path: Path, settings: Settings) -> Iterator[Endpoint]:
    certificate, simulator = issue(tmp_path), Endpoint()
    with SimulatorServer(simulator, certificate):
        settings.GOOGLE_TOKEN_URL = f"{simulator.base_url}/token"
        settings.PROVIDER_EXTRA_HOSTS = [urlsplit(simulator.base_url).netloc]
        settings.PROVIDER_CA_BUNDLE = str(certificate.ca)
        yield simulator


@pytest.fixture
def mailbox(endpoint: Endpoint) -> Mailbox:
    made = builders.mailbox(builders.organization(), provider="google")
    credentials.store(made.organization, "google", OLD, mailbox=made, account=made.address)
    return made


def everything_kept() -> str:
    """All rows of all tables as they stand there."""
    return "".join(repr(row) for model in apps.get_models() for row in model._base_manager.values_list())


@pytest.mark.parametrize(
    "point",
    [
        "credential: claim refresh: after commit",
        "credential: refresh: before",
        "credential: refresh: after",
        "credential: store refresh: before commit",
        "credential: store refresh: after commit",
    ],
)
def test_a_refresh_that_breaks_tells_no_token(
    mailbox: Mailbox, point: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    reached = []

    def breaks(name: str) -> None:
        if name == point:
            reached.append(name)
            raise Broken(point)

    with crash_points(breaks):
        assert run_job(mailbox.pk) is Ending.FAILED
    assert reached
    assert "canary" not in "".join(OneLine().format(record) for record in caplog.records)
    assert "canary" not in "".join(capfd.readouterr())
    assert "canary" not in everything_kept()


def test_an_answer_that_makes_no_sense_tells_no_token(
    mailbox: Mailbox, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint.lifetime = "soon"
    assert run_job(mailbox.pk) is Ending.FAILED
    assert "canary" not in "".join(OneLine().format(record) for record in caplog.records)
    assert "canary" not in everything_kept()


def test_what_is_looked_for_would_be_found(mailbox: Mailbox) -> None:
    Credential.everywhere.update(account="canary-in-clear")
    assert "canary-in-clear" in everything_kept()
