from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_q.models import OrmQ

from connectors import clock, settings_changes, wake
from connectors.models import Activity, Mailbox, Membership, Organization, Role, Verb
from issues.models import BulkOperation
from notifications.models import Recipient
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)
USER = "005000000000001AAA"


@pytest.fixture
def boss(admin: User, signed: Signed) -> Client:
    return signed(admin)


def notes() -> list[str]:
    """What the journal says of settings, oldest first."""
    return list(Activity.everywhere.filter(verb=Verb.SETTINGS_CHANGED).order_by("pk").values_list("note", flat=True))


def people_of(organization: Organization) -> dict[str, str]:
    """The inline table of people as it stands, as fields of the form."""
    rows = list(Membership.everywhere.filter(organization=organization).order_by("pk"))
    fields = {"memberships-TOTAL_FORMS": str(len(rows)), "memberships-INITIAL_FORMS": str(len(rows))}
    for at, row in enumerate(rows):
        fields |= {
            f"memberships-{at}-id": str(row.pk),
            f"memberships-{at}-organization": str(organization.pk),
            f"memberships-{at}-user": str(row.user_id),
            f"memberships-{at}-role": row.role,
        }
    return fields


def change(client: Client, organization: Organization, **values: str) -> Any:
    stands = {"name": organization.name, "domains": "\n".join(organization.domains), "no_match": organization.no_match}
    stands |= {"several_match": organization.several_match, "opportunity_rule": organization.opportunity_rule}
    stands |= {"mail_mode": organization.mail_mode, "routes-TOTAL_FORMS": "0", "routes-INITIAL_FORMS": "0"}
    stands |= {"event_conflicts": organization.event_conflicts, "private_events": organization.private_events}
    stands |= {"absences": organization.absences}
    stands |= {"largest_file": str(organization.largest_file)}
    path = f"/admin/connectors/organization/{organization.pk}/change/"
    fields = stands | {"names_items_to_admins": "on"} | people_of(organization) | values
    return client.post(path, {name: value for name, value in fields.items() if value != "OFF"})


def test_a_name_is_changed_and_the_journal_says_from_what_to_what(
    boss: Client, acme: Organization, admin: User
) -> None:
    change(boss, acme, name="Acme Ltd")
    acme.refresh_from_db()
    assert acme.name == "Acme Ltd"
    assert notes() == ["name: Acme → Acme Ltd"]
    assert Activity.everywhere.get(verb=Verb.SETTINGS_CHANGED).actor == admin


def test_choices_stand_in_the_journal_by_their_names(boss: Client, acme: Organization) -> None:
    change(boss, acme, no_match="lead", names_items_to_admins="OFF")
    assert notes() == ["no match: Log it without a relation → Create a lead; names items to admins: True → False"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [("oldest", "The one that was created first"), ("active", "The one with the latest activity in Salesforce")],
)
def test_who_is_meant_where_several_have_an_address_is_a_setting(
    boss: Client, acme: Organization, rule: str, said: str
) -> None:
    change(boss, acme, several_match=rule)
    assert notes() == [f"several match: Ask: an issue names them → {said}"]


def test_saving_without_a_change_writes_nothing(boss: Client, acme: Organization) -> None:
    change(boss, acme)
    assert notes() == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ours.example", ["ours.example"]),
        ("Ours.Example\r\n@second.example\n\n  third.example  ", ["ours.example", "second.example", "third.example"]),
        ("a.example\na.example", ["a.example"]),
        ("xn--bcher-kva.example", ["xn--bcher-kva.example"]),
        ("", []),
    ],
)
def test_domains_are_one_on_each_line(boss: Client, acme: Organization, typed: str, kept: list[str]) -> None:
    change(boss, acme, domains=typed)
    acme.refresh_from_db()
    assert acme.domains == kept


@pytest.mark.parametrize(
    "typed", ["no domain", "example", "a@b.example", "-x.example", "x..example", "http://x.example"]
)
def test_what_is_no_domain_is_named_and_kept_in_the_field(boss: Client, acme: Organization, typed: str) -> None:
    answer = change(boss, acme, domains=f"ours.example\n{typed}", name="New")
    assert f"“{typed}” is no domain" in read(answer).words
    assert typed in answer.content.decode()
    acme.refresh_from_db()
    assert (acme.domains, acme.name) == (["ours.example"], "Acme")


