from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from connectors import clock
from connectors.access import viewer_of
from connectors.models import Activity, Mailbox, Verb
from issues import display
from issues.catalogue import Fixer
from issues.models import Attempt, Issue
from issues.privacy import Sight
from tests.integration.pages import scenery

pytestmark = pytest.mark.django_db


def issue(**values: Any) -> Issue:
    """An issue in memory; nothing of it is stored."""
    defaults = {"number": 1042, "scope": "item", "status": "open", "code": scenery.RULE, "title": "Renewal"}
    return Issue(**(defaults | values))


@pytest.mark.parametrize(
    ("values", "ending"),
    [
        ({}, "is not in Salesforce"),
        ({"scope": "mailbox"}, "has stopped syncing"),
        ({"scope": "organization"}, "has stopped syncing with Salesforce"),
        ({"status": "resolved", "resolution": "synced"}, "is in Salesforce"),
        ({"status": "resolved", "resolution": "gone"}, "was deleted before it got to Salesforce"),
        ({"status": "resolved", "resolution": "filtered"}, "stays out of Salesforce by a rule"),
        ({"status": "resolved", "resolution": "merged"}, "is another copy of a message that we know"),
        ({"status": "resolved", "resolution": "works", "scope": "mailbox"}, "syncs again"),
    ],
)
def test_the_ending_says_what_has_become_of_it(values: dict[str, str], ending: str) -> None:
    assert display.ending_of(issue(**values)) == ending


@pytest.mark.parametrize("title", ["", "   ", "\u202e"])
def test_an_issue_without_a_title_still_has_a_name(title: str) -> None:
    assert display.title_of(issue(title=title), Sight.WHOLE) == "An e-mail without a subject"


def test_only_safe_links_are_offered() -> None:
    asked = issue(mailbox_url="javascript:alert(1)", crm_url="https://acme.my.salesforce.com/001")
    found = display.links_of(asked, Sight.WHOLE)
    assert found == [("Open in Salesforce", "https://acme.my.salesforce.com/001")]


def test_a_link_is_called_after_its_provider() -> None:
    asked = issue(mailbox=Mailbox(provider="google"), mailbox_url="https://mail.google.com/x")
    found = display.links_of(asked, Sight.WHOLE)
    assert found == [("Open in Gmail", "https://mail.google.com/x")]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": "retrying"}, "now"),
        ({"status": "ignored"}, "–"),
        ({"status": "resolved"}, "–"),
        ({"code": "engine.POISON_ITEM"}, "when you ask"),
        ({"scope": "mailbox"}, "when you ask"),
    ],
)
def test_where_there_is_no_moment_words_say_when_it_is_tried(
    values: dict[str, str], words: str, mailbox: Mailbox
) -> None:
    (stored,) = scenery.fail(mailbox)
    found = display.next_try(issue(cause=stored.cause, **values), clock.now())
    assert found == (None, words)


def test_an_open_issue_is_tried_with_its_causes_daily_probe(mailbox: Mailbox) -> None:
    (stored,) = scenery.fail(mailbox)
    assert display.next_try(stored, clock.now()) == (stored.cause.probe_at, "")


def test_a_probe_that_is_overdue_is_due_now(mailbox: Mailbox) -> None:
    (stored,) = scenery.fail(mailbox)
    later = clock.now() + timedelta(days=3)
    assert display.next_try(stored, later) == (later, "")


@pytest.mark.parametrize(("code", "word"), [("engine.CONSECUTIVE_FAILURES", "Resume now"), (scenery.RULE, "Try again")])
def test_the_button_says_what_the_steps_quote(code: str, word: str) -> None:
    assert display.retry_word(code) == word


