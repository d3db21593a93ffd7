"""Organizations: the warning and its number, for those who may know."""

from __future__ import annotations

import pytest

from connectors.models import Organization
from tests.integration.api.conftest import World
from tests.integration.api.world import STOP, issue, kind, superuser


def test_an_organization_without_issues_has_no_warning(world: World) -> None:
    assert world.reader.get("organizations/acme/").json() == {
        "url": "http://testserver/api/v1/organizations/acme/",
        "name": world.acme.name,
        "slug": "acme",
        "open_issues": 0,
        "warning": False,
        "stopped": None,
        "paused_at": None,
    }


@pytest.mark.parametrize(("who", "count"), [("admin", 3), ("reader", 3), ("ann", 2), ("bob", 0)])
def test_the_number_counts_what_the_reader_may_see(world: World, who: str, count: int) -> None:
    issue(world.acme, world.anns)
    issue(world.acme, world.anns)
    issue(world.acme, scope="organization", subject_key="organization", code=STOP)
    row = getattr(world, who).get("organizations/acme/").json()
    assert (row["open_issues"], row["warning"]) == (count, count > 0)


def test_a_stopped_organization_says_since_when_and_why(world: World) -> None:
    made = issue(world.acme, scope="organization", subject_key="organization", code=STOP)
    stopped = world.ann.get("organizations/acme/").json()["stopped"]
    assert (stopped["code"], stopped["probe_at"]) == (STOP, None)
    assert stopped["since"] == made.first_at.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("who", ["ann", "admin", "reader"])
def test_the_list_holds_the_own_organizations(world: World, who: str) -> None:
    rows = getattr(world, who).get("organizations/").json()["results"]
    assert [row["slug"] for row in rows] == ["acme"]


def test_who_installs_the_product_sees_all_of_it(world: World) -> None:
    issue(world.acme, world.anns)
    rows = superuser().get("organizations/").json()["results"]
    assert {row["slug"]: row["open_issues"] for row in rows} == {"acme": 1, "strange": 0}


def test_another_organization_is_not_there(world: World) -> None:
    assert kind(world.admin.get("organizations/strange/")) == "not-found"


def test_what_makes_the_keys_is_nowhere(world: World) -> None:
    secret = Organization.everywhere.get(slug="acme").secret
    assert secret not in world.admin.get("organizations/acme/").content.decode()
