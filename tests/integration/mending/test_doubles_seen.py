"""Who may choose among possible duplicates, on the page and over REST."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.models import Activity, Organization, Verb
from connectors.records import Person, PersonKind
from issues.models import Issue
from syncapp.engine import given
from tests.integration.api.world import kind, named
from tests.integration.mending.stage import USER, Refused, refused

ID = "003000000000007AAA"
ANN = Person(kind=PersonKind.CONTACT, id=ID, email="ann@old.example", name="Ann <b> Old")
ASK = "an administrator of your organization decides"
NEW = "It is somebody else: make a new one"


def asked(*, allow_save: bool = True, **values: Any) -> Refused:
    made = refused(object="Contact", allow_save=allow_save, candidates=[ID], **values)
    made.crm.people.append(ANN)
    Issue.everywhere.update(code="salesforce.DUPLICATES_DETECTED", fields=[])
    made.issue.refresh_from_db()
    return made


def test_the_page_offers_the_record_and_a_new_one(db: None) -> None:
    page = asked().page("ann")
    assert f'value="{ID}"' in page
    assert "Ann &lt;b&gt; Old" in page
    assert NEW in page


def test_where_the_rule_lets_no_second_one_through_none_is_offered(db: None) -> None:
    page = asked(allow_save=False).page("ann")
    assert (f'value="{ID}"' in page, NEW in page) == (True, False)


def test_a_press_of_the_button_is_kept_and_tried_again(db: None) -> None:
    made = asked()
    assert made.browser("ann").post(f"{made.address}choice/", {"record": ID}).status_code == 302
    made.issue.refresh_from_db()
    assert (made.issue.status, given.picked(made.given())) == ("retrying", ("contact", ID))
    assert list(Activity.everywhere.filter(verb=Verb.DECIDED).values_list("note", flat=True)) == [
        f"Record {ID} is meant"
    ]


@pytest.mark.parametrize("values", [{"editors": set()}, {"user_id": ""}])
def test_an_owner_who_may_not_change_them_there_is_sent_to_an_administrator(db: None, values: dict[str, Any]) -> None:
    made = asked(**values)
    page = made.page("ann")
    assert (ASK in page, "Ann &lt;b&gt; Old" in page) == (True, False)
    assert made.browser("ann").post(f"{made.address}choice/", {"record": ID}).status_code == 403
    assert f'value="{ID}"' in made.page("admin")


def test_an_administrator_who_sees_no_content_sees_no_names(db: None) -> None:
    made = asked()
    Organization.everywhere.update(names_items_to_admins=False)
    page = made.page("admin")
    assert (f'value="{ID}"' in page, "Ann &lt;b&gt; Old" in page) == (True, False)


def test_rest_tells_and_takes_the_same(db: None) -> None:
    made = asked()
    client, path = made.api("writer"), f"issues/{made.issue.pk}/"
    said = client.get(f"{path}doubles/").json()
    assert said["doubles"] == [{"id": ID, "kind": "contact", "name": ANN.name, "detail": ANN.email}]
    assert said["anyway"] is True
    statuses = [client.post(f"{path}choice/", {"anyway": True}, key="once").status_code for _ in range(2)]
    assert (statuses, given.anyway(made.given(), "contact")) == ([200, 200], True)
    assert Activity.everywhere.filter(verb=Verb.DECIDED).count() == 1


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, [""]),
        ({"anyway": False}, [""]),
        ({"record": ID, "anyway": True}, [""]),
        ({"record": "003000000000001AAA"}, ["/record"]),
    ],
)
def test_what_is_no_choice_is_named(db: None, body: dict[str, Any], wrong: list[str]) -> None:
    made = asked()
    answer = made.api("admin").post(f"issues/{made.issue.pk}/choice/", body)
    assert (answer.status_code, named(answer), made.given()) == (400, wrong, None)


def test_a_rule_that_lets_none_through_is_told_by_the_name_of_the_box(db: None) -> None:
    made = asked(allow_save=False)
    answer = made.api("admin").post(f"issues/{made.issue.pk}/choice/", {"anyway": True})
    assert (answer.status_code, named(answer)) == (400, ["/anyway"])


@pytest.mark.parametrize(("who", "status"), [("bob", 404), ("reader", 403)])
def test_others_cannot_choose(db: None, who: str, status: int) -> None:
    made = asked()
    assert made.api(who).post(f"issues/{made.issue.pk}/choice/", {"record": ID}).status_code == status
    assert (made.given(), USER) == (None, made.mailbox.crm_user_id)


def test_an_issue_of_another_kind_has_none(db: None) -> None:
    made = refused()
    answer = made.api("ann").get(f"issues/{made.issue.pk}/doubles/")
    assert (answer.status_code, kind(answer)) == (409, "conflict")
