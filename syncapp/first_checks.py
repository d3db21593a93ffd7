"""The first checks of an organization's CRM: facts that it tells of itself, each with a verdict and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

from connectors.effects import commit
from connectors.facts import Fact, Verdict, conflicting, enumerated, judged, listed
from connectors.models import Mailbox, Organization
from connectors.policies import MailMode
from connectors.records import Resource
from connectors.routes import Route
from connectors.scoping import scoped
from issues import services as issues
from issues.lifecycle import UNRESOLVED, Status
from issues.models import Issue, Resolution, ScopeChoices
from issues.words import Sign
from syncapp.engine.lines import SideFailed, crm_line
from syncapp.equipping import Shown, told

SIGNS: Mapping[Verdict, Sign] = {
    Verdict.GOOD: Sign(icon="dot", tone="green", word="All is well"),
    Verdict.ASK: Sign(icon="triangle", tone="amber", word="Have a look"),
    Verdict.BAD: Sign(icon="bang", tone="red", word="Needs to be mended"),
    Verdict.UNKNOWN: Sign(icon="half", tone="amber", word="Could not be found out"),
}
SUBJECT = "organization:software"
WEAKER = (
    "Syncapp works without its own fields here. A message is known by its Message-ID, date, sender and subject, so "
    "what another program has logged already is taken for Syncapp's; names of attachments are not shown; and "
    "Salesforce itself does not refuse a second copy."
)
STRONGER = (
    "To end it, let Syncapp's user make the fields (Customize Application, Manage Profiles and Permission Sets, Assign "
    "Permission Sets) and press “Make what is missing”. What was written meanwhile gets its keys then."
)
WHERE = "“What Syncapp needs there…” on the organization's page says what to do."


def shown(facts: Iterable[Fact]) -> list[Shown[Fact]]:
    """In their order."""
    return [told(each, SIGNS[each.verdict]) for each in facts]


def look(organization: Organization) -> list[Fact]:
    """Asks the CRM, where nothing is changed. Software that works against us becomes an issue. Raises `SideFailed`."""
    opens_cases = _opens_cases(organization)
    contacts = Resource.CONTACT in organization.both_ways
    line = crm_line(organization)
    try:
        survey = line.call(
            "first checks",
            lambda crm: crm.survey(
                opens_cases=opens_cases, syncs_contacts=contacts, brings_files=organization.brings_files
            ),
        )
    finally:
        line.close()
    known = listed(organization.other_software)
    _settle(organization, conflicting(survey, known), is_proof=not survey.blind)
    return [*survey.facts, *judged(survey, known), *_mode(organization)]


def _mode(organization: Organization) -> list[Fact]:
    """That it works without our fields, while it does."""
    weaker = Fact(name="Weaker mode", verdict=Verdict.ASK, text=WEAKER, steps=(STRONGER,))
    return [weaker] if organization.is_weaker else []


def _opens_cases(organization: Organization) -> bool:
    """Whether any of its mail becomes cases, by what is set now."""
    modes = [MailMode.CASES.value, *([""] if organization.mail_mode == MailMode.CASES else [])]
    with scoped(organization.pk):
        by_mailbox = Mailbox.objects.filter(mail_mode__in=modes).exists()
        return by_mailbox or Route.objects.filter(mail_mode=MailMode.CASES).exists()


def look_again() -> None:
    """Looks where other software was found: whether it is gone is found out by looking, and by nothing else."""
    found = Issue.everywhere.filter(subject_key=SUBJECT, status__in=UNRESOLVED).values("organization")
    for organization in Organization.everywhere.filter(pk__in=found, paused_at=None, stopped_at=None):
        with scoped(organization.pk), suppress(SideFailed):
            look(organization)


def _settle(organization: Organization, names: list[str], *, is_proof: bool) -> None:
    """Opens the issue of other software, or closes it; that nothing was found is a proof only where all was seen."""
    with commit("first checks: settle"):
        issues.take_turns([organization.pk])  # two that look at once tell it once
        known = Issue.everywhere.filter(organization=organization.pk, subject_key=SUBJECT)
        if names and not known.filter(status__in=(Status.OPEN, Status.IGNORED)).exists():
            issues.report([_report(organization, names)])
        elif not names and is_proof:
            issues.close(organization.pk, {SUBJECT: "no traces of it are left"}, Resolution.WORKS)


def _report(organization: Organization, names: list[str]) -> issues.Report:
    return issues.Report(
        organization_id=organization.pk,
        scope=ScopeChoices.ORGANIZATION,
        subject_key=SUBJECT,
        code="engine.CONFLICTING_SOFTWARE",
        title=enumerated(names),
        alert=False,  # the mail of an organization says that its sync stands still
        stops=False,
    )


def sentence(facts: list[Fact]) -> str:
    """The facts in one line for who has just connected; "" where there is nothing to do or to look at."""
    named = {verdict: [fact.name for fact in facts if fact.verdict is verdict] for verdict in Verdict}
    told = {
        "to be mended": named[Verdict.BAD],
        "to be looked at": named[Verdict.ASK],
        "could not be found out": named[Verdict.UNKNOWN],
    }
    parts = [f"{enumerated(names)} ({what})" for what, names in told.items() if names]
    return f"The first checks found: {'; '.join(parts)}. {WHERE}" if parts else ""
