"""What answers of Salesforce and Google mean: the tables, and what holds for every answer."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import dialects
from connectors.errors import Answer, Detail, Dialect, Kind, Matched, Rule
from connectors.salesforce import errors as salesforce
from issues import catalogue, explaining
from tests.unit.answers import Case, all_cases, verdict

CASES = all_cases()
RULES = {id(rule): rule for dialect in dialects.DIALECTS.values() for rule in dialect.rules}


def meaning(dialect: Dialect, answer: Answer) -> tuple[str, Kind, Matched]:
    failure = dialect.verdict(answer)
    return failure.code, failure.kind, failure.matched


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.provider}: {case.id}")
def test_an_answer_means_what_the_table_says(case: Case) -> None:
    failure = dialects.dialect(case.provider).verdict(case.answer)
    assert (failure.code, verdict(failure), failure.matched) == (case.code, case.verdict, case.matched)


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(CASES) > 250


# -- No rule, and no word of a rule, is there for nothing


class Decided(NamedTuple):
    """An answer of the table, what it says first, and the rule that decides it."""

    dialect: Dialect
    answer: Answer
    detail: Detail
    rule: Rule | None

    def meaning(self, rules: Sequence[Rule] | None = None) -> tuple[str, Kind, Matched]:
        dialect = self.dialect if rules is None else replace(self.dialect, rules=rules)
        failure = dialect.failure(self.detail, self.answer)
        return failure.code, failure.kind, failure.matched

    def changes(self, rule: Rule, instead: Sequence[Rule] = ()) -> bool:
        """Whether the answer means something else with `instead` in the place of `rule`."""
        rules = [new for old in self.dialect.rules for new in (instead if old is rule else (old,))]
        return self.meaning(rules) != self.meaning()


@cache
def decided() -> list[Decided]:
    found = []
    for case in CASES:
        dialect = dialects.dialect(case.provider)
        details = dialect.details(case.answer)
        detail = next((d for d in details if not d.companion), next(iter(details), Detail()))
        rule = next((r for r in dialect.rules if r.fits(detail, case.answer)), None)
        found.append(Decided(dialect, case.answer, detail, rule))
    return found


def decided_by(rule: Rule) -> list[Decided]:
    return [each for each in decided() if each.rule is rule]


def narrower(rule: Rule) -> Iterator[Rule]:
    """The rule without one of its codes, reasons or statuses, where it has several."""
    for name in ("code", "reason", "status"):
        words = getattr(rule, name)
        if isinstance(words, tuple) and len(words) > 1:
            for word in words:
                less: dict[str, Any] = {name: tuple(w for w in words if w != word)}
                yield replace(rule, **less)


def wider(rule: Rule) -> Iterator[Rule]:
    """The rule without one of its conditions, where something is left of it."""
    nothing: dict[str, Any] = {"code": (), "reason": (), "status": (), "message": "", "fields": "", "operation": ""}
    asked = [name for name, empty in nothing.items() if getattr(rule, name) != empty]
    for name in asked:
        if len(asked) > 1:
            yield replace(rule, **{name: nothing[name]})


def named(rule: Rule) -> str:
    return f"{rule.provider}.{rule.name} by {rule.code or rule.reason or rule.status} {rule.message}"


@pytest.mark.parametrize("rule", RULES.values(), ids=named)
def test_without_this_rule_an_answer_changes(rule: Rule) -> None:
    assert any(each.changes(rule) for each in decided_by(rule))


@pytest.mark.parametrize("rule", RULES.values(), ids=named)
def test_without_one_word_of_this_rule_an_answer_changes(rule: Rule) -> None:
    idle = [less for less in narrower(rule) if not any(each.changes(rule, [less]) for each in decided_by(rule))]
    assert not idle


@pytest.mark.parametrize("rule", RULES.values(), ids=named)
def test_without_one_condition_of_this_rule_an_answer_changes(rule: Rule) -> None:
    for more in wider(rule):
        reached = [each for each in decided() if rule in each.dialect.rules and more.fits(each.detail, each.answer)]
        assert any(each.changes(rule, [more]) for each in reached), f"nothing needs what {more} lacks"


def test_a_status_alone_decides_only_what_passes_or_stays_unknown() -> None:
    alone = [rule for rule in RULES.values() if rule.strongest is Matched.STATUS]
    assert alone
    assert {rule.kind for rule in alone} <= {Kind.TRANSIENT, Kind.UNKNOWN}


# -- What stays the same, whatever a customer writes

# What stands in quotes behind "limit", or in the form of a parameter, is a name of Google's own.
_CHANGING = (
    (re.compile(r"[\w.+-]+@+[\w.-]+"), "address"),
    (re.compile(r"\b(?=\w*\d)[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?\b"), "id"),
    (re.compile(r"(?<!\w)(?<!limit )'(?![a-z]+(?:_[a-z]+)+')[^']+'(?!\w)|“[^”]+”|\[[^\[\]]+\]"), "quoted"),
    (re.compile(r"\b(?:LeadGuard|Acme|Bavaria|Norway|Atlantis|Syncapp_Key__c|Annual Revenue)\b"), "name"),
    (re.compile(r"(?<![\w_])\d+(?:\.\d+)?(?![\w_])"), "number"),
)
_TEXTS = {"message", "error_description", "errorMessage"}
_names = st.from_regex(r"[A-Z][a-z]{0,12}(?:_[A-Z][a-z]{1,8})?(?:__c)?", fullmatch=True)
_changes = st.fixed_dictionaries(
    {
        "address": st.from_regex(r"[a-z]{1,9}@{1,2}[a-z]{1,9}\.example", fullmatch=True),
        "id": st.from_regex(r"00[0-9A-Z]Qy0[A-Za-z0-9]{9}(?:[A-Z0-5]{3})?", fullmatch=True),
        "name": _names,
        "quoted": st.builds("{0[0]}{1}{0[1]}".format, st.sampled_from(["''", "“”", "[]"]), _names),
        "number": st.integers(0, 10**12).map(str),
    }
)


def changed(value: object, changes: dict[str, str], *, text: bool = False) -> object:
    """The JSON value with other ids, addresses, names and numbers in its texts."""
    if isinstance(value, dict):
        return {key: changed(each, changes, text=key in _TEXTS) for key, each in value.items()}
    if isinstance(value, list):
        return [changed(each, changes) for each in value]
    if not text or not isinstance(value, str):
        return value
    for pattern, kind in _CHANGING:
        value = pattern.sub(changes[kind], value)
    return value


# Fields of ours have the same names everywhere, so going by them is no guess.
WORDED = [
    case
    for case in CASES
    if case.answer.body.startswith(("{", "[")) and "No such column 'Syncapp_" not in case.answer.body
]


ONE = {"address": "x@y.example", "id": "003Qy0AAAAAAAAA", "name": "Other", "quoted": "'A'", "number": "7"}
OTHER = {"address": "z@z.example", "id": "00QQy0zzzzzzzzzAAA", "name": "B__c", "quoted": "[Z]", "number": "1234567"}


def unmoved(case: Case, changes: dict[str, str]) -> bool:
    """Whether the answer means the same with other words in its texts."""
    other = replace(case.answer, body=json.dumps(changed(json.loads(case.answer.body), changes)))
    dialect = dialects.dialect(case.provider)
    return meaning(dialect, other) == meaning(dialect, case.answer)


@given(case=st.sampled_from(WORDED), changes=_changes)
@settings(max_examples=400, deadline=None)
def test_other_ids_names_numbers_and_addresses_change_no_verdict(case: Case, changes: dict[str, str]) -> None:
    assert unmoved(case, changes)


@pytest.mark.parametrize("changes", [ONE, OTHER])
def test_no_answer_of_the_table_goes_by_an_id_a_name_a_number_or_an_address(changes: dict[str, str]) -> None:
    assert [case.id for case in WORDED if not unmoved(case, changes)] == []


def test_the_changes_reach_the_texts() -> None:
    touched = [c for c in WORDED if changed(json.loads(c.answer.body), ONE) != json.loads(c.answer.body)]
    assert len(touched) > 25


HOSTILE = (
    "unable to obtain exclusive access to this record",
    "TotalRequests Limit exceeded.",
    "Event duration can not be longer than 14 days",
    "Session expired or invalid",
    "login rate exceeded",
    "expired access/refresh token",
    "app must be installed into org",
    "Delegation denied; the page token is too large",
    "<faultcode>INVALID_LOGIN</faultcode>",
)


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("code", ["FIELD_CUSTOM_VALIDATION_EXCEPTION", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"])
def test_what_a_customer_wrote_into_a_rule_or_trigger_decides_nothing(code: str, words: str) -> None:
    failure = salesforce.item_failure({"statusCode": code, "message": words, "fields": []})
    assert failure.code == f"salesforce.{code}"


# -- Never an exception, never a success

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(max_codepoint=0x2FF), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("error", "errors", "errorCode", "statusCode", "message", "fields", "error_description"),
                    *("compositeResponse", "results", "result", "body", "httpStatusCode", "state", "errorMessage"),
                    *("numberRecordsFailed", "duplicateResut", "matchResults", "matchRecords", "record", "Id"),
                    *("details", "reason", "retryDelay", "metadata", "error_subtype", "status", "fieldViolations"),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)
_words = st.text(st.characters(max_codepoint=0x2FF), max_size=60)
_bodies = _words | st.binary(max_size=400).map(lambda b: b.decode("latin-1")) | _json.map(json.dumps)
_headers = st.dictionaries(
    st.sampled_from(["retry-after", "date", "location", "www-authenticate", "content-type"]), _words
)


@given(
    provider=st.sampled_from(dialects.NAMES),
    status=st.integers(0, 999),
    body=_bodies,
    headers=_headers,
    operation=st.sampled_from(["", "history.list"]),
)
@settings(max_examples=300, deadline=None)
def test_any_answer_gets_a_verdict_that_can_be_told(
    provider: str, status: int, body: str, headers: dict[str, str], operation: str
) -> None:
    answer = Answer(status=status, headers=headers, body=body, operation=operation)
    failure = dialects.dialect(provider).verdict(answer)
    assert failure.code in catalogue.CATALOGUE or failure.code.endswith(".UNKNOWN")
    assert explaining.told(failure)
    assert json.dumps(explaining.whole_row(failure))


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"errors":' * 5_000 + "1" + "}" * 5_000,
        "<errors>" * 100_000,
        "<message" * 100_000,
        "<" + "a" * 500_000,
        "<html>" + "<title>" * 100_000,
        json.dumps([{"errorCode": "FIELD_INTEGRITY_EXCEPTION", "message": "duration " * 200_000}]),
        "9" * 50_000,
    ],
    ids=["deep list", "deep object", "open elements", "open tags", "long name", "open titles", "long text", "number"],
)
@pytest.mark.parametrize("provider", ["salesforce", "google"])
def test_a_monster_is_read_in_passing(provider: str, body: str) -> None:
    failure = dialects.dialect(provider).verdict(Answer(status=400, body=body))
    assert len(failure.said) <= 2_000


@pytest.mark.parametrize("provider", dialects.WORDLESS)
def test_a_provider_without_a_connector_is_unknown(provider: str) -> None:
    body = '<soap:Fault><faultcode xmlns:a="x">a:ErrorServerBusy</faultcode></soap:Fault>'
    failure = dialects.dialect(provider).verdict(Answer(status=500, body=body))
    assert (failure.code, failure.kind, failure.matched) == (f"{provider}.UNKNOWN", Kind.UNKNOWN, Matched.NONE)
    assert failure.said == body


@pytest.mark.parametrize(("typed", "provider"), [("Salesforce-OAuth", "salesforce_oauth"), (" MS-Graph ", "ms_graph")])
def test_a_provider_may_be_written_with_a_dash(typed: str, provider: str) -> None:
    assert dialects.dialect(typed).provider == provider


# -- Real answers, where somebody has some

REAL = os.environ.get("SYNCAPP_REAL_ERRORS", "")


@pytest.mark.skipif(not REAL, reason="SYNCAPP_REAL_ERRORS names no file of real answers")
def test_real_answers_are_recognised() -> None:
    asked = explaining.questions(Path(REAL).read_text("utf-8"))
    ours = [each for each in asked if each.dialect.provider in dialects.DIALECTS]
    strange = [
        failure
        for failure in (each.failure() for each in ours)
        if failure.matched in (Matched.NONE, Matched.STATUS) or failure.kind is Kind.UNKNOWN
    ]
    assert len(strange) <= 0.03 * len(ours), strange
