from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from connectors import clock
from connectors.models import Activity, Mailbox, Organization, Verb
from issues import services
from issues.models import Issue
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import Page, read
from tests.integration.pages.scenery import HOSTILE

pytestmark = pytest.mark.django_db

PATH = "/issues/acme/1001/"


@pytest.fixture
def issue(mailbox: Mailbox) -> Issue:
    return scenery.fail(mailbox, titles=("Offer to Ann",), said="Enter a cost centre.")[0]


@pytest.fixture
def mine(owner: User, signed: Signed) -> Client:
    return signed(owner)


def page(client: Client, path: str = PATH) -> Page:
    return read(client.get(path))


def test_the_owner_reads_what_happened_why_and_what_to_do(mine: Client, issue: Issue) -> None:
    said = page(mine).words
    for words in (
        "“Offer to Ann” is not in Salesforce",
        "it breaks a rule that your company has set up there",
        "Enter a cost centre.",
        "How to mend it",
        "change the item so that it fits",
        "Worth another try.",
        "SYNC-1001",
        "mia@ours.example",
        "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION",
    ):
        assert words in said


def test_the_readers_own_steps_stand_first(mine: Client, admin: User, issue: Issue, signed: Signed) -> None:
    for client, first in ((mine, "You"), (signed(admin), "Salesforce administrator")):
        said = page(client).words
        assert said.split("How to mend it")[1].split("\n")[2] == first


def test_administrators_are_named_to_those_who_need_them(mine: Client, admin: User, issue: Issue) -> None:
    assert "Salesforce administrator (Ann Anders)" in page(mine).words


def test_both_sides_are_a_click_away(mine: Client, issue: Issue) -> None:
    found = page(mine)
    assert found.address("Open in Gmail") == "https://mail.google.com/mail/#all/1"
    assert found.address("Open in Salesforce") == "https://acme.my.salesforce.com/001"


def test_an_address_that_is_none_is_no_link(mine: Client, issue: Issue) -> None:
    Issue.everywhere.update(mailbox_url="javascript:alert(1)", crm_url="")
    html = mine.get(PATH).content.decode()
    assert "javascript:" not in html
    assert "Open in" not in html


@pytest.mark.parametrize("path", [PATH, f"{PATH}retry/", f"{PATH}ignore/", f"{PATH}wake/"])
def test_others_are_told_that_there_is_nothing(path: str, issue: Issue, others: Mailbox, signed: Signed) -> None:
    assert others.owner is not None
    client = signed(others.owner)
    response = client.get(path) if path == PATH else client.post(path, {"reason": "x"})
    assert response.status_code == 404
    assert "Offer" not in response.content.decode()


def test_a_colleague_is_told_that_there_is_nothing(acme: Organization, issue: Issue, signed: Signed) -> None:
    colleague = scenery.owner_of(builders.mailbox(acme))
    assert signed(colleague).get(PATH).status_code == 404


def test_a_stranger_is_sent_to_the_sign_in_page(client: Client, issue: Issue) -> None:
    assert client.get(PATH).headers["Location"] == f"/login/?next={PATH}"


@pytest.mark.parametrize("number", ["1", "0", "99999999999999999999", "1002"])
def test_a_number_that_is_nobodys_is_not_found(mine: Client, issue: Issue, number: str) -> None:
    assert mine.get(f"/issues/acme/{number}/").status_code == 404


def test_trying_again_goes_through_the_service_and_says_who_asked(mine: Client, issue: Issue, owner: User) -> None:
    response = mine.post(f"{PATH}retry/")
    issue.refresh_from_db()
    assert (response.headers["Location"], issue.status) == (PATH, "retrying")
    assert Activity.everywhere.get(verb=Verb.RETRIED).actor == owner


def test_the_page_says_that_it_is_being_tried(mine: Client, issue: Issue) -> None:
    found = read(mine.post(f"{PATH}retry/", follow=True))
    assert "SYNC-1001 is tried again now." in found.words
    assert "It is being tried again right now." in found.words
    assert not [form for form in found.forms if form.action.endswith("/retry/")]


@pytest.mark.parametrize(
    ("wanted", "goes_to"), [("/", "/"), ("https://evil.example/", PATH), ("//evil.example", PATH), ("", PATH)]
)
def test_the_way_back_never_leaves_the_house(mine: Client, issue: Issue, wanted: str, goes_to: str) -> None:
    assert mine.post(f"{PATH}retry/", {"next": wanted}).headers["Location"] == goes_to


