"""A failure becomes an issue, or one more attempt of the issue that is open already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F, Max, Q, QuerySet

from connectors import clock
from connectors.effects import within_commit
from connectors.journal import TITLE, entry, record_all
from connectors.models import Activity, Mailbox, Organization, Verb
from issues.fingerprint import fingerprint
from issues.ledger import Ledger, take_turns
from issues.lifecycle import NEEDS_SOMEBODY, End, Ending, Event, Status, after, is_regression
from issues.models import Attempt, Cause, Decision, Issue, ScopeChoices
from issues.services.moving import NOT_IGNORED, journal_rows
from issues.versions import question
from issues.words import QUESTIONS, WARNINGS

PROBE_EVERY = timedelta(days=1)  # each cause that only a person can mend is probed once a day at least


@dataclass(frozen=True, kw_only=True)
class Report:
    """A failure that needs a person. `said` and `evidence` may hold customer content and are kept sealed.

    `subject_key` is the item's key, `mailbox:<id>` or `organization`. `probe_at` is when a stopped sync may
    try again by itself (None: not before a person acted). `alert` says whether somebody is to be told, `stops`
    whether a failure of a mailbox or organization is also a stop of its sync, `private` that the item is its owner's
    alone.
    """

    organization_id: int
    scope: str
    subject_key: str
    code: str
    said: str = ""
    fields: tuple[str, ...] = ()
    mailbox_id: int | None = None
    resource: str = ""
    direction: str = "to_crm"
    title: str = ""
    private: bool = False
    conversation_key: str = ""
    mailbox_url: str = ""
    crm_url: str = ""
    evidence: Mapping[str, object] = field(default_factory=dict)
    http_status: int | None = None
    request_id: str = ""
    attempted_at: datetime = field(default_factory=clock.now)
    probe_at: datetime | None = None
    alert: bool = True
    stops: bool = True

    @property
    def key(self) -> Key:
        return (self.organization_id, self.subject_key, self.direction)

    @property
    def cause_key(self) -> tuple[int, str]:
        return (self.organization_id, fingerprint(self.code, self.said, self.fields))


Key = tuple[int, str, str]


@within_commit
def report(reports: Sequence[Report]) -> dict[str, Issue]:
    """Opens an issue for each failure, or adds the failure to the one that is open. By subject key.

    A failure of something resolved re-opens its issue if the attempt is later than the resolution, and is
    left out of the answer if not. The first error is never overwritten: every failure is an attempt of its
    own. Two transactions that report one subject at once end with one issue.
    """
    take_turns({r.organization_id for r in reports})
    causes = _causes(reports)
    known = _known(reports)
    ledger = Ledger()
    created = _create([r for r in reports if r.key not in known], causes, ledger)
    known |= _known([r for r in reports if r.key not in known])
    told: list[tuple[Report, Issue, bool]] = []
    for each in reports:
        issue = known[each.key]
        opened = issue.pk in created
        created.discard(issue.pk)  # the same subject once more in this call is a repeat
        if opened or _fail(issue, each, causes[each.cause_key], ledger):
            told.append((each, issue, opened or issue.regressed_at == each.attempted_at))
    Attempt.everywhere.bulk_create(_attempt(issue, each) for each, issue, _ in told)
    _stop(each for each, _, _ in told if each.stops)
    ledger.post()
    record_all(row for each, issue, opened in told for row in _journal(issue, each, opened=opened))
    return {each.subject_key: issue for each, issue, _ in told}


def _known(reports: Sequence[Report]) -> dict[Key, Issue]:
    """The newest issue of each subject, resolved or not, locked until the transaction ends."""
    if not reports:
        return {}
    subjects = Q(
        organization__in={r.organization_id for r in reports}, subject_key__in={r.subject_key for r in reports}
    )
    newest = (
        Issue.everywhere.filter(subjects).values("organization", "subject_key", "direction").annotate(pk_=Max("pk"))
    )
    rows = Issue.everywhere.select_for_update().filter(pk__in=[n["pk_"] for n in newest]).order_by("pk")
    return {(i.organization_id, i.subject_key, i.direction): i for i in rows}


def _causes(reports: Sequence[Report]) -> dict[tuple[int, str], Cause]:
    """The cause of each report, made where it is new."""
    wanted = {r.cause_key: r for r in reports}
    Cause.everywhere.bulk_create(
        (
            Cause(
                organization_id=organization_id,
                fingerprint=print_,
                code=r.code,
                said="" if r.private else r.said,
                probe_at=r.attempted_at + PROBE_EVERY,
            )
            for (organization_id, print_), r in sorted(wanted.items())
        ),
        ignore_conflicts=True,
    )
    rows = Cause.everywhere.filter(
        organization__in={key[0] for key in wanted}, fingerprint__in={key[1] for key in wanted}
    )
    found = {(c.organization_id, c.fingerprint): c for c in rows}
    Cause.everywhere.filter(pk__in=[c.pk for c in found.values()]).update(last_at=clock.now())
    return found


def _create(reports: Sequence[Report], causes: Mapping[tuple[int, str], Cause], ledger: Ledger) -> set[int]:
    """Inserts issues for subjects that had none; the ids of those that are really ours."""
    if not reports:
        return set()
    numbers = _numbers(reports)
    rows = [_fresh(each, causes[each.cause_key], numbers[each.key]) for each in reports]
    Issue.everywhere.bulk_create(rows, ignore_conflicts=True)
    mine = Q(pk__in=[])
    for organization_id in {r.organization_id for r in reports}:
        theirs = [numbers[r.key] for r in reports if r.organization_id == organization_id]
        mine |= Q(organization=organization_id, number__in=theirs)
    created = list(Issue.everywhere.filter(mine))
    for issue in created:
        ledger.moved(issue, None, Status.OPEN)
    return {issue.pk for issue in created}


def _numbers(reports: Sequence[Report]) -> dict[Key, int]:
    """A fresh issue number for each report; the organization's row is locked until the transaction ends."""
    numbers: dict[Key, int] = {}
    for organization_id in sorted({r.organization_id for r in reports}):
        theirs = [r for r in reports if r.organization_id == organization_id]
        rows = Organization.everywhere.filter(pk=organization_id)
        rows.update(last_issue_number=F("last_issue_number") + len(theirs))
        last = rows.values_list("last_issue_number", flat=True).get()
        numbers |= {r.key: last - len(theirs) + place for place, r in enumerate(theirs, start=1)}
    return numbers


