"""Nothing of one organization is ever shown to another, or changed by it: a crawl over every address there is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from django.db import models
from django.test import Client

from connectors import tokens
from connectors.models import Role
from tests.security.planting import Planted, all_models, everything_of, plant, texts
from tests.security.routes import Route, addresses, line, lines, routes

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

OWN, OTHER = "ownmark4k", "canaryb7q"


@pytest.fixture
def own(db: None) -> Planted:
    return plant(OWN)


@pytest.fixture
def other(db: None) -> Planted:
    return plant(OTHER)


def _signed_in(role: Role) -> Callable[[Planted], Client]:
    def client(own: Planted) -> Client:
        made = Client(raise_request_exception=False)
        made.force_login(own.people[role])
        return made

    return client


def _with_token(may_write: bool) -> Callable[[Planted], Client]:
    def client(own: Planted) -> Client:
        _, secret = tokens.issue(own.organization, "Crawl", may_write=may_write)
        return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})

    return client


ROLES: Mapping[str, Callable[[Planted], Client]] = {
    **{str(role): _signed_in(role) for role in Role},
    "reading token": _with_token(False),
    "writing token": _with_token(True),
    "anonymous": lambda own: Client(raise_request_exception=False),
}


# -- The crawl covers everything


@pytest.mark.parametrize("route", list(routes()), ids=str)
def test_every_route_is_listed(route: Route) -> None:
    line(route)


def test_every_listed_route_exists() -> None:
    assert set(lines()) - {route.name for route in routes()} == set()


@pytest.mark.parametrize("model", all_models(), ids=lambda model: model._meta.label)
def test_every_text_of_the_other_organization_holds_the_canary(other: Planted, model: type[models.Model]) -> None:
    row = model._base_manager.get(pk=other.rows[str(model._meta.model_name)].pk)
    empty = [column.name for column in texts(model) if OTHER not in str(getattr(row, column.name))]
    assert empty == []


@pytest.mark.parametrize("role", ["member", "admin", "owner", "reading token", "writing token"])
def test_the_crawl_sees_what_is_the_readers_own(own: Planted, role: str) -> None:
    client = ROLES[role](own)
    seen = {str(route) for route in routes() for where in addresses(route, own) if OWN in _heard(client.get(where), "")}
    assert "api-issue-list" in seen
    assert "api-mailbox-detail" in seen


def test_a_crawl_that_is_shown_something_says_so(own: Planted, other: Planted) -> None:
    client = Client()
    client.force_login(other.people[Role.ADMIN])
    assert _leak(client.get("/api/v1/issues/"), "/api/v1/issues/")
    assert _leak(client.get(f"/api/v1/issues/{other.id_of('issue')}/"), f"/api/v1/issues/{other.id_of('issue')}/")


# -- The crawl


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_another_organization_is_shown_or_changed(own: Planted, other: Planted, role: str) -> None:
    client = ROLES[role](own)
    before = everything_of(other)
    found = [flaw for sent, answer in _crawl(client, own, other) for flaw in _flaws(sent, answer)]
    assert "\n".join(found) == ""
    assert everything_of(other) == before


def test_a_stranger_is_shown_nothing_of_anybody(own: Planted) -> None:
    client = Client(raise_request_exception=False)
    asked = [where for route in routes() for where in addresses(route, own)]
    shown = [where for where in asked if OWN in _heard(client.get(where), where)]
    assert shown == []


def _crawl(client: Client, own: Planted, other: Planted) -> Iterator[tuple[str, Response]]:
    """What was sent, and what came back. Everything is read first: what is posted may remove what could be read."""
    for route, planted in product(routes(), (own, other)):
        for where, asked in product(addresses(route, planted), ({}, line(route).ask(planted))):
            whole = f"{where}?{urlencode(asked)}" if asked else where
            yield f"GET {whole}", client.get(whole)
    for route, planted in product(routes(), (other, own)):
        for where in addresses(route, planted) if line(route).writes else ():
            yield from _post(client, route, where, other)


def _post(client: Client, route: Route, where: str, other: Planted) -> Iterator[tuple[str, Response]]:
    wanted = line(route)
    if where.startswith("/api/"):
        body = json.dumps(wanted.send(other) if wanted.send else {})
        yield f"POST {where} {body}", client.post(where, body, content_type="application/json")
        return
    form = dict(wanted.form(other))
    for action in form.pop("action", [None]):
        sent = form | ({"action": action} if action else {})
        yield f"POST {where} {sent}", client.post(where, sent)


def _flaws(sent: str, answer: Response) -> Iterator[str]:
    if answer.status_code >= 500:
        yield f"{sent} was answered {answer.status_code}"
    if leak := _leak(answer, sent):
        yield f"{sent} told {leak!r}"


def _leak(answer: Response, sent: str) -> str:
    """What was told of the other organization, with what stands around it; "" if nothing was."""
    heard = _heard(answer, sent)
    place = heard.find(OTHER)
    return heard[max(0, place - 60) : place + 60] if place >= 0 else ""


def _heard(answer: Response, sent: str) -> str:
    """All that came back, in small letters, without the words that the asker sent and so knew already: the slugs."""
    body = b"".join(answer) if answer.streaming else answer.content
    text = "\n".join([*map(": ".join, answer.items()), body.decode(errors="replace")]).lower()
    for known in (f"{OWN}-slug", f"{OTHER}-slug"):
        text = text.replace(known, "") if known in sent else text
    return text
