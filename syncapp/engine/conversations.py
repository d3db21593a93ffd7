"""Which case a conversation has: rows that save a look, since the CRM finds a case by its key as well.

So a crash after a case was opened, and before its row is there, costs one call and never a second case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.effects import commit
from connectors.records import Ref
from syncapp.engine.job import Job
from syncapp.models import Conversation


def known(job: Job, keys: Sequence[str]) -> dict[str, Ref]:
    """The cases that we know of, by their keys."""
    rows = Conversation.objects.filter(organization=job.organization, key__in=keys)
    return {key: Ref(id=record_id) for key, record_id in rows.values_list("key", "record_id")}


def remember(job: Job, made: Mapping[str, str]) -> None:
    """Writes down the cases that were opened, by their keys. Raises `LeaseLost`.

    Another mailbox may have written the same before: it has found the same case.
    """
    if not made:
        return
    rows = [Conversation(organization=job.organization, key=key, record_id=made[key]) for key in sorted(made)]
    with commit("cases: remember"):
        job.show()
        Conversation.objects.bulk_create(rows, ignore_conflicts=True)


def forget(job: Job, record_ids: Sequence[str]) -> None:
    """These cases may be gone: the next message finds them by their keys, or opens them anew. Raises `LeaseLost`."""
    lost = sorted(set(record_ids) - {""})
    if not lost:
        return
    with commit("cases: forget"):
        job.show()
        Conversation.objects.filter(organization=job.organization, record_id__in=lost).delete()
