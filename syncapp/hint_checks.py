"""The first check of hints: for how many mailboxes they are on, and what the provider says where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from connectors import clock
from connectors.errors import Failure, Kind, Matched
from connectors.facts import Fact, Verdict
from connectors.models import Mailbox, Organization
from connectors.registry import TELLS
from connectors.sentences import joined, phrase, phrases
from connectors.services import push
from connectors.translation import gettext_noop
from connectors.watches import Watch
from issues import catalogue

NAME = gettext_noop("Hints of changes")
# Of one calendar alone: it tells nobody, or it is not there for us, which has an issue of its own.
OF_ITS_CALENDAR = ("google.pushUnsupported", "google.notFound", "google.forbidden")


def facts(organization: Organization) -> Iterator[Fact]:
    """One, and one more for each reason why the provider does not tell. Nothing where no mailbox could be told of."""
    boxes = Mailbox.objects.filter(organization=organization, provider__in=TELLS)
    whole = boxes.count()
    if not whole:
        return
    if not push().is_on:
        yield Fact(name=NAME, verdict=Verdict.GOOD, text=joined([phrase("Off."), _otherwise()]))
        return
    rows = Watch.objects.filter(organization=organization, mailbox__in=boxes)
    watched = rows.filter(promised_at__isnull=False, until__gt=clock.now()).values("mailbox").distinct().count()
    told = phrases(whole, "On for %(on)s of %(number)s mailbox.", "On for %(on)s of %(number)s mailboxes.", on=watched)
    yield Fact(name=NAME, verdict=Verdict.GOOD, text=told if watched == whole else joined([told, _otherwise()]))
    refusals = rows.exclude(refused="").exclude(refused__in=OF_ITS_CALENDAR)
    for code in sorted(set(refusals.values_list("refused", flat=True))):
        yield _refused(code)


def _otherwise() -> str:
    """How soon a change is seen without hints."""
    minutes = max(1, round(timedelta(seconds=settings.SYNC_INTERVAL_SECONDS) / timedelta(minutes=1)))
    return phrases(
        minutes,
        "Without them a change is seen within %(number)s minute.",
        "Without them a change is seen within %(number)s minutes.",
    )


def _refused(code: str) -> Fact:
    entry = catalogue.entry(code)
    return Fact(
        name=joined([NAME, entry.title], ": "),
        verdict=Verdict.ASK,
        text=joined([entry.plain, phrase("Syncapp asks again once a day.")]),
        steps=tuple(step.text for step in entry.steps),
        failure=Failure(provider=code.partition(".")[0], code=code, kind=Kind.CONFIG, matched=Matched.CODE),
    )