@pytest.mark.parametrize("action", ["retry", "ignore", "wake"])
def test_looking_never_writes(mine: Client, issue: Issue, action: str) -> None:
    assert mine.get(f"{PATH}{action}/").status_code == 405
    issue.refresh_from_db()
    assert issue.status == "open"


@pytest.mark.parametrize("action", ["retry", "ignore", "wake"])
def test_a_form_of_a_foreign_page_is_refused(owner: User, issue: Issue, action: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    response = client.post(f"{PATH}{action}/", {"reason": "x"})
    assert response.status_code == 403
    assert "Please send it again" in response.content.decode()
    issue.refresh_from_db()
    assert issue.status == "open"


def test_ignoring_keeps_the_reason_the_person_and_the_end(mine: Client, issue: Issue, owner: User) -> None:
    mine.post(f"{PATH}ignore/", {"reason": "private lunch", "until": "7"})
    issue.refresh_from_db()
    assert (issue.status, issue.ignored_reason, issue.ignored_by) == ("ignored", "private lunch", owner)
    assert issue.ignored_until is not None
    assert timedelta(days=6, hours=23) < issue.ignored_until - clock.now() <= timedelta(days=7)


TOMORROW = {"until": "date", "day": f"{clock.now() + timedelta(days=2):%Y-%m-%d}"}


@pytest.mark.parametrize(
    ("sent", "end", "said"),
    [
        ({}, "never", "Ignored by Mia Meier, for good: “lunch”"),
        ({"until": "7"}, "date", "Ignored by Mia Meier, comes back in 1 week: “lunch”"),
        (TOMORROW, "date", "Ignored by Mia Meier, comes back in "),
        ({"until": "failures", "failures": "3"}, "failures", "Mia Meier, until it fails 3 more times: “lunch”"),
        ({"until": "failures", "failures": "1"}, "failures", "Mia Meier, until it fails 1 more time: “lunch”"),
        ({"until": "change"}, "change", "Ignored by Mia Meier, until the item changes: “lunch”"),
    ],
)
def test_each_end_is_a_choice_and_said(
    mine: Client, mailbox: Mailbox, sent: dict[str, str], end: str, said: str
) -> None:
    meeting = scenery.fail(mailbox, titles=("Lunch",), resource="event")[0]
    address = f"/issues/acme/{meeting.number}/"
    found = read(mine.post(f"{address}ignore/", {"reason": "lunch", **sent}, follow=True))
    meeting.refresh_from_db()
    assert (meeting.status, meeting.ignored_end) == ("ignored", end)
    assert said in found.words


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"until": "date"}, "Name a day from tomorrow on."),
        ({"until": "date", "day": "2020-01-01"}, "Name a day from tomorrow on."),
        ({"until": "date", "day": "soon"}, "Write the day like 2026-12-31."),
        ({"until": "failures"}, "Write a number from 1 to 1,000."),
        ({"until": "failures", "failures": "0"}, "Write a number from 1 to 1,000."),
        ({"until": "failures", "failures": "1001"}, "Write a number from 1 to 1,000."),
        ({"until": "failures", "failures": "x"}, "Write a number from 1 to 1,000."),
        ({"until": "change"}, "Select a valid choice."),  # an e-mail never changes
    ],
)
def test_an_end_that_makes_no_sense_says_so_beside_the_field(
    mine: Client, issue: Issue, sent: dict[str, str], sentence: str
) -> None:
    response = mine.post(f"{PATH}ignore/", {"reason": "typed", **sent})
    assert sentence in read(response, 422).words
    assert "typed" in response.content.decode()
    issue.refresh_from_db()
    assert issue.status == "open"


def test_somebody_stops_ignoring_it(mine: Client, issue: Issue, owner: User) -> None:
    mine.post(f"{PATH}ignore/", {"reason": "lunch"})
    found = page(mine)
    assert f"{PATH}wake/" in [form.action for form in found.forms]
    said = read(mine.post(f"{PATH}wake/", follow=True)).words
    assert "SYNC-1001 is no longer ignored." in said
    assert "No longer ignored by Mia Meier" in said
    issue.refresh_from_db()
    assert issue.status == "open"
    assert "SYNC-1001 is not ignored." in read(mine.post(f"{PATH}wake/", follow=True)).words


