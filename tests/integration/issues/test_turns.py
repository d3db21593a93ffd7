"""Whoever moves issues locks their organization first, so that nobody waits for it with other rows in hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connectors import clock
from connectors.models import Mailbox, Organization
from issues import services
from issues.models import Issue, ScopeChoices
from tests.conftest import Time
from tests.integration.issues.orders import close, failure, recover, report

pytestmark = pytest.mark.django_db

TURN = re.compile(r'SELECT "connectors_organization"\."id" .*FROM "connectors_organization"')
LOCKS = re.compile(r'(UPDATE|INSERT INTO) "(issues_(issue|cause)|connectors_(mailbox|organization))"|FOR UPDATE')

Act = Callable[[Organization], object]

ACTS: dict[str, Act] = {
    "a new failure": lambda of: report(failure(of, "item-9", said="Pick an account")),
    "one more failure": lambda of: report(failure(of)),
    "a stop": lambda of: report(failure(of, "organization", scope=ScopeChoices.ORGANIZATION)),
    "a proof": lambda of: close(of, "item-1"),
    "a recovery": lambda of: recover(of, f"mailbox:{Mailbox.everywhere.get().pk}"),
    "a retry": lambda _: services.retry(Issue.everywhere.all()),
    "an ignore": lambda _: services.ignore(Issue.everywhere.all(), reason="x"),
    "a wake-up": lambda _: services.wake_up(clock.now()),
    "a probe": lambda _: services.probe_causes(clock.now()),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_the_organization_comes_first(organization: Organization, mailbox: Mailbox, time: Time, act: Act) -> None:
    stop = {"scope": ScopeChoices.MAILBOX, "mailbox_id": mailbox.pk, "code": "engine.CONSECUTIVE_FAILURES"}
    report(
        failure(organization), failure(organization, "item-2"), failure(organization, f"mailbox:{mailbox.pk}", **stop)
    )
    until = clock.now() + timedelta(hours=1)
    services.ignore(Issue.everywhere.filter(subject_key="item-2"), reason="x", until=until)
    time.move(days=2)
    with CaptureQueriesContext(connection) as statements:
        act(organization)
    said = [query["sql"] for query in statements]
    locks = [place for place, sql in enumerate(said) if LOCKS.search(sql) and not TURN.match(sql)]
    turns = [place for place, sql in enumerate(said) if TURN.match(sql)]
    assert turns[0] < locks[0]
