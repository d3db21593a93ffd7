"""From the journal to mails: who is told, of what, and how often."""

from __future__ import annotations

import pytest

from connectors.models import Activity, Mailbox, Organization
from issues import services as issues
from issues.models import Issue, ScopeChoices
from notifications import services
from notifications.models import Delivery, Incident, Recipient
from tests import builders
from tests.conftest import Time
from tests.integration.issues.orders import close, failure, recover, report
from tests.integration.notifications.post_office import PostOffice

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(organization: Organization, recipient: Recipient) -> Mailbox:
    return builders.mailbox(organization)


def stop(mailbox: Mailbox, code: str = "google_oauth.invalid_grant/revoked") -> None:
    report(
        failure(
            mailbox.organization,
            f"mailbox:{mailbox.pk}",
            scope=ScopeChoices.MAILBOX,
            mailbox_id=mailbox.pk,
            code=code,
            title=mailbox.address,
        )
    )


def stop_all(organization: Organization) -> None:
    report(
        failure(
            organization,
            "organization",
            scope=ScopeChoices.ORGANIZATION,
            code="salesforce.REQUEST_LIMIT_EXCEEDED",
            title=organization.name,
        )
    )


def subjects(office: PostOffice) -> list[str]:
    return [str(mail["subject"]).strip() for mail in office.taken]


# -- Items


def test_an_item_that_needs_somebody_is_mailed(
    organization: Organization, recipient: Recipient, office: PostOffice
) -> None:
    report(failure(organization, title="Renewal 2026", resource="email"))
    assert services.deliver() == 1
    assert (office.taken[0]["to"], subjects(office)[0]) == (
        "admin@ours.example",
        "E-mail “Renewal 2026” is not in Salesforce · SYNC-1001",
    )


def test_37_items_of_one_cause_are_one_mail_with_their_number_and_the_first_ones_name(
    organization: Organization, recipient: Recipient, office: PostOffice
) -> None:
    report(*(failure(organization, f"item-{n}", title=f"Order {n}", resource="email") for n in range(37)))
    services.deliver()
    assert subjects(office) == ["E-mail “Order 0” and 36 more are not in Salesforce · SYNC-1001"]
    body = office.taken[0].get_body(("plain",))
    assert body is not None
    assert "37 e-mails of" in body.get_content()


def test_a_further_item_of_an_open_cause_is_not_mailed(
    organization: Organization, recipient: Recipient, office: PostOffice
) -> None:
    report(failure(organization))
    services.deliver()
    report(failure(organization, "item-2"))
    report(failure(organization))
    assert services.deliver() == 0
    assert Incident.everywhere.count() == 1


def test_another_cause_is_another_mail(organization: Organization, recipient: Recipient, office: PostOffice) -> None:
    report(failure(organization), failure(organization, "item-2", said="Pick an account"))
    assert services.deliver() == 2


def test_a_cause_that_comes_back_after_it_was_over_is_mailed_again(
    organization: Organization, recipient: Recipient, office: PostOffice, time: Time
) -> None:
    for _ in range(2):
        report(failure(organization))
        services.deliver()
        close(organization, "item-1")
        time.move(minutes=1)
    services.deliver()
    assert len(set(office.message_ids)) == len(office.taken) == 2
    assert list(Incident.everywhere.order_by("pk").values_list("ordinal", flat=True)) == [1, 2]


@pytest.mark.parametrize("how", ["closed", "ignored"])
def test_nobody_hears_that_items_are_well_again(
    organization: Organization, recipient: Recipient, office: PostOffice, how: str
) -> None:
    report(failure(organization))
    services.deliver()
    if how == "closed":
        close(organization, "item-1")
    else:
        issues.ignore(Issue.everywhere.all(), reason="x")
    assert services.deliver() == 0
    assert Incident.everywhere.get().closed_at is not None


def test_what_is_not_to_be_told_is_not_mailed(
    organization: Organization, recipient: Recipient, office: PostOffice
) -> None:
    report(failure(organization, alert=False))
    assert services.deliver() == 0


# -- A sync that stands still


def test_a_stopped_mailbox_is_one_mail_and_its_recovery_another(mailbox: Mailbox, office: PostOffice) -> None:
    stop(mailbox)
    services.deliver()
    recover(mailbox.organization, f"mailbox:{mailbox.pk}")
    services.deliver()
    assert subjects(office) == [
        f"{mailbox.address} has stopped syncing · SYNC-1001",
        f"{mailbox.address} syncs again · SYNC-1001",
    ]


def test_a_recovery_answers_the_mail_that_told_of_the_stop(mailbox: Mailbox, office: PostOffice) -> None:
    stop(mailbox)
    services.deliver()
    recover(mailbox.organization, f"mailbox:{mailbox.pk}")
    services.deliver()
    first, second = office.taken
    assert second["in-reply-to"] == second["references"] == first["message-id"]