# -- Attachments


@pytest.mark.parametrize("field", ["files_only", "files_never"])
def test_kinds_are_one_on_each_line(boss: Client, acme: Organization, field: str) -> None:
    change(boss, acme, **{field: " .PDF\r\n\nimage/*\npdf"})
    acme.refresh_from_db()
    assert getattr(acme, field) == ["pdf", "image/*"]


def test_the_rule_for_attachments_stands_in_the_journal(boss: Client, acme: Organization) -> None:
    change(boss, acme, brings_files="on", largest_file="25", files_never="exe")
    said = "attachments: False → True; largest attachment: 10 → 25; kinds that are never brought: nothing → exe"
    assert notes() == [said]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"files_only": "*.pdf"}, "“*.pdf” is no kind of file: write an ending (pdf) or a type (image/*)."),
        ({"files_never": "\n".join(f"x{n}" for n in range(51))}, "These are 51 kinds; name 50 at the most."),
        ({"files_only": "pdf\nexe", "files_never": "EXE"}, "“exe” is never brought; take it out of one of the two"),
        ({"largest_file": "0"}, "greater than or equal to 1"),
        ({"largest_file": "101"}, "less than or equal to 100"),
        ({"brings_files": "on", "headers_only": "on"}, "Attachments are not read where only headers are."),
    ],
)
def test_what_cannot_be_a_rule_for_attachments_is_said(
    boss: Client, acme: Organization, typed: dict[str, str], sentence: str
) -> None:
    assert sentence in read(change(boss, acme, **typed)).words
    assert notes() == []


@pytest.mark.parametrize("field", ["slug", "crm", "crm_org_id", "secret", "open_issues", "is_demo"])
def test_what_is_not_on_the_page_cannot_be_set_by_a_forged_field(boss: Client, acme: Organization, field: str) -> None:
    before = getattr(acme, field)
    change(boss, acme, **{field: "7"}, name="Touched")
    acme.refresh_from_db()
    assert (getattr(acme, field), acme.name) == (before, "Touched")


def test_the_secret_is_on_no_page(boss: Client, root: User, acme: Organization, signed: Signed) -> None:
    for client in (boss, signed(root)):
        assert acme.secret not in client.get(f"/admin/connectors/organization/{acme.pk}/change/").content.decode()


def test_only_superusers_make_organizations(boss: Client, root: User, signed: Signed) -> None:
    values = {"name": "New", "slug": "new", "domains": "", "no_match": "log", "several_match": "ask"}
    values |= {"opportunity_rule": "none", "mail_mode": "activities"}
    values |= {"event_conflicts": "newest", "private_events": "filter", "absences": "filter", "largest_file": "10"}
    assert boss.post("/admin/connectors/organization/add/", values).status_code == 403
    signed(root).post("/admin/connectors/organization/add/", values)
    assert Organization.everywhere.get(slug="new").name == "New"
    assert notes() == ["organization New added"]


def test_a_role_is_changed_and_journaled(boss: Client, acme: Organization, owner: User) -> None:
    at = list(Membership.everywhere.filter(organization=acme).order_by("pk").values_list("user", flat=True)).index(
        owner.pk
    )
    change(boss, acme, **{f"memberships-{at}-role": Role.ADMIN.value})
    assert Membership.everywhere.get(user=owner).role == Role.ADMIN
    assert notes() == ["mia in Acme: role: Member → Administrator"]


def test_a_person_is_taken_out_and_journaled(boss: Client, acme: Organization, owner: User) -> None:
    at = list(Membership.everywhere.filter(organization=acme).order_by("pk").values_list("user", flat=True)).index(
        owner.pk
    )
    change(boss, acme, **{f"memberships-{at}-DELETE": "on"})
    assert not Membership.everywhere.filter(user=owner).exists()
    assert notes() == ["membership mia in Acme removed"]


def test_somebody_has_to_be_left_who_looks_after_it(boss: Client, acme: Organization) -> None:
    answer = change(boss, acme, **{"memberships-0-role": Role.MEMBER.value})
    assert "keep one owner or administrator" in read(answer).words
    assert Membership.everywhere.get().role == Role.ADMIN


