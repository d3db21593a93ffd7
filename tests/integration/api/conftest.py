"""One organization with an administrator, two members and their mailboxes; and a stranger's."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pytest_django import Settings

from connectors.models import Mailbox, Organization, Role
from tests import builders
from tests.integration.api.world import Api, person, service


@dataclass(frozen=True, kw_only=True)
class World:
    """`ann` and `bob` own a mailbox each, `admin` runs the organization, `reader` and `writer` have tokens of it."""

    acme: Organization
    anns: Mailbox
    bobs: Mailbox
    ann: Api
    bob: Api
    admin: Api
    reader: Api
    writer: Api
    strange: Organization
    strangers: Mailbox
    stranger: Api
    nobody: Api


@pytest.fixture(autouse=True)
def _no_limits(settings: Settings) -> None:
    settings.API_RATES = dict.fromkeys(("read", "write", "anonymous", "failed"))


@pytest.fixture
def world(db: None) -> World:
    acme, strange = builders.organization(slug="acme"), builders.organization(slug="strange")
    ann, bob = person(acme, name="ann"), person(acme, name="bob")
    return World(
        acme=acme,
        anns=builders.mailbox(acme, "ann@ours.example", owner=ann),
        bobs=builders.mailbox(acme, "bob@ours.example", owner=bob),
        ann=Api(user=ann),
        bob=Api(user=bob),
        admin=Api(user=person(acme, Role.ADMIN, "admin")),
        reader=service(acme, may_write=False),
        writer=service(acme),
        strange=strange,
        strangers=builders.mailbox(strange, "eve@strange.example"),
        stranger=service(strange),
        nobody=Api(),
    )
