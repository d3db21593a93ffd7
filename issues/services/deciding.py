"""A person chooses where the rules could not decide; the engine reads it when it works on the item next.

Whose an address is counts for every item of the organization, and those that wait for the same answer are tried again.
So does which queue takes the place of one that is gone: it stands in the settings from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from connectors import clock, settings_changes
from connectors.effects import commit, within_commit
from connectors.fields import SealBroken
from connectors.journal import record_all
from connectors.models import Mailbox, Verb
from connectors.routes import Route
from connectors.translation import as_written, gettext
from issues.lifecycle import Status
from issues.models import Decision, Issue, Pick
from issues.services.moving import TOGETHER, journal_rows, locked, retry
from issues.versions import NOT_OFFERED, Question, question


def question_of(issue: Issue) -> Question | None:
    """What an issue asks; None where it asks nothing, or its evidence can no longer be opened."""
    try:
        return question(issue.evidence)
    except SealBroken:
        return None


class Wrong(ValueError):
    """An answer that the question does not take; `faults` are words by field, "" for all of it."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(next(iter(faults.values())))
        self.faults = faults


class Outdated(ValueError):
    """Somebody answers what is not asked any more: a side has changed since."""

    def __init__(self) -> None:
        super().__init__(
            gettext("It was changed since you looked at it. Look at what both sides say now, and choose again.")
        )


def decide(
    issue: Issue,
    choice: str,
    sides: Mapping[str, str] = MappingProxyType({}),
    *,
    revision: str = "",
    actor_id: int | None = None,
) -> bool:
    """Keeps what was chosen and has the item tried again with it; the last choice counts. False if it is resolved.

    `sides` says whose version of each field counts, with the choice `fields`. `revision` is that of the question which
    was read, "" for whoever takes it as it stands. Raises `Wrong` for an answer that the issue does not take, and
    `Outdated` for one to an older question.
    """
    with commit("issues: decide"):
        (found,) = locked(Issue.everywhere.filter(pk=issue.pk))
        if found.status == Status.RESOLVED:
            return False
        asked = question_of(found)
        if asked is not None and revision and revision != asked.revision:
            raise Outdated
        if faults := asked.faults(choice, sides) if asked else {"": gettext(NOT_OFFERED)}:
            raise Wrong(faults)
        assert asked is not None  # noqa: S101 - who asks nothing takes no answer
        values = {"organization_id": found.organization_id, "choice": choice, "actor_id": actor_id, "at": clock.now()}
        values["answer"] = asked.answer(choice, sides)
        Decision.everywhere.update_or_create(issue=found, defaults=values)
        if asked.address_key:
            _pick(found, asked, choice, actor_id)
        if asked.queue:
            _replace_queue(found, asked.queue, choice, actor_id)
        with as_written():  # the journal is read by everybody
            note = asked.note(choice, sides)
        record_all(journal_rows([found], Verb.DECIDED, actor_id, note=note))
        retry(Issue.everywhere.filter(pk__in=[found.pk, *_of_the_same(found, asked)]), actor_id=actor_id)
    return True


@within_commit
def answered(issue: Issue, note: str, *, actor_id: int | None = None) -> bool:
    """Somebody said how an item's record is to be written, which the caller keeps: the item is tried again with it.
    False if the issue is resolved. `note` is for everybody who sees the issue, and says nothing of the content."""
    (found,) = locked(Issue.everywhere.filter(pk=issue.pk))
    if found.status == Status.RESOLVED:
        return False
    record_all(journal_rows([found], Verb.DECIDED, actor_id, note=note))
    retry(Issue.everywhere.filter(pk=found.pk), actor_id=actor_id)
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
