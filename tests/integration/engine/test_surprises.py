"""What breaks in our own code breaks one item or one run, and is never raised."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors import clock, credentials
from connectors.fields import Sealed
from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Credential, Mailbox, Organization
from connectors.oauth import Grant
from issues.models import Issue
from syncapp.engine import matching, preparing
from syncapp.engine.running import Ending
from tests import builders
from tests.builders import email
from tests.driving import (
    HICCUP,
    RULE,
    codes,
    fresh,
    sync,
    synced,
)

pytestmark = pytest.mark.django_db


def test_a_defect_of_ours_fails_the_run_and_is_not_raised(
    mailbox: Mailbox, store: MemoryMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("with customer content in it")

    monkeypatch.setattr("syncapp.engine.reading.take_in", broken)
    assert sync(mailbox) == [Ending.FAILED]
    assert fresh(mailbox).failed_runs == 1
    assert not Issue.everywhere.exists()


def test_an_item_that_breaks_us_is_its_own_issue(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(message: object, *rest: object) -> object:
        if "bad" in str(message):
            raise ZeroDivisionError
        return matching.decide(message, *rest)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(preparing, "decide", broken)
    store.deliver(email(subject="bad"))
    store.deliver(email(subject="good"))
    assert sync(mailbox) == [Ending.DONE]
    assert (codes(), synced()) == (["engine.UNEXPECTED"], 1)


def test_a_seal_that_does_not_open_fails_the_run_and_is_not_raised(organization: Organization) -> None:
    box = builders.mailbox(organization, provider="google")
    credentials.store(organization, "google", Grant(access_token="a", refresh_token="r", lifetime=9e9), mailbox=box)
    Credential.everywhere.update(grant=Sealed("spoilt"), access=Sealed("spoilt"))
    assert sync(box) == [Ending.FAILED]
    assert RULE.code not in codes()


def test_a_failed_run_is_due_again_by_the_ladder(mailbox: Mailbox, store: MemoryMailbox) -> None:
    store.faults.waiting.append(HICCUP)
    sync(mailbox)
    assert fresh(mailbox).next_run_at - clock.now() <= timedelta(minutes=1)
