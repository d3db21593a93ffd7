"""The catalogue is whole, its words are people's words, and its flaws are told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from hypothesis import given
from hypothesis import strategies as st

from connectors import dialects, network
from connectors.errors import Kind, Rule
from issues import catalogue
from issues.catalogue import CATALOGUE, Advice, Entry, Fixer, Retry, Scope, Severity

ENTRIES = list(CATALOGUE.values())
each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)

GOOD: Mapping[str, Any] = {
    "title": "A title",
    "plain": "It is so.",
    "cause": "Because.",
    "steps": [{"who": "end_user", "text": "Do it."}],
    "fixer": "end_user",
    "scope": "item",
    "severity": "info",
    "retry": "never",
    "advice": "either",
    "why": "Since it is so.",
}


def table(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not None}


def test_the_catalogue_has_no_problems() -> None:
    assert catalogue.problems() == []


def test_every_table_is_an_entry() -> None:
    assert len(CATALOGUE) == len(catalogue.TABLES) >= 150


# -- What can be wrong with it


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        *(({name: None}, f"x.A has no {name}.") for name in GOOD),
        *(({name: ""}, f"x.A has no {name}.") for name in GOOD),
        ({"steps": []}, "x.A has no steps."),
        ({"colour": "red"}, "x.A has a field that nobody knows: colour."),
        ({"why": 7}, "x.A: why is not a text."),
        ({"says": 7}, "x.A: says is not a text."),
        ({"fixer": "somebody"}, "x.A: 'somebody' is no fixer."),
        ({"scope": "account"}, "x.A: 'account' is no scope."),
        ({"severity": ["info"]}, "x.A: ['info'] is no severity."),
        ({"retry": "sometimes"}, "x.A: 'sometimes' is no retry."),
        ({"advice": "wait"}, "x.A: 'wait' is no advice."),
        ({"title": "t" * 61}, "x.A: the title is longer than 60 characters."),
        ({"steps": "Do it."}, "x.A: each step needs who, which is not nobody, and text."),
        ({"steps": ["Do it."]}, "x.A: each step needs who, which is not nobody, and text."),
        ({"steps": [{"who": "nobody", "text": "x"}]}, "x.A: each step needs who, which is not nobody, and text."),
        ({"steps": [{"who": ["end_user"], "text": "x"}]}, "x.A: each step needs who, which is not nobody, and text."),
        ({"steps": [{"who": "end_user", "text": ""}]}, "x.A: each step needs who, which is not nobody, and text."),
        ({"steps": [{"who": "end_user"}]}, "x.A: each step needs who, which is not nobody, and text."),
        ({"related": "x.B"}, "x.A: related is not a list of codes."),
        ({"related": [3]}, "x.A: related is not a list of codes."),
    ],
)
def test_a_flaw_is_named_and_its_entry_left_out(changes: dict[str, Any], sentence: str) -> None:
    tables = {"x.A": table(**changes)}
    assert sentence in catalogue.problems(tables, {"x.A"})
    assert catalogue.entries(tables) == {}


def test_a_table_without_a_flaw_is_an_entry_with_all_its_words() -> None:
    tables = {"x.A": table(says="Said.", related=["x.B"])}
    assert catalogue.entries(tables)["x.A"] == Entry(
        id="x.A",
        title="A title",
        plain="It is so.",
        cause="Because.",
        steps=(catalogue.Step(who=Fixer.END_USER, text="Do it."),),
        fixer=Fixer.END_USER,
        scope=Scope.ITEM,
        severity=Severity.INFO,
        retry=Retry.NEVER,
        advice=Advice.EITHER,
        why="Since it is so.",
        says="Said.",
        related=("x.B",),
    )


@pytest.mark.parametrize(
    ("tables", "given_codes", "sentence"),
    [
        ({"x.A": table(related=["x.B"])}, {"x.A"}, "x.A is related to x.B, which is no other entry."),
        ({"x.A": table(related=["x.A"])}, {"x.A"}, "x.A is related to x.A, which is no other entry."),
        ({"x.A": table()}, {"x.A", "x.B"}, "x.B can be given but has no entry."),
        ({"x.A": table()}, set(), "x.A has an entry but no rule gives it."),
        ({"x.A": table(), "x.B": table()}, {"x.A", "x.B"}, "2 entries have the same title: A title."),
        ({"x.A/b": table(), "x.a:B": table()}, {"x.A/b", "x.a:B"}, "2 entries have the same address: x.a-b."),
    ],
)
def test_loose_ends_are_named(tables: dict[str, Any], given_codes: set[str], sentence: str) -> None:
    assert sentence in catalogue.problems(tables, given_codes)


def test_codes_of_the_engine_are_its_own_to_give() -> None:
    assert catalogue.problems({"engine.A": table()}, set()) == []


# -- How it is asked


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("salesforce.NOT_FOUND", "salesforce.NOT_FOUND"),
        ("salesforce.OF_NEXT_YEAR", "salesforce.UNKNOWN"),
        ("google_oauth.odd", "google_oauth.UNKNOWN"),
        ("ews.ErrorServerBusy", "engine.UNKNOWN"),
        ("ews.UNKNOWN", "engine.UNKNOWN"),
        ("", "engine.UNKNOWN"),
        ("no dot", "engine.UNKNOWN"),
    ],
)
def test_an_unknown_code_falls_back(code: str, found: str) -> None:
    assert catalogue.entry(code).id == found


@given(st.text())
def test_every_text_has_an_entry(code: str) -> None:
    assert catalogue.entry(code).plain


@pytest.mark.parametrize("provider", [*dialects.DIALECTS, "network", "engine"])
def test_every_provider_has_an_unknown(provider: str) -> None:
    assert f"{provider}.UNKNOWN" in CATALOGUE


def test_every_code_of_rules_and_wire_has_an_entry() -> None:
    assert dialects.codes() <= set(CATALOGUE)
    assert {f"network.{name}" for name in network.KINDS} <= set(CATALOGUE)


@each_entry
def test_an_entry_is_found_by_its_address(entry: Entry) -> None:
    assert re.fullmatch(r"[a-z0-9_.-]+", entry.slug)
    assert catalogue.by_slug(entry.slug) is entry


def test_no_address_leads_to_nothing() -> None:
    assert catalogue.by_slug("salesforce.NOT_FOUND") is None


# -- Whether its words agree with each other

RETRIES: Mapping[Kind, set[Retry]] = {
    Kind.TRANSIENT: {Retry.BACKOFF},
    Kind.RATE_LIMITED: {Retry.BACKOFF},
    Kind.CURSOR_EXPIRED: {Retry.BACKOFF},
    Kind.AUTH: {Retry.AFTER_FIX, Retry.BACKOFF},
    Kind.PERMISSION: {Retry.AFTER_FIX, Retry.NEVER},
    Kind.CONFIG: {Retry.AFTER_FIX, Retry.NEVER},
    Kind.INVALID: {Retry.AFTER_FIX, Retry.NEVER},
    Kind.NOT_FOUND: {Retry.AFTER_FIX, Retry.NEVER},
    Kind.CONFLICT: {Retry.AFTER_FIX, Retry.BACKOFF, Retry.NEVER},
    Kind.UNKNOWN: set(Retry),
}
RULES = {rule for dialect in dialects.DIALECTS.values() for rule in dialect.rules}


@pytest.mark.parametrize("rule", sorted(RULES, key=repr), ids=lambda rule: f"{rule.provider}.{rule.name}")
def test_what_the_machine_does_agrees_with_what_the_page_says(rule: Rule) -> None:
    assert CATALOGUE[f"{rule.provider}.{rule.name}"].retry in RETRIES[rule.kind]


@pytest.mark.parametrize("name", network.KINDS)
def test_failures_of_the_wire_agree_with_what_the_page_says(name: str) -> None:
    assert CATALOGUE[f"network.{name}"].retry in RETRIES[network.KINDS[name]]


@each_entry
def test_whoever_mends_it_has_something_to_do(entry: Entry) -> None:
    assert entry.fixer is Fixer.NOBODY or entry.fixer in {step.who for step in entry.steps}


@each_entry
def test_what_nobody_mends_is_never_put_on_a_person(entry: Entry) -> None:
    assert entry.fixer is not Fixer.NOBODY or entry.retry is not Retry.AFTER_FIX


@each_entry
def test_one_item_is_never_critical(entry: Entry) -> None:
    assert entry.severity is not Severity.CRITICAL or entry.scope is not Scope.ITEM


@each_entry
def test_what_is_best_ignored_is_no_stop(entry: Entry) -> None:
    assert entry.advice is not Advice.IGNORE or entry.scope is Scope.ITEM


# -- Whether they are words that people understand

JARGON = re.compile(
    r"\b(?:error|exceptions?|invalid|null|http|json|xml|api|token|oauth|scope|soql|cursor|endpoint|payload|"
    r"credentials?|parse|org|tenant|object|query|sync state|please|oops|unfortunately)\b",
    re.IGNORECASE,
)
NEVER_SAID = re.compile(r"error occurred|contact your (?:system )?administrator|something went wrong", re.IGNORECASE)


@each_entry
def test_a_title_is_short_and_plain(entry: Entry) -> None:
    assert len(entry.title) <= 60
    assert not entry.title.endswith(".")
    assert not JARGON.search(entry.title)


@each_entry
def test_the_plain_sentence_is_one_sentence_without_jargon(entry: Entry) -> None:
    assert re.fullmatch(r"[A-Z][^.!?]*\.", entry.plain)
    assert len(entry.plain) <= 160
    assert not JARGON.search(entry.plain)


@each_entry
def test_every_text_is_made_of_whole_sentences(entry: Entry) -> None:
    for text in (entry.cause, entry.why, *(step.text for step in entry.steps)):
        assert re.match(r"[A-Z]", text), text
        assert text.endswith("."), text
        assert "  " not in text


@each_entry
def test_no_text_says_what_helps_nobody(entry: Entry) -> None:
    texts = (entry.title, entry.plain, entry.cause, entry.why, *(step.text for step in entry.steps))
    assert not NEVER_SAID.search(" ".join(texts))


@each_entry
def test_a_step_begins_with_what_to_do(entry: Entry) -> None:
    for step in entry.steps:
        assert re.match(r"(?:[A-Z][a-z]+(?:,| |:)|“)", step.text), step.text
        assert not re.match(r"(?:You|We|It|The|This|There|Please)\b", step.text), step.text


@each_entry
def test_the_why_says_when_to_do_what_is_advised(entry: Entry) -> None:
    told = entry.why.lower()
    wanted = {
        Advice.RETRY: r"\b(?:try|tried|trying|again|renew|sign in|resume|goes on|mends itself|read again)\b",
        Advice.IGNORE: r"\bignore\b",
        Advice.EITHER: r"\bignore\b|\btake the mailbox out\b",
    }
    assert re.search(wanted[entry.advice], told), entry.why


def test_titles_are_unique() -> None:
    assert len({entry.title for entry in ENTRIES}) == len(ENTRIES)


# -- Nothing starts with a flaw


def test_a_flaw_stops_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "problems", lambda: ["x.A has no plain."])
    with pytest.raises(SystemCheckError, match=r"\(issues\.E001\) x\.A has no plain\."):
        call_command("check")
