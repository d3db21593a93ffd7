"""The first checks of an organization: what its CRM and we ourselves tell, each with a verdict and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import NamedTuple

from connectors import clock, credentials, flows, sentences
from connectors.calendars import Absences
from connectors.effects import commit
from connectors.errors import Failure
from connectors.facts import Fact, Survey, Verdict, Wishes, enumerated
from connectors.fixers import Fixer
from connectors.flows import Flow
from connectors.models import Organization
from connectors.protocol import CrmConnector
from connectors.records import Resource
from connectors.relations import Sought
from connectors.sentences import phrase
from connectors.software import conflicting, judged, listed
from connectors.translation import gettext, gettext_noop
from issues import services as issues
from issues import words
from issues.lifecycle import Status
from issues.models import Issue, Resolution, ScopeChoices
from issues.words import Sign
from syncapp import own_facts, side_facts
from syncapp.engine.job import sought_by
from syncapp.engine.lines import KEYLESS, Line, SideFailed, crm_line
from syncapp.equipping import Shown, told

SIGNS: Mapping[Verdict, Sign] = {
    Verdict.GOOD: Sign(icon="dot", tone="green", word=gettext_noop("All is well")),
    Verdict.ASK: Sign(icon="triangle", tone="amber", word=gettext_noop("Have a look")),
    Verdict.BAD: Sign(icon="bang", tone="red", word=gettext_noop("Needs to be mended")),
    Verdict.UNKNOWN: Sign(icon="half", tone="amber", word=gettext_noop("Could not be found out")),
    Verdict.CLOSED: Sign(icon="dash", tone="grey", word=gettext_noop("Cannot be asked")),
}
SOFTWARE = "engine.CONFLICTING_SOFTWARE"
SUBJECT = "organization:software"
# What a fact may warn of, so that an issue of its organization is open as long as it is so.
CALLS = "engine.CALLS_RUN_LOW"
WARNED = (
    CALLS,
    "engine.STORAGE_RUNS_LOW",
    "engine.FILES_RUN_LOW",
    "engine.ACCESS_UNUSED",
    "engine.ACCESS_ENDS",
)
SALESFORCE = "Salesforce"
KEY = gettext_noop("Key to Salesforce")
UNTOLD = gettext_noop(
    "Salesforce tells nobody when the certificate or the secret ends with which Syncapp signs in. If it does, enter "
    "the day on the page of the organization: Syncapp warns a month before."
)
NEW_KEY = gettext_noop(
    "Make a new certificate or secret (Setup > External Client App Manager > the app > Settings), give it to whoever "
    "runs Syncapp, and enter the new day on the page of the organization."
)
MATCHING = gettext_noop("Finding people by their addresses")
TRIAL = "first-check@syncapp.invalid"  # nobody has it, so nobody is found: that it can be asked is the point
SIGN_IN = gettext_noop("Open the page of the organization, press “Sign-in to Salesforce…” and connect it anew.")
WHERE = gettext_noop("“What Syncapp needs there…” on the organization's page says what to do.")


def shown(facts: Iterable[Fact]) -> list[Shown[Fact]]:
    """In their order, in the reader's words."""
    return [told(_in_words(each), SIGNS[each.verdict]) for each in facts]


def _in_words(fact: Fact) -> Fact:
    """The same in the reader's words."""
    steps = tuple(sentences.told(each) for each in fact.steps)
    return replace(fact, name=sentences.told(fact.name), text=sentences.told(fact.text), steps=steps)


def look(organization: Organization) -> list[Fact]:
    """Asks the CRM, where nothing is changed; that it does not answer is a fact as well. What it warns of becomes an
    issue, and ends with the proof that it is over."""
    wishes, line = _wishes(organization), crm_line(organization)
    try:
        survey, failure = _survey(line, wishes)
        matching = [_matching(line, wishes.sought)] if failure is None else []
    finally:
        line.close()
    known = listed(organization.other_software) if failure is None else ()
    facts = [
        *side_facts.reached(SALESFORCE, failure),
        *_access(organization),
        *survey.facts,
        *matching,
        *(judged(survey, known) if failure is None else []),
        *own_facts.facts(organization),
    ]
    is_proof = failure is None and not survey.blind
    _settle(organization, [_software(conflicting(survey, known), is_proof=is_proof), *_warnings(facts)])
    return facts


def _survey(line: Line[CrmConnector], wishes: Wishes) -> tuple[Survey, Failure | None]:
    """What it says of itself; nothing, and why, where it does not answer."""
    try:
        return line.call("first checks", lambda crm: crm.survey(wishes)), None
    except SideFailed as error:
        return Survey(), error.failure


def _matching(line: Line[CrmConnector], sought: Sought) -> Fact:
    """A match on trial, by an address that nobody has."""
    try:
        line.call("trial match", lambda crm: crm.find_people([TRIAL], sought))
    except SideFailed as error:
        return side_facts.failed(MATCHING, error.failure)
    text = phrase("Salesforce can be asked who has an address, which a match on trial has shown.")
    return Fact(name=MATCHING, verdict=Verdict.GOOD, text=text)


