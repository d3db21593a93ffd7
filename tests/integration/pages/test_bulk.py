from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Mailbox, Organization
from issues import catalogue
from issues.models import BulkOperation, Issue
from issues.services import run_operation
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import Page, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


@pytest.fixture
def mine(owner: User, signed: Signed) -> Client:
    return signed(owner)


def ask(client: Client, **query: Any) -> Page:
    return read(client.get("/bulk/", {"verb": "retry", "organization": "acme"} | query))


def confirm(client: Client, page: Page, **more: str) -> Any:
    """Presses the button of the page."""
    form = page.forms[-1]
    return client.post(form.action, form.fields | more)


def run_all() -> None:
    for operation in BulkOperation.everywhere.all():
        while not run_operation(operation.pk):
            pass


def statuses() -> dict[str, str]:
    return dict(Issue.everywhere.values_list("title", "status"))


def test_the_page_says_how_many_names_three_and_what_will_happen(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, titles=tuple("abcde"))
    said = ask(boss, all=1).words
    for words in ("Try 5 again?", "5 issues of Acme", "Three of them", "and 2 more", "All of them are tried again now"):
        assert words in said


def test_asking_starts_nothing(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    ask(boss, all=1)
    assert not BulkOperation.everywhere.exists()


def test_the_button_starts_the_order_and_shows_its_progress(boss: Client, mailbox: Mailbox, admin: User) -> None:
    scenery.fail(mailbox, titles=tuple("ab"))
    response = confirm(boss, ask(boss, all=1))
    operation = BulkOperation.everywhere.get()
    assert response.headers["Location"] == f"/operations/{operation.pk}/"
    assert (operation.verb, operation.total, operation.actor) == ("retry", 2, admin)


def test_pressing_twice_is_pressing_once(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, titles=tuple("ab"))
    page = ask(boss, all=1)
    assert confirm(boss, page).headers["Location"] == confirm(boss, page).headers["Location"]
    assert BulkOperation.everywhere.count() == 1


def test_pressing_again_after_it_was_done_is_still_the_same_order(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    page = ask(boss, all=1)
    first = confirm(boss, page)
    run_all()
    assert confirm(boss, page).headers["Location"] == first.headers["Location"]


def test_asking_anew_is_a_new_order(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    confirm(boss, ask(boss, all=1))
    run_all()
    Issue.everywhere.update(status="open")
    confirm(boss, ask(boss, all=1))
    assert BulkOperation.everywhere.count() == 2


@pytest.fixture
def several(mailbox: Mailbox) -> dict[str, Issue]:
    first = scenery.fail(mailbox, scenery.RULE, ("rule 1", "rule 2"), conversation_key="talk")
    second = scenery.fail(mailbox, scenery.REQUIRED, ("field",), conversation_key="talk")
    third = scenery.fail(mailbox, scenery.RULE, ("another rule",), said="Region?", conversation_key="other")
    return {issue.title: issue for issue in (*first, *second, *third)}


@pytest.mark.parametrize(
    ("way", "found"),
    [
        ("all", {"rule 1", "rule 2", "field", "another rule"}),
        ("ids", {"rule 1", "field"}),
        ("cause", {"rule 1", "rule 2"}),
        ("conversation", {"rule 1", "rule 2", "field"}),
        ("code", {"rule 1", "rule 2", "another rule"}),
    ],
)
def test_a_choice_reaches_what_it_names_and_nothing_else(
    boss: Client, several: dict[str, Issue], way: str, found: set[str]
) -> None:
    values = {
        "all": "1",
        "ids": f"{several['rule 1'].pk},{several['field'].pk}",
        "cause": str(several["rule 1"].cause_id),
        "conversation": "talk",
        "code": scenery.RULE,
    }
    confirm(boss, ask(boss, **{way: values[way]}))
    run_all()
    assert {title for title, status in statuses().items() if status == "retrying"} == found


@pytest.mark.parametrize("way", ["all", "ids", "cause", "code"])
def test_a_members_order_ends_at_their_own_mailboxes(
    mine: Client, mailbox: Mailbox, acme: Organization, way: str
) -> None:
    own = scenery.fail(mailbox, titles=("mine",))[0]
    theirs = scenery.fail(builders.mailbox(acme), titles=("a colleague's",))[0]
    values = {"all": "1", "ids": f"{own.pk},{theirs.pk}", "cause": str(own.cause_id), "code": scenery.RULE}
    page = ask(mine, **{way: values[way]})
    assert "colleague" not in page.words
    confirm(mine, page)
    run_all()
    assert statuses() == {"mine": "retrying", "a colleague's": "open"}


def test_a_forged_field_gives_a_member_no_more(mine: Client, mailbox: Mailbox, acme: Organization) -> None:
    scenery.fail(mailbox, titles=("mine",))
    colleague = builders.mailbox(acme)
    scenery.fail(colleague, titles=("a colleague's",))
    confirm(mine, ask(mine, all=1), mailboxes=str(colleague.pk))
    run_all()
    assert statuses()["a colleague's"] == "open"


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({"q": "rule"}, {"rule 1", "rule 2", "another rule"}),
        ({"q": "rule", "conversation": "talk"}, {"rule 1", "rule 2"}),
        ({"code": scenery.RULE, "fixer": "end_user"}, set()),
        ({"type": "email", "status": "all"}, {"rule 1", "rule 2", "field", "another rule"}),
        ({"since": "2999-01-01"}, set()),
        ({}, {"rule 1", "rule 2", "field", "another rule"}),
    ],
)
def test_a_filter_reaches_what_the_list_lets_through(
    boss: Client, several: dict[str, Issue], narrowed: dict[str, str], found: set[str]
) -> None:
    page = ask(boss, filter=1, **narrowed)
    if found:
        assert "which is what the list lets through" in page.words
        confirm(boss, page)
    run_all()
    assert {title for title, status in statuses().items() if status == "retrying"} == found


def test_one_of_the_sample_is_left_out_by_its_link(boss: Client, several: dict[str, Issue]) -> None:
    page = read(boss.get(ask(boss, filter=1, q="rule").address("Leave out")))
    assert "Try 2 again?" in page.words
    assert "without 1 issue that you left out" in page.words
    confirm(boss, page)
    run_all()
    assert sorted(statuses().values()) == ["open", "open", "retrying", "retrying"]


def test_the_last_one_cannot_be_left_out(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    assert "Leave out" not in ask(boss, all=1).words


def test_the_advice_of_each_reason_is_said_most_frequent_first(boss: Client, several: dict[str, Issue]) -> None:
    words = ask(boss, all=1).words
    assert words.index("3: A validation rule") < words.index("1: A required field")
    assert catalogue.entry(scenery.RULE).why in words


def test_the_price_in_calls_is_said_for_a_retry_and_not_for_setting_aside(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    assert "It takes about 2 calls to Salesforce." in ask(boss, all=1).words
    assert "calls to Salesforce" not in ask(boss, verb="ignore", all=1).words


@pytest.mark.parametrize("verb", ["retry", "ignore"])
def test_another_organization_is_not_there(boss: Client, others: Mailbox, verb: str) -> None:
    query = {"verb": verb, "organization": "rival", "all": "1", "reason": "x", "confirmed": "1", "key": "k"}
    assert boss.get("/bulk/", query).status_code == 404
    assert boss.post("/bulk/", query).status_code == 404
    assert not BulkOperation.everywhere.exists()


@pytest.mark.parametrize("way", ["ids", "cause"])
def test_what_belongs_to_another_organization_is_not_reached_through_ones_own(
    boss: Client, others: Mailbox, way: str
) -> None:
    theirs = Issue.everywhere.get()
    value = {"ids": str(theirs.pk), "cause": str(theirs.cause_id)}[way]
    page = ask(boss, **{way: value})
    assert "Nothing to try again here" in page.words
    assert "Rival" not in page.words


def test_ignoring_asks_for_a_reason(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    page = ask(boss, verb="ignore", all=1)
    response = confirm(boss, page, reason="  ", until="7")
    assert "Say why, so that the next person understands." in read(response, 422).words
    assert '<option value="7" selected>' in response.content.decode()
    assert not BulkOperation.everywhere.exists()


def test_a_page_with_a_mistake_keeps_the_order_that_it_is(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    page = ask(boss, verb="ignore", all=1)
    again = read(confirm(boss, page, reason=""), 422)
    assert again.forms[-1].fields["key"] == page.forms[-1].fields["key"]


def test_ignoring_many_keeps_reason_and_person(boss: Client, mailbox: Mailbox, admin: User) -> None:
    scenery.fail(mailbox, titles=tuple("ab"))
    confirm(boss, ask(boss, verb="ignore", all=1), reason="old campaign")
    run_all()
    found = set(Issue.everywhere.values_list("status", "ignored_reason", "ignored_by"))
    assert found == {("ignored", "old campaign", admin.pk)}


def test_a_stopped_mailbox_is_not_among_those_to_ignore(boss: Client, mailbox: Mailbox) -> None:
    scenery.stop(mailbox)
    assert "Nothing to ignore here" in ask(boss, verb="ignore", all=1).words


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({}, "Choose what this is about"),
        ({"all": "1", "code": "x"}, "Choose what this is about"),
        ({"ids": "1,2;drop"}, "This choice is damaged"),
        ({"ids": "-1"}, "This choice is damaged"),
        ({"ids": ",".join(map(str, range(1001)))}, "at most 1000 at once"),
        ({"cause": "x"}, "Enter a whole number"),
        ({"filter": "1", "all": "1"}, "Choose what this is about"),
        ({"q": "x"}, "Choose what this is about"),
        ({"filter": "1", "status": "odd"}, "“odd” is none of the words"),
        ({"filter": "1", "type": "odd"}, "“odd” is none of the words"),
        ({"filter": "1", "mailbox": str(2**63)}, "less than or equal to"),
        ({"filter": "1", "since": "yesterday"}, "Enter a valid date"),
        ({"all": "1", "without": "1;2"}, "This choice is damaged"),
        ({"verb": "delete", "all": "1"}, "Select a valid choice"),
        ({"organization": "../x", "all": "1"}, "Enter a valid"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused_in_a_sentence(
    boss: Client, acme: Organization, query: dict[str, str], sentence: str
) -> None:
    response = boss.get("/bulk/", {"verb": "retry", "organization": "acme"} | query)
    said = read(response, 400).words
    assert sentence in said
    assert "Nothing was started." in said


def test_a_form_of_a_foreign_page_is_refused(admin: User, mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    answer = client.post("/bulk/", {"verb": "retry", "organization": "acme", "all": "1", "confirmed": "1"})
    assert answer.status_code == 403
    assert not BulkOperation.everywhere.exists()


def test_a_stranger_is_sent_to_the_sign_in_page(client: Client, acme: Organization) -> None:
    assert client.get("/bulk/?verb=retry&organization=acme&all=1").status_code == 302


@pytest.mark.parametrize("rows", [10, 300])
def test_starting_makes_few_statements_however_many_it_is_about(
    boss: Client, mailbox: Mailbox, rows: int, django_assert_max_num_queries: Any
) -> None:
    scenery.fail(mailbox, titles=tuple(f"t{number}" for number in range(rows)))
    page = ask(boss, all=1)
    with django_assert_max_num_queries(12):
        confirm(boss, page)
