"""The page on which an administrator says who the person of a mailbox is in Salesforce."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors import clock
from connectors.memory import MemoryCrm
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.records import CrmUser
from issues.models import BulkOperation, Issue
from tests import builders
from tests.driving import CRM_DOWN
from tests.integration.pages import scenery
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db

GONE = "salesforce.INACTIVE_OWNER_OR_USER"
MIA = CrmUser(id="005000000000001AAA", name="Mia <b> Meier", email="mia@ours.example")
OLD, ZOE = "005000000000009AAA", CrmUser(id="005000000000002AAA", name="Zoe Quill", email="zoe@ours.example")


@pytest.fixture
def acme(db: None) -> Organization:
    return builders.organization(slug="acme", name="Acme", crm_org_id="00Dacme")


@pytest.fixture
def box(acme: Organization) -> Mailbox:
    return builders.mailbox(acme, "mia@ours.example", provider="google", crm_user_id=OLD)


@pytest.fixture
def crm(acme: Organization) -> MemoryCrm:
    made = builders.crm_of(acme)
    made.colleagues += [ZOE, MIA]
    return made


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def boss(acme: Organization) -> User:
    return scenery.administrator(acme, "ann")


@pytest.fixture
def ann(boss: User) -> Client:
    return browser(boss)


def path(box: Mailbox) -> str:
    return f"/mailboxes/{box.pk}/user/"


def choose(client: Client, box: Mailbox, user: str = MIA.id, q: str = "mia") -> str:
    return read(client.post(path(box), {"q": q, "user": user}, follow=True)).words


def chosen(box: Mailbox) -> str:
    box.refresh_from_db()
    return box.crm_user_id


def test_before_something_is_sought_nobody_is_asked(ann: Client, box: Mailbox, crm: MemoryCrm) -> None:
    page = ann.get(path(box)).content.decode()
    assert ('value="mia@ours.example"' in page, crm.calls) == (True, 0)


def test_who_is_found_is_shown_and_runs_nowhere(ann: Client, box: Mailbox, crm: MemoryCrm) -> None:
    page = ann.get(path(box), {"q": "ours.example"}).content.decode()
    assert "Mia &lt;b&gt; Meier" in page
    assert page.index("Mia &lt;b&gt;") < page.index("Zoe Quill")


def test_the_only_one_is_chosen_already(ann: Client, box: Mailbox, crm: MemoryCrm) -> None:
    assert f'value="{MIA.id}" required checked' in ann.get(path(box), {"q": "mia"}).content.decode()
    assert " checked" not in ann.get(path(box), {"q": "ours"}).content.decode()


def test_where_nobody_is_found_the_page_says_what_to_do(ann: Client, box: Mailbox, crm: MemoryCrm) -> None:
    words = read(ann.get(path(box), {"q": "<i>nobody"})).words
    assert "No active user has “<i>nobody” in their name or address. Search for a part of it" in words


def test_whose_user_is_another_mailbox_s_is_said(ann: Client, box: Mailbox, crm: MemoryCrm, acme: Organization) -> None:
    builders.mailbox(acme, "team@ours.example", provider="google", crm_user_id=MIA.id[:15])
    assert "team@ours.example is this user’s already" in read(ann.get(path(box), {"q": "mia"})).words


def test_who_is_chosen_is_kept_and_the_journal_says_by_whom(
    ann: Client, box: Mailbox, crm: MemoryCrm, boss: User
) -> None:
    words = choose(ann, box)
    assert "mia@ours.example belongs to Mia <b> Meier in Salesforce from now on." in words
    row = Activity.everywhere.get(verb=Verb.SETTINGS_CHANGED)
    assert (chosen(box), row.actor_id) == (MIA.id, boss.pk)
    assert row.note == f"Salesforce user: {OLD} → {MIA.id}"


@pytest.mark.parametrize(("user", "q"), [(ZOE.id, "mia"), (OLD, OLD), ("", "mia"), (MIA.id, ""), ("x' OR ''='", "mia")])
def test_somebody_who_was_not_found_is_not_taken(ann: Client, box: Mailbox, crm: MemoryCrm, user: str, q: str) -> None:
    assert "This is nobody who was found." in choose(ann, box, user, q)
    assert chosen(box) == OLD


def test_what_waited_for_it_is_tried_again_and_nothing_else(ann: Client, box: Mailbox, crm: MemoryCrm) -> None:
    waited = scenery.fail(box, GONE, titles=("One", "Two"), resource="event")
    (other,) = scenery.fail(box, titles=("Three",))
    choose(ann, box)
    order = BulkOperation.everywhere.get()
    assert (order.choice, order.total) == ({"code": GONE, "mailbox": box.pk}, len(waited))
    other.refresh_from_db()
    assert other.status == "open"


def test_where_nothing_waited_no_order_is_given(ann: Client, box: Mailbox, crm: MemoryCrm) -> None:
    choose(ann, box)
    assert not BulkOperation.everywhere.exists()


def test_where_salesforce_does_not_answer_nothing_changes(ann: Client, box: Mailbox, crm: MemoryCrm) -> None:
    crm.faults.waiting.extend([CRM_DOWN])
    words = choose(ann, box)
    assert ("Salesforce" in words, chosen(box)) == (True, OLD)
    assert "from now on" not in words


@pytest.mark.parametrize("paused", ["organization", "stopped"])
def test_what_rests_is_not_asked(ann: Client, box: Mailbox, crm: MemoryCrm, acme: Organization, paused: str) -> None:
    name = "paused_at" if paused == "organization" else "stopped_at"
    Organization.everywhere.filter(pk=acme.pk).update(**{name: clock.now() - timedelta(hours=1)})
    choose(ann, box)
    assert (crm.calls, chosen(box)) == (0, OLD)


# -- For whom


def test_the_owner_of_a_mailbox_may_not_say_whose_name_it_writes_in(box: Mailbox, crm: MemoryCrm) -> None:
    mia = browser(scenery.owner_of(box, "mia"))
    assert [mia.get(path(box)).status_code, mia.post(path(box), {"q": "zoe", "user": ZOE.id}).status_code] == [403, 403]
    assert chosen(box) == OLD


def test_an_administrator_of_another_organization_finds_no_such_page(box: Mailbox, crm: MemoryCrm) -> None:
    rival = browser(scenery.administrator(builders.organization(slug="rival"), "zoe"))
    assert rival.post(path(box), {"q": "mia", "user": MIA.id}).status_code == 404
    assert (crm.calls, chosen(box)) == (0, OLD)


# -- The way there


def offered(client: Client, issue: Issue) -> bool:
    return ("Choose the Salesforce user…", f"/mailboxes/{issue.mailbox_id}/user/?q=mia%40ours.example") in read(
        client.get(f"/issues/acme/{issue.number}/")
    ).links


def test_the_page_of_an_issue_leads_an_administrator_there(ann: Client, box: Mailbox) -> None:
    (issue,) = scenery.fail(box, GONE, titles=("One",), resource="event")
    assert offered(ann, issue)


@pytest.mark.parametrize(
    ("code", "resource", "mode", "is_offered"),
    [
        (GONE, "event", "cases", True),
        (GONE, "email", "activities", True),
        (GONE, "email", "cases", False),
        ("engine.OWNER_NOT_MAPPED", "task", "", True),
        (scenery.RULE, "event", "", False),
    ],
)
def test_it_is_offered_where_it_mends_something(
    ann: Client, box: Mailbox, code: str, resource: str, mode: str, is_offered: bool
) -> None:
    Mailbox.everywhere.filter(pk=box.pk).update(mail_mode=mode)
    (issue,) = scenery.fail(box, code, titles=("One",), resource=resource)
    assert offered(ann, issue) is is_offered


def test_it_is_not_offered_to_who_may_not_choose(box: Mailbox) -> None:
    (issue,) = scenery.fail(box, GONE, titles=("One",), resource="event")
    assert not offered(browser(scenery.owner_of(box, "mia")), issue)
