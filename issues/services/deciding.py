"""A person chooses where the rules could not decide; the engine reads it when it works on the item next."""

from __future__ import annotations

from connectors import clock
from connectors.effects import commit
from connectors.fields import SealBroken
from connectors.journal import record_all
from connectors.models import Verb
from issues.lifecycle import Status
from issues.models import Decision, Issue
from issues.services.moving import journal_rows, locked, retry
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
        words = dict(asked.choices).get(choice) if asked else None
        if words is None:
            raise ValueError("This choice is not among those that the issue offers.")
        values = {"organization_id": found.organization_id, "choice": choice, "actor_id": actor_id, "at": clock.now()}
        Decision.everywhere.update_or_create(issue=found, defaults=values)
        record_all(journal_rows([found], Verb.DECIDED, actor_id, note=words))
        retry(Issue.everywhere.filter(pk=found.pk), actor_id=actor_id)
    return True