@pytest.mark.parametrize(
    ("values", "whose"),
    [
        ({"code": scenery.REVOKED, "scope": "mailbox"}, "mailbox"),
        ({"code": "salesforce_oauth.invalid_grant/expired_token", "scope": "organization"}, "salesforce"),
        ({"code": "engine.CONSECUTIVE_FAILURES", "scope": "mailbox"}, ""),
        ({"code": scenery.REVOKED, "scope": "mailbox", "status": "resolved"}, ""),
        ({"code": scenery.RULE}, ""),
    ],
)
def test_access_is_renewed_where_the_steps_ask_for_it(values: dict[str, str], whose: str) -> None:
    assert display.renewable(issue(**values)) == whose


def test_a_reader_has_the_roles_of_their_membership(mailbox: Mailbox, owner: User, admin: User, root: User) -> None:
    roles = [display.reader_of(viewer_of(user), mailbox, mailbox.organization_id) for user in (owner, admin, root)]
    admins = {Fixer.MAILBOX_ADMIN, Fixer.SALESFORCE_ADMIN}
    assert roles == [{Fixer.END_USER}, admins, admins]


def test_somebody_else_has_no_role(mailbox: Mailbox, others: Mailbox) -> None:
    assert others.owner is not None
    assert display.reader_of(viewer_of(others.owner), mailbox, mailbox.organization_id) == frozenset()


def attempt(**values: Any) -> Attempt:
    return Attempt(**({"at": clock.now(), "code": scenery.RULE, "organization_id": 1, "said": "no"} | values))


def line(verb: Verb, **values: Any) -> Activity:
    return Activity(**({"at": clock.now(), "verb": verb} | values))


def test_a_failed_try_stands_once_in_the_time_line() -> None:
    tried = attempt(http_status=400, request_id="r1")
    found = display.time_line([tried], [line(Verb.SYNC_ERROR, at=tried.at, code=tried.code)], answers=True)
    assert [(each.note, each.code, each.facts) for each in found] == [
        ("CRM_SYNCHRO_ERROR", scenery.RULE, ("HTTP 400", "request r1"))
    ]


def test_a_failed_try_that_only_the_journal_knows_stands_there_as_well() -> None:
    found = display.time_line([], [line(Verb.SYNC_ERROR, code=scenery.LOCKED)], answers=True)
    assert [(each.note, each.code) for each in found] == [("CRM_SYNCHRO_ERROR", scenery.LOCKED)]


def test_the_newest_line_is_on_top() -> None:
    old = line(Verb.ISSUE_OPENED, at=clock.now() - timedelta(hours=2))
    found = display.time_line([attempt()], [old], answers=True)
    assert [each.what for each in found] == ["Did not sync", "Became an issue"]


@pytest.mark.parametrize(("answers", "said"), [(True, "no"), (False, "")])
def test_the_answer_is_for_those_who_may_read_it(answers: bool, said: str) -> None:
    assert display.time_line([attempt()], [], answers=answers)[0].said == said


@pytest.mark.parametrize("verb", list(Verb))
def test_everything_that_the_journal_says_can_be_shown(verb: Verb) -> None:
    (found,) = display.time_line([], [line(verb, note="note")], answers=True)
    assert found.what


def test_a_broken_seal_says_so_and_breaks_nothing(mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    Attempt.everywhere.update(code="tampered")
    broken = Attempt.everywhere.get()
    broken.organization_id = 999
    assert "can no longer be opened" in display.said_by(broken)


@pytest.mark.parametrize(
    ("resource", "direction", "said"),
    [
        ("email", "to_crm", "is not in Salesforce"),
        ("event", "to_crm", "is not in Salesforce"),
        ("event", "to_mailbox", "is not in step in the calendar"),
    ],
)
def test_where_an_item_is_missing_follows_its_way(resource: str, direction: str, said: str) -> None:
    assert display.ending_of(issue(resource=resource, direction=direction)) == said


@pytest.mark.parametrize(("resource", "page"), [("email", "Gmail"), ("event", "Google Calendar"), ("", "Gmail")])
def test_an_item_opens_where_it_lies(resource: str, page: str) -> None:
    assert display.mail_name("google", resource) == page
