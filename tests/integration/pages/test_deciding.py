"""An issue that asks shows both versions side by side, to those who may read the item, and takes one of two answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Mailbox
from issues.models import Decision, Issue
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db

PATH = "/issues/acme/1001/"
ASKS: dict[str, Any] = {
    "fields": {
        "title": {"crm": "Quarterly review", "mailbox": scenery.HOSTILE},
        "busy": {"crm": True, "mailbox": False},
    },
    "choices": ["crm", "mailbox"],
}


@pytest.fixture
def issue(mailbox: Mailbox) -> Issue:
    return scenery.fail(mailbox, "engine.SYNC_CONFLICT", ("Review",), resource="event", evidence=ASKS)[0]


@pytest.fixture
def mine(owner: User, signed: Signed) -> Client:
    return signed(owner)


def test_both_versions_stand_side_by_side(mine: Client, issue: Issue) -> None:
    said = read(mine.get(PATH)).words
    for words in (
        "“Review” was changed on both sides",
        "What both sides say",
        "Title\nQuarterly review\n<script>",
        "Shown as\nbusy\nfree",
        "Calendar",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("choice", "word"), [("crm", "Keep what Salesforce says"), ("mailbox", "Keep what the mailbox says")]
)
def test_a_button_keeps_one_of_them(mine: Client, owner: User, issue: Issue, choice: str, word: str) -> None:
    assert word in read(mine.get(PATH)).words
    answer = read(mine.post(f"{PATH}decide/", {"choice": choice}, follow=True)).words
    assert "SYNC-1001 is decided." in answer
    assert f"Decided by Mia Meier just now: {word}." in answer.replace("\n", "")
    row = Decision.everywhere.get()
    issue.refresh_from_db()
    assert (row.choice, row.actor, issue.status) == (choice, owner, "retrying")


def test_trying_again_without_an_answer_is_not_offered(mine: Client, issue: Issue) -> None:
    assert "Try again" not in read(mine.get(PATH)).words
    assert "Ignore" in read(mine.get(PATH)).words


def test_where_cards_say_what_to_do_the_way_leads_to_both_versions(mine: Client, issue: Issue) -> None:
    home = read(mine.get("/")).words
    assert "Look at both versions" in home
    assert "Try again" not in home


def test_several_are_chosen_from_one_by_one(mine: Client, mailbox: Mailbox, issue: Issue) -> None:
    scenery.fail(mailbox, issue.code, ("Other review",), resource="event", evidence=ASKS)
    home = read(mine.get("/")).words
    assert "Choose one by one" in home
    assert "Try 2 again" not in home


def test_administrators_are_not_offered_to_try_choices_again(admin: User, signed: Signed, issue: Issue) -> None:
    said = read(signed(admin).get("/admin/")).words
    assert "Choose one by one" in said
    assert "Try 1 again" not in said


def test_an_administrator_decides_too(admin: User, signed: Signed, issue: Issue) -> None:
    boss = signed(admin)
    assert "Quarterly review" in read(boss.get(PATH)).words
    boss.post(f"{PATH}decide/", {"choice": "mailbox"})
    assert Decision.everywhere.get().actor == admin


def test_a_colleague_sees_and_decides_nothing(mailbox: Mailbox, signed: Signed, issue: Issue) -> None:
    client = signed(scenery.joins(scenery.person(), mailbox.organization))
    assert [client.get(PATH).status_code, client.post(f"{PATH}decide/", {"choice": "crm"}).status_code] == [404, 404]
    assert not Decision.everywhere.exists()


@pytest.mark.parametrize("form", [{}, {"choice": "burn"}])
def test_an_answer_that_is_none_is_said_so(mine: Client, issue: Issue, form: dict[str, str]) -> None:
    answer = read(mine.post(f"{PATH}decide/", form, follow=True)).words
    assert "This choice is not among those that the issue offers." in answer
    assert not Decision.everywhere.exists()


def test_what_is_over_by_now_is_said_so(mine: Client, issue: Issue) -> None:
    scenery.resolve(issue)
    answer = read(mine.post(f"{PATH}decide/", {"choice": "crm"}, follow=True)).words
    assert "SYNC-1001 is resolved already." in answer
    assert "Quarterly review" not in answer


def test_an_issue_that_asks_nothing_looks_as_ever(mine: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    said = read(mine.get(PATH)).words
    assert "What both sides say" not in said
    assert "Try again" in said


# -- Field by field

SIDES = {"side-title": "crm", "side-busy": "mailbox"}


@pytest.fixture
def both(mailbox: Mailbox) -> Issue:
    asks = {**ASKS, "by_field": True}
    return scenery.fail(mailbox, "engine.SYNC_CONFLICT", ("Review",), resource="event", evidence=asks)[0]


def test_a_side_is_chosen_for_each_field(mine: Client, owner: User, both: Issue) -> None:
    said = read(mine.get(PATH)).words
    assert all(word in said for word in ("All from Salesforce", "All from the mailbox", "Keep what is chosen above"))
    answer = read(mine.post(f"{PATH}decide/", {"choice": "fields", **SIDES}, follow=True)).words
    assert "SYNC-1001 is decided." in answer
    assert "just now: Shown as from the mailbox; Title from Salesforce." in answer.replace("\n", "")
    row = Decision.everywhere.get()
    assert (row.choice, row.actor) == ("fields", owner)
    assert row.answer == {"sides": {"title": "crm", "busy": "mailbox"}, "seen": ASKS["fields"]}


def test_a_field_without_a_side_is_named_and_the_others_are_kept(mine: Client, both: Issue) -> None:
    answer = mine.post(f"{PATH}decide/", {"choice": "fields", "side-title": "crm"})
    page = answer.content.decode()
    assert (answer.status_code, Decision.everywhere.exists()) == (422, False)
    assert page.count("Choose whose version counts.") == 1
    assert 'id="side-busy-wrong"' in page
    assert 'name="side-title" value="crm" required checked' in page


@pytest.mark.parametrize("side", ["crm", "mailbox"])
def test_all_from_one_side_needs_no_other_choice(mine: Client, both: Issue, side: str) -> None:
    mine.post(f"{PATH}decide/", {"choice": side, "side-title": "crm"})
    assert Decision.everywhere.get().choice == side


@pytest.mark.parametrize("choice", [{"choice": "crm"}, {"choice": "fields", **SIDES}])
def test_who_answers_an_older_question_is_told_and_asked_again(
    mine: Client, both: Issue, choice: dict[str, str]
) -> None:
    answer = read(mine.post(f"{PATH}decide/", {**choice, "revision": "0" * 16}, follow=True)).words
    assert "It was changed since you looked at it." in answer
    assert not Decision.everywhere.exists()


def test_what_was_answered_before_and_still_holds_is_chosen_already(mine: Client, mailbox: Mailbox) -> None:
    asks = {**ASKS, "by_field": True, "held": {"busy": "mailbox"}}
    scenery.fail(mailbox, "engine.SYNC_CONFLICT", ("Review",), resource="event", evidence=asks)
    page = mine.get(PATH).content.decode()
    assert page.count(" checked") == 1
    assert 'name="side-busy" value="mailbox" required checked' in page


# -- A question about a whole mailbox


@pytest.fixture
def many_gone(mailbox: Mailbox) -> Issue:
    return scenery.stop(mailbox, "engine.MASS_CHANGE", subject_key=f"mailbox:{mailbox.pk}:gone", stops=False, said="")


def test_it_stops_nothing_and_says_so(mine: Client, mailbox: Mailbox, many_gone: Issue) -> None:
    home = read(mine.get("/")).words
    assert "You are asked: very many are gone at once." in home
    assert "Sync has stopped" not in home
    assert Mailbox.everywhere.get(pk=mailbox.pk).stopped_at is None


def test_its_button_says_yes(mine: Client, many_gone: Issue) -> None:
    page = read(mine.get(PATH)).words
    assert "Yes, delete them" in page
    assert "waits for an answer" in page
    assert "Stopped" not in page
    mine.post(f"{PATH}retry/")
    many_gone.refresh_from_db()
    assert many_gone.status == "retrying"


def test_administrators_see_a_question_and_no_stop(admin: User, signed: Signed, many_gone: Issue) -> None:
    said = read(signed(admin).get("/admin/")).words
    assert "1 question to answer" in said
    assert "1 mailbox stopped" not in said
    assert "To be decided" in said


def test_beside_a_stop_both_are_said(admin: User, signed: Signed, mailbox: Mailbox, many_gone: Issue) -> None:
    scenery.stop(mailbox)
    said = read(signed(admin).get("/admin/")).words
    assert "1 mailbox stopped" in said
    assert "1 question to answer" in said
    assert "Stopped, and to be decided" in said
