"""Who may enter the admin, what is there for whom, and that nothing of another organization is."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.contrib.auth.models import User
from django.test import Client

from connectors import clock
from connectors.models import Mailbox, Membership, Organization, Role
from issues.models import Issue
from notifications.models import Recipient
from syncapp.loads import BulkLoad
from syncapp.models import Outcome, Run
from tests import builders
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db

LISTS = {
    "issues": "/admin/issues/issue/",
    "causes": "/admin/issues/cause/",
    "organizations": "/admin/connectors/organization/",
    "mailboxes": "/admin/connectors/mailbox/",
    "runs": "/admin/syncapp/run/",
    "recipients": "/admin/notifications/recipient/",
}


@pytest.mark.parametrize(
    ("staff", "role", "active", "status"),
    [
        (True, Role.ADMIN, True, 200),
        (True, Role.OWNER, True, 200),
        (True, Role.MEMBER, True, 302),
        (True, None, True, 302),
        (False, Role.OWNER, True, 302),
        (False, Role.ADMIN, True, 302),
        (True, Role.OWNER, False, 302),
    ],
)
def test_staff_with_an_organization_to_look_after_may_enter(
    acme: Organization, signed: Signed, staff: bool, role: Role | None, active: bool, status: int
) -> None:
    user = scenery.person(is_staff=staff)
    if role:
        scenery.joins(user, acme, role)
    client = signed(user)
    User.objects.filter(pk=user.pk).update(is_active=active)
    assert client.get("/admin/").status_code == status


def test_superusers_may_enter(root: User, signed: Signed) -> None:
    assert signed(root).get("/admin/").status_code == 200


def test_a_stranger_signs_in_on_the_one_page_for_that(client: Client, db: None) -> None:
    assert client.get("/admin/issues/issue/").headers["Location"].startswith("/admin/login/?next=")
    assert client.get("/admin/issues/issue/", follow=True).redirect_chain[-1][0].startswith("/login/?next=%2Fadmin%2F")


def test_whoever_may_not_enter_is_told_so_and_not_sent_in_a_circle(owner: User, signed: Signed) -> None:
    answer = signed(owner).get("/admin/", follow=True)
    assert "You may not do this" in read(answer, 403).words


def test_a_right_of_djangos_own_opens_nothing(acme: Organization, signed: Signed) -> None:
    from django.contrib.auth.models import Permission

    user = scenery.joins(scenery.person(is_staff=True), acme)
    user.user_permissions.set(Permission.objects.all())
    assert [signed(user).get(path).status_code for path in LISTS.values()] == [302] * len(LISTS)


def test_the_machinery_of_the_queue_is_not_there() -> None:
    shown = {model._meta.label for model in django_admin.site._registry}
    assert shown == {
        "connectors.Organization",
        "connectors.Mailbox",
        "connectors.FieldMapping",
        "issues.Issue",
        "issues.Cause",
        "issues.Pick",
        "notifications.Recipient",
        "syncapp.Run",
        "syncapp.Breaker",
        "auth.User",
    }


def test_the_lists_are_in_the_order_of_the_work(admin: User, root: User, signed: Signed) -> None:
    for user, last in ((admin, []), (root, ["Users"])):
        page = read(signed(user).get("/admin/"))
        names = [words for words, address in page.links if address.startswith("/admin/") and address.count("/") == 4]
        settings = ["Mailboxes", "Organizations", "Field mappings"]
        assert names[:8] == ["Issues", "Causes", *settings, "Runs", "Providers", "Recipients"]
        assert [name for name in names if name == "Users"] == last


@pytest.fixture
def theirs(others: Mailbox) -> dict[str, Any]:
    """A row of everything in the other organization."""
    issue = Issue.everywhere.get(organization=others.organization)
    run = scenery.run(others)
    recipient = Recipient.everywhere.create(organization=others.organization, address="ops@rival.example")
    return {
        "issues": issue,
        "causes": issue.cause,
        "organizations": others.organization,
        "mailboxes": others,
        "runs": run,
        "recipients": recipient,
    }


WORDS = ("Rival", "rival.example", "zoe")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("query", ["", "?status=all", "?state=all", "?q=rival", "?organization=rival", "?q=zoe"])
def test_no_list_shows_another_organization(
    admin: User, signed: Signed, theirs: dict[str, Any], name: str, query: str
) -> None:
    answer = signed(admin).get(LISTS[name] + query, follow=True)
    assert [word for word in WORDS if word in read(answer).words] == []


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_no_page_of_another_organizations_row_opens(
    admin: User, signed: Signed, theirs: dict[str, Any], name: str, page: str
) -> None:
    answer = signed(admin).get(f"{LISTS[name]}{theirs[name].pk}/{page}/", follow=True)
    assert [word for word in WORDS if word in answer.content.decode()] == []


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("page", ["change", "delete"])
def test_no_row_of_another_organization_can_be_written(
    admin: User, signed: Signed, theirs: dict[str, Any], name: str, page: str
) -> None:
    row = theirs[name]
    before = type(row).everywhere.filter(pk=row.pk).values().get()
    signed(admin).post(f"{LISTS[name]}{row.pk}/{page}/", {"name": "taken", "address": "taken@x.example", "post": "yes"})
    assert type(row).everywhere.filter(pk=row.pk).values().get() == before


def test_a_member_elsewhere_sees_only_what_they_administer(admin: User, signed: Signed, theirs: dict[str, Any]) -> None:
    """Administrator here, plain member there: the admin is for what they administer."""
    scenery.joins(admin, theirs["organizations"])
    html = signed(admin).get("/admin/connectors/organization/").content.decode()
    assert "Acme" in html
    assert "Rival" not in html


@pytest.mark.parametrize("name", LISTS)
def test_superusers_see_every_organization(root: User, signed: Signed, theirs: dict[str, Any], name: str) -> None:
    shown = read(signed(root).get(LISTS[name])).words
    assert any(word in shown for word in WORDS)


def test_only_people_of_ones_own_organizations_can_be_chosen(
    acme: Organization, admin: User, mailbox: Mailbox, owner: User, signed: Signed, others: Mailbox
) -> None:
    html = signed(admin).get(f"/admin/connectors/mailbox/{mailbox.pk}/change/").content.decode()
    assert ">mia</option>" in html
    assert "zoe" not in html


def test_the_page_of_a_mailbox_says_how_far_its_load_is(admin: User, mailbox: Mailbox, signed: Signed) -> None:
    address = f"/admin/connectors/mailbox/{mailbox.pk}/change/"
    load = BulkLoad.everywhere.create(
        organization=mailbox.organization, mailbox=mailbox, resource="contact", until=clock.now(), records=10_000
    )
    assert "0 of 10,000 written by Salesforce." in read(signed(admin).get(address)).words
    BulkLoad.everywhere.filter(pk=load.pk).update(finished_at=clock.now())
    assert "written by Salesforce" not in read(signed(admin).get(address)).words


def test_a_person_of_another_organization_cannot_be_made_owner_by_a_forged_id(
    admin: User, mailbox: Mailbox, signed: Signed, others: Mailbox
) -> None:
    assert others.owner is not None
    values = {"address": mailbox.address, "name": "", "crm_user_id": "", "owner": str(others.owner.pk)}
    answer = signed(admin).post(f"/admin/connectors/mailbox/{mailbox.pk}/change/", values)
    assert "not one of the available choices" in read(answer).words
    mailbox.refresh_from_db()
    assert mailbox.owner is None


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/admin/notifications/recipient/add/", {"address": "spy@x.example", "active": "on"}),
        ("/admin/connectors/mailbox/add/", {"address": "spy@x.example"}),
    ],
)
def test_nothing_can_be_added_to_another_organization(
    admin: User, signed: Signed, others: Mailbox, path: str, values: dict[str, str]
) -> None:
    answer = signed(admin).post(path, values | {"organization": str(others.organization_id)})
    assert "not one of the available choices" in read(answer).words
    assert not Recipient.everywhere.exists()
    assert not Mailbox.everywhere.filter(address="spy@x.example").exists()


@pytest.mark.parametrize("name", ["issues", "causes", "runs"])
@pytest.mark.parametrize("page", ["add/", "{pk}/delete/"])
def test_what_has_happened_cannot_be_added_or_removed(
    root: User, mailbox: Mailbox, signed: Signed, name: str, page: str
) -> None:
    (issue,) = scenery.fail(mailbox)
    pk = {"issues": issue.pk, "causes": issue.cause_id, "runs": scenery.run(mailbox).pk}[name]
    assert signed(root).get(LISTS[name] + page.format(pk=pk)).status_code == 403


@pytest.mark.parametrize("path", ["/admin/connectors/organization/{}/delete/", "/admin/connectors/mailbox/{}/delete/"])
def test_an_organization_or_a_mailbox_is_not_removed_by_a_click(
    root: User, mailbox: Mailbox, signed: Signed, path: str
) -> None:
    answer = signed(root).post(path.format(mailbox.pk), {"post": "yes"})
    assert answer.status_code in (302, 403)
    assert Mailbox.everywhere.filter(pk=mailbox.pk).exists()


def test_accounts_are_for_superusers(admin: User, root: User, signed: Signed) -> None:
    assert signed(admin).get("/admin/auth/user/").status_code == 403
    assert signed(root).get("/admin/auth/user/").status_code == 200


def test_an_account_is_made_without_djangos_rights(root: User, signed: Signed) -> None:
    client = signed(root)
    made = {"username": "new", "password1": "a-long-enough-password", "password2": "a-long-enough-password"}
    client.post("/admin/auth/user/add/", made | {"usable_password": "true"})
    page = client.get(f"/admin/auth/user/{User.objects.get(username='new').pk}/change/").content.decode()
    assert "user_permissions" not in page
    assert "groups" not in page


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("rows", [1, 40])
def test_a_list_asks_the_database_little_however_long_it_is(
    root: User, signed: Signed, name: str, rows: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(rows):
        organization = builders.organization(slug=f"o{number}", name=f"O {number}")
        box = builders.mailbox(organization, provider="google")
        scenery.owner_of(box)
        scenery.fail(box)
        scenery.run(box)
        Recipient.everywhere.create(organization=organization, address="ops@x.example")
    client = signed(root)
    with django_assert_max_num_queries(12):
        client.get(LISTS[name])


def test_leaving_an_organization_closes_its_admin(acme: Organization, admin: User, signed: Signed) -> None:
    client = signed(admin)
    Membership.everywhere.filter(user=admin).delete()
    assert client.get("/admin/").status_code == 302


def test_runs_are_shown_with_their_reason(admin: User, mailbox: Mailbox, signed: Signed) -> None:
    scenery.run(mailbox, Outcome.FAILED, code=scenery.LOCKED)
    said = read(signed(admin).get(LISTS["runs"])).words
    assert "Failed" in said
    assert "Somebody else is saving the same record" in said
    assert Run.everywhere.count() == 1
