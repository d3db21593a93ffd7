"""What Schemathesis, which knows our interface by its own description alone, makes of it: a few requests of every kind
that the description allows, and of kinds that it does not. Nothing breaks, and each answer is a declared one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from django.db.models import Model
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from connectors import clock, tokens
from connectors.models import Mailbox, Organization
from issues import catalogue
from issues.help_requests import HelpRequest
from issues.models import BulkOperation, Cause, Issue
from issues.services import Choice, start_operation
from syncapp.checked import Checked
from syncapp.models import Filtered, Item, Outcome, Run
from tests import builders
from tests.contract.peers.conftest import ROOT
from tests.integration.api.world import fail, failure
from tests.integration.pages.scenery import leave_out

SCHEMATHESIS = ROOT / ".venv-schemathesis/bin/schemathesis"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ASKS_OTHERS = ".*/check/$"  # goes to a provider, of which there is none here

pytestmark = [pytest.mark.peers, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def acme(settings: Settings) -> Organization:
    """An organization that has something of everything."""
    settings.API_RATES = dict.fromkeys(("read", "write", "anonymous", "failed"))
    made = builders.organization(slug="acme", support_address="help@acme.example")
    _fill(made, builders.mailbox(made, "ann@ours.example"))
    return made


def _fill(acme: Organization, mailbox: Mailbox) -> None:
    asks = {"fields": {}, "choices": ["crm", "mailbox"]}
    fail([failure(acme, mailbox), failure(acme, mailbox, evidence=asks)])
    issue = Issue.everywhere.latest("pk")
    Issue.everywhere.filter(pk=issue.pk).update(next_attempt_at=clock.now())
    Run.everywhere.create(organization=acme, mailbox=mailbox, outcome=Outcome.GOOD)
    Checked.everywhere.create(organization=acme, mailbox=mailbox, made_at=clock.now())
    sent = {"state": "sent", "asked_at": clock.now(), "sent_at": clock.now()}
    HelpRequest.everywhere.create(organization=acme, issue=issue, description="It fails.", **sent)
    start_operation(acme.pk, "ignore", Choice(), reason="old")
    leave_out(mailbox, "spam")


# What stands in the addresses of single things, by the word before it. Else nearly all that it asks for is not there.
KINDS: dict[str, type[Model]] = {
    "causes": Cause,
    "checks": Checked,
    "help-requests": HelpRequest,
    "issues": Issue,
    "items": Item,
    "left-out": Filtered,
    "mailboxes": Mailbox,
    "operations": BulkOperation,
    "runs": Run,
}


def known() -> str:
    """Its settings: the things that are there, as it would learn their addresses from the lists."""
    places = {("codes", "slug"): catalogue.entry("salesforce.STRING_TOO_LONG").slug, ("organizations", "slug"): "acme"}
    places |= {(name, "id"): str(kind._base_manager.latest("pk").pk) for name, kind in KINDS.items()}
    return "".join(
        f'[[operations]]\ninclude-path-regex = "^/api/v1/{name}/[{{]"\nparameters = {{ {word} = "{value}" }}\n'
        for (name, word), value in places.items()
    )


@pytest.mark.parametrize(
    ("phases", "examples"),
    [
        pytest.param("fuzzing", 6, id="some"),
        pytest.param("examples,coverage,fuzzing,stateful", 60, id="many", marks=pytest.mark.slow),
    ],
)
def test_nothing_breaks_and_every_answer_is_declared(
    live_server: LiveServer, acme: Organization, tmp_path: Path, phases: str, examples: int
) -> None:
    secret = tokens.issue(acme, "Schemathesis", may_write=True)[1]
    (tmp_path / "schemathesis.toml").write_text(known())
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
