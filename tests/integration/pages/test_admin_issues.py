from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Mailbox
from issues import services
from issues.catalogue import Fixer
from issues.models import BulkOperation, Cause, Issue
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import Page, read

pytestmark = pytest.mark.django_db

PATH = "/admin/issues/issue/"


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


def listed(client: Client, query: str = "", path: str = PATH) -> Page:
    return read(client.get(path + query))


def titles(client: Client, query: str = "") -> set[str]:
    return {words for words, address in listed(client, query).links if address.startswith("/issues/acme/")}


def test_a_row_says_state_what_why_whose_who_and_when(boss: Client, mailbox: Mailbox, owner: User) -> None:
    scenery.fail(mailbox, titles=("Offer to Ann",))
    row = listed(boss).words.split("Tries")[1]
    for words in (
        "Open",
        "Offer to Ann",
        "SYNC-1001",
        "A validation rule of your company said no",
        "Mia Meier",
        "Salesforce administrator",
        "20 minutes ago",
        "in 23 hours",
    ):
        assert words in row


def test_a_row_leads_to_the_issues_page(boss: Client, mailbox: Mailbox) -> None:
    (issue,) = scenery.fail(mailbox, titles=("Offer",))
    assert listed(boss).address("Offer") == "/issues/acme/1001/"
    assert boss.get(f"{PATH}{issue.pk}/change/").headers["Location"] == "/issues/acme/1001/"


def test_a_stopped_mailbox_is_red_and_says_stopped(boss: Client, mailbox: Mailbox) -> None:
    scenery.stop(mailbox)
    assert '<span class="state red">' in boss.get(PATH).content.decode()


@pytest.fixture
def one_of_each(mailbox: Mailbox) -> None:
    _, tried, ignored, resolved = scenery.fail(mailbox, titles=("open", "tried", "ignored", "resolved"))
    services.retry(Issue.everywhere.filter(pk=tried.pk))
    services.ignore(Issue.everywhere.filter(pk=ignored.pk), reason="x")
    scenery.resolve(resolved)
    scenery.stop(mailbox)


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("", {"open", "tried", "mia@ours.example"}),
        ("?status=open", {"open", "mia@ours.example"}),
        ("?status=retrying", {"tried"}),
        ("?status=ignored", {"ignored"}),
        ("?status=resolved", {"resolved"}),
        ("?status=stopped", {"mia@ours.example"}),
        ("?status=all", {"open", "tried", "ignored", "resolved", "mia@ours.example"}),
    ],
)
def test_the_status_chip_narrows(boss: Client, one_of_each: None, status: str, found: set[str]) -> None:
    assert titles(boss, status) == found


@pytest.mark.parametrize(("type_", "found"), [("email", {"a"}), ("whole", {"mia@ours.example"})])
def test_the_type_chip_narrows(boss: Client, mailbox: Mailbox, type_: str, found: set[str]) -> None:
    scenery.fail(mailbox, titles=("a",))
    scenery.stop(mailbox)
    assert titles(boss, f"?type={type_}") == found


@pytest.mark.parametrize(
    ("fixer", "found"),
    [
        (Fixer.SALESFORCE_ADMIN, {"rule"}),
        (Fixer.END_USER, {"field"}),
        (Fixer.NOBODY, {"lock"}),
        (Fixer.VENDOR_SUPPORT, set()),
    ],
)
def test_the_chip_of_who_can_mend_it_narrows(boss: Client, mailbox: Mailbox, fixer: Fixer, found: set[str]) -> None:
    scenery.fail(mailbox, scenery.RULE, ("rule",))
    scenery.fail(mailbox, scenery.REQUIRED, ("field",))
    scenery.fail(mailbox, scenery.LOCKED, ("lock",))
    assert titles(boss, f"?fixer={fixer.value}") == found


def test_the_chip_of_reasons_offers_what_there_is(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, scenery.RULE, ("rule",))
    scenery.fail(mailbox, scenery.REQUIRED, ("field",))
    page = listed(boss)
    assert titles(boss, page.address("A required field is empty")) == {"field"}
    assert "A text is too long" not in page.words


