"""The page of a cause, and how it stands on the first page of whoever looks after it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Mailbox, Organization
from issues import services
from issues.models import Cause
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import Page, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


@pytest.fixture
def cause(mailbox: Mailbox) -> Cause:
    return scenery.fail(mailbox, titles=tuple("abc"))[0].cause


def page(client: Client, cause: Cause) -> Page:
    return read(client.get(f"/admin/issues/cause/{cause.pk}/change/"))


def press(client: Client, cause: Cause, path: str, **fields: str) -> Any:
    """Posts the form of the page that leads there."""
    form = next(form for form in page(client, cause).forms if form.action == f"/causes/{cause.pk}/{path}/")
    return client.post(form.action, {**form.fields, **fields}, follow=True)


def current(cause: Cause) -> Cause:
    return Cause.everywhere.get(pk=cause.pk)


def test_the_page_says_how_much_it_is(boss: Client, cause: Cause) -> None:
    said = page(boss, cause).words
    for words in ("3 issues, of 3 items in 1 mailbox", "3 new in 24 hours, none the day before", "nobody"):
        assert words in said


def test_the_chart_has_its_numbers_in_a_table(boss: Client, cause: Cause) -> None:
    html = boss.get(f"/admin/issues/cause/{cause.pk}/change/").content.decode()
    assert html.count('<rect class="chart-bar amber"') == 1
    assert html.split('<table class="chart-table">')[1].count('<th scope="row">') == 14
    assert "style=" not in html.split('<figure class="figure"')[1].split("</figure>")[0]


def test_somebody_takes_a_cause(boss: Client, admin: User, cause: Cause) -> None:
    said = read(press(boss, cause, "assign", assignee=str(admin.pk))).words
    assert "Ann Anders looks after it now." in said
    assert current(cause).assignee == admin


def test_only_administrators_of_its_organization_are_offered(
    boss: Client, acme: Organization, cause: Cause, others: Mailbox
) -> None:
    scenery.joins(scenery.person("mia"), acme)
    scenery.administrator(others.organization, "zed")
    html = boss.get(f"/admin/issues/cause/{cause.pk}/change/").content.decode()
    select = html.split('<select id="assignee"')[1].split("</select>")[0]
    assert Page(select).words.replace("\n", " ").split(" ", 1)[1].strip() in ("nobodyAnn Anders", "nobody Ann Anders")


@pytest.mark.parametrize("wanted", ["0", "999999", "x"])
def test_who_is_not_on_the_list_is_not_taken(boss: Client, cause: Cause, wanted: str) -> None:
    answer = press(boss, cause, "assign", assignee=wanted)
    assert current(cause).assignee is None
    assert ("Choose somebody from the list" in read(answer).words) is True


def test_a_superuser_takes_a_cause_themselves(root: User, signed: Signed, cause: Cause) -> None:
    press(signed(root), cause, "assign", assignee=str(root.pk))
    assert current(cause).assignee == root


def test_a_cause_is_acknowledged_and_that_is_taken_back(boss: Client, admin: User, cause: Cause) -> None:
    assert "acknowledged by Ann Anders" in read(press(boss, cause, "acknowledge")).words
    assert current(cause).acknowledged_by == admin
    press(boss, cause, "acknowledge")
    assert current(cause).acknowledged_at is None


def test_a_cause_that_is_over_is_not_to_be_acknowledged(boss: Client, mailbox: Mailbox) -> None:
    issue = scenery.fail(mailbox)[0]
    scenery.resolve(issue)
    assert [form.action for form in page(boss, issue.cause).forms if form.action.endswith("/acknowledge/")] == []


@pytest.mark.parametrize("path", ["assign", "acknowledge"])
def test_nobody_cares_for_a_cause_that_they_do_not_see(
    boss: Client, owner: User, signed: Signed, others: Mailbox, cause: Cause, path: str
) -> None:
    theirs = scenery.fail(others)[0].cause
    assert boss.post(f"/causes/{theirs.pk}/{path}/", {"known": "1"}).status_code == 404
    assert signed(owner).post(f"/causes/{cause.pk}/{path}/", {"known": "1"}).status_code == 404
    assert not Cause.everywhere.exclude(acknowledged_at=None).exists()


@pytest.mark.parametrize(("care", "shown"), [("mine", 1), ("nobody", 1), ("unknown", 2)])
def test_the_list_of_causes_is_narrowed_by_who_looks_after_them(
    boss: Client, admin: User, mailbox: Mailbox, cause: Cause, care: str, shown: int
) -> None:
    services.assign(scenery.fail(mailbox, scenery.REQUIRED)[0].cause, admin)
    html = boss.get(f"/admin/issues/cause/?care={care}").content.decode()
    assert html.count('<th class="field-reason"') == shown


def test_whose_cause_it_is_finds_it_first_on_their_first_page(
    boss: Client, root: User, admin: User, signed: Signed, mailbox: Mailbox, cause: Cause
) -> None:
    services.assign(scenery.fail(mailbox, scenery.REQUIRED)[0].cause, admin)
    mine = read(boss.get("/admin/")).words
    assert mine.index("A required field is empty") < mine.index("A validation rule of your company said no")
    assert mine.count("Assigned to you") == 1
    theirs = read(signed(root).get("/admin/")).words
    assert theirs.index("A required field is empty") > theirs.index("A validation rule of your company said no")
    assert "assigned to Ann Anders" in theirs


def test_the_first_page_says_who_knows_of_a_cause(boss: Client, admin: User, cause: Cause) -> None:
    services.acknowledge(cause, actor_id=admin.pk)
    assert "acknowledged by Ann Anders" in read(boss.get("/admin/")).words


def test_a_causes_small_chart_says_its_numbers(boss: Client, cause: Cause) -> None:
    html = boss.get("/admin/").content.decode()
    assert f"New on each of the last 14 days: {'0, ' * 13}3" in html