def test_a_mailbox_that_goes_on_failing_is_told_once(mailbox: Mailbox, office: PostOffice) -> None:
    stop(mailbox)
    stop(mailbox, "engine.CONSECUTIVE_FAILURES")
    assert services.deliver() == 1


def test_ten_in_a_row_is_told_once_and_after_a_recovery_once_more(
    mailbox: Mailbox, office: PostOffice, time: Time
) -> None:
    for _ in range(2):
        stop(mailbox, "engine.CONSECUTIVE_FAILURES")
        recover(mailbox.organization, f"mailbox:{mailbox.pk}")
        services.deliver()
        time.move(minutes=1)
    assert len(set(office.message_ids)) == len(office.taken) == 4


def test_two_stopped_mailboxes_are_two_mails(mailbox: Mailbox, office: PostOffice) -> None:
    stop(mailbox)
    stop(builders.mailbox(mailbox.organization))
    assert services.deliver() == 2


def test_a_stopped_organization_is_one_mail_however_many_mailboxes_it_has(mailbox: Mailbox, office: PostOffice) -> None:
    for _ in range(5):
        builders.mailbox(mailbox.organization)
    stop_all(mailbox.organization)
    stop_all(mailbox.organization)
    services.deliver()
    recover(mailbox.organization, "organization")
    services.deliver()
    assert subjects(office) == [
        f"{mailbox.organization.name} has stopped syncing with Salesforce · SYNC-1001",
        f"{mailbox.organization.name} syncs again · SYNC-1001",
    ]


def test_what_stopped_and_recovered_before_anybody_looked_is_told_both_ways(
    mailbox: Mailbox, office: PostOffice
) -> None:
    """The same mails leave whenever the job runs: no crash changes who hears of what."""
    stop(mailbox)
    recover(mailbox.organization, f"mailbox:{mailbox.pk}")
    assert services.deliver() == 2


# -- Recipients


def test_every_recipient_gets_a_mail_of_their_own(
    organization: Organization, recipient: Recipient, office: PostOffice
) -> None:
    Recipient.everywhere.create(organization=organization, address="second@ours.example")
    Recipient.everywhere.create(organization=organization, address="gone@ours.example", active=False)
    Recipient.everywhere.create(organization=builders.organization(), address="theirs@other.example")
    report(failure(organization))
    services.deliver()
    assert {mail["to"] for mail in office.taken} == {"admin@ours.example", "second@ours.example"}
    assert len(set(office.message_ids)) == 2


def test_without_recipients_nothing_is_sent_and_nothing_waits(organization: Organization, office: PostOffice) -> None:
    report(failure(organization))
    assert services.deliver() == 0
    assert not Activity.everywhere.filter(alert=True, dispatched_at=None).exists()


def test_a_recipient_who_comes_later_is_not_told_of_the_past(organization: Organization, office: PostOffice) -> None:
    report(failure(organization))
    services.deliver()
    Recipient.everywhere.create(organization=organization, address="new@ours.example")
    assert services.deliver() == 0


def test_an_organization_may_keep_names_of_items_out_of_mails(
    organization: Organization, recipient: Recipient, office: PostOffice
) -> None:
    Organization.everywhere.update(names_items_to_admins=False)
    report(failure(organization, title="Strictly private"))
    services.deliver()
    assert "Strictly private" not in office.taken[0].as_string()
    assert "SYNC-1001" in office.taken[0].as_string()


# -- The journal as outbox


def test_a_line_is_looked_at_once(organization: Organization, recipient: Recipient) -> None:
    report(failure(organization))
    assert services.dispatch() == 1
    assert services.dispatch() == 0


def test_more_lines_than_one_look_takes_are_all_looked_at(
    organization: Organization, recipient: Recipient, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 3)
    report(*(failure(organization, f"item-{n}", said=f"rule {'abcdefgh'[n]}") for n in range(8)))
    services.deliver()
    assert not Activity.everywhere.filter(alert=True, dispatched_at=None).exists()
    assert Delivery.everywhere.count() == 8


def test_a_number_of_an_incident_that_is_gone_does_not_come_again(
    organization: Organization, recipient: Recipient, office: PostOffice, time: Time
) -> None:
    """An incident goes with its mailbox; the next one must neither collide nor be taken for an old mail."""
    for _ in range(2):
        report(failure(organization))
        services.deliver()
        close(organization, "item-1")
        time.move(minutes=1)
    services.deliver()
    Incident.everywhere.filter(ordinal=1).delete()
    report(failure(organization))
    assert services.deliver() == 1
    assert len(set(office.message_ids)) == len(office.taken) == 3