def test_a_reason_stays_chosen_when_nothing_of_it_is_open(boss: Client, mailbox: Mailbox) -> None:
    assert "A required field is empty" in listed(boss, f"?code={scenery.REQUIRED}").words


def test_a_link_to_one_cause_shows_that_cause(boss: Client, mailbox: Mailbox) -> None:
    (first,) = scenery.fail(mailbox, titles=("a",), said="Cost centre?")
    scenery.fail(mailbox, titles=("b",), said="Region?")
    assert titles(boss, f"?cause={first.cause_id}") == {"a"}


def test_the_organization_chip_is_for_those_who_have_several(
    boss: Client, root: User, mailbox: Mailbox, others: Mailbox, signed: Signed
) -> None:
    scenery.fail(mailbox, titles=("mine",))
    assert "?organization=" not in boss.get(PATH).content.decode()
    assert titles(signed(root), "?organization=acme") == {"mine"}
    assert "Rival secret" not in listed(signed(root), "?organization=acme").words


@pytest.mark.parametrize(
    "query",
    ["?status=x", "?type=x", "?fixer=x", "?code=%00", "?cause=x", "?organization=%00", "?q=%00", "?p=99", "?o=99.-3"],
)
def test_an_address_that_makes_no_sense_breaks_nothing(boss: Client, mailbox: Mailbox, query: str) -> None:
    scenery.fail(mailbox)
    assert boss.get(PATH + query).status_code in (200, 302)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SYNC-1002", {"Invoice"}),
        ("1001", {"Offer"}),
        ("invo", {"Invoice"}),
        ("mia@", {"Offer", "Invoice"}),
        ("x y", set()),
    ],
)
def test_people_find_by_number_title_and_mailbox(boss: Client, mailbox: Mailbox, text: str, found: set[str]) -> None:
    scenery.fail(mailbox, titles=("Offer", "Invoice"))
    assert titles(boss, f"?q={text}") == found


def test_no_list_of_choices_reads_the_whole_table(
    boss: Client, mailbox: Mailbox, django_assert_max_num_queries: Any
) -> None:
    scenery.fail(mailbox)
    with django_assert_max_num_queries(12) as queries:
        boss.get(PATH)
    assert not [query["sql"] for query in queries if "DISTINCT" in query["sql"] and "issues_issue" in query["sql"]]


def press(client: Client, action: str, issues: list[Issue], **more: str) -> Any:
    return client.post(PATH, {"action": action, "_selected_action": [issue.pk for issue in issues], **more})


@pytest.mark.parametrize(("action", "words"), [("try_again", "Try 2 again?"), ("ignore", "Ignore 2?")])
def test_an_action_asks_first(boss: Client, mailbox: Mailbox, action: str, words: str) -> None:
    issues = scenery.fail(mailbox, titles=tuple("abc"))
    assert words in read(press(boss, action, issues[:2])).words
    assert not BulkOperation.everywhere.exists()


def test_an_action_that_was_confirmed_is_one_order_for_the_selection(boss: Client, mailbox: Mailbox) -> None:
    issues = scenery.fail(mailbox, titles=tuple("abc"))
    form = read(press(boss, "ignore", issues[:2])).forms[-1]
    boss.post(form.action, form.fields | {"reason": "old"})
    while not services.run_operation(BulkOperation.everywhere.get().pk):
        pass
    assert sorted(Issue.everywhere.values_list("status", flat=True)) == ["ignored", "ignored", "open"]


def test_a_selection_across_pages_takes_all_that_the_list_shows(boss: Client, mailbox: Mailbox) -> None:
    issues = scenery.fail(mailbox, titles=tuple(f"t{number}" for number in range(60)))
    page = read(press(boss, "try_again", issues[:50], select_across="1"))
    assert "Try 60 again?" in page.words


def test_a_selection_from_two_organizations_is_asked_to_be_one(
    root: User, mailbox: Mailbox, others: Mailbox, signed: Signed
) -> None:
    scenery.fail(mailbox)
    client = signed(root)
    answer = press(client, "try_again", list(Issue.everywhere.all()))
    assert "Choose issues of one organization at a time" in read(client.get(answer.headers["Location"])).words


