"""A person chooses where the rules could not decide; the engine reads it when it works on the item next.

Whose an address is counts for every item of the organization, and those that wait for the same answer are tried again.
So does which queue takes the place of one that is gone: it stands in the settings from then on.
"""

from __future__ import annotations

from connectors import clock, settings_changes
from connectors.effects import commit, within_commit
from connectors.fields import SealBroken
from connectors.journal import record_all
from connectors.models import Mailbox, Verb
from connectors.routes import Route
from issues.lifecycle import Status
from issues.models import Decision, Issue, Pick
from issues.services.moving import TOGETHER, journal_rows, locked, retry
from issues.versions import Question, question


def question_of(issue: Issue) -> Question | None:
    """What an issue asks; None where it asks nothing, or its evidence can no longer be opened."""
    try:
        return question(issue.evidence)
    except SealBroken:
        return None


def decide(issue: Issue, choice: str, *, actor_id: int | None = None) -> bool:
    """Keeps what was chosen and has the item tried again with it; the last choice counts. False if it is resolved.

    Raises ValueError for a choice that the issue does not offer.
    """
    with commit("issues: decide"):
        (found,) = locked(Issue.everywhere.filter(pk=issue.pk))
        if found.status == Status.RESOLVED:
            return False
        asked = question_of(found)
        if asked is None or choice not in dict(asked.choices):
            raise ValueError("This choice is not among those that the issue offers.")
        values = {"organization_id": found.organization_id, "choice": choice, "actor_id": actor_id, "at": clock.now()}
        Decision.everywhere.update_or_create(issue=found, defaults=values)
        if asked.address_key:
            _pick(found, asked, choice, actor_id)
        if asked.queue:
            _replace_queue(found, asked.queue, choice, actor_id)
        record_all(journal_rows([found], Verb.DECIDED, actor_id, note=asked.note(choice)))
        retry(Issue.everywhere.filter(pk__in=[found.pk, *_of_the_same(found, asked)]), actor_id=actor_id)
    return True


@within_commit
def _pick(issue: Issue, asked: Question, choice: str, actor_id: int | None) -> None:
    values = {"address": asked.address, "person_id": choice, "actor_id": actor_id, "at": clock.now()}
    Pick.everywhere.update_or_create(
        organization_id=issue.organization_id, address_key=asked.address_key, defaults=values
    )


@within_commit
def _replace_queue(issue: Issue, gone: str, choice: str, actor_id: int | None) -> None:
    """Wherever the settings of the organization name the one that is gone, by 15 or by 18 characters."""
    rows: list[Mailbox | Route] = [
        *Mailbox.everywhere.filter(organization=issue.organization_id).exclude(case_owner_id=""),
        *Route.everywhere.filter(organization=issue.organization_id).exclude(case_owner_id=""),
    ]
    for row in rows:
        if row.case_owner_id[:15] == gone[:15]:
            row.case_owner_id = choice
            settings_changes.save(row, ("case_owner_id",), actor_id)


def _of_the_same(issue: Issue, asked: Question) -> list[int]:
    """Other open issues that ask for the same, as many as one transaction takes."""
    if not asked.picks:
        return []
    rows = Issue.everywhere.filter(organization=issue.organization_id, code=issue.code, status=Status.OPEN)
    return list(rows.filter(fields=issue.fields).exclude(pk=issue.pk).values_list("pk", flat=True)[:TOGETHER])
