"""The door to first checks: has them made, and keeps what they found; nobody else writes `Checked`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import DateTimeField, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django_q.tasks import async_task

from connectors import clock, sentences
from connectors.effects import commit
from connectors.errors import Failure, Kind, Matched
from connectors.facts import Fact, Verdict
from connectors.fixers import Fixer
from connectors.models import Mailbox, Organization
from connectors.scoping import scoped
from connectors.translation import as_written
from issues.lifecycle import NEEDS_SOMEBODY, UNRESOLVED
from issues.models import Issue, ScopeChoices
from syncapp import first_checks, mailbox_checks
from syncapp.checked import Checked, Why
from syncapp.engine.allowance import MARKS, Level
from syncapp.models import Allowance, Breaker, BreakerState

ORGANIZATION_JOB = "syncapp.tasks.check_organization"
MAILBOX_JOB = "syncapp.tasks.check_mailbox"
EACH = timedelta(days=1)
FORGOTTEN = timedelta(minutes=10)  # a job that nobody picked up in this time is asked for again
# Red first; what cannot be asked by anybody comes last.
ORDER = (Verdict.BAD, Verdict.ASK, Verdict.UNKNOWN, Verdict.GOOD, Verdict.CLOSED)
WELL = (Verdict.GOOD, Verdict.CLOSED)


def check_organization(organization: Organization, why: Why = Why.BY_HAND) -> list[Fact]:
    """Makes the first checks of an organization and keeps them. Asks its CRM."""
    with as_written():  # it is kept, for everybody who looks later
        facts = first_checks.look(organization)
    _keep(organization, None, facts, why)
    return facts


def check_mailbox(mailbox: Mailbox, why: Why = Why.BY_HAND) -> list[Fact]:
    """Likewise of a mailbox. Asks its provider."""
    with as_written():
        facts = mailbox_checks.look(mailbox)
    _keep(mailbox.organization, mailbox, facts, why)
    return facts


def _keep(organization: Organization, mailbox: Mailbox | None, facts: list[Fact], why: Why) -> None:
    told = [kept(fact) | {"made": _made(fact)} for fact in facts]
    values = {"made_at": clock.now(), "asked_at": None, "why": why, "facts": told}
    with commit("first checks: keep"):
        Checked.everywhere.update_or_create(organization=organization, mailbox=mailbox, defaults=values)


def kept(fact: Fact) -> dict[str, Any]:
    """A fact for programs, in English; `again` reads it. Of what a provider said only the code is kept."""
    code = fact.failure.code if fact.failure else ""
    told = {"name": fact.name, "verdict": fact.verdict.value, "text": fact.text, "steps": list(fact.steps)}
    return told | {"who": fact.who.value, "code": code}


def _made(fact: Fact) -> dict[str, Any]:
    """What its words are made of, so that everybody reads them in their own."""
    steps = [sentences.kept(each) for each in fact.steps]
    return {"name": sentences.kept(fact.name), "text": sentences.kept(fact.text), "steps": steps}


def again(told: Mapping[str, Any]) -> Fact:
    """The fact that was kept."""
    code, made = str(told["code"]), told.get("made", told)
    return Fact(
        name=sentences.again(made["name"]),
        verdict=Verdict(told["verdict"]),
        text=sentences.again(made["text"]),
        steps=tuple(sentences.again(each) for each in made["steps"]),
        who=Fixer(told["who"]),
        failure=_named(code) if code else None,
    )


def _named(code: str) -> Failure:
    """A failure of which only the code is known any more."""
    return Failure(provider=code.partition(".")[0], code=code, kind=Kind.UNKNOWN, matched=Matched.CODE)


def facts_of(row: Checked | None) -> list[Fact]:
    """What was found, what needs somebody first."""
    return in_order([again(told) for told in row.facts]) if row else []


def in_order(facts: list[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: ORDER.index(fact.verdict))


def is_well(facts: list[Fact]) -> bool:
    """Whether all is green, but for what nobody can ask."""
    return all(fact.verdict in WELL for fact in facts)


def worst(facts: list[Fact]) -> Verdict:
    """What is told of all of them together."""
    return next((verdict for verdict in ORDER if any(fact.verdict is verdict for fact in facts)), Verdict.GOOD)


def last_of(target: Organization | Mailbox) -> Checked | None:
    """What is kept of it; None before anybody looked."""
    of = {"mailbox": target} if isinstance(target, Mailbox) else {"organization": target, "mailbox": None}
    return Checked.objects.filter(made_at__isnull=False, **of).first()


# -- Asking for them


def ask_for_mailbox(mailbox: Mailbox) -> None:
    """Has a worker look at a mailbox that has just been connected."""
    with commit("first checks: ask for a mailbox"):
        async_task(MAILBOX_JOB, mailbox.pk, Why.CONNECTED.value)


def ask_where_issues_opened() -> int:
    """Asks for a look at each organization of which an issue was opened since the last one; how many. For the tick:
    where the job gets lost, the next tick finds the same."""
    opened = (
        Issue.everywhere.filter(organization=OuterRef("pk"), scope=ScopeChoices.ORGANIZATION, status__in=NEEDS_SOMEBODY)
        .exclude(code__in=(first_checks.SOFTWARE, *first_checks.WARNED))  # these come out of a look
        .order_by()
        .values("organization")
        .annotate(at=Max(Coalesce("regressed_at", "first_at")))
        .values("at")
    )
    rows = Organization.everywhere.annotate(opened=Subquery(opened, output_field=DateTimeField()))
    return _ask(rows.filter(opened__isnull=False), F("opened"), Why.ISSUE)


def ask_each_day() -> int:
    """Asks for a look at each organization that nobody has looked at for a day, and at those where the last look opened
    an issue: whether it is over is found out by looking alone. A CRM that is to be left alone is, and where its calls
    run low that is told by what runs have seen of them."""
    present = clock.now()
    codes = (first_checks.SOFTWARE, *first_checks.WARNED)
    watched = Issue.everywhere.filter(code__in=codes, status__in=UNRESOLVED).values("organization")
    low = Allowance.everywhere.filter(used__gte=F("allowed") * MARKS[Level.NO_RETRIES] / 100).values("organization")
    alone = Breaker.everywhere.filter(mailbox=None, state=BreakerState.OPEN).values("organization")
    awake = Organization.everywhere.filter(paused_at=None, stopped_at=None).exclude(pk__in=alone)
    for organization in awake.filter(pk__in=low):
        first_checks.warn_of_calls(organization)
    free = awake.exclude(pk__in=low)
    asked = _ask(free.filter(pk__in=watched), present - timedelta(minutes=30), Why.REGULAR)
    return asked + _ask(free.exclude(pk__in=watched), present - EACH, Why.REGULAR)


def _ask(rows: QuerySet[Organization], since: Any, why: Why) -> int:
    """One job for each of these whose last look lies before `since`, however many ask side by side."""
    jobs = 0
    for organization_id in _due(rows, since).order_by("pk").values_list("pk", flat=True):
        with commit("first checks: ask"):
            jobs += _claimed(organization_id, why)
    return jobs


def _due(rows: QuerySet[Organization], since: Any) -> QuerySet[Organization]:
    known = Checked.everywhere.filter(organization=OuterRef("pk"), mailbox=None)
    rows = rows.annotate(
        looked_at=Subquery(known.values("made_at")[:1]), asked_at=Subquery(known.values("asked_at")[:1])
    )
    old = Q(looked_at=None) | Q(looked_at__lt=since)
    unasked = Q(asked_at=None) | Q(asked_at__lt=clock.now() - FORGOTTEN)
    return rows.filter(old, unasked)


def _claimed(organization_id: int, why: Why) -> bool:
    """Whether it was ours to ask; the row says so to whoever comes next."""
    present = clock.now()
    row, _ = Checked.everywhere.get_or_create(organization_id=organization_id, mailbox=None)
    free = Q(asked_at=None) | Q(asked_at__lt=present - FORGOTTEN)
    if not Checked.everywhere.filter(free, pk=row.pk).update(asked_at=present):
        return False
    async_task(ORGANIZATION_JOB, organization_id, why.value)
    return True


def look_at_organization(organization_id: int, why: str) -> None:
    """What the job does; one that was deleted meanwhile is no trouble."""
    with scoped(organization_id):
        organization = Organization.objects.filter(pk=organization_id).first()
        if organization is not None:
            check_organization(organization, Why(why))


def look_at_mailbox(mailbox_id: int, why: str) -> None:
    """Likewise."""
    mailbox = Mailbox.everywhere.select_related("organization").filter(pk=mailbox_id).first()
    if mailbox is not None:
        with scoped(mailbox.organization_id):
            check_mailbox(mailbox, Why(why))