def test_what_is_not_ignored_offers_no_end_of_it(mine: Client, issue: Issue) -> None:
    assert "Stop ignoring" not in page(mine).words


def test_an_ignored_issue_says_who_and_why(mine: Client, issue: Issue) -> None:
    said = read(mine.post(f"{PATH}ignore/", {"reason": "private lunch"}, follow=True)).words
    assert "Ignored by Mia Meier, for good: “private lunch”" in said


@pytest.mark.parametrize("reason", ["", "   "])
def test_ignoring_without_a_reason_says_what_is_missing(mine: Client, issue: Issue, reason: str) -> None:
    response = mine.post(f"{PATH}ignore/", {"reason": reason, "until": "30"})
    found = read(response, 422)
    assert "Say why, so that the next person understands." in found.words
    assert '<option value="30" selected>' in response.content.decode()
    issue.refresh_from_db()
    assert issue.status == "open"


def test_a_reason_that_is_too_long_is_not_lost(mine: Client, issue: Issue) -> None:
    response = mine.post(f"{PATH}ignore/", {"reason": "x" * 501})
    assert response.status_code == 422
    assert "x" * 501 in response.content.decode()


def test_an_end_that_was_not_offered_is_refused(mine: Client, issue: Issue) -> None:
    assert mine.post(f"{PATH}ignore/", {"reason": "x", "until": "9999"}).status_code == 422


def test_an_ignored_issue_can_be_tried_again(mine: Client, issue: Issue) -> None:
    mine.post(f"{PATH}ignore/", {"reason": "x"})
    mine.post(f"{PATH}retry/")
    issue.refresh_from_db()
    assert issue.status == "retrying"


def test_a_stopped_mailbox_cannot_be_ignored(mine: Client, mailbox: Mailbox) -> None:
    stopped = scenery.stop(mailbox)
    path = f"/issues/acme/{stopped.number}/"
    assert "Ignore…" not in page(mine, path).words
    assert "cannot be ignored" in read(mine.post(f"{path}ignore/", {"reason": "x"}, follow=True)).words
    stopped.refresh_from_db()
    assert stopped.status == "open"


def test_a_stopped_mailbox_leads_to_its_new_sign_in(mine: Client, mailbox: Mailbox) -> None:
    stopped = scenery.stop(mailbox)
    assert page(mine, f"/issues/acme/{stopped.number}/").address("Renew access") == f"/connect/google/{mailbox.pk}/"


def test_a_stopped_organization_is_the_administrators_page(
    acme: Organization, admin: User, mine: Client, signed: Signed
) -> None:
    stopped = scenery.stop_all(acme)
    path = f"/issues/acme/{stopped.number}/"
    assert "has stopped syncing with Salesforce" in page(signed(admin), path).words
    assert mine.get(path).status_code == 404


def test_a_resolved_issue_names_its_end_and_asks_for_nothing(mine: Client, issue: Issue) -> None:
    scenery.resolve(issue)
    found = page(mine)
    assert "“Offer to Ann” is in Salesforce" in found.words
    assert "Written to Salesforce, just now." in found.words
    assert not [form for form in found.forms if form.action.endswith(("/retry/", "/ignore/"))]


def test_a_regression_says_that_it_came_back(mine: Client, issue: Issue) -> None:
    Issue.everywhere.update(regressed_at=clock.now())
    assert "came back just now" in page(mine).words


def test_the_time_line_shows_each_try_with_its_code_and_request(mine: Client, issue: Issue) -> None:
    said = page(mine).words.split("What happened so far")[1]
    for words in ("Did not sync", "CRM_SYNCHRO_ERROR", issue.code, "HTTP 400", "request 4f1c0d", "Became an issue"):
        assert words in said


def test_the_time_line_shows_who_did_what(mine: Client, issue: Issue) -> None:
    mine.post(f"{PATH}ignore/", {"reason": "private lunch"})
    assert "Ignored by Mia Meier: private lunch" in page(mine).words


def test_tries_from_before_it_was_an_issue_stand_in_its_time_line(mine: Client, issue: Issue, mailbox: Mailbox) -> None:
    Activity.everywhere.create(
        organization=mailbox.organization,
        mailbox=mailbox,
        item_key=issue.subject_key,
        verb=Verb.SYNC_ERROR,
        code=scenery.LOCKED,
        at=clock.now() - timedelta(hours=1),
    )
    assert scenery.LOCKED in page(mine).words


