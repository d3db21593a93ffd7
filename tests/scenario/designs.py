"""Nine designs that are wrong, each as small a change as it takes: what stands in the product is put aside at a seam,
for the length of a test. Nothing of this is in the product.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count

import pytest
from django.core import mail as post_office
from django.db import connection
from django.db.models import F

from connectors import clock
from connectors.effects import commit
from connectors.errors import ItemError, Kind
from connectors.records import Page, Ref, Resource, Write
from issues.catalogue import Scope
from issues.lifecycle import UNRESOLVED
from issues.models import Issue
from issues.services import reporting
from notifications import services as notifications
from notifications.channels.email import Mail
from syncapp.engine import ending, running, working, writing
from syncapp.engine.job import Job
from syncapp.engine.lines import SideFailed
from syncapp.models import Change, Cursor
from tests.scenario import versions

Patch = pytest.MonkeyPatch
Answers = dict[str, Ref | ItemError]


@dataclass(frozen=True, kw_only=True)
class Design:
    """`refused_by` says what kind of schedule it takes to refuse it, `number` which promise does.

    PLAIN is the one without any trouble but what everybody has to reckon with; every other kind lets PLAIN pass.
    """

    name: str
    number: str
    refused_by: str
    install: Callable[[Patch], None]


PLAIN, CRASH, FAULT, TWO_WORKERS = "plain", "crash", "fault", "two workers"


def _create_without_key(patch: Patch) -> None:
    """Each write is a record of its own, as with a plain insert; whoever was there before is not looked for."""
    right, numbers = writing.push, count(1)

    def push(job: Job, name: str, writes: Sequence[Write]) -> Answers:
        keys = {write.key: f"{next(numbers)} {write.key}" for write in writes}
        answers = right(job, name, [replace(write, key=keys[write.key]) for write in writes])
        return {key: answers[fresh] for key, fresh in keys.items()}

    patch.setattr(writing, "push", push)


def _any_transport_error_is_done(patch: Patch) -> None:
    """It was sent; who would think that it did not arrive?"""
    right = writing.push

    def push(job: Job, name: str, writes: Sequence[Write]) -> Answers:
        try:
            return right(job, name, writes)
        except SideFailed as error:
            if error.failure.kind is not Kind.TRANSIENT:
                raise
            return {write.key: Ref(id="sent") for write in writes}

    patch.setattr(writing, "push", push)


def _a_new_message_id_for_each_try(patch: Patch) -> None:
    """As mail libraries make one whenever a mail is built."""
    right = vars(notifications)["post"]

    def post(mail: Mail) -> None:
        tries = sum(mail.message_id in str(each.extra_headers["Message-ID"]) for each in post_office.outbox)
        right(replace(mail, message_id=f"{tries}.{mail.message_id}") if tries else mail)

    patch.setattr(notifications, "post", post)


def _cursor_before_the_work(patch: Patch) -> None:
    """The page is read, so the cursor moves."""
    right = vars(running)["_next_page"]

    def next_page(job: Job) -> Page:
        page: Page = right(job)
        with commit("cursor: move early"):
            job.show()
            Cursor.objects.update_or_create(
                mailbox=job.mailbox,
                resource=Resource.EMAIL,
                defaults={"value": page.cursor, "moved_at": clock.now(), "organization": job.organization},
            )
        return page

    patch.setattr(running, "_next_page", next_page)


def _200_means_all_is_right(patch: Patch) -> None:
    """An answer came, and it was no error; what it says of each record is not read."""
    right = writing.push

    def push(job: Job, name: str, writes: Sequence[Write]) -> Answers:
        answers = right(job, name, writes)
        return {key: Ref(id="unread") if isinstance(answer, ItemError) else answer for key, answer in answers.items()}

    patch.setattr(writing, "push", push)


def _claim_after_the_work(patch: Patch) -> None:
    """As a queue counts attempts: when there is a result."""
    survived = vars(working)["_survived"]

    @contextmanager
    def accused(job: Job, ids: Sequence[int]) -> Iterator[None]:
        yield
        with commit("prepare: claim"):
            job.show()
            Change.objects.filter(pk__in=ids).update(claims=F("claims") + 1)
        survived(job, ids)

    patch.setattr(working, "_accused", accused)


def _one_bad_item_stops_the_page(patch: Patch) -> None:
    """The first refusal is raised."""
    right = writing.push

    def push(job: Job, name: str, writes: Sequence[Write]) -> Answers:
        answers = right(job, name, writes)
        for answer in answers.values():
            if isinstance(answer, ItemError):
                raise SideFailed(answer.failure, Scope.ORGANIZATION)
        return answers

    patch.setattr(writing, "push", push)


def _no_version_guard(patch: Patch) -> None:
    """Whatever comes is taken for news."""
    patch.setattr(versions, "is_news", lambda edit, known: True)


def look_before_the_transaction(patch: Patch) -> None:
    """Whether there is an issue already is asked too early, as two transactions ask that begin at the same time."""
    right_fail, right_known = ending.fail, vars(reporting)["_known"]
    looked = threading.local()

    def fail(job: Job, error: SideFailed) -> None:
        rows = Issue.everywhere.filter(organization=job.organization, status__in=UNRESOLVED)
        looked.at = set(rows.values_list("subject_key", flat=True))
        right_fail(job, error)

    def known(reports: Sequence[reporting.Report]) -> dict[reporting.Key, Issue]:
        found: dict[reporting.Key, Issue] = right_known(reports)
        seen, looked.at = getattr(looked, "at", None), None
        return found if seen is None else {key: issue for key, issue in found.items() if key[1] in seen}

    patch.setattr(ending, "fail", fail)
    patch.setattr(reporting, "_known", known)


def _issue_key_not_unique(patch: Patch) -> None:
    """One looks for the issue and opens one if there is none; the database is not asked to see to that."""
    look_before_the_transaction(patch)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_unresolved_issue")  # it is there again when the test's transaction ends


DESIGNS = tuple(
    Design(name=name, number=number, refused_by=kind, install=install)
    for name, number, kind, install in (
        ("create without key", "I-3", CRASH, _create_without_key),
        ("any transport error counts as done", "I-1", FAULT, _any_transport_error_is_done),
        ("new Message-ID for each try of an alert", "I-26", CRASH, _a_new_message_id_for_each_try),
        ("cursor saved before the work", "I-2", PLAIN, _cursor_before_the_work),
        ("HTTP 200 means all records are right", "I-1", PLAIN, _200_means_all_is_right),
        ("claim counted after the work", "I-1", PLAIN, _claim_after_the_work),
        ("one bad item stops the page", "I-6", PLAIN, _one_bad_item_stops_the_page),
        ("no version guard", "I-4", PLAIN, _no_version_guard),
        ("issue key not unique", "I-17", TWO_WORKERS, _issue_key_not_unique),
    )
)
