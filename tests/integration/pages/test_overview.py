from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Mailbox, Organization
from issues import services
from issues.models import Issue
from syncapp import overview
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import Page, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


def first_page(client: Client) -> Page:
    return read(client.get("/admin/"))


def truth(client: Client) -> str:
    """The line on top."""
    html = client.get("/admin/").content.decode()
    return Page(html.split('<h1 class="truth">')[1].split("</h1>")[0]).words


def test_good_news_is_said_with_what_is_in_step(boss: Client, mailbox: Mailbox) -> None:
    scenery.in_step(mailbox)
    assert truth(boss) == "Nothing needs anybody1 in step, looked at 3 minutes ago"


@pytest.mark.parametrize(
    ("mailboxes", "items", "said"),
    [
        (1, 0, "1 mailbox stopped"),
        (2, 0, "2 mailboxes stopped"),
        (0, 1, "1 item needs somebody"),
        (0, 3, "3 items need somebody"),
        (1, 2, "1 mailbox stopped2 items need somebody"),
    ],
)
def test_the_line_of_truth_counts_what_stands_still_and_what_needs_somebody(
    boss: Client, mailbox: Mailbox, mailboxes: int, items: int, said: str
) -> None:
    for _ in range(mailboxes):
        scenery.stop(builders.mailbox(mailbox.organization))
    scenery.fail(mailbox, titles=tuple(f"t{number}" for number in range(items)))
    assert truth(boss).startswith(f"{said}0 in step")


def test_a_stopped_organization_comes_before_stopped_mailboxes(
    boss: Client, acme: Organization, mailbox: Mailbox
) -> None:
    scenery.stop(mailbox)
    scenery.stop_all(acme)
    said = first_page(boss).words
    assert said.index("Salesforce's daily allowance is used up") < said.index("The access to Google has ended")
    assert truth(boss).startswith("1 organization stopped1 mailbox stopped")


def test_a_stop_says_who_since_when_and_has_its_button(boss: Client, mailbox: Mailbox) -> None:
    issue = scenery.stop(mailbox)
    page = first_page(boss)
    for words in ("mia@ours.example: The access to Google has ended", "since 3 hours ago", "The mailbox's owner"):
        assert words in page.words
    assert page.address("Renew access") == f"/connect/google/{mailbox.pk}/"
    assert page.address(issue.reference) == f"/issues/acme/{issue.number}/"


def test_a_salesforce_that_ended_is_renewed_for_the_organization(boss: Client, acme: Organization) -> None:
    Organization.everywhere.update(crm="salesforce")
    scenery.stop_all(acme, "salesforce_oauth.invalid_grant/expired_token")
    assert first_page(boss).address("Renew access") == f"/connect/salesforce/{acme.pk}/"


def test_a_stop_is_tried_again_from_here_and_comes_back_here(boss: Client, mailbox: Mailbox) -> None:
    scenery.stop(mailbox)
    form = next(form for form in first_page(boss).forms if form.action.endswith("/retry/"))
    assert boss.post(form.action, form.fields).headers["Location"] == "/admin/"
    page = first_page(boss)
    assert not [form for form in page.forms if form.action.endswith("/retry/")]
    assert "Trying again" in page.words


def test_causes_are_listed_worst_first_with_their_counts(boss: Client, mailbox: Mailbox, acme: Organization) -> None:
    scenery.fail(mailbox, scenery.REQUIRED, ("a",))
    scenery.fail(mailbox, scenery.RULE, tuple("bc"))
    scenery.fail(builders.mailbox(acme), scenery.RULE, ("d",))
    said = first_page(boss).words
    assert said.index("A validation rule of your company said no") < said.index("A required field is empty")
    assert "3 items2 mailboxessince just nowSalesforce administrator" in said.replace("\n", "")


def test_a_causes_buttons_say_how_many_and_lead_to_the_question(boss: Client, mailbox: Mailbox) -> None:
    first, *_ = scenery.fail(mailbox, titles=tuple("abc"))
    page = first_page(boss)
    assert page.address("Try 3 again") == f"/bulk/?verb=retry&organization=acme&cause={first.cause_id}"
    assert page.address("Ignore…") == f"/bulk/?verb=ignore&organization=acme&cause={first.cause_id}"