def test_what_happened_in_a_colleagues_mailbox_is_not_in_the_time_line(
    mine: Client, issue: Issue, acme: Organization
) -> None:
    Activity.everywhere.create(
        organization=acme,
        mailbox=builders.mailbox(acme),
        item_key=issue.subject_key,
        verb=Verb.OTHER_CONTENT,
        note="of a colleague",
    )
    assert "of a colleague" not in mine.get(PATH).content.decode()


def test_the_same_number_elsewhere_is_another_issue(mine: Client, issue: Issue, others: Mailbox) -> None:
    assert Issue.everywhere.filter(number=issue.number).count() == 2
    assert "Rival secret" not in mine.get(PATH).content.decode()


def test_an_answer_that_does_not_open_any_more_breaks_nothing(mine: Client, issue: Issue) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE issues_attempt SET said = 'not a seal of ours'")
    assert "can no longer be opened" in page(mine).words


def test_other_issues_of_the_conversation_are_named(mine: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, titles=("First", "Second"), conversation_key="talk")
    found = page(mine, "/issues/acme/1001/")
    assert found.address("Second") == "/issues/acme/1002/"
    assert "verb=retry&organization=acme&conversation=talk" in found.address("Try the conversation again")


def test_a_conversation_of_one_offers_nothing(mine: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, titles=("Only",), conversation_key="talk")
    assert "Same conversation" not in page(mine).words


def test_a_shared_cause_leads_to_all_of_its_issues(mine: Client, mailbox: Mailbox) -> None:
    first, _ = scenery.fail(mailbox, titles=("a", "b"))
    assert page(mine).address("See all with this cause").endswith(f"cause={first.cause_id}")


@pytest.mark.parametrize("field", ["title", "said", "reason", "name"])
def test_hostile_words_stay_words(mine: Client, mailbox: Mailbox, owner: User, field: str) -> None:
    scenery.fail(mailbox, titles=(HOSTILE if field == "title" else "x",), said=HOSTILE if field == "said" else "x")
    if field == "name":
        User.objects.filter(pk=owner.pk).update(first_name=HOSTILE[:140])
    services.ignore(Issue.everywhere.all(), reason=HOSTILE if field == "reason" else "x", actor_id=owner.pk)
    html = mine.get(PATH).content.decode()
    assert "<script>window" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;window.pwned" in html


def test_the_page_asks_the_database_little_however_much_happened(
    mine: Client, mailbox: Mailbox, django_assert_max_num_queries: Any
) -> None:
    scenery.fail(mailbox, titles=tuple("abcdefghij"), conversation_key="talk")
    for _ in range(3):
        mine.post(f"{PATH}retry/")
    with django_assert_max_num_queries(12):
        page(mine)


# -- What an administrator may see of it


def test_an_administrator_sees_that_it_failed_and_why_and_where_that_is_changed(
    acme: Organization, admin: User, issue: Issue, signed: Signed
) -> None:
    Organization.everywhere.update(names_items_to_admins=False)
    shown = page(signed(admin))
    assert f"An e-mail of {issue.first_at:%-d %B} is not in Salesforce" in shown.words
    assert "it breaks a rule that your company has set up there" in shown.words
    assert "this organization does not show it to administrators" in shown.words
    assert ("Its settings", f"/admin/connectors/organization/{acme.pk}/change/") in shown.links
    assert "Offer to Ann" not in shown.words
    assert "Enter a cost centre." not in shown.words
    assert "Open in Gmail" not in shown.words


def test_of_what_is_private_an_administrator_sees_no_more_and_is_sent_nowhere(
    admin: User, issue: Issue, signed: Signed
) -> None:
    Issue.everywhere.update(private=True)
    said = page(signed(admin)).words
    assert "It is marked private: what it says, and what was answered, is its owner’s alone." in said
    assert "Its settings" not in said
    assert "Offer to Ann" not in said


def test_an_administrator_can_still_try_it_again(admin: User, issue: Issue, signed: Signed) -> None:
    Organization.everywhere.update(names_items_to_admins=False)
    signed(admin).post(f"{PATH}retry/")
    issue.refresh_from_db()
    assert issue.status == "retrying"
