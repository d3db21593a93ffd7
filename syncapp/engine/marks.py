"""What the marks on events and messages have in common: which are wanted, and the rows that say where they are."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db.models import QuerySet

from connectors.effects import commit, within_commit
from connectors.errors import Failure
from connectors.records import Resource
from issues import services as issues
from issues.catalogue import Scope
from issues.lifecycle import NEEDS_SOMEBODY
from issues.models import Issue, ScopeChoices
from syncapp.engine import breaker, gauging
from syncapp.engine.job import Job
from syncapp.engine.lease import LeaseLost
from syncapp.engine.lines import SideFailed
from syncapp.engine.settling import chance
from syncapp.models import Binding, Mark

log = logging.getLogger(__name__)
UNHEARD = "?"  # in the place of what was before: whether the mark was made, nobody heard


def wanted(job: Job, resource: Resource) -> QuerySet[Issue]:
    """The issues of items that need somebody; their `subject_key` is the key of the item."""
    return Issue.everywhere.filter(
        organization=job.organization, scope=ScopeChoices.ITEM, resource=resource, status__in=NEEDS_SOMEBODY
    )


def copies(job: Job, resource: Resource) -> QuerySet[Binding]:
    """The mailbox's own copies, which are there."""
    return Binding.objects.filter(
        mailbox=job.mailbox, gone_at=None, item__organization=job.organization, item__resource=resource
    )


def forget_dead(job: Job) -> None:
    """A mark on a copy that is gone went with it. Raises `LeaseLost`."""
    dead = Mark.objects.filter(binding__mailbox=job.mailbox).exclude(binding__gone_at=None)
    if dead.exists():
        with commit("marks: forget"):
            job.show()
            dead.delete()


@contextmanager
def in_doubt(job: Job, bindings: Sequence[Binding], *, is_on: bool) -> Iterator[None]:
    """What is marked or unmarked inside counts as unheard of, before that and wherever it did not come to its end.

    A worker that slept through its lease may undo what the one who took the lease has done and forgotten about. So it
    says, without the lease, that nobody knows: the next run puts it right. Where it marked what the other one has
    marked as well, that one's word holds. Raises `LeaseLost`.
    """
    unheard = [(binding, UNHEARD) for binding in bindings]
    note(job, unheard)
    try:
        yield
    except (LeaseLost, SideFailed):
        with commit("marks: doubt"):
            if is_on:
                Mark.objects.bulk_create(_rows(job, unheard), ignore_conflicts=True)
            else:
                _keep(job, unheard)
        raise


def note(job: Job, befores: Sequence[tuple[Binding, str]]) -> None:
    """Raises `LeaseLost`."""
    with commit("marks: note"):
        job.show()
        _keep(job, befores)


@within_commit
def _keep(job: Job, befores: Sequence[tuple[Binding, str]]) -> None:
    Mark.objects.bulk_create(
        _rows(job, befores), update_conflicts=True, unique_fields=["binding"], update_fields=["before"]
    )


def _rows(job: Job, befores: Sequence[tuple[Binding, str]]) -> list[Mark]:
    return [Mark(organization=job.organization, binding=binding, before=before) for binding, before in befores]


def forget(job: Job, bindings: Sequence[Binding]) -> None:
    """Raises `LeaseLost`."""
    if bindings:
        with commit("marks: forget"):
            job.show()
            Mark.objects.filter(binding__in=[b.pk for b in bindings]).delete()


def not_made(job: Job, failure: Failure) -> None:
    """It fails nothing, but a provider that wants to be left alone is left alone. Raises `LeaseLost`."""
    log.warning("marks of mailbox %s: %s", job.mailbox.pk, failure.code)
    if breaker.speaks_for_the_service(failure):
        with commit("marks: not made"):
            job.show()
            issues.take_turns([job.organization.pk])
            gauging.note_failure(job.organization, job.mailbox, Scope.MAILBOX, failure, job.turns, chance)