def test_a_stranger_cannot_be_let_in_by_a_forged_id(boss: Client, acme: Organization, others: Mailbox) -> None:
    assert others.owner is not None
    fields = {"memberships-TOTAL_FORMS": "2", "memberships-1-user": str(others.owner.pk), "memberships-1-role": "admin"}
    answer = change(boss, acme, **fields)
    assert "not one of the available choices" in read(answer).words
    assert not Membership.everywhere.filter(organization=acme, user=others.owner).exists()


def test_superusers_let_anybody_in(root: User, admin: User, acme: Organization, signed: Signed) -> None:
    new = scenery.person("new")
    fields = {"memberships-TOTAL_FORMS": "2", "memberships-1-user": str(new.pk), "memberships-1-role": "member"}
    change(signed(root), acme, **fields)
    assert Membership.everywhere.get(user=new).organization == acme
    assert notes() == ["membership new in Acme added"]


def box_form(mailbox: Mailbox, **values: str) -> dict[str, str]:
    owner = str(mailbox.owner_id) if mailbox.owner_id else ""
    stands = {"address": mailbox.address, "name": mailbox.name, "owner": owner, "crm_user_id": mailbox.crm_user_id}
    stands |= {"mail_mode": mailbox.mail_mode, "case_owner_id": mailbox.case_owner_id}
    return stands | values


def test_a_mailbox_gets_its_owner(boss: Client, admin: User, mailbox: Mailbox, owner: User) -> None:
    boss.post(
        f"/admin/connectors/mailbox/{mailbox.pk}/change/", box_form(mailbox, owner=str(admin.pk), crm_user_id=USER)
    )
    mailbox.refresh_from_db()
    assert (mailbox.owner, mailbox.crm_user_id) == (admin, USER)
    assert notes() == [f"owner: mia → ann; Salesforce user: nothing → {USER}"]


@pytest.mark.parametrize("code", ["salesforce.INACTIVE_OWNER_OR_USER", "engine.OWNER_NOT_MAPPED"])
def test_another_user_in_salesforce_tries_again_what_waited_for_one(
    boss: Client, admin: User, mailbox: Mailbox, code: str
) -> None:
    scenery.fail(mailbox, code, titles=("One", "Two"), resource="event")
    boss.post(f"/admin/connectors/mailbox/{mailbox.pk}/change/", box_form(mailbox, crm_user_id=USER))
    order = BulkOperation.everywhere.get()
    assert (order.choice, order.total, order.actor) == ({"code": code, "mailbox": mailbox.pk}, 2, admin)


@pytest.mark.parametrize("user_id", ["Mia Meier", "00G000000000001AAA", "005", "005000000000001AA!"])
def test_what_is_no_id_of_a_user_is_said_beside_the_field(boss: Client, mailbox: Mailbox, user_id: str) -> None:
    answer = boss.post(f"/admin/connectors/mailbox/{mailbox.pk}/change/", box_form(mailbox, crm_user_id=user_id))
    mailbox.refresh_from_db()
    assert (mailbox.crm_user_id, "This is no id of a user." in answer.content.decode()) == ("", True)


def test_an_owner_belongs_to_the_organization(root: User, mailbox: Mailbox, signed: Signed) -> None:
    stranger = scenery.person("stranger")
    answer = signed(root).post(
        f"/admin/connectors/mailbox/{mailbox.pk}/change/", box_form(mailbox, owner=str(stranger.pk))
    )
    assert "stranger does not belong to this organization" in read(answer).words


def test_a_mailbox_comes_to_work_in_cases(boss: Client, mailbox: Mailbox) -> None:
    values = box_form(mailbox, mail_mode="cases", case_owner_id="00G000000000001AAA")
    boss.post(f"/admin/connectors/mailbox/{mailbox.pk}/change/", values)
    mailbox.refresh_from_db()
    assert (mailbox.mail_mode, mailbox.case_owner_id) == ("cases", "00G000000000001AAA")


def test_another_owner_of_cases_tries_again_what_waited_for_one(boss: Client, mailbox: Mailbox) -> None:
    values = box_form(mailbox, case_owner_id="00G000000000001AAA")
    boss.post(f"/admin/connectors/mailbox/{mailbox.pk}/change/", values)
    assert [each.choice["code"] for each in BulkOperation.everywhere.all()] == ["salesforce.QUEUE_GONE"]


