"""One mail per Message-ID: refused, put off, interrupted, sent again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail as django_mail

from connectors import clock
from connectors.effects import crash_points
from connectors.models import Organization
from issues.models import Issue
from notifications import services
from notifications.channels.email import Mail, Refused, post
from notifications.composing import compose
from notifications.models import Delivery, Recipient
from tests.conftest import Time
from tests.integration.issues.orders import failure, report
from tests.integration.notifications.post_office import HANG_UP, HANG_UP_AFTER, PostOffice

pytestmark = pytest.mark.django_db


class Crash(BaseException):
    pass


@pytest.fixture
def owed(organization: Organization, recipient: Recipient, time: Time) -> Delivery:
    """A mail that is to be sent."""
    report(failure(organization, title="Renewal"))
    services.dispatch()
    return Delivery.everywhere.get()


def again(delivery: Delivery) -> Delivery:
    return Delivery.everywhere.get(pk=delivery.pk)


# -- Put off and given up


@pytest.mark.parametrize("answer", ["451 try later", "421 busy", HANG_UP])
def test_what_passes_is_tried_again_later(owed: Delivery, office: PostOffice, time: Time, answer: str) -> None:
    office.answers.append(answer)
    assert services.deliver() == 0
    assert (again(owed).failed_at, again(owed).sent_at, again(owed).tries) == (None, None, 1)
    assert services.deliver() == 0  # not before its time
    time.move(seconds=61)
    assert services.deliver() == 1
    assert office.message_ids == [owed.message_id]


@pytest.mark.parametrize("answer", ["550 no such person", "554 we do not like it"])
def test_what_is_refused_for_good_is_not_sent_again(
    owed: Delivery, office: PostOffice, time: Time, answer: str
) -> None:
    office.answers.append(answer)
    services.deliver()
    time.move(days=3)
    assert services.deliver() == 0
    assert again(owed).failed_at is not None
    assert answer[:3] in again(owed).last_error


@pytest.mark.parametrize(("answer", "for_good"), [("550 unknown", True), ("452 full", False)])
def test_a_recipient_may_be_refused(owed: Delivery, office: PostOffice, answer: str, for_good: bool) -> None:
    office.refused_recipients[owed.address] = answer
    services.deliver()
    assert (again(owed).failed_at is not None) is for_good


def test_a_sender_that_is_refused_is_ours_to_mend_and_then_the_mail_goes(
    owed: Delivery, office: PostOffice, time: Time
) -> None:
    office.refuses_senders = "550 you are not on my list"
    services.deliver()
    assert again(owed).failed_at is None
    assert "550" in again(owed).last_error
    office.refuses_senders = ""
    time.move(seconds=61)
    assert services.deliver() == 1


def test_an_answer_that_got_lost_means_the_same_mail_once_more(owed: Delivery, office: PostOffice, time: Time) -> None:
    office.answers.append(HANG_UP_AFTER)
    services.deliver()
    time.move(seconds=61)
    services.deliver()
    assert office.message_ids == [owed.message_id] * 2


def test_nobody_there_is_nothing_to_give_up_for(owed: Delivery, office: PostOffice, settings: object) -> None:
    settings.EMAIL_PORT = 1  # type: ignore[attr-defined]  # pytest-django's
    services.deliver()
    assert (again(owed).failed_at, again(owed).last_error) == (None, "ConnectionRefusedError")


def test_the_waits_grow_and_after_ten_tries_it_is_given_up(owed: Delivery, office: PostOffice, time: Time) -> None:
    waits = []
    for _ in range(10):
        office.answers.append("451 later")
        before = clock.now()
        services.deliver()
        waits.append(round((again(owed).due_at - before).total_seconds() / 60))
        time.move(minutes=waits[-1], seconds=2)
    assert waits == [1, 5, 15, 60, 240, 240, 240, 240, 240, 240]
    assert again(owed).failed_at is not None
    assert services.deliver() == 0


def test_one_mail_that_cannot_be_made_stops_no_other(
    owed: Delivery, organization: Organization, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(failure(organization, "item-2", said="Pick an account", title="Second"))

    def broken(delivery: Delivery, *, follows: str = "") -> Mail:
        if delivery.pk == owed.pk:
            raise ZeroDivisionError
        return compose(delivery, follows=follows)

    monkeypatch.setattr(services, "compose", broken)
    assert services.deliver() == 1
    assert (again(owed).last_error, again(owed).claimed_until) == ("ZeroDivisionError", None)


# -- Two at once


def test_what_somebody_is_sending_is_left_to_them(owed: Delivery, office: PostOffice) -> None:
    Delivery.everywhere.update(claimed_until=clock.now() + timedelta(seconds=60))
    assert services.deliver() == 0
    assert office.taken == []


def test_who_listed_a_mail_before_another_one_put_it_off_does_not_send_it_early(
    owed: Delivery, office: PostOffice
) -> None:
    office.answers.append("451 later")
    services.deliver()
    assert services._send(owed.pk) is False
    assert again(owed).tries == 1


# -- Crashes


def points_of(work: Callable[[], object]) -> list[str]:
    reached: list[str] = []
    with crash_points(reached.append):
        work()
    return reached


POINTS = [
    "alerts: dispatch: before commit",
    "alerts: dispatch: after commit",
    "mail: claim: before commit",
    "mail: claim: after commit",
    "mail: send: before",
    "mail: send: after",
    "mail: sent: before commit",
    "mail: sent: after commit",
]


def test_these_are_the_points_of_a_delivery(
    organization: Organization, recipient: Recipient, office: PostOffice
) -> None:
    report(failure(organization))
    assert points_of(services.deliver) == POINTS


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_anywhere_leaves_one_mail_per_message_id(
    organization: Organization, recipient: Recipient, office: PostOffice, time: Time, point: str
) -> None:
    report(failure(organization))

    def crash(reached: str) -> None:
        if reached == point:
            raise Crash

    with pytest.raises(Crash), crash_points(crash):
        services.deliver()
    time.move(seconds=121)
    services.deliver()
    delivery = Delivery.everywhere.get()
    assert set(office.message_ids) == {delivery.message_id}
    assert delivery.sent_at is not None
    time.move(days=2)
    assert services.deliver() == 0


# -- What a mail is


def test_a_mail_says_that_a_machine_wrote_it_and_has_two_equal_halves(owed: Delivery, office: PostOffice) -> None:
    services.deliver()
    (mail,) = office.taken
    assert mail["auto-submitted"] == "auto-generated"
    halves = [mail.get_body((kind,)) for kind in ("plain", "html")]
    for half in halves:
        assert half is not None
        assert "Renewal" in half.get_content()
        assert "/issues/" in half.get_content()


@pytest.mark.parametrize(
    "title",
    [
        "Renewal\r\nBcc: eve@evil.example",
        "Renewal\nBcc: eve@evil.example",
        "Renewal\rBcc: eve@evil.example",
        "Renewal\u2028Bcc: eve@evil.example",
        "Renewal\x85Bcc: eve@evil.example",
        "Renewal\x0bBcc: eve@evil.example",
        "=?utf-8?Q?Renewal=0D=0ABcc:_eve@evil.example?=",
        "Renewal " + "x" * 2000 + "\r\nBcc: eve@evil.example",
    ],
)
def test_a_subject_writes_no_header_of_its_own(owed: Delivery, office: PostOffice, title: str) -> None:
    Issue.everywhere.update(title=title[:300])
    assert services.deliver() == 1
    (mail,) = office.taken
    assert mail["bcc"] is None
    assert {mail["to"]} == {owed.address}


def test_an_address_writes_no_header_either(owed: Delivery, office: PostOffice) -> None:
    Delivery.everywhere.update(address="admin@ours.example\nBcc: eve@evil.example")
    assert services.deliver() == 0
    assert office.taken == []
    assert again(owed).claimed_until is None


def test_hostile_words_stay_words(owed: Delivery, office: PostOffice) -> None:
    Issue.everywhere.update(title="<script>alert(1)</script>")
    services.deliver()
    html = office.taken[0].get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()
    assert "&lt;script&gt;" in html.get_content()


def test_what_a_refusal_says_names_no_address(office: PostOffice) -> None:
    office.refused_recipients["secret@person.example"] = "550 <secret@person.example>: unknown"
    with pytest.raises(Refused) as caught:
        post(Mail(to="secret@person.example", subject="s", text="t", html="h", message_id="<1@x>"))
    assert "secret" not in str(caught.value)
    assert caught.value.for_good


def test_mail_goes_through_the_server_that_the_installer_chose(owed: Delivery) -> None:
    services.deliver()
    assert [each.to for each in django_mail.outbox] == [[owed.address]]
