"""The contracts of tasks and of contacts on the Google that `--target` names."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import ClassVar

import pytest

from connectors.google.people_client import FIELDS
from tests.contract.connectors.contact_mail_contract import ContactMailContract
from tests.contract.connectors.task_mail_contract import TaskMailContract
from tests.contract.target.conftest import Target
from tests.contract.target.google_target import (
    CONTACTS_A_MINUTE,
    NEEDS_BATCH,
    ContactTarget,
    MailTarget,
    TaskTarget,
    staged,
)

CONNECTIONS = f"/v1/people/me/connections?personFields={FIELDS}&requestSyncToken=true"


@pytest.fixture(scope="session")
def no_tasks(google_target: Target) -> str:
    """What the server lacks of what tasks need, "" where it lacks nothing."""
    with staged(MailTarget, google_target, pytest.MonkeyPatch()) as stage:
        status, _ = stage.answer_to("/tasks/v1/users/@me/lists")
        if status != 200:
            return f"google: show task lists (it answers {status})"
        return "" if stage.answers("/batch") else NEEDS_BATCH


@pytest.fixture(scope="session")
def no_contacts(google_target: Target) -> str:
    """What the server lacks of what contacts need, "" where it lacks nothing."""
    with staged(MailTarget, google_target, pytest.MonkeyPatch()) as stage:
        return next(_lacking(stage), "")


def _lacking(stage: MailTarget) -> Iterator[str]:
    status, said = stage.answer_to(CONNECTIONS)
    if status != 200:
        yield f"google: show contacts (it answers {status})"
    if not said.get("nextSyncToken"):
        yield "google: tell what changed among contacts"
    status, _ = stage.answer_to(f"/v1/people:batchGet?resourceNames=people/c1&personFields={FIELDS}")
    if status != 200:
        yield f"google: show several contacts by name (it answers {status})"
    name = f"Contract {uuid.uuid4()}"
    status, made = stage.answer_to("/v1/contactGroups", "POST", json={"contactGroup": {"name": name}})
    if status != 200:
        yield f"google: make a group of contacts (it answers {status})"
    stage.answer_to(f"/v1/{made.get('resourceName')}", "DELETE")
    if not _tells_at_once(stage, str(said["nextSyncToken"])):
        yield "google: tell of contacts as soon as they are written"


def _tells_at_once(stage: MailTarget, token: str) -> bool:
    """Lists may lag behind by minutes, and the contract does not wait for them."""
    _, made = stage.answer_to("/v1/people:createContact", "POST", json={"names": [{"familyName": "Contract"}]})
    name = str(made.get("resourceName"))
    _, said = stage.answer_to(f"{CONNECTIONS}&syncToken={token}")
    stage.answer_to(f"/v1/{name}:deleteContact", "DELETE")
    return any(each.get("resourceName") == name for each in said.get("connections", []))


class TestTasks(TaskMailContract):
    provider: ClassVar[str] = "google"
    tells_of_lists: ClassVar[bool] = False

    @pytest.fixture
    def stage(self, google_target: Target, no_tasks: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TaskTarget]:
        if no_tasks:
            pytest.skip(no_tasks)
        with staged(TaskTarget, google_target, monkeypatch) as made:
            made.emptied()
            yield made


class TestContacts(ContactMailContract):
    provider: ClassVar[str] = "google"

    @pytest.fixture
    def stage(
        self, google_target: Target, no_contacts: str, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[ContactTarget]:
        if no_contacts:
            pytest.skip(no_contacts)
        a_minute = int(google_target.said.get("contacts_a_minute", CONTACTS_A_MINUTE))
        with staged(ContactTarget, google_target, monkeypatch, a_minute=a_minute) as made:
            made.emptied()
            yield made