def test_another_name_tries_nothing_again(boss: Client, mailbox: Mailbox) -> None:
    boss.post(f"/admin/connectors/mailbox/{mailbox.pk}/change/", box_form(mailbox, name="Support"))
    assert BulkOperation.everywhere.count() == 0


@pytest.mark.parametrize("owner_id", ["Support", "003000000000001AAA", "00G1", "00G000000000001AA!"])
def test_what_is_no_id_of_an_owner_is_said_beside_the_field(boss: Client, mailbox: Mailbox, owner_id: str) -> None:
    values = box_form(mailbox, mail_mode="cases", case_owner_id=owner_id)
    answer = boss.post(f"/admin/connectors/mailbox/{mailbox.pk}/change/", values)
    mailbox.refresh_from_db()
    assert (mailbox.case_owner_id, "no id of a queue or a user" in answer.content.decode()) == ("", True)


def test_a_mailbox_is_added_in_lower_case(boss: Client, acme: Organization) -> None:
    boss.post("/admin/connectors/mailbox/add/", {"organization": str(acme.pk), "address": "New.Person@Ours.example"})
    made = Mailbox.everywhere.get()
    assert (made.address, made.organization, made.provider) == ("new.person@ours.example", acme, "google")
    assert notes() == ["mailbox new.person@ours.example added"]


def test_an_address_that_is_there_already_is_said_beside_the_field(boss: Client, mailbox: Mailbox) -> None:
    answer = boss.post(
        "/admin/connectors/mailbox/add/", {"organization": str(mailbox.organization_id), "address": mailbox.address}
    )
    assert "already exists" in read(answer).words


def test_sync_now_asks_for_a_job(boss: Client, mailbox: Mailbox) -> None:
    answer = boss.post(f"/admin/connectors/mailbox/{mailbox.pk}/sync/", follow=True)
    assert "The sync of mia@ours.example begins now." in read(answer).words
    assert OrmQ.objects.count() == 1


def test_sync_now_wakes_that_mailbox(boss: Client, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[int] = []
    monkeypatch.setattr(wake, "_waker", woken.append)
    boss.post(f"/admin/connectors/mailbox/{mailbox.pk}/sync/")
    assert woken == [mailbox.pk]


def test_looking_at_sync_now_starts_nothing(boss: Client, mailbox: Mailbox) -> None:
    assert boss.get(f"/admin/connectors/mailbox/{mailbox.pk}/sync/").status_code == 405


@pytest.mark.parametrize("of_others", [True, False])
def test_sync_now_is_for_administrators_of_the_mailbox(
    boss: Client, owner: User, mailbox: Mailbox, others: Mailbox, signed: Signed, of_others: bool
) -> None:
    before = OrmQ.objects.count()
    client, box = (boss, others) if of_others else (signed(owner), mailbox)
    assert client.post(f"/admin/connectors/mailbox/{box.pk}/sync/").status_code in (302, 404)
    assert OrmQ.objects.count() == before


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({}, "In step"),
        ({"good_at": None}, "Not read yet"),
        ({"good_at": LONG_AGO}, "Not looked at"),
        ({"open_issues": 2}, "Issues"),
        ({"failed_runs": 2, "open_issues": 2}, "Runs fail"),
    ],
)
def test_a_mailbox_shows_how_it_stands(boss: Client, mailbox: Mailbox, values: dict[str, Any], word: str) -> None:
    Mailbox.everywhere.update(**values)
    assert f"</svg>{word}</span>" in boss.get("/admin/connectors/mailbox/").content.decode()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Nothing is wrong."),
        ({"open_issues": 40}, "40 issues open"),
        ({"failed_runs": 2}, "2 failed runs in a row"),
        ({"good_at": LONG_AGO}, "Nobody has looked at it for too long to know."),
    ],
)
def test_a_mailbox_says_what_is_the_matter(boss: Client, mailbox: Mailbox, values: dict[str, Any], words: str) -> None:
    Mailbox.everywhere.update(**values)
    assert words in read(boss.get(f"/admin/connectors/mailbox/{mailbox.pk}/change/")).words


