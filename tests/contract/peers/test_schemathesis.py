"""What Schemathesis, which knows our interface by its own description alone, makes of it: a few requests of every kind
that the description allows, and of kinds that it does not. Nothing breaks, and each answer is a declared one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from connectors import clock, tokens
from connectors.models import Mailbox, Organization
from issues.models import Issue
from syncapp.checked import Checked
from syncapp.models import Outcome, Run
from tests import builders
from tests.contract.peers.conftest import ROOT
from tests.integration.api.world import fail, failure
from tests.integration.pages.scenery import leave_out

SCHEMATHESIS = ROOT / ".venv-schemathesis/bin/schemathesis"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ASKS_OTHERS = ".*/check/$"  # goes to a provider, of which there is none here

pytestmark = [pytest.mark.peers, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def secret(settings: Settings) -> str:
    """A token of an organization that has something of everything."""
    settings.API_RATES = dict.fromkeys(("read", "write", "anonymous", "failed"))
    acme = builders.organization(slug="acme", support_address="help@acme.example")
    mailbox = builders.mailbox(acme, "ann@ours.example")
    _fill(acme, mailbox)
    return tokens.issue(acme, "Schemathesis", may_write=True)[1]


def _fill(acme: Organization, mailbox: Mailbox) -> None:
    asks = {"fields": {}, "choices": ["crm", "mailbox"]}
    fail([failure(acme, mailbox), failure(acme, mailbox, evidence=asks)])
    Issue.everywhere.filter(pk=Issue.everywhere.latest("pk").pk).update(next_attempt_at=clock.now())
    Run.everywhere.create(organization=acme, mailbox=mailbox, outcome=Outcome.GOOD)
    Checked.everywhere.create(organization=acme, mailbox=mailbox, made_at=clock.now())
    leave_out(mailbox, "spam")


@pytest.mark.parametrize(
    ("phases", "examples"),
    [
        pytest.param("fuzzing", 6, id="some"),
        pytest.param("examples,coverage,fuzzing,stateful", 60, id="many", marks=pytest.mark.slow),
    ],
)
def test_nothing_breaks_and_every_answer_is_declared(
    live_server: LiveServer, secret: str, tmp_path: Path, phases: str, examples: int
) -> None:
    done = subprocess.run(
        [
            *(str(SCHEMATHESIS), "run", f"{live_server.url}/api/v1/schema/", "--url", live_server.url),
            *("--header", f"Authorization: Bearer {secret}", "--checks", CHECKS, "--phases", phases),
            *("--max-examples", str(examples), "--seed", "7", "--generation-database", "none", "--no-color"),
            *("--exclude-path-regex", ASKS_OTHERS, "--suppress-health-check", "all", "--request-timeout", "30"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
