from __future__ import annotations

import csv
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Mailbox, Organization
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db
PATH = "/admin/issues/issue/export/"


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


def table(client: Client, query: str = "") -> list[dict[str, str]]:
    """The lines of the file, by their heads."""
    answer: Any = client.get(f"{PATH}{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_everything_that_the_list_shows_is_taken_away(boss: Client, mailbox: Mailbox) -> None:
    made = scenery.fail(mailbox, titles=("Offer", "Renewal"))
    found = table(boss)
    assert [row["Title"] for row in found] == ["Renewal", "Offer"]
    assert found[1] | {"First failed": "", "Last try": "", "Next try": ""} == {
        "Number": made[0].reference,
        "Organization": "Acme",
        "State": "Open",
        "Type": "E-mail",
        "Title": "Offer",
        "Reason": "A validation rule of your company said no",
        "Code": scenery.RULE,
        "Who can mend it": "Salesforce administrator",
        "Mailbox": "mia@ours.example",
        "First failed": "",
        "Last try": "",
        "Next try": "",
        "Failed tries": "1",
        "Ignored because": "",
        "Page": f"http://testserver/issues/acme/{made[0].number}/",
    } | {"Page": found[1]["Page"]}
    assert found[1]["Page"].endswith(f"/issues/acme/{made[0].number}/")
    assert found[1]["First failed"].endswith(" UTC")


def test_it_is_a_file_with_a_name(boss: Client, mailbox: Mailbox) -> None:
    answer = boss.get(PATH)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="issues-20')


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?type=event", {"meeting"}),
        (f"?code={scenery.REQUIRED}", {"nameless"}),
        ("?q=mail", {"mail"}),
        ("?status=ignored", set()),
        ("?organization=acme", {"mail", "meeting", "nameless"}),
        ("?cursor=x", {"mail", "meeting", "nameless"}),
    ],
)
def test_it_is_narrowed_as_the_list_is(boss: Client, mailbox: Mailbox, query: str, found: set[str]) -> None:
    scenery.fail(mailbox, titles=("mail",))
    scenery.fail(mailbox, titles=("meeting",), resource="event")
    scenery.fail(mailbox, scenery.REQUIRED, titles=("nameless",))
    assert {row["Title"] for row in table(boss, query)} == found


def test_the_list_leads_to_what_it_shows(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox)
    links = dict(read(boss.get("/admin/issues/issue/?type=email")).links)
    assert links["Take away as CSV"] == f"{PATH}?type=email"


def test_no_title_is_a_formula(boss: Client, mailbox: Mailbox) -> None:
    scenery.fail(mailbox, titles=("=1+1",))
    assert [row["Title"] for row in table(boss)] == ["'=1+1"]


def test_a_title_that_the_viewer_may_not_see_is_not_in_it(boss: Client, mailbox: Mailbox) -> None:
    (issue,) = scenery.fail(mailbox, titles=("Doctor",))
    Organization.everywhere.update(names_items_to_admins=False)
    assert [row["Title"] for row in table(boss)] == [f"An e-mail of {issue.first_at:%-d %B}"]
    assert table(boss, "?q=Doctor") == []


def test_nobody_takes_away_what_is_another_organizations(boss: Client, mailbox: Mailbox, others: Mailbox) -> None:
    assert table(boss, "?status=all") == []


def test_members_have_no_export(owner: User, signed: Signed) -> None:
    assert signed(owner).get(PATH).status_code == 302


def test_many_are_read_a_few_hundred_at_a_time(
    boss: Client, mailbox: Mailbox, django_assert_max_num_queries: Any
) -> None:
    scenery.fail(mailbox, titles=tuple(f"t{number}" for number in range(1_100)))
    with django_assert_max_num_queries(14):
        found = table(boss)
    assert len({row["Number"] for row in found}) == 1_100
