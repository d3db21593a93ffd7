"""Who may ask what: every address of the interface by every role, as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from connectors import clock
from connectors.models import Mailbox, Organization, Role
from connectors.scoping import scoped
from issues.models import BulkOperation
from issues.services import Choice, start_operation
from syncapp.api_urls import schema
from syncapp.checked import Checked
from syncapp.helping import Wish, send_at_once
from syncapp.models import Filtered, Outcome, Run
from tests import builders
from tests.integration.api.world import Api, issue, person, service
from tests.integration.pages.scenery import leave_out

ROLES = ("owner", "admin", "member", "colleague", "writer", "reader", "stranger", "anonymous")
IGNORE = {"reason": "Spam"}

# By method and path: the answer to each of `ROLES`. `colleague` is a member who owns another mailbox.
TABLE: Mapping[tuple[str, str], tuple[int, ...]] = {
    ("GET", "/api/v1/organizations/"): (200, 200, 200, 200, 200, 200, 200, 401),
    ("GET", "/api/v1/organizations/{slug}/"): (200, 200, 200, 200, 200, 200, 404, 401),
    ("GET", "/api/v1/mailboxes/"): (200, 200, 200, 200, 200, 200, 200, 401),
    ("GET", "/api/v1/mailboxes/{id}/"): (200, 200, 200, 404, 200, 200, 404, 401),
    ("GET", "/api/v1/organizations/{slug}/orders/"): (200, 200, 403, 403, 200, 200, 404, 401),
    ("POST", "/api/v1/organizations/{slug}/pause/"): (200, 200, 403, 403, 200, 403, 404, 401),
    ("POST", "/api/v1/organizations/{slug}/resume/"): (200, 200, 403, 403, 200, 403, 404, 401),
    ("POST", "/api/v1/organizations/{slug}/reread/"): (200, 200, 403, 403, 200, 403, 404, 401),
    ("POST", "/api/v1/organizations/{slug}/reset/"): (200, 200, 403, 403, 200, 403, 404, 401),
    ("GET", "/api/v1/mailboxes/{id}/orders/"): (200, 200, 200, 404, 200, 200, 404, 401),
    ("POST", "/api/v1/mailboxes/{id}/pause/"): (200, 200, 200, 404, 200, 403, 404, 401),
    ("POST", "/api/v1/mailboxes/{id}/resume/"): (200, 200, 200, 404, 200, 403, 404, 401),
    ("POST", "/api/v1/mailboxes/{id}/reread/"): (200, 200, 200, 404, 200, 403, 404, 401),
    ("POST", "/api/v1/mailboxes/{id}/reset/"): (200, 200, 200, 404, 200, 403, 404, 401),
    ("POST", "/api/v1/organizations/{slug}/check/"): (200, 200, 403, 403, 200, 403, 404, 401),
    ("POST", "/api/v1/mailboxes/{id}/check/"): (200, 200, 200, 404, 200, 403, 404, 401),
    ("GET", "/api/v1/checks/"): (200, 200, 200, 200, 200, 200, 200, 401),
    ("GET", "/api/v1/checks/{id}/"): (200, 200, 200, 404, 200, 200, 404, 401),
    ("GET", "/api/v1/items/"): (200, 200, 200, 200, 200, 200, 200, 401),
    ("GET", "/api/v1/items/{id}/"): (200, 200, 200, 404, 200, 200, 404, 401),
    ("GET", "/api/v1/left-out/"): (200, 200, 200, 200, 200, 200, 200, 401),
    ("GET", "/api/v1/left-out/counts/"): (200, 200, 200, 200, 200, 200, 200, 401),
    ("GET", "/api/v1/left-out/{id}/"): (200, 200, 200, 404, 200, 200, 404, 401),
    ("GET", "/api/v1/runs/"): (200, 200, 200, 200, 200, 200, 200, 401),
    ("GET", "/api/v1/runs/{id}/"): (200, 200, 200, 404, 200, 200, 404, 401),
    ("GET", "/api/v1/issues/"): (200, 200, 200, 200, 200, 200, 200, 401),
    ("GET", "/api/v1/issues/{id}/"): (200, 200, 200, 404, 200, 200, 404, 401),
    ("GET", "/api/v1/issues/{id}/attempts/"): (200, 200, 200, 404, 200, 200, 404, 401),
    ("POST", "/api/v1/issues/{id}/retry/"): (200, 200, 200, 404, 200, 403, 404, 401),
    ("POST", "/api/v1/issues/{id}/ignore/"): (200, 200, 200, 404, 200, 403, 404, 401),
    ("POST", "/api/v1/issues/{id}/decide/"): (200, 200, 200, 404, 200, 403, 404, 401),
    ("GET", "/api/v1/issues/{id}/sheet/"): (409, 409, 409, 404, 409, 409, 404, 401),
    ("POST", "/api/v1/issues/{id}/values/"): (409, 409, 409, 404, 409, 403, 404, 401),
    ("GET", "/api/v1/issues/{id}/doubles/"): (409, 409, 409, 404, 409, 409, 404, 401),
    ("POST", "/api/v1/issues/{id}/choice/"): (409, 409, 409, 404, 409, 403, 404, 401),
    ("POST", "/api/v1/issues/{id}/wake/"): (200, 200, 200, 404, 200, 403, 404, 401),
    ("GET", "/api/v1/help-requests/"): (200, 200, 200, 200, 200, 200, 200, 401),
    ("GET", "/api/v1/help-requests/{id}/"): (200, 200, 200, 404, 200, 200, 404, 401),
    ("POST", "/api/v1/help-requests/"): (201, 201, 201, 400, 201, 403, 400, 401),
    ("GET", "/api/v1/causes/"): (200, 200, 200, 200, 200, 200, 200, 401),
    ("GET", "/api/v1/causes/{id}/"): (200, 200, 404, 404, 200, 200, 404, 401),
    ("POST", "/api/v1/causes/{id}/retry/"): (202, 202, 404, 404, 202, 403, 404, 401),
    ("POST", "/api/v1/causes/{id}/ignore/"): (202, 202, 404, 404, 202, 403, 404, 401),
    ("POST", "/api/v1/causes/{id}/assign/"): (200, 200, 404, 404, 200, 403, 404, 401),
    ("POST", "/api/v1/causes/{id}/acknowledge/"): (200, 200, 404, 404, 200, 403, 404, 401),
    ("GET", "/api/v1/codes/"): (200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/codes/{slug}/"): (200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/operations/"): (200, 200, 200, 200, 200, 200, 200, 401),
    ("POST", "/api/v1/operations/"): (202, 202, 202, 400, 202, 403, 400, 401),
    ("GET", "/api/v1/operations/{id}/"): (200, 200, 404, 404, 200, 200, 404, 401),
    ("POST", "/api/v1/operations/preview/"): (200, 200, 200, 400, 200, 403, 400, 401),
    ("POST", "/api/v1/operations/{id}/pause/"): (200, 200, 404, 404, 200, 403, 404, 401),
    ("POST", "/api/v1/operations/{id}/resume/"): (200, 200, 404, 404, 200, 403, 404, 401),
    ("POST", "/api/v1/operations/{id}/cancel/"): (200, 200, 404, 404, 200, 403, 404, 401),
    ("POST", "/api/v1/operations/{id}/undo/"): (409, 409, 404, 404, 409, 403, 404, 401),
}


@pytest.fixture
def acme(db: None) -> Organization:
    return builders.organization(slug="acme", support_address="help@acme.example")


@pytest.fixture
def ids(acme: Organization) -> dict[str, Any]:
    """What stands in the addresses and bodies."""
    mailbox: Mailbox = builders.mailbox(acme)
    made = issue(acme, mailbox, evidence={"fields": {}, "choices": ["crm", "mailbox"]})
    operation, _ = start_operation(acme.pk, BulkOperation.Verb.RETRY, Choice(code="another.ONE"))
    run = Run.everywhere.create(organization=acme, mailbox=mailbox, outcome=Outcome.GOOD)
    checks = Checked.everywhere.create(organization=acme, mailbox=mailbox, made_at=clock.now())
    leave_out(mailbox, "spam")
    out = Filtered.everywhere.get()
    with scoped(acme.pk):
        request = send_at_once(made, Wish(description="It fails.", author=None))
    return {
        "mailboxes": mailbox.pk,
        "issues": made.pk,
        "causes": made.cause_id,
        "operations": operation.pk,
        "runs": run.pk,
        "checks": checks.pk,
        "left-out": out.pk,
        "items": out.item_id,
        "help-requests": request.pk,
        "organizations": "acme",
        "codes": "salesforce.required_field_missing",
    }


def _client(role: str, acme: Organization, mailbox_id: int) -> Api:
    strange = builders.organization()
    if role in set(Role):
        user = person(acme, Role(role))
        if role == Role.MEMBER:
            Mailbox.everywhere.filter(pk=mailbox_id).update(owner=user)
        return Api(user=user)
    clients: Mapping[str, Callable[[], Api]] = {
        "colleague": lambda: Api(user=person(acme)),
        "writer": lambda: service(acme),
        "reader": lambda: service(acme, may_write=False),
        "stranger": lambda: service(strange),
        "anonymous": Api,
    }
    return clients[role]()


def test_the_table_has_every_address() -> None:
    described = {(method.upper(), path) for path, methods in schema()["paths"].items() for method in methods}
    assert described == set(TABLE)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), TABLE)
def test_every_role_gets_the_answer_of_the_table(
    acme: Organization, ids: dict[str, Any], method: str, path: str, role: str
) -> None:
    api = _client(role, acme, ids["mailboxes"])
    address = path.replace("{id}", str(ids[path.split("/")[3]])).replace("{slug}", str(ids[path.split("/")[3]]))
    order = {"verb": "retry", "choice": {"ids": [ids["issues"]]}}
    asked = {"issue": ids["issues"], "description": "It fails still."}
    bodies = {"ignore": IGNORE, "decide": {"choice": "crm"}, "operations": order, "preview": order}
    bodies |= {"help-requests": asked, "assign": {"assignee": None}}
    bodies |= {"values": {"values": {"LastName": "Smith"}}, "choice": {"anyway": True}}
    body = bodies.get(path.strip("/").rpartition("/")[2], {})
    response = api.post(address, body) if method == "POST" else api.get(address)
    assert response.status_code == TABLE[method, path][ROLES.index(role)], response.content
