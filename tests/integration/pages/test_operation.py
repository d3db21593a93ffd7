from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Mailbox, Membership, Organization
from issues import display, services
from issues.models import BulkOperation, Issue
from issues.ordering import Event
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import Page, read

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


# -- What can still be done about it


@pytest.fixture
def thirty(acme: Organization, mailbox: Mailbox, admin: User) -> BulkOperation:
    """An order for thirty issues, the first ten of which are being tried."""
    scenery.fail(mailbox, titles=tuple(f"offer {number}" for number in range(30)))
    operation = start(acme, admin, asked=True)
    finish(operation)
    return operation


def press(client: Client, operation: BulkOperation, event: str) -> Page:
    """Presses a button of the page; fails if it is not there."""
    page = read(client.get(f"/operations/{operation.pk}/"))
    (form,) = (form for form in page.forms if form.action == f"/operations/{operation.pk}/{event}/")
    return read(client.post(form.action, form.fields, follow=True))


def test_while_the_first_few_are_tried_the_page_says_so(boss: Client, thirty: BulkOperation) -> None:
    page = read(boss.get(f"/operations/{thirty.pk}/"))
    assert "Trying 10 first: 10 still being tried. The rest follows once these show that it works." in page.words
    assert "Go on" not in page.words


def test_first_ones_that_failed_again_leave_it_to_the_reader(boss: Client, thirty: BulkOperation) -> None:
    for issue in Issue.everywhere.filter(status="retrying"):
        scenery.fail_again(issue)
    finish(thirty)
    page = read(boss.get(f"/operations/{thirty.pk}/"))
    assert "The first 10 do not show that it works: 10 failed again. The rest waits for you." in page.words
    assert "Go on all the same" in page.words
    assert page.address("All 10 that failed again").endswith("outcome=failed&status=all")
    assert "10 of 30 taken up." in press(boss, thirty, "resume").words
    finish(thirty)
    assert counters(boss, thirty)["done"] == 30


def test_a_paused_order_says_so_and_goes_on(boss: Client, thirty: BulkOperation) -> None:
    press(boss, thirty, "pause")
    assert "Nothing else is tried until you say so." in read(boss.get(f"/operations/{thirty.pk}/")).words
    press(boss, thirty, "resume")
    assert "Paused: 10 of 30 taken up. It goes on when you say so." in press(boss, thirty, "pause").words


def test_it_says_who_steered_it_last(boss: Client, thirty: BulkOperation, admin: User) -> None:
    assert "paused" not in read(boss.get(f"/operations/{thirty.pk}/")).words
    assert f"paused just now by {display.person(admin)}" in press(boss, thirty, "pause").words
    assert f"resumed just now by {display.person(admin)}" in press(boss, thirty, "resume").words


def test_a_service_that_stopped_it_is_not_named(boss: Client, thirty: BulkOperation) -> None:
    services.steer(thirty, Event.CANCEL)
    assert "cancelled just now by a service" in read(boss.get(f"/operations/{thirty.pk}/")).words


def test_whoever_undid_it_is_named_although_somebody_else_gave_the_order(
    boss: Client, acme: Organization, four: list[Issue], owner: User, admin: User
) -> None:
    operation = start(acme, owner, verb="ignore", reason="old campaign")
    finish(operation)
    words = press(boss, operation, "undo").words
    assert f"by {display.person(owner)}" in words
    assert f"undone just now by {display.person(admin)}" in words


def test_a_cancelled_order_says_what_it_left(boss: Client, thirty: BulkOperation) -> None:
    press(boss, thirty, "cancel")
    for issue in Issue.everywhere.filter(status="retrying"):
        scenery.resolve(issue)
    page = read(boss.get(f"/operations/{thirty.pk}/"))
    assert "All done: 10 resolved. Cancelled: 20 issues left as they were." in page.words
    assert not [form for form in page.forms if f"/operations/{thirty.pk}/" in form.action]


def test_an_order_to_set_aside_is_undone_by_a_button(boss: Client, acme: Organization, four: list[Issue]) -> None:
    operation = start(acme, verb="ignore", reason="old campaign")
    finish(operation)
    services.retry(Issue.everywhere.filter(pk=four[0].pk))
    assert "Putting back" in press(boss, operation, "undo").words
    finish(operation)
    page = read(boss.get(f"/operations/{operation.pk}/"))
    assert "Undone: 3 issues as before. 1 issue moved since, and left alone." in page.words


def test_a_button_that_was_pressed_too_late_says_so(boss: Client, thirty: BulkOperation) -> None:
    press(boss, thirty, "cancel")
    page = read(boss.post(f"/operations/{thirty.pk}/pause/", follow=True))
    assert "That came too late: the order is cancelled." in page.words


@pytest.mark.parametrize(("path", "status"), [("pause", 404), ("resume", 404), ("odd", 404), ("prove", 404)])
def test_others_orders_and_other_words_are_not_there(
    signed: Signed, owner: User, boss: Client, thirty: BulkOperation, path: str, status: int
) -> None:
    client = signed(owner) if path in ("pause", "resume") else boss
    assert client.post(f"/operations/{thirty.pk}/{path}/").status_code == status


def test_a_button_is_no_link(boss: Client, thirty: BulkOperation) -> None:
    assert boss.get(f"/operations/{thirty.pk}/pause/").status_code == 405


def test_each_count_leads_to_the_list_of_what_it_counts(boss: Client, acme: Organization, four: list[Issue]) -> None:
    operation = start(acme)
    finish(operation)
    scenery.resolve(four[0])
    scenery.fail_again(four[1])
    page = read(boss.get(f"/operations/{operation.pk}/"))
    counted = {address.partition("outcome=")[2].partition("&")[0]: address for _, address in page.links}
    found = {
        outcome: {words for words, to in read(boss.get(counted[outcome])).links if to.startswith("/issues/acme/")}
        for outcome in ("resolved", "failed", "trying")
    }
    assert found == {"resolved": {"offer a"}, "failed": {"offer b"}, "trying": {"offer c", "offer d"}}
    assert "only issues of one order (resolved)" in read(boss.get(counted["resolved"])).words.lower()


@pytest.mark.parametrize("query", ["operation=x", "outcome=failed", "operation=999&outcome=odd", "operation=%00"])
def test_a_list_of_an_order_that_makes_no_sense_is_empty(boss: Client, four: list[Issue], query: str) -> None:
    assert "Nothing like that" in read(boss.get(f"/issues/?{query}")).words
