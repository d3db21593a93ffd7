from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors import clock
from connectors.models import Credential, Mailbox, Organization, Role
from issues import services
from issues.models import Issue
from syncapp.engine.matching import RULES
from syncapp.loads import BulkLoad, Carried, LoadState
from syncapp.models import ChangeState, Outcome, Run
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import Page, read

pytestmark = pytest.mark.django_db


def home(client: Client) -> Page:
    return read(client.get("/"))


@pytest.fixture
def mine(owner: User, signed: Signed) -> Client:
    return signed(owner)


def test_a_stranger_is_sent_to_the_sign_in_page(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/login/?next=/"


def test_good_news_says_since_when(mine: Client, mailbox: Mailbox) -> None:
    (issue,) = scenery.fail(mailbox)
    scenery.resolve(issue)
    Issue.everywhere.update(resolved_at=clock.now() - timedelta(days=6, minutes=1))
    assert "Everything has been in step for 6 days." in home(mine).words


def test_a_mailbox_that_never_had_trouble_is_in_step_since_it_is_there(mine: Client, mailbox: Mailbox) -> None:
    Mailbox.everywhere.update(created_at=clock.now() - timedelta(days=15))
    assert "Everything has been in step for 2 weeks." in home(mine).words


def test_it_is_in_step_only_as_long_as_somebody_looks(mine: Client, mailbox: Mailbox) -> None:
    Mailbox.everywhere.update(good_at=clock.now() - timedelta(hours=2))
    words = home(mine).words
    assert "Nobody has looked at this mailbox for 2 hours." in words
    assert "in step for" not in words


def test_it_says_what_the_last_look_moved(mine: Client, mailbox: Mailbox) -> None:
    scenery.run(mailbox, read=9, written=3)
    scenery.run(mailbox, Outcome.WROTE, written=7)
    assert "3 items moved" in home(mine).words


def test_the_first_reading_shows_how_far_it_is(mine: Client, mailbox: Mailbox) -> None:
    Mailbox.everywhere.update(good_at=None)
    Run.everywhere.create(organization=mailbox.organization, mailbox=mailbox, read=50, outcome=Outcome.GOOD)
    Run.everywhere.create(organization=mailbox.organization, mailbox=mailbox, read=1240)
    assert "1,240 e-mails so far." in home(mine).words


@pytest.mark.parametrize(
    ("state", "finished", "told"),
    [
        (LoadState.READYING, False, True),
        (LoadState.RUNNING, False, True),
        (LoadState.DONE, True, False),
    ],
)
def test_how_far_a_load_is_is_told_as_long_as_it_is_under_way(
    mine: Client, mailbox: Mailbox, state: str, finished: bool, told: bool
) -> None:
    BulkLoad.everywhere.create(
        organization=mailbox.organization,
        mailbox=mailbox,
        resource="contact",
        state=state,
        until=clock.now(),
        records=10_000,
        processed=2_000,
        finished_at=clock.now() if finished else None,
    )
    words = home(mine).words
    assert ("10,000 contacts are on the way to Salesforce." in words) is told
    assert ("2,000 of 10,000 written by Salesforce." in words) is told
    assert ("Everything has been in step" in words) is not told


def test_what_a_load_carries_is_not_tried_again(mine: Client, mailbox: Mailbox) -> None:
    change = scenery.change(mailbox, ChangeState.WAITING)
    assert change.next_attempt_at is not None
    load = BulkLoad.everywhere.create(
        organization=mailbox.organization, mailbox=mailbox, resource="contact", until=change.next_attempt_at
    )
    assert "1 e-mail is tried again by itself." in home(mine).words
    Carried.everywhere.create(organization=mailbox.organization, load=load, change=change, revision=change.revision)
    assert "tried again by itself" not in home(mine).words
    BulkLoad.everywhere.update(until=clock.now())  # it waits for another reason by now
    assert "1 e-mail is tried again by itself." in home(mine).words


def test_open_issues_are_counted_in_the_first_sentence(mine: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, titles=("a", "b", "c"))
    assert "3 of your e-mails are not in Salesforce." in home(mine).words


@pytest.mark.parametrize(
    ("code", "heading"),
    [
        (scenery.REQUIRED, "You can mend this one"),
        (scenery.RULE, "Your Salesforce administrator is on this one"),
        (scenery.LOCKED, "Tries again by itself"),
    ],
)
def test_an_issue_stands_where_the_one_who_can_mend_it_is(
    mine: Client, mailbox: Mailbox, code: str, heading: str
) -> None:
    scenery.fail(mailbox, code)
    headings = {
        "You can mend this one",
        "Your Salesforce administrator is on this one",
        "Tries again by itself",
    }
    assert {each for each in headings if each in home(mine).words} == {heading}


def test_headings_say_how_many_and_who_is_on_them(mine: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, scenery.REQUIRED, titles=("a", "b", "c"))
    scenery.fail(mailbox, scenery.RULE, titles=tuple(f"rule {number}" for number in range(12)))
    scenery.fail(mailbox, scenery.RULE, titles=("meeting",), resource="event", said="Another rule.")
    said = home(mine).words
    headings = ["You can mend these 3", "Your Salesforce administrator is on these 13"]
    assert [each for each in headings if each in said] == headings
    assert said.index(headings[0]) < said.index(headings[1])
    assert "Somebody else" not in said


def test_an_administrator_can_mend_what_administrators_can(acme: Organization, admin: User, signed: Signed) -> None:
    box = builders.mailbox(acme, provider="google", owner=admin)
    scenery.fail(box, scenery.RULE)
    assert "You can mend this one" in home(signed(admin)).words


def test_a_card_says_what_why_what_to_do_and_when(mine: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, scenery.REQUIRED, titles=("Offer to Ann",))
    said = home(mine).words
    for words in (
        "“Offer to Ann”",
        "because a field that Salesforce always wants filled in is empty",
        "Fill in the fields named with this issue",
        "Try again once the field has a value or a default",
        "SYNC-1001",
        "Open in Gmail",
        "Open in Salesforce",
        "What this reason means",
    ):
        assert words in said


def test_issues_of_one_cause_share_a_card_and_one_button(mine: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, scenery.REQUIRED, titles=tuple("abcde"))
    page = home(mine)
    assert "5 e-mails: A required field is empty" in page.words
    assert "2 more like these" in page.words
    assert "verb=retry&organization=acme&cause=" in page.address("Try 5 again")


def test_two_causes_are_two_cards(mine: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, said="Cost centre?")
    scenery.fail(mailbox, said="Region?")
    assert home(mine).words.count("A validation rule of your company said no") == 0
    assert len([words for words, _ in home(mine).links if words == "What this reason means"]) == 2


def test_the_words_of_a_rule_stand_with_it_at_once(mine: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, scenery.RULE, said="Enter a cost centre.")
    said = home(mine).words
    assert "Enter a cost centre." in said
    assert "word for word" not in said


def test_the_first_words_of_somebody_else_are_not_shown_to_a_member(
    mine: Client, mailbox: Mailbox, acme: Organization
) -> None:
    """A cause keeps what was said first; that may be about another person's item."""
    colleague = builders.mailbox(acme, provider="google")
    scenery.fail(colleague, scenery.REQUIRED, said="Secret of a colleague", fields=("LastName",))
    scenery.fail(mailbox, scenery.REQUIRED, said="My own words", fields=("LastName",))
    response = mine.get("/")
    assert "My own words" in response.content.decode()
    assert "Secret of a colleague" not in response.content.decode()


@pytest.mark.parametrize(("code", "main"), [(scenery.RULE, "Try again"), (scenery.TOO_LARGE, "Ignore…")])
def test_the_catalogues_advice_decides_which_button_is_the_main_one(
    mine: Client, mailbox: Mailbox, code: str, main: str
) -> None:
    scenery.fail(mailbox, code)
    html = mine.get("/").content.decode().split("act-row")[1]
    chosen = html.split('class="push main"')[1].split("</a>")[0].split("</button>")[0]
    assert main in chosen


def test_pressing_try_again_on_the_card_comes_back_here(mine: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    form = next(form for form in home(mine).forms if form.action.endswith("/retry/"))
    response = mine.post(form.action, form.fields)
    assert response.headers["Location"] == "/"
    assert Issue.everywhere.get().status == "retrying"


def test_what_is_being_tried_has_no_button(mine: Client, mailbox: Mailbox) -> None:
    (issue,) = scenery.fail(mailbox)
    services.retry(Issue.everywhere.filter(pk=issue.pk))
    page = home(mine)
    assert not [form for form in page.forms if form.action.endswith("/retry/")]
    assert "1 e-mail is being tried again." in page.words


def test_a_stopped_mailbox_says_why_what_waits_and_where_to_renew(mine: Client, mailbox: Mailbox) -> None:
    scenery.stop(mailbox)
    scenery.change(mailbox, ChangeState.PENDING)
    scenery.change(mailbox, ChangeState.PENDING)
    page = home(mine)
    assert "Sync has stopped: the access to Google has ended." in page.words
    assert "2 e-mails wait until the mailbox is connected again" in page.words
    assert page.address("Renew access") == f"/connect/google/{mailbox.pk}/"


def test_a_pause_after_ten_failures_has_the_button_that_its_steps_name(mine: Client, mailbox: Mailbox) -> None:
    scenery.stop(mailbox, "engine.CONSECUTIVE_FAILURES")
    assert "Resume now" in home(mine).words


def test_a_stopped_organization_is_everybodys_news(mine: Client, acme: Organization) -> None:
    scenery.stop_all(acme)
    said = home(mine).words
    assert "Sync has stopped for everybody in your organization: Salesforce's daily allowance is used up." in said


def test_a_mailbox_that_was_never_connected_offers_that(acme: Organization, signed: Signed) -> None:
    box = builders.mailbox(acme, "new@ours.example", provider="google")
    page = home(signed(scenery.owner_of(box)))
    assert "This mailbox is not connected yet." in page.words
    assert page.address("Connect this mailbox") == f"/connect/google/{box.pk}/"


def test_the_account_box_says_whom_and_since_when(mine: Client, mailbox: Mailbox) -> None:
    said = home(mine).words
    for words in ("Connected as\nmia@ours.example", "Since\n1 month ago", "Looked at\n3 minutes ago, nothing to move"):
        assert words in said


def test_what_waits_is_listed_with_its_reason(mine: Client, mailbox: Mailbox) -> None:
    scenery.change(mailbox, ChangeState.WAITING, scenery.LOCKED)
    said = home(mine).words
    assert "1 e-mail: Somebody else is saving the same record" in said
    assert "next try in 4 minutes" in said


@pytest.mark.parametrize("rule", RULES)
def test_what_a_rule_keeps_out_is_counted_under_its_name(mine: Client, mailbox: Mailbox, rule: str) -> None:
    scenery.leave_out(mailbox, rule)
    scenery.leave_out(mailbox, rule)
    assert f"2{RULES[rule]}" in home(mine).words.replace("\n", "")


def test_ignored_ones_are_counted_and_found(mine: Client, mailbox: Mailbox) -> None:
    (issue,) = scenery.fail(mailbox)
    services.ignore(Issue.everywhere.filter(pk=issue.pk), reason="private")
    page = home(mine)
    assert "1 e-mail is set aside" in page.words
    assert "status=ignored" in page.address("1 e-mail")


def test_somebody_elses_mailbox_is_not_there(mine: Client, mailbox: Mailbox, acme: Organization) -> None:
    colleague = builders.mailbox(acme, "ben@ours.example", provider="google")
    scenery.fail(colleague, titles=("Bens secret",))
    html = mine.get("/").content.decode()
    assert "ben@ours.example" not in html
    assert "Bens secret" not in html


def test_several_mailboxes_are_shown_one_after_the_other(mine: Client, mailbox: Mailbox, owner: User) -> None:
    builders.mailbox(mailbox.organization, "support@ours.example", owner=owner)
    said = home(mine).words
    assert "mia@ours.example" in said
    assert "support@ours.example" in said


def test_administrators_are_shown_the_way_to_the_administration(admin: User, signed: Signed) -> None:
    assert home(signed(admin)).address("administration") == "/admin/"


def test_administrators_who_are_not_staff_are_shown_the_issues(acme: Organization, signed: Signed) -> None:
    boss = scenery.joins(scenery.person("boss"), acme, Role.OWNER)
    page = home(signed(boss))
    assert "/admin/" not in [address for _, address in page.links]
    assert "the list of issues" in page.words


def test_whoever_has_no_mailbox_is_told_whom_to_ask(acme: Organization, signed: Signed) -> None:
    assert "No mailbox is yours yet" in home(signed(scenery.joins(scenery.person(), acme))).words


def test_members_see_no_pointer_to_the_administration(mine: Client) -> None:
    assert not [address for _, address in home(mine).links if address.startswith("/admin/")]


def test_many_causes_end_in_a_link_to_the_rest(mine: Client, mailbox: Mailbox) -> None:
    for number in range(23):
        scenery.fail(mailbox, scenery.RULE, said=f"Rule {chr(97 + number)} says no")
    assert home(mine).address("3 more issues") == f"/issues/?mailbox={mailbox.pk}"


@pytest.mark.parametrize("rows", [1, 60])
def test_the_page_asks_the_database_little_however_much_there_is(
    mine: Client, mailbox: Mailbox, rows: int, django_assert_max_num_queries: Any
) -> None:
    for code in (scenery.RULE, scenery.REQUIRED, scenery.LOCKED):
        scenery.fail(mailbox, code, titles=tuple(f"{code} {number}" for number in range(rows)))
    with django_assert_max_num_queries(12):
        mine.get("/")


@pytest.mark.parametrize("kept", [True, False])
def test_whose_contacts_are_kept_in_step_is_told_which(mine: Client, mailbox: Mailbox, kept: bool) -> None:
    Organization.everywhere.update(syncs_contacts=kept)
    assert ("Contacts under the label “Salesforce”" in home(mine).words) is kept


# -- What failed, in the mailbox itself

RENEW = "Press “Renew access” to allow it."
ASK_THE_DOMAIN = "Your Google administrator can allow it."
LABEL, RED = "has the label “Salesforce Emails/Sync Error”", "An event that could not be brought over is red"


@pytest.mark.parametrize(("labels", "events"), [(False, False), (True, False), (False, True), (True, True)])
def test_who_looks_into_google_is_told_what_the_marks_there_mean(
    mine: Client, mailbox: Mailbox, labels: bool, events: bool
) -> None:
    Organization.everywhere.update(labels_failed=labels, syncs_events=events)
    said = home(mine).words
    assert (LABEL in said, RED in said) == (labels, events)


@pytest.mark.parametrize(("wanted", "may", "told"), [(True, False, True), (True, None, False), (True, True, False)])
def test_whoever_may_only_be_read_is_asked_to_renew_the_access_where_labels_are_wanted(
    mine: Client, mailbox: Mailbox, wanted: bool, may: bool | None, told: bool
) -> None:
    Organization.everywhere.update(labels_failed=wanted)
    Credential.everywhere.update(may_label=may)
    said = home(mine).words
    assert (RENEW in said, LABEL in said) == (told, not told)


def test_where_nobody_wants_labels_nobody_is_asked_to_renew_the_access(mine: Client, mailbox: Mailbox) -> None:
    Credential.everywhere.update(may_label=False)
    assert RENEW not in home(mine).words


def test_where_the_domain_lets_us_in_its_administrator_is_named(mine: Client, mailbox: Mailbox) -> None:
    domain = mailbox.address.partition("@")[2]
    Organization.everywhere.update(labels_failed=True, mail_flow="delegated", delegated_domains=[domain])
    Credential.everywhere.update(may_label=False)
    said = home(mine).words
    assert (RENEW in said, ASK_THE_DOMAIN in said) == (False, True)