@pytest.mark.parametrize(("ago", "condition"), [(timedelta(), "fine"), (timedelta(hours=1), "late")])
def test_the_list_tells_who_is_in_step_from_whom_nobody_looked_at(
    boss: Client, mailbox: Mailbox, ago: timedelta, condition: str
) -> None:
    Mailbox.everywhere.update(good_at=clock.now() - ago)
    shown = {
        each: mailbox.address in boss.get(f"/admin/connectors/mailbox/?condition={each}").content.decode()
        for each in ("fine", "late")
    }
    assert shown == {each: each == condition for each in ("fine", "late")}


def test_a_stopped_mailbox_says_why(boss: Client, mailbox: Mailbox) -> None:
    scenery.stop(mailbox)
    said = read(boss.get(f"/admin/connectors/mailbox/{mailbox.pk}/change/")).words
    assert "Stopped" in said
    assert "The access to Google has ended" in said


@pytest.mark.parametrize(("condition", "shown"), [("stopped", 1), ("failing", 0), ("issues", 1), ("fine", 0)])
def test_mailboxes_are_found_by_their_condition(boss: Client, mailbox: Mailbox, condition: str, shown: int) -> None:
    scenery.stop(mailbox)
    links = [words for words, _ in read(boss.get(f"/admin/connectors/mailbox/?condition={condition}")).links]
    assert links.count("mia@ours.example") == shown


def test_a_recipient_is_added_changed_and_removed_with_a_line_each(boss: Client, acme: Organization) -> None:
    path = "/admin/notifications/recipient/"
    boss.post(f"{path}add/", {"organization": str(acme.pk), "address": "ops@ours.example", "active": "on"})
    pk = Recipient.everywhere.get().pk
    boss.post(f"{path}{pk}/change/", {"address": "ops@ours.example", "name": "Operations"})
    boss.post(f"{path}{pk}/delete/", {"post": "yes"})
    assert notes() == [
        "recipient ops@ours.example added",
        "ops@ours.example: name: nothing → Operations; ops@ours.example: active: True → False",
        "recipient ops@ours.example removed",
    ]


def test_recipients_are_removed_in_bulk_only_within_the_scope(
    boss: Client, acme: Organization, others: Mailbox
) -> None:
    theirs = Recipient.everywhere.create(organization=others.organization, address="ops@rival.example")
    action = {"action": "delete_selected", "_selected_action": [theirs.pk], "post": "yes"}
    boss.post("/admin/notifications/recipient/", action)
    assert Recipient.everywhere.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize(
    ("open_issues", "stopped", "tone"), [(0, False, "grey"), (3, False, "amber"), (3, True, "red")]
)
def test_the_warning_icon_carries_its_number(
    boss: Client, acme: Organization, open_issues: int, stopped: bool, tone: str
) -> None:
    if stopped:
        scenery.stop_all(acme)
    Organization.everywhere.filter(pk=acme.pk).update(open_issues=open_issues)
    html = boss.get("/admin/connectors/organization/").content.decode()
    assert f'<span class="warn {tone}">' in html
    assert f'<span class="num">{open_issues}</span>' in html


def test_nothing_is_written_without_its_line_in_the_journal(
    acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the journal is full")

    monkeypatch.setattr("connectors.settings_changes.record", broken)
    acme.name = "Changed"
    with pytest.raises(RuntimeError, match="the journal is full"):
        settings_changes.save(acme, ["name"], None)
    acme.refresh_from_db()
    assert acme.name == "Acme"


def test_only_the_named_columns_are_written(acme: Organization) -> None:
    stale = Organization.everywhere.get(pk=acme.pk)
    Organization.everywhere.update(open_issues=5)
    stale.name = "Changed"
    settings_changes.save(stale, ["name"], None)
    acme.refresh_from_db()
    assert (acme.name, acme.open_issues) == ("Changed", 5)


# -- Other software


def test_what_is_known_of_other_software_is_changed_in_lines(boss: Client, acme: Organization) -> None:
    change(boss, acme, other_software="Riva: harmless\n\n  acme sync: CONFLICTS\nRiva: ask")
    acme.refresh_from_db()
    assert acme.other_software == ["Riva: ask", "acme sync: conflicts"]
    assert notes() == ["other software: nothing → Riva: ask, acme sync: conflicts"]


def test_a_line_that_says_nothing_is_said_beside_the_field(boss: Client, acme: Organization) -> None:
    page = change(boss, acme, other_software="Riva").content.decode()
    acme.refresh_from_db()
    assert acme.other_software == []
    assert "“Riva” says nothing of a product" in page