def test_a_selection_across_pages_has_no_end(boss: Client, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issues.forms.MOST_IDS", 2)
    issues = scenery.fail(mailbox, titles=tuple("abc"))
    assert "Try 3 again?" in read(press(boss, "try_again", issues, select_across="1")).words
    assert "at most 2 at once" in read(press(boss, "try_again", issues), 400).words


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 3), ("?q=off", 2), ("?type=event", 1), ("?fixer=salesforce_admin&q=Invoice", 1), ("?status=all", 4)],
)
def test_a_selection_across_pages_is_what_the_filters_let_through(
    boss: Client, mailbox: Mailbox, query: str, count: int
) -> None:
    issues = scenery.fail(mailbox, titles=("offer", "offers", "Invoice", "old"))
    Issue.everywhere.filter(title="Invoice").update(resource="event")
    services.ignore(Issue.everywhere.filter(title="old"), reason="x")
    body = {"action": "try_again", "_selected_action": [issues[0].pk], "select_across": "1"}
    page = read(boss.post(PATH + query, body))
    assert f"Try {count} again?" in page.words
    boss.post(page.forms[-1].action, page.forms[-1].fields)
    assert (
        services.choose(
            mailbox.organization_id, "retry", services.Choice.of(BulkOperation.everywhere.get().choice)
        ).count()
        == count
    )


def test_a_forged_selection_reaches_nothing_of_another_organization(
    boss: Client, mailbox: Mailbox, others: Mailbox
) -> None:
    own = scenery.fail(mailbox, titles=("mine",))
    page = read(press(boss, "try_again", [*own, *Issue.everywhere.filter(organization=others.organization)]))
    assert "Try 1 again?" in page.words
    assert "Rival" not in page.words


def test_the_stock_action_that_deletes_is_not_there(root: User, mailbox: Mailbox, signed: Signed) -> None:
    issues = scenery.fail(mailbox)
    press(signed(root), "delete_selected", issues, post="yes")
    assert Issue.everywhere.count() == 1


CAUSES = "/admin/issues/cause/"


def test_a_cause_says_how_many_why_and_since_when(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, titles=tuple("abc"))
    said = listed(boss, path=CAUSES).words
    for words in ("3", "A validation rule of your company said no", "Acme", "Salesforce administrator"):
        assert words in said


def test_a_cause_leads_to_its_issues_and_its_orders(boss: Client, mailbox: Mailbox) -> None:
    (issue,) = scenery.fail(mailbox)
    page = listed(boss, path=CAUSES)
    assert page.address("The issues") == f"{PATH}?cause={issue.cause_id}"
    assert page.address("Try again") == f"/bulk/?organization=acme&cause={issue.cause_id}&verb=retry"
    assert page.address("Ignore") == f"/bulk/?organization=acme&cause={issue.cause_id}&verb=ignore"


def test_a_causes_page_shows_steps_and_the_first_words(boss: Client, mailbox: Mailbox) -> None:
    (issue,) = scenery.fail(mailbox, said="Enter a cost centre.")
    said = listed(boss, f"{issue.cause_id}/change/", CAUSES).words
    assert "Enter a cost centre." in said
    assert "change the item so that it fits" in said


@pytest.mark.parametrize(("query", "shown"), [("", 0), ("?state=over", 1), ("?state=all", 1)])
def test_a_cause_that_is_over_is_out_of_the_way(boss: Client, mailbox: Mailbox, query: str, shown: int) -> None:
    (issue,) = scenery.fail(mailbox)
    scenery.resolve(issue)
    links = [words for words, _ in listed(boss, query, CAUSES).links]
    assert links.count("A validation rule of your company said no") == shown


def test_nothing_of_a_cause_can_be_changed(root: User, mailbox: Mailbox, signed: Signed) -> None:
    (issue,) = scenery.fail(mailbox)
    answer = signed(root).post(f"{CAUSES}{issue.cause_id}/change/", {"code": "x"})
    assert answer.status_code == 403
    assert Cause.everywhere.get().code == scenery.RULE
