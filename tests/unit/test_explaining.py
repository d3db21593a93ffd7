"""Explanations: what is asked is checked, and what is told holds everything, for people and for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Answer, Failure, Kind, Matched
from issues import catalogue, explaining
from issues.catalogue import Advice, Fixer, Retry
from issues.explaining import BadInput

MISSING = '[{"message": "Required fields are missing: [LastName]", "errorCode": "REQUIRED_FIELD_MISSING"}]'
LINE: dict[str, Any] = {"provider": "salesforce", "http_status": 400, "headers": {}, "body": MISSING}


def line(**changes: Any) -> str:
    return json.dumps({name: value for name, value in {**LINE, **changes}.items() if value is not ...})


def failure(**changes: Any) -> Failure:
    fields: dict[str, Any] = {
        "provider": "salesforce",
        "code": "salesforce.DUPLICATE_VALUE",
        "kind": Kind.CONFLICT,
        "said": "duplicate value found",
        "matched": Matched.CODE,
        "status": 400,
        "request_id": "r-1",
        "retry_after": 30.0,
        "fields": ("Code__c",),
        "evidence": {"record_id": "003", "candidates": ["a", "b"]},
    }
    return Failure(**{**fields, **changes})


# -- What is asked


def test_a_line_is_an_answer_in_its_providers_words() -> None:
    (asked,) = explaining.questions(line(headers={"Retry-After": 30}, operation="history.list"))
    assert asked.dialect.provider == "salesforce"
    assert asked.answer == Answer(status=400, headers={"retry-after": "30"}, body=MISSING, operation="history.list")


@pytest.mark.parametrize("empty", [..., None, {}])
def test_headers_may_be_missing(empty: object) -> None:
    (asked,) = explaining.questions(line(headers=empty))
    assert asked.answer.headers == {}


def test_a_body_may_be_the_json_itself() -> None:
    (asked,) = explaining.questions(line(body=json.loads(MISSING)))
    assert asked.failure().code == "salesforce.REQUIRED_FIELD_MISSING"


def test_empty_lines_are_skipped() -> None:
    assert len(explaining.questions(f"\n{line()}\r\n\n{line()}\n  \n")) == 2


def test_a_line_separator_inside_a_text_ends_no_line() -> None:
    assert len(explaining.questions(json.dumps({**LINE, "body": "a\u2028b\x0bc"}, ensure_ascii=False))) == 1


@pytest.mark.parametrize("status", [0, 100, 200, 599, "404"])
def test_a_status_is_a_number(status: object) -> None:
    (asked,) = explaining.questions(line(http_status=status))
    assert asked.answer.status == int(str(status))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("{", "This is not JSON; write one object on each line."),
        ("[" * 100_000, "This is not JSON; write one object on each line."),
        ("[]", "This is no JSON object; write one object on each line."),
        (line(provider=...), "Add provider; each line needs provider, http_status and body."),
        (
            line(provider=..., http_status=..., body=...),
            "Add provider and http_status and body; each line needs provider, http_status and body.",
        ),
        (line(headers=["a"]), 'headers is no JSON object; write it as {"Retry-After": "30"}.'),
        *(
            (
                line(http_status=status),
                f"“{status}” is no HTTP status; give a number from 100 to 599, or 0 where no answer came.",
            )
            for status in (99, 600, -1, True, 400.0, None, "four", "", "9" * 5_000, "４０４", [400])
        ),
    ],
)
def test_a_wrong_line_is_named_with_its_number(wrong: str, sentence: str) -> None:
    with pytest.raises(BadInput) as raised:
        explaining.questions(f"{line()}\n\n{wrong}")
    assert str(raised.value) == f"Line 3: {sentence}"


def test_an_unknown_provider_is_told_which_there_are() -> None:
    with pytest.raises(
        BadInput, match=r"^There is no provider “yahoo”; use one of salesforce, .*google_oauth, .*entra\.$"
    ):
        explaining.question("yahoo", 400, {}, "")


@pytest.mark.parametrize(
    ("text", "pair"), [("Retry-After: 30", ("Retry-After", "30")), ("a:b:c", ("a", "b:c")), ("A:", ("A", ""))]
)
def test_a_header_is_a_name_and_a_value(text: str, pair: tuple[str, str]) -> None:
    assert explaining.header(text) == pair


@pytest.mark.parametrize("text", ["", "Retry-After", ": 30"])
def test_a_wrong_header_is_told_how_to_write_it(text: str) -> None:
    with pytest.raises(BadInput, match=r"is no header; write it as “Retry-After: 30”\.$"):
        explaining.header(text)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("salesforce.NOT_FOUND", "salesforce.NOT_FOUND"),
        ("Salesforce.not_found", "salesforce.NOT_FOUND"),
        ("google-oauth.invalid_grant/revoked", "google_oauth.invalid_grant/revoked"),
        ("google_oauth.invalid_grant-revoked", "google_oauth.invalid_grant/revoked"),
        (" google.notFound:historyId ", "google.notFound:historyId"),
    ],
)
def test_a_code_is_found_however_it_is_typed(typed: str, code: str) -> None:
    assert explaining.entry_of(typed).id == code


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("salesforce.REQUIRED_FIELD", "did you mean salesforce.REQUIRED_FIELD_MISSING"),
        ("zzz", "write it as salesforce.REQUIRED_FIELD_MISSING."),
        ("", "write it as salesforce.REQUIRED_FIELD_MISSING."),
    ],
)
def test_an_unknown_code_gets_a_hint(typed: str, hint: str) -> None:
    with pytest.raises(BadInput) as raised:
        explaining.entry_of(typed)
    assert f"There is no code “{typed}”; {hint}" in str(raised.value)


# -- What is told

KEYS = ("provider", "code", "id", "kind", "scope", "fixer", "retry", "advice", "severity", "plain", "steps", "matched")


def test_a_row_has_the_twelve_fields_in_their_order() -> None:
    entry = catalogue.entry("salesforce.DUPLICATE_VALUE")
    row = explaining.row(failure())
    assert tuple(row) == KEYS
    assert row == {
        "provider": "salesforce",
        "code": "DUPLICATE_VALUE",
        "id": "salesforce.DUPLICATE_VALUE",
        "kind": "conflict",
        "scope": "item",
        "fixer": "salesforce_admin",
        "retry": "after_fix",
        "advice": "retry",
        "severity": "warning",
        "plain": entry.plain,
        "steps": [{"who": step.who, "text": step.text} for step in entry.steps],
        "matched": "code",
    }


def test_a_code_that_nobody_knows_keeps_its_name_and_gets_the_general_words() -> None:
    row = explaining.row(failure(provider="ews", code="ews.UNKNOWN", kind=Kind.UNKNOWN, matched=Matched.NONE))
    assert (row["provider"], row["code"], row["id"]) == ("ews", "UNKNOWN", "ews.UNKNOWN")
    assert row["plain"] == catalogue.entry("engine.UNKNOWN").plain


def test_a_whole_row_adds_what_is_known_of_the_answer() -> None:
    whole = explaining.whole_row(failure())
    entry = catalogue.entry("salesforce.DUPLICATE_VALUE")
    assert {name: whole[name] for name in whole if name not in KEYS} == {
        "title": entry.title,
        "cause": entry.cause,
        "why": entry.why,
        "status": 400,
        "said": "duplicate value found",
        "fields": ["Code__c"],
        "evidence": {"record_id": "003", "candidates": ["a", "b"]},
        "retry_after": 30.0,
        "request_id": "r-1",
    }


def test_people_are_told_everything() -> None:
    entry = catalogue.entry("salesforce.DUPLICATE_VALUE")
    told = " ".join(explaining.told(failure()).split())
    assert told.startswith(entry.plain)
    for words in (
        f"Why {entry.cause}",
        f"To do 1. Salesforce administrator: {entry.steps[0].text} 2. Salesforce administrator: {entry.steps[1].text}",
        f"Advice Worth another try. {entry.why}",
        f"Retried {explaining.WHEN[Retry.AFTER_FIX]}; mended by: salesforce administrator",
        "Code salesforce.DUPLICATE_VALUE · conflict · item · warning",
        "Known by its code",
        "Fields Code__c",
        "Found record_id: 003; candidates: a, b",
        "Wait 30 seconds",
        "Said duplicate value found",
    ):
        assert words in told


def test_what_is_not_known_has_no_line() -> None:
    told = explaining.told(failure(said="", fields=(), evidence={}, retry_after=None))
    assert not {"Fields", "Found", "Wait", "Said"} & {text.split(" ")[0] for text in told.splitlines()}


def test_lines_fit_a_terminal() -> None:
    lines = explaining.told(failure(said="word " * 400)).splitlines()
    assert max(map(len, lines)) <= explaining.WIDTH


@given(st.text())
def test_no_control_character_of_a_provider_reaches_the_terminal(said: str) -> None:
    told = explaining.told(failure(said=said, fields=(said,), evidence={"a": said}))
    assert all(each.isprintable() for each in told.replace("\n", ""))


@pytest.mark.parametrize("entry", catalogue.CATALOGUE.values(), ids=lambda entry: entry.id)
def test_every_entry_can_be_told(entry: catalogue.Entry) -> None:
    told = " ".join(explaining.told_entry(entry).split())
    for words in (entry.plain, entry.cause, entry.why, entry.id, entry.says, *entry.related):
        assert " ".join(words.split()) in told


def test_an_entry_is_a_row_for_programs() -> None:
    entry = catalogue.entry("google.notFound:historyId")
    row = explaining.entry_row(entry)
    assert (row["provider"], row["code"], row["slug"]) == ("google", "notFound:historyId", "google.notfound-historyid")
    assert (row["title"], row["says"], row["related"]) == (entry.title, entry.says, list(entry.related))
    assert json.loads(json.dumps(row)) == row


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (explaining.WHO, Fixer),
        (explaining.WHEN, Retry),
        (explaining.ADVICE, Advice),
        (explaining.KNOWN_BY, Matched),
    ],
)
def test_there_are_words_for_everything(words: dict[str, str], kind: type[Fixer]) -> None:
    assert set(words) == set(kind)
