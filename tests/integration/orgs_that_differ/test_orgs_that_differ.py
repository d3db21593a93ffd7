"""Whatever an org differs in ends in a clear issue with its steps, and in everything being there once it is mended."""

from __future__ import annotations

import pytest

from connectors.facts import Verdict
from issues import catalogue
from issues.catalogue import Fixer
from tests.integration.bad_input.world import explained
from tests.integration.orgs_that_differ.house import WHOLE
from tests.integration.orgs_that_differ.orgs import Org
from tests.integration.orgs_that_differ.story import ALWAYS_UNKNOWN, Story

pytestmark = pytest.mark.django_db


def test_nothing_crashes(told: Story) -> None:
    assert told.logged == []


def test_every_refusal_is_named(org: Org, told: Story) -> None:
    assert {title: issue.code for title, issue in told.told.items()} == org.refused


def test_every_name_has_a_page_with_steps_for_somebody(told: Story) -> None:
    entries = [explained(issue.code) for issue in told.told.values()]
    assert [entry.id for entry in entries if entry.fixer in {Fixer.NOBODY, Fixer.VENDOR_SUPPORT}] == []


def test_the_issue_names_what_is_to_be_mended(org: Org, told: Story) -> None:
    shown = {title: f"{issue.said} {issue.evidence}" for title, issue in told.told.items()}
    assert [title for title, word in org.names.items() if word not in shown[title]] == []


def test_nothing_is_silent(told: Story) -> None:
    assert (told.silent, told.filtered) == (0, {})


def test_what_is_not_refused_is_there_once(org: Org, told: Story) -> None:
    assert told.arrived == (sorted(org.arrived) if org.refused else WHOLE)


def test_nobody_goes_on_trying_before_it_is_mended(told: Story) -> None:
    assert (told.waiting_writes, told.told_later) == (0, told.told)


def test_once_mended_every_issue_closes_by_itself(told: Story) -> None:
    assert told.codes_after == []


def test_once_mended_everything_is_there_once(told: Story) -> None:
    assert told.arrived_after == WHOLE


def test_then_there_is_nothing_left_to_write(told: Story) -> None:
    assert told.last_writes == 0


def test_the_first_checks_tell_of_it(org: Org, told: Story) -> None:
    assert {name: verdict for name, verdict in told.verdicts.items() if name not in ALWAYS_UNKNOWN} == org.looks


def test_what_is_bad_says_what_to_do(told: Story) -> None:
    assert [fact.name for fact in told.facts if fact.verdict is Verdict.BAD and not fact.steps] == []


def test_what_could_not_be_made_is_told(org: Org, told: Story) -> None:
    assert set(told.refused) == set(org.needs)


def test_what_could_not_be_made_says_why_and_what_goes_without_it(told: Story) -> None:
    refused = [need for need in told.needs if need.name in told.refused]
    assert [n.name for n in refused if not n.weaker or n.failure is None] == []
    assert [n.failure.code for n in refused if n.failure and catalogue.entry(n.failure.code).id != n.failure.code] == []
