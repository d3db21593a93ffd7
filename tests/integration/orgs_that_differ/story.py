"""What happens in an org that differs, from the first look to the day after it was mended: told once, read by many."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.facts import Fact, Verdict
from connectors.needs import Need, Standing
from issues.models import Attempt, Issue
from syncapp import equipping, first_checks
from tests.driving import codes, filtered, silent
from tests.integration.orgs_that_differ.house import House
from tests.integration.orgs_that_differ.orgs import ORGANIZATION, Org

ALWAYS_UNKNOWN = {"Duplicate rules", "How long the access lasts", "Other sync software"}  # where setup is not seen


@dataclass(frozen=True, kw_only=True)
class Told:
    """One open issue, as people read it."""

    code: str
    said: str
    evidence: str
    failures: int


@dataclass(frozen=True, kw_only=True)
class Story:
    facts: tuple[Fact, ...]
    needs: tuple[Need, ...]
    told: Mapping[str, Told]
    silent: int
    filtered: Mapping[str, int]
    arrived: list[str]
    waiting_writes: int  # while three more runs found nothing mended
    told_later: Mapping[str, Told]
    codes_after: list[str]  # what is open a day after it was mended
    arrived_after: list[str]
    last_writes: int  # of one more run, when all is well
    logged: list[str]

    @property
    def verdicts(self) -> dict[str, Verdict]:
        well = (Verdict.GOOD, Verdict.CLOSED)
        return {fact.name: fact.verdict for fact in self.facts if fact.verdict not in well}

    @property
    def refused(self) -> tuple[str, ...]:
        return tuple(need.name for need in self.needs if need.standing is Standing.REFUSED)


def story(org: Org, house: House, caplog_records: list[logging.LogRecord]) -> Story:
    org.differs(house)
    facts, needs = first_checks.look(house.organization), equipping.equip(house.organization)
    house.arrives()
    house.runs()
    first, writes = _told(), house.writes()
    silent_, filtered_, at_first = len(silent()), filtered(), house.arrived()
    house.runs(3)
    later, waiting = _told(), house.writes() - writes
    org.mended(house)
    house.a_day_passes()
    arrived, after = house.arrived(), codes()
    writes = house.writes()
    house.runs()
    return Story(
        facts=tuple(facts),
        needs=tuple(needs),
        told=first,
        waiting_writes=waiting,
        told_later=later,
        codes_after=after,
        arrived_after=arrived,
        last_writes=house.writes() - writes,
        logged=[r.getMessage() for r in caplog_records if r.levelno >= logging.ERROR or r.exc_info],
        silent=silent_,
        filtered=filtered_,
        arrived=at_first,
    )


def _told() -> dict[str, Told]:
    issues = Issue.everywhere.exclude(status="resolved")
    return {issue.title if issue.scope == "item" else ORGANIZATION: _read(issue) for issue in issues}


def _read(issue: Issue) -> Told:
    last = Attempt.everywhere.filter(issue=issue).latest("pk")
    return Told(code=issue.code, said=str(last.said or ""), evidence=str(issue.evidence or ""), failures=issue.failures)
