"""What the answer of a side, or its silence, means as facts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.errors import Failure, Kind
from connectors.facts import Verdict
from connectors.fixers import Fixer
from connectors.rights import Right
from issues import catalogue
from syncapp.side_facts import IDLE, SOON, allowed, failed, lasts, reached, used

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GOOD, ASK, BAD, UNKNOWN = Verdict.GOOD, Verdict.ASK, Verdict.BAD, Verdict.UNKNOWN
READ, LABEL = Right(what="read messages", scopes=("read", "all")), Right(what="label messages", scopes=("all",))


def failure(code: str, kind: Kind, status: int = 0) -> Failure:
    return Failure(provider=code.partition(".")[0], code=code, kind=kind, status=status)


@pytest.mark.parametrize(
    ("code", "kind", "status", "verdicts"),
    [
        ("network.CONNECTION_RESET", Kind.TRANSIENT, 0, [BAD, UNKNOWN]),
        ("network.HOST_NOT_ALLOWED", Kind.CONFIG, 0, [BAD, UNKNOWN]),
        ("salesforce.SERVER_UNAVAILABLE", Kind.TRANSIENT, 503, [BAD, UNKNOWN]),
        ("salesforce.REQUEST_LIMIT_EXCEEDED", Kind.RATE_LIMITED, 403, [BAD, UNKNOWN]),
        ("salesforce.INVALID_SESSION_ID", Kind.AUTH, 401, [GOOD, BAD]),
        ("salesforce_oauth.invalid_grant/expired_token", Kind.AUTH, 400, [GOOD, BAD]),
        ("salesforce_oauth.invalid_app_access", Kind.CONFIG, 400, [GOOD, BAD]),
        ("engine.CRM_NOT_CONNECTED", Kind.AUTH, 0, [UNKNOWN, BAD]),
        ("engine.SIGN_IN_NOT_SET_UP", Kind.CONFIG, 0, [UNKNOWN, BAD]),
        ("salesforce.API_DISABLED_FOR_ORG", Kind.CONFIG, 403, [GOOD, GOOD, BAD]),
        ("salesforce.INSUFFICIENT_ACCESS", Kind.PERMISSION, 403, [GOOD, GOOD, BAD]),
    ],
)
def test_a_failure_is_one_red_fact_and_says_how_far_we_got(
    code: str, kind: Kind, status: int, verdicts: list[Verdict]
) -> None:
    facts = reached("Salesforce", failure(code, kind, status))
    assert [fact.verdict for fact in facts] == verdicts
    (red,) = (fact for fact in facts if fact.verdict is BAD)
    assert red.failure is not None
    assert red.failure.code == code


def test_a_side_that_answers_is_reached_and_lets_us_in() -> None:
    assert [(fact.name, fact.verdict) for fact in reached("Google", None)] == [
        ("Connection to Google", GOOD),
        ("Sign-in to Google", GOOD),
    ]


def test_what_failed_has_the_words_of_its_own_page() -> None:
    entry = catalogue.entry("salesforce.INSUFFICIENT_ACCESS")
    fact = failed("Something", failure(entry.id, Kind.PERMISSION))
    assert (fact.text, fact.who) == (entry.plain, entry.fixer)
    assert fact.steps == tuple(step.text for step in entry.steps)


@pytest.mark.parametrize(
    ("scopes", "verdict", "said"),
    [
        (["all"], GOOD, "may read messages and label messages"),
        (["read", "other"], BAD, "does not let Syncapp label messages"),
        (["other"], BAD, "does not let Syncapp read messages and label messages"),
        ([], UNKNOWN, "has not told yet"),
    ],
)
def test_rights_are_held_against_what_is_wanted(scopes: list[str], verdict: Verdict, said: str) -> None:
    fact = allowed("Google", [READ, LABEL], scopes, Fixer.END_USER, "Renew it.")
    assert (fact.verdict, said in fact.text) == (verdict, True)
    assert bool(fact.steps) is (verdict is not GOOD)


@pytest.mark.parametrize(
    ("since", "verdict"),
    [(None, GOOD), (timedelta(), GOOD), (IDLE - timedelta(seconds=1), GOOD), (IDLE, ASK), (timedelta(days=90), ASK)],
)
def test_an_access_that_nobody_uses_for_weeks_is_told(since: timedelta | None, verdict: Verdict) -> None:
    until = None if since is None else NOW - since
    fact = used("Google", until, NOW, Fixer.END_USER, "Use it.", warns="engine.ACCESS_UNUSED")
    assert (fact.verdict, bool(fact.steps), fact.warns) == (verdict, verdict is ASK, "engine.ACCESS_UNUSED")


@pytest.mark.parametrize(
    ("left", "verdict", "said"),
    [
        (timedelta(days=400), GOOD, "It is good for 1 year."),
        (SOON, GOOD, "It is good for 1 month."),
        (timedelta(days=6), ASK, "It ends in 6 days."),
        (timedelta(), BAD, "It ended just now."),
        (timedelta(days=-2), BAD, "It ended 2 days ago."),
    ],
)
def test_what_ends_is_told_a_month_before(left: timedelta, verdict: Verdict, said: str) -> None:
    fact = lasts("Certificate", NOW + left, NOW, "Renew it.")
    assert (fact.verdict, fact.text, bool(fact.steps)) == (verdict, said, verdict is not GOOD)
