"""The first checks of an organization's CRM: facts that it tells of itself, each with a verdict and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.facts import SOFTWARE, Fact, Verdict, enumerated, judged
from connectors.models import Organization
from issues import catalogue
from issues.catalogue import Entry
from issues.words import Sign
from syncapp.engine.lines import crm_line

SIGNS: Mapping[Verdict, Sign] = {
    Verdict.GOOD: Sign(icon="dot", tone="green", word="All is well"),
    Verdict.ASK: Sign(icon="triangle", tone="amber", word="Have a look"),
    Verdict.BAD: Sign(icon="bang", tone="red", word="Needs to be mended"),
    Verdict.UNKNOWN: Sign(icon="half", tone="amber", word="Could not be found out"),
}
WHERE = "“What Syncapp needs there…” on the organization's page says what to do."


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A fact for people to read; `entry` is the page of why it could not be found out."""

    fact: Fact
    sign: Sign
    entry: Entry | None


def shown(facts: Iterable[Fact]) -> list[Shown]:
    """In their order."""
    return [
        Shown(fact=each, sign=SIGNS[each.verdict], entry=catalogue.entry(each.failure.code) if each.failure else None)
        for each in facts
    ]


def look(organization: Organization) -> list[Fact]:
    """Asks the CRM; nothing is changed there. Raises `SideFailed`."""
    line = crm_line(organization)
    try:
        survey = line.call("first checks", lambda crm: crm.survey())
    finally:
        line.close()
    return [*survey.facts, *judged(survey, SOFTWARE)]


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