def _access(organization: Organization) -> list[Fact]:
    """What is known of our access without asking; nothing where there is none, which is told as that."""
    credential = None if organization.crm in KEYLESS else credentials.of_crm(organization)
    if credential is None:
        return []
    rights = flows.rights(organization.crm, Flow(organization.crm_flow))
    admin, present = Fixer.SALESFORCE_ADMIN, clock.now()
    return [
        side_facts.allowed(SALESFORCE, rights, credential.scopes, admin, SIGN_IN),
        _key(organization),
        side_facts.used(SALESFORCE, credential.access_until, present, admin, SIGN_IN, warns="engine.ACCESS_UNUSED"),
    ]


def _key(organization: Organization) -> Fact:
    """When the certificate or the secret ends, which Salesforce tells nobody. It does not hold on its last day."""
    ends_on = organization.access_ends_on
    if ends_on is None:
        return Fact(name=KEY, verdict=Verdict.CLOSED, text=UNTOLD, warns="engine.ACCESS_ENDS")
    until = datetime.combine(ends_on, time.min, tzinfo=UTC)
    return side_facts.lasts(KEY, until, clock.now(), NEW_KEY, warns="engine.ACCESS_ENDS")


def _wishes(organization: Organization) -> Wishes:
    """What it has us do, by what is set now."""
    synced, absences = organization.both_ways, Absences(organization.absences)
    return Wishes(
        opens_cases=own_facts.opens_cases(organization),
        syncs_contacts=Resource.CONTACT in synced,
        brings_files=organization.brings_files,
        shows_absences=Resource.EVENT in synced and absences is Absences.SHOW,
        sought=sought_by(organization),
        owners=own_facts.case_owners(organization),
        keeps_token=organization.crm_flow == Flow.CONSENT,
    )


class Finding(NamedTuple):
    """Something that is an issue of an organization while it has a `title`; else `proof` says that it is over, "" where
    nothing is proved."""

    subject: str
    code: str
    title: str
    proof: str


def _software(names: list[str], *, is_proof: bool) -> Finding:
    """That nothing was found is a proof only where all was seen."""
    return Finding(SUBJECT, SOFTWARE, str(enumerated(names)), "no traces of it are left" if is_proof else "")


def warn_of_calls(organization: Organization) -> None:
    """That they run low, as runs have seen; a look at a CRM that is short of calls would only take more of them."""
    _settle(organization, [Finding(subject_of(CALLS), CALLS, "Calls to Salesforce", "")])


def subject_of(code: str) -> str:
    return f"organization:{code.partition('.')[2].lower()}"


def _warnings(facts: Iterable[Fact]) -> list[Finding]:
    return [
        Finding(
            subject_of(fact.warns),
            fact.warns,
            str(fact.name) if fact.verdict in (Verdict.ASK, Verdict.BAD) else "",
            "the first checks found that it is over",
        )
        for fact in facts
        if fact.warns
    ]


def _settle(organization: Organization, findings: Iterable[Finding]) -> None:
    """Opens the issue of each, or closes it."""
    with commit("first checks: settle"):
        issues.take_turns([organization.pk])  # two that look at once tell it once
        for each in findings:
            known = Issue.everywhere.filter(organization=organization.pk, subject_key=each.subject)
            if each.title and not known.filter(status__in=(Status.OPEN, Status.IGNORED)).exists():
                issues.report([_report(organization, each)])
            elif not each.title and each.proof:
                issues.close(organization.pk, {each.subject: each.proof}, Resolution.WORKS)


def _report(organization: Organization, found: Finding) -> issues.Report:
    return issues.Report(
        organization_id=organization.pk,
        scope=ScopeChoices.ORGANIZATION,
        subject_key=found.subject,
        code=found.code,
        title=found.title,
        alert=False,  # the mail of an organization says that its sync stands still
        stops=False,
    )


def counted(facts: Iterable[Fact]) -> str:
    """How many there are of each kind that needs somebody, as a sentence."""
    count = Counter(fact.verdict for fact in facts)
    bad, ask, unknown = count[Verdict.BAD], count[Verdict.ASK], count[Verdict.UNKNOWN]
    parts = [words.plural(bad, "%(number)s needs to be mended", "%(number)s need to be mended")] if bad else []
    parts += [words.plural(ask, "%(number)s is to be looked at", "%(number)s are to be looked at")] if ask else []
    could_not = gettext("%(number)s could not be found out")
    parts += [could_not % {"number": words.number(unknown)}] if unknown else []
    return f"{words.listed(parts)}." if parts else gettext("All is well.")


def sentence(facts: list[Fact]) -> str:
    """The facts in one line for who has just connected; "" where there is nothing to do or to look at."""
    named = {verdict: [sentences.told(fact.name) for fact in facts if fact.verdict is verdict] for verdict in Verdict}
    said = {
        gettext("%(names)s (to be mended)"): named[Verdict.BAD],
        gettext("%(names)s (to be looked at)"): named[Verdict.ASK],
        gettext("%(names)s (could not be found out)"): named[Verdict.UNKNOWN],
    }
    parts = [what % {"names": _enumerated(names)} for what, names in said.items() if names]
    found = gettext("The first checks found: %(parts)s.") % {"parts": "; ".join(parts)}
    return f"{found} {gettext(WHERE)}" if parts else ""


def _enumerated(names: list[str]) -> str:
    found = enumerated(names)
    return sentences.told(found) if isinstance(found, sentences.Phrase) else found
