"""An organization with a Salesforce org behind real TLS, and somebody who looks after it in the admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.field_mapping import FieldMapping
from tests.conftest import Time
from tests.integration.bad_input.conftest import servers, world
from tests.integration.bad_input.world import World
from tests.integration.ground.conftest import certificate, certificates
from tests.integration.orgs_that_differ.house import House
from tests.integration.pages import scenery
from tests.integration.pages.reading import Page, read

__all__ = ["certificate", "certificates", "servers", "world"]
LIST = "/admin/connectors/fieldmapping/"
Save = Callable[..., Page]


@pytest.fixture
def house(world: World, time: Time) -> House:
    return House(world=world, time=time).build()


@pytest.fixture
def fields(world: World) -> World:
    """With fields of the customer's own."""
    for sobject, name, more in (
        ("Event", "Room__c", {"length": 20}),
        ("Event", "Floor__c", {}),
        ("EmailMessage", "Region__c", {"type": "picklist", "values": ["EMEA", "APAC"], "restricted": True}),
    ):
        world.salesforce.control("add-field", {"object": sobject, "name": name, **more})
    return world


@pytest.fixture
def ann(world: World) -> User:
    return scenery.administrator(world.organization, "ann")


@pytest.fixture
def boss(ann: User) -> Client:
    client = Client()
    client.force_login(ann)
    return client


@pytest.fixture
def save(boss: Client, world: World) -> Save:
    """Fills the form in and presses “Save”; the page on which that ends."""

    def saved(row: FieldMapping | None = None, **values: str) -> Page:
        stands = typed(world.organization.pk, row)
        path = f"{LIST}{row.pk}/change/" if row else f"{LIST}add/"
        return read(boss.post(path, stands | values, follow=True))

    return saved


def typed(organization_id: int, row: FieldMapping | None) -> dict[str, str]:
    """What stands in the form before anybody types."""
    if row is None:
        defaults = {"fixed": "", "default": "", "way": "new", "too_long": "cut"}
        return {"organization": str(organization_id), "what": "event.location", "field": "Room__c", **defaults}
    names = ("fixed", "field", "way", "default", "too_long")
    return {"what": f"{row.target}.{row.source}", **{name: getattr(row, name) for name in names}}


def rows() -> list[tuple[Any, ...]]:
    found = FieldMapping.everywhere.order_by("pk")
    return [(row.target, row.source, row.field, row.way) for row in found]
