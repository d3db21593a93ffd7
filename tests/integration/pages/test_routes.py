"""Routes of an organization on its page."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.routes import Route
from issues.models import BulkOperation
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read
from tests.integration.pages.test_admin_settings import change

pytestmark = pytest.mark.django_db
OLD, NEW = "00G000000000001AAA", "00G000000000002AAA"


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


@pytest.fixture(autouse=True)
def _domains(acme: Organization) -> None:
    acme.domains = ["ours.example"]
    acme.save(update_fields=["domains"])


def row(at: int, pattern: str, owner: str = OLD, mode: str = "cases", *, there: Route | None = None) -> dict[str, str]:
    values = {"position": str(10 + at), "pattern": pattern, "mail_mode": mode, "case_owner_id": owner}
    values |= {"id": str(there.pk), "organization": str(there.organization_id)} if there else {}
    return {f"routes-{at}-{name}": value for name, value in values.items()}


def send(boss: Client, acme: Organization, *rows: dict[str, str], there: int = 0, **more: str) -> Any:
    fields = {"routes-TOTAL_FORMS": str(len(rows)), "routes-INITIAL_FORMS": str(there)} | more
    for each in rows:
        fields |= each
    return change(boss, acme, **fields)


def routes() -> list[tuple[str, str, str]]:
    return list(Route.everywhere.values_list("pattern", "mail_mode", "case_owner_id"))


def notes() -> list[str]:
    rows = Activity.everywhere.filter(verb=Verb.SETTINGS_CHANGED).order_by("pk")
    return list(rows.values_list("note", flat=True))


def test_rows_become_routes_in_their_order(boss: Client, acme: Organization) -> None:
    send(boss, acme, row(0, "Support@ours.example"), row(1, "billing+*@ours.example", "", "activities"))
    assert routes() == [("support@ours.example", "cases", OLD), ("billing+*@ours.example", "activities", "")]
    assert notes() == ["route support@ours.example added", "route billing+*@ours.example added"]


def test_a_row_is_changed_and_journaled(boss: Client, acme: Organization) -> None:
    there = Route.everywhere.create(organization=acme, pattern="a@ours.example", case_owner_id=OLD)
    send(boss, acme, row(0, "a@ours.example", NEW, there=there), there=1)
    assert (routes(), len(notes())) == ([("a@ours.example", "cases", NEW)], 1)
    assert f"owner of its cases: {OLD} → {NEW}" in notes()[0]


def test_a_row_is_taken_away_and_journaled(boss: Client, acme: Organization) -> None:
    there = Route.everywhere.create(organization=acme, pattern="a@ours.example")
    send(boss, acme, row(0, "a@ours.example", there=there) | {"routes-0-DELETE": "on"}, there=1)
    assert (routes(), notes()) == ([], ["route a@ours.example removed"])


def test_the_page_says_what_each_does(boss: Client, acme: Organization) -> None:
    Route.everywhere.create(organization=acme, position=1, pattern="*@ours.example", case_owner_id=OLD)
    Route.everywhere.create(organization=acme, position=2, pattern="a@ours.example")
    said = read(boss.get(f"/admin/connectors/organization/{acme.pk}/change/")).words
    assert f"Mail to or from *@ours.example becomes cases of the queue {OLD}." in said
    assert "Nothing: *@ours.example above takes all of it." in said


@pytest.mark.parametrize("pattern", ["support", "a@b@c", "two words@ours.example", "@ours.example", "support@"])
def test_what_is_no_pattern_is_said_beside_the_field(boss: Client, acme: Organization, pattern: str) -> None:
    answer = send(boss, acme, row(0, pattern))
    assert ("Write it like support@example.com" in read(answer).words, routes()) == (True, [])


@pytest.mark.parametrize("pattern", ["support@vendor.example", "*@gmail.com", "support@sub.ours.example"])
def test_a_pattern_that_means_none_of_our_addresses_is_refused(boss: Client, acme: Organization, pattern: str) -> None:
    answer = send(boss, acme, row(0, pattern))
    assert ("No address of this organization is like this." in read(answer).words, routes()) == (True, [])


@pytest.mark.parametrize("pattern", ["support@ours.example", "*@ours.example", "support@*", "mia@ours.example", "*@*"])
def test_a_pattern_that_may_mean_one_of_ours_is_taken(
    boss: Client, acme: Organization, mailbox: Mailbox, pattern: str
) -> None:
    send(boss, acme, row(0, pattern))
    assert [each for each, _, _ in routes()] == [pattern]


def test_the_address_of_a_mailbox_is_ours_whatever_its_domain(
    boss: Client, acme: Organization, mailbox: Mailbox
) -> None:
    send(boss, acme, row(0, mailbox.address), domains="other.example")
    assert [each for each, _, _ in routes()] == [mailbox.address]


@pytest.mark.parametrize("owner", ["Support", "003000000000001AAA"])
def test_what_is_no_owner_is_said_beside_the_field(boss: Client, acme: Organization, owner: str) -> None:
    answer = send(boss, acme, row(0, "a@ours.example", owner))
    assert ("no id of a queue or a user" in answer.content.decode(), routes()) == (True, [])


def test_a_change_sets_going_what_waited_for_a_queue(boss: Client, acme: Organization) -> None:
    send(boss, acme, row(0, "a@ours.example"))
    assert [each.choice["code"] for each in BulkOperation.everywhere.all()] == ["salesforce.QUEUE_GONE"]


def test_so_does_another_mode(boss: Client, acme: Organization) -> None:
    send(boss, acme, mail_mode="cases")
    acme.refresh_from_db()
    assert (acme.mail_mode, BulkOperation.everywhere.count()) == ("cases", 1)


def test_what_is_saved_unchanged_sets_nothing_going(boss: Client, acme: Organization) -> None:
    send(boss, acme)
    assert BulkOperation.everywhere.count() == 0


def test_a_route_of_another_organization_cannot_be_changed_by_a_forged_id(
    boss: Client, acme: Organization, others: Mailbox
) -> None:
    theirs = Route.everywhere.create(organization=others.organization, pattern="a@b.example", case_owner_id=OLD)
    forged = row(0, "a@ours.example", NEW, there=theirs) | {"routes-0-organization": str(acme.pk)}
    send(boss, acme, forged, there=1)
    assert routes() == [("a@b.example", "cases", OLD)]


# -- Weaker mode


def weaker(boss: Client, acme: Organization) -> str:
    return read(boss.get(f"/admin/connectors/organization/{acme.pk}/change/")).words


def test_weaker_mode_is_off_until_somebody_switches_it_on(boss: Client, acme: Organization) -> None:
    assert "Where a field of Syncapp’s is missing, the sync stops and says so." in weaker(boss, acme)
    send(boss, acme, weaker_mode="on")
    acme.refresh_from_db()
    assert (acme.weaker_mode, notes()) == (True, ["weaker mode: False → True"])
    assert "Weaker mode begins when one is." in weaker(boss, acme)


def test_switching_it_on_sets_going_what_stood_still(boss: Client, acme: Organization) -> None:
    send(boss, acme, weaker_mode="on")
    assert [each.choice["code"] for each in BulkOperation.everywhere.all()] == ["salesforce.OWN_FIELD_MISSING"]


def test_while_it_lasts_the_page_says_since_when_and_how_it_ends(boss: Client, acme: Organization) -> None:
    Organization.everywhere.update(weaker_mode=True, keyless_at="2026-03-02T09:30:00Z")
    said = weaker(boss, acme)
    assert "Weaker mode, as seen on 2 March 2026, 09:30 UTC" in said
    assert "“What Syncapp needs there…” ends it" in said
