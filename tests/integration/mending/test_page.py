"""The form on the page of an issue: who gets it, what stands in it, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors import clock
from connectors.field_mapping import FieldMapping
from connectors.models import Activity, Organization
from issues.models import Issue
from syncapp.models import Breaker, Item
from syncapp.services import housekeeping
from tests.driving import CRM_DOWN
from tests.integration.mending.stage import Refused, refused

FORM, ASK = "Fill it in and try again", "an administrator of your organization decides"


@pytest.fixture
def asked(db: None) -> Refused:
    return refused()


def test_the_form_is_made_of_what_salesforce_says_of_the_fields(asked: Refused) -> None:
    page = asked.page("ann")
    assert "<bdi>Last Name</bdi>" in page
    assert 'maxlength="80"' in page
    assert '<option value="tech">Technology &amp; more</option>' in page


def test_it_is_asked_once_a_view(asked: Refused) -> None:
    before = asked.crm.calls
    asked.page("ann")
    assert asked.crm.calls == before + 1


def test_what_is_filled_in_is_kept_and_tried_again(asked: Refused) -> None:
    answer = asked.browser("ann").post(f"{asked.address}values/", {"fill-LastName": "Smith", "fill-Sector__c": "tech"})
    assert (answer.status_code, answer["Location"]) == (302, asked.address)
    asked.issue.refresh_from_db()
    assert (asked.issue.status, asked.given()["contact"]["LastName"]["value"]) == ("retrying", "Smith")
    assert asked.given()["contact"]["Sector__c"] == {"value": "tech", "instead": "war <b>", "fresh": True}


def test_what_does_not_fit_stands_there_again_with_a_sentence(asked: Refused) -> None:
    answer = asked.browser("ann").post(f"{asked.address}values/", {"fill-LastName": "<i>" * 40})
    page = answer.content.decode()
    assert (answer.status_code, asked.given()) == (422, None)
    assert "This has 120 characters, and the field holds 80. Shorten it." in page
    assert "&lt;i&gt;&lt;i&gt;" in page
    assert "<i>" not in page


def test_a_text_that_was_refused_stands_in_its_field(db: None) -> None:
    asked = refused(sent={"LastName": 'Long "name" <b>'})
    assert 'value="Long &quot;name&quot; &lt;b&gt;"' in asked.page("ann")


@pytest.mark.parametrize(
    ("who", "user_id", "may_edit", "seen"),
    [
        ("ann", "005000000000001AAA", True, FORM),
        ("ann", "005000000000001AAA", False, ASK),
        ("ann", "", True, ASK),
        ("admin", "005000000000001AAA", False, FORM),
        ("admin", "", False, FORM),
    ],
)
def test_the_owner_fills_in_what_they_could_write_there_and_an_administrator_anything(
    db: None, who: str, user_id: str, may_edit: bool, seen: str
) -> None:
    asked = refused(user_id=user_id, editors={"005000000000001AAA"} if may_edit else set())
    page = asked.page(who)
    assert [each for each in (FORM, ASK) if each in page] == [seen]
    status = asked.browser(who).post(f"{asked.address}values/", {"fill-LastName": "Smith"}).status_code
    assert (status, asked.given() is None) == ((302, False) if seen == FORM else (403, True))


def test_where_the_crm_does_not_tell_an_administrator_decides(db: None) -> None:
    asked = refused()
    asked.crm.fills.editors = None
    assert ASK in asked.page("ann")


def test_nobody_else_finds_the_form(asked: Refused) -> None:
    assert asked.browser("bob").post(f"{asked.address}values/", {"fill-LastName": "Smith"}).status_code == 404
    assert asked.given() is None


@pytest.mark.parametrize("private", [False, True])
def test_what_was_refused_is_its_owners_where_administrators_see_no_content(db: None, private: bool) -> None:
    asked = refused(sent={"LastName": "Secretname"})
    Organization.everywhere.update(names_items_to_admins=private)
    Issue.everywhere.update(private=private)
    page = asked.page("admin")
    assert FORM in page
    assert "Secretname" not in page
    assert "Secretname" in asked.page("ann")


def test_an_issue_that_no_value_mends_has_no_form_and_asks_nobody(asked: Refused) -> None:
    Issue.everywhere.update(code="salesforce.INSUFFICIENT_ACCESS_OR_READONLY")
    before = asked.crm.calls
    page = asked.page("ann")
    assert (FORM in page, ASK in page, asked.crm.calls) == (False, False, before)


def test_a_crm_that_does_not_answer_leaves_the_page_as_it_was(asked: Refused) -> None:
    asked.crm.faults.waiting.append(CRM_DOWN)
    page = asked.page("ann")
    assert "Salesforce could not be asked which fields there are" in page
    assert "How to mend it" in page


def test_what_is_stopped_is_not_asked(asked: Refused) -> None:
    Organization.everywhere.update(stopped_at=asked.issue.first_at)
    before = asked.crm.calls
    assert "Salesforce cannot be asked at the moment" in asked.page("ann")
    assert asked.crm.calls == before


def test_while_sync_is_paused_nobody_is_asked(asked: Refused) -> None:
    Organization.everywhere.update(paused_at=asked.issue.first_at)
    before = asked.crm.calls
    page = asked.page("ann")
    assert ("Salesforce is not asked while sync is paused" in page, FORM in page) == (True, False)
    assert asked.crm.calls == before


def left_alone(asked: Refused, until: timedelta) -> None:
    organization = Organization.everywhere.get()
    Breaker.everywhere.create(
        organization=organization, provider=organization.crm, state="open", probe_at=clock.now() + until
    )


def test_a_crm_that_keeps_failing_is_left_in_peace_until_its_time(asked: Refused) -> None:
    left_alone(asked, timedelta(minutes=4))
    before = asked.crm.calls
    assert "Salesforce keeps failing and is asked again in 4 minutes." in asked.page("ann")
    assert asked.crm.calls == before


def test_after_that_time_it_is_asked(asked: Refused) -> None:
    left_alone(asked, timedelta(minutes=-1))
    assert FORM in asked.page("ann")


def test_an_administrator_may_have_it_written_into_every_record(asked: Refused) -> None:
    said = {"fill-LastName": "Smith", "fill-Sector__c": "tech", "fill-default": "on"}
    assert asked.browser("admin").post(f"{asked.address}values/", said).status_code == 302
    (line,) = [row.line for row in FieldMapping.everywhere.all()]
    assert (line.target, line.source, line.field, line.fixed, line.way) == (
        "contact",
        "fixed",
        "Sector__c",
        "tech",
        "new",
    )
    assert Activity.everywhere.filter(verb="settings_changed").count() == 1


def test_a_member_is_not_offered_that_and_cannot_force_it(asked: Refused) -> None:
    assert "for every record from now on" not in asked.page("ann")
    said = {"fill-LastName": "Smith", "fill-Sector__c": "tech", "fill-default": "on"}
    asked.browser("ann").post(f"{asked.address}values/", said)
    assert not FieldMapping.everywhere.exists()


def test_a_box_without_a_value_is_told(asked: Refused) -> None:
    said = {"fill-LastName": "Smith", "fill-Sector__c": "", "fill-default": "on"}
    answer = asked.browser("admin").post(f"{asked.address}values/", said)
    assert (answer.status_code, asked.given()) == (422, None)
    assert "None of these fields can have a value for every record." in answer.content.decode()


def test_the_address_of_the_form_shows_the_issue(asked: Refused) -> None:
    assert asked.browser("ann").get(f"{asked.address}values/")["Location"] == asked.address


def test_the_page_of_the_mailbox_leads_to_the_form(asked: Refused) -> None:
    page = asked.browser("ann").get("/").content.decode()
    assert f'href="{asked.address}#fill">Fill it in…</a>' in page


@pytest.mark.parametrize(("gone", "left"), [(None, "Smith"), (29, "Smith"), (31, None)])
def test_what_was_filled_in_goes_a_month_after_its_item(asked: Refused, gone: int | None, left: str | None) -> None:
    asked.browser("ann").post(f"{asked.address}values/", {"fill-LastName": "Smith"})
    if gone is not None:
        Item.everywhere.update(gone_at=clock.now() - timedelta(days=gone))
    housekeeping()
    found = asked.given()
    assert (found["contact"]["LastName"]["value"] if found else None) == left
