from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Mailbox, Membership, Organization
from issues import services
from issues.models import BulkOperation, Issue
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


@pytest.fixture
def four(mailbox: Mailbox) -> list[Issue]:
    return scenery.fail(mailbox, titles=("offer a", "offer b", "offer c", "offer d"))


def start(organization: Organization, actor: User | None = None, verb: str = "retry", **values: Any) -> BulkOperation:
    actor_id = actor.pk if actor else None
    return services.start_operation(organization.pk, verb, services.Choice(), actor_id=actor_id, **values)[0]


def finish(operation: BulkOperation) -> None:
    while not services.run_operation(operation.pk):
        pass


def counters(client: Client, operation: BulkOperation) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/operations/{operation.pk}/progress/").json()
    return answer


def test_before_anything_happened_all_of_it_is_ahead(boss: Client, acme: Organization, four: list[Issue]) -> None:
    found = counters(boss, start(acme))
    assert (found["total"], found["done"], found["over"]) == (4, 0, False)
    assert found["sentence"] == "0 of 4 taken up."


def test_what_became_of_each_is_counted(boss: Client, acme: Organization, mailbox: Mailbox, four: list[Issue]) -> None:
    operation = start(acme)
    finish(operation)
    scenery.resolve(four[0])
    scenery.fail_again(four[1])
    found = counters(boss, operation)
    wanted = {"total": 4, "done": 4, "resolved": 1, "failed_again": 1, "still_trying": 2, "over": False}
    assert {name: found[name] for name in wanted} == wanted


def test_it_is_over_when_nothing_is_being_tried_any_more(boss: Client, acme: Organization, four: list[Issue]) -> None:
    operation = start(acme)
    finish(operation)
    for issue in four:
        scenery.resolve(issue)
    assert counters(boss, operation)["sentence"] == "All done: 4 resolved."
    assert counters(boss, operation)["over"] is True


def test_the_summary_names_what_failed_again(boss: Client, acme: Organization, four: list[Issue]) -> None:
    operation = start(acme)
    finish(operation)
    for issue in four[:3]:
        scenery.resolve(issue)
    scenery.fail_again(four[3])
    page = read(boss.get(f"/operations/{operation.pk}/"))
    assert "3 resolved, 1 failed again." in page.words
    assert page.address("offer d") == f"/issues/acme/{four[3].number}/"


def test_an_ignoring_order_counts_what_it_set_aside(boss: Client, acme: Organization, four: list[Issue]) -> None:
    operation = start(acme, verb="ignore", reason="old campaign")
    finish(operation)
    page = read(boss.get(f"/operations/{operation.pk}/"))
    assert "4 issues set aside." in page.words
    assert "because “old campaign”" in page.words


def test_what_a_later_order_took_over_is_said(boss: Client, acme: Organization, four: list[Issue]) -> None:
    first = start(acme)
    finish(first)
    Issue.everywhere.update(status="open")
    second = start(acme)
    finish(second)
    assert (counters(boss, first)["elsewhere"], counters(boss, second)["elsewhere"]) == (4, 0)


def test_an_order_that_found_nothing_left_says_so(boss: Client, acme: Organization, four: list[Issue]) -> None:
    operation = start(acme)
    for issue in four:
        scenery.resolve(issue)
    finish(operation)
    assert counters(boss, operation)["sentence"] == "There was nothing left to try."


def test_a_running_order_keeps_its_page_fresh_with_and_without_a_script(
    boss: Client, acme: Organization, four: list[Issue]
) -> None:
    operation = start(acme)
    html = boss.get(f"/operations/{operation.pk}/").content.decode()
    assert f'data-progress="/operations/{operation.pk}/progress/"' in html
    assert '<noscript><meta http-equiv="refresh"' in html
    assert "progress.js" in html


def test_a_finished_order_stays_still(boss: Client, acme: Organization) -> None:
    operation = start(acme)
    finish(operation)
    html = boss.get(f"/operations/{operation.pk}/").content.decode()
    assert "refresh" not in html
    assert "progress.js" not in html


@pytest.mark.parametrize("path", ["/operations/{}/", "/operations/{}/progress/"])
def test_members_see_their_own_orders_and_no_others(
    acme: Organization, owner: User, admin: User, four: list[Issue], signed: Signed, path: str
) -> None:
    own, foreign = start(acme, owner), start(acme, admin, verb="ignore", reason="x")
    client = signed(owner)
    assert client.get(path.format(own.pk)).status_code == 200
    assert client.get(path.format(foreign.pk)).status_code == 404


@pytest.mark.parametrize("path", ["/operations/{}/", "/operations/{}/progress/"])
def test_another_organizations_orders_are_not_there(boss: Client, others: Mailbox, path: str) -> None:
    assert boss.get(path.format(start(others.organization).pk)).status_code == 404


def test_what_nobody_asked_for_belongs_to_administrators(
    acme: Organization, owner: User, boss: Client, four: list[Issue], signed: Signed
) -> None:
    operation = start(acme)
    assert "by itself" in read(boss.get(f"/operations/{operation.pk}/")).words
    assert signed(owner).get(f"/operations/{operation.pk}/").status_code == 404


def test_whoever_is_no_administrator_any_more_sees_no_titles_of_others(
    acme: Organization, admin: User, boss: Client, four: list[Issue]
) -> None:
    operation = start(acme, admin)
    finish(operation)
    for issue in four:
        scenery.fail_again(issue)
    Membership.everywhere.filter(user=admin).update(role="member")
    assert "Failed again" not in read(boss.get(f"/operations/{operation.pk}/")).words


def test_a_number_that_is_nobodys_is_not_found(boss: Client) -> None:
    assert boss.get("/operations/99999999999999999999999/").status_code == 404


def test_counters_are_never_kept_by_the_browser(boss: Client, acme: Organization) -> None:
    answer = boss.get(f"/operations/{start(acme).pk}/progress/")
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_order_of_a_mailbox_that_is_gone_still_shows(boss: Client, acme: Organization) -> None:
    box = builders.mailbox(acme)
    scenery.fail(box)
    operation = start(acme)
    finish(operation)
    box.delete()
    assert counters(boss, operation)["elsewhere"] == 1
