"""What a list that lags behind says of records that this mailbox has in step: as these stand by now.

Such a list may tell of our own write late, and before it of somebody's earlier one, which ours has settled. Whoever is
new to us was never written by us, so that nothing is lost by believing the list.
"""

from __future__ import annotations

from dataclasses import replace

from connectors.errors import ItemError, Kind
from connectors.records import Page, Ref, RemoteChange, Resource
from syncapp.engine.job import Job
from syncapp.models import Binding


def up_to_date(job: Job, page: Page, resource: Resource) -> Page:
    """The page, with those that we know looked at by name. Raises `SideFailed`."""
    listed = [change.ref.id for change in page.changes] if page.lags else []
    known = Binding.objects.filter(mailbox=job.mailbox, remote_id__in=listed).values_list("remote_id", flat=True)
    refs = [Ref(id=each) for each in dict.fromkeys(known)]
    if not refs:
        return page
    answers = job.lines.mail.call(f"look at listed {resource}s", lambda mail: mail.look(resource, refs))
    now = {ref.id: _standing(ref, answer) for ref, answer in zip(refs, answers, strict=True)}
    return replace(page, changes=tuple(now.get(change.ref.id, change) for change in page.changes))


def _standing(ref: Ref, answer: RemoteChange | ItemError) -> RemoteChange:
    """What could not be read comes without its record."""
    if isinstance(answer, ItemError):
        return RemoteChange(ref=ref, gone=answer.failure.kind is Kind.NOT_FOUND)
    return answer