def _fresh(each: Report, cause: Cause, number: int) -> Issue:
    return Issue(
        organization_id=each.organization_id,
        number=number,
        scope=each.scope,
        mailbox_id=each.mailbox_id,
        subject_key=each.subject_key,
        resource=each.resource,
        direction=each.direction,
        code=each.code,
        cause=cause,
        title=each.title[:TITLE],
        private=each.private,
        conversation_key=each.conversation_key,
        mailbox_url=each.mailbox_url,
        crm_url=each.crm_url,
        fields=list(each.fields),
        evidence=dict(each.evidence) or None,
        first_at=each.attempted_at,
        last_at=each.attempted_at,
        alerted_at=each.attempted_at if each.alert else None,
    )


def _fail(issue: Issue, each: Report, cause: Cause, ledger: Ledger) -> bool:
    """One more failure of a known issue; False if the answer comes too late to count."""
    before = Status(issue.status)
    regression = before is Status.RESOLVED
    if regression and not is_regression(issue.resolved_at, each.attempted_at):
        return False
    now, cause_before = after(before, Event.FAIL), issue.cause_id
    if before is Status.IGNORED:
        now = _fails_again(issue)
    # Somebody mended one reason, tried again, and there is another: that is news. A probe's finding is not.
    news = cause.pk != cause_before and before is Status.RETRYING and not issue.probing
    issue.status, issue.code, issue.cause, issue.fields = now, each.code, cause, list(each.fields)
    issue.evidence = dict(each.evidence) or None
    issue.failures += 1
    issue.private = issue.private or each.private  # its title, and older words, may be from that time
    issue.last_at, issue.next_attempt_at, issue.probing = each.attempted_at, None, False
    if regression:
        # It may have come back in another mailbox, whose owner is the one to mend it now.
        issue.mailbox_id, issue.mailbox_url, issue.crm_url = each.mailbox_id, each.mailbox_url, each.crm_url
        issue.regressed_at, issue.resolved_at, issue.resolution, issue.proof = each.attempted_at, None, "", ""
        _forget_why_ignored(issue)
        issue.alerted_at = None  # whoever heard of it has also heard, or seen, that it was over
    if each.alert and (issue.alerted_at is None or news) and now in NEEDS_SOMEBODY:
        issue.alerted_at = each.attempted_at
    issue.save()
    if question(each.evidence):  # what was chosen before was about other versions
        Decision.everywhere.filter(issue=issue).delete()
    ledger.moved(issue, before, now, cause_before=cause_before)
    return True


