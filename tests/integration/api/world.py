"""Clients of the interface, and rows for them to find."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.test import Client

from connectors import tokens
from connectors.effects import commit
from connectors.models import Mailbox, Membership, Organization, Role
from issues.models import Issue, ScopeChoices
from issues.services import Report, report

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

REQUIRED = "salesforce.REQUIRED_FIELD_MISSING"
RULE = "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION"
STOP = "google_oauth.invalid_grant"
_numbers = count(1)


class Api:
    """A client: with a token, signed in as somebody, or as nobody."""

    def __init__(self, secret: str = "", user: User | None = None, *, checks_csrf: bool = False) -> None:
        self.client = Client(enforce_csrf_checks=checks_csrf, raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        if user is not None:
            self.client.force_login(user)

    def get(self, path: str, *, headers: Mapping[str, str] | None = None, **parameters: Any) -> Response:
        return self.client.get(_address(path), parameters, headers={**self.headers, **(headers or {})})

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> Response:
        return self.raw(path, json.dumps({} if body is None else body), key=key, **headers)

    def raw(
        self, path: str, body: str | bytes, *, key: str = "", content_type: str = "application/json", **headers: str
    ) -> Response:
        own = {"Idempotency-Key": key} if key else {}
        return self.client.post(_address(path), body, content_type=content_type, headers=self.headers | own | headers)


def _address(path: str) -> str:
    return path if path.startswith(("/", "http")) else f"/api/v1/{path}"


def service(of: Organization, *, may_write: bool = True, **values: Any) -> Api:
    _, secret = tokens.issue(of, "Tests", may_write=may_write, **values)
    return Api(secret)


def person(of: Organization, role: Role = Role.MEMBER, name: str = "") -> User:
    user = User.objects.create_user(name or f"person{next(_numbers)}", password=None)
    Membership.everywhere.create(organization=of, user=user, role=role)
    return user


def superuser() -> Api:
    return Api(user=User.objects.create_superuser(f"root{next(_numbers)}", password=None))


def failure(of: Organization, mailbox: Mailbox | None = None, **values: Any) -> Report:
    number = next(_numbers)
    defaults = {
        "scope": ScopeChoices.ITEM,
        "subject_key": f"item-{number}",
        "code": REQUIRED,
        "said": "Required fields are missing: [LastName]",
        "fields": ("LastName",),
        "resource": "email",
        "title": f"Renewal {number}",
        "conversation_key": "c1",
        "mailbox_id": mailbox.pk if mailbox else None,
        "mailbox_url": "https://mail.google.com/mail/#all/1",
        "http_status": 400,
        "request_id": f"request-{number}",
    }
    return Report(organization_id=of.pk, **(defaults | values))


def fail(reports: Iterable[Report]) -> list[Issue]:
    """The issues of these failures, in their order."""
    wanted = list(reports)
    with commit("tests: fail"):
        found = report(wanted)
    return [found[each.subject_key] for each in wanted]


def issue(of: Organization, mailbox: Mailbox | None = None, **values: Any) -> Issue:
    (made,) = fail([failure(of, mailbox, **values)])
    return Issue.everywhere.get(pk=made.pk)


def stop(mailbox: Mailbox, code: str = STOP) -> Issue:
    """An issue that stops a mailbox."""
    return issue(
        mailbox.organization,
        mailbox,
        scope=ScopeChoices.MAILBOX,
        subject_key=f"mailbox:{mailbox.pk}",
        code=code,
        resource="",
        title=mailbox.address,
        fields=(),
    )


def ids(response: Response) -> list[int]:
    return [row["id"] for row in response.json()["results"]]


def named(response: Response) -> list[str]:
    """What a problem names as wrong, in order."""
    return [each.get("pointer", each.get("parameter", each.get("header"))) for each in response.json()["errors"]]


def kind(response: Response) -> str:
    """The name in the type of a problem."""
    assert response["Content-Type"] == "application/problem+json", response.content
    return str(response.json()["type"]).rstrip("/").rpartition("/")[2]
