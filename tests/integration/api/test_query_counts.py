"""How many statements a request costs, and that it is the same for one row and for hundreds."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connectors import clock
from connectors.models import ApiToken, Mailbox
from issues.models import BulkOperation
from syncapp.checked import Checked
from syncapp.models import Outcome, Run
from tests.integration.api.conftest import World
from tests.integration.api.world import Api, fail, failure
from tests.integration.pages.scenery import leave_out

ALL = {"verb": "retry", "choice": {"all": True}}
CONTROL = re.compile(r"BEGIN|COMMIT|SAVEPOINT|RELEASE", re.IGNORECASE)


def _statements(capture: CaptureQueriesContext) -> list[str]:
    """What was asked of the database; not where transactions begin and end."""
    return [query["sql"] for query in capture.captured_queries if not CONTROL.match(query["sql"])]


def _cost(api: Api, path: str) -> int:
    with CaptureQueriesContext(connection) as capture:
        response = api.get(path, limit=200) if path.endswith("s/") else api.get(path)
    assert response.status_code == 200
    return len(_statements(capture))


def _grow(world: World, count: int) -> None:
    """Rows of every kind, each issue of a cause and a mailbox of its own."""
    owner, before = world.anns.owner, Mailbox.everywhere.count()
    mailboxes = Mailbox.everywhere.bulk_create(
        Mailbox(organization=world.acme, address=f"{before + n}@ours.example", owner=owner) for n in range(count)
    )
    fail(failure(world.acme, box, fields=(box.address,)) for box in mailboxes)
    Run.everywhere.bulk_create(Run(organization=world.acme, mailbox=box, outcome=Outcome.GOOD) for box in mailboxes)
    Checked.everywhere.bulk_create(
        Checked(organization=world.acme, mailbox=box, made_at=clock.now()) for box in mailboxes
    )
    for box in mailboxes:
        leave_out(box, "spam")
    BulkOperation.everywhere.bulk_create(
        BulkOperation(organization=world.acme, verb="retry", choice_digest=box.address, actor=owner)
        for box in mailboxes
    )


@pytest.mark.parametrize(
    "name", ["organizations", "mailboxes", "runs", "checks", "items", "left-out", "issues", "causes", "operations"]
)
@pytest.mark.parametrize("who", ["admin", "writer", "ann"])
def test_a_list_costs_the_same_for_one_row_and_for_a_hundred(world: World, name: str, who: str) -> None:
    api: Api = getattr(world, who)
    api.get("organizations/")  # from here on the token's use is noted
    _grow(world, 1)
    before = _cost(api, f"{name}/")
    _grow(world, 99)
    most = 7 if name == "items" else 6  # both sides and the issues of an item
    assert (_cost(api, f"{name}/"), before <= most) == (before, True)


def test_an_issue_costs_the_same_for_one_try_and_for_fifty(world: World) -> None:
    first = failure(world.acme, world.anns)
    (made,) = fail([first])
    world.reader.get("organizations/")
    before = _cost(world.reader, f"issues/{made.pk}/")
    for _ in range(49):
        fail([failure(world.acme, world.anns, subject_key=first.subject_key)])
    assert (_cost(world.reader, f"issues/{made.pk}/"), before <= 5) == (before, True)


def test_codes_cost_nothing(world: World) -> None:
    assert _cost(world.nobody, "codes/") == 0


@pytest.mark.parametrize("count", [10, 1000])
@pytest.mark.parametrize("who", ["writer", "admin", "ann"])
@pytest.mark.parametrize("key", ["", "k1"])
def test_the_request_that_starts_retry_all_makes_at_most_ten_statements(
    world: World, count: int, who: str, key: str
) -> None:
    fail([failure(world.acme, world.anns) for _ in range(count)])
    assert not ApiToken.everywhere.exclude(used_at=None).exists()  # the first use is the dearest
    with CaptureQueriesContext(connection) as capture:
        response = getattr(world, who).post("operations/", ALL, key=key)
    assert (response.status_code, response.json()["total"]) == (202, count)
    assert len(_statements(capture)) <= 10, "\n".join(_statements(capture))


def test_the_second_click_makes_at_most_ten_statements_as_well(world: World) -> None:
    world.writer.post("operations/", ALL, key="k1")
    with CaptureQueriesContext(connection) as capture:
        assert world.writer.post("operations/", ALL, key="k1").status_code == 200
    assert len(_statements(capture)) <= 10


def test_a_retry_of_one_costs_the_same_among_ten_issues_and_among_five_hundred(world: World) -> None:
    def cost() -> int:
        (made, *_) = fail([failure(world.acme, world.anns)])
        with CaptureQueriesContext(connection) as capture:
            assert world.writer.post(f"issues/{made.pk}/retry/").status_code == 200
        return len(_statements(capture))

    world.writer.get("organizations/")
    before = cost()
    fail([failure(world.acme, world.anns) for _ in range(500)])
    assert cost() == before


def test_the_use_of_a_token_is_written_once_a_minute(world: World) -> None:
    def writes() -> int:
        with CaptureQueriesContext(connection) as capture:
            world.reader.get("codes/")
            world.reader.get("organizations/")
            world.reader.get("mailboxes/")
        return sum("UPDATE" in sql for sql in _statements(capture))

    assert writes() == 1
    assert writes() == 0
    ApiToken.everywhere.update(used_at=clock.now() - timedelta(seconds=61))
    assert writes() == 1


def test_operations_that_exist_do_not_make_a_new_one_dearer(world: World) -> None:
    world.writer.get("organizations/")

    def cost() -> int:
        choice = {"code": f"a.{BulkOperation.everywhere.count()}"}
        with CaptureQueriesContext(connection) as capture:
            world.writer.post("operations/", {"verb": "retry", "choice": choice})
        return len(_statements(capture))

    before = cost()
    _grow(world, 20)
    assert cost() == before
