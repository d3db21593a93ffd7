"""One issue of each cause is tried by itself: once a day, and soon after another one worked."""

from __future__ import annotations

import pytest

from connectors import clock
from connectors.models import Mailbox, Organization
from issues import services
from issues.models import BulkOperation, Cause, Issue, Resolution, ScopeChoices
from issues.ordering import Event
from issues.services import Choice
from tests.conftest import Time
from tests.integration.issues.orders import close, failure, report, the_issue

pytestmark = pytest.mark.django_db


def probe() -> int:
    return services.probe_causes(clock.now())


def statuses() -> list[str]:
    return sorted(Issue.everywhere.values_list("status", flat=True))


def test_nothing_is_tried_before_a_day_is_over(organization: Organization, time: Time) -> None:
    report(failure(organization))
    time.move(hours=23)
    assert probe() == 0


def test_after_a_day_the_oldest_of_a_cause_is_tried(organization: Organization, time: Time) -> None:
    report(*(failure(organization, f"item-{n}") for n in range(3)))
    time.move(hours=25)
    assert probe() == 1
    assert (the_issue(organization, "item-0").status, the_issue(organization, "item-0").probing) == ("retrying", True)
    assert statuses() == ["open", "open", "retrying"]


def test_each_cause_is_probed_for_itself(organization: Organization, time: Time) -> None:
    report(failure(organization), failure(organization, "item-2", said="Pick an account"))
    time.move(hours=25)
    assert probe() == 2


def test_once_a_day_is_once_a_day(organization: Organization, time: Time) -> None:
    report(failure(organization))
    for day in range(3):
        time.move(hours=25)
        assert probe() == 1, day
        assert probe() == 0
        report(failure(organization))


def test_two_that_probe_at_once_probe_once(organization: Organization, time: Time) -> None:
    report(failure(organization))
    time.move(hours=25)
    cause = Cause.everywhere.get()
    assert services.probing._probe(cause, clock.now()) == 1
    assert services.probing._probe(cause, clock.now()) == 0


@pytest.mark.parametrize(
    ("code", "tried"),
    [
        ("salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION", 1),  # somebody may have mended it
        ("salesforce.UNABLE_TO_LOCK_ROW", 1),  # given up after ten tries
        ("salesforce.ENTITY_IS_DELETED", 0),  # never comes back
        ("engine.POISON_ITEM", 0),  # tried once more it may kill the next worker
    ],
)
def test_what_is_never_accepted_is_never_probed(organization: Organization, time: Time, code: str, tried: int) -> None:
    report(failure(organization, code=code))
    time.move(hours=25)
    assert probe() == tried


def test_a_cause_that_is_over_is_not_probed(organization: Organization, time: Time) -> None:
    report(failure(organization))
    close(organization, "item-1")
    time.move(hours=25)
    assert probe() == 0


def test_a_stopped_mailbox_is_not_probed_like_an_item(organization: Organization, mailbox: Mailbox, time: Time) -> None:
    """It has a time of its own, and refused access none at all."""
    report(failure(organization, f"mailbox:{mailbox.pk}", scope=ScopeChoices.MAILBOX, mailbox_id=mailbox.pk))
    time.move(hours=25)
    assert probe() == 0


def test_what_is_ignored_is_not_probed(organization: Organization, time: Time) -> None:
    report(failure(organization))
    services.ignore(Issue.everywhere.all(), reason="x")
    time.move(hours=25)
    assert probe() == 0


def worked(organization: Organization, item: str) -> None:
    """Somebody mended the item, or what stood in its way."""
    close(organization, item)


def test_where_one_of_a_cause_works_another_is_tried_within_the_hour(organization: Organization, time: Time) -> None:
    report(*(failure(organization, f"item-{n}") for n in range(3)))
    time.move(hours=3)
    worked(organization, "item-1")
    assert probe() == 1
    assert [the_issue(organization, f"item-{n}").status for n in range(3)] == ["retrying", "resolved", "open"]


def test_if_that_works_as_well_the_rest_follows(organization: Organization, time: Time) -> None:
    report(*(failure(organization, f"item-{n}") for n in range(4)))
    time.move(hours=3)
    worked(organization, "item-1")
    probe()
    worked(organization, "item-0")
    assert BulkOperation.everywhere.get().verb == "retry"


def test_where_they_are_mended_one_by_one_the_others_are_tried_once_an_hour(
    organization: Organization, time: Time
) -> None:
    report(*(failure(organization, f"item-{n}") for n in range(9)))
    tried = 0
    for n in range(1, 7):
        time.move(minutes=20)
        worked(organization, f"item-{n}")
        if probe():
            tried += 1
            report(failure(organization, "item-0"))  # it was not mended
    assert tried == 2


def test_a_cause_of_which_nothing_is_left_is_not_tried(organization: Organization, time: Time) -> None:
    report(failure(organization))
    time.move(hours=3)
    worked(organization, "item-1")
    assert probe() == 0


def test_what_is_over_for_another_reason_mended_nothing(organization: Organization, time: Time) -> None:
    report(*(failure(organization, f"item-{n}") for n in range(2)))
    time.move(hours=3)
    close(organization, "item-1", resolution=Resolution.GONE)
    assert probe() == 0


def order(organization: Organization, choice: Choice) -> BulkOperation:
    """As far as it goes by itself."""
    operation, _ = services.start_operation(organization.pk, "retry", choice, asked=True)
    while not services.run_operation(operation.pk):
        pass
    operation.refresh_from_db()
    return operation


@pytest.mark.parametrize("event", [None, Event.PAUSE, Event.CANCEL])
def test_an_order_for_many_goes_on_as_whoever_gave_it_says(
    organization: Organization, time: Time, event: Event | None
) -> None:
    report(*(failure(organization, f"item-{n}") for n in range(30)))
    time.move(hours=3)
    operation = order(organization, Choice())
    if event:
        services.steer(operation, event)
    worked(organization, Issue.everywhere.filter(status="retrying").earliest("pk").subject_key)
    assert probe() == 0


def test_after_an_order_for_a_few_the_others_of_the_cause_are_tried(organization: Organization, time: Time) -> None:
    report(*(failure(organization, f"item-{n}") for n in range(30)))
    time.move(hours=3)
    assert order(organization, Choice(ids=(the_issue(organization, "item-3").pk,))).state == "finished"
    worked(organization, "item-3")
    assert probe() == 1