def _fails_again(issue: Issue) -> Status:
    """Where a failure takes an ignored issue; with the last one that it was ignored for, it is open again."""
    left = _ending(issue).fails()
    if left is not None:
        issue.ignored_failures = left.failures
        return after(Status.IGNORED, Event.FAIL)
    _forget_why_ignored(issue)
    record_all(journal_rows([issue], Verb.WOKEN, None, note="It failed as often as it was ignored for."))
    return after(Status.IGNORED, Event.WAKE)


def _ending(issue: Issue) -> Ending:
    end = End(issue.ignored_end or End.NEVER)
    return Ending(end=end, until=issue.ignored_until, failures=issue.ignored_failures)


def _forget_why_ignored(issue: Issue) -> None:
    for name, value in NOT_IGNORED.items():
        setattr(issue, name, value)


def _attempt(issue: Issue, each: Report) -> Attempt:
    return Attempt(
        issue=issue,
        organization_id=each.organization_id,
        at=each.attempted_at,
        code=each.code,
        http_status=each.http_status,
        request_id=each.request_id[:120],
        said=each.said,
    )


def _stop(reports: Iterable[Report]) -> None:
    """Marks what a mailbox or organization issue stops; nothing runs there but a probe when it is due."""
    for each in reports:
        if each.scope == ScopeChoices.MAILBOX:
            _mark(Mailbox.everywhere.filter(pk__in=[each.mailbox_id]), each)
        elif each.scope == ScopeChoices.ORGANIZATION:
            _mark(Organization.everywhere.filter(pk=each.organization_id), each)


def _mark(rows: QuerySet[Mailbox] | QuerySet[Organization], each: Report) -> None:
    rows.filter(stopped_at=None).update(stopped_at=each.attempted_at)
    rows.update(stopped_by=each.code, probe_at=each.probe_at)


def _journal(issue: Issue, each: Report, *, opened: bool) -> list[Activity]:
    about = {
        "organization_id": each.organization_id,
        "mailbox_id": each.mailbox_id,
        "item_key": each.subject_key if each.scope == ScopeChoices.ITEM else "",
        "issue_number": issue.number,
        "cause": each.cause_key[1],
        "code": each.code,
        "scope": each.scope,
        "title": each.title,
        "at": each.attempted_at,
    }
    rows = [entry(verb=Verb.SYNC_ERROR, **about)]
    first_alert = issue.alerted_at == each.attempted_at
    if opened or first_alert:
        stops = each.stops or (each.alert and each.code not in WARNINGS | QUESTIONS)
        verb = Verb.STOPPED if stops and each.scope != ScopeChoices.ITEM else Verb.ISSUE_OPENED
        rows.append(entry(verb=verb, alert=each.alert, **about))
    return rows