def test_what_is_being_tried_is_not_counted_on_the_button(boss: Client, mailbox: Mailbox) -> None:
    first, *_ = scenery.fail(mailbox, titles=tuple("abc"))
    services.retry(Issue.everywhere.filter(pk=first.pk))
    assert "Try 2 again" in first_page(boss).words


def test_a_cause_that_is_being_tried_as_a_whole_has_no_button(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    services.retry(Issue.everywhere.all())
    said = first_page(boss).words
    assert "all of them are being tried" in said
    assert "Ignore…" not in said


def test_a_rules_own_words_stand_with_its_cause(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, said="Enter a cost centre.")
    assert "Enter a cost centre." in first_page(boss).words


def test_the_cause_of_a_stop_is_not_listed_again(boss: Client, mailbox: Mailbox) -> None:
    scenery.stop(mailbox)
    assert first_page(boss).words.count("The access to Google has ended") == 1


def test_organizations_stand_with_their_warning(
    root: User, acme: Organization, mailbox: Mailbox, others: Mailbox, signed: Signed
) -> None:
    said = first_page(signed(root)).words.split("Organizations\n")[-1]
    assert said.replace("\n", "").startswith("Rival Inc1 open issueAcme0 open issues")


def test_an_administrator_sees_their_own_organization_alone(boss: Client, mailbox: Mailbox, others: Mailbox) -> None:
    scenery.stop(others)
    html = boss.get("/admin/").content.decode()
    assert "ival" not in html
    assert truth(boss).startswith("Nothing needs anybody")


def test_many_stops_end_in_a_link_to_the_rest(
    boss: Client, acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "MOST_STOPS", 2)
    for _ in range(5):
        scenery.stop(builders.mailbox(acme))
    assert first_page(boss).address("3 more stopped syncs") == "/admin/issues/issue/?status=stopped"


def test_many_causes_end_in_a_link_to_the_rest(boss: Client, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "MOST_CAUSES", 2)
    for code in (scenery.RULE, scenery.REQUIRED, scenery.LOCKED):
        scenery.fail(mailbox, code)
    assert first_page(boss).address("1 more cause") == "/admin/issues/cause/"


def test_more_in_step_than_anybody_counts_is_said_so(
    boss: Client, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "COUNTED_TO", 2)
    for _ in range(4):
        scenery.in_step(mailbox)
    assert "more than 2 in step" in truth(boss)


@pytest.mark.parametrize("rows", [1, 12])
def test_the_first_page_asks_the_database_little_however_much_there_is(
    root: User, signed: Signed, rows: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(rows):
        organization = builders.organization()
        scenery.fail(builders.mailbox(organization), titles=tuple("ab"))
        scenery.stop(builders.mailbox(organization))
    client = signed(root)
    with django_assert_max_num_queries(16):
        client.get("/admin/")


def figures_in(html: str) -> list[str]:
    """What each chart says to those who hear it."""
    return re.findall(r'<svg class="chart"[^>]*aria-label="([^"]*)"', html.split('aria-label="The last days"')[1])


def test_the_last_days_are_charts_with_their_tables(boss: Client, mailbox: Mailbox) -> None:
    scenery.resolve(scenery.fail(mailbox, titles=tuple("abc"))[0])
    html = boss.get("/admin/").content.decode()
    said = figures_in(html)
    assert said[0].endswith(", 0, 0, 2")
    assert said[1] == "3 issues came in the last 14 days, 1 went"
    assert said[2].endswith("at most nothing waited")
    assert html.count('<table class="chart-table">') == html.count("<summary>As a table</summary>") == 3


def test_the_charts_are_of_ones_own_organizations(boss: Client, others: Mailbox) -> None:
    scenery.fail(others)
    assert figures_in(boss.get("/admin/").content.decode())[1] == "0 issues came in the last 14 days, 0 went"


def test_an_organizations_page_has_its_own_charts(
    root: User, signed: Signed, acme: Organization, mailbox: Mailbox, others: Mailbox
) -> None:
    scenery.fail(mailbox)
    html = signed(root).get(f"/admin/connectors/organization/{acme.pk}/change/").content.decode()
    assert "1 issue came in the last 14 days, 0 went" in html
    assert html.count('<table class="chart-table">') == 3


def test_charts_bring_no_style_of_their_own(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    html = boss.get("/admin/").content.decode()
    assert " style=" not in html
    assert "<style" not in html
